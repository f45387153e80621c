// Limits as Python writes them: presets of limiters, budgets of runs, clients and settings that hold for a whole package.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Limit, ModelCall } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { layOut } from './support/calls.ts';

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await scan(layOut({ 'a.py': 'import openai\n' }), () => {})), 60_000);

const line = (limit: Limit): string =>
  [
    limit.scope,
    limit.unit,
    limit.amount ?? '?',
    limit.window ?? '?',
    limit.state,
    ...(limit.reach === 'on-path' ? [] : [limit.reach]),
    ...(limit.offUnless === undefined ? [] : ['off']),
    ...(limit.failsOpen === undefined ? [] : ['open']),
    ...(limit.misses === undefined ? [] : [`misses ${limit.misses.length}`]),
  ].join(' ');

const limitsOf = async (code: string, size = false): Promise<readonly string[]> => {
  const { facts } = await scan(layOut({ 'app.py': code }), () => {});
  return facts.limit.filter(limit => (limit.unit === 'characters') === size).map(line);
};
const callOf = async (code: string): Promise<ModelCall | undefined> =>
  (await scan(layOut({ 'app.py': code }), () => {})).facts['model-call'][0];

const CREATE = `client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": text}])`;

describe('limits of all routes', () => {
  const flask = (limiter: string, { above = '', more = '' } = {}): string => `from flask import Flask, Blueprint, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from openai import OpenAI
app = Flask(__name__)
${limiter}
client = OpenAI()
@app.post("/chat")
${above}def chat():
    text = request.json["text"]
    return ${CREATE}
${more}`;
  const DEFAULTS = 'default_limits=["50 per hour"]';
  test.each([
    ['of Flask-Limiter', flask(`limiter = Limiter(get_remote_address, app=app, ${DEFAULTS})`), ['address requests 50 3600 process']],
    [
      'kept in Redis',
      flask(`limiter = Limiter(get_remote_address, app=app, ${DEFAULTS}, storage_uri="redis://cache:6379")`),
      ['address requests 50 3600 shared'],
    ],
    [
      'given to the app later',
      flask(`limiter = Limiter(get_remote_address, ${DEFAULTS})\nlimiter.init_app(app)`),
      ['address requests 50 3600 process'],
    ],
    ['given to no app', flask(`limiter = Limiter(get_remote_address, ${DEFAULTS})`), []],
    ['switched off', flask(`limiter = Limiter(get_remote_address, app=app, ${DEFAULTS}, enabled=False)`), []],
    [
      'a store whose errors are swallowed',
      flask(`limiter = Limiter(get_remote_address, app=app, ${DEFAULTS}, swallow_errors=True)`),
      ['address requests 50 3600 process open'],
    ],
    [
      'the route is exempt',
      flask(`limiter = Limiter(get_remote_address, app=app, ${DEFAULTS})`, { above: '@limiter.exempt\n' }),
      ['address requests 50 3600 process unconnected'],
    ],
    [
      'the route has its own',
      flask(`limiter = Limiter(get_remote_address, app=app, ${DEFAULTS})`, { above: '@limiter.limit("5 per minute")\n' }),
      ['address requests 50 3600 process unconnected', 'address requests 5 60 process'],
    ],
    [
      'a part of the app is exempt',
      flask(`limiter = Limiter(get_remote_address, app=app, ${DEFAULTS})`, {
        more: 'part = Blueprint("part", __name__)\nlimiter.exempt(part)\n',
      }),
      [],
    ],
    ['without a default', flask('limiter = Limiter(get_remote_address, app=app)'), []],
  ])('%s', async (_, code, expected) => expect(await limitsOf(code)).toEqual(expected));

  const slowapi = (mounted: string): string => `from fastapi import FastAPI, Request
from slowapi import Limiter
from slowapi.middleware import SlowAPIMiddleware
from slowapi.util import get_remote_address
from openai import OpenAI
app = FastAPI()
limiter = Limiter(key_func=get_remote_address, default_limits=["10/minute"])
app.state.limiter = limiter
${mounted}
client = OpenAI()
@app.post("/chat")
async def chat(request: Request, text: str):
    return ${CREATE}
`;
  test('of slowapi, with its middleware', async () =>
    expect(await limitsOf(slowapi('app.add_middleware(SlowAPIMiddleware)'))).toEqual(['address requests 10 60 process']));
  test('of slowapi, which only its middleware enforces', async () => expect(await limitsOf(slowapi(''))).toEqual([]));
});

describe('counts in DynamoDB', () => {
  const dynamo = (
    expression: string,
    { returns = 'UPDATED_NEW', key = '{"user": g.user.id, "day": day}', read = 'requests' } = {},
  ): string => `import boto3
from datetime import datetime
from flask import Flask, request, g, abort
from openai import OpenAI
app = Flask(__name__)
client = OpenAI()
table = boto3.resource("dynamodb").Table("usage")
@app.post("/chat")
def chat():
    text = request.json["text"]
    day = datetime.utcnow().strftime("%Y-%m-%d")
    answer = table.update_item(
        Key=${key},
        UpdateExpression="${expression}",
        ExpressionAttributeNames={"#n": "requests"},
        ExpressionAttributeValues={":one": 1, ":zero": 0},
        ReturnValues="${returns}",
    )
    if int(answer["Attributes"]["${read}"]) > 50:
        abort(429)
    return ${CREATE}
`;
  test.each([
    ['ADD', dynamo('ADD requests :one'), ['user requests 50 86400 shared']],
    ['by another name', dynamo('ADD #n :one'), ['user requests 50 86400 shared']],
    ['SET', dynamo('SET requests = if_not_exists(requests, :zero) + :one'), ['user requests 50 86400 shared']],
    ['of all users, for ever', dynamo('ADD requests :one', { key: '{"id": "all"}' }), ['global requests 50 Infinity shared']],
    ['what was there before', dynamo('ADD requests :one', { returns: 'NONE' }), []],
    ['another field is raised', dynamo('ADD visits :one'), []],
    ['it is only written', dynamo('SET requests = :one'), []],
  ])('%s', async (_, code, expected) => expect(await limitsOf(code)).toEqual(expected));
});

describe('what a framework lets into a parameter', () => {
  const fastapi = (parameters: string, content = 'q', more = ''): string => `from typing import Annotated
from fastapi import FastAPI, Query, Form, Body
from openai import OpenAI
app = FastAPI()
client = OpenAI()
@app.post("/chat")
def chat(${parameters}):
    return client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": ${content}}])
${more}`;
  const SIZE = (size: number) => [`request characters ${size} ? none`];
  test.each([
    ['Query', fastapi('q: str = Query(max_length=500)'), SIZE(500)],
    ['an annotation', fastapi('q: Annotated[str, Form(max_length=600)]'), SIZE(600)],
    ['no length', fastapi('q: str = Body(embed=True)'), []],
    ['one of two', fastapi('q: str = Query(max_length=500), context: str = ""', 'q + context'), []],
    ['a list of any texts', fastapi('q: list[str] = Query(max_length=5)', '" ".join(q)'), []],
    ['called past the framework', fastapi('q: str = Query(max_length=500)', 'q', 'def other(body):\n    return chat(body["q"])\n'), []],
  ])('%s', async (_, code, expected) => expect(await limitsOf(code, true)).toEqual(expected));
  test('the input of Streamlit ends in the browser only', async () =>
    expect(
      await limitsOf(
        `import streamlit as st\nfrom openai import OpenAI\nclient = OpenAI()\ntext = st.chat_input("Ask", max_chars=2000)\nif text:\n    st.write(${CREATE})\n`,
        true,
      ),
    ).toEqual([]));
});

describe('what one run may use', () => {
  const run = (limits: string): string =>
    `from pydantic_ai import Agent\nfrom pydantic_ai.usage import UsageLimits\nagent = Agent("openai:gpt-5")\nasync def reply(text: str):\n    return await agent.run(text, usage_limits=UsageLimits(${limits}))\n`;
  test.each([
    ['all tokens', run('total_tokens_limit=20_000'), ['request tokens 20000 ? none']],
    ['those of both directions', run('input_tokens_limit=9000, output_tokens_limit=1000'), ['request tokens 10000 ? none']],
    ['by the names of before', run('request_tokens_limit=9000, response_tokens_limit=1000'), ['request tokens 10000 ? none']],
    ['those of one direction', run('response_tokens_limit=1000'), []],
    ['none', run('total_tokens_limit=None'), []],
    ['requests', run('request_limit=5'), []],
    [
      'dollars of the Claude Agent SDK',
      'from claude_agent_sdk import query, ClaudeAgentOptions\nasync def reply(text: str):\n    async for message in query(prompt=text, options=ClaudeAgentOptions(max_budget_usd=0.5)):\n        print(message)\n',
      ['request usd 0.5 ? none'],
    ],
  ])('%s', async (_, code, expected) => expect(await limitsOf(code)).toEqual(expected));
  test('no end to the requests', async () => expect((await callOf(run('request_limit=None')))?.loop.status).toBe('unbounded'));
});

describe('clients and numbers', () => {
  const agents = (set: string, model = ''): string =>
    `from openai import AsyncOpenAI\nfrom agents import Agent, OpenAIChatCompletionsModel, Runner, set_default_openai_client\n${set}\nagent = Agent(name="a", instructions="b"${model})\nasync def reply(text: str):\n    return await Runner.run(agent, text, max_turns=5)\n`;
  const SET = 'set_default_openai_client(AsyncOpenAI(timeout=20, max_retries=1))';
  test.each([
    ['the client of all agents', agents(SET), 1, 20_000],
    ['none', agents(''), 2, null],
    ['set by a function that is called', agents(`def setup():\n    ${SET}\nsetup()`), 1, 20_000],
    [
      'an agent with a client of its own',
      agents(SET, ', model=OpenAIChatCompletionsModel(model="gpt-5", openai_client=AsyncOpenAI())'),
      2,
      null,
    ],
    ['a model by its name', agents(SET, ', model="gpt-5"'), 1, 20_000],
  ])('openai-agents: %s', async (_, code, retries, ms) => {
    const call = await callOf(code);
    expect([call?.retries.count, call?.timeout.ms]).toEqual([retries, ms]);
  });
  test('set by a function that nobody calls', async () => {
    const call = await callOf(agents(`def setup():\n    ${SET}`));
    expect(call?.timeout.explicit).not.toBe(true);
  });

  const google = (retries: string, made = 'langchain_google_genai import ChatGoogleGenerativeAI'): string =>
    `from ${made}\nllm = ${made.split(' ').at(-1)}(model="m", max_retries=${retries})\ndef reply(text: str):\n    return llm.invoke(text)\n`;
  test.each([
    ['one attempt is no retry', google('1'), 0],
    ['three attempts', google('3'), 2],
    ['OpenAI counts retries', google('1', 'langchain_openai import ChatOpenAI'), 1],
  ])('LangChain: %s', async (_, code, count) => expect((await callOf(code))?.retries.count).toBe(count));

  test('a thousand million rounds are a number, and no protection', async () => {
    const { loop } =
      (await callOf(
        `from openai import OpenAI\nclient = OpenAI()\ndef work(text: str):\n    for _ in range(10**9):\n        answer = ${CREATE}\n        if not answer.choices[0].message.tool_calls:\n            return answer\n`,
      )) ?? {};
    expect([loop?.status, loop?.bound]).toEqual(['bounded', 1e9]);
  });
});
