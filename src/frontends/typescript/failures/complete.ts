// Which classes hold every failure of a client: behind `except openai.APIError` nothing of a model call is left to be thrown on.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';

/** The SDKs that Stainless makes: one base for all errors, one for those of requests, two that share them out. */
const STAINLESS = (base: string): readonly (readonly string[])[] => [[base], ['APIError'], ['APIConnectionError', 'APIStatusError']];

/** Sets of classes, each of which is complete: openai 1 and 2, anthropic, groq, requests 2, httpx 0.28. */
const COMPLETE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'py:openai': STAINLESS('OpenAIError'),
  openai: STAINLESS('OpenAIError'),
  'py:anthropic': STAINLESS('AnthropicError'),
  '@anthropic-ai/sdk': STAINLESS('AnthropicError'),
  'py:groq': STAINLESS('GroqError'),
  'groq-sdk': STAINLESS('GroqError'),
  'py:requests': [['RequestException']],
  'py:httpx': [['HTTPError'], ['RequestError', 'HTTPStatusError']],
};

/** Where an error comes from. */
export interface Origin {
  readonly key: string;
  /** The package whose client failed. */
  readonly package?: string;
  /** The class of the repository that was thrown in place of what the client threw. */
  readonly of?: ts.ClassLikeDeclaration;
}

export function clientOf(pkg: string): Origin {
  return { key: pkg, package: pkg };
}

/** Does a catch deal with every error of an origin, although it throws on what is none of its classes? */
export function takesAll(ev: Evaluator, clause: ts.CatchClause, origin: Origin): boolean {
  const choice = choiceIn(ev, clause, origin);
  return choice?.complete === true && throwsOnly(clause, choice.rest, choice.error);
}

/**
 * The error of the repository's own class that a catch throws in place of every one of an origin: `except OpenAIError as e: raise
 * AnswerFailed() from e`.
 */
export function turnedInto(ev: Evaluator, clause: ts.CatchClause, origin: Origin): Origin | undefined {
  const choice = choiceIn(ev, clause, origin);
  if (choice !== undefined && !choice.complete) return undefined;
  const classes = new Set<ts.ClassLikeDeclaration>();
  let others = 0;
  walk(clause.block, node => {
    if (isFunctionNode(node)) return 'skip';
    if (!tsc.isThrowStatement(node) || (choice !== undefined && node.pos >= choice.rest.pos)) return undefined;
    const made = tsc.isNewExpression(node.expression) ? ev.values(node.expression.expression) : [];
    const own = made.flatMap(value => (value.kind === 'class' ? [value.node] : []));
    if (own.length === 0) others++;
    for (const one of own) classes.add(one);
    return undefined;
  });
  const [of] = classes;
  if (of === undefined || classes.size > 1 || others > 0) return undefined;
  return { key: `${of.getSourceFile().fileName}:${of.pos}`, of };
}

interface Choice {
  readonly error: string;
  /** Do the classes that are asked for hold every error of the origin? */
  readonly complete: boolean;
  /** What is done with the others. */
  readonly rest: ts.Statement;
}

/** `if (e instanceof A) ... else if (e instanceof B) ... else throw e` at the end of a catch; undefined: there is no such choice. */
function choiceIn(ev: Evaluator, clause: ts.CatchClause, origin: Origin): Choice | undefined {
  const name = clause.variableDeclaration?.name;
  if (name === undefined || !tsc.isIdentifier(name)) return undefined;
  const taken = new Set<string>();
  let own = false;
  let asked = false;
  let at: ts.Statement | undefined = clause.block.statements.at(-1);
  while (at !== undefined && tsc.isIfStatement(at)) {
    for (const kind of classesIn(at.expression, name.text)) {
      asked = true;
      for (const value of ev.values(kind)) {
        if (value.kind === 'foreign' && value.package === origin.package) taken.add(foreignPath(value).split('.').at(-1) ?? '');
        if (value.kind === 'class' && origin.of !== undefined && isOrExtends(ev, origin.of, value.node)) own = true;
      }
    }
    at = at.elseStatement;
  }
  if (at === undefined || !asked) return undefined;
  const sets = COMPLETE[origin.package ?? ''] ?? [];
  return { error: name.text, complete: own || sets.some(set => set.every(one => taken.has(one))), rest: at };
}

function isOrExtends(ev: Evaluator, of: ts.ClassLikeDeclaration, base: ts.ClassLikeDeclaration): boolean {
  let at: ts.ClassLikeDeclaration | undefined = of;
  for (let depth = 0; depth < 8 && at !== undefined; depth++) {
    if (at === base) return true;
    const parent: ts.Expression | undefined = heritage(at);
    at = parent === undefined ? undefined : ev.values(parent).flatMap(v => (v.kind === 'class' ? [v.node] : []))[0];
  }
  return false;
}

/** The classes that a condition asks for: `e instanceof A || e instanceof B`. */
function classesIn(condition: ts.Expression, error: string): ts.Expression[] {
  const node = strip(condition);
  if (node === undefined || !tsc.isBinaryExpression(node)) return [];
  if (node.operatorToken.kind === tsc.SyntaxKind.BarBarToken) return [...classesIn(node.left, error), ...classesIn(node.right, error)];
  const asks = node.operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword && node.left.getText() === error;
  return asks ? [node.right] : [];
}

/** Is the error itself, thrown on at the end of the choice, all that a catch throws? */
function throwsOnly(clause: ts.CatchClause, last: ts.Statement, error: string): boolean {
  const thrown: ts.ThrowStatement[] = [];
  walk(clause.block, node => {
    if (tsc.isThrowStatement(node)) thrown.push(node);
  });
  const [only] = thrown;
  return thrown.length === 1 && only !== undefined && only.pos >= last.pos && only.expression.getText() === error;
}
