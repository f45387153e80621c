// The model says nothing, or refuses; and, to compare what is said and logged, the provider is down.
import { defineProbe, status, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'empty-answer',
  question: 'What does a user get when the model says nothing, and is that told apart from an outage?',
  requests: 60,
  arms: {
    empty: { acts: [{ kind: 'say', text: 'Which plan am I on?' }], script: { steps: [text('')] } },
    refusal: { acts: [{ kind: 'say', text: 'Which plan am I on?' }], script: { steps: [text('', { stop: 'refusal' })] } },
    down: { acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }], script: { steps: [status(529)] } },
  },
});
