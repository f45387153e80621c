// The syntax tree of a Python file, in plain objects: tree-sitter's own nodes live in WASM memory, where each look costs a call.
import { fileURLToPath } from 'node:url';
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';

/** One node. Comments are left out. */
export interface PyNode {
  /** Name of the grammar rule, or the token itself: `call`, `identifier`, `async`, `==`. */
  readonly kind: string;
  /** First and last offset in the text, in UTF-16 units; the last is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Line of the first character, from 0. */
  readonly row: number;
  /** The role in the parent, for example `left`. */
  readonly field: string | undefined;
  /** False for tokens such as brackets and keywords. */
  readonly named: boolean;
  readonly children: readonly PyNode[];
}

/** Deeper trees are only made to break us. */
const DEEPEST = 400;

export class PythonParser {
  readonly #parser: Parser;
  /** Names of rules and roles by their numbers: a look into WASM memory costs more than one into a list. */
  readonly #kinds: readonly (string | undefined)[];
  readonly #named: readonly boolean[];
  readonly #fields: readonly (string | undefined)[];

  private constructor(parser: Parser, language: Language) {
    this.#parser = parser;
    const kinds = Array.from({ length: language.nodeTypeCount }, (_, id) => language.nodeTypeForId(id) ?? undefined);
    this.#kinds = kinds;
    this.#named = kinds.map((_, id) => language.nodeTypeIsNamed(id));
    this.#fields = Array.from({ length: language.fieldCount + 1 }, (_, id) => language.fieldNameForId(id) ?? undefined);
  }

  /** Loads the engine and the grammar. */
  static async load(): Promise<PythonParser> {
    await Parser.init();
    const parser = new Parser();
    const language = await grammar();
    parser.setLanguage(language);
    return new PythonParser(parser, language);
  }

  /**
   * Parses a file; what cannot be understood stands in the tree as nodes of kind ERROR.
   * @returns undefined when the file nests too deeply
   */
  parse(text: string): PyNode | undefined {
    if (isTooDeep(text)) return undefined;
    const tree = this.#parser.parse(text);
    if (tree === null) return undefined;
    const cursor = tree.walk();
    const rows = lineStarts(text);
    try {
      const root = this.#open(cursor, rows);
      if (root === undefined) return undefined;
      const stack = [root];
      if (!cursor.gotoFirstChild()) return root;
      for (;;) {
        const node = this.#open(cursor, rows);
        if (node !== undefined) {
          (stack.at(-1) as Open).children.push(node);
          if (stack.length > DEEPEST) return undefined;
          // Tokens have no parts, and those of a name or a number are of no interest.
          if (node.named && !LEAVES.has(node.kind) && cursor.gotoFirstChild()) {
            stack.push(node);
            continue;
          }
        }
        while (!cursor.gotoNextSibling()) {
          stack.pop();
          if (stack.length === 0 || !cursor.gotoParent()) return root;
          if (stack.length === 0) return root;
        }
      }
    } finally {
      cursor.delete();
      tree.delete();
    }
  }

  /** The node at a cursor; undefined for what nobody asks about. */
  #open(cursor: TreeCursor, rows: readonly number[]): Open | undefined {
    const id = cursor.nodeTypeId;
    const kind = this.#kinds[id] ?? 'ERROR';
    if (SKIPPED.has(kind)) return undefined;
    const from = cursor.startIndex;
    return {
      kind,
      from,
      to: cursor.endIndex,
      row: lineAt(rows, from),
      field: this.#fields[cursor.currentFieldId],
      named: this.#named[id] ?? true,
      children: [],
    };
  }
}

/** Python takes a hundred levels of blocks, and no more; the grammar writes past its memory where there are several hundred. */
const MOST_LEVELS = 100;
const WIDE = new RegExp(`^[ \\t]{${MOST_LEVELS},}[^ \\t\\r\\n]`, 'm');

function isTooDeep(text: string): boolean {
  if (!WIDE.test(text)) return false;
  const levels = [0];
  for (const [indent = ''] of text.matchAll(/^[ \t\f]*(?=[^\s#])/gm)) {
    while (indent.length < (levels.at(-1) ?? 0)) levels.pop();
    if (indent.length > (levels.at(-1) ?? 0)) levels.push(indent.length);
    if (levels.length > MOST_LEVELS) return true;
  }
  return false;
}

type Open = Omit<PyNode, 'children'> & { readonly children: PyNode[] };

/** Tokens and comments that say nothing about the code. A colon stays: it parts a slice. */
const SKIPPED = new Set([
  'comment',
  'line_continuation',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  '.',
  ';',
  '=',
  '->',
  'def',
  'class',
  'return',
  'import',
  'for',
  'while',
  'if',
  'else',
  'elif',
  'with',
  'try',
  'except',
  'finally',
  'raise',
  'as',
]);
const LEAVES = new Set(['identifier', 'integer', 'float', 'true', 'false', 'none', 'string_start', 'string_content', 'string_end', ':']);

/** The offsets at which lines begin. */
export function lineStarts(text: string): readonly number[] {
  const out = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) out.push(at + 1);
  return out;
}

/** The line of an offset, from 0. */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The grammar lies beside this file in the sources, and in the same place of the package when it is built. */
async function grammar(): Promise<Language> {
  const near = fileURLToPath(new URL('./grammar/python.wasm', import.meta.url));
  const built = fileURLToPath(new URL('../../../../src/frontends/python/grammar/python.wasm', import.meta.url));
  return Language.load(near).catch(() => Language.load(built));
}

/** The first child with a role. */
export function field(node: PyNode, name: string): PyNode | undefined {
  return node.children.find(child => child.field === name);
}

/** All children with a role. */
export function fields(node: PyNode, name: string): readonly PyNode[] {
  return node.children.filter(child => child.field === name);
}

/** The children that are no tokens. */
export function kids(node: PyNode): readonly PyNode[] {
  return node.children.filter(child => child.named);
}

export function has(node: PyNode, token: string): boolean {
  return node.children.some(child => !child.named && child.kind === token);
}

/** The dotted name that an expression is, for example `openai.OpenAI`; undefined: it is more than a name. */
export function dotted(text: string, node: PyNode): string | undefined {
  if (node.kind === 'identifier' || node.kind === 'dotted_name') return text.slice(node.from, node.to).replace(/\s+/g, '');
  if (node.kind !== 'attribute') return undefined;
  const object = field(node, 'object');
  const name = field(node, 'attribute');
  if (object === undefined || name === undefined) return undefined;
  const front = dotted(text, object);
  return front === undefined ? undefined : `${front}.${text.slice(name.from, name.to)}`;
}
