// The answer ends at the output cap, in the middle of a sentence.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'cut-off-answer',
  question: 'Is a user told that an answer is incomplete?',
  requests: 30,
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [text('The first half of the answer with {{nonce}} ends in the', { stop: 'length' })] },
    },
  },
});
