// Reads the place of a value in its line: what name is it given to, and how? Works on text alone, for every language and
// format, because a secret may stand in any of them; it looks back a bounded number of characters, so it cannot be made slow.
import { SERVICES, wordsOf } from './names.ts';

export interface Place {
  readonly name: string;
  /** Used when something else is missing: `env.X ?? "value"`, `getenv("X", "value")`, `${X:-value}`. */
  readonly fallback: boolean;
}

const BACK = 160;

/** Characters that end a value which stands in no quotes. */
const STOPS = new Uint8Array(65536);
for (const char of '"\'`=:,;&?(){}[]<>|\\') STOPS[char.charCodeAt(0)] = 1;
for (let code = 0; code <= 32; code++) STOPS[code] = 1;
const MOST = 240;

export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** The whole value around a part of it: up to its quotes, or up to what cannot be in a value. */
export function extentOf(text: string, from: number, to: number): Extent | undefined {
  let start = from;
  while (start > 0 && from - start < MOST && STOPS[text.charCodeAt(start - 1)] === 0) start--;
  let end = to;
  while (end < text.length && end - to < MOST && STOPS[text.charCodeAt(end)] === 0) end++;
  if (from - start >= MOST || end - to >= MOST) return undefined;
  while (text[end] === '=' && end - to < MOST) end++;
  const before = text[start - 1] ?? '\n';
  const quote = before === '"' || before === "'" || before === '`' ? before : '';
  if (quote !== '') {
    const after = text[end] === '\\' ? text[end + 1] : text[end];
    if (after !== quote) return undefined;
  }
  return { start, end, quote };
}

/** The place of a value that begins at `start`, its quotes not counted. */
export function placeBefore(text: string, start: number): Place | undefined {
  const back = text.slice(Math.max(0, start - BACK), start);
  const lineAt = back.lastIndexOf('\n') + 1;
  /** The end of the line above; 0 where the line begins too far away. */
  const above = lineAt === 0 ? 0 : start - back.length + lineAt - 1;
  let left = back.slice(lineAt);
  left = left
    .replace(/(?:\b(?:Bearer|Basic|Token|token)\s+)$/, '')
    .replace(/\\?["'`]$/, '')
    .replace(/(?:\b[rbfu]|\$|@)$/, '')
    .trimEnd();
  for (let i = 0; i < 3; i++) {
    const wrapped = /([\w.]{1,60})\s?\($/.exec(left);
    if (wrapped === null) break;
    const callee = wrapped[1] ?? '';
    const own = lastName(callee);
    if (/key|token|secret|passw|pwd|bearer/i.test(own) && !/^(?:SecretStr|Secret)$/.test(own)) return { name: own, fallback: false };
    // `cohere.Client("...")`, `new Exa("...")`
    if (wordsOf(callee).some(word => SERVICES.has(word))) return { name: `${callee}.apiKey`, fallback: false };
    left = left
      .slice(0, wrapped.index)
      .trimEnd()
      .replace(/\bnew$/, '')
      .trimEnd();
    const schema = /([\w$-]{1,60})["']?\s?[:=]\s?(?:z|Joi|v|t)\.[\w.()"', -]{0,100}$/.exec(left);
    if (schema !== null) return { name: schema[1] ?? '', fallback: callee.endsWith('default') };
  }
  if (left === '') return named(aboveOf(text, above));
  const mark = /(\|\||\?\?)=?$/.exec(left);
  if (mark !== null) {
    const name = operandName(left.slice(0, mark.index).trimEnd());
    return name === undefined ? undefined : { name, fallback: true };
  }
  if (left.endsWith(',')) return argumentPlace(left.slice(0, -1).trimEnd());
  const shell = /\$\{(\w{1,60}):?[-=]$/.exec(left);
  if (shell !== null) return { name: shell[1] ?? '', fallback: true };
  const flag =
    /(?:^|\s)--?([\w-]{2,40})$/.exec(left) ?? /^\s*(?:ENV|ARG|export|set|setx)\s+(\w{1,60})$/.exec(left) ?? /<([\w.:-]{1,60})>$/.exec(left);
  if (flag !== null) return named(flag[1]);
  const given = /(?::=|=>|[:=])$/.exec(left);
  if (given === null) return undefined;
  left = left.slice(0, given.index).trimEnd();
  // `apiKey: string = `, `jwt_secret: str = `
  if (given[0] === '=')
    left = left
      .replace(/[?!]?:\s{0,4}[A-Za-z&*'][\w.<>|[\] ,']{0,40}$/, '')
      .replace(/(?<=[\w$]\s)string$/, '')
      .trimEnd();
  const name = /([A-Za-z_$@][\w$.@-]{0,80})[?!]?["'`\])\\]{0,5}$/.exec(left)?.[1];
  if (name === undefined) return undefined;
  const own = lastName(name);
  if (/^(?:value|default|Value|Default|DEFAULT|val)$/.test(own))
    return named(besideOf(left) ?? aboveOf(text, above)) ?? { name: own, fallback: false };
  return { name: own, fallback: false };
}

function named(name: string | undefined): Place | undefined {
  return name === undefined ? undefined : { name, fallback: false };
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The name of what stands before `??`: `process.env.X`, `env("X")`, `options.apiKey`. */
function operandName(left: string): string | undefined {
  const quoted = /["'`]([\w.-]{1,80})["'`]\s?[\])]$/.exec(left);
  if (quoted !== null) return quoted[1];
  const plain = /([A-Za-z_$][\w$]{0,80})(?:\(\))?[!?]?$/.exec(left);
  return plain?.[1];
}

/** `getenv("X", ` and other calls that get a name before the value. */
function argumentPlace(left: string): Place | undefined {
  const hit = /([\w$.]{1,60})\s?\(\s?["'`]([\w.-]{1,80})["'`]$/.exec(left);
  if (hit !== null)
    return { name: hit[2] ?? '', fallback: /(?:getenv|environ\.get|env|get|fetch|getOrDefault|config)$/i.test(hit[1] ?? '') };
  const pair = /\[\s?["'`]([\w.-]{1,80})["'`]$/.exec(left);
  return named(pair?.[1]);
}

/** `<add key="ApiKey" value="...">`, `{ name: X, value: ... }`: the name in the same line. */
function besideOf(left: string): string | undefined {
  const option = /["']--([\w-]{1,60})["'][^"'`\n]{0,60}$/.exec(left);
  if (option !== null) return option[1];
  return /\b(?:name|key|Name|Key)["']?\s?[=:]\s?["']?([\w.-]{1,80})["']?[\s,}][^"'`=:]{0,20}$/.exec(left)?.[1];
}

/** `variable "db_password" {` or `- name: DB_PASSWORD` in one of the lines above. */
function aboveOf(text: string, lineEnd: number): string | undefined {
  let end = lineEnd;
  for (let i = 0; i < 4 && end > 0; i++) {
    const back = text.slice(Math.max(0, end - 200), end);
    const at = back.lastIndexOf('\n') + 1;
    if (at === 0 && end > 200) return undefined;
    const hit = /^\s*(?:-\s*)?(?:variable\s+|name\s*[:=]\s*|"name"\s*:\s*|key\s*[:=]\s*)["']?([\w.-]{1,80})["']?,?\s*\{?\s*$/.exec(
      back.slice(at),
    );
    if (hit !== null) return hit[1];
    end -= back.length - at + 1;
  }
  return undefined;
}
