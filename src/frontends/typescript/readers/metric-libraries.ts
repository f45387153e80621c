// What is known of packages that count and measure: how an instrument is made, and how it is given a number. Data only.
import type { Metric } from '../../../core/index.ts';
import { PYTHON_HTTP_METRICS, PYTHON_METRICS } from './metric-libraries-python.ts';

export interface MetricLibrary {
  readonly packages: readonly string[];
  /** Exported classes, or methods on a value of the package, that make an instrument, with its sort. */
  readonly makes?: Readonly<Record<string, Metric['sort']>>;
  /** Methods on a client that write a number under a name at once. */
  readonly writes?: Readonly<Record<string, Metric['sort']>>;
  /** Is the name an option of the first argument, or the first argument itself? */
  readonly name: 'option' | 'argument';
  /** The ends of the buckets when none are given, in the instrument's own unit. */
  readonly buckets?: readonly number[];
}

const PROMETHEUS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const OTEL = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

export const METRIC_LIBRARIES: readonly MetricLibrary[] = [
  {
    packages: ['prom-client'],
    makes: { Counter: 'counter', Histogram: 'histogram', Gauge: 'gauge', Summary: 'summary' },
    name: 'option',
    buckets: PROMETHEUS,
  },
  {
    packages: ['@opentelemetry/api', '@opentelemetry/sdk-metrics'],
    makes: {
      createCounter: 'counter',
      createUpDownCounter: 'counter',
      createHistogram: 'histogram',
      createGauge: 'gauge',
      createObservableGauge: 'gauge',
    },
    name: 'argument',
    buckets: OTEL,
  },
  {
    packages: ['hot-shots', 'statsd-client', 'node-statsd', 'node-dogstatsd', 'lynx', 'dd-trace', 'datadog-metrics', 'datadog-lambda-js'],
    writes: {
      increment: 'counter',
      decrement: 'counter',
      gauge: 'gauge',
      histogram: 'histogram',
      distribution: 'histogram',
      timing: 'histogram',
      timer: 'histogram',
      asyncTimer: 'histogram',
      sendDistributionMetric: 'histogram',
    },
    name: 'argument',
  },
  {
    packages: ['@aws-lambda-powertools/metrics', 'aws-embedded-metrics'],
    writes: { addMetric: 'histogram', putMetric: 'histogram' },
    name: 'argument',
  },
  {
    packages: ['@sentry/node', '@sentry/nextjs'],
    writes: { count: 'counter', distribution: 'histogram', gauge: 'gauge' },
    name: 'argument',
  },
  ...PYTHON_METRICS,
];

/** Middleware that measures every HTTP request by itself, until the response headers or the end of the response. */
export const HTTP_METRICS: readonly { readonly package: string; readonly name: string; readonly buckets: readonly number[] }[] = [
  { package: 'express-prom-bundle', name: 'http_request_duration_seconds', buckets: [0.003, 0.03, 0.1, 0.3, 1.5, 10] },
  { package: 'fastify-metrics', name: 'http_request_duration_seconds', buckets: PROMETHEUS },
  { package: '@hono/prometheus', name: 'http_request_duration_seconds', buckets: PROMETHEUS },
  { package: 'prometheus-api-metrics', name: 'http_request_duration_seconds', buckets: [0.001, 0.01, 0.1, 1, 1.5, 2, 3, 5, 10] },
  ...PYTHON_HTTP_METRICS,
];
