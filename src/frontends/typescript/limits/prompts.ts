// How large can what is sent to the model become? Follows the prompt of a call back to what it is made of.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAssignment, isMemberName, isPattern, propertyName, propertyValue, strip } from '../syntax.ts';
import { filledTo, isForEver, isItemWritten, isOnlyFilled } from './filled.ts';
import { isFuture, resultsOf } from './futures.ts';
import { measuredTo } from './measured.ts';
import { schemaOf } from './parsers.ts';
import { settingOf } from './settings.ts';
import { bindCall, type Env, type Leaf, NO_ENV, originOf, type Stops } from './trace.ts';
import { numberOf } from './windows.ts';

/** A part of a prompt whose size somebody else decides. */
export interface Piece {
  readonly leaf: Leaf;
  /** `text`: what the user or a caller gives; `cut`: cut to a number of characters; `few`: cut to a number of items;
   *  `tokens`: trimmed by tokens; `stored`: comes from elsewhere, a history or a context. */
  readonly kind: 'text' | 'cut' | 'few' | 'tokens' | 'stored';
  readonly size: number | null;
}

/** The options of calls that carry text to the model. */
const CARRIES = new Set([
  'messages',
  'prompt',
  'input',
  'contents',
  'content',
  'message',
  'system',
  'instructions',
  'text',
  'parts',
  'question',
  'query',
  'chat_history',
  'history',
  'additionalMessages',
  'additional_messages',
]);
const TRIMS = new Set(['trimMessages', 'truncateMessages', 'trimMessagesToTokens', 'limitTokens', 'cutToTokens']);
const CUTS = new Set(['slice', 'substring', 'substr', 'truncate']);
const LIST_STEPS = new Set([
  'map',
  'filter',
  'flatMap',
  'concat',
  'join',
  'trim',
  'reverse',
  'flat',
  'replace',
  'replaceAll',
  'toString',
  'toLowerCase',
  'split',
  'sort',
  'normalize',
]);
const MOST_PIECES = 40;
const DEEPEST = 12;
/** A chain of methods is one thought: its steps count less than the way into another function. */
const STEP = 0.25;

export interface Prompt {
  readonly pieces: readonly Piece[];
  /** Some of it could not be followed. */
  readonly unseen: boolean;
  /** All of it stands in the code. */
  readonly fixed: boolean;
}

/** The expressions that a call of an SDK sends to its model. */
export function carriedBy(ev: Evaluator, call: ts.CallExpression): readonly ts.Expression[] {
  return call.arguments.slice(0, 2).flatMap(arg => {
    const node = strip(arg) ?? arg;
    const objects = tsc.isObjectLiteralExpression(node) ? [node] : ev.values(node).flatMap(v => (v.kind === 'object' ? [v.node] : []));
    return objects.length === 0 ? [node] : carriedIn(objects);
  });
}

/** The text in the options of a call, or in the body of a request. */
export function carriedIn(objects: readonly ts.ObjectLiteralExpression[]): readonly ts.Expression[] {
  return objects.flatMap(object =>
    object.properties.flatMap(property => (CARRIES.has(propertyName(property) ?? '') ? (propertyValue(property) ?? []) : [])),
  );
}

/**
 * What a prompt is made of; undefined: there is none.
 * @param carried what is sent
 */
export function promptOf(ev: Evaluator, carried: readonly ts.Expression[], models: Models): Prompt | undefined {
  if (carried.length === 0) return undefined;
  const run = new Run(ev, models);
  for (const node of carried) run.follow(node, NO_ENV, 0);
  return { pieces: run.pieces, unseen: run.unseen, fixed: carried.every(node => isFixed(node)) };
}

/** Does an expression hold nothing but text that stands in the code? */
function isFixed(expression: ts.Expression, depth = 0): boolean {
  const node = strip(expression) ?? expression;
  if (depth > 8) return false;
  if (tsc.isLiteralExpression(node)) return true;
  if (tsc.isTemplateExpression(node)) return node.templateSpans.every(span => isFixed(span.expression, depth + 1));
  if (tsc.isArrayLiteralExpression(node))
    return node.elements.length > 0 && node.elements.every(e => !tsc.isSpreadElement(e) && isFixed(e, depth + 1));
  if (tsc.isObjectLiteralExpression(node))
    return node.properties.every(p => tsc.isPropertyAssignment(p) && isFixed(p.initializer, depth + 1));
  if (tsc.isNewExpression(node)) return (node.arguments ?? []).every(a => !tsc.isSpreadElement(a) && isFixed(a, depth + 1));
  if (!tsc.isIdentifier(node)) return false;
  const binding = resolve(node);
  if (binding?.kind !== 'variable' || (binding.node.parent.flags & tsc.NodeFlags.Const) === 0 || binding.element !== undefined)
    return false;
  const { initializer } = binding.node;
  return initializer !== undefined && !tsc.isArrayLiteralExpression(initializer) && isFixed(initializer, depth + 1);
}

/** `return first < 0 ? [] : kept` */
function isGivenBack(node: ts.Node): boolean {
  let up = node.parent;
  while (tsc.isConditionalExpression(up) || tsc.isParenthesizedExpression(up) || tsc.isAsExpression(up)) up = up.parent;
  return tsc.isReturnStatement(up);
}

/** What a model says has the length that its call allows. */
export interface Models {
  readonly calls: ReadonlySet<ts.Node>;
  /** Does a call of a function of the repository give what a model said, and nothing else? */
  readonly says: (call: ts.CallExpression) => boolean;
}

class Run {
  readonly pieces: Piece[] = [];
  unseen = false;
  /** Something of it is what a model said. */
  said = false;
  readonly #ev: Evaluator;
  readonly #models: Models;
  /** Where a value is followed no further: its length is known. */
  readonly #stops: Stops;
  readonly #seen = new Set<ts.Node>();
  readonly #grown = new Set<ts.Node>();

  constructor(ev: Evaluator, models: Models) {
    this.#ev = ev;
    this.#models = models;
    this.#stops = (node, path, env) =>
      measuredTo(ev, node, path, env) !== undefined || (tsc.isCallExpression(node) && (models.says(node) || isFuture(ev, node)));
  }

  follow(expression: ts.Expression, env: Env, depth: number): void {
    const node = strip(expression) ?? expression;
    if (this.#seen.has(node) || isPattern(node)) return;
    if (this.#isTooFar(depth)) return;
    this.#seen.add(node);
    if (tsc.isIdentifier(node)) this.#added(node, env, depth);
    if (tsc.isObjectLiteralExpression(node)) {
      for (const property of node.properties) {
        if (tsc.isPropertyAssignment(property)) this.follow(property.initializer, env, depth + 1);
        else if (tsc.isShorthandPropertyAssignment(property)) this.follow(property.name, env, depth + 1);
        else if (tsc.isSpreadAssignment(property)) this.follow(property.expression, env, depth + 1);
      }
      return;
    }
    if (tsc.isArrayLiteralExpression(node)) {
      // An empty list is filled somewhere, unless it is what a function gives back in the end.
      if (node.elements.length === 0 && !isGivenBack(node) && !this.#isFilled(node, env)) this.unseen = true;
      for (const element of node.elements) this.follow(tsc.isSpreadElement(element) ? element.expression : element, env, depth + 1);
      return;
    }
    if (tsc.isNewExpression(node)) {
      // A pattern is looked for in a text, and is no part of it.
      if (node.expression.getText() === 'RegExp') return;
      // `new HumanMessage(text)`
      for (const arg of node.arguments ?? []) if (!tsc.isSpreadElement(arg)) this.follow(arg, env, depth + 1);
      return;
    }
    this.#at({ node, env }, [], depth);
  }

  #isTooFar(depth: number): boolean {
    if (depth <= DEEPEST && this.pieces.length < MOST_PIECES) return false;
    this.unseen = true;
    return true;
  }

  /** What a part of a value is made of. */
  #at({ node, env }: Pick<Leaf, 'node' | 'env'>, path: readonly string[], depth: number): void {
    if (this.#isTooFar(depth)) return;
    const { leaves, passed } = originOf(this.#ev, node, env, depth < 4 ? 'callers' : 'here', path, this.#stops);
    // A list that a variable holds may grow after it is made.
    for (const { name } of passed) if (tsc.isIdentifier(name)) this.#added(name, env, depth);
    for (const leaf of leaves) {
      const holder = leaf.node.parent;
      if (tsc.isVariableDeclaration(holder) && tsc.isIdentifier(holder.name)) this.#added(holder.name, leaf.env, depth);
      this.#leaf(leaf, node, depth);
    }
  }

  #leaf(leaf: Leaf, from: ts.Node, depth: number): void {
    const { node } = leaf;
    if (tsc.isLiteralExpression(node) || tsc.isTemplateExpression(node) || isFlag(node)) return;
    const most = measuredTo(this.#ev, node, leaf.path, leaf.env);
    if (most !== undefined) {
      this.pieces.push({ leaf, kind: 'cut', size: most });
      return;
    }
    if ((tsc.isObjectLiteralExpression(node) || tsc.isArrayLiteralExpression(node) || tsc.isNewExpression(node)) && node !== from) {
      this.follow(node, leaf.env, depth + 1);
      return;
    }
    if (tsc.isObjectLiteralExpression(node) || tsc.isArrayLiteralExpression(node) || tsc.isNewExpression(node)) {
      this.#seen.delete(node);
      this.follow(node, leaf.env, depth + 1);
      return;
    }
    if (settingOf(this.#ev, leaf) !== undefined) return;
    if (tsc.isCallExpression(node)) {
      this.#call(node, leaf, depth);
      return;
    }
    if (tsc.isIdentifier(node)) {
      const binding = resolve(node);
      // `let text = ''; text += chunk`: what is added was followed already where it is assigned; a global says nothing.
      if (binding?.kind === 'variable') {
        // What changes may have grown by ways that are not followed: `text += chunk`.
        if (isOpen(this.#ev, binding.node)) this.unseen = true;
        this.#added(node, leaf.env, depth);
        return;
      }
      if (binding?.kind === 'enum') return;
      if (binding === undefined || binding.kind === 'function') {
        this.unseen = true;
        return;
      }
    }
    this.pieces.push({ leaf, kind: 'text', size: null });
  }

  /** What is put into a list after it is made: `messages.push(...)`. */
  #added(id: ts.Identifier, env: Env, depth: number): void {
    const binding = resolve(id);
    if (binding?.kind !== 'variable' && !isDeclared(id)) return;
    const declaration = binding?.kind === 'variable' ? binding.node : id.parent;
    if (this.#grown.has(declaration)) return;
    this.#grown.add(declaration);
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(id), id.text)) {
      const call = use.parent.parent;
      if (isItemWritten(use)) this.unseen = true;
      if (!tsc.isPropertyAccessExpression(use.parent) || use.parent.expression !== use || !tsc.isCallExpression(call)) continue;
      if (!/^(?:push|unshift|append|insert|splice)$/.test(use.parent.name.text)) continue;
      const other = resolve(use);
      if (other?.kind !== 'variable' || other.node !== declaration) continue;
      const most = filledTo(this.#ev, call, env);
      if (most !== undefined) {
        this.pieces.push({ leaf: { node: call, path: [], env }, kind: 'cut', size: most });
        continue;
      }
      if (isForEver(call, declaration)) this.unseen = true;
      for (const arg of call.arguments) this.follow(tsc.isSpreadElement(arg) ? arg.expression : arg, env, depth + 1);
    }
  }

  /** An empty list into which only so much is put, and by nobody else. */
  #isFilled(node: ts.ArrayLiteralExpression, env: Env): boolean {
    const holder = node.parent;
    return tsc.isVariableDeclaration(holder) && isOnlyFilled(this.#ev, holder, env);
  }

  #call(node: ts.CallExpression, leaf: Leaf, depth: number): void {
    const callee = strip(node.expression);
    const name =
      callee === undefined ? '' : tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
    if (TRIMS.has(name)) {
      this.pieces.push({ leaf, kind: 'tokens', size: null });
      return;
    }
    if (callee !== undefined && tsc.isPropertyAccessExpression(callee) && CUTS.has(name)) {
      const [start, end] = node.arguments.map(a => numberOf(this.#ev, a, leaf.env));
      const most =
        end !== undefined && start !== undefined && end > start
          ? end - start
          : start !== undefined && start < 0 && end === undefined
            ? -start
            : undefined;
      if (most !== undefined) {
        const items = start !== undefined && start < 0 && node.arguments.length === 1;
        // A few parts of what a model said are as long as that.
        if (items || most < 100) {
          const inner = new Run(this.#ev, this.#models);
          inner.follow(callee.expression, leaf.env, depth + 1);
          if (inner.said && inner.pieces.length === 0 && !inner.unseen) return;
        }
        // A few of many is no size, and neither is the start of a list; only long cuts are taken to be of text.
        this.pieces.push({ leaf, kind: items || most < 100 ? 'few' : 'cut', size: most });
        return;
      }
    }
    if (callee !== undefined && tsc.isPropertyAccessExpression(callee) && (LIST_STEPS.has(name) || CUTS.has(name))) {
      // `Buffer.concat(parts)` is made of its arguments alone.
      if (!isGlobalName(callee.expression)) this.follow(callee.expression, leaf.env, depth + STEP);
      // `template.replace('{question}', question)`, `a.concat(b)`.
      if (/^(?:replace|replaceAll|concat)$/.test(name))
        // What a function puts in the place of a part is made of that part.
        for (const arg of node.arguments)
          if (!tsc.isSpreadElement(arg) && !isFunctionNode(strip(arg) ?? arg)) this.follow(arg, leaf.env, depth + 1);
      return;
    }
    if (
      /^(?:stringify|convertToModelMessages|convertToCoreMessages|convertToLangChainMessages|HumanMessage|SystemMessage|createPartFromText|createUserContent)$/.test(
        name,
      )
    ) {
      for (const arg of node.arguments.slice(0, 1)) if (!tsc.isSpreadElement(arg)) this.follow(arg, leaf.env, depth + 1);
      return;
    }
    // What a schema gives back is what it was given, as far as it lets that in.
    const [given] = node.arguments;
    if (given !== undefined && !tsc.isSpreadElement(given) && schemaOf(this.#ev, node).length > 0) {
      this.follow(given, leaf.env, depth + 1);
      return;
    }
    if (this.#isAnswer(node, leaf.env)) {
      this.said = true;
      return;
    }
    const results = resultsOf(this.#ev, node, leaf.env);
    if (results !== undefined) {
      for (const result of results) this.#at(result, leaf.path, depth + 1);
      return;
    }
    const own = this.#ev.values(node.expression).flatMap(v => (v.kind === 'function' ? [v.node] : []));
    if (own.length > 0 && own.length <= 4 && leaf.path.length === 0) {
      for (const fn of own) for (const returned of this.#ev.returnsOf(fn)) this.follow(returned, bindCall(fn, node, leaf.env), depth + 1);
      return;
    }
    const request = this.#ev.values(node).some(v => v.kind === 'request');
    this.pieces.push({ leaf, kind: request ? 'text' : 'stored', size: null });
  }

  /** What a model said, or a part of it: `await client.messages.create(...)`, `await stream.finalMessage()`. */
  #isAnswer(node: ts.CallExpression, env: Env): boolean {
    let at: ts.Expression | undefined = node;
    for (let hops = 0; hops < 6 && at !== undefined && tsc.isCallExpression(at); hops++) {
      if (this.#models.calls.has(at) || this.#models.says(at)) return true;
      const callee: ts.Expression | undefined = strip(at.expression);
      const receiver: ts.Expression | undefined =
        callee !== undefined && tsc.isPropertyAccessExpression(callee) ? strip(callee.expression) : undefined;
      if (receiver === undefined || !tsc.isIdentifier(receiver)) at = receiver;
      else return originOf(this.#ev, receiver, env, 'here').leaves.some(leaf => this.#models.calls.has(leaf.node));
    }
    return false;
  }
}

/** Yes, no, nothing, or a comparison. */
function isFlag(node: ts.Node): boolean {
  const { TrueKeyword, FalseKeyword, NullKeyword } = tsc.SyntaxKind;
  if (node.kind === TrueKeyword || node.kind === FalseKeyword || node.kind === NullKeyword) return true;
  if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression))
    return /^(?:includes|startsWith|endsWith|some|every|has)$/.test(node.expression.name.text);
  return tsc.isBinaryExpression(node) && /^(?:[!=]==?|[<>]=?|in|instanceof)$/.test(node.operatorToken.getText());
}

function isDeclared(id: ts.Identifier): id is ts.Identifier & { readonly parent: ts.VariableDeclaration } {
  return tsc.isVariableDeclaration(id.parent) && id.parent.name === id;
}

function isGlobalName(node: ts.Expression): boolean {
  return tsc.isIdentifier(node) && resolve(node) === undefined;
}

/** Is a variable ever made longer, or written by code whose values are not those of an assignment? */
function isOpen(ev: Evaluator, declaration: ts.VariableDeclaration): boolean {
  if (!tsc.isIdentifier(declaration.name)) return true;
  return ev.program.identifiers(ev.program.unitOf(declaration), declaration.name.text).some(use => {
    const { parent } = use;
    if (!tsc.isBinaryExpression(parent) || parent.left !== use) return false;
    const binding = resolve(use);
    if (binding?.kind !== 'variable' || binding.node !== declaration) return false;
    if (!isAssignment(parent.operatorToken.kind)) return parent.operatorToken.kind === tsc.SyntaxKind.PlusEqualsToken;
    // `text = text + chunk`, `list = [...list, item]`
    let itself = false;
    walk(parent.right, node => {
      if (tsc.isIdentifier(node) && node.text === use.text && !isMemberName(node)) itself = true;
      return itself ? 'skip' : undefined;
    });
    return itself;
  });
}
