// Is what a tool returns checked, cut or cleaned before the model reads it?
import type { ts } from 'ts-morph';
import type { Tool } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { type FunctionNode, isGlobal, understood } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { propertyValue, strip } from '../syntax.ts';
import { askerOf, type Place } from './calls.ts';
import { type Definition, isRunByProgram } from './definition.ts';

const SCHEMA_LIBRARIES = /^(?:zod|@?zod\/.*|valibot|yup|joi|ajv|superstruct|arktype|@sinclair\/typebox|@effect\/schema|io-ts)$/;

/** `SearchInput(**arguments)` of Python: a class of pydantic that checks what it is made of. */
export function isModelOf(reading: Reading, node: ts.NewExpression | ts.CallExpression): boolean {
  if (!isPython(node)) return false;
  return reading.near.values(node.expression).some(v => v.kind === 'class' && isModel(reading, v.node, 0));
}

function isModel(reading: Reading, node: ts.ClassLikeDeclaration, depth: number): boolean {
  const base = node.heritageClauses?.[0]?.types[0]?.expression;
  if (base === undefined || depth > 5) return false;
  return reading.near
    .values(base)
    .some(v =>
      v.kind === 'foreign' ? /^py:(?:pydantic|sqlmodel)/.test(v.package) : v.kind === 'class' && isModel(reading, v.node, depth + 1),
    );
}

/** Does a call put a value through a schema of a library? */
export function isSchemaCall(reading: Reading, node: ts.CallExpression): boolean {
  const callee = node.expression;
  if (
    tsc.isPropertyAccessExpression(callee) &&
    /^(?:model_validate\w*|parse_obj|parse_raw|validate_python|validate_json)$/.test(callee.name.text)
  )
    return reading.near
      .values(callee.expression)
      .some(v => (v.kind === 'class' && isModel(reading, v.node, 0)) || (v.kind === 'foreign' && v.package.startsWith('py:pydantic')));
  if (tsc.isPropertyAccessExpression(callee) || tsc.isIdentifier(callee)) {
    const value = /validate$/.test(callee.getText()) ? reading.near.values(callee).find(v => v.kind === 'foreign') : undefined;
    if (value?.kind === 'foreign' && value.package === 'py:jsonschema') return true;
  }
  if (
    !tsc.isPropertyAccessExpression(callee) ||
    !/^(?:parse|safeParse|parseAsync|safeParseAsync|validate|validateSync|cast|assert|Check)$/.test(callee.name.text)
  )
    return false;
  return reading.ev.values(callee).some(v => v.kind === 'foreign' && SCHEMA_LIBRARIES.test(v.package));
}

type Care = 'schema' | 'size' | 'clean';

/** Is what the tool returns checked, cut or cleaned first? Size alone or schema alone is half of it. */
export function outputOf(reading: Reading, definition: Definition, places: readonly Place[]): Tool['outputValidated'] {
  const { maker, options, runs } = definition;
  if (runs.length === 0) return definition.seen === 'none' || definition.known !== undefined ? 'no' : 'unknown';
  if (runs.every(run => isFunctionNode(run.node) && saysFixedThings(reading, run.node))) return 'fixed';
  const declared = maker?.output?.some(name => reading.ev.inside(options, name).found.length > 0) === true;
  const all: ReadonlySet<Care>[] = [];
  for (const run of runs) {
    const fn = isFunctionNode(run.node) ? run.node : undefined;
    const returned = fn === undefined ? returnsIn(run.node) : reading.ev.returnsOf(fn);
    for (const node of returned) if (!isPlain(node) && !inCatch(node)) all.push(careOf(reading, node, 0));
    // A generator hands out what it yields.
    if (fn?.body !== undefined && fn.asteriskToken !== undefined)
      walk(fn.body, node => {
        if (tsc.isYieldExpression(node) && node.expression !== undefined && !isPlain(node.expression))
          all.push(careOf(reading, node.expression, 0));
        return undefined;
      });
  }
  const shaped = maker?.packages.includes('ai') === true && reading.ev.inside(options, 'toModelOutput').found.length > 0;
  if (all.length === 0) return declared || shaped ? 'partial' : definition.maker === undefined ? 'unknown' : 'no';
  const after = afterRun(reading, definition, places);
  const counts = all.map(care => new Set([...care, ...after]).size + (declared && !care.has('schema') ? 1 : 0));
  if (counts.every(n => n >= 2)) return 'yes';
  if (shaped || counts.some(n => n > 0)) return 'partial';
  return places.length === 0 && isRunByProgram(definition) ? 'unknown' : 'no';
}

/** Does a function return nothing but texts and objects that are written in it, whatever happens? */
function saysFixedThings(reading: Reading, fn: FunctionNode): boolean {
  const returned = reading.ev.returnsOf(fn);
  return fn.asteriskToken === undefined && returned.length > 0 && returned.every(isPlain);
}

/** What the program does to the result where it runs the tool, before it hands it on: whatever happens at every such place. */
function afterRun(reading: Reading, definition: Definition, places: readonly Place[]): ReadonlySet<Care> {
  const out = new Set<Care>();
  if (definition.runs.some(run => !isFunctionNode(run.node))) return out;
  const asked = places.length < 2 ? places : places.filter(place => askerOf(reading, place.node) !== 'request');
  const cares = (asked.length > 0 ? asked : places).map(place => careAfter(reading, place.node, 0));
  for (const care of ['schema', 'size', 'clean'] as const) if (cares.length > 0 && cares.every(c => c.has(care))) out.add(care);
  return out;
}

/** What is done to the value of a call in the expressions around it, and to the name that it is given. */
function careAfter(reading: Reading, node: ts.Node, depth: number): ReadonlySet<Care> {
  const out = new Set<Care>();
  const add = (cares: ReadonlySet<Care>): void => {
    for (const care of cares) out.add(care);
  };
  for (let at = node, up = node.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent) {
    if (tsc.isCallExpression(up) && (up.expression === at || up.arguments[0] === at)) add(careOfCall(reading, up, 0));
    if (tsc.isVariableDeclaration(up) && up.initializer === at && tsc.isIdentifier(up.name) && depth < 4) {
      const { name } = up;
      const uses = reading.program
        .identifiers(reading.program.unitOf(name), name.text)
        .filter(use => use !== name && isOf(use, up) && !isAsked(use));
      const cares = uses.map(use => careAfter(reading, use, depth + 1));
      for (const care of ['schema', 'size', 'clean'] as const) if (cares.length > 0 && cares.every(c => c.has(care))) out.add(care);
    }
    if (tsc.isStatement(up)) break;
  }
  return out;
}

function isOf(use: ts.Identifier, declaration: ts.Node): boolean {
  const binding = resolve(use);
  return binding?.kind === 'variable' && binding.node === declaration;
}

/** Is a value only asked about: its length in a log, a condition on it? */
function isAsked(use: ts.Identifier): boolean {
  for (let at: ts.Node = use, up = use.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isIfStatement(up)) return up.expression === at;
    if (tsc.isConditionalExpression(up) && up.condition === at) return true;
    if (tsc.isPropertyAccessExpression(up) && up.expression === at && up.name.text === 'length') return true;
    if (tsc.isStatement(up) || isFunctionNode(up)) return tsc.isExpressionStatement(up) && !tsc.isAwaitExpression(up.expression);
  }
  return false;
}

function returnsIn(clause: ts.Node): readonly ts.Expression[] {
  const out: ts.Expression[] = [];
  walk(clause, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isReturnStatement(node) && node.expression !== undefined) out.push(node.expression);
    return undefined;
  });
  return out;
}

function inCatch(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); up = up.parent) if (tsc.isCatchClause(up)) return true;
  return false;
}

/** A fixed text or object carries nothing of another system. */
function isPlain(node: ts.Expression): boolean {
  const inner = strip(node);
  if (inner === undefined || tsc.isStringLiteralLike(inner) || tsc.isNumericLiteral(inner)) return true;
  if (tsc.isObjectLiteralExpression(inner)) return inner.properties.every(p => tsc.isPropertyAssignment(p) && isPlain(p.initializer));
  return (
    inner.kind === tsc.SyntaxKind.TrueKeyword || inner.kind === tsc.SyntaxKind.FalseKeyword || inner.kind === tsc.SyntaxKind.NullKeyword
  );
}

/** What is done to a value on its way out. */
function careOf(reading: Reading, node: ts.Expression, depth: number): ReadonlySet<Care> {
  const out = new Set<Care>();
  const inner = strip(node);
  if (inner === undefined || depth > 8) return out;
  reading.ev.budget.step();
  if (tsc.isObjectLiteralExpression(inner) || tsc.isArrayLiteralExpression(inner)) {
    const parts = tsc.isArrayLiteralExpression(inner) ? inner.elements : inner.properties.flatMap(p => propertyValue(p) ?? []);
    const dynamic = parts.filter(p => !isPlain(p));
    const cares = dynamic.map(p => careOf(reading, p, depth + 1));
    for (const care of ['schema', 'size', 'clean'] as const) if (cares.length > 0 && cares.every(c => c.has(care))) out.add(care);
    return out;
  }
  if (tsc.isConditionalExpression(inner)) {
    const [a, b] = [careOf(reading, inner.whenTrue, depth + 1), careOf(reading, inner.whenFalse, depth + 1)];
    for (const care of [...a, ...b]) out.add(care);
    return out;
  }
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    if (binding?.kind === 'variable' && binding.node.initializer !== undefined) {
      for (const care of careOf(reading, binding.node.initializer, depth + 1)) out.add(care);
      for (const use of reading.program.identifiers(reading.program.unitOf(inner), inner.text)) {
        const { parent } = use;
        if (tsc.isBinaryExpression(parent) && parent.left === use && parent.operatorToken.kind === tsc.SyntaxKind.EqualsToken)
          for (const care of careOf(reading, parent.right, depth + 1)) out.add(care);
      }
    }
    return out;
  }
  if (tsc.isTemplateExpression(inner)) {
    const cares = inner.templateSpans.map(span => careOf(reading, span.expression, depth + 1));
    // Most of what a schema let in and a sentence repeats are the arguments of the model.
    for (const care of ['size', 'clean'] as const) if (cares.every(c => c.has(care))) out.add(care);
    return out;
  }
  // What a schema complains about is not what it lets through.
  if (tsc.isPropertyAccessExpression(inner))
    return /^(?:error|issues)$/.test(inner.name.text) ? out : careOf(reading, inner.expression, depth + 1);
  if (!tsc.isCallExpression(inner)) return out;
  return careOfCall(reading, inner, depth);
}

function careOfCall(reading: Reading, node: ts.CallExpression, depth: number): ReadonlySet<Care> {
  const out = new Set<Care>();
  const callee = node.expression;
  if (isSchemaCall(reading, node)) out.add('schema');
  if (tsc.isPropertyAccessExpression(callee)) {
    const name = callee.name.text;
    // A limit on the number of results is no limit on their size.
    if (name === 'substring' || name === 'substr' || (name === 'slice' && isText(callee.expression, 0))) out.add('size');
    if ((name === 'replace' || name === 'replaceAll') && removes(node)) out.add('clean');
    for (const care of careOf(reading, callee.expression, depth + 1)) out.add(care);
  }
  const near = reading.near.values(callee);
  for (const value of near.some(understood) ? near : reading.ev.values(callee)) {
    if (value.kind === 'foreign' && value.package === '' && (isGlobal(value, 'JSON.stringify') || isGlobal(value, 'String'))) {
      const [first] = node.arguments;
      if (first !== undefined) for (const care of careOf(reading, first, depth + 1)) out.add(care);
    }
    if (value.kind !== 'function') continue;
    const cares = reading.ev
      .returnsOf(value.node)
      .filter(r => !isPlain(r) && !inCatch(r))
      .map(r => careOf(reading, r, depth + 1));
    for (const care of ['schema', 'size', 'clean'] as const) if (cares.some(c => c.has(care))) out.add(care);
    // `redact(scrub(text.slice(0, 8000)))`: what was done to a text that a function hands on stays done.
    const [first] = node.arguments;
    if (first !== undefined && !tsc.isSpreadElement(first) && handsOn(reading, value.node))
      for (const care of careOf(reading, first, depth + 1)) out.add(care);
  }
  return out;
}

/** Does a function return what it is made of its first parameter, on every way that says something? */
function handsOn(reading: Reading, fn: FunctionNode): boolean {
  const [parameter] = fn.parameters;
  const returned = reading.ev.returnsOf(fn).filter(r => !isPlain(r));
  if (parameter === undefined || returned.length === 0) return false;
  return returned.every(r => {
    let hit = false;
    walk(r, node => {
      if (hit || !tsc.isIdentifier(node)) return undefined;
      const binding = resolve(node);
      hit = binding?.kind === 'parameter' && binding.node === parameter;
      return undefined;
    });
    return hit;
  });
}

/** Is an expression plainly a text? */
function isText(node: ts.Expression, depth: number): boolean {
  const inner = strip(node);
  if (inner === undefined || depth > 4) return false;
  if (tsc.isTemplateExpression(inner) || tsc.isStringLiteralLike(inner)) return true;
  if (tsc.isCallExpression(inner)) {
    const callee = inner.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
    return /^(?:stringify|text|join|replace|replaceAll|toString|trim|toLowerCase|toUpperCase|String|substring|html|textContent|innerText|markdown|turndown)$/.test(
      name,
    );
  }
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    if (binding?.kind === 'variable' && binding.node.initializer !== undefined) return isText(binding.node.initializer, depth + 1);
    if (binding?.kind === 'parameter') return binding.node.type?.kind === tsc.SyntaxKind.StringKeyword;
  }
  return false;
}

/** A replacement that takes something out: a pattern that is more than white space, or than the marks that the result is put between. */
function removes(node: ts.CallExpression): boolean {
  const pattern = strip(node.arguments[0]);
  if (pattern === undefined) return false;
  if (!tsc.isRegularExpressionLiteral(pattern)) return tsc.isIdentifier(pattern);
  const text = pattern.text.replace(/\\[snrt]/g, '');
  if (!/[a-z0-9<@]{2}|\\d|\\w|<|@|\[/i.test(text)) return false;
  return !/^\/<\\?\/\??[\w-]+>\/[a-z]*$/i.test(text);
}
