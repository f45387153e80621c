// What a test asserts: matchers, assertions of libraries and of the language, errors of its own, snapshots, mocks that are asked, and
// functions of the repository in which that is done. An assertion counts where it runs, where its failure is heard, and where it is about
// something else than the test's own constants.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingClass, isFunctionNode, resolve } from '../scope.ts';
import { isAsync, strip } from '../syntax.ts';
import { heardIn, isLost, truthOf } from './heard.ts';
import { type Root, Roots, rootOf, type Tabled } from './roots.ts';

const MOST = 300;
const HELPERS_DEEP = 4;

/** Packages in which everything asserts, and packages that do other things as well. */
const PURE =
  /^(?:(?:node:)?assert(?:\/strict)?|chai|should|expect|power-assert|uvu\/assert|unexpected|must|@std\/(?:assert|expect)|@hapi\/code|earl|aws-cdk-lib\/assertions|jsr:@std\/\w+|py:(?:aws_cdk\/assertions|aws_cdk\.assertions|hamcrest|assertpy|expects|sure|testfixtures|precisely|grappa|dirty_equals))(?:\/|$)/;
const MIXED =
  /^(?:vitest|jest|@jest\/globals|bun:test|@playwright\/test|ava|tap|tape|sinon|@japa\/\w+|py:(?:unittest|pytest|nose|numpy|pandas|deepeval|ward|django|mockito))(?:\/|$)/;
const DECLARES =
  /^(?:it|test|describe|suite|vi|jest|mock|before\w*|after\w*|expectTypeOf|assertType|bench|spy|stub|fixture|mark|param|approx|patch|Mock|MagicMock|AsyncMock|array|DataFrame|skip|importorskip)$/;
const ASSERTS =
  /^(?:expect|assert\w*|should|fail|verify\w*|check\w*|ensure\w*|must\w*|validate\w*|invariant|strictEqual|deepStrictEqual|deepEqual|rejects|ok)$/;
/** Members that assert, whatever they are members of. */
const MEMBERS =
  /^(?:assert\w*|expect\w*|should|fail|failIf|failUnless|verify\w*|raises|warns|deprecated_call|done|isDone|raise_for_status|match_snapshot|to[A-Z]\w*|(?:get|getAll|find|findAll)By\w+|waitFor\w*|calledWith|calledOnce\w*|must|eventually)$/;
/** What the object that a runner hands to a case does besides asserting. */
const NO_ASSERTION =
  /^(?:log|plan|teardown|timeout|mock|test|skip|todo|diagnostic|after|afterEach|before|beforeEach|comment|end|context|pass|annotate|onTestFinished|onTestFailed|signal|task|name|addCleanup|subTest|setUp|tearDown|id|step|info|goto|click|fill|locator|getattr)$/;
/** What `expect` does besides asserting. */
const NO_MATCHER =
  /^(?:assertions|hasAssertions|extend|any|anything|objectContaining|arrayContaining|stringContaining|stringMatching|closeTo|addSnapshotSerializer|getState|setState)$/;
const FAILS = /^(?:fail|unreachable|never)$/;
const ANY_ERROR = /^(?:Exception|BaseException)$/;

/** One assertion, and what it is about. */
export interface Assertion {
  readonly node: ts.Node;
  readonly roots: readonly Root[];
  /** What the helper asserts that is called there. */
  readonly inner?: { readonly helper: FunctionNode; readonly found: readonly Assertion[] };
}

/** The assertions of a function that may fail the test for something. */
export function assertionsIn(reading: Reading, unit: Unit, fn: FunctionNode, tabled: Tabled | undefined, depth = 0): readonly Assertion[] {
  const out: Assertion[] = [];
  if (fn.body === undefined) return out;
  const { near: ev } = reading;
  const roots = new Roots(reading, unit, fn, tabled);
  let left = MOST;
  const add = (node: ts.Node, subjects: readonly ts.Node[], more: readonly Root[] = [], inner?: Assertion['inner']): unknown => {
    if (heardIn(ev, unit, node, fn) !== 'heard') return undefined;
    const found = [...roots.of(subjects), ...more];
    return found.length > 0 && out.push({ node, roots: found, ...(inner === undefined ? {} : { inner }) });
  };
  walk(fn.body, node => {
    if (left <= 0) return 'skip';
    if (tsc.isIfStatement(node)) {
      const stated = statedBy(node);
      if (stated !== undefined) {
        left--;
        if (truthOf(ev, unit, stated) === undefined && !isTwice(stated)) add(node, [stated]);
        walkCalls(stated);
        return 'skip';
      }
    }
    if (tsc.isThrowStatement(node)) thrown(node);
    if (tsc.isPropertyAccessExpression(node) && tsc.isExpressionStatement(node.parent)) chained(node);
    if (tsc.isCallExpression(node)) chained(node);
    if (tsc.isBlock(node)) expected(node);
    return undefined;
  });
  return out;

  /** In what is stated, too, a helper may assert. */
  function walkCalls(stated: ts.Node): void {
    walk(stated, node => {
      if (tsc.isCallExpression(node)) chained(node);
      return undefined;
    });
  }

  /** `if (!said.includes('a')) throw new Error('wrong')` */
  function thrown(node: ts.ThrowStatement | ts.CallExpression): unknown {
    const conditions: ts.Expression[] = [];
    let child: ts.Node = node;
    for (let up = node.parent; up !== undefined && child !== fn; child = up, up = up.parent) {
      if (tsc.isIfStatement(up) && child !== up.expression) conditions.push(up.expression);
      if (tsc.isSwitchStatement(up)) conditions.push(up.expression);
      // The error that was caught is handed on.
      if (tsc.isCatchClause(up) && tsc.isThrowStatement(node) && tsc.isIdentifier(node.expression)) return undefined;
      if (tsc.isCatchClause(up)) return add(node, [up.parent.tryBlock]);
      // What a stand-in throws is no assertion.
      if (isFunctionNode(up) && up !== fn && !isOnTheWay(up)) return undefined;
      if (up === fn) break;
    }
    return conditions.length > 0 && add(node, conditions);
  }

  function chained(node: ts.CallExpression | ts.PropertyAccessExpression): unknown {
    if (!isTop(node)) return undefined;
    left--;
    const root = rootOf(node);
    const { members, args, direct } = linksOf(node);
    const callee = tsc.isCallExpression(node) ? node.expression : node;
    if (root === undefined) {
      // `self.assertEqual(...)`, `(await said).should.be.true`
      if (startsWithThis(node) && members.some(one => MEMBERS.test(one)) && helperOf(callee).length === 0) {
        if (FAILS.test(members.at(-1) ?? '') && tsc.isCallExpression(node)) return thrown(node);
        if (isRaising(members.at(-1)) && args.length < 2) return undefined;
        return add(node, args);
      }
      if (members.some(one => one === 'should' || one === 'assert')) return add(node, [node]);
      if (!tsc.isCallExpression(node) || helped(node)) return undefined;
      // A case that the class above holds is not read.
      return isInherited(node) && add(node, [], [{ kind: 'state' }]);
    }
    const imported = unit.imports.get(root.text);
    const name = imported === undefined || imported.name === 'default' || imported.name === '*' ? root.text : imported.name;
    const binding = resolve(root);
    const last = members.at(-1) ?? name;
    const named = ASSERTS.test(name) || members.some(one => MEMBERS.test(one));
    const library = imported !== undefined && (PURE.test(imported.specifier) || (named && MIXED.test(imported.specifier)));
    if (binding === undefined || library || (imported !== undefined && name === 'expect')) {
      if (
        DECLARES.test(name) ||
        members.some(one => DECLARES.test(one) && !direct) ||
        (members[0] !== undefined && NO_MATCHER.test(members[0]))
      )
        return undefined;
      const asserts = library || ASSERTS.test(name);
      if (asserts) {
        if (FAILS.test(last) && tsc.isCallExpression(node)) return thrown(node);
        // `with pytest.raises(...)`: what stands in the block.
        if (isRaising(last) && args.length < 2) return undefined;
        if (/^(?:expect|should)$/.test(name) && members.length === 0 && !/^py:/.test(imported?.specifier ?? '')) return undefined;
        // The runner of Bun waits for these by itself.
        const waits = imported?.specifier === 'bun:test';
        if (!waits && members.some(one => /^(?:resolves|rejects|eventually)$/.test(one)) && isLost(node, fn)) return undefined;
        const [given, wanted] = args;
        if (/^(?:toBe|toEqual|toStrictEqual|equal|strictEqual)$/.test(last) && isSameText(given, wanted)) return undefined;
        const pair = isPair(last, members) ? args.slice(0, 2) : args;
        return add(node, pair);
      }
    }
    // `t.is(...)` of what the runner hands to the case.
    if (binding?.kind === 'parameter' && binding.node.parent === fn && tabled?.fn !== fn && members.length > 0 && !isPython(node)) {
      if (last === 'fail' && tsc.isCallExpression(node)) return thrown(node);
      if (binding.element === undefined && !members.some(one => NO_ASSERTION.test(one))) return add(node, args);
    }
    if (tsc.isCallExpression(node) && helped(node)) return undefined;
    if (!members.some(one => MEMBERS.test(one)) && !(ASSERTS.test(name) && direct) && !isOfLibrary(root)) return undefined;
    if (isOfAgent(callee)) return undefined;
    return add(node, [node, ...args]);
  }

  /** A function of the tests in which something is asserted. */
  function helped(call: ts.CallExpression): boolean {
    const own = helperOf(call.expression);
    if (own.length === 0) return false;
    if (depth >= HELPERS_DEEP) return true;
    for (const helper of own) {
      if (helper === fn || inside(call, helper)) continue;
      const found = helperAssertions(reading, helper, depth + 1);
      if (found.length === 0 || (isAsync(helper) && isLost(call, fn))) continue;
      const beyond = found.flatMap(one => one.roots).filter(one => one.kind !== 'param');
      const itself: Root[] = beyond.length > 0 ? [{ kind: 'call', node: call }] : [];
      if (beyond.some(one => one.kind === 'state')) itself.push({ kind: 'state' });
      add(call, call.arguments, itself, { helper, found });
    }
    return true;
  }

  function helperOf(callee: ts.Expression): readonly FunctionNode[] {
    const values = ev.budget.ask<readonly Value[]>(
      () => ev.values(callee),
      () => [],
    );
    const found = values.flatMap(value => (value.kind === 'function' ? [value.node] : []));
    return found.filter(one => reading.inventory.roleOf(one.getSourceFile().fileName) !== 'production' || usesLibrary(reading, one));
  }

  function isInherited({ expression }: ts.CallExpression): boolean {
    if (!tsc.isPropertyAccessExpression(expression)) return false;
    if (expression.expression.kind === tsc.SyntaxKind.SuperKeyword) return expression.name.text.startsWith('test');
    const around = enclosingClass(fn);
    const own = around?.members.some(one => one.name !== undefined && one.name.getText() === expression.name.text) === true;
    return expression.expression.kind === tsc.SyntaxKind.ThisKeyword && !own && ASSERTS.test(expression.name.text);
  }

  /** `const template = Template.fromStack(stack); template.hasOutput(...)` */
  function isOfLibrary(root: ts.Identifier): boolean {
    if (resolve(root)?.kind !== 'variable') return false;
    const values = ev.budget.ask<readonly Value[]>(
      () => ev.values(root),
      () => [],
    );
    return values.some(value => value.kind === 'foreign' && value.steps.length > 0 && PURE.test(value.package));
  }

  /** Is it the agent's own code that is called so? */
  function isOfAgent(callee: ts.Expression): boolean {
    const values = ev.budget.ask<readonly Value[]>(
      () => ev.values(callee),
      () => [],
    );
    return values.some(
      value => value.kind === 'function' && reading.inventory.roleOf(value.node.getSourceFile().fileName) === 'production',
    );
  }

  /** `with pytest.raises(ValueError): ...`: the block must fail. */
  function expected(block: ts.Block): void {
    if (!isPython(block)) return;
    for (const [at, statement] of block.statements.entries()) {
      const raising = raisingIn(statement);
      const rest = block.statements.slice(at + 1);
      if (rest.length === 0) continue;
      // `with expectation:` of a row, which may be `pytest.raises(...)`.
      const isRow = tsc.isExpressionStatement(statement) && tsc.isIdentifier(statement.expression);
      if (raising === undefined ? !(isRow && isParameter(statement.expression)) : isVague(raising, block)) continue;
      if (rest.every(one => heardIn(ev, unit, one, fn) !== 'heard')) continue;
      add(block, rest);
    }
  }

  /** Any error is one that a slip in the test makes, too: unless it is looked at, or the code under test throws no better one. */
  function isVague({ call, caught }: Raising, block: ts.Block): boolean {
    const [error] = call.arguments;
    if (error === undefined || !ANY_ERROR.test(error.getText().slice(0, 40)) || /Regex/.test(call.expression.getText().slice(-30)))
      return false;
    if (keywordOf(keywordsIn([...call.arguments]), 'match') !== undefined) return false;
    if (caught !== undefined && (unit.names.get(caught.text) ?? []).some(id => id.pos > block.end && inside(id, fn))) return false;
    const text = fn.getText().slice(0, 20_000);
    if (/\bside_effect\b/.test(text) && /\bnew (?:Base)?Exception\(/.test(text)) return false;
    let own = false;
    walk(block, node => {
      if (own || !(tsc.isCallExpression(node) || tsc.isNewExpression(node))) return own ? 'skip' : undefined;
      own = ev.budget
        .ask<readonly Value[]>(
          () => ev.values(node.expression),
          () => [],
        )
        .some(throwsPlain);
      return undefined;
    });
    return !own;
  }

  function isOnTheWay(inner: FunctionNode): boolean {
    const call = inner.parent;
    return (
      (tsc.isCallExpression(call) &&
        tsc.isPropertyAccessExpression(call.expression) &&
        /^(?:then|catch|forEach|map|step)$/.test(call.expression.name.text)) ||
      tsc.isNewExpression(call)
    );
  }
}

const asserting = new WeakMap<FunctionNode, readonly Assertion[]>();

function helperAssertions(reading: Reading, helper: FunctionNode, depth: number): readonly Assertion[] {
  const known = asserting.get(helper);
  if (known !== undefined) return known;
  // Helpers may call each other.
  asserting.set(helper, []);
  const found = assertionsIn(reading, reading.ev.program.unitOf(helper), helper, undefined, depth);
  asserting.set(helper, found);
  return found;
}

/** A helper of tests may stand beside the code: it imports what only tests do. */
function usesLibrary({ ev }: Reading, fn: FunctionNode): boolean {
  return [...ev.program.unitOf(fn).imports.values()].some(
    one => MIXED.test(one.specifier) && !/^py:(?:unittest|numpy|pandas|django)/.test(one.specifier),
  );
}

function isParameter(node: ts.Node): boolean {
  return tsc.isIdentifier(node) && resolve(node)?.kind === 'parameter';
}

interface Raising {
  readonly call: ts.CallExpression;
  /** The name under which the error can be looked at. */
  readonly caught: ts.Identifier | undefined;
}

/** `info = pytest.raises(...)` as the lowered `with` says it. */
function raisingIn(statement: ts.Statement): Raising | undefined {
  if (!tsc.isExpressionStatement(statement) && !tsc.isVariableStatement(statement)) return undefined;
  const [declared] = tsc.isVariableStatement(statement) ? statement.declarationList.declarations : [];
  const written = tsc.isExpressionStatement(statement) ? statement.expression : undefined;
  const set = written !== undefined && tsc.isBinaryExpression(written) ? written : undefined;
  const call = strip(declared?.initializer ?? set?.right ?? written);
  if (call === undefined || !tsc.isCallExpression(call)) return undefined;
  const { expression } = call;
  const name = tsc.isPropertyAccessExpression(expression) ? expression.name.text : tsc.isIdentifier(expression) ? expression.text : '';
  const left = declared?.name ?? set?.left;
  return isRaising(name) ? { call, caught: left !== undefined && tsc.isIdentifier(left) ? left : undefined } : undefined;
}

/** Does a function throw an error of no class of its own? */
function throwsPlain(value: Value): boolean {
  const node = value.kind === 'function' ? value.node : value.kind === 'class' ? value.node : undefined;
  return node !== undefined && /\bthrow new (?:Base)?Exception\(/.test(node.getText().slice(0, 40_000));
}

/** What the lowered `assert` states. */
function statedBy(node: ts.IfStatement): ts.Expression | undefined {
  const first = tsc.isBlock(node.thenStatement) ? node.thenStatement.statements[0] : node.thenStatement;
  const condition = node.expression;
  if (first === undefined || !tsc.isThrowStatement(first) || !isPython(node)) return undefined;
  if (!/^new AssertionError\b/.test(first.expression.getText().slice(0, 40))) return undefined;
  const negated = tsc.isPrefixUnaryExpression(condition) && condition.operator === tsc.SyntaxKind.ExclamationToken;
  return negated ? condition.operand : condition;
}

/** `said == said` */
function isTwice(node: ts.Expression): boolean {
  const bare = strip(node);
  return bare !== undefined && tsc.isBinaryExpression(bare) && isSameText(bare.left, bare.right);
}

function isSameText(a: ts.Node | undefined, b: ts.Node | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const text = a.getText().slice(0, 200);
  return text === b.getText().slice(0, 200) && !text.includes('(');
}

function isPair(last: string, members: readonly string[]): boolean {
  return members.length <= 1 && /^(?:equal|strictEqual|deepEqual|deepStrictEqual|notEqual|is|not|like)$/.test(last);
}

/** The last node of a chain of members and calls. */
function isTop(node: ts.Node): boolean {
  const { parent } = node;
  if (tsc.isPropertyAccessExpression(parent) && parent.expression === node)
    return !(
      tsc.isCallExpression(parent.parent) ||
      tsc.isPropertyAccessExpression(parent.parent) ||
      tsc.isExpressionStatement(parent.parent)
    );
  return !(tsc.isCallExpression(parent) && parent.expression === node);
}

/** The members, and the arguments of the calls, of a chain from its root on; `direct`: the root itself is called. */
function linksOf(top: ts.Expression): {
  readonly members: readonly string[];
  readonly args: readonly ts.Expression[];
  readonly direct: boolean;
} {
  const members: string[] = [];
  const args: ts.Expression[] = [];
  let direct = false;
  let node = top;
  for (let steps = 0; steps < 40; steps++) {
    if (tsc.isCallExpression(node)) {
      args.unshift(...node.arguments);
      direct = tsc.isIdentifier(node.expression);
      node = node.expression;
    } else if (tsc.isPropertyAccessExpression(node)) {
      members.unshift(node.name.text);
      node = node.expression;
    } else if (tsc.isAwaitExpression(node) || tsc.isParenthesizedExpression(node)) node = node.expression;
    else break;
  }
  return { members, args, direct };
}

function startsWithThis(top: ts.Expression): boolean {
  let node = top;
  while (tsc.isCallExpression(node) || tsc.isPropertyAccessExpression(node)) node = node.expression;
  return node.kind === tsc.SyntaxKind.ThisKeyword;
}

function isRaising(name: string | undefined): boolean {
  return (
    name !== undefined &&
    /^(?:raises|assertRaises|assertRaisesRegex|assertWarns|assertWarnsRegex|warns|deprecated_call|assertLogs|assertNoLogs)$/.test(name)
  );
}

function inside(node: ts.Node, around: ts.Node): boolean {
  return node.getSourceFile() === around.getSourceFile() && around.pos <= node.pos && node.end <= around.end;
}
