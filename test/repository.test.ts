// Opening a repository, and reading its files: what is text, what is not, and what is said about it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openInventory, parseYaml, UserError } from '../src/repository/index.ts';
import { readText } from '../src/repository/read.ts';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'orchard-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function plant(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

describe('readText', () => {
  const text = (value: string) => ({ kind: 'text', text: value });
  const unread = (reason: string) => ({ kind: 'unread', reason });

  test.each([
    ['plain', Buffer.from('const fig = 1;\n'), text('const fig = 1;\n')],
    ['empty', Buffer.from(''), text('')],
    ['UTF-8', Buffer.from('naïve 🍏'), text('naïve 🍏')],
    ['UTF-8 with BOM', Buffer.from('\ufefffig'), text('fig')],
    ['UTF-16 LE', Buffer.from('\ufefffig🍏', 'utf16le'), text('fig🍏')],
    ['UTF-16 BE', Buffer.from('\ufefffig🍏', 'utf16le').swap16(), text('fig🍏')],
    ['Latin-1', Buffer.from('na\xefve', 'latin1'), text('naïve')],
    ['binary', Buffer.from('fig\0'), unread('binary')],
    ['5 MB', Buffer.alloc(5 * 1024 * 1024, 'a\n'), unread('larger than 2 MB')],
    ['exactly 2 MB', Buffer.alloc(2 * 1024 * 1024, 'a\n'), text('a\n'.repeat(1024 * 1024))],
    ['one long line', Buffer.from(`x\n${'y'.repeat(200_001)}`), unread('minified')],
    ['long lines', Buffer.from(`${'y'.repeat(600)}\n`.repeat(400)), unread('minified')],
    ['a small file of one line', Buffer.from('y'.repeat(150_000)), text('y'.repeat(150_000))],
    ['a large file of short lines', Buffer.from('fig();\n'.repeat(40_000)), text('fig();\n'.repeat(40_000))],
  ])('%s', (_, bytes, expected) => {
    plant({ 'a.ts': bytes });
    expect(readText(root, 'a.ts')).toEqual(expected);
  });

  test('a pipe does not hang, a folder is no file, a missing file is said to be', () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(readText(root, 'pipe')).toEqual(unread('not a regular file'));
    expect(readText(root, '.')).toEqual(unread('not a regular file'));
    expect(readText(root, 'gone')).toEqual(unread('cannot be opened'));
  });

  test('a link is followed only inside the root', () => {
    plant({ 'in/a.ts': 'fig' });
    symlinkSync('a.ts', join(root, 'in/b.ts'));
    symlinkSync('../../etc/hostname', join(root, 'in/c.ts'));
    symlinkSync('/etc/passwd', join(root, 'in/d.ts'));
    expect(readText(join(root, 'in'), 'b.ts')).toEqual(text('fig'));
    expect(readText(join(root, 'in'), 'd.ts')).toEqual(unread('a link that leads out of the repository'));
    expect(readText(join(root, 'in'), 'c.ts').kind).toBe('unread');
  });
});

describe('openInventory', () => {
  test('reads once, counts lines once, and notes what it could not read', async () => {
    plant({ 'package.json': '{\n}\n', 'b.ts': 'one\ntwo', 'a.ts': 'fig\0', '.env': 'KEY=1', '.gitignore': '.env\n' });
    const inventory = await openInventory(root);
    expect(inventory.files).toEqual(['.gitignore', 'a.ts', 'b.ts', 'package.json']);
    expect(inventory.lines).toBe(2);
    expect(inventory.read('b.ts')).toBe('one\ntwo');
    expect(inventory.read('b.ts')).toBe('one\ntwo');
    expect(inventory.lines).toBe(4);
    expect(inventory.read('a.ts')).toBeUndefined();
    // Neither what git ignores nor what lies outside is to be had by asking for it.
    expect([inventory.read('.env'), inventory.read('../x'), inventory.read('/etc/passwd')]).toEqual([undefined, undefined, undefined]);
    expect(inventory.unread).toEqual([{ file: 'a.ts', reason: 'binary' }]);
  });

  test('finds packages, the nearest first, and survives a broken one', async () => {
    plant({
      'package.json': '{"name":"orchard"}',
      'apps/fig/package.json': '{"name":"fig","version":"1.2.3","dependencies":{"ai":"^6"},"peerDependencies":{"ai":"*","zod":"^4"}}',
      'apps/rotten/package.json': '{"name":',
      'apps/list/package.json': '[]',
    });
    const inventory = await openInventory(root);
    expect(inventory.packages.map(one => one.dir)).toEqual(['apps/fig', '']);
    expect(inventory.packageOf('apps/fig/src/a.ts')?.name).toBe('fig');
    expect(inventory.packageOf('apps/figs/src/a.ts')?.name).toBe('orchard');
    expect([...(inventory.packageOf('apps/fig/x.ts')?.dependencies ?? [])]).toEqual([
      ['ai', { range: '^6', kind: 'production' }],
      ['zod', { range: '^4', kind: 'peer' }],
    ]);
    expect(inventory.unread.map(one => one.file)).toEqual(['apps/list/package.json', 'apps/rotten/package.json']);
  });

  test('a folder that cannot be audited is the user’s to mend', async () => {
    plant({ 'agent.ts': '' });
    await expect(openInventory(join(root, 'agnt'))).rejects.toThrow(UserError);
    await expect(openInventory('./agnt')).rejects.toThrow('"./agnt" does not exist; give the folder of the repository to audit.');
    await expect(openInventory(join(root, 'agent.ts'))).rejects.toThrow('is not a folder; give the folder of the repository to audit.');
    await expect(openInventory(join(root, 'agent.ts/x'))).rejects.toThrow('does not exist');
  });

  test('the root may itself be a link, or carry a name that is skipped elsewhere', async () => {
    plant({ 'vendor/x.ts': 'fig', 'vendor/package.json': '{}' });
    symlinkSync('vendor', join(root, 'link'));
    const inventory = await openInventory(join(root, 'link'));
    expect(inventory.root).toBe(join(root, 'vendor'));
    expect(inventory.read('x.ts')).toBe('fig');
  });
});

describe('parseYaml', () => {
  test('reads what people write', () => {
    expect(parseYaml('packages:\n  - "apps/*"\n  - {a: [1, 2]}\n? long key\n: 1\n')).toEqual({
      kind: 'value',
      value: { packages: ['apps/*', { a: [1, 2] }], 'long key': 1 },
    });
    expect(parseYaml('a: [')).toEqual({ kind: 'unread', reason: 'not valid YAML' });
  });

  test.each(['? ', '- ', '[', '{a: ', '[,', '&a ', '\n? - '])('is not held up by %j again and again', sign => {
    const start = performance.now();
    expect(parseYaml(sign.repeat(50_000)).kind).toBe('unread');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
