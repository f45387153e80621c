// One user asks sixty times in a row, then a second user asks once.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'greedy-user',
  question: 'Is one user limited, and another not affected?',
  needs: ['server', 'users'],
  arms: {
    treatment: {
      acts: [
        ...Array.from({ length: 60 }, (_, i) => ({ kind: 'say' as const, user: 'a', session: `a${i}`, text: 'Which plan am I on?' })),
        { kind: 'say', user: 'b', text: 'Which plan am I on?' },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
