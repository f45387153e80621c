// Names by which SDKs report what an answer has used, and packages that keep, trace or only compute it. Data, and questions about values.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

/** Members under which SDKs report what an answer has used: tokens, or money. */
export const USAGE = new Set(
  'usage totalUsage usage_metadata usageMetadata tokenUsage token_usage estimatedTokenUsage total_cost_usd total_tokens totalTokens total_cost'.split(
    ' ',
  ),
);
/** Members of an answer that may hold the usage further inside. */
export const INSIDE = new Set(
  'data response result message llmOutput response_metadata llm_output body output value modelUsage finalMessage'.split(' '),
);
/** Functions between the call of an SDK and the place that reads its usage. */
export const MOST_HOPS = 8;
/** Operators by which a variable takes what stands at their right. */
export const KEEPS: ReadonlySet<ts.SyntaxKind> = new Set([tsc.SyntaxKind.EqualsToken, tsc.SyntaxKind.PlusEqualsToken]);
/** Receivers that only print. */
export const LOGGERS = /^(?:console|.*log(?:ger|s)?)$/i;
/** Options that hand the call to a tracer, which then sees the tokens. */
export const TRACED = ['body.experimental_telemetry', 'body.telemetry', 'client.telemetry', 'client.experimental_telemetry'];
/** Packages whose wrapper around a client or model records each call. */
const TRACERS =
  /^(?:py:)?(?:langfuse|@langfuse\/|langsmith|@posthog\/ai|braintrust|@opik\/|opik|@traceloop\/|@arizeai\/|helicone|@helicone\/|langwatch|@langwatch\/|@lunary\/|lunary|weave|@sentry\/|dd-trace|@datadog\/|portkey-ai|posthog$|literalai|honeyhive|galileo|promptlayer)/;

/** Libraries that compute, check or count and keep nothing. */
export function isSilent(value: Value): boolean {
  return (
    value.kind === 'foreign' &&
    /^(?:zod|lodash|date-fns|uuid|nanoid|tokenlens|@tokenlens\/|@pydantic\/genai-prices|gpt-tokenizer|js-tiktoken|tiktoken|py:(?:tiktoken|tokencost|genai_prices|litellm|math|decimal|json|typing|dataclasses|datetime|copy|functools|itertools|collections|pydantic|operator|statistics|numpy|time|streamlit|rich|asyncio|logging|structlog|loguru|langchain\w*|openai|anthropic)$|decimal\.js|big\.js|bignumber\.js|react|chalk|kolorist|p-limit|p-retry|ora)/.test(
      value.package,
    )
  );
}

export function isFalse(value: Value): boolean {
  return value.kind === 'literal' && (value.value === false || value.value === undefined || value.value === null);
}

export function isTracer(value: Value): boolean {
  if (value.kind !== 'foreign') return false;
  // The tracer of LangSmith comes with LangChain itself.
  const ofLangChain =
    /^py:langchain(?:_core)?$/.test(value.package) && value.steps.some(s => s.kind === 'member' && s.name === 'LangChainTracer');
  return ofLangChain || TRACERS.test(value.package);
}

/** Libraries that make money of tokens. */
export function isPricing(value: Value): boolean {
  return (
    value.kind === 'foreign' &&
    /^(?:tokenlens|@tokenlens\/|@pydantic\/genai-prices|py:(?:tokencost|genai_prices|litellm)$)/.test(value.package)
  );
}

/** Does a function return products, as one does that multiplies tokens with prices? */
export function isMoney(ev: Evaluator, fn: FunctionNode): boolean {
  const returned = ev.returnsOf(fn);
  return returned.length > 0 && returned.some(expression => multiplies(expression, 0));
}

function multiplies(node: ts.Expression, depth: number): boolean {
  const inner = strip(node);
  if (inner === undefined || depth > 3) return false;
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    const made = binding?.kind === 'variable' && binding.element === undefined ? binding.node.initializer : undefined;
    return made !== undefined && multiplies(made, depth + 1);
  }
  // An object or a list that is returned holds the tokens themselves beside a cost.
  if (!tsc.isBinaryExpression(inner) && !tsc.isCallExpression(inner) && !tsc.isConditionalExpression(inner)) return false;
  let found = false;
  walk(inner, part => {
    if (found || isFunctionNode(part) || tsc.isObjectLiteralExpression(part)) return 'skip';
    if (tsc.isBinaryExpression(part) && part.operatorToken.kind === tsc.SyntaxKind.AsteriskToken) found = true;
    else if (tsc.isIdentifier(part) && tsc.isBinaryExpression(part.parent)) found = multiplies(part, depth + 1);
    return undefined;
  });
  return found;
}
