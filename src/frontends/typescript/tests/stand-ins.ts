// What a test puts in the place of something: functions that a library makes (`vi.fn()`, `MagicMock()`), and functions of the repository
// that it replaces by one (`vi.spyOn(agent, 'reply').mockResolvedValue(...)`, `patch("agent.reply")`). Calling it tests the test.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import { patchedBy } from './mocks-python.ts';

const MAKERS = /^(?:vi|jest|sinon|mock|td|mocker)\.(?:fn|stub|spy|fake|func|function|async_stub)(?:\(|\.|$)/;
const CLASSES = /^(?:\w+\.){0,3}(?:(?:Magic|Async|NonCallable|NonCallableMagic|Property)?Mock|create_autospec)$/;

/** Does a call make a stand-in that does what the test says? */
export function isStandIn(unit: Unit, call: ts.CallExpression | ts.NewExpression): boolean {
  const text = call.expression.getText().slice(0, 120);
  return isPythonFile(unit.file) ? CLASSES.test(text) || MAKERS.test(text) : MAKERS.test(text);
}

/** By the name of what is replaced, where that is done. */
type Replaced = ReadonlyMap<string, readonly ts.Node[]>;
const known = new WeakMap<Unit, Replaced>();

/** Does a callee name a function that the test replaces: in its own case, or for all of the file? */
export function isReplaced({ inventory }: Reading, unit: Unit, callee: ts.Expression): boolean {
  const names = known.get(unit) ?? replacedIn(unit);
  known.set(unit, names);
  if (names.size === 0) return false;
  const here = (name: string): boolean => names.get(name)?.some(at => holdsFor(at, callee)) === true;
  if (tsc.isIdentifier(callee)) {
    const imported = unit.imports.get(callee.text);
    return imported !== undefined && !isPythonFile(unit.file) && here(`${imported.specifier} ${imported.name}`);
  }
  if (!tsc.isPropertyAccessExpression(callee) || !tsc.isIdentifier(callee.expression)) return false;
  const [local, name] = [callee.expression.text, callee.name.text];
  if (here(`${local}.${name}`)) return true;
  const imported = unit.imports.get(local);
  if (imported === undefined) return false;
  if (!isPythonFile(unit.file)) return here(`${imported.specifier} ${name}`);
  const file = inventory.resolveImport(unit.file, imported.specifier);
  const path = file?.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
  return (
    path !== undefined &&
    [...names.keys()].some(one => one.endsWith(`.${name}`) && isEnd(path, one.slice(0, -name.length - 1)) && here(one))
  );
}

/** What one case replaces is of no concern to the next. What a hook, a fixture or the file replaces holds everywhere. */
function holdsFor(at: ts.Node, callee: ts.Node): boolean {
  for (let up: ts.Node | undefined = at; up !== undefined; up = up.parent) {
    if (!isFunctionNode(up)) continue;
    const named = up.name !== undefined && tsc.isIdentifier(up.name) && up.name.text.startsWith('test');
    const given = tsc.isCallExpression(up.parent) && /^(?:it|test|specify)\b/.test(up.parent.expression.getText().slice(0, 20));
    if (named || given) return up.pos <= callee.pos && callee.end <= up.end;
  }
  return true;
}

/** Does a dotted path end with another? */
function isEnd(path: string, end: string): boolean {
  return path === end || path.endsWith(`.${end}`);
}

function replacedIn(unit: Unit): Replaced {
  if (isPythonFile(unit.file)) return patchedBy(unit).places;
  const out = new Map<string, ts.Node[]>();
  const add = (name: string, at: ts.Node): void => void out.set(name, [...(out.get(name) ?? []), at]);
  for (const call of unit.calls) {
    if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) continue;
    const [first, second] = call.arguments;
    const member = call.expression.name.text;
    if (/^(?:spyOn|stub|method)$/.test(member) && first !== undefined && second !== undefined && tsc.isStringLiteralLike(second)) {
      // A spy that only looks on leaves the function as it is.
      const turned =
        tsc.isPropertyAccessExpression(call.parent) && /^(?:mock\w+|returns|resolves|callsFake|rejects)$/.test(call.parent.name.text);
      if (turned || call.arguments.length > 2) add(`${first.getText().slice(0, 60)}.${second.text}`, call);
    }
    // A factory that starts from the real module and puts something else over it.
    if (/^(?:mock|doMock|unstable_mockModule)$/.test(member) && first !== undefined && second !== undefined)
      for (const name of namesIn(second)) for (const specifier of specifiersIn(first)) add(`${specifier} ${name}`, call);
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
