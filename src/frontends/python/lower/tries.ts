// `try`, `except`, `else` and `finally`. The clauses become one chain of conditions; what none of them takes is thrown on.
import { field, kids, type PyNode } from '../tree.ts';
import { put } from './expressions.ts';
import type { Lowering } from './lowering.ts';
import { block, braces } from './statements.ts';

interface Clause {
  readonly node: PyNode;
  /** Classes of errors that it takes; empty: all of them. */
  readonly kinds: readonly PyNode[];
  readonly alias: string | undefined;
  readonly body: PyNode | undefined;
}

const ALL = /^(?:builtins\.)?(?:Exception|BaseException)$/;

function clauseOf(l: Lowering, node: PyNode): Clause {
  const body = kids(node).find(child => child.kind === 'block');
  let value = kids(node).find(child => child !== body && child.field !== 'alias');
  let alias = field(node, 'alias');
  if (value?.kind === 'as_pattern') {
    alias = field(value, 'alias') ?? kids(value)[1];
    value = kids(value)[0];
  }
  const inner = value?.kind === 'parenthesized_expression' ? kids(value)[0] : value;
  const kinds = inner === undefined ? [] : inner.kind === 'tuple' ? kids(inner) : [inner];
  const name = alias === undefined ? undefined : (kids(alias)[0] ?? alias);
  return {
    node,
    kinds: kinds.some(kind => ALL.test(l.of(kind))) ? [] : kinds,
    alias: name === undefined ? undefined : l.name(l.of(name)),
    body,
  };
}

/** Writes a `try` statement. */
export function tried(l: Lowering, node: PyNode): void {
  const clauses = kids(node)
    .filter(child => child.kind === 'except_clause' || child.kind === 'except_group_clause')
    .map(child => clauseOf(l, child));
  const last = kids(node).find(child => child.kind === 'finally_clause');
  const other = kids(node).find(child => child.kind === 'else_clause');
  l.w.write('try {');
  const body = field(node, 'body');
  if (body !== undefined) block(l, body);
  if (other !== undefined) {
    const rest = field(other, 'body');
    if (rest !== undefined) block(l, rest);
  }
  l.w.write(' }');
  if (clauses.length > 0) caught(l, clauses);
  if (last !== undefined) {
    l.w.toLine(last.row);
    l.w.write(' finally ');
    braces(
      l,
      kids(last).find(child => child.kind === 'block'),
    );
  }
}

function caught(l: Lowering, clauses: readonly Clause[]): void {
  const name = clauses.find(clause => clause.alias !== undefined)?.alias ?? '__error';
  const [first] = clauses;
  if (first !== undefined) l.w.toLine(first.node.row);
  l.w.write(' ');
  if (first !== undefined) l.w.mark(first.node.from);
  l.w.write(`catch (${name}) {`);
  l.caught.push(name);
  let open = true;
  clauses.forEach((clause, i) => {
    if (!open) return;
    l.w.toLine(clause.node.row);
    const inside = (): void => {
      if (clause.alias !== undefined && clause.alias !== name) l.w.write(` const ${clause.alias} = ${name};`);
      if (clause.body !== undefined) block(l, clause.body);
    };
    if (clause.kinds.length === 0) {
      open = false;
      if (i === 0) inside();
      else put(l, ' else {', inside, ' }');
      return;
    }
    l.w.write(i === 0 ? ' if (' : ' else if (');
    clause.kinds.forEach((kind, at) => {
      const known = l.meaning(kind);
      put(l, at > 0 ? ' || ' : '', `${name} instanceof `, known === 'json.JSONDecodeError' ? 'SyntaxError' : kind);
    });
    put(l, ') {', inside, ' }');
  });
  if (open) l.w.write(` else { throw ${name}; }`);
  l.caught.pop();
  l.w.write(' }');
}
