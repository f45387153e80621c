// A shell script as the list of commands that it runs, each with what becomes of its failure. Not a shell: quoting, lists,
// pipes, groups and `cd` are understood, as far as people use them in CI jobs and package scripts; nothing is expanded.

export interface ShellCommand {
  readonly words: readonly string[];
  /** The folders that `cd` went through before, in order. */
  readonly cd: readonly string[];
  /** Variables that are set for this command or were exported before it. */
  readonly env: Readonly<Record<string, string>>;
  /** Why a failure of it does not fail the script. */
  readonly harmless?: string;
}

export interface ShellMode {
  /** Does the first failure end the script (`sh -e`)? */
  readonly errexit: boolean;
  /** Does a failure inside a pipe fail the pipe? */
  readonly pipefail: boolean;
}

interface Token {
  readonly text: string;
  /** An operator or a word. */
  readonly operator: boolean;
}

const LONGEST = 40_000;
const MOST_COMMANDS = 400;
const OPERATORS = ['&&', '||', ';;', '|&', ';', '|', '&', '\n', '(', ')'];
const LOUD = /^(?:true|:|echo|printf|logger|cat)$/;

/** Cuts a script into words and operators. Quotes are taken off; what stands inside `$(...)` stays one word. */
function tokens(script: string): Token[] {
  const out: Token[] = [];
  let word = '';
  let started = false;
  const end = (): void => {
    if (started) out.push({ text: word, operator: false });
    word = '';
    started = false;
  };
  const heredocs: string[] = [];
  for (let at = 0; at < script.length; ) {
    const sign = script[at] as string;
    if (sign === '\\') {
      // A backslash at the end of a line joins it with the next.
      if (script[at + 1] !== '\n') {
        word += script[at + 1] ?? '';
        started = true;
      }
      at += 2;
    } else if (sign === "'" || sign === '"') {
      const close = closing(script, at, sign);
      word += script.slice(at + 1, close);
      started = true;
      at = close + 1;
    } else if (sign === '$' && (script[at + 1] === '(' || script[at + 1] === '{')) {
      const close = balanced(script, at + 1);
      word += script.slice(at, close);
      started = true;
      at = close;
    } else if (sign === '#' && !started) {
      const line = script.indexOf('\n', at);
      at = line < 0 ? script.length : line;
    } else if (sign === '<' && script.startsWith('<<', at) && script[at + 2] !== '<') {
      const found = /^<<-?\s{0,4}['"]?([\w-]{1,60})['"]?/.exec(script.slice(at, at + 80));
      if (found?.[1] !== undefined) heredocs.push(found[1]);
      end();
      at += found?.[0].length ?? 2;
    } else if (sign === '>' || sign === '<' || (sign === '&' && script[at + 1] === '>')) {
      // Redirections are no part of the command; `2>&1` is eaten whole, with the number before it.
      if (/^\d$/.test(word)) {
        word = '';
        started = false;
      }
      end();
      const found = /^(?:&?>{1,2}|<|>\|)\s{0,8}(?:&\d|[^\s;&|()]{0,300})/.exec(script.slice(at, at + 320));
      at += Math.max(1, found?.[0].length ?? 1);
    } else {
      const operator = OPERATORS.find(one => script.startsWith(one, at));
      if (operator !== undefined) {
        end();
        out.push({ text: operator, operator: true });
        at += operator.length;
        if (operator === '\n')
          for (let name = heredocs.shift(); name !== undefined; name = heredocs.shift()) at = afterHeredoc(script, at, name);
      } else if (sign === ' ' || sign === '\t' || sign === '\r') {
        end();
        at++;
      } else {
        word += sign;
        started = true;
        at++;
      }
    }
  }
  end();
  return out;
}

function closing(script: string, open: number, quote: string): number {
  for (let at = open + 1; at < script.length; at++) {
    if (script[at] === '\\' && quote === '"') at++;
    else if (script[at] === quote) return at;
  }
  return script.length;
}

function balanced(script: string, open: number): number {
  let depth = 0;
  for (let at = open; at < script.length; at++) {
    const sign = script[at];
    if (sign === '(' || sign === '{') depth++;
    else if ((sign === ')' || sign === '}') && --depth === 0) return at + 1;
  }
  return script.length;
}

function afterHeredoc(script: string, from: number, name: string): number {
  for (let at = from; at < script.length; ) {
    const line = script.indexOf('\n', at);
    const stop = line < 0 ? script.length : line;
    if (script.slice(at, Math.min(stop, at + 200)).trim() === name) return stop;
    at = stop + 1;
  }
  return script.length;
}

/** One command on its way through the lists: its words, and the operator behind it. */
interface Piece {
  words: string[];
  next: string;
  /** Stands in the condition of an `if` or `while`, or behind a `!`. */
  asked: boolean;
  /** Open groups around it; `cd` inside one ends with it. */
  depth: number;
}

const KEYWORDS = new Set(['then', 'else', 'do', '{', 'time', 'exec', 'command']);
const CONDITIONS = new Set(['if', 'elif', 'while', 'until', '!']);

function pieces(script: string): Piece[] {
  const out: Piece[] = [];
  let words: string[] = [];
  let depth = 0;
  let condition = false;
  const end = (next: string): void => {
    let asked = condition;
    for (let first = words[0]; first !== undefined; first = words[0]) {
      if (CONDITIONS.has(first)) {
        asked = true;
        if (first !== '!') condition = true;
      } else if (first === 'then' || first === 'do' || first === 'else') {
        asked = false;
        condition = false;
      } else if (!KEYWORDS.has(first)) break;
      words.shift();
    }
    const last = out.at(-1);
    if (words.length > 0) out.push({ words, next, asked, depth });
    // `fi`, `)` and empty lines: the operator belongs to what was before.
    else if (last !== undefined && next !== '\n' && next !== '' && next !== '(' && /^[\n;]?$/.test(last.next)) last.next = next;
    words = [];
  };
  for (const token of tokens(script.slice(0, LONGEST))) {
    if (!token.operator) words.push(token.text);
    else if (token.text === '(') {
      end('(');
      depth++;
    } else if (token.text === ')') {
      end(';');
      depth = Math.max(0, depth - 1);
    } else end(token.text);
    if (out.length > MOST_COMMANDS) return out;
  }
  end('');
  return out;
}

/** The commands of a script, and what becomes of the failure of each. */
export function commandsOf(script: string, mode: ShellMode): ShellCommand[] {
  const list = pieces(script);
  const out: ShellCommand[] = [];
  const exported: Record<string, string> = {};
  const folders: { to: string; depth: number }[] = [];
  let { errexit, pipefail } = mode;
  for (const [i, piece] of list.entries()) {
    while ((folders.at(-1)?.depth ?? -1) > piece.depth) folders.pop();
    const { env, rest } = assigned(piece.words);
    const [name = '', first = ''] = rest;
    if (name === 'set' && first.startsWith('-') && /e/.test(first.slice(0, 6))) errexit = true;
    if (name === 'set' && first.startsWith('+') && first.includes('e')) errexit = false;
    if (name === 'set' && rest.includes('pipefail')) pipefail = !first.startsWith('+');
    if (name === 'export') Object.assign(exported, assigned(rest.slice(1)).env);
    if ((name === 'cd' || name === 'pushd') && first !== '') folders.push({ to: first, depth: piece.depth });
    if (name === 'popd') folders.pop();
    if (rest.length === 0) continue;
    const harmless = fate(list, i, errexit, pipefail);
    out.push({
      words: rest,
      cd: folders.map(folder => folder.to),
      env: { ...exported, ...env },
      ...(harmless === undefined ? {} : { harmless }),
    });
  }
  return out;
}

/** `A=1 B=2 command`: the assignments, and the rest. */
export function assigned(words: readonly string[]): { env: Record<string, string>; rest: readonly string[] } {
  const env: Record<string, string> = {};
  let at = 0;
  for (; at < words.length; at++) {
    const found = /^([A-Za-z_]\w{0,100})=([\s\S]*)$/.exec(words[at] as string);
    if (found?.[1] === undefined) break;
    Object.defineProperty(env, found[1], { value: found[2], enumerable: true, configurable: true });
  }
  return { env, rest: words.slice(at) };
}

/** Why a failure of the i-th command does not fail the script; undefined: it does. */
function fate(list: readonly Piece[], i: number, errexit: boolean, pipefail: boolean): string | undefined {
  const piece = list[i] as Piece;
  const fails = (from: number): boolean => list.slice(from).some(p => p.words[0] === 'exit' && p.words[1] !== '0');
  if (piece.asked && !fails(i + 1)) return 'its result is only looked at by an if';
  let at = i;
  // To the end of the pipe.
  if ((piece.next === '|' || piece.next === '|&') && !pipefail) return 'its exit code is lost in the pipe behind it';
  // To the end of the list: `a && b || true` excuses both.
  for (; at < list.length; at++) {
    const { next } = list[at] as Piece;
    if (next === '||') {
      const other = list[at + 1];
      const word = other?.words[0] ?? 'true';
      const code = other?.words[1];
      if (word === 'exit' || word === 'return') return code === '0' ? `"|| ${word} 0" behind it` : undefined;
      if (LOUD.test(word)) return fails(at + 1) ? undefined : `"|| ${word}" behind it`;
      return undefined;
    }
    if (next === '&') return 'it runs in the background';
    if (next !== '&&' && next !== '|' && next !== '|&') break;
  }
  const end = list[at]?.next ?? '';
  const later = list[at + 1];
  // Without -e only the last command decides.
  if (!errexit && later !== undefined && (end === ';' || end === '\n') && !fails(at + 1))
    return `what stands behind it decides (${later.words[0]})`;
  return undefined;
}
