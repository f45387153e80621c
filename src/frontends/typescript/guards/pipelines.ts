// What the functions of a file do to texts with patterns: which replacements and tests, in which order.
import type { ts } from 'ts-morph';
import { replacement, translated } from '../../python/patterns.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath, isGlobal, textOf } from '../evaluator/values.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import { type Unit, walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { isMapped, itemsOf, literalsOf, textsFrom } from './literals.ts';
import type { Pipeline } from './regex-job.ts';
import type { Step } from './regex-runner.ts';
import type { Kind } from './samples.ts';

/** A pipeline, the function that it is, and the call behind each step. */
export interface Worked {
  readonly owner: Scope;
  readonly pipeline: Pipeline;
  readonly nodes: readonly ts.CallExpression[];
}

const REPLACES = new Set(['replace', 'replaceAll']);
/** Methods of a text that take a pattern, and methods of a pattern that take a text. */
const MATCHES = new Set(['match', 'matchAll', 'search']);
const TESTS = new Set(['test', 'exec']);
/** Letters of other forms become the plain ones; what NFKD takes apart besides, NFKC leaves together. */
const FOLDS = /^NFK[CD]$/;
const MOST_STEPS = 120;
const MOST_STEPS_BACK = 8;
const LONGEST = 2000;
/** The same for many patterns that are put together to one. */
const LONGEST_JOINED = 10_000;
/** What is put in place of a match where the code does not say it in a literal. */
const BLANK = '[x]';
const FINDERS: readonly { readonly package: string; readonly exports: RegExp; readonly covers: Kind }[] = [
  {
    package: 'libphonenumber-js',
    exports: /^(?:default\.)?(?:findPhoneNumbersInText|findNumbers|searchPhoneNumbersInText)$/,
    covers: 'phone',
  },
];

/** The pipelines of a file, one for each function that applies patterns. */
export function pipelinesOf(ev: Evaluator, unit: Unit): readonly Worked[] {
  const finds = [...unit.imports.values()].some(imported => FINDERS.some(f => imported.specifier.startsWith(f.package)));
  const byOwner = new Map<Scope, ts.CallExpression[]>();
  for (const call of unit.calls) {
    if (!tsc.isCallExpression(call)) continue;
    const callee = call.expression;
    if (tsc.isPropertyAccessExpression(callee) ? !applies(callee.name.text) : !finds || !tsc.isIdentifier(callee)) continue;
    const owner = ownerOf(call);
    const list = byOwner.get(owner);
    if (list === undefined) byOwner.set(owner, [call]);
    else list.push(call);
  }
  const out: Worked[] = [];
  for (const [owner, calls] of byOwner) {
    const worked = ev.budget.ask(
      () => readOwner(ev, owner, calls),
      () => undefined,
    );
    if (worked !== undefined) out.push(worked);
  }
  return out;
}

function applies(name: string): boolean {
  return (
    REPLACES.has(name) || MATCHES.has(name) || TESTS.has(name) || name === 'includes' || name === 'toLowerCase' || name === 'normalize'
  );
}

/** The function that does the work: callbacks of `some` and `forEach` belong to the function around them. */
export function ownerOf(node: ts.Node): Scope {
  let scope = scopeOf(node);
  while (isFunctionNode(scope) && tsc.isCallExpression(scope.parent) && scope.parent.arguments.some(a => a === scope)) {
    const callee = scope.parent.expression;
    if (
      !tsc.isPropertyAccessExpression(callee) ||
      !/^(?:some|every|find|findIndex|filter|forEach|map|flatMap|reduce)$/.test(callee.name.text)
    )
      break;
    scope = scopeOf(scope.parent);
  }
  return scope;
}

function readOwner(ev: Evaluator, owner: Scope, calls: readonly ts.CallExpression[]): Worked | undefined {
  const steps: Step[] = [];
  const nodes: ts.CallExpression[] = [];
  const conditional = new Set<number>();
  const covers: Kind[] = [];
  let complete = true;
  const inOrder = [...calls].sort((a, b) => placeOf(a) - placeOf(b));
  // What the text is made plain by before it is tested, in a function of its own.
  for (const [step, call] of inOrder.flatMap(call => plainedBy(ev, call))) {
    if (steps.length >= MOST_STEPS) break;
    steps.push(step);
    nodes.push(call);
  }
  for (const call of inOrder) {
    const callee = call.expression;
    if (!tsc.isPropertyAccessExpression(callee)) {
      covers.push(...coveredBy(ev, callee));
      continue;
    }
    const name = callee.name.text;
    const add = (step: Step): void => {
      if (steps.length >= MOST_STEPS) return;
      steps.push(step);
      nodes.push(call);
    };
    if (name === 'toLowerCase' || name === 'toLocaleLowerCase') add({ op: 'lower' });
    else if (name === 'normalize') {
      if (call.arguments.some(a => tsc.isStringLiteralLike(a) && FOLDS.test(a.text))) add({ op: 'normalize' });
    } else if (REPLACES.has(name)) {
      const patterns = patternsOf(ev, call.arguments[0], name);
      if (patterns.length === 0) complete = false;
      const by = replacementOf(ev, call.arguments[1], isPython(call) && !literalsOf(ev, call.arguments[0]).some(tsc.isStringLiteralLike));
      if (by === 'keeps') continue;
      for (const pattern of patterns) {
        if (by === undefined) conditional.add(steps.length);
        add({ op: 'replace', ...pattern, by: by?.text ?? BLANK, literally: by === undefined || by.opaque });
      }
    } else {
      const isTest = TESTS.has(name);
      const patterns = patternsOf(ev, isTest ? callee.expression : call.arguments[0], name);
      const place = isTest ? placeIn(call) : '';
      for (const pattern of patterns) add({ op: 'test', ...pattern, source: boundTo(place, pattern.source) });
      if (patterns.length === 0 && name !== 'includes') complete = false;
    }
  }
  if (!steps.some(step => step.op === 'replace' || step.op === 'test')) return undefined;
  return { owner, nodes, pipeline: { steps, conditional, covers: [...new Set(covers)], complete } };
}

/** The steps of a function that folds case, forms and blanks, where a test is given what it returns. */
function plainedBy(ev: Evaluator, test: ts.CallExpression): readonly (readonly [Step, ts.CallExpression])[] {
  const callee = test.expression;
  if (!tsc.isPropertyAccessExpression(callee) || (!TESTS.has(callee.name.text) && !MATCHES.has(callee.name.text))) return [];
  const given = makerOf(ev, TESTS.has(callee.name.text) ? test.arguments[0] : callee.expression, 0);
  if (given === undefined) return [];
  const made = ev.values(given.expression).find(value => value.kind === 'function');
  const body = made?.kind === 'function' ? made.node.body : undefined;
  if (body === undefined) return [];
  const out: [Step, ts.CallExpression][] = [];
  let plain = true;
  walk(body, node => {
    if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression)) return undefined;
    const name = node.expression.name.text;
    if (name === 'toLowerCase' || name === 'toLocaleLowerCase') out.push([{ op: 'lower' }, node]);
    else if (name === 'normalize') out.push([{ op: 'normalize' }, node]);
    else if (REPLACES.has(name)) {
      const by = node.arguments[1];
      // What puts words in place of others is more than folding, and is looked at by itself.
      if (by === undefined || !tsc.isStringLiteralLike(by) || by.text.trim() !== '') plain = false;
      else
        for (const pattern of patternsOf(ev, node.arguments[0], name))
          out.push([{ op: 'replace', ...pattern, by: by.text, literally: false }, node]);
    }
    return undefined;
  });
  // The walk meets the outer call of a chain first.
  return plain ? out.sort(([, a], [, b]) => placeOf(a) - placeOf(b)) : [];
}

/** The call that made a text, also where the text is an item of a list of such: `texts = [plain(one) for one in parts]`. */
function makerOf(ev: Evaluator, node: ts.Expression | undefined, depth: number, item = false): ts.CallExpression | undefined {
  const inner = strip(node);
  if (inner === undefined || depth > MOST_STEPS_BACK) return undefined;
  const next = (expression: ts.Expression | undefined, isItem = item): ts.CallExpression | undefined =>
    makerOf(ev, expression, depth + 1, isItem);
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    if (binding?.kind === 'variable' && binding.element === undefined) {
      const loop = binding.node.parent.parent;
      return tsc.isForOfStatement(loop) ? next(loop.expression, true) : next(binding.node.initializer);
    }
    const call = binding?.kind === 'parameter' ? binding.node.parent.parent : undefined;
    const given =
      call !== undefined && tsc.isCallExpression(call) && binding?.kind === 'parameter' && call.arguments[0] === binding.node.parent
        ? call
        : undefined;
    return given !== undefined && tsc.isPropertyAccessExpression(given.expression) ? next(given.expression.expression, true) : undefined;
  }
  if (item && tsc.isArrayLiteralExpression(inner)) return inner.elements.length === 1 ? next(inner.elements[0], false) : undefined;
  if (!tsc.isCallExpression(inner) || inner.arguments.length === 0) return undefined;
  if (!item) return inner;
  const [mapper] = inner.arguments;
  if (isMapped(inner) && mapper !== undefined && (tsc.isArrowFunction(mapper) || tsc.isFunctionExpression(mapper))) {
    const returned = ev.returnsOf(mapper);
    return returned.length === 1 ? next(returned[0], false) : undefined;
  }
  return tsc.isPropertyAccessExpression(inner.expression) && inner.expression.name.text === 'filter'
    ? next(inner.expression.expression)
    : undefined;
}

/** In a chain the outer call begins where the inner one does: the place of the name tells the order. */
function placeOf(call: ts.CallExpression): number {
  return tsc.isPropertyAccessExpression(call.expression) ? call.expression.name.getStart() : call.expression.getStart();
}

function coveredBy(ev: Evaluator, callee: ts.Expression): readonly Kind[] {
  return ev
    .values(callee)
    .flatMap(value =>
      value.kind === 'foreign'
        ? FINDERS.filter(f => f.package === value.package.split('/')[0] && f.exports.test(foreignPath(value))).map(f => f.covers)
        : [],
    );
}

/** The patterns that an expression may be; strings are taken letter by letter. */
function patternsOf(ev: Evaluator, node: ts.Expression | undefined, method: string): readonly { source: string; flags: string }[] {
  return literalsOf(ev, node)
    .flatMap(literal => patternOf(ev, literal, method))
    .slice(0, MOST_STEPS);
}

function patternOf(ev: Evaluator, literal: ts.Expression, method: string): readonly { source: string; flags: string }[] {
  if (tsc.isRegularExpressionLiteral(literal)) {
    const end = literal.text.lastIndexOf('/');
    const source = literal.text.slice(1, end);
    // A sticky pattern depends on where the last match ended.
    const flags = literal.text.slice(end + 1).replace('y', '');
    if (source.length > LONGEST || method === 'includes') return [];
    return isPython(literal) ? written(literal, source, flags, method) : [{ source, flags: everywhere(flags, method) }];
  }
  if ((tsc.isNewExpression(literal) || tsc.isCallExpression(literal)) && tsc.isIdentifier(literal.expression)) {
    if (!ev.values(literal.expression).some(value => isGlobal(value, 'RegExp'))) return [];
    const flags = ev.values(literal.arguments?.[1] ?? literal.expression).map(textOf)[0] ?? '';
    return literalsOf(ev, literal.arguments?.[0]).flatMap(inner => {
      const texts = textsFrom(ev, inner);
      if (texts.length > 0) return texts.flatMap(text => written(literal, text, flags.replace('y', ''), method));
      return patternOf(ev, inner, method).map(pattern => ({ source: pattern.source, flags: flags.replace('y', '') || pattern.flags }));
    });
  }
  if (tsc.isStringLiteralLike(literal) && literal.text !== '' && literal.text.length <= LONGEST && !TESTS.has(method)) {
    const source = method === 'match' || method === 'search' ? literal.text : literal.text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    return [{ source, flags: method === 'replaceAll' ? 'g' : '' }];
  }
  // A list where one of its items is meant: `text.match(PATTERNS[kind])` was followed already.
  return tsc.isArrayLiteralExpression(literal) || isMapped(literal)
    ? itemsOf(ev, literal).flatMap(item => (item === literal ? [] : patternOf(ev, item, method)))
    : [];
}

/** A pattern that stands in a text: in Python it may say things in another way. */
function written(place: ts.Node, text: string, flags: string, method: string): readonly { source: string; flags: string }[] {
  if (text === '' || text.length > LONGEST_JOINED) return [];
  if (!isPython(place)) return [{ source: text, flags }];
  const said = translated(text, flags);
  return said === undefined ? [] : [{ source: said.source, flags: everywhere(said.flags + (flags.includes('g') ? 'g' : ''), method) }];
}

/** Where Python wants a pattern: `pattern.match(text)` at the start, `pattern.fullmatch(text)` as the whole. */
function placeIn(call: ts.CallExpression): string {
  const place = call.arguments[1];
  return place !== undefined && isPython(call) && tsc.isStringLiteralLike(place) ? place.text : '';
}

function boundTo(place: string, source: string): string {
  if (place !== 'start' && place !== 'whole') return source;
  return `(?<![^])(?:${source})${place === 'whole' ? '(?![^])' : ''}`;
}

/** What `replaceAll` does with a pattern, it does everywhere. */
const everywhere = (flags: string, method: string): string => (method === 'replaceAll' && !flags.includes('g') ? `${flags}g` : flags);

/** The text put in place of a match; undefined: a function decides; `keeps`: the match is still there. `opaque`: it is not read, and holds no groups. */
type Replacement = { readonly text: string; readonly opaque: boolean } | 'keeps' | undefined;

function replacementOf(ev: Evaluator, node: ts.Expression | undefined, python: boolean): Replacement {
  const inner = strip(node);
  if (inner === undefined) return { text: BLANK, opaque: true };
  if (tsc.isArrowFunction(inner) || tsc.isFunctionExpression(inner)) return constantOf(ev, inner);
  const [literal] = literalsOf(ev, inner);
  if (literal !== undefined && tsc.isStringLiteralLike(literal)) {
    const text = python ? replacement(literal.text) : literal.text;
    return text === undefined ? 'keeps' : { text, opaque: false };
  }
  if (literal !== undefined && (tsc.isArrowFunction(literal) || tsc.isFunctionExpression(literal))) return constantOf(ev, literal);
  const made = ev.values(inner).find(value => value.kind === 'function');
  if (made?.kind === 'function')
    return tsc.isArrowFunction(made.node) || tsc.isFunctionExpression(made.node) ? constantOf(ev, made.node) : undefined;
  return { text: BLANK, opaque: true };
}

/** `() => '[card]'` decides nothing; `found => colour(found)` hides nothing; otherwise undefined: it decides case by case. */
function constantOf(ev: Evaluator, fn: ts.ArrowFunction | ts.FunctionExpression): Replacement {
  const returns = ev.returnsOf(fn).flatMap(alternatives);
  const constant = returns.filter(
    value => tsc.isStringLiteralLike(value) || (tsc.isTemplateExpression(value) && !usesParameter(value, fn)),
  );
  if (returns.length > 0 && constant.length === returns.length) return { text: BLANK, opaque: true };
  return constant.length > 0 || returns.some(masks) ? undefined : 'keeps';
}

function alternatives(node: ts.Expression): readonly ts.Expression[] {
  const inner = strip(node);
  if (inner === undefined) return [];
  return tsc.isConditionalExpression(inner) ? [...alternatives(inner.whenTrue), ...alternatives(inner.whenFalse)] : [inner];
}

function usesParameter(node: ts.Node, fn: ts.ArrowFunction | ts.FunctionExpression): boolean {
  let found = false;
  walk(node, inner => {
    if (!tsc.isIdentifier(inner)) return undefined;
    const binding = resolve(inner);
    if (binding?.kind === 'parameter' && binding.node.parent === fn) found = true;
    return undefined;
  });
  return found;
}

/** `text[0] + '***'`, `'*'.repeat(n)`: a part is kept, the rest is covered. */
function masks(node: ts.Expression): boolean {
  let found = false;
  walk(node, inner => {
    if (
      (tsc.isStringLiteralLike(inner) || tsc.isTemplateHead(inner) || tsc.isTemplateMiddleOrTemplateTail(inner)) &&
      /^[*\u2022\u2588xX#]+$|\*\*/.test(inner.text)
    )
      found = true;
    return undefined;
  });
  return found;
}
