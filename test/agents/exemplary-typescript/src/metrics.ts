// What is counted and measured; GET /metrics shows it. The alerts and dashboards in monitoring/ use these names.
import { Counter, collectDefaultMetrics, Gauge, Histogram, register } from 'prom-client';

collectDefaultMetrics();

/** Reaches beyond the alert at 10 s and the deadline at 20 s. */
const SECONDS = [0.25, 0.5, 1, 2, 4, 6, 8, 10, 15, 20, 30, 60];

export const requests = new Counter({ name: 'agent_requests_total', help: 'Requests by outcome', labelNames: ['outcome'] });
export const errors = new Counter({ name: 'agent_errors_total', help: 'Failed requests by kind', labelNames: ['kind'] });
export const duration = new Histogram({
  name: 'agent_request_duration_seconds',
  help: 'From the request to the last byte of the reply',
  buckets: SECONDS,
});
export const tokens = new Counter({ name: 'agent_tokens_total', help: 'Tokens', labelNames: ['model', 'direction'] });
export const cost = new Counter({ name: 'agent_cost_usd_total', help: 'US dollars', labelNames: ['model'] });
export const quota = new Gauge({ name: 'agent_token_quota', help: 'Tokens that may be used in a day' });
export const modelErrors = new Counter({
  name: 'agent_model_errors_total',
  help: 'Failed attempts to call the model API',
  labelNames: ['kind'],
});
export const modelDuration = new Histogram({ name: 'agent_model_duration_seconds', help: 'Model calls', buckets: SECONDS });
export const toolCalls = new Counter({ name: 'agent_tool_calls_total', help: 'Tool calls', labelNames: ['tool', 'outcome'] });
export const toolDuration = new Histogram({
  name: 'agent_tool_duration_seconds',
  help: 'Tool calls',
  labelNames: ['tool'],
  buckets: SECONDS,
});
export const escalations = new Counter({ name: 'agent_escalations_total', help: 'Handed to a human', labelNames: ['reason'] });
export const feedback = new Histogram({ name: 'agent_feedback_score', help: 'Satisfaction, 1 to 5', buckets: [1, 2, 3, 4, 5] });

export const metricsPage = (): Promise<string> => register.metrics();
