// What a command line of pytest, unittest or Django's test runner chooses, with what the configuration of pytest adds to it.
import { type Inventory, parseToml } from '../../repository/index.ts';
import { parseIni } from './ini.ts';
import { get, list, text } from './jobs.ts';
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
}

/** Options of pytest that take the next word. */
const VALUED =
  /^(?:-c|-o|-p|-W|-n|-r|--config-file|--rootdir|--confcutdir|--cov-report|--cov-config|--cov-fail-under|--cov-context|--junitxml|--junit-xml|--html|--durations|--durations-min|--timeout|--timeout-method|--maxfail|--tb|--log-level|--log-cli-level|--log-file|--color|--basetemp|--import-mode|--override-ini|--dist|--numprocesses|--maxprocesses|--splits|--group|--reruns|--reruns-delay|--asyncio-mode|--record-mode|--vcr-record|--alluredir|--ds|--reuse-db|--count|--repeat|--max-worker-restart|--deselect|--pdbcls|--capture|--verbosity|--randomly-seed)$/;

/** Where pytest looks for its configuration in a folder, the first that has its section. */
interface Settings {
  readonly dir: string;
  readonly addopts: readonly string[];
  readonly testpaths: readonly string[];
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
    return { ...told, only };
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
    const toml = file('pyproject.toml');
    const sections = [
      ['pytest.ini', 'pytest'],
      ['.pytest.ini', 'pytest'],
      ['pyproject.toml', ''],
      ['tox.ini', 'pytest'],
      ['setup.cfg', 'tool:pytest'],
    ] as const;
    for (const [name, section] of sections) {
      if (name === 'pyproject.toml') {
        const tool = toml === undefined ? undefined : get(parseToml(toml), 'tool');
        const own = get(get(tool, 'pytest'), 'ini_options') ?? get(tool, 'pytest');
        if (own === undefined) continue;
        return { dir, addopts: strings(get(own, 'addopts')), testpaths: strings(get(own, 'testpaths')) };
      }
      const source = file(name);
      const own = source === undefined ? undefined : parseIni(source).get(section);
      if (own !== undefined) return { dir, addopts: words(own.get('addopts') ?? ''), testpaths: words(own.get('testpaths') ?? '') };
    }
    return undefined;
  }
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

function readArgs(args: readonly string[]): Chosen {
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
    } else if (option === '--ignore' || option === '--ignore-glob') except.push(start(value()));
    else if (option === '--collect-only' || option === '--co' || option === '--fixtures' || option === '--markers') lists = true;
    // The value of --cov may be left out, and is never a file of tests.
    else if (option === '--cov' && equals < 0) {
      if (!/^(?:-|tests?\b)|\.py$/.test(args[i + 1] ?? '-')) i++;
    } else if (VALUED.test(option)) {
      if (equals < 0) i++;
    } else if (!word.startsWith('-') && !/^[$<>{]|^\d?>/.test(word)) only.push(start(word.split('::')[0] ?? ''));
  }
  const named =
    names === undefined || names.trim() === '' ? undefined : names.replace(/[^\s()]+/g, one => (KEYWORD.test(one) ? one : `name:${one}`));
  const conditions = [marks, named].filter(one => one !== undefined && one.trim() !== '').map(one => `(${one})`);
  return {
    only: only.includes('') ? [] : only,
    except: except.filter(path => path !== ''),
    ...(conditions.length === 0 ? {} : { marks: conditions.join(' and ') }),
    lists,
  };
}

const KEYWORD = /^(?:and|or|not)$/;

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
