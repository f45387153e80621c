// What commands of Python projects run in CI: starters, named tasks, configuration of pytest, marks.
import { describe, expect, test } from 'vitest';
import { chooses } from '../src/core/choice.ts';
import { scan } from '../src/scan.ts';
import { type Files, openShelf } from './support/lay-out.ts';

const shelf = openShelf('ci-python');

async function runs(command: string, files: Files): Promise<string[]> {
  const block = `|\n${command.replace(/^/gm, '          ')}`;
  const flow = `on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${block}\n`;
  const { facts } = await scan(shelf.layOut({ ...files, '.github/workflows/ci.yml': flow }), () => {});
  return facts['ci-run'].flatMap(run =>
    run.by !== 'ci'
      ? []
      : [
          [
            `${run.runner ?? 'checks'} in ${run.dir || '.'}`,
            ...(run.only.length > 0 ? [`only ${run.only.join(' ')}`] : []),
            ...(run.except.length > 0 ? [`except ${run.except.join(' ')}`] : []),
            ...(run.marks === undefined ? [] : [`where ${run.marks}`]),
            ...(run.harmless === undefined ? [] : [`harmless: ${run.harmless}`]),
          ].join(', '),
        ],
  );
}

const project = (toml: string): Files => ({ 'pyproject.toml': toml });

describe('Python commands of a job', () => {
  test.each<[command: string, files: Files, expected: string[]]>([
    ['pytest', {}, ['pytest in .']],
    ['python -m pytest -q tests/unit', {}, ['pytest in ., only tests/unit/']],
    ['python3.12 -W error -m pytest', {}, ['pytest in .']],
    ['coverage run --source app -m pytest tests && coverage report', {}, ['pytest in ., only tests/']],
    ['uv run pytest', {}, ['pytest in .']],
    ['uv run --extra dev --python 3.12 pytest --cov src --cov-report xml tests', {}, ['pytest in ., only tests/']],
    ['uv run --directory backend pytest', {}, ['pytest in backend']],
    ['uv run -m pytest tests/test_agent.py::test_one', {}, ['pytest in ., only tests/test_agent.py']],
    ['uv sync --all-extras\nuv pip install pytest', {}, []],
    ['uvx --with pytest-cov pytest', {}, ['pytest in .']],
    ['poetry run pytest -n auto', {}, ['pytest in .']],
    ['poetry -C api run pytest', {}, ['pytest in api']],
    ['pipenv run pytest || true', {}, ['pytest in ., harmless: "|| true" behind it']],
    ['.venv/bin/pytest tests', {}, ['pytest in ., only tests/']],
    ['conda run -n agent pytest', {}, ['pytest in .']],
    ['docker compose run --rm api uv run pytest', {}, ['pytest in .']],
    ['hatch test', {}, ['pytest in .']],
    ['pytest --collect-only', {}, []],
    ['pytest --version', {}, []],
    ['pytest -m "not slow" --ignore=tests/e2e', {}, ['pytest in ., except tests/e2e/, where (not slow)']],
    ['pytest -k "smoke and not live"', {}, ['pytest in .']],
    ['python -m unittest discover -s tests -p "test_*.py"', {}, ['unittest in ., only tests/']],
    ['python -m unittest tests.test_agent.AgentCase', {}, ['unittest in ., only tests/test_agent']],
    ['cd web && python manage.py test --parallel 4 shop', {}, ['django in web, only shop']],
    ['deepeval test run evals/test_answers.py', {}, ['deepeval in ., only evals/test_answers.py']],
    ['python evals/run.py', {}, ['python in ., only evals/run.py']],
    ['python -m evals.run --all', { 'evals/run.py': '' }, ['python in ., only evals/run.py']],
    ['python scripts/migrate.py', {}, []],
    // Configuration of pytest.
    [
      'pytest',
      project('[tool.pytest.ini_options]\ntestpaths = ["tests/unit"]\naddopts = "-ra -m \'not live\'"'),
      ['pytest in ., only tests/unit/, where (not live)'],
    ],
    ['pytest -m live', project('[tool.pytest.ini_options]\naddopts = ["-m", "not live"]'), ['pytest in ., where (live)']],
    ['pytest', { 'pytest.ini': '[pytest]\ntestpaths =\n    tests\n    more\n' }, ['pytest in ., only tests/ more/']],
    ['pytest', { 'setup.cfg': '[tool:pytest]\naddopts = --ignore=tests/live\n' }, ['pytest in ., except tests/live/']],
    // Named tasks.
    ['poe test', project('[tool.poe.tasks]\ntest = "pytest tests"'), ['pytest in ., only tests/']],
    [
      'uv run poe check',
      project('[tool.poe.tasks]\nunit.cmd = "pytest"\ncheck.sequence = ["lint", "unit"]\nlint = "ruff check"'),
      ['checks in .', 'pytest in .'],
    ],
    ['task test', project('[tool.taskipy.tasks]\ntest = "python -m pytest"'), ['pytest in .']],
    ['pdm run test', project('[tool.pdm.scripts]\ntest = {cmd = "pytest -q"}'), ['pytest in .']],
    ['pdm test', project('[tool.pdm.scripts]\ntest = "pytest"'), ['pytest in .']],
    ['pdm run pytest', project(''), ['pytest in .']],
    ['hatch run test', project('[tool.hatch.envs.default.scripts]\ntest = "pytest {args:tests}"'), ['pytest in ., only tests/']],
    [
      'hatch run ci:all',
      project('[tool.hatch.envs.ci.scripts]\nall = ["unit"]\nunit = "pytest tests/unit"'),
      ['pytest in ., only tests/unit/'],
    ],
    ['poe test', project('[tool.poe.tasks]\ntest = {sequence = ["test"]}'), []],
    [
      'tox',
      { 'tox.ini': '[tox]\nenvlist = py312, lint\n[testenv]\ncommands = pytest {posargs:tests}\n[testenv:lint]\ncommands = ruff check .' },
      ['pytest in ., only tests/', 'checks in .'],
    ],
    [
      'tox -e lint',
      { 'tox.ini': '[testenv]\ncommands = pytest\n[testenv:lint]\ncommands =\n    ruff check .\n    - mypy .' },
      ['checks in .', 'checks in ., harmless: tox ignores its failure'],
    ],
    [
      'nox -s tests',
      {
        'noxfile.py':
          'import nox\n@nox.session\ndef tests(session):\n    session.install("-e", ".")\n    session.run("pytest", "tests", env={"A": "b"})\n@nox.session\ndef lint(session):\n    session.run("ruff", "check")\n',
      },
      ['pytest in ., only tests/'],
    ],
    [
      'nox -s lint',
      { 'noxfile.py': 'def tests(session):\n    session.run("pytest")\ndef lint(session):\n    session.run("ruff", "check")\n' },
      ['checks in .'],
    ],
    ['inv test', { 'tasks.py': 'from invoke import task\n@task\ndef test(c):\n    c.run("pytest tests")\n' }, ['pytest in ., only tests/']],
    [
      'make test',
      { Makefile: 'RUN ?= uv run\nPYTEST := $(RUN) pytest\n.PHONY: test\ntest: install\n\t@$(PYTEST) tests/unit\ninstall:\n\tuv sync\n' },
      ['pytest in ., only tests/unit/'],
    ],
    ['make test', { Makefile: 'test:\n\t-poetry run pytest\n' }, ['pytest in ., harmless: make ignores its failure (a "-" before it)']],
  ])('%s', async (command, files, expected) => {
    expect(await runs(command, files)).toEqual(expected);
  });
});

describe('conditions on marks', () => {
  test.each<[condition: string, marks: string[], chosen: boolean]>([
    ['not slow', [], true],
    ['not slow', ['slow'], false],
    ['unit and not (live or slow)', ['unit'], true],
    ['unit and not (live or slow)', ['unit', 'live'], false],
    ['unit or fast', ['fast'], true],
    ['unit', [], false],
    ['', [], false],
    ['not', [], false],
    ['unit)', ['unit'], false],
    ['('.repeat(500), [], false],
  ])('%s of %j', (condition, marks, chosen) => {
    expect(chooses(condition, word => marks.includes(word))).toBe(chosen);
  });
});
