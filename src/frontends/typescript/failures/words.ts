// What a handler of errors says, and to whom: the one who waits for the answer, or the operator who reads the log.
import type { ts } from 'ts-morph';
import type { FailureEnd } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { elementPath, isAnyAssignment, isMemberName, propertyName, receiverName, strip } from '../syntax.ts';
import { kindsSorted } from './sorting.ts';
import {
  asksAbout,
  asksKind,
  better,
  givesText,
  holdsMore,
  isNothing,
  isOr,
  isSentence,
  isText,
  isToolResult,
  isWorkedOut,
  namesOneOf,
  unguarded,
  writesTrace,
} from './worth.ts';
import { isLogged, OPERATOR, writesCurrent } from './written.ts';

export type How = FailureEnd['how'];

const PASSES_ON = new Set(['reject', 'next', 'error', 'abort', 'destroy', 'emit', 'fail']);

/** Functions in functions that an error is followed through. */
const DEEPEST = 3;
/** Kinds of errors with own words from which on a function sorts errors for people. */
const SORTS = 3;

/** What is known of a function that is called in a handler. */
interface Above {
  readonly depth: number;
  /** Its parameters that hold the error's text. */
  readonly texts: readonly string[];
  readonly ways: Set<ts.Node>;
}

/** What a piece of code says to whoever waits for the answer. */
export class Words {
  readonly #ev: Evaluator;
  /** Names of the error itself: that of the clause, and what it is handed on to. */
  readonly #names = new Set<string>();
  /** The sentences of all replies. */
  readonly #said: Set<string>;
  /** Local names that hold the error's own text. */
  readonly #tainted = new Set<string>();

  /** Returned expressions, of all functions that are given the error, with own words. */
  readonly #ways: Set<ts.Node>;
  /** How many functions that are given the error lie above. */
  readonly #depth: number;

  constructor(
    ev: Evaluator,
    error: string | undefined,
    block?: ts.Block,
    said = new Set<string>(),
    above: Above = { depth: 0, texts: [], ways: new Set() },
  ) {
    this.#ways = above.ways;
    this.#ev = ev;
    this.#depth = above.depth;
    for (const text of above.texts) this.#tainted.add(text);
    this.#said = said;
    if (error !== undefined) this.#names.add(error);
    if (block === undefined || (error === undefined && this.#tainted.size === 0)) return;
    walk(block, node => {
      if (isFunctionNode(node)) return 'skip';
      if (tsc.isBinaryExpression(node) && isAnyAssignment(node.operatorToken.kind) && tsc.isIdentifier(node.left))
        this.#hold(node.left.text, node.right);
      if (!tsc.isVariableDeclaration(node)) return undefined;
      // `const { message } = error as Error`
      if (tsc.isObjectBindingPattern(node.name)) {
        if (node.initializer === undefined || !this.#isError(node.initializer)) return undefined;
        for (const element of node.name.elements) if (isText(elementPath(element)[0] ?? '')) this.#tainted.add(element.name.getText());
      }
      if (!tsc.isIdentifier(node.name)) return undefined;
      // `for (const part of split(message)) send(part)`
      const around = node.parent.parent;
      const from = node.initializer ?? (tsc.isForOfStatement(around) ? around.expression : undefined);
      if (from !== undefined) this.#hold(node.name.text, from);
      return undefined;
    });
  }

  /** A name takes a value: the error itself, `const err = error as Error`, or something with its text in it. */
  #hold(name: string, value: ts.Expression): void {
    if (this.#isError(value)) this.#names.add(name);
    else if (this.#mentionsText(value)) this.#tainted.add(name);
  }

  /** The worth of an expression as a reply. */
  judge(expression: ts.Expression, depth = 0): How {
    const node = strip(expression) ?? expression;
    if (isNothing(node)) return 'swallowed';
    if (isToolResult(node)) return 'reply';
    if (tsc.isArrayLiteralExpression(node)) return node.elements.map(one => this.judge(one, depth)).reduce(unguarded);
    if (tsc.isConditionalExpression(node)) {
      const both = this.#asksForText(node.condition) ? unguarded : better;
      return both(this.judge(node.whenTrue, depth), this.judge(node.whenFalse, depth));
    }
    if (tsc.isBinaryExpression(node) && isOr(node.operatorToken.kind))
      return this.#isError(node.left) ? 'raw-text' : this.judge(node.left, depth);
    const texts = this.#texts(node);
    const raw = this.#mentionsText(node);
    if (raw) return 'raw-text';
    if (this.#speaks(texts)) return 'reply';
    if (tsc.isCallExpression(node) || tsc.isNewExpression(node)) {
      const own = depth < 3 ? this.#through(node, depth) : undefined;
      if (own !== undefined) return own;
      return /^(?:new )?(?:Next)?Response\b/.test(node.getText()) || texts.some(text => text === '' || /\p{L}/u.test(text))
        ? 'bare'
        : tsc.isCallExpression(node)
          ? 'reply'
          : 'bare';
    }
    if (tsc.isObjectLiteralExpression(node)) {
      if (node.properties.length === 0) return 'swallowed';
      // `{ answer: '', context }` holds no answer.
      const given = node.properties.flatMap(p => (tsc.isPropertyAssignment(p) ? [p.initializer] : []));
      if (given.some(isNothing) && !given.some(one => tsc.isStringLiteralLike(one) && one.text !== '')) return 'swallowed';
      // `{ success: false }` tells a program that it failed; `{ topic: 'other' }` is an answer to go on with.
      return node.properties.some(p => /^(?:error|errors|success|ok|status|message)$/.test(propertyName(p) ?? '')) ? 'bare' : 'reply';
    }
    if (tsc.isStringLiteralLike(node)) return 'bare';
    if (tsc.isIdentifier(node) && this.#names.has(node.text)) return 'raw-text';
    // A value that was prepared for this: `return fallback`.
    return tsc.isIdentifier(node) ||
      tsc.isPropertyAccessExpression(node) ||
      tsc.isElementAccessExpression(node) ||
      tsc.isTemplateExpression(node)
      ? 'reply'
      : 'bare';
  }

  /** Does an expression hold a sentence for a person? */
  says(expression: ts.Expression): boolean {
    return this.#speaks(this.#texts(expression));
  }

  /** Is the answer got from somewhere else, `await backup.create(...)`, and not made of the error? What is asked there is no reply. */
  asksElse(expression: ts.Expression): boolean {
    if (!tsc.isAwaitExpression(expression)) return false;
    const node = strip(expression);
    return node !== undefined && tsc.isCallExpression(node) && !node.arguments.some(arg => this.#isError(arg) || this.#mentionsText(arg));
  }

  /** What a call in a handler tells: somebody who waits, the operator, the next handler, or nobody. */
  tells(call: ts.CallExpression, depth = 0): How | 'says' | 'shows' | 'throws' | undefined {
    const callee = call.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
    const root = receiverName(callee);
    if (OPERATOR.test(root) || OPERATOR.test(name) || root === 'process') {
      if (root !== 'console' && name !== 'write') return undefined;
      return this.#sentence(call)
        ? 'says'
        : call.arguments.some(arg => this.#mentionsText(arg) || this.#isError(arg))
          ? 'shows'
          : undefined;
    }
    if (call.arguments.some(arg => isToolResult(strip(arg) ?? arg))) return 'reply';
    if (PASSES_ON.has(name) && call.arguments.some(arg => this.#isError(arg))) {
      if (tsc.isIdentifier(callee) && name === 'reject') return 'throws';
      return 'bare';
    }
    if (this.#sentence(call)) return call.arguments.some(arg => this.#mentionsText(arg)) ? 'raw-text' : 'reply';
    if (
      call.arguments.some(arg => this.#mentionsText(arg)) &&
      /^(?:send|json|end|write|reply|say|respond|edit|follow|set|show|toast|post)/i.test(name)
    )
      return 'raw-text';
    if (/^(?:end|sendStatus|json)$/.test(name) && /status|statusCode|writeHead/.test(call.getText())) return 'bare';
    // A helper of the repository that is given the error may answer for the handler; what it only works out from it tells nobody.
    if (call.arguments.some(arg => this.#isError(arg)) && !isWorkedOut(call)) {
      const how = this.#through(call, 1);
      return how === 'reply' || how === 'raw-text' ? how : this.#toldBy(call, depth);
    }
    return undefined;
  }

  /** What a function of the repository tells that is given the error and somebody to answer: `handleError(ctx, error)`. */
  #toldBy(call: ts.CallExpression, depth: number): How | undefined {
    const at = call.arguments.findIndex(arg => this.#isError(arg));
    if (depth > 1 || call.arguments.length < 2) return undefined;
    let best: How | undefined;
    for (const value of this.#ev.values(call.expression)) {
      if (value.kind !== 'function' || value.node.body === undefined || !tsc.isBlock(value.node.body)) continue;
      const { body, parameters } = value.node;
      const error = parameters[at]?.name;
      if (error === undefined || !tsc.isIdentifier(error)) continue;
      const others = parameters.flatMap((p, i) => (i !== at && tsc.isIdentifier(p.name) ? [p.name.text] : []));
      const inner = new Words(this.#ev, error.text, body, this.#said);
      walk(body, node => {
        if (isFunctionNode(node)) return 'skip';
        if (!tsc.isCallExpression(node) || !namesOneOf(node, others)) return undefined;
        const told = inner.tells(node, depth + 1);
        if (told === 'reply' || told === 'raw-text' || told === 'bare') best = best === undefined ? told : better(best, told);
        return undefined;
      });
    }
    return best;
  }

  /** Into how many kinds a function that is given the error sorts it for the log; 0 when the call does no such thing. */
  sorts(call: ts.CallExpression): number {
    const at = call.arguments.findIndex(arg => this.#isError(arg));
    if (at < 0 || !isLogged(this.#ev, call)) return 0;
    const kinds = this.#ev.values(call.expression).map(value => {
      const { size } = value.kind === 'function' ? kindsSorted(this.#ev, value.node, at) : new Set();
      return size > 1 ? size : 0;
    });
    return Math.max(0, ...kinds);
  }

  /** What a call in a handler writes down for the operator; undefined: nothing. */
  logs(call: ts.CallExpression, depth = 0): 'context' | 'error' | undefined {
    const callee = call.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
    if (OPERATOR.test(receiverName(callee)) || OPERATOR.test(name)) {
      const error =
        writesCurrent(call, name) || call.arguments.some(arg => this.#mentionsText(arg) || this.#isError(arg) || this.#holdsError(arg));
      if (!error) return undefined;
      return call.arguments.some(arg => !this.#isError(arg) && holdsMore(arg, this.#names, this.#tainted)) ? 'context' : 'error';
    }
    if (depth > 0 || !call.arguments.some(arg => this.#isError(arg) || this.#holdsError(arg))) return undefined;
    // A function of the repository that is given the error may write it down.
    for (const value of this.#ev.values(callee)) {
      if (value.kind !== 'function' || value.node.body === undefined) continue;
      let inside: 'context' | 'error' | undefined;
      walk(value.node.body, node => {
        if (tsc.isCallExpression(node) && OPERATOR.test(receiverName(node.expression))) inside = 'error';
      });
      if (inside !== undefined)
        return call.arguments.some(arg => !this.#isError(arg) && holdsMore(arg, this.#names, this.#tainted)) ? 'context' : inside;
    }
    return undefined;
  }

  /** `{ err }`, `{ error: err }` */
  #holdsError(arg: ts.Expression): boolean {
    if (!tsc.isObjectLiteralExpression(arg)) return false;
    return arg.properties.some(p =>
      tsc.isShorthandPropertyAssignment(p) ? this.#names.has(p.name.text) : tsc.isPropertyAssignment(p) && this.#isError(p.initializer),
    );
  }

  /** Does a handler look at the kind of error and answer in more than one way? */
  distinguishes(block: ts.Block): boolean {
    let kinds = 0;
    const seen = new Set<ts.Node>();
    const look = (root: ts.Node, error: string, depth: number): void => {
      walk(root, node => {
        if (tsc.isIfStatement(node) && asksAbout(node.expression, error)) kinds++;
        if (tsc.isSwitchStatement(node) && asksAbout(node.expression, error)) kinds += node.caseBlock.clauses.length;
        if (tsc.isConditionalExpression(node) && asksKind(node.condition, error)) kinds++;
        // `const busy = [RateLimitError, InternalServerError].some(kind => err instanceof kind)`
        if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword && asksKind(node, error)) kinds++;
        if (!tsc.isCallExpression(node) || depth > 1 || kinds > 1) return undefined;
        const at = node.arguments.findIndex(arg => tsc.isIdentifier(arg) && arg.text === error);
        if (at < 0) return undefined;
        for (const value of this.#ev.values(node.expression)) {
          const parameter = value.kind === 'function' ? value.node.parameters[at]?.name : undefined;
          if (value.kind !== 'function' || value.node.body === undefined || seen.has(value.node)) continue;
          seen.add(value.node);
          if (parameter !== undefined && tsc.isIdentifier(parameter)) look(value.node.body, parameter.text, depth + 1);
        }
        return undefined;
      });
    };
    for (const name of this.#names) look(block, name, 0);
    return kinds > 0 && this.#said.size > 1;
  }

  /** Is there a sentence for a person among the texts? */
  #speaks(texts: readonly string[]): boolean {
    const sentences = texts.filter(isSentence);
    for (const text of sentences) this.#said.add(text);
    return sentences.length > 0;
  }

  #sentence(call: ts.CallExpression): boolean {
    return this.#speaks(call.arguments.flatMap(arg => this.#texts(arg)));
  }

  /** The worst that a function of the repository returns for the error, or for its text. */
  #through(call: ts.CallExpression | ts.NewExpression, depth: number, said = this.#said): How | undefined {
    let worst: How | undefined;
    const given = call.arguments ?? [];
    const at = given.findIndex(arg => this.#isError(arg));
    const texts = given.flatMap((arg, i) => (i !== at && this.#mentionsText(arg) ? [i] : []));
    for (const value of this.#ev.values(call.expression)) {
      if (value.kind !== 'function') continue;
      const named = (i: number): string | undefined => {
        const name = value.node.parameters[i]?.name;
        return name !== undefined && tsc.isIdentifier(name) ? name.text : undefined;
      };
      const { body } = value.node;
      const block = body !== undefined && tsc.isBlock(body) ? body : undefined;
      const inner = new Words(this.#ev, at < 0 ? undefined : named(at), block, said, {
        depth: this.#depth + 1,
        texts: texts.flatMap(i => named(i) ?? []),
        ways: this.#ways,
      });
      for (const returned of this.#ev.returnsOf(value.node)) {
        const how = inner.judge(returned, depth + 1);
        if (how === 'reply') this.#ways.add(returned);
        worst = worst === undefined ? how : unguarded(worst, how);
      }
    }
    // Who has own words for that many kinds of errors hands the text of the rest through on purpose.
    return worst === 'raw-text' && this.#ways.size >= SORTS ? 'reply' : worst;
  }

  /** Texts that an expression holds, constants looked up. */
  #texts(root: ts.Expression): string[] {
    const out: string[] = [];
    const take = (node: ts.Node, depth: number): void => {
      walk(node, inner => {
        if (isFunctionNode(inner)) return 'skip';
        if (tsc.isStringLiteralLike(inner)) out.push(inner.text);
        if (tsc.isTemplateExpression(inner)) out.push(inner.head.text, ...inner.templateSpans.map(span => span.literal.text));
        const isName =
          tsc.isIdentifier(inner) && !this.#names.has(inner.text) && !isMemberName(inner) && resolve(inner)?.kind !== 'parameter';
        if (depth < 2 && (isName || (tsc.isCallExpression(inner) && this.#isOwn(inner)))) {
          for (const value of this.#ev.values(inner as ts.Expression).slice(0, 4)) {
            if (value.kind === 'literal' && typeof value.value === 'string') out.push(value.value);
            if (value.kind === 'text') out.push(value.text);
            if (value.kind === 'object' && value.node !== root) take(value.node, depth + 1);
          }
        }
        return undefined;
      });
    };
    take(root, 0);
    return out;
  }

  /** Is the error's own text part of it: `error.message`, `String(error)`, `${error}`? */
  #mentionsText(root: ts.Node): boolean {
    if (this.#names.size === 0 && this.#tainted.size === 0) return false;
    let found = false;
    walk(root, node => {
      if (found) return 'skip';
      if (tsc.isConditionalExpression(node) && !this.#asksForText(node.condition)) {
        found = this.#mentionsText(node.whenTrue) && this.#mentionsText(node.whenFalse);
        return 'skip';
      }
      const isTrace = tsc.isCallExpression(node) && writesTrace(this.#ev, node);
      if (isTrace || (tsc.isCallExpression(node) && this.#isOwn(node))) {
        // What a function of the repository gives back may be its own words: `parseError(error)`. What it says there is no reply yet.
        found = isTrace || this.#through(node, 1, new Set()) === 'raw-text';
        return 'skip';
      }
      if (!tsc.isIdentifier(node) || isMemberName(node)) return undefined;
      if (this.#tainted.has(node.text)) found = true;
      if (!this.#names.has(node.text)) return undefined;
      found = givesText(this.#ev, node);
      return undefined;
    });
    return found;
  }

  /** Does a condition only ask whether the error has a text, as nearly every error has: `error instanceof Error`, `typeof error === 'string'`? */
  #asksForText(condition: ts.Expression): boolean {
    const node = strip(condition) ?? condition;
    if (tsc.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (kind === tsc.SyntaxKind.InstanceOfKeyword) return /^(?:Error|Exception|BaseException)$/.test(node.right.getText());
      if (kind === tsc.SyntaxKind.AmpersandAmpersandToken || kind === tsc.SyntaxKind.BarBarToken)
        return this.#asksForText(node.left) && this.#asksForText(node.right);
      return tsc.isTypeOfExpression(node.left) || (tsc.isStringLiteralLike(node.left) && kind === tsc.SyntaxKind.InKeyword);
    }
    // `error.message ? error.message : '...'`
    return this.#isError(node) || this.#mentionsText(node);
  }

  /** Is a function of the repository called that can still be looked into? */
  #isOwn(call: ts.CallExpression): boolean {
    if (this.#depth >= DEEPEST || call.arguments.length === 0) return false;
    const values = this.#ev.values(call.expression);
    return values.length > 0 && values.every(value => value.kind === 'function' && this.#ev.returnsOf(value.node).length > 0);
  }

  #isError(node: ts.Expression): boolean {
    const inner = strip(node);
    return inner !== undefined && tsc.isIdentifier(inner) && this.#names.has(inner.text);
  }
}
