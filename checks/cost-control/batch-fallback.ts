import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'cost-control/batch-fallback',
  code: 'COST-08',
  title: 'A cheaper way is ready for when the quota runs short',
  severity: 'medium',
  how: ['inspect', 'attest'],
  lines: ['L13'],
  why: 'When the quota is nearly gone, the choice without a plan is to turn users away. Work that can wait until tomorrow costs about half in a batch.',
  fix: 'Name the work that can wait, route it to the Batch API or a cheaper model when the quota nears, and write down trigger, switch and owner.',
  settles:
    'A batch or cheaper-model path in the code that a quota decides on, or a signed statement with the link to the runbook that names trigger, switch and owner, with an expiry date.',
  traps: [
    'The batch method of LangChain, a DataLoader and requests grouped with Promise.all run side by side at the full price.',
    'Batches that only the evaluation uses are no fallback for production.',
    'A purely interactive agent has nothing that can wait; there the plan is a cheaper model.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
import { quotaUsed } from './quota.ts';
const client = new Anthropic();
const params = (text: string) => ({
  model: 'claude-sonnet-4-5',
  max_tokens: 300,
  messages: [{ role: 'user' as const, content: \`Summarise this ticket:\\n\${text}\` }],
});
export async function summarise(tickets: { id: string; text: string }[]) {
  if ((await quotaUsed()) > 0.8) // the summaries may come tomorrow; a worker collects them
    return client.messages.batches.create({ requests: tickets.map(({ id, text }) => ({ custom_id: id, params: params(text) })) });
  return Promise.all(tickets.map(({ text }) => client.messages.create(params(text))));
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
const summarise = (text: string) =>
  client.messages.create({
    model: 'claude-sonnet-4-5',
    max_tokens: 300,
    messages: [{ role: 'user', content: \`Summarise this ticket:\\n\${text}\` }],
  });
export async function processBatch(tickets: string[], batchSize = 10) {
  const summaries = [];
  for (let start = 0; start < tickets.length; start += batchSize)
    summaries.push(...(await Promise.all(tickets.slice(start, start + batchSize).map(summarise))));
  return summaries;
}`,
      shows: 'called a batch, and is ten ordinary calls at once for the ordinary price',
    },
  ],
});
