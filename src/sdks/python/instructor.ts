// Instructor: a client of another SDK that answers in the form of a class, and asks again when the answer does not fit.
import { type CallShape, defineSdk, UNDECIDED } from '../../core/index.ts';

const NAMES = ['create', 'create_with_completion', 'create_partial', 'create_iterable'];
const AREAS = ['', 'chat.completions.', 'messages.', 'responses.'];

export const sdk = defineSdk({
  id: 'instructor',
  title: 'Instructor',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:instructor'],
    produces: [
      { role: 'client', by: 'call', exports: ['from_provider'], positional: ['model'] },
      { role: 'client', by: 'call', exports: ['from_*', 'patch', 'apatch'], carries: ['client', 'model'] },
      { role: 'client', by: 'new', exports: ['Instructor', 'AsyncInstructor'], carries: ['client'] },
    ],
    calls: AREAS.flatMap(area =>
      NAMES.map(
        (name): CallShape => ({
          on: 'client',
          member: `${area}${name}`,
          kind: 'chat',
          streaming: name === 'create_partial' || name === 'create_iterable' ? 'yes' : 'option',
        }),
      ),
    ),
  },
  retries: {
    // max_retries of a call counts the questions after an answer that does not fit; failed requests are left to the client inside.
    options: [],
    defaults: [
      {
        count: null,
        on: UNDECIDED,
        backoff: 'unknown',
        retryAfter: 'unknown',
        caveat: 'it asks again, three times by default, when an answer does not fit; failed requests are left to the client inside',
      },
    ],
  },
  timeout: {
    options: [
      { at: 'request.timeout', unit: 's' },
      { at: 'client.timeout', unit: 's' },
    ],
    defaults: [{ ms: 600_000 }],
  },
  outputCap: { options: [{ at: 'body.max_tokens' }, { at: 'body.max_completion_tokens' }, { at: 'body.generation_config.max_tokens' }] },
  model: ['body.model', 'client.model'],
  source: 'instructor 1.8.3 (commit cc679553) read: client.py, patch.py, auto_client.py',
});
