// The cases of a Python test file, as pytest, unittest and Django find them: functions `test*`, methods `test*` of classes `Test*`
// and of test cases. Rows of `parametrize` count one each; marks and decorators say what is skipped.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import { resolve } from '../scope.ts';
import { isAsync, propertyName } from '../syntax.ts';
import { awaitsCases } from './async-python.ts';
import type { Case } from './cases.ts';
import { type Marks, ofConftests, type State, setUpIn, worse } from './conftest.ts';
import { leavesEarly } from './left-early.ts';

/** What is known of the cases of a Python file. */
export interface PythonCases {
  readonly list: readonly Case[];
  readonly cases: number;
  readonly skipped: number;
  readonly conditional: number;
  readonly runner: string | undefined;
  /** Are there rows whose number could not be read? */
  readonly open: boolean;
  /** The marks of the cases that run, each combination once. */
  readonly marks: readonly (readonly string[])[];
}

/** Files that the runners look into, unless they are told others. */
const COLLECTED = /(?:^|\/)(?:test[^/]*|[^/]*_test|tests)\.py$/;
const MOST_ROWS = 500;
const MOST_MARKS = 40;
/** Marks and decorators by which plugins run a coroutine as a case. */
const ASYNC =
  /^(?:asyncio\w*|anyio|trio|twisted|async_test|async_to_sync|gen_test|tornado|coroutine|run_loop|inlineCallbacks|unittest_run_loop|async_case)$/;

/** Counts the cases of a file; `named`: the runner is told the file, as it is with evaluations. */
export function pythonCasesOf(ev: Evaluator, unit: Unit, named: boolean): PythonCases {
  const out = { cases: 0, skipped: 0, conditional: 0 };
  const marks = new Map<string, readonly string[]>();
  let runner: string | undefined;
  let open = false;
  if (!named && !COLLECTED.test(unit.file)) return { ...out, list: [], runner, open: false, marks: [] };
  const own = ofModule(unit);
  const outer = worse(ofConftests(ev, unit.file, MARKS), setUpIn(unit.ast.statements, MARKS));
  const whole = { ...own, state: worse(own.state, outer) };
  const classes = new Map<ts.ClassDeclaration, State>();
  const list: Case[] = [];
  for (const { fn, around, how } of functionsOf(unit)) {
    if (how !== 'pytest') runner ??= how === 'plain' ? 'unittest' : how;
    const decorators = [fn, ...around].flatMap(decoratorsOf);
    const marked = [...whole.marks, ...decorators.flatMap(one => markOf(one)?.name ?? chain(one).at(-1) ?? '')];
    const waits =
      !isAsync(fn) || (how === 'pytest' ? marked.some(one => ASYNC.test(one)) || awaitsCases(ev.program.inventory) : how !== 'plain');
    const given = new Set(decorators.flatMap(namesOfTable));
    const tables = decorators.map(one => rowsOf(ev, one));
    open ||= tables.includes(undefined);
    const counted = tables.reduce<number>((all, one) => Math.min(MOST_ROWS, all * (one ?? 1)), 1);
    for (const one of around) if (!classes.has(one)) classes.set(one, setUpIn(one.members, MARKS));
    const told = [
      whole.state,
      ...around.map(one => classes.get(one) ?? 'on'),
      ...decorators.map(one => stateOf(one, unit)),
      ofBody(fn),
    ].reduce(worse);
    const state = counted === 0 || !waits ? 'off' : told;
    const rows = Math.max(counted, 1);
    list.push({ fn, state, rows, given });
    if (state === 'on') out.cases += rows;
    else out.skipped += rows;
    if (state === 'conditional') out.conditional += rows;
    const own = [...new Set([...whole.marks, ...decorators.flatMap(one => markOf(one)?.name ?? [])])].sort();
    if (state === 'on' && marks.size < MOST_MARKS) marks.set(own.join(' '), own);
  }
  return { ...out, list, runner: runner ?? (out.cases + out.skipped > 0 ? 'pytest' : undefined), open, marks: [...marks.values()] };
}

interface Found {
  readonly fn: FunctionNode;
  readonly around: readonly ts.ClassDeclaration[];
  /** `plain`: a class of unittest that awaits no case. */
  readonly how: 'pytest' | 'unittest' | 'django' | 'plain';
}

function functionsOf(unit: Unit): Found[] {
  const out: Found[] = [];
  for (const statement of unit.ast.statements) {
    if (tsc.isFunctionDeclaration(statement) && isTest(statement.name) && !isFixture(statement))
      out.push({ fn: statement, around: [], how: 'pytest' });
    if (!tsc.isClassDeclaration(statement) || isNoTest(statement)) continue;
    const base = statement.heritageClauses?.[0]?.types[0]?.expression;
    const kind = base === undefined ? undefined : caseClass(unit, base, 0);
    const isPlain = /^Test/.test(statement.name?.text ?? '') && !statement.members.some(tsc.isConstructorDeclaration);
    if (kind === undefined && !isPlain) continue;
    for (const member of statement.members)
      if (tsc.isMethodDeclaration(member) && isTest(member.name) && !isFixture(member))
        out.push({ fn: member, around: [statement], how: kind ?? 'pytest' });
  }
  return out;
}

/** `@pytest.fixture def test_client()` */
function isFixture(fn: FunctionNode): boolean {
  return decoratorsOf(fn).some(one => /^(?:fixture|async_fixture|hookimpl)$/.test(chain(one).at(-1) ?? ''));
}

/** `__test__ = False` */
function isNoTest(node: ts.ClassDeclaration): boolean {
  return node.members.some(
    one => tsc.isPropertyDeclaration(one) && propertyName(one) === '__test__' && one.initializer?.kind === tsc.SyntaxKind.FalseKeyword,
  );
}

/** The parameters that `parametrize("a,b", ...)` fills. */
function namesOfTable(node: ts.Expression): readonly string[] {
  const mark = markOf(node);
  const [names] = mark?.name === 'parametrize' ? mark.args : [];
  return names === undefined ? [] : listedIn(names);
}

function listedIn(names: ts.Expression): readonly string[] {
  if (tsc.isStringLiteralLike(names)) return names.text.split(',').map(name => name.trim());
  return tsc.isArrayLiteralExpression(names) ? names.elements.map(one => (tsc.isStringLiteralLike(one) ? one.text : '')) : [];
}

function isTest(name: ts.PropertyName | undefined): boolean {
  return name !== undefined && tsc.isIdentifier(name) && name.text.startsWith('test');
}

/** `unittest.TestCase`, `django.test.TestCase`, or a class of the file that is made from one. */
function caseClass(unit: Unit, base: ts.Expression, depth: number): 'unittest' | 'django' | 'plain' | undefined {
  let root: ts.Expression = base;
  while (tsc.isPropertyAccessExpression(root)) root = root.expression;
  if (!tsc.isIdentifier(root)) return undefined;
  const imported = unit.imports.get(root.text);
  if (imported !== undefined) {
    if (/^py:(?:django|rest_framework|channels)/.test(imported.specifier)) return 'django';
    const name = tsc.isPropertyAccessExpression(base) ? base.name.text : imported.name;
    if (name === 'TestCase' && imported.specifier === 'py:unittest') return 'plain';
    // A base class of the repository's own for its tests.
    return imported.specifier.startsWith('py:unittest') || /TestCase$/.test(name) ? 'unittest' : undefined;
  }
  const name = root.text;
  const own = unit.ast.statements.find(one => tsc.isClassDeclaration(one) && one.name?.text === name);
  const above = own !== undefined && tsc.isClassDeclaration(own) ? own.heritageClauses?.[0]?.types[0]?.expression : undefined;
  return above === undefined || depth > 5 ? undefined : caseClass(unit, above, depth + 1);
}

/** The names of a chain: `pytest.mark.skip` is `pytest`, `mark`, `skip`. */
function chain(node: ts.Expression): readonly string[] {
  const out: string[] = [];
  let at: ts.Expression = node;
  for (let steps = 0; steps < 12; steps++) {
    if (tsc.isParenthesizedExpression(at) || tsc.isCallExpression(at)) at = at.expression;
    else if (tsc.isPropertyAccessExpression(at)) {
      out.unshift(at.name.text);
      at = at.expression;
    } else break;
  }
  return tsc.isIdentifier(at) ? [at.text, ...out] : out;
}

/** The mark that `@pytest.mark.slow` or `@mark.slow(...)` sets, with what it is given. */
function markOf(node: ts.Expression): { readonly name: string; readonly args: readonly ts.Expression[] } | undefined {
  const names = chain(node);
  const at = names.indexOf('mark');
  const name = names[at + 1];
  if (at < 0 || at > 1 || name === undefined) return undefined;
  return { name, args: tsc.isCallExpression(node) ? [...node.arguments] : [] };
}

/** Does a decorator keep the cases under it from being run? */
export function isOff(decorator: ts.Expression): boolean {
  return stateOf(decorator) === 'off';
}

function stateOf(node: ts.Expression, unit?: Unit): State {
  const name = markOf(node)?.name ?? chain(node).at(-1) ?? '';
  // `later = pytest.mark.skip(reason="...")`, and `@later` above a case.
  const binding = unit !== undefined && tsc.isIdentifier(node) ? resolve(node) : undefined;
  if (binding?.kind === 'variable' && binding.node.initializer !== undefined) return stateOf(binding.node.initializer);
  // A failure that is expected says nothing.
  if (/^(?:skip|xfail|expectedFailure)$/.test(name)) return 'off';
  return /^(?:skipif|skipIf|skipUnless|skip_if\w*|skipUnlessDBFeature|requires_\w+)$/.test(name) ? 'conditional' : 'on';
}

const MARKS: Marks = {
  stateOf,
  isSkip: node => (tsc.isCallExpression(node) && isSkip(node)) || (tsc.isThrowStatement(node) && isSkipThrown(node)),
};

/** What the module says of all its cases: `pytestmark = pytest.mark.skip`, `pytest.skip(allow_module_level=True)`. */
function ofModule(unit: Unit): { readonly state: State; readonly marks: readonly string[] } {
  let state: State = 'on';
  const marks: string[] = [];
  for (const statement of unit.ast.statements) {
    if (tsc.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (!tsc.isIdentifier(name) || name.text !== 'pytestmark' || initializer === undefined) continue;
        const list = tsc.isArrayLiteralExpression(initializer) ? initializer.elements : [initializer];
        for (const one of list) {
          state = worse(state, stateOf(one));
          const mark = markOf(one);
          if (mark !== undefined) marks.push(mark.name);
        }
      }
    } else if (isSkipThrown(statement) || (tsc.isExpressionStatement(statement) && isSkip(statement.expression))) state = 'off';
    else if (tsc.isIfStatement(statement) && startsWithSkip(statement.thenStatement)) state = worse(state, 'conditional');
  }
  return { state, marks };
}

/** What a case does first: nothing at all, `pytest.skip("later")`, or that where a setting is missing. */
function ofBody(fn: FunctionNode): State {
  const body = fn.body !== undefined && tsc.isBlock(fn.body) ? fn.body.statements : [];
  const live = body.filter(one => !(tsc.isExpressionStatement(one) && !tsc.isCallExpression(bare(one.expression)) && !isAwait(one)));
  const [first] = live;
  // `return` for the time being: nothing of the case runs.
  if (first === undefined || isBareReturn(first) || isSkipThrown(first)) return 'off';
  if (tsc.isExpressionStatement(first) && isSkip(first.expression)) return 'off';
  return live.slice(0, 3).some(one => tsc.isIfStatement(one) && startsWithSkip(one.thenStatement)) ? 'conditional' : leavesEarly(fn);
}

function isAwait(statement: ts.ExpressionStatement): boolean {
  const node = bare(statement.expression);
  return tsc.isAwaitExpression(node) || tsc.isBinaryExpression(node) || tsc.isNewExpression(node);
}

function bare(node: ts.Expression): ts.Expression {
  let at = node;
  while (tsc.isParenthesizedExpression(at)) at = at.expression;
  return at;
}

function startsWithSkip(statement: ts.Statement): boolean {
  const first = tsc.isBlock(statement) ? statement.statements[0] : statement;
  if (first === undefined) return false;
  if (tsc.isThrowStatement(first)) return isSkipThrown(first);
  return tsc.isExpressionStatement(first) && isSkip(first.expression);
}

function isBareReturn(statement: ts.Statement): boolean {
  return (
    tsc.isReturnStatement(statement) && (statement.expression === undefined || statement.expression.kind === tsc.SyntaxKind.NullKeyword)
  );
}

/** `raise unittest.SkipTest("later")` */
function isSkipThrown(statement: ts.Statement): boolean {
  return tsc.isThrowStatement(statement) && /\bSkipTest\b/.test(statement.expression.getText().slice(0, 100));
}

function isSkip(node: ts.Expression): boolean {
  const call = bare(node);
  return tsc.isCallExpression(call) && /^(?:skip|skipTest)$/.test(chain(call).at(-1) ?? '') && chain(call).length <= 2;
}

/** The number of rows that a decorator makes of one case; undefined: not known. */
function rowsOf(ev: Evaluator, node: ts.Expression): number | undefined {
  const mark = markOf(node);
  const [, table] = mark?.name === 'parametrize' ? mark.args : [];
  if (table === undefined) return 1;
  const values = ev.budget.ask<readonly Value[]>(
    () => ev.values(table),
    () => [],
  );
  const [first] = values;
  if (first?.kind !== 'array' || first.node.elements.some(tsc.isSpreadElement)) return undefined;
  return Math.min(first.node.elements.length, MOST_ROWS);
}

/** What the cases of a function are given for a parameter by `parametrize`, or by the strategies of hypothesis. */
export function givenByDecorators(ev: Evaluator, parameter: ts.ParameterDeclaration): readonly ts.Expression[] {
  if (!tsc.isIdentifier(parameter.name)) return [];
  const wanted = parameter.name.text;
  const fn = parameter.parent;
  const around = tsc.isMethodDeclaration(fn) ? [fn.parent] : [];
  const out: ts.Expression[] = [];
  for (const node of [fn, ...around].flatMap(decoratorsOf)) {
    const mark = markOf(node);
    if (mark?.name === 'parametrize') out.push(...column(ev, mark.args, wanted));
    else if (tsc.isCallExpression(node) && /^(?:given|example)$/.test(chain(node).at(-1) ?? '')) {
      for (const arg of node.arguments) {
        if (!tsc.isObjectLiteralExpression(arg)) out.push(arg);
        else for (const p of arg.properties) if (tsc.isPropertyAssignment(p) && p.name.getText() === wanted) out.push(p.initializer);
      }
    }
  }
  return out;
}

/** The values of one name in `parametrize("question,answer", [("a", "b"), ...])`. */
function column(ev: Evaluator, [names, table]: readonly ts.Expression[], wanted: string): ts.Expression[] {
  if (names === undefined || table === undefined) return [];
  const listed = listedIn(names);
  const index = listed.indexOf(wanted);
  if (index < 0) return [];
  return ev.values(table).flatMap(value => {
    if (value.kind !== 'array') return [];
    return value.node.elements.slice(0, 200).flatMap((row): ts.Expression[] => {
      let cell: ts.Expression = bare(tsc.isSpreadElement(row) ? row.expression : row);
      const param = tsc.isCallExpression(cell) && chain(cell).at(-1) === 'param' ? [...cell.arguments] : undefined;
      if (param !== undefined) {
        const at = param[index];
        return at === undefined ? [] : [at];
      }
      if (listed.length === 1) return [cell];
      cell = bare(cell);
      const at = tsc.isArrayLiteralExpression(cell) ? cell.elements[index] : undefined;
      return at === undefined ? [] : [at];
    });
  });
}
