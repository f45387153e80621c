// Which file of the repository an import means.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Inventory, openInventory } from '../src/repository/index.ts';
import { parseJsonc } from '../src/repository/jsonc.ts';

let base = '';
let root = '';
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'orchard-')));
  root = join(base, 'repo');
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function open(files: Readonly<Record<string, string | object>>): Promise<Inventory> {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return openInventory(root);
}

/** Empty files. */
function bare(...files: string[]): Record<string, string> {
  return Object.fromEntries(files.map(file => [file, '']));
}

test('relative imports', async () => {
  const { resolveImport } = await open(
    bare(
      'src/a.ts',
      'src/b.tsx',
      'src/c/index.ts',
      'src/d.mts',
      'src/e.cts',
      'src/f.js',
      'src/g.ts',
      'src/g.js',
      'src/h.md',
      'src/chat.agent.ts',
      'x.json',
      'src/i.d.ts',
      'index.ts',
    ),
  );
  const from = (specifier: string) => resolveImport('src/a.ts', specifier);
  expect(from('./b')).toBe('src/b.tsx');
  expect(from('./b.js')).toBe('src/b.tsx');
  expect(from('./b.jsx')).toBe('src/b.tsx');
  expect(from('./c')).toBe('src/c/index.ts');
  expect(from('./c/')).toBe('src/c/index.ts');
  expect(from('./c/index.js')).toBe('src/c/index.ts');
  expect(from('./d.mjs')).toBe('src/d.mts');
  expect(from('./e.cjs')).toBe('src/e.cts');
  expect(from('./f')).toBe('src/f.js');
  expect(from('./f.js')).toBe('src/f.js');
  expect(from('./g.js')).toBe('src/g.ts');
  expect(from('./g.ts')).toBe('src/g.ts');
  expect(from('./h.md?raw')).toBe('src/h.md');
  expect(from('./chat.agent')).toBe('src/chat.agent.ts');
  expect(from('../x.json')).toBe('x.json');
  expect(from('./i')).toBe('src/i.d.ts');
  expect(from('..')).toBe('index.ts');
  expect(from('.')).toBeUndefined();
  expect(from('./gone')).toBeUndefined();
  expect(from('../../repo/src/b')).toBeUndefined();
  expect(from('ai')).toBeUndefined();
  expect(from('node:fs')).toBeUndefined();
  expect(from('https://esm.sh/ai')).toBeUndefined();
  expect(from('constructor')).toBeUndefined();
});

describe('path mappings', () => {
  test('of the nearest configuration, with what it extends', async () => {
    const { resolveImport } = await open({
      'tsconfig.base.json': '{ "compilerOptions": { "baseUrl": "./libs", "paths": { "@core/*": ["core/src/*"] }, }, }',
      'apps/fig/tsconfig.json': '// comment\n{ "extends": ["../../tsconfig.base", "./missing.json"], /* "paths" */ }',
      'apps/kern/tsconfig.json': {
        extends: '@orchard/config/ts.json',
        compilerOptions: {
          paths: { '@/*': ['./src/*', './lib/*'], '@/exact': ['./other.ts'], '@/deep/*': ['./deep/*.ts'], 'a*z': ['./mid/*'] },
        },
      },
      'package.json': { workspaces: ['config', 'apps/*'] },
      'config/package.json': { name: '@orchard/config' },
      'config/ts.json': { compilerOptions: { paths: { '~/*': ['\u0024{configDir}/tilde/*'] } } },
      'apps/kern/package.json': { name: 'kern', devDependencies: { '@orchard/config': 'workspace:*' } },
      'apps/seed/tsconfig.json': { extends: '@orchard/config/ts.json' },
      'apps/seed/package.json': { name: 'seed' },
      ...bare('libs/core/src/db.ts', 'libs/plain/x.ts', 'apps/fig/src/a.ts', 'apps/seed/tilde/t.ts'),
      ...bare(
        'apps/kern/src/one.ts',
        'apps/kern/lib/two.ts',
        'apps/kern/other.ts',
        'apps/kern/src/exact.ts',
        'apps/kern/deep/three.ts',
        'apps/kern/mid/x.ts',
      ),
    });
    const fig = (specifier: string) => resolveImport('apps/fig/src/a.ts', specifier);
    expect(fig('@core/db')).toBe('libs/core/src/db.ts');
    expect(fig('plain/x')).toBe('libs/plain/x.ts');
    const kern = (specifier: string) => resolveImport('apps/kern/src/one.ts', specifier);
    expect(kern('@/one')).toBe('apps/kern/src/one.ts');
    expect(kern('@/two')).toBe('apps/kern/lib/two.ts');
    expect(kern('@/exact')).toBe('apps/kern/other.ts');
    expect(kern('@/deep/three')).toBe('apps/kern/deep/three.ts');
    expect(kern('axz')).toBe('apps/kern/mid/x.ts');
    expect(kern('@/none')).toBeUndefined();
    // Inherited paths are replaced, not merged.
    expect(resolveImport('apps/seed/a.ts', '~/t')).toBe('apps/seed/tilde/t.ts');
  });

  test('never from outside the root, nor in circles', async () => {
    writeFileSync(join(base, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths: { '#x': ['./repo/x.ts'], '#y': ['./y.ts'] } } }));
    writeFileSync(join(base, 'y.ts'), '');
    const { resolveImport } = await open({
      'tsconfig.json': { extends: '../tsconfig.json', compilerOptions: { paths: { '#up': ['../y.ts'], '#own': ['./x.ts'] } } },
      'a/tsconfig.json': { extends: '../b/tsconfig.json' },
      'b/tsconfig.json': { extends: '../a/tsconfig.json', compilerOptions: { baseUrl: '.' } },
      ...bare('x.ts', 'b/z.ts'),
    });
    expect(resolveImport('x.ts', '#x')).toBeUndefined();
    expect(resolveImport('x.ts', '#y')).toBeUndefined();
    expect(resolveImport('x.ts', '#up')).toBeUndefined();
    expect(resolveImport('x.ts', '#own')).toBe('x.ts');
    expect(resolveImport('a/q.ts', 'z')).toBe('b/z.ts');
  });

  test('of Vite’s tsconfig.app.json, and of a jsconfig.json', async () => {
    const { resolveImport } = await open({
      'tsconfig.json': { files: [], references: [{ path: './tsconfig.app.json' }] },
      'tsconfig.app.json': { compilerOptions: { paths: { '$/*': ['./client/*'] } } },
      'js/jsconfig.json': { compilerOptions: { baseUrl: 'lib' } },
      ...bare('client/a.ts', 'js/lib/b.js'),
    });
    expect(resolveImport('main.ts', '$/a')).toBe('client/a.ts');
    expect(resolveImport('js/x.js', 'b')).toBe('js/lib/b.js');
  });

  test('a broken configuration is noted', async () => {
    const inventory = await open({ 'tsconfig.json': '{ "compilerOptions": ', 'a.ts': '' });
    expect(inventory.resolveImport('a.ts', '@/b')).toBeUndefined();
    expect(inventory.unread.map(one => one.file)).toEqual(['tsconfig.json']);
  });
});

describe('conventions', () => {
  test('~/ and @/ where nothing is configured, $lib of SvelteKit', async () => {
    const { resolveImport } = await open({
      'apps/fig/package.json': {},
      ...bare('apps/fig/src/db.ts', 'apps/fig/lib/llm.ts', 'apps/fig/src/lib/index.ts', 'apps/fig/src/lib/ai.ts', 'apps/fig/app/x.ts'),
    });
    const from = (specifier: string) => resolveImport('apps/fig/src/routes/a.ts', specifier);
    expect(from('@/db')).toBe('apps/fig/src/db.ts');
    expect(from('~/db')).toBe('apps/fig/src/db.ts');
    expect(from('@/lib/llm')).toBe('apps/fig/lib/llm.ts');
    expect(from('~/x')).toBe('apps/fig/app/x.ts');
    expect(from('$lib/ai')).toBe('apps/fig/src/lib/ai.ts');
    expect(from('$lib')).toBe('apps/fig/src/lib/index.ts');
    expect(from('/src/db')).toBe('apps/fig/src/db.ts');
    expect(from('~')).toBeUndefined();
  });

  test('#imports of package.json', async () => {
    const { resolveImport } = await open({
      'package.json': {
        imports: { '#db': './src/db.js', '#lib/*.js': { types: './dist/lib/*.d.ts', default: './dist/lib/*.js' }, '#ext': 'openai' },
      },
      ...bare('src/db.ts', 'src/lib/llm.ts'),
    });
    expect(resolveImport('src/a.ts', '#db')).toBe('src/db.ts');
    expect(resolveImport('src/a.ts', '#lib/llm.js')).toBe('src/lib/llm.ts');
    expect(resolveImport('src/a.ts', '#ext')).toBeUndefined();
    expect(resolveImport('src/a.ts', '#gone')).toBeUndefined();
  });
});

describe('packages of the workspace', () => {
  const sources = bare(
    'packages/core/src/index.ts',
    'packages/core/src/client.ts',
    'packages/core/src/tools/index.ts',
    'packages/core/src/tools/search.ts',
    'packages/plain/index.ts',
    'packages/plain/extra.ts',
    'packages/main/lib/start.ts',
    'apps/fig/a.ts',
  );

  test('are entered at their source, built or not', async () => {
    const { resolveImport } = await open({
      'package.json': { workspaces: ['packages/*', 'apps/*'] },
      'apps/fig/package.json': { name: 'fig' },
      'packages/core/package.json': {
        name: '@orchard/core',
        main: './dist/index.js',
        exports: {
          '.': { types: './dist/esm/index.d.ts', import: './dist/esm/index.mjs', require: './dist/cjs/index.cjs' },
          './client': { import: { types: './dist/client.d.mts', default: './dist/client.mjs' } },
          './tools/*': ['./dist/tools/*.js'],
          './package.json': './package.json',
          './hidden': null,
        },
      },
      'packages/plain/package.json': { name: 'plain' },
      'packages/main/package.json': { name: 'main', types: 'dist/start.d.ts', main: 'lib/start' },
      ...sources,
    });
    const from = (specifier: string) => resolveImport('apps/fig/a.ts', specifier);
    expect(from('@orchard/core')).toBe('packages/core/src/index.ts');
    expect(from('@orchard/core/client')).toBe('packages/core/src/client.ts');
    expect(from('@orchard/core/tools/search')).toBe('packages/core/src/tools/search.ts');
    expect(from('@orchard/core/tools')).toBe('packages/core/src/tools/index.ts');
    expect(from('@orchard/core/package.json')).toBe('packages/core/package.json');
    expect(from('plain')).toBe('packages/plain/index.ts');
    expect(from('plain/extra')).toBe('packages/plain/extra.ts');
    expect(from('main')).toBe('packages/main/lib/start.ts');
    expect(from('@orchard/gone')).toBeUndefined();
    expect(resolveImport('packages/core/src/client.ts', '@orchard/core')).toBe('packages/core/src/index.ts');
    expect(from('../../packages/core')).toBe('packages/core/src/index.ts');
  });

  test('a name alone proves nothing', async () => {
    const { resolveImport } = await open({
      'package.json': { name: 'orchard', dependencies: { openai: '^6', linked: 'link:./tools/linked', '@orchard/near': '1.0.0' } },
      'examples/openai/package.json': { name: 'openai' },
      'tools/linked/package.json': { name: 'another-name' },
      'near/package.json': { name: '@orchard/near' },
      'apps/web/package.json': { name: '@orchard/web' },
      ...bare('examples/openai/index.ts', 'tools/linked/index.ts', 'near/index.ts', 'src/a.ts'),
    });
    expect(resolveImport('src/a.ts', 'openai')).toBeUndefined();
    expect(resolveImport('examples/openai/x.ts', 'openai')).toBe('examples/openai/index.ts');
    expect(resolveImport('src/a.ts', 'linked')).toBe('tools/linked/index.ts');
    // No workspace is declared, but the scope is the same.
    expect(resolveImport('apps/web/a.ts', '@orchard/near')).toBe('near/index.ts');
  });
});

test('a hundred thousand questions are answered from memory', async () => {
  const { resolveImport } = await open({
    'tsconfig.json': { compilerOptions: { paths: { '@/*': ['./src/*'] } } },
    ...bare('src/a.ts', 'src/b.ts'),
  });
  const start = performance.now();
  for (let i = 0; i < 100_000; i++) resolveImport('src/a.ts', i % 2 === 0 ? '@/b' : `ai-${i % 100}`);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('JSON with comments and trailing commas, also when it is made to take for ever', () => {
  expect(parseJsonc('\n// a\n{ "url": "https://x/*y*/", /* b */ "list": [1, 2 , /* c */ ], "s": ",]", }')).toEqual({
    url: 'https://x/*y*/',
    list: [1, 2],
    s: ',]',
  });
  expect(parseJsonc('{ "a": "unclosed }')).toBeUndefined();
  const start = performance.now();
  for (const hostile of ['\\"', '/*', ', ', '"\n', '/']) expect(parseJsonc(hostile.repeat(200_000))).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(3000);
});
