// The stream ends in the middle of the answer, or reports an error there.
import { defineProbe } from '../core/index.ts';

const LONG = Array.from({ length: 40 }, (_, i) => `This is sentence ${i + 1} of a long answer with the word {{nonce}}.`).join(' ');

export const probe = defineProbe({
  id: 'stream-breaks',
  question: 'Is a user told when an answer breaks off?',
  needs: ['stream'],
  arms: {
    cut: { acts: [{ kind: 'say', text: 'Which plan am I on?' }], script: { steps: [{ kind: 'cut', text: LONG, events: 6 }] } },
    error: { acts: [{ kind: 'say', text: 'Which plan am I on?' }], script: { steps: [{ kind: 'stream-error', text: LONG, events: 6 }] } },
  },
});
