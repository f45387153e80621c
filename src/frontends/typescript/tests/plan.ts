// Which files of tests are parsed, and in which order: the ones that can still change an answer, the most promising first.
// What is told of the others is told by their look.

import { type CodeRole, type EdgeCase, isPythonFile } from '../../../core/index.ts';
import type { Reading } from '../reader.ts';
import { specifiersOf } from '../specifiers.ts';
import { namesGrader } from './judges.ts';
import { lookOf } from './looks-python.ts';
import { hasSign, mayHaveSign } from './signs.ts';
import type { Subjects } from './subjects.ts';

/** Something that declares a case, calls a library for evaluations, or is run to evaluate. */
const HINT =
  /\b(?:it|test|describe|suite|specify|evalite|Eval|describeEval|scenario)\b\s*[.(`<]|from\s+['"](?:ava|tape|tap|uvu|autoevals|openevals|agentevals|langsmith)/;
const PY_HINT =
  /^py:(?:deepeval|ragas|openevals|agentevals|autoevals|langsmith|inspect_ai|pydantic_evals|azure\.ai\.evaluation|phoenix|mlflow|opik)\b/;
const CASE = /\n[ \t]{0,40}(?:it|test)(?:\.each\b[^\n]{0,200})?\s{0,4}\(/g;
const SKIPPED_GROUP = /\b(?:describe|suite)\s{0,4}\.(?:skip|todo|runIf|skipIf)|[?:]\s{0,10}(?:it|test|describe)\.skip\b|\bxdescribe\b/;
/** The shapes in which the APIs of models ask for a tool. */
const SCRIPTED = ['toolName', 'tool_call', 'tool_use', 'function_call', 'toolCall', 'functionCall'];

export const EDGES: readonly EdgeCase[] = ['empty', 'over-long', 'malicious'];

/** Files and characters that are parsed in one audit. A repository with fewer is read whole. */
const MOST_FILES = 36;
const MOST_TEXT = 400_000;
/** Cases of the agent that are read of one part of a repository: the parts may run in different jobs. */
const LARGE = 40_000;
const FAR = 1000;
const ENOUGH_CASES = 3;
/** Kinds of edges that make a suite of edge cases; the sign of the empty one is in many files, those of the others in few. */
const ENOUGH_EDGES = 2;
const RARE: readonly EdgeCase[] = ['over-long', 'malicious'];

/** A file of tests or evaluations before it is parsed. */
export interface Look {
  readonly file: string;
  readonly role: CodeRole;
  readonly size: number;
  /** Cases that it seems to declare. */
  readonly cases: number;
  readonly skipped: number;
  /** Marks that stand in it, of whatever case. */
  readonly marks: readonly string[];
  /** What it imports leads to the agent, or it asks a model itself. */
  readonly agent: boolean;
  /** Files between what it imports and the model call. */
  readonly steps: number;
  /** It may hold a judge. */
  readonly judge: boolean;
  /** It imports a file in which tools are made. */
  readonly tools: boolean;
}

/** What is known so far. */
export interface Known {
  /** Edges that are fed to the agent, and whether any is fed to a function whose place is open. */
  readonly fed: ReadonlySet<EdgeCase>;
  readonly open: boolean;
  /** Is a tool driven? */
  readonly driven: boolean;
  /** Was an evaluation read? */
  readonly evaluated: boolean;
  /** Cases of the agent by part of the repository. */
  readonly cases: ReadonlyMap<string, number>;
}

export class Plan {
  readonly looks: readonly Look[];
  readonly #reading: Reading;
  readonly #subjects: Subjects;
  readonly #toolFiles: readonly string[];
  readonly #signs = new Map<string, boolean>();
  readonly #data = new Map<string, readonly string[]>();
  /** Are all files parsed? */
  readonly whole: boolean;
  #files = MOST_FILES;
  #text = MOST_TEXT;

  /** @param nominated test files that import a library of judges or tools, and production files that import one of tools */
  constructor(reading: Reading, subjects: Subjects, toolFiles: readonly string[], nominated: ReadonlySet<string>) {
    this.#reading = reading;
    this.#subjects = subjects;
    this.#toolFiles = toolFiles;
    const { inventory, sources, sites, index } = reading;
    const own = new Set(sites.map(site => site.node.getSourceFile().fileName));
    const drivers = new Set(toolFiles.flatMap(file => index.importersOf(file)));
    this.looks = sources.flatMap((file): Look[] => {
      const role = inventory.roleOf(file);
      if (role !== 'test' && role !== 'eval') return [];
      const text = this.#textOf(file);
      if (text === undefined) return [];
      const python = isPythonFile(file) ? lookOf(text) : undefined;
      const cases = python?.cases ?? (text.match(CASE)?.length ?? 0) + (/^(?:it|test)\s{0,4}\(/.test(text) ? 1 : 0);
      const agent = own.has(file) || subjects.tests.has(file);
      const hinted = (): boolean =>
        HINT.test(python?.code ?? text) || (python !== undefined && this.#specifiersOf(file, text).some(one => PY_HINT.test(one)));
      if (cases === 0 && !agent && role !== 'eval' && !hinted()) return [];
      const skipped =
        python?.skipped ?? ((text.includes('.skip') || text.includes('.runIf') || text.includes('xdescribe')) && SKIPPED_GROUP.test(text));
      const judge = (own.has(file) && role === 'eval') || (nominated.has(file) && this.#specifiersOf(file, text).some(namesGrader));
      const counted = { cases: skipped ? 0 : cases, skipped: skipped ? cases : 0 };
      return [
        {
          file,
          role,
          size: text.length,
          ...counted,
          marks: python?.marks ?? [],
          agent,
          steps: own.has(file) ? 0 : (subjects.tests.get(file) ?? FAR),
          judge,
          tools: drivers.has(file),
        },
      ];
    });
    this.whole = this.looks.length <= MOST_FILES && this.looks.reduce((sum, one) => sum + one.size, 0) <= MOST_TEXT;
  }

  /** The files to parse, one after the other; what was learnt from one decides on the next. */
  *order(known: Known): Generator<Look> {
    const done = new Set<Look>();
    const take = (look: Look): boolean => {
      if (done.has(look) || this.#files <= 0 || look.size > this.#text) return false;
      done.add(look);
      this.#files--;
      this.#text -= look.size;
      return true;
    };
    const looks = this.whole
      ? this.looks
      : [...this.looks].sort((a, b) => Number(a.size > LARGE) - Number(b.size > LARGE) || a.steps - b.steps || a.size - b.size);
    if (this.whole) {
      for (const look of looks) if (take(look)) yield look;
      return;
    }
    /** Files worth a look for one question; `tries`: after so many the answer is left open. */
    const asked = function* (tries: number, wanted: (look: Look) => boolean): Generator<Look> {
      for (const look of looks) {
        if (tries <= 0) return;
        if (!wanted(look) || !take(look)) continue;
        tries--;
        yield look;
      }
    };
    const agents = (look: Look): boolean => look.agent && look.cases + look.skipped > 0;
    const missing = (look: Look, edges: readonly EdgeCase[]): boolean =>
      edges.some(edge => !known.fed.has(edge) && this.mayFeed(look.file, edge));
    yield* asked(8, look => look.judge);
    yield* asked(2, look => !known.evaluated && look.role === 'eval' && look.cases + look.skipped > 0);
    // Tests of the agent that run: a few of each part, because the parts may run in different jobs.
    yield* asked(
      12,
      look => agents(look) && look.role === 'test' && look.cases > 0 && (known.cases.get(this.part(look.file)) ?? 0) < ENOUGH_CASES,
    );
    yield* asked(12, look => agents(look) && missing(look, RARE));
    yield* asked(8, look => agents(look) && look.cases > 0 && this.#isScripted(look));
    yield* asked(8, look => known.fed.size < ENOUGH_EDGES && agents(look) && missing(look, EDGES));
    yield* asked(6, look => !known.driven && look.tools);
    const beside = known.driven ? undefined : this.#besideTools();
    yield* asked(6, look => !known.driven && beside?.has(look.file) === true);
    yield* asked(6, look => known.fed.size === 0 && !known.open && missing(look, EDGES));
  }

  /** The text of a file for a look at it: that of a Python file as it was written, because most of them are never lowered. */
  #textOf(file: string): string | undefined {
    const { inventory } = this.#reading;
    return isPythonFile(file) ? inventory.written(file) : inventory.read(file);
  }

  #specifiersOf(file: string, text: string): readonly string[] {
    return isPythonFile(file) ? this.#reading.index.namedBy(file) : specifiersOf(text);
  }

  #isScripted({ file }: Look): boolean {
    const text = this.#textOf(file) ?? '';
    return SCRIPTED.some(word => text.includes(word));
  }

  /** May a file feed an edge, by its look and that of the test files and JSON files that it imports? */
  mayFeed(file: string, edge: EdgeCase): boolean {
    const key = `${edge}\0${file}`;
    const kept = this.#signs.get(key);
    if (kept !== undefined) return kept;
    // Files may import each other.
    this.#signs.set(key, false);
    const text = this.#textOf(file) ?? '';
    const found =
      this.#hasSign(file, text, edge) || (!file.endsWith('.json') && this.#dataOf(file, text).some(one => this.mayFeed(one, edge)));
    this.#signs.set(key, found);
    return found;
  }

  #hasSign(file: string, text: string, edge: EdgeCase): boolean {
    if (!isPythonFile(file)) return hasSign(text, edge, false);
    return mayHaveSign(text, edge) && hasSign(this.#reading.inventory.read(file) ?? '', edge, true);
  }

  #dataOf(file: string, text: string): readonly string[] {
    const { inventory } = this.#reading;
    const known = this.#data.get(file);
    if (known !== undefined) return known;
    const data = this.#specifiersOf(file, text).flatMap(specifier => {
      const target =
        specifier.startsWith('.') || /fixture|test|eval|mock|data|json/i.test(specifier)
          ? inventory.resolveImport(file, specifier)
          : undefined;
      return target !== undefined && (target.endsWith('.json') || /^(?:test|eval)$/.test(inventory.roleOf(target))) ? [target] : [];
    });
    this.#data.set(file, data);
    return data;
  }

  /** Test files that import what the files with tools import: a tool may only hand on. */
  #besideTools(): ReadonlySet<string> {
    const { inventory, index } = this.#reading;
    const hosts = new Set([...this.#toolFiles, ...this.#subjects.files]);
    const used = new Set<string>();
    for (const file of hosts) {
      for (const specifier of specifiersOf(inventory.read(file) ?? '')) {
        const target = inventory.resolveImport(file, specifier);
        if (target !== undefined && inventory.roleOf(target) === 'production') used.add(target);
      }
    }
    return new Set([...used].flatMap(file => index.importersOf(file)));
  }

  /** The part of a repository that a file belongs to, as jobs tell parts from each other: by package, folder and ending. */
  part(file: string): string {
    const dir = this.#reading.inventory.packageOf(file)?.dir ?? '';
    const segments = (dir === '' ? file : file.slice(dir.length + 1)).split('/');
    const name = segments.pop() ?? '';
    const kinds = segments.slice(1).filter(one => /^(?:__tests__|tests?|e2e|int|integration|unit|live|evals?|regression)$/.test(one));
    return [dir, segments[0] ?? '', ...kinds, /\.([\w-]{1,20})\.(?:test|spec)\./.exec(name)?.[1] ?? ''].join('\0');
  }
}
