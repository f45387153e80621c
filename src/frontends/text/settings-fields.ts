// Defaults of settings classes in Python: a field of a `BaseSettings` class takes its value from the environment, and what stands behind
// the `=` is used when nobody sets it there. A password, also inside an address, then opens the door.
import { isPlaceholder } from './judges.ts';
import { mask } from './mask.ts';
import { secrecyOf, shownName } from './names.ts';
import type { Hit, Source } from './scan-text.ts';

const CLASS = /^class[ \t]{1,8}\w{1,80}[ \t]{0,4}\([^)\n]{0,200}\bBaseSettings\b[^)\n]{0,200}\)[ \t]{0,4}:/gm;
const FIELD =
  /^[ \t]{1,16}(\w{2,60})[ \t]{0,4}:[^=\n#"']{1,120}=[ \t]{0,4}(?:(?:Field|SecretStr|PostgresDsn|RedisDsn)\([ \t\n]{0,40}(?:default[ \t]{0,4}=[ \t]{0,4})?(?:SecretStr\()?)?(["'])([^"'\n\\]{1,300})\2/gm;
const ACCOUNT = /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@]{1,64}:([^\s/@]{1,120})@[A-Za-z0-9.-]{1,120}/;
const LONGEST = 60_000;

/** Passwords among the defaults of settings classes. */
export function settingsFields({ text, kind, role }: Source): Hit[] {
  if (!kind.code || kind.js || role !== 'production' || !text.includes('BaseSettings')) return [];
  const out: Hit[] = [];
  CLASS.lastIndex = 0;
  for (let head = CLASS.exec(text); head !== null; head = CLASS.exec(text)) {
    const from = CLASS.lastIndex;
    const next = text.slice(from, from + LONGEST).search(/\n(?=[^\s#)\]}])/);
    const body = text.slice(from, next < 0 ? from + LONGEST : from + next);
    FIELD.lastIndex = 0;
    for (let match = FIELD.exec(body); match !== null; match = FIELD.exec(body)) {
      const [whole, name = '', , value = ''] = match;
      const start = from + match.index + whole.length - 1 - value.length;
      const password = ACCOUNT.exec(value)?.[1];
      if (password !== undefined) {
        if (!isHollow(password)) out.push(hitOf(name, password, start + value.indexOf(`:${password}@`) + 1));
      } else if (secrecyOf(name) === 'accepts' && !isHollow(value)) out.push(hitOf(name, value, start));
    }
  }
  return out;
}

/** What stands for a password that somebody is to write. */
function isHollow(value: string): boolean {
  return (
    /^(?:\s*|none|null|\$.*|<.*|\{.*|replace.*|your.*|\.\.\.|x{3,}|\*+)$/i.test(value) ||
    /^(?:\w+\s){2,}/.test(value) ||
    (isPlaceholder(value) && /\s/.test(value))
  );
}

function hitOf(name: string, value: string, start: number): Hit {
  const rule = /pass|pwd|url|dsn|uri/i.test(name) ? 'default-password' : 'default-secret';
  return {
    rule,
    label: `the default of ${shownName(name)}`,
    start,
    end: start + value.length,
    masked: mask(value),
    by: 'place',
    use: 'default',
  };
}
