// Reading experiments with tools: what the agent sent back to the model, and whether a tool really reached for the world.
import type { Egress, Observation, SentMessage, Trial } from './observation.ts';
import { type ModelCallSeen, modelCalls } from './rule-observe.ts';

/** Was a tool declared in any request? Without one the experiment shows nothing about tools. */
export const offersTools = (trial: Trial): boolean => modelCalls(trial).some(call => call.request.tools.length > 0);

/** The results of tools that were sent back to the model, those of the request that holds most. */
export function toolResults(trial: Trial): readonly SentMessage[] {
  return modelCalls(trial)
    .map(call => call.request.messages.filter(message => message.role === 'tool'))
    .reduce<readonly SentMessage[]>((most, results) => (results.length > most.length ? results : most), []);
}

/** Services that watch programs; they are reached at any time and by no tool. */
const WATCHERS =
  /langfuse|langsmith|smith\.langchain|posthog|sentry|segment|datadog|newrelic|nr-data|honeycomb|helicone|traceloop|lmnr|braintrust|arize|telemetry|analytics|otel|opentelemetry|amplitude|mixpanel|statsig|launchdarkly/i;

/**
 * Connections that began between the request for a tool and the next model call, to hosts that the control did not reach.
 * Empty: the tool asked nothing of the world, or the model was asked by a way that shows no time.
 */
export function toolEgress(seen: Observation, trial: Trial): readonly Egress[] {
  const usual = new Set(seen.control.egress.map(({ host }) => host));
  const [first, second] = modelCalls(trial);
  if (first === undefined) return [];
  const until = second?.at ?? Number.POSITIVE_INFINITY;
  return trial.egress.filter(({ host, at }) => !usual.has(host) && !WATCHERS.test(host) && at >= first.at && at <= until);
}

/** Tokens that the answers of these calls reported. */
export function tokensOf(calls: readonly ModelCallSeen[]): number {
  return calls.reduce((sum, { tokens }) => sum + (tokens === undefined ? 0 : tokens.input + tokens.output), 0);
}

/** "460,000 tokens". */
export const tokenWords = (tokens: number): string => `${tokens.toLocaleString('en-US')} tokens`;
