// Passwords and signing secrets that are used when nobody sets another: `${DB_PASSWORD:-postgres}` in a compose file,
// `process.env.JWT_SECRET || 'secret'` in the code. However weak or made up they are, they open the door.
import { mask } from './mask.ts';
import { secrecyOf, shownName } from './names.ts';
import { valueAt } from './passwords.ts';
import { placeBefore } from './places.ts';
import type { Hit, Source } from './scan-text.ts';

const SHELL = /\$\{(\w{2,60}):?[-=]([^}\s$"'`\\]{1,80})\}/g;
const SET =
  /^[ \t]{0,40}(?:-[ \t]{1,4})?["']?(\w{2,60})["']?[ \t]{0,8}[:=][ \t]{0,8}["']?([^\s"'#]{1,80})["']?[ \t]{0,20}(?:#.{0,200})?$/gm;
/** Switches, files and references instead of a password. */
const NO_VALUE = /^(?:true|false|yes|no|on|off|null|none|\d|~|\||>|\$.*|\/.*|[<{*&!].*|.*\{\{.*|replace.*|todo.*|\.\.\.|x{3,})$/i;

/** Variables with which the images of servers are given the password that they will ask for. */
const SERVER =
  /^(?:POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|MONGO_INITDB|MONGODB|REDIS|RABBITMQ|NEO4J|ELASTIC|OPENSEARCH|CLICKHOUSE|MINIO|KEYCLOAK|KC|GF_SECURITY|MSSQL|SA|COUCHDB|QDRANT|NEXTAUTH)_/;

/** Defaults in settings. One password in several variables of a file is one finding: where the server itself is told, if it is. */
export function settings({ text, kind, role }: Source): Hit[] {
  if (kind.code || kind.docs || kind.data || kind.dev || kind.sample || role !== 'production') return [];
  const found = new Map<string, Hit & { readonly rank: number }>();
  const add = (name: string, value: string, start: number, direct: boolean): void => {
    if (secrecyOf(name) !== 'accepts' || NO_VALUE.test(value)) return;
    const rank = (SERVER.test(name) ? 2 : 0) + (direct ? 1 : 0);
    const known = found.get(value);
    if (known === undefined || known.rank < rank) found.set(value, { ...hitOf(name, value, start), rank });
  };
  SHELL.lastIndex = 0;
  for (let match = SHELL.exec(text); match !== null; match = SHELL.exec(text)) {
    const [whole, name = '', value = ''] = match;
    const left = text.slice(Math.max(0, match.index - 100), match.index);
    add(name, value, match.index + whole.length - 1 - value.length, /(?:^|[\s"'])[\w-]+["']?[ \t]?[:=][ \t]?["']?$/.test(left));
  }
  if (kind.compose || kind.env) {
    SET.lastIndex = 0;
    for (let match = SET.exec(text); match !== null; match = SET.exec(text)) {
      const [whole, name = '', value = ''] = match;
      if (!value.includes('${')) add(name, value, match.index + whole.lastIndexOf(value), true);
    }
  }
  return [...found.values()].map(({ rank, ...hit }) => hit);
}

/** `db.createUser({ user: 'admin', pwd: 'admin' })` in a script of MongoDB. */
const MONGO = /\bcreateUser\(\s{0,20}\{[^{}]{0,200}?\bpwd["']?\s{0,5}:\s{0,5}(["'`])([^"'`\n]{1,64})\1/g;
/** `CREATE USER app WITH PASSWORD 'app'`, `ALTER ROLE app PASSWORD 'app'`, `CREATE USER 'app'@'%' IDENTIFIED BY 'app'`. */
const SQL =
  /\b(?:CREATE|ALTER)\s{1,5}(?:USER|ROLE|LOGIN)\b[^;\n]{0,160}?\b(?:PASSWORD|IDENTIFIED\s{1,5}(?:WITH\s{1,5}\w{1,40}\s{1,5})?BY)\s{0,5}=?\s{0,5}(')([^'\n]{1,64})'/gi;
const MAKES_USERS = /create\s?user|(?:create|alter)\s{1,5}(?:user|role|login)/i;

/** Passwords with which a script makes an account of a database: the server asks for them from then on. */
export function accounts({ text, kind, role }: Source): Hit[] {
  if (kind.docs || kind.data || kind.sample || role !== 'production' || !MAKES_USERS.test(text)) return [];
  const out: Hit[] = [];
  for (const form of [MONGO, SQL]) {
    form.lastIndex = 0;
    for (let match = form.exec(text); match !== null; match = form.exec(text)) {
      const [whole, , value = ''] = match;
      // Filled in by the shell or by a template.
      if (/[${}<>]|^:/.test(value) || NO_VALUE.test(value)) continue;
      const start = match.index + whole.length - 1 - value.length;
      const label = 'the password of a database account';
      out.push({ rule: 'default-password', label, start, end: start + value.length, masked: mask(value), by: 'place', use: 'default' });
    }
  }
  return out;
}

const OR = ['||', '??'];
const GETENV = /(?:getenv|environ\.get)\(\s{0,10}["']\w{2,60}["']\s{0,5},\s{0,10}(["'])/g;

/** Defaults in code, beside a look-up in the environment. */
export function fallbacks({ text, kind, role }: Source): Hit[] {
  if (!kind.code || role !== 'production') return [];
  const out: Hit[] = [];
  for (const mark of OR) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
      const start = quoteAfter(text, at + mark.length);
      if (start > 0 && /\benv\b|getenv/i.test(text.slice(Math.max(0, at - 90), at))) judge(text, start, text[start - 1], out);
    }
  }
  if (kind.js) return out;
  GETENV.lastIndex = 0;
  for (let match = GETENV.exec(text); match !== null; match = GETENV.exec(text)) judge(text, GETENV.lastIndex, match[1], out);
  return out;
}

/** The place after an opening quote, if that is what comes next; else 0. */
function quoteAfter(text: string, from: number): number {
  let at = text.charCodeAt(from) === 61 ? from + 1 : from;
  for (let code = text.charCodeAt(at); at - from < 12 && (code === 32 || code === 10 || code === 9); code = text.charCodeAt(at)) at++;
  const code = text.charCodeAt(at);
  return code === 34 || code === 39 || code === 96 ? at + 1 : 0;
}

function judge(text: string, start: number, quote: string | undefined, out: Hit[]): void {
  const value = valueAt(text, start, quote);
  if (value === undefined || /\s|\$\{/.test(value)) return;
  const place = placeBefore(text, start);
  if (place?.fallback === true && secrecyOf(place.name) === 'accepts') out.push(hitOf(place.name, value, start));
}

function hitOf(name: string, value: string, start: number): Hit {
  const rule = /pass|pwd/i.test(name) ? 'default-password' : 'default-secret';
  const label = `the default of ${shownName(name)}`;
  return { rule, label, start, end: start + value.length, masked: mask(value), by: 'place', use: 'default' };
}
