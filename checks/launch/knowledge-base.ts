import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/knowledge-base',
  code: 'OPS-04',
  title: 'The knowledge base has an owner and a rhythm of updates',
  severity: 'medium',
  how: ['attest', 'inspect'],
  lines: ['L22'],
  why: "An agent that answers from last year's prices is wrong with great confidence. Nobody notices before a customer quotes it.",
  fix: 'Run the ingestion on a schedule or on change, name an owner and a rhythm, and evaluate some questions after every update.',
  settles: 'A signed statement with the owner, the rhythm and the date of the latest update, with an expiry date.',
  traps: [
    'An ingestion script that somebody once ran by hand is not a process.',
    'A line for cron in a README schedules nothing.',
    'The search index of the documentation site is another index.',
    'Without retrieval in the agent there is nothing to update, and the item does not apply.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        '.github/workflows/knowledge.yml': `name: Knowledge base # owner: Jonas Adeyemi, rhythm: every night and on change, see docs/knowledge.md
on:
  schedule: [{cron: '15 2 * * *'}]
  push: {branches: [main], paths: ['articles/**']}
jobs:
  ingest:
    runs-on: ubuntu-latest
    env: {OPENAI_API_KEY: '\${{ secrets.OPENAI_API_KEY }}', KNOWLEDGE_URL: '\${{ secrets.KNOWLEDGE_URL }}'}
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: node ingest.ts --prune
      - run: npm run eval:retrieval`,
      },
      code: `import OpenAI from 'openai';
import { search } from './knowledge.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const passages = (await search(question, 5)).map(({ text, source }) => \`\${source}: \${text}\`).join('\\n');
  const messages = [{ role: 'user' as const, content: \`Answer from these passages only:\\n\${passages}\\n\\nQuestion: \${question}\` }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'README.md': `## Knowledge base

Run \`node ingest.ts\` once to fill the vector store. In production you may add a cron job:

    0 2 * * 0 node ingest.ts`,
      },
      code: `import OpenAI from 'openai';
import { search } from './knowledge.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const passages = (await search(question, 5)).map(({ text, source }) => \`\${source}: \${text}\`).join('\\n');
  const messages = [{ role: 'user' as const, content: \`Answer from these passages only:\\n\${passages}\\n\\nQuestion: \${question}\` }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'an ingestion from a laptop, and a schedule that exists only in a sentence',
    },
  ],
});
