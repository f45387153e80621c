// What CI jobs and package scripts run in the end, when, and why a failure may stop nothing.
import { describe, expect, test } from 'vitest';
import type { CiRun } from '../src/core/index.ts';
import { commandsOf } from '../src/frontends/ci/shell.ts';
import { scan } from '../src/scan.ts';
import { type Files, openShelf } from './support/lay-out.ts';

const shelf = openShelf('ci');

/** `runner in dir on event`, with what limits it and what makes it harmless. */
function brief({ runner, dir, on, only, except, harmless, release, passRate, paths, unread, label }: CiRun): string {
  const parts = [
    `${unread ?? runner ?? `checks (${label})`} in ${dir || '.'} on ${on}`,
    ...(only.length > 0 ? [`only ${only.join(' ')}`] : []),
    ...(except.length > 0 ? [`except ${except.join(' ')}`] : []),
    ...(paths === undefined ? [] : [`paths ${paths.join(' ')}`]),
    ...(harmless === undefined ? [] : [`harmless: ${harmless}`]),
    ...(release === 'none' ? [] : [release]),
    ...(passRate === undefined ? [] : [`at ${passRate}`]),
  ];
  return parts.join(', ');
}

async function runs(files: Files, by: CiRun['by'] = 'ci'): Promise<string[]> {
  const { facts } = await scan(shelf.layOut(files), () => {});
  return facts['ci-run'].filter(run => run.by === by).map(brief);
}

const pkg = (scripts: Record<string, string>, more: object = {}): string => JSON.stringify({ scripts, ...more });

/** A workflow with one job on pull requests, of the given steps. */
function workflow(steps: string, { on = 'pull_request', job = '' } = {}): Files {
  const block = steps.includes('\n') ? `|\n${steps.replace(/^/gm, '          ')}` : steps;
  return {
    '.github/workflows/ci.yml': `on: ${on}\njobs:\n  test:\n    runs-on: ubuntu-latest\n${job}    steps:\n      - uses: actions/checkout@v4\n      - run: ${block}\n`,
  };
}

describe('commands of a job', () => {
  test.each<[name: string, command: string, files: Files, expected: string[]]>([
    ['npm test', 'npm test', { 'package.json': pkg({ test: 'vitest run' }) }, ['vitest in . on change']],
    [
      'npm t and a script of a script',
      'npm t',
      { 'package.json': pkg({ test: 'npm run unit', unit: 'NODE_ENV=test jest --ci' }) },
      ['jest in . on change'],
    ],
    [
      'hooks around a script',
      'npm test',
      { 'package.json': pkg({ pretest: 'tsc --noEmit', test: 'mocha' }) },
      ['checks (tsc --noEmit) in . on change', 'mocha in . on change'],
    ],
    ['cross-env, dotenv and npx', 'npx cross-env CI=1 dotenv -e .env.test -- vitest run', {}, ['vitest in . on change']],
    ['a stub that prints a sentence', 'npm test', { 'package.json': pkg({ test: 'echo "no test specified" && exit 0' }) }, []],
    ['a script that does not exist', 'npm test --if-present', { 'package.json': pkg({}) }, []],
    ['a test of a test runner is not a run', 'npx playwright install --with-deps', {}, []],
    [
      'limits of a run',
      'npx vitest run src/agent --exclude src/agent/slow',
      {},
      ['vitest in . on change, only src/agent, except src/agent/slow'],
    ],
    [
      'cd into a package',
      'cd apps/web && pnpm test',
      { 'apps/web/package.json': pkg({ test: 'vitest' }) },
      ['vitest in apps/web on change'],
    ],
    [
      'cd in a subshell ends with it',
      '(cd apps/web && npm ci) && npm test',
      { 'package.json': pkg({ test: 'jest' }), 'apps/web/package.json': pkg({}) },
      ['jest in . on change'],
    ],
    ['--prefix and -C', 'npm --prefix api test', { 'api/package.json': pkg({ test: 'ava' }) }, ['ava in api on change']],
    [
      'pnpm filter by name',
      'pnpm --filter @a/web test',
      { 'package.json': pkg({}), 'apps/web/package.json': pkg({ test: 'vitest' }, { name: '@a/web' }) },
      ['vitest in apps/web on change'],
    ],
    [
      'pnpm -r runs members',
      'pnpm -r test',
      { 'package.json': pkg({ test: 'pnpm -r test' }), 'a/package.json': pkg({ test: 'vitest' }) },
      ['vitest in a on change'],
    ],
    [
      'yarn workspace',
      'yarn workspace web test',
      { 'package.json': pkg({}), 'web/package.json': pkg({ test: 'jest' }, { name: 'web' }) },
      ['jest in web on change'],
    ],
    [
      'turbo with arguments behind',
      'npx turbo run test --filter=./a -- --run',
      { 'a/package.json': pkg({ test: 'vitest' }), 'b/package.json': pkg({ test: 'jest' }) },
      ['vitest in a on change'],
    ],
    [
      'nx run-many',
      'npx nx run-many -t test lint',
      { 'a/package.json': pkg({ test: 'vitest' }), 'a/project.json': '{}' },
      ['vitest in a on change'],
    ],
    [
      'a target of nx',
      'npx nx test web',
      {
        'package.json': pkg({}),
        'web/package.json': pkg({}, { name: 'web' }),
        'web/project.json': '{"targets":{"test":{"executor":"@nx/vite:test"}}}',
      },
      ['vitest in web on change'],
    ],
    ['make', 'make check', { Makefile: 'check: unit\n\t@echo ok\nunit:\n\tnpx vitest run\n' }, ['vitest in . on change']],
    [
      'make that ignores',
      'make unit',
      { Makefile: 'unit:\n\t-npx vitest run\n' },
      ['vitest in . on change, harmless: make ignores its failure (a "-" before it)'],
    ],
    [
      'several at once',
      'npx run-s lint test:*',
      { 'package.json': pkg({ lint: 'eslint .', 'test:a': 'jest', 'test:b': 'playwright test' }) },
      ['checks (eslint .) in . on change', 'jest in . on change', 'playwright in . on change'],
    ],
    ['a shell file', './scripts/test.sh', { 'scripts/test.sh': '#!/bin/bash -e\nnpx vitest run\n' }, ['vitest in . on change']],
    ['inside a container', 'docker compose run --rm app npm test', { 'package.json': pkg({ test: 'jest' }) }, ['jest in . on change']],
    [
      'bun test and bun run test',
      'bun test && bun run test',
      { 'package.json': pkg({ test: 'vitest run' }) },
      ['bun in . on change', 'vitest in . on change'],
    ],
    ['node --test', 'node --import tsx --test src/**/*.test.ts', {}, ['node in . on change, only src/']],
    [
      'a program of evaluations',
      'npm run eval',
      { 'package.json': pkg({ eval: 'tsx evals/run.ts --all' }) },
      ['tsx in . on change, only evals/run.ts'],
    ],
    ['python', 'python -m pytest tests', {}, ['pytest in . on change, only tests/']],
    ['a body behind a condition runs', 'if [ -f vitest.config.ts ]; then\n  npx vitest run\nfi', {}, ['vitest in . on change']],
  ])('%s', async (_name, command, files, expected) => {
    expect(await runs({ ...files, ...workflow(command) })).toEqual(expected);
  });
});

describe('a failure that stops nothing', () => {
  test.each<[command: string, why: string | undefined]>([
    ['npx vitest run', undefined],
    ['npx vitest run || true', '"|| true" behind it'],
    ['npx vitest run && echo ok || echo failed', '"|| echo" behind it'],
    ['npx vitest run || exit 1', undefined],
    ['npx vitest run || { echo failed; exit 1; }', undefined],
    ['npx vitest run || exit 0', '"|| exit 0" behind it'],
    ['npx vitest run | tee log', 'its exit code is lost in the pipe behind it'],
    ['set -o pipefail\nnpx vitest run | tee log', undefined],
    ['npx vitest run &', 'it runs in the background'],
    ['set +e\nnpx vitest run\necho done', 'what stands behind it decides (echo)'],
    ['if npx vitest run; then echo ok; fi', 'its result is only looked at by an if'],
    ['npx vitest run || echo "::warning::failed"', '"|| echo" behind it'],
  ])('%s', async (command, why) => {
    expect(await runs(workflow(command))).toEqual([`vitest in . on change${why === undefined ? '' : `, harmless: ${why}`}`]);
  });

  test('in a package script only the last command decides', async () => {
    const files = { ...workflow('npm test'), 'package.json': pkg({ test: 'vitest run; echo done' }) };
    expect(await runs(files)).toEqual(['vitest in . on change, harmless: what stands behind it decides (echo)']);
  });

  test.each<[job: string, why: string]>([
    ['    continue-on-error: true\n', 'continue-on-error of the job'],
    ['    if: false\n', '"if: false": it never runs'],
    [
      `    if: \${{ vars.RUN_TESTS == 'true' }}\n`,
      "it is skipped, and counts as passed, where a setting is missing (if: vars.RUN_TESTS == 'true')",
    ],
  ])('%s', async (job, why) => {
    expect(await runs(workflow('npx vitest run', { job }))).toEqual([`vitest in . on change, harmless: ${why}`]);
  });
});

describe('GitHub Actions', () => {
  test.each<[on: string, when: string | undefined]>([
    ['push', 'change'],
    ['[pull_request]', 'change'],
    ['{merge_group: {}}', 'change'],
    ['{push: {branches: [main]}}', 'change'],
    ['{push: {tags: ["v*"]}}', 'unknown'],
    ['{schedule: [{cron: "0 0 * * *"}], workflow_dispatch: {}}', 'schedule'],
    ['workflow_dispatch', 'manual'],
    ['{pull_request: {types: [closed]}}', 'unknown'],
    ['workflow_call', undefined],
  ])('on: %s', async (on, when) => {
    expect(await runs(workflow('npx jest', { on }))).toEqual(when === undefined ? [] : [`jest in . on ${when}`]);
  });

  test('a reusable workflow runs as its caller does', async () => {
    const files = {
      '.github/workflows/tests.yml': 'on: workflow_call\njobs:\n  unit:\n    steps:\n      - run: npx vitest run\n',
      '.github/workflows/ci.yml': 'on: pull_request\njobs:\n  call:\n    uses: ./.github/workflows/tests.yml\n',
    };
    expect(await runs(files)).toEqual(['vitest in . on change']);
  });

  test('composite actions, defaults and the matrix', async () => {
    const files = {
      '.github/actions/unit/action.yml':
        'runs:\n  using: composite\n  steps:\n    - run: npx vitest run\n      shell: bash\n      working-directory: lib\n',
      '.github/workflows/ci.yml': `on: push
defaults: {run: {working-directory: app}}
jobs:
  a:
    strategy: {matrix: {task: [unit, lint]}}
    steps:
      - uses: ./.github/actions/unit
      - run: npm run \${{ matrix.task }}
`,
      'app/package.json': pkg({ unit: 'jest', lint: 'eslint .' }),
    };
    expect(await runs(files)).toEqual(['vitest in lib on change', 'jest in app on change', 'checks (eslint .) in app on change']);
  });

  test('path filters are kept, and one trigger without a filter is enough', async () => {
    const filtered = workflow('npx jest', { on: '{pull_request: {paths: ["docs/**", "!x"]}}' });
    expect(await runs(filtered)).toEqual(['jest in . on change, paths docs/**']);
    expect(await runs(workflow('npx jest', { on: '{pull_request: {paths: [a]}, push: {}}' }))).toEqual(['jest in . on change']);
  });

  test('a deployment that waits, and one that does not', async () => {
    const jobs = (needs: string): Files => ({
      '.github/workflows/ci.yml': `on: push\njobs:\n  test:\n    steps:\n      - run: npx jest\n  middle:\n    needs: test\n    steps: []\n  deploy:\n    needs: [${needs}]\n    steps:\n      - run: vercel deploy --prod\n`,
    });
    expect(await runs(jobs('middle'))).toEqual(['jest in . on change, waits']);
    expect(await runs(jobs(''))).toEqual(['jest in . on change, free']);
  });

  test('the pass rate of promptfoo is in per cent', async () => {
    const env = "    env: {PROMPTFOO_PASS_RATE_THRESHOLD: '0.85'}\n";
    expect(await runs(workflow('npx promptfoo eval -c evals/a.yaml', { job: env }))).toEqual([
      'promptfoo in . on change, only evals/a.yaml, at 0.0085',
    ]);
  });
});

describe('other services', () => {
  test.each<[file: string, text: string, expected: string[]]>([
    [
      '.gitlab-ci.yml',
      'before_script: [cd app]\n.base: {script: [npx jest]}\nunit: {extends: .base}\nlater: {script: [npx vitest run], when: manual}\nsoft: {script: [npx ava], allow_failure: true}\n',
      ['jest in app on change', 'vitest in app on manual', 'ava in app on change, harmless: allow_failure of the job'],
    ],
    [
      '.circleci/config.yml',
      'jobs:\n  t: {steps: [checkout, {run: npx jest}, {run: {command: npx vitest run, working_directory: web}}]}\n  unused: {steps: [{run: npx ava}]}\nworkflows:\n  w: {jobs: [t]}\n',
      ['jest in . on change', 'vitest in web on change'],
    ],
    [
      'azure-pipelines.yml',
      'trigger: [main]\nsteps:\n  - script: npx jest\n    workingDirectory: web\n  - bash: npx ava\n    continueOnError: true\n',
      ['jest in web on change', 'ava in . on change, harmless: continueOnError of the step'],
    ],
    [
      'bitbucket-pipelines.yml',
      'pipelines:\n  default:\n    - step: {script: [npx jest]}\n  custom:\n    x:\n      - step: {script: [npx ava]}\n',
      ['jest in . on change', 'ava in . on manual'],
    ],
    ['.travis.yml', 'language: node_js\nscript: [npx jest]\n', ['jest in . on change']],
    ['Jenkinsfile', 'pipeline {}', ['Jenkinsfile is not read in . on unknown']],
  ])('%s', async (file, text, expected) => {
    expect((await runs({ [file]: text, 'package.json': '{}' })).sort()).toEqual([...expected].sort());
  });
});

describe('scripts of packages', () => {
  test('are started by hand', async () => {
    expect(await runs({ 'package.json': pkg({ test: 'jest', build: 'tsc', dev: 'next dev' }) }, 'script')).toEqual(['jest in . on manual']);
  });
});

describe('hostile input', () => {
  const started = async (files: Files): Promise<number> => {
    const before = performance.now();
    await runs(files);
    return performance.now() - before;
  };

  test('circles of scripts, workflows, actions, makefiles and shell files end', async () => {
    const files: Files = {
      ...workflow('npm run a\nmake a\n./a.sh'),
      'package.json': pkg({ a: 'npm run b && npm run b', b: 'npm run a && npm run a', test: 'npm test' }),
      Makefile: 'a: b\n\tmake b\nb: a\n\tmake a\n',
      'a.sh': './a.sh && ./b.sh',
      'b.sh': './a.sh',
      '.github/workflows/b.yml': 'on: push\njobs:\n  a: {uses: ./.github/workflows/b.yml}\n',
      '.github/workflows/c.yml': 'on: push\njobs:\n  a: {steps: [{uses: ./x}]}\n',
      'x/action.yml': 'runs: {steps: [{uses: ./x}, {uses: ./x}]}',
    };
    expect(await started(files)).toBeLessThan(3000);
  });

  test('scripts that double each other are cut', async () => {
    const scripts = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`s${i}`, `npm run s${i + 1} && npm run s${i + 1}`]));
    expect(await started({ ...workflow('npm run s0'), 'package.json': pkg({ ...scripts, s40: 'jest' }) })).toBeLessThan(3000);
  });

  test('an alias bomb, deep nesting and strange keys', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}\non: push\njobs: {t: {steps: *i}}\n`;
    const files: Files = {
      '.github/workflows/bomb.yml': bomb,
      '.github/workflows/deep.yml': `on: push\njobs: ${'{a: '.repeat(3000)}`,
      '.github/workflows/proto.yml': 'on: push\njobs:\n  __proto__: {steps: [{run: npx jest}]}\n  constructor: 3\n  t: null\n',
      '.github/workflows/list.yml': '- 1\n- 2\n',
      '.github/workflows/number.yml': '42',
      'package.json': '{"scripts": {"test": 3, "__proto__": {"x": "jest"}}}',
    };
    expect(await started(files)).toBeLessThan(3000);
  });

  test('shells that never close what they open', () => {
    for (const script of [
      '('.repeat(20_000),
      '$('.repeat(20_000),
      '"'.repeat(20_001),
      'a <<E\n'.repeat(5000),
      '\\'.repeat(30_001),
      'x && '.repeat(9000),
      'if '.repeat(9000),
      '! '.repeat(9000),
    ]) {
      const before = performance.now();
      commandsOf(script, { errexit: true, pipefail: false });
      expect(performance.now() - before, script.slice(0, 10)).toBeLessThan(1500);
    }
  });
});
