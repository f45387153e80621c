// Which code runs a tool that is only declared to the model? The program's own dispatcher: a case of a switch, a comparison with the
// tool's name, a table of functions, or a registry.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import type { Definition, Run } from './definition.ts';

/** Code that runs when the name of a tool comes. */
export interface Dispatched {
  readonly runs: readonly Run[];
  /** Where the name is looked at: the case, the condition, or the entry of a table. */
  readonly at: ts.Node;
}

const REGISTERS = new Set(['set', 'register', 'registerTool', 'addTool', 'add', 'registerFunction', 'on']);
const RUN_NAMES = new Set(['execute', 'handler', 'run', 'func', 'function', 'invoke', 'call', 'callback', 'fn']);
const MOST_FILES = 250;

export class Dispatchers {
  readonly #reading: Reading;
  readonly #names: ReadonlySet<string>;
  readonly #found = new Map<string, Dispatched[]>();

  /** @param definitions the tools whose code is looked for */
  constructor(reading: Reading, definitions: readonly Definition[]) {
    this.#reading = reading;
    const wanted = definitions.filter(d => d.runs.length === 0 && d.name !== undefined);
    this.#names = new Set(wanted.flatMap(d => d.name ?? []));
    if (this.#names.size === 0) return;
    const declared = new Set(wanted.map(d => d.node));
    const names = [...this.#names];
    for (const file of this.#near(wanted)) {
      const text = reading.inventory.roleOf(file) === 'production' ? (reading.inventory.read(file) ?? '') : '';
      const unit = names.some(name => text.includes(name)) ? reading.program.unit(file) : undefined;
      if (unit === undefined) continue;
      reading.ev.budget.ask(
        () => this.#look(unit.ast, declared),
        () => {},
      );
    }
  }

  /** The code that runs a tool; the best kind of match wins, a switch before a table. */
  of(name: string): Dispatched | undefined {
    const found = this.#found.get(name) ?? [];
    return found.find(d => !isFunctionNode(d.runs[0]?.node ?? d.at)) ?? found[0];
  }

  /** The files around the definitions, and those that lead to a model call. */
  #near(definitions: readonly Definition[]): readonly string[] {
    const { files, index, program, inventory } = this.#reading;
    const out = new Set(files);
    const around = new Set(definitions.map(d => d.node.getSourceFile().fileName));
    for (const file of [...around]) for (const importer of index.importersOf(file)) around.add(importer);
    for (const file of [...around].slice(0, 40)) {
      out.add(file);
      for (const imported of program.unit(file)?.imports.values() ?? []) {
        const target = inventory.resolveImport(file, imported.specifier);
        if (target !== undefined) out.add(target);
      }
    }
    return [...out].sort().slice(0, MOST_FILES);
  }

  #add(name: string, at: ts.Node, runs: readonly Run[]): void {
    if (runs.length === 0) return;
    const list = this.#found.get(name);
    if (list === undefined) this.#found.set(name, [{ runs, at }]);
    else list.push({ runs, at });
  }

  #look(root: ts.Node, declared: ReadonlySet<ts.Node>): void {
    walk(root, node => {
      if (declared.has(node)) return 'skip';
      if (tsc.isCaseClause(node)) {
        const text = textOf(node.expression);
        if (text !== undefined && this.#names.has(text)) this.#add(text, node, [{ node: filled(node) }]);
      } else if (tsc.isIfStatement(node)) {
        const text = compared(node.expression);
        if (text !== undefined && this.#names.has(text)) this.#add(text, node, [{ node: node.thenStatement }]);
        for (const name of among(node.expression)) if (this.#names.has(name)) this.#add(name, node, [{ node: node.thenStatement }]);
      } else if (tsc.isPropertyAssignment(node) || tsc.isShorthandPropertyAssignment(node) || tsc.isMethodDeclaration(node)) {
        const name = propertyName(node);
        if (name === undefined || !this.#names.has(name) || !tsc.isObjectLiteralExpression(node.parent)) return undefined;
        this.#add(
          name,
          node,
          this.#functions(tsc.isPropertyAssignment(node) ? node.initializer : tsc.isMethodDeclaration(node) ? node : node.name),
        );
      } else if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken) {
        const { left } = node;
        const name = tsc.isPropertyAccessExpression(left)
          ? left.name.text
          : tsc.isElementAccessExpression(left)
            ? textOf(left.argumentExpression)
            : undefined;
        if (name !== undefined && this.#names.has(name)) this.#add(name, node, this.#functions(node.right));
      } else if (tsc.isCallExpression(node)) {
        const callee = node.expression;
        const method = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
        const [first, second] = node.arguments;
        if (!REGISTERS.has(method) || first === undefined || second === undefined) return undefined;
        const name = textOf(first);
        if (name !== undefined && this.#names.has(name)) this.#add(name, node, this.#functions(second));
      } else if (tsc.isArrayLiteralExpression(node) && node.elements.length === 2) {
        // `new Map([['name', fn]])`
        const [first, second] = node.elements;
        const name = first === undefined ? undefined : textOf(first);
        if (name !== undefined && second !== undefined && this.#names.has(name)) this.#add(name, node, this.#functions(second));
      }
      return undefined;
    });
  }

  #functions(node: ts.Expression | ts.MethodDeclaration): readonly Run[] {
    if (tsc.isMethodDeclaration(node)) return [{ node }];
    return this.#reading.ev.values(node).flatMap(value => this.#functionsOf(value));
  }

  #functionsOf(value: Value): readonly Run[] {
    if (value.kind === 'function') return [{ node: value.node, self: value.self }];
    if (value.kind !== 'object' && value.kind !== 'instance') return [];
    return [...RUN_NAMES].flatMap(name =>
      this.#reading.ev.member([value], name).flatMap((v): Run[] => (v.kind === 'function' ? [{ node: v.node, self: v.self }] : [])),
    );
  }
}

/** Is a node inside a try whose catch neither throws again nor is missing? */
export function containedAt(node: ts.Node): boolean {
  for (let child = node, up = node.parent; up !== undefined; child = up, up = up.parent) {
    if (tsc.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined && !throwsAgain(up.catchClause.block)) return true;
    if (isFunctionNode(up)) return false;
  }
  return false;
}

/** Does a block throw, other than in a function inside it? */
export function throwsAgain(block: ts.Node): boolean {
  let hit = false;
  walk(block, node => {
    if (hit || isFunctionNode(node)) return 'skip';
    if (tsc.isThrowStatement(node)) hit = true;
    return undefined;
  });
  return hit;
}

/** The function that looks at the names of tools. */
export function dispatcherOf(at: ts.Node): ts.Node | undefined {
  return enclosingFunction(at);
}

/** A case without statements falls through to the next one that has some. */
function filled(clause: ts.CaseClause): ts.CaseOrDefaultClause {
  const clauses = clause.parent.clauses;
  return clauses.slice(clauses.indexOf(clause)).find(c => c.statements.length > 0) ?? clause;
}

export function textOf(node: ts.Expression): string | undefined {
  const inner = strip(node);
  return inner !== undefined && tsc.isStringLiteralLike(inner) ? inner.text : undefined;
}

/** `name in ("search", "find")` of a Python program: the texts of the list. */
function among(node: ts.Expression): readonly string[] {
  const inner = strip(node);
  if (inner === undefined || !tsc.isCallExpression(inner) || !tsc.isPropertyAccessExpression(inner.expression)) return [];
  const list = strip(inner.expression.expression);
  if (inner.expression.name.text !== 'includes' || list === undefined || !tsc.isArrayLiteralExpression(list)) return [];
  return isPython(node) ? list.elements.flatMap(e => textOf(e) ?? []) : [];
}

/** `name === 'search'`: the text that something is compared with. */
export function compared(node: ts.Expression): string | undefined {
  const inner = strip(node);
  if (inner === undefined || !tsc.isBinaryExpression(inner)) return undefined;
  const kind = inner.operatorToken.kind;
  if (kind === tsc.SyntaxKind.AmpersandAmpersandToken) return compared(inner.left) ?? compared(inner.right);
  if (kind !== tsc.SyntaxKind.EqualsEqualsEqualsToken && kind !== tsc.SyntaxKind.EqualsEqualsToken) return undefined;
  return textOf(inner.right) ?? textOf(inner.left);
}
