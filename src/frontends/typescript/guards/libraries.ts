// Packages and services that redact personal data or detect attacks: what they export, and how it works. Data only.
// Names were read in the type declarations of the versions given.
import type { Guard } from '../../../core/index.ts';
import { PYTHON_GUARDS } from './libraries-python.ts';
import { type GuardLibrary, judge, redactor } from './shapes.ts';

const SIDES_OF_PROCESSORS = { inputProcessors: 'input', outputProcessors: 'output' } as const;
const ARCJET = [
  'arcjet',
  '@arcjet/next',
  '@arcjet/node',
  '@arcjet/bun',
  '@arcjet/deno',
  '@arcjet/nest',
  '@arcjet/remix',
  '@arcjet/sveltekit',
];

export const GUARD_LIBRARIES: readonly GuardLibrary[] = [
  {
    packages: ['redact-pii', 'redact-pii-light', '@libretto/redact-pii-light', '@dawn-analytics/redact-pii'],
    shapes: [redactor('redact-pii', ['SyncRedactor', 'AsyncRedactor', 'GoogleDLPRedactor'], ['redact', 'redactAsync'])],
    source: 'redact-pii 3.4.0',
  },
  {
    packages: ['@redactpii/node'],
    shapes: [redactor('@redactpii/node', ['Redactor'], ['redact', 'redactObject'])],
    source: '@redactpii/node 1.0.17',
  },
  {
    packages: ['openredaction', '@openredaction/core', '@openredaction/openredaction'],
    shapes: [redactor('OpenRedaction', ['OpenRedaction'], ['detect'])],
    source: '@openredaction/core 1.1.5',
  },
  { packages: ['@arcjet/redact'], shapes: [redactor('@arcjet/redact', ['redact'])], source: '@arcjet/redact 1.4.0' },
  {
    packages: ['@cdssnc/sanitize-pii'],
    shapes: [
      redactor('@cdssnc/sanitize-pii', ['sanitizePii', 'default', 'defaultSanitizer.sanitize']),
      redactor('@cdssnc/sanitize-pii', ['PiiSanitizer'], ['sanitize']),
    ],
    source: '@cdssnc/sanitize-pii 2.1.1',
  },
  {
    packages: ['@coffeeandfun/remove-pii'],
    shapes: [redactor('@coffeeandfun/remove-pii', ['removePII', 'default'])],
    source: '@coffeeandfun/remove-pii 3.0.1',
  },
  {
    packages: ['@andersmyrmel/vard'],
    shapes: [
      judge('vard', ['vard.safe', 'default.safe', 'v.safe']),
      judge(
        'vard',
        ['vard*', 'v', 'default', 'createVard', 'vard.strict', 'vard.moderate', 'vard.lenient', 'v.strict', 'v.moderate', 'v.lenient'],
        ['safeParse'],
      ),
      {
        ...judge(
          'vard',
          ['vard', 'v', 'default', 'createVard', 'vard.strict', 'vard.moderate', 'vard.lenient', 'v.strict', 'v.moderate', 'v.lenient'],
          ['parse', ''],
        ),
        does: 'throw',
      },
      { ...judge('vard', ['vard', 'v', 'default']), does: 'throw' },
    ],
    source: '@andersmyrmel/vard 1.2.0',
  },
  { packages: ['llm-guard'], shapes: [judge('llm-guard', ['LLMGuard'], ['validate', 'validateBatch'])], source: 'llm-guard (npm) 0.1.9' },
  {
    packages: ['llm_guardrail'],
    shapes: [judge('llm_guardrail', ['check', 'checkInjection', 'checkJailbreak', 'checkAll', 'default.check*'])],
    source: 'llm_guardrail 2.1.2',
  },
  {
    packages: ['rebuff'],
    shapes: [judge('Rebuff', ['RebuffSdk', 'RebuffApi', 'default'], ['detectInjection'], 'service')],
    source: 'rebuff 0.0.3',
  },
  {
    packages: ARCJET,
    shapes: [
      {
        ...judge('Arcjet detectPromptInjection', ['detectPromptInjection', 'experimental_detectPromptInjection'], undefined, 'service'),
        does: 'part',
        sides: ['input'],
      },
      { exports: ['sensitiveInfo'], against: 'pii', by: 'library', does: 'part', sides: ['input'], label: 'Arcjet sensitiveInfo' },
    ],
    source: 'arcjet 1.5.0',
  },
  {
    packages: ['langchain', '@langchain/openai'],
    shapes: [
      {
        exports: ['piiMiddleware'],
        against: 'pii',
        by: 'library',
        does: 'part',
        switches: [
          { option: 'applyToInput', at: 1, side: 'input', default: true },
          { option: 'applyToOutput', at: 1, side: 'output', default: false },
          { option: 'applyToToolResults', at: 1, side: 'tool-output', default: false },
        ],
        label: 'piiMiddleware of LangChain',
      },
      {
        exports: ['piiRedactionMiddleware'],
        against: 'pii',
        by: 'library',
        does: 'part',
        sides: ['provider'],
        label: 'piiRedactionMiddleware of LangChain',
      },
      {
        exports: ['openAIModerationMiddleware'],
        against: 'harm',
        by: 'service',
        does: 'part',
        sides: ['input', 'output'],
        label: 'openAIModerationMiddleware of LangChain',
      },
    ],
    source: 'langchain 1.5.14',
  },
  {
    packages: ['@mastra/core'],
    shapes: [
      {
        exports: ['PIIDetector'],
        against: 'pii',
        by: 'model',
        does: 'part',
        under: SIDES_OF_PROCESSORS,
        idle: { option: 'strategy', at: 0, values: ['warn'] },
        label: 'PIIDetector of Mastra',
      },
      {
        exports: ['PromptInjectionDetector'],
        against: 'injection',
        by: 'model',
        does: 'part',
        under: SIDES_OF_PROCESSORS,
        idle: { option: 'strategy', at: 0, values: ['warn'] },
        label: 'PromptInjectionDetector of Mastra',
      },
      {
        exports: ['ModerationProcessor', 'ModerationInputProcessor'],
        against: 'harm',
        by: 'model',
        does: 'part',
        under: SIDES_OF_PROCESSORS,
        label: 'ModerationProcessor of Mastra',
      },
    ],
    source: '@mastra/core 0.24.9',
  },
  {
    packages: ['@presidio-dev/hai-guardrails'],
    shapes: [
      { ...judge('hai-guardrails', ['GuardrailsEngine'], ['run']) },
      { exports: ['injectionGuard', 'leakageGuard'], against: 'injection', by: 'library', does: 'part', label: 'hai-guardrails' },
    ],
    source: '@presidio-dev/hai-guardrails 1.12.0',
  },
  ...PYTHON_GUARDS,
];

/** HTTP services, by a part of the address that is asked. */
export const GUARD_SERVICES: readonly {
  readonly url: RegExp;
  readonly against: Guard['against'];
  readonly does: 'judge' | 'clean';
  readonly label: string;
}[] = [
  { url: /api\.lakera\.ai\/(?:v2\/guard|v1\/(?:prompt_injection|guard))/, against: 'injection', does: 'judge', label: 'Lakera Guard' },
  { url: /text:shieldPrompt/, against: 'injection', does: 'judge', label: 'Azure Prompt Shields' },
  { url: /text:analyze\b/, against: 'harm', does: 'judge', label: 'Azure Content Safety' },
  { url: /api\.openai\.com\/v1\/moderations/, against: 'harm', does: 'judge', label: 'the OpenAI moderation endpoint' },
  { url: /\/anonymize\/?$/, against: 'pii', does: 'clean', label: 'a Presidio anonymizer' },
];

/** Guard models, by a part of their name: a call of one is a verdict. */
export const GUARD_MODELS: readonly { readonly model: RegExp; readonly against: Guard['against']; readonly label: string }[] = [
  { model: /prompt-?guard/i, against: 'injection', label: 'Prompt Guard' },
  { model: /llama-?guard|shieldgemma|granite-guardian|gpt-oss-safeguard/i, against: 'harm', label: 'a guard model' },
  { model: /deberta[\w-]*prompt-injection|prompt-injection[\w-]*deberta/i, against: 'injection', label: 'an injection classifier' },
];

/** The client and the agent of OpenAI Guardrails, whose configuration names its checks by these words. */
export const OPENAI_GUARDRAILS = {
  package: '@openai/guardrails',
  exports: ['GuardrailsOpenAI', 'GuardrailsAzureOpenAI', 'GuardrailAgent'],
  checks: { Jailbreak: 'injection', 'Prompt Injection Detection': 'injection', 'Contains PII': 'pii', Moderation: 'harm' },
  stages: { pre_flight: 'input', input: 'input', output: 'output' },
  source: '@openai/guardrails 0.2.1',
} as const;

/** All packages that are described here. */
export const GUARD_PACKAGES: readonly string[] = [...GUARD_LIBRARIES.flatMap(library => library.packages), OPENAI_GUARDRAILS.package];

const PACKAGES: ReadonlySet<string> = new Set(GUARD_PACKAGES);

/** Does a specifier name a package that may guard, itself or one of its subpaths? */
export function namesGuard(specifier: string): boolean {
  const first = specifier.indexOf('/');
  const end = specifier.startsWith('@') && first > 0 ? specifier.indexOf('/', first + 1) : first;
  return PACKAGES.has(end < 0 ? specifier : specifier.slice(0, end)) || (end >= 0 && PACKAGES.has(specifier));
}
