// @azure/openai before version 2; from 2 on it holds types only and the work is done by the openai package.
import { defineSdk, TRANSIENT } from '../core/index.ts';

const PLACES = { model: 0, input: 1, body: 2 } as const;
const range = '<2';
const on = 'client';

export const sdk = defineSdk({
  id: 'azure-openai',
  title: 'Azure OpenAI client library',
  layer: 'sdk',
  provider: 'azure',
  code: {
    packages: ['@azure/openai'],
    // new OpenAIClient(endpoint, credential, options); with a key of OpenAI the options come one place earlier and are not seen.
    produces: [{ role: on, by: 'new', exports: ['OpenAIClient'], options: 2 }],
    calls: [
      { on, member: 'getChatCompletions', kind: 'chat', streaming: 'no', places: PLACES, range },
      { on, member: 'streamChatCompletions', kind: 'chat', streaming: 'yes', places: PLACES, range },
      // The name of the streaming methods in the first betas.
      { on, member: 'listChatCompletions', kind: 'chat', streaming: 'yes', places: PLACES, range },
      { on, member: 'listCompletions', kind: 'chat', streaming: 'yes', places: PLACES, range },
      { on, member: 'getCompletions', kind: 'chat', streaming: 'no', places: PLACES, range },
      { on, member: 'streamCompletions', kind: 'chat', streaming: 'yes', places: PLACES, range },
      { on, member: 'getEmbeddings', kind: 'embedding', streaming: 'no', places: PLACES, range },
      { on, member: 'getImages', kind: 'image', streaming: 'no', places: PLACES, range },
      { on, member: 'getAudioTranscription', kind: 'audio', streaming: 'no', places: PLACES, range },
      { on, member: 'getAudioTranslation', kind: 'audio', streaming: 'no', places: PLACES, range },
    ],
  },
  retries: {
    options: [{ at: 'client.retryOptions.maxRetries' }],
    dead: [{ at: 'client.maxRetries', range, why: 'it belongs into retryOptions' }],
    defaults: [
      {
        count: 3,
        on: { ...TRANSIENT, rateLimit: 'unknown', timeout: 'no' },
        backoff: 'exponential',
        retryAfter: 'yes',
        caveat: 'a 429 without a retry-after header is thrown at once',
      },
    ],
  },
  timeout: {
    options: [{ at: 'body.abortSignal' }, { at: 'body.requestOptions.timeout' }],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [{ at: 'body.maxTokens' }],
    dead: [{ at: 'body.max_tokens', range, why: 'before version 2 it is named maxTokens' }],
  },
  model: ['model'],
  source: '@azure/openai 1.0.0-beta.12, requests counted against a local server; 2.0.0 and @azure/core-rest-pipeline 1.18.2 read',
});
