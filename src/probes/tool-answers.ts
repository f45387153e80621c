// A tool works, and its answer goes back to the model.
import { defineProbe, text, tool } from '../core/index.ts';

export const probe = defineProbe({
  id: 'tool-answers',
  question: 'Does the answer of a tool reach the model?',
  needs: ['tools'],
  arms: {
    treatment: {
      acts: [
        { kind: 'say', text: 'Which plan am I on?' },
        { kind: 'wait', ms: 1500 },
      ],
      script: { steps: [tool(), text('You are on the free plan. Reference {{nonce}}.')] },
      world: { kind: 'answer', status: 200, text: 'The plan is called {{nonce}}.' },
    },
  },
});
