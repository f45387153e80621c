// Twenty users ask while the provider is down.
import { defineProbe, status } from '../core/index.ts';

export const probe = defineProbe({
  id: 'outage-storm',
  question: 'Do the retries of many users hit a failing provider in step?',
  needs: ['server'],
  requests: 300,
  arms: {
    treatment: {
      acts: [
        {
          kind: 'together',
          says: Array.from({ length: 20 }, (_, i) => ({ kind: 'say' as const, user: `u${i}`, text: 'Which plan am I on?', limit: 61_000 })),
        },
      ],
      script: { steps: [status(529)] },
    },
  },
});
