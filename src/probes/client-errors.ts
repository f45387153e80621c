// The provider refuses the request itself; to send it again changes nothing. Its error text holds the nonce: a reply
// with the nonce passes that text on.
import { defineProbe, status } from '../core/index.ts';

export const probe = defineProbe({
  id: 'client-errors',
  question: 'Does the agent repeat requests that the provider rejects?',
  arms: {
    badRequest: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [status(400, {}, 'messages: invalid request at {{nonce}}')] },
    },
    unauthorized: {
      acts: [{ kind: 'say', text: 'My mail is ana.sommer@example.org. Which plan am I on?' }],
      script: { steps: [status(401, {}, 'Incorrect API key provided: {{key}} ({{nonce}}).')] },
    },
    notFound: {
      acts: [{ kind: 'say', text: 'Which plan am I on?' }],
      script: { steps: [status(404, {}, 'The model {{nonce}} does not exist.')] },
    },
  },
});
