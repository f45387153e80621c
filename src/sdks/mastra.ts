// Mastra: `@mastra/core`.
import { defineSdk, type RetriedFailures, TRANSIENT } from '../core/index.ts';

// p-retry around the model of the AI SDK: whatever that calls retryable, and every other error that is no API error. The caller's
// signal and the timeout of the settings end it.
const RETRIED: RetriedFailures = { ...TRANSIENT, timeout: 'no' };

// Before 0.20 the agent hands everything to generateText of AI SDK 4; from 0.20 on it runs a loop of its own, and the old one is
// generateLegacy, which still tries three times in every version. The defaults below are those of the plain names.
const OLD = '<0.20';
const NEW = '>=0.20';
const DEFAULTS = ['defaultOptions', 'defaultVNextStreamOptions', 'defaultGenerateOptions', 'defaultStreamOptions'];
const PLACES = { input: 0, body: 1 } as const;
// The legacy methods take the options of AI SDK 4, so theirs have a name of their own.
const LEGACY = { input: 0, legacy: 1 } as const;

const runs = (member: string, streaming: 'yes' | 'no', places: Readonly<Record<string, number>> = PLACES) =>
  ({
    on: 'agent',
    member,
    kind: 'agent-run',
    streaming,
    places,
    loops: true,
    ...(streaming === 'yes' ? { lazy: true } : {}),
  }) as const;

export const sdk = defineSdk({
  id: 'mastra',
  title: 'Mastra',
  layer: 'framework',
  provider: 'any',
  code: {
    packages: ['@mastra/core'],
    produces: [
      { role: 'agent', by: 'new', exports: ['Agent'] },
      { role: 'agent', by: 'call', exports: ['createDurableAgent'], carries: ['agent'] },
      { role: 'mastra', by: 'new', exports: ['Mastra'] },
      // Which agent of the instance it is, and so its options, cannot be said: the name is no option.
      { role: 'agent', by: 'call', on: 'mastra', members: ['getAgent', 'getAgentById'], carries: ['agent'] },
    ],
    calls: [
      runs('generate', 'no'),
      runs('generateVNext', 'no'),
      runs('generateLegacy', 'no', LEGACY),
      runs('stream', 'yes'),
      runs('streamVNext', 'yes'),
      runs('streamLegacy', 'yes', LEGACY),
      runs('streamUntilIdle', 'yes'),
      runs('resumeStream', 'yes'),
      runs('network', 'yes'),
    ],
  },
  retries: {
    options: [
      { at: 'legacy.maxRetries' },
      { at: 'body.maxRetries', range: OLD },
      // Of a list of models each may have its own (docs: model fallbacks).
      { at: 'client.model.maxRetries' },
      // Up to 1.10 maxRetries of an Agent multiplies with the retries of modelSettings, whose default stays 2; so it is left out.
      { at: 'client.maxRetries', range: '>=1.11' },
      { at: 'body.modelSettings.maxRetries', range: '>=0.21 <1.11 || >=1.66' },
      { at: 'client.defaultOptions.modelSettings.maxRetries', range: '>=1 <1.11 || >=1.66' },
    ],
    dead: [
      {
        at: 'body.modelSettings.maxRetries',
        range: '>=1.11 <=1.60',
        why: 'in these versions maxRetries of the Agent, 0 by default, overrides it; set it there',
      },
    ],
    defaults: [
      { range: OLD, count: 2, on: RETRIED, backoff: 'exponential', retryAfter: 'no' },
      { range: '>=0.20 <0.21', count: 0, on: RETRIED, backoff: 'none', retryAfter: 'no' },
      { range: '>=0.21 <1.11', count: 2, on: RETRIED, backoff: 'exponential', retryAfter: 'no' },
      // Read as obeying Retry-After in 1.71, not in 1.33.
      { range: '>=1.11 <1.66', count: 0, on: RETRIED, backoff: 'exponential', retryAfter: 'unknown' },
      { range: '>=1.66', count: 0, on: RETRIED, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    options: [
      { at: 'body.abortSignal' },
      { at: 'legacy.abortSignal' },
      { at: 'body.modelSettings.timeout', range: '>=1.60' },
      { at: 'client.defaultOptions.modelSettings.timeout', range: '>=1.60' },
      ...DEFAULTS.map(defaults => ({ at: `client.${defaults}.abortSignal` })),
    ],
    dead: [
      {
        at: 'body.modelSettings.timeout',
        range: '<=1.46',
        why: 'this version does not know it; give abortSignal: AbortSignal.timeout(ms)',
      },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [
      { at: 'body.modelSettings.maxOutputTokens', range: NEW },
      ...DEFAULTS.map(defaults => ({ at: `client.${defaults}.modelSettings.maxOutputTokens`, range: NEW })),
      { at: 'legacy.maxTokens' },
      { at: 'body.maxTokens', range: OLD },
      { at: 'client.defaultGenerateOptions.maxTokens' },
      { at: 'client.defaultStreamOptions.maxTokens' },
    ],
    dead: [
      { at: 'body.maxTokens', range: NEW, why: 'from 0.20 on it is modelSettings: { maxOutputTokens }' },
      { at: 'body.modelSettings.maxTokens', range: NEW, why: 'the AI SDK 5 model behind it names it maxOutputTokens' },
    ],
  },
  loop: {
    options: [
      { at: 'body.maxSteps' },
      { at: 'legacy.maxSteps' },
      { at: 'body.stopWhen', range: '>=0.16' },
      ...DEFAULTS.flatMap(defaults => [{ at: `client.${defaults}.maxSteps` }, { at: `client.${defaults}.stopWhen`, range: '>=0.16' }]),
      { at: 'client.defaultNetworkOptions.maxSteps', range: '>=1' },
    ],
    dead: [{ at: 'client.maxSteps', why: 'an Agent ignores it; it belongs into defaultOptions or into the options of the call' }],
    defaults: [{ kind: 'bounded', bound: 5 }],
    boundedBy: ['stepCountIs', 'isStepCount'],
    unboundedBy: ['isLoopFinished'],
  },
  model: ['body.model', 'legacy.model', 'client.model'],
  source:
    '@mastra/core 0.24.9 and 1.71.0, requests counted; 0.10.15, 0.16.3, 0.19.1 to 0.21.1, 1.0.4, 1.6.0, 1.10.0 to 1.13.2, 1.16.0, 1.33.1, 1.46.0, 1.60.0 and 1.66.0 read',
});
