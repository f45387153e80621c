// One ordinary question: what the agent sends, logs, traces and counts for it.
import { defineProbe, text } from '../core/index.ts';

/** Tokens and costs may be counted here and nowhere else. */
const PATHS = ['/metrics', '/api/metrics'];

export const probe = defineProbe({
  id: 'plain-question',
  question: 'What does the agent record about an ordinary request?',
  arms: {
    treatment: {
      acts: [
        { kind: 'look', paths: PATHS },
        {
          kind: 'say',
          text: 'My mail is ana.{{nonce}}@example.org and my word is {{nonce}}. Which plan am I on?',
          headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
        },
        // Exporters of spans and metrics send in batches.
        { kind: 'wait', ms: 1500 },
        { kind: 'look', paths: PATHS },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.', { tokens: { input: 777, output: 33 } })] },
    },
  },
});
