// Google's Gen AI SDK for Python: `from google import genai`.
// Not here: client.interactions, which tries again by default while everything else never does.
import { type CallShape, defineSdk, NOTHING } from '../../core/index.ts';

const IMAGES = ['generate_images', 'edit_image', 'upscale_image', 'recontext_image', 'segment_image', 'generate_videos'];
const PLACES = ['body.config', 'client.config', 'client'];

export const sdk = defineSdk({
  id: 'google-genai',
  title: 'Google Gen AI SDK (Python)',
  layer: 'sdk',
  provider: 'google',
  language: 'python',
  code: {
    packages: ['py:google.genai'],
    produces: [
      { role: 'client', by: 'new', exports: ['Client', 'client.Client'] },
      { role: 'chat', by: 'call', on: 'client', members: ['chats.create', 'aio.chats.create'], carries: ['client'] },
    ],
    calls: [
      ...['', 'aio.'].flatMap((area): CallShape[] => [
        // Functions that can be called make a loop of it; without any it is one request.
        { on: 'client', member: `${area}models.generate_content`, kind: 'chat', streaming: 'no', loops: true },
        { on: 'client', member: `${area}models.generate_content_stream`, kind: 'chat', streaming: 'yes', loops: true },
        { on: 'client', member: `${area}models.embed_content`, kind: 'embedding', streaming: 'no' },
        ...IMAGES.map((name): CallShape => ({ on: 'client', member: `${area}models.${name}`, kind: 'image', streaming: 'no' })),
        { on: 'client', member: `${area}batches.create`, kind: 'other', streaming: 'no' },
        { on: 'client', member: `${area}batches.create_embeddings`, kind: 'other', streaming: 'no' },
      ]),
      { on: 'client', member: 'aio.live.connect', kind: 'chat', streaming: 'yes' },
      { on: 'chat', member: 'send_message', kind: 'chat', streaming: 'no', positional: ['message', 'config'], loops: true },
      { on: 'chat', member: 'send_message_stream', kind: 'chat', streaming: 'yes', positional: ['message', 'config'], loops: true },
    ],
  },
  retries: {
    // attempts counts all tries, and HttpRetryOptions() means five.
    options: PLACES.flatMap(place => [
      { at: `${place}.http_options.retry_options.attempts`, counts: 'attempts' as const },
      { at: `${place}.http_options.retry_options`, counts: 'attempts' as const, otherwise: 5 },
    ]),
    defaults: [
      {
        count: 0,
        on: NOTHING,
        backoff: 'exponential',
        retryAfter: 'no',
        whenSet: { rateLimit: 'yes', serverError: 'yes', overload: 'no', connection: 'yes', timeout: 'yes', clientError: 'no' },
      },
    ],
  },
  // In milliseconds, unlike most in Python.
  timeout: { options: PLACES.map(place => ({ at: `${place}.http_options.timeout`, unit: 'ms' as const })), defaults: [{ ms: null }] },
  outputCap: { options: [{ at: 'body.config.max_output_tokens' }, { at: 'client.config.max_output_tokens' }] },
  loop: {
    // Automatic function calling needs functions that the SDK can call; declarations alone make one request.
    onlyWith: {
      at: 'body.config.tools',
      passive: [
        'function_declarations',
        'google_search',
        'google_search_retrieval',
        'code_execution',
        'url_context',
        'retrieval',
        'computer_use',
        'google_maps',
      ],
    },
    options: ['body', 'client'].map(place => ({ at: `${place}.config.automatic_function_calling.maximum_remote_calls` })),
    defaults: [{ kind: 'bounded', bound: 10 }],
  },
  model: ['body.model', 'client.model'],
  source: 'google-genai 2.19.0 and 2.25.0 read: _api_client.py, _extra_utils.py, types.py, models.py, chats.py',
});
