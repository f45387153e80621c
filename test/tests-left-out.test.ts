// Tests that are written and that nobody runs: left out by the configuration of their runner, by a hook, or by the job that should start
// them. CI is green, and none of them may prove an item; beside each stands a twin that does run.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('tests-left-out', 'TST-01', {});

const workflow = (run: string, more = ''): string => `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ${run}
${more === '' ? '' : `        ${more}\n`}`;

const AGENT = `import OpenAI from 'openai';
export async function reply(question: string, client = new OpenAI()): Promise<string> {
  if (question.trim() === '') return 'What would you like to know?';
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}
`;
const BODY = `test('asks back', async () => expect(await reply('')).toMatch(/What would/));
test('asks back when it is blank', async () => expect(await reply('  ')).toMatch(/What would/));
test('answers', async () => expect(await reply('When?', client)).toBe('Monday'));
`;
const tested = (from: string, body = BODY): string => `${from}
import { reply } from './agent.ts';
const client = { chat: { completions: { create: async () => ({ choices: [{ message: { content: 'Monday' } }] }) } } } as never;
${body}`;
const manifest = (script: string, more = ''): string =>
  `{ "scripts": { "test": "${script}" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12", "jest": "30.0.0", "mocha": "11.0.0" }${more} }`;

const ts = (files: Files, script = 'vitest run'): Files => ({
  'package.json': manifest(script),
  'agent.ts': AGENT,
  'agent.test.ts': tested(
    script.startsWith('jest')
      ? "import { expect, test } from '@jest/globals';"
      : "import { beforeEach, describe, expect, test } from 'vitest';",
  ),
  '.github/workflows/ci.yml': workflow('npm test'),
  ...files,
});

const PYTHON = `from openai import OpenAI

client = OpenAI()


def reply(question: str) -> str:
    if not question.strip():
        return "What would you like to know?"
    result = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}], max_completion_tokens=800)
    return result.choices[0].message.content or ""
`;
const TESTED = `import pytest
from agent import reply


def test_empty():
    assert "What would" in reply("")


def test_blank():
    assert "What would" in reply("  ")


def test_tab():
    assert "What would" in reply("\\t")
`;
const py = (files: Files, run = 'pytest'): Files => ({
  'requirements.txt': 'openai==1.99.0\npytest==9.0.1\n',
  'agent.py': PYTHON,
  'tests/test_agent.py': TESTED,
  '.github/workflows/ci.yml': workflow(run),
  ...files,
});

const vitest = (inner: string, top = ''): Files =>
  ts({
    'vitest.config.ts': `import { defineConfig } from 'vitest/config';\n${top}\nexport default defineConfig({ test: { ${inner} } });\n`,
  });
const jest = (inner: string): Files => ts({ 'jest.config.js': `module.exports = { ${inner} };\n` }, 'jest');
const ini = (text: string): Files => py({ 'pytest.ini': `[pytest]\n${text}\n` });

twins(
  'the configuration of vitest',
  'TST-01',
  {
    'both endings': vitest("include: ['**/*.{test,spec}.ts']"),
    'all endings': vitest("include: ['**/*.{test,spec}.?(c|m)[jt]s?(x)']"),
    'a list with a name': vitest('include', "const include = ['**/*.test.ts'];"),
    'another folder left out': vitest("exclude: ['**/e2e/**', '**/*.live.test.ts']"),
    'the names of its cases': ts({}, 'vitest run -t asks'),
    'nothing in another folder measured': vitest("globals: true, coverage: { include: ['src/**'], exclude: ['**/*.test.ts'] }"),
    'what it leaves out itself, and more': vitest("exclude: [...configDefaults.exclude, 'e2e/**', 'live/**']"),
    'by a choice': vitest("include: process.env.LIVE ? ['live/**/*.ts'] : ['**/*.test.ts']"),
  },
  {
    'another ending': vitest("include: ['**/*.spec.ts'], passWithNoTests: true"),
    'other endings': vitest("include: ['**/*.{spec,e2e}.ts']"),
    'its ending left out': vitest("exclude: ['**/*.test.*']"),
    'its name left out': vitest("exclude: ['**/agent*']"),
    'another list with a name': vitest('include', "const include = ['**/*.spec.ts'];"),
    'another folder': vitest("dir: 'src'"),
    'names that no case has': vitest("testNamePattern: 'smoke'"),
    'names on the command line': ts({}, 'vitest run -t smoke'),
    'a configuration by name': ts(
      { 'unit.config.ts': "export default { test: { include: ['**/*.spec.ts'] } };" },
      'vitest run --config unit.config.ts',
    ),
  },
);

twins(
  'the configuration of jest',
  'TST-01',
  {
    'the patterns it has itself': jest("testMatch: ['**/__tests__/**/*.[jt]s?(x)', '**/?(*.)+(spec|test).[jt]s?(x)']"),
    'an expression': jest(String.raw`testRegex: '(/__tests__/.*|(\\.|/)(test|spec))\\.[jt]sx?$'`),
    'other folders left out': jest("testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '/e2e/']"),
    'its root': jest("roots: ['<rootDir>']"),
    'projects, of which one has other tests': jest(
      "projects: [{ displayName: 'live', testMatch: ['<rootDir>/live/**/*.ts'] }, { displayName: 'unit', testMatch: ['**/*.test.ts'] }]",
    ),
    'a root that is worked out': jest("rootDir: path.join(__dirname, '..'), roots: ['<rootDir>/app']"),
  },
  {
    'another ending': jest("testMatch: ['**/*.spec.ts']"),
    'another folder': jest("testMatch: ['**/__tests__/**/*.ts']"),
    'an expression': jest(String.raw`testRegex: '\\.spec\\.ts$'`),
    'its name left out': jest("testPathIgnorePatterns: ['/node_modules/', 'agent.test.ts']"),
    'its ending left out': jest(String.raw`testPathIgnorePatterns: ['\\.test\\.ts$']`),
    'other roots': jest("roots: ['<rootDir>/src']"),
    'in the manifest': ts({ 'package.json': manifest('jest', ', "jest": { "testPathIgnorePatterns": ["agent"] }') }, 'jest'),
    'a list of the tests': ts({}, 'jest --listTests'),
  },
);

twins(
  'the configuration of pytest',
  'TST-01',
  {
    'the names it has itself': ini('python_files = test_*.py *_test.py\npython_functions = test_*'),
    'other folders': ini('norecursedirs = .git node_modules live'),
    'another pattern left out': ini('addopts = --ignore-glob=*_live.py'),
    'names of its cases': ini('addopts = -k "test_empty or blank or tab"'),
    'one case left out': ini('addopts = --deselect tests/test_other.py'),
  },
  {
    'names of none of its cases': ini('addopts = -k "not empty and not blank and not tab"'),
    'a name of none of its cases': ini('addopts = -k smoke'),
    'its pattern left out': ini('addopts = --ignore-glob=*_agent.py'),
    'all patterns left out': ini('addopts = --ignore-glob=**/test_*.py'),
    'its file left out': ini('addopts = --deselect tests/test_agent.py'),
    'other files': ini('python_files = check_*.py'),
    'other functions': ini('python_functions = check_*'),
    'its folder': ini('norecursedirs = tests'),
    'a file of its own': py({ 'pytest.toml': '[pytest]\naddopts = ["--ignore=tests"]\n' }),
    'an exit that is always good': py({}, 'pytest --suppress-tests-failed-exit-code'),
  },
);

const step = (more: string): Files => ts({ '.github/workflows/ci.yml': workflow('npm test', more) });

twins(
  'conditions of a step',
  'TST-01',
  {
    'it must pass': step('continue-on-error: false'),
    'only other events go on': step(`continue-on-error: \${{ github.event_name == 'schedule' }}`),
    'a pull request': step("if: github.event_name == 'pull_request' || github.ref == 'refs/heads/main'"),
    'what is not known': step("if: github.actor != 'dependabot[bot]'"),
    'not cancelled': step(`if: \${{ !cancelled() }}`),
  },
  {
    'a text that says yes': step(`continue-on-error: \${{ true }}`),
    'on this event': step(`continue-on-error: \${{ github.event_name == 'pull_request' }}`),
    never: step("if: false && github.event_name == 'push'"),
    zero: step('if: 0'),
    'a branch on pull requests': step("if: github.ref == 'refs/heads/main'"),
    'another event': step("if: github.event_name == 'push'"),
    'after a failure': step('if: failure()'),
  },
);

const conftest = (text: string): Files => py({ 'tests/conftest.py': `import os\nimport sys\nimport pytest\n\n\n${text}` });
const modify = (body: string): Files => conftest(`def pytest_collection_modifyitems(config, items):\n${body.replace(/^/gm, '    ')}\n`);
const skip = 'item.add_marker(pytest.mark.skip(reason="slow"))';

twins(
  'conftest.py',
  'TST-01',
  {
    'another file left out': conftest('collect_ignore = ["setup.py"]\n'),
    'another pattern left out': conftest('collect_ignore_glob = ["live_*.py"]\n'),
    'left out on another machine': conftest(
      'collect_ignore = []\nif sys.version_info < (3, 12):\n    collect_ignore.append("test_agent.py")\n',
    ),
    'left out where a package is missing': conftest(
      'collect_ignore = []\ntry:\n    import vcr\nexcept ImportError:\n    collect_ignore.append("test_agent.py")\n',
    ),
    'cases with a mark': modify(
      `if config.getoption("--slow"):\n    return\nskip = pytest.mark.skip(reason="slow")\nfor item in items:\n    if "slow" in item.keywords:\n        item.add_marker(skip)`,
    ),
    'cases in a folder': modify(
      `for item in items:\n    path = str(item.fspath)\n    if "live" in path and not os.getenv("KEY"):\n        ${skip}`,
    ),
    'another mark': modify('for item in items:\n    item.add_marker(pytest.mark.asyncio)'),
    'another order': modify('items[:] = sorted(items, key=lambda item: item.name)'),
    'some files': conftest('def pytest_ignore_collect(collection_path, config):\n    return collection_path.name == "setup.py"\n'),
    'a set-up for a mark': conftest('def pytest_runtest_setup(item):\n    if "slow" in item.keywords:\n        pytest.skip("later")\n'),
    'a fixture for a mark': conftest(
      '@pytest.fixture(autouse=True)\ndef off(request):\n    if request.node.get_closest_marker("live"):\n        pytest.skip("later")\n',
    ),
    'a fixture that nobody asks for': conftest('@pytest.fixture\ndef off():\n    pytest.skip("later")\n'),
  },
  {
    'its file left out': conftest('collect_ignore = ["test_agent.py"]\n'),
    'its file left out, later': conftest('collect_ignore = []\ncollect_ignore.append("test_agent.py")\n'),
    'its file left out, too': conftest('collect_ignore = ["setup.py"]\ncollect_ignore += ["test_agent.py"]\n'),
    'its file left out where a setting is missing': conftest(
      'collect_ignore = []\nif not os.getenv("KEY"):\n    collect_ignore.append("test_agent.py")\n',
    ),
    'its folder left out': py({ 'conftest.py': 'collect_ignore = ["tests"]\n' }),
    'its pattern left out': conftest('collect_ignore_glob = ["*_agent.py"]\n'),
    'all cases': modify(`for item in items:\n    ${skip}`),
    'all cases, by a mark with a name': modify('skip = pytest.mark.skip(reason="slow")\nfor item in items:\n    item.add_marker(skip)'),
    'all cases without an option': modify(`if not config.getoption("--run"):\n    for item in items:\n        ${skip}`),
    'all cases without a setting': modify(`for item in items:\n    if not os.getenv("KEY"):\n        ${skip}`),
    'all cases are expected to fail': modify('for item in items:\n    item.add_marker(pytest.mark.xfail)'),
    'no cases': modify('items.clear()'),
    'an empty list': modify('items[:] = []'),
    'nothing left': modify('del items[:]'),
    'all files': conftest('def pytest_ignore_collect(collection_path, config):\n    return True\n'),
    'all files without a setting': conftest('def pytest_ignore_collect(collection_path, config):\n    return not os.getenv("RUN")\n'),
    'a set-up': conftest('def pytest_runtest_setup(item):\n    pytest.skip("later")\n'),
    'a set-up without an option': conftest(
      'def pytest_runtest_setup(item):\n    if not item.config.getoption("--run"):\n        pytest.skip("later")\n',
    ),
    'a fixture for all': conftest('@pytest.fixture(autouse=True)\ndef off():\n    pytest.skip("later")\n'),
    'a fixture for all without a setting': conftest(
      '@pytest.fixture(autouse=True, scope="session")\ndef off():\n    if not os.getenv("RUN"):\n        pytest.skip("later")\n    yield\n',
    ),
    'itself skipped': conftest('pytest.skip("later", allow_module_level=True)\n'),
    'an end before the start': conftest('def pytest_configure(config):\n    pytest.exit("later", returncode=0)\n'),
  },
);

const inFile = (before: string, first = ''): Files =>
  py({
    'tests/test_agent.py': TESTED.replace('import pytest\n', `import os\nimport unittest\nimport pytest\n`)
      .replace('\n\ndef test_empty', `\n\n${before}def test_empty`)
      .replaceAll('():\n    assert', `():\n${first}    assert`),
  });
const cases = (text: string): Files =>
  ts({ 'agent.test.ts': tested("import { beforeEach, describe, expect, test } from 'vitest';", text) });

twins(
  'cases that leave early',
  'TST-01',
  {
    'a hook that prepares': cases(`beforeEach(() => { if (!process.env.TZ) process.env.TZ = 'UTC'; });\n${BODY}`),
    'a hook of another group': cases(`describe('live', () => { beforeEach(context => { context.skip(); }); });\n${BODY}`),
    'a fixture that prepares': inFile('@pytest.fixture(autouse=True)\ndef clean(monkeypatch):\n    monkeypatch.setenv("TZ", "UTC")\n\n\n'),
  },
  {
    'a hook that skips': cases(`beforeEach(context => { context.skip(); });\n${BODY}`),
    'a hook that skips without a setting': cases(`beforeEach(context => { if (!process.env.LIVE) context.skip(); });\n${BODY}`),
    'a test of another file that is skipped': ts({
      'support.ts': "import { test as base } from 'vitest';\nexport const test = base.skip;\n",
      'agent.test.ts': tested("import { expect } from 'vitest';\nimport { test } from './support.ts';"),
    }),
    'a return without a setting': cases(
      BODY.replace(/async \(\) => (expect.*)\);$/gm, 'async () => { if (!process.env.LIVE) return; $1; });'),
    ),
    'a return without a setting that has a name': cases(
      `const live = process.env.LIVE;\n${BODY.replace(/async \(\) => (expect.*)\);$/gm, 'async () => { if (!live) { return; } $1; });')}`,
    ),
    'a fixture of the file': inFile('@pytest.fixture(autouse=True)\ndef off():\n    pytest.skip("later")\n\n\n'),
    'a return without a setting in Python': inFile('', '    if not os.getenv("LIVE"):\n        return\n'),
    'a class that is set up to skip': py({
      'tests/test_agent.py': `import unittest\nfrom agent import reply\n\n\nclass TestReply(unittest.TestCase):\n    def setUp(self):\n        self.skipTest("later")\n${['""', '" "', '"  "'].map((sent, at) => `\n    def test_${at}(self):\n        self.assertIn("What would", reply(${sent}))\n`).join('')}`,
    }),
  },
);
