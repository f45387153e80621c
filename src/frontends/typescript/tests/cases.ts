// The cases of a test file: how many there are, how many are skipped, and which program runs them.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, isGlobal, type Value } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { contains, propertyName } from '../syntax.ts';
import { pythonCasesOf } from './cases-python.ts';
import { heardIn } from './heard.ts';
import { leavesEarly, skippingHooks } from './left-early.ts';

/** Packages whose functions declare tests, and the program that runs them, as of November 2026. */
const RUNNERS: Readonly<Record<string, string>> = {
  vitest: 'vitest',
  '@jest/globals': 'jest',
  'node:test': 'node',
  test: 'node',
  'bun:test': 'bun',
  mocha: 'mocha',
  ava: 'ava',
  tap: 'tap',
  tape: 'tape',
  uvu: 'uvu',
  '@playwright/test': 'playwright',
  '@japa/runner': 'japa',
  evalite: 'evalite',
  braintrust: 'braintrust',
  'vitest-evals': 'vitest',
  'langsmith/vitest': 'vitest',
  'langsmith/jest': 'jest',
  '@cloudflare/vitest-pool-workers': 'vitest',
};
/** Libraries of tests that the global names `it`, `test`, `describe` may come from, by the package that a manifest names. */
const GLOBALS = ['vitest', 'jest', '@jest/core', 'ts-jest', 'mocha', 'bun-types', '@types/bun', 'react-scripts', 'jasmine'] as const;

const CASE = /^(?:it|test|specify|xit|xtest|fit|evalite|Eval|describeEval)$/;
const GROUP = /^(?:describe|xdescribe|fdescribe|suite|context|xcontext)$/;
const OFF = /^(?:skip|todo|failing|fails|fixme)$/;
/** Packages that the reader knows to hold evaluations. */
const EVALUATIONS = new Set([
  'evalite',
  'braintrust',
  'vitest-evals',
  'langsmith/vitest',
  'langsmith/jest',
  'langsmith/evaluation',
  'autoevals',
  'promptfoo',
  'openevals',
  'agentevals',
  '@mastra/evals',
  'py:deepeval',
  'py:ragas',
  'py:openevals',
  'py:agentevals',
  'py:autoevals',
  'py:braintrust',
  'py:inspect_ai',
  'py:pydantic_evals',
  'py:langsmith/evaluation',
  'py:azure.ai.evaluation',
  'py:google.adk/evaluation/agent_evaluator',
  'py:trulens',
  'py:giskard',
  'py:promptfoo',
]);

/** A function that the runner takes for a case. */
export interface Case {
  readonly fn: FunctionNode;
  readonly state: 'on' | 'off' | 'conditional';
  /** How many cases it makes. */
  readonly rows: number;
  /** The parameters that are given by a table. */
  readonly given: 'all' | ReadonlySet<string>;
}

export interface Cases {
  /** The functions of the cases, as far as they stand in the file. */
  readonly list: readonly Case[];
  readonly cases: number;
  readonly skipped: number;
  /** Those of the skipped that run when a setting says so. */
  readonly conditional: number;
  readonly runner: string | undefined;
  /** Does the file import something that only evaluations use? */
  readonly evaluates: boolean;
  /** Marks of the cases that run, where the language has them: a run may choose by them. */
  /** Are there rows whose number could not be read? */
  readonly open?: boolean;
  readonly marks?: readonly (readonly string[])[];
}

const MOST_ROWS = 500;

/** Counts the cases of a file. */
export function casesOf(ev: Evaluator, unit: Unit): Cases {
  if (!isPythonFile(unit.file)) return written(ev, unit);
  const named = ev.program.inventory.roleOf(unit.file) === 'eval';
  return { ...pythonCasesOf(ev, unit, named), evaluates: isEvaluation(unit) };
}

function written(ev: Evaluator, unit: Unit): Cases {
  let cases = 0;
  let skipped = 0;
  let conditional = 0;
  let runner: string | undefined;
  const roots = new Map<string, string | undefined>();
  const list: Case[] = [];
  const only = aloneIn(unit);
  const hooks = skippingHooks(unit);
  const offNames = new Map<string, boolean>();
  const isOffName = (root: ts.Identifier): boolean => {
    const known = offNames.get(root.text) ?? isOffElsewhere(ev, unit, root);
    offNames.set(root.text, known);
    return known;
  };
  for (const node of unit.calls) {
    if (!tsc.isCallExpression(node)) continue;
    const head = headOf(node);
    if (head === undefined) continue;
    const own = namedRunner(ev, unit, head.root, roots);
    if (own === null) continue;
    const isCase = own === 'ava' || own === 'tap' || own === 'tape' || own === 'uvu' ? true : CASE.test(original(unit, head.root));
    if (!isCase || head.members.some(m => GROUP.test(m)) || head.members.some(m => NOT_A_CASE.test(m))) continue;
    const body = node.arguments.findLast(arg => isFunctionNode(arg));
    const holds = body !== undefined || /^(?:evalite|Eval|describeEval)$/.test(original(unit, head.root));
    const written = isFunctionNode(body ?? node) && isEmpty(body) ? 'off' : stateOf(node, head);
    if (!holds && !head.members.includes('todo')) continue;
    runner ??= own;
    const counted = rowsOf(ev, head.table);
    const alone = only.length > 0 && !only.some(one => one === node || contains(one, node));
    const off = counted === 0 || alone || heardIn(ev, unit, node, undefined) === 'never';
    const told = hooks.filter(hook => contains(hook.within, node)).map(hook => hook.state);
    if (body !== undefined && isFunctionNode(body)) told.push(leavesEarly(body));
    const hidden = off || told.includes('off') || isOffName(head.root);
    const state = hidden ? 'off' : written === 'on' && told.includes('conditional') ? 'conditional' : written;
    const rows = Math.max(counted, 1);
    if (body !== undefined && isFunctionNode(body))
      list.push({ fn: body, state, rows, given: head.table === undefined ? new Set() : 'all' });
    if (state === 'on' && holds) cases += rows;
    else skipped += rows;
    if (state === 'conditional' && holds) conditional += rows;
  }
  return {
    list,
    cases,
    skipped,
    conditional,
    runner: runner ?? (cases + skipped > 0 ? globalRunner(ev, unit) : undefined),
    evaluates: isEvaluation(unit),
  };
}

/** Does a file import something that only evaluations use? */
function isEvaluation(unit: Unit): boolean {
  const imported = [...unit.imports.values()].map(one => one.specifier);
  return imported.some(
    specifier =>
      EVALUATIONS.has(specifier) ||
      EVALUATIONS.has(
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
  );
}

/** Members of `test` that are no case of their own: hooks, and what Playwright and uvu hang on it. */
const NOT_A_CASE =
  /^(?:before|after|beforeEach|afterEach|beforeAll|afterAll|use|step|extend|setTimeout|run|slow|info|expect|teardown|mock|setup)$/;

interface Head {
  readonly root: ts.Identifier;
  readonly members: readonly string[];
  /** The table of `test.each(table)`. */
  readonly table: ts.Node | undefined;
}

/** Takes `test.concurrent.each(rows)` apart. */
function headOf(call: ts.CallExpression): Head | undefined {
  const members: string[] = [];
  let table: ts.Node | undefined;
  let node: ts.Expression = call.expression;
  for (let steps = 0; steps < 12; steps++) {
    if (tsc.isIdentifier(node)) return { root: node, members, table };
    if (tsc.isPropertyAccessExpression(node)) {
      members.push(node.name.text);
      node = node.expression;
    } else if (tsc.isCallExpression(node)) {
      const callee = node.expression;
      if (tsc.isPropertyAccessExpression(callee) && /^(?:each|for)$/.test(callee.name.text)) table = node.arguments[0];
      node = callee;
    } else if (tsc.isTaggedTemplateExpression(node)) node = node.tag;
    else return undefined;
  }
  return undefined;
}

/** The name as its package exports it: `import { test as check }`. */
function original(unit: Unit, root: ts.Identifier): string {
  const imported = unit.imports.get(root.text);
  return imported === undefined || imported.name === 'default' || imported.name === '*' ? root.text : imported.name;
}

/** The program that a name belongs to; undefined: a global of some runner; null: it declares no tests. */
function namedRunner(ev: Evaluator, unit: Unit, root: ts.Identifier, known: Map<string, string | undefined>): string | undefined | null {
  const imported = unit.imports.get(root.text);
  if (imported !== undefined) {
    if (known.has(root.text)) return known.get(root.text);
    const direct = Object.hasOwn(RUNNERS, imported.specifier) ? RUNNERS[imported.specifier] : undefined;
    if (direct !== undefined) return direct;
    if (!CASE.test(root.text) && !CASE.test(imported.name)) return null;
    // Through fixtures of the repository: `export const test = base.extend({...})`.
    const from = ev.budget.ask<readonly Value[]>(
      () => ev.imported(unit, root.text),
      () => [],
    );
    const found = from.flatMap(value =>
      value.kind === 'foreign' && Object.hasOwn(RUNNERS, value.package) ? (RUNNERS[value.package] ?? []) : [],
    )[0];
    known.set(root.text, found);
    return found ?? null;
  }
  if (!CASE.test(root.text) && !GROUP.test(root.text)) return null;
  const binding = resolve(root);
  if (binding === undefined) return undefined;
  // `const { test } = require('node:test')`
  const values = ev.budget.ask<readonly Value[]>(
    () => ev.identifier(root, undefined),
    () => [],
  );
  const found = values.flatMap(v => (v.kind === 'foreign' && Object.hasOwn(RUNNERS, v.package) ? (RUNNERS[v.package] ?? []) : []))[0];
  return found ?? (values.some(v => isGlobal(v, root.text)) ? undefined : null);
}

/** `export const test = base.skip` in another file */
function isOffElsewhere(ev: Evaluator, unit: Unit, root: ts.Identifier): boolean {
  if (unit.imports.get(root.text)?.specifier.startsWith('.') !== true) return false;
  const from = ev.budget.ask<readonly Value[]>(
    () => ev.imported(unit, root.text),
    () => [],
  );
  return (
    from.length > 0 &&
    from.every(value => value.kind === 'foreign' && value.steps.some(step => step.kind === 'member' && OFF.test(step.name)))
  );
}

function globalRunner(ev: Evaluator, unit: Unit): string | undefined {
  const pkg = ev.program.inventory.packageOf(unit.file);
  const names = [
    ...(pkg?.dependencies.keys() ?? []),
    ...ev.program.inventory.packages.filter(one => one.dir === '').flatMap(one => [...one.dependencies.keys()]),
  ];
  const found = GLOBALS.find(name => names.includes(name));
  if (found === undefined) return undefined;
  return /bun/.test(found) ? 'bun' : /jest|react-scripts/.test(found) ? 'jest' : found;
}

/** Does a case run, never, or only when a setting says so? Groups and conditions around it count. */
function stateOf(node: ts.CallExpression, own: Head): 'on' | 'off' | 'conditional' {
  const judge = (head: Head): 'on' | 'off' | 'conditional' => {
    if (/^x/.test(head.root.text) || head.members.some(m => OFF.test(m))) return 'off';
    if (head.members.some(m => /^(?:skipIf|runIf)$/.test(m))) return 'conditional';
    // `const maybe = process.env.KEY ? describe : describe.skip`.
    return mayBeSkip(head.root) ? 'conditional' : 'on';
  };
  let state = isSkippedByOption(node) ? 'off' : judge(own);
  let depth = 0;
  for (let up = node.parent; up !== undefined && depth < 200 && state !== 'off'; up = up.parent, depth++) {
    if (tsc.isCallExpression(up)) {
      const head = headOf(up);
      const group =
        head !== undefined &&
        (GROUP.test(head.root.text) ||
          /^xdescribe|^xcontext/.test(head.root.text) ||
          head.members.some(m => GROUP.test(m)) ||
          mayBeSkip(head.root));
      const around = head !== undefined && group ? (isSkippedByOption(up) ? 'off' : judge(head)) : 'on';
      if (around !== 'on') state = around;
    } else if (tsc.isIfStatement(up) && /process\.env|import\.meta\.env/.test(up.expression.getText().slice(0, 500))) state = 'conditional';
  }
  return state;
}

/** Cases and groups that run alone: of the others in the file none does. The runner of Node asks for a flag first. */
function aloneIn(unit: Unit): readonly ts.Node[] {
  const imported = [...unit.imports.values()].some(one => /^(?:node:)?test$/.test(one.specifier));
  if (imported) return [];
  return unit.calls.filter(call => {
    if (!tsc.isCallExpression(call)) return false;
    const head = headOf(call);
    if (head === undefined || !call.arguments.some(isFunctionNode)) return false;
    return (
      /^(?:fit|fdescribe)$/.test(head.root.text) ||
      (head.members.includes('only') && (CASE.test(head.root.text) || GROUP.test(head.root.text)))
    );
  });
}

/** `test('a', { skip: true }, async () => ...)` */
function isSkippedByOption(call: ts.CallExpression): boolean {
  return call.arguments.some(
    arg =>
      tsc.isObjectLiteralExpression(arg) &&
      arg.properties.some(
        p =>
          tsc.isPropertyAssignment(p) &&
          /^(?:skip|todo|fails)$/.test(propertyName(p) ?? '') &&
          (p.initializer.kind === tsc.SyntaxKind.TrueKeyword || tsc.isStringLiteralLike(p.initializer)),
      ),
  );
}

function mayBeSkip(root: ts.Identifier): boolean {
  const binding = resolve(root);
  if (binding?.kind !== 'variable') return false;
  const text = binding.node.initializer?.getText().slice(0, 300) ?? '';
  return /\.(?:skip|skipIf|runIf)\b/.test(text);
}

function isEmpty(body: ts.Node | undefined): boolean {
  return (
    body !== undefined && isFunctionNode(body) && body.body !== undefined && tsc.isBlock(body.body) && body.body.statements.length === 0
  );
}

/** The number of rows of a table; 1 where it cannot be read. */
function rowsOf(ev: Evaluator, table: ts.Node | undefined): number {
  if (table === undefined || !tsc.isExpression(table)) return 1;
  const values = ev.budget.ask<readonly Value[]>(
    () => ev.values(table as ts.Expression),
    () => [],
  );
  const rows = values[0]?.kind === 'array' && values.length === 1 ? values[0].node.elements.length : 1;
  return Math.min(rows, MOST_ROWS);
}
