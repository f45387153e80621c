// A tool returns two megabytes.
import { defineProbe, text, tool } from '../core/index.ts';

/** Words, not blanks: those would be trimmed away. */
const WORDS = 'A sentence of fifty characters, as services say it. '.repeat(39_000);

export const probe = defineProbe({
  id: 'tool-flood',
  question: 'How much of what a tool returns is sent to the model?',
  needs: ['tools'],
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [tool(), text('You are on the free plan. Reference {{nonce}}.')] },
      world: { kind: 'answer', status: 200, text: `The plan is called {{nonce}}. ${WORDS}` },
    },
  },
});
