// A look at a file of Python tests as its authors wrote it. Most test files are never parsed, so they must not be lowered for a look.

/** Functions and methods `test*`. */
const CASE = /^[ \t]*(?:async[ \t]+)?def[ \t]+test\w{0,200}[ \t]*\(/gm;
const SKIPPED = /@(?:pytest\.mark\.|unittest\.|mark\.)skip\b|\bpytestmark[ \t]*=\s{0,20}\[?\s{0,20}pytest\.mark\.skip\b/g;
const MARK = /\bpytest\.mark\.(\w{1,60})/g;
/** Long texts and comments: tests of tools for tests hold code in them. */
const NO_CODE = /"""[\s\S]*?"""|'''[\s\S]*?'''|^[ \t]*#.*$/gm;
const MOST_MARKS = 20;

/** What the look of a file of tests tells. */
export interface PythonLook {
  readonly cases: number;
  /** Do its cases seem to be skipped? */
  readonly skipped: boolean;
  /** Marks that stand in it, of whatever case. */
  readonly marks: readonly string[];
  /** Its code without comments and long texts. */
  readonly code: string;
}

/** @param written the text of the Python file */
export function lookOf(written: string): PythonLook {
  const code = written.replace(NO_CODE, '');
  const cases = code.match(CASE)?.length ?? 0;
  return {
    cases,
    skipped: cases > 0 && (code.match(SKIPPED)?.length ?? 0) >= cases,
    marks: [...new Set([...code.matchAll(MARK)].map(match => match[1] ?? ''))].slice(0, MOST_MARKS),
    code,
  };
}
