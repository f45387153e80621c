// What a tool asks of the world fails: an error, a broken connection, silence.
import { defineProbe, text, tool } from '../core/index.ts';

const LOOK = { kind: 'look', paths: ['/metrics', '/api/metrics'] } as const;

export const probe = defineProbe({
  id: 'tool-fails',
  question: 'What does the agent do when a tool fails?',
  needs: ['tools'],
  arms: {
    error: {
      acts: [LOOK, { kind: 'say', text: 'Which plan am I on?', limit: 61_000 }, { kind: 'wait', ms: 1200 }, LOOK],
      script: { steps: [tool(), text('You are on the free plan. Reference {{nonce}}.')] },
      world: { kind: 'answer', status: 500, text: 'Internal error {{nonce}}' },
    },
    drop: {
      acts: [LOOK, { kind: 'say', text: 'Which plan am I on?', limit: 61_000 }, { kind: 'wait', ms: 1200 }, LOOK],
      script: { steps: [tool(), text('You are on the free plan. Reference {{nonce}}.')] },
      world: { kind: 'reset' },
    },
    hang: {
      acts: [{ kind: 'say', text: 'Which plan am I on?', limit: 61_000 }],
      script: { steps: [tool(), text('You are on the free plan. Reference {{nonce}}.')] },
      world: { kind: 'hang' },
    },
  },
});
