import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'security/side-effects',
  code: 'SEC-08',
  title: 'Tools that change something are gated',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L08'],
  why: 'A model that may send, pay, delete or run code will do so for a reason that made sense to it alone. Afterwards there is no undo.',
  fix: 'Mark such tools as needing approval (needsApproval, an interrupt, canUseTool), allow only named targets, and run code in a sandbox without network.',
  settles:
    'What happens when the model asks for a tool with side effects: the run must pause or refuse, and the effect must not have taken place.',
  traps: [
    'A sentence in the prompt such as "ask before you refund" gates nothing.',
    'Checking how a shell command begins allows everything that follows a semicolon.',
    'An allow-list of tool names says which tools exist, not what one may do with them.',
    'Read-only tools need no gate, whatever their names sound like.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/anthropic": "3.0.139", "zod": "4.1.12" } }',
      },
      code: `import { anthropic } from '@ai-sdk/anthropic';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
import { refundOrder } from './payments.ts';
const refund = tool({
  description: 'Refunds an order',
  inputSchema: z.object({ order: z.string(), cents: z.number().int().positive().max(20_000) }),
  needsApproval: true, // a colleague confirms in the back office before execute runs
  execute: refundOrder,
});
export const reply = (prompt: string) =>
  generateText({ model: anthropic('claude-sonnet-4-5'), prompt, tools: { refund }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/anthropic": "3.0.139", "zod": "4.1.12" } }',
      },
      code: `import { execSync } from 'node:child_process';
import { anthropic } from '@ai-sdk/anthropic';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
const git = tool({
  description: 'Runs a git command in the repository',
  inputSchema: z.object({ command: z.string().startsWith('git ') }),
  execute: async ({ command }) => execSync(command, { encoding: 'utf8', timeout: 10_000 }),
});
export const reply = (prompt: string) =>
  generateText({ model: anthropic('claude-sonnet-4-5'), prompt, tools: { git }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'the command only has to begin with git: everything after a semicolon runs too',
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import { anthropic } from '@ai-sdk/anthropic';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
import { refundOrder } from './payments.ts';
const inputSchema = z.object({ order: z.string(), cents: z.number().int().positive() });
const refund = tool({ description: 'Refunds an order', inputSchema, execute: refundOrder });
const system = 'You are a support agent. Always ask a supervisor before you refund more than 50 dollars.';
export const reply = (prompt: string) =>
  generateText({ model: anthropic('claude-sonnet-4-5'), system, prompt, tools: { refund }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'the only gate is a wish in the prompt',
    },
  ],
});
