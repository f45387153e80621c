// The model calls a tool with arguments that are no JSON, or break its schema.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'broken-arguments',
  question: 'Does the agent check the arguments of a tool call?',
  needs: ['tools'],
  arms: {
    broken: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: {
        steps: [
          { kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'broken' } }] },
          text('You are on the free plan. Reference {{nonce}}.'),
        ],
      },
    },
    mistyped: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: {
        steps: [
          { kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'mistyped' } }] },
          text('You are on the free plan. Reference {{nonce}}.'),
        ],
      },
    },
  },
});
