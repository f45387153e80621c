// The agent is asked to end while it answers somebody.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'rollout',
  question: 'Does a request survive a rollout?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [
        {
          kind: 'during',
          say: { kind: 'say', text: 'Which plan am I on?' },
          acts: [{ kind: 'wait', ms: 400 }, { kind: 'stop' }],
        },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.', { after: 1500 })] },
    },
  },
});
