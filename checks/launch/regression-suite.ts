import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/regression-suite',
  code: 'TST-04',
  title: 'The regression suite runs by itself before every release',
  severity: 'high',
  how: ['inspect'],
  lines: ['L17'],
  why: 'A suite that somebody has to remember is not run on the evening when it matters.',
  fix: 'Trigger it on pull requests that touch prompts, tools or agent code, let a failure fail the job, and make the deployment need that job.',
  settles:
    'The CI runs of the latest changes to prompts and agent code: each must show the suite, and a failing suite must have stopped the deployment.',
  traps: [
    'A workflow that only starts by hand is manual, however complete it is.',
    'Path filters often forget the folder with the prompts.',
    'A condition on a secret skips the job where the secret is missing, and a skipped job counts as green.',
    'A suite beside the deployment, which does not need it, informs and stops nothing.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        '.github/workflows/release.yml': `on:
  pull_request: {paths: [agent.ts, 'prompts/**', 'tools/**', 'evals/**', package-lock.json]}
  push: {branches: [main]}
jobs:
  regression:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm run test:regression
        env: {OPENAI_API_KEY: '\${{ secrets.OPENAI_API_KEY }}'}
  deploy:
    if: github.ref == 'refs/heads/main'
    needs: regression
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh`,
      },
      code: `import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
const system = readFileSync(new URL('./prompts/support.md', import.meta.url), 'utf8');
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'system' as const, content: system }, { role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        '.github/workflows/evals.yml': `name: Regression evals
on: workflow_dispatch
jobs:
  regression:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm run test:regression
        env: {OPENAI_API_KEY: '\${{ secrets.OPENAI_API_KEY }}'}`,
        '.github/workflows/deploy.yml': `on: {push: {branches: [main]}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh`,
      },
      code: `import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
const system = readFileSync(new URL('./prompts/support.md', import.meta.url), 'utf8');
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'system' as const, content: system }, { role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the suite starts by hand only, and the deployment does not wait for it',
    },
  ],
});
