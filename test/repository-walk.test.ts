// Which files are listed: nested .gitignore files, output that is not output, links, and trees made to be unpleasant.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { walk } from '../src/repository/walk.ts';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'orchard-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function plant(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

async function listed(): Promise<readonly string[]> {
  return (await walk(root)).files.filter(file => !file.endsWith('.gitignore'));
}

describe('.gitignore', () => {
  test('the deepest file that speaks about a path decides', async () => {
    plant({
      '.gitignore': '*.log\n/secret/\nplums/*\n!plums/kept.ts\n',
      'a.log': '',
      'apple/.gitignore': '!b.log\nworm.ts\n',
      'apple/b.log': '',
      'apple/c.log': '',
      'apple/worm.ts': '',
      'apple/core/worm.ts': '',
      'plums/kept.ts': '',
      'plums/other.ts': '',
      'secret/x.ts': '',
      'pear/secret/x.ts': '',
      'worm.ts': '',
    });
    expect(await listed()).toEqual(['apple/b.log', 'pear/secret/x.ts', 'plums/kept.ts', 'worm.ts']);
  });

  test('nothing comes back from inside an ignored directory, but a nested file may take back a directory', async () => {
    plant({
      '.gitignore': 'lost/\n!lost/x.ts\ngarden/bed\n',
      'lost/.gitignore': '!*',
      'lost/x.ts': '',
      'garden/.gitignore': '!bed\n',
      'garden/bed/rose.ts': '',
    });
    expect(await listed()).toEqual(['garden/bed/rose.ts']);
  });

  test('agrees with git', async () => {
    plant({
      '.gitignore': 'doc/**/*.txt\n**/tmp\n[Bb]in\n\\#hash\n\\!bang\n/only-here.ts\n# comment\ntrailing \n*.ts~\nx/*/y\n',
      'doc/a/b/c.txt': '',
      'doc/c.txt': '',
      'c.txt': '',
      'a/tmp/x': '',
      tmp: '',
      'a/Bin/x': '',
      'a/BIN/x': '',
      '#hash': '',
      '!bang': '',
      'only-here.ts': '',
      'a/only-here.ts': '',
      trailing: '',
      'a.ts~': '',
      'x/1/y/z': '',
      'x/1/2/y': '',
    });
    execFileSync('git', ['init', '-q'], { cwd: root });
    const out = execFileSync('git', ['ls-files', '-o', '-z', '--exclude-standard'], { cwd: root }).toString();
    expect((await walk(root)).files).toEqual(out.split('\0').filter(Boolean).sort());
  });

  test('a pattern made to take for ever is dropped, and said to be', async () => {
    plant({ '.gitignore': `${'a/**/'.repeat(20)}b\n*.log\n`, 'x.log': '', 'x.ts': '' });
    const { files, unread } = await walk(root);
    expect(files).toEqual(['.gitignore', 'x.ts']);
    expect(unread).toEqual([{ file: '.gitignore', reason: '1 patterns are too many or too costly to apply' }]);
  });
});

describe('directories that are not read', () => {
  test('what was installed or generated, at any depth', async () => {
    plant({
      'node_modules/ai/index.js': '',
      'a/b/node_modules/x.js': '',
      '.next/x.js': '',
      'py/.venv/x.py': '',
      'a/.git/config': '',
      'ok.ts': '',
    });
    expect(await listed()).toEqual(['ok.ts']);
  });

  test('build output next to a package.json', async () => {
    plant({
      'package.json': '{}',
      'dist/index.js': '',
      'dist/index.d.ts': '',
      'vendor/lib.ts': '',
      'out/deep/er/a.js': '',
      'build/icon.png': '',
    });
    const { files, unread } = await walk(root);
    expect(files).toEqual(['package.json']);
    // Nobody misses an icon.
    expect(unread.map(one => one.file).sort()).toEqual(['dist/', 'out/', 'vendor/']);
  });

  test('but not source that has such a name', async () => {
    plant({
      'package.json': '{}',
      'build/agent.ts': '',
      'out/lib/deep/agent.ts': '',
      'vendor/package.json': '{}',
      'vendor/agent.js': '',
      'src/build/agent.js': '',
      'src/vendor/agent.js': '',
      'src/coverage/agent.js': '',
      'plain/dist/agent.js': '',
    });
    expect(await listed()).toHaveLength(9);
  });
});

describe('links', () => {
  test('directory links are not entered, so circles do no harm', async () => {
    plant({ 'a/x.ts': '' });
    symlinkSync('..', join(root, 'a/up'));
    symlinkSync('self', join(root, 'self'));
    symlinkSync('a', join(root, 'b'));
    const { files, unread } = await walk(root);
    expect(files).toEqual(['a/x.ts']);
    expect(unread).toEqual([{ file: 'self', reason: 'a link in a circle' }]);
  });

  test('a file link counts only when it ends at a listed file', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'neighbour-'));
    writeFileSync(join(outside, 'secret.ts'), 'secret');
    plant({ 'AGENTS.md': '', '.git/config': 'token', '.gitignore': '.env', '.env': 'KEY=1' });
    for (const [name, target] of [
      ['CLAUDE.md', 'AGENTS.md'],
      ['out.ts', join(outside, 'secret.ts')],
      ['folder', outside],
      ['token.txt', '.git/config'],
      ['env.txt', '.env'],
      ['nowhere.ts', 'gone.ts'],
    ] as const) {
      symlinkSync(target, join(root, name));
    }
    const { files, unread } = await walk(root);
    rmSync(outside, { recursive: true });
    expect(files).toEqual(['.gitignore', 'AGENTS.md', 'CLAUDE.md']);
    expect(Object.fromEntries(unread.map(one => [one.file, one.reason]))).toEqual({
      'out.ts': 'a link that leads out of the repository',
      folder: 'a link that leads out of the repository',
      'token.txt': 'a link to a file that is not read',
      'env.txt': 'a link to a file that is not read',
      'nowhere.ts': 'a link that leads nowhere',
    });
  });
});

describe('unpleasant trees', () => {
  test('names with control characters are listed; names that are not UTF-8 are not readable', async () => {
    plant({ 'a\nb.ts': '', 'c\u001b[31m.ts': '', 'naïve.ts': '' });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0x2e, 0x74, 0x73])]), '');
    const { files, unread } = await walk(root);
    expect(files).toEqual(['a\nb.ts', 'c\u001b[31m.ts', 'naïve.ts']);
    expect(unread).toEqual([{ file: 'f\ufffd.ts', reason: 'its name is not valid UTF-8' }]);
  });

  test('a directory that may not be read is said to be unread', async context => {
    plant({ 'locked/x.ts': '', 'open.ts': '' });
    chmodSync(join(root, 'locked'), 0);
    try {
      readdirSync(join(root, 'locked'));
      context.skip();
    } catch {
      expect(await walk(root)).toMatchObject({ files: ['open.ts'], unread: [{ file: 'locked/', reason: 'no permission to read' }] });
    } finally {
      chmodSync(join(root, 'locked'), 0o700);
    }
  });

  test('a pipe is not a file', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.ts')]);
    expect(await walk(root)).toMatchObject({ files: [], unread: [{ file: 'pipe.ts', reason: 'not a regular file' }] });
  });

  test('a tree of a thousand levels', async () => {
    plant({ [`${'d/'.repeat(1000)}x.ts`]: '' });
    expect(await listed()).toHaveLength(1);
  });

  test('a hundred thousand files', { timeout: 120_000 }, async () => {
    plant({ '.gitignore': ['*.log', 'tmp/', '/cache', '!keep.log', '.env*', '**/generated/*.ts'].join('\n') });
    for (let i = 0; i < 1000; i++) {
      const dir = join(root, `packages/p${i % 50}/src/m${i}`);
      mkdirSync(dir, { recursive: true });
      for (let j = 0; j < 100; j++) writeFileSync(join(dir, `f${j}.ts`), '');
    }
    const heard: number[] = [];
    const start = performance.now();
    const { files } = await walk(root, count => heard.push(count));
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(files).toHaveLength(100_001);
    expect(heard.length).toBeGreaterThan(0);
  });
});
