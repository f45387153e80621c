// What calls of Python's packages do to the world: pure data. The commands and files of the standard library are lowered to Node's.

import { PYTHON_SERVICES } from './python-services.ts';
import type { EffectShape } from './shapes.ts';

const ANY = /./s;
const HTTP = [
  'py:requests',
  'py:httpx',
  'py:httpx2',
  'py:aiohttp',
  'py:urllib',
  'py:urllib2',
  'py:urllib3',
  'py:http',
  'py:niquests',
  'py:curl_cffi',
  'py:cloudscraper',
  'py:requests_html',
  'py:httplib2',
  'py:treq',
  'py:pycurl',
  'py:aiohttp_retry',
  'py:requests_cache',
];
const BROWSER = [
  'py:playwright',
  'py:selenium',
  'py:pyppeteer',
  'py:browser_use',
  'py:helium',
  'py:splinter',
  'py:undetected_chromedriver',
  'py:patchright',
  'py:stagehand',
  'py:seleniumbase',
  'py:camoufox',
  'py:nodriver',
];
const SANDBOXES: readonly (readonly [string, string])[] = [
  ['py:e2b', 'an E2B sandbox'],
  ['py:e2b_code_interpreter', 'an E2B sandbox'],
  ['py:e2b_desktop', 'an E2B sandbox'],
  ['py:daytona', 'a Daytona sandbox'],
  ['py:daytona_sdk', 'a Daytona sandbox'],
  ['py:modal', 'a Modal sandbox'],
  ['py:docker', 'a container'],
  ['py:aiodocker', 'a container'],
  ['py:llm_sandbox', 'a container'],
  ['py:epicbox', 'a container'],
  ['py:langchain_sandbox', 'a Pyodide sandbox'],
  ['py:langchain_azure_dynamic_sessions', 'a session of Azure'],
  ['py:runloop_api_client', 'a Runloop box'],
  ['py:agentrun', 'a container'],
];

/** The machine, the network and the browser. */
const LOCAL: readonly EffectShape[] = [
  ...SANDBOXES.map(
    ([name, sandbox]) =>
      ({
        packages: [name],
        path: /(?:^|\.)(?:\w*run\w*|\w*exec\w*|write\w*|\w*spawn\w*|start|process|ainvoke|invoke|create)$/i,
        does: 'code-exec',
        sandbox,
      }) as const,
  ),
  // Somebody else's containers may be what a tool is made to look after.
  { packages: ['py:docker', 'py:aiodocker'], path: /(?:^|\.)(?:remove|kill|prune|stop)$/, does: 'http-fixed', changes: 'delete', key: [] },
  { packages: SANDBOXES.map(([name]) => name), path: ANY, does: 'none' },
  // A running process that is handed text: what a shell reads from its input, it runs.
  {
    packages: ['py:asyncio', 'py:subprocess', 'node:child_process'],
    path: /(?:Process|Popen|exec|execFile)\.(?:stdin\.write(?:lines)?|communicate)$/,
    python: true,
    does: 'shell',
    key: [0],
  },
  {
    packages: [
      'py:paramiko',
      'py:fabric',
      'py:asyncssh',
      'py:pexpect',
      'py:invoke',
      'py:plumbum',
      'py:sh',
      'py:pty',
      'py:winrm',
      'py:wexpect',
      'py:libtmux',
      'py:netmiko',
    ],
    path: /(?:^|\.)(?:exec_command|run|sudo|spawn\w*|sendline|send|send_keys|send_command|local|bash|Command|run_cmd|run_ps)$/,
    does: 'shell',
  },
  { packages: ['py:pyautogui', 'py:pynput', 'py:keyboard', 'py:xdotool'], path: ANY, does: 'shell' },
  // Handed on as a value; a call of them is a call of Node's.
  { packages: ['py:os'], path: /^(?:system|popen|exec\w+|spawn\w+|posix_spawn\w*|startfile)$/, does: 'shell' },
  { packages: ['py:subprocess'], path: /^(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$/, does: 'shell' },
  { packages: ['py:os'], path: /^(?:remove|unlink|rmdir)$/, does: 'file-write', key: [0], changes: 'delete' },
  {
    packages: ['py:os'],
    path: /^(?:rename|renames|replace|removedirs|symlink|link|truncate|chmod|chown)$/,
    does: 'file-write',
    key: [0, 1],
    changes: 'write',
  },
  { packages: ['py:os'], path: /^(?:walk|scandir|fwalk|open)$/, does: 'file-read', key: [0] },
  { packages: ['py:os'], path: ANY, does: 'none' },
  {
    packages: ['py:shutil'],
    path: /^(?:copy\w*|move|make_archive|unpack_archive|chown)$/,
    does: 'file-write',
    key: [0, 1],
    changes: 'write',
  },
  { packages: ['py:shutil'], path: ANY, does: 'none' },
  { packages: ['py:glob'], path: /glob$/, does: 'file-read', key: [0] },
  {
    packages: ['py:pathlib', 'py:anyio', 'py:aiopath', 'py:upath'],
    path: /Path\b.*\.(?:write_text|write_bytes|touch|mkdir|rename|replace|symlink_to|chmod)$/,
    does: 'file-write',
    key: [],
    receiver: true,
    changes: 'write',
  },
  {
    packages: ['py:pathlib', 'py:anyio'],
    path: /Path\b.*\.(?:unlink|rmdir)$/,
    does: 'file-write',
    key: [],
    receiver: true,
    changes: 'delete',
  },
  {
    packages: ['py:pathlib', 'py:anyio'],
    path: /Path\b.*\.(?:read_text|read_bytes|open|iterdir|glob|rglob|walk)$/,
    does: 'file-read',
    key: [],
    receiver: true,
  },
  { packages: ['py:pathlib'], path: ANY, does: 'none' },
  { packages: ['py:zipfile', 'py:tarfile'], path: /extract(?:all)?$/, does: 'file-write', changes: 'write' },
  { packages: ['py:pandas', 'py:polars'], path: /(?:^|\.)read_sql\w*$/, does: 'sql-write', key: [0] },
  { packages: ['py:pandas', 'py:polars'], path: /(?:^|\.)(?:eval|query)$/, does: 'eval', key: [0] },
  { packages: ['py:pandas', 'py:polars'], path: /(?:^|\.)read_\w+$/, does: 'file-read', key: [0] },
  {
    packages: ['py:pandas', 'py:polars'],
    path: /\.to_(?:csv|excel|parquet|json|pickle|html|feather)$/,
    does: 'file-write',
    key: [0],
    changes: 'write',
  },
  { packages: ['py:pandas', 'py:polars'], path: ANY, does: 'none' },
  {
    packages: ['py:pypdf', 'py:PyPDF2', 'py:pdfplumber', 'py:fitz', 'py:docx', 'py:openpyxl', 'py:pptx'],
    path: /^(?:PdfReader|PdfFileReader|open|Document|load_workbook|Presentation)$/,
    does: 'file-read',
    key: [0],
  },
  {
    packages: [
      'py:pypdf',
      'py:PyPDF2',
      'py:pdfplumber',
      'py:fitz',
      'py:docx',
      'py:openpyxl',
      'py:pptx',
      'py:matplotlib',
      'py:plotly',
      'py:seaborn',
      'py:PIL',
    ],
    path: /\.?(?:save|savefig|write_image|write_html)$/,
    does: 'file-write',
    key: [0],
    changes: 'write',
  },
  // Code that the program runs in its own process.
  {
    packages: ['py:langchain_experimental', 'py:langchain', 'py:langchain_community', 'py:langchain_core'],
    path: /(?:PythonREPL|PythonAstREPLTool|PythonREPLTool|PALChain)\b.*\.(?:run|_run|invoke|arun|ainvoke)$/,
    does: 'code-exec',
  },
  {
    packages: ['py:langchain_community', 'py:langchain', 'py:langchain_experimental'],
    path: /(?:BashProcess|ShellTool)\b.*\.(?:run|_run|invoke)$/,
    does: 'shell',
  },
  {
    packages: ['py:langchain_community', 'py:langchain', 'py:langchain_experimental'],
    path: /SQLDatabase(?:\w*Chain)?\b.*\.(?:run\w*|invoke|__call__)$/,
    does: 'sql-write',
    key: [0],
  },
  { packages: ['py:smolagents'], path: /(?:LocalPythonExecutor|PythonInterpreterTool)\b/, does: 'code-exec' },
  { packages: ['py:autogen_ext', 'py:autogen'], path: /LocalCommandLineCodeExecutor\b.*execute/, does: 'code-exec' },
  {
    packages: ['py:autogen_ext', 'py:autogen'],
    path: /DockerCommandLineCodeExecutor\b.*execute/,
    does: 'code-exec',
    sandbox: 'a container',
  },
  {
    packages: ['py:IPython', 'py:jupyter_client', 'py:nbclient', 'py:code', 'py:codeop'],
    path: /(?:run_cell\w*|execute\w*|runcode|runsource|push)$/,
    does: 'code-exec',
  },
  { packages: ['py:runpy'], path: ANY, does: 'code-exec' },
  { packages: ['py:sympy'], path: /(?:^|\.)(?:sympify|parse_expr|S)$/, does: 'eval', key: [0] },
  {
    packages: ['py:numexpr', 'py:simpleeval', 'py:asteval', 'py:RestrictedPython', 'py:py_expression_eval'],
    path: /eval|compile/i,
    does: 'eval',
    key: [0],
    sandbox: 'an evaluator that only knows expressions',
  },
  {
    packages: HTTP,
    path: /^(?!.*(?:^|\.)(?:get|post|put|patch|delete|head|options|request|stream|urlopen)\.).*(?:^|\.)(?:request|stream)$/,
    does: 'http-fixed',
    key: [0, 1],
    keyOption: ['url'],
  },
  {
    packages: HTTP,
    // `urllib.request` is a module. What an answer is asked for, `response.headers.get(name)`, is no request of its own.
    path: /^(?:request(?=\.(?:url|Request)))?(?!.*(?:^|\.)(?:get|post|put|patch|delete|head|options|request|stream|urlopen|fetch)\.).*(?:^|\.)(?:get|post|put|patch|delete|head|options|urlopen|urlretrieve|ws_connect|fetch|Request)$/,
    does: 'http-fixed',
    key: [0],
    keyOption: ['url', 'fullurl'],
  },
  { packages: HTTP, path: ANY, does: 'none' },
  { packages: ['py:crewai_tools'], path: /RagTool\b.*\._run$/, does: 'none' },
  { packages: ['py:crewai_tools'], path: /RagTool\b.*\.add$/, does: 'http-fixed', key: [0] },
  { packages: ['py:websockets', 'py:websocket'], path: /connect|create_connection/, does: 'http-fixed', key: [0] },
  { packages: ['py:socket'], path: /connect|create_connection|sendto/, does: 'http-arbitrary', key: [0] },
  {
    packages: [
      'py:trafilatura',
      'py:newspaper',
      'py:feedparser',
      'py:crawl4ai',
      'py:firecrawl',
      'py:goose3',
      'py:html2text',
      'py:yt_dlp',
      'py:wget',
      'py:gdown',
      'py:youtube_dl',
      'py:scrapegraphai',
      'py:jina',
    ],
    path: /(?:^|\.)(?:fetch_url|Article|parse|arun|run|scrape\w*|crawl\w*|extract\w*|YouTube|download|get)$/,
    does: 'http-fixed',
    key: [0],
    keyOption: ['url', 'urls'],
  },
  {
    packages: ['py:langchain_community', 'py:langchain', 'py:llama_index'],
    path: /(?:Web|Url|URL|Playwright|Selenium|Sitemap|Chromium|Html|WebPage)\w*(?:Loader|Reader)$/,
    does: 'http-fixed',
    key: [0],
    keyOption: ['web_path', 'web_paths', 'urls', 'url'],
  },
  { packages: BROWSER, path: /(?:^|\.)(?:goto|navigate|get|open|go_to|visit|open_url)$/, does: 'browser', key: [0] },
  { packages: BROWSER, path: ANY, does: 'browser', key: [] },
];

/** Everything of Python's packages that is known; the first that fits a call counts. */
export const PYTHON_EFFECTS: readonly EffectShape[] = [...LOCAL, ...PYTHON_SERVICES];

/** Packages whose functions only compute. */
export const PYTHON_HARMLESS =
  /^py:(?:abc|argparse|array|ast|asyncio|atexit|base64|bisect|builtins|calendar|collections|concurrent|contextlib|contextvars|copy|csv|dataclasses|datetime|dateutil|decimal|difflib|email|enum|errno|fnmatch|fractions|functools|gc|getpass|hashlib|heapq|hmac|html|importlib|inspect|io|itertools|json|keyword|locale|logging|math|mimetypes|numbers|operator|pickle|platform|posixpath|pprint|queue|random|re|secrets|shlex|signal|statistics|string|struct|sys|tempfile|textwrap|threading|time|timeit|tomllib|traceback|types|typing|typing_extensions|unicodedata|urllib3\.exceptions|uuid|warnings|weakref|xml|zoneinfo|zlib|gzip|pydantic|pydantic_core|pydantic_settings|attr|attrs|marshmallow|jsonschema|orjson|ujson|yaml|toml|tomli|dotenv|environs|numpy|scipy|sklearn|torch|tensorflow|networkx|tiktoken|transformers|sentence_transformers|nltk|spacy|bs4|lxml|html5lib|markdown|markdownify|html2text|jinja2|tabulate|rich|loguru|structlog|colorama|termcolor|tqdm|click|typer|tenacity|backoff|stamina|pytz|tzlocal|pendulum|arrow|humanize|babel|regex|rapidfuzz|fuzzywuzzy|thefuzz|Levenshtein|jellyfish|inflect|slugify|phonenumbers|validators|email_validator|bleach|cachetools|sortedcontainers|more_itertools|toolz|numba|sympy|PIL|cv2|matplotlib|seaborn|plotly|altair|folium|geopy\.distance|shapely|pypdf|PyPDF2|docx|openpyxl|pptx|dirtyjson|json_repair|partial_json_parser|simplejson|anyio|trio|nest_asyncio|starlette|fastapi|flask|unittest|pytest|streamlit|gradio|chainlit|six|packaging|jwt|passlib|bcrypt|cryptography|dirty_equals|mcp|fastmcp)$/;

/** Frameworks whose exported helpers only compute, while an object that was made of them may do anything. */
export const PYTHON_FRAMEWORKS =
  /^py:(?:openai|anthropic|litellm|groq|mistralai|cohere|together|agents|pydantic_ai|crewai|crewai_tools|claude_agent_sdk|claude_code_sdk|smolagents|autogen\w*|llama_index|google\.(?:adk|genai|generativeai)|vertexai|agno|strands|semantic_kernel|haystack|livekit|dspy|camel|instructor|langchain\w*|langgraph\w*)$/;

/** Methods of Python's own values, whose receivers often cannot be followed. */
export const PYTHON_METHODS = new Set(
  (
    'format encode decode count index insert extend update setdefault popitem copy isdigit isalpha isalnum isnumeric isspace isupper islower title capitalize ' +
    'zfill ljust rjust center splitlines partition rpartition rsplit rfind removeprefix removesuffix strftime strptime isoformat timestamp date time weekday ' +
    'total_seconds model_dump model_dump_json model_validate model_validate_json model_copy dict json hexdigest digest tolist to_dict to_json to_string head tail ' +
    'mean sum groupby readlines readline seek group groups start span is_file is_dir is_absolute is_relative_to relative_to exists stat raise_for_status ' +
    'iter_content iter_lines find_all find select select_one get_text prettify appendleft discard union intersection difference issubset issuperset ' +
    'fromisoformat fromtimestamp now today casefold expandtabs lower upper strip lstrip rstrip swapcase translate maketrans append remove items keys values ' +
    'is_integer as_posix resolve absolute expanduser joinpath with_suffix with_name most_common elements median std min max describe dropna fillna iterrows ' +
    'astype sort_values reset_index set_index merge isnull notnull unique nunique value_counts warning exception critical flush getvalue tobytes hex ' +
    'partialmethod cancel done set_result is_set release acquire put get_nowait put_nowait task_done qsize total __str__ __repr__ __init__ throw_if_error'
  ).split(' '),
);

/** Methods of paths that no other object has. */
export const PATH_METHODS = /^(?:write_text|write_bytes|read_text|read_bytes|unlink|rmdir|iterdir|rglob|symlink_to)$/;
