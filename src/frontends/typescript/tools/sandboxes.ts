// Agents without a tool in the API's sense, that run what the model wrote in a sandbox by a protocol of their own. Where a package made for
// such code is given a text that the program did not write itself, it is named; whether the model wrote it is left open.
import type { ts } from 'ts-morph';
import type { Capability, Tool } from '../../../core/index.ts';
import { matches } from '../calls/classify.ts';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { EFFECTS } from '../effects/shapes.ts';
import { textOf } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { strip } from '../syntax.ts';

const RUNS = /^(?:runCode|run|exec|execute|evalCode|eval|spawn|runCommand|executeCommand|codeRun|commands|write|writeFile|writeFiles)$/;

/** What is run in sandboxes, once for each ability and file. */
export function sandboxedCode(reading: Reading, nominated: readonly string[]): readonly Tool[] {
  const out = new Map<string, Tool>();
  for (const file of nominated) {
    const unit = reading.inventory.roleOf(file) === 'production' ? reading.program.unit(file) : undefined;
    for (const call of unit?.calls ?? []) {
      const ability = reading.ev.budget.ask(
        () => abilityOf(reading, call),
        () => undefined,
      );
      const key = `${file}\0${ability}`;
      if (ability === undefined || out.has(key)) continue;
      out.set(key, {
        kind: 'tool',
        location: placeOf(call),
        role: 'production',
        name: `<implicit: ${ability}>`,
        definedBy: 'code of the program itself',
        capabilities: [ability],
        dangerous: null,
        guarded: 'unknown',
        guard: 'it runs in a sandbox; whether the model wrote it could not be read',
        inputValidated: 'unknown',
        outputValidated: 'unknown',
        errorsToModel: 'unknown',
        timeLimited: 'unknown',
        recorded: 'unknown',
      });
    }
  }
  return [...out.values()];
}

function abilityOf(reading: Reading, call: ts.CallExpression | ts.NewExpression): Capability | undefined {
  const name = lastName(call.expression);
  if (name === undefined || !RUNS.test(name) || !tsc.isCallExpression(call)) return undefined;
  const value = reading.ev.values(call.expression).find(v => v.kind === 'foreign');
  if (value?.kind !== 'foreign' || !EFFECTS.some(e => e.sandbox !== undefined && e.packages.some(p => matches(p, value.package))))
    return undefined;
  const given = call.arguments.map(arg => strip(tsc.isSpreadElement(arg) ? arg.expression : arg));
  // A command that stands in the code is the program's own.
  const [first] = given;
  if (first === undefined || (given.every(arg => arg !== undefined && isFixed(reading, arg)) && given.length > 0)) return undefined;
  if (/^write/.test(name)) return 'file-write';
  return /^(?:runCode|evalCode|eval|codeRun)$/.test(name) ? 'code-exec' : 'shell';
}

function isFixed(reading: Reading, node: ts.Expression): boolean {
  if (tsc.isObjectLiteralExpression(node)) return true;
  if (tsc.isArrayLiteralExpression(node)) return node.elements.every(e => tsc.isStringLiteralLike(e));
  const values = reading.ev.values(node);
  return values.length > 0 && values.every(v => v.kind === 'literal' && (typeof v.value !== 'string' || textOf(v) !== undefined));
}
