// The service: POST /chat and /chat/stream for callers, /approvals for colleagues, /health and /metrics for machines.
import { flushTraces } from './telemetry.ts';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { propagation, ROOT_CONTEXT, SpanStatusCode, context as spans, trace } from '@opentelemetry/api';
import { chat } from './chat.ts';
import { config, secret } from './config.ts';
import { context } from './context.ts';
import { feedbackRequest } from './guards/input.ts';
import { BodyError, goneSignal, isAuthorised, openEvents, readJson, sendJson } from './http.ts';
import { log } from './log.ts';
import { feedback, metricsPage, quota } from './metrics.ts';
import { decide, listApprovals } from './review.ts';

const CALLERS = secret('AGENT_API_TOKEN');
/** Colleagues who approve; without a token nobody can. */
const STAFF = process.env.STAFF_TOKEN === undefined ? undefined : secret('STAFF_TOKEN');
const tracer = trace.getTracer('support-agent');
quota.set(config.tokensPerDay);

async function postChat(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, ...reply } = await chat(await readJson(request), goneSignal(response));
  sendJson(response, status, reply);
}

async function postChatStream(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readJson(request);
  const send = openEvents(response);
  const { failed } = await chat(body, goneSignal(response), delta => send({ type: 'text-delta', id: '0', delta }));
  send({ type: 'finish', ...(failed === undefined ? {} : { failed }) });
  response.end('data: [DONE]\n\n');
}

async function postFeedback(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parsed = feedbackRequest.safeParse(await readJson(request));
  if (parsed.success) feedback.observe(parsed.data.score);
  sendJson(response, parsed.success ? 202 : 400, {});
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const place = `${request.method} ${pathname}`;
  if (place === 'GET /health') return sendJson(response, 200, { status: 'ok' });
  if (place === 'GET /metrics') return void response.end(await metricsPage());
  if (pathname.startsWith('/approvals')) {
    if (STAFF === undefined || !isAuthorised(request, STAFF)) return sendJson(response, 401, { error: 'Not allowed.' });
    if (place === 'GET /approvals') return sendJson(response, 200, await listApprovals());
    return sendJson(response, 200, await decide(pathname.slice('/approvals/'.length), await readJson(request)));
  }
  if (!isAuthorised(request, CALLERS)) return sendJson(response, 401, { error: 'Not allowed.' });
  if (place === 'POST /chat') return postChat(request, response);
  if (place === 'POST /chat/stream') return postChatStream(request, response);
  if (place === 'POST /feedback') return postFeedback(request, response);
  return sendJson(response, 404, { error: 'There is nothing here.' });
}

/** Gives the request its trace, which its logs, spans and reply carry, and turns what was thrown into a plain answer. */
async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parent = propagation.extract(ROOT_CONTEXT, request.headers);
  const span = tracer.startSpan('request', {}, parent);
  const traceId = span.spanContext().traceId;
  response.setHeader('x-trace-id', traceId);
  try {
    await context.run({ traceId }, () => spans.with(trace.setSpan(parent, span), () => route(request, response)));
  } catch (error) {
    if (error instanceof BodyError) return sendJson(response, error.status, { error: error.message });
    span.setStatus({ code: SpanStatusCode.ERROR });
    log.error({ trace_id: traceId, error_name: error instanceof Error ? error.name : 'unknown' }, 'request could not be handled');
    sendJson(response, 500, { error: 'Something went wrong on our side. Please try again later.' });
  } finally {
    span.end();
  }
}

const server = createServer((request, response) => void handle(request, response));
server.requestTimeout = 30_000;
server.listen(config.port, () => log.info({ port: config.port }, 'listening'));

/** Takes no new requests, lets those in hand finish, sends the last traces, and ends. */
function shutDown(): void {
  log.info('shutting down');
  setTimeout(() => process.exit(1), config.deadline + 5000).unref();
  server.close(() => void flushTraces().finally(() => process.exit(0)));
  server.closeIdleConnections();
}

process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);
