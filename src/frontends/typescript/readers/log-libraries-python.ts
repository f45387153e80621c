// What is known of logging packages of Python. Loggers of the standard library, structlog and loguru write what the program has set up
// once for all of them (log-setup.ts). Data only.
import type { LogLibrary } from './log-libraries.ts';

export const PYTHON_LOG_LIBRARIES: readonly LogLibrary[] = [
  { packages: ['py:logging'], exports: ['getLogger', 'LoggerAdapter', 'Logger', ''], label: 'logging', writes: 'stdlib' },
  { packages: ['py:celery'], exports: ['get_task_logger'], label: 'the logger of Celery', writes: 'stdlib' },
  { packages: ['py:fastapi'], exports: ['logger'], label: 'logging', writes: 'stdlib' },
  {
    packages: ['py:flask', 'py:quart'],
    exports: ['Flask', 'Quart', 'current_app'],
    label: 'the logger of the app',
    writes: 'stdlib',
    through: ['logger'],
  },
  { packages: ['py:absl'], exports: ['logging'], label: 'absl logging', writes: 'text' },
  { packages: ['py:prefect'], exports: ['get_run_logger'], label: 'the logger of Prefect', writes: 'text', correlates: true },
  {
    packages: ['py:structlog'],
    exports: ['get_logger', 'getLogger', 'stdlib', 'wrap_logger', 'BoundLogger'],
    label: 'structlog',
    writes: 'structlog',
  },
  { packages: ['py:loguru'], exports: ['logger'], label: 'loguru', writes: 'loguru' },
  {
    packages: ['py:aws_lambda_powertools'],
    exports: ['Logger'],
    label: 'Powertools Logger',
    writes: 'json',
    correlatedBy: ['inject_lambda_context', 'set_correlation_id'],
  },
  { packages: ['py:logfire'], exports: ['Logfire', 'with_tags', 'with_settings', ''], label: 'logfire', writes: 'json', correlates: true },
  { packages: ['py:sentry_sdk'], exports: ['logger'], label: 'the logger of Sentry', writes: 'json', correlates: true },
  { packages: ['py:eliot'], exports: ['Logger', ''], label: 'eliot', writes: 'json', correlates: true },
  { packages: ['py:azure.functions'], exports: ['Context'], label: 'the context of Azure Functions', writes: 'text' },
];

/** Classes that write records: of formatters, renderers and handlers. A package alone stands for all that it exports. */
export const RECORD_WRITERS: readonly (readonly [packages: RegExp, names: RegExp])[] = [
  [/^py:pythonjsonlogger$/, /(?:^|\.)JsonFormatter$|^Orjson|^Msgspec/],
  [
    /^py:(?:json_log_formatter|jsonformatter|json_logging|logstash_formatter|logstash_async|jsonlog|json_log|jslog4kube)$/,
    /Formatter|^init|Handler/,
  ],
  [/^py:(?:ecs_logging)$/, /Formatter$/],
  [/^py:(?:aws_lambda_powertools)$/, /(?:LambdaPowertools|Datadog|Base)\w*Formatter$/],
  [/^py:google\.cloud\.logging$|^py:google\.cloud\.logging_v2$/, /(?:StructuredLogHandler|CloudLoggingHandler|setup_logging)$/],
  [/^py:(?:watchtower|logtail|logging_loki|seqlog|graypy|axiom_py|opencensus|applicationinsights)$/, /Handler$|^log_to_seq$/],
  [/^py:opentelemetry$/, /(?:^|\.)LoggingHandler$/],
  [/^py:logfire$/, /LogfireLoggingHandler$/],
  [/^py:structlog$/, /(?:^|\.)(?:JSONRenderer|LogfmtRenderer)$/],
  [/^py:uvicorn_json_log|^py:fluent$/, /Formatter|Handler/],
];

/** Classes that write lines for people. */
export const LINE_WRITERS: readonly (readonly [packages: RegExp, names: RegExp])[] = [
  [/^py:logging$/, /^Formatter$|^BufferingFormatter$/],
  [/^py:(?:colorlog|coloredlogs|colorama|uvicorn|rich|colorlogger)$/, /Formatter$|RichHandler$|^install$/],
  [/^py:structlog$/, /(?:^|\.)(?:ConsoleRenderer|KeyValueRenderer)$/],
];

/** The same as paths in a configuration that is data: `"()": "pythonjsonlogger.json.JsonFormatter"`. */
export const RECORD_PATHS =
  /^(?:pythonjsonlogger\.|json_log_formatter\.|jsonformatter\.|ecs_logging\.\w*Formatter|logstash_(?:formatter|async)|google\.cloud\.logging|watchtower\.|aws_lambda_powertools\.|logfire\.|structlog\.stdlib\.ProcessorFormatter|logging_loki|json_logging)/;

/** Filters of packages that put an id of the request on every line. */
export const ID_FILTERS = /^(?:asgi_correlation_id|starlette_context|django_guid|log_request_id|flask_log_request_id|cid|ddtrace)\b/;
