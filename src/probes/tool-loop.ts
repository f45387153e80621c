// The model asks for a tool again and again and never answers.
import { defineProbe, tool } from '../core/index.ts';

const WORLD = { kind: 'answer', status: 200, text: 'Nothing was found.' } as const;

export const probe = defineProbe({
  id: 'tool-loop',
  question: 'When does the agent stop a model that asks for tools for ever?',
  needs: ['tools'],
  requests: 60,
  arms: {
    changing: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: {
        steps: [{ kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'changing' } }], tokens: { input: 50, output: 5 } }],
      },
      world: WORLD,
    },
    same: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: { steps: [tool({ input: 50, output: 5 })] },
      world: WORLD,
    },
  },
});
