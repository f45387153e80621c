import {
  agentsWithout,
  assertingCases,
  defineCheck,
  fail,
  languageOf,
  partial,
  pass,
  placeOfRun,
  production,
  runOf,
  shortfall,
  unknown,
  untestedByLanguage,
} from '../../src/core/index.ts';

/** Fewer cases than these are a sample, not a suite. */
const FEWEST = 3;

// Code that several examples share.
const WORKFLOW = `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm test`;
const TESTS_PYTHON = `import pytest
from agent import recent


def turn(content):
    return {"role": "user", "content": content}


@pytest.mark.parametrize("characters,kept", [(8, 2), (7, 1), (1, 1)])
def test_budget(characters, kept):
    assert len(recent([turn("plum"), turn("pear")], characters)) == kept


def test_nothing():
    assert recent([]) == []`;
const PROJECT_PYTHON = `[project]
name = "support"
version = "1.0.0"
dependencies = ["openai==2.45.0"]

[dependency-groups]
dev = ["pytest==9.0.1"]
`;
const WORKFLOW_PYTHON = `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@v6
      - run: uv run pytest`;
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

export const check = defineCheck({
  id: 'launch/unit-tests',
  code: 'TST-01',
  title: "Unit tests of the agent's own code exist, run and all pass",
  severity: 'blocker',
  how: ['inspect', 'attest'],
  lines: ['L14'],
  why: 'Parsing, prices, limits and redaction are ordinary code, and it breaks in ordinary ways. Without tests every change is an experiment on users.',
  fix: 'Test the code around the model, run the tests on every pull request, and let any failure stop the merge.',
  settles: "A recorded result of the whole suite on this commit: at least one test of the agent's code has run, and none failed.",
  traps: [
    'A test command that prints a sentence, or passes when it finds no tests, is always green.',
    'A step with continue-on-error, or with an "or true" behind the command, reports failures and stops nothing.',
    'Tests of a template, a library or a page may pass without importing the agent at all.',
    'A test without an assertion passes whatever comes back, and so does one that asserts a constant, or swallows the failure.',
    'Skipped tests count as neither passed nor failed, and their number should be known.',
    'A test that replaces the agent by a mock, or imports only its types, tests something else.',
  ],
  needs: { facts: ['model-call', 'test-file', 'ci-run'] },

  inspect({ 'model-call': calls, 'test-file': files, 'ci-run': runs }) {
    const places = production(calls)
      .slice(0, 1)
      .map(call => call.location);
    const agent = production(calls).map(call => call.location.file);
    const written = files.filter(file => file.sort !== 'evaluation');
    const own = written.filter(file => file.ofAgent && file.sort !== 'end-to-end' && file.unread === undefined);
    const running = own.filter(file => file.cases > 0);
    const live = running.filter(file => assertingCases(file) > 0);
    const silent = running.reduce((sum, file) => sum + (file.silent ?? 0), 0);
    const mute = silent === 0 ? '' : `; ${silent} more assert nothing`;
    const standing = live.map(file => ({ file, ...runOf(runs, file, agent) }));
    const guarded = standing.filter(one => one.how === 'guarded');
    const count = guarded.reduce((sum, one) => sum + assertingCases(one.file), 0);
    const where = [...live].sort((a, b) => assertingCases(b) - assertingCases(a)).map(file => file.location);
    const other = untestedByLanguage(
      agent,
      guarded.map(one => one.file),
    );
    if (count >= FEWEST && other !== undefined)
      return [
        partial(
          `${count} cases that CI runs test agent code, and none of them can test the model calls in ${languageOf(other)}`,
          [{ file: other, line: production(calls).find(call => call.location.file === other)?.location.line ?? 1 }, ...where.slice(0, 3)],
          'medium',
        ),
      ];
    if (count >= FEWEST) {
      const run = guarded[0]?.run;
      const skipped = own.reduce((sum, file) => sum + file.skipped, 0);
      const more = skipped === 0 ? '' : `; ${skipped} more are skipped`;
      const least = written.some(file => file.ofAgent && file.unread !== undefined) ? 'At least ' : '';
      const message = `${least}${count} cases in ${guarded.length === 1 ? 'one file' : `${guarded.length} files`} test the agent's code, and CI runs them on every change (${run?.label})${more}${mute}. Their result itself was not seen.`;
      const shown = [...where.slice(0, 5), ...(run === undefined ? [] : [placeOfRun(run)])];
      // The tests of one agent prove nothing about the next.
      const bare = agentsWithout(
        production(calls),
        guarded.map(one => one.file),
      );
      if (bare.length > 0) return [partial(`${message} No test was found of the agent in ${bare.slice(0, 3).join(', ')}.`, shown)];
      return [pass(message, shown, 'medium')];
    }
    // What was not read may be more of the same; it is counted by its look only.
    const open = written.filter(file => file.ofAgent && file.unread !== undefined && runOf(runs, file, agent).how === 'guarded');
    if (open.length > 0)
      return [
        unknown(
          `${count === 0 ? 'No case' : `Only ${count} cases`} of the tests that were read run in CI and test the agent's code; ${open.length} more files were not read`,
          open.slice(0, 3).map(file => file.location),
        ),
      ];
    if (count > 0)
      return [
        partial(
          `Only ${count} cases test the agent's code in CI${mute === '' ? ', ' : `${mute}, `}which covers next to nothing of it`,
          where.slice(0, 5),
        ),
      ];
    const best = standing.find(one => one.how !== 'none') ?? standing[0];
    if (best !== undefined) {
      const message = `${live.reduce((sum, file) => sum + assertingCases(file), 0)} cases test the agent's code, but ${shortfall(best)}`;
      return [partial(message, [...where.slice(0, 3), ...(best.run === undefined ? [] : [placeOfRun(best.run)])])];
    }
    if (running.length > 0)
      return [
        partial(
          `${silent} cases run the agent's code, and none of them asserts anything: they only say that nothing was thrown`,
          running.slice(0, 5).map(file => file.location),
        ),
      ];
    if (own.length > 0)
      return [
        partial(
          "All tests of the agent's code are skipped",
          own.slice(0, 5).map(file => file.location),
        ),
      ];
    const others = written.filter(file => file.cases > 0 || file.skipped > 0);
    // A file whose imports are known to lead nowhere near the agent is no question.
    const unread = written.filter(file => file.unread !== undefined && (file.ofAgent || file.cases === 0));
    if (unread.length > 0) {
      const message = `Whether tests cover the agent's code could not be read: ${unread[0]?.unread}`;
      return [
        unknown(
          message,
          unread.slice(0, 3).map(file => file.location),
        ),
      ];
    }
    if (others.length > 0)
      return [
        partial(
          "Tests exist, but none of them runs the agent's own code below the user interface",
          others.slice(0, 5).map(file => file.location),
          'medium',
        ),
      ];
    return [fail('No test was found in any file that was read: the code around the model call is not tested', places, 'medium')];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'agent.test.ts': `import { expect, test } from 'vitest';
import { recent } from './agent.ts';
const turn = (content: string) => ({ role: 'user' as const, content });
test('keeps everything that fits', () => expect(recent([turn('plum'), turn('pear')], 8)).toHaveLength(2));
test('drops the oldest first', () => expect(recent([turn('plum'), turn('pear')], 7)).toEqual([turn('pear')]));
test('keeps the last turn, however long', () => expect(recent([turn('plum'), turn('pear')], 1)).toEqual([turn('pear')]));`,
        'package.json':
          '{ "scripts": { "test": "vitest run" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        '.github/workflows/test.yml': WORKFLOW,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
type Turn = { role: 'user' | 'assistant'; content: string };
/** The newest turns that fit into the budget; the last one always stays. */
export function recent(turns: Turn[], characters = 12_000): Turn[] {
  const from = turns.findLastIndex((_, at) => turns.slice(at).reduce((sum, turn) => sum + turn.content.length, 0) > characters);
  return turns.slice(Math.min(from + 1, turns.length - 1));
}
export const reply = (turns: Turn[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages: recent(turns), max_completion_tokens: 800 });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'package.json':
          '{ "scripts": { "test": "vitest run --passWithNoTests" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    continue-on-error: true
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm test`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'there are no tests, the runner is told not to mind, and the job would pass anyway',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'agent.test.ts': `import { expect, test, vi } from 'vitest';
import { reply } from './agent.ts';
vi.mock('openai');
test('answers', async () => expect(await reply('Where is it?')).toBe(''));
test('answers a greeting', async () => expect(await reply('Hello')).toBe(''));
test('answers nothing with nothing', async () => expect(await reply('Bye')).toBe(''));`,
        'package.json':
          '{ "scripts": { "test": "vitest run" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm test || true`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the tests run, and their failure is thrown away',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'agent.test.ts': `import { expect, test, vi } from 'vitest';
import { reply } from './agent.ts';
vi.mock('openai');
test('answers', async () => expect(await reply('Where is it?')).toBe(''));
test('answers a greeting', async () => expect(await reply('Hello')).toBe(''));
test('answers nothing with nothing', async () => expect(await reply('Bye')).toBe(''));`,
        'package.json':
          '{ "scripts": { "test": "vitest run" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'tests that only somebody starts',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'page.test.ts': `import { expect, test, vi } from 'vitest';
import { reply } from './agent.ts';
import { title } from './page.ts';
vi.mock('./agent.ts', () => ({ reply: async () => 'Hello' }));
test('shows the reply', async () => expect(title(await reply('Hi'))).toBe('HELLO'));
test('shows nothing', () => expect(title('')).toBe(''));
test('shouts', () => expect(title('a')).toBe('A'));`,
        'page.ts': 'export const title = (text: string) => text.toUpperCase();',
        'package.json':
          '{ "scripts": { "test": "vitest run" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
        '.github/workflows/test.yml': WORKFLOW,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the agent is replaced by a mock, so that only the page is tested',
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'tests/test_agent.py': 'def test_reply(): assert ask("Hi") == "Hello"',
        'package.json':
          '{ "scripts": { "test": "vitest run" }, "dependencies": { "openai": "6.49.0" }, "devDependencies": { "vitest": "4.1.12" } }',
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'tests in a language that is not read',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: {
        'tests/test_agent.py': TESTS_PYTHON,
        'pyproject.toml': PROJECT_PYTHON,
        '.github/workflows/test.yml': WORKFLOW_PYTHON,
      },
      code: AGENT_PYTHON,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'tests/test_agent.py': `import pytest
from agent import recent


def turn(content):
    return {"role": "user", "content": content}


@pytest.mark.slow
@pytest.mark.parametrize("characters,kept", [(8, 2), (7, 1), (1, 1)])
def test_budget(characters, kept):
    assert len(recent([turn("plum"), turn("pear")], characters)) == kept


@pytest.mark.slow
def test_nothing():
    assert recent([]) == []`,
        'pyproject.toml': `[project]
name = "support"
version = "1.0.0"
dependencies = ["openai==2.45.0"]

[dependency-groups]
dev = ["pytest==9.0.1"]

[tool.pytest.ini_options]
addopts = "-m 'not slow'"
markers = ["slow"]
`,
        '.github/workflows/test.yml': WORKFLOW_PYTHON,
      },
      code: AGENT_PYTHON,
      shows: 'every case has a mark that the configuration of pytest leaves out',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'tests/test_agent.py': TESTS_PYTHON,
        'pyproject.toml': PROJECT_PYTHON,
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@v6
      - run: uv run pytest tests/unit`,
      },
      code: AGENT_PYTHON,
      shows: 'CI runs another folder',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'tests/test_agent.py': `from unittest.mock import MagicMock
import sys

sys.modules["agent"] = MagicMock()
import agent
from page import title


def test_title():
    assert title(agent.reply([])) is not None


def test_shout():
    assert title("a") == "A"


def test_empty():
    assert title("") == ""
`,
        'page.py': `def title(text):
    return str(text).upper()
`,
        'pyproject.toml': PROJECT_PYTHON,
        '.github/workflows/test.yml': WORKFLOW_PYTHON,
      },
      code: AGENT_PYTHON,
      shows: 'the module of the agent is replaced by a mock',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: {
        'pyproject.toml': PROJECT_PYTHON,
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@v6
      - run: uv run pytest || [ $? -eq 5 ]`,
      },
      code: AGENT_PYTHON,
      shows: 'no tests, and the job accepts that there are none',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'tests/test_agent.py': `from agent import recent


def test_nothing():
    recent([])


def test_one():
    assert recent([{"role": "user", "content": "plum"}]) or True


def test_two():
    wanted = 2
    recent([{"role": "user", "content": "plum"}, {"role": "user", "content": "pear"}])
    assert wanted == 2
`,
        'pyproject.toml': PROJECT_PYTHON,
        '.github/workflows/test.yml': WORKFLOW_PYTHON,
      },
      code: AGENT_PYTHON,
      shows: 'CI runs cases that are green whatever comes back',
    },
  ],
});
