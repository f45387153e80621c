// The answer is no valid answer: broken JSON, a gateway page, another shape.
import { defineProbe } from '../core/index.ts';

const GATEWAY =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.25.3 {{nonce}}</center></body></html>';

export const probe = defineProbe({
  id: 'malformed-answer',
  question: 'What does the agent do with an answer that it cannot read?',
  arms: {
    broken: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [{ kind: 'raw', status: 200, type: 'application/json', body: '{"id": "x", "content": [{"ty' }] },
    },
    gateway: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [{ kind: 'raw', status: 502, type: 'text/html', body: GATEWAY }] },
    },
    shapeless: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [{ kind: 'raw', status: 200, type: 'application/json', body: '{"ok": true}' }] },
    },
  },
});
