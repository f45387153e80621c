// What the commands of CI jobs mean: which programs run tests or evaluations, which only build and lint, which deploy.
import type { TestKind } from '../../core/index.ts';

export interface Runner {
  readonly id: string;
  readonly runs: readonly TestKind[];
  /** The subcommand that runs something; without it (`playwright install`) nothing is run. */
  readonly command?: RegExp;
  /** Subcommands that run nothing. */
  readonly not?: RegExp;
  /** Do plain arguments limit the run to files whose path holds them? */
  readonly filters?: boolean;
}

const UNIT: readonly TestKind[] = ['unit', 'integration'];
const E2E: readonly TestKind[] = ['end-to-end'];
const EVAL: readonly TestKind[] = ['evaluation'];

/** Programs by the name of their command, as of November 2026. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  vitest: { id: 'vitest', runs: UNIT, not: /^(?:init|list|bench|typecheck)$/, filters: true },
  jest: { id: 'jest', runs: UNIT, filters: true },
  'react-scripts': { id: 'jest', runs: UNIT, command: /^test$/ },
  'react-app-rewired': { id: 'jest', runs: UNIT, command: /^test$/ },
  craco: { id: 'jest', runs: UNIT, command: /^test$/ },
  mocha: { id: 'mocha', runs: UNIT, filters: true },
  'ts-mocha': { id: 'mocha', runs: UNIT, filters: true },
  ava: { id: 'ava', runs: UNIT, filters: true },
  tap: { id: 'tap', runs: UNIT, filters: true },
  tape: { id: 'tape', runs: UNIT, filters: true },
  uvu: { id: 'uvu', runs: UNIT },
  jasmine: { id: 'jasmine', runs: UNIT },
  karma: { id: 'karma', runs: UNIT, command: /^start$/ },
  ng: { id: 'karma', runs: UNIT, command: /^test$/ },
  'vscode-test': { id: 'mocha', runs: UNIT },
  'wp-scripts': { id: 'jest', runs: UNIT, command: /^test/ },
  playwright: { id: 'playwright', runs: E2E, command: /^test$/, filters: true },
  cypress: { id: 'cypress', runs: E2E, command: /^run$/ },
  wdio: { id: 'wdio', runs: E2E, command: /^run$/ },
  testcafe: { id: 'testcafe', runs: E2E },
  evalite: { id: 'evalite', runs: EVAL, not: /^(?:watch|serve|export)$/ },
  promptfoo: { id: 'promptfoo', runs: EVAL, command: /^(?:eval|redteam)$/ },
  pf: { id: 'promptfoo', runs: EVAL, command: /^(?:eval|redteam)$/ },
  braintrust: { id: 'braintrust', runs: EVAL, command: /^eval$/ },
  pytest: { id: 'pytest', runs: UNIT, filters: true },
  unittest: { id: 'unittest', runs: UNIT },
  django: { id: 'django', runs: UNIT },
  deepeval: { id: 'deepeval', runs: EVAL, command: /^test$/ },
  inspect: { id: 'python', runs: EVAL, command: /^eval$/ },
  go: { id: 'go', runs: UNIT, command: /^test$/ },
  cargo: { id: 'cargo', runs: UNIT, command: /^(?:test|nextest)$/ },
  deno: { id: 'deno', runs: UNIT, command: /^test$/ },
  // Rules of alerts are no code of the agent: it runs no tests of that.
  promtool: { id: 'promtool', runs: [], command: /^test$/, filters: true },
  'agent-ready': { id: 'agent-ready', runs: [], command: /^audit$/ },
};

/** Files that only hold code for one of these runners; told apart by what they import. */
export function runnerOf(command: string): Runner | undefined {
  return Object.hasOwn(RUNNERS, command) ? RUNNERS[command] : undefined;
}

export const NODE_TEST: Runner = { id: 'node', runs: UNIT, filters: true };
export const BUN_TEST: Runner = { id: 'bun', runs: UNIT, filters: true };

/** Commands that look at code or make something of it, and test nothing. */
const CHECKERS = new Set(
  `tsc vue-tsc svelte-check eslint biome prettier oxlint oxfmt standard xo tslint stylelint knip rollup webpack tsup esbuild swc tsdown
  unbuild parcel rspack rsbuild ruff black flake8 mypy pyright pylint dprint rome ultracite konsistent attw publint madge depcheck
  pre-commit bandit isort autopep8 yapf pyrefly ty vulture pydocstyle pip-audit`.split(/\s+/),
);
/** Commands that do so with one of these subcommands. */
const CHECKING: Readonly<Record<string, RegExp>> = {
  next: /^(?:build|lint)$/,
  vite: /^build$/,
  nuxt: /^(?:build|typecheck|prepare)$/,
  nuxi: /^(?:build|typecheck|prepare)$/,
  astro: /^(?:build|check)$/,
  remix: /^(?:build|vite:build)$/,
  'react-router': /^(?:build|typecheck)$/,
  nest: /^build$/,
  ng: /^(?:build|lint)$/,
  expo: /^(?:lint|prebuild|export)$/,
  mastra: /^(?:build|lint)$/,
  'react-scripts': /^build$/,
  bun: /^build$/,
  deno: /^(?:lint|check|fmt)$/,
  cargo: /^(?:build|clippy|fmt|check)$/,
  go: /^(?:build|vet)$/,
  docker: /^(?:build|buildx)$/,
  turbo: /^(?:build|lint|typecheck|check-types)$/,
  uv: /^build$/,
  poetry: /^(?:build|check)$/,
  electron: /^build$/,
};

export function checks(command: string, rest: readonly string[]): boolean {
  if (CHECKERS.has(command)) return true;
  const pattern = Object.hasOwn(CHECKING, command) ? CHECKING[command] : undefined;
  return pattern !== undefined && rest.some(word => pattern.test(word));
}

const DEPLOYING: Readonly<Record<string, RegExp>> = {
  vercel: /^(?:deploy|promote|--prod)$/,
  netlify: /^deploy$/,
  fly: /^deploy$/,
  flyctl: /^deploy$/,
  railway: /^up$/,
  wrangler: /^(?:deploy|publish)$/,
  firebase: /^deploy$/,
  gcloud: /^deploy$/,
  kubectl: /^(?:apply|set|rollout)$/,
  helm: /^(?:upgrade|install)$/,
  terraform: /^apply$/,
  pulumi: /^up$/,
  cdk: /^deploy$/,
  sst: /^deploy$/,
  serverless: /^deploy$/,
  sls: /^deploy$/,
  sam: /^deploy$/,
  azd: /^(?:deploy|up)$/,
  npm: /^publish$/,
  pnpm: /^publish$/,
  yarn: /^publish$/,
  vsce: /^publish$/,
  supabase: /^(?:deploy|push)$/,
  heroku: /^container:release$/,
  argocd: /^sync$/,
  docker: /^push$/,
  uv: /^publish$/,
  poetry: /^publish$/,
  pdm: /^publish$/,
  hatch: /^publish$/,
  flit: /^publish$/,
  twine: /^upload$/,
  modal: /^deploy$/,
  zappa: /^(?:deploy|update)$/,
  chalice: /^deploy$/,
  databricks: /^deploy$/,
  aws: /^(?:update-service|update-function-code|create-deployment)$/,
};

/** Does a command bring something to where users get it? A script that calls itself deploy or release does. */
export function deploys(words: readonly string[]): boolean {
  const [command = '', ...rest] = words;
  if (/(?:^|\/)(?:deploy|release|publish)(?:[-_.][\w.-]*)?\.(?:sh|bash|ts|js|mjs|py)$/.test(command)) return true;
  const pattern = Object.hasOwn(DEPLOYING, command) ? DEPLOYING[command] : undefined;
  return pattern !== undefined && rest.some(word => pattern.test(word));
}

/** Actions of others that run something: what they run, by the start of their name. */
const ACTIONS: readonly (readonly [start: string, what: Runner | 'check' | 'deploy'])[] = [
  ['cypress-io/github-action', { id: 'cypress', runs: E2E }],
  ['promptfoo/promptfoo-action', { id: 'promptfoo', runs: EVAL }],
  ['braintrustdata/eval-action', { id: 'braintrust', runs: EVAL }],
  ['docker/build-push-action', 'check'],
  ['biomejs/setup-biome', 'check'],
  ['wearerequired/lint-action', 'check'],
  ['super-linter/', 'check'],
  ['astral-sh/ruff-action', 'check'],
  ['amondnet/vercel-action', 'deploy'],
  ['cloudflare/wrangler-action', 'deploy'],
  ['google-github-actions/deploy-', 'deploy'],
  ['azure/webapps-deploy', 'deploy'],
  ['azure/container-apps-deploy-action', 'deploy'],
  ['aws-actions/amazon-ecs-deploy', 'deploy'],
  ['appleboy/ssh-action', 'deploy'],
  ['superfly/', 'deploy'],
  ['actions/deploy-pages', 'deploy'],
  ['pypa/gh-action-pypi-publish', 'deploy'],
  ['changesets/action', 'deploy'],
];

export function actionOf(uses: string): Runner | 'check' | 'deploy' | undefined {
  const name = uses.toLowerCase();
  return ACTIONS.find(([start]) => name.startsWith(start))?.[1];
}
