// Who may import whom. Data flows one way: repository -> inventory -> facts -> checks -> verdicts -> report.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The first entry that a path begins with is its layer. */
interface Layer {
  readonly path: string;
  readonly files: readonly string[];
  readonly packages: readonly string[];
  /** Source texts that this layer never holds. */
  readonly never?: RegExp;
}

const PRINTS = /console\.|process\.(?:stdout|stderr|exit\b)/;
const TOUCHES = /node:(?:fs|net|http|https|child_process)|\bfetch\(|Date\.now|new Date\(|Math\.random/;

const LAYERS: readonly Layer[] = [
  // node:crypto for a hash is pure; nothing else comes from outside.
  { path: 'src/core', files: ['src/core'], packages: ['node:crypto'], never: new RegExp(`${PRINTS.source}|${TOUCHES.source}`) },
  { path: 'src/sdks', files: ['src/sdks', 'src/core'], packages: [], never: /\bclass\b|\bwhile\s*\(|\bfor\s*\(|\bawait\b/ },
  { path: 'src/providers', files: ['src/providers', 'src/core'], packages: [], never: TOUCHES },
  // The price list may be asked for a price of a given day; it never fetches a newer one.
  {
    path: 'src/prices',
    files: ['src/prices', 'src/core'],
    packages: ['@pydantic/genai-prices'],
    never: new RegExp(`${PRINTS.source}|node:|\\bfetch\\(|updatePrices|Date\\.now|new Date\\(\\)`),
  },
  {
    path: 'src/repository',
    files: ['src/repository', 'src/core'],
    packages: ['node:fs', 'node:path', 'node:buffer', 'node:timers/promises', 'ignore', 'semver', 'smol-toml', 'yaml'],
    never: PRINTS,
  },
  {
    path: 'src/frontends',
    files: ['src/frontends', 'src/core', 'src/repository', 'src/providers'],
    // A thread is needed to run patterns of the repository with a limit of time.
    packages: [
      'ts-morph',
      'semver',
      'web-tree-sitter',
      'node:module',
      'node:url',
      'node:worker_threads',
      '@prometheus-io/lezer-promql',
      '@lezer/common',
    ],
    never: new RegExp(`${PRINTS.source}|node:fs`),
  },
  // The stand-in for a model provider: it listens on loopback and nowhere else.
  {
    path: 'src/provider',
    files: ['src/provider', 'src/core'],
    packages: ['node:http', 'node:net', 'node:crypto', 'node:zlib'],
    never: PRINTS,
  },
  { path: 'src/probes', files: ['src/probes', 'src/core'], packages: [], never: TOUCHES },
  // Loaded into the agent's own processes: Node's modules and nothing of ours.
  {
    path: 'src/live/preload',
    files: ['src/live/preload'],
    packages: ['node:dgram', 'node:dns', 'node:fs', 'node:module', 'node:net', 'node:os', 'node:tls', 'node:url', 'ts-morph'],
    never: PRINTS,
  },
  // What starts the agent and watches it. Only the command line may ask for it.
  {
    path: 'src/live',
    files: ['src/live', 'src/provider', 'src/core'],
    packages: [
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:os',
      'node:net',
      'node:http',
      'node:https',
      'node:crypto',
      'node:dgram',
      'node:tls',
      'node:util',
      // Certificates of one run: the standard library reads them, and makes none.
      'node-forge',
      'node:stream',
      'node:url',
      'node:zlib',
      'node:child_process',
      'node:readline',
    ],
    never: /console\./,
  },
  // agent-ready.yml: what the user says about the agents.
  {
    path: 'src/config',
    files: ['src/config', 'src/core', 'src/repository'],
    packages: ['yaml', 'node:fs', 'node:path'],
    never: PRINTS,
  },
  { path: 'checks', files: ['src/core', 'checks'], packages: [], never: new RegExp(`${PRINTS.source}\\b(?!.*code)|node:fs'`) },
  { path: 'templates', files: ['templates', 'src/core'], packages: ['chalk'], never: TOUCHES },
  {
    path: 'src/cli',
    files: ['src', 'checks', 'templates'],
    packages: ['commander', 'chalk', 'ora', 'node:fs', 'node:path', 'node:v8', 'node:vm', 'node:module', 'node:url'],
    never: /process\.exit\(/,
  },
  { path: 'src', files: ['src', 'checks', 'templates'], packages: ['node:fs', 'node:os', 'node:path'], never: PRINTS },
];

const layerOf = (file: string): Layer | undefined => LAYERS.find(layer => file.startsWith(`${layer.path}/`));
const files = ['src', 'checks', 'templates'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => `${folder}/${file.replaceAll('\\', '/')}`),
);

function importsOf(text: string): string[] {
  // Examples inside checks hold import lines of other people's code; only lines outside template literals count.
  const own = text.replace(/`(?:[^`\\]|\\.)*`/g, '``');
  return [...own.matchAll(/^(?:import|export)[^'"]*?from '([^']+)'|import\('([^']+)'\)/gm)].flatMap(match => match[1] ?? match[2] ?? []);
}

describe.each(files)('%s', file => {
  const text = readFileSync(join(root, file), 'utf8');
  const layer = layerOf(file);

  test('imports only from its own layer and those before it', () => {
    expect(layer, 'every file belongs to a layer').toBeDefined();
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) {
        const target = normalize(join(dirname(file), specifier)).replaceAll('\\', '/');
        const allowed = layer?.files.some(path => target.startsWith(`${path}/`)) === true;
        expect(allowed, `${file} imports ${target}`).toBe(true);
        expect(
          layer?.path === 'checks' && target.startsWith('checks/') && !file.endsWith('checks/index.ts'),
          'a check imports no other check',
        ).toBe(false);
      } else expect(layer?.packages, `${file} imports ${specifier}`).toContain(specifier);
    }
  });

  test('does nothing that its layer never does', () => {
    const own = text
      .replace(/`(?:[^`\\]|\\.)*`/g, '``')
      .replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
      .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
    if (layer?.never !== undefined) expect(own).not.toMatch(layer.never);
  });

  test('says in its first line what it is for, and can be read in one sitting', () => {
    if (!file.startsWith('checks/') || file === 'checks/index.ts') expect(text).toMatch(/^\/\//);
    // A check may be long with its examples, which are data.
    if (!file.startsWith('checks/')) expect(text.split('\n').length).toBeLessThan(400);
  });
});
