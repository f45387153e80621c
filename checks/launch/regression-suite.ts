import {
  agentsWithout,
  assertingCases,
  defineCheck,
  fail,
  guards,
  isBelow,
  languageOf,
  partial,
  pass,
  placeOfRun,
  production,
  runOf,
  shortfall,
  unknown,
  unreadServices,
  untestedByLanguage,
} from '../../src/core/index.ts';

// Code that several examples share.
const AGENT_WITH_PROMPT = `import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
const system = readFileSync(new URL('./prompts/support.md', import.meta.url), 'utf8');
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'system' as const, content: system }, { role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`;
const TESTS_PYTHON = `import pytest
from agent import recent


def turn(content):
    return {"role": "user", "content": content}


@pytest.mark.parametrize("characters,kept", [(8, 2), (7, 1), (1, 1)])
def test_budget(characters, kept):
    assert len(recent([turn("plum"), turn("pear")], characters)) == kept


def test_nothing():
    assert recent([]) == []`;
const AGENT_PYTHON = `import os
from openai import OpenAI

client = OpenAI()


def recent(turns: list[dict], characters: int = 12_000) -> list[dict]:
    """The newest turns that fit into the budget; the last one always stays."""
    kept = turns[-1:]
    for turn in reversed(turns[:-1]):
        if sum(len(one["content"]) for one in [turn, *kept]) > characters:
            break
        kept = [turn, *kept]
    return kept


def reply(turns: list[dict]) -> str:
    result = client.chat.completions.create(model="gpt-5.6", messages=recent(turns), max_completion_tokens=800)
    return result.choices[0].message.content or ""`;
const PROJECT_PYTHON = `[project]
name = "support"
version = "1.0.0"
dependencies = ["openai==2.45.0"]

[dependency-groups]
dev = ["pytest==9.0.1"]
`;

export const check = defineCheck({
  id: 'launch/regression-suite',
  code: 'TST-04',
  title: 'The regression suite runs by itself before every release',
  severity: 'high',
  how: ['inspect'],
  lines: ['L17'],
  why: 'A suite that somebody has to remember is not run on the evening when it matters.',
  fix: 'Trigger it on pull requests that touch prompts, tools or agent code, let a failure fail the job, and make the deployment need that job.',
  settles:
    'The CI runs of the latest changes to prompts and agent code: each must show the suite, and a failing suite must have stopped the deployment.',
  traps: [
    'A workflow that only starts by hand is manual, however complete it is.',
    'Path filters often forget the folder with the prompts.',
    'A condition on a secret skips the job where the secret is missing, and a skipped job counts as green.',
    'A suite beside the deployment, which does not need it, informs and stops nothing.',
    'Tests that assert nothing find no regression, however often they run.',
    'A command that runs tests, in a repository that has none, guards nothing.',
  ],
  needs: { facts: ['model-call', 'test-file', 'ci-run'] },

  inspect({ 'model-call': calls, 'test-file': files, 'ci-run': runs }) {
    const agent = production(calls).map(call => call.location);
    const live = files.filter(file => assertingCases(file) > 0);
    const standing = live.map(file => ({
      file,
      ...runOf(
        runs,
        file,
        agent.map(place => place.file),
      ),
    }));
    const guarded = standing.filter(one => one.how === 'guarded');
    const first = guarded[0];
    // Tests of the agent that nothing runs are not made up for by an evaluation, or by tests of something else, that CI does run.
    const own = standing.filter(one => one.file.ofAgent && one.file.sort !== 'evaluation');
    const [mute] = own.length > 0 && own.every(one => one.how !== 'guarded') ? own : [];
    if (first?.run !== undefined && mute !== undefined)
      return [
        partial(
          `CI runs ${first.run.label} on every change, but the tests of the agent's own code (${own.length === 1 ? 'one file' : `${own.length} files`}) guard nothing: ${shortfall(mute)}`,
          [mute.run === undefined ? mute.file.location : placeOfRun(mute.run), placeOfRun(first.run)],
        ),
      ];
    const covering = guarded.map(one => one.file);
    const other = agent.find(
      ({ file }) =>
        file ===
        untestedByLanguage(
          agent.map(place => place.file),
          covering,
        ),
    );
    if (first?.run !== undefined && other !== undefined)
      return [
        partial(
          `CI runs ${first.run.label} on every change, and none of these tests can cover the model calls in ${languageOf(other.file)}`,
          [other, placeOfRun(first.run)],
          'medium',
        ),
      ];
    if (first?.run !== undefined) {
      const cases = guarded.reduce((sum, one) => sum + assertingCases(one.file), 0);
      const free = guarded.every(one => one.run?.release === 'free');
      const message = `CI runs ${cases} cases in ${guarded.length === 1 ? 'one file' : `${guarded.length} files`} on every change (${first.run.label})${free ? '; the jobs that deploy do not wait for it' : ''}`;
      const bare = agentsWithout(
        production(calls),
        guarded.map(one => one.file),
      );
      if (bare.length > 0)
        return [partial(`${message}; nothing of it tests the agent in ${bare.slice(0, 3).join(', ')}`, [placeOfRun(first.run)])];
      return [pass(message, [placeOfRun(first.run)], free ? 'medium' : 'high')];
    }
    const order = ['harmless', 'filtered', 'other-event', 'script', 'none'];
    const [best] = [...standing].sort((a, b) => order.indexOf(a.how) - order.indexOf(b.how));
    const unread = unreadServices(runs)[0];
    if (best !== undefined) {
      if (unread !== undefined && (best.how === 'script' || best.how === 'none'))
        return [unknown(`Tests exist; whether ${unread.label} runs them is not read`, [unread.location])];
      const message = `${live.length === 1 ? 'A file of tests exists' : `${live.length} files of tests exist`}, but ${shortfall(best)}`;
      return [partial(message, [best.run === undefined ? best.file.location : placeOfRun(best.run)])];
    }
    const silent = files.find(file => file.cases > 0);
    if (silent !== undefined)
      return [partial('Tests exist, and none of them asserts anything: such a suite finds no regression', [silent.location], 'medium')];
    const others = files.filter(file => file.unread !== undefined);
    if (others[0] !== undefined)
      return [unknown(`Whether a suite covers the agent could not be read: ${others[0].unread}`, [others[0].location])];
    if (unread !== undefined) return [unknown(`What ${unread.label} runs is not read`, [unread.location])];
    const looks = runs.filter(
      run => guards(run) && run.runs.length === 0 && run.runner === undefined && agent.some(({ file }) => isBelow(run.dir, file)),
    );
    if (looks[0] !== undefined)
      return [
        partial(
          `CI builds or checks the code on every change (${looks[0].label}), and no test was found that it could run`,
          [placeOfRun(looks[0])],
          'medium',
        ),
      ];
    const skipped = files.find(file => file.skipped > 0);
    if (skipped !== undefined) return [fail('All tests are skipped', [skipped.location], 'medium')];
    return [
      fail('No test of this code and no CI job that runs one was found: nothing is tested before a release', agent.slice(0, 1), 'medium'),
    ];
  },

  examples: [
    {
      expect: 'partial',
      file: 'src/agent.ts',
      files: {
        'package.json': '{ "scripts": { "test": "vitest run" }, "devDependencies": { "vitest": "4.0.0" } }',
        '.github/workflows/ci.yml': `on: [pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm test || true
      - run: npx promptfoo eval -c evals/promptfooconfig.yaml`,
        'evals/promptfooconfig.yaml': `prompts: ['{{question}}']
providers: [file://provider.ts]
tests:
  - vars: {question: When is order A1 sent?}
    assert: [{type: contains, value: Monday}]`,
        'src/agent.test.ts': `import { expect, test } from 'vitest';
import { reply } from './agent.ts';
const client = { chat: { completions: { create: async () => ({ choices: [{ message: { content: 'On Monday.' } }] }) } } } as never;
test('answers', async () => expect(await reply('When?', client)).toBe('On Monday.'));`,
      },
      code: `import OpenAI from 'openai';
export async function reply(question: string, client = new OpenAI()) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'an evaluation guards the change, and the tests of the code cannot fail',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'package.json': '{ "scripts": { "test:regression": "vitest run tests/regression" }, "devDependencies": { "vitest": "4.1.12" } }',
        'tests/regression/replies.test.ts': `import { expect, test } from 'vitest';
import { reply } from '../../agent.ts';
test.each(['Where is A1?', 'Refund A1'])('%s is answered', async question => expect(await reply(question)).toMatch(/A1/));`,
        '.github/workflows/release.yml': `on:
  pull_request: {paths: [agent.ts, 'prompts/**', 'tools/**', 'evals/**', package-lock.json]}
  push: {branches: [main]}
jobs:
  regression:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm run test:regression
        env: {OPENAI_API_KEY: '\${{ secrets.OPENAI_API_KEY }}'}
  deploy:
    if: github.ref == 'refs/heads/main'
    needs: regression
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh`,
      },
      code: AGENT_WITH_PROMPT,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json': '{ "scripts": { "test:regression": "vitest run tests/regression" }, "devDependencies": { "vitest": "4.1.12" } }',
        'tests/regression/replies.test.ts': `import { expect, test } from 'vitest';
import { reply } from '../../agent.ts';
test.each(['Where is A1?', 'Refund A1'])('%s is answered', async question => expect(await reply(question)).toMatch(/A1/));`,
        '.github/workflows/evals.yml': `name: Regression evals
on: workflow_dispatch
jobs:
  regression:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm run test:regression
        env: {OPENAI_API_KEY: '\${{ secrets.OPENAI_API_KEY }}'}`,
        '.github/workflows/deploy.yml': `on: {push: {branches: [main]}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh`,
      },
      code: AGENT_WITH_PROMPT,
      shows: 'the suite starts by hand only, and the deployment does not wait for it',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'package.json': '{ "scripts": { "test": "echo \\"no test specified\\" && exit 0" } }',
        '.github/workflows/ci.yml': `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: npm test`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'a test command that prints a sentence',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json': '{ "scripts": { "test": "vitest run", "build": "tsc" }, "devDependencies": { "vitest": "4.1.12" } }',
        '.github/workflows/ci.yml': `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: npm run build
      - run: npm test --if-present`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'the job runs a test command, and there are no tests',
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        Jenkinsfile: 'pipeline { stages { stage("test") { steps { sh "npm test" } } } }',
        'package.json': '{ "scripts": { "test": "vitest run" } }',
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'a CI service whose file is not read',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: {
        'tests/test_agent.py': TESTS_PYTHON,
        'pyproject.toml': `[project]
name = "support"
version = "1.0.0"
dependencies = ["openai==2.45.0"]

[dependency-groups]
dev = ["pytest==9.0.1"]

[tool.poe.tasks]
test = "pytest tests"
check.sequence = ["test"]
`,
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@v6
      - run: uv run poe check`,
      },
      code: AGENT_PYTHON,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'tests/test_agent.py': TESTS_PYTHON,
        'pyproject.toml': PROJECT_PYTHON,
        'tox.ini': `[tox]
envlist = py312, lint
[testenv]
commands = pytest
[testenv:lint]
commands = ruff check .
`,
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@v6
      - run: uvx tox -e lint`,
      },
      code: AGENT_PYTHON,
      shows: 'tox is started, for the linter only',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: {
        'pyproject.toml': PROJECT_PYTHON,
        'tests/test_agent.py': `import pytest

pytestmark = pytest.mark.skip(reason="openai is expensive")


def test_reply():
    assert True
`,
      },
      code: AGENT_PYTHON,
      shows: 'all tests are skipped',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json':
          '{ "scripts": { "test": "vitest run" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm test`,
        'agent.test.ts': `import { expect, test } from 'vitest';
import { reply } from './agent.ts';
test('answers', () => {
  ['When?', 'Where?'].forEach(async question => {
    expect(await reply(question)).toMatch(/Monday/);
  });
});`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the test is over before the first answer comes, so that nothing of what it asserts can fail it',
    },
  ],
});
