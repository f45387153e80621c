// Named tasks of Python projects, and what they run: poethepoet, taskipy, pdm, hatch, rye, pixi, tox, nox and invoke. Only read, never run.
import { type Inventory, parseToml } from '../../repository/index.ts';
import { type Ini, linesOf, parseIni } from './ini.ts';
import { entries, get, isDict, list, text } from './jobs.ts';

/** A line of a task, as a shell would be given it. */
export interface TaskLine {
  readonly script: string;
  readonly harmless?: string;
}

export interface Task {
  readonly dir: string;
  readonly lines: readonly TaskLine[];
}

const MOST_LINES = 200;

/** Where each tool keeps its tasks in pyproject.toml. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  poe: ['poe', 'tasks'],
  task: ['taskipy', 'tasks'],
  pdm: ['pdm', 'scripts'],
  rye: ['rye', 'scripts'],
  pixi: ['pixi', 'tasks'],
};

/** The task runners of Python that are known by name. */
export const TASK_TOOLS = /^(?:poe|task|pdm|rye|pixi|hatch|tox|nox|invoke|inv)$/;

export class PythonTasks {
  readonly #inventory: Inventory;
  readonly #toml = new Map<string, unknown>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** What a tool runs under a name; undefined: it has no such task here. */
  of(tool: string, dir: string, name: string): Task | undefined {
    if (tool === 'hatch') return this.#hatch(dir, name);
    if (tool === 'invoke' || tool === 'inv') return this.#called(dir, 'tasks.py', name);
    const table = TABLES[tool];
    const toml = table === undefined ? undefined : this.#tool(dir, table);
    const found = toml === undefined ? undefined : get(toml.value, name);
    return toml === undefined || found === undefined
      ? undefined
      : { dir: toml.dir, lines: this.#lines(toml.value, found, 0).slice(0, MOST_LINES) };
  }

  /** A value of `[tool...]` in the nearest pyproject.toml that has it. */
  #tool(dir: string, path: readonly string[]): { readonly dir: string; readonly value: unknown } | undefined {
    for (let at = dir; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const value = path.reduce<unknown>((all, key) => get(all, key), get(this.#pyproject(at), 'tool'));
      if (value !== undefined) return { dir: at, value };
      if (at === '') return undefined;
    }
  }

  #pyproject(dir: string): unknown {
    if (!this.#toml.has(dir)) {
      const source = this.#inventory.read(dir === '' ? 'pyproject.toml' : `${dir}/pyproject.toml`);
      this.#toml.set(dir, source === undefined ? undefined : parseToml(source));
    }
    return this.#toml.get(dir);
  }

  /** A task: a line, a table with `cmd` or `shell`, or a sequence of them. */
  #lines(tasks: unknown, task: unknown, depth: number): TaskLine[] {
    if (depth > 6) return [];
    const plain = text(task);
    if (plain !== undefined) return [{ script: withoutArgs(plain) }];
    const inner = (one: unknown): TaskLine[] => {
      const name = text(one);
      // The parts of a sequence are names of other tasks, or commands.
      const other = name === undefined ? undefined : get(tasks, name.split(' ')[0] ?? '');
      return this.#lines(tasks, other ?? one, depth + 1);
    };
    if (Array.isArray(task)) return list(task).flatMap(inner);
    const command = get(task, 'cmd') ?? get(task, 'shell');
    const parts = Array.isArray(command) ? [command.map(one => text(one) ?? '').join(' ')] : list(command);
    const before = list(get(task, 'deps') ?? get(task, 'depends-on') ?? get(task, 'depends_on')).flatMap(inner);
    const more = [...list(get(task, 'sequence')), ...list(get(task, 'composite')), ...list(get(task, 'chain')), ...list(get(task, 'ref'))];
    const ignored = get(task, 'ignore_fail') === true || get(task, 'keep_going') === true;
    const lines = [...before, ...parts.flatMap(one => this.#lines(tasks, one, depth + 1)), ...more.flatMap(inner)];
    return ignored ? lines.map(line => ({ ...line, harmless: 'the task ignores its failure (ignore_fail)' })) : lines;
  }

  /** `hatch run test`, `hatch run ci:test`: a script of an environment. */
  #hatch(dir: string, name: string): Task | undefined {
    const [env, script] = name.includes(':') ? [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)] : ['default', name];
    const envs = this.#tool(dir, ['hatch', 'envs']);
    const scripts = [env, 'default'].map(one => get(get(envs?.value, one), 'scripts')).find(one => get(one, script) !== undefined);
    if (envs === undefined || scripts === undefined) return undefined;
    return { dir: envs.dir, lines: this.#lines(scripts, get(scripts, script), 0) };
  }

  /** The environments that a command line of tox names, or all that tox.ini lists. */
  tox(dir: string, args: readonly string[]): Task | undefined {
    const ini = this.#toxIni(dir);
    if (ini === undefined) return undefined;
    const at = args.findIndex(word => word === '-e' || word === '-f' || word === '-m' || word.startsWith('-e'));
    const glued = args[at]?.slice(2).replace(/^=/, '') ?? '';
    const told = at < 0 ? '' : glued !== '' ? glued : (args[at + 1] ?? '');
    const listed = ini.get('tox')?.get('envlist') ?? ini.get('tox')?.get('env_list') ?? '';
    const envs = (told === '' ? listed : told).split(/[,\s]+(?![^{]*\})/).filter(one => one !== '');
    return { dir, lines: (envs.length === 0 ? ['py'] : envs.slice(0, 30)).flatMap(env => toxLines(ini, env)).slice(0, MOST_LINES) };
  }

  #toxIni(dir: string): Ini | undefined {
    const file = (name: string): string | undefined => this.#inventory.read(dir === '' ? name : `${dir}/${name}`);
    const source = file('tox.ini') ?? text(get(get(get(this.#pyproject(dir), 'tool'), 'tox'), 'legacy_tox_ini'));
    if (source !== undefined) return parseIni(source);
    const own = get(get(this.#pyproject(dir), 'tool'), 'tox');
    return isDict(own) ? nativeTox(own) : undefined;
  }

  /** The sessions that a command line of nox names, or all of them. */
  nox(dir: string, args: readonly string[]): Task | undefined {
    const names: string[] = [];
    for (let i = 0; i < args.length; i++) {
      if (/^(?:-s|-e|--sessions?)$/.test(args[i] as string))
        for (let j = i + 1; j < args.length && !(args[j] as string).startsWith('-'); j++) names.push(args[j] as string);
      else if (/^--sessions?=/.test(args[i] as string)) names.push((args[i] as string).split('=')[1] ?? '');
    }
    const wanted = names.map(name => name.replace(/[-(].*$/, ''));
    return this.#called(dir, 'noxfile.py', ...wanted);
  }

  /** The programs that functions of a task file run: `session.run("pytest", "tests")`, `c.run("pytest tests")`. */
  #called(dir: string, name: string, ...wanted: readonly string[]): Task | undefined {
    const source = this.#inventory.read(dir === '' ? name : `${dir}/${name}`);
    if (source === undefined) return undefined;
    const lines: TaskLine[] = [];
    let inside = false;
    const open = source.slice(0, 100_000).replace(/([(,])[ \t]{0,20}\n\s{0,80}/g, '$1 ');
    for (const line of open.split('\n')) {
      const def = /^(?:async )?def (\w+)/.exec(line)?.[1];
      if (def !== undefined) inside = wanted.length === 0 || wanted.some(one => one.replaceAll('-', '_') === def);
      const call = inside ? /\.run(?:_always|_install)?\(\s{0,40}([^\n]{1,1000})/.exec(line)?.[1] : undefined;
      if (call === undefined || lines.length >= MOST_LINES) continue;
      const words = [
        ...(call.split(/,\s{0,20}\w{1,40}\s?=(?!=)/, 1)[0] ?? '').matchAll(/(\w+=)?f?(["'])((?:(?!\2)[^\\\n]){0,400})\2/g),
      ].filter(match => match[1] === undefined);
      const ignored = /success_codes\s*=|warn\s*=\s*True/.test(call);
      if (words.length > 0)
        lines.push({
          script: words.map(match => match[3] ?? '').join(' '),
          ...(ignored ? { harmless: `${name} ignores its failure` } : {}),
        });
    }
    return { dir, lines };
  }
}

/** `{args}`, `{posargs:tests}`, `$@`: what is handed on, or what stands for it. */
function withoutArgs(line: string): string {
  return line.replace(/\{(?:args|posargs)(?::([^}]{0,200}))?\}/g, (_, given: string | undefined) => given ?? '').replace(/\$[@*]/g, '');
}

function toxLines(ini: Ini, env: string): TaskLine[] {
  const own = ini.get(`testenv:${env}`);
  const base = ini.get('testenv');
  const of = (key: string): string | undefined => own?.get(key) ?? base?.get(key);
  const factors = env.split(/[-{},]/);
  const folder = of('changedir') ?? of('change_dir');
  const lines = linesOf((of('commands') ?? '').replace(/\\\n/g, ' ')).flatMap((line): TaskLine[] => {
    const factor = /^([\w!,{}-]{1,100}):\s+(.*)$/.exec(line);
    if (factor !== null && !(factor[1] ?? '').split(/[,{}]/).some(one => one.split('-').every(part => factors.includes(part)))) return [];
    const command = factor?.[2] ?? line;
    const ignored = command.startsWith('-') || /^true$/i.test(of('ignore_outcome') ?? '');
    const script = withoutArgs(command.replace(/^[-!@ ]+/, ''))
      .replace(/\{(?:toxinidir|tox_root)\}\/?/g, './')
      .replace(/\{env[\w]*\}/g, '');
    const at = folder === undefined ? '' : `cd ${folder.replace(/\{(?:toxinidir|tox_root)\}\/?/g, './')} && `;
    return [{ script: `${at}${script}`, ...(ignored ? { harmless: 'tox ignores its failure' } : {}) }];
  });
  return lines;
}

/** `[tool.tox]` in its own form, as sections. */
function nativeTox(own: Readonly<Record<string, unknown>>): Ini {
  const section = (table: unknown): Map<string, string> =>
    new Map(
      entries(table).map(([key, value]) => [
        key,
        list(value)
          .map(one => text(one) ?? '')
          .join(' '),
      ]),
    );
  const commands = (table: unknown): Map<string, string> => {
    const out = section(table);
    const written = get(table, 'commands');
    if (Array.isArray(written))
      out.set(
        'commands',
        written
          .slice(0, 50)
          .map(line => (Array.isArray(line) ? line.map(word => text(word) ?? '').join(' ') : (text(line) ?? '')))
          .join('\n'),
      );
    return out;
  };
  const envs = entries(own.env).map(([name, table]) => [`testenv:${name}`, commands(table)] as const);
  return new Map([['tox', section(own)], ['testenv', commands(own.env_run_base)], ...envs]);
}
