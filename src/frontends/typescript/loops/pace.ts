// Who sets the pace of a loop: a person who types, or somebody outside who sends the next piece of work. Such a loop repeats
// nothing by itself; a round is what a request is elsewhere.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Foreign, Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isLoop, type LoopStatement } from './bounds.ts';

export type Pace = 'person' | 'outside';

/** Functions of a package that wait; the last member that is called, `default` for the package itself. */
interface Waits {
  readonly packages: RegExp;
  readonly members: ReadonlySet<string>;
  readonly for: Pace;
  /** The class that the member belongs to, where others have one of the same name. */
  readonly of?: ReadonlySet<string>;
}

const WAITS: readonly Waits[] = [
  {
    packages:
      /^(?:node:)?readline(?:\/promises)?$|^readline-sync$|^(?:@inquirer\/.*|(?:@[\w-]+\/)?inquirer(?:-[\w-]+)?|enquirer|prompts|@clack\/prompts|@topcli\/prompts)$/,
    // `intro` and `log` of the same packages only print.
    members: new Set(
      'question prompt text select multiselect confirm input editor password default questionAsync ask autocomplete'.split(' '),
    ),
    for: 'person',
  },
  { packages: /^py:(?:click|typer|inquirer)$/, members: new Set(['prompt', 'confirm', 'getchar', 'edit', 'pause']), for: 'person' },
  { packages: /^py:questionary$/, members: new Set(['ask', 'ask_async', 'unsafe_ask', 'unsafe_ask_async']), for: 'person' },
  { packages: /^py:InquirerPy$/, members: new Set(['prompt', 'execute', 'execute_async']), for: 'person' },
  { packages: /^py:rich$/, members: new Set(['ask', 'input']), for: 'person' },
  { packages: /^py:prompt_toolkit$/, members: new Set(['prompt', 'prompt_async', 'run', 'run_async']), for: 'person' },
  { packages: /^py:getpass$/, members: new Set(['getpass']), for: 'person' },
  { packages: /^py:aioconsole$/, members: new Set(['ainput']), for: 'person' },
  // A voice assistant waits for somebody to speak.
  { packages: /^py:speech_recognition$/, members: new Set(['listen']), for: 'person' },
  // The run stops here until somebody resumes it.
  { packages: /^(?:@langchain\/|py:)langgraph$/, members: new Set(['interrupt']), for: 'person' },
  {
    packages: /^py:chainlit$/,
    members: new Set(['send']),
    of: new Set(['AskUserMessage', 'AskActionMessage', 'AskFileMessage']),
    for: 'person',
  },
  {
    packages: /^py:(?:fastapi|starlette|websockets|quart|litestar|sanic|channels)$/,
    members: new Set(['receive', 'receive_text', 'receive_json', 'receive_bytes', 'recv']),
    for: 'outside',
  },
  {
    packages: /^py:(?:asyncio|queue|multiprocessing|janus)$/,
    members: new Set(['get']),
    of: new Set(['Queue', 'LifoQueue', 'PriorityQueue', 'SimpleQueue', 'JoinableQueue']),
    for: 'outside',
  },
  {
    packages: /^py:(?:confluent_kafka|kafka|aiokafka|zmq|nats|pika|aio_pika)$/,
    members: new Set(['poll', 'consume', 'getone', 'getmany', 'recv', 'recv_string', 'recv_json', 'next_msg']),
    for: 'outside',
  },
];

/** What puts work into a queue again: the next round would then be the loop's own. */
const REFILLS = new Set(['put', 'put_nowait', 'push', 'add', 'send', 'produce']);

/** Does somebody else set the pace of a loop, in each of its rounds? */
export function paceOf(ev: Evaluator, loop: LoopStatement): Pace | undefined {
  if (tsc.isForOfStatement(loop)) return isStream(ev, loop) ? 'person' : undefined;
  if (tsc.isForInStatement(loop)) return undefined;
  const condition = tsc.isForStatement(loop) ? loop.condition : loop.expression;
  return (condition === undefined ? undefined : paceIn(ev, condition, 0)) ?? paceIn(ev, loop.statement, 0);
}

/** Is a person asked on every way through a node, or the next piece of work awaited? */
export function isPaced(ev: Evaluator, node: ts.Node): boolean {
  return paceIn(ev, node, 0) !== undefined;
}

/** `for await (const line of rl)`, `for line in sys.stdin`. */
function isStream(ev: Evaluator, loop: ts.ForOfStatement): boolean {
  if (!loop.awaitModifier && !isPython(loop)) return false;
  return ev
    .values(loop.expression)
    .some(
      v =>
        v.kind === 'foreign' &&
        (WAITS[0]?.packages.test(v.package) === true || (v.package === '' && v.steps.some(s => s.kind === 'member' && s.name === 'stdin'))),
    );
}

/** How many functions deep a question may stand. */
const DEEPEST = 3;
/** Answers by how deep the question was put: the same functions are asked about from every way round. */
const KNOWN: readonly WeakMap<ts.Node, { readonly pace: Pace | undefined }>[] = [
  new WeakMap(),
  new WeakMap(),
  new WeakMap(),
  new WeakMap(),
];

function paceIn(ev: Evaluator, node: ts.Node, depth: number): Pace | undefined {
  const known = KNOWN[depth]?.get(node);
  if (known !== undefined) return known.pace;
  const pace = findPace(ev, node, depth);
  KNOWN[depth]?.set(node, { pace });
  return pace;
}

/** A question that every round reaches: one behind a condition (an approval), or behind a way around it, does not set the pace. */
function findPace(ev: Evaluator, node: ts.Node, depth: number): Pace | undefined {
  let found: Pace | undefined;
  let passed = false;
  walk(node, inner => {
    if (found !== undefined || passed) return 'skip';
    if (tsc.isIfStatement(inner) || tsc.isConditionalExpression(inner) || tsc.isCaseBlock(inner) || tsc.isCatchClause(inner)) {
      passed = goesPast(ev, inner, depth);
      return 'skip';
    }
    if (!tsc.isCallExpression(inner)) return undefined;
    if (isInput(inner)) found = 'person';
    for (const callee of ev.values(inner.expression)) {
      if (callee.kind === 'foreign') found ??= waits(ev, callee, inner, node);
      else if (callee.kind === 'param' && callee.path.at(-1) === 'recv' && usesWebsockets(ev, inner)) found ??= 'outside';
      else if (callee.kind === 'function' && depth < DEEPEST && callee.node.body !== undefined)
        found ??= paceIn(ev, callee.node.body, depth + 1);
    }
    return undefined;
  });
  return found;
}

/** Does a branch go on to the next round, or out of the function that asks, without a question? */
function goesPast(ev: Evaluator, branch: ts.Node, depth: number): boolean {
  let goes = false;
  walk(branch, node => {
    if (goes || isFunctionNode(node) || isLoop(node)) return 'skip';
    if (tsc.isContinueStatement(node)) goes = true;
    if (depth > 0 && tsc.isReturnStatement(node)) goes = paceIn(ev, node, depth) === undefined;
    return undefined;
  });
  return goes;
}

/** The connection that the package `websockets` hands to a function of the file; its type is seldom written. */
function usesWebsockets(ev: Evaluator, node: ts.Node): boolean {
  return [...ev.program.unitOf(node).imports.values()].some(one => one.specifier.startsWith('py:websockets'));
}

/** Python's `input()`. */
function isInput(call: ts.CallExpression): boolean {
  return tsc.isIdentifier(call.expression) && call.expression.text === 'input' && isPython(call) && resolve(call.expression) === undefined;
}

function waits(ev: Evaluator, callee: Foreign, call: ts.CallExpression, within: ts.Node): Pace | undefined {
  const last = callee.steps.findLast(step => step.kind === 'member');
  const name = last?.kind === 'member' ? last.name : 'default';
  if (callee.package === '') {
    const typed = name.startsWith('read') && callee.steps.some(step => step.kind === 'member' && step.name === 'stdin');
    return typed || (callee.steps.length === 1 && name === 'prompt') ? 'person' : undefined;
  }
  const row = WAITS.find(
    one =>
      one.packages.test(callee.package) &&
      one.members.has(name) &&
      (one.of === undefined || callee.steps.some(step => step.kind === 'member' && one.of?.has(step.name) === true)),
  );
  if (row?.for !== 'outside' || row.of === undefined) return row?.for;
  return refills(ev, call, within, 0) ? undefined : 'outside';
}

/** Does the code of a round put something into the queue that it takes from? Then it makes its own next round. */
function refills(ev: Evaluator, take: ts.CallExpression, within: ts.Node, depth: number): boolean {
  const from = made(ev, take);
  let found = false;
  walk(within, node => {
    if (found || !tsc.isCallExpression(node)) return undefined;
    if (tsc.isPropertyAccessExpression(node.expression) && REFILLS.has(node.expression.name.text)) {
      const into = made(ev, node);
      if (into.length === 0 || into.some(one => from.includes(one))) found = true;
    }
    if (depth < 3) {
      for (const callee of ev.values(node.expression))
        if (callee.kind === 'function' && callee.node.body !== undefined && refills(ev, take, callee.node.body, depth + 1)) found = true;
    }
    return undefined;
  });
  return found;
}

/** Where the object was made whose method is called. */
function made(ev: Evaluator, call: ts.CallExpression): readonly ts.Node[] {
  if (!tsc.isPropertyAccessExpression(call.expression)) return [];
  return ev.values(call.expression.expression).flatMap((value: Value) => {
    const step = value.kind === 'foreign' ? value.steps.find(one => one.kind === 'new' || one.kind === 'call') : undefined;
    return step === undefined || step.kind === 'member' ? [] : [step.node];
  });
}
