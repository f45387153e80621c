// Where the conversation is in the code: what goes to the model, what comes back, and whether an expression carries some of it.
// Lengths, counts and ids of it are not it.
import type { ts } from 'ts-morph';
import { tsc } from './compiler.ts';
import type { Evaluator } from './evaluate.ts';
import { walk } from './program.ts';
import type { Reading } from './reader.ts';
import { isFunctionNode, resolve } from './scope.ts';
import { propertyName, strip } from './syntax.ts';

/** Options of model calls that hold what is said. */
const SAID = new Set(
  'messages message prompt system input inputs contents content instructions history query question text body'.split(' '),
);
/** Members that tell about a text or an answer without giving it. */
const ABOUT = new Set(
  (
    'length size count id ids role model usage totalUsage finishReason finish_reason stop_reason stopReason created createdAt timestamp ' +
    'status statusCode ok type name index object_id headers byteLength mimeType usage_metadata response_metadata providerMetadata ' +
    'providerOptions total_tokens input_tokens output_tokens prompt_tokens completion_tokens inputTokens outputTokens'
  ).split(' '),
);
/** Methods that hand on the text that they are called on. */
const KEEPS = new Set(
  'toString trim slice substring substr toLowerCase toUpperCase replace replaceAll concat join map filter flatMap at pop shift find reverse flat split padEnd json text then catch finally'.split(
    ' ',
  ),
);
/** Functions that hand on the text that they are given. */
const HANDS_ON = new Set(['stringify', 'inspect', 'String', 'parse', 'structuredClone', 'from', 'format', 'encode']);
/** Pieces of a prompt that name something instead of saying it: logging them logs no conversation. */
const NAMES =
  /(?:id|ids|uuid|url|uri|path|file|filename|number|name|names|title|type|kind|lang|language|locale|date|time|model|key|index|count|mode|status|level|category|topic|label|email|phone|version|size|length|limit)$/i;
const DEEPEST = 14;
const MOST_STEPS = 4000;

/** What an expression carries, in words for a report. */
export type Content = string;

interface Part {
  /** Members of the variable that go to the model; `*`: the whole of it. */
  readonly members: Set<string>;
  readonly what: Content;
}

export class Conversation {
  readonly #ev: Evaluator;
  readonly #reading: Reading;
  /** Variables and parameters whose value goes to the model. */
  readonly #sent = new Map<ts.Node, Part>();
  readonly #calls = new Set<ts.Node>();
  readonly #handlers = new Map<ts.Node, string>();
  readonly #answers = new Map<ts.Node, Content | undefined>();
  #steps = 0;

  constructor(reading: Reading) {
    this.#ev = reading.ev;
    this.#reading = reading;
    const role = (node: ts.Node): string => reading.inventory.roleOf(node.getSourceFile().fileName);
    for (const site of [...reading.sites, ...reading.requests]) {
      const { node } = site;
      if (role(node) !== 'production') continue;
      this.#calls.add(node);
      this.#steps = 0;
      this.#ev.budget.ask(
        () => {
          this.#callSends(node);
          // A chain or an agent is given its prompt when it is made.
          if ('classified' in site) this.#madeWith(site.classified.made?.args ?? []);
        },
        () => {},
      );
    }
  }

  /** What an expression carries of the conversation; undefined: nothing that was seen. */
  carriedBy(node: ts.Expression): Content | undefined {
    return this.#ev.budget.ask(
      () => this.#carried(node, 0),
      () => undefined,
    );
  }

  /** Marks what one model call is given. */
  #callSends(call: ts.CallExpression): void {
    for (const arg of call.arguments) {
      const value = strip(arg);
      if (value === undefined) continue;
      const objects = tsc.isObjectLiteralExpression(value)
        ? [value]
        : this.#ev.values(arg).flatMap(v => (v.kind === 'object' ? [v.node] : []));
      const said = objects.flatMap(o => saidIn(o));
      for (const [name, expression] of said) this.#mark(expression, wordFor(name), 0);
      for (const o of objects) this.#handlersIn(o);
      if (objects.length === 0 || (said.length === 0 && call.arguments[0] === arg)) this.#mark(arg, 'what is sent to the model', 0);
    }
  }

  #madeWith(args: readonly ts.Expression[]): void {
    for (const arg of args) {
      const value = strip(arg);
      if (value === undefined || !tsc.isObjectLiteralExpression(value)) continue;
      for (const [name, expression] of saidIn(value)) this.#mark(expression, wordFor(name), 0);
    }
  }

  /** `onFinish({ text })`, `onChunk`: functions that the SDK gives the answer. */
  #handlersIn(object: ts.ObjectLiteralExpression): void {
    for (const property of object.properties) {
      const fn = tsc.isMethodDeclaration(property)
        ? property
        : tsc.isPropertyAssignment(property)
          ? strip(property.initializer)
          : undefined;
      const name = propertyName(property) ?? '';
      if (fn !== undefined && isFunctionNode(fn) && /^on[A-Z]/.test(name) && name !== 'onError')
        this.#handlers.set(fn, 'the answer of the model');
    }
  }

  /** Goes backwards from what is sent to where it comes from. */
  #mark(node: ts.Expression, what: Content, depth: number): void {
    if (depth > DEEPEST || ++this.#steps > MOST_STEPS) return;
    this.#ev.budget.step();
    const inner = strip(node);
    if (inner === undefined || this.#calls.has(inner)) return;
    if (tsc.isIdentifier(inner)) this.#markName(inner, '*', what, depth);
    else if (tsc.isPropertyAccessExpression(inner)) {
      if (ABOUT.has(inner.name.text)) return;
      const base = strip(inner.expression);
      if (base !== undefined && tsc.isIdentifier(base)) this.#markName(base, inner.name.text, what, depth);
      else if (base !== undefined) this.#mark(base, what, depth + 1);
    } else if (tsc.isElementAccessExpression(inner)) this.#mark(inner.expression, what, depth + 1);
    else if (tsc.isTemplateExpression(inner)) for (const span of inner.templateSpans) this.#mark(span.expression, what, depth + 1);
    else if (tsc.isBinaryExpression(inner)) {
      this.#mark(inner.left, what, depth + 1);
      this.#mark(inner.right, what, depth + 1);
    } else if (tsc.isConditionalExpression(inner)) {
      this.#mark(inner.whenTrue, what, depth + 1);
      this.#mark(inner.whenFalse, what, depth + 1);
    } else if (tsc.isArrayLiteralExpression(inner))
      for (const e of inner.elements) this.#mark(tsc.isSpreadElement(e) ? e.expression : e, what, depth + 1);
    else if (tsc.isObjectLiteralExpression(inner)) {
      for (const p of inner.properties) {
        const name = propertyName(p) ?? '';
        if (ABOUT.has(name)) continue;
        if (tsc.isPropertyAssignment(p)) this.#mark(p.initializer, what, depth + 1);
        else if (tsc.isShorthandPropertyAssignment(p)) this.#mark(p.name, what, depth + 1);
        else if (tsc.isSpreadAssignment(p)) this.#mark(p.expression, what, depth + 1);
      }
    } else if (tsc.isCallExpression(inner) || tsc.isNewExpression(inner)) {
      const callee = inner.expression;
      if (tsc.isPropertyAccessExpression(callee) && KEEPS.has(callee.name.text)) this.#mark(callee.expression, what, depth + 1);
      else this.#markCall(inner, what, depth);
    }
  }

  /** What a function builds is made of what it returns; a constructor and a converter of an SDK keep what they are given. */
  #markCall(call: ts.CallExpression | ts.NewExpression, what: Content, depth: number): void {
    if (depth > 8) return;
    let keeps = tsc.isNewExpression(call);
    if (tsc.isCallExpression(call)) {
      for (const value of this.#ev.values(call.expression)) {
        if (value.kind === 'function') for (const returned of this.#ev.returnsOf(value.node)) this.#mark(returned, what, depth + 2);
        keeps ||= value.kind === 'foreign' && (value.package === '' || this.#reading.classifier.sdksOf(value.package).length > 0);
      }
    }
    if (keeps)
      for (const arg of call.arguments ?? [])
        if (!isFunctionNode(arg)) this.#mark(tsc.isSpreadElement(arg) ? arg.expression : arg, what, depth + 1);
  }

  #markName(id: ts.Identifier, member: string, what: Content, depth: number): void {
    const binding = resolve(id);
    if (binding === undefined || (binding.kind !== 'variable' && binding.kind !== 'parameter')) return;
    const holder = binding.element ?? binding.node;
    const known = this.#sent.get(holder);
    if (known?.members.has(member) || known?.members.has('*')) return;
    if (binding.kind === 'variable') {
      const list = binding.node.initializer;
      // Fixed texts are the program's own, not the conversation.
      if (list !== undefined && isFixed(list) && !this.#grows(id, binding.node)) return;
    }
    if (known === undefined) this.#sent.set(holder, { members: new Set([member]), what });
    else known.members.add(member);
    if (binding.kind === 'variable') {
      const { initializer } = binding.node;
      // What a loop goes through, item by item.
      const list = binding.node.parent?.parent;
      if (list !== undefined && tsc.isForOfStatement(list)) this.#mark(list.expression, what, depth + 1);
      if (initializer !== undefined && binding.element === undefined) this.#markInside(initializer, member, what, depth + 1);
      else if (initializer !== undefined && binding.element !== undefined) {
        const base = strip(initializer);
        const name = (binding.element.propertyName ?? binding.element.name).getText();
        if (base !== undefined && tsc.isIdentifier(base)) this.#markName(base, name, what, depth + 1);
      }
      return;
    }
    const fn = binding.node.parent;
    if (!isFunctionNode(fn) || depth > 8) return;
    const index = fn.parameters.indexOf(binding.node);
    const name = binding.element === undefined ? member : (binding.element.propertyName ?? binding.element.name).getText();
    for (const call of this.#ev.callers(fn).slice(0, 12)) {
      const arg = call.arguments?.[index];
      if (arg !== undefined && !tsc.isSpreadElement(arg)) this.#markInside(arg, name, what, depth + 2);
    }
  }

  /** The member of an object literal, or the expression as a whole. */
  #markInside(node: ts.Expression, member: string, what: Content, depth: number): void {
    const inner = strip(node);
    if (inner === undefined) return;
    if (member !== '*' && tsc.isObjectLiteralExpression(inner)) {
      for (const p of inner.properties) {
        if (propertyName(p) !== member) continue;
        if (tsc.isPropertyAssignment(p)) this.#mark(p.initializer, what, depth);
        else if (tsc.isShorthandPropertyAssignment(p)) this.#markName(p.name, '*', what, depth);
      }
    } else if (member !== '*' && tsc.isIdentifier(inner)) this.#markName(inner, member, what, depth);
    else if (member === '*' || !tsc.isCallExpression(inner)) this.#mark(inner, what, depth);
  }

  /** Is something pushed to the list that the variable holds? */
  #grows(id: ts.Identifier, declaration: ts.Node): boolean {
    const unit = this.#ev.program.unitOf(id);
    return this.#ev.program.identifiers(unit, id.text).some(use => {
      const access = use.parent;
      const pushes =
        tsc.isPropertyAccessExpression(access) && access.expression === use && /^(?:push|unshift|concat|splice)$/.test(access.name.text);
      const assigned = tsc.isBinaryExpression(access) && access.left === use;
      const binding = pushes || assigned ? resolve(use) : undefined;
      return binding?.kind === 'variable' && binding.node === declaration;
    });
  }

  #carried(node: ts.Expression, depth: number, member?: string): Content | undefined {
    if (depth > DEEPEST) return undefined;
    this.#ev.budget.step();
    const inner = strip(node);
    if (inner === undefined) return undefined;
    if (this.#calls.has(inner)) return 'the answer of the model';
    if (tsc.isIdentifier(inner)) return this.#nameCarries(inner, member, depth);
    if (tsc.isPropertyAccessExpression(inner)) {
      if (ABOUT.has(inner.name.text) || NAMES.test(inner.name.text)) return undefined;
      if (inner.name.text === 'body' && this.#isRequest(inner)) return member === undefined ? 'the body of the request' : undefined;
      return this.#carried(inner.expression, depth + 1, inner.name.text);
    }
    if (tsc.isElementAccessExpression(inner)) return this.#carried(inner.expression, depth + 1);
    if (tsc.isTemplateExpression(inner))
      return this.#first(
        inner.templateSpans.map(s => s.expression),
        depth,
      );
    if (tsc.isBinaryExpression(inner)) {
      const joins = [
        tsc.SyntaxKind.PlusToken,
        tsc.SyntaxKind.BarBarToken,
        tsc.SyntaxKind.QuestionQuestionToken,
        tsc.SyntaxKind.AmpersandAmpersandToken,
      ];
      return joins.includes(inner.operatorToken.kind) ? this.#first([inner.left, inner.right], depth) : undefined;
    }
    if (tsc.isConditionalExpression(inner)) return this.#first([inner.whenTrue, inner.whenFalse], depth);
    if (tsc.isArrayLiteralExpression(inner))
      return this.#first(
        inner.elements.map(e => (tsc.isSpreadElement(e) ? e.expression : e)),
        depth,
      );
    if (tsc.isObjectLiteralExpression(inner)) {
      return this.#first(
        inner.properties.flatMap(p =>
          tsc.isPropertyAssignment(p)
            ? [p.initializer]
            : tsc.isShorthandPropertyAssignment(p)
              ? [p.name]
              : tsc.isSpreadAssignment(p)
                ? [p.expression]
                : [],
        ),
        depth,
      );
    }
    return tsc.isCallExpression(inner) ? this.#callCarries(inner, depth, member) : undefined;
  }

  #first(nodes: readonly ts.Expression[], depth: number, member?: string): Content | undefined {
    for (const node of nodes) {
      const found = this.#carried(node, depth + 1, member);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #callCarries(call: ts.CallExpression, depth: number, member: string | undefined): Content | undefined {
    const callee = call.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
    if (tsc.isPropertyAccessExpression(callee) && KEEPS.has(name)) {
      const [mapper] = call.arguments;
      // `messages.map(m => m.role)` gives what the function returns of each item.
      if (name === 'map' && mapper !== undefined && (tsc.isArrowFunction(mapper) || tsc.isFunctionExpression(mapper))) {
        const returned = this.#ev.returnsOf(mapper).map(r => strip(r));
        if (returned.every(r => r !== undefined && !mayHold(r))) return undefined;
      }
      if (name === 'json' || name === 'text')
        return (
          this.#carried(callee.expression, depth + 1) ??
          (member === undefined && this.#isRequest(call) ? 'the body of the request' : undefined)
        );
      return this.#carried(callee.expression, depth + 1, member);
    }
    if (HANDS_ON.has(name))
      return this.#first(
        call.arguments.filter(a => !tsc.isSpreadElement(a)),
        depth,
        member,
      );
    const values = this.#ev.values(callee);
    for (const value of values) {
      if (value.kind !== 'function' || depth > 6) continue;
      if (!this.#reading.paths.leads.has(value.node)) continue;
      const answer = this.#returns(value.node, depth);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** Does a function on the way to the model return what the model said? */
  #returns(fn: ts.Node & { readonly body?: ts.Node | undefined }, depth: number): Content | undefined {
    if (this.#answers.has(fn)) return this.#answers.get(fn);
    this.#answers.set(fn, undefined);
    if (!isFunctionNode(fn)) return undefined;
    const answer = this.#first(this.#ev.returnsOf(fn), depth + 3);
    this.#answers.set(fn, answer);
    return answer;
  }

  #nameCarries(id: ts.Identifier, member: string | undefined, depth: number): Content | undefined {
    if (NAMES.test(member ?? id.text)) return undefined;
    const binding = resolve(id);
    if (binding === undefined || (binding.kind !== 'variable' && binding.kind !== 'parameter')) return undefined;
    const holder = binding.element ?? binding.node;
    const part = this.#sent.get(holder);
    if (part !== undefined && (member === undefined || part.members.has('*') || part.members.has(member))) return part.what;
    if (binding.element !== undefined) {
      const taken = (binding.element.propertyName ?? binding.element.name).getText();
      if (ABOUT.has(taken)) return undefined;
      const source = binding.node;
      if (source.initializer !== undefined) return this.#carried(source.initializer, depth + 1, taken);
      return binding.kind === 'parameter' ? this.#parameterCarries(binding.node, taken, depth) : undefined;
    }
    if (binding.kind === 'parameter') return this.#parameterCarries(binding.node, member, depth);
    const list = binding.node.parent?.parent;
    if (list !== undefined && tsc.isForOfStatement(list)) return this.#carried(list.expression, depth + 1, member);
    if (binding.node.initializer !== undefined) {
      const found = this.#carried(binding.node.initializer, depth + 1, member);
      if (
        found !== undefined ||
        (tsc.isVariableDeclarationList(binding.node.parent) && (binding.node.parent.flags & tsc.NodeFlags.Const) !== 0)
      )
        return found;
    }
    return this.#assigned(id, binding.node, depth);
  }

  /** `let text = ''; text += chunk.content;` */
  #assigned(id: ts.Identifier, declaration: ts.Node, depth: number): Content | undefined {
    if (this.#answers.has(declaration)) return this.#answers.get(declaration);
    this.#answers.set(declaration, undefined);
    let found: Content | undefined;
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(id), id.text)) {
      const up = use.parent;
      if (found !== undefined || !tsc.isBinaryExpression(up) || up.left !== use) continue;
      const kind = up.operatorToken.kind;
      if (kind !== tsc.SyntaxKind.EqualsToken && kind !== tsc.SyntaxKind.PlusEqualsToken) continue;
      const binding = resolve(use);
      if (binding?.kind === 'variable' && binding.node === declaration) found = this.#carried(up.right, depth + 2);
    }
    this.#answers.set(declaration, found);
    return found;
  }

  #parameterCarries(parameter: ts.ParameterDeclaration, member: string | undefined, depth: number): Content | undefined {
    const fn = parameter.parent;
    if (!isFunctionNode(fn)) return undefined;
    const handler = this.#handlers.get(fn);
    if (handler !== undefined) return member !== undefined && ABOUT.has(member) ? undefined : handler;
    const index = fn.parameters.indexOf(parameter);
    const up = fn.parent;
    // `call(...).then(answer => ...)`, `messages.forEach(message => ...)`
    if (tsc.isCallExpression(up) && tsc.isPropertyAccessExpression(up.expression) && up.arguments[0] === fn && index === 0) {
      const name = up.expression.name.text;
      if (name === 'then' || name === 'forEach' || name === 'map' || name === 'filter' || name === 'find')
        return this.#carried(up.expression.expression, depth + 1, member);
    }
    if (depth > 6) return undefined;
    for (const call of this.#ev.callers(fn).slice(0, 8)) {
      const arg = call.arguments?.[index];
      if (arg === undefined || tsc.isSpreadElement(arg)) continue;
      const inner = strip(arg);
      if (member !== undefined && inner !== undefined && tsc.isObjectLiteralExpression(inner)) {
        const property = inner.properties.find(p => propertyName(p) === member);
        const value =
          property !== undefined && tsc.isPropertyAssignment(property)
            ? property.initializer
            : property !== undefined && tsc.isShorthandPropertyAssignment(property)
              ? property.name
              : undefined;
        const found = value === undefined ? undefined : this.#carried(value, depth + 3);
        if (found !== undefined) return found;
        continue;
      }
      const found = this.#carried(arg, depth + 3, member);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #isRequest(node: ts.Expression): boolean {
    return this.#ev.values(node).some(v => v.kind === 'request');
  }
}

function saidIn(object: ts.ObjectLiteralExpression): [string, ts.Expression][] {
  return object.properties.flatMap((p): [string, ts.Expression][] => {
    const name = propertyName(p);
    if (name === undefined || !SAID.has(name)) return [];
    if (tsc.isPropertyAssignment(p)) return [[name, p.initializer]];
    return tsc.isShorthandPropertyAssignment(p) ? [[name, p.name]] : [];
  });
}

function wordFor(option: string): Content {
  if (option === 'system' || option === 'instructions') return 'the system prompt';
  if (option === 'prompt') return 'the whole prompt';
  if (option === 'messages' || option === 'history' || option === 'contents') return 'the messages of the conversation';
  return 'what is sent to the model';
}

/** A text without gaps, or a list or object of such: written by the authors, not said by anybody. */
function isFixed(node: ts.Expression): boolean {
  let fixed = true;
  walk(node, inner => {
    if (tsc.isIdentifier(inner) && !(tsc.isPropertyAssignment(inner.parent) && inner.parent.name === inner)) fixed = false;
    if (inner.kind === tsc.SyntaxKind.ThisKeyword) fixed = false;
    return fixed ? undefined : 'skip';
  });
  return fixed;
}

function mayHold(node: ts.Expression): boolean {
  return !(tsc.isPropertyAccessExpression(node) && ABOUT.has(node.name.text));
}
