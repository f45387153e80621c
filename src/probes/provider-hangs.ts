// The provider takes the request and never answers it.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'provider-hangs',
  question: 'How long does a user wait when the provider never answers?',
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: { steps: [{ kind: 'hang' }, text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
