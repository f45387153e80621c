// The user hangs up while the model is thinking.
import { defineProbe } from '../core/index.ts';

export const probe = defineProbe({
  id: 'user-leaves',
  question: 'Does the work stop when its user is gone?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [
        { kind: 'say', text: 'Which plan am I on?', leaveAfter: 1200 },
        { kind: 'wait', ms: 2500 },
      ],
      script: { steps: [{ kind: 'hang' }] },
    },
  },
});
