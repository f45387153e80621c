import { bestAlert, defineCheck, satisfaction } from '../../src/core/index.ts';

// Code that several examples share.
const AGENT = `import OpenAI from 'openai';
import { Summary } from 'prom-client';
const ratings = new Summary({ name: 'agent_rating', help: 'Ratings from 1 to 5', percentiles: [] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}
/** Called by the stars below each reply. */
export function rate(stars: number) {
  if (Number.isInteger(stars) && stars >= 1 && stars <= 5) ratings.observe(stars);
}`;

export const check = defineCheck({
  id: 'monitoring/satisfaction-alert',
  code: 'MON-04',
  title: 'An alert fires when users rate a day below 3.5 of 5',
  severity: 'medium',
  how: ['inspect', 'attest'],
  lines: ['L03'],
  why: 'An agent can be fast, cheap and without errors, and still wrong. Only its users notice, and they leave without a stack trace.',
  fix: 'Record ratings as a metric, alert on the daily mean below 3.5 of 5 (or an agreed share of thumbs down) once enough ratings came in.',
  settles:
    'A rule on the daily mean of user ratings, or a signed statement with the link to the alert in the feedback tool, its owner and an expiry date.',
  traps: [
    'Feedback that is stored and watched by nobody is the usual case.',
    'Scores of a judge model are not the opinion of users; as a stand-in they should be named as such.',
    'A mean over two ratings is noise, and a day without ratings is no good day.',
  ],
  needs: { facts: ['alert', 'monitoring-stack', 'metric'] },

  inspect({ alert: alerts, 'monitoring-stack': stacks, metric: metrics }) {
    return bestAlert({ alerts, stacks, metrics }, { what: 'the ratings of users', rule: satisfaction, expected: false });
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: UsersDissatisfied
        expr: |
          sum(increase(agent_rating_sum[1d])) / sum(increase(agent_rating_count[1d])) < 3.5
          and sum(increase(agent_rating_count[1d])) >= 20
        labels: {severity: warning}
        annotations: {runbook_url: 'https://docs.shop.internal/runbooks/support-agent#ratings'}`,
      },
      code: AGENT,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { database } from './database.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}
/** Called by the stars below each reply. */
export async function rate(stars: number) {
  await database.query('INSERT INTO feedback (stars) VALUES ($1)', [stars]);
}`,
      shows: 'the stars go into a table that nobody is told about',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: UsersDissatisfied
        expr: sum(increase(agent_rating_sum[1d])) / sum(increase(agent_rating_count[1d])) > 3.5
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'it fires on the good days',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: UsersDissatisfied
        expr: sum(increase(agent_rating_sum[1d])) / sum(increase(agent_rating_count[1d])) < 2.5
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'users were unhappy long before',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: UsersDissatisfied
        expr: sum(increase(agent_rating_sum[5m])) / sum(increase(agent_rating_count[5m])) < 3.5
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'in five minutes two ratings decide',
    },
  ],
});
