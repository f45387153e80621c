// A message that is far too long.
import { defineProbe, text } from '../core/index.ts';

/** 50 characters: 60,000 in one arm, 300,000 in the other. */
const WORDS = 'A sentence of fifty characters, as people say it. ';

export const probe = defineProbe({
  id: 'long-input',
  question: 'What does the agent do with a message that is far too long?',
  arms: {
    long: {
      acts: [{ kind: 'say', text: WORDS.repeat(1200) }],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.')] },
    },
    huge: {
      acts: [{ kind: 'say', text: WORDS.repeat(6000) }],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
