// `match` statements: a switch over values, or one over classes where nothing more is asked of them.
import { field, fields, kids, type PyNode } from '../tree.ts';
import { put } from './expressions.ts';
import type { Lowering } from './lowering.ts';
import { braces } from './statements.ts';

/** Writes a `match` statement: of values as they stand, of classes as conditions. */
export function matched(l: Lowering, node: PyNode): void {
  const subject = fields(node, 'subject')[0];
  const clauses = kids(field(node, 'body') ?? node).filter(child => child.kind === 'case_clause');
  const of = subject ?? 'undefined';
  const byClass = subject?.kind === 'identifier' && clauses.some(clause => classes(clause).length > 0) && clauses.every(isOfClasses);
  put(l, 'switch (', byClass ? 'true' : of, ') {');
  for (const clause of clauses) {
    l.w.toLine(clause.row);
    for (const one of byClass ? classes(clause) : []) {
      const [first = one, ...members] = kids(one);
      put(l, ' case ', of, ' instanceof ', first, members.map(member => `.${l.of(member)}`).join(''), ':');
    }
    const patterns = kids(clause).filter(child => child.kind === 'case_pattern');
    const values = byClass ? [] : patterns.flatMap(literals);
    if (values.length === 0 && !(byClass && classes(clause).length > 0)) l.w.write(' default: ');
    for (const value of values) put(l, ' case ', value, ':');
    l.w.write(' ');
    braces(l, field(clause, 'consequence'));
    l.w.write(' break;');
  }
  l.w.write(' }');
}

/** The classes of `case A() | B():`, none where more is asked of the value. */
function classes(clause: PyNode): readonly PyNode[] {
  const [pattern, ...more] = kids(clause).filter(child => child.kind === 'case_pattern');
  if (pattern === undefined || more.length > 0 || field(clause, 'guard') !== undefined) return [];
  const [inner] = kids(pattern);
  const parts = inner?.kind === 'union_pattern' ? kids(inner) : inner === undefined ? [] : [inner];
  const named = parts.flatMap(part => (part.kind === 'class_pattern' && kids(part).length === 1 ? kids(part) : []));
  return named.length === parts.length ? named : [];
}

/** Does a clause ask for classes, or take anything? */
function isOfClasses(clause: PyNode): boolean {
  if (classes(clause).length > 0) return true;
  const patterns = kids(clause).filter(child => child.kind === 'case_pattern');
  return field(clause, 'guard') === undefined && patterns.length === 1 && kids(patterns[0] ?? clause).length === 0;
}

/** The values that a pattern names; none: it takes anything. */
function literals(pattern: PyNode): readonly PyNode[] {
  const [inner] = kids(pattern);
  if (inner === undefined) return [];
  if (inner.kind === 'union_pattern') return kids(inner).every(isLiteral) ? kids(inner) : [];
  return isLiteral(inner) ? [inner] : [];
}

function isLiteral(pattern: PyNode): boolean {
  return /^(?:string|concatenated_string|integer|float|true|false|none)$/.test(pattern.kind);
}
