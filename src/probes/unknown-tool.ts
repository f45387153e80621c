// The model asks for a tool that the agent never offered.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'unknown-tool',
  question: 'What does the agent do when the model asks for a tool that does not exist?',
  needs: ['tools'],
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: {
        steps: [
          { kind: 'tools', asks: [{ pick: { kind: 'named', name: 'delete_all_users' }, args: { kind: 'exact', value: {} } }] },
          text('You are on the free plan. Reference {{nonce}}.'),
        ],
      },
    },
  },
});
