// How a catch ends: with a deliberate reply, with the provider's own text, with nothing, or by passing the failure on.
import type { ts } from 'ts-morph';
import type { FailureEnd } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordsIn, positionalIn } from '../evaluator/keywords.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import { mayCatch } from '../limits/caught.ts';
import { walk } from '../program.ts';
import { leavesAlways } from '../retries/catches.ts';
import { isFunctionNode } from '../scope.ts';
import { lastName } from '../short-text.ts';
import { propertyName, strip } from '../syntax.ts';
import { neverReached } from './next-try.ts';
import { handsOut } from './prepared.ts';
import { type How, Words } from './words.ts';

/** What one handler of a failure does. */
export interface Handled {
  readonly ends: readonly { readonly how: How; readonly node: ts.Node }[];
  /** On some way the failure, or another one, is thrown on. */
  readonly throwsOn: boolean;
  /** It looks at the kind of error, and says different things. */
  readonly byType: boolean;
  readonly logged: FailureEnd['logged'];
  /** Into how many kinds a function sorts the error. */
  readonly kinds: number;
  /** What it says on the console: to the user of a command line that is a reply. */
  readonly says?: 'reply' | 'raw-text';
}

/** Reads a catch clause. */
export function readCatch(ev: Evaluator, clause: ts.CatchClause): Handled {
  const name = clause.variableDeclaration?.name;
  return readHandler(ev, clause.block, name !== undefined && tsc.isIdentifier(name) ? name.text : undefined);
}

/**
 * Reads a function that is given the error: `.catch(error => ...)`, `onError: error => ...`.
 * @param at the position of the parameter that holds it
 */
export function readErrorFunction(ev: Evaluator, fn: FunctionNode, at = 0): Handled {
  const name = fn.parameters[at]?.name;
  const error = name !== undefined && tsc.isIdentifier(name) ? name.text : undefined;
  if (fn.body === undefined) return { ends: [], throwsOn: false, byType: false, logged: 'unknown', kinds: 0 };
  if (tsc.isBlock(fn.body)) return readHandler(ev, fn.body, error);
  return {
    ends: [{ how: new Words(ev, error).judge(fn.body), node: fn.body }],
    throwsOn: false,
    byType: false,
    logged: 'nothing',
    kinds: 0,
  };
}

function readHandler(ev: Evaluator, block: ts.Block, error: string | undefined): Handled {
  const words = new Words(ev, error, block);
  const whole = readPart(ev, words, block, [block]);
  const parts = branchesOf(ev, block).map(branch => ({ branch, read: readPart(ev, words, block, branch.nodes) }));
  const each = parts.length === 0 ? [{ branch: { leaves: leavesAlways(block), other: false }, read: whole }] : parts;
  const throwsOn = whole.throwsOn;
  const judged = each.flatMap(({ branch, read }) => {
    // A branch for errors that are none of a provider says nothing about the others.
    const sent = read.sent ?? (branch.other ? whole.sent : undefined);
    // A reply that is sent stands for the returns behind it that only leave the function.
    const ends =
      sent === undefined ? [...read.ends] : read.ends.map(one => (one.how === 'swallowed' ? { how: sent, node: one.node } : one));
    if (!branch.leaves && sent !== undefined) ends.push({ how: sent, node: block });
    else if (!throwsOn && (read.throws ? !branch.leaves && ends.length === 0 : !branch.leaves || ends.length === 0))
      ends.push({ how: sent ?? 'swallowed', node: block });
    return ends;
  });
  return {
    ends: judged,
    throwsOn: throwsOn || whole.throws,
    byType: words.distinguishes(block),
    logged: whole.logged,
    kinds: whole.kinds,
    ...(whole.says === undefined ? {} : { says: whole.says }),
  };
}

interface Part {
  readonly ends: readonly { readonly how: How; readonly node: ts.Node }[];
  readonly throwsOn: boolean;
  /** A throw that stands there as a statement: beside it, some way may go on behind the catch. */
  readonly throws: boolean;
  readonly says: Handled['says'];
  readonly logged: Handled['logged'];
  readonly kinds: number;
  /** What whoever waits is told. */
  readonly sent: How | undefined;
}

/** Reads a part of a handler, or the whole of it. */
function readPart(ev: Evaluator, words: Words, block: ts.Block, nodes: readonly ts.Node[]): Part {
  const ends: { how: How; node: ts.Node }[] = [];
  let throwsOn = false;
  let throws = false;
  let says: Handled['says'];
  let logged: Handled['logged'] = 'nothing';
  let kinds = 0;
  const replies = new Set<How>();
  /** What is said only where the reply itself could not be sent. */
  const spare = new Set<How>();
  const dead = new Set<ts.Node>();
  const look = (node: ts.Node): 'skip' | undefined => {
    if (node !== block && (isFunctionNode(node) || tsc.isClassLike(node))) return 'skip';
    if (dead.has(node)) return 'skip';
    if (tsc.isBlock(node)) for (const statement of neverReached(node)) dead.add(statement);
    if (tsc.isThrowStatement(node) && !tsc.isTryStatement(node.parent.parent)) {
      // Remix and SvelteKit answer with a thrown Response.
      const thrown = node.expression;
      const answer = thrownAnswer(ev, thrown);
      if (answer !== undefined && !isCaughtAgain(ev, node)) ends.push({ how: answer === 'bare' ? answer : words.judge(answer), node });
      else throws = true;
    }
    if (tsc.isReturnStatement(node)) ends.push({ how: node.expression === undefined ? 'swallowed' : words.judge(node.expression), node });
    // A generator hands its reply to whoever reads it.
    if (tsc.isYieldExpression(node) && node.expression !== undefined && words.says(node.expression)) {
      const how = words.judge(node.expression);
      if (how === 'reply' || how === 'raw-text') replies.add(how);
    }
    // A value that was prepared before, given its fallback: `answer = 'Please try again later'`. Without a sentence it must go on from here.
    if (
      tsc.isBinaryExpression(node) &&
      node.operatorToken.kind === tsc.SyntaxKind.EqualsToken &&
      ((words.judge(node.right) === 'reply' && (words.says(node.right) || handsOut(ev.program, block, node.left))) ||
        (words.asksElse(node.right) && handsOut(ev.program, block, node.left)))
    )
      replies.add('reply');
    if (!tsc.isCallExpression(node)) return undefined;
    kinds = Math.max(kinds, words.sorts(node));
    const log = words.logs(node);
    if (log === 'context' || logged === 'nothing') logged = log ?? logged;
    const told = words.tells(node);
    if (told === 'says') says = 'reply';
    else if (told === 'shows') says ??= 'raw-text';
    else if (told === 'throws') throwsOn = true;
    else if (told !== undefined) (isSpare(node, block) ? spare : replies).add(told);
    return undefined;
  };
  for (const node of nodes) walk(node, look);
  const heard = replies.size > 0 ? replies : spare;
  const sent = (['reply', 'raw-text', 'bare'] as const).find(how => heard.has(how));
  return { ends, throwsOn, throws, says, logged, kinds, sent };
}

/** Does a node stand in a catch of the handler's own? */
function isSpare(node: ts.Node, block: ts.Block): boolean {
  for (let up = node.parent; up !== undefined && up !== block; up = up.parent) if (tsc.isCatchClause(up)) return true;
  return false;
}

/** One way through a handler that ends in a choice among classes of errors. */
interface Branch {
  readonly nodes: readonly ts.Node[];
  readonly leaves: boolean;
  /** Its errors are none that a provider causes. */
  readonly other: boolean;
}

/** `if (error instanceof A) {...} else if ... else {...}` at the end of a handler: each branch is one way; empty: there is no such choice. */
function branchesOf(ev: Evaluator, block: ts.Block): readonly Branch[] {
  const chain = block.statements.at(-1);
  if (chain === undefined || !tsc.isIfStatement(chain)) return [];
  const before = block.statements.slice(0, -1);
  if (before.some(one => !tsc.isExpressionStatement(one) && !tsc.isVariableStatement(one))) return [];
  const out: Branch[] = [];
  for (let at: ts.Statement | undefined = chain; at !== undefined; ) {
    const choice: ts.IfStatement | undefined = tsc.isIfStatement(at) ? at : undefined;
    const part: ts.Statement = choice?.thenStatement ?? at;
    if (!tsc.isBlock(part) && !tsc.isThrowStatement(part)) return [];
    if (choice !== undefined && !asksClass(choice.expression)) return [];
    const leaves = tsc.isBlock(part) ? leavesAlways(part) : true;
    out.push({ nodes: [...before, part], leaves, other: choice !== undefined && isOther(ev, choice.expression) });
    if (choice === undefined) return out;
    at = choice.elseStatement;
  }
  return [];
}

function asksClass(condition: ts.Expression): boolean {
  const inner = strip(condition) ?? condition;
  if (!tsc.isBinaryExpression(inner)) return false;
  if (inner.operatorToken.kind === tsc.SyntaxKind.BarBarToken) return asksClass(inner.left) && asksClass(inner.right);
  return inner.operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword;
}

/** Failures of the way to a provider that have names in the languages themselves. */
const OF_THE_WAY = /^(?:Base)?Exception(?:Group)?$|^Error$|Timeout|Connection|^OSError$|^IOError$|^RuntimeError$|HTTP|URL/;

/** Does a condition ask for errors of the language only, such as a value that cannot be read? */
function isOther(ev: Evaluator, condition: ts.Expression): boolean {
  const inner = strip(condition) ?? condition;
  if (!tsc.isBinaryExpression(inner)) return false;
  if (inner.operatorToken.kind === tsc.SyntaxKind.BarBarToken) return isOther(ev, inner.left) && isOther(ev, inner.right);
  const name = lastName(inner.right) ?? '';
  if (OF_THE_WAY.test(name)) return false;
  const values = ev.values(inner.right);
  return !values.some(
    value => value.kind === 'foreign' && value.package !== '' && !/^py:(?:json|asyncio|builtins|ssl|io)$/.test(value.package),
  );
}

/** Does a try around the one whose error is handled here catch the answer before the framework sees it? */
function isCaughtAgain(ev: Evaluator, thrown: ts.ThrowStatement): boolean {
  for (let at: ts.Node = thrown, up = thrown.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent)
    if (tsc.isTryStatement(up) && up.tryBlock === at && up.catchClause !== undefined && mayCatch(ev, up.catchClause.block, thrown))
      return true;
  return false;
}

/** What an error says that a framework turns into an answer: Remix's Response, FastAPI's HTTPException with its `detail`. */
function thrownAnswer(ev: Evaluator, thrown: ts.Expression): ts.Expression | 'bare' | undefined {
  if (!tsc.isNewExpression(thrown)) return undefined;
  if (thrown.expression.getText() === 'Response') return thrown;
  const raised = ev
    .values(thrown.expression)
    .some(value => value.kind === 'foreign' && HTTP_ERRORS.has(`${value.package} ${foreignPath(value)}`));
  if (!raised) return undefined;
  const args = thrown.arguments ?? [];
  const named = keywordsIn(args)?.properties.find(p => propertyName(p) === 'detail');
  if (named !== undefined && tsc.isPropertyAssignment(named)) return named.initializer;
  return positionalIn(args, ['status_code', 'detail'], 'detail') ?? 'bare';
}

const HTTP_ERRORS = new Set(['HTTPException', 'exceptions.HTTPException'].flatMap(name => [`py:fastapi ${name}`, `py:starlette ${name}`]));
