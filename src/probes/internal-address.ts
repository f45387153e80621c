// The model answers with addresses of internal systems.
import { defineProbe, text } from '../core/index.ts';

export const probe = defineProbe({
  id: 'internal-address',
  question: 'Do internal addresses in an answer reach the user?',
  arms: {
    treatment: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: {
        steps: [
          text(
            'Reference {{nonce}}. See http://orders.internal.example.corp:8080/admin or postgres://app:s3cr3t@10.0.12.7:5432/orders for it; the host is orders.internal.example.corp.',
          ),
        ],
      },
    },
  },
});
