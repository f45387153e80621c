// The same endless loop, once with cheap rounds and once with very dear ones.
import { defineProbe } from '../core/index.ts';

const WORLD = { kind: 'answer', status: 200, text: 'Nothing was found.' } as const;

export const probe = defineProbe({
  id: 'costly-loop',
  question: 'Does the agent stop sooner when a request becomes expensive?',
  needs: ['tools'],
  requests: 60,
  arms: {
    cheap: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: {
        steps: [{ kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'changing' } }], tokens: { input: 50, output: 5 } }],
      },
      world: WORLD,
    },
    dear: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: {
        steps: [
          { kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'changing' } }], tokens: { input: 400_000, output: 60_000 } },
        ],
      },
      world: WORLD,
    },
  },
});
