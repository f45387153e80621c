// Which version of a Python package a file sees, in every kind of lockfile and manifest, and which package a file belongs to.
import { describe, expect, test } from 'vitest';
import type { Files } from '../src/repository/files.ts';
import { distributionsOf } from '../src/repository/python-imports.ts';
import { parseRequirement } from '../src/repository/python-requirements.ts';
import { allows, distributionName, lowestOf, rangeOf, semverOf } from '../src/repository/python-specifiers.ts';
import { openPythonPackages, openPythonVersions } from '../src/repository/python-versions.ts';

interface Shelf extends Files {
  readonly all: readonly string[];
  readonly noted: readonly string[];
}

function shelf(content: Readonly<Record<string, string | object>>): Shelf {
  const texts = new Map(Object.entries(content).map(([file, text]) => [file, typeof text === 'string' ? text : JSON.stringify(text)]));
  const noted: string[] = [];
  const read = (file: string) => texts.get(file);
  return {
    all: [...texts.keys()].sort(),
    noted,
    has: file => texts.has(file),
    read,
    readLarge: read,
    note: ({ file }) => noted.push(file),
  };
}

const versions = (content: Readonly<Record<string, string | object>>) => {
  const files = shelf(content);
  const of = openPythonVersions(files, files.all);
  return (file: string, name: string): string | undefined => {
    const found = of(file, name);
    return found === undefined ? undefined : `${found.version} ${found.source}`;
  };
};

describe('versions', () => {
  test.each([
    ['1.40.0', '1.40.0'],
    ['1.40', '1.40.0'],
    ['2', '2.0.0'],
    ['v1.2.3', '1.2.3'],
    ['1.40.0.post1', '1.40.0'],
    ['1.40.0-1', '1.40.0'],
    ['2.0rc1', '2.0.0-rc.1'],
    ['2.0.0b2', '2.0.0-beta.2'],
    ['0.2.0a1.dev3', '0.2.0-alpha.1.dev.3'],
    ['1.0.dev0', '1.0.0-dev.0'],
    ['1!2.3', '2.3.0'],
    ['1.2.3+cu118', '1.2.3'],
    ['1.2.3.4', '1.2.3'],
    ['2024.01.05', '2024.1.5'],
    ['0.0.1c1', '0.0.1-rc.1'],
    ['nightly', undefined],
    ['', undefined],
    [`1.${'0'.repeat(500)}`, undefined],
  ])('%s', (written, expected) => expect(semverOf(written)).toBe(expected));

  test.each([
    ['==1.2.3', '1.2.3'],
    ['===1.2.3', '1.2.3'],
    ['==0.2.*', '0.2.0'],
    ['==1.2.3.*', '1.2.3'],
    ['~=1.4.2', '1.4.2'],
    ['>=1,<2', '1.0.0'],
    ['>= 1.0 , != 1.3 , < 2', '1.0.0'],
    ['(>=1.5)', '1.5.0'],
    ['>1.2.0', '1.2.1'],
    ['^1.2', '1.2.0'],
    ['~1.2', '1.2.0'],
    ['1.2.3', '1.2.3'],
    ['=1.3', '1.3.0'],
    ['^1.2 || ^2.0', '1.2.0'],
    ['>=2.0rc1', '2.0.0-rc.1'],
    // With an upper end alone, an installer takes what is just below it.
    ['<1', '0.0.0'],
    ['<2', '1.0.0'],
    ['<0.3', '0.2.0'],
    ['<1.0', '0.0.0'],
    ['<=1.5.2', '1.5.2'],
    ['*', undefined],
    ['', undefined],
    ['!=1.3', undefined],
    ['@ git+https://example.test/x', undefined],
    [`>=1${',>=1'.repeat(200)}`, undefined],
  ])('the lowest of %s', (specifier, expected) => expect(lowestOf(specifier)).toBe(expected));

  test('what a specifier allows', () => {
    expect(rangeOf('~=1.4.2')).toBe('>=1.4.2 <1.5.0');
    expect(rangeOf('~=1.4')).toBe('>=1.4.0 <2.0.0');
    expect(allows('~=1.4', '1.9.0')).toBe(true);
    expect(allows('==0.2.*', '0.3.0')).toBe(false);
    expect(allows('<1', '0.28.1')).toBe(true);
    expect(allows('', '9.9.9')).toBe(true);
  });
});

describe('requirements', () => {
  test.each([
    ['openai', 'openai', ''],
    ['OpenAI==1.2', 'openai', '==1.2'],
    ['google_genai >= 1.0, < 2', 'google-genai', '>= 1.0, < 2'],
    ['anthropic[bedrock,vertex]>=0.39.0 ; python_version > "3.8"', 'anthropic', '>=0.39.0'],
    ['openai (>=1.0)', 'openai', '(>=1.0)'],
    ['openai==1.2.3 --hash=sha256:aa', 'openai', '==1.2.3'],
    ['openai @ https://example.test/openai-1.2-py3-none-any.whl', 'openai', ''],
  ])('%s', (text, name, specifier) => expect(parseRequirement(text)).toMatchObject({ name, specifier }));

  test.each([
    './local',
    'https://example.test/x.whl',
    'git+https://example.test/x.git@v1',
    '../openai',
    '',
    '==1.2',
    'some words here',
  ])('not one: %s', text => expect(parseRequirement(text)).toBeUndefined());

  test('names', () => {
    expect(distributionName('Foo__Bar.baz')).toBe('foo-bar-baz');
    expect(distributionsOf('py:langchain_openai')).toEqual(['langchain-openai']);
    expect(distributionsOf('google.genai')).toEqual(['google-genai']);
    expect(distributionsOf('py:agents')).toEqual(['openai-agents']);
    expect(distributionsOf('constructor')).toEqual(['constructor']);
  });
});

describe('lockfiles', () => {
  const uv = `version = 1
[[package]]
name = "openai"
version = "1.58.1"
source = { registry = "https://example.test/simple" }

[[package]]
name = "fig"
version = "0.1.0"
source = { editable = "packages/fig" }

[[package]]
name = "orchard"
version = "0.1.0"
source = { virtual = "." }
`;
  test('uv.lock, with members', () => {
    const of = versions({
      'uv.lock': uv,
      'pyproject.toml': '[project]\nname = "orchard"\ndependencies = ["openai>=1.0"]\n',
      'packages/fig/pyproject.toml': '[project]\nname = "fig"\ndependencies = ["openai>=1.2"]\n',
      'packages/fig/src/a.py': '',
      'examples/requirements.txt': 'openai==0.28.0\n',
      'examples/open/requirements.txt': 'openai\n',
    });
    expect(of('src/a.py', 'py:openai')).toBe('1.58.1 lockfile');
    expect(of('packages/fig/src/a.py', 'openai')).toBe('1.58.1 lockfile');
    // A folder of its own mind is not overruled.
    expect(of('examples/a.py', 'openai')).toBe('0.28.0 manifest');
    expect(of('examples/open/a.py', 'openai')).toBe('0.28.0 manifest');
    expect(of('src/a.py', 'anthropic')).toBeUndefined();
  });

  test.each([
    ['poetry.lock', '[[package]]\nname = "openai"\nversion = "1.40.0.post1"\n'],
    ['pdm.lock', '[[package]]\nname = "OpenAI"\nversion = "1.40.0"\n'],
    ['pylock.toml', '[[packages]]\nname = "openai"\nversion = "1.40"\n'],
    ['Pipfile.lock', JSON.stringify({ default: { openai: { version: '==1.40.0' } }, develop: {} })],
  ])('%s', (name, text) => {
    const of = versions({ [name]: text, 'pyproject.toml': '[tool.poetry.dependencies]\nopenai = "^1.0"\n' });
    expect(of('app/a.py', 'openai')).toBe('1.40.0 lockfile');
  });

  test('several versions: the highest that the manifest allows', () => {
    const text = ['1.9.0', '2.1.0', '1.10.0'].map(v => `[[package]]\nname = "openai"\nversion = "${v}"\n`).join('');
    expect(versions({ 'uv.lock': text, 'pyproject.toml': '[project]\ndependencies = ["openai<2"]\n' })('a.py', 'openai')).toBe(
      '1.10.0 lockfile',
    );
    expect(versions({ 'uv.lock': text })('a.py', 'openai')).toBe('2.1.0 lockfile');
  });

  test('what is brought by others', () => {
    const of = versions({
      'pyproject.toml': '[project]\ndependencies = ["langchain-openai"]\n',
      'poetry.lock': '[[package]]\nname = "langchain-core"\nversion = "0.3.1"\n',
    });
    expect(of('a.py', 'py:langchain_core')).toBe('0.3.1 lockfile');
  });

  test('one that cannot be read is noted', () => {
    const files = shelf({ 'uv.lock': '[[package', 'Pipfile.lock': '{', 'requirements.txt': 'openai==1.0' });
    expect(openPythonVersions(files, files.all)('a.py', 'openai')).toEqual({ version: '1.0.0', source: 'manifest' });
    expect(files.noted).toEqual(['uv.lock', 'Pipfile.lock']);
  });
});

describe('manifests', () => {
  test.each<[string, string, string | undefined]>([
    ['requirements.txt', 'openai==1.2.3\n', '1.2.3 manifest'],
    ['requirements.txt', '# a comment\nopenai>=1.2  # why\nother==9\n', '1.2.0 manifest'],
    ['requirements.txt', 'openai==1.2.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n', '1.2.3 lockfile'],
    ['requirements.txt', 'openai\r\n', undefined],
    ['requirements.txt', '-e .\n--index-url https://example.test\nopenai[x]~=1.4 ; sys_platform == "linux"\n', '1.4.0 manifest'],
    ['requirements-dev.txt', 'openai<1\n', '0.0.0 manifest'],
    ['dev-requirements.txt', 'openai==1\n', '1.0.0 manifest'],
    ['requirements/base.txt', 'openai==1.1\n', '1.1.0 manifest'],
    ['requirements.in', 'openai>=1.5\n', '1.5.0 manifest'],
    ['pyproject.toml', '[project]\ndependencies = ["openai >= 1.3"]\n', '1.3.0 manifest'],
    ['pyproject.toml', '[project.optional-dependencies]\nllm = ["openai==1.4.0"]\n', '1.4.0 manifest'],
    ['pyproject.toml', '[dependency-groups]\ndev = [{include-group = "x"}, "openai==1.5"]\n', '1.5.0 manifest'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.10"\nopenai = "^1.6"\n', '1.6.0 manifest'],
    ['pyproject.toml', '[tool.poetry.dependencies]\nopenai = {version = "~1.7", extras = ["x"]}\n', '1.7.0 manifest'],
    ['pyproject.toml', '[tool.poetry.group.ai.dependencies]\nopenai = "1.8.*"\n', '1.8.0 manifest'],
    ['pyproject.toml', '[tool.poetry.dependencies]\nopenai = "*"\n', undefined],
    ['pyproject.toml', '[tool.poetry.dependencies]\nopenai = {path = "../openai"}\n', undefined],
    ['setup.cfg', '[metadata]\nname = x\n[options]\ninstall_requires =\n    other\n    openai>=1.9\n', '1.9.0 manifest'],
    [
      'setup.py',
      "from setuptools import setup\nsetup(\n  name='x',\n  install_requires=[\n    'other[x]>=1',\n    \"openai>=1.11\",\n  ],\n)\n",
      '1.11.0 manifest',
    ],
    ['setup.py', 'setup(install_requires=read("x"))\n', undefined],
    ['Pipfile', '[packages]\nopenai = "==1.12"\n', '1.12.0 manifest'],
    ['environment.yml', 'dependencies:\n  - python=3.11\n  - conda-forge::openai=1.13\n', '1.13.0 manifest'],
    ['environment.yml', 'dependencies:\n  - python=3.11\n  - pip:\n    - openai==1.14.1\n', '1.14.1 manifest'],
  ])('%s: %s', (name, text, expected) => expect(versions({ [name]: text })('app/a.py', 'openai')).toBe(expected));

  test('files that include others, also in circles and outside', () => {
    const of = versions({
      'app/requirements.txt': '-r ../shared/base.txt\n-r ../../outside.txt\nanthropic\n',
      'shared/base.txt': '-r ../app/requirements.txt\n-c limits.txt\nopenai\n',
      'shared/limits.txt': 'openai==1.3\nanthropic<0.40\n',
    });
    expect(of('app/a.py', 'openai')).toBe('1.3.0 manifest');
    expect(of('app/a.py', 'anthropic')).toBe('0.39.0 manifest');
  });

  test('the nearest folder decides', () => {
    const of = versions({ 'requirements.txt': 'openai==1.0\n', 'app/requirements.txt': 'openai==2.0\n' });
    expect(of('app/deep/a.py', 'openai')).toBe('2.0.0 manifest');
    expect(of('b.py', 'openai')).toBe('1.0.0 manifest');
  });

  test('somewhere else, when there is only one answer', () => {
    const one = { 'docker/requirements.txt': 'openai==1.0\n' };
    expect(versions(one)('src/a.py', 'openai')).toBe('1.0.0 manifest');
    expect(versions({ ...one, 'other/requirements.txt': 'openai==2.0\n' })('src/a.py', 'openai')).toBeUndefined();
  });
});

describe('packages', () => {
  const files = shelf({
    'pyproject.toml': '[tool.ruff]\nline-length = 100\n',
    'agents/fig/pyproject.toml': '[project]\nname = "fig"\n',
    'agents/plum/setup.py': "setup(name='plum')",
    'agents/pear/requirements.txt': 'openai',
    'agents/lock/uv.lock': '',
    'agents/odd/pyproject.toml': 'not toml',
    'agents/poetic/pyproject.toml': '[tool.poetry]\nname = "poetic"\n',
  });
  const of = openPythonPackages(files, files.all);
  test.each([
    ['agents/fig/src/fig/a.py', 'agents/fig', 'fig'],
    ['agents/plum/a.py', 'agents/plum', 'plum'],
    ['agents/pear/a.py', 'agents/pear', undefined],
    ['agents/poetic/a.py', 'agents/poetic', 'poetic'],
    ['agents/lock/a.py', '', undefined],
    ['agents/odd/a.py', 'agents/odd', undefined],
    ['b.py', '', undefined],
  ])('%s', (file, dir, name) => expect(of(file)).toMatchObject({ dir, name }));

  test('none', () => expect(openPythonPackages(shelf({}), [])('a.py')).toBeUndefined());
});

describe('files that are made to break us', () => {
  test.each<[string, string]>([
    ['uv.lock', `a = ${'['.repeat(200_000)}`],
    ['uv.lock', `${'[[package]]\nname = "openai"\n'.repeat(20_000)}`],
    ['uv.lock', '[__proto__]\nx = 1\n[[package]]\nname = "__proto__"\nversion = "1.0"\n'],
    ['pyproject.toml', `[tool.poetry.dependencies]\nopenai = "${'>=1,'.repeat(50_000)}"\n`],
    ['pyproject.toml', `[project]\ndependencies = ["${'a'.repeat(300_000)}", "${'['.repeat(100_000)}"]\n`],
    ['requirements.txt', `${'-r requirements.txt\n'.repeat(50_000)}`],
    ['requirements.txt', `${'\\\n'.repeat(200_000)}`],
    ['requirements.txt', `openai${' '.repeat(300_000)}=`],
    ['requirements.txt', `openai[${'a'.repeat(300_000)}`],
    ['setup.py', `install_requires=[${'"a",'.repeat(100_000)}`],
    ['setup.py', `install_requires=[${"'".repeat(100_001)}`],
    ['setup.cfg', `[options]\ninstall_requires =\n${'  openai>=1\n'.repeat(100_000)}`],
    ['environment.yml', `dependencies: ${'['.repeat(5000)}`],
    ['Pipfile.lock', '{"default":{"__proto__":{"version":"==1"},"openai":{"version":5}}}'],
  ])('%s', (name, text) => {
    const started = performance.now();
    const of = versions({ [name]: text });
    of('a.py', 'openai');
    of('a.py', '__proto__');
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
