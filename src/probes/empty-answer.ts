// The model says nothing, or refuses.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'empty-answer',
  question: 'What does a user get when the model says nothing?',
  requests: 60,
  arms: {
    empty: { acts: [{ kind: 'say', text: 'Which plan am I on?' }], script: { steps: [text('')] } },
    refusal: { acts: [{ kind: 'say', text: 'Which plan am I on?' }], script: { steps: [text('', { stop: 'refusal' })] } },
  },
});
