// Loops whose pace somebody else sets: a person who types, or who sends the next piece of work. And those that only look so.
import { beforeAll, describe, expect, test } from 'vitest';
import { scan } from '../src/scan.ts';
import { layOut } from './support/calls.ts';

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await scan(layOut({ 'a.py': 'import openai\n' }), () => {})), 60_000);

const CALL = 'client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": text}])';
const statusOf = async (file: string, code: string): Promise<string | undefined> =>
  (await scan(layOut({ [file]: code }), () => {})).facts['model-call'][0]?.loop.status;

const repl = (imports: string, ask: string): string =>
  `${imports}\nfrom openai import OpenAI\nclient = OpenAI()\ndef main():\n    while True:\n        text = ${ask}\n        print(${CALL})\nmain()\n`;

describe('a person in each round, in Python', () => {
  test.each([
    ['input()', repl('', 'input("> ")')],
    ['input() that is stripped', repl('', 'input("> ").strip()')],
    ['sys.stdin', repl('import sys', 'sys.stdin.readline()')],
    ['click', repl('import click', 'click.prompt("you")')],
    ['typer', repl('import typer', 'typer.prompt("you")')],
    ['questionary', repl('import questionary', 'questionary.text("you").ask()')],
    ['rich: a prompt', repl('from rich.prompt import Prompt', 'Prompt.ask("you")')],
    ['rich: a console', repl('from rich.console import Console\nterminal = Console()', 'terminal.input("> ")')],
    ['prompt_toolkit', repl('from prompt_toolkit import PromptSession\nsession = PromptSession()', 'session.prompt("> ")')],
    ['a function that asks', repl('def ask():\n    try:\n        return input("> ")\n    except EOFError:\n        return ""\n', 'ask()')],
    ['in the condition', `from openai import OpenAI\nclient = OpenAI()\nwhile (text := input("> ")) != "q":\n    print(${CALL})\n`],
    [
      'a way out before the question',
      `from openai import OpenAI\nclient = OpenAI()\ndef main(rounds):\n    while True:\n        if rounds == 0:\n            break\n        text = input()\n        print(${CALL})\n`,
    ],
  ])('%s', async (_, code) => expect(await statusOf('app.py', code)).toBe('not-in-loop'));

  test.each([
    [
      'asked only after an answer without tools',
      `from openai import OpenAI\nclient = OpenAI()\nwait = True\nwhile True:\n    if wait:\n        text = input()\n    answer = ${CALL}\n    wait = answer.choices[0].message.tool_calls is None\n`,
    ],
    [
      'not asked while tools run',
      `from openai import OpenAI\nclient = OpenAI()\ntext = ""\nwhile True:\n    answer = ${CALL}\n    if answer.choices[0].message.tool_calls:\n        continue\n    text = input()\n`,
    ],
    ['an own function of the name', repl('def input(label):\n    return label\n', 'input("> ")')],
    [
      'a function that asks only when it has nothing else',
      repl('todo = []\ndef ask():\n    if todo:\n        return todo[0]\n    return input()\n', 'ask()'),
    ],
    [
      'asked when something failed',
      `from openai import OpenAI\nclient = OpenAI()\ntext = ""\nwhile True:\n    try:\n        print(${CALL})\n    except KeyboardInterrupt:\n        text = input()\n`,
    ],
  ])('no: %s', async (_, code) => expect(await statusOf('app.py', code)).toBe('unbounded'));
});

describe('work that somebody sends', () => {
  const socket = (imports: string, declared: string, receive: string): string =>
    `${imports}\nfrom openai import AsyncOpenAI\nclient = AsyncOpenAI()\n${declared}\n    while True:\n        text = ${receive}\n        await ws.send(await ${CALL})\n`;
  test.each([
    [
      'a socket of FastAPI',
      socket(
        'from fastapi import FastAPI, WebSocket\napp = FastAPI()',
        '@app.websocket("/chat")\nasync def chat(ws: WebSocket):\n    await ws.accept()',
        'await ws.receive_text()',
      ),
    ],
    [
      'a socket of websockets',
      `${socket('import websockets', 'async def chat(ws):', 'await ws.recv()')}async def main():\n    await websockets.serve(chat, "localhost", 80)\n`,
    ],
    [
      'a queue that others fill',
      `import asyncio\nfrom openai import AsyncOpenAI\nclient = AsyncOpenAI()\nqueue = asyncio.Queue()\nasync def work():\n    while True:\n        text = await queue.get()\n        print(await ${CALL})\nasync def add(text):\n    await queue.put(text)\n`,
    ],
    [
      'a graph that stops for a person',
      `from langgraph.types import interrupt\nfrom openai import OpenAI\nclient = OpenAI()\ndef node(state):\n    text = state["text"]\n    answer = ${CALL}\n    if answer.choices[0].message.content is None:\n        state["text"] = interrupt("Say it again")\n        return node(state)\n    return answer\n`,
    ],
  ])('%s', async (_, code) => expect(await statusOf('app.py', code)).toBe('not-in-loop'));

  test.each([
    [
      'a queue that the round itself fills',
      `import asyncio\nfrom openai import AsyncOpenAI\nclient = AsyncOpenAI()\nqueue = asyncio.Queue()\nasync def work():\n    while True:\n        text = await queue.get()\n        answer = await ${CALL}\n        await queue.put(answer.choices[0].message.content)\n`,
    ],
    [
      'a queue that a function of the round fills',
      `import queue\nfrom openai import OpenAI\nclient = OpenAI()\ntasks = queue.Queue()\ndef add(answer):\n    tasks.put(answer)\ndef work():\n    while True:\n        text = tasks.get()\n        add(${CALL})\n`,
    ],
    [
      'a socket whose message is read only now and then',
      socket(
        'from fastapi import FastAPI, WebSocket\napp = FastAPI()',
        '@app.websocket("/chat")\nasync def chat(ws: WebSocket, fresh: bool):\n    text = ""',
        'await ws.receive_text() if fresh else text',
      ),
    ],
  ])('no: %s', async (_, code) => expect(await statusOf('app.py', code)).toBe('unbounded'));

  test('interrupt of LangGraph.js', async () => {
    const code = `import { interrupt } from '@langchain/langgraph';\nimport OpenAI from 'openai';\nconst client = new OpenAI();\nexport async function node() {\n  for (;;) {\n    const content = interrupt('say');\n    await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content }] });\n  }\n}\n`;
    expect(await statusOf('app.ts', code)).toBe('not-in-loop');
  });
});

describe('counters in Python', () => {
  const agent = (body: string): string =>
    `from openai import OpenAI\nclient = OpenAI()\nMOST = 5\ntext = ""\nclass Agent:\n    def __init__(self, most=6):\n        self.most = most\n        self.step = 0\n    def tick(self):\n        self.step += 1\n        if self.step >= self.most:\n            raise RuntimeError("too many steps")\n    def look(self):\n        if self.step >= self.most:\n            raise RuntimeError("too many steps")\n    def run(self, items, state):\n${body}\nAgent().run([], {"steps": 0})\n`;
  test.each([
    [
      'an entry of a dictionary',
      agent(`        while state["steps"] < MOST:\n            state["steps"] += 1\n            print(${CALL})`),
    ],
    ['a list that is emptied', agent(`        while items:\n            item = items.pop()\n            print(item, ${CALL})`)],
    ['a step that throws at a limit', agent(`        while True:\n            self.tick()\n            print(${CALL})`)],
  ])('%s', async (_, code) => expect(await statusOf('app.py', code)).toBe('bounded'));

  test.each([
    [
      'a dictionary of each round',
      agent(
        `        while True:\n            state = {"steps": 0}\n            state["steps"] += 1\n            if state["steps"] > MOST:\n                break\n            print(${CALL})`,
      ),
    ],
    ['a list that answers fill', agent(`        while items:\n            items.pop()\n            items.append(${CALL})`)],
    ['a step that counts nothing', agent(`        while True:\n            self.look()\n            print(${CALL})`)],
    [
      'a step whose error is caught',
      agent(
        `        while True:\n            try:\n                self.tick()\n            except RuntimeError:\n                pass\n            print(${CALL})`,
      ),
    ],
    [
      'a counter that the loop sets anew',
      agent(`        while True:\n            self.step = 0\n            self.tick()\n            print(${CALL})`),
    ],
  ])('no: %s', async (_, code) => expect(await statusOf('app.py', code)).toBe('unbounded'));
});
