// The forms in which Python programs declare tools: each is found by the name that the model sees, and what it can do is told.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scan } from '../src/scan.ts';

const home = mkdtempSync(join(tmpdir(), 'agent-ready-python-tools-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let count = 0;

/** The tools of a program: `name dangerous guarded` each. */
async function tools(files: Readonly<Record<string, string>> | string): Promise<readonly string[]> {
  const root = join(home, `case-${count++}`);
  for (const [file, text] of Object.entries(typeof files === 'string' ? { 'agent.py': files } : files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const { facts } = await scan(root, () => {});
  return facts.tool.map(t => `${t.name} ${t.dangerous} ${t.guarded}`);
}

const OPENAI = `from openai import OpenAI
client = OpenAI()
`;

describe('tools of Python programs', () => {
  const forms: readonly (readonly [title: string, code: string | Readonly<Record<string, string>>, found: readonly string[]])[] = [
    [
      '@tool of LangChain, with and without a name',
      `import subprocess
from langchain_core.tools import tool
@tool
def add(a: int, b: int) -> int:
    return a + b
@tool("shell", return_direct=True)
def run(command: str) -> str:
    return subprocess.check_output(command, shell=True)`,
      ['add false no', 'shell true no'],
    ],
    [
      'records of a class of data, made in lists and added to them, written down elsewhere',
      {
        'kinds.py': `from dataclasses import dataclass
@dataclass(frozen=True)
class Spec:
    name: str
    description: str
    parameters: dict
@dataclass
class Note:
    name: str`,
        'specs.py': `from kinds import Note, Spec
NOTES = [Note(name="no tool")]
def specs(images: bool) -> list[Spec]:
    out: list[Spec] = [Spec(name="create_file", description="Creates a file", parameters={})]
    if images:
        out.append(Spec("make_image", "Makes an image", {}))
    return out`,
        'agent.py': `${OPENAI}from kinds import Spec
from specs import specs
def written(tools: list[Spec]) -> list[dict]:
    return [{"type": "function", "name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in tools]
def ask(question, tools=None):
    return client.responses.create(model="gpt-5", input=question, tools=written(tools or specs(True)))`,
      },
      ['create_file null unknown', 'make_image null unknown'],
    ],
    [
      '@tool on a function inside of a method, which keeps the method’s self',
      `from langchain.tools import tool
class Toolbox:
    def tools(self):
        @tool
        def count() -> int:
            """Counts."""
            return len(self.items)
        return [count]`,
      ['count false no'],
    ],
    [
      'StructuredTool.from_function, Tool() with a method of another package',
      `from langchain_core.tools import StructuredTool
from langchain.agents import Tool
from langchain_community.utilities import SQLDatabase
from langchain_experimental.sql import SQLDatabaseChain
def double(x: int) -> int:
    return x * 2
chain = SQLDatabaseChain.from_llm(llm, SQLDatabase.from_uri("sqlite:///x.db"))
tools = [StructuredTool.from_function(func=double, name="double_it"), Tool(name="orders", func=chain.run, description="asks")]`,
      ['double_it false no', 'orders true no'],
    ],
    [
      'subclasses, also of a base class of the program',
      {
        'base.py': `from crewai.tools import BaseTool
class Base(BaseTool):
    def _run(self, *args):
        raise NotImplementedError`,
        'agent.py': `import requests
from base import Base
class Fetch(Base):
    name: str = "fetch"
    description: str = "Fetches a page"
    def _run(self, url: str) -> str:
        return requests.get(url, timeout=5).text`,
      },
      ['fetch true no'],
    ],
    [
      'ready-made tools and agents with tools of their own',
      `from langchain_community.tools import DuckDuckGoSearchRun, ShellTool
from langchain_experimental.agents import create_pandas_dataframe_agent
from langchain.agents import load_tools
search = DuckDuckGoSearchRun()
helper = DuckDuckGoSearchRun()
print(helper.run("weather"))
tools = [search, ShellTool(), *load_tools(["wikipedia", "terminal"])]
agent = create_pandas_dataframe_agent(llm, frame)`,
      ['DuckDuckGoSearchRun false no', 'ShellTool true no', 'wikipedia false no', 'terminal true no', 'python_repl_ast true no'],
    ],
    [
      'classes of pydantic as the form of a tool',
      `from pydantic import BaseModel
from langchain_openai import ChatOpenAI
class Done(BaseModel):
    """The work is done."""
model = ChatOpenAI(model="gpt-5.6").bind_tools([Done])`,
      ['Done null unknown'],
    ],
    [
      'functions in a list',
      `from google.adk.agents import Agent
import os
def remove(path: str) -> str:
    os.remove(path)
    return "gone"
agent = Agent(name="a", model="gemini", tools=[remove])`,
      ['remove true no'],
    ],
    [
      'Pydantic AI: what the program put into the context is followed',
      `from dataclasses import dataclass
import httpx
from pydantic_ai import Agent, RunContext
@dataclass
class Deps:
    http: httpx.AsyncClient
agent = Agent("openai:gpt-5.6", deps_type=Deps)
@agent.tool
async def fetch(ctx: RunContext[Deps], url: str) -> str:
    return (await ctx.deps.http.get(url)).text
@agent.tool_plain
def now() -> str:
    return "now"`,
      ['fetch true no', 'now false no'],
    ],
    [
      'MCP: decorated, and described with a dispatcher of its own',
      `${OPENAI}import subprocess
from mcp.server import Server
from mcp.server.fastmcp import FastMCP
import mcp.types as types
fast = FastMCP("a")
@fast.tool(name="plus")
def add(a: int, b: int) -> int:
    return a + b
server = Server("b")
@server.list_tools()
async def list_tools() -> list[types.Tool]:
    return [types.Tool(name="run", description="Runs", inputSchema={"type": "object", "properties": {}})]
@server.call_tool()
async def call_tool(name: str, arguments: dict):
    if name == "run":
        return subprocess.run(arguments["command"], shell=True)
    raise ValueError(name)`,
      ['plus false no', 'run true no'],
    ],
    [
      'JSON schemas with a table of functions',
      `${OPENAI}import subprocess, json
TOOLS = [{"type": "function", "function": {"name": "ls", "description": "Lists", "parameters": {"type": "object", "properties": {}}}}]
def ls(folder):
    return subprocess.run("ls " + folder, shell=True, capture_output=True).stdout
HANDLERS = {"ls": ls}
def reply(messages):
    answer = client.chat.completions.create(model="gpt-5.6", messages=messages, tools=TOOLS)
    for call in answer.choices[0].message.tool_calls:
        HANDLERS[call.function.name](**json.loads(call.function.arguments))`,
      ['ls true no'],
    ],
    [
      'plugins that describe themselves, and the class that each is',
      {
        'plugins/base.py': `class Plugin:
    name = ""
    def schema(self):
        return {"name": self.name, "description": self.description, "input_schema": {"type": "object"}}
    def execute(self, **kwargs):
        raise NotImplementedError`,
        'plugins/compute.py': `from plugins.base import Plugin
class Evaluate(Plugin):
    name = "evaluate"
    description = "Evaluates"
    def execute(self, expression):
        return eval(expression)`,
        'agent.py': `import anthropic
from plugins.compute import Evaluate
plugins = {"evaluate": Evaluate()}
def reply(messages):
    answer = anthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=800, messages=messages, tools=[p.schema() for p in plugins.values()])
    for block in answer.content:
        if block.type == "tool_use":
            plugins[block.name].execute(**block.input)`,
      },
      ['evaluate true no'],
    ],
    [
      'tools that only a run knows, agents as tools, hosted ones',
      `from agents import Agent, WebSearchTool, Runner
from agents.mcp import MCPServerStdio
server = MCPServerStdio(params={"command": "npx"})
inner = Agent(name="i")
agent = Agent(name="a", tools=[WebSearchTool(), inner.as_tool(tool_name="ask_inner", tool_description="asks")], mcp_servers=[server])`,
      ['<dynamic: MCP> null unknown', 'WebSearchTool false no', 'ask_inner false no'],
    ],
    [
      'a decorator of the program asks first',
      `import os
from langchain_core.tools import tool
def confirmed(function):
    def wrapper(*args, **kwargs):
        if input("Go on? ") != "y":
            return "No."
        return function(*args, **kwargs)
    return wrapper
@tool
@confirmed
def remove(path: str) -> str:
    os.remove(path)
    return "gone"`,
      ['remove true yes'],
    ],
    [
      'Claude Agent SDK: built-in tools that need no approval, and agents that write code',
      `from claude_agent_sdk import ClaudeAgentOptions, query, tool
from smolagents import CodeAgent
@tool("greet", "Greets", {"name": str})
async def greet(args):
    return {"content": [{"type": "text", "text": args["name"]}]}
options = ClaudeAgentOptions(allowed_tools=["Bash"], permission_mode="bypassPermissions")
async def run():
    async for message in query(prompt="hi", options=options):
        print(message)
coder = CodeAgent(tools=[], model=model, executor_type="docker")`,
      ['greet false no', '<implicit: code-exec> true yes', 'Bash true no'],
    ],
    [
      'what is no tool: a list of options, a decorator of another package, a flow step',
      `from promptflow.core import tool
from langchain_openai import ChatOpenAI
@tool
def step(text: str) -> str:
    return text
options = [{"name": "size", "description": "The size", "values": [1, 2]}]
model = ChatOpenAI(model="gpt-5.6")`,
      [],
    ],
  ];

  test.each(forms)('%s', async (_title, code, found) => {
    expect([...(await tools(code))].sort()).toEqual([...found].sort());
  });
});
