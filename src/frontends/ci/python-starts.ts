// What starts another command in Python projects: `uv run`, `poetry run`, `pdm run`, `hatch run`, `conda run`, `coverage run -m`,
// `python -m`. Told are the words behind it and where they run; what the words mean is told in commands.ts.

/** A command without what starts it. */
export interface PythonStart {
  readonly words: readonly string[];
  /** A folder that the starter changes to. */
  readonly dir?: string;
  /** The tool whose named tasks the first word may be. */
  readonly tasks?: string;
  /** Does the tool run its own tests with these words, as `hatch test` does? */
  readonly tests?: boolean;
}

/** Options of the starters that take the next word. */
const VALUED: Readonly<Record<string, RegExp>> = {
  uv: /^(?:--with|--with-editable|--with-requirements|--extra|--no-extra|--group|--no-group|--only-group|-p|--python|--project|--directory|--package|--env-file|--index|--index-url|-i|--extra-index-url|--default-index|--refresh-package|--color|--cache-dir|--config-file|--link-mode|--from|--resolution)$/,
  poetry: /^(?:-C|--directory|-P|--project)$/,
  pdm: /^(?:-p|--project|-c|--config|--venv)$/,
  hatch: /^(?:-e|--env|-p|--project|--data-dir|--cache-dir|--config)$/,
  rye: /^(?:-p|--package|--pyproject)$/,
  pixi: /^(?:-e|--environment|--manifest-path)$/,
  conda: /^(?:-n|--name|-p|--prefix|--cwd)$/,
  pipenv: /^$/,
};
const FOLDER = /^(?:--directory|--project|-C|-P|--cwd|--pyproject|--manifest-path)$/;

/** `uv run --extra dev pytest`: what stands behind it; undefined: the command is none of these. */
export function pythonStart(words: readonly string[]): PythonStart | undefined {
  const [name = '', ...rest] = words;
  if (name === 'uvx') return { words: behind('uv', rest).words };
  if (name === 'pipx' && rest[0] === 'run') return { words: behind('uv', rest.slice(1)).words };
  if (name === 'mamba' || name === 'micromamba') return run('conda', rest);
  return Object.hasOwn(VALUED, name) ? run(name, rest) : undefined;
}

function run(tool: string, args: readonly string[]): PythonStart | undefined {
  const first = behind(tool, args);
  const [sub = '', ...rest] = first.words;
  const dir = first.dir === undefined ? {} : { dir: first.dir };
  if (tool === 'uv' && sub === 'tool' && rest[0] === 'run') return { words: behind('uv', rest.slice(1)).words, ...dir };
  if ((tool === 'hatch' || tool === 'rye') && sub === 'test') return { words: rest, tests: true, ...dir };
  // `poetry poe test` is a plugin's; `pdm test` and `pixi test` are short for their task.
  if (tool === 'poetry' && sub === 'poe') return { words: ['poe', ...rest], ...dir };
  if (tool === 'pdm' && !/^(?:run|publish|build|install|sync|lock|add|update|config)$/.test(sub))
    return { words: sub === '' ? [] : [sub, ...rest], tasks: 'pdm', ...dir };
  if (sub !== 'run') return undefined;
  const second = behind(tool, rest);
  const words = second.module ? ['python', '-m', ...second.words] : second.words;
  const place = second.dir === undefined ? dir : { dir: second.dir };
  return { words, ...(/^(?:pdm|hatch|rye|pixi)$/.test(tool) ? { tasks: tool } : {}), ...place };
}

/** Takes the options of a starter off. */
function behind(tool: string, args: readonly string[]): { words: readonly string[]; dir?: string; module: boolean } {
  let dir: string | undefined;
  let module = false;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    if (!word.startsWith('-')) break;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const option = equals < 0 ? word : word.slice(0, equals);
    if (tool === 'uv' && (option === '-m' || option === '--module')) {
      module = true;
      at++;
      break;
    }
    const valued = VALUED[tool]?.test(option) === true;
    if (FOLDER.test(option)) {
      const value = equals < 0 ? args[at + 1] : word.slice(equals + 1);
      dir = value?.replace(/\/?(?:pyproject|pixi)\.toml$/, '');
    }
    if (valued && equals < 0) at++;
  }
  return { words: args.slice(at), module, ...(dir === undefined ? {} : { dir }) };
}

/** `python -W error -m pytest tests`, `coverage run --branch -m pytest`, `python evals/run.py`: the program, and what it is given. */
export function pythonProgram(
  name: string,
  rest: readonly string[],
): { module?: string; file?: string; args: readonly string[] } | undefined {
  const coverage = name === 'coverage' || name === 'ddtrace-run' || name === 'opentelemetry-instrument';
  if (!coverage && !/^(?:python|pypy)[\d.]*$/.test(name)) return undefined;
  const from = name === 'coverage' ? rest.indexOf('run') + 1 : 0;
  if (name === 'coverage' && from === 0) return undefined;
  for (let i = from; i < rest.length; i++) {
    const word = rest[i] as string;
    if (word === '-m' || word === '--module') {
      const module = rest[i + 1];
      return module === undefined ? undefined : { module, args: rest.slice(i + 2) };
    }
    if (word === '-c') return undefined;
    if (/^-[WX]$|^--(?:source|include|omit|rcfile|data-file|context|concurrency)$/.test(word)) i++;
    else if (!word.startsWith('-')) return { file: word, args: rest.slice(i + 1) };
  }
  return undefined;
}
