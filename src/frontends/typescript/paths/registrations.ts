// Calls that hand a function to a framework, which runs it for each request, message, job or event.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Foreign } from '../evaluator/values.ts';
import { FOR_ALL, takesHandlers } from './frameworks-python.ts';

/** Methods of routers, bots, queues, schedulers and servers that take a handler. */
const METHODS = new Set(
  (
    'get post put patch delete del head options all use route addHook ' + // Express, Fastify, Hono, Koa, Elysia
    'on once addListener addEventListener listen onMessage onText ' + // emitters, bots
    'command hears action event message mention shortcut ' + // Telegraf, grammY, Bolt
    'process work schedule cron consume subscribe eachMessage ' + // queues, schedulers
    'tool registerTool setRequestHandler resource prompt ' + // MCP servers
    'query mutation subscription handler ' + // tRPC, Convex
    'http timer storageQueue serviceBusQueue cosmosDB'
  ).split(' '), // Azure Functions
);

/** Functions that make a handler of a function. */
const MAKERS = new Set(
  'serve createServer onRequest onCall onMessagePublished onSchedule onDocumentCreated Worker defineEventHandler eventHandler createHandler http cloudEvent setInterval schedule task createFunction createStep defineTask internalAction action httpAction internalMutation'.split(
    ' ',
  ),
);

const PROMISES = new Set(['then', 'catch', 'finally']);

/** `Promise.all`, `Array.from`: names of the language itself register nothing. */
function isBuiltIn(value: Foreign): boolean {
  const [first] = value.steps;
  return value.package === '' && first?.kind === 'member' && BUILT_IN.has(first.name);
}

const BUILT_IN = new Set(['Promise', 'Array', 'Object', 'JSON', 'Reflect', 'Map', 'Set']);

/** Is the call one that registers a handler with a framework? Judged by a receiver from outside the repository and a method that takes handlers. */
export function isRegistration(ev: Evaluator, call: ts.CallExpression | ts.NewExpression): boolean {
  const callee = call.expression;
  if (isPython(call) && ev.values(callee).some(v => v.kind === 'foreign' && takesHandlers(v))) return true;
  if (tsc.isPropertyAccessExpression(callee)) {
    const name = callee.name.text;
    if (PROMISES.has(name) || !(METHODS.has(name) || MAKERS.has(name))) return false;
    const receivers = ev.values(callee.expression);
    // A receiver of the repository runs it in its own code, which is followed; anything else is a framework.
    return receivers.some(
      v =>
        (v.kind === 'foreign' && !isBuiltIn(v)) || v.kind === 'unknown' || v.kind === 'param' || v.kind === 'shape' || v.kind === 'request',
    );
  }
  if (!tsc.isIdentifier(callee) || !MAKERS.has(callee.text)) return false;
  return ev.values(callee).some(v => v.kind === 'foreign' || v.kind === 'unknown');
}

/** `app.use(limiter)`: for every route of the app. */
export function isForAll(registration: ts.Node): boolean {
  if (isPython(registration) && (tsc.isCallExpression(registration) || tsc.isNewExpression(registration))) {
    const callee = registration.expression;
    return FOR_ALL.test(tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '');
  }
  if (!tsc.isCallExpression(registration) || !tsc.isPropertyAccessExpression(registration.expression)) return false;
  const name = registration.expression.name.text;
  const first = registration.arguments[0];
  return name === 'addHook' || (name === 'use' && first !== undefined && !tsc.isStringLiteralLike(first));
}
