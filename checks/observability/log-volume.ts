import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/log-volume',
  code: 'OBS-09',
  title: 'A normal request leaves metadata in the logs, not its content',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L01'],
  why: 'Full prompts and replies bury the lines that matter under gigabytes, and copy what users wrote to a place that was never meant for it.',
  fix: 'Log ids, model, counts, lengths and durations; switch content off in the tracing (recordInputs and recordOutputs false, or the hide switch of the vendor).',
  settles:
    'All logs and traces of one normal request with a marked word in the question, the reply and a tool result: none of the three words may appear.',
  traps: [
    'The telemetry of AI SDK 6 records prompts and replies as soon as it is enabled; only an explicit false for both switches it off.',
    'Fields such as prompt_tokens, a prompt version or the length of a prompt are metadata and no leak.',
    "Debug logging of an SDK or HTTP client, and request loggers that print the body, write content without any call in the agent's code.",
    'Content in an error branch, or behind a debug level that production does not use, is allowed here.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
export const reply = (prompt: string) =>
  generateText({
    model: openai('gpt-5.6'),
    prompt,
    maxOutputTokens: 800,
    experimental_telemetry: { isEnabled: true, functionId: 'support-reply', recordInputs: false, recordOutputs: false },
  });`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
export const reply = (prompt: string) =>
  generateText({
    model: openai('gpt-5.6'),
    prompt,
    maxOutputTokens: 800,
    experimental_telemetry: { isEnabled: true, functionId: 'support-reply' },
  });`,
      shows: 'enabled telemetry records the whole prompt and reply by default',
    },
  ],
});
