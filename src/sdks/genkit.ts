// Genkit: `genkit` and its plugins.
import { defineSdk, NOTHING, TRANSIENT, UNDECIDED } from '../core/index.ts';

const PLAIN = { input: 0, body: 1 } as const;
const OLD = ['@genkit-ai/ai'];

// The retries are those of the plugin behind the model, which is named by its package, or by its prefix in 'googleai/gemini-…'.
const WITHOUT = ['google', 'googleai', '@genkit-ai/google-genai', '@genkit-ai/googleai'];
const WITH_SDK = ['anthropic', '@genkit-ai/anthropic', 'openai', 'compat-oai', '@genkit-ai/compat-oai'];

export const sdk = defineSdk({
  id: 'genkit',
  title: 'Genkit',
  layer: 'framework',
  provider: 'any',
  code: {
    packages: ['genkit', '@genkit-ai/*'],
    version: 'genkit',
    produces: [
      { role: 'ai', by: 'call', exports: ['genkit'] },
      { role: 'ai', by: 'new', exports: ['Genkit'] },
      { role: 'prompt', by: 'call', on: 'ai', members: ['definePrompt', 'prompt'], carries: ['ai'] },
      { role: 'chat', by: 'call', on: 'ai', members: ['chat'], carries: ['ai', 'prompt'] },
      { role: 'session', by: 'call', on: 'ai', members: ['createSession', 'loadSession'], carries: ['ai'] },
      { role: 'chat', by: 'call', on: 'session', members: ['chat'], carries: ['ai', 'prompt'] },
      { role: 'agent', by: 'call', on: 'ai', members: ['defineAgent', 'definePromptAgent'], carries: ['ai'] },
      { role: 'chat', by: 'call', on: 'agent', members: ['chat'], keeps: true },
    ],
    calls: [
      { on: 'ai', member: 'generate', kind: 'chat', streaming: 'no', loops: true },
      { on: 'ai', member: 'generateStream', kind: 'chat', streaming: 'yes', loops: true, lazy: true },
      { on: 'ai', member: 'generateOperation', kind: 'other', streaming: 'no' },
      { on: 'ai', member: 'embed', kind: 'embedding', streaming: 'no' },
      { on: 'ai', member: 'embedMany', kind: 'embedding', streaming: 'no' },
      { on: 'ai', member: 'rerank', kind: 'other', streaming: 'no' },
      { on: 'prompt', member: '', kind: 'chat', streaming: 'no', places: PLAIN, loops: true },
      { on: 'prompt', member: 'stream', kind: 'chat', streaming: 'yes', places: PLAIN, loops: true, lazy: true },
      { on: 'chat', member: 'send', kind: 'chat', streaming: 'no', loops: true },
      { on: 'chat', member: 'sendStream', kind: 'chat', streaming: 'yes', loops: true, lazy: true },
      { member: 'generate', kind: 'chat', streaming: 'no', loops: true, packages: OLD },
      { member: 'generateStream', kind: 'chat', streaming: 'yes', loops: true, lazy: true, packages: OLD },
      { member: 'embed', kind: 'embedding', streaming: 'no', packages: OLD },
    ],
  },
  retries: {
    // retry() and fallback() are middlewares in a list; what stands in the list is not looked into, so the number stays open.
    options: [{ at: 'body.use' }, { at: 'client.use' }],
    dead: [{ at: 'body.maxRetries', why: 'Genkit does not know it; give use: [retry({ maxRetries })]' }],
    defaults: [
      ...WITHOUT.map(provider => ({ provider, count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }) as const),
      ...WITH_SDK.map(provider => ({ provider, count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }) as const),
      { count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown' },
    ],
  },
  timeout: {
    options: [
      { at: 'body.abortSignal', range: '>=1' },
      { at: 'request.abortSignal', range: '>=1' },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [{ at: 'body.config.maxOutputTokens' }, { at: 'client.config.maxOutputTokens' }],
    dead: [{ at: 'body.maxOutputTokens', why: 'it belongs into config' }],
  },
  loop: {
    options: [
      { at: 'body.maxTurns', range: '>=1' },
      { at: 'client.maxTurns', range: '>=1' },
    ],
    dead: [
      { at: 'body.maxTurns', range: '<1', why: 'before version 1 it does not exist, and nothing ends the tool loop' },
      { at: 'body.maxSteps', why: 'Genkit names it maxTurns' },
    ],
    defaults: [
      { range: '<1', kind: 'none' },
      { range: '>=1', kind: 'bounded', bound: 5 },
    ],
  },
  model: ['body.model', 'client.model'],
  source:
    'genkit 1.42.0 with @genkit-ai/google-genai 1.42.0 and @genkit-ai/anthropic 0.3.0, requests counted against a local server; @genkit-ai/ai 0.9.12 and 1.0.4 and @genkit-ai/compat-oai 1.42.0 read',
});
