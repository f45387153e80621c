// Tools that the program does not define itself: fetched in a run, run by the provider, brought along by a package. Pure data.
/** Functions and classes whose result is a set of tools that only a run knows. */
export interface DynamicSource {
  readonly packages: readonly string[];
  /** The last name of the callee. */
  readonly members: readonly string[];
  /** Shown as `<dynamic: MCP>`. */
  readonly label: string;
}

export const DYNAMIC_SOURCES: readonly DynamicSource[] = [
  {
    packages: [
      '@modelcontextprotocol/sdk',
      '@modelcontextprotocol/client',
      '@ai-sdk/mcp',
      'ai',
      '@mastra/mcp',
      '@langchain/mcp-adapters',
      'mcp-use',
    ],
    members: ['listTools', 'tools', 'getTools', 'getToolsets', 'listToolsets', 'loadMcpTools', 'getAllMcpTools'],
    label: 'MCP',
  },
  { packages: ['@openai/agents', '@openai/agents-core'], members: ['getAllMcpTools', 'mcpToFunctionTool'], label: 'MCP' },
  { packages: ['llamaindex', '@llamaindex/tools'], members: ['mcp', 'tools'], label: 'MCP' },
  { packages: ['agents'], members: ['unstable_getAITools', 'getAITools', 'listTools'], label: 'MCP' },
  {
    packages: ['composio-core', '@composio/*'],
    members: ['getTools', 'get_tools', 'get', 'getRawComposioTools', 'tools'],
    label: 'Composio',
  },
  { packages: ['@arcadeai/arcadejs'], members: ['list', 'toZod', 'get'], label: 'Arcade' },
  { packages: ['@pipedream/*'], members: ['getTools', 'tools'], label: 'Pipedream' },
  { packages: ['langchain', '@langchain/*'], members: ['getTools'], label: 'toolkit' },
  {
    packages: ['@stripe/agent-toolkit', '@coinbase/agentkit', '@coinbase/agentkit-*', '@goat-sdk/*'],
    members: ['getTools', 'getOnChainTools', 'getVercelAITools', 'getLangChainTools'],
    label: 'payments toolkit',
  },
];

/** Sources of tools that are only ever asked for in order to hand the answer to a model. */
export const FETCHED = new Set(
  'loadMcpTools getTools getToolsets getAllMcpTools getAITools unstable_getAITools get_tools getVercelAITools getLangChainTools getOnChainTools'.split(
    ' ',
  ),
);

/** Tools that the provider runs itself, by the `type` of the entry in the list of tools. */
export const HOSTED_TYPE =
  /^(?:file_search|web_search(?:_preview)?(?:_\d{4}_\d\d_\d\d|_\d{8})?|web_fetch_\d{8}|code_interpreter|code_execution(?:_\d{8})?|image_generation|mcp|retrieval|tool_search\w*|memory_\d{8})$/;

/** Tools that the provider defines and the program must run: their entry has no schema, and what they do is known. */
export const CLIENT_TYPE =
  /^(?:computer(?:_use)?(?:_preview)?(?:_\d{8})?|bash(?:_\d{8})?|text_editor_\d{8}|local_shell|shell|apply_patch)$/;

/** Members of a Gemini tool entry that stand for tools which the provider runs. */
export const GEMINI_HOSTED = [
  'googleSearch',
  'google_search',
  'googleSearchRetrieval',
  'codeExecution',
  'code_execution',
  'urlContext',
  'googleMaps',
  'fileSearch',
];

/** Functions that make an entry for a tool of the provider; `.tools.` of a provider of the AI SDK does so too. */
export const HOSTED_MAKERS: readonly { readonly packages: readonly string[]; readonly members: readonly string[] }[] = [
  {
    packages: ['@openai/agents', '@openai/agents-core', '@openai/agents-openai'],
    members: ['webSearchTool', 'fileSearchTool', 'codeInterpreterTool', 'imageGenerationTool', 'hostedMcpTool'],
  },
];

/** Ready-made tools of LangChain and what they can do. The name that the model sees is set inside the package. */
export const READY_MADE: Readonly<Record<string, readonly string[]>> = {
  TavilySearchResults: ['http-fixed'],
  TavilySearch: ['http-fixed'],
  TavilyExtract: ['http-arbitrary'],
  TavilyCrawl: ['http-arbitrary'],
  SerpAPI: ['http-fixed'],
  GoogleCustomSearch: ['http-fixed'],
  BraveSearch: ['http-fixed'],
  DuckDuckGoSearch: ['http-fixed'],
  ExaSearchResults: ['http-fixed'],
  WikipediaQueryRun: ['http-fixed'],
  WolframAlphaTool: ['http-fixed'],
  Calculator: ['pure'],
  WebBrowser: ['browser', 'http-arbitrary'],
  RequestsGetTool: ['http-arbitrary'],
  RequestsPostTool: ['http-arbitrary'],
  ReadFileTool: ['file-read'],
  WriteFileTool: ['file-write'],
  QuerySqlTool: ['sql-write'],
  InfoSqlTool: ['sql-read'],
  ListTablesSqlTool: ['sql-read'],
  PythonInterpreterTool: ['code-exec'],
  VectorStoreQATool: ['llm'],
};

/** Tools that the Claude Agent SDK brings along, and what each can do. */
export const CLAUDE_BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  Bash: ['shell'],
  Write: ['file-write'],
  Edit: ['file-write'],
  MultiEdit: ['file-write'],
  NotebookEdit: ['file-write'],
  Read: ['file-read'],
  Glob: ['file-read'],
  Grep: ['file-read'],
  LS: ['file-read'],
  WebFetch: ['http-arbitrary'],
  WebSearch: ['provider-hosted'],
  TodoWrite: ['pure'],
  Task: ['llm'],
  Agent: ['llm'],
};

/** Modules that a file with tool definitions imports. */
export const TOOL_MODULE =
  /^(?:npm:)?(?:(?:ai|langchain|@langchain\/(?:core|langgraph|community|mcp-adapters)|@openai\/agents|@mastra\/(?:core|mcp)|llamaindex|genkit|@google\/adk|@anthropic-ai\/(?:claude-agent-sdk|claude-code|sdk\/helpers)|openai\/helpers\/zod|mcp-handler|@vercel\/mcp-adapter|fastmcp|xmcp|composio-core)(?:[/@]|$)|@(?:llamaindex|genkit-ai|modelcontextprotocol|copilotkit|composio)\/|aws-cdk-lib\/aws-bedrock(?:\/|$)|@aws-cdk\/aws-bedrock|@cdklabs\/generative-ai-cdk)/;
