// Streams that a loop takes piece by piece: what is cleaned in a round is cut at the borders of pieces, unless it is held back.
import { expect, test, vi } from 'vitest';
import type { Guard } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { openShelf } from './support/lay-out.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000 });

const shelf = openShelf('guards-streams');

async function outputOf(file: string, code: string): Promise<Guard | undefined> {
  const { facts } = await scan(shelf.layOut({ [file]: code }), () => {});
  return facts.guard.find(guard => guard.sides.includes('output'));
}

const PYTHON = String.raw`import re
from openai import OpenAI
client = OpenAI()
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
def redact(text: str) -> str:
    return MAIL.sub("[e-mail]", text)
def ask(question, stream=False):
    return client.chat.completions.create(model="gpt-5.6", stream=stream, messages=[{"role": "user", "content": question}])
`;
const WEB = `from fastapi import FastAPI
from fastapi.responses import StreamingResponse
app = FastAPI()
`;
const TYPESCRIPT = String.raw`import OpenAI from 'openai';
const client = new OpenAI();
const redact = (text: string) => text.replace(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[e-mail]');
const ask = (content: string) => client.chat.completions.create({ model: 'gpt-5.6', stream: true, messages: [{ role: 'user', content }] });
`;
const FILTER = (push: string): string => `class Filter:
    def __init__(self, emit):
        self._emit = emit
        self._held = ""
    def push(self, piece):
        self._held += piece
${push}
    def end(self):
        if self._held:
            self._emit(redact(self._held))
        self._held = ""
`;
const HOLDING = `        end = self._held.rfind(". ") + 1
        if end == 0:
            return
        ready, self._held = self._held[:end], self._held[end:]
        self._emit(redact(ready))`;
const THROUGH = `def reply(question, emit):
    stream = Filter(emit)
    text = ""
    for chunk in ask(question, True):
        text += chunk.choices[0].delta.content
        stream.push(chunk.choices[0].delta.content)
    stream.end()
    return redact(text)
`;
/** Pieces go up through a generator in a thread, an object that is called, and fields. */
const FAR = `class Listener:
    def __init__(self, on_text):
        self._on_text = on_text
    def __call__(self, piece):
        if piece and self._on_text:
            self._on_text(piece)
def each(items):
    for item in items():
        yield item
def work(question, on_text):
    listener = Listener(on_text)
    def events():
        yield from ask(question, True)
    text = ""
    for event in each(events):
        text += event.choices[0].delta.content
        listener(event.choices[0].delta.content)
    return text
def reply(question, emit):
    stream = Filter(emit)
    text = work(question, stream.push if emit else None)
    stream.end()
    return redact(text)
`;

test.each<[string, string, string, boolean]>([
  [
    'each piece is cleaned in the round',
    'agent.py',
    `${PYTHON}def reply(question):\n    for chunk in ask(question, True):\n        yield redact(chunk.choices[0].delta.content)\n`,
    true,
  ],
  [
    'with a name and a number for each piece',
    'agent.py',
    `${PYTHON}def reply(question):\n    chunks = ask(question, True)\n    for number, chunk in enumerate(chunks):\n        yield redact(chunk.choices[0].delta.content)\n`,
    true,
  ],
  [
    'under a condition about the piece',
    'agent.py',
    `${PYTHON}def reply(question):\n    for chunk in ask(question, True):\n        if chunk.choices:\n            yield redact(chunk.choices[0].delta.content)\n`,
    true,
  ],
  [
    'enough is waited for in the round',
    'agent.py',
    `${PYTHON}def reply(question):\n    held = ""\n    for chunk in ask(question, True):\n        held += chunk.choices[0].delta.content\n        end = held.rfind(". ") + 1\n        if end > 0:\n            yield redact(held[:end])\n            held = held[end:]\n    yield redact(held)\n`,
    false,
  ],
  [
    'the whole is cleaned after the loop',
    'agent.py',
    `${PYTHON}def reply(question):\n    text = ""\n    for chunk in ask(question, True):\n        text += chunk.choices[0].delta.content\n    return redact(text)\n`,
    false,
  ],
  [
    'parts of a whole answer are no pieces',
    'agent.py',
    `${PYTHON}def reply(question):\n    answer = ask(question)\n    for choice in answer.choices:\n        yield redact(choice.message.content)\n`,
    false,
  ],
  [
    'nor are whole answers of a list',
    'agent.py',
    `${PYTHON}def answers(questions):\n    return [ask(one).choices[0].message.content for one in questions]\ndef reply(questions):\n    for answer in answers(questions):\n        yield redact(answer)\n`,
    false,
  ],
  [
    'nor those of a pool of threads',
    'agent.py',
    `from concurrent.futures import ThreadPoolExecutor\n${PYTHON}def reply(questions):\n    with ThreadPoolExecutor() as pool:\n        for answer in pool.map(ask, questions):\n            yield redact(answer.choices[0].message.content)\n`,
    false,
  ],
  ['a filter holds back', 'agent.py', `${PYTHON}${FILTER(HOLDING)}${THROUGH}`, false],
  ['a filter that sends each piece at once', 'agent.py', `${PYTHON}${FILTER('        self.end()')}${THROUGH}`, true],
  ['a filter at the end of a long way holds back', 'agent.py', `${PYTHON}${FILTER(HOLDING)}${FAR}`, false],
  ['a filter at the end of a long way sends each piece at once', 'agent.py', `${PYTHON}${FILTER('        self.end()')}${FAR}`, true],
  [
    'the steps of a graph are whole messages',
    'agent.py',
    String.raw`import re
from langgraph.prebuilt import create_react_agent
agent = create_react_agent("openai:gpt-5.6", tools=[])
def redact(text):
    return re.sub(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "[e-mail]", text)
def reply(question):
    for step in agent.stream({"messages": [("user", question)]}, stream_mode="values"):
        yield redact(step["messages"][-1].content)
`,
    false,
  ],
  [
    'its tokens are not',
    'agent.py',
    String.raw`import re
from langgraph.prebuilt import create_react_agent
agent = create_react_agent("openai:gpt-5.6", tools=[])
def redact(text):
    return re.sub(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "[e-mail]", text)
def reply(question):
    for token in agent.stream({"messages": [("user", question)]}, stream_mode="messages"):
        yield redact(token[0].content)
`,
    true,
  ],
  [
    'enough is waited for in an asynchronous loop',
    'agent.ts',
    `${TYPESCRIPT}export async function* reply(q: string) {\n  let held = '';\n  for await (const { choices } of await ask(q)) {\n    held += choices[0]?.delta.content ?? '';\n    const end = held.lastIndexOf('. ') + 1;\n    if (end > 0) {\n      yield redact(held.slice(0, end));\n      held = held.slice(end);\n    }\n  }\n  yield redact(held);\n}\n`,
    false,
  ],
  [
    'each piece is cleaned in an asynchronous loop',
    'agent.ts',
    `${TYPESCRIPT}export async function* reply(q: string) {\n  for await (const { choices } of await ask(q)) if (choices.length > 0) yield redact(choices[0]?.delta.content ?? '');\n}\n`,
    true,
  ],
])('%s', async (_name, file, code, piecewise) => {
  const output = await outputOf(file, code);
  expect({ found: output !== undefined, piecewise: output?.piecewise === true }).toEqual({ found: true, piecewise });
});

/** Whoever cleans the whole text afterwards, or each piece for another reader, does not guard the call whose pieces go out bare. */
test.each<[string, string, string, boolean]>([
  [
    'a piece is handed out bare in the round',
    'agent.py',
    `${PYTHON}def reply(question, emit):
    text = ""
    for chunk in ask(question):
        piece = chunk.choices[0].delta.content
        text += piece
        emit(piece)
    return redact(text)
`,
    true,
  ],
  [
    'and through a method of the repository',
    'agent.py',
    `${PYTHON}class Sender:
    def __init__(self, ws):
        self.ws = ws
        self.text = ""
    async def piece(self, text):
        self.text += text
        await self.ws.send_text(text)
async def reply(question, ws):
    sender = Sender(ws)
    text = ""
    for chunk in ask(question):
        await sender.piece(chunk.choices[0].delta.content)
        text += chunk.choices[0].delta.content
    return redact(text)
`,
    true,
  ],
  [
    'and to a queue',
    'agent.py',
    `${PYTHON}import asyncio
async def reply(question, queue):
    loop = asyncio.get_running_loop()
    text = ""
    for chunk in ask(question):
        text += chunk.choices[0].delta.content
        asyncio.run_coroutine_threadsafe(queue.put(text), loop)
    return redact(text)
`,
    true,
  ],
  [
    'and printed without the end of a line',
    'agent.py',
    `${PYTHON}def reply(question):
    text = ""
    for chunk in ask(question):
        print(chunk.choices[0].delta.content, end="", flush=True)
        text += chunk.choices[0].delta.content
    return redact(text)
`,
    true,
  ],
  [
    'and given on by generators to the web',
    'agent.py',
    `${PYTHON}${WEB}def pieces(question):
    for chunk in ask(question):
        yield chunk.choices[0].delta.content or ""
def kept(question):
    text = ""
    for piece in pieces(question):
        text += piece
        yield piece
    open("a.txt", "a").write(redact(text))
@app.post("/chat")
def chat(question: str):
    return StreamingResponse(kept(question), media_type="text/plain")
`,
    true,
  ],
  [
    'and given on by a generator in a handler',
    'agent.py',
    `${PYTHON}${WEB}@app.post("/chat")
def chat(question: str):
    def pieces():
        text = ""
        for chunk in ask(question):
            piece = chunk.choices[0].delta.content or ""
            text += piece
            yield f"data: {piece}\\n\\n"
        open("log.txt", "a").write(redact(text))
    return StreamingResponse(pieces())
`,
    true,
  ],
  [
    'and in an asynchronous loop',
    'agent.ts',
    `${TYPESCRIPT}export async function reply(q: string, emit: (s: string) => void) {
  let text = '';
  for await (const chunk of await ask(q)) { const p = chunk.choices[0]?.delta.content ?? ''; text += p; emit(p); }
  return redact(text);
}
`,
    true,
  ],
  [
    'and in a stream of the web',
    'agent.ts',
    `${TYPESCRIPT}export async function POST(req: Request) {
  const { q } = await req.json();
  const stream = await ask(q);
  const enc = new TextEncoder();
  return new Response(new ReadableStream({ async start(controller) {
    let text = '';
    for await (const chunk of stream) { const p = chunk.choices[0]?.delta.content ?? ''; text += p; controller.enqueue(enc.encode(p)); }
    await save(redact(text)); controller.close();
  } }));
}
declare function save(t: string): Promise<void>;
`,
    true,
  ],
  [
    'and in a response that may be full',
    'agent.ts',
    `${TYPESCRIPT}import type { ServerResponse } from 'node:http';
export async function reply(q: string, res: ServerResponse) {
  let text = '';
  for await (const { choices: [first] } of await ask(q)) {
    text += first?.delta.content ?? '';
    if (!res.write(\`data: \${JSON.stringify({ text: first?.delta.content })}\\n\\n\`)) await new Promise(r => res.once('drain', r));
  }
  res.end(redact(text));
}
`,
    true,
  ],
  [
    'the text so far is shown in each round',
    'agent.ts',
    `${TYPESCRIPT}export async function reply(q: string, show: (s: string) => void) {
  let text = '';
  for await (const chunk of await ask(q)) { text += chunk.choices[0]?.delta.content ?? ''; show(text); }
  return redact(text);
}
`,
    true,
  ],
  [
    'and yielded, with the clean text at the end',
    'agent.ts',
    `${TYPESCRIPT}export async function* reply(q: string) {
  let text = '';
  for await (const chunk of await ask(q)) { const p = chunk.choices[0]?.delta.content ?? ''; text += p; yield p; }
  yield redact(text);
}
`,
    true,
  ],
  [
    'events of tools, numbers and checksums are no text',
    'agent.py',
    `${PYTHON}import hashlib
calls = []
def run_tool(item):
    calls.append(item)
def reply(question, emit):
    text = ""
    digest = hashlib.sha256()
    for event in ask(question, True):
        if event.type == "response.output_text.delta":
            text += event.delta
            digest.update(event.delta.encode())
        elif event.type == "response.function_call_arguments.done":
            on_call(event)
            run_tool(event)
        elif event.usage:
            meter(event.usage.total_tokens)
    emit(redact(text))
`,
    false,
  ],
  [
    'nor is the number of a piece',
    'agent.py',
    `${PYTHON}def reply(question, progress):
    text = ""
    for number, chunk in enumerate(ask(question)):
        progress(number)
        text += chunk.choices[0].delta.content or ""
    return redact(text)
`,
    false,
  ],
  [
    'what is sent was cleaned a line before',
    'agent.py',
    `${PYTHON}def reply(question, emit):
    held = ""
    for chunk in ask(question):
        held += chunk.choices[0].delta.content
        end = held.rfind(". ") + 1
        if end > 0:
            ready = held[:end]
            ready = redact(ready)
            emit(ready)
            held = held[end:]
    emit(redact(held))
`,
    false,
  ],
  [
    'a generator cleans what another one gives',
    'agent.py',
    `${PYTHON}${WEB}def pieces(question):
    for chunk in ask(question):
        yield chunk.choices[0].delta.content or ""
def safe(question):
    held = ""
    for piece in pieces(question):
        held += piece
        end = held.rfind(". ") + 1
        if end > 0:
            yield redact(held[:end])
            held = held[end:]
    yield redact(held)
@app.post("/chat")
def chat(question: str):
    return StreamingResponse(safe(question), media_type="text/plain")
`,
    false,
  ],
  [
    'the loop is over cleaned pieces',
    'agent.py',
    `${PYTHON}def safe(stream):
    held = ""
    for chunk in stream:
        held += chunk.choices[0].delta.content
        end = held.rfind(". ") + 1
        if end > 0:
            yield redact(held[:end])
            held = held[end:]
    yield redact(held)
def reply(question, emit):
    for piece in safe(ask(question)):
        emit(piece)
`,
    false,
  ],
  [
    'a list keeps them, and a log tells of them',
    'agent.ts',
    `${TYPESCRIPT}export async function reply(q: string) {
  const parts: string[] = [];
  for await (const chunk of await ask(q)) { const p = chunk.choices[0]?.delta.content; if (p) parts.push(p); console.debug(p); }
  return redact(parts.join(''));
}
`,
    false,
  ],
  [
    'they are joined',
    'agent.py',
    `${PYTHON}def pieces(question):
    for chunk in ask(question):
        yield chunk.choices[0].delta.content or ""
def reply(question):
    return redact("".join(pieces(question)))
`,
    false,
  ],
])('%s', async (_name, file, code, missed) => {
  const output = await outputOf(file, code);
  expect({ found: output !== undefined, missed: (output?.misses?.length ?? 0) > 0 }).toEqual({ found: true, missed });
});
