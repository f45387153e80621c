// Loggers that a member of their own gives the id of each request: `@logger.inject_lambda_context` of Powertools.
import type { ts } from 'ts-morph';
import { settle, settledProperty } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { downwardOf } from '../paths/downward.ts';
import { scopeOf } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import type { LogLibrary } from '../readers/log-libraries.ts';
import { isFunctionNode } from '../scope.ts';
import { startText } from '../short-text.ts';

/** An id of something that outlives the request. */
const OLDER = /session|conversation|thread|chat|user/i;

/** Does code on the way of a request use the member that gives a logger of the library its id? @param args what the logger is made with */
export function isBoundBy(reading: Reading, library: LogLibrary, args: readonly ts.Expression[] | undefined): boolean {
  const { sources, inventory, program, near } = reading;
  const members = library.correlatedBy ?? [];
  if (members.length === 0) return false;
  const own = serviceOf(reading, args);
  return sources.some(file => {
    const text = inventory.roleOf(file) === 'production' ? (inventory.written(file) ?? '') : '';
    return members.some(
      member =>
        text.includes(`.${member}`) &&
        (program.unit(file)?.names.get(member) ?? []).some(id => {
          const access = id.parent;
          if (!tsc.isPropertyAccessExpression(access) || access.name !== id || !isOnTheWay(reading, access)) return false;
          return near.values(access.expression).some(value => {
            if (value.kind !== 'foreign' || !library.packages.includes(value.package)) return false;
            const made = value.steps.flatMap(step => (step.kind === 'member' ? [] : [step]))[0];
            const service = serviceOf(reading, made?.args);
            // Loggers of one service share what is bound, others do not.
            return own === undefined || service === undefined || own === service;
          });
        }),
    );
  });
}

function serviceOf({ near }: Reading, args: readonly ts.Expression[] | undefined): string | undefined {
  const names = (args ?? []).flatMap(arg => settledProperty(near, arg, 'service')).map(one => settle(near, one));
  return names.length === 1 && typeof names[0] === 'string' ? names[0] : undefined;
}

/** Around a function that leads to a model call, or called in one. */
function isOnTheWay(reading: Reading, access: ts.PropertyAccessExpression): boolean {
  const { paths, near } = reading;
  for (let up: ts.Node | undefined = access.parent; up !== undefined && !tsc.isBlock(up); up = up.parent)
    if (tsc.isDecorator(up)) return isFunctionNode(up.parent) && paths.leads.has(up.parent);
  const call = access.parent;
  if (!tsc.isCallExpression(call) || call.expression !== access) return false;
  const [first] = call.arguments;
  const wrapped = first === undefined ? [] : near.values(first).flatMap(value => (value.kind === 'function' ? [value.node] : []));
  if (wrapped.length > 0) return wrapped.some(fn => paths.leads.has(fn));
  return first !== undefined && !OLDER.test(startText(first, 200)) && downwardOf(reading).reachOf(scopeOf(call)) !== 'unconnected';
}
