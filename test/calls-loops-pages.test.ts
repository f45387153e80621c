// Loops over the pages of a list end with the list; loops whose "cursor" a model or nobody gives do not.
import { CHAT, OPENAI, table } from './support/calls.ts';

const round = (body: string, more = ''): string =>
  `${OPENAI}import { gmail } from 'some-mail';\n${more}\nexport async function run() {\n  let token = '';\n  while (true) {\n${body}\n  }\n}`;
const PAGED = [{ loop: 'bounded data' }];
const ENDLESS = [{ loop: 'unbounded' }];

table('pages of a list', [
  {
    name: 'a page for a cursor',
    files: round(
      `    const page = await gmail.threads.list({ pageToken: token });\n    await ${CHAT};\n    token = page.nextPageToken;\n    if (!token) break;`,
    ),
    calls: PAGED,
  },
  {
    name: 'by fetch, by way of an address',
    files: round(
      `    const url = '/api/threads?after=' + token;\n    let response;\n    try { response = await fetch(url); } catch (e) { throw e; }\n    const data = await response.json();\n    await ${CHAT};\n    token = data.next || '';\n    if (token === '') return;`,
    ),
    calls: PAGED,
  },
  {
    name: 'by a function around fetch',
    files: round(
      `    const data = await fetchPage(token);\n    await ${CHAT};\n    token = data.next;\n    if (!token) break;`,
      'const fetchPage = (token: string) => fetch("/api/threads?after=" + token);',
    ),
    calls: PAGED,
  },
  {
    name: 'in Python',
    files: {
      'requirements.txt': 'openai==1.99.0\n',
      'agent.py': `from openai import OpenAI\nimport some_mail\nclient = OpenAI()\ndef run():\n    token = None\n    while True:\n        page = some_mail.list_threads(page_token=token)\n        client.chat.completions.create(model="gpt-5", messages=[])\n        token = page.next_page_token\n        if not token:\n            break\n`,
    },
    calls: PAGED,
  },
  {
    name: 'a cursor that is not asked with',
    files: round(
      `    const page = await gmail.threads.list({});\n    await ${CHAT};\n    token = page.nextPageToken;\n    if (!token) break;`,
    ),
    calls: ENDLESS,
  },
  {
    name: 'a cursor that is set in some rounds only',
    files: round(
      `    const page = await gmail.threads.list({ pageToken: token });\n    await ${CHAT};\n    if (page.fresh) token = page.nextPageToken;\n    if (!token) break;`,
    ),
    calls: ENDLESS,
  },
  {
    name: 'a cursor that the model gives',
    files: round(
      `    const { choices } = await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: token }] });\n    token = choices[0].message.content;\n    if (!token) break;`,
    ),
    calls: ENDLESS,
  },
  {
    name: 'a cursor that a function of the repository gives which asks the model',
    files: round(
      `    const page = await getNext(token);\n    token = page.next;\n    if (!token) break;`,
      `async function getNext(token: string) { await fetch('/log'); const reply = await ${CHAT}; return { next: reply.choices[0].message.content }; }`,
    ),
    calls: ENDLESS,
  },
]);
