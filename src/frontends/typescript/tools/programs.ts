// A program that is started without a shell: `execFile('rg', [...])`. Nothing after a semicolon runs, so who picks the program, its first
// argument and whether the program itself runs what it is given decide what the model may do with it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { ModelText } from '../conversation/model-text.ts';
import { isGlobal, textOf } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import { resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

/** Programs that run, delete, move or send what their arguments say; also those that look after machines, accounts and data. */
const HARMFUL =
  /^(?:(?:ba|z|da|fi|k|c|tc)?sh|cmd|powershell|pwsh|env|xargs|sudo|doas|su|ssh|scp|sftp|rsync|curl|wget|nc|ncat|socat|telnet|rm|rmdir|mv|cp|dd|ln|chmod|chown|kill|killall|pkill|shutdown|reboot|sed|awk|gawk|perl|ruby|php|lua|osascript|tee|find|tar|unzip|zip|git|gh|docker|podman|kubectl|helm|terraform|ansible\w*|aws|gcloud|az|psql|mysql|sqlite3|mongosh?|redis-cli|npx|npm|pnpm|yarn|bunx|uv|uvx|pip3?|pipx|make|cargo|go|apt|apt-get|brew|systemctl|crontab|at|open|xdg-open|start|code|adb|ffmpeg)(?:\.exe)?$/;
/** Interpreters, which run the script that their first argument names. */
const RUNNERS = /^(?:node|nodejs|bun|deno|tsx|ts-node|python[\d.]*|py)(?:\.exe)?$/;
/** Options by which an interpreter takes code, or another module than its script. */
const CODE_OPTIONS = new Set(['-c', '-e', '-p', '-m', '--eval', '--print', '-r', '--require', '--import', '-']);
const DEEPEST = 6;

/** `free`: the model may have the machine do anything; `bounded`: it fills in arguments of a program; `none`: it decides nothing. */
export type ProgramUse = 'free' | 'bounded' | 'none';

/** Is it a call that takes the program and its arguments apart? */
export function isProgramCall(path: string): boolean {
  return /(?:^|\.)(?:spawn|spawnSync|execFile|execFileSync|execa|execaSync|subprocess_exec)$/.test(path);
}

/** What the model may do by the arguments of such a call. */
export function programUse(reading: Reading, text: ModelText, args: readonly ts.Expression[]): ProgramUse {
  const [program, list, ...rest] = args;
  const given = args.some(arg => text.reaches(tsc.isSpreadElement(arg) ? arg.expression : arg));
  if (!given) return 'none';
  if (program === undefined || tsc.isSpreadElement(program) || text.reaches(program)) return 'free';
  if (list === undefined || tsc.isSpreadElement(list) || [list, ...rest].some(arg => mayHaveShell(reading, arg))) return 'free';
  const names = namesOf(reading, program);
  if (names === undefined || names.some(name => HARMFUL.test(name))) return 'free';
  if (!text.reaches(list)) return [list, ...rest].some(arg => text.reaches(arg)) ? 'bounded' : 'none';
  const first = firstsOf(reading, text, list, 0);
  if (first.some(one => one === 'model')) return 'free';
  if (!names.some(name => RUNNERS.test(name))) return 'bounded';
  return first.some(one => one === 'unknown' || CODE_OPTIONS.has(one)) ? 'free' : 'bounded';
}

/** The names of the programs that an expression stands for; undefined: one of them cannot be told. */
function namesOf(reading: Reading, node: ts.Expression): readonly string[] | undefined {
  const out: string[] = [];
  const values = reading.ev.values(node);
  for (const value of values) {
    const written = isGlobal(value, 'process.execPath') ? 'node' : textOf(value);
    if (written === undefined || written.trim() === '') return undefined;
    out.push(written.slice(Math.max(written.lastIndexOf('/'), written.lastIndexOf('\\')) + 1).toLowerCase());
  }
  return out.length === 0 ? undefined : out;
}

/** Do the options ask for a shell, or is it not seen that they do not? */
function mayHaveShell(reading: Reading, arg: ts.Expression): boolean {
  const object = strip(arg);
  if (object === undefined || tsc.isArrayLiteralExpression(object) || tsc.isArrowFunction(object) || tsc.isFunctionExpression(object))
    return false;
  const values = reading.ev.values(object);
  const look = reading.ev.inside(values, 'shell');
  return look.found.some(v => !(v.kind === 'literal' && (v.value === false || v.value === undefined || v.value === null)));
}

/** What may stand first in a list of arguments: a text, `model` where the model writes it, or `unknown`. */
function firstsOf(reading: Reading, text: ModelText, node: ts.Expression, depth: number): readonly string[] {
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST) return ['model'];
  const either = (nodes: readonly ts.Expression[]): readonly string[] => nodes.flatMap(n => firstsOf(reading, text, n, depth + 1));
  if (tsc.isArrayLiteralExpression(inner)) {
    const out: string[] = [];
    for (const element of inner.elements) {
      if (!tsc.isSpreadElement(element)) {
        if (text.reaches(element)) return [...out, 'model'];
        const values = reading.ev.values(element).map(v => textOf(v));
        return [...out, ...(values.length === 0 ? ['unknown'] : values.map(v => v ?? 'unknown'))];
      }
      const list = strip(element.expression);
      // A list that the model has nothing to do with may be empty only where that is written.
      if (!text.reaches(element.expression)) {
        if (list !== undefined && mayBeEmpty(reading, list)) continue;
        return [...out, 'unknown'];
      }
      return [...out, ...firstsOf(reading, text, element.expression, depth + 1)];
    }
    return out.length === 0 ? ['none'] : out;
  }
  if (tsc.isConditionalExpression(inner)) return either([inner.whenTrue, inner.whenFalse]);
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    if (binding?.kind === 'parameter' && binding.element === undefined) {
      const given = text.given(binding.node);
      if (given.length > 0) return either(given);
    }
    if (binding?.kind === 'variable' && binding.element === undefined && binding.node.initializer !== undefined) {
      const made = strip(binding.node.initializer);
      if (made !== undefined && (tsc.isArrayLiteralExpression(made) ? made.elements.length > 0 : tsc.isCallExpression(made)))
        return firstsOf(reading, text, made, depth + 1);
    }
  }
  if (tsc.isCallExpression(inner)) {
    const functions = reading.ev.values(inner.expression).flatMap(v => (v.kind === 'function' ? [v.node] : []));
    const returned = functions.flatMap(fn => [...reading.ev.returnsOf(fn)]).filter(r => r.kind !== tsc.SyntaxKind.NullKeyword);
    if (functions.length > 0 && returned.length > 0) return either(returned);
  }
  return ['model'];
}

/** `[...runner.before, 'click']`, where `before` is an empty list in one of the ways the runner is made. */
function mayBeEmpty(reading: Reading, node: ts.Expression): boolean {
  return reading.ev.values(node).some(v => v.kind === 'array' && v.node.elements.length === 0);
}
