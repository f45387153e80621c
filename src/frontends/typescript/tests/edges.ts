// Values at the edge of what users send, as tests feed them to the agent: read from arguments and cases, never from titles.
import type { ts } from 'ts-morph';
import type { EdgeCase, FedEdge } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { type FunctionNode, textOf, type Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { givenHere, itemsOfLoop, tableValues } from './given.ts';
import { isLong } from './lengths.ts';
import type { Proofs } from './proofs.ts';
import { rootOf } from './roots.ts';
import { isAttack, VERY_LONG } from './signs.ts';
import { isReplaced } from './stand-ins.ts';
import { isDrawn, type Subjects } from './subjects.ts';

/** Nodes looked at for one argument, and edges kept for one file. */
const MOST_NODES = 300;
const MOST_EDGES = 30;
const MOST_CALLS = 1500;

/** Members in which the text of a user travels. */
const INPUT =
  /^(?:message|messages|content|text|prompt|input|query|question|body|msg|userMessage|userInput|user_input|q|instruction|instructions|command|url|path)$/;
const NOT_USER = new Set(['assistant', 'system', 'tool', 'developer', 'ai', 'function']);
/** Packages that send a request to an application inside a test. */
const SENDERS = new Set(['supertest', 'light-my-request', 'chai-http', 'superagent', 'pactum']);
const SENDING = /^(?:send|inject|request|fetch|post)$/;

/** The same in Python. */
const PY_SENDERS = /^py:(?:fastapi|starlette|httpx|flask|quart|django|rest_framework|aiohttp|litestar|async_asgi_testclient|requests)$/;
const PY_SENDING = /^(?:post|put|patch|get|request|stream|send_json|send_text|websocket_connect)$/;
const PY_RUNNING =
  /^(?:a?invoke|a?stream|astream_events|a?batch|a?run|_a?run|run_sync|run_stream|kickoff|kickoff_async|forward|a?call|a?chat|a?query|a?predict|func|coroutine|fn|on_invoke_tool)$/;

const PY_DISPATCH = new Set(['py:aws_lambda_powertools', 'py:mangum', 'py:chalice', 'py:apig_wsgi', 'py:serverless_wsgi']);

/** An edge that is fed to a function of which it is not known yet how near to the model it stands. */
export interface Open {
  readonly fn: FunctionNode;
  readonly edge: EdgeCase;
  readonly node: ts.Node;
  readonly silent: boolean;
  /** All that is asserted is that something came back. */
  readonly there: boolean;
}

export interface Edges {
  readonly fed: FedEdge[];
  /** Asking these takes time; the one who asks knows whether it still matters. */
  readonly open: readonly Open[];
}

/**
 * The edges that a file of tests or evaluations feeds to production code, as far as they are wanted.
 * @param proofs what its cases prove; undefined: that is judged elsewhere
 */
export function edgesOf(
  reading: Reading,
  subjects: Subjects,
  unit: Unit,
  agent: boolean,
  evaluates: boolean,
  wanted: ReadonlySet<EdgeCase>,
  proofs: Proofs | undefined,
): Edges {
  const fed = new Map<string, FedEdge>();
  const open = new Map<string, Open>();
  const add = (edge: EdgeCase, node: ts.Node, to: FedEdge['to'], silent = false): void => {
    const key = `${edge} ${to}${silent ? ' silent' : ''}`;
    if (wanted.has(edge) && fed.size < MOST_EDGES && !fed.has(key))
      fed.set(key, { edge, location: placeOf(node), to, ...(silent ? { silent } : {}) });
  };
  const { near: ev } = reading;
  // Evaluation cases are data; where the file asks the agent, its texts are what the agent is asked.
  if (evaluates && agent && wanted.has('malicious')) attacksIn(unit, node => add('malicious', node, 'agent'));
  const targets = new Map<string, Target>();
  const targetOf = (call: ts.CallExpression | ts.NewExpression): Target => {
    const name = tsc.isIdentifier(call.expression) && unit.imports.has(call.expression.text) ? call.expression.text : undefined;
    if (name === undefined) return target(reading, subjects, call, agent);
    if (!targets.has(name)) targets.set(name, target(reading, subjects, call, agent));
    return targets.get(name);
  };
  // Tests hand the same values to the same function again and again.
  const scanned = { seen: new Map<Target, Seen>(), unseen: new Map<Target, Seen>(), there: new Map<Target, Seen>() };
  const seenFor = (to: Target, standing: keyof typeof scanned): Seen => {
    const known = scanned[standing];
    const seen = (to === undefined ? undefined : known.get(to)) ?? new Map<ts.Node, boolean>();
    if (to !== undefined) known.set(to, seen);
    return seen;
  };
  const isKnown = (edge: EdgeCase, to: Target, silent = false): boolean =>
    !wanted.has(edge) ||
    fed.has(`${edge} agent`) ||
    (silent && fed.has(`${edge} agent silent`)) ||
    (to !== undefined && to !== 'agent' && (open.has(keyOf(edge, to, false)) || (silent && open.has(keyOf(edge, to, true)))));
  let left = MOST_CALLS;
  for (const call of unit.calls) {
    if (left <= 0 || [...wanted].every(edge => fed.has(`${edge} agent`))) break;
    const args = call.arguments ?? [];
    if (args.length === 0 || !mayBeSubject(reading, unit, call)) continue;
    left--;
    ev.budget.ask(
      () => {
        // What a plain name means is asked once; of any other callee, whether there is an edge at all is the cheaper question.
        const plain = tsc.isIdentifier(call.expression);
        const before = plain ? targetOf(call) : undefined;
        if (plain && (before === undefined || [...wanted].every(edge => isKnown(edge, before)))) return;
        // A function that the test replaces is the test's own.
        const standing = isReplaced(reading, unit, call.expression) ? 'never' : (proofs?.of(call, call) ?? 'seen');
        if (standing === 'never') return;
        // An agent that obeys an attack answers it, too.
        const there = standing === 'seen' && wanted.has('malicious') && proofs?.isOnlyThere(call, call) === true;
        const found: Fed[] = [];
        const ask: Scan = {
          reading,
          unit,
          wanted,
          proofs,
          seen: seenFor(before, there ? 'there' : standing),
          add: one => isKnown(one.edge, before, one.silent) || found.push(one),
        };
        for (const arg of args) scan(ask, arg, { silent: standing === 'unseen', there });
        const to = found.length === 0 ? undefined : (before ?? targetOf(call));
        for (const { edge, node, silent, there } of to === undefined ? [] : found) {
          if (to === 'agent') add(edge, node, to, silent || there);
          else if (to !== undefined && !open.has(keyOf(edge, to, silent || there)) && open.size < MOST_EDGES)
            open.set(keyOf(edge, to, silent || there), { fn: to, edge, node, silent, there });
        }
      },
      () => {},
    );
  }
  return { fed: [...fed.values()], open: [...open.values()] };
}

type Target = 'agent' | FunctionNode | undefined;
type Seen = Map<ts.Node, boolean>;

function keyOf(edge: EdgeCase, fn: FunctionNode, silent: boolean): string {
  return `${edge} ${fn.getSourceFile().fileName} ${fn.pos}${silent ? ' silent' : ''}`;
}

/** Cheap: may the callee be production code at all? Most calls of a test are `expect(...)`, its matchers and stubs. */
export function mayBeSubject({ inventory }: Reading, unit: Unit, call: ts.CallExpression | ts.NewExpression): boolean {
  const root = rootOf(call.expression);
  if (root === undefined || RUNNERS.test(root.text)) return false;
  const imported = unit.imports.get(root.text);
  if (imported !== undefined) {
    const file = inventory.resolveImport(unit.file, imported.specifier);
    return file === undefined ? SENDERS.has(imported.specifier) : !file.endsWith('.json');
  }
  const binding = resolve(root);
  const made = binding?.kind === 'variable' ? binding.node.initializer : undefined;
  // `const create = vi.fn()`, `const { create } = vi.hoisted(...)`
  return binding !== undefined && !(made !== undefined && STUBS.test(rootOf(made)?.text ?? ''));
}

const RUNNERS =
  /^(?:expect|vi|jest|describe|it|test|beforeEach|afterEach|beforeAll|afterAll|console|Object|Array|JSON|Promise|assert|sinon|cy|page|screen|render)$/;
const STUBS = /^(?:vi|jest|sinon)$/;

/** Where the arguments of a call go: to the agent, to a function of production code, or elsewhere. */
function target(reading: Reading, subjects: Subjects, call: ts.CallExpression | ts.NewExpression, agent: boolean): Target {
  const { near: ev, inventory, paths } = reading;
  const own = subjects.functionsOf(call.expression).filter(fn => !isDrawn(fn));
  if (own.some(fn => paths.leads.has(fn))) return 'agent';
  // `def lambda_handler(event, context): return app.resolve(event, context)`: what the file registers is what runs.
  const dispatches = (fn: FunctionNode): boolean =>
    ev.returnsOf(fn).some(node => ev.values(node).some(value => value.kind === 'foreign' && PY_DISPATCH.has(value.package)));
  if (agent && own.some(fn => subjects.files.has(fn.getSourceFile().fileName) && dispatches(fn))) return 'agent';
  if (own[0] !== undefined) return own[0];
  for (const value of ev.values(call.expression)) {
    if (value.kind !== 'foreign') continue;
    const last = value.steps.at(-1);
    const name = last?.kind === 'member' ? last.name : '';
    if (agent && SENDERS.has(value.package) && SENDING.test(name)) return 'agent';
    if (agent && PY_SENDERS.test(value.package) && PY_SENDING.test(name)) return 'agent';
    // `searchTool.execute(...)`, `graph.invoke(...)`: made by a library in production code.
    const made = value.steps.findLast(step => step.kind !== 'member');
    if (made === undefined || inventory.roleOf(made.node.getSourceFile().fileName) !== 'production') continue;
    if (/^(?:execute|invoke|call|func|run|_call|handler|stream|generate)$/.test(name)) return 'agent';
    if (agent && SENDING.test(name)) return 'agent';
    if (value.package.startsWith('py:') && (PY_RUNNING.test(name) || (agent && PY_SENDING.test(name)))) return 'agent';
  }
  return undefined;
}

/** What is asserted of what comes back. */
interface Judged {
  /** Nothing. */
  readonly silent: boolean;
  /** Only that it is there. */
  readonly there: boolean;
}

interface Fed extends Judged {
  readonly edge: EdgeCase;
  readonly node: ts.Node;
}

interface Scan {
  readonly reading: Reading;
  readonly unit: Unit;
  readonly wanted: ReadonlySet<EdgeCase>;
  /** What was looked at before for the same function, and whether as what is sent itself. */
  readonly seen: Seen;
  readonly proofs: Proofs | undefined;
  readonly add: (fed: Fed) => unknown;
}

/** Looks through an argument for edges: texts in it, long ones that are made, and the rows that a parameter stands for. */
function scan({ reading, unit, wanted, seen, proofs, add }: Scan, arg: ts.Expression, judged: Judged): void {
  const { near: ev } = reading;
  const judge = (text: string, node: ts.Node, direct: boolean, { silent, there }: Judged): void => {
    // A text inside a larger object is often a blank that nobody looks at.
    if (direct && text.trim() === '') add({ edge: 'empty', node, silent, there: false });
    if (text.length >= VERY_LONG) add({ edge: 'over-long', node, silent, there: false });
    if (text.length >= 6 && wanted.has('malicious') && isAttack(text)) add({ edge: 'malicious', node, silent, there });
  };
  const queue: { node: ts.Expression; direct: boolean; depth: number; judged: Judged }[] = [{ node: arg, direct: true, depth: 0, judged }];
  let left = MOST_NODES;
  for (let next = queue.pop(); next !== undefined && left > 0; next = queue.pop()) {
    const { direct, depth, judged: now } = next;
    const node = strip(next.node);
    const before = node === undefined ? undefined : seen.get(node);
    if (node === undefined || before === true || before === direct || depth > 8) continue;
    seen.set(node, direct);
    left--;
    const more = (inner: ts.Expression, isDirect = direct, then = now): void => {
      queue.push({ node: inner, direct: isDirect, depth: depth + 1, judged: then });
    };
    if (tsc.isStringLiteralLike(node)) judge(node.text, node, direct, now);
    else if (tsc.isTemplateExpression(node)) {
      judge(node.head.text + node.templateSpans.map(span => span.literal.text).join(' '), node, false, now);
      for (const span of node.templateSpans) more(span.expression, false);
    } else if (wanted.has('over-long') && isLong(ev, node)) add({ edge: 'over-long', node, silent: now.silent, there: false });
    else if (tsc.isObjectLiteralExpression(node)) {
      const user = isUsers(node);
      // `{"body": {"action": ""}}`: the only thing that is sent.
      const alone = direct && node.properties.length === 1;
      for (const property of node.properties) {
        const name = propertyName(property) ?? '';
        if (tsc.isPropertyAssignment(property)) more(property.initializer, (alone || INPUT.test(name)) && user);
        else if (tsc.isShorthandPropertyAssignment(property)) more(property.name, INPUT.test(name) && user);
        else if (tsc.isSpreadAssignment(property)) more(property.expression, false);
      }
    } else if (tsc.isArrayLiteralExpression(node))
      for (const element of node.elements) more(tsc.isSpreadElement(element) ? element.expression : element, false);
    else if (tsc.isNewExpression(node)) for (const inner of node.arguments ?? []) more(inner, false);
    else if (tsc.isBinaryExpression(node)) {
      more(node.left, false);
      more(node.right, false);
    } else if (tsc.isConditionalExpression(node)) {
      more(node.whenTrue);
      more(node.whenFalse);
    } else if (tsc.isCallExpression(node)) {
      // JSON.stringify(body), a factory of the test: what goes in, and what comes out.
      for (const inner of node.arguments) more(inner, tsc.isObjectLiteralExpression(inner));
      for (const value of ev.values(node)) follow(value, more);
    } else if (tsc.isIdentifier(node) || tsc.isPropertyAccessExpression(node) || tsc.isElementAccessExpression(node)) {
      for (const value of ev.values(node)) {
        const text = textOf(value);
        if (text !== undefined) judge(text, node, direct, now);
        else follow(value, more);
      }
      const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
      if (binding?.kind === 'variable') for (const item of itemsOfLoop(ev, binding.node, binding.element)) more(item);
      if (binding?.kind === 'variable' && binding.node.initializer !== undefined && binding.element === undefined)
        more(binding.node.initializer);
      if (binding?.kind === 'parameter' && binding.element === undefined)
        for (const { given, call } of givenHere(unit, binding.node)) {
          const standing = proofs?.of(call, call) ?? 'seen';
          const there = now.there || (standing === 'seen' && wanted.has('malicious') && proofs?.isOnlyThere(call, call) === true);
          if (standing !== 'never') more(given, direct, { silent: now.silent || standing === 'unseen', there });
        }
      if (binding?.kind === 'parameter')
        for (const row of tableValues(reading, unit, binding.node, binding.element))
          typeof row === 'string' ? judge(row, node, direct, now) : more(row);
    }
  }
}

function follow(value: Value, more: (node: ts.Expression, direct?: boolean) => void): void {
  if (value.kind === 'object' || value.kind === 'array') more(value.node, false);
}

/** Does an object hold what a user says, and not what the assistant or the system does? */
function isUsers(node: ts.ObjectLiteralExpression): boolean {
  const role = node.properties.find(p => propertyName(p) === 'role' || propertyName(p) === 'type');
  if (role === undefined || !tsc.isPropertyAssignment(role) || !tsc.isStringLiteralLike(role.initializer)) return true;
  return !NOT_USER.has(role.initializer.text);
}

/** Attacks among the texts of a file, titles of cases left out. */
function attacksIn(unit: Unit, add: (node: ts.Node) => void): void {
  walk(unit.ast, node => {
    if (tsc.isImportDeclaration(node)) return 'skip';
    if (!tsc.isStringLiteralLike(node) && !tsc.isTemplateExpression(node)) return undefined;
    const { parent } = node;
    const isTitle = tsc.isCallExpression(parent) && parent.arguments[0] === node && parent.arguments.length > 1;
    const isName =
      tsc.isPropertyAssignment(parent) &&
      /^(?:name|title|description|criteria|expected|expectedOutput|rubric|id)$/.test(propertyName(parent) ?? '');
    const text = tsc.isStringLiteralLike(node) ? node.text : node.head.text + node.templateSpans.map(span => span.literal.text).join(' ');
    if (!isTitle && !isName && text.length >= 6 && isAttack(text)) add(node);
    return undefined;
  });
}
