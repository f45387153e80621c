// What is known of packages of Python that trace, measure or report errors: what starts them, what they then see, and what must be set
// for it to leave the process. Data only.
import type { Telemetry } from '../../../core/index.ts';
import type { TelemetryLibrary } from './telemetry-libraries.ts';

type Seen = Telemetry['sees'][number];

const MODEL: readonly Seen[] = ['traces', 'tokens', 'cost', 'latency', 'tools', 'errors', 'content'];
const MODEL_SPANS: readonly Seen[] = ['traces', 'tokens', 'latency', 'tools', 'errors', 'content'];
const SPANS: readonly Seen[] = ['traces', 'latency', 'errors'];
const OWN: readonly Seen[] = ['traces', 'latency', 'errors', 'content'];

/** Instrumentations of model SDKs and agent frameworks, by the names of their classes. */
const MODEL_INSTRUMENTORS =
  /^(?:OpenAI\w*|Anthropic\w*|Lang[cC]hain\w*|LiteLLM|LlamaIndex|GoogleGen\w*|GoogleADK|VertexAI|Bedrock|Mistral\w*|Groq|Cohere|CrewAI|DSPy|Haystack|Smolagents|Autogen\w*|PydanticAI|Agno|Instructor|Together|Ollama|Guardrails|MCP|Strands\w*|BeeAI)Instrumentor\.instrument$/;
const HTTP_INSTRUMENTORS =
  /^(?:FastAPI|Flask|Django|Starlette|AioHttpServer|Tornado|Celery|Asgi|AwsLambda|Falcon|Pyramid)Instrumentor\.instrument(?:_app)?$/;

/** Every name below is the path of members that ends in the call; a construction on the way is passed over. */
export const PYTHON_TELEMETRY: readonly TelemetryLibrary[] = [
  {
    packages: ['py:opentelemetry'],
    starts: [],
    path: /^TracerProvider$/,
    label: 'OpenTelemetry tracer provider',
    sees: ['traces'],
    exports: 'otel',
  },
  { packages: ['py:opentelemetry'], starts: [], path: /^MeterProvider$/, label: 'OpenTelemetry meter provider', sees: [], exports: 'otel' },
  {
    packages: ['py:opentelemetry'],
    starts: [],
    path: HTTP_INSTRUMENTORS,
    label: 'the instrumentation of OpenTelemetry',
    sees: SPANS,
    exports: 'provider',
  },
  {
    packages: ['py:opentelemetry', 'py:openinference', 'py:langsmith'],
    starts: [],
    path: MODEL_INSTRUMENTORS,
    label: 'an instrumentation of the model SDK',
    sees: MODEL_SPANS,
    exports: 'provider',
  },
  {
    packages: ['py:opentelemetry'],
    starts: [],
    path: /^OpenTelemetryMiddleware$/,
    label: 'the middleware of OpenTelemetry',
    sees: SPANS,
    exports: 'provider',
  },
  {
    packages: ['py:azure.monitor', 'py:azure'],
    starts: [],
    path: /^configure_azure_monitor$/,
    label: 'Azure Monitor',
    sees: SPANS,
    exports: 'yes',
  },
  {
    packages: ['py:sentry_sdk'],
    starts: ['init'],
    label: 'Sentry',
    sees: ['errors'],
    exports: 'yes',
  },
  {
    packages: ['py:ddtrace'],
    starts: [],
    path: /^(?:patch_all|patch|auto|tracer\.configure|config)$/,
    label: 'Datadog',
    sees: SPANS,
    exports: 'yes',
  },
  { packages: ['py:ddtrace'], starts: [], path: /LLMObs\.enable$/, label: 'Datadog', sees: MODEL, exports: 'yes' },
  {
    packages: ['py:newrelic'],
    starts: [],
    path: /(?:^|agent\.)(?:initialize|WSGIApplicationWrapper|ASGIApplicationWrapper)$/,
    label: 'New Relic',
    sees: SPANS,
    exports: 'yes',
  },
  {
    packages: ['py:elasticapm'],
    starts: [],
    path: /^(?:ElasticAPM|make_apm_client|Client|instrument)$/,
    label: 'an APM agent',
    sees: SPANS,
    exports: 'yes',
  },
  {
    packages: ['py:scout_apm', 'py:appsignal'],
    starts: [],
    path: /^(?:Appsignal|ScoutApm)$/,
    label: 'an APM agent',
    sees: SPANS,
    exports: 'yes',
  },
  {
    packages: ['py:aws_xray_sdk'],
    starts: [],
    path: /^(?:patch_all|patch|XRayMiddleware)$/,
    label: 'AWS X-Ray',
    sees: SPANS,
    exports: 'yes',
  },
  {
    packages: ['py:aws_lambda_powertools'],
    starts: [],
    path: /^Tracer(?:\.capture_lambda_handler)$/,
    label: 'Powertools Tracer (AWS X-Ray)',
    sees: SPANS,
    exports: 'yes',
  },
  {
    packages: ['py:langfuse'],
    starts: [],
    path: /^(?:CallbackHandler|OpenAI|AsyncOpenAI|AzureOpenAI|AsyncAzureOpenAI|openai\..+|LlamaIndexInstrumentor)$/,
    label: 'Langfuse',
    sees: MODEL,
    exports: 'yes',
  },
  {
    packages: ['py:langfuse'],
    starts: [],
    path: /^(?:observe|Langfuse\.(?:trace|generation|span|start_\w+)|get_client\.start_\w+)$/,
    label: 'the spans of Langfuse',
    sees: OWN,
    exports: 'yes',
  },
  {
    packages: ['py:langsmith'],
    starts: [],
    path: /^(?:wrap_openai|wrap_anthropic|wrap_gemini|OpenAIAgentsTracingProcessor)$/,
    label: 'LangSmith',
    sees: MODEL,
    exports: 'yes',
    needs: ['LANGSMITH_TRACING', 'LANGCHAIN_TRACING_V2', 'LANGSMITH_TRACING_V2'],
  },
  {
    packages: ['py:langsmith'],
    starts: [],
    path: /^(?:traceable|trace|RunTree)$/,
    label: 'the runs of LangSmith',
    sees: OWN,
    exports: 'yes',
    needs: ['LANGSMITH_TRACING', 'LANGCHAIN_TRACING_V2', 'LANGSMITH_TRACING_V2'],
  },
  {
    packages: ['py:langchain_core', 'py:langchain'],
    starts: [],
    path: /^(?:LangChainTracer|tracing_v2_enabled)$/,
    label: 'LangSmith',
    sees: MODEL,
    exports: 'yes',
  },
  { packages: ['py:traceloop'], starts: [], path: /^Traceloop\.init$/, label: 'Traceloop', sees: MODEL, exports: 'yes' },
  { packages: ['py:phoenix', 'py:arize'], starts: [], path: /^(?:otel\.)?register$/, label: 'Phoenix', sees: ['traces'], exports: 'yes' },
  {
    packages: ['py:posthog'],
    starts: [],
    path: /^(?:OpenAI|AsyncOpenAI|Anthropic|AsyncAnthropic|Client|CallbackHandler)$/,
    label: 'PostHog',
    sees: MODEL,
    exports: 'yes',
  },
  {
    packages: ['py:braintrust'],
    starts: [],
    path: /^(?:wrap_openai|wrap_anthropic|wrap_litellm|auto_instrument|setup_\w+)$/,
    label: 'Braintrust',
    sees: MODEL,
    exports: 'yes',
  },
  {
    packages: ['py:braintrust'],
    starts: [],
    path: /^(?:traced|start_span|init_logger)$/,
    label: 'the spans of Braintrust',
    sees: OWN,
    exports: 'yes',
  },
  { packages: ['py:weave'], starts: [], path: /^init$/, label: 'Weave', sees: MODEL, exports: 'yes' },
  { packages: ['py:opik'], starts: [], path: /^(?:track_\w+|OpikTracer)$/, label: 'Opik', sees: MODEL, exports: 'yes' },
  { packages: ['py:opik'], starts: [], path: /^track$/, label: 'the spans of Opik', sees: OWN, exports: 'yes' },
  { packages: ['py:lmnr'], starts: [], path: /^Laminar\.initialize$/, label: 'Laminar', sees: MODEL, exports: 'yes' },
  {
    packages: ['py:openlit'],
    starts: [],
    path: /^init$/,
    label: 'OpenLIT',
    sees: MODEL_SPANS,
    exports: 'yes',
    needs: ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OPENLIT_ENDPOINT', 'otlp_endpoint'],
  },
  { packages: ['py:agentops'], starts: [], path: /^init$/, label: 'AgentOps', sees: MODEL, exports: 'yes' },
  { packages: ['py:langtrace_python_sdk'], starts: [], path: /^langtrace\.init$/, label: 'Langtrace', sees: MODEL, exports: 'yes' },
  { packages: ['py:langwatch'], starts: [], path: /^(?:setup|trace|login)$/, label: 'LangWatch', sees: MODEL, exports: 'yes' },
  { packages: ['py:lunary'], starts: [], path: /^(?:monitor|LunaryCallbackHandler)$/, label: 'Lunary', sees: MODEL, exports: 'yes' },
  {
    packages: ['py:literalai'],
    starts: [],
    path: /instrument_\w+$|^LiteralClient\.langchain_callback$/,
    label: 'Literal AI',
    sees: MODEL,
    exports: 'yes',
  },
  { packages: ['py:honeyhive'], starts: [], path: /^HoneyHiveTracer(?:\.init)?$/, label: 'HoneyHive', sees: MODEL, exports: 'yes' },
  {
    packages: ['py:galileo'],
    starts: [],
    path: /^(?:log|openai\..+|GalileoCallback|GalileoLogger)$/,
    label: 'Galileo',
    sees: MODEL,
    exports: 'yes',
  },
  { packages: ['py:helicone_helpers', 'py:helicone'], starts: [], path: /^Helicone\w*$/, label: 'Helicone', sees: MODEL, exports: 'yes' },
  { packages: ['py:promptlayer'], starts: [], path: /^PromptLayer\.run$/, label: 'PromptLayer', sees: MODEL, exports: 'yes' },
  {
    packages: ['py:mlflow'],
    starts: [],
    path: /^(?:\w+\.)?autolog$/,
    label: 'MLflow',
    sees: MODEL_SPANS,
    exports: 'yes',
    needs: ['MLFLOW_TRACKING_URI', 'set_tracking_uri', 'DATABRICKS_HOST'],
  },
  { packages: ['py:logfire'], starts: [], path: /^configure$/, label: 'Logfire', sees: ['traces'], exports: 'yes' },
  {
    packages: ['py:logfire'],
    starts: [],
    path: /^instrument_(?:openai|anthropic|pydantic_ai|litellm|google_genai|openai_agents|mcp|dspy|langchain)\w*$/,
    label: 'Logfire, for model calls',
    sees: MODEL,
    exports: 'provider',
  },
  {
    packages: ['py:logfire'],
    starts: [],
    path: /^instrument_(?:fastapi|flask|django|starlette|asgi|wsgi|celery|aws_lambda|aiohttp_server)$/,
    label: 'Logfire, for requests',
    sees: SPANS,
    exports: 'provider',
  },
  {
    packages: ['py:pydantic_ai'],
    starts: [],
    path: /^Agent\.instrument_all$/,
    label: 'the spans of Pydantic AI',
    sees: MODEL_SPANS,
    exports: 'provider',
  },
  {
    packages: ['py:google.adk'],
    starts: [],
    path: /^(?:CloudTraceCallback|setup_tracing)$/,
    label: 'Google Cloud Trace',
    sees: MODEL_SPANS,
    exports: 'yes',
  },
  {
    packages: ['py:prometheus_fastapi_instrumentator'],
    starts: [],
    path: /\.expose$/,
    label: 'a page of metrics for Prometheus',
    sees: [],
    exports: 'yes',
  },
  {
    packages: ['py:prometheus_client'],
    starts: [],
    path: /^(?:start_http_server|start_wsgi_server|make_asgi_app|make_wsgi_app|generate_latest|push_to_gateway|MetricsHandler)$/,
    label: 'a page of metrics for Prometheus',
    sees: [],
    exports: 'yes',
  },
  {
    packages: [
      'py:starlette_prometheus',
      'py:starlette_exporter',
      'py:prometheus_flask_exporter',
      'py:django_prometheus',
      'py:aioprometheus',
      'py:starlette_metrics',
      'py:starlette_ddprom',
    ],
    starts: [],
    path: /^(?:PrometheusMiddleware|PrometheusMetrics|MetricsMiddleware)$/,
    label: 'a page of metrics for Prometheus',
    sees: [],
    exports: 'yes',
  },
  {
    packages: ['py:datadog', 'py:statsd', 'py:datadog_lambda'],
    starts: [],
    path: /^(?:initialize|StatsClient|DogStatsd|datadog_lambda_wrapper)$/,
    label: 'the client of statsd',
    sees: [],
    exports: 'yes',
  },
];

/** Commands that start a program with tracing switched on, as they stand in files of a deployment. */
export const WRAPPERS: readonly { readonly command: RegExp; readonly label: string; readonly exports: 'yes' | 'otel' }[] = [
  { command: /(?<![\w-])opentelemetry-instrument(?![\w-])/, label: 'OpenTelemetry auto-instrumentation', exports: 'otel' },
  { command: /(?<![\w-])ddtrace-run(?![\w-])/, label: 'Datadog', exports: 'yes' },
  { command: /(?<![\w-])newrelic-admin run-program(?![\w-])/, label: 'New Relic', exports: 'yes' },
];

/** Labels of tracers that see only what they are given to: callbacks, wrapped clients. */
export const HANDED: ReadonlySet<string> = new Set([
  'Langfuse',
  'LangSmith',
  'PostHog',
  'Opik',
  'Lunary',
  'Galileo',
  'Literal AI',
  'HoneyHive',
  'Braintrust',
]);

/** Labels of tracers that see every call of some SDKs, once they are started. */
export const WHOLE: readonly (readonly [label: RegExp, sdks: RegExp])[] = [
  [/^(?:Traceloop|Weave|Laminar|OpenLIT|AgentOps|Langtrace|MLflow|Datadog|Phoenix|LangWatch)$/, /./],
  [/^an instrumentation of the model SDK$/, /./],
  [/^Logfire, for model calls$/, /./],
  [/^the spans of Pydantic AI$/, /^pydantic-ai$/],
];
