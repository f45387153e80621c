// What a command line of pytest, unittest or Django's test runner chooses, with what the configuration of pytest adds to it.
import { type Inventory, parseToml } from '../../repository/index.ts';
import { parseIni } from './ini.ts';
import { get, list, text } from './jobs.ts';
import { leftByPytest, NO_NAMES, type PytestNames } from './pytest-names.ts';
import { commandsOf } from './shell.ts';
import { join } from './workspace.ts';

export interface Chosen {
  /** Starts of paths below the folder that the run works in. */
  readonly only: readonly string[];
  readonly except: readonly string[];
  /** A condition on marks and names. */
  readonly marks?: string;
  /** Does it only list what it would run? */
  readonly lists: boolean;
  /** Files of tests that it leaves out. */
  readonly missed?: readonly string[];
  /** Why its failure stops nothing. */
  readonly harmless?: string;
}

/** Options of pytest that take the next word. */
const VALUED =
  /^(?:-c|-o|-p|-W|-n|-r|--config-file|--rootdir|--confcutdir|--cov-report|--cov-config|--cov-fail-under|--cov-context|--junitxml|--junit-xml|--html|--durations|--durations-min|--timeout|--timeout-method|--maxfail|--tb|--log-level|--log-cli-level|--log-file|--color|--basetemp|--import-mode|--override-ini|--dist|--numprocesses|--maxprocesses|--splits|--group|--reruns|--reruns-delay|--asyncio-mode|--record-mode|--vcr-record|--alluredir|--ds|--reuse-db|--count|--repeat|--max-worker-restart|--pdbcls|--capture|--verbosity|--randomly-seed)$/;

/** Where pytest looks for its configuration in a folder, the first that has its section. */
interface Settings {
  readonly dir: string;
  readonly addopts: readonly string[];
  readonly testpaths: readonly string[];
  readonly names: PytestNames;
}

/** Reads the command lines of pytest below one repository. */
export class Pytest {
  readonly #inventory: Inventory;
  readonly #settings = new Map<string, Settings | undefined>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** @param args all words behind the program's name */
  chosen(args: readonly string[], dir: string, env: Readonly<Record<string, string>>): Chosen {
    const settings = this.#settingsFor(dir);
    const added = env.PYTEST_ADDOPTS === undefined ? [] : words(env.PYTEST_ADDOPTS);
    const told = readArgs([...(settings?.addopts ?? []), ...added, ...args]);
    const only = told.only.length > 0 || settings === undefined ? told.only : below(settings, dir);
    const { names, globs, spares, ...chosen } = told;
    const asked = { names: settings?.names ?? NO_NAMES, base: settings?.dir ?? dir, dir, only, keywords: names, globs };
    const missed = leftByPytest(this.#inventory, asked);
    const harmless = spares ? '--suppress-tests-failed-exit-code' : undefined;
    return { ...chosen, only, ...(missed.length === 0 ? {} : { missed }), ...(harmless === undefined ? {} : { harmless }) };
  }

  /** The configuration that holds for a folder: its own, or that of the nearest folder above. */
  #settingsFor(dir: string): Settings | undefined {
    for (let at = dir; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const found = this.#settingsIn(at);
      if (found !== undefined || at === '') return found;
    }
  }

  #settingsIn(dir: string): Settings | undefined {
    if (this.#settings.has(dir)) return this.#settings.get(dir);
    const found = this.#read(dir);
    this.#settings.set(dir, found);
    return found;
  }

  #read(dir: string): Settings | undefined {
    const file = (name: string): string | undefined => this.#inventory.read(dir === '' ? name : `${dir}/${name}`);
    const sections = [
      ['pytest.toml', ''],
      ['.pytest.toml', ''],
      ['pytest.ini', 'pytest'],
      ['.pytest.ini', 'pytest'],
      ['pyproject.toml', ''],
      ['tox.ini', 'pytest'],
      ['setup.cfg', 'tool:pytest'],
    ] as const;
    for (const [name, section] of sections) {
      const source = file(name);
      if (source === undefined) continue;
      if (name.endsWith('.toml')) {
        const root = parseToml(source);
        const tool = get(name === 'pyproject.toml' ? get(root, 'tool') : root, 'pytest');
        const own = get(tool, 'ini_options') ?? tool;
        if (own !== undefined) return settingsOf(dir, key => strings(get(own, key)));
        continue;
      }
      const own = parseIni(source).get(section);
      if (own !== undefined) return settingsOf(dir, key => words(own.get(key) ?? ''));
    }
    return undefined;
  }
}

function settingsOf(dir: string, of: (key: string) => readonly string[]): Settings {
  const names = {
    files: of('python_files'),
    functions: of('python_functions'),
    classes: of('python_classes'),
    folders: of('norecursedirs'),
  };
  return { dir, addopts: of('addopts'), testpaths: of('testpaths'), names };
}

/** A text of words, or a list of them. */
function strings(value: unknown): readonly string[] {
  return typeof value === 'string' ? words(value) : list(value).flatMap(one => text(one) ?? []);
}

function words(line: string): readonly string[] {
  return commandsOf(line.replaceAll('\n', ' '), { errexit: true, pipefail: true })[0]?.words ?? [];
}

/** `testpaths` hold where the run starts in the folder of the configuration itself. */
function below(settings: Settings, dir: string): readonly string[] {
  if (settings.dir !== dir) return [];
  return settings.testpaths.map(path => start(path)).filter(path => path !== '');
}

interface Told extends Chosen {
  /** A condition on the names of cases. */
  readonly names: string | undefined;
  /** Patterns of paths to leave out. */
  readonly globs: readonly string[];
  /** Does the run end well when tests fail? */
  readonly spares: boolean;
}

function readArgs(args: readonly string[]): Told {
  const globs: string[] = [];
  const only: string[] = [];
  const except: string[] = [];
  let marks: string | undefined;
  let names: string | undefined;
  let lists = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const option = equals < 0 ? word : word.slice(0, equals);
    const value = (): string => (equals < 0 ? (args[++i] ?? '') : word.slice(equals + 1));
    // The last one counts: the command line comes behind the configuration.
    if (option === '-m' || option === '--markexpr') marks = value();
    else if (option === '-k') names = value();
    else if (/^-[mk]./.test(word) && !word.startsWith('--')) {
      const glued = word.slice(2).replace(/^=/, '');
      if (word[1] === 'm') marks = glued;
      else names = glued;
    } else if (option === '--ignore') except.push(start(value()));
    else if (option === '--ignore-glob') globs.push(value());
    else if (option === '--deselect') {
      const node = value();
      if (!node.includes('::')) except.push(start(node));
    } else if (option === '--collect-only' || option === '--co' || option === '--fixtures' || option === '--markers') lists = true;
    // The value of --cov may be left out, and is never a file of tests.
    else if (option === '--cov' && equals < 0) {
      if (!/^(?:-|tests?\b)|\.py$/.test(args[i + 1] ?? '-')) i++;
    } else if (VALUED.test(option)) {
      if (equals < 0) i++;
    } else if (!word.startsWith('-') && !/^[$<>{]|^\d?>/.test(word)) only.push(start(word.split('::')[0] ?? ''));
  }
  return {
    only: only.includes('') ? [] : only,
    except: except.filter(path => path !== ''),
    ...(marks === undefined || marks.trim() === '' ? {} : { marks: `(${marks})` }),
    lists,
    names: names?.trim() === '' ? undefined : names,
    globs,
    spares: args.includes('--suppress-tests-failed-exit-code'),
  };
}

/** The start of the paths that a word means: `tests` means what lies below `tests/`. */
export function start(path: string): string {
  const star = path.search(/[*?[]/);
  const plain = (star < 0 ? path : path.slice(0, star)).replace(/^(?:\.\/)+/, '').slice(0, 200);
  if (plain === '' || plain === '.') return '';
  return star >= 0 || plain.endsWith('/') || plain.endsWith('.py') ? plain : `${plain}/`;
}

/** `python -m unittest discover -s tests`, `python -m unittest tests.test_agent`. */
export function unittestChosen(args: readonly string[]): Chosen {
  const only: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (/^(?:-s|--start-directory)$/.test(word)) only.push(start(args[++i] ?? ''));
    else if (/^(?:-p|--pattern|-t|--top-level-directory|-k)$/.test(word)) i++;
    else if (word.startsWith('--start-directory=')) only.push(start(word.slice(18)));
    else if (word.startsWith('-') || word === 'discover') continue;
    else only.push(dotted(word));
  }
  return { only: only.filter(path => path !== ''), except: [], lists: false };
}

/** `manage.py test shop.tests`. */
export function djangoChosen(args: readonly string[]): Chosen {
  const only: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (/^(?:--settings|--tag|--exclude-tag|--pattern|-p|-k|--parallel|--pythonpath|-v|--verbosity)$/.test(word)) i++;
    else if (!word.startsWith('-')) only.push(dotted(word));
  }
  return { only: only.filter(path => path !== ''), except: [], lists: false };
}

/** The start of a path from a dotted name; what names a class or a case is cut off. */
function dotted(word: string): string {
  if (/[/\\]|\.py$/.test(word)) return start(word);
  const parts = word.split('.');
  const end = parts.findIndex(part => /^[A-Z]/.test(part));
  return (end < 0 ? parts : parts.slice(0, end)).join('/');
}

/** A path of the repository that an argument of a run names. */
export function pathOf(dir: string, word: string): string | undefined {
  return join(dir, word);
}
