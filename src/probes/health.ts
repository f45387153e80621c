// The health page is asked often while the provider is down.
import { defineProbe, status } from '../core/index.ts';

export const probe = defineProbe({
  id: 'health',
  question: 'Does the health page work without the provider, and cost nothing?',
  needs: ['server'],
  arms: {
    treatment: {
      acts: [{ kind: 'look', paths: ['/health', '/healthz', '/livez', '/readyz', '/ready', '/api/health', '/status'], times: 5 }],
      script: { steps: [status(529)] },
    },
  },
});
