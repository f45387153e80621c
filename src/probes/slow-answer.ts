// The answer comes word by word, for a minute and a half.
import { defineProbe, text } from '../core/index.ts';

const PIECES = Array.from({ length: 60 }, (_, i) => `word${i} `);

export const probe = defineProbe({
  id: 'slow-answer',
  question: 'Does a request end although its answer keeps coming?',
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: { steps: [text(PIECES.join(''), { pieces: PIECES, every: 1500 })] },
    },
  },
});
