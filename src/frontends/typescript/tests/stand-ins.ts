// What a test puts in the place of something: functions that a library makes (`vi.fn()`, `MagicMock()`), and functions of the repository
// that it replaces by one (`vi.spyOn(agent, 'reply').mockResolvedValue(...)`, `patch("agent.reply")`). Calling it tests the test.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { propertyName } from '../syntax.ts';
import { patchedBy } from './mocks-python.ts';

const MAKERS = /^(?:vi|jest|sinon|mock|td|mocker)\.(?:fn|stub|spy|fake|func|function|async_stub)(?:\(|\.|$)/;
const CLASSES = /^(?:\w+\.){0,3}(?:(?:Magic|Async|NonCallable|NonCallableMagic|Property)?Mock|create_autospec)$/;

/** Does a call make a stand-in that does what the test says? */
export function isStandIn(unit: Unit, call: ts.CallExpression | ts.NewExpression): boolean {
  const text = call.expression.getText().slice(0, 120);
  return isPythonFile(unit.file) ? CLASSES.test(text) || MAKERS.test(text) : MAKERS.test(text);
}

const known = new WeakMap<Unit, ReadonlySet<string>>();

/** Does a callee name a function that the test file replaces: for all of its cases, or for one? */
export function isReplaced({ inventory }: Reading, unit: Unit, callee: ts.Expression): boolean {
  const names = known.get(unit) ?? replacedIn(unit);
  known.set(unit, names);
  if (names.size === 0) return false;
  if (tsc.isIdentifier(callee)) {
    const imported = unit.imports.get(callee.text);
    if (imported === undefined || isPythonFile(unit.file)) return false;
    return names.has(`${imported.specifier} ${imported.name}`);
  }
  if (!tsc.isPropertyAccessExpression(callee) || !tsc.isIdentifier(callee.expression)) return false;
  const [local, name] = [callee.expression.text, callee.name.text];
  if (names.has(`${local}.${name}`)) return true;
  const imported = unit.imports.get(local);
  if (imported === undefined) return false;
  if (!isPythonFile(unit.file)) return names.has(`${imported.specifier} ${name}`);
  const file = inventory.resolveImport(unit.file, imported.specifier);
  const path = file?.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
  return path !== undefined && [...names].some(one => one.endsWith(`.${name}`) && isEnd(path, one.slice(0, -name.length - 1)));
}

/** Does a dotted path end with another? */
function isEnd(path: string, end: string): boolean {
  return path === end || path.endsWith(`.${end}`);
}

function replacedIn(unit: Unit): ReadonlySet<string> {
  const out = new Set<string>();
  if (isPythonFile(unit.file)) {
    for (const name of patchedBy(unit).names) out.add(name);
    return out;
  }
  for (const call of unit.calls) {
    if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) continue;
    const [first, second] = call.arguments;
    const member = call.expression.name.text;
    if (/^(?:spyOn|stub|method)$/.test(member) && first !== undefined && second !== undefined && tsc.isStringLiteralLike(second)) {
      // A spy that only looks on leaves the function as it is.
      const turned =
        tsc.isPropertyAccessExpression(call.parent) && /^(?:mock\w+|returns|resolves|callsFake|rejects)$/.test(call.parent.name.text);
      if (turned || call.arguments.length > 2) out.add(`${first.getText().slice(0, 60)}.${second.text}`);
    }
    // A factory that starts from the real module and puts something else over it.
    if (/^(?:mock|doMock|unstable_mockModule)$/.test(member) && first !== undefined && second !== undefined)
      for (const name of namesIn(second)) for (const specifier of specifiersIn(first)) out.add(`${specifier} ${name}`);
  }
  return out;
}

function specifiersIn(node: ts.Expression): readonly string[] {
  if (tsc.isStringLiteralLike(node)) return [node.text];
  const inner = tsc.isCallExpression(node) && node.expression.kind === tsc.SyntaxKind.ImportKeyword ? node.arguments[0] : undefined;
  return inner !== undefined && tsc.isStringLiteralLike(inner) ? [inner.text] : [];
}

/** The names that a factory gives back by itself. */
function namesIn(factory: ts.Expression): readonly string[] {
  let body: ts.Node | undefined = tsc.isArrowFunction(factory) || tsc.isFunctionExpression(factory) ? factory.body : undefined;
  if (body !== undefined && tsc.isBlock(body)) body = body.statements.find(tsc.isReturnStatement)?.expression;
  while (body !== undefined && (tsc.isParenthesizedExpression(body) || tsc.isAsExpression(body))) body = body.expression;
  if (body === undefined || !tsc.isObjectLiteralExpression(body)) return [];
  return body.properties.flatMap(property => (tsc.isSpreadAssignment(property) ? [] : (propertyName(property) ?? [])));
}
