// The model calls a tool with a path, a quote and a shell command as arguments.
import { defineProbe, text } from '../core/index.ts';

/** Inert: whoever runs it prints a word. */
const HOSTILE = "../../../../etc/passwd'; SELECT 1; -- $(echo ran{{nonce}}) {{7*7}}";

export const probe = defineProbe({
  id: 'hostile-arguments',
  question: 'What does a tool do with hostile arguments?',
  needs: ['tools'],
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: {
        steps: [
          { kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'valid', text: HOSTILE } }] },
          text('You are on the free plan. Reference {{nonce}}.'),
        ],
      },
      world: { kind: 'answer', status: 200, text: 'Nothing was found.' },
    },
  },
});
