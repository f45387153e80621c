// Azure AI Inference for Python: `azure.ai.inference`.
import { type CallShape, defineSdk, TRANSIENT } from '../../core/index.ts';

export const sdk = defineSdk({
  id: 'azure-ai-inference',
  title: 'Azure AI Inference (Python)',
  layer: 'sdk',
  provider: 'azure',
  language: 'python',
  code: {
    packages: ['py:azure.ai.inference'],
    produces: [
      { role: 'chat', by: 'new', exports: ['ChatCompletionsClient', 'aio.ChatCompletionsClient'] },
      { role: 'embeddings', by: 'new', exports: ['EmbeddingsClient', 'ImageEmbeddingsClient', 'aio.EmbeddingsClient'] },
    ],
    calls: [
      { on: 'chat', member: 'complete', kind: 'chat', streaming: 'option', positional: ['body'] },
      { on: 'embeddings', member: 'embed', kind: 'embedding', streaming: 'no' } satisfies CallShape,
    ],
  },
  retries: {
    options: [{ at: 'client.retry_status' }, { at: 'client.retry_total' }],
    // Three for answers that ask for it, ten in all.
    defaults: [{ count: 3, on: { ...TRANSIENT, overload: 'no' }, backoff: 'exponential', retryAfter: 'yes' }],
  },
  timeout: {
    options: [
      { at: 'request.read_timeout', unit: 's' },
      { at: 'client.read_timeout', unit: 's' },
    ],
    defaults: [{ ms: 300_000 }],
  },
  outputCap: { options: [{ at: 'body.max_tokens' }, { at: 'client.max_tokens' }, { at: 'body.model_extras.max_completion_tokens' }] },
  model: ['body.model', 'client.model'],
  source: 'azure-ai-inference 1.0.0b9 and azure-core as documented',
});
