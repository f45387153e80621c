// One user causes more and more cost, then a second user asks once; and, to compare, the same at no cost.
import { type Act, defineProbe, text } from '../core/index.ts';

const ACTS: readonly Act[] = [
  ...Array.from({ length: 10 }, (_, i) => ({ kind: 'say' as const, user: 'a', session: `a${i}`, text: 'Which plan am I on?' })),
  { kind: 'say', user: 'b', text: 'Which plan am I on?' },
];

const ANSWER = 'You are on the free plan. Reference {{nonce}}.';

export const probe = defineProbe({
  id: 'costly-user',
  question: 'Is the cost of one user limited, and another not affected?',
  needs: ['server', 'users'],
  arms: {
    // Three times as much each time: a limit of any size is reached within ten requests, and not by so much that the limit of all users is
    // reached with it. The last request of ten has 394 million input tokens.
    treatment: {
      acts: ACTS,
      script: {
        steps: Array.from({ length: 11 }, (_, i) =>
          text(ANSWER, { tokens: { input: 20_000 * 3 ** Math.min(i, 9), output: 4_000 * 3 ** Math.min(i, 9) } }),
        ),
      },
    },
    // A limit of requests would stop these as well.
    cheap: { acts: ACTS, script: { steps: [text(ANSWER)] } },
  },
});
