// HTTP clients of JavaScript: which of their functions send a request, and where each takes its URL, body and deadline. Data only.

export interface HttpClient {
  /** Package name; '' for globals. */
  readonly package: string;
  /** Exported functions, `default` for the module itself; dotted for members. */
  readonly functions: readonly string[];
  /** Is the URL argument 0, argument 1 behind the method, or a member of an options object in argument 0? */
  readonly url: 'argument' | 'second' | 'option';
  /** Where the JSON body is: argument index and path inside it. */
  readonly body: readonly { readonly argument: number; readonly path: readonly string[] }[];
  /** Options that end a hung request. */
  readonly timeout: readonly { readonly argument: number; readonly path: readonly string[] }[];
  /** Unit of a deadline; default ms. */
  readonly unit?: 's';
  /** The deadline that holds when none is written, in milliseconds; absent: nothing ends a hung request. */
  readonly defaultMs?: number;
  /** Is its promise kept when the head of the answer is there? The body is waited for afterwards. */
  readonly headFirst?: true;
  /** Does it throw nothing for a status of 400 and above? */
  readonly quiet?: true;
  /** Constructors of preset clients (`axios.create({ baseURL })`) and the option that holds the base URL. */
  readonly presets?: { readonly functions: readonly string[]; readonly base: string };
}

const fetchLike = (pkg: string, functions: readonly string[]): HttpClient => ({
  package: pkg,
  functions,
  url: 'argument',
  body: [{ argument: 1, path: ['body'] }],
  timeout: [{ argument: 1, path: ['signal'] }],
});
const quiet = (client: HttpClient): HttpClient => ({ ...client, quiet: true });
const headFirst = (client: HttpClient): HttpClient => ({ ...client, headFirst: true });
const VERBS = ['post', 'put', 'patch', 'request', 'get'];
/** Functions of Python that take the method before the URL. */
const METHOD_FIRST = ['request', 'stream'];

/** A client of Python: the URL first, then keyword arguments, also for clients that are made with some of them. */
const pythonLike = (pkg: string, presets: readonly string[], defaultMs?: number): HttpClient => ({
  package: `py:${pkg}`,
  functions: VERBS.filter(verb => !METHOD_FIRST.includes(verb)).flatMap(verb => [`default.${verb}`, verb]),
  url: 'argument',
  body: [0, 1, 2].flatMap(argument => ['json', 'data', 'content'].map(name => ({ argument, path: [name] }))),
  timeout: [0, 1, 2].map(argument => ({ argument, path: ['timeout'] })),
  unit: 's',
  ...(defaultMs === undefined ? {} : { defaultMs }),
  presets: { functions: presets, base: 'base_url' },
});

const methodFirst = (client: HttpClient): HttpClient => ({
  ...client,
  functions: METHOD_FIRST.flatMap(verb => [`default.${verb}`, verb]),
  url: 'second',
});

const JAVASCRIPT_CLIENTS: readonly HttpClient[] = [
  quiet(headFirst(fetchLike('', ['fetch', 'globalThis.fetch', 'window.fetch', 'self.fetch']))),
  quiet(headFirst(fetchLike('node-fetch', ['default']))),
  quiet(headFirst(fetchLike('cross-fetch', ['default', 'fetch']))),
  quiet(headFirst(fetchLike('isomorphic-fetch', ['default']))),
  quiet(headFirst(fetchLike('undici', ['fetch', 'request', 'stream']))),
  { ...fetchLike('ofetch', ['ofetch', '$fetch']), presets: { functions: ['ofetch.create', '$fetch.create'], base: 'baseURL' } },
  { ...fetchLike('', ['$fetch']) },
  fetchLike('@microsoft/fetch-event-source', ['fetchEventSource']),
  headFirst(fetchLike('fetch-retry', ['default'])),
  {
    package: 'axios',
    functions: VERBS.flatMap(verb => [`default.${verb}`, verb]),
    url: 'argument',
    body: [{ argument: 1, path: [] }],
    timeout: [
      { argument: 2, path: ['timeout'] },
      { argument: 2, path: ['signal'] },
    ],
    presets: { functions: ['default.create', 'create'], base: 'baseURL' },
  },
  {
    package: 'axios',
    functions: ['default', 'default.request', 'request'],
    url: 'option',
    body: [{ argument: 0, path: ['data'] }],
    timeout: [
      { argument: 0, path: ['timeout'] },
      { argument: 0, path: ['signal'] },
    ],
  },
  {
    package: 'got',
    functions: ['default', 'got', ...VERBS.flatMap(verb => [`default.${verb}`, `got.${verb}`])],
    url: 'argument',
    body: [
      { argument: 1, path: ['json'] },
      { argument: 1, path: ['body'] },
    ],
    timeout: [
      { argument: 1, path: ['timeout', 'request'] },
      { argument: 1, path: ['timeout'] },
      { argument: 1, path: ['signal'] },
    ],
    presets: { functions: ['default.extend', 'got.extend'], base: 'prefixUrl' },
  },
  {
    package: 'ky',
    functions: ['default', ...VERBS.map(verb => `default.${verb}`)],
    url: 'argument',
    body: [
      { argument: 1, path: ['json'] },
      { argument: 1, path: ['body'] },
    ],
    timeout: [
      { argument: 1, path: ['timeout'] },
      { argument: 1, path: ['signal'] },
    ],
    presets: { functions: ['default.create', 'default.extend'], base: 'prefixUrl' },
  },
  // The body is written to the request afterwards; its timeout tells of a silent socket and ends nothing.
  ...['node:https', 'https', 'node:http', 'http'].map(
    (pkg): HttpClient => ({ package: pkg, functions: ['default.request', 'request'], url: 'argument', body: [], timeout: [] }),
  ),
  { package: 'superagent', functions: ['default.post', 'post'], url: 'argument', body: [], timeout: [] },
  ...['request', 'request-promise'].map(
    (pkg): HttpClient => ({
      package: pkg,
      functions: ['default', 'default.post', 'post'],
      url: 'option',
      body: [
        { argument: 0, path: ['json'] },
        { argument: 0, path: ['body'] },
      ],
      timeout: [{ argument: 0, path: ['timeout'] }],
    }),
  ),
];

// Python. Deadlines by default, read in the packages: requests 2.34 none, httpx 0.28 5 s, aiohttp 3.14 300 s in all.
const PYTHON_CLIENTS: readonly HttpClient[] = [
  ...[
    quiet(pythonLike('requests', ['Session', 'session'])),
    quiet(pythonLike('httpx', ['Client', 'AsyncClient'], 5000)),
    quiet(headFirst(pythonLike('aiohttp', ['ClientSession'], 300_000))),
  ].flatMap(client => [methodFirst(client), client]),
  {
    package: 'py:urllib',
    functions: ['request.urlopen', 'urlopen'],
    url: 'argument',
    body: [1, 0].flatMap(argument => [{ argument, path: ['data'] }]),
    timeout: [1, 2].map(argument => ({ argument, path: ['timeout'] })),
    unit: 's',
  },
];

export const HTTP_CLIENTS: readonly HttpClient[] = [...JAVASCRIPT_CLIENTS, ...PYTHON_CLIENTS];

/** Names that a request call can end with; other calls are not looked at. */
export const HTTP_NAMES: ReadonlySet<string> = new Set([
  'fetch',
  '$fetch',
  'ofetch',
  'axios',
  'got',
  'ky',
  'superagent',
  'rp',
  'fetchEventSource',
  'urlopen',
  ...VERBS,
  'stream',
]);

/** Packages whose import makes a file a candidate once it also hints at a provider. */
export const HTTP_PACKAGES: ReadonlySet<string> = new Set(HTTP_CLIENTS.map(client => client.package).filter(Boolean));
