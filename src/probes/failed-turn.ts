// A turn fails; the next one must not suffer from it.
import { defineProbe, status, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'failed-turn',
  question: 'Does a conversation go on after a failed turn?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [
        { kind: 'say', text: 'Which plan am I on?' },
        { kind: 'say', text: 'And now?' },
      ],
      script: { steps: [status(400), text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
