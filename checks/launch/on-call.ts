import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/on-call',
  code: 'OPS-03',
  title: 'It is written down who is called, and who after that',
  severity: 'high',
  how: ['attest', 'inspect'],
  lines: ['L21'],
  why: 'At three in the morning nobody looks up who knows the agent. Until somebody is found, it goes on answering wrongly.',
  fix: 'Write a page with the link to the rotation, a first and a second level, the time in which each answers, and what they may switch off.',
  settles: 'A signed statement with the link to the on-call schedule, two levels of escalation, its owner and an expiry date.',
  traps: [
    'CODEOWNERS says who reviews, not who gets up.',
    'Privilege escalation, and tools by which the agent itself handles incidents, use the same words.',
    'A template with an empty cell or a placeholder beside "contact" is not a rotation.',
    'A single name is a person and no rotation.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'docs/on-call.md': `# On-call for the support agent

Rotation: https://shop.pagerduty.com/schedules/support-agent (weekly, hand-over on Monday at 10:00)

| level | who | answers within |
|---|---|---|
| 1 | on-call of the support-agent team | 15 minutes |
| 2 | Maren Holt, then Jonas Adeyemi | 30 minutes |
| 3 | head of engineering, who also tells the customers | 1 hour |

Level 1 may switch the flag \`support-agent-fallback\` on without asking anybody.`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'docs/runbook.md': `---
status: template
---
# Incident runbook

## Escalation

| role | contact |
|---|---|
| On-call | TODO |
| Escalation | @your-team |`,
        CODEOWNERS: '* @shop/support-agent',
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a template: no name, no rotation, no second level',
    },
  ],
});
