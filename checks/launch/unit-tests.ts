import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/unit-tests',
  code: 'TST-01',
  title: "Unit tests of the agent's own code exist, run and all pass",
  severity: 'blocker',
  how: ['inspect', 'attest'],
  lines: ['L14'],
  why: 'Parsing, prices, limits and redaction are ordinary code, and it breaks in ordinary ways. Without tests every change is an experiment on users.',
  fix: 'Test the code around the model, run the tests on every pull request, and let any failure stop the merge.',
  settles: "A recorded result of the whole suite on this commit: at least one test of the agent's code has run, and none failed.",
  traps: [
    'A test command that prints a sentence, or passes when it finds no tests, is always green.',
    'A step with continue-on-error, or with an "or true" behind the command, reports failures and stops nothing.',
    'Tests of a template, a library or a page may pass without importing the agent at all.',
    'Skipped tests count as neither passed nor failed, and their number should be known.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'agent.test.ts': `import { expect, test } from 'vitest';
import { recent } from './agent.ts';
const turn = (content: string) => ({ role: 'user' as const, content });
test('keeps everything that fits', () => expect(recent([turn('plum'), turn('pear')], 8)).toHaveLength(2));
test('drops the oldest first', () => expect(recent([turn('plum'), turn('pear')], 7)).toEqual([turn('pear')]));
test('keeps the last turn, however long', () => expect(recent([turn('plum'), turn('pear')], 1)).toEqual([turn('pear')]));`,
        'package.json':
          '{ "scripts": { "test": "vitest run" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm test`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
type Turn = { role: 'user' | 'assistant'; content: string };
/** The newest turns that fit into the budget; the last one always stays. */
export function recent(turns: Turn[], characters = 12_000): Turn[] {
  const from = turns.findLastIndex((_, at) => turns.slice(at).reduce((sum, turn) => sum + turn.content.length, 0) > characters);
  return turns.slice(Math.min(from + 1, turns.length - 1));
}
export const reply = (turns: Turn[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages: recent(turns), max_completion_tokens: 800 });`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'package.json':
          '{ "scripts": { "test": "vitest run --passWithNoTests" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    continue-on-error: true
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm test`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'there are no tests, the runner is told not to mind, and the job would pass anyway',
    },
  ],
});
