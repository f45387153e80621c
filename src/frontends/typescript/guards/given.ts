// Which parts of what a function was given does an expression hold? `messages[0].content` holds a part of the first of the messages, and
// `req.body.name` one field of a request. Followed inside one function, by names and members; what cannot be followed makes it open.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { typeValue } from '../evaluator/types.ts';
import { schemaOf } from '../limits/parsers.ts';
import { boundOf } from '../limits/schemas.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { elementPath, isAnyAssignment, propertyName, propertyValue, strip, valueAt } from '../syntax.ts';

/** A part of a parameter. */
export interface Part {
  readonly root: ts.ParameterDeclaration;
  /** Members; `#0`, `#-1` and `#cut ...` are one item, or one piece, of a list or a text. */
  readonly path: readonly string[];
  /** It was handed to a function that was not followed: what came back may be something else. */
  readonly loose: boolean;
}

export interface Given {
  readonly parts: readonly Part[];
  /** Something of it could not be followed. */
  readonly open: boolean;
}

const DEEPEST = 30;
const MOST_USES = 60;
/** Everything below a member, in whatever form. */
const ALL = '*';
const CUTS = /^(?:slice|substring|substr)$/;
/** Methods whose result holds what their receiver holds. */
const KEEPS =
  /^(?:trim|trimStart|trimEnd|strip|toString|toLowerCase|toUpperCase|lower|upper|normalize|replace|replaceAll|join|map|filter|flat|flatMap|split|reverse|toReversed|sort|toSorted|concat|encode|values|entries|model_dump|dict)$/;
const READS = /^(?:json|text|formData|body|get_json)$/;
const PARSES = /^(?:parse|parseAsync|safeParse|safeParseAsync|model_validate)$/;
const COPIES = /^(?:String|convertTo(?:Model|Core)Messages|JSON\.stringify|JSON\.parse|structuredClone|Array\.from|Object\.values)$/;
const NUMBERS = /^(?:Number|parseInt|parseFloat|Boolean|Number\.parseInt|Number\.parseFloat|Math\.\w+|Date\.now)$/;
const LISTS = /^(?:map|filter|some|every|find|findLast|forEach|flatMap|reduce|then)$/;

/** What some expressions hold. */
export function givenIn(ev: Evaluator, expressions: readonly ts.Expression[], path: readonly string[] = []): Given {
  const trace = new Trace(ev);
  for (const one of expressions) trace.follow(one, path, 0);
  return { parts: trace.parts, open: trace.open };
}

class Trace {
  readonly parts: Part[] = [];
  open = false;
  readonly #ev: Evaluator;
  readonly #seen = new Map<ts.Node, Set<string>>();
  #loose = false;

  constructor(ev: Evaluator) {
    this.#ev = ev;
  }

  follow(expression: ts.Expression, path: readonly string[], depth: number): void {
    this.#ev.budget.step();
    const node = strip(expression) ?? expression;
    const key = `${path.join('.')}${this.#loose ? ' ?' : ''}`;
    const seen = this.#seen.get(node) ?? new Set();
    if (seen.has(key)) return;
    this.#seen.set(node, seen.add(key));
    if (depth > DEEPEST) {
      this.open = true;
      return;
    }
    const on = (next: ts.Expression, p: readonly string[] = path): void => this.follow(next, p, depth + 1);
    if (tsc.isIdentifier(node)) this.#name(node, path, depth);
    else if (tsc.isSpreadElement(node)) on(node.expression);
    else if (tsc.isPropertyAccessExpression(node)) {
      if (node.expression.kind === tsc.SyntaxKind.ThisKeyword) this.open = true;
      else if (node.name.text !== 'length') on(node.expression, [node.name.text, ...path]);
    } else if (tsc.isElementAccessExpression(node)) on(node.expression, [stepOf(node.argumentExpression), ...path]);
    else if (tsc.isObjectLiteralExpression(node)) this.#object(node, path, depth);
    else if (tsc.isArrayLiteralExpression(node)) this.#list(node, path, depth);
    else if (tsc.isTemplateExpression(node)) for (const span of node.templateSpans) on(span.expression, [ALL]);
    else if (tsc.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      const choice = kind === tsc.SyntaxKind.QuestionQuestionToken || kind === tsc.SyntaxKind.BarBarToken;
      if (!choice && kind !== tsc.SyntaxKind.PlusToken) return;
      on(node.left, choice ? path : [ALL]);
      on(node.right, choice ? path : [ALL]);
    } else if (tsc.isConditionalExpression(node)) {
      on(node.whenTrue);
      on(node.whenFalse);
    } else if (tsc.isCallExpression(node)) this.#call(node, path, depth);
    else if (tsc.isNewExpression(node)) {
      for (const arg of node.arguments ?? []) on(arg, [ALL]);
      this.open ||= !this.#ev.values(node.expression).some(value => value.kind === 'foreign');
    } else if (isFunctionNode(node) || node.kind === tsc.SyntaxKind.ThisKeyword) this.open = true;
  }

  #object(node: ts.ObjectLiteralExpression, path: readonly string[], depth: number): void {
    const [name, ...rest] = path;
    const all = name === undefined || name === ALL;
    for (const property of node.properties) {
      if (tsc.isSpreadAssignment(property)) this.follow(property.expression, path, depth + 1);
      else if (all || propertyName(property) === name) {
        const value = propertyValue(property);
        if (value !== undefined) this.follow(value, all ? path : rest, depth + 1);
      }
    }
  }

  #list(node: ts.ArrayLiteralExpression, path: readonly string[], depth: number): void {
    const [step = ''] = path;
    const at = /^#\d+$/.test(step) && !node.elements.some(tsc.isSpreadElement) ? node.elements[Number(step.slice(1))] : undefined;
    for (const element of at === undefined ? node.elements : [at])
      this.follow(element, tsc.isSpreadElement(element) || !step.startsWith('#') ? path : path.slice(1), depth + 1);
  }

  #call(node: ts.CallExpression, path: readonly string[], depth: number): void {
    const callee = strip(node.expression) ?? node.expression;
    const [first] = node.arguments;
    const on = (next: ts.Expression, p: readonly string[]): void => this.follow(next, p, depth + 1);
    const text = callee.getText().slice(0, 40);
    if (NUMBERS.test(text)) return;
    if (COPIES.test(text)) {
      for (const arg of node.arguments) on(arg, /^(?:String|convert)/.test(text) ? path : [ALL]);
      return;
    }
    if (tsc.isPropertyAccessExpression(callee)) {
      const { expression } = callee;
      const name = callee.name.text;
      const step = stepIn(node, name);
      if (step !== undefined) {
        on(expression, step === '' ? path : [step, ...path]);
        return;
      }
      if (PARSES.test(name) && first !== undefined) {
        if (path[0] === 'success' || path[0] === 'error') return;
        const members = path[0] === 'data' && name.startsWith('safe') ? path.slice(1) : path;
        if (!isTiny(this.#ev, schemaOf(this.#ev, node), members)) on(first, members);
        return;
      }
      // `text.split(' ')[0]`: a piece of it.
      if (name === 'split' && path[0]?.startsWith('#') === true) {
        on(expression, [`#split ${path[0]}`]);
        return;
      }
      if (KEEPS.test(name)) {
        on(expression, /^(?:trim\w*|strip|toString|toLowerCase|toUpperCase|lower|upper|normalize|filter)$/.test(name) ? path : [ALL]);
        for (const arg of node.arguments) if (name === 'concat') on(arg, [ALL]);
        return;
      }
    }
    const before = this.#loose;
    this.#loose = true;
    for (const arg of node.arguments) if (!isFunctionNode(arg)) on(arg, [ALL]);
    this.#loose = before;
    // `AbortSignal.timeout(3000)` holds nothing of a request.
    this.open ||= !this.#ev.values(callee).some(value => value.kind === 'foreign' && value.package === '');
  }

  #name(node: ts.Identifier, path: readonly string[], depth: number): void {
    const binding = resolve(node);
    if (binding === undefined || (binding.kind !== 'variable' && binding.kind !== 'parameter')) return;
    const taken = binding.element === undefined ? [] : elementPath(binding.element).map(name => (/^\d+$/.test(name) ? `#${name}` : name));
    const whole = [...taken, ...path];
    if (binding.kind === 'parameter') {
      const fn = binding.node.parent;
      const call = fn.parent;
      const list =
        tsc.isCallExpression(call) && call.expression !== fn && tsc.isPropertyAccessExpression(call.expression)
          ? call.expression
          : undefined;
      if (list !== undefined && LISTS.test(list.name.text)) {
        this.follow(list.expression, list.name.text === 'then' ? whole : [ALL], depth + 1);
        return;
      }
      if (isTinyMember(this.#ev, binding.node, whole)) return;
      const end = whole.indexOf(ALL);
      this.parts.push({ root: binding.node, path: end < 0 ? whole : whole.slice(0, end), loose: this.#loose });
      return;
    }
    const { initializer } = binding.node;
    if (enclosingFunction(binding.node) === undefined) {
      // What a module keeps may hold anything, unless it is a text that stands in the code.
      this.open ||= initializer === undefined || !(tsc.isLiteralExpression(initializer) || tsc.isTemplateExpression(initializer));
      return;
    }
    if (initializer !== undefined) this.follow(initializer, whole, depth + 1);
    const loop = binding.node.parent.parent;
    if (tsc.isForOfStatement(loop) && loop.initializer === binding.node.parent) this.follow(loop.expression, [ALL], depth + 1);
    if (binding.element === undefined) this.#filled(node, binding.node, whole, depth);
  }

  /** What is put into a variable after it was made. */
  #filled(node: ts.Identifier, declared: ts.VariableDeclaration, path: readonly string[], depth: number): void {
    const made = declared.initializer === undefined ? undefined : strip(declared.initializer);
    const holds =
      made !== undefined && (tsc.isNewExpression(made) || tsc.isObjectLiteralExpression(made) || tsc.isArrayLiteralExpression(made));
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(node), node.text).slice(0, MOST_USES)) {
      const other = use === declared.name ? undefined : resolve(use);
      if (other?.kind !== 'variable' || other.node !== declared) continue;
      let at: ts.Expression = use;
      while ((tsc.isPropertyAccessExpression(at.parent) || tsc.isElementAccessExpression(at.parent)) && at.parent.expression === at)
        at = at.parent;
      const up = at.parent;
      if (tsc.isBinaryExpression(up) && up.left === at && isAnyAssignment(up.operatorToken.kind)) {
        const plain = at === use && up.operatorToken.kind === tsc.SyntaxKind.EqualsToken;
        this.follow(up.right, plain ? path : [ALL], depth + 1);
      } else if (tsc.isCallExpression(up) && up.expression === at && tsc.isPropertyAccessExpression(at)) {
        const method = at.name.text;
        if (/^(?:push|unshift|append|extend|splice)$/.test(method))
          for (const arg of up.arguments) this.follow(arg, path[0]?.startsWith('#') === true ? path.slice(1) : path, depth + 1);
        else if (holds && up.arguments.length > 0 && !KEEPS.test(method) && !CUTS.test(method) && !LISTS.test(method) && method !== 'at')
          this.open = true;
      } else if (holds && at === use && tsc.isCallExpression(up) && up.expression !== use && tsc.isExpressionStatement(up.parent)) {
        // `fill(messages, question)`
        this.open = true;
      }
    }
  }
}

/** Nothing that holds a sentence: a number, one of a few words. */
const TINY = 64;

/** Does a schema let in next to nothing at a member: `z.enum(['en', 'de'])`, `z.number()`? */
function isTiny(ev: Evaluator, schema: Values, [name]: readonly string[]): boolean {
  return schema.some(value =>
    (value.kind === 'foreign' ? value.steps : []).some(step => {
      const shape = step.kind === 'call' ? strip(step.args?.[0]) : undefined;
      const field = name !== undefined && shape !== undefined && tsc.isObjectLiteralExpression(shape) ? valueAt(shape, name) : undefined;
      return field !== undefined && (boundOf(ev, ev.values(field)).size ?? TINY) < TINY;
    }),
  );
}

/** Is a member of what a framework of Python fills next to nothing, as its model says? */
function isTinyMember(ev: Evaluator, { type }: ts.ParameterDeclaration, path: readonly string[]): boolean {
  const model = type === undefined || path.length === 0 ? undefined : typeValue(ev, ev.program.unitOf(type), type);
  const schema = model?.kind === 'instance' ? model.of.members.find(one => propertyName(one) === '__schema') : undefined;
  const made = schema !== undefined && tsc.isPropertyDeclaration(schema) ? schema.initializer : undefined;
  return made !== undefined && isTiny(ev, ev.values(made), path);
}

/** The step that a method takes: `slice(0, 100)`, `at(-1)`, `get('name')`, `json()`; empty: none. */
function stepIn(call: ts.CallExpression, name: string): string | undefined {
  const [first] = call.arguments;
  // `text.slice(i, i + 4000)` of a loop comes by all of it.
  if (CUTS.test(name)) return first === undefined || isOfLoop(first) ? '' : `#cut ${argsText(call)}`;
  if (/^find(?:Last)?$/.test(name)) return '#one';
  if (name === 'match' || name === 'charAt') return `#${name}`;
  if (name === 'filter' && first !== undefined && leavesOutUser(first)) return '#some';
  if (first === undefined && (name === 'pop' || name === 'shift')) return name === 'pop' ? '#-1' : '#0';
  if (first === undefined) return READS.test(name) ? `${name}()` : undefined;
  if (name === 'at') return stepOf(first);
  return name === 'get' && tsc.isStringLiteralLike(first) ? first.text : undefined;
}

/** Does a place in a text come from the head of a loop? */
function isOfLoop(at: ts.Expression): boolean {
  const binding = tsc.isIdentifier(at) ? resolve(at) : undefined;
  return binding?.kind === 'variable' && tsc.isForStatement(binding.node.parent.parent);
}

/** `message => message.role === 'system'`: only what no user wrote. */
function leavesOutUser(predicate: ts.Expression): boolean {
  const asked = tsc.isArrowFunction(predicate) && !tsc.isBlock(predicate.body) ? strip(predicate.body) : undefined;
  if (asked === undefined || !tsc.isBinaryExpression(asked) || !/^===?$/.test(asked.operatorToken.getText())) return false;
  return [asked.left, asked.right].some(side => tsc.isStringLiteralLike(side) && /^(?:system|developer|assistant|tool)$/.test(side.text));
}

/** `#0`, `#-1`, a name, or everything where it cannot be told. */
function stepOf(argument: ts.Expression): string {
  const node = strip(argument) ?? argument;
  if (tsc.isStringLiteralLike(node)) return node.text;
  if (tsc.isNumericLiteral(node)) return `#${node.text}`;
  const text = node.getText();
  if (/^-\d+$/.test(text)) return `#${text}`;
  const last = /\.length\s*-\s*(\d+)$/.exec(text);
  return last === null ? ALL : `#-${last[1] ?? '1'}`;
}

function argsText(call: ts.CallExpression): string {
  return call.arguments.map(arg => arg.getText().replace(/[\s_]/g, '')).join(',');
}
