// The Python frontend: each file is parsed with tree-sitter, lowered to the common tree (lower/), and read by the same readers as
// TypeScript. A position in the common tree is told as a position in the Python file.
import type { ts } from 'ts-morph';
import type { Sdk } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import type { Ahead } from '../ahead.ts';
import type { Extract, Frontend } from '../frontend.ts';
import { tsc } from '../typescript/compiler.ts';
import { markFailsAtOnce } from '../typescript/dialect.ts';
import { markCollector, markKeywords } from '../typescript/evaluator/keywords.ts';
import { extractFrom } from '../typescript/index.ts';
import { Program } from '../typescript/program.ts';
import { aheadOf } from './ahead.ts';
import type { ModuleFinder } from './lower/lowering.ts';
import { type Lowered, lower } from './lower/module.ts';
import { type Signatures, signaturesOf } from './lower/signatures.ts';
import { boundNames, finderOf } from './modules.ts';
import { notebookCode } from './notebook.ts';
import { lineAt, lineStarts, type PyNode, PythonParser } from './tree.ts';

const ENDINGS = ['.py', '.ipynb'] as const;
/** Text of a notebook that is read; its pictures are kept in it as well. */
const MOST_NOTEBOOK = 20_000_000;

export const frontend: Frontend = { id: 'python', reads: ENDINGS, extract };

async function extract(inventory: Inventory, sdks: readonly Sdk[], progress: (note: string) => void, early?: Ahead): Promise<Extract> {
  const sources = inventory.files.filter(file => ENDINGS.some(ending => file.endsWith(ending)));
  await early?.others();
  const python = new PythonFiles(inventory, await PythonParser.load(), packagesOf(sdks));
  const program = new Program(python.inventory, (file, ast) => python.prepare(file, ast));
  const ahead = aheadOf({ files: sources, read: file => python.source(file), roleOf: inventory.roleOf }, sources, file =>
    python.modulesOf(file),
  );
  const { facts, read } = await extractFrom({ inventory: python.inventory, sources, sdks, program }, progress, ahead);
  return { facts, languages: sources.length > 0 ? ['python'] : [], files: read, lines: inventory.linesOf(sources) };
}

/** The names under which the packages of SDKs are imported: `openai` of `py:openai`. */
function packagesOf(sdks: readonly Sdk[]): ReadonlySet<string> {
  return new Set(sdks.flatMap(sdk => sdk.code.packages.flatMap(name => /^py:(\w+)$/.exec(name)?.[1] ?? [])));
}

/** The Python files of a repository, seen as files of the common tree. */
class PythonFiles {
  /** The repository, in which Python files read as their lowered text. */
  readonly inventory: Inventory;
  readonly #inner: Inventory;
  readonly #parser: PythonParser;
  readonly #lowered = new Map<string, Lowered | undefined>();
  readonly #notebooks = new Map<string, string>();
  readonly #finders = new Map<string, ModuleFinder>();
  readonly #trees = new Map<string, PyNode>();
  readonly #signed = new Map<string, Signatures>();
  readonly #bound = new Map<string, ReadonlySet<string>>();

  readonly #packages: ReadonlySet<string>;

  /** @param packages the packages whose names a module of the repository may have as well */
  constructor(inner: Inventory, parser: PythonParser, packages: ReadonlySet<string>) {
    this.#inner = inner;
    this.#packages = packages;
    this.#parser = parser;
    this.inventory = Object.create(inner, {
      read: { value: (file: string) => this.#read(file) },
      resolveImport: { value: (_from: string, specifier: string) => this.#target(specifier) },
      realName: { value: (_file: string, name: string) => name },
    }) as Inventory;
  }

  #target(specifier: string): string | undefined {
    if (!specifier.startsWith('/')) return undefined;
    const file = specifier.slice(1);
    return this.#inner.has(file) ? file : undefined;
  }

  #read(file: string): string | undefined {
    return ENDINGS.some(ending => file.endsWith(ending)) ? this.#of(file)?.text : this.#inner.read(file);
  }

  /** The Python text of a file: that of the cells for a notebook. */
  source(file: string): string | undefined {
    const text = this.#inner.read(file);
    if (text === undefined || !file.endsWith('.ipynb')) return text;
    let code = this.#notebooks.get(file);
    if (code === undefined) {
      code = text.length > MOST_NOTEBOOK ? '' : (notebookCode(text) ?? '');
      this.#notebooks.set(file, code);
    }
    return code;
  }

  /** Finds the modules that a file imports. */
  modulesOf(file: string): ModuleFinder {
    let finder = this.#finders.get(file);
    if (finder === undefined) {
      finder = finderOf(
        this.#inner,
        file,
        target => this.#names(target),
        target => this.#signatures(target),
        this.#packages,
      );
      this.#finders.set(file, finder);
    }
    return finder;
  }

  #of(file: string): Lowered | undefined {
    if (this.#lowered.has(file)) return this.#lowered.get(file);
    const text = this.source(file);
    const root = this.#tree(file);
    const modules = this.modulesOf(file);
    const lowered = text === undefined || root === undefined ? undefined : this.#lower(file, text, root, modules);
    this.#lowered.set(file, lowered);
    // Nobody needs the tree again.
    this.#trees.delete(file);
    return lowered;
  }

  /** One file that nests in a way that nobody thought of must not cost the whole report. */
  #lower(file: string, text: string, root: PyNode, modules: ModuleFinder): Lowered | undefined {
    try {
      return lower(file, text, root, modules);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#inner.giveUp(file, 'nested too deeply to be read');
      return undefined;
    }
  }

  #tree(file: string): PyNode | undefined {
    const known = this.#trees.get(file);
    if (known !== undefined) return known;
    const text = this.source(file);
    const root = text === undefined ? undefined : this.#parser.parse(text);
    if (text !== undefined && root === undefined) this.#inner.giveUp(file, 'nested too deeply to be parsed');
    if (root !== undefined) {
      this.#trees.set(file, root);
      this.#signed.set(file, signaturesOf(text ?? '', root));
    }
    return root;
  }

  #signatures(file: string): Signatures {
    if (!this.#signed.has(file) && this.#tree(file) === undefined) this.#signed.set(file, new Map());
    return this.#signed.get(file) as Signatures;
  }

  #names(file: string): ReadonlySet<string> {
    let names = this.#bound.get(file);
    if (names === undefined) {
      names = boundNames(this.source(file) ?? '');
      this.#bound.set(file, names);
    }
    return names;
  }

  /** Marks keyword arguments, and makes the tree tell places of the Python file. */
  prepare(file: string, ast: ts.SourceFile): void {
    const lowered = this.#of(file);
    const text = this.source(file);
    if (lowered === undefined || text === undefined) return;
    markFailsAtOnce(ast);
    const stack: ts.Node[] = [ast];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (tsc.isObjectLiteralExpression(node) && lowered.keywords.has(node.getStart(ast))) markKeywords(node);
      if (tsc.isParameter(node) && lowered.collects.has(node.getStart(ast))) markCollector(node);
      tsc.forEachChild(node, child => {
        stack.push(child);
      });
    }
    const starts = lineStarts(text);
    ast.getLineAndCharacterOfPosition = offset => {
      const origin = Math.min(text.length, lowered.origin(offset));
      const line = lineAt(starts, origin);
      return { line, character: origin - (starts[line] as number) };
    };
  }
}
