// Nothing, white space, odd characters and things that are no text.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'odd-input',
  question: 'What does the agent do with input that nobody expected?',
  arms: {
    treatment: {
      acts: [
        { kind: 'say', session: 'empty', text: '' },
        { kind: 'say', session: 'blank', text: ' \t \u200b ' },
        { kind: 'say', session: 'odd', text: 'Plan \u0000\u0007\u202e\ud800 \u{1f600}\u0301 ?' },
        { kind: 'say', session: 'number', text: 42 },
        { kind: 'say', session: 'null', text: null },
        { kind: 'say', session: 'list', text: ['Which plan am I on?'] },
        { kind: 'say', session: 'object', text: { $ne: 1 } },
        { kind: 'say', session: 'plain', text: 'Which plan am I on?' },
      ],
      script: { steps: [text('You are on the free plan. Reference {{nonce}}.')] },
    },
  },
});
