// What keeps whole files of Python tests from being run, outside of their cases: `collect_ignore` and the hooks of the conftest.py files
// above them, fixtures that every case uses, and what a class sets up.
import type { ts } from 'ts-morph';
import { fnmatch, holdsAbove } from '../../../repository/index.ts';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName, valueBehind } from '../syntax.ts';

export type State = 'on' | 'off' | 'conditional';

/** What only cases-python.ts can tell of a node. */
export interface Marks {
  /** What a mark does to the case that it is put on. */
  readonly stateOf: (mark: ts.Expression, unit: Unit) => State;
  /** `pytest.skip("later")`, `raise unittest.SkipTest` */
  readonly isSkip: (node: ts.Node) => boolean;
}

/** What a conftest.py does to the files beside and below it. */
interface Conftest {
  readonly dir: string;
  readonly state: State;
  readonly left: readonly { readonly pattern: string; readonly isGlob: boolean; readonly state: State }[];
}

/** Only a file with one of these words is parsed. */
const SIGN =
  /\bcollect_ignore|\bpytest_(?:collection_modifyitems|ignore_collect|runtest_setup)\b|\bautouse\b|\ballow_module_level\b|\bpytest\.exit\b/;
const SET_UP = /^(?:setUp|setUpClass|asyncSetUp|setup_method|setup_class|setup_module|setUpModule|setup_function)$/;
/** What is asked of the machine, and not of a setting. */
const MACHINE = /\bsys\.(?:version|platform|implementation|maxsize)|\bplatform\.\w|\bshutil\.which\b|\bfind_spec\b/;
const MOST_ABOVE = 10;
const MOST_LEFT = 200;

const known = new WeakMap<object, Map<string, Conftest | undefined>>();

/** Do the conftest.py files above a file of tests let its cases run? */
export function ofConftests(ev: Evaluator, file: string, marks: Marks): State {
  const { inventory } = ev.program;
  let state: State = 'on';
  const parts = file.split('/').slice(0, -1);
  for (let deep = parts.length; deep >= Math.max(0, parts.length - MOST_ABOVE); deep--) {
    const dir = parts.slice(0, deep).join('/');
    const path = dir === '' ? 'conftest.py' : `${dir}/conftest.py`;
    if (!inventory.has(path) || path === file) continue;
    const here = known.get(inventory) ?? new Map<string, Conftest | undefined>();
    known.set(inventory, here);
    if (!here.has(path)) here.set(path, read(ev, path, dir, marks));
    const found = here.get(path);
    if (found === undefined) continue;
    state = worse(state, found.state);
    for (const one of found.left) if (isLeft(one, dir === '' ? file : file.slice(dir.length + 1))) state = worse(state, one.state);
  }
  return state;
}

function isLeft({ pattern, isGlob }: Conftest['left'][number], path: string): boolean {
  const plain = pattern.replace(/^(?:\.\/)+|\/+$/g, '');
  if (!isGlob) return path === plain || path.startsWith(`${plain}/`);
  const found = fnmatch(plain);
  return found !== undefined && holdsAbove(found, path);
}

function read(ev: Evaluator, path: string, dir: string, marks: Marks): Conftest | undefined {
  if (!SIGN.test(ev.program.inventory.written(path) ?? '')) return undefined;
  const unit = ev.program.unit(path);
  if (unit === undefined) return undefined;
  let state = setUpIn(unit.ast.statements, marks);
  for (const statement of unit.ast.statements) {
    if (tsc.isFunctionDeclaration(statement)) state = worse(state, ofHook(unit, statement, marks));
    // A conftest.py that is skipped itself takes its folder with it.
    else if (tsc.isExpressionStatement(statement) && marks.isSkip(statement.expression)) state = 'off';
  }
  return { dir, state, left: leftIn(unit) };
}

/** `collect_ignore = ["test_agent.py"]`, and what is added to it. */
function leftIn(unit: Unit): Conftest['left'] {
  const out: { pattern: string; isGlob: boolean; state: State }[] = [];
  for (const name of ['collect_ignore', 'collect_ignore_glob']) {
    for (const id of unit.names.get(name) ?? []) {
      const list = listGiven(id);
      if (list === undefined) continue;
      const state = placeOf(id, unit.ast, new Set(), 'off');
      if (state === 'on') continue;
      for (const element of list) {
        const inner =
          tsc.isSpreadElement(element) && tsc.isArrayLiteralExpression(element.expression) ? element.expression.elements : [element];
        for (const one of inner)
          if (tsc.isStringLiteralLike(one) && out.length < MOST_LEFT) out.push({ pattern: one.text, isGlob: name.endsWith('glob'), state });
      }
    }
  }
  return out;
}

/** What is put into a list at a place where it is named. */
function listGiven(id: ts.Identifier): readonly ts.Expression[] | undefined {
  const { parent } = id;
  const value = valueBehind(id);
  if (value !== undefined) return tsc.isArrayLiteralExpression(value) ? value.elements : undefined;
  const isPush = tsc.isPropertyAccessExpression(parent) && parent.expression === id && parent.name.text === 'push';
  return isPush && tsc.isCallExpression(parent.parent) ? parent.parent.arguments : undefined;
}

/** What a hook of pytest does to all cases. */
function ofHook(unit: Unit, fn: ts.FunctionDeclaration, marks: Marks): State {
  const name = fn.name?.text ?? '';
  if (!/^pytest_\w+$/.test(name) || fn.body === undefined) return 'on';
  const own = tellingNames(fn);
  let state: State = 'on';
  const take = (node: ts.Node, found: State): void => {
    if (found !== 'on') state = worse(state, placeOf(node, fn, own, found));
  };
  walk(fn.body, node => {
    if (tsc.isCallExpression(node) && isGoodExit(node)) take(node, 'off');
    if (name === 'pytest_runtest_setup' && marks.isSkip(node)) take(node, 'off');
    if (name === 'pytest_ignore_collect' && tsc.isReturnStatement(node)) take(node, ofAnswer(node.expression, own));
    if (name === 'pytest_collection_modifyitems') {
      if (isEmptied(node)) take(node, 'off');
      else if (tsc.isCallExpression(node) && isOfEveryCase(node, fn)) {
        const [mark] = node.arguments;
        if (mark !== undefined)
          take(node, tsc.isStringLiteralLike(mark) ? (/^(?:skip|xfail)$/.test(mark.text) ? 'off' : 'on') : marks.stateOf(mark, unit));
      }
    }
    return undefined;
  });
  return state;
}

/** `pytest.exit("later", returncode=0)` */
function isGoodExit(node: ts.CallExpression): boolean {
  const callee = node.expression;
  return (
    tsc.isPropertyAccessExpression(callee) &&
    callee.name.text === 'exit' &&
    callee.expression.getText() === 'pytest' &&
    node.arguments.some(
      arg =>
        tsc.isObjectLiteralExpression(arg) &&
        arg.properties.some(p => tsc.isPropertyAssignment(p) && propertyName(p) === 'returncode' && p.initializer.getText() === '0'),
    )
  );
}

/** `items.clear()`, `items[:] = []`, `del items[:]` */
function isEmptied(node: ts.Node): boolean {
  if (tsc.isCallExpression(node))
    return tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'clear' && isItems(node.expression.expression);
  if (tsc.isDeleteExpression(node)) {
    const call = node.expression;
    return tsc.isCallExpression(call) && tsc.isPropertyAccessExpression(call.expression) && isItems(call.expression.expression);
  }
  return (
    tsc.isBinaryExpression(node) &&
    node.operatorToken.kind === tsc.SyntaxKind.EqualsToken &&
    isItems(node.left) &&
    tsc.isArrayLiteralExpression(node.right) &&
    node.right.elements.length === 0
  );
}

function isItems(node: ts.Node): boolean {
  return tsc.isIdentifier(node) && node.text === 'items';
}

/** `item.add_marker(...)` of an item that runs through all of them */
function isOfEveryCase(call: ts.CallExpression, fn: FunctionNode): boolean {
  const callee = call.expression;
  if (!tsc.isPropertyAccessExpression(callee) || callee.name.text !== 'add_marker' || !tsc.isIdentifier(callee.expression)) return false;
  for (let up: ts.Node = call.parent; up !== fn; up = up.parent) {
    const all = tsc.isForOfStatement(up)
      ? up.expression
      : isFunctionNode(up) && tsc.isCallExpression(up.parent)
        ? up.parent.expression
        : undefined;
    if (all === undefined) continue;
    const text = all.getText().slice(0, 300);
    return /\bitems\b/.test(text) && !text.includes('=>');
  }
  return false;
}

/** What `return` in `pytest_ignore_collect` says. */
function ofAnswer(answer: ts.Expression | undefined, own: ReadonlySet<string>): State {
  if (answer === undefined || answer.kind === tsc.SyntaxKind.NullKeyword || answer.kind === tsc.SyntaxKind.FalseKeyword) return 'on';
  if (answer.kind === tsc.SyntaxKind.TrueKeyword) return 'off';
  return tellsApart(answer, own) || MACHINE.test(answer.getText().slice(0, 500)) ? 'on' : 'conditional';
}

/** What is set up before every case of a file or a class: fixtures with `autouse`, and `setUp`. */
export function setUpIn(members: readonly ts.Node[], marks: Marks): State {
  let state: State = 'on';
  for (const fn of members) {
    if (!isFunctionNode(fn) || fn.body === undefined) continue;
    const name = fn.name !== undefined && tsc.isIdentifier(fn.name) ? fn.name.text : '';
    if (!SET_UP.test(name) && !decoratorsOf(fn).some(isAutouse)) continue;
    const own = tellingNames(fn);
    walk(fn.body, node => {
      if (isFunctionNode(node)) return 'skip';
      if (marks.isSkip(node)) state = worse(state, placeOf(node, fn, own, 'off'));
      return undefined;
    });
  }
  return state;
}

function isAutouse(decorator: ts.Expression): boolean {
  return (
    tsc.isCallExpression(decorator) &&
    decorator.arguments.some(
      arg =>
        tsc.isObjectLiteralExpression(arg) &&
        arg.properties.some(
          p => tsc.isPropertyAssignment(p) && propertyName(p) === 'autouse' && p.initializer.kind === tsc.SyntaxKind.TrueKeyword,
        ),
    )
  );
}

/** What happens at a place, if `then` is what stands there: under a condition about the case itself it happens to some cases only. */
function placeOf(node: ts.Node, top: ts.Node, own: ReadonlySet<string>, then: State): State {
  let state = then;
  const under = (condition: ts.Expression): void => {
    const text = condition.getText().slice(0, 500);
    if (tellsApart(condition, own) || MACHINE.test(text) || condition.kind === tsc.SyntaxKind.FalseKeyword) state = 'on';
    else if (state === 'off' && condition.kind !== tsc.SyntaxKind.TrueKeyword) state = 'conditional';
  };
  for (let at = node; at !== top && at.parent !== undefined && state !== 'on'; at = at.parent) {
    const { parent } = at;
    // What stands in for a package that is missing.
    if (tsc.isCatchClause(parent)) return 'on';
    if (tsc.isIfStatement(parent) && parent.expression !== at) under(parent.expression);
    else if (tsc.isConditionalExpression(parent) && parent.condition !== at) under(parent.condition);
    else if (tsc.isBinaryExpression(parent) && parent.right === at && /&&|\|\|/.test(parent.operatorToken.getText())) under(parent.left);
    if (!tsc.isBlock(parent) && !tsc.isSourceFile(parent)) continue;
    for (const before of parent.statements) {
      if (before === at) break;
      if (tsc.isIfStatement(before) && /\b(?:return|continue)\b/.test(before.thenStatement.getText().slice(0, 300)))
        under(before.expression);
    }
  }
  return state;
}

/** Names of a function that stand for one case or its place: its parameters, what runs through them, and what is made of these. */
function tellingNames(fn: FunctionNode): ReadonlySet<string> {
  const own = new Set<string>();
  for (const { name } of fn.parameters)
    if (tsc.isIdentifier(name) && !/^(?:self|config|session|items)$/.test(name.text)) own.add(name.text);
  if (fn.body === undefined) return own;
  walk(fn.body, node => {
    if (tsc.isForOfStatement(node)) {
      const { initializer } = node;
      for (const id of tsc.isIdentifier(initializer) ? [initializer] : []) own.add(id.text);
      if (tsc.isVariableDeclarationList(initializer))
        for (const { name } of initializer.declarations) if (tsc.isIdentifier(name)) own.add(name.text);
    } else if (isFunctionNode(node)) {
      for (const { name } of node.parameters) if (tsc.isIdentifier(name)) own.add(name.text);
    } else if (tsc.isVariableDeclaration(node)) {
      if (tsc.isIdentifier(node.name) && node.initializer !== undefined && tellsApart(node.initializer, own)) own.add(node.name.text);
    } else if (tsc.isBinaryExpression(node) && tsc.isIdentifier(node.left) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken) {
      if (tellsApart(node.right, own)) own.add(node.left.text);
    }
    return undefined;
  });
  return own;
}

/** Does an expression ask for something of the case? What its `config` and its `session` say is the same for all. */
function tellsApart(node: ts.Node, own: ReadonlySet<string>): boolean {
  let found = false;
  walk(node, one => {
    if (found) return 'skip';
    if (!tsc.isIdentifier(one) || !own.has(one.text)) return undefined;
    const { parent } = one;
    if (tsc.isPropertyAccessExpression(parent)) {
      if (parent.name === one || (parent.expression === one && /^(?:config|session)$/.test(parent.name.text))) return undefined;
    }
    found = true;
    return 'skip';
  });
  return found;
}

export function worse(a: State, b: State): State {
  return a === 'off' || b === 'off' ? 'off' : a === 'conditional' || b === 'conditional' ? 'conditional' : 'on';
}
