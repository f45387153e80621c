// Agents in Python: whichever client asks a hardcoded URL, the stand-in answers; and the usual ways to start one.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Isolation, isolation, startWorker, type TrialRecord } from '../src/live/index.ts';
import { build } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { GUARDS, http, job } from './support/live/trial.ts';

const shelf = openShelf('live-python');
vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 });
beforeAll(build);

/** Does this machine's Python have a module? Debian's has the standard library only. */
const has = (module: string): boolean => {
  try {
    execFileSync('python3', ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const python = has('json');
test.skipIf(python)('there is a python3 on this machine', () => {});
const best = await isolation();
const KINDS: readonly Isolation[] = best.kind === 'namespace' ? [best, GUARDS] : [GUARDS];

/** The body of a function that asks URL for BODY and returns the text of the answer, and the module that it needs. */
const CLIENTS: Readonly<Record<string, readonly [string, string]>> = {
  'http.client': [
    'json',
    `import http.client
    c = http.client.HTTPSConnection("api.openai.com", timeout=5)
    c.request("POST", "/v1/chat/completions", BODY)
    return c.getresponse().read()`,
  ],
  urllib: ['json', 'import urllib.request\n    return urllib.request.urlopen(URL, BODY, timeout=5).read()'],
  'a TLS socket that is wrapped before it connects': [
    'json',
    `import socket, ssl
    s = ssl.create_default_context().wrap_socket(socket.socket(), server_hostname="api.openai.com")
    s.connect(("api.openai.com", 443))
    s.sendall(b"POST /v1/chat/completions HTTP/1.0\\r\\nhost: api.openai.com\\r\\ncontent-length: %d\\r\\n\\r\\n" % len(BODY) + BODY)
    out = b""
    while piece := s.recv(4096): out += piece
    return out[out.index(b"{"):]`,
  ],
  'asyncio streams': [
    'json',
    `import asyncio
    async def ask():
      r, w = await asyncio.open_connection("api.openai.com", 443, ssl=True)
      w.write(b"POST /v1/chat/completions HTTP/1.0\\r\\nhost: api.openai.com\\r\\ncontent-length: %d\\r\\n\\r\\n" % len(BODY) + BODY)
      out = await r.read()
      return out[out.index(b"{"):]
    return asyncio.run(ask())`,
  ],
  requests: ['requests', 'import requests\n    return requests.post(URL, data=BODY, timeout=5).text'],
  httpx: ['httpx', 'import httpx\n    return httpx.post(URL, content=BODY, timeout=5).text'],
  'httpx, asynchronous': [
    'httpx',
    `import asyncio, httpx
    async def ask():
      async with httpx.AsyncClient() as c: return (await c.post(URL, content=BODY, timeout=5)).text
    return asyncio.run(ask())`,
  ],
  'httpx, with authorities of its own and no proxy': [
    'certifi, httpx',
    `import certifi, httpx, ssl
    with httpx.Client(trust_env=False, verify=ssl.create_default_context(cafile=certifi.where())) as c: return c.post(URL, content=BODY, timeout=5).text`,
  ],
  aiohttp: [
    'aiohttp',
    `import asyncio, aiohttp
    async def ask():
      async with aiohttp.ClientSession() as c:
        async with c.post(URL, data=BODY) as r: return await r.text()
    return asyncio.run(ask())`,
  ],
  'httpx over uvloop': [
    'httpx, uvloop',
    `import httpx, uvloop
    async def ask():
      async with httpx.AsyncClient() as c: return (await c.post(URL, content=BODY, timeout=5)).text
    return uvloop.run(ask())`,
  ],
  'the SDK of OpenAI': [
    'openai',
    `import openai
    return openai.OpenAI(base_url="https://api.openai.com/v1").chat.completions.create(model="m", messages=[{"role": "user", "content": MESSAGE}]).model_dump_json()`,
  ],
};

const asking = (clients: readonly (readonly [string, readonly [string, string]])[]): string => `
import json, sys
MESSAGE = sys.argv[1]
URL = "https://api.openai.com/v1/chat/completions"
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": MESSAGE}]}).encode()
said = {}
${clients
  .map(
    ([name, [, body]]) => `def ask():
    ${body}
try:
    said[${JSON.stringify(name)}] = json.loads(ask())["choices"][0]["message"]["content"]
except Exception as error:
    said[${JSON.stringify(name)}] = repr(error)`,
  )
  .join('\n')}
print(json.dumps(said))
`;

describe.runIf(python).each(KINDS)('a hardcoded URL asked from Python ($kind)', kind => {
  const clients = Object.entries(CLIENTS).filter(([, [modules]]) => has(modules));
  let record: TrialRecord;
  let said: Record<string, string> = {};
  beforeAll(async () => {
    const root = shelf.layOut({ 'agent.py': asking(clients) });
    const way = { kind: 'command', run: ['python3', 'agent.py'], input: 'argument', reply: 'stdout' } as const;
    record = await startWorker(job({ root, way, caps: { control: 25_000 } }), { isolation: kind });
    said = JSON.parse(record.treatment.replies[0]?.text || '{}') as Record<string, string>;
  });

  for (const [name, [modules]] of Object.entries(CLIENTS)) {
    const there = clients.some(([one]) => one === name);
    test.skipIf(!there)(there ? name : `${name}: this Python has no ${modules}`, () => {
      expect(record.problem).toBeUndefined();
      expect(said[name]).toBe(`word ${record.treatment.nonce}`);
    });
  }

  test('nothing went elsewhere, and the way is named', () => {
    expect(record.treatment.egress).toEqual([]);
    expect(record.treatment.exchanges).toHaveLength(clients.length);
    expect(record.ways.filter(way => way.used > 0).map(way => way.name)).toContain('python-preload');
    expect(record.ways.reduce((sum, way) => sum + way.used, 0)).toBe(2 * clients.length);
  });
});

/** A server of the standard library that asks the model for each message. */
const SERVER = `
import json, os, sys, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Agent(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))["message"]
        body = json.dumps({"model": "m", "messages": [{"role": "user", "content": message}]}).encode()
        answer = json.load(urllib.request.urlopen("https://api.openai.com/v1/chat/completions", body))
        said = json.dumps({"reply": answer["choices"][0]["message"]["content"], "prefix": sys.prefix}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
    def log_message(self, *args): pass
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Agent).serve_forever()
`;

/** Functions of every kind that may be an agent, in a package with an import of its own. */
const MODULE = `
import json, os, urllib.request
from .words import QUESTION
def ask(message):
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": QUESTION + message}]}).encode()
    answer = json.load(urllib.request.urlopen("https://api.openai.com/v1/chat/completions", body))
    return answer["choices"][0]["message"]["content"]
def plain(message):
    if message == "throw": raise ValueError("no such thing")
    return ask(message)
async def handle(message, user, session):
    return {"user": user, "session": session, "reply": ask(message)}
async def stream(message):
    for piece in ask(message).split(" "):
        yield piece + "|"
class Graph:
    def invoke(self, state, config):
        class Said: content = ask(state["messages"][-1]["content"])
        return {"messages": [*state["messages"], Said(), ]}
graph = Graph()
value = 3
`;

describe.runIf(python)('a module in Python', () => {
  const files = { 'bot/__init__.py': '', 'bot/words.py': 'QUESTION = "Well: "', 'bot/agent.py': MODULE };
  const said = (name: string, text = 'hello', more: Record<string, string> = {}): Promise<TrialRecord> =>
    startWorker(
      job({
        root: shelf.layOut({ ...files, ...more }),
        way: { kind: 'module', path: 'bot/agent.py', export: name },
        acts: [{ kind: 'say', text, user: 'b' }],
      }),
    );

  test.each([
    ['plain', (word: string) => word],
    ['handle', (word: string) => word],
    ['stream', (word: string) => `${word.replace(' ', '|')}|`],
    ['graph', (word: string) => word],
  ])('%s', async (name, expected) => {
    const { problem, treatment } = await said(name);
    expect(problem).toBeUndefined();
    expect(treatment.replies[0]).toMatchObject({ end: 'answered', text: expected(`word ${treatment.nonce}`) });
    expect(treatment.exchanges[0]?.body).toContain('Well: hello');
    if (name === 'handle') expect(JSON.parse(treatment.replies[0]?.body ?? '')).toMatchObject({ user: 'b', session: 'b-1' });
    if (name === 'stream') expect(treatment.replies[0]?.parts).toHaveLength(2);
  });

  test('an error is an error, and the next message is answered', async () => {
    const { treatment } = await said('plain', 'throw');
    expect(treatment.replies[0]).toMatchObject({ end: 'broken', error: 'ValueError: no such thing' });
    expect(treatment.lines.some(line => line.text.includes('Traceback'))).toBe(true);
  });

  test('what cannot be used is told', async () => {
    expect((await said('value')).problem?.sentence).toMatch(/exports no function and no graph named value/);
    expect((await said('plain', 'x', { 'bot/words.py': 'raise RuntimeError("no key")' })).problem?.sentence).toMatch(
      /could not be used: RuntimeError: no key/,
    );
  });
});

describe.runIf(python)('how an agent in Python is started', () => {
  test('python -m', async () => {
    const root = shelf.layOut({ 'app/__init__.py': '', 'app/server.py': SERVER });
    const record = await startWorker(job({ root, way: http({ start: ['python3', '-m', 'app.server'] }) }));
    expect(record.problem).toBeUndefined();
    expect(record.treatment.replies[0]?.text).toBe(`word ${record.treatment.nonce}`);
  });

  test('the environment of the repository comes first, and is linked, not copied', async () => {
    const root = shelf.layOut({ 'server.py': SERVER });
    execFileSync('python3', ['-m', 'venv', '--without-pip', join(root, '.venv')]);
    const record = await startWorker(job({ root, way: http({ start: ['python', 'server.py'] }) }));
    expect(record.problem).toBeUndefined();
    const { prefix } = JSON.parse(record.treatment.replies[0]?.body ?? '{}') as { prefix?: string };
    expect(prefix).toMatch(/\/copy\/repository\/\.venv$/);
  });

  const uvicorn = has('uvicorn, fastapi, httpx');
  test.skipIf(!uvicorn)(uvicorn ? 'uvicorn' : 'uvicorn: this Python has no uvicorn, fastapi and httpx', async () => {
    const root = shelf.layOut({
      'main.py': `
import fastapi, httpx
app = fastapi.FastAPI()
@app.post("/chat")
async def chat(body: dict):
    async with httpx.AsyncClient() as c:
        answer = await c.post("https://api.openai.com/v1/chat/completions", json={"model": "m", "messages": [{"role": "user", "content": body["message"]}]})
    return {"reply": answer.json()["choices"][0]["message"]["content"]}
`,
    });
    for (const kind of KINDS) {
      const start = ['uvicorn', 'main:app', '--port', '{{port}}'];
      const record = await startWorker(job({ root, way: http({ start }) }), { isolation: kind });
      expect(record.problem).toBeUndefined();
      expect(record.treatment.replies[0]?.text).toBe(`word ${record.treatment.nonce}`);
    }
  });
});
