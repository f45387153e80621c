// The connection to the provider is reset once.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'connection-drops',
  question: 'What does the agent do when the connection to the provider breaks?',
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [{ kind: 'reset' }, text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
