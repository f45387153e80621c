import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'cost-control/request-ceiling',
  code: 'COST-01',
  title: 'A request stops before it costs more than its ceiling',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L11'],
  why: 'One request that runs in circles can cost more than a day of normal traffic. Monthly limits notice it when the money is gone.',
  fix: 'Carry a budget through the loop: compare what the request has cost with the ceiling before each model call, and end in a prepared reply (a stopWhen condition, max_budget_usd, or a few lines of your own).',
  settles:
    'The number of model calls and their price when a scripted model keeps asking for tools and reports large usage: the agent must stop at the ceiling.',
  traps: [
    'A check before the loop, or between retries only, does not see what happens inside the loop.',
    'Budgets per month, per key or per user are other items; a step cap alone bounds nothing when each step is large.',
    'Sub-agents that run side by side need one budget together, not one each.',
    'Where steps, output and context are all capped, the worst case can be computed, and may be low enough without any counter.',
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
import { generateText, type LanguageModelUsage, stepCountIs } from 'ai';
import { tools } from './tools.ts';
const CEILING = 0.2; // dollars per request
const dollars = ({ inputTokens = 0, outputTokens = 0 }: LanguageModelUsage) => (inputTokens * 2.5 + outputTokens * 15) / 1e6;
const spent = (steps: { usage: LanguageModelUsage }[]) => steps.reduce((sum, { usage }) => sum + dollars(usage), 0);
export async function reply(prompt: string) {
  const { text } = await generateText({
    model: openai('gpt-5.6'), prompt, tools, maxOutputTokens: 800,
    stopWhen: [stepCountIs(12), ({ steps }) => spent(steps) >= CEILING],
  });
  return text || 'This became too long for me. A colleague will write to you.';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs } from 'ai';
import { monthlyCost, PLAN_LIMIT } from './billing.ts';
import { tools } from './tools.ts';
export async function reply(userId: string, prompt: string) {
  if ((await monthlyCost(userId)) >= PLAN_LIMIT) return 'Your plan is used up for this month.';
  const { text } = await generateText({ model: openai('gpt-5.6'), prompt, tools, stopWhen: stepCountIs(50) });
  return text;
}`,
      shows: 'a monthly budget, looked at once: nothing stops the fifty steps that follow',
    },
  ],
});
