// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the snippets are code that holds templates
// What makes a tool dangerous and what does not: each rule with the pattern that it is for, and its near miss.
import { describe, expect, test } from 'vitest';
import type { Tool } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { AI, layOut, type Tree } from './support/calls.ts';

const DEPENDENCIES = { ai: '6.0.326', '@ai-sdk/openai': '3.0.141', '@chat-adapter/slack': '4.0.0', '@openai/agents': '0.3.0' };
const CHILD = `import { execFile, execFileSync, spawn } from 'node:child_process';`;
const FS = `import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';\nimport path from 'node:path';`;

async function first(files: Tree): Promise<Tool> {
  const { facts } = await scan(layOut(files), () => {});
  const [tool] = facts.tool;
  if (tool === undefined) throw new Error('no tool was found');
  return tool;
}

/** One AI SDK tool with this body; `more` stands at the top of the file. */
const typescript = (body: string, more = '', name = 't', options = ''): Tree => ({
  'package.json': { dependencies: DEPENDENCIES },
  'a.ts': `${AI}import { tool } from 'ai';\nimport { z } from 'zod';\n${more}\nconst run = tool({ description: 'x', inputSchema: z.object({}), ${options} execute: async ({ a, b }) => { ${body} } });\nawait generateText({ model: openai('gpt-5'), prompt: 'hi', tools: { ${name}: run } });`,
});

const python = (code: string): Tree => ({
  'requirements.txt': 'openai-agents==0.3.0\ncrewai==1.5.0\ncrewai-tools==1.5.0\n',
  'agent.py': code,
});

describe('what is dangerous', () => {
  const rows: readonly (readonly [title: string, body: string, more: string, dangerous: boolean | null])[] = [
    ['a file that the model names is only read', "return readFile(a, 'utf8');", FS, false],
    ['a folder that the model names is listed', 'return readdir(a);', FS, false],
    [
      'a file that the model names is read, and something leaves the machine',
      "const text = await readFile(a, 'utf8'); return (await fetch('https://ocr.example/', { method: 'POST', body: text })).json();",
      FS,
      true,
    ],
    [
      'a file of the code is read, and something leaves the machine',
      "const text = await readFile('/srv/form.txt', 'utf8'); return (await fetch('https://ocr.example/', { method: 'POST', body: text })).json();",
      FS,
      false,
    ],
    ['the model’s text is written where the code says', "await writeFile('/srv/notes.md', a);", FS, false],
    ['the model’s text is written where the model says', 'await writeFile(a, b);', FS, true],
    ['a file is moved to where the model says', "await rename('/srv/x', a);", FS, true],
    [
      'the model’s text is written where the code says, and run',
      "await writeFile('/tmp/x.py', a); execFileSync('python3', ['/tmp/x.py']);",
      `${FS}${CHILD}`,
      true,
    ],
    ['a program of the code with an argument of the model', "execFileSync('rg', ['--', a, '.']);", CHILD, null],
    ['a shell with an argument of the model', "execFileSync('bash', ['-c', a]);", CHILD, true],
    ['a program of the code through a shell', "spawn('rg', ['--', a], { shell: true });", CHILD, true],
    ['options that are seen, without a shell', "spawn('rg', ['--', a], { cwd: '/srv' });", CHILD, null],
    ['a program that deletes what it is told', "execFileSync('rm', ['-rf', a]);", CHILD, true],
    ['a program with a verb of the model', "execFileSync('notes', [a, b]);", CHILD, true],
    ['a program of the model', "execFileSync(a, ['--version']);", CHILD, true],
    ['a program of the settings', "execFileSync(process.env.TOOL ?? '', ['--', a]);", CHILD, true],
    ['an interpreter with a script of the code', "execFileSync(process.execPath, ['/srv/desk.js', 'look', a]);", CHILD, null],
    ['an interpreter with code of the model', "execFileSync(process.execPath, ['-e', a]);", CHILD, true],
    [
      'a list of arguments that a function makes',
      'go(listOf(a));',
      `${CHILD}\nconst go = (args: string[]) => execFileSync('desk', [...args]);\nconst listOf = (x: string) => ['look', x];`,
      null,
    ],
    [
      'a list of arguments of which the model makes the first',
      'go(listOf(a));',
      `${CHILD}\nconst go = (args: string[]) => execFileSync('desk', [...args]);\nconst listOf = (x: string) => [x, 'now'];`,
      true,
    ],
    ['any method on any path of a host', 'await fetch(`https://api.example.com/${a}`, { method: b });', '', true],
    ['any method on one path', "await fetch('https://api.example.com/x', { method: b });", '', false],
    ['a read of any path of a host', "await fetch(`https://api.example.com/${a}`, { method: 'GET' });", '', false],
    [
      'a helper that is defined before it is called',
      'async function get(url: string) { return (await fetch(url)).text(); }\nconst queue = [a]; return get(queue.pop());',
      '',
      true,
    ],
    [
      'a helper that is given an address of the code',
      "async function get(url: string) { return (await fetch(url)).text(); }\nreturn get('https://example.com/' + a);",
      '',
      false,
    ],
    [
      'what a class has from another package’s class: a message to whom the model names',
      "await slack.webClient.chat.postMessage({ channel: a, text: 'x' });",
      "import { SlackAdapter } from '@chat-adapter/slack';\nclass Own extends SlackAdapter { extra() { return 1; } }\nconst slack = new Own({});",
      true,
    ],
    [
      'what a class has from another package’s class: a request that reads',
      'return slack.webClient.conversations.history({ channel: a });',
      "import { SlackAdapter } from '@chat-adapter/slack';\nclass Own extends SlackAdapter { extra() { return 1; } }\nconst slack = new Own({});",
      false,
    ],
    [
      'what the class itself has counts first',
      'return slack.webClient(a);',
      "import { SlackAdapter } from '@chat-adapter/slack';\nclass Own extends SlackAdapter { webClient(x: string) { return x; } }\nconst slack = new Own({});",
      false,
    ],
  ];
  test.each(rows.map(row => [row[0], row] as const))('%s', async (_title, [, body, more, dangerous]) => {
    expect((await first(typescript(body, more))).dangerous).toBe(dangerous);
  });

  test('a manager that an option brings, which has a default', async () => {
    const made = (given: string): Tree => ({
      'package.json': { dependencies: DEPENDENCIES },
      'a.ts': `${AI}import { tool } from 'ai';\nimport { z } from 'zod';\n${FS}\nclass Notes { async create(x: { file: string }) { await writeFile(x.file, ''); } }
interface Options { notes?: Notes }
function make(options: Options = {}) { const notes = options.notes; return tool({ description: 'x', inputSchema: z.object({}), execute: async ({ a }) => { await notes?.create({ file: a }); } }); }
export const other = make();
await generateText({ model: openai('gpt-5'), prompt: 'hi', tools: { t: make(${given}) } });`,
    });
    expect(await first(made('{ notes: new Notes() }'))).toMatchObject({ capabilities: ['file-write'], dangerous: true });
    expect((await first(made(''))).dangerous).not.toBe(true);
  });
});

describe('what its author says by asking a person', () => {
  const strange = "import { strange } from 'strange-package';";
  test.each([
    ['nobody is asked, and nothing is known', 'return strange(a);', strange, 't', '', null, 'no'],
    ['somebody is asked, and nothing is known', 'return strange(a);', strange, 't', 'needsApproval: true,', true, 'yes'],
    ['a stand-in for a refund', 'return { ok: a };', '', 'process_refund', 'needsApproval: true,', true, 'yes'],
    [
      'a stand-in for a refund, small ones without a question',
      'return { ok: a };',
      '',
      'process_refund',
      'needsApproval: async ({ a }) => a > 100,',
      true,
      'partial',
    ],
    ['a stand-in for a refund, and nobody is asked', 'return { ok: a };', '', 'process_refund', '', false, 'no'],
    ['a sum, although somebody is asked', 'return a + b;', '', 'add', 'needsApproval: true,', false, 'no'],
  ] as const)('%s', async (_title, body, more, name, options, dangerous, guarded) => {
    expect(await first(typescript(body, more, name, options))).toMatchObject({ dangerous, guarded });
  });
});

describe('what is dangerous in Python', () => {
  const rows: readonly (readonly [title: string, code: string, dangerous: boolean | null])[] = [
    [
      'a file opened to write, by a mode that a condition picks',
      `from agents import function_tool
@function_tool
def keep(name: str, text: str, mode: str) -> str:
    with open(name, "a" if mode == "a" else "w") as file:
        file.write(text)
    return "kept"`,
      true,
    ],
    [
      'a file opened to read, by a mode that a condition picks',
      `from agents import function_tool
@function_tool
def look(name: str, mode: str) -> str:
    with open(name, "rb" if mode == "w" else "r") as file:
        return file.read()`,
      false,
    ],
    [
      'a crawl that begins where the model says',
      `import aiohttp
from agents import function_tool
@function_tool
async def crawl(start: str) -> str:
    async def fetch_page(url: str) -> str:
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as response:
                return await response.text()
    queue = [start]
    out = ""
    while queue:
        current = queue.pop(0)
        out += await fetch_page(current)
    return out`,
      true,
    ],
    [
      'any method on any path of a host',
      `import requests
from agents import function_tool
@function_tool
def call_api(path: str, method: str) -> str:
    return requests.request(method=method, url=f"https://api.example.com/{path}", timeout=5).text`,
      true,
    ],
    [
      'a base class of a package takes in what the model names',
      `from crewai import Agent
from crewai_tools.tools.rag.rag_tool import RagTool
class Search(RagTool):
    name: str = "search"
    description: str = "Searches"
    def _run(self, query: str, source: str) -> str:
        super().add(source)
        return super()._run(query=query)
agent = Agent(role="x", goal="y", backstory="z", tools=[Search()])`,
      true,
    ],
    [
      'a base class of a package is only asked',
      `from crewai import Agent
from crewai_tools.tools.rag.rag_tool import RagTool
class Search(RagTool):
    name: str = "search"
    description: str = "Searches"
    def _run(self, query: str) -> str:
        return super()._run(query=query)
agent = Agent(role="x", goal="y", backstory="z", tools=[Search()])`,
      false,
    ],
    [
      'an operator out of a table',
      `import ast
import operator
from agents import function_tool
OPERATORS = {ast.Add: operator.add}
@function_tool
def calculate(text: str) -> float:
    def walk(node):
        op = OPERATORS.get(type(node.op))
        return op(node.left.value, node.right.value)
    return walk(ast.parse(text, mode="eval").body)`,
      false,
    ],
    [
      'a function out of a table, one of which runs commands',
      `import operator
import os
from agents import function_tool
ACTIONS = {"add": operator.add, "run": os.system}
@function_tool
def act(name: str, text: str) -> str:
    action = ACTIONS.get(name)
    return action(text)`,
      true,
    ],
  ];
  test.each(rows.map(row => [row[0], row] as const))('%s', async (_title, [, code, dangerous]) => {
    expect((await first(python(code))).dangerous).toBe(dangerous);
  });
});
