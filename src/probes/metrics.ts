// The metrics page before and after a slow request, one that fails, and one whose first attempts fail.
import { defineProbe, status, text } from '../core/index.ts';

const PATHS = ['/metrics', '/api/metrics'];

export const probe = defineProbe({
  id: 'metrics',
  question: 'Do the metrics of the agent move when requests are slow and fail?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [
        { kind: 'look', paths: PATHS },
        { kind: 'say', text: 'Which plan am I on?' },
        { kind: 'say', text: 'And now?' },
        { kind: 'say', text: 'And tomorrow?' },
        { kind: 'wait', ms: 1200 },
        { kind: 'look', paths: PATHS },
      ],
      script: {
        steps: [
          // Longer than any number of tokens that is reported here, so that a sum of milliseconds is none of tokens.
          text('You are on the free plan. Reference {{nonce}}.', { tokens: { input: 777, output: 33 }, after: 1200 }),
          status(400),
          // Retries hide these two from everything but a count of attempts.
          status(500),
          status(500),
          text('You are on the free plan. Reference {{nonce}}.', { tokens: { input: 777, output: 33 } }),
        ],
      },
    },
  },
});
