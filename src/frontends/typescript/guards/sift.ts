// Which files hold a pattern that could be a guard's? Asked of their texts, before anything is parsed: most patterns of a repository
// cut strings and check forms, and to parse and follow all of them costs more than everything else about guards.
// The answer may name a file too many, and must not leave one out: everything that could be a pattern is tried.
import { isPythonFile } from '../../../core/index.ts';
import { translated } from '../../python/patterns.ts';
import type { RegexRunner, Sifted } from './regex-runner.ts';
import { ATTACK_SAMPLES, PROSE, REDACT_SAMPLES, WORDS } from './samples.ts';

const LONGEST = 2000;
/** With more than this, nothing is sifted and every file counts. */
const MOST = 4000;
/** The rest of a line is looked at once for each slash and quote in it: lines of bundles are left to the parser. */
const LONGEST_LINE = 5000;
/** What stands between two slashes: no other slash outside a class, no end of line. */
const BETWEEN_SLASHES =
  /((?:[^/\\\n[*]|\\.|\[(?:[^\]\\\n]|\\.){0,500}\])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.){0,500}\]){0,2000})\/([dgimsuvy]{0,8})/y;
const QUOTED: Readonly<Record<string, RegExp>> = {
  '"': /((?:[^"\\\n]|\\.){2,2000})"/y,
  "'": /((?:[^'\\\n]|\\.){2,2000})'/y,
  '`': /((?:[^`\\]|\\.){2,2000})`/y,
};
/** Something that a plain word or a path does not hold. */
const META = /[\\[(*+?|{@\s]/;
/** A text that means more as a pattern than as a text. */
const AS_PATTERN = /\\\\[dswbSWDB.+*?(){}@[\]/-]|\[[^\]\s]*-[^\]\s]*\][+*?{)]|\.[*+?{]|[)\]][*+{]|\(\?|\w\|\w/;
/** The same where a stroke backwards is not written twice, in the raw texts of Python. */
const AS_RAW_PATTERN = /\\[dswbSWDB.+*?(){}@[\]/-]/;
/** `text.replace('@', ' at ')` */
const TAKES_AT = /\.replace(?:All)?\(\s*(['"`])[^'"`\n]*@/;
const TWO_WORDS = /\p{L}\P{L}+\p{L}/u;

const HIDING = REDACT_SAMPLES.filter(sample => sample.hide.length > 0);
const ORDERS = ATTACK_SAMPLES.filter(sample => sample.attack && sample.words === true);
const EVERYDAY: readonly string[] = [PROSE, WORDS, ...PROSE.split('\n'), ...WORDS.split('\n')];
/** What a text that is looked for letter by letter must be a part of. */
const ORDER_TEXT = ORDERS.map(sample => sample.text.toLowerCase()).join('\n');
const EVERYDAY_TEXT = EVERYDAY.join('\n');

/**
 * Begins to look for the files whose text holds a pattern that hides something or finds attacks, when it is run.
 * @param texts by file
 * @returns waits for the files; to be called before the runner is used for anything else
 */
export function sift(runner: RegexRunner, texts: ReadonlyMap<string, string>): () => ReadonlySet<string> {
  const everything = (): ReadonlySet<string> => new Set(texts.keys());
  const positive = new Set<string>();
  /** Files by the pattern that they hold. */
  const holders = new Map<string, string[]>();
  for (const [file, text] of texts) {
    const known = new Set<string>();
    if (!collect(text, known, isPythonFile(file))) positive.add(file);
    for (const key of known) {
      const list = holders.get(key);
      if (list === undefined) holders.set(key, [file]);
      else list.push(file);
    }
    if (holders.size > MOST) return everything;
  }
  const open = [...holders].filter(([, files]) => files.some(file => !positive.has(file)));
  if (open.length === 0) return () => positive;
  const patterns = open.map(([key]) => {
    const end = key.lastIndexOf('/');
    return { source: key.slice(0, end), flags: key.slice(end + 1) };
  });
  const answers = runner.sift({
    patterns,
    prose: PROSE,
    hiding: HIDING.map(s => s.text),
    everyday: EVERYDAY,
    orders: ORDERS.map(s => s.text),
  });
  return () => {
    const sifted = answers();
    if (sifted === undefined) return everything();
    open.forEach(([, files], i) => {
      const result = sifted[i];
      if (result === undefined || isGuard(result)) for (const file of files) positive.add(file);
    });
    return positive;
  };
}

const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');

function isGuard({ hidden, ordered }: Sifted): boolean {
  if (ordered.some(text => TWO_WORDS.test(text))) return true;
  return hidden.some(
    ({ at, text }) => HIDING[at]?.hide.every(part => !text.includes(part) && !letters(text).includes(letters(part))) ?? false,
  );
}

/** Adds everything in a text that may be a pattern, as `source/flags`. @returns false: cannot be told, or found already */
function collect(text: string, into: Set<string>, python: boolean): boolean {
  if (TAKES_AT.test(text)) return false;
  for (const line of text.split('\n')) {
    if (line.length > LONGEST_LINE) return false;
    if (!slashes(line, into)) return false;
  }
  return quotes(text, into, python);
}

function slashes(line: string, into: Set<string>): boolean {
  for (let at = line.indexOf('/'); at >= 0; at = line.indexOf('/', at + 1)) {
    if (line[at + 1] === '/' || line[at - 1] === '/' || line[at - 1] === '<') continue;
    BETWEEN_SLASHES.lastIndex = at + 1;
    const found = BETWEEN_SLASHES.exec(line);
    if (found === null) continue;
    const [, source = '', flags = ''] = found;
    if (source.length <= LONGEST && META.test(source)) add(source, flags, into);
  }
  return into.size <= MOST;
}

function quotes(text: string, into: Set<string>, python: boolean): boolean {
  for (const [quote, between] of Object.entries(QUOTED)) {
    for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
      between.lastIndex = at + 1;
      const raw = between.exec(text)?.[1];
      if (raw === undefined || raw.length > LONGEST) continue;
      const prefix = python ? (/[a-zA-Z]{0,2}$/.exec(text.slice(Math.max(0, at - 3), at))?.[0] ?? '') : '';
      const asItIs = /r/i.test(prefix);
      // What stands in the gaps is said elsewhere.
      if (/f/i.test(prefix) && raw.includes('{') && (asItIs ? AS_RAW_PATTERN : AS_PATTERN).test(raw)) return false;
      if (asItIs && AS_RAW_PATTERN.test(raw)) addPython(raw, into);
      // Letter by letter, only an order of two words counts: `text.includes('ignore previous')`.
      if (raw.length < 60 && TWO_WORDS.test(raw) && ORDER_TEXT.includes(raw.toLowerCase()) && !EVERYDAY_TEXT.includes(raw)) return false;
      if (AS_PATTERN.test(raw)) {
        if (python) addPython(asItIs ? raw : cooked(raw), into);
        else add(cooked(raw), '', into);
      }
    }
  }
  return into.size <= MOST;
}

/** Flags may be given elsewhere, as in `new RegExp(PATTERN.source, 'gi')`. */
function add(source: string, flags: string, into: Set<string>): void {
  const own = flags.replace(/[gy]/g, '');
  into.add(`${source}/${own}g`);
  if (!own.includes('i')) into.add(`${source}/${own}gi`);
}

function addPython(text: string, into: Set<string>): void {
  const said = translated(text, '');
  if (said !== undefined) add(said.source, said.flags, into);
}

function cooked(raw: string): string {
  return raw.replace(/\\(.)/gs, (_, letter: string) => (letter === 'n' ? '\n' : letter === 't' ? '\t' : letter));
}
