import { defineCheck } from '../../src/core/index.ts';

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

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI(); // reads OPENAI_API_KEY
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
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
  ],
});
