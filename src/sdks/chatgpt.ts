// The chatgpt package: a client with a conversation store of its own; widespread in bots of 2022 and 2023.
import { defineSdk, NOTHING } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'chatgpt',
  title: 'chatgpt',
  layer: 'sdk',
  provider: 'openai',
  code: {
    packages: ['chatgpt'],
    produces: [{ role: 'client', by: 'new', exports: ['ChatGPTAPI', 'ChatGPTUnofficialProxyAPI', 'ChatGPTAPIBrowser'] }],
    calls: [{ on: 'client', member: 'sendMessage', kind: 'chat', streaming: 'no', places: { text: 0, body: 1 } }],
  },
  retries: { options: [], defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }] },
  timeout: { options: [{ at: 'body.timeoutMs' }, { at: 'body.abortSignal' }], defaults: [{ ms: null }] },
  outputCap: { options: [{ at: 'body.completionParams.max_tokens' }, { at: 'client.completionParams.max_tokens' }] },
  model: ['body.completionParams.model', 'client.completionParams.model'],
  source: 'chatgpt 5.2.5, read: a bare fetch with p-timeout around it where timeoutMs is given',
});
