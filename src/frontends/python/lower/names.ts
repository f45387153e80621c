// Which names a scope of a Python file binds, and where: decides whether a name becomes `const`, `let` or a name at the top of the scope.
import { field, kids, type PyNode } from '../tree.ts';

export interface Name {
  /** Statements and expressions that give it a value. */
  writes: number;
  /** The statement that first does; undefined: an expression does. */
  first: PyNode | undefined;
  /** The innermost block of that statement. */
  block: PyNode | undefined;
  /** From the first to the last mention in the scope, functions inside it included. */
  from: number;
  to: number;
}

export interface Scope {
  readonly kind: 'module' | 'function' | 'class';
  readonly names: ReadonlyMap<string, Name>;
  /** Names that belong to an outer scope (`global`, `nonlocal`), and parameters. */
  readonly foreign: ReadonlySet<string>;
  readonly parent: Scope | undefined;
  /** The name that stands for `this`. */
  readonly self: string | undefined;
}

const COMPREHENSIONS = new Set(['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression']);

/** Collects the names of one scope. */
class Collector {
  readonly names = new Map<string, Name>();
  readonly foreign: Set<string>;
  readonly #text: string;
  /** Names that functions inside declare as global or nonlocal, and write. */
  readonly #lent = new Set<string>();

  constructor(text: string, foreign: Iterable<string>) {
    this.#text = text;
    this.foreign = new Set(foreign);
  }

  /** Visits the statements of a scope's own body. */
  body(node: PyNode): void {
    this.#visit(node, node, false);
    for (const name of this.#lent) {
      const known = this.names.get(name);
      if (known !== undefined) known.writes += 1;
    }
    for (const name of this.foreign) this.names.delete(name);
    for (const [name, known] of this.names) if (known.writes === 0) this.names.delete(name);
  }

  #at(node: PyNode): Name {
    const text = this.#text.slice(node.from, node.to);
    const known = this.names.get(text);
    if (known !== undefined) {
      known.from = Math.min(known.from, node.from);
      known.to = Math.max(known.to, node.to);
      return known;
    }
    const fresh: Name = { writes: 0, first: undefined, block: undefined, from: node.from, to: node.to };
    this.names.set(text, fresh);
    return fresh;
  }

  #write(node: PyNode, statement: PyNode | undefined, block: PyNode | undefined): void {
    const name = this.#at(node);
    if (name.writes === 0) {
      name.first = statement;
      name.block = block;
    }
    name.writes++;
  }

  /** The identifiers of an assignment's left side; everything else in it is only mentioned. */
  #targets(node: PyNode, statement: PyNode | undefined, block: PyNode, inner: boolean): void {
    if (node.kind === 'identifier') {
      if (inner) this.#at(node);
      else this.#write(node, statement, block);
    } else if (
      node.kind === 'pattern_list' ||
      node.kind === 'tuple_pattern' ||
      node.kind === 'list_pattern' ||
      node.kind === 'list_splat_pattern' ||
      node.kind === 'expression_list' ||
      node.kind === 'tuple' ||
      node.kind === 'as_pattern_target' ||
      node.kind === 'parenthesized_expression'
    )
      for (const child of kids(node)) this.#targets(child, statement, block, inner);
    else this.#visit(node, block, inner);
  }

  #visit(node: PyNode, block: PyNode, inner: boolean): void {
    switch (node.kind) {
      case 'identifier':
        this.#at(node);
        return;
      case 'attribute': {
        const object = field(node, 'object');
        if (object !== undefined) this.#visit(object, block, inner);
        return;
      }
      case 'keyword_argument': {
        const value = field(node, 'value');
        if (value !== undefined) this.#visit(value, block, inner);
        return;
      }
      case 'import_statement':
      case 'import_from_statement':
      case 'future_import_statement':
        return;
      case 'assignment': {
        const right = field(node, 'right');
        const left = field(node, 'left');
        // `x: int` alone binds nothing.
        if (left !== undefined && right !== undefined) this.#targets(left, node, block, inner);
        else if (left !== undefined) this.#visit(left, block, inner);
        if (right !== undefined) this.#visit(right, block, inner);
        return;
      }
      case 'augmented_assignment': {
        const left = field(node, 'left');
        const right = field(node, 'right');
        if (left !== undefined) this.#targets(left, undefined, block, inner);
        if (right !== undefined) this.#visit(right, block, inner);
        return;
      }
      case 'named_expression': {
        const name = field(node, 'name');
        const value = field(node, 'value');
        if (name !== undefined) this.#targets(name, undefined, block, inner);
        if (value !== undefined) this.#visit(value, block, inner);
        return;
      }
      case 'for_statement': {
        const left = field(node, 'left');
        if (left !== undefined) this.#targets(left, node, node, inner);
        for (const child of kids(node)) if (child !== left) this.#visit(child, child.kind === 'block' ? child : block, inner);
        return;
      }
      case 'with_statement': {
        for (const child of kids(node)) {
          if (child.kind !== 'with_clause') {
            this.#visit(child, child.kind === 'block' ? child : block, inner);
            continue;
          }
          for (const item of kids(child)) {
            const value = field(item, 'value') ?? kids(item)[0];
            const alias = value?.kind === 'as_pattern' ? field(value, 'alias') : undefined;
            const subject = value?.kind === 'as_pattern' ? kids(value)[0] : value;
            if (subject !== undefined) this.#visit(subject, block, inner);
            if (alias !== undefined) this.#targets(alias, node, node, inner);
          }
        }
        return;
      }
      case 'function_definition': {
        const name = field(node, 'name');
        if (name !== undefined) {
          if (inner) this.#at(name);
          else this.#write(name, node, block);
        }
        this.#function(node, block);
        return;
      }
      case 'class_definition': {
        const name = field(node, 'name');
        if (name !== undefined) {
          if (inner) this.#at(name);
          else this.#write(name, node, block);
        }
        for (const child of kids(node)) if (child !== name) this.#visit(child, block, true);
        return;
      }
      case 'global_statement':
      case 'nonlocal_statement':
        for (const child of kids(node)) {
          const text = this.#text.slice(child.from, child.to);
          if (inner) this.#lent.add(text);
          else this.foreign.add(text);
        }
        return;
      case 'except_clause': {
        // The name of a caught error lives in its clause.
        for (const child of kids(node)) {
          if (child.kind === 'as_pattern') {
            for (const part of kids(child)) if (part.field !== 'alias') this.#visit(part, block, inner);
          } else if (child.field !== 'alias') this.#visit(child, child.kind === 'block' ? child : block, inner);
        }
        return;
      }
      default:
    }
    if (node.kind === 'lambda' || COMPREHENSIONS.has(node.kind)) {
      for (const child of kids(node)) this.#visit(child, block, true);
      return;
    }
    if (node.kind === 'for_in_clause') {
      for (const child of kids(node)) this.#visit(child, block, true);
      return;
    }
    for (const child of kids(node)) this.#visit(child, child.kind === 'block' ? child : block, inner);
  }

  #function(node: PyNode, block: PyNode): void {
    for (const child of kids(node)) if (child.field !== 'name') this.#visit(child, child.kind === 'block' ? child : block, true);
  }
}

/**
 * The names that a scope binds.
 * @param foreign parameters, and other names that the scope does not declare itself
 */
export function scopeOf(
  text: string,
  kind: Scope['kind'],
  body: PyNode,
  parent: Scope | undefined,
  foreign: Iterable<string> = [],
  self?: string,
): Scope {
  const collector = new Collector(text, foreign);
  collector.body(body);
  return { kind, names: collector.names, foreign: collector.foreign, parent, self };
}

/** How a name is declared: at its first statement, or at the top of its scope because it is used outside the block that gives it a value. */
export function manner(name: Name): 'const' | 'let' | 'hoisted' {
  const { first, block } = name;
  if (first === undefined || block === undefined) return 'hoisted';
  // Functions above may mention what is written below them.
  if (name.from < block.from || name.to > block.to) return 'hoisted';
  if (first.kind === 'assignment' || first.kind === 'for_statement' || first.kind === 'with_statement')
    return name.writes === 1 ? 'const' : 'let';
  // A function or a class that is written once is declared as one.
  return name.writes === 1 ? 'const' : 'hoisted';
}

/** The parameters of a function, in their order. */
export function parametersOf(node: PyNode): readonly PyNode[] {
  const list = field(node, 'parameters');
  return list === undefined ? [] : kids(list);
}

/** The name that a parameter binds. */
export function parameterName(text: string, node: PyNode): string | undefined {
  const named = field(node, 'name') ?? (node.kind === 'identifier' ? node : kids(node)[0]);
  if (named === undefined) return undefined;
  const inner = named.kind === 'identifier' ? named : kids(named)[0];
  return inner?.kind === 'identifier' ? text.slice(inner.from, inner.to) : undefined;
}
