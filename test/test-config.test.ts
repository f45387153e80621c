// Tests that the configuration of their runner leaves out: CI is green, and they never ran.
import { describe, expect, test, vi } from 'vitest';
import { CHECKS } from '../checks/index.ts';
import { audit } from '../src/audit.ts';
import { openShelf } from './support/lay-out.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const shelf = openShelf('test-config');

async function statusOf(config: string, name = 'vitest.config.ts', runner = 'vitest run'): Promise<string | undefined> {
  const files = {
    'package.json': `{ "scripts": { "test": "${runner}" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12", "jest": "30.0.0" } }`,
    'agent.ts': `import OpenAI from 'openai';
export async function reply(question: string, client = new OpenAI()): Promise<string> {
  if (question.trim() === '') return 'What would you like to know?';
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}
`,
    'agent.test.ts': `${runner === 'jest' ? "import { expect, test } from '@jest/globals'" : "import { expect, test } from 'vitest'"};
import { reply } from './agent.ts';
const client = { chat: { completions: { create: async () => ({ choices: [{ message: { content: 'Monday' } }] }) } } } as never;
test('asks back', async () => expect(await reply('')).toMatch(/What would/));
test('asks back when it is blank', async () => expect(await reply('  ')).toMatch(/What would/));
test('answers', async () => expect(await reply('When?', client)).toBe('Monday'));
`,
    '.github/workflows/ci.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm test
`,
    [name]: config,
  };
  const checks = CHECKS.filter(check => check.code === 'TST-01');
  return (await audit(shelf.layOut(files), { checks })).items.find(one => one.code === 'TST-01')?.status;
}

const config = (inner: string): string => `import { configDefaults, defineConfig } from 'vitest/config';
export default defineConfig({ test: { ${inner} } });
`;

describe('a configuration that leaves out the tests of the agent', () => {
  test.each([
    ['another folder', config("include: ['src/**/*.test.ts'], passWithNoTests: true")],
    ['their file', config("exclude: [...configDefaults.exclude, '**/agent.test.ts']")],
    ['their ending', config("environment: 'node', exclude: [\n  // slow\n  '**/*.test.ts',\n]")],
  ])('%s', async (_, text) => expect(await statusOf(text)).not.toBe('pass'));
  test('of jest', async () =>
    expect(await statusOf("module.exports = { testMatch: ['<rootDir>/src/**/*.test.ts'] };", 'jest.config.js', 'jest')).not.toBe('pass'));
});

describe('a configuration that takes them', () => {
  test.each([
    ['nothing said', config("environment: 'node'")],
    ['everywhere', config("include: ['**/*.test.ts', 'src/**/*.spec.ts']")],
    ['what is measured', config("coverage: { include: ['src/**'], exclude: ['**/agent.test.ts'] }")],
    ['other files', config("exclude: ['**/node_modules/**', 'e2e/**', '**/*.live.test.ts']")],
    ['a list that cannot be read', config("exclude: ['**/agent.test.ts', ...slow]")],
    ['of a project', config("projects: [{ test: { include: ['src/**/*.test.ts'] } }]")],
  ])('%s', async (_, text) => expect(await statusOf(text)).toBe('pass'));
  test('of jest', async () =>
    expect(await statusOf("module.exports = { testMatch: ['**/*.test.ts'] };", 'jest.config.js', 'jest')).toBe('pass'));
});
