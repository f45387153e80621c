// Inference clients of huggingface_hub.
import { type CallKind, type CallShape, defineSdk, NOTHING } from '../../core/index.ts';

const NAMES: readonly (readonly [name: string, kind: CallKind, streaming: CallShape['streaming']])[] = [
  ['chat_completion', 'chat', 'option'],
  ['chat.completions.create', 'chat', 'option'],
  ['text_generation', 'chat', 'option'],
  ['summarization', 'chat', 'no'],
  ['translation', 'chat', 'no'],
  ['question_answering', 'chat', 'no'],
  ['image_to_text', 'chat', 'no'],
  ['feature_extraction', 'embedding', 'no'],
  ['sentence_similarity', 'embedding', 'no'],
  ['text_to_image', 'image', 'no'],
  ['image_to_image', 'image', 'no'],
  ['text_to_video', 'image', 'no'],
  ['image_to_video', 'image', 'no'],
  ['text_to_speech', 'audio', 'no'],
  ['automatic_speech_recognition', 'audio', 'no'],
  ['text_classification', 'other', 'no'],
  ['zero_shot_classification', 'other', 'no'],
  ['token_classification', 'other', 'no'],
  ['image_classification', 'other', 'no'],
  ['object_detection', 'other', 'no'],
];

export const sdk = defineSdk({
  id: 'huggingface',
  title: 'Hugging Face Inference (Python)',
  layer: 'sdk',
  provider: 'huggingface',
  language: 'python',
  code: {
    packages: ['py:huggingface_hub'],
    produces: [{ role: 'client', by: 'new', exports: ['InferenceClient', 'AsyncInferenceClient'], positional: ['model'] }],
    calls: NAMES.map(
      ([member, kind, streaming]): CallShape => ({
        on: 'client',
        member,
        kind,
        streaming,
        positional: member === 'text_generation' ? ['prompt'] : ['messages'],
      }),
    ),
  },
  retries: { options: [], defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }] },
  timeout: { options: [{ at: 'client.timeout', unit: 's' }], defaults: [{ ms: null }] },
  outputCap: { options: [{ at: 'body.max_tokens' }, { at: 'body.max_new_tokens' }] },
  model: ['body.model', 'client.model', 'client.base_url'],
  source: 'huggingface_hub 2.0.0 read: inference/_client.py',
});
