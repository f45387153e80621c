// What the arguments of a call tell of its effect: which of them decide what happens, and does it change something?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { EffectShape } from '../effects/shapes.ts';
import { textOf } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import { propertyName, strip } from '../syntax.ts';

/** The arguments, or members of an options argument, that decide what happens. */
export function decidingArguments(reading: Reading, shape: EffectShape, args: readonly ts.Expression[]): ts.Expression[] {
  const out: ts.Expression[] = [];
  const plain = (arg: ts.Expression): ts.Expression => (tsc.isSpreadElement(arg) ? arg.expression : arg);
  const options = shape.keyOption;
  const positions = shape.key ?? (options === undefined ? args.map((_, i) => i) : []);
  for (const i of positions) {
    const arg = args[i];
    if (arg === undefined) continue;
    const inner = strip(plain(arg));
    if (inner !== undefined && tsc.isObjectLiteralExpression(inner) && options !== undefined) continue;
    out.push(plain(arg));
  }
  if (options === undefined) return out;
  for (const arg of args) {
    const inner = strip(plain(arg));
    const objects =
      inner === undefined
        ? []
        : tsc.isObjectLiteralExpression(inner)
          ? [inner]
          : reading.ev.values(inner).flatMap(v => (v.kind === 'object' ? [v.node] : []));
    for (const object of objects)
      for (const p of object.properties) {
        if (!options.includes(propertyName(p) ?? '')) continue;
        if (tsc.isPropertyAssignment(p)) out.push(p.initializer);
        else if (tsc.isShorthandPropertyAssignment(p)) out.push(p.name);
      }
  }
  return out;
}

/** Does a request change something: a DELETE, or another method that sends? */
export function changeOf(reading: Reading, args: readonly ts.Expression[], path: string): 'delete' | 'write' | undefined {
  const last = path.slice(path.lastIndexOf('.') + 1);
  if (/^(?:delete|del)$/.test(last)) return 'delete';
  if (/^(?:post|put|patch)$/.test(last)) return 'write';
  for (const arg of args) {
    if (tsc.isSpreadElement(arg)) continue;
    const methods = reading.ev.inside(reading.ev.values(arg), 'method').found.flatMap(v => textOf(v) ?? []);
    if (methods.some(m => /^delete$/i.test(m))) return 'delete';
    if (methods.some(m => /^(?:post|put|patch)$/i.test(m))) return 'write';
  }
  return undefined;
}

/** What says the method of a request: an option, or the first argument of `request(method, url)`. */
export function methodsOf(args: readonly ts.Expression[], path: string): readonly ts.Expression[] {
  const out: ts.Expression[] = [];
  for (const arg of args) {
    const object = strip(arg);
    if (object === undefined || !tsc.isObjectLiteralExpression(object)) continue;
    for (const p of object.properties) {
      if (propertyName(p) !== 'method') continue;
      if (tsc.isPropertyAssignment(p)) out.push(p.initializer);
      else if (tsc.isShorthandPropertyAssignment(p)) out.push(p.name);
    }
  }
  const [first, second] = args;
  if (out.length === 0 && /(?:^|\.)request$/.test(path) && first !== undefined && second !== undefined && isPython(first)) out.push(first);
  return out;
}
