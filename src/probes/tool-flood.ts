// A tool returns far too much: some 400 kB of words, because spaces would be trimmed by chance.
import { defineProbe, text, tool } from '../core/index.ts';

export const probe = defineProbe({
  id: 'tool-flood',
  question: 'How much of what a tool returns is sent to the model?',
  needs: ['tools'],
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [tool(), text('You are on the free plan. Reference {{nonce}}.')] },
      world: { kind: 'answer', status: 200, text: 'The plan is called {{nonce}}. '.repeat(15_000) },
    },
  },
});
