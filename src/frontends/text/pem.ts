// Private keys in PEM blocks, also with `\n` written out, as JSON and .env files have them.
import { isMonotonous, mixOf } from './judges.ts';
import type { Hit } from './scan-text.ts';

const MARK = 'PRIVATE KEY';
const HEAD = /-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP|ANY) )?PRIVATE KEY(?: BLOCK)?-----/y;
/** `-----BEGIN ` and the longest kind before the mark. */
const BEFORE = 24;
const BODY = 1500;
const ENOUGH = 64;

/** Blocks with at least 64 characters of a key in them: a frame around nothing is a template or a pattern. */
export function privateKeys(text: string): Hit[] {
  const out: Hit[] = [];
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + MARK.length)) {
    const back = text.slice(Math.max(0, at - BEFORE), at);
    const begin = back.lastIndexOf('-----BEGIN');
    if (begin < 0) continue;
    const start = at - back.length + begin;
    HEAD.lastIndex = start;
    if (!HEAD.test(text)) continue;
    const from = HEAD.lastIndex;
    const raw = text.slice(from, from + BODY);
    const close = raw.indexOf('-----');
    const inside = (close < 0 ? raw : raw.slice(0, close))
      .replace(/^(?:[\w-]+: [^\n\\]*(?:\n|\\n))+/, '')
      .replace(/\\+[nr]|["'`,+\s]/g, '');
    const body = /^[A-Za-z0-9+/=]*/.exec(inside)?.[0] ?? '';
    if (body.length < ENOUGH || isMonotonous(body.slice(0, 200)) || mixOf(body.slice(0, 300)).turns < 0.3) continue;
    if (/example|placeholder|redacted/i.test(body)) continue;
    const end = from + (close < 0 ? 0 : close);
    out.push({ rule: 'private-key', label: 'a private key', start, end, masked: '******', by: 'format', use: 'live' });
    at = Math.max(at, end);
  }
  return out;
}
