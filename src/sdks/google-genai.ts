// Google's model SDKs: @google/genai, its predecessor @google/generative-ai, and @google-cloud/vertexai.
// Not here: ai.interactions of @google/genai, which tries again by default (2 or 4 times) while everything else never does; one
// descriptor can state one default only.
import { defineSdk, NOTHING } from '../core/index.ts';

const GENAI = ['@google/genai'];
const OLD = ['@google/generative-ai', '@google-cloud/vertexai'];
// The older packages name the options of a call otherwise, so their argument has a name of its own.
const OLD_PLACES = { content: 0, request: 1 } as const;
// attempts counts all tries, and retryOptions: {} means five.
const RETRY_OPTIONS = (at: string, range: string) =>
  [
    { at: `${at}.attempts`, range, counts: 'attempts' },
    { at, range, counts: 'attempts', otherwise: 5 },
  ] as const;

export const sdk = defineSdk({
  id: 'google-genai',
  title: 'Google Gen AI SDK',
  layer: 'sdk',
  provider: 'google',
  code: {
    packages: [...GENAI, ...OLD],
    produces: [
      { role: 'client', by: 'new', exports: ['GoogleGenAI'], packages: GENAI },
      { role: 'chat', by: 'call', on: 'client', members: ['chats.create'], carries: ['client'] },
      { role: 'factory', by: 'new', exports: ['GoogleGenerativeAI'], packages: ['@google/generative-ai'] },
      { role: 'factory', by: 'new', exports: ['VertexAI'], packages: ['@google-cloud/vertexai'] },
      // The timeout stands in the second argument, which no path reaches.
      {
        role: 'model',
        by: 'call',
        on: 'factory',
        members: ['getGenerativeModel', 'preview.getGenerativeModel'],
      },
      {
        role: 'model',
        by: 'call',
        on: 'factory',
        members: ['getGenerativeModelFromCachedContent', 'preview.getGenerativeModelFromCachedContent'],
        options: 1,
      },
      { role: 'old-chat', by: 'call', on: 'model', members: ['startChat'], carries: ['model'] },
    ],
    calls: [
      // Functions that can be called make a loop of it; without any it is one request.
      { on: 'client', member: 'models.generateContent', kind: 'chat', streaming: 'no', loops: true },
      { on: 'client', member: 'models.generateContentStream', kind: 'chat', streaming: 'yes', loops: true },
      { on: 'client', member: 'models.embedContent', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'models.generateImages', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'models.editImage', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'models.upscaleImage', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'models.recontextImage', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'models.segmentImage', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'models.generateVideos', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'batches.create', kind: 'other', streaming: 'no' },
      { on: 'client', member: 'batches.createEmbeddings', kind: 'other', streaming: 'no' },
      { on: 'chat', member: 'sendMessage', kind: 'chat', streaming: 'no', loops: true },
      { on: 'chat', member: 'sendMessageStream', kind: 'chat', streaming: 'yes', loops: true },
      { on: 'model', member: 'generateContent', kind: 'chat', streaming: 'no', places: OLD_PLACES },
      { on: 'model', member: 'generateContentStream', kind: 'chat', streaming: 'yes', places: OLD_PLACES },
      { on: 'model', member: 'embedContent', kind: 'embedding', streaming: 'no', places: OLD_PLACES },
      { on: 'model', member: 'batchEmbedContents', kind: 'embedding', streaming: 'no', places: OLD_PLACES },
      { on: 'old-chat', member: 'sendMessage', kind: 'chat', streaming: 'no', places: OLD_PLACES },
      { on: 'old-chat', member: 'sendMessageStream', kind: 'chat', streaming: 'yes', places: OLD_PLACES },
    ],
  },
  retries: {
    options: [
      ...RETRY_OPTIONS('body.config.httpOptions.retryOptions', '>=2.17'),
      ...RETRY_OPTIONS('client.config.httpOptions.retryOptions', '>=2.17'),
      ...RETRY_OPTIONS('client.httpOptions.retryOptions', '>=1.42'),
    ],
    dead: [
      {
        at: 'body.config.httpOptions.retryOptions',
        range: '<=2.14',
        why: 'this version reads it from the httpOptions of the constructor only',
      },
      {
        at: 'client.config.httpOptions.retryOptions',
        range: '<=2.14',
        why: 'this version reads it from the httpOptions of the constructor only',
      },
      { at: 'client.httpOptions.retryOptions', range: '<=1.40', why: 'this version does not know it and never tries again' },
      { at: 'client.maxRetries', why: 'this SDK does not know it; set httpOptions: { retryOptions: { attempts } }' },
    ],
    defaults: [
      {
        count: 0,
        on: NOTHING,
        backoff: 'exponential',
        retryAfter: 'no',
        whenSet: { rateLimit: 'yes', serverError: 'yes', overload: 'no', connection: 'no', timeout: 'no', clientError: 'no' },
      },
    ],
  },
  timeout: {
    options: [
      { at: 'body.config.abortSignal' },
      { at: 'body.config.httpOptions.timeout' },
      { at: 'client.config.abortSignal' },
      { at: 'client.config.httpOptions.timeout' },
      { at: 'client.httpOptions.timeout' },
      { at: 'request.timeout' },
      { at: 'request.signal' },
    ],
    dead: [
      { at: 'client.timeout', why: 'it belongs into httpOptions (@google/genai) or into the second argument (@google/generative-ai)' },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [
      { at: 'body.config.maxOutputTokens' },
      { at: 'client.config.maxOutputTokens' },
      { at: 'content.generationConfig.maxOutputTokens' },
      { at: 'client.generationConfig.maxOutputTokens' },
    ],
    dead: [
      { at: 'body.maxOutputTokens', why: 'it belongs into config' },
      { at: 'body.generationConfig.maxOutputTokens', why: 'generationConfig is of the older packages; this one names it config' },
      { at: 'content.maxOutputTokens', why: 'it belongs into generationConfig' },
      { at: 'client.maxOutputTokens', why: 'it belongs into config (@google/genai) or generationConfig (the older packages)' },
      { at: 'body.config.maxTokens', why: 'this SDK names it maxOutputTokens' },
      { at: 'client.config.maxTokens', why: 'this SDK names it maxOutputTokens' },
      { at: 'client.generationConfig.maxTokens', why: 'this SDK names it maxOutputTokens' },
    ],
  },
  loop: {
    // Automatic function calling needs tools that the SDK can call; declarations alone make one request.
    onlyWith: {
      at: 'body.config.tools',
      passive: [
        'functionDeclarations',
        'googleSearch',
        'googleSearchRetrieval',
        'codeExecution',
        'urlContext',
        'retrieval',
        'computerUse',
        'googleMaps',
      ],
    },
    options: [
      { at: 'body.config.automaticFunctionCalling.maximumRemoteCalls' },
      { at: 'client.config.automaticFunctionCalling.maximumRemoteCalls' },
    ],
    defaults: [{ kind: 'bounded', bound: 10 }],
  },
  model: ['body.model', 'client.model'],
  source:
    '@google/genai 1.52.0, 2.32.0 and 3.1.0 and @google/generative-ai 0.24.1, requests counted against a local server; @google/genai 1.0.0 to 2.20.0 and @google-cloud/vertexai 1.12.0 read',
});
