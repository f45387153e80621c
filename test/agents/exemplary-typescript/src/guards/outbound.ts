// The last gate before the user: every text of the model passes it, whole or as a stream.
import { config } from '../config.ts';
import { SYSTEM_PROMPT } from '../prompt.ts';
import { redact } from './redact.ts';
import { scrubInternal } from './scrub.ts';

/** So many letters and digits in a row of the instructions are no accident. */
const RUN = 24;

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
const SECRET_TEXT = letters(SYSTEM_PROMPT);

/** Does a text repeat a part of the instructions? */
function leaks(text: string): boolean {
  const said = letters(text);
  for (let at = 0; at + RUN <= said.length; at++) {
    if (SECRET_TEXT.includes(said.slice(at, at + RUN))) return true;
  }
  return false;
}

function allowed(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return protocol === 'https:' && config.linkHosts.some(host => hostname === host || hostname.endsWith(`.${host}`));
  } catch {
    return false;
  }
}

/** Images would be fetched without a click, and links may carry data away: only our own hosts stay. */
function defuse(text: string): string {
  return text
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, (_, label: string) => `[image${label === '' ? '' : `: ${label}`}]`)
    .replace(/\[([^\]]*)\]\(\s*<?(?=([^)\s>]+))\2[^)]*\)/g, (whole, label: string, url: string) => (allowed(url) ? whole : label))
    .replace(/<\/?[a-z!][^>]*>?/gi, '')
    .replace(/\b(?:javascript|data|vbscript):[^\s)]+/gi, '[link]')
    .replace(/\bhttps?:\/\/[^\s<>"')\]]+/gi, url => (allowed(url) ? url : '[link]'));
}

/** What may be shown of a text of the model. */
export function clean(text: string): string {
  if (leaks(text)) return 'I cannot share that.';
  return redact(defuse(scrubInternal(text)));
}
