// Fourteen long turns in one conversation.
import { defineProbe, text } from '../core/index.ts';

const LONG = 'A sentence of fifty characters, as people say it. '.repeat(60);

export const probe = defineProbe({
  id: 'long-conversation',
  question: 'Does what is sent to the model grow with every turn?',
  needs: ['server', 'memory'],
  arms: {
    treatment: {
      acts: Array.from({ length: 14 }, (_, i) => ({ kind: 'say' as const, text: `Turn ${i + 1}. ${LONG}` })),
      script: { steps: [text(LONG)] },
    },
  },
});
