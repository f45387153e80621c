// Functions that a logger of JavaScript is made with, and that see every line: `winston.format(info => ...)`, `hooks.logMethod` and
// `formatters.log` of pino.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAssignment, propertyName } from '../syntax.ts';
import { reaches } from './flow.ts';
import { unusedOf } from './log-lines.ts';
import type { LogPart } from './log-parts.ts';

const WINSTON = /^(?:winston|logform)$/;
const MAKES = /^(?:default\.)?(?:createLogger|configure|add|loggers\.add)$/;
const DEEPEST = 6;

/** How a function looks at the lines of a logger that it is part of; undefined: it is no part of one. @param node what cleans in it */
export function formatOf(ev: Evaluator, scope: FunctionNode, node: ts.Node): LogPart | undefined {
  const { call, under } = callAround(scope);
  if (call === undefined) return undefined;
  const made = ev.values(call.expression).flatMap(value => (value.kind === 'foreign' ? [value] : []));
  if (made.some(value => WINSTON.test(value.package) && /^(?:default\.)?format$|^default$/.test(foreignPath(value)))) {
    const by = loggerWith(ev, call, 0);
    if (by === undefined) return undefined;
    const blind = unusedOf(ev, scope, node) ?? (isOnlyMessage(ev, node) ? 'it cleans the message, and nothing else of a line' : undefined);
    return { all: true, by, ...(blind === undefined ? {} : { blind }) };
  }
  if (!made.some(value => value.package === 'pino' && /^(?:default|pino|default\.pino)?$/.test(foreignPath(value)))) return undefined;
  if (under === 'hooks.logMethod') return { all: true, by: call };
  return under === 'formatters.log' ? { all: true, by: call, blind: 'it sees the fields of a line, and not its text' } : undefined;
}

/** The call that a function is handed to, directly or in an object, and the names under which it stands there. */
function callAround(fn: FunctionNode): { call: ts.CallExpression | undefined; under: string } {
  const names: string[] = [];
  if (tsc.isMethodDeclaration(fn)) names.push(propertyName(fn) ?? '');
  for (let at: ts.Node = fn, up: ts.Node = fn.parent; ; at = up, up = up.parent) {
    if (tsc.isPropertyAssignment(up)) names.unshift(propertyName(up) ?? '');
    else if (tsc.isCallExpression(up)) return { call: up.expression === at ? undefined : up, under: names.join('.') };
    else if (!tsc.isObjectLiteralExpression(up)) return { call: undefined, under: '' };
  }
}

/** The call that makes a logger with a format: where it stands itself, where its name is called, and where what holds it is named. */
function loggerWith(ev: Evaluator, node: ts.Node, depth: number): ts.CallExpression | undefined {
  if (depth > DEEPEST) return undefined;
  for (const place of reaches(ev.program, node)) {
    for (let up: ts.Node | undefined = place; up !== undefined && !isFunctionNode(up) && !tsc.isSourceFile(up); up = up.parent) {
      if (tsc.isCallExpression(up) && up !== node) {
        const makes = ev.values(up.expression).some(v => v.kind === 'foreign' && v.package === 'winston' && MAKES.test(foreignPath(v)));
        if (makes) return up;
      }
      if (!tsc.isVariableDeclaration(up) || !tsc.isIdentifier(up.name)) continue;
      for (const use of ev.program.identifiers(ev.program.unitOf(up), up.name.text)) {
        const binding = use === up.name ? undefined : resolve(use);
        const found = binding?.kind === 'variable' && binding.node === up ? loggerWith(ev, use, depth + 1) : undefined;
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

/** `info.message = clean(info.message)` */
function isOnlyMessage(ev: Evaluator, node: ts.Node): boolean {
  const targets = reaches(ev.program, node).flatMap(place => {
    const { parent } = place;
    return tsc.isBinaryExpression(parent) && parent.right === place && isAssignment(parent.operatorToken.kind) ? [parent.left] : [];
  });
  return targets.length > 0 && targets.every(target => tsc.isPropertyAccessExpression(target));
}
