// Model calls without an SDK, beside requests that cost nothing.
import { type Seen, table } from './support/calls.ts';

const POST = `{ method: 'POST', body: JSON.stringify({ model: 'gpt-5', max_tokens: 70, messages: [] }) }`;
const OPENAI_SEEN: Seen = {
  sdk: 'raw-fetch',
  provider: 'openai',
  model: 'gpt-5',
  cap: 70,
  streaming: false,
  retries: 'none 0',
  timeout: false,
};

table('addresses', [
  {
    name: 'a literal',
    files: `await fetch('https://api.openai.com/v1/chat/completions', ${POST});`,
    calls: [{ ...OPENAI_SEEN, at: 'a.ts:1' }],
  },
  {
    name: 'a base in a constant',
    files: `const BASE = 'https://api.openai.com/v1';\nawait fetch(BASE + '/chat/completions', ${POST});`,
    calls: [OPENAI_SEEN],
  },
  {
    name: 'a base of another file in a template',
    files: {
      'config.ts': `export const BASE = 'https://api.openai.com/v1';`,
      'a.ts': `import { BASE } from './config';\nawait fetch(\`\${BASE}/chat/completions\`, ${POST});`,
    },
    calls: [OPENAI_SEEN],
  },
  {
    name: 'a base of the environment with a default',
    files: `const BASE = process.env.BASE_URL || 'https://api.openai.com/v1';\nawait fetch(\`\${BASE}/chat/completions\`, ${POST});`,
    calls: [{ provider: 'openai', cap: 70 }],
  },
  {
    name: 'a base of the environment only',
    files: `await fetch(\`\${process.env.BASE_URL}/chat/completions\`, ${POST});`,
    calls: [{ provider: 'any', cap: 70 }],
  },
  { name: 'a URL object', files: `await fetch(new URL('/v1/chat/completions', 'https://api.openai.com'), ${POST});`, calls: [OPENAI_SEEN] },
  {
    name: 'a URL object as text',
    files: `const url = new URL('https://api.openai.com/v1/chat/completions');\nawait fetch(url.toString(), ${POST});`,
    calls: [OPENAI_SEEN],
  },
  {
    name: 'a Request object',
    files: `await fetch(new Request('https://api.openai.com/v1/chat/completions', ${POST}));`,
    calls: [OPENAI_SEEN],
  },
  {
    name: 'a parameter that callers fill',
    files: `const send = (path: string) => fetch(\`https://api.openai.com/v1/\${path}\`, ${POST});\nexport const ask = () => send('chat/completions');`,
    calls: [OPENAI_SEEN],
  },
  {
    name: 'a parameter that callers fill with something else',
    files: `const send = (path: string) => fetch(\`https://api.openai.com/v1/\${path}\`, ${POST});\nexport const ask = () => send('files');`,
    calls: [],
  },
  {
    name: 'a table of addresses',
    files: `const URLS = { openai: 'https://api.openai.com/v1/chat/completions', groq: 'https://api.groq.com/openai/v1/chat/completions' };\nexport const ask = (p: 'openai' | 'groq') => fetch(URLS[p], ${POST});`,
    calls: [{ sdk: 'raw-fetch', cap: 70 }],
  },
  {
    name: 'Anthropic',
    files: `await fetch('https://api.anthropic.com/v1/messages', { method: 'POST', body: JSON.stringify({ model: 'claude-opus-5', max_tokens: 9, stream: true }) });`,
    calls: [{ provider: 'anthropic', model: 'claude-opus-5', cap: 9, streaming: true }],
  },
  {
    name: 'Gemini with the model in the address',
    files: `await fetch('https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:generateContent?key=x', { method: 'POST', body: JSON.stringify({ contents: [], generationConfig: { maxOutputTokens: 9 } }) });`,
    calls: [{ provider: 'google', model: 'gemini-3-pro', cap: 9, streaming: false }],
  },
  {
    name: 'Gemini as a stream',
    files: `await fetch(\`https://generativelanguage.googleapis.com/v1beta/models/\${'gemini-3-pro'}:streamGenerateContent?alt=sse\`, { method: 'POST', body: JSON.stringify({ contents: [] }) });`,
    calls: [{ streaming: true, cap: false }],
  },
  {
    name: 'Azure',
    files: `await fetch('https://acme.openai.azure.com/openai/deployments/gpt-5/chat/completions?api-version=2024-10-21', ${POST});`,
    calls: [{ provider: 'azure', cap: 70 }],
  },
  {
    name: 'embeddings have no cap',
    files: `await fetch('https://api.openai.com/v1/embeddings', { method: 'POST', body: JSON.stringify({ model: 'text-embedding-3-small', input: '' }) });`,
    calls: [{ cap: false, model: 'text-embedding-3-small' }],
  },
  {
    name: 'Ollama',
    files: `await fetch('http://localhost:11434/api/chat', { method: 'POST', body: JSON.stringify({ model: 'llama3', options: { num_predict: 9 } }) });`,
    calls: [{ provider: 'local', cap: 9 }],
  },
  {
    name: 'an unknown host with the path of chat completions',
    files: `await fetch('https://llm.acme.dev/v1/chat/completions', ${POST});`,
    calls: [{ provider: 'any', cap: 70 }],
  },
]);

table('requests that cost nothing', [
  { name: 'the list of models', files: `await fetch('https://api.openai.com/v1/models');`, calls: [] },
  { name: 'a file', files: `await fetch('https://api.openai.com/v1/files', { method: 'POST', body: '' });`, calls: [] },
  { name: 'an answer that is read again', files: `await fetch('https://api.openai.com/v1/responses/resp_1');`, calls: [] },
  {
    name: 'a webhook',
    files: `await fetch('https://hooks.slack.com/services/x', ${POST});\nexport const doc = 'https://api.openai.com/v1/chat/completions';`,
    calls: [],
  },
  {
    name: 'the status page',
    files: `await fetch('https://status.openai.com/api/v2/status.json');\nexport const doc = 'api.openai.com';`,
    calls: [],
  },
  {
    name: 'a host that only ends alike',
    files: `await fetch('https://notapi.openai.com.example.org/v1/files', ${POST});\nexport const doc = 'api.openai.com';`,
    calls: [],
  },
  {
    name: 'a message of a messenger, whose path a model has as well',
    files: `await fetch('https://waba.example.io/v1/messages', { method: 'POST', body: JSON.stringify({ to: '1', text: { body: 'Hi' } }) });`,
    calls: [],
  },
  { name: 'an own route with such a path', files: `await fetch('/api/v1/chat/completions', ${POST});`, calls: [] },
  {
    name: 'a route that only looks like one',
    files: `import express from 'express';\nexpress().post('/v1/chat/completions', (req, res) => res.json({}));`,
    calls: [],
  },
  {
    name: 'a link in JSX',
    files: { 'a.tsx': `export const A = () => <a href="https://api.openai.com/v1/chat/completions">docs</a>;` },
    calls: [],
  },
  {
    name: 'a function called fetch that is the repository’s',
    files: `const fetch = (url: string, o: object) => [url, o];\nfetch('https://api.openai.com/v1/chat/completions', {});`,
    calls: [],
  },
  {
    name: 'messages of another service are read',
    files: `const API = process.env.API_URL;\nexport const list = () => fetch(\`\${API}/v1/messages\`);`,
    calls: [],
  },
  {
    name: 'messages of another service are read, as the method says',
    files: `export const list = () => fetch('https://chat.acme.dev/v1/messages', { method: 'GET' });`,
    calls: [],
  },
  {
    name: 'preflight',
    files: `await fetch('https://api.openai.com/v1/chat/completions', { method: 'OPTIONS' });`,
    calls: [],
  },
  { name: 'axios.get', files: `import axios from 'axios';\nawait axios.get('https://api.anthropic.com/v1/messages');`, calls: [] },
]);

const BODY = `{ model: 'gpt-5', max_tokens: 70, messages: [] }`;
const RAW: Seen = { sdk: 'raw-http', provider: 'openai', model: 'gpt-5', cap: 70 };

table('clients', [
  {
    name: 'axios.post',
    files: `import axios from 'axios';\nawait axios.post('https://api.openai.com/v1/chat/completions', ${BODY});`,
    calls: [RAW],
  },
  {
    name: 'axios with options',
    files: `import axios from 'axios';\nawait axios({ method: 'post', url: 'https://api.openai.com/v1/chat/completions', data: ${BODY} });`,
    calls: [RAW],
  },
  {
    name: 'axios.create with a base',
    files: `import axios from 'axios';\nconst api = axios.create({ baseURL: 'https://api.openai.com/v1' });\nawait api.post('/chat/completions', ${BODY});`,
    calls: [RAW],
  },
  {
    name: 'axios.create in another file',
    files: {
      'api.ts': `import axios from 'axios';\nexport const api = axios.create({ baseURL: 'https://api.openai.com/v1' });`,
      'a.ts': `import { api } from './api';\nawait api.post('/chat/completions', ${BODY});`,
    },
    calls: [RAW],
  },
  {
    name: 'axios.create with a base of one’s own',
    files: `import axios from 'axios';\nconst api = axios.create({ baseURL: 'https://crm.acme.dev/v1' });\nawait api.post('/contacts', ${BODY});\nexport const doc = 'api.openai.com';`,
    calls: [],
  },
  {
    name: 'axios with baseURL and url',
    files: `import axios from 'axios';\nawait axios({ method: 'post', baseURL: 'https://api.openai.com/v1', url: '/chat/completions', data: ${BODY} });`,
    calls: [RAW],
  },
  {
    name: 'got',
    files: `import got from 'got';\nawait got.post('https://api.openai.com/v1/chat/completions', { json: ${BODY} }).json();`,
    calls: [RAW],
  },
  {
    name: 'ky',
    files: `import ky from 'ky';\nawait ky.post('https://api.openai.com/v1/chat/completions', { json: ${BODY} }).json();`,
    calls: [RAW],
  },
  {
    name: 'ky.create with a prefix',
    files: `import ky from 'ky';\nconst api = ky.create({ prefixUrl: 'https://api.openai.com/v1' });\nawait api.post('chat/completions', { json: ${BODY} });`,
    calls: [RAW],
  },
  {
    name: 'undici',
    files: `import { request } from 'undici';\nawait request('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify(${BODY}) });`,
    calls: [RAW],
  },
  {
    name: 'node-fetch',
    files: `import fetch from 'node-fetch';\nawait fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify(${BODY}) });`,
    calls: [RAW],
  },
  {
    name: 'globalThis.fetch',
    files: `await globalThis.fetch('https://api.openai.com/v1/chat/completions', ${POST});`,
    calls: [OPENAI_SEEN],
  },
  {
    name: 'a wrapper around fetch',
    files: {
      'http.ts': `export async function post(url: string, body: object) {\n  return fetch(url, { method: 'POST', body: JSON.stringify(body) });\n}`,
      'a.ts': `import { post } from './http';\nawait post('https://api.openai.com/v1/chat/completions', ${BODY});`,
    },
    calls: [{ at: 'http.ts:2', provider: 'openai', cap: 70 }],
  },
  {
    name: 'a wrapper in the same file',
    files: `async function post(url: string, body: object) {\n  return fetch(url, { method: 'POST', body: JSON.stringify(body) });\n}\nawait post('https://api.openai.com/v1/chat/completions', ${BODY});`,
    calls: [{ at: 'a.ts:2', provider: 'openai', cap: 70 }],
  },
  {
    name: 'https.request of Node',
    files: `import https from 'node:https';\nconst req = https.request('https://api.openai.com/v1/chat/completions', { method: 'POST' });\nreq.end('{}');`,
    calls: [{ provider: 'openai' }],
  },
  {
    name: 'https.request with a host and a path',
    files: `import { request } from 'node:https';\nconst req = request({ hostname: 'api.openai.com', path: '/v1/chat/completions', method: 'POST' }, () => {});\nreq.end('{}');`,
    calls: [{ provider: 'openai' }],
  },
  {
    name: 'https.request to somebody else',
    files: `import { request } from 'node:https';\nconst req = request({ hostname: 'crm.acme.dev', path: '/v1/contacts', method: 'POST' }, () => {});\nreq.end('{}');\nexport const doc = 'api.openai.com';`,
    calls: [],
  },
  {
    name: 'a base without its last slash',
    files: `const BASE = (process.env.BASE_URL ?? 'https://api.cohere.com/v1/').replace(/\\/+$/, '');\nawait fetch(BASE + '/chat', ${POST});`,
    calls: [{ provider: 'cohere' }],
  },
  {
    name: 'embeddings behind an unknown base, by what is sent',
    files: `export const embed = (base: string, input: string[]) => fetch(\`\${base}/embeddings\`, { method: 'POST', body: JSON.stringify({ model: 'm', input }) });`,
    calls: [{ provider: 'any' }],
  },
  {
    name: 'Ollama behind an unknown base',
    files: `export const ask = (base: string, prompt: string) => fetch(\`\${base}/api/generate\`, { method: 'POST', body: JSON.stringify({ model: 'm', prompt }) });`,
    calls: [{ provider: 'local' }],
  },
  {
    name: 'a route of the app for the same',
    files: `export const ask = (base: string, prompt: string) => fetch(\`\${base}/api/generate\`, { method: 'POST', body: JSON.stringify({ prompt }) });`,
    calls: [],
  },
  {
    name: 'an own route of that name',
    files: `export const save = (base: string, rows: string[]) => fetch(\`\${base}/embeddings\`, { method: 'POST', body: JSON.stringify({ rows }) });\nexport const doc = 'api.openai.com';`,
    calls: [],
  },
]);

table('bodies', [
  {
    name: 'without a cap',
    files: `await fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'gpt-5' }) });`,
    calls: [{ cap: false }],
  },
  {
    name: 'in a variable',
    files: `const body = { model: 'gpt-5', max_tokens: 70 };\nawait fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify(body) });`,
    calls: [{ cap: 70, model: 'gpt-5' }],
  },
  {
    name: 'as text in a variable',
    files: `const body = JSON.stringify({ model: 'gpt-5', max_tokens: 70 });\nconst init = { method: 'POST', body };\nawait fetch('https://api.openai.com/v1/chat/completions', init);`,
    calls: [{ cap: 70 }],
  },
  {
    name: 'that the browser sends',
    files: `export async function POST(req: Request) {\n  const body = await req.json();\n  return fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify(body) });\n}`,
    calls: [{ cap: false }],
  },
  {
    name: 'that the browser sends, with a cap',
    files: `export async function POST(req: Request) {\n  const body = await req.json();\n  return fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ ...body, max_tokens: 70 }) });\n}`,
    calls: [{ cap: 70 }],
  },
  {
    name: 'that the browser spreads over the cap',
    files: `export async function POST(req: Request) {\n  const body = await req.json();\n  return fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ max_tokens: 70, ...body }) });\n}`,
    calls: [{ cap: null }],
    wrong: 'the caller may set any cap',
  },
  {
    name: 'that is passed on as it came',
    files: `export async function POST(req: Request) {\n  return fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: req.body });\n}`,
    calls: [{ cap: false }],
  },
  {
    name: 'of unknown make',
    files: `declare function build(): string;\nawait fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: build() });`,
    calls: [{ cap: null, model: '?' }],
  },
  {
    name: 'with a cap in the headers',
    files: `await fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', headers: { max_tokens: '70' }, body: JSON.stringify({ model: 'gpt-5' }) });`,
    calls: [{ cap: false }],
  },
  {
    name: 'with the wrong name',
    files: `await fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'gpt-5', maxTokens: 70 }) });`,
    calls: [{ cap: false }],
  },
  {
    name: 'with null',
    files: `await fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'gpt-5', max_tokens: null }) });`,
    calls: [{ cap: false }],
  },
  {
    name: 'with what a caller gives',
    files: `export const ask = (max?: number) => fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ max_tokens: max }) });`,
    calls: [{ cap: null }],
  },
]);
