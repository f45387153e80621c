// From a command of a CI job down to the programs that it starts in the end: through package scripts, workspaces, task runners,
// make, shell files and wrappers. Nothing is executed; what cannot be followed runs nothing as far as we know.
import { type Inventory, roleOf } from '../../repository/index.ts';
import { PythonCommands } from './python-commands.ts';
import { BUN_TEST, checks, deploys, NODE_TEST, type Runner, runnerOf } from './runners.ts';
import { assigned, commandsOf, type ShellMode } from './shell.ts';
import { missedBy } from './test-config.ts';
import { join, Workspace } from './workspace.ts';

/** What a command starts in the end. */
export interface Started {
  readonly what: 'test' | 'check' | 'deploy';
  readonly runner?: Runner;
  /** Where it works, relative to the root. */
  readonly dir: string;
  readonly only: readonly string[];
  readonly except: readonly string[];
  /** Files of tests that its configuration leaves out. */
  readonly missed?: readonly string[];
  readonly marks?: string;
  readonly harmless?: string;
  readonly env: Readonly<Record<string, string>>;
  /** The last command line, for the reader. */
  readonly line: string;
  /** All words behind the program's name. */
  readonly args: readonly string[];
}

export interface Context {
  readonly dir: string;
  readonly mode: ShellMode;
  readonly env: Readonly<Record<string, string>>;
  readonly harmless: string | undefined;
  /** Scripts that are being followed: the guard against circles. */
  readonly trail: readonly string[];
}

const DEEPEST = 12;
/** Commands looked at in one audit; package scripts can be written to call each other without end. */
const MOST = 20_000;
/** A script of npm runs in `sh -c`, without -e and without pipefail. */
const SCRIPT_MODE: ShellMode = { errexit: false, pipefail: false };

/** Words before the command that start it and say nothing of what it is. */
const PREFIX =
  /^(?:npx|bunx|pnpx|exec|dlx|cross-env|cross-env-shell|env|sudo|time|nice|xvfb-run|dotenv|dotenvx|doppler|infisical|nyc|c8|varlock|op|with-env|wireit|timeout|retry|start-server-and-test)$/;
const RUNTIMES = /^(?:node|tsx|ts-node|ts-node-esm|bun|deno|nodemon|esno|jiti|vite-node|swc-node)$/;
const MANAGERS = /^(?:npm|pnpm|yarn|bun|deno|vp)$/;

/** Other commands that are looked for behind `docker run`. */
const CONTAINED = /^(?:(?:ba)?sh|python3?|uv|poetry|pdm|hatch|coverage|make|just|tox|nox)$/;

export class Commands {
  readonly #inventory: Inventory;
  readonly #workspace: Workspace;
  readonly #python: PythonCommands;
  #left = MOST;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#workspace = new Workspace(inventory);
    this.#python = new PythonCommands(inventory);
  }

  /** Everything that a script starts in the end. */
  of(script: string, dir: string, mode: ShellMode, env: Readonly<Record<string, string>> = {}): Started[] {
    return this.#script(script, { dir, mode, env, harmless: undefined, trail: [] });
  }

  #script(script: string, context: Context): Started[] {
    if (context.trail.length > DEEPEST) return [];
    return commandsOf(script, context.mode).flatMap(command => {
      if (this.#left-- <= 0) return [];
      const dir = command.cd.reduce<string | undefined>((at, to) => (at === undefined ? at : join(at, to)), context.dir);
      if (dir === undefined) return [];
      const harmless = context.harmless ?? command.harmless;
      return this.#command(command.words, { ...context, dir, harmless, env: { ...context.env, ...command.env } });
    });
  }

  #command(given: readonly string[], context: Context): Started[] {
    const { words, env } = unwrap(given);
    const inner = { ...context, env: { ...context.env, ...env } };
    const [command = '', ...rest] = words;
    const name = command
      .replace(/^.*node_modules\/\.bin\//, '')
      .replace(/^.*\/(?:bin|Scripts)\//, '')
      .replace(/@[\w.^~-]+$/, '');
    const python = this.#python.command([name, ...rest], inner, {
      command: (next, context) => this.#command(next, context),
      script: (text, context) => this.#script(text, context),
      started: (runner, next, context) => this.#started('test', runner, next, context),
    });
    if (python !== undefined) return python;
    if (deploys(words)) return [this.#started('deploy', undefined, words, inner)];
    if (name === 'bun' && rest[0] === 'test') return [this.#started('test', BUN_TEST, ['bun', ...rest], inner)];
    if (name === 'deno' && rest[0] === 'test') return [this.#started('test', runnerOf('deno'), [name, ...rest], inner)];
    if (name === 'bun' && rest[0] === 'run' && /\.[cm]?[jt]sx?$/.test(rest[1] ?? ''))
      return this.#runtime(name, rest.slice(1), inner) ?? [];
    if (MANAGERS.test(name)) return this.#managed(name, rest, inner);
    if (name === 'turbo' || name === 'nx' || name === 'lerna' || name === 'moon' || name === 'rush') return this.#tasks(name, rest, inner);
    if (name === 'make' || name === 'just') return this.#recipe(name, rest, inner);
    if (/^(?:concurrently|npm-run-all2?|run-s|run-p|conc)$/.test(name)) return this.#several(name, rest, inner);
    if (/^(?:sh|bash|zsh|dash)$/.test(name) || /\.(?:sh|bash)$/.test(name)) return this.#shell(name, rest, inner);
    if (name === 'docker' || name === 'docker-compose' || name === 'podman') return this.#contained(words, inner);
    const own = RUNTIMES.test(name) ? this.#runtime(name, rest, inner) : undefined;
    if (own !== undefined) return own;
    const runner = runnerOf(name);
    if (runner !== undefined && runsTests(runner, rest)) return [this.#started('test', runner, [name, ...rest], inner)];
    return checks(name, rest) ? [this.#started('check', undefined, words, inner)] : [];
  }

  #started(what: Started['what'], runner: Runner | undefined, words: readonly string[], context: Context): Started {
    const { only, except, dir } =
      runner?.filters === true ? filtersOf(runner, words.slice(1)) : runner?.id === 'promptfoo' ? configOf(words) : NO_FILTERS;
    const missed = missedBy(this.#inventory, runner?.id ?? '', context.dir, words);
    return {
      what,
      ...(runner === undefined ? {} : { runner }),
      dir: dir === undefined ? context.dir : (join(context.dir, dir) ?? context.dir),
      only,
      except,
      ...(missed.length === 0 ? {} : { missed }),
      ...(context.harmless === undefined ? {} : { harmless: context.harmless }),
      env: context.env,
      line: words.join(' ').slice(0, 120),
      args: words.slice(1),
    };
  }

  /** `node --test`, and `tsx evals/run.ts`: a file whose place says what it is. */
  #runtime(name: string, rest: readonly string[], context: Context): Started[] | undefined {
    if (rest.some(word => word === '--test' || word.startsWith('--test='))) {
      return [this.#started('test', NODE_TEST, [name, ...rest], context)];
    }
    const file = rest.find(word => /\.(?:[cm]?[jt]sx?)$/.test(word) && !word.startsWith('-'));
    const path = file === undefined ? undefined : join(context.dir, file);
    if (path === undefined) {
      // `node node_modules/jest/bin/jest`, `node --import tsx --max-old-space-size=1 jest`.
      const program = rest
        .map(word => word.replace(/^.*node_modules\//, '').split('/')[0] ?? '')
        .find(word => runnerOf(word) !== undefined);
      return program === undefined || rest[0] === 'run'
        ? undefined
        : this.#command(
            rest.slice(rest.findIndex(w => w.includes(program))).map((w, i) => (i === 0 ? program : w)),
            context,
          );
    }
    const bin = /node_modules\/(?:\.bin\/)?([\w-]+)/.exec(file ?? '')?.[1];
    if (bin !== undefined && runnerOf(bin) !== undefined) return this.#command([bin, ...rest.slice(rest.indexOf(file ?? '') + 1)], context);
    const role = roleOf(path);
    if (role !== 'eval' && role !== 'test') return undefined;
    const runs = role === 'eval' ? (['evaluation'] as const) : (['unit', 'integration'] as const);
    const started = this.#started('test', { id: name, runs }, [name, ...rest], context);
    return [{ ...started, dir: '', only: [path] }];
  }

  /** `npm test`, `pnpm -r test`, `yarn workspace web test`, `bun run test`. */
  #managed(manager: string, args: readonly string[], context: Context): Started[] {
    const call = this.#workspace.call(manager, args, context.dir);
    if (call === undefined) return [];
    if (call.exec !== undefined) return call.dirs.flatMap(dir => this.#command(call.exec ?? [], { ...context, dir }));
    const { name, extra } = call;
    return call.dirs.flatMap(
      dir => this.#named(dir, name, extra, context) ?? (call.bin ? this.#command([name, ...extra], { ...context, dir }) : []),
    );
  }

  /** A script of the package in a folder, with the hooks before and behind it; undefined: there is none. */
  #named(dir: string, name: string, extra: readonly string[], context: Context): Started[] | undefined {
    const found = this.#workspace.script(dir, name);
    if (found === undefined) return undefined;
    const key = `${found.dir}\0${name}`;
    if (context.trail.includes(key)) return [];
    const inner = { ...context, dir: found.dir, mode: SCRIPT_MODE, trail: [...context.trail, key] };
    const parts = [this.#workspace.script(found.dir, `pre${name}`), found, this.#workspace.script(found.dir, `post${name}`)];
    return parts.flatMap(part => {
      if (part === undefined || part.dir !== found.dir) return [];
      const more = part === found && extra.length > 0 ? ` ${extra.map(quoted).join(' ')}` : '';
      return this.#script(part.text + more, inner);
    });
  }

  /** `turbo run test`, `nx run-many -t test`: the script of that name in every package, or in those that are chosen. */
  #tasks(tool: string, args: readonly string[], context: Context): Started[] {
    const { names, dirs, extra } = this.#workspace.tasks(tool, args, context.dir);
    return names.flatMap(name => dirs.flatMap(dir => this.#named(dir, name, extra, context) ?? this.#nx(tool, dir, name, context)));
  }

  /** A target of nx that stands in project.json. */
  #nx(tool: string, dir: string, name: string, context: Context): Started[] {
    if (tool !== 'nx') return [];
    const executor = this.#workspace.executor(dir, name);
    const id = /vite(?:st)?:test/.test(executor ?? '')
      ? 'vitest'
      : /jest/.test(executor ?? '')
        ? 'jest'
        : /playwright|cypress/.exec(executor ?? '')?.[0];
    const runner = id === undefined ? undefined : runnerOf(id);
    return runner === undefined ? [] : [this.#started('test', runner, [runner.id], { ...context, dir })];
  }

  /** `make test`, `just test`: the recipe of that name. */
  #recipe(tool: string, args: readonly string[], context: Context): Started[] {
    const at = args.indexOf('-C');
    const dir = at >= 0 ? join(context.dir, args[at + 1] ?? '') : context.dir;
    const wanted = args.filter((word, i) => !word.startsWith('-') && !word.includes('=') && i !== (at < 0 ? -1 : at + 1));
    if (dir === undefined) return [];
    return wanted.flatMap(name => {
      const key = `${tool} ${dir}\0${name}`;
      if (context.trail.includes(key)) return [];
      const recipe = this.#workspace.recipe(tool, dir, name);
      if (recipe === undefined) return [];
      const inner = { ...context, dir, trail: [...context.trail, key], mode: SCRIPT_MODE };
      return [
        ...recipe.needs.flatMap(need => this.#recipe(tool, [need], inner)),
        ...recipe.lines.flatMap(({ text, ignored }) =>
          this.#script(text, ignored ? { ...inner, harmless: inner.harmless ?? 'make ignores its failure (a "-" before it)' } : inner),
        ),
      ];
    });
  }

  /** `run-s lint test:*`, `concurrently "npm run a" "npm run b"`. */
  #several(tool: string, args: readonly string[], context: Context): Started[] {
    const parts = args.filter(word => !word.startsWith('-'));
    return parts.flatMap(part => {
      const name = part.replace(/^(?:npm|pnpm|yarn|bun):/, '');
      if (tool.startsWith('conc') && name === part) return this.#script(part, context);
      return this.#workspace
        .scriptsLike(context.dir, name.split(' ')[0] ?? '')
        .flatMap(one => this.#named(context.dir, one, [], context) ?? []);
    });
  }

  #shell(name: string, rest: readonly string[], context: Context): Started[] {
    const inline = rest.findIndex(word => /^-[a-z]*c$/.test(word));
    if (inline >= 0) return this.#script(rest[inline + 1] ?? '', context);
    const file = /\.(?:sh|bash)$/.test(name) ? name : rest.find(word => !word.startsWith('-'));
    const path = file === undefined ? undefined : join(context.dir, file);
    if (path === undefined || context.trail.includes(path)) return [];
    const text = this.#inventory.read(path);
    const mode = { errexit: /^#!.*\s-\w*e/.test(text ?? ''), pipefail: false };
    return text === undefined ? [] : this.#script(text, { ...context, trail: [...context.trail, path], mode });
  }

  /** `docker compose run app npm test`: the command inside; the folder inside is taken for the one outside. */
  #contained(words: readonly string[], context: Context): Started[] {
    const entry = words.findIndex(word => word === '--entrypoint' || word.startsWith('--entrypoint='));
    if (entry > 0) {
      const inline = words[entry]?.split('=')[1];
      const rest = words.slice(entry + (inline === undefined ? 2 : 1));
      const image = rest.findIndex(
        (word, i) => !word.startsWith('-') && !/^-(?:v|w|e|-volume|-workdir|-env|-name|-network)$/.test(rest[i - 1] ?? ''),
      );
      return this.#command([inline ?? words[entry + 1] ?? '', ...rest.slice(image + 1)], context);
    }
    const at = words.findIndex((word, i) => i > 1 && (MANAGERS.test(word) || runnerOf(word) !== undefined || CONTAINED.test(word)));
    if (at > 0 && words.some(word => word === 'run' || word === 'exec')) return this.#command(words.slice(at), context);
    return words.includes('build') ? [this.#started('check', undefined, words, context)] : [];
  }
}

/** Takes off what only starts another command: `npx`, `cross-env A=1`, `dotenv -e .env --`, `pnpm exec`. */
function unwrap(given: readonly string[]): { words: readonly string[]; env: Record<string, string> } {
  let words = given;
  const env: Record<string, string> = {};
  for (let round = 0; round < 8; round++) {
    const first = assigned(words);
    Object.assign(env, first.env);
    words = first.rest;
    const name = words[0] ?? '';
    if (!PREFIX.test(name)) break;
    const divider = words.indexOf('--');
    if (/^(?:dotenv|dotenvx|doppler|infisical|op|varlock|with-env|start-server-and-test)$/.test(name)) {
      if (name === 'start-server-and-test') return { words: ['npm', 'run', words.at(-1) ?? ''], env };
      words = divider > 0 ? words.slice(divider + 1) : words.slice(1).filter(word => !/^(?:run|-.*|\.env.*)$/.test(word));
      continue;
    }
    let at = 1;
    // Options of the starter itself; those of npx that take a value are rare in CI.
    while (at < words.length && (/^-/.test(words[at] as string) || /^\d+[smh]?$/.test(words[at] as string))) {
      at += /^(?:-p|--package|-e|-f)$/.test(words[at] as string) ? 2 : 1;
    }
    words = words.slice(at);
  }
  return { words, env };
}

function runsTests(runner: Runner, rest: readonly string[]): boolean {
  const sub = rest.find(word => !word.startsWith('-'));
  if (rest.some(word => /^(?:--version|-v|--help|-h|--listTests|--showConfig|--dry-run)$/.test(word))) return false;
  if (runner.command !== undefined) return sub !== undefined && runner.command.test(sub);
  return runner.not === undefined || sub === undefined || !runner.not.test(sub);
}

const NO_FILTERS = { only: [] as readonly string[], except: [] as readonly string[], dir: undefined };
const EXCEPT = /^--(?:exclude|testPathIgnorePatterns|ignore|exclude-dir)$/;
const DIRECTORY = /^--(?:dir|root|rootDir|cwd)$/;
/** Options that make the run a part that cannot be told from here. */
const PARTLY = /^(?:-t|--testNamePattern|-g|--grep|--shard|--changed|--onlyChanged|-o)$/;
const VALUED =
  /^(?:-c|--config|--project|--reporter|--coverage|--outputFile|--pool|--maxWorkers|--testTimeout|--environment|--mode|-r|--require|--import|--loader|--timeout|-w|-k|-m|-n)$/;
const SUBCOMMAND = /^(?:run|test|watch|dev|related)$/;

/** The paths that a run is limited to, and those that it leaves out. */
function filtersOf(runner: Runner, args: readonly string[]): { only: string[]; except: string[]; dir: string | undefined } {
  const only: string[] = [];
  const except: string[] = [];
  let dir: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const [option = '', inline] =
      word.startsWith('--') && word.includes('=') ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word];
    const value = inline ?? args[i + 1];
    const takes = (): void => {
      if (inline === undefined) i++;
    };
    if (option === '--') continue;
    if (EXCEPT.test(option)) {
      if (value !== undefined) except.push(plain(value));
      takes();
    } else if (DIRECTORY.test(option)) {
      dir = value;
      takes();
    } else if (/^--(?:testPathPatterns?)$/.test(option)) {
      if (value !== undefined) only.push(plain(value));
      takes();
    } else if (PARTLY.test(option) || VALUED.test(option)) takes();
    else if (
      !option.startsWith('-') &&
      !(SUBCOMMAND.test(option) && only.length === 0 && /^(?:vitest|playwright|bun)$/.test(runner.id) && i < 2) &&
      !/^\$/.test(option) &&
      option !== 'false' &&
      option !== 'true'
    )
      only.push(plain(option));
  }
  return { only: only.filter(text => text !== ''), except: except.filter(text => text !== ''), dir };
}

/** The configuration that promptfoo is given; without one it takes the file of its own name. */
function configOf(words: readonly string[]): typeof NO_FILTERS {
  const at = words.findIndex(word => /^(?:-c|--config)(?:=|$)/.test(word));
  const value = at < 0 ? undefined : words[at]?.includes('=') ? words[at]?.slice((words[at]?.indexOf('=') ?? 0) + 1) : words[at + 1];
  return { ...NO_FILTERS, only: [value === undefined ? 'promptfooconfig.' : plain(value)] };
}

/** The part of a pattern that stands for itself: `src/**\/*.test.ts` is limited to `src/`. */
function plain(pattern: string): string {
  const star = pattern.search(/[*?{[(\\^$+]/);
  const text = (star < 0 ? pattern : pattern.slice(0, star)).replace(/^\.\//, '');
  return text === '.' ? '' : text.slice(0, 200);
}

function quoted(word: string): string {
  return /^[\w@./:=*-]+$/.test(word) ? word : `'${word.replaceAll("'", '')}'`;
}
