// What is known of packages that trace, measure or report errors: how they are started and what they then see. Data only.
import type { Telemetry } from '../../../core/index.ts';
import { PYTHON_TELEMETRY } from './telemetry-libraries-python.ts';

type Seen = Telemetry['sees'][number];

export interface TelemetryLibrary {
  /** Package names; `*` at the end stands for any rest. */
  readonly packages: readonly string[];
  /** Exported functions and classes whose call or construction starts it; `import`: loading the module does. */
  readonly starts: readonly string[];
  readonly label: string;
  readonly sees: readonly Seen[];
  /** `yes`: to the service by itself; `otel`: as its options for OpenTelemetry say; `provider`: as what else the process starts says. */
  readonly exports: 'yes' | 'otel' | 'provider';
  /** In place of `starts`: the path of members that ends in the call, whatever is constructed on the way. */
  readonly path?: RegExp;
  /** Variables of the environment, or names in the code, one of which must be there; without them it is off. */
  readonly needs?: readonly string[];
  /** It patches modules as they are loaded, so it must come first. */
  readonly patches?: boolean;
}

const MODEL: readonly Seen[] = ['traces', 'tokens', 'cost', 'latency', 'tools', 'errors', 'content'];
const SPANS: readonly Seen[] = ['traces', 'latency', 'errors'];

export const TELEMETRY_LIBRARIES: readonly TelemetryLibrary[] = [
  {
    packages: ['@opentelemetry/sdk-node'],
    starts: ['NodeSDK', 'startNodeSDK'],
    label: 'OpenTelemetry NodeSDK',
    sees: ['traces'],
    exports: 'otel',
    patches: true,
  },
  {
    packages: ['@opentelemetry/sdk-trace-node', '@opentelemetry/sdk-trace-base', '@microlabs/otel-cf-workers'],
    starts: ['NodeTracerProvider', 'BasicTracerProvider', 'instrument'],
    label: 'OpenTelemetry tracer provider',
    sees: ['traces'],
    exports: 'otel',
  },
  {
    packages: ['@opentelemetry/auto-instrumentations-node'],
    starts: ['import /register'],
    label: 'OpenTelemetry auto-instrumentation',
    sees: SPANS,
    exports: 'otel',
    patches: true,
  },
  { packages: ['@vercel/otel'], starts: ['registerOTel'], label: '@vercel/otel', sees: SPANS, exports: 'otel' },
  {
    packages: ['@azure/monitor-opentelemetry'],
    starts: ['useAzureMonitor'],
    label: 'Azure Monitor',
    sees: SPANS,
    exports: 'yes',
    patches: true,
  },
  {
    packages: ['applicationinsights'],
    starts: ['setup', 'default.setup', 'start', 'default.start', 'useAzureMonitor'],
    label: 'Application Insights',
    sees: SPANS,
    exports: 'yes',
    patches: true,
  },
  {
    packages: ['@honeycombio/opentelemetry-node'],
    starts: ['HoneycombSDK'],
    label: 'Honeycomb',
    sees: SPANS,
    exports: 'yes',
    patches: true,
  },
  {
    packages: ['@splunk/otel', 'elastic-apm-node'],
    starts: ['start', 'default.start', 'import /start'],
    label: 'an APM agent',
    sees: SPANS,
    exports: 'yes',
    patches: true,
  },
  {
    packages: ['dd-trace'],
    starts: ['init', 'default.init', 'tracer.init', 'import /init'],
    label: 'Datadog',
    sees: SPANS,
    exports: 'yes',
    patches: true,
  },
  { packages: ['newrelic'], starts: ['import'], label: 'New Relic', sees: SPANS, exports: 'yes', patches: true },
  { packages: ['@appsignal/nodejs'], starts: ['Appsignal'], label: 'AppSignal', sees: SPANS, exports: 'yes', patches: true },
  {
    packages: [
      '@sentry/node',
      '@sentry/nextjs',
      '@sentry/bun',
      '@sentry/deno',
      '@sentry/nestjs',
      '@sentry/cloudflare',
      '@sentry/sveltekit',
      '@sentry/remix',
      '@sentry/nuxt',
      '@sentry/aws-serverless',
      '@sentry/google-cloud-serverless',
      '@sentry/astro',
    ],
    starts: ['init', 'default.init', 'withSentry'],
    label: 'Sentry',
    sees: ['errors'],
    exports: 'yes',
    patches: true,
  },
  { packages: ['langfuse'], starts: ['observeOpenAI', 'Langfuse', 'default'], label: 'Langfuse', sees: MODEL, exports: 'yes' },
  { packages: ['@langfuse/openai'], starts: ['observeOpenAI'], label: 'the spans of Langfuse', sees: MODEL, exports: 'provider' },
  {
    packages: ['langfuse-langchain', '@langfuse/langchain'],
    starts: ['CallbackHandler', 'default'],
    label: 'Langfuse',
    sees: MODEL,
    exports: 'yes',
  },
  {
    packages: ['@langfuse/tracing'],
    starts: ['observe', 'startObservation', 'startActiveObservation'],
    label: 'the spans of Langfuse',
    sees: ['traces', 'latency', 'errors', 'content'],
    exports: 'provider',
  },
  {
    packages: ['langsmith'],
    starts: ['wrapOpenAI', 'wrapAnthropic', 'wrapSDK', 'wrapAISDK', 'wrapAISDKModel', 'traceable', 'RunTree', 'AISDKExporter'],
    label: 'LangSmith',
    sees: MODEL,
    exports: 'yes',
  },
  {
    packages: ['@traceloop/node-server-sdk'],
    starts: ['initialize', 'default.initialize'],
    label: 'Traceloop',
    sees: MODEL,
    exports: 'yes',
    patches: true,
  },
  { packages: ['@arizeai/phoenix-otel'], starts: ['register'], label: 'Phoenix', sees: MODEL, exports: 'yes' },
  {
    packages: ['@posthog/ai'],
    starts: [
      'withTracing',
      'OpenAI',
      'AzureOpenAI',
      'Anthropic',
      'GoogleGenAI',
      'PostHogCallbackHandler',
      'LangChainCallbackHandler',
      'default',
    ],
    label: 'PostHog',
    sees: MODEL,
    exports: 'yes',
  },
  {
    packages: ['braintrust'],
    starts: ['wrapOpenAI', 'wrapAnthropic', 'wrapAISDK', 'wrapAISDKModel', 'wrapTraced', 'traced'],
    label: 'Braintrust',
    sees: MODEL,
    exports: 'yes',
  },
  { packages: ['weave'], starts: ['wrapOpenAI', 'init'], label: 'Weave', sees: MODEL, exports: 'yes' },
  {
    packages: ['opik', 'opik-openai', 'opik-langchain', 'opik-vercel'],
    starts: ['trackOpenAI', 'OpikCallbackHandler', 'OpikExporter', 'track'],
    label: 'Opik',
    sees: MODEL,
    exports: 'yes',
  },
  { packages: ['@lmnr-ai/lmnr'], starts: ['Laminar.initialize'], label: 'Laminar', sees: MODEL, exports: 'yes', patches: true },
  { packages: ['openlit'], starts: ['init', 'default.init'], label: 'OpenLIT', sees: MODEL, exports: 'yes', patches: true },
  { packages: ['logfire', '@pydantic/logfire-node'], starts: ['configure'], label: 'Logfire', sees: SPANS, exports: 'yes', patches: true },
  { packages: ['mlflow-tracing'], starts: ['init', 'trace'], label: 'MLflow', sees: MODEL, exports: 'yes' },
  { packages: ['langwatch'], starts: ['setupObservability', 'LangWatch'], label: 'LangWatch', sees: MODEL, exports: 'yes' },
  { packages: ['@axiomhq/ai', 'axiom'], starts: ['wrapAISDKModel', 'initAxiomAI'], label: 'Axiom AI', sees: MODEL, exports: 'provider' },
  {
    packages: ['@helicone/helpers', '@helicone/ai-sdk-provider'],
    starts: ['HeliconeManualLogger', 'createHelicone'],
    label: 'Helicone',
    sees: MODEL,
    exports: 'yes',
  },
  {
    packages: ['ai'],
    starts: ['registerTelemetry'],
    label: 'the telemetry of the AI SDK',
    sees: ['traces', 'tokens', 'latency', 'tools', 'errors', 'content'],
    exports: 'provider',
  },
  {
    packages: ['@mastra/observability', '@mastra/core/observability'],
    starts: ['Observability'],
    label: 'Mastra',
    sees: ['traces', 'tokens', 'latency', 'tools', 'errors', 'content'],
    exports: 'yes',
  },
  ...PYTHON_TELEMETRY,
];

/** Modules whose instrumentations of OpenTelemetry see model calls themselves. */
export const MODEL_INSTRUMENTATION =
  /^(?:@arizeai\/openinference-|@traceloop\/instrumentation-|@opentelemetry\/instrumentation-openai|@elastic\/opentelemetry-instrumentation-openai)/;
/** Modules that export spans to nobody. */
export const PRINTS_ONLY = new Set([
  'ConsoleSpanExporter',
  'ConsoleMetricExporter',
  'ConsoleLogRecordExporter',
  'InMemorySpanExporter',
  'InMemoryMetricExporter',
  'NoopSpanProcessor',
  'NoopSpanExporter',
]);

/** Hosts of proxies between the agent and the provider, which meter every call. */
export const GATEWAYS: readonly { readonly host: RegExp; readonly label: string }[] = [
  { host: /\bhelicone\.ai|\bhconeai\.com/, label: 'Helicone' },
  { host: /\bgateway\.ai\.cloudflare\.com/, label: 'Cloudflare AI Gateway' },
  { host: /\bapi\.portkey\.ai/, label: 'Portkey' },
  { host: /\bbraintrust(?:proxy\.com|\.dev)/, label: 'Braintrust' },
];
export const GATEWAY_HINT = /helicone\.ai|hconeai\.com|gateway\.ai\.cloudflare\.com|portkey\.ai|braintrustproxy/;
/** Exporters and processors of stores that are made for model calls. */
export const MODEL_STORES = /^(?:Langfuse|LangSmith|Braintrust|Opik|OpenInference|Phoenix|Laminar|Axiom|Mastra|AISDK)/;
