// Where the conversation is in the code: what goes to the model, what comes back, and whether an expression carries some of it.
// Lengths, counts and ids of it are not it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { writesInto } from '../evaluator/field-writes.ts';
import { callersOnWay } from '../paths/downward.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { propertyName, propertyValue, strip } from '../syntax.ts';
import { Sent } from './sent.ts';
import { ABOUT, type Content, DUMPS, HANDS_ON, head, joined, KEEPS, onlyNames, rest, touches } from './words.ts';

const DEEPEST = 14;

export class Conversation {
  readonly #ev: Evaluator;
  readonly #reading: Reading;
  readonly #sent: Sent;
  readonly #answers = new Map<ts.Node, Content | undefined>();

  constructor(reading: Reading) {
    this.#ev = reading.ev;
    this.#reading = reading;
    this.#sent = new Sent(reading);
  }

  /** What an expression carries of the conversation; undefined: nothing that was seen. */
  carriedBy(node: ts.Expression): Content | undefined {
    return this.#ev.budget.ask(
      () => this.#carried(node, 0),
      () => undefined,
    );
  }

  #carried(node: ts.Expression, depth: number, member?: string): Content | undefined {
    if (depth > DEEPEST) return undefined;
    this.#ev.budget.step();
    const inner = strip(node);
    if (inner === undefined) return undefined;
    if (this.#sent.calls.has(inner)) return 'the answer of the model';
    if (tsc.isIdentifier(inner)) return this.#nameCarries(inner, member, depth);
    if (tsc.isPropertyAccessExpression(inner)) {
      if (ABOUT.has(inner.name.text) || onlyNames(inner.name.text)) return undefined;
      if (inner.name.text === 'body' && member === undefined && this.#isRequest(inner)) return 'the body of the request';
      return this.#carried(inner.expression, depth + 1, inner.name.text === '__dict__' ? member : joined(inner.name.text, member));
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
        inner.properties.flatMap(p => (tsc.isSpreadAssignment(p) ? p.expression : (propertyValue(p) ?? []))),
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
    // `request.model_dump()`; one that is told which fields to take is not followed.
    if (tsc.isPropertyAccessExpression(callee) && DUMPS.has(name) && !call.arguments.some(choosesFields))
      return this.#carried(callee.expression, depth + 1, member);
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
    if (onlyNames(member?.split('.').at(-1) ?? id.text)) return undefined;
    const binding = resolve(id);
    if (binding === undefined || (binding.kind !== 'variable' && binding.kind !== 'parameter')) return undefined;
    const holder = binding.element ?? binding.node;
    const part = this.#sent.parts.get(holder);
    if (part !== undefined && (member === undefined || touches(part.members, member))) return part.what;
    if (binding.element !== undefined) {
      const taken = (binding.element.propertyName ?? binding.element.name).getText();
      if (ABOUT.has(taken)) return undefined;
      const source = binding.node;
      if (source.initializer !== undefined) return this.#carried(source.initializer, depth + 1, joined(taken, member));
      return binding.kind === 'parameter' ? this.#parameterCarries(binding.node, joined(taken, member), depth) : undefined;
    }
    if (binding.kind === 'parameter') return this.#parameterCarries(binding.node, member, depth);
    const list = binding.node.parent?.parent;
    if (list !== undefined && tsc.isForOfStatement(list)) return this.#carried(list.expression, depth + 1, member);
    if (binding.node.initializer !== undefined) {
      const found = this.#carried(binding.node.initializer, depth + 1, member) ?? this.#putInto(binding.node, member, depth);
      if (
        found !== undefined ||
        (tsc.isVariableDeclarationList(binding.node.parent) && (binding.node.parent.flags & tsc.NodeFlags.Const) !== 0)
      )
        return found;
    }
    return this.#assigned(id, binding.node, depth);
  }

  /** `fields.answer = answer`, `fields.update(answer=answer)`, of an object that was made before. */
  #putInto(declaration: ts.VariableDeclaration, member: string | undefined, depth: number): Content | undefined {
    if (depth > 6) return undefined;
    const about = (field: string): boolean => ABOUT.has(field) || onlyNames(field);
    const wanted = writesInto(this.#ev.program, declaration).filter(
      ({ field }) => field === undefined || (!about(field) && (member === undefined || head(member) === field)),
    );
    return this.#first(
      wanted.map(({ value }) => value),
      depth + 2,
      member === undefined ? undefined : rest(member),
    );
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
    const handler = this.#sent.handlers.get(fn);
    if (handler !== undefined) return member !== undefined && ABOUT.has(head(member)) ? undefined : handler;
    const index = fn.parameters.indexOf(parameter);
    const up = fn.parent;
    // `call(...).then(answer => ...)`, `messages.forEach(message => ...)`
    if (tsc.isCallExpression(up) && tsc.isPropertyAccessExpression(up.expression) && up.arguments[0] === fn && index === 0) {
      const name = up.expression.name.text;
      if (name === 'then' || name === 'forEach' || name === 'map' || name === 'filter' || name === 'find')
        return this.#carried(up.expression.expression, depth + 1, member);
    }
    if (depth > 6) return undefined;
    for (const call of callersOnWay(this.#reading, fn).slice(0, 8)) {
      const arg = call.arguments?.[index];
      if (arg === undefined || tsc.isSpreadElement(arg)) continue;
      const inner = strip(arg);
      if (member !== undefined && inner !== undefined && tsc.isObjectLiteralExpression(inner)) {
        const value = propertyValue(inner.properties.find(p => propertyName(p) === head(member)));
        const found = value === undefined ? undefined : this.#carried(value, depth + 3, rest(member));
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

/** `include={...}`, `exclude={...}` */
const choosesFields = (arg: ts.Expression): boolean =>
  tsc.isObjectLiteralExpression(arg) && arg.properties.some(p => /^(?:include|exclude)$/.test(propertyName(p) ?? ''));

function mayHold(node: ts.Expression): boolean {
  return !(tsc.isPropertyAccessExpression(node) && ABOUT.has(node.name.text));
}
