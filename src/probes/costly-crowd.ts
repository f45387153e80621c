// Forty users cause high cost together, each with one request.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'costly-crowd',
  question: 'Is the cost of all users together limited?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: Array.from({ length: 40 }, (_, i) => ({ kind: 'say' as const, user: `u${i}`, text: 'Which plan am I on?' })),
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.', { tokens: { input: 1_000_000, output: 200_000 } })] },
    },
  },
});
