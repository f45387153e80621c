// Forty users, each from an address of its own so that a limit by address is not taken for one of all, cause high cost together, each with one request; and, to compare, the same at no cost.
import { type Act, defineProbe, text } from '../core/index.ts';

const ACTS: readonly Act[] = Array.from({ length: 40 }, (_, i) => ({
  kind: 'say' as const,
  user: `u${i}`,
  apart: true,
  text: 'Which plan am I on?',
}));
const ANSWER = 'You are on the free plan. Reference {{nonce}}.';

export const probe = defineProbe({
  id: 'costly-crowd',
  question: 'Is the cost of all users together limited?',
  needs: ['server', 'users'],
  arms: {
    // 480 million tokens: about 50 US dollars with the cheapest models, thousands with others.
    treatment: { acts: ACTS, script: { steps: [text(ANSWER, { tokens: { input: 10_000_000, output: 2_000_000 } })] } },
    // A limit of requests would stop these as well.
    cheap: { acts: ACTS, script: { steps: [text(ANSWER)] } },
  },
});
