// The language model API of Visual Studio Code: models that the editor lends to its extensions.
import { defineSdk, NOTHING } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'vscode-lm',
  title: 'VS Code language model API',
  layer: 'sdk',
  provider: 'any',
  code: {
    packages: ['vscode'],
    produces: [
      { role: 'models', by: 'call', exports: ['lm.selectChatModels'] },
      { role: 'model', by: 'new', exports: ['LanguageModelChat'] },
      { role: 'request', by: 'new', exports: ['ChatRequest'] },
    ],
    calls: [
      { on: 'models', member: '[].sendRequest', kind: 'chat', streaming: 'yes' },
      { on: 'model', member: 'sendRequest', kind: 'chat', streaming: 'yes' },
      { on: 'request', member: 'model.sendRequest', kind: 'chat', streaming: 'yes' },
    ],
  },
  // The editor hands the request on and throws what comes back; the cancellation token is the user's.
  retries: { options: [], defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'unknown' }] },
  timeout: { options: [], defaults: [{ ms: null }] },
  outputCap: { options: [{ at: 'request.modelOptions.max_tokens' }, { at: 'request.modelOptions.maxTokens' }] },
  source: '@types/vscode 1.104, read; not run',
});
