// How the frameworks let a program declare a tool: pure data. A new framework is a new row here.

/** Where a part of a definition stands: an argument of the call, or a member of its options. */
export interface ToolMaker {
  /** Packages that export it; `*` matches within a name. */
  readonly packages: readonly string[];
  /** The last name of the callee: `tool`, `createTool`, `from`. */
  readonly member: string;
  /** A name that must stand before it: `FunctionTool` of `FunctionTool.from`. */
  readonly of?: string;
  readonly by: 'call' | 'new' | 'extends' | 'decorator';
  /** In the reader's words. */
  readonly title: string;
  /** `key`: the key of the map that holds it; a number: the argument; else the option that holds it. */
  readonly name: 'key' | number | string;
  /** Position of the options object; default 0. */
  readonly options?: number;
  /** The function that runs: an argument position, `last` for the last argument, or names of options or methods. */
  readonly runs: readonly (string | number)[];
  /** Options or argument positions that hold the input schema. */
  readonly schema: readonly (string | number)[];
  /** Where no schema is given, the parameters of the function are it. */
  readonly signature?: boolean;
  /** Is that schema enforced in a run? */
  readonly enforced: boolean;
  /** An output schema that the framework enforces. */
  readonly output?: readonly string[];
  /** The option that asks a person before each run, and since which version it does. */
  readonly approval?: { readonly option: string; readonly package: string; readonly range?: string };
  /** Does the framework turn a throw into a tool result? By version, the first that fits. */
  readonly errors: readonly { readonly range?: string; readonly contained: 'yes' | 'no' | 'unknown' }[];
  /** The package whose version decides. */
  readonly version?: string;
  /** Set to null it lets errors through: the option of the OpenAI Agents SDK. */
  readonly letsThrough?: string;
  /** Runs where the user sits, not on a server. */
  readonly inBrowser?: boolean;
}

const AI = {
  packages: ['ai'],
  by: 'call',
  name: 'key',
  runs: ['execute'],
  schema: ['inputSchema', 'parameters'],
  enforced: true,
  approval: { option: 'needsApproval', package: 'ai', range: '>=6.0.0-0' },
  errors: [{ range: '>=5.0.0-0', contained: 'yes' }, { contained: 'no' }],
  version: 'ai',
} as const;

const LANGCHAIN = ['@langchain/core', 'langchain', '@langchain/langgraph', '@langchain/classic', '@langchain/community'];
const LANGCHAIN_TOOL = {
  packages: LANGCHAIN,
  name: 'name',
  schema: ['schema'],
  enforced: true,
  errors: [{ contained: 'unknown' }],
} as const;
const AGENTS = ['@openai/agents', '@openai/agents-core', '@openai/agents-realtime'];
const LLAMA = ['llamaindex', '@llamaindex/*'];
const MCP = ['@modelcontextprotocol/sdk', '@modelcontextprotocol/server', 'mcp-handler', '@vercel/mcp-adapter', 'agents', 'xmcp'];
const CLAUDE = ['@anthropic-ai/claude-agent-sdk', '@anthropic-ai/claude-code'];

export const TOOL_MAKERS: readonly ToolMaker[] = [
  { ...AI, member: 'tool', title: 'tool() of the AI SDK' },
  { ...AI, member: 'dynamicTool', title: 'dynamicTool() of the AI SDK', enforced: false },
  {
    ...LANGCHAIN_TOOL,
    member: 'tool',
    by: 'call',
    title: 'tool() of LangChain',
    options: 1,
    runs: [0],
  },
  ...(['DynamicStructuredTool', 'DynamicTool'] as const).map(
    member =>
      ({
        ...LANGCHAIN_TOOL,
        member,
        by: 'new',
        title: `${member} of LangChain`,
        runs: ['func'],
        enforced: member !== 'DynamicTool',
      }) as const,
  ),
  ...(['StructuredTool', 'Tool'] as const).map(
    member =>
      ({
        ...LANGCHAIN_TOOL,
        member,
        by: 'extends',
        title: `a subclass of LangChain's ${member}`,
        runs: ['_call'],
        enforced: member === 'StructuredTool',
      }) as const,
  ),
  {
    packages: AGENTS,
    member: 'tool',
    by: 'call',
    title: 'tool() of the OpenAI Agents SDK',
    name: 'name',
    runs: ['execute'],
    schema: ['parameters'],
    enforced: true,
    approval: { option: 'needsApproval', package: '@openai/agents' },
    errors: [{ contained: 'yes' }],
    letsThrough: 'errorFunction',
  },
  {
    packages: ['@mastra/*'],
    member: 'createTool',
    by: 'call',
    title: 'createTool() of Mastra',
    name: 'id',
    runs: ['execute'],
    schema: ['inputSchema'],
    enforced: true,
    output: [],
    approval: { option: 'requireApproval', package: '@mastra/core' },
    errors: [{ contained: 'yes' }],
  },
  {
    packages: LLAMA,
    member: 'tool',
    by: 'call',
    title: 'tool() of LlamaIndex',
    name: 'name',
    runs: ['execute', 0],
    schema: ['parameters'],
    enforced: true,
    errors: [{ contained: 'yes' }],
  },
  {
    packages: LLAMA,
    member: 'from',
    of: 'FunctionTool',
    by: 'call',
    title: 'FunctionTool of LlamaIndex',
    name: 'name',
    options: 1,
    runs: [0],
    schema: ['parameters'],
    enforced: false,
    errors: [{ contained: 'yes' }],
  },
  {
    packages: ['genkit', '@genkit-ai/*'],
    member: 'defineTool',
    by: 'call',
    title: 'defineTool() of Genkit',
    name: 'name',
    runs: [1],
    schema: ['inputSchema'],
    enforced: true,
    errors: [{ contained: 'no' }],
  },
  {
    packages: ['genkit', '@genkit-ai/*'],
    member: 'defineInterrupt',
    by: 'call',
    title: 'defineInterrupt() of Genkit',
    name: 'name',
    runs: [],
    schema: ['inputSchema'],
    enforced: true,
    errors: [{ contained: 'yes' }],
  },
  {
    packages: ['@google/adk'],
    member: 'FunctionTool',
    by: 'new',
    title: 'FunctionTool of the ADK',
    name: 'name',
    runs: ['execute'],
    schema: ['parameters'],
    enforced: true,
    errors: [{ contained: 'no' }],
  },
  {
    packages: CLAUDE,
    member: 'tool',
    by: 'call',
    title: 'tool() of the Claude Agent SDK',
    name: 0,
    runs: [3],
    schema: [2],
    enforced: true,
    errors: [{ contained: 'yes' }],
  },
  {
    packages: ['@anthropic-ai/sdk'],
    member: 'betaZodTool',
    by: 'call',
    title: 'betaZodTool() of the Anthropic SDK',
    name: 'name',
    runs: ['run'],
    schema: ['inputSchema'],
    enforced: true,
    errors: [{ contained: 'yes' }],
  },
  {
    packages: ['@anthropic-ai/sdk'],
    member: 'betaTool',
    by: 'call',
    title: 'betaTool() of the Anthropic SDK',
    name: 'name',
    runs: ['run'],
    schema: ['inputSchema'],
    enforced: false,
    errors: [{ contained: 'yes' }],
  },
  {
    packages: ['openai'],
    member: 'zodFunction',
    by: 'call',
    title: 'zodFunction() of the OpenAI SDK',
    name: 'name',
    runs: ['function'],
    schema: ['parameters'],
    enforced: true,
    errors: [{ contained: 'unknown' }],
  },
  {
    packages: MCP,
    member: 'tool',
    by: 'call',
    title: 'tool of an MCP server',
    name: 0,
    runs: ['last'],
    schema: [1, 2],
    enforced: true,
    errors: [{ contained: 'yes' }],
  },
  {
    packages: MCP,
    member: 'registerTool',
    by: 'call',
    title: 'tool of an MCP server',
    name: 0,
    options: 1,
    runs: ['last'],
    schema: ['inputSchema'],
    enforced: true,
    output: ['outputSchema'],
    errors: [{ contained: 'yes' }],
  },
  {
    packages: ['fastmcp'],
    member: 'addTool',
    by: 'call',
    title: 'tool of an MCP server',
    name: 'name',
    runs: ['execute'],
    schema: ['parameters'],
    enforced: true,
    errors: [{ contained: 'yes' }],
  },
  {
    packages: ['vscode'],
    member: 'registerTool',
    by: 'call',
    title: 'language model tool of VS Code',
    name: 0,
    runs: ['invoke', 1],
    schema: [],
    enforced: false,
    approval: { option: 'prepareInvocation', package: 'vscode' },
    errors: [{ contained: 'yes' }],
  },
  ...(['useCopilotAction', 'useFrontendTool', 'useHumanInTheLoop'] as const).map(
    member =>
      ({
        packages: ['@copilotkit/react-core', '@copilotkit/*'],
        member,
        by: 'call',
        title: `${member}() of CopilotKit`,
        name: 'name',
        runs: ['handler'],
        schema: ['parameters'],
        enforced: false,
        errors: [{ contained: 'unknown' }],
        inBrowser: true,
      }) as const,
  ),
];
