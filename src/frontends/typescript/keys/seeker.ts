// Does an expression hold the key of a model client, or what callers send to prove who they are?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { foreignPath, isGlobal, type Value } from '../evaluator/values.ts';
import { answersHttp } from '../failures/entries.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { startText } from '../short-text.ts';
import { propertyName, propertyValue, strip } from '../syntax.ts';
import { originsOf } from './origins.ts';

const DEEPEST = 8;
const HANDS_ON =
  /^(?:JSON\.stringify|String|util\.inspect|inspect|util\.format|format|Object\.fromEntries|Object\.entries|Array\.from|structuredClone|dict|list|repr|str|vars|jsonable_encoder)$/;
/** Frameworks whose requests carry headers. */
const WEB =
  /^(?:py:(?:fastapi|starlette|flask|quart|django|sanic|litestar|aiohttp)|express|fastify|hono|koa|next|@nestjs\/.*|h3)(?:\/.*)?$/;
/** Headers and cookies as a whole, and those by which callers prove who they are. */
const WHOLE = new Set(['headers', 'rawHeaders', 'cookies', 'META']);
const PROVES = /^(?:authorization|proxy-authorization|cookie|x-api-key|api-key|x-auth-token)$/i;
/** What stands for the headers that a caller sent. */
export const SENT = 'the headers of a request';

export class Seeker {
  readonly #reading: Reading;
  readonly #names: ReadonlySet<string>;
  readonly #hides: readonly string[];

  constructor(reading: Reading, names: ReadonlySet<string>, hides: readonly string[]) {
    this.#reading = reading;
    this.#names = names;
    this.#hides = hides;
  }

  /** The variable whose value an expression holds as a whole. */
  keyIn(node: ts.Expression | undefined, depth: number): string | undefined {
    const inner = strip(node);
    if (inner === undefined || depth > DEEPEST) return undefined;
    this.#reading.ev.budget.step();
    const first = (nodes: readonly (ts.Expression | undefined)[]): string | undefined => {
      for (const one of nodes) {
        const found = this.keyIn(one, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    if (tsc.isObjectLiteralExpression(inner)) return this.#inObject(inner, depth);
    if (tsc.isArrayLiteralExpression(inner)) return first(inner.elements.map(e => (tsc.isSpreadElement(e) ? e.expression : e)));
    if (tsc.isTemplateExpression(inner)) return first(inner.templateSpans.map(span => span.expression));
    if (tsc.isConditionalExpression(inner)) return first([inner.whenTrue, inner.whenFalse]);
    if (tsc.isBinaryExpression(inner)) {
      const { kind } = inner.operatorToken;
      if (kind === tsc.SyntaxKind.AmpersandAmpersandToken) return first([inner.right]);
      const joins =
        kind === tsc.SyntaxKind.PlusToken || kind === tsc.SyntaxKind.BarBarToken || kind === tsc.SyntaxKind.QuestionQuestionToken;
      return joins ? first([inner.left, inner.right]) : undefined;
    }
    if (tsc.isPropertyAccessExpression(inner) && WHOLE.has(inner.name.text) && this.#isRequest(inner.expression)) return SENT;
    const asked = askedFor(inner);
    if (asked !== undefined && PROVES.test(asked.name) && this.keyIn(asked.of, depth + 1) === SENT) return SENT;
    if (tsc.isIdentifier(inner)) {
      const binding = resolve(inner);
      const made = binding?.kind === 'variable' ? strip(binding.node.initializer) : undefined;
      const taken = binding?.kind === 'variable' || binding?.kind === 'parameter' ? binding.element : undefined;
      // `const { headers } = request`, and of a parameter
      const key = taken === undefined ? undefined : (taken.propertyName ?? taken.name).getText();
      if (key !== undefined && WHOLE.has(key) && taken?.dotDotDotToken === undefined) {
        const whole = made !== undefined ? this.#isRequest(made) : binding?.kind === 'parameter' && this.#isHandler(binding.node);
        if (whole) return SENT;
      }
      const call = made !== undefined && taken === undefined && !tsc.isIdentifier(made) ? this.#sentIn(made, depth) : undefined;
      if (call !== undefined) return call;
    }
    if (tsc.isCallExpression(inner)) {
      if (HANDS_ON.test(startText(inner.expression, 40))) return first(inner.arguments.slice(0, 1));
      // `request.headers.items()`
      if (tsc.isPropertyAccessExpression(inner.expression) && /^(?:items|entries|raw|copy|toJSON)$/.test(inner.expression.name.text))
        return this.#sentIn(inner.expression.expression, depth);
      // `secret('ANTHROPIC_API_KEY')`: a function that reads the variable that it is told.
      return inner.arguments.some(arg => tsc.isStringLiteralLike(arg) && this.#names.has(arg.text))
        ? this.#inValues(inner, depth)
        : undefined;
    }
    const named = tsc.isIdentifier(inner) || tsc.isPropertyAccessExpression(inner) || tsc.isElementAccessExpression(inner);
    return named ? this.#inValues(inner, depth) : undefined;
  }

  /** Headers only: a variable that holds a key is followed as a value. */
  #sentIn(node: ts.Expression, depth: number): string | undefined {
    return this.keyIn(node, depth + 1) === SENT ? SENT : undefined;
  }

  /** Is an expression the request that a framework hands over? */
  #isRequest(node: ts.Expression): boolean {
    return this.#reading.near.values(node).some(value => {
      if (value.kind === 'request') return true;
      if (value.kind === 'param') return this.#isHandler(value.node) && value.path.every(part => /^(?:req|request|raw)$/.test(part));
      if (value.kind !== 'foreign' || !(WEB.test(value.package) || value.package === '')) return false;
      return /(?:^|\.)\w*[rR]equest$/.test(foreignPath(value));
    });
  }

  /** A parameter of a function that a framework calls for each request: the request, or what holds it. */
  #isHandler(parameter: ts.ParameterDeclaration): boolean {
    const fn = parameter.parent;
    if (!isFunctionNode(fn) || fn.parameters.indexOf(parameter) > 1) return false;
    return answersHttp(fn) || this.#reading.paths.usesOf(fn).some(use => use.how === 'registered');
  }

  #inObject(object: ts.ObjectLiteralExpression, depth: number): string | undefined {
    for (const property of object.properties) {
      const name = propertyName(property);
      if (name !== undefined && (this.#hides.includes(name) || this.#hides.includes(`*.${name}`))) continue;
      const value = tsc.isSpreadAssignment(property) ? property.expression : propertyValue(property);
      const found = this.keyIn(value, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #inValues(node: ts.Expression, depth: number): string | undefined {
    for (const value of this.#reading.near.values(node)) {
      const found = value.kind === 'object' ? this.#inObject(value.node, depth + 2) : this.#nameOf(value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #nameOf(value: Value): string | undefined {
    if (value.kind !== 'foreign') return undefined;
    if (value.package === '') {
      for (const env of ['process.env', 'import.meta.env', 'Bun.env']) {
        if (isGlobal(value, env)) return 'the whole environment';
        for (const name of this.#names) if (isGlobal(value, `${env}.${name}`)) return name;
      }
      return undefined;
    }
    // A module that reads and checks the environment: what is taken from it must be the variable itself.
    const last = value.steps.at(-1);
    if (last?.kind !== 'member' || !this.#names.has(last.name)) return undefined;
    return originsOf(this.#reading.near, [value]).some(o => o.from === 'environment' && o.label === last.name) ? last.name : undefined;
  }
}

/** `headers.authorization`, `headers['x-api-key']`, `headers.get('cookie')`: which of them is asked for. */
function askedFor(node: ts.Expression): { readonly of: ts.Expression; readonly name: string } | undefined {
  if (tsc.isPropertyAccessExpression(node)) return { of: node.expression, name: node.name.text };
  if (tsc.isElementAccessExpression(node))
    return tsc.isStringLiteralLike(node.argumentExpression) ? { of: node.expression, name: node.argumentExpression.text } : undefined;
  const callee = tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) ? node.expression : undefined;
  const [first] = tsc.isCallExpression(node) ? node.arguments : [];
  if (callee === undefined || !/^(?:get|header)$/.test(callee.name.text) || first === undefined || !tsc.isStringLiteralLike(first))
    return undefined;
  return { of: callee.expression, name: first.text };
}
