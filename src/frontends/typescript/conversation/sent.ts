// What goes to the model: from the arguments of the model calls back to the variables and parameters that they are made of.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { givenTo, isKeywords } from '../evaluator/keywords.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { propertyName, propertyValue, strip } from '../syntax.ts';
import { ABOUT, type Content, chainOf, covers, head, joined, KEEPS, rest, SAID } from './words.ts';

const DEEPEST = 48;
/** Parameters so far back are followed to their callers. */
const FARTHEST = 42;
const MOST_STEPS = 4000;

interface Part {
  /** Member paths of the variable that go to the model; `*`: the whole of it. */
  readonly members: Set<string>;
  readonly what: Content;
}

export class Sent {
  /** Variables and parameters whose value goes to the model. */
  readonly parts = new Map<ts.Node, Part>();
  /** The model calls of production code. */
  readonly calls = new Set<ts.Node>();
  /** Functions that an SDK gives the answer, with what they are given. */
  readonly handlers = new Map<ts.Node, Content>();
  readonly #ev: Evaluator;
  readonly #reading: Reading;
  #steps = 0;

  constructor(reading: Reading) {
    this.#ev = reading.ev;
    this.#reading = reading;
    for (const site of [...reading.sites, ...reading.requests]) {
      const { node } = site;
      if (reading.inventory.roleOf(node.getSourceFile().fileName) !== 'production') continue;
      this.calls.add(node);
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

  /** Marks what one model call is given. */
  #callSends(call: ts.CallExpression): void {
    for (const arg of call.arguments) {
      const value = strip(arg);
      if (value === undefined) continue;
      const objects = tsc.isObjectLiteralExpression(value)
        ? [value]
        : this.#ev.values(arg).flatMap(v => (v.kind === 'object' ? [v.node] : []));
      const said = objects.flatMap(o => [...saidIn(o), ...(isKeywords(o) ? this.#postedIn(o) : [])]);
      for (const [name, expression] of said) this.#mark(expression, wordFor(name), 0);
      for (const o of objects) this.#handlersIn(o);
      if (objects.length === 0 || (said.length === 0 && call.arguments[0] === arg)) this.#mark(arg, 'what is sent to the model', 0);
    }
  }

  /** `requests.post(url, json={"messages": messages})` */
  #postedIn(keywords: ts.ObjectLiteralExpression): readonly [string, ts.Expression][] {
    return keywords.properties.flatMap((p): [string, ts.Expression][] => {
      if (!tsc.isPropertyAssignment(p) || !/^(?:json|data)$/.test(propertyName(p) ?? '')) return [];
      const said = this.#ev.values(p.initializer).flatMap(v => (v.kind === 'object' ? saidIn(v.node) : []));
      return said.length > 0 ? said : [['json', p.initializer]];
    });
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
        this.handlers.set(fn, 'the answer of the model');
    }
  }

  /** Goes backwards from what is sent to where it comes from. */
  #mark(node: ts.Expression, what: Content, depth: number): void {
    if (depth > DEEPEST || ++this.#steps > MOST_STEPS) return;
    this.#ev.budget.step();
    const inner = strip(node);
    if (inner === undefined || this.calls.has(inner)) return;
    if (tsc.isIdentifier(inner)) this.#markName(inner, '*', what, depth);
    else if (tsc.isPropertyAccessExpression(inner)) {
      if (ABOUT.has(inner.name.text)) return;
      const chain = chainOf(inner);
      if (chain !== undefined) this.#markName(chain.root, chain.path, what, depth);
      else this.#mark(inner.expression, what, depth + 1);
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
    if (depth > DEEPEST) return;
    let keeps = tsc.isNewExpression(call);
    if (tsc.isCallExpression(call)) {
      for (const value of this.#ev.values(call.expression)) {
        if (value.kind === 'function') for (const returned of this.#ev.returnsOf(value.node)) this.#mark(returned, what, depth + 2);
        keeps ||= value.kind === 'foreign' && (value.package === '' || this.#reading.classifier.sdksOf(value.package).length > 0);
      }
    }
    if (keeps && depth <= 8)
      for (const arg of call.arguments ?? [])
        if (!isFunctionNode(arg)) this.#mark(tsc.isSpreadElement(arg) ? arg.expression : arg, what, depth + 1);
  }

  #markName(id: ts.Identifier, member: string, what: Content, depth: number): void {
    const binding = resolve(id);
    if (binding === undefined || (binding.kind !== 'variable' && binding.kind !== 'parameter')) return;
    const holder = binding.element ?? binding.node;
    const known = this.parts.get(holder);
    if (known !== undefined && covers(known.members, member)) return;
    if (binding.kind === 'variable') {
      const list = binding.node.initializer;
      // Fixed texts are the program's own, not the conversation.
      if (list !== undefined && isFixed(list) && !this.#grows(id, binding.node)) return;
    }
    if (known === undefined) this.parts.set(holder, { members: new Set([member]), what });
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
    if (!isFunctionNode(fn) || depth > FARTHEST) return;
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
        if (propertyName(p) !== head(member)) continue;
        if (tsc.isPropertyAssignment(p)) this.#markInside(p.initializer, rest(member) ?? '*', what, depth + 1);
        else if (tsc.isShorthandPropertyAssignment(p)) this.#markName(p.name, rest(member) ?? '*', what, depth);
      }
      return;
    }
    if (member !== '*' && tsc.isNewExpression(inner)) {
      const kept = keptAs(this.#ev, inner, head(member));
      if (kept !== undefined) {
        for (const arg of kept) this.#markInside(arg, rest(member) ?? '*', what, depth + 1);
        return;
      }
    }
    const chain = member === '*' ? undefined : chainOf(inner);
    if (chain !== undefined) this.#markName(chain.root, joined(chain.path, member), what, depth);
    else if (member === '*' || !tsc.isCallExpression(inner)) this.#mark(inner, what, depth);
    else this.#markReturned(inner, member, what, depth);
  }

  /** A member of what a call gives: a schema hands on what it was given, a function of the repository what it returns. */
  #markReturned(call: ts.CallExpression, member: string, what: Content, depth: number): void {
    if (depth > DEEPEST) return;
    const callee = call.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : '';
    if (/^(?:safe)?[pP]arse(?:Async)?$/.test(name)) {
      const inside = !name.startsWith('safe') ? member : head(member) === 'data' ? (rest(member) ?? '*') : undefined;
      const [given] = call.arguments;
      if (inside !== undefined && given !== undefined && !tsc.isSpreadElement(given)) this.#markInside(given, inside, what, depth + 1);
      return;
    }
    for (const value of this.#ev.values(callee))
      if (value.kind === 'function')
        for (const returned of this.#ev.returnsOf(value.node)) this.#markInside(returned, member, what, depth + 2);
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
}

/** The arguments that an object of a class of the repository keeps under a name; undefined: the class is not seen, or keeps nothing so. */
function keptAs(ev: Evaluator, made: ts.NewExpression, name: string): readonly ts.Expression[] | undefined {
  const out: ts.Expression[] = [];
  for (const value of ev.values(made.expression)) {
    if (value.kind !== 'class') continue;
    const maker = value.node.members.find(member => tsc.isConstructorDeclaration(member) && member.body !== undefined);
    if (maker === undefined || !tsc.isConstructorDeclaration(maker) || maker.body === undefined) continue;
    maker.parameters.forEach((parameter, index) => {
      if (!tsc.isIdentifier(parameter.name) || !keeps(maker, parameter, name)) return;
      const arg = givenTo(parameter, index, made.arguments ?? []);
      if (arg !== undefined && !tsc.isSpreadElement(arg)) out.push(arg);
    });
  }
  return out.length === 0 ? undefined : out;
}

/** `constructor(readonly name)`, `this.name = name` */
function keeps(maker: ts.ConstructorDeclaration, parameter: ts.ParameterDeclaration, name: string): boolean {
  const text = parameter.name.getText();
  if (tsc.isParameterPropertyDeclaration(parameter, maker)) return text === name;
  return (maker.body?.statements ?? []).some(statement => {
    const at = tsc.isExpressionStatement(statement) ? statement.expression : undefined;
    if (at === undefined || !tsc.isBinaryExpression(at) || at.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return false;
    const { left, right } = at;
    return (
      tsc.isPropertyAccessExpression(left) &&
      left.expression.kind === tsc.SyntaxKind.ThisKeyword &&
      left.name.text === name &&
      tsc.isIdentifier(right) &&
      right.text === text
    );
  });
}

function saidIn(object: ts.ObjectLiteralExpression): [string, ts.Expression][] {
  return object.properties.flatMap((p): [string, ts.Expression][] => {
    const name = propertyName(p);
    const value = propertyValue(p);
    return name === undefined || value === undefined || !SAID.has(name) ? [] : [[name, value]];
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
