// Calls that read or write a file as a whole: of Node, and of Python with a path (`path.read_text()`) or an open file.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { enclosingClass, enclosingFunction, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

const READS = new Set(['readFile', 'readFileSync', 'readJson', 'readJsonSync', 'readJSON', 'readJSONSync']);
const WRITES = new Set(['writeFile', 'writeFileSync', 'outputFile', 'outputFileSync', 'writeJson', 'writeJsonSync', 'outputJson']);
const FILES = /^(?:node:)?fs(?:\/promises)?$|^fs-extra$|^write-file-atomic$|^graceful-fs$/;

/** A file, as the code names it, and what is written to it. */
export interface FileWrite {
  readonly path: ts.Expression;
  readonly value: ts.Expression;
}

/** The path of the file that a call reads. */
export function readBy(ev: Evaluator, call: ts.CallExpression): ts.Expression | undefined {
  if (isFileCall(ev, call, READS)) return strip(call.arguments[0]);
  const method = isPython(call) ? methodOf(call) : undefined;
  if (method === undefined) return undefined;
  const { name, on } = method;
  if (name === 'read_text' || name === 'read_bytes') return on;
  if (name === 'read' && call.arguments.length === 0) return opened(on, one => readBy(ev, one));
  const [mode] = call.arguments;
  // `path.open()`: without a word, it is opened to be read.
  return name === 'open' && (mode === undefined || (tsc.isStringLiteralLike(mode) && /^r[bt]?$/.test(mode.text))) ? on : undefined;
}

/** What a call writes to a file. */
export function writtenBy(ev: Evaluator, call: ts.CallExpression): FileWrite | undefined {
  const [first, second] = call.arguments;
  if (isFileCall(ev, call, WRITES)) return first === undefined || second === undefined ? undefined : { path: first, value: second };
  const method = isPython(call) ? methodOf(call) : undefined;
  if (method === undefined || first === undefined) return undefined;
  const { name, on } = method;
  if (name === 'write_text' || name === 'write_bytes') return { path: on, value: first };
  const to = name === 'write' ? on : name === 'dump' ? second : undefined;
  const path = to === undefined ? undefined : opened(to, one => openedToWrite(ev, one));
  return path === undefined ? undefined : { path, value: first };
}

/** Is it the file that is read, or a draft that takes its place afterwards? */
export function isSameFile(write: ts.CallExpression, path: ts.Expression, read: ts.CallExpression, source: ts.Expression): boolean {
  if (enclosingClass(write) !== enclosingClass(read)) return false;
  const [target, kept] = [path.getText(), source.getText()];
  if (target === kept) return true;
  let renamed = false;
  walk(enclosingFunction(write) ?? write.getSourceFile(), node => {
    if (!tsc.isCallExpression(node)) return undefined;
    const callee = node.expression.getText().slice(-20);
    if (/(?:^|\.)rename(?:Sync)?$/.test(callee) && node.arguments.length > 1)
      renamed ||= node.arguments[0]?.getText() === target && node.arguments[1]?.getText() === kept;
    // `draft.replace(path)` of Python.
    const method = isPython(node) && node.arguments.length === 1 ? methodOf(node) : undefined;
    if (method?.name === 'replace' || method?.name === 'rename')
      renamed ||= method.on.getText() === target && node.arguments[0]?.getText() === kept;
    return undefined;
  });
  return renamed;
}

function isFileCall(ev: Evaluator, call: ts.CallExpression, names: ReadonlySet<string>): boolean {
  const callee = call.expression;
  const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
  // An import may have another name here; the values tell which function it is.
  if (!names.has(name) && !(tsc.isIdentifier(callee) && resolve(callee)?.kind === 'import')) return false;
  return ev
    .values(callee)
    .some(v => v.kind === 'foreign' && FILES.test(v.package) && (names.has(foreignPath(v).split('.').at(-1) ?? '') || names.has(name)));
}

function methodOf(call: ts.CallExpression): { readonly name: string; readonly on: ts.Expression } | undefined {
  const callee = call.expression;
  return tsc.isPropertyAccessExpression(callee) ? { name: callee.name.text, on: callee.expression } : undefined;
}

/** The path that a variable was opened with: `with open(path) as file`. */
function opened(file: ts.Expression, path: (call: ts.CallExpression) => ts.Expression | undefined): ts.Expression | undefined {
  const node = strip(file);
  const binding = node !== undefined && tsc.isIdentifier(node) ? resolve(node) : undefined;
  const made = binding?.kind === 'variable' && binding.element === undefined ? strip(binding.node.initializer) : undefined;
  return made !== undefined && tsc.isCallExpression(made) ? path(made) : undefined;
}

function openedToWrite(ev: Evaluator, call: ts.CallExpression): ts.Expression | undefined {
  const [first] = call.arguments;
  if (isFileCall(ev, call, WRITES)) return first;
  const method = methodOf(call);
  const toWrite = method?.name === 'open' && first !== undefined && tsc.isStringLiteralLike(first) && /^w[bt]?\+?$/.test(first.text);
  return toWrite ? method.on : undefined;
}
