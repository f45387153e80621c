import { defineCheck, type Finding, fail, partial, pass, production, unknown } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/escalations',
  code: 'OBS-08',
  title: 'Handovers to a person are counted against all conversations',
  severity: 'medium',
  how: ['inspect', 'attest'],
  lines: ['L02'],
  why: 'More and more handovers are the earliest sign that the agent no longer helps, and each of them costs the time of a colleague.',
  fix: 'Count in the code that hands over, count conversations as well, and plot the quotient; where a help desk computes it, link its report.',
  settles:
    'A metric or event for each handover together with one for each conversation, or a signed statement with the link to the help-desk report, its owner and an expiry date.',
  traps: [
    'Handoffs between agents, as frameworks call them, never reach a person.',
    'Privilege escalation in a security text has nothing to do with this item.',
    'A count of handovers without a count of conversations is no rate.',
    'A counter around all tools, labelled with the tool name, covers the handover when it is a tool.',
  ],
  needs: { facts: ['tool'] },

  notApplicable({ tool }) {
    const tools = production(tool);
    if (tools.some(t => t.handover !== undefined || t.name.startsWith('<dynamic'))) return undefined;
    return 'No tool that hands the conversation to a person was found.';
  },

  inspect({ tool }) {
    return production(tool).flatMap((t): Finding[] => {
      if (t.handover === undefined) return [];
      const { counted, conversations } = t.handover;
      if (counted === 'unknown') return [unknown(`Whether ${t.name} is counted could not be read`, [t.location])];
      if (counted === 'no') return [fail(`${t.name} hands over to a person, and nothing in its code counts that`, [t.location], 'medium')];
      if (conversations === 'yes') return [pass(`${t.name} is counted, and so are conversations`, [t.location], 'medium')];
      return [partial(`${t.name} is counted, but no count of conversations was found on the way to the model`, [t.location], 'medium')];
    });
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'handover.ts': `import { tool } from 'ai';
import { z } from 'zod';
import { openTicket } from './helpdesk.ts';
import { handovers } from './metrics.ts';
export const handover = tool({
  description: 'Hands the conversation to a colleague',
  inputSchema: z.object({ reason: z.enum(['angry', 'complex', 'asked-for-it']), summary: z.string() }),
  execute: async ({ reason, summary }) => {
    const ticket = await openTicket(summary);
    handovers.inc({ reason });
    return ticket;
  },
});`,
        'metrics.ts': `import { Counter } from 'prom-client';
export const conversations = new Counter({ name: 'agent_conversations_total', help: 'Conversations' });
export const handovers = new Counter({ name: 'agent_handovers_total', help: 'Handed to a person', labelNames: ['reason'] });`,
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs } from 'ai';
import { handover } from './handover.ts';
import { conversations } from './metrics.ts';
export function reply(prompt: string) {
  conversations.inc();
  return generateText({ model: openai('gpt-5.6'), prompt, tools: { handover }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
const openTicket = async (summary: string) =>
  (await fetch('https://desk.example/api/tickets', { method: 'POST', body: JSON.stringify({ summary }) })).json();
const inputSchema = z.object({ summary: z.string() });
const execute = ({ summary }: { summary: string }) => {
  console.log('escalating to a human agent');
  return openTicket(summary);
};
const escalate = tool({ description: 'Hands the conversation to a colleague', inputSchema, execute });
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { escalate }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'the tool hands over and leaves no count behind',
    },
  ],
});
