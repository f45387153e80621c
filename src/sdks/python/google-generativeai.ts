// The older Gemini packages of Python: google-generativeai, and generative_models of the Vertex AI SDK.
import { type CallShape, defineSdk, NOTHING, type RetriedFailures } from '../../core/index.ts';

const OLD = ['py:google.generativeai'];
// The transport below tries again what a 503 ended, for as long as its deadline allows.
const RETRIED: RetriedFailures = {
  rateLimit: 'no',
  serverError: 'unknown',
  overload: 'no',
  connection: 'unknown',
  timeout: 'no',
  clientError: 'no',
};

const asked = (on: string, name: string, positional: readonly string[]): readonly CallShape[] =>
  [name, `${name}_async`].map(member => ({ on, member, kind: 'chat', streaming: 'option', positional }));

export const sdk = defineSdk({
  id: 'google-generativeai',
  title: 'Google Generative AI SDK, deprecated (Python)',
  layer: 'sdk',
  provider: 'google',
  language: 'python',
  code: {
    packages: [...OLD, 'py:vertexai'],
    produces: [
      {
        role: 'model',
        by: 'new',
        exports: ['GenerativeModel', 'generative_models.GenerativeModel', 'preview.generative_models.GenerativeModel'],
        positional: ['model_name'],
      },
      { role: 'model', by: 'call', exports: ['GenerativeModel.from_cached_content'], positional: ['cached_content'] },
      { role: 'chat', by: 'call', on: 'model', members: ['start_chat'], carries: ['model'] },
      { role: 'embeddings', by: 'call', exports: ['TextEmbeddingModel.from_pretrained'], packages: ['py:vertexai'] },
    ],
    calls: [
      ...asked('model', 'generate_content', ['contents']),
      ...asked('chat', 'send_message', ['content']),
      ...['embed_content', 'embed_content_async'].map(
        (member): CallShape => ({ member, kind: 'embedding', streaming: 'no', positional: ['model', 'content'], packages: OLD }),
      ),
      ...['generate_text', 'chat', 'chat_async'].map((member): CallShape => ({ member, kind: 'chat', streaming: 'no', packages: OLD })),
      { on: 'embeddings', member: 'get_embeddings', kind: 'embedding', streaming: 'no' },
    ],
  },
  retries: {
    options: [{ at: 'request.request_options.retry' }],
    defaults: [
      // google-cloud-aiplatform wraps its requests without a policy of retries.
      { provider: 'py:vertexai', count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' },
      { count: null, on: RETRIED, backoff: 'exponential', retryAfter: 'no' },
    ],
  },
  timeout: { options: [{ at: 'request.request_options.timeout', unit: 's' }], defaults: [{ ms: 600_000 }] },
  outputCap: {
    options: [
      { at: 'body.generation_config.max_output_tokens' },
      { at: 'client.generation_config.max_output_tokens' },
      { at: 'body.max_output_tokens' },
    ],
    dead: [{ at: 'client.max_output_tokens', why: 'it belongs into generation_config' }],
  },
  model: ['client.model_name', 'body.model'],
  source:
    'google-generativeai 0.8.5 (commit 0adff6d) read: generative_models.py, embedding.py, types/helper_types.py; the deadline of the transport as documented; google-cloud-aiplatform read: services/prediction_service/transports/base.py',
});
