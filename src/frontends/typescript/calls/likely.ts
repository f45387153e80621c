// Calls on a client that one piece of code puts somewhere and another takes from there: `st.session_state.client`, `app.state.openai`,
// a constructor that only a container calls. The value cannot be followed; that such a client is made, and what is asked of it, can.
import type { ts } from 'ts-morph';
import type { CallShape, Sdk } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Foreign, Value } from '../evaluator/values.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import type { Classifier } from './classify.ts';

/** Single names that belong to one framework and to nothing else. */
const DISTINCT = new Set(['kickoff', 'kickoff_async', 'kickoff_for_each', 'kickoff_for_each_async']);
/** What frameworks offer to keep things in, from one request or rerun to the next. */
const KEEPERS =
  /^(?:py:)?(?:streamlit|fastapi|starlette|flask|quart|sanic|aiohttp|chainlit|discord|telegram|aiogram|express|hono|fastify|discord\.js|telegraf|grammy)$/;

interface Shape {
  readonly sdk: Sdk;
  readonly shape: CallShape;
  readonly members: readonly string[];
}

/** A client, model or agent that production code makes, and the names that it is kept under. */
interface Made {
  readonly sdk: Sdk;
  readonly role: string;
  readonly value: Foreign;
  readonly names: ReadonlySet<string>;
}

export class LikelyClients {
  readonly #ev: Evaluator;
  readonly #classifier: Classifier;
  readonly #shapes = new Map<string, Shape[]>();
  readonly #makers = new Set<string>();
  /** The files in which clients may be made. */
  readonly #files: () => Iterable<string>;
  #made: readonly Made[] | undefined;

  constructor(ev: Evaluator, classifier: Classifier, files: () => Iterable<string>) {
    this.#ev = ev;
    this.#classifier = classifier;
    this.#files = files;
    for (const sdk of classifier.sdks) {
      for (const { exports, on } of sdk.code.produces)
        if (on === undefined) for (const name of exports ?? []) this.#makers.add(name.slice(name.lastIndexOf('.') + 1));
      for (const shape of sdk.code.calls) {
        const members = shape.member.split('.');
        const last = members.at(-1) ?? '';
        if (shape.on === undefined || (members.length < 2 && !DISTINCT.has(last))) continue;
        const list = this.#shapes.get(last) ?? [];
        list.push({ sdk, shape, members });
        this.#shapes.set(last, list);
      }
    }
  }

  /** What a callee may be whose receiver cannot be followed; empty: nothing that could be said. */
  calleesOf(node: ts.CallExpression): readonly Foreign[] {
    const names = chain(node.expression);
    const shapes = this.#shapes.get(names.at(-1)?.name ?? '');
    if (shapes === undefined) return [];
    for (const { sdk, shape, members } of shapes) {
      if ((sdk.language === 'python') !== isPython(node)) continue;
      const own = names.slice(-members.length);
      const receiver = own[0]?.receiver;
      if (receiver === undefined || own.length < members.length || own.some((one, i) => one.name !== members[i])) continue;
      // What is imported by its name can be followed, or is not there.
      if (tsc.isIdentifier(receiver) && resolve(receiver)?.kind === 'import') return [];
      if (!this.#ev.values(receiver).every(value => this.#isOutOfSight(value))) return [];
      const made = this.#all().filter(one => one.sdk === sdk && one.role === shape.on);
      const kept = nameOf(receiver);
      const named = kept === undefined ? [] : made.filter(one => one.names.has(kept));
      const found = named.length > 0 ? named : isTelling(members, node) ? made : [];
      if (found.length > 0)
        return found.map(({ value }) => ({
          ...value,
          steps: [...value.steps, ...members.map(name => ({ kind: 'member', name }) as const)],
        }));
    }
    return [];
  }

  #isOutOfSight(value: Value): boolean {
    // A global, or what a Map of the language hands out.
    if (value.kind === 'foreign') return value.package === '' || KEEPERS.test(value.package);
    return (
      value.kind === 'unknown' ||
      value.kind === 'param' ||
      value.kind === 'request' ||
      value.kind === 'shape' ||
      (value.kind === 'literal' && (value.value === null || value.value === undefined))
    );
  }

  #all(): readonly Made[] {
    if (this.#made !== undefined) return this.#made;
    const out: Made[] = [];
    this.#made = out;
    const { program } = this.#ev;
    for (const file of this.#files()) {
      const unit = program.inventory.roleOf(file) === 'production' ? program.unit(file) : undefined;
      for (const node of unit?.calls ?? []) {
        const callee = node.expression;
        const name = tsc.isIdentifier(callee) ? callee.text : tsc.isPropertyAccessExpression(callee) ? callee.name.text : '';
        if (!this.#makers.has(name)) continue;
        for (const value of this.#ev.values(node)) {
          const reading = this.#classifier.withRole(value);
          if (value.kind !== 'foreign' || reading?.role === undefined) continue;
          out.push({ sdk: reading.sdk, role: reading.role, value, names: namesKept(node) });
        }
      }
    }
    return out;
  }
}

/** The members of a callee, outermost last, each with what it is a member of. */
function chain(callee: ts.Expression): { readonly name: string; readonly receiver: ts.Expression }[] {
  const out: { readonly name: string; readonly receiver: ts.Expression }[] = [];
  for (let node = callee; ; ) {
    if (tsc.isPropertyAccessExpression(node)) {
      out.unshift({ name: node.name.text, receiver: node.expression });
      node = node.expression;
    } else if (tsc.isParenthesizedExpression(node) || tsc.isNonNullExpression(node) || tsc.isAsExpression(node)) node = node.expression;
    else return out;
  }
}

/** The name that something is taken from: of a member, a key, or a variable. */
function nameOf(node: ts.Expression): string | undefined {
  if (tsc.isPropertyAccessExpression(node)) return node.name.text;
  if (tsc.isElementAccessExpression(node))
    return tsc.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined;
  if (tsc.isParenthesizedExpression(node) || tsc.isNonNullExpression(node) || tsc.isAsExpression(node) || tsc.isAwaitExpression(node))
    return nameOf(node.expression);
  // `state.get("client")`
  if (tsc.isCallExpression(node)) {
    const [key] = node.arguments;
    return key !== undefined && tsc.isStringLiteralLike(key) ? key.text : undefined;
  }
  return tsc.isIdentifier(node) ? node.text : undefined;
}

/** The names under which a new object is kept: `x.client = ...`, `{ client: ... }`, `set("client", ...)`, `def get_client(): return ...`. */
function namesKept(node: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at = node, up = node.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isVariableDeclaration(up) && tsc.isIdentifier(up.name)) names.add(up.name.text);
    else if (tsc.isPropertyAssignment(up)) names.add(propertyName(up) ?? '');
    else if (tsc.isPropertyDeclaration(up)) names.add(propertyName(up) ?? '');
    else if (tsc.isBinaryExpression(up) && up.operatorToken.kind === tsc.SyntaxKind.EqualsToken && up.right === at) {
      const name = nameOf(up.left);
      if (name !== undefined) names.add(name);
    } else if (tsc.isCallExpression(up) && up.arguments.includes(at as ts.Expression)) {
      const [key] = up.arguments;
      if (key !== undefined && key !== at && tsc.isStringLiteralLike(key)) names.add(key.text);
    } else if (tsc.isReturnStatement(up) || (tsc.isArrowFunction(up) && up.body === at)) {
      const fn = tsc.isArrowFunction(up) ? up : enclosingFunction(up);
      const own = fn?.name !== undefined && tsc.isIdentifier(fn.name) ? fn.name.text : undefined;
      if (own !== undefined)
        names.add(own.replace(/^(?:get|create|make|build|init|setup|new)_?/, '').replace(/^[A-Z]/, c => c.toLowerCase()));
    }
    if (tsc.isStatement(up) || isFunctionNode(up)) break;
  }
  return names;
}

/** Does the call tell by itself what it is? `chat.completions.create` does; a service for messages has `messages.create` too, without a model. */
function isTelling(members: readonly string[], node: ts.CallExpression): boolean {
  if (members.length !== 2) return members.length > 2;
  return node.arguments.some(arg => tsc.isObjectLiteralExpression(arg) && arg.properties.some(p => propertyName(p) === 'model'));
}
