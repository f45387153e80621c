// Targets that an inspection suggests: how a repository says that it is started, the routes that lead to a model, and the bodies that
// people send to such routes. Guesses only: each is tried with a nonce, and only one that answers with it is believed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetSpec, Way } from './core/index.ts';
import { type EntryPoint, production } from './core/index.ts';
import type { Scan } from './scan.ts';

/** Bodies in the order of how often they are seen. */
const BODIES: readonly unknown[] = [
  { message: '{{message}}', session_id: '{{session}}', user: '{{user}}' },
  { messages: [{ role: 'user', content: '{{message}}' }] },
  { prompt: '{{message}}' },
  { input: '{{message}}' },
  { query: '{{message}}' },
  { question: '{{message}}' },
  { text: '{{message}}' },
  { id: '{{session}}', messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text: '{{message}}' }] }] },
];
const COMMON_PATHS = ['/chat', '/api/chat', '/'];
const MOST = 24;
const USUAL = ['dist/server.js', 'dist/index.js', 'build/index.js', 'server.js', 'src/index.js', 'src/server.js', 'index.js', 'app.js'];

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly main?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
}

/** Targets to try, the likeliest first. @param root absolute path of the repository */
export function proposals(root: string, { facts, agents }: Pick<Scan, 'facts' | 'agents'>): readonly TargetSpec[] {
  const folder = agents[0]?.root ?? '.';
  const manifest = manifestOf(join(root, folder));
  const entries = production(facts['entry-point']);
  const base = { root: folder, env: { PORT: '{{port}}' }, allowTools: [] };
  const starts = startsOf(join(root, folder), manifest);
  const ways = [
    // A program of its own name is started by its users; everything else is tried as a server first, which a program that ends at once denies quickly.
    ...(manifest.bin !== undefined && !entries.some(entry => entry.sort === 'http') ? commands(starts) : []),
    ...graphs(join(root, folder)),
    ...servers(starts, pathsOf(entries)),
    ...commands(starts),
  ];
  const seen = new Set<string>();
  return ways
    .filter(way => !seen.has(JSON.stringify(way)) && seen.add(JSON.stringify(way)))
    .slice(0, MOST)
    .map(way => ({ ...base, way }));
}

function manifestOf(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return {};
  }
}

/** The graphs of a langgraph.json: `"./src/graph.ts:graph"`, or what a build made of them. */
function graphs(folder: string): readonly Way[] {
  let named: unknown;
  try {
    named = (JSON.parse(readFileSync(join(folder, 'langgraph.json'), 'utf8')) as { graphs?: unknown }).graphs;
  } catch {
    return [];
  }
  return Object.values(named ?? {}).flatMap((value): Way[] => {
    const match = typeof value === 'string' ? /^(?:\.\/)?(.+\.(?:[cm]?[jt]s|py)):(\w+)$/.exec(value) : null;
    const [, source, name] = match ?? [];
    if (source === undefined || name === undefined) return [];
    const built = (source.endsWith('.py') ? [] : ['dist', 'build']).flatMap(out =>
      [source, source.replace(/^src\//, '')].map(path => `${out}/${path.replace(/ts$/, 'js')}`),
    );
    return [...built, source].filter(path => existsSync(join(folder, path))).map(path => ({ kind: 'module', path, export: name }));
  });
}

function startsOf(folder: string, { scripts = {}, main, bin }: Manifest): readonly (readonly string[])[] {
  const named = ['start', 'dev', 'serve'].filter(name => scripts[name] !== undefined).map(name => ['npm', 'run', name]);
  const files = [main, ...(typeof bin === 'string' ? [bin] : Object.values(bin ?? {})), ...USUAL];
  const plain = files.filter((file): file is string => file !== undefined && /\.[cm]?js$/.test(file) && existsSync(join(folder, file)));
  return [...named, ...[...new Set(plain)].slice(0, 3).map(file => ['node', file])].slice(0, 4);
}

/** Paths of routes, as the labels of entry points give them: `POST /api/chat (Next.js)`. */
function pathsOf(entries: readonly EntryPoint[]): readonly string[] {
  const found = entries.flatMap(({ sort, label }) => {
    const match = sort === 'http' ? /^(?:POST|PUT|HTTP|ALL|USE)\s+(\/[^\s()]*)/.exec(label) : null;
    return match?.[1] === undefined || /[:*[{]/.test(match[1]) ? [] : [match[1]];
  });
  return [...new Set([...found, ...(found.length === 0 ? COMMON_PATHS : [])])].slice(0, 3);
}

function servers(starts: readonly (readonly string[])[], paths: readonly string[]): readonly Way[] {
  return starts.flatMap(start =>
    paths.flatMap(path =>
      BODIES.map(
        (body): Way => ({
          kind: 'http',
          start,
          ready: { within: 20_000 },
          url: `http://127.0.0.1:{{port}}${path}`,
          method: 'POST',
          headers: {},
          body,
          stream: 'auto',
        }),
      ),
    ),
  );
}

function commands(starts: readonly (readonly string[])[]): readonly Way[] {
  return starts.flatMap(start => {
    const run = start[0] === 'npm' ? [...start, '--silent', '--'] : start;
    return (['argument', 'stdin'] as const).map((input): Way => ({ kind: 'command', run, input, reply: 'stdout' }));
  });
}
