// The descriptors of Python SDKs: sound as data, and read in snippets of Python as their documentation writes it.
import semver from 'semver';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OptionShape, Sdk } from '../src/core/index.ts';
import { matches } from '../src/frontends/typescript/calls/classify.ts';
import { scan } from '../src/scan.ts';
import { PYTHON_SDKS } from '../src/sdks/python/index.ts';
import { type Case, layOut, table } from './support/calls.ts';

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await scan(layOut({ 'a.py': 'import openai\n' }), () => {})), 60_000);

const DURATION = /(?:timeout|timeout_ms|time|_seconds|TIMEOUT_MS)$/;

describe.each(PYTHON_SDKS.map(sdk => ({ id: sdk.id, sdk })))('$id', ({ sdk }) => {
  const { produces, calls } = sdk.code;
  const roles = new Set(produces.map(p => p.role));

  test('belongs to Python', () => {
    expect(sdk.language).toBe('python');
    for (const name of [...sdk.code.packages, ...(sdk.code.versionElse ?? []), sdk.code.version ?? 'py:x'])
      expect(name).toMatch(/^py:[a-z]\w*(?:\.\w+)*\*?$/);
    expect(sdk.source).not.toBe('');
  });

  test('options are where the calls have them', () => {
    const places = new Set(['client', 'module', ...calls.flatMap(call => Object.keys(call.places ?? { body: 0, request: 0 }))]);
    for (const at of pathsOf(sdk)) expect([...places], at).toContain(at.split('.', 1)[0]);
    for (const call of calls) expect([...places], call.member).toContain((call.streamOption ?? 'body.stream').split('.', 1)[0]);
    expect(
      pathsOf(sdk).some(
        at =>
          /[a-z][A-Z]/.test(at) &&
          !/inferenceConfig|Kwargs|textGeneration|additionalModel|modelId|foundationModel|retrieveAnd|maxTokens/.test(at),
      ),
      'names of Python',
    ).toBe(false);
  });

  test('roles are made, and used', () => {
    const used = new Set([
      ...calls.map(c => c.on),
      ...produces.flatMap(p => [p.on, ...(p.carries ?? [])]),
      ...(sdk.loop?.defaults ?? []).map(d => d.on),
    ]);
    for (const role of [
      ...calls.map(c => c.on),
      ...produces.map(p => p.on),
      ...(sdk.loop?.defaults ?? []).map(d => d.on),
      ...sdk.retries.defaults.map(d => d.role),
    ])
      if (role !== undefined && role !== '*') expect([...roles], 'is made').toContain(role);
    // Some are only looked into: the provider inside a model, the settings of a run.
    for (const role of roles)
      if (!['other', 'provider', 'app', 'agent', 'chat', 'model', 'retriever'].includes(role)) expect([...used], 'is used').toContain(role);
    for (const producer of produces) {
      expect(producer.exports === undefined, `${producer.role} is exported or a member`).toBe(producer.on !== undefined);
      if (producer.on !== undefined) expect(producer.members).toBeDefined();
      if (producer.firstArgument !== undefined) expect(producer.positional?.[0]).toBeDefined();
    }
    for (const pkg of [...produces, ...calls].flatMap(one => one.packages ?? []))
      expect(
        sdk.code.packages.some(name => matches(name, pkg)),
        pkg,
      ).toBe(true);
  });

  test('no call is said twice', () => {
    const keys = calls.map(c => `${c.on} ${c.member} ${c.packages?.join()}`);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  test('versions are ranges, durations have units', () => {
    const ranged = [
      ...optionsOf(sdk),
      ...calls,
      ...sdk.retries.defaults,
      ...sdk.timeout.defaults,
      ...(sdk.loop?.defaults ?? []),
      ...(sdk.retries.dead ?? []),
    ];
    for (const { range } of ranged) if (range !== undefined) expect(semver.validRange(range), range).not.toBeNull();
    for (const option of sdk.timeout.options) {
      expect(option.at, 'is a duration').toMatch(DURATION);
      if (!/_ms$|_MS$/.test(option.at)) expect(option.unit, option.at).toBeDefined();
    }
    const lists: readonly (readonly { readonly range?: string }[])[] = [
      sdk.retries.defaults,
      sdk.timeout.defaults,
      sdk.loop?.defaults ?? [],
    ];
    for (const list of lists) expect(list.at(-1)?.range, 'the last one holds for the newest version').toBeUndefined();
  });
});

function optionsOf(sdk: Sdk): readonly OptionShape[] {
  return [...sdk.retries.options, ...sdk.timeout.options, ...sdk.outputCap.options, ...(sdk.loop?.options ?? [])];
}

function pathsOf(sdk: Sdk): readonly string[] {
  const dead = [sdk.retries, sdk.timeout, sdk.outputCap, sdk.loop].flatMap(group => group?.dead ?? []);
  return [...[...optionsOf(sdk), ...dead].map(option => option.at), ...(sdk.model ?? []), ...(sdk.loop?.mayEnd ?? [])];
}

/** Cases in one Python file each; the snippets are lines. */
const python = (
  cases: readonly (Omit<Case, 'files'> & { readonly code: readonly string[]; readonly files?: Record<string, string> })[],
): Case[] =>
  cases.map(({ code, files, ...rest }) => ({ ...rest, files: { 'package.json': '{}', 'a.py': `${code.join('\n')}\n`, ...files } }));

table(
  'OpenAI',
  python([
    {
      name: 'a client',
      code: [
        'from openai import OpenAI',
        'client = OpenAI(max_retries=5, timeout=20)',
        'client.chat.completions.create(model="gpt-5", messages=[], max_completion_tokens=300)',
      ],
      calls: [{ sdk: 'openai-sdk', model: 'gpt-5', retries: 'option 5', timeout: 20_000, cap: 300, streaming: false, provider: 'openai' }],
    },
    {
      name: 'an asynchronous client, and its defaults',
      code: [
        'from openai import AsyncOpenAI',
        'client = AsyncOpenAI()',
        'async def ask(q):',
        '    return await client.responses.create(model="gpt-5", input=q, stream=True)',
      ],
      calls: [{ call: 'responses.create', retries: 'sdk-default 2', timeout: false, cap: false, streaming: true }],
    },
    {
      name: 'options of one call',
      code: [
        'from openai import OpenAI',
        'client = OpenAI()',
        'client.with_options(max_retries=0, timeout=5.5).embeddings.create(model="e", input="x")',
      ],
      calls: [{ call: 'embeddings.create', retries: 'no option 0', timeout: 5500 }],
    },
    {
      name: 'the module as a client',
      code: ['import openai', 'openai.chat.completions.create(model="gpt-5", messages=[], max_tokens=9)'],
      calls: [{ sdk: 'openai-sdk', model: 'gpt-5', cap: 9, retries: 'sdk-default 2' }],
    },
    {
      name: 'before 1.0',
      code: [
        'import openai',
        'openai.ChatCompletion.create(model="gpt-4", messages=[], request_timeout=10)',
        'async def f():',
        '    await openai.ChatCompletion.acreate(engine="x", messages=[])',
      ],
      calls: [
        { sdk: 'openai-sdk-v0', model: 'gpt-4', timeout: 10_000, retries: 'none 0' },
        { sdk: 'openai-sdk-v0', model: 'x', timeout: false },
      ],
    },
    {
      name: 'raw answers, and a stream in a with',
      code: [
        'import openai',
        'client = openai.OpenAI(http_client=openai.DefaultHttpxClient(timeout=9))',
        'client.chat.completions.with_raw_response.create(model="gpt-5", messages=[])',
        'with client.chat.completions.stream(model="gpt-5", messages=[]) as stream:',
        '    for event in stream:',
        '        print(event)',
      ],
      calls: [{ timeout: 9000, streaming: false }, { streaming: true }],
    },
    {
      name: 'Timeout objects',
      code: [
        'import httpx',
        'from openai import OpenAI, Timeout',
        'OpenAI(timeout=httpx.Timeout(60.0, connect=5.0)).responses.create(model="m", input="x")',
        'OpenAI(timeout=Timeout(60.0, read=7)).responses.create(model="m", input="x")',
        'OpenAI(timeout=httpx.Timeout(timeout=8)).responses.create(model="m", input="x")',
        'OpenAI(timeout=httpx.Timeout(None, connect=5.0)).responses.create(model="m", input="x")',
        'OpenAI(timeout=None).responses.create(model="m", input="x")',
      ],
      calls: [{ timeout: 60_000 }, { timeout: 7000 }, { timeout: 8000 }, { timeout: null }, { timeout: false }],
    },
    {
      name: 'a tracing library in between',
      code: [
        'from langfuse.openai import OpenAI',
        'from langsmith.wrappers import wrap_openai',
        'import openai',
        'OpenAI(timeout=3).responses.create(model="m", input="x")',
        'wrap_openai(openai.OpenAI(timeout=4)).responses.create(model="m", input="x")',
      ],
      calls: [
        { sdk: 'openai-sdk', timeout: 3000 },
        { sdk: 'openai-sdk', timeout: 4000 },
      ],
    },
  ]),
);

table(
  'Anthropic',
  python([
    {
      name: 'messages',
      code: [
        'import anthropic',
        'client = anthropic.Anthropic(timeout=30)',
        'client.messages.create(model="claude-sonnet-5", max_tokens=1024, messages=[])',
      ],
      calls: [{ sdk: 'anthropic-sdk', model: 'claude-sonnet-5', cap: 1024, timeout: 30_000, retries: 'sdk-default 2' }],
    },
    {
      name: 'the tool runner',
      code: [
        'from anthropic import AsyncAnthropic',
        'client = AsyncAnthropic()',
        'client.beta.messages.tool_runner(model="m", max_tokens=5, tools=[], messages=[])',
        'client.beta.messages.tool_runner(model="m", max_tokens=5, tools=[], messages=[], max_iterations=4)',
      ],
      calls: [{ loop: 'unbounded' }, { loop: 'bounded 4' }],
    },
  ]),
);

table(
  'LangChain',
  python([
    {
      name: 'a chat model',
      code: [
        'from langchain_openai import ChatOpenAI',
        'llm = ChatOpenAI(model="gpt-5", max_retries=4, timeout=15, max_tokens=200)',
        'llm.invoke("hi")',
      ],
      calls: [{ sdk: 'langchain', model: 'gpt-5', retries: 'option 4', timeout: 15_000, cap: 200, provider: 'openai' }],
    },
    {
      name: 'a chain of pipes',
      code: [
        'from langchain_anthropic import ChatAnthropic',
        'from langchain_core.prompts import ChatPromptTemplate',
        'from langchain_core.output_parsers import StrOutputParser',
        'prompt = ChatPromptTemplate.from_template("say {x}")',
        'chain = prompt | ChatAnthropic(model="claude-sonnet-5", max_tokens=77) | StrOutputParser()',
        'async def f():',
        '    return await chain.ainvoke({"x": 1})',
      ],
      calls: [{ sdk: 'langchain', cap: 77, retries: 'sdk-default 2' }],
    },
    {
      name: 'a chain that begins with a dictionary',
      code: [
        'from langchain_openai import ChatOpenAI',
        'from langchain_core.prompts import ChatPromptTemplate',
        'from langchain_core.runnables import RunnablePassthrough',
        'prompt = ChatPromptTemplate.from_template("say {x}")',
        'llm = ChatOpenAI(model="gpt-5", max_tokens=78)',
        'chain = {"x": RunnablePassthrough()} | prompt | llm',
        'for chunk in chain.stream("x"):',
        '    print(chunk)',
      ],
      calls: [{ sdk: 'langchain', cap: 78, streaming: true }],
    },
    {
      name: 'a model that is chosen by name',
      code: [
        'from langchain.chat_models import init_chat_model',
        'llm = init_chat_model("anthropic:claude-sonnet-5", timeout=12)',
        'llm.bind_tools([]).invoke("x")',
        'llm.with_retry(stop_after_attempt=4).invoke("x")',
      ],
      calls: [{ sdk: 'langchain', timeout: 12_000, model: 'anthropic:claude-sonnet-5' }, { retries: 'wrapper 11' }],
    },
    {
      name: 'an agent that may go on for long',
      code: [
        'from langchain.agents import create_agent',
        'agent = create_agent("openai:gpt-5", tools=[])',
        'agent.invoke({"messages": []})',
        'agent.invoke({"messages": []}, {"recursion_limit": 12})',
        'agent.invoke({"messages": []}, config={"recursion_limit": 13})',
      ],
      calls: [{ loop: 'bounded 9999 soft' }, { loop: 'bounded 12' }, { loop: 'bounded 13' }],
    },
    {
      name: 'a limit of model calls',
      code: [
        'from langchain.agents import create_agent',
        'from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware',
        'create_agent("openai:gpt-5", [], middleware=[ModelCallLimitMiddleware(run_limit=6)]).invoke({})',
        'create_agent("openai:gpt-5", [], middleware=[ToolCallLimitMiddleware(run_limit=6)]).invoke({})',
      ],
      calls: [{ loop: 'bounded 6' }, { loop: 'bounded 9999 soft' }],
    },
    {
      name: 'the older generation',
      code: [
        'from langchain.llms import OpenAI',
        'from langchain.chains import LLMChain, ConversationalRetrievalChain',
        'from langchain.agents import initialize_agent, AgentType',
        'llm = OpenAI(temperature=0, max_tokens=5)',
        'LLMChain(llm=llm, prompt=p).run("x")',
        'chain = ConversationalRetrievalChain.from_llm(llm, retriever=r)',
        'chain({"question": "x"})',
        'agent = initialize_agent([], llm, agent=AgentType.ZERO_SHOT_REACT_DESCRIPTION, max_iterations=3)',
        'agent.run("x")',
        'llm.predict("x")',
      ],
      calls: [
        { sdk: 'langchain', cap: 5, call: 'chain.run' },
        { cap: 5 },
        { loop: 'bounded 3', cap: 5 },
        { cap: 5, call: 'model.predict' },
      ],
    },
  ]),
);

table(
  'ElevenLabs',
  python([
    {
      name: 'speech',
      code: [
        'from elevenlabs.client import ElevenLabs',
        'client = ElevenLabs(timeout=20)',
        'def say(text):',
        '    return client.text_to_speech.convert(voice_id="v", text=text, model_id="eleven_turbo_v2")',
        'def hear(file):',
        '    return client.speech_to_text.convert(file=file, model_id="scribe_v1")',
        'def voices():',
        '    return client.voices.get_all()',
      ],
      calls: [
        { sdk: 'elevenlabs', timeout: 20_000, model: 'eleven_turbo_v2' },
        { sdk: 'elevenlabs', timeout: 20_000, model: 'scribe_v1' },
      ],
    },
  ]),
);

table(
  'LangGraph',
  python([
    {
      name: 'a compiled graph',
      code: [
        'from langgraph.graph import StateGraph, START, END',
        'builder = StateGraph(dict)',
        'builder.add_node("a", lambda s: s)',
        'graph = builder.compile()',
        'graph.invoke({})',
        'async def f():',
        '    async for event in graph.astream_events({}, {"recursion_limit": 40}, version="v2"):',
        '        print(event)',
      ],
      calls: [
        { sdk: 'langgraph', loop: 'bounded 10007 soft', streaming: false },
        { loop: 'bounded 40', streaming: true },
      ],
    },
    {
      name: 'the prebuilt agent',
      code: [
        'from langgraph.prebuilt import create_react_agent',
        'from langchain_openai import ChatOpenAI',
        'agent = create_react_agent(ChatOpenAI(model="gpt-5", max_tokens=11, timeout=6), [])',
        'agent.invoke({"messages": []})',
      ],
      calls: [{ sdk: 'langgraph', cap: 11, timeout: 6000, model: 'gpt-5', retries: 'sdk-default 2' }],
    },
  ]),
);

table(
  'LiteLLM',
  python([
    {
      name: 'providers differ',
      code: [
        'import litellm',
        'from litellm import completion',
        'completion(model="gpt-5", messages=[])',
        'completion("openai/gpt-5", messages=[], timeout=3)',
        'completion(model="anthropic/claude-sonnet-5", messages=[], max_retries=5)',
        'litellm.completion(model="anthropic/claude-sonnet-5", messages=[], num_retries=5, max_tokens=8)',
        'router = litellm.Router(model_list=[])',
        'router.completion(model="x", messages=[])',
      ],
      calls: [
        { sdk: 'litellm', retries: 'perhaps sdk-default ?' },
        { timeout: 3000, retries: 'sdk-default 2' },
        { retries: 'none 0' },
        { retries: 'option 5', cap: 8 },
        { retries: 'sdk-default 2' },
      ],
    },
  ]),
);

table(
  'settings of the module',
  python([
    {
      name: 'retries and a deadline for all calls of LiteLLM',
      code: [
        'import litellm',
        'from settings import litellm as same',
        'litellm.completion(model="anthropic/claude-sonnet-5", messages=[])',
      ],
      files: { 'settings.py': 'import litellm\n\nlitellm.num_retries = 3\nlitellm.request_timeout = 20\n' },
      calls: [{ retries: 'option 3', timeout: 20_000 }],
    },
    {
      name: 'a test that sets them',
      code: ['import litellm', 'litellm.completion(model="anthropic/claude-sonnet-5", messages=[])'],
      files: { 'tests/test_a.py': 'import litellm\n\nlitellm.num_retries = 3\n', 'b.py': 'class X: pass\nx = X()\nx.num_retries = 3\n' },
      calls: [{ retries: 'none 0', timeout: false }],
    },
  ]),
);

table(
  'agent SDKs',
  python([
    {
      name: 'OpenAI Agents',
      code: [
        'from agents import Agent, Runner, ModelSettings, RunConfig',
        'agent = Agent(name="a", instructions="b", model="gpt-5", model_settings=ModelSettings(max_tokens=90))',
        'Runner.run_sync(agent, "hi")',
        'async def f():',
        '    await Runner.run(starting_agent=agent, input="x", max_turns=3)',
        '    result = Runner.run_streamed(agent, input="x", max_turns=None)',
        '    async for event in result.stream_events():',
        '        print(event)',
      ],
      calls: [
        { sdk: 'openai-agents', model: 'gpt-5', cap: 90, loop: 'bounded 10 default', retries: 'sdk-default 2' },
        { loop: 'bounded 3', cap: 90 },
        { loop: 'unbounded', streaming: true },
      ],
    },
    {
      name: 'Pydantic AI',
      code: [
        'from pydantic_ai import Agent',
        'from pydantic_ai.settings import ModelSettings',
        'from pydantic_ai.usage import UsageLimits',
        "agent = Agent('openai:gpt-5', model_settings=ModelSettings(max_tokens=91, timeout=4))",
        "agent.run_sync('x')",
        'async def f():',
        "    await agent.run('x', usage_limits=UsageLimits(request_limit=7), model_settings={'max_tokens': 92})",
        "    async with agent.run_stream('x', usage_limits=UsageLimits(total_tokens_limit=7)) as r:",
        '        print(await r.get_output())',
      ],
      calls: [
        { sdk: 'pydantic-ai', model: 'openai:gpt-5', cap: 91, timeout: 4000, loop: 'bounded 50 default', retries: 'sdk-default 2' },
        { loop: 'bounded 7', cap: 92 },
        { loop: 'bounded 50 default', streaming: true },
      ],
    },
    {
      name: 'a class with its types in brackets',
      code: [
        'from pydantic_ai import Agent',
        "agent = Agent[int, str]('openai:gpt-5', model_settings={'max_tokens': 9})",
        "agent.run_sync('x')",
      ],
      calls: [{ sdk: 'pydantic-ai', cap: 9 }],
    },
    {
      name: 'CrewAI',
      code: [
        'from crewai import Agent, Crew, LLM, Task',
        'llm = LLM(model="openai/gpt-5", max_tokens=93, timeout=5)',
        'writer = Agent(role="a", goal="b", backstory="c", llm=llm, max_iter=6)',
        'crew = Crew(agents=[writer], tasks=[Task(description="x", expected_output="y", agent=writer)])',
        'crew.kickoff(inputs={})',
        'llm.call("x")',
      ],
      calls: [
        { sdk: 'crewai', cap: 93, timeout: 5000, loop: 'bounded 6', retries: 'sdk-default 2' },
        { call: 'llm.call', cap: 93, model: 'openai/gpt-5' },
      ],
    },
    {
      name: 'Claude Agent SDK',
      code: [
        'from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, query',
        'async def f():',
        '    async for m in query(prompt="x", options=ClaudeAgentOptions(max_turns=5, model="claude-sonnet-5")):',
        '        print(m)',
        '    async with ClaudeSDKClient(options=ClaudeAgentOptions()) as client:',
        '        await client.query("x")',
        '    async with ClaudeSDKClient(ClaudeAgentOptions(max_turns=4)) as other:',
        '        await other.query("x")',
      ],
      calls: [{ sdk: 'claude-agent-sdk', loop: 'bounded 5', model: 'claude-sonnet-5' }, { loop: 'unbounded' }, { loop: 'bounded 4' }],
    },
    {
      name: 'AutoGen',
      code: [
        'from autogen_agentchat.agents import AssistantAgent',
        'from autogen_agentchat.teams import RoundRobinGroupChat',
        'from autogen_agentchat.conditions import MaxMessageTermination, TextMentionTermination',
        'from autogen_ext.models.openai import OpenAIChatCompletionClient',
        'client = OpenAIChatCompletionClient(model="gpt-5", max_retries=3, max_tokens=94)',
        'agent = AssistantAgent("a", model_client=client)',
        'async def f():',
        '    await agent.run(task="x")',
        '    await RoundRobinGroupChat([agent]).run(task="x")',
        '    await RoundRobinGroupChat([agent], termination_condition=TextMentionTermination("DONE")).run(task="x")',
        '    await RoundRobinGroupChat([agent], termination_condition=TextMentionTermination("DONE") | MaxMessageTermination(9)).run(task="x")',
        '    await RoundRobinGroupChat([agent], termination_condition=MaxMessageTermination(max_messages=8)).run(task="x")',
        '    await RoundRobinGroupChat([agent], max_turns=7).run(task="x")',
      ],
      calls: [
        { sdk: 'autogen', cap: 94, retries: 'option 3', loop: 'no' },
        { loop: 'unbounded', cap: 94 },
        { loop: 'unbounded' },
        { loop: 'bounded 9' },
        { loop: 'bounded 8' },
        { loop: 'bounded 7' },
      ],
    },
    {
      name: 'smolagents',
      code: [
        'from smolagents import CodeAgent, OpenAIServerModel',
        'model = OpenAIServerModel(model_id="gpt-5", max_tokens=95, client_kwargs={"timeout": 7, "max_retries": 1})',
        'CodeAgent(tools=[], model=model).run("x")',
        'CodeAgent([], model, max_steps=4).run("x", max_steps=3)',
      ],
      calls: [
        { sdk: 'smolagents', cap: 95, timeout: 7000, retries: 'option 1', loop: 'bounded 20 default' },
        { cap: 95, loop: 'bounded 3' },
      ],
    },
    {
      name: 'LlamaIndex',
      code: [
        'from llama_index.core import VectorStoreIndex',
        'from llama_index.core.agent.workflow import FunctionAgent',
        'from llama_index.llms.openai import OpenAI',
        'llm = OpenAI(model="gpt-5", max_tokens=96)',
        'llm.complete("x")',
        'index = VectorStoreIndex.from_documents([])',
        'index.as_query_engine(llm=llm).query("x")',
        'async def f():',
        '    await FunctionAgent(tools=[], llm=llm).run("x", max_iterations=5)',
      ],
      calls: [
        { sdk: 'llamaindex', call: 'model.complete', cap: 96, retries: 'sdk-default 3' },
        { call: 'VectorStoreIndex.from_documents' },
        { call: 'query-engine.query', cap: 96 },
        { loop: 'bounded 5', cap: 96 },
      ],
    },
    {
      name: 'Agent Development Kit',
      code: [
        'from google.adk.agents import LlmAgent',
        'from google.adk.agents.run_config import RunConfig',
        'from google.adk.runners import Runner',
        'from google.genai import types',
        'root = LlmAgent(name="a", model="gemini-3-flash", generate_content_config=types.GenerateContentConfig(max_output_tokens=97))',
        'runner = Runner(agent=root, app_name="x", session_service=s)',
        'async def f():',
        '    async for e in runner.run_async(user_id="u", session_id="s", new_message=m):',
        '        print(e)',
        '    async for e in runner.run_async(user_id="u", session_id="s", new_message=m, run_config=RunConfig(max_llm_calls=9)):',
        '        print(e)',
      ],
      calls: [{ sdk: 'google-adk', model: 'gemini-3-flash', cap: 97, loop: 'bounded 500 soft', retries: 'none 0' }, { loop: 'bounded 9' }],
    },
  ]),
);

table(
  'versions decide',
  python([
    {
      name: 'a graph before 1.0.6 stops after 25 steps',
      code: ['from langgraph.graph import StateGraph', 'StateGraph(dict).compile().invoke({})'],
      files: { 'requirements.txt': 'langgraph==1.0.0\n' },
      calls: [{ loop: 'bounded 25 default' }],
    },
    {
      name: 'the lockfile knows better than the manifest',
      code: ['from langgraph.graph import StateGraph', 'StateGraph(dict).compile().invoke({})'],
      files: {
        'pyproject.toml': '[project]\ndependencies = ["langgraph>=0.2"]\n',
        'uv.lock': '[[package]]\nname = "langgraph"\nversion = "1.1.0"\n',
      },
      calls: [{ loop: 'bounded 10007 soft' }],
    },
    {
      name: 'the older client of Together tries five times again',
      code: ['from together import Together', 'Together().chat.completions.create(model="m", messages=[])'],
      files: { 'requirements.txt': 'together~=1.5\n' },
      calls: [{ retries: 'sdk-default 5', timeout: false }],
    },
  ]),
);

table(
  'other SDKs',
  python([
    {
      name: 'Google Gen AI',
      code: [
        'from google import genai',
        'from google.genai import types',
        'client = genai.Client(http_options=types.HttpOptions(timeout=9000, retry_options=types.HttpRetryOptions(attempts=3)))',
        'client.models.generate_content(model="gemini-3-flash", contents="x", config=types.GenerateContentConfig(max_output_tokens=98))',
        'genai.Client().chats.create(model="gemini-3-flash", config={"max_output_tokens": 99}).send_message("x")',
        'async def f():',
        '    await genai.Client().aio.models.generate_content_stream(model="m", contents="x")',
      ],
      calls: [
        { sdk: 'google-genai', model: 'gemini-3-flash', timeout: 9000, retries: 'option 2', cap: 98 },
        { model: 'gemini-3-flash', cap: 99, retries: 'none 0', timeout: false },
        { streaming: true },
      ],
    },
    {
      name: 'Google, the older package',
      code: [
        'import google.generativeai as genai',
        'model = genai.GenerativeModel("gemini-1.5-pro", generation_config={"max_output_tokens": 100})',
        'model.generate_content("x", request_options={"timeout": 11})',
        'model.start_chat(history=[]).send_message("x")',
      ],
      calls: [{ sdk: 'google-generativeai', model: 'gemini-1.5-pro', cap: 100, timeout: 11_000 }, { cap: 100 }],
    },
    {
      name: 'boto3',
      code: [
        'import boto3',
        'from botocore.config import Config',
        's3 = boto3.client("s3")',
        's3.converse(Bucket="x")',
        'client = boto3.client("bedrock-runtime", config=Config(read_timeout=300, retries={"max_attempts": 1, "mode": "standard"}))',
        'client.converse(modelId="anthropic.claude", messages=[], inferenceConfig={"maxTokens": 101})',
        'boto3.Session().client(service_name="bedrock-agent-runtime").invoke_agent(agentId="a")',
      ],
      calls: [
        { sdk: 'bedrock-boto3', model: 'anthropic.claude', timeout: 300_000, retries: 'option 1', cap: 101 },
        { call: 'agent-client.invoke_agent', retries: 'sdk-default 4' },
      ],
    },
    {
      name: 'Mistral, Cohere, Groq, Together, Ollama',
      code: [
        'from mistralai import Mistral',
        'import cohere, groq, ollama',
        'from together import Together',
        'Mistral(api_key=k).chat.complete(model="m", messages=[], max_tokens=102)',
        'cohere.ClientV2(timeout=4).chat(model="c", messages=[], request_options={"max_retries": 1})',
        'groq.Groq().chat.completions.create(model="g", messages=[])',
        'Together(max_retries=0).chat.completions.create(model="t", messages=[])',
        'ollama.chat("llama", messages=[], options={"num_predict": 103})',
        'ollama.Client(timeout=2).generate(model="llama", prompt="x")',
      ],
      calls: [
        { sdk: 'mistral', cap: 102, retries: 'none 0' },
        { sdk: 'cohere', timeout: 4000, retries: 'option 1' },
        { sdk: 'groq', retries: 'sdk-default 2' },
        { sdk: 'together', retries: 'no option 0' },
        { sdk: 'ollama', cap: 103, model: 'llama', provider: 'local' },
        { sdk: 'ollama', timeout: 2000 },
      ],
    },
    {
      name: 'Hugging Face, Replicate, Instructor, Portkey, Azure',
      code: [
        'import instructor, replicate',
        'from huggingface_hub import InferenceClient',
        'from openai import OpenAI',
        'from portkey_ai import Portkey',
        'from azure.ai.inference import ChatCompletionsClient',
        'InferenceClient("meta/llama", timeout=3).chat_completion([], max_tokens=104)',
        'replicate.run("meta/llama", input={"max_tokens": 105})',
        'instructor.from_openai(OpenAI(max_retries=6, timeout=8)).chat.completions.create(model="gpt-5", response_model=X, messages=[], max_retries=2)',
        'Portkey(api_key=k).chat.completions.create(model="m", messages=[])',
        'ChatCompletionsClient(endpoint=e, credential=c).complete(messages=[], model="m", max_tokens=106)',
      ],
      calls: [
        { sdk: 'huggingface', cap: 104, timeout: 3000, model: 'meta/llama' },
        { sdk: 'replicate', cap: 105, model: 'meta/llama', retries: 'none 0' },
        { sdk: 'instructor', timeout: 8000, retries: 'option 6' },
        { sdk: 'portkey' },
        { sdk: 'azure-ai-inference', cap: 106, retries: 'sdk-default 3' },
      ],
    },
  ]),
);
