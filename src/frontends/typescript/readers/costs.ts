// Where the cost of a model call is computed: tokens times prices, a price package, or the sum that the provider reports;
// and where the figure goes.
import type { ts } from 'ts-morph';
import type { CostFigure } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { foreignPath } from '../evaluator/values.ts';
import { packageOf } from '../modules.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import type { Reader, Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { LIBRARIES } from '../usage/price-tables.ts';
import { best, type Recorded } from '../usage/recorded.ts';

/** Fields of the usage that SDKs report, by side. `cached` tokens count as input. */
const INPUT = new Set(
  'input_tokens prompt_tokens inputTokens promptTokens promptTokenCount prompt_token_count inputTokenCount cached_tokens cachedInputTokens cache_read_input_tokens cachedContentTokenCount'.split(
    ' ',
  ),
);
const OUTPUT = new Set(
  'output_tokens completion_tokens outputTokens completionTokens candidatesTokenCount candidates_token_count outputTokenCount'.split(' '),
);
const BOTH = new Set(['total_tokens', 'totalTokens', 'totalTokenCount', 'total_token_count']);
/** Sums in dollars: of the Claude Agent SDK, of OpenRouter and of gateways. */
const REPORTED = new Set(['total_cost_usd', 'total_cost', 'totalCostUsd']);
const PROVIDES_COST = new Set(['openrouter', 'gateway']);

/** Functions of price packages that return money; those that only know models do not. */
const COMPUTES =
  /^(?:calc_?price|get_?token_?costs|cost_?from_?usage|get_?usage|estimate_?cost|calculate_?.*cost|compute_?.*cost|completion_?cost|.*\.calculate|calculateCost)$/i;
const MOST = 400;
const DEEPEST = 4;

export const reader: Reader = {
  id: 'costs',
  wants: {
    specifier: specifier => {
      const { name } = packageOf(specifier);
      return name !== undefined && LIBRARIES.has(name);
    },
    text: /^(?=[\s\S]*(?:prompt|completion|input|output|candidates|total)_?[Tt]oken)(?=[\s\S]*\*)(?=[\s\S]*(?:\b1e-?[369]\b|\b1_?000(?:_?000)?\b|\b0?\.0\d))|(?:prompt|completion|input|output|candidates|total)_?[Tt]oken\w*\b[^;\n]{0,80}\*|\*[^;\n]{0,80}(?:prompt|completion|input|output|candidates|total)_?[Tt]oken|total_cost|totalCostUsd|usage\??\.cost\b/,
  },
  read: (reading, nominated) =>
    nominated.flatMap(file => {
      const unit = reading.program.unit(file);
      if (unit === undefined) return [];
      return reading.ev.budget.ask(
        () => figuresIn(reading, unit.ast),
        () => [],
      );
    }),
};

function figuresIn(reading: Reading, root: ts.SourceFile): CostFigure[] {
  const out: CostFigure[] = [];
  const fact = (node: ts.Node, by: CostFigure['by'], blended: boolean, label: string): void => {
    if (out.length >= MOST) return;
    const { how, total } = goes(reading, node, 0);
    const location = placeOf(node);
    const role = reading.inventory.roleOf(location.file);
    out.push({ kind: 'cost-figure', location, role, by, blended, goes: how, ...(total ? { total } : {}), label });
  };
  walk(root, node => {
    if (tsc.isBinaryExpression(node) && isArithmetic(node)) {
      const sides = sidesOf(node);
      if (sides.input && sides.output && sides.rates > 1) fact(node, 'rates', false, 'tokens times prices');
      else if (sides.both || (sides.input && sides.output)) fact(node, 'rates', true, 'all tokens times one price');
      else return undefined;
      return 'skip';
    }
    if (tsc.isCallExpression(node)) {
      const label = computing(reading, node);
      if (label !== undefined) fact(node, 'library', false, label);
    }
    if (tsc.isPropertyAccessExpression(node) && isReported(node) && !isAssigned(node))
      fact(node, 'provider', false, `${node.name.text} as the provider reports it`);
    return undefined;
  });
  return out;
}

const isArithmetic = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind === tsc.SyntaxKind.PlusToken || kind === tsc.SyntaxKind.AsteriskToken || kind === tsc.SyntaxKind.SlashToken;

interface Sides {
  input: boolean;
  output: boolean;
  both: boolean;
  /** Different factors that the tokens are multiplied with; 1 where input and output have the same. */
  rates: number;
}

/** The token counts in a sum of products, names followed to where they are declared. */
function sidesOf(root: ts.BinaryExpression): Sides {
  const sides: Sides = { input: false, output: false, both: false, rates: 0 };
  const factors = new Set<string>();
  const plain = new Set<string>();
  const answers = new Set<string>();
  const look = (product: ts.Expression): void => {
    const fields = fieldsIn(product);
    const counts = [fields.input, fields.output, fields.both].filter(Boolean).length;
    if (counts === 0) return;
    const factor = factorOf(product);
    if (factor === undefined) return;
    factors.add(factor);
    sides.input ||= fields.input;
    if (fields.input && !fields.cached) plain.add(factor);
    if (fields.output) answers.add(factor);
    sides.output ||= fields.output;
    sides.both ||= fields.both;
  };
  const addends: ts.Expression[] = [root];
  const followed = new Set<ts.Node>();
  for (let node = addends.pop(); node !== undefined && factors.size < 20; node = addends.pop()) {
    if (tsc.isParenthesizedExpression(node)) addends.push(node.expression);
    else if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.PlusToken) addends.push(node.left, node.right);
    // `(a * x + b * y) / 1e6`
    else if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.SlashToken && sumInside(node.left))
      addends.push(node.left);
    else if (tsc.isIdentifier(node)) {
      const value = initializerOf(node);
      if (value === undefined || !tsc.isBinaryExpression(value)) continue;
      // `const input = a * x + b * y`: products of their own.
      if (!sumInside(value)) look(value);
      else if (!followed.has(value)) addends.push(value);
      followed.add(value);
    } else look(node);
  }
  sides.rates = [...answers].every(factor => plain.has(factor)) ? 1 : factors.size;
  return sides;
}

function sumInside(node: ts.Expression): boolean {
  let at = node;
  while (tsc.isParenthesizedExpression(at)) at = at.expression;
  return tsc.isBinaryExpression(at) && at.operatorToken.kind === tsc.SyntaxKind.PlusToken;
}

/** What a count is multiplied with; undefined: it is not multiplied. */
function factorOf(product: ts.Expression): string | undefined {
  let factor: string | undefined;
  walk(product, node => {
    if (factor !== undefined || isFunctionNode(node)) return 'skip';
    if (!tsc.isBinaryExpression(node) || node.operatorToken.kind !== tsc.SyntaxKind.AsteriskToken) return undefined;
    const left = fieldsIn(node.left);
    factor = (left.input || left.output || left.both ? node.right : node.left).getText().slice(0, 200);
    return 'skip';
  });
  return factor;
}

function fieldsIn(root: ts.Node): { input: boolean; output: boolean; both: boolean; cached: boolean } {
  const found = { input: false, output: false, both: false, cached: true };
  const name = (text: string): void => {
    found.input ||= INPUT.has(text);
    // Only cached tokens: they have a price of their own.
    if (INPUT.has(text) && !/cache/i.test(text)) found.cached = false;
    found.output ||= OUTPUT.has(text);
    found.both ||= BOTH.has(text);
  };
  walk(root, node => {
    if (tsc.isPropertyAccessExpression(node)) name(node.name.text);
    else if (tsc.isIdentifier(node) && !(tsc.isPropertyAccessExpression(node.parent) && node.parent.name === node)) {
      name(node.text);
      // `const { prompt_tokens: input } = usage` and `const input = usage.prompt_tokens`
      const binding = resolve(node);
      if (binding?.kind !== 'variable' && binding?.kind !== 'parameter') return undefined;
      const { element, node: declared } = binding;
      if (element !== undefined) name((element.propertyName ?? element.name).getText());
      else if (declared.initializer !== undefined) for (const text of accesses(declared.initializer)) name(text);
    }
    return undefined;
  });
  return found;
}

function accesses(root: ts.Expression): string[] {
  const out: string[] = [];
  walk(root, node => {
    if (isFunctionNode(node) || out.length > 8) return 'skip';
    if (tsc.isPropertyAccessExpression(node)) out.push(node.name.text);
    return undefined;
  });
  return out;
}

function initializerOf(name: ts.Identifier): ts.Expression | undefined {
  const binding = resolve(name);
  return binding?.kind === 'variable' && tsc.isVariableDeclaration(binding.node) ? binding.node.initializer : undefined;
}

/** A call of a price package that returns money. */
function computing(reading: Reading, node: ts.CallExpression): string | undefined {
  for (const value of reading.ev.values(node.expression)) {
    if (value.kind !== 'foreign' || !LIBRARIES.has(value.package)) continue;
    const path = foreignPath(value);
    if (COMPUTES.test(path)) return `${path} of ${value.package}`;
  }
  return undefined;
}

/** `message.total_cost_usd`, `usage.cost` of a provider that reports it. */
function isReported(node: ts.PropertyAccessExpression): boolean {
  if (REPORTED.has(node.name.text)) return true;
  if (node.name.text !== 'cost') return false;
  const owner = node.expression.getText();
  return owner.length < 120 && ([...PROVIDES_COST].some(name => owner.includes(name)) || /(?:^|[.?])usage\??$/.test(owner));
}

function isAssigned(node: ts.Node): boolean {
  const { parent } = node;
  return tsc.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === tsc.SyntaxKind.EqualsToken;
}

/** Where a figure goes: by itself, or through the functions that return it. */
function goes(reading: Reading, node: ts.Node, depth: number): { how: Recorded; total: boolean } {
  const { usage, paths } = reading;
  const total = addedUp(node);
  let how: Recorded = usage.sinkOf(node);
  if ((how === 'none' || how === 'unknown') && depth < DEEPEST && isReturned(node)) {
    const fn = enclosingFunction(node);
    const uses = fn === undefined ? [] : paths.usesOf(fn).slice(0, 20);
    const ends = uses.map(use => goes(reading, use.node, depth + 1));
    how = best([how, ...ends.map(end => end.how)]);
    return { how, total: total || (ends.length > 0 && ends.every(end => end.total)) };
  }
  return { how, total };
}

/** Is a value, or the name that it is given, what the function returns? */
function isReturned(node: ts.Node): boolean {
  for (let at = node, up = node.parent; up !== undefined; at = up, up = at.parent) {
    if (tsc.isReturnStatement(up) || (tsc.isArrowFunction(up) && up.body === at)) return true;
    if (tsc.isVariableDeclaration(up) && tsc.isIdentifier(up.name)) {
      const name = up.name.text;
      let returned = false;
      const fn = enclosingFunction(up);
      if (fn?.body === undefined) return false;
      walk(fn.body, inner => {
        if (returned || (isFunctionNode(inner) && inner !== fn)) return 'skip';
        if (tsc.isReturnStatement(inner) && inner.expression !== undefined)
          walk(inner.expression, id => {
            if (tsc.isIdentifier(id) && id.text === name) returned = true;
          });
        return undefined;
      });
      return returned;
    }
    if (tsc.isStatement(up) || isFunctionNode(up)) return false;
  }
  return false;
}

/** `costUsd += ...` where the total lives outside of every function: it belongs to no request. */
function addedUp(node: ts.Node): boolean {
  for (let at = node, up = node.parent; up !== undefined && !tsc.isStatement(at); at = up, up = at.parent) {
    if (!tsc.isBinaryExpression(up) || up.operatorToken.kind !== tsc.SyntaxKind.PlusEqualsToken || up.right !== at) continue;
    if (!tsc.isIdentifier(up.left)) return up.left.getText().startsWith('this.');
    const binding = resolve(up.left);
    return binding?.kind === 'variable' && enclosingFunction(binding.node) === undefined;
  }
  return false;
}
