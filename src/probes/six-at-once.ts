// Six users at once, each with a word of their own: ids and texts must not mix.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'six-at-once',
  question: 'Does the agent keep simultaneous users apart?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [
        {
          kind: 'together',
          says: ['a', 'b', 'c', 'd', 'e', 'f'].map(user => ({
            kind: 'say' as const,
            user,
            text: `My word is ${user}{{nonce}}. Which plan am I on?`,
          })),
        },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.', { after: 150 })] },
    },
  },
});
