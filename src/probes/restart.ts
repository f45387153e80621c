// A user reaches the limit; then the agent is started again.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'restart',
  question: 'Does a limit survive a restart of the agent?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [
        ...Array.from({ length: 60 }, (_, i) => ({ kind: 'say' as const, user: 'a', session: `a${i}`, text: 'Which plan am I on?' })),
        { kind: 'restart' },
        { kind: 'say', user: 'a', session: 'last', text: 'Which plan am I on?' },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
