// How large the input can become, where the code measures it by itself: lengths that are refused, histories that are cut, results of
// tools that run in threads, bodies of raw requests.
import { beforeAll, describe, expect, test } from 'vitest';
import { scan } from '../src/scan.ts';
import { layOut, type Tree } from './support/calls.ts';

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await scan(layOut({ 'a.py': 'import openai\n' }), () => {})), 60_000);

/** The sizes that are said of the model calls themselves: a number; `part`: only of a part; `open`: no end. */
const sizesOf = async (files: Tree): Promise<readonly (number | string)[]> => {
  const { facts } = await scan(layOut(files), () => {});
  const at = new Set(facts['model-call'].map(({ location }) => `${location.file}:${location.line}`));
  return facts.limit
    .filter(({ unit, location }) => unit === 'characters' && at.has(`${location.file}:${location.line}`))
    .map(({ amount }) => (amount === null ? 'part' : Number.isFinite(amount) ? amount : 'open'));
};

function table(title: string, cases: readonly (readonly [name: string, files: Tree, sizes: readonly (number | string)[]])[]): void {
  describe(title, () => {
    test.each(cases)('%s', async (_, files, sizes) => {
      expect(await sizesOf(files)).toEqual(sizes);
    });
  });
}

const OPENAI = 'from openai import OpenAI\nclient = OpenAI()\n';
const ask = (content: string): string =>
  `return client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": ${content}}])`;
const py = (code: string): Tree => ({ 'a.py': OPENAI + code });
const FLASK = 'from flask import Flask, request, abort\napp = Flask(__name__)\n@app.post("/chat")\n';
/** A handler of Flask that may use `data`. */
const flask = (body: string, content = 'text'): Tree =>
  py(`${FLASK}def chat():\n    data = request.get_json()\n    ${body.replaceAll('\n', '\n    ')}\n    ${ask(content)}\n`);

table('a text is measured before it is sent', [
  ['refused', flask('text = data["text"].strip()\nif len(text) > 4000:\n    abort(413)\n    return "long"'), [4000]],
  ['refused by an exception', flask('text = data.get("text", "").strip()\nif len(text) > 4000:\n    raise ValueError("long")'), [4000]],
  ['between two lengths', flask('text = str(data["text"])\nif not 0 < len(text) <= 3000:\n    return "no", 400'), [3000]],
  ['a list is as short as it has items', flask('text = data["text"]\nif len(text) > 4000:\n    return "long", 413'), []],
  [
    'what is no text is refused as well',
    flask('text = data["text"]\nif not isinstance(text, str) or len(text) > 4000:\n    return "no", 400'),
    [4000],
  ],
  ['what is no text goes past it', flask('text = data["text"]\nif isinstance(text, str) and len(text) > 4000:\n    return "no", 400'), []],
  ['too long is only noted', flask('text = data["text"].strip()\nif len(text) > 4000:\n    print("long")'), []],
  [
    'made longer afterwards',
    flask('text = data["text"].strip()\nif len(text) > 4000:\n    return "no"\ntext = text + data["context"]'),
    [],
  ],
  ['added to afterwards', flask('text = data["text"].strip()\nif len(text) > 4000:\n    return "no"\ntext += data["context"]'), []],
  [
    'another text is measured',
    flask('text = data["text"].strip()\nname = data["name"].strip()\nif len(name) > 4000:\n    return "no"'),
    [],
  ],
  ['only on some days', flask('text = data["text"].strip()\nif data["strict"]:\n    if len(text) > 4000:\n        return "no"'), []],
  ['and something else must hold', flask('text = data["text"].strip()\nif len(text) > 4000 and data["strict"]:\n    return "no"'), []],
  ['too short is refused', flask('text = data["text"].strip()\nif len(text) < 4000:\n    return "no"'), []],
  [
    'the refusal is caught',
    flask('text = data["text"].strip()\ntry:\n    if len(text) > 4000:\n        raise ValueError("long")\nexcept ValueError:\n    pass'),
    [],
  ],
  ['cut when it is longer', flask('text = data["text"].strip()\nif len(text) > 4000:\n    text = text[:4000] + "..."'), [4003]],
  [
    'cut of something else',
    flask('text = data["text"].strip()\nif len(text) > 4000:\n    text = data["other"][:4000] + data["rest"]'),
    ['part'],
  ],
  [
    'as many tokens',
    py(
      `import tiktoken\nenc = tiktoken.get_encoding("o200k_base")\n${FLASK}def chat():\n    text = request.get_json()["text"].strip()\n    if len(enc.encode(text)) > 1000:\n        return "no"\n    ${ask('text')}\n`,
    ),
    [4000],
  ],
  ['more than a context holds', flask('text = data["text"].strip()\nif len(text) > 50_000_000:\n    return "no"'), []],
  [
    'an attribute of a model that pydantic checks',
    py(
      `from fastapi import FastAPI, HTTPException\nfrom pydantic import BaseModel\napp = FastAPI()\nclass Body(BaseModel):\n    text: str\n    notes: list[str]\n@app.post("/chat")\ndef chat(body: Body):\n    if len(body.text) > 4000:\n        raise HTTPException(413)\n    ${ask('body.text')}\n`,
    ),
    [4000],
  ],
  [
    'another attribute of it',
    py(
      `from fastapi import FastAPI, HTTPException\nfrom pydantic import BaseModel\napp = FastAPI()\nclass Body(BaseModel):\n    text: str\n    notes: str\n@app.post("/chat")\ndef chat(body: Body):\n    if len(body.text) > 4000:\n        raise HTTPException(413)\n    ${ask('body.text + body.notes')}\n`,
    ),
    [],
  ],
  [
    'by a function that raises',
    py(
      `def check(text: str) -> None:\n    if not text.strip():\n        raise ValueError("empty")\n    if len(text) > 4000:\n        raise ValueError("long")\n${FLASK}def chat():\n    text = request.get_json()["text"].strip()\n    check(text)\n    ${ask('text')}\n`,
    ),
    [4000],
  ],
  [
    'by a function that lets some go early',
    py(
      `def check(text: str) -> None:\n    if text.startswith("/admin"):\n        return\n    if len(text) > 4000:\n        raise ValueError("long")\n${FLASK}def chat():\n    text = request.get_json()["text"].strip()\n    check(text)\n    ${ask('text')}\n`,
    ),
    [],
  ],
  [
    'by a function whose answer nobody looks at',
    py(
      `def check(text: str) -> bool:\n    if len(text) > 4000:\n        return False\n    return True\n${FLASK}def chat():\n    text = request.get_json()["text"].strip()\n    check(text)\n    ${ask('text')}\n`,
    ),
    [],
  ],
  [
    'typescript: a text that is checked to be one',
    `import OpenAI from 'openai';\nconst client = new OpenAI();\nexport async function POST(req: Request) {\n  const { text } = await req.json();\n  if (typeof text !== 'string' || text.length > 4000) return new Response('no', { status: 413 });\n  return client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: text }] });\n}`,
    [4000],
  ],
  [
    'typescript: a list of parts is short',
    `import OpenAI from 'openai';\nconst client = new OpenAI();\nexport async function POST(req: Request) {\n  const { text } = await req.json();\n  if (text.length > 4000) return new Response('no', { status: 413 });\n  return client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: text }] });\n}`,
    [],
  ],
]);

const RAW = 'import json\nimport urllib.request\nimport requests\n';
const URLLIB = (content: string): string =>
  `body = {"model": "gpt-5", "messages": [{"role": "user", "content": ${content}}]}\n    request = urllib.request.Request("https://api.openai.com/v1/chat/completions", data=json.dumps(body).encode(), headers={})\n    with urllib.request.urlopen(request, timeout=10) as response:\n        return json.loads(response.read())`;

table('raw requests', [
  ['urllib, cut', { 'a.py': `${RAW}def reply(text: str):\n    ${URLLIB('text[:2000]')}\n` }, [2000]],
  [
    'urllib, measured',
    {
      'a.py': `${RAW}def reply(text: str):\n    text = text.strip()\n    if len(text) > 2000:\n        raise ValueError("long")\n    ${URLLIB('text')}\n`,
    },
    [2000],
  ],
  ['urllib, as it comes', { 'a.py': `${RAW}def reply(text: str):\n    ${URLLIB('text')}\n` }, []],
  ['urllib, a few of any size', { 'a.py': `${RAW}def reply(turns: list):\n    ${URLLIB('turns[-10:]')}\n` }, ['open']],
  [
    'requests, cut, with a system prompt from a file',
    {
      'a.py': `${RAW}def reply(text: str):\n    system = open("doc.txt").read()\n    return requests.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-5", "messages": [{"role": "system", "content": system}, {"role": "user", "content": text[:2000]}]}).json()\n`,
    },
    ['part'],
  ],
  [
    'fetch, cut',
    `export const reply = async (text: string) => (await fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content: text.slice(0, 2000) }] }) })).json();`,
    [2000],
  ],
]);

/** A history of which a function gives the last turns. */
const recent = (loop: string, after = ''): Tree =>
  py(
    `TURNS = []\ndef recent(turns):\n    kept = []\n    size = 0\n    for turn in reversed(turns[-12:]):\n        ${loop.replaceAll('\n', '\n        ')}\n    ${after}\n    return kept\ndef reply():\n    return client.chat.completions.create(model="gpt-5", messages=[*recent(TURNS)])\n`,
  );
const FILL = 'size += len(turn["content"])\nif size > 16_000:\n    break\nkept.insert(0, turn)';
table('a history', [
  ['is filled up to a size', recent(FILL), [16000]],
  ['its first items are dropped', recent(FILL, 'while kept and kept[0]["role"] != "user":\n        kept.pop(0)'), [16000]],
  ['put in front too early', recent('size += len(turn["content"])\nkept.insert(0, turn)\nif size > 16_000:\n    break'), ['open']],
  ['filled by somebody else too', recent(FILL, 'kept[0]["content"] = open("notes.txt").read()'), ['part']],
  [
    'grows from request to request',
    py(
      `TURNS = []\ndef reply(text: str):\n    TURNS.append({"role": "user", "content": text[:4000]})\n    return client.chat.completions.create(model="gpt-5", messages=TURNS)\n`,
    ),
    ['part'],
  ],
  [
    'grows from turn to turn',
    py(
      `def talk():\n    turns = []\n    while True:\n        turns.append({"role": "user", "content": input("> ")[:4000]})\n        print(client.chat.completions.create(model="gpt-5", messages=turns))\n`,
    ),
    ['part'],
  ],
  [
    'typescript: grows from request to request',
    `import OpenAI from 'openai';\nconst client = new OpenAI();\nconst turns: { role: 'user'; content: string }[] = [];\nexport function reply(text: string) {\n  turns.push({ role: 'user', content: text.slice(0, 4000) });\n  return client.chat.completions.create({ model: 'gpt-5', messages: turns });\n}`,
    ['part'],
  ],
  ['only a number of them', recent('kept.insert(0, turn)'), ['open']],
]);

const LOOP = (result: string): string => `
def run(call):
    return open(call.arguments).read()
def work(question: str):
    messages = [{"role": "user", "content": question[:4000]}]
    for _ in range(5):
        answer = client.chat.completions.create(model="gpt-5", messages=messages)
        said = answer.choices[0].message
        messages.append(said)
        for call in said.tool_calls:
            messages.append({"role": "tool", "content": ${result}})
`;
const POOL = 'from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n';
table('results of tools', [
  ['cut where they come in', py(LOOP('run(call)[:3000]')), [7000]],
  ['whole', py(LOOP('run(call)')), ['part']],
  [
    'out of a thread, cut inside',
    py(`${POOL}${LOOP('pool.submit(short, call).result()')}def short(call):\n    return run(call)[:3000]\n`),
    [7000],
  ],
  ['out of a thread, whole', py(POOL + LOOP('pool.submit(run, call).result(timeout=5)')), ['part']],
  ['out of a task of something else', py(LOOP('jobs.submit(run, call).result()')), ['part']],
]);

const ASKING = (asking: string, use = 'ask(messages)'): Tree =>
  py(
    `${asking}\ndef work(question: str):\n    messages = [{"role": "user", "content": question[:4000]}]\n    for _ in range(5):\n        answer = ${use}\n        messages.append({"role": "assistant", "content": answer})\n`,
  );
const CREATE = 'client.chat.completions.create(model="gpt-5", messages=messages)';
table('what a function says that asks the model', [
  ['the answer', ASKING(`def ask(messages):\n    return ${CREATE}.choices[0].message.content`), [4000]],
  [
    'put together from a stream',
    ASKING(
      `class Text:\n    def __init__(self):\n        self.parts = []\n    def add(self, event):\n        self.parts.append(event.choices[0].delta.content or "")\n    def whole(self):\n        return "".join(self.parts)\ndef ask(messages):\n    text = Text()\n    for event in ${CREATE.replace('messages=messages', 'messages=messages, stream=True')}:\n        text.add(event)\n    return text.whole()`,
    ),
    [4000],
  ],
  ['with a file', ASKING(`def ask(messages):\n    return ${CREATE}.choices[0].message.content + open("doc.txt").read()`), ['part']],
  [
    'with what it was given',
    ASKING(
      `def ask(messages, doc):\n    text = ${CREATE}.choices[0].message.content\n    return text + doc`,
      'ask(messages, open("doc.txt").read())',
    ),
    ['part'],
  ],
  [
    'with a page of the web',
    ASKING(
      `import requests\ndef page(url):\n    return requests.get(url).text\ndef ask(messages):\n    text = ${CREATE}.choices[0].message.content\n    return text + page(text)`,
    ),
    ['part'],
  ],
  [
    'with what is kept of all users',
    ASKING(
      `KEPT = []\ndef ask(messages):\n    text = ${CREATE}.choices[0].message.content\n    KEPT.append(text)\n    return "".join(KEPT)`,
    ),
    ['part'],
  ],
  [
    'with what an object keeps',
    py(
      `class Bot:\n    def __init__(self):\n        self.notes = []\n    def note(self, text):\n        self.notes.append(text)\n    def ask(self, messages):\n        return ${CREATE}.choices[0].message.content + "".join(self.notes)\nbot = Bot()\ndef work(question: str):\n    messages = [{"role": "user", "content": question[:4000]}]\n    for _ in range(5):\n        messages.append({"role": "assistant", "content": bot.ask(messages)})\n`,
    ),
    [],
  ],
]);
