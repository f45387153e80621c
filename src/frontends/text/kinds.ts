// What sort of file is it, for the search of secrets? Judged by its name alone.
import type { CodeRole } from '../../core/index.ts';

export interface FileKind {
  /** Settings, where a value needs no quotes. */
  readonly config: boolean;
  /** Program code, where a value without quotes is an expression. */
  readonly code: boolean;
  /** Code in JavaScript or TypeScript, most of what there is to search. */
  readonly js: boolean;
  readonly docs: boolean;
  /** Recordings, tables and drawings: long random text is normal there, so only known forms count. */
  readonly data: boolean;
  readonly compose: boolean;
  /** A file of environment variables. */
  readonly env: boolean;
  /** What is set here runs on a developer's machine or in a test run. */
  readonly dev: boolean;
  /** Made to be copied and filled in. */
  readonly sample: boolean;
}

const NO_TEXT =
  /\.(?:png|jpe?g|gif|webp|avif|ico|icns|bmp|tiff?|psd|heic|woff2?|ttf|otf|eot|mp[34]|m4[av]|mov|webm|wav|ogg|flac|avi|mkv|zip|t?gz|bz2|xz|zst|7z|rar|jar|whl|pdf|docx?|xlsx?|pptx?|wasm|node|so|dylib|dll|exe|bin|onnx|gguf|safetensors|pt|pth|npy|npz|parquet|arrow|sqlite3?|db|pyc|class|lockb)$/i;
const LOCKS =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|bun\.lock|deno\.lock|poetry\.lock|Pipfile\.lock|uv\.lock|pdm\.lock|Cargo\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock|packages\.lock\.json|gradle\.lockfile|\.terraform\.lock\.hcl)$/;

/** Files that hold no text, or nothing but versions and hashes. */
export function isSilent(file: string): boolean {
  return NO_TEXT.test(file) || LOCKS.test(file);
}

const CODE =
  /\.(?:[mc]?[jt]sx?|py|pyi|go|rs|java|kt|kts|cs|rb|php|swift|dart|scala|ex|exs|c|cc|cpp|h|hpp|vue|svelte|astro|lua|r|jl|sol|graphql|gql|css|scss|less)$/i;
const JS = /\.[cm]?[jt]sx?$/i;
const DATA = /\.(?:csv|tsv|jsonl|ndjson|svg|snap|map|geojson|har|lock|sum|patch|diff|log)$|\.postman_collection\.json$/i;
const DOCS = /\.(?:mdx?|mdc|rst|adoc|txt)$/i;
const COMPOSE = /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/i;
const ENV = /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w-]+\.env|\.dev\.vars)$/;
const DEV =
  /(?:^|[./_-])(?:dev|devel|development|local|test|tests|testing|ci|e2e|debug|override)(?:[./_-]|$)|(?:^|\/)\.(?:github|gitlab|circleci|devcontainer|vscode)/i;
const SAMPLE = /[._-](?:example|sample|template|dist|tmpl|tpl|default)s?(?:\.[\w]+)?$/i;

const PLAIN: FileKind = {
  js: false,
  code: false,
  config: false,
  docs: false,
  data: false,
  compose: false,
  env: false,
  dev: false,
  sample: false,
};
const PROGRAM: FileKind = { ...PLAIN, code: true };
const SCRIPT: FileKind = { ...PROGRAM, js: true };
const RECORD: FileKind = { ...PLAIN, data: true };

export function kindOf(file: string): FileKind {
  if (JS.test(file)) return SCRIPT;
  if (CODE.test(file)) return PROGRAM;
  if (DATA.test(file)) return RECORD;
  return {
    ...PLAIN,
    config: true,
    docs: DOCS.test(file),
    env: ENV.test(file),
    compose: COMPOSE.test(file),
    dev: DEV.test(file),
    sample: SAMPLE.test(file),
  };
}

/** The role of a file that may hold settings: a `.env.example` is an example wherever it lies. */
export function roleFor(role: CodeRole, kind: FileKind): CodeRole {
  return kind.sample && role === 'production' ? 'example' : role;
}
