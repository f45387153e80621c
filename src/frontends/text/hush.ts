// Comments that ask scanners to look away. We tell what they would hide.

const SAME_LINE =
  /secretlint-disable-line|gitleaks:allow|betterleaks:allow|trufflehog:ignore|pragma:\s?allowlist\s+secret|\bnosecret\b|nosemgrep|noqa:\s?S10[567]|kingfisher:ignore|ggignore|detect-secrets:/i;
const LINE_BEFORE = /secretlint-disable-next-line|pragma:\s?allowlist\s+nextline\s+secret|gitleaks:allow|kingfisher:ignore/i;
const WIDEST = 400;
const OFF = 'secretlint-disable';
const ON = 'secretlint-enable';

/** Does a comment on the line of a place, on the line before, or around it tell scanners to be quiet? */
export function isHushed(text: string, at: number): boolean {
  const back = text.slice(Math.max(0, at - WIDEST), at);
  const ahead = text.slice(at, at + WIDEST);
  const lineAt = back.lastIndexOf('\n') + 1;
  const lineEnd = ahead.indexOf('\n');
  if (SAME_LINE.test(back.slice(lineAt) + (lineEnd < 0 ? ahead : ahead.slice(0, lineEnd)))) return true;
  const lines = back.slice(0, Math.max(0, lineAt - 1));
  if (lineAt > 0 && LINE_BEFORE.test(lines.slice(lines.lastIndexOf('\n') + 1))) return true;
  const off = text.lastIndexOf(OFF, at);
  return off >= 0 && !/^-(?:next-)?line/.test(text.slice(off + OFF.length, off + OFF.length + 12)) && text.lastIndexOf(ON, at) < off;
}
