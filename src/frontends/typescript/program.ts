// The files of the program: each is parsed at most once, when somebody first asks for it, and never type-checked.
import type { ts } from 'ts-morph';
import type { Inventory } from '../../repository/index.ts';
import { tsc } from './compiler.ts';
import { byPlace, Names } from './evaluator/names.ts';

/** Where a local name of a file comes from. `name` is `default`, `*` for the whole module, or the exported name. */
export interface Imported {
  readonly specifier: string;
  readonly name: string;
  /** A CommonJS `require`: the whole of `module.exports`, which is also what `default` means. */
  readonly commonjs: boolean;
}

/** What a file exports under a name. */
export type Exported =
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'expression'; readonly node: ts.Expression }
  | { readonly kind: 'declaration'; readonly node: ts.Declaration }
  | { readonly kind: 'from'; readonly specifier: string; readonly name: string };

/** One parsed file. */
export interface Unit {
  readonly file: string;
  readonly ast: ts.SourceFile;
  readonly imports: ReadonlyMap<string, Imported>;
  readonly exports: ReadonlyMap<string, Exported>;
  /** Modules whose names are all exported again. */
  readonly stars: readonly string[];
  /** All identifiers by their text, property names included. */
  readonly names: Names;
  /** All calls and constructions, in the order of the text. */
  readonly calls: readonly (ts.CallExpression | ts.NewExpression)[];
  /** What `module.exports = ` was given, if anything. */
  readonly commonjs: ts.Expression | undefined;
}

export class Program {
  readonly #units = new Map<string, Unit | undefined>();
  readonly inventory: Inventory;
  readonly #prepare: (file: string, ast: ts.SourceFile) => void;

  /** @param prepare called with each file that was parsed, before anybody looks at it */
  constructor(inventory: Inventory, prepare: (file: string, ast: ts.SourceFile) => void = () => {}) {
    this.inventory = inventory;
    this.#prepare = prepare;
  }

  /** Number of files parsed so far. */
  get parsed(): number {
    return this.#units.size;
  }

  /** The parsed file, or undefined when it cannot be read. */
  unit(file: string): Unit | undefined {
    if (this.#units.has(file)) return this.#units.get(file);
    const text = this.inventory.read(file);
    const unit = text === undefined ? undefined : parse(file, text);
    if (unit !== undefined) this.#prepare(file, unit.ast);
    if (text !== undefined && unit === undefined) this.inventory.giveUp(file, 'nested too deeply to be parsed');
    this.#units.set(file, unit);
    return unit;
  }

  /** The unit that a node belongs to. */
  unitOf(node: ts.Node): Unit {
    const file = node.getSourceFile().fileName;
    const unit = this.unit(file);
    if (unit === undefined) throw new Error(`no unit for ${file}`);
    return unit;
  }

  /**
   * Does the text of a file hold a name? A Python file whose authors did not write it is not lowered for the question.
   * @param front what stands before the name
   */
  mentions(file: string, name: string, front = ''): boolean {
    // A name that means something else in the common tree ends in an underscore there.
    if (isPython(file) && this.inventory.written(file)?.includes(name.replace(/_$/, '')) !== true) return false;
    return this.inventory.read(file)?.includes(front + name) === true;
  }

  /**
   * Does the text of a file match a pattern, both as it was written and as it reads in the common tree?
   * @param written the pattern in the words of Python, where they are others
   */
  matches(file: string, pattern: RegExp, written = pattern): boolean {
    if (isPython(file) && !written.test(this.inventory.written(file) ?? '')) return false;
    return pattern.test(this.inventory.read(file) ?? '');
  }

  /** All identifiers of a file by their text, property names included. */
  identifiers(unit: Unit, name: string): readonly ts.Identifier[] {
    return unit.names.get(name) ?? [];
  }
}

/**
 * Visits a node and all below it in the order of the text, without recursion: hostile files nest deeper than the stack.
 * @param visit answers 'skip' to leave out what is below the node
 */
export function walk(root: ts.Node, visit: (node: ts.Node) => unknown): void {
  const stack: ts.Node[] = [root];
  const push = (child: ts.Node): void => {
    stack.push(child);
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (visit(node) === 'skip') continue;
    const from = stack.length;
    tsc.forEachChild(node, push);
    for (let low = from, high = stack.length - 1; low < high; low++, high--) {
      const swap = stack[low] as ts.Node;
      stack[low] = stack[high] as ts.Node;
      stack[high] = swap;
    }
  }
}

/** Is a file read in other words than it was written in? */
function isPython(file: string): boolean {
  return file.endsWith('.py');
}

function kindOf(file: string): ts.ScriptKind {
  if (file.endsWith('.tsx')) return tsc.ScriptKind.TSX;
  if (/\.(?:[mc]?ts|py|ipynb)$/.test(file)) return tsc.ScriptKind.TS;
  // Plain JavaScript may hold JSX in a .js file.
  return tsc.ScriptKind.JSX;
}

function parse(file: string, text: string): Unit | undefined {
  try {
    const ast = tsc.createSourceFile(
      file,
      text,
      { languageVersion: tsc.ScriptTarget.Latest, jsDocParsingMode: tsc.JSDocParsingMode.ParseNone },
      false,
      kindOf(file),
    );
    // The parser turns a backslash in a name into a slash.
    (ast as { fileName: string }).fileName = file;
    return { file, ast, ...indexed(ast), ...moduleRecord(ast) };
  } catch {
    // The parser itself gives up (stack, memory) only on files made to break it; the caller lists them as unread.
    return undefined;
  }
}

/** One walk over a new file links every node to its parent and collects names and calls for everybody who asks later. */
function indexed(ast: ts.SourceFile): Pick<Unit, 'names' | 'calls'> {
  const names = new Names();
  const calls: (ts.CallExpression | ts.NewExpression)[] = [];
  const { Identifier, CallExpression, NewExpression, LastToken } = tsc.SyntaxKind;
  const stack: ts.Node[] = [ast];
  let parent: ts.Node = ast;
  const push = (child: ts.Node): void => {
    (child as { parent: ts.Node }).parent = parent;
    if (child.kind === Identifier) names.add(child as ts.Identifier);
    else if (child.kind > LastToken) stack.push(child);
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === CallExpression || node.kind === NewExpression) calls.push(node as ts.CallExpression | ts.NewExpression);
    parent = node;
    tsc.forEachChild(node, push);
  }
  // The stack hands out the last child first, so most lists are out of order.
  names.settle();
  calls.sort(byPlace);
  return { names, calls };
}

function moduleRecord(ast: ts.SourceFile): Pick<Unit, 'imports' | 'exports' | 'stars' | 'commonjs'> {
  const imports = new Map<string, Imported>();
  const exports = new Map<string, Exported>();
  const stars: string[] = [];
  let commonjs: ts.Expression | undefined;
  for (const statement of ast.statements) {
    if (tsc.isImportDeclaration(statement)) readImport(statement, imports);
    else if (tsc.isImportEqualsDeclaration(statement)) {
      const reference = statement.moduleReference;
      if (tsc.isExternalModuleReference(reference) && tsc.isStringLiteralLike(reference.expression)) {
        imports.set(statement.name.text, { specifier: reference.expression.text, name: '*', commonjs: true });
      }
    } else if (tsc.isExportDeclaration(statement)) readExport(statement, exports, stars);
    else if (tsc.isExportAssignment(statement)) exports.set('default', { kind: 'expression', node: statement.expression });
    else if (tsc.isExpressionStatement(statement)) commonjs = readCommonJs(statement.expression, exports) ?? commonjs;
    else readDeclaration(statement, exports);
  }
  return { imports, exports, stars, commonjs };
}

function readImport(statement: ts.ImportDeclaration, imports: Map<string, Imported>): void {
  if (!tsc.isStringLiteralLike(statement.moduleSpecifier)) return;
  const specifier = statement.moduleSpecifier.text;
  const clause = statement.importClause;
  if (clause?.name) imports.set(clause.name.text, { specifier, name: 'default', commonjs: false });
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return;
  if (tsc.isNamespaceImport(bindings)) imports.set(bindings.name.text, { specifier, name: '*', commonjs: false });
  else
    for (const element of bindings.elements)
      imports.set(element.name.text, { specifier, name: (element.propertyName ?? element.name).text, commonjs: false });
}

function readExport(statement: ts.ExportDeclaration, exports: Map<string, Exported>, stars: string[]): void {
  const specifier =
    statement.moduleSpecifier && tsc.isStringLiteralLike(statement.moduleSpecifier) ? statement.moduleSpecifier.text : undefined;
  const clause = statement.exportClause;
  if (clause === undefined) {
    if (specifier !== undefined) stars.push(specifier);
  } else if (tsc.isNamespaceExport(clause)) {
    if (specifier !== undefined) exports.set(clause.name.text, { kind: 'from', specifier, name: '*' });
  } else {
    for (const element of clause.elements) {
      const name = (element.propertyName ?? element.name).text;
      exports.set(element.name.text, specifier === undefined ? { kind: 'local', name } : { kind: 'from', specifier, name });
    }
  }
}

function readDeclaration(statement: ts.Statement, exports: Map<string, Exported>): void {
  const modifiers = tsc.canHaveModifiers(statement) ? tsc.getModifiers(statement) : undefined;
  if (!modifiers?.some(m => m.kind === tsc.SyntaxKind.ExportKeyword)) return;
  const isDefault = modifiers.some(m => m.kind === tsc.SyntaxKind.DefaultKeyword);
  if (tsc.isVariableStatement(statement)) {
    for (const declaration of statement.declarationList.declarations)
      for (const name of boundNames(declaration.name)) exports.set(name, { kind: 'local', name });
  } else if (tsc.isFunctionDeclaration(statement) || tsc.isClassDeclaration(statement)) {
    if (isDefault) exports.set('default', { kind: 'declaration', node: statement });
    if (statement.name) exports.set(isDefault ? 'default' : statement.name.text, { kind: 'declaration', node: statement });
  } else if (tsc.isInterfaceDeclaration(statement) || tsc.isTypeAliasDeclaration(statement))
    exports.set(statement.name.text, { kind: 'declaration', node: statement });
  else if (tsc.isEnumDeclaration(statement)) exports.set(statement.name.text, { kind: 'local', name: statement.name.text });
}

/** `module.exports = x`, `module.exports.a = x`, `exports.a = x`; returns x of the first form. */
function readCommonJs(expression: ts.Expression, exports: Map<string, Exported>): ts.Expression | undefined {
  if (!tsc.isBinaryExpression(expression) || expression.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return undefined;
  const target = expression.left;
  if (!tsc.isPropertyAccessExpression(target)) return undefined;
  const owner = target.expression;
  if (tsc.isIdentifier(owner) && owner.text === 'module' && target.name.text === 'exports') return expression.right;
  const onExports = tsc.isIdentifier(owner) && owner.text === 'exports';
  const onModule =
    tsc.isPropertyAccessExpression(owner) &&
    tsc.isIdentifier(owner.expression) &&
    owner.expression.text === 'module' &&
    owner.name.text === 'exports';
  if (onExports || onModule) exports.set(target.name.text, { kind: 'expression', node: expression.right });
  return undefined;
}

/** The names that a binding introduces, also through destructuring. */
export function boundNames(name: ts.BindingName): string[] {
  if (tsc.isIdentifier(name)) return [name.text];
  return name.elements.flatMap(element => (tsc.isOmittedExpression(element) ? [] : boundNames(element.name)));
}
