import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'security/key-source',
  code: 'SEC-06',
  title: 'Keys come from the environment or a secret manager, and stay there',
  severity: 'high',
  how: ['inspect'],
  lines: ['L07'],
  why: 'A key that is read correctly may still be shipped to browsers, printed at start-up or replaced by a default that nobody notices.',
  fix: 'Read keys on the server only, without a default, stop at start-up when one is missing, and inject them from a secret manager at deployment.',
  settles:
    'The files that deploy the agent: each key must be a reference to a secret store, and no variable that reaches a client bundle may hold one.',
  traps: [
    'Variables that start with NEXT_PUBLIC_, VITE_ or EXPO_PUBLIC_ are compiled into what every visitor downloads.',
    'A default beside the environment variable is a hardcoded key with a better conscience.',
    'Base64 in a Kubernetes Secret manifest is not encryption.',
    'A constructor without a key is right: the SDK reads the environment by itself.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'deploy/agent.yml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: support-agent}
spec:
  selector: {matchLabels: {app: support-agent}}
  template:
    metadata: {labels: {app: support-agent}}
    spec:
      containers:
        - name: agent
          image: registry.shop.internal/support-agent:2.4.1
          env:
            - name: OPENAI_API_KEY
              valueFrom: {secretKeyRef: {name: support-agent, key: openai}}`,
      },
      code: `import OpenAI from 'openai';
const apiKey = process.env.OPENAI_API_KEY;
if (!apiKey) throw new Error('OPENAI_API_KEY is not set. It is injected from the secret manager, see deploy/agent.yml.');
const client = new OpenAI({ apiKey });
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
      code: `'use client';
import OpenAI from 'openai';
const client = new OpenAI({ apiKey: process.env.NEXT_PUBLIC_OPENAI_API_KEY, dangerouslyAllowBrowser: true });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'from the environment, and into every browser',
    },
  ],
});
