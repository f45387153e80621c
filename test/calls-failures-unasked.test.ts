// Requests without an SDK: a status of 429 or 500 throws nothing, so somebody has to ask for it.
import { table } from './support/calls.ts';

const SEND =
  "fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'gpt-5', messages: [] }) })";
const route = (ask: string): Record<string, string> => ({
  'app/api/chat/route.ts': `export async function POST() {\n  try { ${ask} } catch { return new Response('Please try again in a minute.', { status: 503 }); }\n}`,
});
const SILENT = [{ fails: 'partial: reply, silent' }];
const OWN = [{ fails: 'yes: reply' }];

table('the status of a raw request', [
  { name: 'nobody asks for it', files: route(`const r = await ${SEND}; return new Response(await r.text());`), calls: SILENT },
  { name: 'nobody asks, in one expression', files: route(`return new Response(await (await ${SEND}).blob());`), calls: SILENT },
  {
    name: 'asked',
    files: route(`const r = await ${SEND}; if (!r.ok) throw new Error('refused'); return new Response(await r.text());`),
    calls: OWN,
  },
  {
    name: 'taken out',
    files: route(`const { ok, body } = await ${SEND}; if (!ok) throw new Error('refused'); return new Response(body);`),
    calls: OWN,
  },
  {
    name: 'what a refusal lacks is read',
    files: route(`const r = await ${SEND}; const data = await r.json(); return Response.json(data.choices[0].message);`),
    calls: OWN,
  },
  {
    name: 'the error in the body is asked for',
    files: route(`const r = await ${SEND}; const data = await r.json(); if (data.error) throw data.error; return Response.json(data);`),
    calls: OWN,
  },
  { name: 'somebody else is given it', files: route(`const r = await ${SEND}; return relay(r);`), calls: OWN },
  {
    name: 'requests of Python, nobody asks',
    files: {
      'requirements.txt': 'requests==2.32.3\nflask==3.0.0\n',
      'app.py': `import requests\nfrom flask import Flask\n\napp = Flask(__name__)\n\n@app.post("/chat")\ndef chat():\n    try:\n        r = requests.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-5", "messages": []}, timeout=20)\n        return r.text\n    except requests.RequestException:\n        return {"reply": "Please try again in a minute."}, 503\n`,
    },
    calls: SILENT,
  },
  {
    name: 'requests of Python, asked',
    files: {
      'requirements.txt': 'requests==2.32.3\nflask==3.0.0\n',
      'app.py': `import requests\nfrom flask import Flask\n\napp = Flask(__name__)\n\n@app.post("/chat")\ndef chat():\n    try:\n        r = requests.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-5", "messages": []}, timeout=20)\n        r.raise_for_status()\n        return r.text\n    except requests.RequestException:\n        return {"reply": "Please try again in a minute."}, 503\n`,
    },
    calls: OWN,
  },
]);
