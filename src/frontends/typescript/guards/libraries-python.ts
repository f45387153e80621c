// Packages of Python that redact personal data or detect attacks. Data only; read in the packages as of November 2026.
import { type GuardLibrary, type GuardShape, judge, redactor } from './shapes.ts';

/** What analyses finds, and changes nothing: somebody must act on it. */
const finder = (label: string, exports: readonly string[], members?: readonly string[]): GuardShape => ({
  ...judge(label, exports, members),
  against: 'pii',
});
const REDACTS = /\bredact["']?\s*:\s*true\b/;
// Also as the second argument, by its place.
const FIXES = /(?:\bon_fail["']?\s*:\s*|^\s*)(?:["'](?:fix|refrain|filter)["']|[\w.]*\bOnFailAction\.(?:FIX|REFRAIN|FILTER)\b)/;
const RAISES = /(?:\bon_fail["']?\s*:\s*|^\s*)(?:["']exception["']|[\w.]*\bOnFailAction\.EXCEPTION\b)/;
const GUARDS = ['validate', 'parse'];
const GUARD_CLASSES = ['Guard', 'AsyncGuard'];
/** A second `use` takes the place of the first, and one for the messages sees no reply. */
const USED = { members: ['use', 'use_many'], unless: /\bon["']?\s*:\s*["'](?!output|\$)/ };
const PII_VALIDATORS = ['DetectPII', 'hub.DetectPII', 'GuardrailsPII', 'hub.GuardrailsPII'];
const ATTACK_VALIDATORS = ['DetectJailbreak', 'hub.DetectJailbreak'];

export const PYTHON_GUARDS: readonly GuardLibrary[] = [
  {
    packages: ['py:presidio_anonymizer'],
    shapes: [redactor('Presidio', ['AnonymizerEngine', 'BatchAnonymizerEngine'], ['anonymize', 'anonymize_list', 'anonymize_dict'])],
    source: 'presidio-anonymizer 2.2.360',
  },
  {
    packages: ['py:presidio_analyzer'],
    shapes: [
      finder('the analyzer of Presidio', ['AnalyzerEngine', 'BatchAnalyzerEngine'], ['analyze', 'analyze_iterator', 'analyze_dict']),
    ],
    source: 'presidio-analyzer 2.2.360',
  },
  {
    packages: ['py:scrubadub'],
    shapes: [redactor('scrubadub', ['clean']), redactor('scrubadub', ['Scrubber'], ['clean'])],
    source: 'scrubadub 2.0.1',
  },
  {
    packages: ['py:datafog', 'py:pii_codex', 'py:piicatcher', 'py:pyredactkit', 'py:openredaction'],
    shapes: [
      redactor('DataFog', ['DataFog'], ['process', 'redact', 'run_text_pipeline_sync']),
      redactor('a redactor', ['redact', 'redact_text', 'scrub']),
    ],
    source: 'datafog 4.1.1',
  },
  {
    packages: ['py:google.cloud.dlp', 'py:google.cloud.dlp_v2'],
    shapes: [{ ...redactor('Google Cloud DLP', ['DlpServiceClient'], ['deidentify_content']), by: 'service' }],
    source: 'google-cloud-dlp 3.26',
  },
  {
    packages: ['py:langchain_experimental'],
    shapes: [redactor('the anonymizer of LangChain', ['PresidioAnonymizer', 'PresidioReversibleAnonymizer'], ['anonymize'])],
    source: 'langchain-experimental 0.3.4',
  },
  {
    packages: ['py:llm_guard'],
    shapes: [
      // What it scans for is what it is given; the scanner of replies only tells unless it is to redact.
      { ...judge('LLM Guard', ['scan_prompt', 'scan_output']), holds: { exports: ['PromptInjection', 'input_scanners.PromptInjection'] } },
      { ...redactor('LLM Guard', ['scan_prompt']), holds: { exports: ['Anonymize', 'input_scanners.Anonymize'] } },
      { ...redactor('LLM Guard', ['scan_output']), holds: { exports: ['Sensitive', 'output_scanners.Sensitive'], given: REDACTS } },
      { ...finder('LLM Guard', ['scan_output']), holds: { exports: ['Sensitive', 'output_scanners.Sensitive'] } },
      judge('LLM Guard', ['PromptInjection', 'input_scanners.PromptInjection'], ['scan']),
      redactor('LLM Guard', ['Anonymize', 'input_scanners.Anonymize'], ['scan']),
      { ...redactor('LLM Guard', ['Sensitive', 'output_scanners.Sensitive'], ['scan']), given: REDACTS },
      finder('LLM Guard', ['Sensitive', 'output_scanners.Sensitive'], ['scan']),
    ],
    source: 'llm-guard 0.3.16',
  },
  {
    packages: ['py:guardrails'],
    shapes: [
      { ...redactor('Guardrails AI', GUARD_CLASSES, GUARDS), holds: { exports: PII_VALIDATORS, given: FIXES, last: USED } },
      {
        ...judge('Guardrails AI', GUARD_CLASSES, GUARDS),
        against: 'pii',
        holds: { exports: PII_VALIDATORS, given: RAISES, last: USED },
        does: 'throw',
      },
      {
        ...judge('Guardrails AI', GUARD_CLASSES, GUARDS),
        against: 'pii',
        holds: { exports: PII_VALIDATORS },
        does: 'throw',
        open: 'whether it does anything on failure depends on its version and on the validators beside it: it is told neither to fix nor to raise, or another use() takes its place',
      },
      { ...judge('Guardrails AI', GUARD_CLASSES, GUARDS), holds: { exports: ATTACK_VALIDATORS, given: RAISES, last: USED }, does: 'throw' },
      { ...judge('Guardrails AI', GUARD_CLASSES, GUARDS), holds: { exports: ATTACK_VALIDATORS } },
    ],
    source: 'guardrails-ai 0.11.0',
  },
  {
    packages: ['py:rebuff'],
    shapes: [judge('Rebuff', ['RebuffSdk', 'Rebuff'], ['detect_injection', 'detect'], 'service')],
    source: 'rebuff 0.1.1',
  },
  {
    packages: ['py:pytector'],
    shapes: [judge('pytector', ['PromptInjectionDetector'], ['detect_injection'], 'model')],
    source: 'pytector 0.2.0',
  },
  {
    packages: ['py:llamafirewall'],
    shapes: [judge('LlamaFirewall', ['LlamaFirewall'], ['scan', 'scan_async', 'scan_replay'], 'model')],
    source: 'llamafirewall 1.0.3',
  },
  {
    packages: ['py:vigil'],
    shapes: [judge('Vigil', ['Vigil', 'Vigil.from_config'], ['perform_scan', 'input_scanner.perform_scan'])],
    source: 'vigil-llm 0.10',
  },
  {
    packages: ['py:transformers'],
    shapes: [
      {
        ...judge('an injection classifier', ['pipeline'], [''], 'model'),
        given: /prompt-?guard|prompt-injection|jailbreak[\w-]*(?:classif|detect)|deberta[\w-]*inject/i,
      },
    ],
    source: 'transformers 4.57',
  },
  {
    packages: ['py:azure.ai.contentsafety'],
    shapes: [
      { ...judge('Azure Content Safety', ['ContentSafetyClient'], ['analyze_text'], 'service'), against: 'harm' },
      judge('Azure Prompt Shields', ['ContentSafetyClient'], ['shield_prompt', 'detect_text_jailbreak'], 'service'),
    ],
    source: 'azure-ai-contentsafety 1.0.0',
  },
  {
    packages: ['py:google.cloud.modelarmor_v1', 'py:google.cloud.modelarmor'],
    shapes: [judge('Google Model Armor', ['ModelArmorClient', 'ModelArmorAsyncClient'], ['sanitize_user_prompt'], 'service')],
    source: 'google-cloud-modelarmor 0.2.8',
  },
  {
    packages: ['py:langchain'],
    shapes: [
      {
        exports: ['PIIMiddleware', 'agents.middleware.PIIMiddleware'],
        against: 'pii',
        by: 'library',
        does: 'part',
        switches: [
          { option: 'apply_to_input', at: 1, side: 'input', default: true },
          { option: 'apply_to_output', at: 1, side: 'output', default: false },
          { option: 'apply_to_tool_results', at: 1, side: 'tool-output', default: false },
        ],
        label: 'piiMiddleware of LangChain',
      },
    ],
    source: 'langchain 1.0',
  },
];
