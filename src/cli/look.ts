// How text will be shown: width, colour and symbols, from the stream and the environment.
import type { Look } from '../core/index.ts';

export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Colour follows NO_COLOR (any non-empty value wins), FORCE_COLOR, TERM=dumb, and whether the stream is a terminal.
 * chalk reads none of NO_COLOR by itself, so the level is decided here.
 */
export function lookOf(stream: Stream, env: NodeJS.ProcessEnv, verbose: boolean): Look {
  const columns = stream.columns ?? (Number(env.COLUMNS) || 80);
  return { columns, colour: colourOf(stream, env), unicode: unicodeOf(env), verbose };
}

function colourOf(stream: Stream, env: NodeJS.ProcessEnv): Look['colour'] {
  if (env.NO_COLOR) return 0;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) {
    if (forced === '0' || forced === 'false') return 0;
    return forced === '2' ? 2 : forced === '3' ? 3 : 1;
  }
  if (stream.isTTY !== true || env.TERM === 'dumb') return 0;
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return 3;
  return /256/.test(env.TERM ?? '') ? 2 : 1;
}

function unicodeOf(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32') return env.WT_SESSION !== undefined || env.TERM_PROGRAM === 'vscode';
  const locale = env.LC_ALL ?? env.LC_CTYPE ?? env.LANG ?? '';
  // Most containers set no locale at all and still show UTF-8; only a locale that says otherwise is believed.
  return env.TERM !== 'linux' && (locale === '' || locale === 'C' || locale === 'POSIX' || /utf-?8/i.test(locale));
}
