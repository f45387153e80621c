// Commands of Python projects: what starts them is taken off, named tasks are followed, and the runners of tests are asked what they choose.
import { type Inventory, roleOf } from '../../repository/index.ts';
import type { Context, Started } from './commands.ts';
import { type Chosen, djangoChosen, Pytest, pathOf, start, unittestChosen } from './pytest.ts';
import { pythonProgram, pythonStart } from './python-starts.ts';
import { PythonTasks, TASK_TOOLS, type Task } from './python-tasks.ts';
import { type Runner, runnerOf } from './runners.ts';
import { join } from './workspace.ts';

/** What follows the commands inside. */
interface Follow {
  readonly command: (words: readonly string[], context: Context) => Started[];
  readonly script: (text: string, context: Context) => Started[];
  readonly started: (runner: Runner | undefined, words: readonly string[], context: Context) => Started;
}

const TASK_MODE = { errexit: true, pipefail: false };

export class PythonCommands {
  readonly #inventory: Inventory;
  readonly #tasks: PythonTasks;
  readonly #pytest: Pytest;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#tasks = new PythonTasks(inventory);
    this.#pytest = new Pytest(inventory);
  }

  /** What a command starts, where it is one of Python's; undefined: it is not. */
  command(words: readonly string[], context: Context, follow: Follow): Started[] | undefined {
    const [name = '', ...rest] = words;
    const begun = pythonStart(words);
    if (begun !== undefined) {
      const dir = begun.dir === undefined ? context.dir : (join(context.dir, begun.dir) ?? context.dir);
      const inner = { ...context, dir };
      const [first = ''] = begun.words;
      if (begun.tests) return this.#runner('pytest', begun.words, inner, follow);
      const task = begun.tasks === undefined ? undefined : this.#tasks.of(begun.tasks, dir, first);
      if (task !== undefined) return this.#task(`${begun.tasks} ${first}`, task, inner, follow);
      return begun.words.length === 0
        ? []
        : follow.command(
            begun.words.map((word, i) => (i === 0 ? word.replace(/^[\w.-]+:(?=[a-z])/, '') : word)),
            inner,
          );
    }
    if (name === 'tox' || name === 'nox') {
      const task = name === 'tox' ? this.#tasks.tox(context.dir, rest) : this.#tasks.nox(context.dir, rest);
      return task === undefined ? [] : this.#task(`${name} ${rest.join(' ')}`, task, context, follow);
    }
    if (TASK_TOOLS.test(name)) {
      const wanted = rest.filter(word => !word.startsWith('-'));
      const found = wanted.slice(0, 5).flatMap(one => {
        const task = this.#tasks.of(name, context.dir, one);
        return task === undefined ? [] : [{ one, task }];
      });
      return found.flatMap(({ one, task }) => this.#task(`${name} ${one}`, task, context, follow));
    }
    if (/^(?:pytest|py\.test|deepeval|unittest)$/.test(name))
      return this.#runner(name === 'py.test' ? 'pytest' : name, rest, context, follow);
    const program = pythonProgram(name, rest);
    return program === undefined ? this.#script(words, context, follow) : this.#program(program, context, follow);
  }

  #program(
    { module, file, args }: { readonly module?: string; readonly file?: string; readonly args: readonly string[] },
    context: Context,
    follow: Follow,
  ): Started[] {
    if (module !== undefined) {
      if (
        /^(?:pytest|unittest|deepeval|coverage|tox|nox|poetry|uv|hatch|pdm|ruff|mypy|black|flake8|pylint|pyright|pre_commit|build|promptfoo)$/.test(
          module,
        )
      )
        return follow.command([module, ...args], context);
      const path = module.replaceAll('.', '/');
      const target = [`${path}.py`, `${path}/__main__.py`]
        .flatMap(one => join(context.dir, one) ?? [])
        .find(one => this.#inventory.has(one));
      return target === undefined ? [] : this.#file(target, ['python', '-m', module, ...args], context, follow);
    }
    if (file === undefined) return [];
    if (/(?:^|\/)manage\.py$/.test(file)) {
      const at = join(context.dir, file.replace(/\/?manage\.py$/, '')) ?? context.dir;
      return args[0] === 'test' ? this.#run('django', djangoChosen(args.slice(1)), [file, ...args], { ...context, dir: at }, follow) : [];
    }
    // `python .venv/bin/pytest`
    const program = file.replace(/^.*\/(?:bin|Scripts)\//, '');
    if (program !== file) return follow.command([program, ...args], context);
    const path = pathOf(context.dir, file);
    return path === undefined ? [] : this.#file(path, ['python', file, ...args], context, follow);
  }

  /** `./evals/run.py`: a file that is started by its name. */
  #script(words: readonly string[], context: Context, follow: Follow): Started[] | undefined {
    const path = /\.py$/.test(words[0] ?? '') ? pathOf(context.dir, words[0] ?? '') : undefined;
    return path === undefined ? undefined : this.#file(path, words, context, follow);
  }

  /** A file whose place says that it tests or evaluates. */
  #file(path: string, words: readonly string[], context: Context, follow: Follow): Started[] {
    const role = roleOf(path);
    if (role !== 'eval' && role !== 'test') return [];
    const runs = role === 'eval' ? (['evaluation'] as const) : (['unit', 'integration'] as const);
    return [{ ...follow.started({ id: 'python', runs }, words, context), dir: '', only: [path] }];
  }

  #runner(name: string, args: readonly string[], context: Context, follow: Follow): Started[] {
    if (args.some(word => /^(?:--version|-V|--help|-h)$/.test(word))) return [];
    if (name === 'unittest') return this.#run(name, unittestChosen(args), [name, ...args], context, follow);
    if (name === 'deepeval') {
      if (args[0] !== 'test' || args[1] !== 'run') return [];
      const only = args.slice(2).filter(word => !word.startsWith('-') && !/^\d+$/.test(word));
      return this.#run(
        name,
        { only: only.map(path => start(path.split('::')[0] ?? '')), except: [], lists: false },
        [name, ...args],
        context,
        follow,
      );
    }
    return this.#run(name, this.#pytest.chosen(args, context.dir, context.env), [name, ...args], context, follow);
  }

  #run(name: string, { lists, harmless, ...limits }: Chosen, words: readonly string[], context: Context, follow: Follow): Started[] {
    if (lists) return [];
    const inner = harmless === undefined ? context : { ...context, harmless: context.harmless ?? harmless };
    return [{ ...follow.started(runnerOf(name), words, inner), dir: context.dir, ...limits }];
  }

  #task(key: string, task: Task, context: Context, follow: Follow): Started[] {
    const name = `${key}\0${task.dir}`;
    if (context.trail.includes(name)) return [];
    const inner = { ...context, dir: task.dir, mode: TASK_MODE, trail: [...context.trail, name] };
    return task.lines.flatMap(line =>
      follow.script(line.script, line.harmless === undefined ? inner : { ...inner, harmless: context.harmless ?? line.harmless }),
    );
  }
}
