// The openai package of Python before 1.0, whose classes send the request themselves: `openai.ChatCompletion.create(...)`.
// A descriptor of its own: code that writes this runs on 0.x, whatever an unpinned requirement would install today.
import { type CallShape, defineSdk, NOTHING } from '../../core/index.ts';

const CLASSES: readonly (readonly [name: string, kind: CallShape['kind'], streaming: CallShape['streaming']])[] = [
  ['ChatCompletion', 'chat', 'option'],
  ['Completion', 'chat', 'option'],
  ['Edit', 'chat', 'no'],
  ['Embedding', 'embedding', 'no'],
  ['Image', 'image', 'no'],
  ['Moderation', 'moderation', 'no'],
];

export const sdk = defineSdk({
  id: 'openai-sdk-v0',
  title: 'OpenAI SDK before 1.0 (Python)',
  layer: 'sdk',
  provider: 'openai',
  language: 'python',
  code: {
    packages: ['py:openai'],
    produces: [],
    calls: [
      ...CLASSES.flatMap(([name, kind, streaming]) =>
        ['create', 'acreate'].map((verb): CallShape => ({ member: `${name}.${verb}`, kind, streaming })),
      ),
      ...['transcribe', 'atranscribe', 'translate', 'atranslate'].map(
        (verb): CallShape => ({ member: `Audio.${verb}`, kind: 'audio', streaming: 'no' }),
      ),
      ...['create_edit', 'acreate_edit', 'create_variation', 'acreate_variation'].map(
        (verb): CallShape => ({ member: `Image.${verb}`, kind: 'image', streaming: 'no' }),
      ),
    ],
  },
  retries: {
    options: [],
    dead: [{ at: 'request.max_retries', why: 'this version does not know it and never tries again' }],
    defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no', caveat: 'only a connection that fails is opened again' }],
  },
  timeout: { options: [{ at: 'request.request_timeout', unit: 's' }], defaults: [{ ms: 600_000 }] },
  outputCap: { options: [{ at: 'body.max_tokens' }] },
  model: ['body.model', 'body.engine', 'body.deployment_id'],
  source: 'openai 0.28 (openai/api_requestor.py): read',
});
