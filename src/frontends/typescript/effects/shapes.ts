// What calls of other packages do to the world: pure data. A package that is not here can do anything.
import type { Capability } from '../../../core/index.ts';
import { PYTHON_EFFECTS } from './python.ts';
import { SERVICES } from './services.ts';

export interface EffectShape {
  readonly packages: readonly string[];
  /** Matches the member path of the callee, calls left out: `users.messages.send`. */
  readonly path: RegExp;
  readonly does: Capability | 'ask' | 'interrupt' | 'record' | 'none';
  /** Positions of the arguments that decide what happens: the command, the address, the path, the query. Default: all. */
  readonly key?: readonly number[];
  /** Members of an options argument that decide, by name. */
  readonly keyOption?: readonly string[];
  /** Positions of what is only written there: it does not decide where. */
  readonly content?: readonly number[];
  /** Decides the object that the method is called on, too: `path.write_text(...)`. */
  readonly receiver?: boolean;
  /** Holds in Python files only. */
  readonly python?: boolean;
  /** Runs in a place of its own, in the reader's words. */
  readonly sandbox?: string;
  /** Is something changed for good: deleted, or written? */
  readonly changes?: 'delete' | 'write';
}

const ANY = /./s;
const FS = ['fs', 'node:fs', 'fs-extra', 'graceful-fs', 'memfs'];
const SHELL = ['child_process', 'node:child_process', 'execa', 'zx', 'shelljs', 'cross-spawn', 'node-pty', '@lydell/node-pty', 'tinyexec'];
const BROWSER = [
  'puppeteer',
  'puppeteer-core',
  'puppeteer-extra',
  'playwright',
  'playwright-core',
  '@playwright/test',
  'selenium-webdriver',
  '@browserbasehq/*',
  'patchright',
];
const SANDBOXES: readonly (readonly [string, string])[] = [
  ['@e2b/*', 'an E2B sandbox'],
  ['e2b', 'an E2B sandbox'],
  ['@vercel/sandbox', 'a Vercel sandbox'],
  ['@daytonaio/sdk', 'a Daytona sandbox'],
  ['@cloudflare/sandbox', 'a Cloudflare sandbox'],
  ['@codesandbox/sdk', 'a CodeSandbox virtual machine'],
  ['@webcontainer/api', 'a WebContainer in the browser'],
  ['isolated-vm', 'an isolate without access to the machine'],
  ['quickjs-emscripten', 'a QuickJS engine without access to the machine'],
  ['just-bash', 'a shell in memory'],
  ['dockerode', 'a container'],
  ['modal', 'a Modal sandbox'],
];

/** The machine, the network and the browser. */
const LOCAL: readonly EffectShape[] = [
  ...SANDBOXES.map(
    ([name, sandbox]) =>
      ({ packages: [name], path: /run|exec|eval|command|write|spawn|shell|start|process/i, does: 'code-exec', sandbox }) as const,
  ),
  {
    packages: SHELL,
    path: /(?:^|\.)(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork|execa\w*|default|\$|x|command\w*|sync)$/,
    does: 'shell',
  },
  { packages: ['bun'], path: /^(?:\$|spawn|spawnSync)$/, does: 'shell' },
  { packages: [''], path: /^(?:Bun\.(?:\$|spawn|spawnSync)|Deno\.(?:Command|run))$/, does: 'shell' },
  { packages: [''], path: /^(?:globalThis\.)?(?:eval|Function)$/, does: 'eval' },
  { packages: ['vm', 'node:vm'], path: /(?:runIn\w+|Script|compileFunction)$/, does: 'eval' },
  { packages: ['vm2', 'safe-eval', 'notevil', 'static-eval'], path: ANY, does: 'eval' },
  { packages: ['pyodide', 'python-shell'], path: /run/, does: 'code-exec' },
  {
    packages: FS,
    path: /(?:^|\.)(?:writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|outputFile|outputFileSync|writeJson|writeJSON|outputJson|mkdir|mkdirSync|mkdirp|ensureDir\w*|chmod|open|truncate)$/,
    does: 'file-write',
    key: [0],
    content: [1],
    changes: 'write',
  },
  {
    packages: FS,
    path: /(?:^|\.)(?:rename|renameSync|copyFile|copyFileSync|cp|cpSync|move|symlink)$/,
    does: 'file-write',
    key: [0, 1],
    changes: 'write',
  },
  {
    packages: FS,
    path: /(?:^|\.)(?:unlink|unlinkSync|rm|rmSync|rmdir|rmdirSync|remove|removeSync|emptyDir)$/,
    does: 'file-write',
    key: [0],
    changes: 'delete',
  },
  {
    packages: FS,
    path: /(?:^|\.)(?:readFile|readFileSync|createReadStream|readdir|readdirSync|readJson|readJSON|opendir|readlink)$/,
    does: 'file-read',
    key: [0],
  },
  {
    packages: FS,
    path: /(?:^|\.)(?:stat|statSync|lstat|access|accessSync|exists|existsSync|realpath|realpathSync|pathExists|watch|close|utimes|constants)\b/,
    does: 'none',
  },
  { packages: ['glob', 'fast-glob', 'globby', 'tinyglobby'], path: ANY, does: 'file-read', key: [1], keyOption: ['cwd'] },
  { packages: [''], path: /^Bun\.(?:write)$/, does: 'file-write', key: [0], content: [1] },
  { packages: [''], path: /^Bun\.file$/, does: 'file-read', key: [0] },
  { packages: [''], path: /^Deno\.(?:read\w+)$/, does: 'file-read', key: [0] },
  { packages: [''], path: /^Deno\.(?:write\w+|remove\w*|mkdir\w*|rename\w*)$/, does: 'file-write', key: [0], content: [1] },
  { packages: [''], path: /^(?:globalThis\.|window\.)?fetch$/, does: 'http-fixed', key: [0] },
  {
    packages: [
      'node-fetch',
      'cross-fetch',
      'isomorphic-fetch',
      'undici',
      'axios',
      'got',
      'ky',
      'ofetch',
      'superagent',
      'needle',
      'request',
      'request-promise',
      'wretch',
      'phin',
      'http',
      'https',
      'node:http',
      'node:https',
      'node-fetch-native',
      '@nestjs/axios',
      'make-fetch-happen',
      'fetch-retry',
      'got-scraping',
      '@tauri-apps/plugin-http',
    ],
    path: /^(?!.*(?:create|extend|interceptors|isAxiosError|CancelToken|Agent|createServer|AxiosError))/,
    does: 'http-fixed',
    key: [0],
    keyOption: ['url', 'uri', 'hostname', 'host'],
  },
  { packages: ['jsdom', 'cheerio'], path: /fromURL$/, does: 'http-fixed', key: [0] },
  {
    packages: ['@langchain/community', 'langchain'],
    path: /(?:Web|Url|Puppeteer|Playwright|Cheerio|Sitemap)\w*Loader$/,
    does: 'http-fixed',
    key: [0],
  },
  { packages: BROWSER, path: /(?:^|\.)(?:goto|navigate|get|open)$/, does: 'browser', key: [0] },
  { packages: BROWSER, path: ANY, does: 'browser', key: [] },
];

/** Everything that is known to reach out of a program; the first that fits a call counts. */
export const EFFECTS: readonly EffectShape[] = [...LOCAL, ...SERVICES, ...PYTHON_EFFECTS];
