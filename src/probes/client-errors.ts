// The provider refuses the request itself; to send it again changes nothing.
import { defineProbe, status } from '../core/index.ts';

export const probe = defineProbe({
  id: 'client-errors',
  question: 'Does the agent repeat requests that the provider rejects?',
  arms: {
    badRequest: { acts: [{ kind: 'say', text: 'Which plan am I on?' }], script: { steps: [status(400)] } },
    unauthorized: {
      acts: [{ kind: 'say', text: 'My mail is ana.sommer@example.org. Which plan am I on?' }],
      script: { steps: [status(401, {}, 'Incorrect API key provided: {{key}}.')] },
    },
    notFound: { acts: [{ kind: 'say', text: 'Which plan am I on?' }], script: { steps: [status(404)] } },
  },
});
