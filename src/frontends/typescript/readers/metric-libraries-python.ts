// What is known of packages of Python that count and measure. Data only.
import type { MetricLibrary } from './metric-libraries.ts';

/** The default buckets of prometheus_client 0.21; the last is followed by infinity. */
const PROMETHEUS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const OTEL = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

export const PYTHON_METRICS: readonly MetricLibrary[] = [
  {
    packages: ['py:prometheus_client', 'py:aioprometheus'],
    makes: { Counter: 'counter', Histogram: 'histogram', Gauge: 'gauge', Summary: 'summary' },
    name: 'argument',
    buckets: PROMETHEUS,
  },
  {
    packages: ['py:opentelemetry', 'py:logfire'],
    makes: {
      create_counter: 'counter',
      create_up_down_counter: 'counter',
      create_histogram: 'histogram',
      create_gauge: 'gauge',
      create_observable_gauge: 'gauge',
      metric_counter: 'counter',
      metric_histogram: 'histogram',
      metric_gauge: 'gauge',
    },
    name: 'argument',
    buckets: OTEL,
  },
  {
    packages: ['py:statsd', 'py:datadog', 'py:ddtrace', 'py:datadog_lambda', 'py:aiodogstatsd'],
    writes: {
      incr: 'counter',
      decr: 'counter',
      increment: 'counter',
      decrement: 'counter',
      gauge: 'gauge',
      histogram: 'histogram',
      distribution: 'histogram',
      timing: 'histogram',
      timed: 'histogram',
      timer: 'histogram',
      lambda_metric: 'histogram',
    },
    name: 'argument',
  },
  {
    packages: ['py:aws_lambda_powertools', 'py:aws_embedded_metrics'],
    writes: { add_metric: 'histogram', put_metric: 'histogram' },
    name: 'argument',
  },
  {
    packages: ['py:sentry_sdk'],
    writes: { count: 'counter', incr: 'counter', distribution: 'histogram', gauge: 'gauge' },
    name: 'argument',
  },
];

/** Middleware that measures every HTTP request by itself. */
export const PYTHON_HTTP_METRICS: readonly { readonly package: string; readonly name: string; readonly buckets: readonly number[] }[] = [
  { package: 'py:prometheus_fastapi_instrumentator', name: 'http_request_duration_seconds', buckets: [0.1, 0.5, 1] },
  { package: 'py:starlette_exporter', name: 'starlette_request_duration_seconds', buckets: PROMETHEUS },
  { package: 'py:starlette_prometheus', name: 'starlette_requests_processing_time_seconds', buckets: PROMETHEUS },
  { package: 'py:prometheus_flask_exporter', name: 'flask_http_request_duration_seconds', buckets: PROMETHEUS },
];
