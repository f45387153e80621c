// The provider is overloaded or failing for a moment.
import { defineProbe, status, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'overloaded',
  question: 'What does the agent do when the provider fails and then recovers?',
  arms: {
    overload: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [status(529), status(529), text('You are on the free plan. Reference {{nonce}}.')] },
    },
    error: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [status(500), status(500), text('You are on the free plan. Reference {{nonce}}.')] },
    },
    unavailable: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [status(503), text('You are on the free plan. Reference {{nonce}}.')] },
    },
    // Most agents give up before the end of it; the waits of those that do not show whether they grow, jitter or not.
    long: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 45_000 }],
      script: { steps: [...Array.from({ length: 5 }, () => status(500)), text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
