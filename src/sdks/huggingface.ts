// @huggingface/inference.
import { type CallKind, defineSdk, NOTHING } from '../core/index.ts';

// Exported as functions as well as methods, with the same arguments.
const TASKS: readonly (readonly [member: string, kind: CallKind, streaming: 'yes' | 'no'])[] = [
  ['chatCompletion', 'chat', 'no'],
  ['chatCompletionStream', 'chat', 'yes'],
  ['textGeneration', 'chat', 'no'],
  ['textGenerationStream', 'chat', 'yes'],
  ['summarization', 'other', 'no'],
  ['translation', 'other', 'no'],
  ['questionAnswering', 'other', 'no'],
  ['tableQuestionAnswering', 'other', 'no'],
  ['documentQuestionAnswering', 'other', 'no'],
  ['visualQuestionAnswering', 'other', 'no'],
  ['textClassification', 'other', 'no'],
  ['tokenClassification', 'other', 'no'],
  ['zeroShotClassification', 'other', 'no'],
  ['fillMask', 'other', 'no'],
  ['featureExtraction', 'embedding', 'no'],
  ['sentenceSimilarity', 'embedding', 'no'],
  ['textToImage', 'image', 'no'],
  ['imageToImage', 'image', 'no'],
  ['textToVideo', 'image', 'no'],
  ['imageToVideo', 'image', 'no'],
  ['imageToText', 'other', 'no'],
  ['imageClassification', 'other', 'no'],
  ['objectDetection', 'other', 'no'],
  ['imageSegmentation', 'other', 'no'],
  ['textToSpeech', 'audio', 'no'],
  ['textToAudio', 'audio', 'no'],
  ['automaticSpeechRecognition', 'audio', 'no'],
  ['audioClassification', 'audio', 'no'],
  ['audioToAudio', 'audio', 'no'],
];

export const sdk = defineSdk({
  id: 'huggingface',
  title: 'Hugging Face Inference',
  layer: 'sdk',
  provider: 'huggingface',
  code: {
    packages: ['@huggingface/inference'],
    produces: [
      { role: 'client', by: 'new', exports: ['InferenceClient', 'HfInference'], options: 1 },
      { role: 'client', by: 'new', exports: ['InferenceClientEndpoint', 'HfInferenceEndpoint'], options: 2 },
      { role: 'client', by: 'call', on: 'client', members: ['endpoint'], keeps: true },
    ],
    calls: TASKS.flatMap(([member, kind, streaming]) => {
      const task = { member, kind, streaming, ...(streaming === 'yes' ? { lazy: true } : {}) };
      return [{ on: 'client', ...task }, task];
    }),
  },
  retries: {
    // retry_on_error: false switches it off; a boolean is no number of retries.
    options: [],
    dead: [{ at: 'client.maxRetries', why: 'this SDK does not know it' }],
    defaults: [
      {
        range: '<3',
        count: 1,
        on: { ...NOTHING, serverError: 'unknown' },
        backoff: 'none',
        retryAfter: 'no',
        caveat: 'only a 503 is tried again, once and at once',
      },
      {
        range: '>=3',
        count: Number.POSITIVE_INFINITY,
        on: { ...NOTHING, serverError: 'unknown' },
        backoff: 'none',
        retryAfter: 'no',
        caveat: 'only a 503 is tried again, at once and without end; retry_on_error: false switches it off',
      },
    ],
  },
  timeout: {
    options: [{ at: 'request.signal' }, { at: 'client.signal' }],
    dead: [
      { at: 'client.timeout', why: 'this SDK does not know it; give the call signal: AbortSignal.timeout(ms)' },
      { at: 'request.timeout', why: 'this SDK does not know it; give the call signal: AbortSignal.timeout(ms)' },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [
      { at: 'body.max_tokens' },
      { at: 'body.max_completion_tokens' },
      { at: 'body.parameters.max_new_tokens' },
      { at: 'body.parameters.max_length' },
    ],
    dead: [{ at: 'body.maxTokens', why: 'the API names it max_tokens' }],
  },
  model: ['body.model', 'client.model'],
  source: '@huggingface/inference 2.8.1 and 4.13.30, requests counted against a local server; 3.15.0 read',
});
