// What is known of logging packages: how their loggers are made, what they write, and how a request's id gets into it. Data only.
import { PYTHON_LOG_LIBRARIES } from './log-libraries-python.ts';

/** How to tell whether a logger writes records: `json` always; `text` levels but plain lines; the others ask the options or the set-up. */
export type Writes =
  | 'json'
  | 'text'
  | 'pino'
  | 'winston'
  | 'tslog'
  | 'nest'
  | 'log4js'
  | 'fastify'
  | 'bolt'
  | 'mastra'
  /** As the program has set up for all its loggers (log-setup.ts). */
  | 'stdlib'
  | 'structlog'
  | 'loguru';

export interface LogLibrary {
  readonly packages: readonly string[];
  /** The exports that make a logger, or are one; `default` is the whole of a CommonJS module; `*` any. */
  readonly exports: readonly string[];
  readonly label: string;
  readonly writes: Writes;
  /** Every line carries an id of the request without further work. */
  readonly correlates?: boolean;
  /** Members that put an id of the request on every line, where the code uses one. */
  readonly correlatedBy?: readonly string[];
  /** Only members after these: `log` of a request of Fastify. */
  readonly through?: readonly string[];
  /** Position of the options; default 0. */
  readonly options?: number;
}

export const LOG_LIBRARIES: readonly LogLibrary[] = [
  { packages: ['pino'], exports: ['default', 'pino'], label: 'pino', writes: 'pino' },
  {
    packages: ['pino-http', 'express-pino-logger', 'koa-pino-logger', 'hono-pino'],
    exports: ['*'],
    label: 'pino-http',
    writes: 'pino',
    correlates: true,
    through: ['logger'],
  },
  { packages: ['nestjs-pino'], exports: ['Logger', 'PinoLogger'], label: 'nestjs-pino', writes: 'json', correlates: true },
  { packages: ['winston'], exports: ['createLogger', 'default.createLogger', 'default', 'loggers'], label: 'winston', writes: 'winston' },
  { packages: ['bunyan'], exports: ['createLogger', 'default.createLogger', 'default'], label: 'bunyan', writes: 'json' },
  { packages: ['roarr'], exports: ['Roarr', 'ROARR', 'default'], label: 'roarr', writes: 'json' },
  { packages: ['tslog'], exports: ['Logger'], label: 'tslog', writes: 'tslog' },
  {
    packages: ['consola', 'signale', 'loglevel', 'npmlog', 'electron-log', 'debug', '@azure/logger'],
    exports: ['*'],
    label: '',
    writes: 'text',
  },
  { packages: ['log4js'], exports: ['getLogger', 'default.getLogger'], label: 'log4js', writes: 'log4js' },
  { packages: ['next-axiom'], exports: ['log', 'Logger', 'useLogger'], label: 'next-axiom', writes: 'json' },
  { packages: ['@axiomhq/logging', '@axiomhq/nextjs'], exports: ['Logger'], label: 'Axiom', writes: 'json' },
  {
    packages: ['@logtail/node', '@logtail/next', '@logtail/edge', '@logtail/js'],
    exports: ['Logtail', 'log', 'Logger'],
    label: 'Logtail',
    writes: 'json',
  },
  { packages: ['@aws-lambda-powertools/logger'], exports: ['Logger'], label: 'Powertools Logger', writes: 'json' },
  { packages: ['@dazn/lambda-powertools-logger', 'lambda-log'], exports: ['*'], label: 'a Lambda logger', writes: 'json' },
  {
    packages: ['firebase-functions', 'firebase-functions/logger'],
    exports: ['logger', '*'],
    label: 'the logger of Firebase',
    writes: 'json',
  },
  {
    packages: ['@google-cloud/logging', '@google-cloud/logging-bunyan', '@google-cloud/logging-winston'],
    exports: ['*'],
    label: 'Google Cloud Logging',
    writes: 'json',
  },
  { packages: ['@opentelemetry/api-logs'], exports: ['logs'], label: 'OpenTelemetry logs', writes: 'json', correlates: true },
  { packages: ['@nestjs/common'], exports: ['Logger', 'ConsoleLogger'], label: 'the logger of NestJS', writes: 'nest' },
  { packages: ['nest-winston'], exports: ['WinstonModule'], label: 'nest-winston', writes: 'winston' },
  {
    packages: ['fastify'],
    exports: ['default', 'fastify', 'Fastify', 'FastifyRequest', 'FastifyInstance', 'FastifyReply'],
    label: 'the logger of Fastify',
    writes: 'fastify',
    through: ['log'],
  },
  {
    packages: ['@azure/functions'],
    exports: ['InvocationContext', 'Context'],
    label: 'the context of Azure Functions',
    writes: 'text',
    correlates: true,
  },
  {
    packages: ['probot'],
    exports: ['Probot', 'Context'],
    label: 'the logger of Probot',
    writes: 'json',
    correlates: true,
    through: ['log'],
  },
  { packages: ['@slack/bolt', '@slack/logger'], exports: ['App', 'Logger', 'ConsoleLogger'], label: 'the logger of Bolt', writes: 'bolt' },
  {
    packages: ['@mastra/loggers', '@mastra/core/logger', '@mastra/core'],
    exports: ['PinoLogger', 'ConsoleLogger', 'createLogger'],
    label: 'the logger of Mastra',
    writes: 'mastra',
  },
  {
    packages: ['@sentry/node', '@sentry/nextjs', '@sentry/core', '@sentry/bun', '@sentry/cloudflare'],
    exports: ['logger'],
    label: 'the logger of Sentry',
    writes: 'json',
    correlates: true,
  },
  { packages: ['@logtape/logtape'], exports: ['getLogger'], label: 'logtape', writes: 'text' },
  { packages: ['@elizaos/core'], exports: ['logger', 'elizaLogger'], label: 'the logger of ElizaOS', writes: 'text' },
  ...PYTHON_LOG_LIBRARIES,
];

/** Methods that write a line, with the level of it. `debug` is off unless somebody switches it on. */
export const LEVELS: Readonly<Record<string, 'debug' | 'info' | 'warn' | 'error'>> = {
  trace: 'debug',
  debug: 'debug',
  verbose: 'debug',
  silly: 'debug',
  log: 'info',
  info: 'info',
  http: 'info',
  notice: 'info',
  success: 'info',
  event: 'info',
  start: 'info',
  ready: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  exception: 'error',
  fatal: 'error',
  critical: 'error',
  emerg: 'error',
  alert: 'error',
};

/** Methods of the console that print a line. */
export const CONSOLE = new Set(['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table']);

/** Functions that turn a value into JSON. */
export const STRINGIFIERS: ReadonlySet<string> = new Set([
  'safe-stable-stringify',
  'fast-safe-stringify',
  'json-stringify-safe',
  'fast-json-stable-stringify',
  'superjson',
]);

/** Packages whose functions make an id that nobody had before. */
export const ID_MAKERS: ReadonlySet<string> = new Set([
  'crypto',
  'node:crypto',
  'uuid',
  'nanoid',
  'ulid',
  'ulidx',
  'cuid',
  '@paralleldrive/cuid2',
  'short-uuid',
  'uuidv7',
  'hyperid',
  'ksuid',
  '@lukeed/uuid',
]);

/** Headers in which a platform or a proxy gives every request an id. */
export const ID_HEADERS =
  /^(?:x-request-id|x-correlation-id|x-trace-id|x-vercel-id|cf-ray|x-cloud-trace-context|x-amzn-trace-id|x-amzn-requestid|traceparent|x-b3-traceid|fly-request-id|x-ms-request-id)$/i;

/** Packages that keep something for the length of a request, where a logger can read it. */
export const CONTEXT_PACKAGES: ReadonlySet<string> = new Set([
  'cls-rtracer',
  'nestjs-cls',
  'express-http-context',
  'cls-hooked',
  '@fastify/request-context',
  'hono/context-storage',
  'py:asgi_correlation_id',
  'py:starlette_context',
]);
