import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/judge-evaluation',
  code: 'TST-03',
  title: 'A judge passes more than 85 % of the evaluation cases',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L16'],
  why: 'Whether the answers are good cannot be seen in a stack trace. Without a measured share nobody knows whether a new prompt made them worse.',
  fix: 'Let a judge model grade at least thirty cases by a written rubric, fail the run at 85 % or less, and keep the result with the commit.',
  settles:
    'The recorded result of an evaluation of this commit: at least thirty cases that were answered by the agent itself, and more than 85 % of them passed.',
  traps: [
    'Thresholds have units: a pass rate of 0.85 given to a tool that reads percent closes the gate for nobody.',
    'A mean score of 0.85 is not a share of 85 % passed cases, and a threshold for one case is neither.',
    'Cases whose answer is written into the dataset grade the dataset; the agent was never asked.',
    'A test that only waits for the evaluation to finish passes whatever it says; with few cases the share is mostly chance.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'evals/promptfooconfig.yaml': `providers:
  - id: http
    config:
      url: http://127.0.0.1:3000/chat
      method: POST
      headers: {Content-Type: application/json}
      body: {message: '{{prompt}}'}
      transformResponse: json.reply
prompts: ['{{question}}']
defaultTest:
  options: {provider: 'anthropic:messages:claude-sonnet-4-5'} # the judge, of another family than the agent
  assert: [{type: llm-rubric, value: 'States this and nothing that contradicts it: {{fact}}'}]
tests: file://cases.csv # 60 rows: question, fact`,
        '.github/workflows/evaluation.yml': `on: pull_request
jobs:
  evaluation:
    runs-on: ubuntu-latest
    env:
      OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
      ANTHROPIC_API_KEY: \${{ secrets.ANTHROPIC_API_KEY }}
      PROMPTFOO_PASS_RATE_THRESHOLD: '86' # per cent
    steps:
      - uses: actions/checkout@v4
      - run: npm ci && (npm start &) && npx wait-on tcp:3000
      - run: npx promptfoo eval -c evals/promptfooconfig.yaml -o results.json
      - {uses: actions/upload-artifact@v4, if: always(), with: {name: evaluation, path: results.json}}`,
      },
      code: `import express from 'express';
import OpenAI from 'openai';
const client = new OpenAI();
const app = express().use(express.json());
app.post('/chat', async (request, response) => {
  const messages = [{ role: 'user' as const, content: String(request.body.message) }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  response.json({ reply: choices[0]?.message.content });
});
app.listen(3000);`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'evals/promptfooconfig.yaml': `providers:
  - id: http
    config:
      url: http://127.0.0.1:3000/chat
      method: POST
      headers: {Content-Type: application/json}
      body: {message: '{{prompt}}'}
      transformResponse: json.reply
prompts: ['{{question}}']
defaultTest:
  options: {provider: 'anthropic:messages:claude-sonnet-4-5'} # the judge, of another family than the agent
  assert: [{type: llm-rubric, value: 'States this and nothing that contradicts it: {{fact}}'}]
tests: file://cases.csv # 60 rows: question, fact`,
        '.github/workflows/evaluation.yml': `on: pull_request
jobs:
  evaluation:
    runs-on: ubuntu-latest
    env:
      OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
      ANTHROPIC_API_KEY: \${{ secrets.ANTHROPIC_API_KEY }}
      PROMPTFOO_PASS_RATE_THRESHOLD: '0.85'
    steps:
      - uses: actions/checkout@v4
      - run: npm ci && (npm start &) && npx wait-on tcp:3000
      - run: npx promptfoo eval -c evals/promptfooconfig.yaml`,
      },
      code: `import express from 'express';
import OpenAI from 'openai';
const client = new OpenAI();
const app = express().use(express.json());
app.post('/chat', async (request, response) => {
  const messages = [{ role: 'user' as const, content: String(request.body.message) }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  response.json({ reply: choices[0]?.message.content });
});
app.listen(3000);`,
      shows: 'the threshold is read as percent: this run passes with one good answer in a hundred',
    },
  ],
});
