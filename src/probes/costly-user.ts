// One user causes high cost with few requests, then a second user asks once.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'costly-user',
  question: 'Is the cost of one user limited, and another not affected?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [
        ...Array.from({ length: 8 }, (_, i) => ({ kind: 'say' as const, user: 'a', session: `a${i}`, text: 'Which plan am I on?' })),
        { kind: 'say', user: 'b', text: 'Which plan am I on?' },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.', { tokens: { input: 1_000_000, output: 200_000 } })] },
    },
  },
});
