// The provider is busy and says when to come back.
import { defineProbe, status, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'rate-limited',
  question: 'What does the agent do when the provider limits its rate?',
  arms: {
    once: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [status(429, { 'retry-after': '3' }), text('You are on the free plan. Reference {{nonce}}.')] },
    },
    twice: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [status(429), status(429), text('You are on the free plan. Reference {{nonce}}.')] },
    },
    // The same again: waits that differ between the two are random, and prove less.
    again: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [status(429), status(429), text('You are on the free plan. Reference {{nonce}}.')] },
    },
    long: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 45_000 }],
      script: { steps: [...Array.from({ length: 5 }, () => status(429)), text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
