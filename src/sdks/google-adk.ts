// Agent Development Kit for TypeScript: `@google/adk`.
import { defineSdk, NOTHING } from '../core/index.ts';

// Where the agent of a runner stands: given directly, or as the root of an app. Agents below it are not reached.
const AGENTS = ['client.agent', 'client.app.rootAgent'];
const ofAgent = (path: string) => AGENTS.map(agent => ({ at: `${agent}.generateContentConfig.${path}` }));

export const sdk = defineSdk({
  id: 'google-adk',
  title: 'Agent Development Kit',
  layer: 'framework',
  provider: 'google',
  code: {
    packages: ['@google/adk'],
    produces: [
      { role: 'agent', by: 'new', exports: ['*Agent'] },
      { role: 'app', by: 'new', exports: ['App'] },
      { role: 'model', by: 'new', exports: ['Gemini', 'ApigeeLlm', 'RoutedLlm'] },
      { role: 'runner', by: 'new', exports: ['Runner', 'InMemoryRunner'] },
    ],
    calls: [
      // An API error is not thrown: it comes as an event with an errorCode.
      { on: 'runner', member: 'runAsync', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
      { on: 'runner', member: 'runEphemeral', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
      { on: 'runner', member: 'runLive', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
    ],
  },
  retries: {
    // The request is handed to @google/genai, which heeds these per request since 2.17; 1.6 was the first version read that asks for 2.x.
    options: ofAgent('httpOptions.retryOptions').flatMap(({ at }) => [
      { at: `${at}.attempts`, range: '>=1.6', counts: 'attempts' as const },
      { at, range: '>=1.6', counts: 'attempts' as const, otherwise: 5 },
    ]),
    dead: ofAgent('httpOptions.retryOptions').map(({ at }) => ({
      at,
      range: '<=0.2.5',
      why: 'the @google/genai behind this version reads it from its constructor only, and never tries again',
    })),
    defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }],
  },
  timeout: {
    options: [{ at: 'body.abortSignal', range: '>=1.6' }, ...ofAgent('httpOptions.timeout'), ...ofAgent('abortSignal')],
    dead: [{ at: 'body.abortSignal', range: '<=0.2.5', why: 'this version does not know it' }],
    defaults: [{ ms: null }],
  },
  outputCap: { options: ofAgent('maxOutputTokens') },
  loop: {
    // Zero or less means no limit at all.
    options: [{ at: 'body.runConfig.maxLlmCalls' }],
    defaults: [{ kind: 'soft', bound: 500 }],
  },
  model: AGENTS.map(agent => `${agent}.model`),
  source: '@google/adk 2.0.0, requests counted against a local server; 0.2.5 and 1.6.0 read',
});
