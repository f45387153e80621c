// The provider is down and stays down. Its error text holds the nonce: a reply with the nonce passes that text on.
import { defineProbe, status } from '../core/index.ts';

export const probe = defineProbe({
  id: 'provider-down',
  question: 'What does a user get while the provider is down, and how often does the agent try?',
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: { steps: [status(529, {}, 'Overloaded: node {{nonce}} is busy.')] },
    },
  },
});
