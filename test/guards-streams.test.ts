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
