// How Python's frameworks let a program declare a tool: pure data. A new framework is a new family here.
import type { ToolMaker } from './shapes.ts';

/** One framework: what its packages are called, and how it treats the tools that it is given. */
interface Family {
  readonly title: string;
  readonly packages: readonly string[];
  /** Does it put the model's arguments through the types of the function before it calls it? */
  readonly enforced: boolean;
  /** Does it turn an exception of a tool into an answer for the model? */
  readonly contained: 'yes' | 'no' | 'unknown';
  /** The keyword that asks a person before each run. */
  readonly approval?: string;
  /** The keyword that, set to None, lets exceptions through. */
  readonly letsThrough?: string;
}

const LANGCHAIN: Family = {
  title: 'LangChain',
  packages: ['py:langchain', 'py:langchain_core', 'py:langchain_community', 'py:langchain_classic', 'py:langgraph'],
  enforced: true,
  contained: 'unknown',
};
const AGENTS: Family = {
  title: 'the OpenAI Agents SDK',
  packages: ['py:agents'],
  enforced: true,
  contained: 'yes',
  approval: 'needs_approval',
  letsThrough: 'failure_error_function',
};
const PYDANTIC_AI: Family = {
  title: 'Pydantic AI',
  packages: ['py:pydantic_ai'],
  enforced: true,
  contained: 'no',
  approval: 'requires_approval',
};
const CREWAI: Family = { title: 'CrewAI', packages: ['py:crewai', 'py:crewai_tools'], enforced: true, contained: 'yes' };
const MCP: Family = { title: 'an MCP server', packages: ['py:mcp', 'py:fastmcp'], enforced: true, contained: 'yes' };
const CLAUDE: Family = {
  title: 'the Claude Agent SDK',
  packages: ['py:claude_agent_sdk', 'py:claude_code_sdk'],
  enforced: true,
  contained: 'yes',
};
const ANTHROPIC: Family = { title: 'the Anthropic SDK', packages: ['py:anthropic'], enforced: true, contained: 'yes' };
const SMOLAGENTS: Family = { title: 'smolagents', packages: ['py:smolagents', 'py:transformers'], enforced: false, contained: 'yes' };
const AUTOGEN: Family = {
  title: 'AutoGen',
  packages: ['py:autogen', 'py:ag2', 'py:pyautogen', 'py:autogen_core', 'py:autogen_agentchat', 'py:autogen_ext'],
  enforced: true,
  contained: 'yes',
};
const AGENT_FRAMEWORK: Family = {
  title: 'the Microsoft Agent Framework',
  packages: ['py:agent_framework'],
  enforced: true,
  contained: 'yes',
};
const LLAMA: Family = { title: 'LlamaIndex', packages: ['py:llama_index', 'py:workflows'], enforced: false, contained: 'yes' };
const ADK: Family = {
  title: 'the Google ADK',
  packages: ['py:google.adk'],
  enforced: false,
  contained: 'no',
  approval: 'require_confirmation',
};
const GENAI: Family = {
  title: 'the Google GenAI SDK',
  packages: ['py:google.genai', 'py:google.generativeai', 'py:vertexai'],
  enforced: false,
  contained: 'yes',
};
const AGNO: Family = {
  title: 'Agno',
  packages: ['py:agno', 'py:phi'],
  enforced: true,
  contained: 'yes',
  approval: 'requires_confirmation',
};
const STRANDS: Family = { title: 'Strands Agents', packages: ['py:strands'], enforced: true, contained: 'yes' };
const SEMANTIC: Family = { title: 'Semantic Kernel', packages: ['py:semantic_kernel'], enforced: true, contained: 'yes' };
const HAYSTACK: Family = { title: 'Haystack', packages: ['py:haystack'], enforced: false, contained: 'unknown' };
const LIVEKIT: Family = { title: 'LiveKit Agents', packages: ['py:livekit'], enforced: true, contained: 'yes' };
const DSPY: Family = { title: 'DSPy', packages: ['py:dspy'], enforced: true, contained: 'yes' };
const CAMEL: Family = { title: 'CAMEL', packages: ['py:camel'], enforced: false, contained: 'yes' };
const MIRASCOPE: Family = { title: 'Mirascope', packages: ['py:mirascope'], enforced: true, contained: 'unknown' };
const QWEN: Family = { title: 'Qwen-Agent', packages: ['py:qwen_agent'], enforced: false, contained: 'yes' };
const LANGROID: Family = { title: 'Langroid', packages: ['py:langroid'], enforced: true, contained: 'yes' };
const OLLAMA: Family = { title: 'Ollama', packages: ['py:ollama'], enforced: false, contained: 'unknown' };
const OTHER: Family = { title: 'a model', packages: [], enforced: false, contained: 'unknown' };

const FAMILIES: readonly Family[] = [
  LANGCHAIN,
  AGENTS,
  PYDANTIC_AI,
  CREWAI,
  MCP,
  CLAUDE,
  ANTHROPIC,
  SMOLAGENTS,
  AUTOGEN,
  AGENT_FRAMEWORK,
  LLAMA,
  ADK,
  GENAI,
  AGNO,
  STRANDS,
  SEMANTIC,
  HAYSTACK,
  LIVEKIT,
  DSPY,
  CAMEL,
  MIRASCOPE,
  QWEN,
  LANGROID,
  OLLAMA,
];

type Form = Pick<ToolMaker, 'member' | 'by'> & Partial<ToolMaker>;

/** A maker of a family; the function's own parameters are the schema unless another one is named. */
function maker({ title, packages, enforced, contained, approval, letsThrough }: Family, form: Form): ToolMaker {
  const what = form.by === 'extends' ? `a subclass of ${form.member} of ${title}` : `${form.member} of ${title}`;
  return {
    packages,
    title: what,
    name: 'name',
    runs: [],
    schema: ['args_schema', 'input_schema', 'parameters', 'params_json_schema'],
    enforced,
    errors: [{ contained }],
    signature: true,
    ...(approval === undefined ? {} : { approval: { option: approval, package: '' } }),
    ...(letsThrough === undefined ? {} : { letsThrough }),
    ...form,
  };
}

/** Functions that a decorator makes a tool of. */
const DECORATORS: readonly (readonly [Family, ...string[]])[] = [
  [LANGCHAIN, 'tool'],
  [AGENTS, 'function_tool', 'tool'],
  [PYDANTIC_AI, 'tool', 'tool_plain'],
  [CREWAI, 'tool'],
  [MCP, 'tool'],
  [CLAUDE, 'tool'],
  [ANTHROPIC, 'beta_tool', 'beta_async_tool'],
  [SMOLAGENTS, 'tool'],
  [AUTOGEN, 'register_for_llm', 'tool'],
  [AGENT_FRAMEWORK, 'ai_function', 'tool'],
  [ADK, 'tool'],
  [AGNO, 'tool'],
  [STRANDS, 'tool'],
  [SEMANTIC, 'kernel_function'],
  [HAYSTACK, 'tool'],
  [LIVEKIT, 'function_tool', 'ai_callable'],
  [MIRASCOPE, 'tool'],
];

/** Calls and constructions that make a tool of a function: which arguments hold the function. */
const CALLS: readonly (readonly [Family, Form])[] = [
  ...(['from_function'] as const).flatMap(member =>
    (['StructuredTool', 'Tool'] as const).map(
      of => [LANGCHAIN, { member, of, by: 'call', runs: ['func', 'coroutine', 0], signature: of === 'StructuredTool' }] as const,
    ),
  ),
  [LANGCHAIN, { member: 'StructuredTool', by: 'new', runs: ['func', 'coroutine'] }],
  [LANGCHAIN, { member: 'Tool', by: 'new', runs: ['func', 'coroutine', 1], signature: false }],
  [LANGCHAIN, { member: 'tool', by: 'call', runs: [0, 1] }],
  [AGENTS, { member: 'FunctionTool', by: 'new', runs: ['on_invoke_tool'], signature: false }],
  [AGENTS, { member: 'function_tool', by: 'call', runs: [0, 'func'] }],
  [PYDANTIC_AI, { member: 'Tool', by: 'new', runs: [0, 'function'] }],
  [PYDANTIC_AI, { member: 'add_function', by: 'call', runs: [0, 'func'] }],
  [MCP, { member: 'add_tool', by: 'call', runs: [0, 'fn'] }],
  [MCP, { member: 'from_function', by: 'call', runs: [0, 'fn'] }],
  [MCP, { member: 'tool', by: 'call', runs: [0, 1] }],
  [AUTOGEN, { member: 'FunctionTool', by: 'new', runs: [0, 'func'] }],
  [AUTOGEN, { member: 'register_function', by: 'call', runs: [0, 'f'] }],
  [LLAMA, { member: 'from_defaults', of: 'FunctionTool', by: 'call', runs: [0, 'fn', 'async_fn'] }],
  [ADK, { member: 'FunctionTool', by: 'new', runs: [0, 'func'] }],
  [ADK, { member: 'LongRunningFunctionTool', by: 'new', runs: [0, 'func'] }],
  [GENAI, { member: 'from_func', by: 'call', runs: [0] }],
  [GENAI, { member: 'from_callable', by: 'call', runs: ['callable'] }],
  [HAYSTACK, { member: 'Tool', by: 'new', runs: ['function'], signature: false }],
  [HAYSTACK, { member: 'create_tool_from_function', by: 'call', runs: [0, 'function'] }],
  [DSPY, { member: 'Tool', by: 'new', runs: [0, 'func'] }],
  [CAMEL, { member: 'FunctionTool', by: 'new', runs: [0, 'func'] }],
];

/** Classes that a tool is a subclass of, with the methods that run. */
const BASES: readonly (readonly [Family, readonly string[], readonly string[]])[] = [
  [LANGCHAIN, ['BaseTool', 'StructuredTool', 'Tool'], ['_run', '_arun']],
  [CREWAI, ['BaseTool', 'RagTool', 'StructuredTool'], ['_run', '_arun']],
  [SMOLAGENTS, ['Tool', 'PipelineTool'], ['forward', '__call__']],
  [AUTOGEN, ['BaseTool'], ['run']],
  [LLAMA, ['BaseTool', 'AsyncBaseTool', 'FunctionTool'], ['__call__', 'call', 'acall']],
  [ADK, ['BaseTool', 'FunctionTool'], ['run_async']],
  [QWEN, ['BaseTool'], ['call']],
  [LANGROID, ['ToolMessage'], ['handle']],
  [MIRASCOPE, ['BaseTool'], ['call']],
];

/** All ways in which a Python program declares a tool. */
export const PYTHON_MAKERS: readonly ToolMaker[] = [
  ...DECORATORS.flatMap(([family, ...members]) =>
    members.map(member =>
      family === CLAUDE
        ? maker(family, { member, by: 'decorator', title: `@${member} of ${family.title}`, name: 0, schema: [2], signature: false })
        : maker(family, { member, by: 'decorator', title: `@${member} of ${family.title}` }),
    ),
  ),
  ...CALLS.map(([family, form]) => maker(family, form)),
  ...BASES.flatMap(([family, members, runs]) => members.map(member => maker(family, { member, by: 'extends', runs }))),
];

const LISTED = new Map<Family, ToolMaker>();

/** How a framework treats a plain function in the list of tools that it is given. */
export function listedIn(pkg: string | undefined): ToolMaker {
  const family = FAMILIES.find(f => pkg !== undefined && f.packages.includes(pkg)) ?? OTHER;
  let known = LISTED.get(family);
  if (known === undefined) {
    known = maker(family, { member: '', by: 'call', title: `a function among the tools of ${family.title}` });
    LISTED.set(family, known);
  }
  return known;
}

/** Keywords that name a tool where it is declared. */
export const NAME_KEYWORDS = ['name', 'name_override', 'name_or_callable', 'tool_name'];

/** Functions that take a list of tools by position, and which position it is. */
export const TAKES_TOOLS: Readonly<Record<string, number>> = {
  bind_tools: 0,
  bind_functions: 0,
  ToolNode: 0,
  ToolExecutor: 0,
  initialize_agent: 0,
  create_react_agent: 1,
  create_agent: 1,
  create_deep_agent: 0,
  create_tool_calling_agent: 1,
  create_openai_functions_agent: 1,
  create_openai_tools_agent: 1,
  create_structured_chat_agent: 1,
  create_json_chat_agent: 1,
  create_xml_agent: 1,
  create_sdk_mcp_server: -1,
};

/** Packages whose calls hand what they are given as `tools` to a model. */
export const TOOL_TAKERS = new Set([
  ...FAMILIES.flatMap(f => f.packages),
  'py:openai',
  'py:anthropic',
  'py:litellm',
  'py:groq',
  'py:mistralai',
  'py:cohere',
  'py:together',
  'py:langchain_openai',
  'py:langchain_anthropic',
  'py:langchain_google_genai',
  'py:deepagents',
  'py:langgraph_supervisor',
  'py:langgraph_swarm',
  'py:swarm',
  'py:aisuite',
  'py:boto3',
  'py:langchain_experimental',
  'py:huggingface_hub',
  'py:instructor',
  'py:portkey_ai',
  'py:zhipuai',
  'py:dashscope',
]);

/** Modules that a Python file with tools imports. */
export const PYTHON_TOOL_MODULE =
  /^py:(?:langchain|langgraph|agents(?:\/|$)|pydantic_ai|crewai|mcp(?:\/|$)|fastmcp|claude_(?:agent|code)_sdk|anthropic|smolagents|autogen|ag2|agent_framework|llama_index|google\.(?:adk|genai|generativeai)|vertexai|agno|phi\/|strands|semantic_kernel|haystack|livekit|dspy|camel\/|mirascope|qwen_agent|langroid|ollama|composio|deepagents)/;
