// The metrics page before and after a failed request.
import { defineProbe, status, text } from '../core/index.ts';

const PATHS = ['/metrics', '/api/metrics'];

export const probe = defineProbe({
  id: 'metrics',
  question: 'Do the metrics of the agent move when a request fails?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [
        { kind: 'look', paths: PATHS },
        { kind: 'say', text: 'Which plan am I on?' },
        { kind: 'say', text: 'And now?' },
        { kind: 'wait', ms: 1200 },
        { kind: 'look', paths: PATHS },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.', { tokens: { input: 777, output: 33 } }), status(400)] },
    },
  },
});
