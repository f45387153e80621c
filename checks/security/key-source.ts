import {
  defineCheck,
  type Finding,
  fail,
  keyInLogs,
  keyLeaks,
  type Observation,
  partial,
  pass,
  production,
  unknown,
} from '../../src/core/index.ts';

/** Did one of the fake keys that the agent was given come out of it? Its log on errors belongs to SEC-09; what it prints at the start counts here. */
function escaped(seen: Observation): Finding | undefined {
  const places = [...new Set([seen.control, ...Object.values(seen.arms)].flatMap(keyLeaks))];
  if (keyInLogs(seen.control)) places.push('what the agent prints when it starts and works');
  return places.length === 0 ? undefined : fail(`The key that the agent was given came out in ${places.join(' and in ')}`);
}

/** A service with routes beside the chat. */
const SERVED = (line: string, route = ''): string => `import express from 'express';
import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const app = express();
const settings = { model: 'gpt-5.6', apiKey: process.env.OPENAI_API_KEY };
const client = new OpenAI({ apiKey: settings.apiKey });
app.post('/chat', async (req, res) => {
  ${line}
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages: req.body.messages, max_completion_tokens: 800 });
  res.json({ answer: choices[0]?.message.content ?? '' });
});
${route}`;

const SERVED_IN_PYTHON = (line: string, reply = '{"reply": answer.choices[0].message.content}', route = ''): string => `import logging
import os
from fastapi import FastAPI, Request
from openai import OpenAI
log = logging.getLogger(__name__)
app = FastAPI()
KEY = os.environ["OPENAI_API_KEY"]
client = OpenAI(api_key=KEY)
${route}
@app.post("/chat")
def chat(question: str, request: Request):
    ${line}
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return ${reply}`;

export const check = defineCheck({
  id: 'security/key-source',
  code: 'SEC-06',
  title: 'Keys come from the environment or a secret manager, and stay there',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L07'],
  why: 'A key that is read correctly may still be shipped to browsers, printed at start-up or replaced by a default that nobody notices.',
  fix: 'Read keys on the server only, without a default, stop at start-up when one is missing, and inject them from a secret manager at deployment.',
  settles:
    'The files that deploy the agent: each key must be a reference to a secret store, and no variable that reaches a client bundle may hold one.',
  traps: [
    'Variables that start with NEXT_PUBLIC_, VITE_ or EXPO_PUBLIC_ are compiled into what every visitor downloads.',
    'Settings that are printed at the start often hold the key.',
    'A default beside the environment variable is a hardcoded key with a better conscience.',
    'Base64 in a Kubernetes Secret manifest is not encryption.',
    'A constructor without a key is right: the SDK reads the environment by itself.',
  ],
  needs: { facts: ['key-source', 'secret'] },

  inspect({ 'key-source': sources, secret: secrets }) {
    const own = production(sources).filter(source => source.logged === undefined);
    const logged = production(sources).filter(source => source.logged !== undefined);
    const leaked = production(secrets).filter(secret => secret.use === 'live');
    const broken = [
      ...own.filter(s => s.from === 'browser').map(s => fail(`The key is shipped to every browser: ${s.label}`, [s.location])),
      ...own.filter(s => s.from === 'literal').map(s => fail('The key of a model client is written in the code', [s.location])),
      ...logged
        .filter(s => s.logged === 'yes')
        .map(s =>
          s.from === 'user'
            ? fail(`The keys and cookies that callers send are written to the log: ${s.label}`, [s.location], 'medium')
            : fail(`The key is written to the log: ${s.label}`, [s.location]),
        ),
      ...logged.filter(s => s.logged === 'answered').map(s => fail(`The key is given to whoever asks: ${s.label}`, [s.location])),
      ...leaked.map(s => fail(`${s.label[0]?.toUpperCase() ?? ''}${s.label.slice(1)} is kept in the repository`, [s.location], 'medium')),
    ];
    // Keys that are read well do not mend the one that everybody can read.
    if (broken.length > 0) return broken;
    return [
      ...logged.map(({ logged: how, label, location }) =>
        how === 'debug'
          ? partial(`The key is written to the log when debugging is on: ${label}`, [location])
          : unknown(`A line is given the key; whether its logger hides it could not be read: ${label}`, [location]),
      ),
      ...own.map(({ from, label, location }) => {
        if (from === 'user')
          return partial(`The key comes from the user (${label}); how it is kept and sent is up to this code`, [location], 'medium');
        if (from === 'unknown') return unknown(`Where the key comes from could not be read: ${label}`, [location]);
        if (from === 'none') return pass(`No key is needed: ${label}`, [location], 'medium');
        return pass(from === 'environment' ? `The key comes from the environment: ${label}` : `The key comes from ${label}`, [location]);
      }),
    ];
  },

  // An agent that keeps its keys shows nothing, and where they came from is not seen: these rules only fail.
  observe: {
    'plain-question': escaped,
    'client-errors': escaped,
    'provider-down': escaped,
    'tool-answers': escaped,
    'tool-fails': escaped,
    'dangerous-tool': escaped,
    'prompt-leak': escaped,
    'odd-input': escaped,
    health: escaped,
    metrics: escaped,
  },

  examples: [
    {
      expect: 'pass',
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
      expect: 'fail',
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
    {
      expect: 'pass',
      file: 'src/agent.ts',
      files: {
        'src/env.ts': `import { z } from 'zod';
export const env = z.object({ ANTHROPIC_API_KEY: z.string().min(1) }).parse(process.env);`,
      },
      code: `import Anthropic from '@anthropic-ai/sdk';
import { env } from './env';
const client = new Anthropic({ apiKey: env.ANTHROPIC_API_KEY });
export const reply = (messages) => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 800, messages });`,
      shows: 'a module that reads and checks the environment',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import OpenAI from 'openai';
const secrets = new SecretsManager({});
export async function reply(messages) {
  const { SecretString } = await secrets.getSecretValue({ SecretId: 'agent/openai' });
  const client = new OpenAI({ apiKey: SecretString });
  return client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
}`,
      shows: 'a secret manager',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY ?? 'winter-otter-gateway' });
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'a default beside the variable',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const config = { model: 'gpt-5.6', apiKey: process.env.OPENAI_API_KEY };
console.log('starting with', config);
const client = new OpenAI({ apiKey: config.apiKey });
export const reply = (messages) => client.chat.completions.create({ model: config.model, messages, max_completion_tokens: 800 });`,
      shows: 'settings are printed at the start, and the key with them',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'src/env.ts': `export function secret(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(name + ' is missing');
  return value;
}`,
      },
      code: `import OpenAI from 'openai';
import { secret } from './src/env.ts';
const key = secret('OPENAI_API_KEY');
console.log('OPENAI_API_KEY is', key ? 'set' : 'missing', key.length, key.slice(-4), !!process.env.OPENAI_API_KEY, typeof key);
const client = new OpenAI({ apiKey: key });
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'that a key is set may be logged',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'src/env.ts': `export function secret(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(name + ' is missing');
  return value;
}`,
      },
      code: `import OpenAI from 'openai';
import pino from 'pino';
import { secret } from './src/env.ts';
const log = pino();
log.info({ port: 8080, auth: \`Bearer \${secret('OPENAI_API_KEY')}\` }, 'listening');
const client = new OpenAI({ apiKey: secret('OPENAI_API_KEY') });
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'a line at the start carries the key',
    },
    {
      expect: 'partial',
      file: 'app/api/chat/route.ts',
      code: `import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';
export async function POST(req: Request) {
  const { messages, apiKey } = await req.json();
  const openai = createOpenAI({ apiKey });
  return streamText({ model: openai('gpt-5.6'), messages, maxOutputTokens: 800 }).toUIMessageStreamResponse();
}`,
      shows: "the user's own key travels in every request",
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `export async function reply(messages) {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { Authorization: \`Bearer \${process.env.OPENAI_API_KEY}\`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }),
  });
  return response.json();
}`,
      shows: 'a request without an SDK',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const connect = (apiKey) => new OpenAI({ apiKey });
const main = connect(process.env.OPENAI_API_KEY);
const spare = connect('winter-otter-gateway');
const ask = (client, messages) => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
export const reply = (messages) => ask(main, messages).catch(() => ask(spare, messages));`,
      shows: 'one factory, two keys',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import os

from anthropic import Anthropic
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    anthropic_api_key: SecretStr


client = Anthropic(api_key=Settings().anthropic_api_key.get_secret_value())


def reply(question: str) -> str:
    result = client.messages.create(model="claude-sonnet-4-5", max_tokens=800, messages=[{"role": "user", "content": question}])
    return result.content[0].text`,
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import os

from anthropic import Anthropic
import boto3

secrets = boto3.client("secretsmanager")


client = Anthropic(api_key=secrets.get_secret_value(SecretId="agent/anthropic")["SecretString"])


def reply(question: str) -> str:
    result = client.messages.create(model="claude-sonnet-4-5", max_tokens=800, messages=[{"role": "user", "content": question}])
    return result.content[0].text`,
      shows: 'a secret manager',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import os

from anthropic import Anthropic


client = Anthropic(api_key=os.getenv("ANTHROPIC_API_KEY", "qwJk81LmzPq0vbn3XyTr44aa"))


def reply(question: str) -> str:
    result = client.messages.create(model="claude-sonnet-4-5", max_tokens=800, messages=[{"role": "user", "content": question}])
    return result.content[0].text`,
      shows: 'the default of the variable is a key',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os

from anthropic import Anthropic
import streamlit as st


client = Anthropic(api_key=st.sidebar.text_input("Key", type="password"))


def reply(question: str) -> str:
    result = client.messages.create(model="claude-sonnet-4-5", max_tokens=800, messages=[{"role": "user", "content": question}])
    return result.content[0].text`,
      shows: 'whoever opens the page types the key',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import json
import os
import urllib.request
def secret(name: str) -> str:
    value = os.environ.get(name, "")
    if len(value) < 16:
        raise ValueError(f"{name} is missing")
    return value
KEY = secret("ANTHROPIC_API_KEY")
def reply(question: str) -> str:
    body = {"model": "claude-sonnet-5", "max_tokens": 800, "messages": [{"role": "user", "content": question}]}
    request = urllib.request.Request(
        "https://api.anthropic.com/v1/messages", data=json.dumps(body).encode(), headers={"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.loads(response.read())["content"][0]["text"]`,
      shows: 'a request of the standard library is an object that holds its headers',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import json
import os
import urllib.request
import logging
log = logging.getLogger(__name__)
KEY = os.environ["ANTHROPIC_API_KEY"]
def reply(question: str) -> str:
    body = {"model": "claude-sonnet-5", "max_tokens": 800, "messages": [{"role": "user", "content": question}]}
    request = urllib.request.Request(
        "https://api.anthropic.com/v1/messages", data=json.dumps(body).encode(), headers={"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    )
    log.debug("asks with %s", KEY)
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.loads(response.read())["content"][0]["text"]`,
      shows: 'nobody logs the key, until somebody looks for a mistake',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import os
import requests
KEY = os.environ["OPENAI_API_KEY"]
session = requests.Session()
session.headers.update({"Authorization": f"Bearer {KEY}"})
print("starts with", {"model": "gpt-5.6", "key": KEY})
def reply(question: str) -> str:
    response = session.post(
        "https://api.openai.com/v1/chat/completions",
        json={"model": "gpt-5.6", "max_completion_tokens": 800, "messages": [{"role": "user", "content": question}]},
        timeout=20,
    )
    response.raise_for_status()
    return response.json()["choices"][0]["message"]["content"]`,
      shows: 'the settings that are printed at the start hold the key',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: SERVED(
        "log.info({ id: req.headers['x-request-id'], agent: req.headers['user-agent'] }, 'asked');",
        "app.get('/health', (req, res) => res.json({ ok: settings.apiKey !== undefined, model: settings.model }));",
      ),
      shows: 'two harmless headers, and whether there is a key',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: SERVED("log.info({ headers: req.headers }, 'asked');"),
      shows: 'all headers, and with them what callers prove themselves with',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: SERVED("log.info('asked');", "app.get('/settings', (req, res) => res.json({ settings }));"),
      shows: 'whoever asks for the settings gets the key',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: SERVED_IN_PYTHON('log.info("asked %s", request.headers.get("x-request-id"))'),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: SERVED_IN_PYTHON('log.info("asked", extra={"headers": dict(request.headers)})'),
      shows: 'Python: all headers of the caller',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: SERVED_IN_PYTHON('log.info("asked")', '{"reply": answer.choices[0].message.content, "key": KEY}'),
      shows: 'Python: the key stands in the reply',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: SERVED_IN_PYTHON('log.info("asked")', undefined, '@app.get("/health")\ndef health():\n    return {"env": dict(os.environ)}'),
      shows: 'Python: a page for operators shows the whole environment',
    },
  ],
});
