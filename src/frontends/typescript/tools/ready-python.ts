// Tools that Python packages bring along, and what each can do: pure data. The code of these is the package's own.
import type { Capability } from '../../../core/index.ts';
import type { DynamicSource } from './sources.ts';

const LANGCHAIN = [
  'py:langchain',
  'py:langchain_core',
  'py:langchain_community',
  'py:langchain_classic',
  'py:langchain_experimental',
  'py:langchain_tavily',
  'py:langchain_google_community',
  'py:langchain_exa',
];
const CREWAI = ['py:crewai_tools', 'py:crewai'];
const SMOLAGENTS = ['py:smolagents'];
const AGNO = ['py:agno', 'py:phi'];

interface Ready {
  readonly packages: readonly string[];
  readonly tools: Readonly<Record<string, readonly Capability[]>>;
  /** The classes are also used without a model: only those in a list of tools count. */
  readonly onlyListed?: boolean;
}

const FIXED: readonly Capability[] = ['http-fixed'];
const ANY_HOST: readonly Capability[] = ['http-arbitrary'];
const READS: readonly Capability[] = ['file-read'];

const each = (names: string, can: readonly Capability[]): Readonly<Record<string, readonly Capability[]>> =>
  Object.fromEntries(names.split(' ').map(name => [name, can]));

/** Classes of tools by their package. */
export const PYTHON_READY: readonly Ready[] = [
  {
    packages: LANGCHAIN,
    tools: {
      ...each(
        'DuckDuckGoSearchRun DuckDuckGoSearchResults TavilySearch TavilySearchResults TavilyAnswer BraveSearch BingSearchRun BingSearchResults ' +
          'GoogleSearchRun GoogleSearchResults GoogleSerperRun GoogleSerperResults SearxSearchRun WikipediaQueryRun ArxivQueryRun PubmedQueryRun ' +
          'WolframAlphaQueryRun YahooFinanceNewsTool YouTubeSearchTool OpenWeatherMapQueryRun ExaSearchResults ExaFindSimilarResults ' +
          'SemanticScholarQueryRun StackExchangeTool RedditSearchRun MojeekSearch YouSearchTool MetaphorSearchResults AskNewsSearch JinaSearch ' +
          'GoogleScholarQueryRun GoogleTrendsQueryRun GoogleFinanceQueryRun GooglePlacesTool WikidataQueryRun MerriamWebsterQueryRun',
        FIXED,
      ),
      ...each('RequestsGetTool RequestsPostTool RequestsPutTool RequestsPatchTool RequestsDeleteTool TavilyExtract TavilyCrawl', ANY_HOST),
      ...each('ReadFileTool ListDirectoryTool FileSearchTool', READS),
      ...each('WriteFileTool CopyFileTool MoveFileTool DeleteFileTool', ['file-write']),
      ShellTool: ['shell'],
      BearlyInterpreterTool: ['code-exec'],
      ...each('PythonREPLTool PythonAstREPLTool', ['code-exec']),
      ...each('QuerySQLDataBaseTool QuerySQLDatabaseTool', ['sql-write']),
      ...each('InfoSQLDatabaseTool ListSQLDatabaseTool', ['sql-read']),
      QuerySQLCheckerTool: ['llm'],
      HumanInputRun: ['pure'],
      GmailSendMessage: ['message-send'],
      SlackSendMessage: ['message-send'],
    },
  },
  {
    packages: CREWAI,
    tools: {
      ...each(
        'SerperDevTool SerplyWebSearchTool EXASearchTool BraveSearchTool TavilySearchTool GithubSearchTool YoutubeVideoSearchTool ' +
          'YoutubeChannelSearchTool SerpApiGoogleSearchTool LinkupSearchTool ParallelSearchTool ArxivPaperTool',
        FIXED,
      ),
      ...each(
        'ScrapeWebsiteTool WebsiteSearchTool ScrapeElementFromWebsiteTool FirecrawlScrapeWebsiteTool FirecrawlCrawlWebsiteTool FirecrawlSearchTool ' +
          'SpiderTool JinaScrapeWebsiteTool TavilyExtractorTool SerperScrapeWebsiteTool ScrapegraphScrapeTool ScrapflyScrapeWebsiteTool',
        ANY_HOST,
      ),
      ...each('SeleniumScrapingTool BrowserbaseLoadTool StagehandTool HyperbrowserLoadTool MultiOnTool', ['browser', 'http-arbitrary']),
      ...each(
        'FileReadTool DirectoryReadTool DirectorySearchTool PDFSearchTool TXTSearchTool CSVSearchTool JSONSearchTool DOCXSearchTool MDXSearchTool XMLSearchTool VisionTool OCRTool',
        READS,
      ),
      FileWriterTool: ['file-write'],
      CodeInterpreterTool: ['code-exec'],
      NL2SQLTool: ['sql-write'],
      ...each('PGSearchTool MySQLSearchTool SnowflakeSearchTool', ['db-read']),
      ...each('DallETool LlamaIndexTool AIMindTool', ['llm']),
      ...each('RagTool QdrantVectorSearchTool WeaviateVectorSearchTool CodeDocsSearchTool MongoDBVectorSearchTool', ['db-read']),
    },
  },
  {
    packages: SMOLAGENTS,
    tools: {
      ...each('DuckDuckGoSearchTool GoogleSearchTool WebSearchTool WikipediaSearchTool ApiWebSearchTool', FIXED),
      VisitWebpageTool: ['http-arbitrary'],
      PythonInterpreterTool: ['code-exec'],
      ...each('FinalAnswerTool UserInputTool', ['pure']),
      SpeechToTextTool: ['llm'],
    },
  },
  {
    packages: AGNO,
    onlyListed: true,
    tools: {
      ...each(
        'DuckDuckGoTools DuckDuckGo TavilyTools ExaTools SerpApiTools YFinanceTools WikipediaTools ArxivTools HackerNewsTools GoogleSearchTools BraveSearchTools PubmedTools OpenWeatherTools YouTubeTools',
        FIXED,
      ),
      ...each('WebsiteTools Newspaper4kTools NewspaperTools FirecrawlTools Crawl4aiTools JinaReaderTools SpiderTools', ANY_HOST),
      ShellTools: ['shell'],
      PythonTools: ['code-exec'],
      FileTools: ['file-read', 'file-write'],
      LocalFileSystemTools: ['file-write'],
      ...each('SQLTools DuckDbTools PostgresTools', ['sql-write']),
      ...each('EmailTools GmailTools SlackTools TwilioTools ResendTools', ['message-send']),
      ...each('ReasoningTools CalculatorTools ThinkingTools', ['pure']),
      PandasTools: ['code-exec'],
      DockerTools: ['code-exec'],
    },
  },
  {
    packages: ['py:llama_index'],
    onlyListed: true,
    tools: {
      ...each('QueryEngineTool RetrieverTool', ['db-read', 'llm']),
      ...each('CodeInterpreterToolSpec', ['code-exec']),
    },
  },
];

/** Tools that the provider runs, or that the framework runs for the program, by their class. */
export const PYTHON_HOSTED: readonly Ready[] = [
  {
    packages: ['py:agents'],
    tools: {
      ...each('WebSearchTool FileSearchTool CodeInterpreterTool ImageGenerationTool HostedMCPTool', ['provider-hosted']),
      ComputerTool: ['browser'],
      LocalShellTool: ['shell'],
      ShellTool: ['shell'],
      ApplyPatchTool: ['file-write'],
    },
  },
  {
    packages: ['py:pydantic_ai'],
    onlyListed: true,
    tools: each('WebSearchTool CodeExecutionTool UrlContextTool WebFetchTool ImageGenerationTool MemoryTool MCPServerTool', [
      'provider-hosted',
    ]),
  },
  {
    packages: ['py:strands_tools'],
    onlyListed: true,
    tools: {
      ...each('calculator current_time think', ['pure']),
      shell: ['shell'],
      python_repl: ['code-exec'],
      http_request: ['http-arbitrary'],
      file_read: ['file-read'],
      file_write: ['file-write'],
      editor: ['file-write'],
      use_aws: ['http-fixed'],
      retrieve: ['db-read'],
    },
  },
  { packages: ['py:google.adk'], onlyListed: true, tools: each('google_search google_maps_grounding url_context', ['provider-hosted']) },
];

/** What `load_tools` makes of a name. */
export const LOADED: Readonly<Record<string, readonly Capability[]>> = {
  ...each(
    'ddg-search serpapi google-search google-serper google-serper-results-json google-search-results-json bing-search searx-search searx-search-results-json ' +
      'wikipedia arxiv pubmed wolfram-alpha news-api tmdb-api podcast-api openweathermap-api dataforseo-api-search brave-search stackexchange ' +
      'google-scholar google-finance google-trends google-jobs google-lens memorize eleven_labs_text2speech searchapi',
    FIXED,
  ),
  ...each('requests requests_all requests_get requests_post requests_patch requests_put requests_delete', ANY_HOST),
  terminal: ['shell'],
  python_repl: ['code-exec'],
  'llm-math': ['llm', 'eval'],
  pal: ['llm', 'code-exec'],
  human: ['pure'],
  sleep: ['pure'],
  'open-meteo-api': ['llm', 'http-fixed'],
  graphql: ['http-fixed'],
  'sms-send': ['message-send'],
};
/** The name that the model sees, where it is another. */
export const LOADED_NAMES: Readonly<Record<string, string>> = {
  'ddg-search': 'duckduckgo_search',
  'llm-math': 'Calculator',
  'wolfram-alpha': 'wolfram_alpha',
};

/** Functions that make an agent which has tools of its own. */
export const AGENTS_WITH_TOOLS: Readonly<Record<string, { readonly name: string; readonly can: readonly Capability[] }>> = {
  create_sql_agent: { name: '<sql toolkit>', can: ['sql-read', 'sql-write', 'llm'] },
  create_pandas_dataframe_agent: { name: 'python_repl_ast', can: ['code-exec'] },
  create_csv_agent: { name: 'python_repl_ast', can: ['code-exec'] },
  create_spark_dataframe_agent: { name: 'python_repl_ast', can: ['code-exec'] },
  create_xorbits_agent: { name: 'python_repl_ast', can: ['code-exec'] },
  create_python_agent: { name: 'Python_REPL', can: ['code-exec'] },
  create_json_agent: { name: '<json toolkit>', can: ['pure'] },
  create_openapi_agent: { name: '<openapi toolkit>', can: ['http-arbitrary'] },
  create_vectorstore_agent: { name: '<vector store toolkit>', can: ['db-read', 'llm'] },
};
/** Agents that write Python and run it, whatever tools they are given. Where: the option that moves it elsewhere, and what says that it stays. */
export const CODE_AGENTS: readonly {
  readonly packages: readonly string[];
  readonly make: string;
  readonly option: string;
  readonly stays: RegExp;
  /** What holds its code back here, unless an option widens it. */
  readonly local?: { readonly guard: string; readonly off: string };
}[] = [
  {
    packages: SMOLAGENTS,
    make: 'CodeAgent',
    option: 'executor_type',
    stays: /^local$/,
    local: { guard: 'an interpreter of its package that only lets listed imports pass', off: 'additional_authorized_imports' },
  },
  { packages: ['py:autogen_ext', 'py:autogen'], make: 'LocalCommandLineCodeExecutor', option: '', stays: /^$/ },
];

export const AGENT_MAKERS_FROM = LANGCHAIN;

/** Objects of packages whose method is given as the function of a tool: what that method does. */
export const HANDED_METHODS: Readonly<Record<string, readonly Capability[]>> = {
  ...each(
    'DuckDuckGoSearchAPIWrapper SerpAPIWrapper GoogleSearchAPIWrapper GoogleSerperAPIWrapper WikipediaAPIWrapper WolframAlphaAPIWrapper BingSearchAPIWrapper ' +
      'ArxivAPIWrapper PubMedAPIWrapper OpenWeatherMapAPIWrapper SearxSearchWrapper TavilySearchAPIWrapper TavilyClient SearchApiAPIWrapper YouTubeSearchTool',
    FIXED,
  ),
  ...each('RequestsWrapper TextRequestsWrapper', ANY_HOST),
  ...each('LLMMathChain', ['eval', 'llm']),
  ...each('PALChain PythonREPL PythonAstREPLTool', ['code-exec']),
  ...each('SQLDatabaseChain SQLDatabaseSequentialChain SQLDatabase', ['sql-write', 'llm']),
  ...each('BashProcess', ['shell']),
  ...each('LLMChain ConversationChain LLMRequestsChain', ['llm']),
  ...each('RetrievalQA RetrievalQAWithSourcesChain VectorDBQA ConversationalRetrievalChain', ['db-read', 'llm']),
};

/** Tools that only a run knows. */
export const PYTHON_DYNAMIC: readonly DynamicSource[] = [
  {
    packages: [
      'py:mcp',
      'py:fastmcp',
      'py:langchain_mcp_adapters',
      'py:mcp_use',
      'py:llama_index',
      'py:google.adk',
      'py:smolagents',
      'py:crewai_tools',
    ],
    members: [
      'list_tools',
      'get_tools',
      'load_mcp_tools',
      'to_tool_list_async',
      'to_tool_list',
      'MCPToolset',
      'MCPServerAdapter',
      'ToolCollection',
    ],
    label: 'MCP',
  },
  {
    packages: ['py:agents', 'py:pydantic_ai', 'py:autogen_ext', 'py:agent_framework', 'py:agno', 'py:strands'],
    members: [
      'MCPServerStdio',
      'MCPServerSse',
      'MCPServerStreamableHttp',
      'MCPServerStreamableHTTP',
      'MCPServerHTTP',
      'MCPServerSSE',
      'load_mcp_toolsets',
      'mcp_server_tools',
      'McpWorkbench',
      'MCPTools',
      'MultiMCPTools',
      'MCPStdioTool',
      'MCPStreamableHTTPTool',
      'HostedMCPTool',
      'MCPClient',
      'FastMCPToolset',
      'list_tools_sync',
    ],
    label: 'MCP',
  },
  {
    packages: [
      'py:composio',
      'py:composio_langchain',
      'py:composio_openai',
      'py:composio_crewai',
      'py:composio_langgraph',
      'py:composio_llamaindex',
    ],
    members: ['get_tools', 'ComposioToolSet', 'get', 'ComposioTool'],
    label: 'Composio',
  },
  { packages: ['py:arcadepy', 'py:langchain_arcade'], members: ['get_tools', 'list'], label: 'Arcade' },
  { packages: [...LANGCHAIN, 'py:langchain_google_community', 'py:llama_index'], members: ['get_tools', 'to_tool_list'], label: 'toolkit' },
  {
    packages: ['py:stripe_agent_toolkit', 'py:coinbase_agentkit', 'py:coinbase_agentkit_langchain'],
    members: ['get_tools', 'get_langchain_tools'],
    label: 'payments toolkit',
  },
];

/** What the tools of a toolkit can do, by its class. */
export const TOOLKITS: Readonly<Record<string, readonly Capability[]>> = {
  SQLDatabaseToolkit: ['sql-read', 'sql-write', 'llm'],
  SparkSQLToolkit: ['sql-read', 'sql-write', 'llm'],
  FileManagementToolkit: ['file-read', 'file-write'],
  RequestsToolkit: ['http-arbitrary'],
  PlayWrightBrowserToolkit: ['browser', 'http-arbitrary'],
  GmailToolkit: ['message-send'],
  SlackToolkit: ['message-send'],
  GitHubToolkit: ['http-fixed'],
  JiraToolkit: ['http-fixed'],
  VectorStoreToolkit: ['db-read', 'llm'],
};
