// What sort of code a file holds, judged by its path from the audited root. Whole segments count, never parts of words:
// `latest.ts`, `contest/` and `test-drive/` are production code. Who audits `examples/shop` sees no segment `examples`.
import type { CodeRole } from '../core/fact.ts';

const TEST_DIRS = words('__tests__ __test__ test tests e2e cypress __mocks__ __fixtures__ __snapshots__ fixtures');
const EVAL_DIRS = words('eval evals evaluation evaluations benchmark benchmarks __evals__');
const EXAMPLE_DIRS = words('example examples docs doc sample samples cookbook cookbooks tutorial tutorials');
const DEMO_DIRS = words('demo demos');
/** Holders of whole projects that others copy; where there are no projects inside, they hold the texts of mails or prompts. */
const STARTER_DIRS = words('template templates starter starters boilerplate boilerplates');
const SCRIPT_DIRS = words(
  'script scripts .github .husky .circleci .storybook .vscode .devcontainer migrations alembic notebooks notebook seed seeds seeders',
);

/** Below these, a folder `docs` or `demo` is a page of the product and not a demonstration of it. */
const SOURCE_DIRS = words('src app lib server pages routes components api');

const TEST_FILE = /\.(?:test|tests|spec|stories|story|cy|e2e|e2e-spec|test-d|fixture|fixtures|mock)\.[^.]+$/;
const TEST_STEM = /^(?:test|tests|conftest|setupTests|(?:vitest|jest|playwright|cypress|karma)\.(?!config$)[\w.-]+)$/;
const PYTHON_TEST = /^test_.*\.py$|_test\.py$|_test\.go$|^locustfile\.py$/;
/** Files that build, install or check a Python project. */
const PYTHON_TASKS = /^(?:noxfile|fabfile|setup)\.py$/;
const EVAL_FILE = /\.evals?\.[^.]+$/;
const EVAL_STEM = /^(?:run[-_]?)?evals?$/i;
const SEED_STEM = /^seed(?:s|er|ers|ing)?(?:$|[-_.A-Z])/;
const CONFIG_FILE = /\.config\.[^.]+$|^\.[a-z]+rc\.[^.]+$/;
/** `agent.config.ts` configures the agent and not a tool. */
const PRODUCT_CONFIG = /^(?:agents?|ai|app|llms?|models?|prompts?|openai|anthropic|providers?|tools?)\.config\./i;

const NEXT_ROUTE = /^(?:page|route|layout|template|default|loading|error)\.[jt]sx?$/;
const SVELTE_ROUTE = /^\+/;

const SOURCE_FILE = /(?<!\.d)\.(?:[mc]?[jt]sx?|py|vue|svelte|astro)$/;

/** What the path alone does not say. */
interface Surroundings {
  /** The directories that have a package.json. */
  readonly packages: ReadonlySet<string>;
  /** Do folders of examples hold examples? Not where there is nothing else. */
  readonly examples: boolean;
}

/** The role of a file by its path alone. */
export function roleOf(file: string): CodeRole {
  return judge(file, { packages: new Set(), examples: true });
}

/**
 * Makes a judge who knows the rest of the repository. Where all source lies in folders of examples, these are the product:
 * a cookbook has agents too. And a `demo` that is the only package is no demonstration of anything else.
 */
export function openRoles(files: readonly string[], packageDirs: readonly string[]): (file: string) => CodeRole {
  const packages = new Set(packageDirs);
  const strict: Surroundings = { packages, examples: true };
  const examples = files.some(file => SOURCE_FILE.test(file) && judge(file, strict) === 'production');
  const known = new Map<string, CodeRole>();
  return file => {
    const role = known.get(file) ?? judge(file, { packages, examples });
    known.set(file, role);
    return role;
  };
}

function judge(file: string, around: Surroundings): CodeRole {
  const segments = file.split('/');
  const name = segments.pop() ?? '';
  const dirs = beforeRoute(segments, name).map(segment => segment.toLowerCase());
  const stem = name.replace(/\.[^.]+$/, '');
  if (dirs.some(dir => EVAL_DIRS.has(dir)) || EVAL_FILE.test(name) || EVAL_STEM.test(stem)) return 'eval';
  if (dirs.some(dir => TEST_DIRS.has(dir)) || TEST_FILE.test(name) || TEST_STEM.test(stem) || PYTHON_TEST.test(name)) return 'test';
  const source = dirs.findIndex(dir => SOURCE_DIRS.has(dir));
  const outer = source < 0 ? dirs.length : source;
  if (around.examples && dirs.some((_, i) => i < outer && isExample(segments, i, around.packages))) return 'example';
  // A notebook is where somebody tries things.
  if (dirs.some(dir => SCRIPT_DIRS.has(dir)) || SEED_STEM.test(stem) || name.endsWith('.ipynb')) return 'script';
  if (source < 0 && PYTHON_TASKS.test(name)) return 'script';
  if (source < 0 && CONFIG_FILE.test(name) && !PRODUCT_CONFIG.test(name)) return 'script';
  return 'production';
}

/** Is the i-th directory of a path one whose content only demonstrates? */
function isExample(segments: readonly string[], i: number, packages: ReadonlySet<string>): boolean {
  const word = segments[i]?.toLowerCase() ?? '';
  const path = segments.slice(0, i + 1).join('/');
  if (STARTER_DIRS.has(word)) return segments.length > i + 1 && packages.has(`${path}/${segments[i + 1]}`);
  if (DEMO_DIRS.has(word)) return !(packages.size === 1 && packages.has(path));
  return EXAMPLE_DIRS.has(word);
}

/** The address of a deployed route says nothing of its role: `app/api/test/route.ts` is served like any other. */
function beforeRoute(dirs: readonly string[], name: string): readonly string[] {
  const isRoute = NEXT_ROUTE.test(name) ? 'app' : SVELTE_ROUTE.test(name) ? 'routes' : undefined;
  const start = isRoute === undefined ? -1 : dirs.indexOf(isRoute);
  return start < 0 ? dirs : dirs.slice(0, start);
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
