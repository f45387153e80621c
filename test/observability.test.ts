// Logs, ids of requests, traces and metrics, each beside something that looks like it and does nothing.
import { describe, expect, test } from 'vitest';
import type { Facts } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { type Files, openShelf } from './support/lay-out.ts';

const shelf = openShelf('observability');
const factsOf = async (files: Files): Promise<Facts> => (await scan(shelf.layOut(files), () => {})).facts;

const OPENAI = `import OpenAI from 'openai';\nconst client = new OpenAI();\n`;
/** An agent that says something between the question and the answer. */
const agent = (head: string, line: string): string =>
  `${head}\n${OPENAI}export async function POST(request: Request) {
  const { messages, session } = await request.json();
  const completion = await client.chat.completions.create({ model: 'gpt-5', messages });
  const answer = completion.choices[0]?.message.content ?? '';
  ${line}
  return Response.json({ answer });
}\n`;

const first = async (head: string, line: string, more: Readonly<Record<string, string>> = {}) =>
  (await factsOf({ 'agent.ts': agent(head, line), ...more }))['log-call'][0];

describe('what a logger writes', () => {
  const cases: readonly (readonly [string, string, string, 'yes' | 'no' | 'partial' | 'unknown'])[] = [
    ['console', '', `console.log('done');`, 'no'],
    ['pino', `import pino from 'pino';\nconst log = pino();`, `log.info('done');`, 'yes'],
    [
      'pino-pretty in production',
      `import pino from 'pino';\nconst log = pino({ transport: { target: 'pino-pretty' } });`,
      `log.info('done');`,
      'partial',
    ],
    [
      'pino-pretty outside of production only',
      `import pino from 'pino';\nconst dev = process.env.NODE_ENV !== 'production';\nconst log = pino({ ...(dev && { transport: { target: 'pino-pretty' } }) });`,
      `log.info('done');`,
      'yes',
    ],
    [
      'winston',
      `import winston from 'winston';\nconst log = winston.createLogger({ transports: [new winston.transports.Console()] });`,
      `log.info('done');`,
      'yes',
    ],
    [
      'winston in plain text',
      `import winston from 'winston';\nconst log = winston.createLogger({ format: winston.format.combine(winston.format.timestamp(), winston.format.simple()) });`,
      `log.info('done');`,
      'partial',
    ],
    [
      'winston whose console has a format of its own',
      `import winston from 'winston';\nconst { format } = winston;\nconst log = winston.createLogger({ format: format.json(), transports: [new winston.transports.Console({ format: format.simple() })] });`,
      `log.info('done');`,
      'partial',
    ],
    ['tslog', `import { Logger } from 'tslog';\nconst log = new Logger({ type: 'json' });`, `log.info('done');`, 'yes'],
    ['tslog as it comes', `import { Logger } from 'tslog';\nconst log = new Logger();`, `log.info('done');`, 'partial'],
    ['consola', `import { consola } from 'consola';`, `consola.info('done');`, 'partial'],
    ['bunyan', `import bunyan from 'bunyan';\nconst log = bunyan.createLogger({ name: 'a' });`, `log.info('done');`, 'yes'],
    ['NestJS', `import { Logger } from '@nestjs/common';\nconst log = new Logger('a');`, `log.log('done');`, 'partial'],
    ['JSON on the console', '', `console.log(JSON.stringify({ level: 'info', message: 'done' }));`, 'yes'],
    ['a template that looks like JSON', '', `console.log(\`{"level":"info","message":"\${answer.length}"}\`);`, 'no'],
    ['JSON among words', '', `console.log(\`done \${JSON.stringify({ n: 1 })}\`);`, 'no'],
    [
      'a function of the repository that writes JSON',
      `function log(level: string, message: string) { console.log(JSON.stringify({ level, message, time: Date.now() })); }`,
      `log('info', 'done');`,
      'yes',
    ],
    [
      'a function of the repository with levels',
      `const log = (level: string, message: string) => console.log(\`[\${level}] \${message}\`);`,
      `log('info', 'done');`,
      'partial',
    ],
    [
      'a function of the repository without levels',
      `const say = (message: string) => console.log(message);\nconst logLine = say;`,
      `logLine('done');`,
      'no',
    ],
    [
      'a class of the repository with levels',
      `class Log { info(m: string) { console.log('INFO', m); } error(m: string) { console.error('ERROR', m); } }\nconst log = new Log();`,
      `log.info('done');`,
      'partial',
    ],
    [
      'JSON only when a variable says so',
      `const json = process.env.LOG_FORMAT === 'json';\nconst logLine = (level: string, m: string) => console.log(json ? JSON.stringify({ level, m }) : level + m);`,
      `logLine('info', 'done');`,
      'partial',
    ],
    [
      'Fastify, which logs nothing as it comes',
      `import Fastify from 'fastify';\nconst app = Fastify();`,
      `app.log.info('done');`,
      'partial',
    ],
    ['Fastify with its logger', `import Fastify from 'fastify';\nconst app = Fastify({ logger: true });`, `app.log.info('done');`, 'yes'],
  ];
  test.each(cases)('%s', async (_name, head, line, structured) => {
    expect(await first(head, line)).toMatchObject({ structured, reach: 'on-path' });
  });

  test('a logger that the agent does not import is a logger, and no line', async () => {
    const facts = await factsOf({
      'agent.ts': agent('', ''),
      'log.ts': `import pino from 'pino';\nexport const log = pino();\nlog.info('up');`,
    });
    expect(facts.logger).toMatchObject([{ label: 'pino', structured: 'yes' }]);
    expect(facts['log-call']).toEqual([]);
  });

  test('a logger that is handed on, in an object and from call to call, is the one that was made', async () => {
    const head = `import pino from 'pino';
const log = pino();
function note({ logger, text }: { logger: pino.Logger; text: string }) { logger.info(text); }
function report(options: { logger: pino.Logger }) { const text = 'done'; note({ ...options, text }); }`;
    expect(await first(head, 'const options = { logger: log }; report(options);')).toMatchObject({
      label: 'pino',
      structured: 'yes',
      reach: 'on-path',
    });
  });

  test('a line in the handler of another route is not on the way', async () => {
    const routes = `import express from 'express';\n${OPENAI}const app = express();
function health(request: unknown, response: any) { console.log('health'); response.end(); }
async function chat(request: any, response: any) {
  console.log('chat');
  response.json(await client.chat.completions.create({ model: 'gpt-5', messages: request.body.messages }));
}
export function start() { app.get('/health', health); app.post('/chat', chat); app.use((request, response, next) => { console.log('any'); next(); }); }
start();`;
    const lines = (await factsOf({ 'agent.ts': routes }))['log-call'];
    expect(new Set(lines.map(line => line.location.line))).toEqual(new Set([7, 10]));
  });

  test('what a logger of the repository prints inside is no line of its own', async () => {
    const facts = await factsOf({
      'agent.ts': agent(`function log(level: string, m: string) { console.log(level, m); }`, `log('info', 'done');`),
    });
    expect(facts['log-call'].map(line => line.location.line)).toEqual([8]);
  });

  test('a line of code that no request runs is none', async () => {
    const facts = await factsOf({ 'agent.ts': `${agent('', '')}export function unused() { console.log('never'); }` });
    expect(facts['log-call']).toEqual([]);
  });
});

describe('what a line carries', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['the messages', 'console.log(messages);', 'the messages of the conversation'],
    ['the messages in an object', `console.log('asked', { messages });`, 'the messages of the conversation'],
    ['the messages as JSON', 'console.log(JSON.stringify(messages, null, 2));', 'the messages of the conversation'],
    ['the answer', 'console.log(answer);', 'the answer of the model'],
    ['the start of the answer', `console.log(\`said \${answer.slice(0, 80)}\`);`, 'the answer of the model'],
    ['the whole response', 'console.log(completion);', 'the answer of the model'],
    ['a length', 'console.log(messages.length, answer.length);', undefined],
    ['token counts', 'console.log(completion.usage, completion.model, completion.id);', undefined],
    ['an id of the request', 'console.log(session);', undefined],
    ['the roles', 'console.log(messages.map(m => m.role));', undefined],
    ['whether there is an answer', 'console.log({ answered: !!answer });', undefined],
  ];
  test.each(cases)('%s', async (_name, line, carries) => {
    expect((await first('', line))?.carries).toBe(carries);
  });

  test('the body of a request', async () => {
    const facts = await factsOf({
      'agent.ts': `import express from 'express';\n${OPENAI}const app = express();
app.post('/chat', async (req, res) => {
  console.log(req.body);
  console.log(req.body.user);
  console.log('asked', req.body.text);
  const completion = await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: req.body.text }] });
  res.json(completion.choices[0]);
});`,
    });
    expect(facts['log-call'].map(line => line.carries !== undefined)).toEqual([true, false, true]);
  });

  test('through a function that logs on', async () => {
    const line = await first('function note(text: string) { console.log(text); }', 'note(answer);');
    expect(line?.carries).toBe('the answer of the model');
  });

  test('printed to the one who asked at a terminal', async () => {
    const talk = (head: string): string => `${head}\n${OPENAI}const rl = createInterface({ input: process.stdin });
async function main() {
  const completion = await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: await rl.question('> ') }] });
  console.log(completion.choices[0]?.message.content);
}
main();`;
    const atTerminal = await factsOf({ 'cli.ts': talk(`import { createInterface } from 'node:readline/promises';`) });
    expect(atTerminal['log-call'].map(line => line.carries)).toEqual([undefined]);
    const elsewhere = await factsOf({ 'cli.ts': talk(`import { createInterface } from './queue.ts';`) });
    expect(elsewhere['log-call'].map(line => line.carries)).toEqual(['the answer of the model']);
  });

  test('in an error branch, or when debugging', async () => {
    const facts = await factsOf({
      'agent.ts': `import pino from 'pino';\nconst log = pino();\n${OPENAI}export async function POST(request: Request) {
  const { messages } = await request.json();
  log.debug({ messages });
  if (process.env.DEBUG) log.info({ messages });
  try {
    return Response.json(await client.chat.completions.create({ model: 'gpt-5', messages }));
  } catch (error) {
    log.error({ error, messages });
    throw error;
  }
}`,
    });
    expect(facts['log-call'].map(({ level, onError }) => [level, onError])).toEqual([
      ['debug', false],
      ['debug', false],
      ['error', true],
    ]);
  });

  test('in a function that is called where something failed, and nowhere else', async () => {
    const line = async (more: string): Promise<unknown> =>
      (
        await factsOf({
          'agent.ts': `import pino from 'pino';\nconst log = pino();\n${OPENAI}function fail(error: unknown) { log.warn({ error }, 'failed'); }
export async function POST(request: Request) {
  ${more}
  try { return Response.json(await client.chat.completions.create({ model: 'gpt-5', messages: [] })); } catch (error) { fail(error); }
}`,
        })
      )['log-call'][0];
    expect(await line('')).toMatchObject({ onError: true });
    expect(await line('fail(request);')).toMatchObject({ onError: false });
  });

  const PINO = `import pino from 'pino';\nconst log = pino();`;
  test('a level that is chosen in the call', async () => {
    expect(await first(PINO, `log[answer === '' ? 'warn' : 'error']('done');`)).toMatchObject({ level: 'warn', label: 'pino' });
    expect(await first(PINO, `log['error']('done');`)).toMatchObject({ level: 'error' });
    // Shown when it matters whether it leaks, and not counted as an error that is written down.
    expect(await first(PINO, `log[answer ? 'debug' : 'info'](answer);`)).toMatchObject({ level: 'info', carries: expect.any(String) });
    expect(await first(PINO, `log[answer]('done');`)).toBeUndefined();
  });

  const types = (kind: string): Readonly<Record<string, string>> => ({
    'types.ts': `export type Kind = ${kind};\nexport class Budget { #left = 1; get left(): number { return this.#left; } }\nexport interface Made { readonly flavour: Kind; readonly said: string }`,
  });
  test.each<[string, string, string, boolean]>([
    ['a choice among words', `'a' | 'b' | undefined`, 'flavour: made.flavour, left: budget.left', false],
    ['any text', `'a' | (string & {})`, 'flavour: made.flavour, left: budget.left', true],
    ['a template', '`a $' + '{string}`', 'flavour: made.flavour', true],
    ['a text beside it', `'a' | 'b'`, 'flavour: made.flavour, said: made.said', true],
  ])('what types tell: %s', async (_name, kind, fields, opaque) => {
    const line = await first(
      `import type { Made } from './types.ts';\nimport { Budget } from './types.ts';\n${PINO}\ndeclare function make(): Made;`,
      `const made: Made = make(); const budget = new Budget(); log.info({ ${fields} }, 'done');`,
      types(kind),
    );
    expect(line?.opaque ?? false).toBe(opaque);
  });

  test('debug lines of a logger that is set to debug, and of the console, are written', async () => {
    expect(await first(`import pino from 'pino';\nconst log = pino({ level: 'debug' });`, 'log.debug(answer);')).toMatchObject({
      level: 'info',
    });
    expect(await first('', 'console.debug(answer);')).toMatchObject({ level: 'info' });
  });

  test('a field that pino hides', async () => {
    const line = await first(`import pino from 'pino';\nconst log = pino({ redact: ['messages'] });`, 'log.info({ messages });');
    expect(line).toMatchObject({ redacts: 'the fields messages' });
    expect(line?.carries).toBeUndefined();
  });
});

describe('an id of the request', () => {
  const PINO = `import { randomUUID } from 'node:crypto';\nimport pino from 'pino';\nconst base = pino();\n`;
  const cases: readonly (readonly [string, string, string, 'yes' | 'no'])[] = [
    ['a child for each request', PINO, 'const log = base.child({ requestId: randomUUID() }); log.info("done");', 'yes'],
    ['on the line itself', PINO, 'const requestId = randomUUID(); base.info({ requestId }, "done");', 'yes'],
    ['from a header', PINO, 'const log = base.child({ id: request.headers.get("x-request-id") }); log.info("done");', 'yes'],
    [
      'the one of the trace, taken out of its span',
      `${PINO}import { trace } from '@opentelemetry/api';`,
      'const { traceId } = trace.getTracer("a").startSpan("r").spanContext(); base.info({ traceId }, "done");',
      'yes',
    ],
    [
      'another part of a span',
      `${PINO}import { trace } from '@opentelemetry/api';`,
      'const { traceFlags: traceId } = trace.getTracer("a").startSpan("r").spanContext(); base.info({ traceId }, "done");',
      'no',
    ],
    ['one for the whole process', `${PINO}const id = randomUUID();`, 'const log = base.child({ id }); log.info("done");', 'no'],
    ['one in a variable of the module', `${PINO}let id = '';`, 'id = randomUUID(); base.info({ id }, "done");', 'no'],
    ['an id of a session', PINO, 'base.info({ session }, "done");', 'no'],
    ['an id of a session that may be new', PINO, 'const id = session ?? randomUUID(); base.info({ id }, "done");', 'no'],
    ['a key for the database', PINO, 'const key = randomUUID(); await db.insert({ key, answer }); base.info("done");', 'no'],
    ['a header of the response only', PINO, 'const headers = { "x-request-id": randomUUID() }; base.info("done");', 'no'],
  ];
  test.each(cases)('%s', async (_name, head, line, correlated) => {
    expect(await first(head, line)).toMatchObject({ correlated });
  });

  const STORE = (run: string): Readonly<Record<string, string>> => ({
    'log.ts': `import { AsyncLocalStorage } from 'node:async_hooks';
import pino from 'pino';
export const store = new AsyncLocalStorage<{ id: string }>();
export const log = pino({ mixin: () => ({ id: store.getStore()?.id }) });`,
    'agent.ts': `import { randomUUID } from 'node:crypto';\nimport { log, store } from './log.ts';\n${OPENAI}async function reply(messages: []) {
  log.info('asked');
  return client.chat.completions.create({ model: 'gpt-5', messages });
}
export const POST = async (request: Request) => ${run};`,
  });
  test('a context that is entered with a fresh id, and read by the logger', async () => {
    const facts = await factsOf(STORE('store.run({ id: randomUUID() }, async () => Response.json(await reply(await request.json())))'));
    expect(facts['log-call'][0]).toMatchObject({ correlated: 'yes' });
  });
  test('a context that nobody enters', async () => {
    const facts = await factsOf(STORE('Response.json(await reply(await request.json()))'));
    expect(facts['log-call'][0]).toMatchObject({ correlated: 'no' });
  });
});

describe('telemetry', () => {
  const SDK = (options: string, after = '.start()'): string => `import { NodeSDK } from '@opentelemetry/sdk-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { ConsoleSpanExporter } from '@opentelemetry/sdk-trace-node';
const url = 'https://traces.example.com/v1/traces';
const sdk = new NodeSDK({ ${options} })${after};\n`;
  const AGENT = { 'agent.ts': `import './telemetry.ts';\n${agent('', '')}` };
  const started = async (telemetry: string, more: Readonly<Record<string, string>> = AGENT) =>
    (await factsOf({ 'telemetry.ts': telemetry, ...more })).telemetry;

  test('started by an import, with an exporter', async () => {
    expect(await started(SDK('traceExporter: new OTLPTraceExporter({ url })'))).toMatchObject([{ reach: 'on-path', exports: 'yes' }]);
  });
  test('made and never started', async () => {
    expect(await started(SDK('traceExporter: new OTLPTraceExporter({ url })', ''))).toEqual([]);
  });
  test('printing to the console only', async () => {
    expect(await started(SDK('traceExporter: new ConsoleSpanExporter()'))).toMatchObject([{ exports: 'no' }]);
  });
  test('in a module that nobody loads', async () => {
    expect(await started(SDK('traceExporter: new OTLPTraceExporter({ url })'), { 'agent.ts': agent('', '') })).toMatchObject([
      { reach: 'unconnected' },
    ]);
  });
  test('loaded by --import', async () => {
    const more = { 'agent.ts': agent('', ''), 'package.json': '{ "scripts": { "start": "node --import ./telemetry.ts agent.ts" } }' };
    expect(await started(SDK('traceExporter: new OTLPTraceExporter({ url })'), more)).toMatchObject([{ reach: 'on-path' }]);
  });
  test('behind a variable that nothing sets, also in the caller', async () => {
    const guarded = `export function trace() {\n${SDK('traceExporter: new OTLPTraceExporter({ url })').replace(/import .*\n/g, '')}}\nif (process.env.TRACING === 'on') trace();`;
    const imports =
      SDK('')
        .match(/import .*\n/g)
        ?.join('') ?? '';
    expect(await started(imports + guarded)).toMatchObject([{ offUnless: 'TRACING is not set' }]);
    const deployed = { ...AGENT, Dockerfile: 'FROM node:22\nENV TRACING=on\nCMD ["node", "agent.js"]' };
    const set = await started(imports + guarded, deployed);
    expect(set[0]?.offUnless).toBeUndefined();
    const commented = { ...AGENT, Dockerfile: 'FROM node:22\n# ENV TRACING=on\nCMD ["node", "agent.js"]' };
    expect((await started(imports + guarded, commented))[0]?.offUnless).toBe('TRACING is not set');
  });
  test('patching modules after the client is loaded', async () => {
    const telemetry = SDK('instrumentations: [http], traceExporter: new OTLPTraceExporter({ url })');
    const before = { 'agent.ts': agent('', ''), 'server.ts': `import './telemetry.ts';\nimport { POST } from './agent.ts';\nserve(POST);` };
    const after = { 'agent.ts': agent('', ''), 'server.ts': `import { POST } from './agent.ts';\nimport './telemetry.ts';\nserve(POST);` };
    expect((await started(telemetry, before))[0]?.late).toBeUndefined();
    expect((await started(telemetry, after))[0]?.late).toMatch(/agent/);
  });
  test('a dependency, and a comment, start nothing', async () => {
    const facts = await factsOf({
      'agent.ts': `// import { NodeSDK } from '@opentelemetry/sdk-node';\n// new NodeSDK().start();\n${agent('', '')}`,
      'package.json': '{ "dependencies": { "@opentelemetry/sdk-node": "0.208.0", "openai": "6.49.0" } }',
    });
    expect(facts.telemetry).toEqual([]);
  });
  test('Sentry times requests only when asked to', async () => {
    const init = (options: string): string =>
      `import * as Sentry from '@sentry/node';\nSentry.init({ dsn: process.env.SENTRY_DSN${options} });`;
    expect((await started(init('')))[0]?.sees).toEqual(['errors']);
    expect((await started(init(', tracesSampleRate: 0')))[0]?.sees).toEqual(['errors']);
    expect((await started(init(', tracesSampleRate: 0.1')))[0]?.sees).toContain('latency');
    expect((await started(init(`, enabled: process.env.NODE_ENV === 'development'`)))[0]?.offUnless).toBeDefined();
  });
  test('in the browser', async () => {
    const facts = await factsOf({
      'instrumentation-client.ts': `import * as Sentry from '@sentry/nextjs';\nSentry.init({ dsn: 'x' });`,
      'agent.ts': agent('', ''),
    });
    expect(facts.telemetry).toMatchObject([{ reach: 'unconnected' }]);
  });

  const AI = (options: string): string => `import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
export const reply = (prompt: string) => generateText({ model: openai('gpt-5'), prompt, ${options} });`;
  const ai = async (options: string) =>
    (
      await factsOf({
        'agent.ts': AI(options),
        'instrumentation.ts': `import { registerOTel } from '@vercel/otel';\nexport function register() { registerOTel({ serviceName: 'a' }); }`,
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      })
    ).telemetry.filter(one => one.label === 'the telemetry of the AI SDK');
  test('the telemetry of the AI SDK, with and without content', async () => {
    expect((await ai('experimental_telemetry: { isEnabled: true }'))[0]?.sees).toContain('content');
    expect((await ai('experimental_telemetry: { isEnabled: true, recordInputs: false }'))[0]?.sees).toContain('content');
    expect((await ai('experimental_telemetry: { isEnabled: true, recordInputs: false, recordOutputs: false }'))[0]?.sees).not.toContain(
      'content',
    );
    expect(await ai('experimental_telemetry: { isEnabled: false }')).toEqual([]);
    expect((await ai('experimental_telemetry: { isEnabled: !!process.env.TRACE }'))[0]?.offUnless).toBe('TRACE is not set');
    expect((await ai(`experimental_telemetry: { isEnabled: process.env.NODE_ENV === 'production' }`))[0]?.offUnless).toBeUndefined();
  });
  test('a proxy that meters', async () => {
    const facts = await factsOf({
      'agent.ts': agent('', '').replace('new OpenAI()', `new OpenAI({ baseURL: 'https://oai.helicone.ai/v1' })`),
    });
    expect(facts.telemetry).toMatchObject([{ label: 'Helicone', reach: 'on-path', exports: 'yes' }]);
  });
});

describe('metrics', () => {
  const metric = async (head: string, line: string, more: Readonly<Record<string, string>> = {}) =>
    (await factsOf({ 'agent.ts': agent(head, line), ...more })).metric[0];
  const PROM = `import { Counter, Gauge, Histogram } from 'prom-client';\n`;

  test('a histogram of times', async () => {
    const head = `${PROM}const h = new Histogram({ name: 'reply_seconds', help: '', buckets: [1, 60] });`;
    expect(await metric(head, 'const started = Date.now(); h.observe((Date.now() - started) / 1000);')).toMatchObject({
      name: 'reply_seconds',
      sort: 'histogram',
      reach: 'on-path',
      buckets: [1, 60],
      measures: 'time',
      unit: 1,
    });
  });
  test('a histogram that is never given a number', async () => {
    expect(await metric(`${PROM}const h = new Histogram({ name: 'a', help: '' });`, '')).toMatchObject({ reach: 'unconnected' });
  });
  test('a timer that is never ended', async () => {
    expect(
      (await metric(`${PROM}const h = new Histogram({ name: 'a', help: '' });`, 'const end = h.startTimer();'))?.measures,
    ).toBeUndefined();
  });
  test('a histogram of something else', async () => {
    expect(
      (await metric(`${PROM}const h = new Histogram({ name: 'latency', help: '' });`, 'h.observe(answer.length);'))?.measures,
    ).toBeUndefined();
  });
  test('an instrument of OpenTelemetry', async () => {
    const head = `import { metrics } from '@opentelemetry/api';\nconst h = metrics.getMeter('a').createHistogram('reply', { unit: 'ms' });`;
    expect(await metric(head, 'const t = performance.now(); h.record(performance.now() - t, { route: "chat" });')).toMatchObject({
      name: 'reply',
      measures: 'time',
      unit: 0.001,
      labels: ['route'],
    });
  });
  test('a counter in another module', async () => {
    const more = { 'metrics.ts': `${PROM}export const replies = new Counter({ name: 'replies_total', help: '', labelNames: ['model'] });` };
    expect(await metric(`import { replies } from './metrics.ts';`, 'replies.inc({ model: completion.model });', more)).toMatchObject({
      name: 'replies_total',
      reach: 'on-path',
      labels: ['model'],
    });
  });
});

describe('repositories made to break us', () => {
  test('loggers, conditions and texts that mean each other', async () => {
    const facts = await factsOf({
      'agent.ts': agent(
        `import pino from 'pino';
const a = process.env.X ? b : a;
const b = a && b;
const log = pino({ transport: b, mixin: () => mix() });
function mix() { return mix(); }
function logOne(m: string) { logTwo(m); }
function logTwo(m: string) { logOne(m); }`,
        'log.info(a); logOne(answer); logTwo(answer);',
      ),
    });
    expect(facts['model-call']).toHaveLength(1);
  });
  test('a thousand lines, and deep nesting', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `console.log('line', ${i}, messages);`).join('\n');
    const deep = `console.log(${'['.repeat(400)}answer${']'.repeat(400)});`;
    const sum = `console.log(${'answer + '.repeat(3000)}'');`;
    const started = performance.now();
    const facts = await factsOf({ 'agent.ts': agent('', `${lines}\n${deep}\n${sum}`) });
    expect(facts['log-call'].length).toBeGreaterThan(900);
    expect(performance.now() - started).toBeLessThan(5000);
  });
  test('conditions that double at every step', async () => {
    const chain = Array.from({ length: 40 }, (_, i) => `const c${i + 1} = process.env.A${i} ? [c${i}, c${i}] : c${i} || c${i};`).join('\n');
    const started = performance.now();
    const facts = await factsOf({
      'agent.ts': agent(`import pino from 'pino';\nconst c0 = {};\n${chain}\nconst log = pino(c40);`, 'if (c40) log.info(c40);'),
    });
    expect(facts['model-call']).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
