// The model asks for fifty tool calls in one answer.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'tool-burst',
  question: 'How many tool calls of one answer does the agent run?',
  needs: ['tools'],
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: {
        steps: [
          { kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'changing' }, times: 50 }] },
          text('You are on the free plan. Reference {{nonce}}.'),
        ],
      },
      world: { kind: 'answer', status: 200, text: 'Nothing was found.' },
    },
  },
});
