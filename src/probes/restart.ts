// A user reaches the limit; then the agent is started again, the user asks three times more, and another user once.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'restart',
  question: 'Does a limit survive a restart of the agent?',
  needs: ['server', 'users'],
  arms: {
    treatment: {
      acts: [
        ...Array.from({ length: 60 }, (_, i) => ({ kind: 'say' as const, user: 'a', session: `a${i}`, text: 'Which plan am I on?' })),
        { kind: 'restart' },
        ...Array.from({ length: 3 }, (_, i) => ({ kind: 'say' as const, user: 'a', session: `after${i}`, text: 'Which plan am I on?' })),
        { kind: 'say', user: 'b', text: 'Which plan am I on?' },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
