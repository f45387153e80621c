// OpenAI Agents SDK for JavaScript: `@openai/agents` and the packages that it consists of.
import { defineSdk, NOTHING, TRANSIENT } from '../core/index.ts';

// The agent is the first argument; its construction options stand where the body of a request stands elsewhere.
const PLACES = { body: 'new 0', input: 1, request: 2 } as const;
// An own OpenAI client reaches a run inside the model of the agent, or inside the provider of the runner.
const CLIENTS = ['body.model', 'client.modelProvider.openAIClient'];

export const sdk = defineSdk({
  id: 'openai-agents',
  title: 'OpenAI Agents SDK',
  layer: 'framework',
  provider: 'openai',
  code: {
    packages: ['@openai/agents', '@openai/agents-core', '@openai/agents-openai', '@openai/agents-realtime', '@openai/agents-extensions'],
    version: '@openai/agents',
    produces: [
      { role: 'agent', by: 'new', exports: ['Agent'] },
      { role: 'agent', by: 'call', exports: ['Agent.create'] },
      { role: 'agent', by: 'call', on: 'agent', members: ['clone'], carries: ['agent'] },
      { role: 'runner', by: 'new', exports: ['Runner'] },
      { role: 'provider', by: 'new', exports: ['OpenAIProvider'] },
      // The first argument is the OpenAI client or the AI SDK model that does the work.
      { role: 'model', by: 'new', exports: ['OpenAIChatCompletionsModel', 'OpenAIResponsesModel', 'AiSdkModel'] },
      { role: 'model', by: 'call', exports: ['aisdk'] },
    ],
    calls: [
      {
        member: 'run',
        kind: 'agent-run',
        streaming: 'option',
        streamOption: 'request.stream',
        places: PLACES,
        loops: true,
      },
      {
        on: 'runner',
        member: 'run',
        kind: 'agent-run',
        streaming: 'option',
        streamOption: 'request.stream',
        places: PLACES,
        loops: true,
      },
    ],
  },
  retries: {
    // modelSettings.retry adds rounds of its own, but only where its policy says so, which cannot be read; without a policy it
    // does nothing. The retries of the openai package hold for the first round in any case, so it is left out.
    options: CLIENTS.map(client => ({ at: `${client}.maxRetries` })),
    defaults: [
      {
        provider: '@openai/agents-extensions',
        count: 0,
        on: NOTHING,
        backoff: 'none',
        retryAfter: 'no',
        caveat: 'a model of the AI SDK is called directly here, without the retries of generateText',
      },
      { count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    options: [
      { at: 'request.signal' },
      { at: 'body.modelSettings.timeoutMs', range: '>=0.17.2' },
      { at: 'client.modelSettings.timeoutMs', range: '>=0.17.2' },
      ...CLIENTS.map(client => ({ at: `${client}.timeout` })),
    ],
    dead: [
      {
        at: 'body.modelSettings.timeoutMs',
        range: '<=0.15.0',
        why: 'this version does not know it; give the run a signal: AbortSignal.timeout(ms), or the OpenAI client a timeout',
      },
    ],
    defaults: [{ ms: 600_000 }],
  },
  outputCap: {
    options: [{ at: 'body.modelSettings.maxTokens' }, { at: 'client.modelSettings.maxTokens' }],
    dead: [
      { at: 'body.maxTokens', why: 'an Agent takes it inside modelSettings' },
      { at: 'body.modelSettings.maxOutputTokens', why: 'this SDK names it maxTokens' },
      { at: 'body.modelSettings.max_tokens', why: 'this SDK names it maxTokens' },
    ],
  },
  loop: {
    options: [{ at: 'request.maxTurns' }],
    dead: [
      { at: 'body.maxTurns', why: 'an Agent ignores it; it belongs into the third argument of run()' },
      { at: 'client.maxTurns', why: 'a Runner ignores it; it belongs into the third argument of run()' },
    ],
    defaults: [{ kind: 'bounded', bound: 10 }],
  },
  model: ['client.model', 'body.model'],
  source:
    '@openai/agents 0.20.0, requests counted against a local server; agents-core 0.1.0 to 0.20.0, agents-openai 0.20.0 and agents-extensions 0.18.0 read',
});
