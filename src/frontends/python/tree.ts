// The syntax tree of a Python file, in plain objects: tree-sitter's own nodes live in WASM memory, where each look costs a call.
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';

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

  private constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Loads the engine and the grammar. */
  static async load(): Promise<PythonParser> {
    await Parser.init();
    const parser = new Parser();
    parser.setLanguage(await grammar());
    return new PythonParser(parser);
  }

  /**
   * Parses a file; what cannot be understood stands in the tree as nodes of kind ERROR.
   * @returns undefined when the file nests too deeply
   */
  parse(text: string): PyNode | undefined {
    const tree = this.#parser.parse(text);
    if (tree === null) return undefined;
    const cursor = tree.walk();
    try {
      const root = open(cursor);
      const stack = [root];
      for (;;) {
        if (stack.length > DEEPEST) return undefined;
        if (cursor.gotoFirstChild()) {
          stack.push(open(cursor));
          continue;
        }
        for (;;) {
          const done = stack.pop() as Open;
          const above = stack.at(-1);
          if (above === undefined) return root;
          if (done.kind !== 'comment' && done.kind !== 'line_continuation') above.children.push(done);
          if (cursor.gotoNextSibling()) {
            stack.push(open(cursor));
            break;
          }
          cursor.gotoParent();
        }
      }
    } finally {
      cursor.delete();
      tree.delete();
    }
  }
}

type Open = Omit<PyNode, 'children'> & { readonly children: PyNode[] };
type Cursor = NonNullable<ReturnType<NonNullable<ReturnType<Parser['parse']>>['walk']>>;

function open(cursor: Cursor): Open {
  return {
    kind: cursor.nodeType,
    from: cursor.startIndex,
    to: cursor.endIndex,
    row: cursor.startPosition.row,
    field: cursor.currentFieldName ?? undefined,
    named: cursor.nodeIsNamed,
    children: [],
  };
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
