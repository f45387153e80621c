// A tool works, and its answer goes back to the model.
import { defineProbe, text, tool } from '../core/index.ts';

const PATHS = ['/metrics', '/api/metrics'];

export const probe = defineProbe({
  id: 'tool-answers',
  question: 'Does the answer of a tool reach the model?',
  needs: ['tools'],
  arms: {
    treatment: {
      acts: [
        { kind: 'look', paths: PATHS },
        { kind: 'say', text: 'Which plan am I on?' },
        { kind: 'wait', ms: 1500 },
        { kind: 'look', paths: PATHS },
      ],
      // Odd numbers of tokens, different in each step: their sum, or all of them, must be recorded.
      script: {
        steps: [
          tool({ input: 211, output: 17 }),
          text('You are on the free plan. Reference {{nonce}}.', { tokens: { input: 463, output: 29 } }),
        ],
      },
      world: { kind: 'answer', status: 200, text: 'The plan is called {{nonce}}.' },
    },
  },
});
