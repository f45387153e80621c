// What formatters, renderers and handlers write, in languages where a program sets up its loggers once (log-setup.ts).
import type { ts } from 'ts-morph';
import { settle, settledProperty } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import { type Foreign, foreignPath, type Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { RECORD_WRITERS } from '../readers/log-libraries-python.ts';
import { enclosingFunction } from '../scope.ts';
import { startText } from '../short-text.ts';
import { propertyName } from '../syntax.ts';
import { textShape } from './text.ts';

/** Records that a machine can read, lines for people, or nobody knows. */
export type LineWrites = 'record' | 'line' | 'unknown';

/** Is a value one of the classes of a table? */
export function isOne(table: typeof RECORD_WRITERS, value: Foreign): boolean {
  const path = foreignPath(value);
  // A construction of it, or the class itself.
  const head = value.steps.every(s => s.kind === 'member')
    ? path
    : `${path}.${value.steps.flatMap(s => (s.kind === 'member' ? [s.name] : [])).at(-1) ?? ''}`;
  return table.some(([packages, names]) => packages.test(value.package) && names.test(head));
}

/** What a formatter of the repository makes of a record. */
export function writtenByClass({ ev }: Reading, node: ts.ClassLikeDeclaration): LineWrites {
  const method = node.members.find(
    (m): m is ts.MethodDeclaration => tsc.isMethodDeclaration(m) && /^(?:format|emit)$/.test(propertyName(m) ?? ''),
  );
  if (method?.body === undefined) return heritageWrites(ev.values(heritage(node) ?? (node as unknown as ts.Expression)));
  if (propertyName(method) === 'emit') return serialises(method.body) ? 'record' : 'line';
  const shapes = ev.returnsOf(method).map(r => textShape(ev, r));
  if (shapes.length > 0 && shapes.every(s => s === 'json')) return 'record';
  return shapes.some(s => s === 'unknown') && serialises(method.body) ? 'record' : 'line';
}

function heritageWrites(values: readonly Value[]): LineWrites {
  return values.some(v => v.kind === 'foreign' && isOne(RECORD_WRITERS, v)) ? 'record' : 'line';
}

/** Does code turn something into JSON? */
export function serialises(body: ts.Node): boolean {
  let found = false;
  walk(body, node => {
    if (tsc.isCallExpression(node) && startText(node.expression, 40) === 'JSON.stringify') found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** Is an option a level that lets debug lines through? */
export function isDebug(ev: Reading['near'], options: ts.Expression | undefined, name: string): boolean {
  return settledProperty(ev, options, name).some(e => isDebugLevel(ev, e));
}

export function isDebugLevel(ev: Reading['near'], node: ts.Expression): boolean {
  if (tsc.isPropertyAccessExpression(node)) return node.name.text === 'DEBUG' && startText(node.expression, 40) === 'logging';
  const value = settle(ev, node);
  return value === 'DEBUG' || value === 'TRACE' || value === 10;
}

/** Does an undecided condition choose between the two, or does one stand outside of the condition around the other? */
export function isAlternative(record: ts.Node, line: ts.Node): boolean {
  if (enclosingFunction(record) !== enclosingFunction(line) || record.getSourceFile() !== line.getSourceFile()) return false;
  let child = record;
  for (let up = record.parent; up !== undefined; child = up, up = up.parent) {
    const chosen =
      (tsc.isIfStatement(up) && child !== up.expression && !/handlers/i.test(startText(up.expression, 200))) ||
      (tsc.isConditionalExpression(up) && child !== up.condition);
    if (chosen && !(line.pos >= child.pos && line.end <= child.end)) return true;
  }
  return false;
}
