import {
  type CiRun,
  defineCheck,
  fail,
  type JudgeEvaluation,
  partial,
  pass,
  placeOfRun,
  production,
  runOf,
  shortfall,
  type TestFile,
  unknown,
} from '../../src/core/index.ts';

/** The bar, as a share of the cases, and the fewest cases of which a share says anything. */
const BAR = 0.85;
const FEWEST = 30;

/** What keeps an evaluation from closing the gate, in the reader's words; empty: nothing. */
function gaps(
  judge: JudgeEvaluation,
  files: readonly TestFile[],
  runs: readonly CiRun[],
  agent: readonly string[],
): { gaps: string[]; run?: CiRun } {
  const file = files.find(one => one.location.file === judge.location.file);
  const { how, run } = runOf(runs, file ?? judge, agent);
  const bar = run?.passRate ?? judge.threshold;
  const out: string[] = [];
  if (bar === null) out.push('no share of the cases must pass');
  else if (bar < 0.02) out.push(`the bar is ${+(bar * 100).toFixed(2)} % (its unit is per cent)`);
  else if (bar < BAR) out.push(`the bar is ${+(bar * 100).toFixed(1)} %`);
  if (judge.ofAgent === 'no') out.push('it asks a bare model and not the agent');
  if (judge.ofAgent === 'unknown') out.push('whether the agent itself answers could not be seen');
  if (judge.cases !== null && judge.cases < FEWEST) out.push(`it has ${judge.cases} cases, of which a share says little`);
  if (how !== 'guarded') out.push(shortfall(run === undefined ? { how } : { how, run }));
  return { gaps: out, ...(run === undefined ? {} : { run }) };
}

// Code that several examples share.
const PROMPTFOO = `providers:
  - id: http
    config:
      url: http://127.0.0.1:3000/chat
      method: POST
      headers: {Content-Type: application/json}
      body: {message: '{{prompt}}'}
      transformResponse: json.reply
prompts: ['{{question}}']
defaultTest:
  options: {provider: 'anthropic:messages:claude-sonnet-4-5'} # the judge, of another family than the agent
  assert: [{type: llm-rubric, value: 'States this and nothing that contradicts it: {{fact}}'}]
tests: file://cases.csv # 60 rows: question, fact`;
const SERVER = `import express from 'express';
import OpenAI from 'openai';
const client = new OpenAI();
const app = express().use(express.json());
app.post('/chat', async (request, response) => {
  const messages = [{ role: 'user' as const, content: String(request.body.message) }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  response.json({ reply: choices[0]?.message.content });
});
app.listen(3000);`;
const WORKFLOW = `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@v6
      - run: uv run deepeval test run evals/test_answers.py`;
const AGENT_PYTHON = `from openai import OpenAI

client = OpenAI()


def reply(question: str) -> str:
    result = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}], max_completion_tokens=800)
    return result.choices[0].message.content or ""`;

export const check = defineCheck({
  id: 'launch/judge-evaluation',
  code: 'TST-03',
  title: 'A judge passes more than 85 % of the evaluation cases',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L16'],
  why: 'Whether the answers are good cannot be seen in a stack trace. Without a measured share nobody knows whether a new prompt made them worse.',
  fix: 'Let a judge model grade at least thirty cases by a written rubric, fail the run at 85 % or less, and keep the result with the commit.',
  settles:
    'The recorded result of an evaluation of this commit: at least thirty cases that were answered by the agent itself, and more than 85 % of them passed.',
  traps: [
    'Thresholds have units: a pass rate of 0.85 given to a tool that reads percent closes the gate for nobody.',
    'A mean score of 0.85 is not a share of 85 % passed cases, and a threshold for one case is neither.',
    'Cases whose answer is written into the dataset grade the dataset; the agent was never asked.',
    'A test that only waits for the evaluation to finish passes whatever it says; with few cases the share is mostly chance.',
    'Thresholds that are met by rules in code are no judgement of the answers.',
  ],
  needs: { facts: ['model-call', 'test-file', 'judge-evaluation', 'ci-run'] },

  inspect({ 'model-call': calls, 'test-file': files, 'judge-evaluation': judges, 'ci-run': runs }) {
    const evaluations = files.filter(file => file.sort === 'evaluation' && file.unread === undefined && file.cases + file.skipped > 0);
    const agent = production(calls).map(call => call.location.file);
    const judged = judges.map(judge => ({ judge, ...gaps(judge, files, runs, agent) })).sort((a, b) => a.gaps.length - b.gaps.length);
    const [best] = judged;
    if (best !== undefined) {
      const { judge, run } = best;
      const places = [judge.location, ...(run === undefined ? [] : [placeOfRun(run)])];
      if (best.gaps.length > 0) return [partial(`A judge grades answers (${judge.label}), but ${best.gaps.join('; ')}`, places)];
      const number = judge.cases === null ? 'a number of cases that was not read' : `${judge.cases} cases`;
      return [
        pass(
          `A judge grades ${number} on every change and fails the run below its bar (${judge.label}). Its result was not seen.`,
          places,
          'medium',
        ),
      ];
    }
    if (evaluations.length > 0)
      return [
        partial(
          'Evaluations exist, but no model was seen that judges the answers',
          evaluations.slice(0, 5).map(file => file.location),
          'medium',
        ),
      ];
    const unread = files.filter(file => file.unread !== undefined && file.sort === 'evaluation');
    if (unread[0] !== undefined)
      return [unknown(`Whether an evaluation judges the answers could not be read: ${unread[0].unread}`, [unread[0].location])];
    const where = production(calls)
      .slice(0, 1)
      .map(call => call.location);
    return [fail('No evaluation of the answers was found in the code and the configurations that were read', where, 'medium')];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'evals/promptfooconfig.yaml': PROMPTFOO,
        '.github/workflows/evaluation.yml': `on: pull_request
jobs:
  evaluation:
    runs-on: ubuntu-latest
    env:
      OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
      ANTHROPIC_API_KEY: \${{ secrets.ANTHROPIC_API_KEY }}
      PROMPTFOO_PASS_RATE_THRESHOLD: '86' # per cent
    steps:
      - uses: actions/checkout@v4
      - run: npm ci && (npm start &) && npx wait-on tcp:3000
      - run: npx promptfoo eval -c evals/promptfooconfig.yaml -o results.json
      - {uses: actions/upload-artifact@v4, if: always(), with: {name: evaluation, path: results.json}}`,
      },
      code: SERVER,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'evals/promptfooconfig.yaml': PROMPTFOO,
        '.github/workflows/evaluation.yml': `on: pull_request
jobs:
  evaluation:
    runs-on: ubuntu-latest
    env:
      OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
      ANTHROPIC_API_KEY: \${{ secrets.ANTHROPIC_API_KEY }}
      PROMPTFOO_PASS_RATE_THRESHOLD: '0.85'
    steps:
      - uses: actions/checkout@v4
      - run: npm ci && (npm start &) && npx wait-on tcp:3000
      - run: npx promptfoo eval -c evals/promptfooconfig.yaml`,
      },
      code: SERVER,
      shows: 'the threshold is read as percent: this run passes with one good answer in a hundred',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'evals/rules.eval.ts': `import { expect, test } from 'vitest';
import { reply } from '../agent.ts';
test('names the order', async () => expect((await reply([{ role: 'user', content: 'Where is A1?' }])).choices[0]?.message.content).toMatch(/A1/));`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'rules, and no judge',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "openai": "6.49.0" }, "devDependencies": { "evalite": "0.19.0", "autoevals": "0.0.130" } }',
        'evals/answers.eval.ts': `import { Factuality } from 'autoevals';
import { evalite } from 'evalite';
import { reply } from '../agent.ts';
evalite('answers', {
  data: [{ input: 'When do you open?', expected: 'At nine.' }],
  task: async input => (await reply([{ role: 'user', content: input }])).choices[0]?.message.content ?? '',
  scorers: [Factuality],
});`,
        '.github/workflows/evals.yml': `on: pull_request
jobs:
  evals:
    runs-on: ubuntu-latest
    steps:
      - run: npm ci
      - run: npx evalite`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'a judge that runs on every change, and nothing that its grades decide',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: {
        'evals/test_answers.py': `import json
from pathlib import Path

import pytest
from deepeval import assert_test
from deepeval.metrics import GEval
from deepeval.test_case import LLMTestCase, LLMTestCaseParams

from agent import reply

CASES = json.loads(Path("evals/cases.json").read_text())
metric = GEval(
    name="Correct", criteria="States the fact and nothing against it", threshold=0.7,
    evaluation_params=[LLMTestCaseParams.ACTUAL_OUTPUT, LLMTestCaseParams.EXPECTED_OUTPUT],
)


@pytest.mark.parametrize("case", CASES)
def test_answer(case):
    assert_test(LLMTestCase(input=case["question"], actual_output=reply(case["question"]), expected_output=case["fact"]), [metric])
`,
        '.github/workflows/test.yml': WORKFLOW,
      },
      code: AGENT_PYTHON,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'evals/test_answers.py': `import json
from pathlib import Path

import pytest
from deepeval import assert_test
from deepeval.metrics import GEval
from deepeval.test_case import LLMTestCase, LLMTestCaseParams

from agent import reply

CASES = json.loads(Path("evals/cases.json").read_text())
metric = GEval(
    name="Correct", criteria="States the fact and nothing against it", threshold=0.7,
    evaluation_params=[LLMTestCaseParams.ACTUAL_OUTPUT, LLMTestCaseParams.EXPECTED_OUTPUT],
)


@pytest.mark.parametrize("case", CASES)
def test_answer(case):
    assert_test(LLMTestCase(input=case["question"], actual_output="The capital of France is Paris.", expected_output=case["fact"]), [metric])
`,
        '.github/workflows/test.yml': WORKFLOW,
      },
      code: AGENT_PYTHON,
      shows: 'the graded answer is written in the test, and the agent is never asked',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'evals/test_answers.py': `from anthropic import Anthropic

from agent import reply

judge = Anthropic()
CASES = [("When is A1 sent?", "Monday"), ("Where is A2?", "Berlin")]


def passes(question: str, fact: str) -> bool:
    prompt = f"Answer PASS if this states {fact}: {reply(question)}"
    verdict = judge.messages.create(model="claude-sonnet-4-5", max_tokens=5, messages=[{"role": "user", "content": prompt}])
    return "PASS" in verdict.content[0].text


def test_share():
    results = [passes(question, fact) for question, fact in CASES]
    print(sum(results) / len(results))
`,
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@v6
      - run: uv run pytest evals`,
      },
      code: AGENT_PYTHON,
      shows: 'a judge whose share is printed and compared with nothing',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: {
        'tests/test_agent.py': `from agent import reply


def test_good_answer_quality_evaluation():
    assert len(reply("Hello")) > 0
`,
        '.github/workflows/test.yml': `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: astral-sh/setup-uv@v6
      - run: uv run pytest`,
      },
      code: AGENT_PYTHON,
      shows: 'a title that promises an evaluation',
    },
  ],
});
