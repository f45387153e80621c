// Which version of a package a file sees, in every kind of lockfile and without one.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Inventory, openInventory, packageNameOf } from '../src/repository/index.ts';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'orchard-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(files: Readonly<Record<string, string | object>>): Promise<Inventory> {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return openInventory(root);
}

const locked = (version: string) => ({ version, source: 'lockfile' });
const lowest = (version: string) => ({ version, source: 'manifest' });

describe('npm', () => {
  const packages = {
    '': { name: 'orchard' },
    'node_modules/ai': { version: '6.0.3' },
    'node_modules/my-sdk': { name: '@anthropic-ai/sdk', version: '0.30.1' },
    'node_modules/openai': { version: '4.0.0' },
    'node_modules/fig': { resolved: 'apps/fig', link: true },
    'apps/fig': { name: 'fig', version: '1.0.0' },
    'apps/fig/node_modules/openai': { version: '6.1.0' },
    'apps/fig/node_modules/openai/node_modules/zod': { version: '3.1.0' },
    'node_modules/zod': { version: '4.0.0' },
  };
  const manifests = {
    'package.json': { workspaces: ['apps/*'], dependencies: { ai: '^6.0.0', openai: '^4.0.0', 'my-sdk': 'npm:@anthropic-ai/sdk@^0.30.0' } },
    'apps/fig/package.json': { name: 'fig', version: '1.2.3', dependencies: { openai: '^6.0.0' } },
  };

  test.each(['package-lock.json', 'npm-shrinkwrap.json'])('%s, version 3: the nearest node_modules wins', async name => {
    const { versionOf, realName } = await open({ ...manifests, [name]: { lockfileVersion: 3, packages } });
    expect(versionOf('apps/fig/src/a.ts', 'openai')).toEqual(locked('6.1.0'));
    expect(versionOf('src/a.ts', 'openai')).toEqual(locked('4.0.0'));
    expect(versionOf('apps/fig/src/a.ts', 'ai')).toEqual(locked('6.0.3'));
    expect(versionOf('apps/fig/src/a.ts', 'ai/rsc')).toEqual(locked('6.0.3'));
    expect(versionOf('src/a.ts', 'my-sdk')).toEqual(locked('0.30.1'));
    expect(realName('src/a.ts', 'my-sdk/sub')).toBe('@anthropic-ai/sdk');
    // Nobody declares zod: where Node would find it.
    expect(versionOf('src/a.ts', 'zod')).toEqual(locked('4.0.0'));
    expect(versionOf('src/a.ts', 'fig')).toEqual(lowest('1.2.3'));
    expect(versionOf('src/a.ts', 'react')).toBeUndefined();
  });

  test('version 1: a tree of dependencies', async () => {
    const { versionOf } = await open({
      'package.json': { dependencies: { ai: '^5.0.0', 'my-sdk': 'npm:openai@4' } },
      'package-lock.json': {
        lockfileVersion: 1,
        dependencies: {
          ai: { version: '5.0.9', dependencies: { zod: { version: '3.2.0', dependencies: {} } } },
          other: { version: '1.0.0', dependencies: { zod: { version: '3.10.0' } } },
          'my-sdk': { version: 'npm:openai@4.2.0' },
          own: { version: 'git+https://example.com/own.git' },
        },
      },
    });
    expect(versionOf('a.ts', 'ai')).toEqual(locked('5.0.9'));
    expect(versionOf('a.ts', 'my-sdk')).toEqual(locked('4.2.0'));
    expect(versionOf('a.ts', 'openai')).toEqual(locked('4.2.0'));
    expect(versionOf('a.ts', 'zod')).toEqual(locked('3.10.0'));
    expect(versionOf('a.ts', 'own')).toBeUndefined();
  });

  test('a broken lockfile is noted and the manifest believed', async () => {
    const inventory = await open({ 'package.json': { dependencies: { ai: '^6.0.1' } }, 'package-lock.json': '<<<<<<< HEAD' });
    expect(inventory.unread).toEqual([]);
    expect(inventory.versionOf('a.ts', 'ai')).toEqual(lowest('6.0.1'));
    expect(inventory.unread).toEqual([{ file: 'package-lock.json', reason: 'not a lockfile that we can read' }]);
  });
});

describe('pnpm', () => {
  const manifests = {
    'pnpm-workspace.yaml': 'packages:\n  - apps/*\n  - "!apps/old"\n',
    'package.json': { devDependencies: { typescript: '^5' } },
    'apps/fig/package.json': {
      dependencies: {
        ai: '^6',
        '@ai-sdk/openai': '^3',
        sdk: 'npm:@anthropic-ai/sdk@^0.30',
        kern: 'workspace:*',
        tar: 'https://x.org/a.tgz',
      },
    },
    'apps/kern/package.json': { name: 'kern', version: '2.0.0' },
  };

  async function check(lock: string): Promise<void> {
    const { versionOf } = await open({ ...manifests, 'pnpm-lock.yaml': lock });
    expect(versionOf('apps/fig/a.ts', 'ai')).toEqual(locked('6.0.3'));
    expect(versionOf('apps/fig/a.ts', '@ai-sdk/openai')).toEqual(locked('3.0.1'));
    expect(versionOf('apps/fig/a.ts', 'sdk')).toEqual(locked('0.30.1'));
    expect(versionOf('apps/fig/a.ts', 'kern')).toEqual(lowest('2.0.0'));
    expect(versionOf('apps/fig/a.ts', 'tar')).toBeUndefined();
    expect(versionOf('apps/fig/a.ts', 'typescript')).toEqual(locked('5.4.0'));
    // Transitive, in several versions: the highest.
    expect(versionOf('apps/fig/a.ts', 'zod')).toEqual(locked('4.10.0'));
    expect(versionOf('apps/fig/a.ts', '@scope/deep')).toEqual(locked('1.0.0-beta.2'));
  }

  test('version 9', () =>
    check(`lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

catalogs:
  default:
    ai:
      specifier: ^1
      version: 1.0.0

importers:

  .:
    devDependencies:
      typescript:
        specifier: ^5
        version: 5.4.0

  apps/fig:
    dependencies:
      '@ai-sdk/openai':
        specifier: ^3
        version: 3.0.1(zod@3.25.0)
      ai:
        specifier: ^6
        version: 6.0.3(react@19.0.0(a@1.0.0))(zod@3.25.0)
      kern:
        specifier: workspace:*
        version: link:../kern
      sdk:
        specifier: npm:@anthropic-ai/sdk@^0.30
        version: '@anthropic-ai/sdk@0.30.1(zod@3.25.0)'
      tar:
        specifier: https://x.org/a.tgz
        version: https://x.org/a.tgz
    dependenciesMeta:
      kern:
        injected: true

packages:

  '@scope/deep@1.0.0-beta.2':
    resolution: {integrity: sha512-x}
    engines: {node: '>=18'}

  ai@6.0.3:
    resolution: {integrity: sha512-x}
    peerDependencies:
      zod: ^3.25.76 || ^4

  zod@3.25.0:
    resolution: {integrity: sha512-x}

  zod@4.10.0:
    resolution: {integrity: sha512-x}

  zod@4.9.0:
    resolution: {integrity: sha512-x}

snapshots:

  ai@6.0.3(react@19.0.0(a@1.0.0))(zod@3.25.0):
    dependencies:
      zod: 99.0.0
`));

  test('version 6, with Windows line ends', () =>
    check(
      `lockfileVersion: '6.0'

importers:

  .:
    devDependencies:
      typescript:
        specifier: ^5
        version: 5.4.0

  apps/fig:
    dependencies:
      '@ai-sdk/openai':
        specifier: ^3
        version: 3.0.1(zod@3.25.0)
      ai:
        specifier: ^6
        version: 6.0.3(zod@3.25.0)
      kern:
        specifier: workspace:*
        version: link:../kern
      sdk:
        specifier: npm:@anthropic-ai/sdk@^0.30
        version: /@anthropic-ai/sdk@0.30.1
      tar:
        specifier: https://x.org/a.tgz
        version: '@x.org/a.tgz'

packages:

  /@scope/deep@1.0.0-beta.2:
    resolution: {integrity: sha512-x}
    dev: true

  /zod@3.25.0:
    resolution: {integrity: sha512-x}

  ? /zod@4.10.0(a@1.0.0)
  : resolution: {integrity: sha512-x}
`.replaceAll('\n', '\r\n'),
    ));

  test('version 5', () =>
    check(`lockfileVersion: 5.4

importers:

  .:
    specifiers:
      typescript: ^5
    devDependencies:
      typescript: 5.4.0

  apps/fig:
    specifiers:
      '@ai-sdk/openai': ^3
      ai: ^6
    dependencies:
      '@ai-sdk/openai': 3.0.1_zod@3.25.0
      ai: 6.0.3_react@19.0.0+zod@3.25.0
      kern: link:../kern
      sdk: /@anthropic-ai/sdk/0.30.1
      tar: '@x.org/a.tgz'

packages:

  /@scope/deep/1.0.0-beta.2:
    resolution: {integrity: sha512-x}

  /zod/3.25.0:
    resolution: {integrity: sha512-x}

  registry.npmjs.org/zod/4.10.0_@babel+core@7.0.0:
    resolution: {integrity: sha512-x}
`));

  test('a single project has no importers', async () => {
    const { versionOf } = await open({
      'package.json': { dependencies: { ai: '^6', openai: '^4' }, devDependencies: { zod: '^4' } },
      'pnpm-lock.yaml': `lockfileVersion: '6.0'

dependencies:
  ai:
    specifier: ^6
    version: 6.0.3(zod@4.0.0)
  openai:
    specifier: ^4
    version: 4.1.0

devDependencies:
  zod:
    specifier: ^4
    version: 4.0.0
`,
    });
    expect(['ai', 'openai', 'zod'].map(name => versionOf('src/a.ts', name)?.version)).toEqual(['6.0.3', '4.1.0', '4.0.0']);
  });
});

describe('yarn', () => {
  const manifest = { dependencies: { ai: '^6.0.0', '@ai-sdk/openai': '^3.0.0', sdk: 'npm:openai@^4.0.0' } };

  test('classic', async () => {
    const { versionOf } = await open({
      'package.json': manifest,
      'yarn.lock': `# yarn lockfile v1


"@ai-sdk/openai@^3.0.0":
  version "3.0.1"
  resolved "https://registry.yarnpkg.com/x.tgz"
  dependencies:
    zod "^3.0.0"

ai@^5.0.0:
  version "5.1.0"

ai@^6.0.0, "ai@>= 6":
  version "6.0.3"

"sdk@npm:openai@^4.0.0":
  version "4.2.0"

zod@^3.0.0:
  version "3.1.0"
`,
    });
    expect(['ai', '@ai-sdk/openai', 'sdk', 'openai', 'zod'].map(name => versionOf('a.ts', name)?.version)).toEqual([
      '6.0.3',
      '3.0.1',
      '4.2.0',
      '4.2.0',
      '3.1.0',
    ]);
  });

  test('berry, with a workspace', async () => {
    const { versionOf } = await open({
      'package.json': { ...manifest, name: 'orchard', workspaces: { packages: ['apps/*'] } },
      'apps/fig/package.json': { name: 'fig', version: '0.3.0', dependencies: { ai: '^5.0.0', orchard: 'workspace:^' } },
      'yarn.lock': `__metadata:
  version: 8
  cacheKey: 10

"@ai-sdk/openai@npm:^3.0.0":
  version: 3.0.1
  resolution: "@ai-sdk/openai@npm:3.0.1"
  dependencies:
    zod: "npm:^3.0.0"

"ai@npm:^5.0.0, ai@npm:^5.1.0":
  version: 5.1.0

"ai@npm:^6.0.0":
  version: 6.0.3

"fig@workspace:apps/fig":
  version: 0.0.0-use.local

"sdk@npm:openai@^4.0.0":
  version: 4.2.0
  resolution: "openai@npm:4.2.0"

"zod@npm:^3.0.0, zod@npm:^3.1.0":
  version: 3.1.0
`,
    });
    expect(['ai', '@ai-sdk/openai', 'sdk', 'zod'].map(name => versionOf('a.ts', name)?.version)).toEqual([
      '6.0.3',
      '3.0.1',
      '4.2.0',
      '3.1.0',
    ]);
    expect(versionOf('apps/fig/a.ts', 'ai')).toEqual(locked('5.1.0'));
    expect(versionOf('a.ts', 'fig')).toEqual(lowest('0.3.0'));
  });
});

test('bun.lock is JSON with trailing commas', async () => {
  const { versionOf } = await open({
    'package.json': { workspaces: ['apps/*'], dependencies: { ai: '^6' } },
    'apps/fig/package.json': { name: 'fig', dependencies: { ai: '^5', sdk: 'npm:openai@4' } },
    'bun.lock': `{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "orchard", "dependencies": { "ai": "^6", }, },
    "apps/fig": { "name": "fig", },
  },
  "packages": {
    "ai": ["ai@6.0.3", "", { "dependencies": { "zod": "^3", }, }, "sha512-,]=="],
    "fig": ["fig@workspace:apps/fig"],
    "fig/ai": ["ai@5.1.0", "", {}, "sha512-x"],
    "sdk": ["openai@4.2.0", "", {}, "sha512-x"],
    "ai/zod": ["zod@3.1.0", "", {}, "sha512-x"],
  },
}
`,
  });
  expect(versionOf('a.ts', 'ai')).toEqual(locked('6.0.3'));
  expect(versionOf('apps/fig/a.ts', 'ai')).toEqual(locked('5.1.0'));
  expect(versionOf('apps/fig/a.ts', 'sdk')).toEqual(locked('4.2.0'));
  expect(versionOf('apps/fig/a.ts', 'zod')).toEqual(locked('3.1.0'));
});

describe('without a lockfile', () => {
  test.each([
    ['^6.0.3', '6.0.3'],
    ['~6.1', '6.1.0'],
    ['6', '6.0.0'],
    ['>=4.2 <7', '4.2.0'],
    ['^5 || ^6', '5.0.0'],
    ['6.0.0-beta.1', '6.0.0-beta.1'],
    ['npm:other@^2.1.0', '2.1.0'],
    ['workspace:^1.4.0', '1.4.0'],
    ['latest', undefined],
    ['*', undefined],
    ['', undefined],
    ['<5', undefined],
    ['github:vercel/ai', undefined],
    ['git+https://example.com/ai.git#v1.0.0', undefined],
    ['file:../nowhere', undefined],
    [`^${'1'.repeat(5000)}`, undefined],
  ])('%s', async (range, version) => {
    const { versionOf } = await open({ 'package.json': { dependencies: { ai: range } } });
    expect(versionOf('a.ts', 'ai')).toEqual(version === undefined ? undefined : lowest(version));
  });

  test('a package that the nearest manifest does not declare is sought further up', async () => {
    const { versionOf } = await open({
      'package.json': { dependencies: { ai: '^6.0.0', zod: '4.0.0' } },
      'apps/fig/package.json': { dependencies: { zod: '3.0.0' } },
    });
    expect(versionOf('apps/fig/src/a.ts', 'ai')).toEqual(lowest('6.0.0'));
    expect(versionOf('apps/fig/src/a.ts', 'zod')).toEqual(lowest('3.0.0'));
  });

  test('catalogs of pnpm, bun and yarn', async () => {
    const catalogued = { dependencies: { ai: 'catalog:', zod: 'catalog:old', gone: 'catalog:' } };
    const { versionOf } = await open({
      'p/pnpm-workspace.yaml': 'packages: [apps/*]\ncatalog:\n  ai: ^6.0.1\ncatalogs:\n  old:\n    zod: ^3.2.0\n',
      'p/apps/fig/package.json': catalogued,
      'b/package.json': { workspaces: { packages: ['apps/*'], catalog: { ai: '^6.0.2' }, catalogs: { old: { zod: '^3.3.0' } } } },
      'b/apps/fig/package.json': catalogued,
      'y/.yarnrc.yml': 'catalog:\n  ai: ^6.0.3\n',
      'y/package.json': catalogued,
    });
    expect(versionOf('p/apps/fig/a.ts', 'ai')).toEqual(lowest('6.0.1'));
    expect(versionOf('p/apps/fig/a.ts', 'zod')).toEqual(lowest('3.2.0'));
    expect(versionOf('p/apps/fig/a.ts', 'gone')).toBeUndefined();
    expect(versionOf('b/apps/fig/a.ts', 'ai')).toEqual(lowest('6.0.2'));
    expect(versionOf('b/apps/fig/a.ts', 'zod')).toEqual(lowest('3.3.0'));
    expect(versionOf('y/a.ts', 'ai')).toEqual(lowest('6.0.3'));
  });
});

test('of several lockfiles the one that the manifest allows is believed', async () => {
  const { versionOf } = await open({
    'package.json': { workspaces: ['apps/*'] },
    'package-lock.json': {
      lockfileVersion: 3,
      packages: { 'apps/fig': {}, 'node_modules/ai': { version: '6.0.3' }, 'node_modules/zod': { version: '4.0.0' } },
    },
    // Left behind when the package moved into the workspace.
    'apps/fig/package-lock.json': { lockfileVersion: 3, packages: { 'node_modules/ai': { version: '4.0.0' } } },
    'apps/fig/package.json': { dependencies: { ai: '^6.0.0', zod: '^4' } },
  });
  expect(versionOf('apps/fig/a.ts', 'ai')).toEqual(locked('6.0.3'));
  expect(versionOf('apps/fig/a.ts', 'zod')).toEqual(locked('4.0.0'));
});

test('an import may carry its version', async () => {
  const { versionOf } = await open({ 'a.ts': '' });
  expect(versionOf('a.ts', 'npm:ai@5.0.3')).toEqual({ version: '5.0.3', source: 'specifier' });
  expect(versionOf('a.ts', 'npm:@anthropic-ai/sdk@^0.30.0/streaming')).toEqual({ version: '0.30.0', source: 'specifier' });
  expect(versionOf('a.ts', 'npm:ai')).toBeUndefined();
  expect(['ai/rsc', '@a/b/c', '@a/b', 'ai@5/rsc'].map(packageNameOf)).toEqual(['ai', '@a/b', '@a/b', 'ai']);
});

test.each([
  ['package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/ai': { version: '6.0.3' } } })],
  ['pnpm-lock.yaml', 'importers:\n  .:\n    dependencies:\n      ai:\n        version: 6.0.3\npackages:\n  ai@6.0.3:\n    x: y\n'],
  ['yarn.lock', 'ai@^6.0.0:\n  version "6.0.3"\n'],
  ['bun.lock', '{"workspaces":{"":{}},"packages":{"ai":["ai@6.0.3"]}}'],
])('a project beside the one that is locked in %s has a mind of its own', async (name, text) => {
  const { versionOf } = await open({
    [name]: text,
    'package.json': { dependencies: { ai: '^6.0.0' } },
    'examples/old/package.json': { dependencies: { ai: '^5.1.0' } },
    'examples/new/package.json': { dependencies: { ai: '^6.0.1' } },
    'examples/any/package.json': { dependencies: { ai: 'latest' } },
  });
  expect(versionOf('a.ts', 'ai')).toEqual(locked('6.0.3'));
  expect(versionOf('examples/old/a.ts', 'ai')).toEqual(lowest('5.1.0'));
  expect(versionOf('examples/new/a.ts', 'ai')).toEqual(locked('6.0.3'));
  expect(versionOf('examples/any/a.ts', 'ai')).toEqual(locked('6.0.3'));
});
