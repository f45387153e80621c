import { defineCheck, type Finding, fail, partial, pass, type Secret, unknown } from '../../src/core/index.ts';

const MOST = 5;

/** Does the value work as it stands, in code that runs? Evals and scripts run with real keys, too. */
function isLeak({ use, role }: Secret): boolean {
  return use === 'live' && role !== 'test' && role !== 'example';
}

function leak(secret: Secret): Finding {
  // The form of a key is no accident; a random value that is called a key may still be one that was made up.
  const confidence = secret.by === 'format' || secret.rule === 'url-password' ? 'high' : 'medium';
  return fail(`${describe(secret)} is written here`, [secret.location], confidence);
}

function weaker(secret: Secret, rule: typeof fail): Finding {
  const { use, role } = secret;
  const why =
    use === 'default'
      ? 'is used when nobody sets another'
      : use === 'test-mode'
        ? 'opens a test account'
        : `stands in ${role === 'test' ? 'a test' : 'an example'}, and has the form of a live one`;
  return rule(`${describe(secret)} ${why}`, [secret.location], 'medium');
}

function describe({ label, masked, hushed }: Secret): string {
  const text = `${label[0]?.toUpperCase() ?? ''}${label.slice(1)} (${masked})`;
  return hushed === true ? `${text}, hidden from scanners by a comment,` : text;
}

export const check = defineCheck({
  id: 'security/api-keys',
  code: 'SEC-05',
  title: 'No key or password is written in the repository',
  severity: 'blocker',
  how: ['inspect'],
  lines: ['L07'],
  why: 'Whoever reads the repository, a fork or an old commit can spend your money and read your data. Bots find a published key within minutes.',
  fix: 'Replace the key with a look-up in the environment or a secret manager, revoke the old one at the provider, and only then clean the history.',
  settles:
    'A scan of every tracked file, notebooks and settings included, and of the history: no value that works as a credential may be in it.',
  traps: [
    'Known formats are only half of it: the password of a gateway in the apiKey option has no format at all.',
    'Example values, hashes, public keys and test fixtures look like secrets and are none.',
    'Deleting a key in the next commit leaves it in the history; only revoking helps.',
    'Keys live in notebook output, Dockerfiles, CI files, Terraform defaults and tracked .env files as often as in code.',
  ],
  needs: { facts: ['secret', 'secret-scan'] },

  inspect({ secret: secrets, 'secret-scan': scans }) {
    const [scan] = scans;
    if (scan === undefined) return undefined;
    // One live key in the tree is the whole failure; that others are weaker takes nothing from it.
    const leaked = secrets.some(isLeak);
    const findings = secrets.map(secret => (isLeak(secret) ? leak(secret) : weaker(secret, leaked ? fail : partial)));
    const folders = scan.skipped.filter(one => !one.matters);
    const files = scan.skipped.filter(one => one.matters);
    // A file that nobody looked into may hold anything; build output and heaps of data are named.
    if (!leaked)
      findings.push(
        ...files.slice(0, MOST).map(one => unknown(`${one.file} was not searched: ${one.reason}`, [{ file: one.file, line: 1 }])),
      );
    if (findings.length > 0) return findings;
    const left = folders.map(one => one.file).slice(0, MOST);
    const rest = left.length === 0 ? '' : `; not searched: ${left.join(', ')}`;
    return [pass(`No key or password in the ${scan.files} text files${rest}`, [], left.length === 0 ? 'high' : 'medium')];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        '.env.example': `OPENAI_API_KEY=sk-...
DATABASE_URL=postgresql://user:password@localhost:5432/agent
`,
        'agent.test.ts': `const client = new Client({ apiKey: 'test-api-key-123' });
`,
        'package-lock.json':
          '{ "packages": { "node_modules/secret-box": { "integrity": "sha512-Zk3vQ0p9sLq2bY7xT1mN8cR4wE6uH5jG0aD2fV9kX3zB1oP7iS4yC8nM6tQ5rL2e" } } }',
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI(); // reads OPENAI_API_KEY
const cacheKey = 'f3a9c1d27b6e4058a1c9d3e5f7082b46'; // a hash, not a key
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800, user: cacheKey });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'placeholders, test values, hashes and lock files are no secrets',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ baseURL: 'https://llm-gateway.shop.internal/v1', apiKey: 'winter-otter-gateway' });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: "no provider's format, and still the key to the gateway that pays for everything",
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'config/production.yaml': `search:
  # gitleaks:allow
  api_key: "${'0b7d4e92' + 'c3f15a68' + 'd9027b4e' + '61c8f35a'}"
`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'a comment that silences scanners silences nothing here',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'docker-compose.yml': `services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:-agent}
`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'a password that is used when nobody sets another',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ baseURL: 'http://localhost:11434/v1', apiKey: 'llama-on-my-desk' });
export const reply = (messages) => client.chat.completions.create({ model: 'llama3.3', messages, max_completion_tokens: 800 });`,
      shows: 'a local server asks for a key and checks none',
    },
  ],
});
