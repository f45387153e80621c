import { defineCheck, fail, noted, partial, pass, production, someOf, unknown } from '../../src/core/index.ts';

// Code that several examples share.
const AGENT = `import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
import { store } from './store.ts';
const client = new OpenAI();
for (const file of process.argv.slice(2)) {
  const input = readFileSync(file, 'utf8');
  const { data } = await client.embeddings.create({ model: 'text-embedding-3-small', input });
  await store(file, input, data[0]?.embedding ?? []);
}`;

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
  needs: { facts: ['model-call', 'scheduled', 'page'] },

  inspect({ 'model-call': calls, scheduled, page: pages }) {
    const embeddings = calls.filter(call => call.purpose === 'embedding' && (call.role === 'production' || call.role === 'script'));
    const runs = production(scheduled).filter(run => embeddings.some(call => run.files.includes(call.location.file)));
    const page = pages.find(one => one.topic === 'knowledge');
    const run = runs.find(one => one.dead === undefined && one.harmless === undefined) ?? runs.find(one => one.dead === undefined);
    if (run !== undefined) {
      const owner = run.owner ?? (page?.says.includes('an owner') === true ? `see ${page.location.file}` : undefined);
      if (run.harmless !== undefined) return [partial(`${run.label} embeds by itself, and ${run.harmless}`, [run.location])];
      return owner === undefined
        ? [partial(`${run.label} embeds by itself, and nobody is named as its owner`, [run.location])]
        : [pass(`${run.label} embeds by itself; owner: ${owner}`, [run.location], 'medium')];
    }
    const [dead] = runs;
    if (dead !== undefined) return [fail(`${dead.label} is to embed and never runs: ${dead.dead}`, [dead.location], 'medium')];
    const scripts = embeddings.filter(call => call.role === 'script');
    if (page !== undefined && page.says.length > 0)
      return [unknown(`${page.location.file} names ${someOf(page.says)}; that it is so, a person has to sign`, [page.location])];
    const places = scripts.slice(0, 5).map(call => noted(call.location, call.call));
    return scripts.length === 0
      ? undefined
      : [
          partial(
            `${someOf(scripts.map(call => call.location.file))} embeds, and nothing in the repository runs it by itself`,
            places,
            'medium',
          ),
        ];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'scripts/ingest.ts': AGENT,
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
      - run: npx tsx scripts/ingest.ts --prune
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
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'scripts/ingest.ts': AGENT,
        '.github/workflows/knowledge.yml': `name: Knowledge base # owner: Jonas Adeyemi, rhythm: every night and on change, see docs/knowledge.md
on:
  schedule: [{cron: '15 2 * * *'}]
  push: {branches: [main], paths: ['articles/**']}
jobs:
  ingest:
    if: false
    runs-on: ubuntu-latest
    env: {OPENAI_API_KEY: '\${{ secrets.OPENAI_API_KEY }}', KNOWLEDGE_URL: '\${{ secrets.KNOWLEDGE_URL }}'}
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npx tsx scripts/ingest.ts --prune
      - run: npm run eval:retrieval`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'switched off for one day, a year ago',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'scripts/ingest.ts': AGENT,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a script that somebody once ran by hand',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'scripts/ingest.ts': AGENT,
        '.github/workflows/knowledge.yml': `name: Knowledge base
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
      - run: npx tsx scripts/ingest.ts --prune
      - run: npm run eval:retrieval`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'it runs by itself, and belongs to nobody',
    },
  ],
});
