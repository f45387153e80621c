// Python's statements in the common tree.
import { field, fields, has, kids, type PyNode } from '../tree.ts';
import { expression, put, target } from './expressions.ts';
import { manages, register, writeClass, writeDecorators, writeFunction } from './functions.ts';
import { notePattern } from './inline.ts';
import type { Lowering } from './lowering.ts';
import { matched } from './matches.ts';
import { manner } from './names.ts';
import { tried } from './tries.ts';
import { literalWords, typeText } from './types.ts';

/** Writes the statements of a block, without braces. */
export function block(l: Lowering, node: PyNode): void {
  for (const child of kids(node)) statement(l, child);
}

/** Declares the names of the current scope that are used outside the block that gives them a value. */
export function hoisted(l: Lowering): void {
  const names: string[] = [];
  for (const [name, known] of l.scope.names) if (manner(known) === 'hoisted' && !l.imported.has(name)) names.push(l.name(name));
  if (names.length > 0) l.w.write(` ${l.scope.kind === 'module' ? 'export ' : ''}let ${names.join(', ')};`);
}

/** Writes one statement. */
export function statement(l: Lowering, node: PyNode): void {
  l.w.toLine(node.row);
  l.w.write(' ');
  l.w.mark(node.from);
  if (l.depth > 200) return;
  l.depth++;
  try {
    one(l, node);
  } finally {
    l.depth--;
  }
  l.w.mark(node.to);
}

function one(l: Lowering, node: PyNode): void {
  switch (node.kind) {
    case 'expression_statement':
      for (const child of kids(node)) simple(l, child);
      return;
    case 'return_statement':
      put(l, 'return ', kids(node)[0] ?? 'null', ';');
      return;
    case 'if_statement':
      conditional(l, node);
      return;
    case 'for_statement':
      forLoop(l, node);
      return;
    case 'while_statement':
      put(l, 'while (', field(node, 'condition') ?? 'true', ') ');
      braces(l, field(node, 'body'));
      otherwise(l, node);
      return;
    case 'try_statement':
      tried(l, node);
      return;
    case 'with_statement':
      withBlock(l, node);
      return;
    case 'match_statement':
      matched(l, node);
      return;
    case 'function_definition':
      definition(l, node, []);
      return;
    case 'class_definition':
      definition(l, node, []);
      return;
    case 'decorated_definition': {
      const inner = field(node, 'definition');
      if (inner !== undefined)
        definition(
          l,
          inner,
          kids(node).filter(child => child.kind === 'decorator'),
        );
      return;
    }
    case 'raise_statement':
      raised(l, node);
      return;
    case 'assert_statement':
      // The comment tells it from a `raise` of the same error, which nobody can switch off.
      put(l, 'if (!(', kids(node)[0] ?? 'true', ')) { throw /*assert*/ new AssertionError(', kids(node)[1] ?? '', '); }');
      return;
    case 'delete_statement':
      for (const one of kids(node).flatMap(child => (child.kind === 'expression_list' ? kids(child) : [child])))
        if (one.kind === 'subscript' || one.kind === 'attribute') put(l, 'delete ', one, ';');
      return;
    case 'break_statement':
      l.w.write('break;');
      return;
    case 'continue_statement':
      l.w.write('continue;');
      return;
    case 'print_statement':
      l.w.write('console.log(');
      kids(node).forEach((child, i) => {
        put(l, i > 0 ? ', ' : '', child);
      });
      l.w.write(');');
      return;
    case 'import_from_statement':
      l.w.write(l.inside.get(node.from) ?? '');
      return;
    case 'type_alias_statement': {
      const [left, right] = kids(node);
      if (left !== undefined && right !== undefined && /^\w+$/.test(l.of(left))) l.w.write(`type ${l.of(left)} = ${typeText(l, right)};`);
      return;
    }
    case 'ERROR':
      // The parser found its feet again inside: what it could read there still counts.
      for (const child of kids(node)) if (/_statement$|_definition$/.test(child.kind)) statement(l, child);
      return;
    default:
  }
}

/** Writes a block in braces. */
export function braces(l: Lowering, body: PyNode | undefined): void {
  l.w.write('{');
  if (body !== undefined) block(l, body);
  l.w.write(' }');
}

/** How the first statement of a name declares it: empty where the name is declared elsewhere. */
function declares(l: Lowering, name: PyNode, by: PyNode): '' | 'const ' | 'let ' {
  const known = l.scope.foreign.has(l.of(name)) ? undefined : l.scope.names.get(l.of(name));
  if (known === undefined || known.first !== by) return '';
  const how = manner(known);
  return how === 'hoisted' ? '' : `${how} `;
}

function isTopLevel(l: Lowering): boolean {
  return l.scope.kind === 'module' && l.depth <= 1;
}

function simple(l: Lowering, node: PyNode): void {
  if (node.kind === 'assignment') {
    assignment(l, node);
    return;
  }
  if (node.kind === 'augmented_assignment') {
    const left = field(node, 'left');
    const right = field(node, 'right');
    const operator = field(node, 'operator')?.kind ?? '+=';
    if (left === undefined || right === undefined) return;
    if (operator === '//=') put(l, () => target(l, left), ' = Math.floor(', left, ' / ', right, ');');
    else put(l, () => target(l, left), ` ${operator === '@=' ? '*=' : operator} `, right, ';');
    return;
  }
  if (l.hands && node.kind === 'yield' && !has(node, 'from')) put(l, 'return ', kids(node)[0] ?? 'null', ';');
  else put(l, node, ';');
}

function assignment(l: Lowering, node: PyNode): void {
  const left = field(node, 'left');
  const right = field(node, 'right');
  if (left === undefined || right === undefined) return;
  if (right.kind === 'assignment') {
    // `a = b = f()`: the inner name first.
    assignment(l, right);
    const inner = field(right, 'left');
    if (inner !== undefined) {
      l.w.write(' ');
      assign(l, node, left, () => expression(l, inner));
    }
    return;
  }
  if (right.kind === 'call' && /^rich(?:\.console\.Console|\.get_console)$/.test(l.meaning(field(right, 'function') ?? right) ?? ''))
    l.consoles.add(l.of(left));
  if (right.kind === 'call' && /^re\.compile$/.test(l.meaning(field(right, 'function') ?? right) ?? ''))
    l.patterns.add(l.of(left).replace(/^(?:self|cls)\./, ''));
  if (
    /^(?:list|tuple|set|list_comprehension|call)$/.test(right.kind) &&
    right.to - right.from < 20_000 &&
    /\bre\.compile\(/.test(l.of(right))
  )
    l.patternLists.add(l.of(left).replace(/^(?:self|cls)\./, ''));
  assign(l, node, left, () => expression(l, right));
  // `Kind = Literal["api", "timeout"]` is a name for these words wherever it stands in an annotation.
  const words = l.scope.kind === 'module' && left.kind === 'identifier' ? literalWords(l, right) : undefined;
  if (words !== undefined) l.w.write(` type ${l.name(l.of(left))} = ${words};`);
}

function assign(l: Lowering, node: PyNode, left: PyNode, value: () => void): void {
  const type = field(node, 'type');
  if (left.kind === 'identifier') {
    // Something imported under the same name stands for it: the assignment is what happens without the package.
    if (l.scope.kind === 'module' && l.imported.has(l.of(left))) {
      put(l, 'void ', value, ';');
      return;
    }
    const how = declares(l, left, node);
    put(
      l,
      how !== '' && isTopLevel(l) ? 'export ' : '',
      how,
      left,
      type === undefined || how === '' ? '' : `: ${typeText(l, type)}`,
      ' = ',
      value,
      ';',
    );
    return;
  }
  const names = targetNames(left);
  const ways = new Set(names.map(name => declares(l, name, node)));
  const [only] = ways;
  if (names.length > 0 && ways.size === 1 && only !== undefined && only !== '' && names.length === targets(left).length) {
    put(l, isTopLevel(l) ? 'export ' : '', only, left, ' = ', value, ';');
    return;
  }
  const own = names.filter(name => declares(l, name, node) !== '');
  if (own.length > 0) l.w.write(`${isTopLevel(l) ? 'export ' : ''}let ${own.map(name => l.name(l.of(name))).join(', ')}; `);
  put(l, () => target(l, left), ' = ', value, ';');
}

function targets(node: PyNode): readonly PyNode[] {
  return /^(?:pattern_list|tuple_pattern|list_pattern|expression_list|tuple|list_splat_pattern)$/.test(node.kind)
    ? kids(node).flatMap(targets)
    : [node];
}

function targetNames(node: PyNode): readonly PyNode[] {
  return targets(node).filter(one => one.kind === 'identifier');
}

function conditional(l: Lowering, node: PyNode): void {
  const condition = field(node, 'condition');
  const main = condition?.kind === 'comparison_operator' && /^__name__\s*==\s*["']__main__["']$/.test(l.of(condition));
  put(l, 'if (', main ? 'require.main === module' : (condition ?? 'true'), ') ');
  braces(l, field(node, 'consequence'));
  for (const other of fields(node, 'alternative')) {
    l.w.toLine(other.row);
    if (other.kind === 'elif_clause') {
      put(l, ' else if (', field(other, 'condition') ?? 'true', ') ');
      braces(l, field(other, 'consequence'));
    } else {
      l.w.write(' else ');
      braces(l, field(other, 'body'));
    }
  }
}

function otherwise(l: Lowering, node: PyNode): void {
  const other = field(node, 'alternative');
  if (other === undefined) return;
  l.w.write(' ');
  braces(l, field(other, 'body'));
}

function forLoop(l: Lowering, node: PyNode): void {
  const left = field(node, 'left');
  const right = field(node, 'right');
  if (left === undefined || right === undefined) return;
  notePattern(l, left, right);
  const names = targetNames(left);
  const ways = new Set(names.map(name => declares(l, name, node)));
  const how = ways.size === 1 ? ([...ways][0] ?? '') : '';
  const callee = right.kind === 'call' ? l.meaning(field(right, 'function') ?? right) : undefined;
  const given = right.kind === 'call' ? kids(field(right, 'arguments') ?? right) : [];
  if (left.kind === 'identifier' && (callee === 'range' || callee === 'itertools.count') && !given.some(one => one.kind === 'list_splat')) {
    const [from, to, step] = given.length === 1 && callee === 'range' ? [undefined, given[0], undefined] : given;
    const down = step !== undefined && l.of(step).startsWith('-');
    const end = callee === 'range' ? to : undefined;
    put(l, `for (${how === '' ? '' : 'let '}`, left, ' = ', from ?? '0', '; ');
    if (end !== undefined) put(l, left, down ? ' > ' : ' < ', end);
    put(l, '; ', left, ...(step === undefined || callee !== 'range' ? ['++'] : [' += ', step]), ') ');
  } else {
    if (how === '' && names.some(name => declares(l, name, node) !== '')) {
      const own = names.filter(name => declares(l, name, node) !== '');
      l.w.write(`let ${own.map(name => l.name(l.of(name))).join(', ')}; `);
    }
    put(l, `for ${has(node, 'async') ? 'await ' : ''}(`, how, () => target(l, left), ' of ', right, ') ');
  }
  braces(l, field(node, 'body'));
  otherwise(l, node);
}

function withBlock(l: Lowering, node: PyNode): void {
  const items = kids(node)
    .filter(child => child.kind === 'with_clause')
    .flatMap(clause => kids(clause));
  const suppressed = items.some(item => /(?:^|\.)suppress$/.test(l.meaning(field(field(item, 'value') ?? item, 'function') ?? item) ?? ''));
  l.w.write(suppressed ? 'try {' : '{');
  for (const item of items) {
    const value = field(item, 'value') ?? kids(item)[0];
    if (value === undefined) continue;
    const alias = value.kind === 'as_pattern' ? field(value, 'alias') : undefined;
    const subject = value.kind === 'as_pattern' ? kids(value)[0] : value;
    const name = alias === undefined ? undefined : (kids(alias)[0] ?? alias);
    if (subject === undefined) continue;
    const limit = deadline(l, subject);
    if (limit !== undefined)
      put(l, ' const __deadline = AbortSignal.timeout((', limit.time, limit.is === 'moment' ? FROM_NOW : ') * 1000);');
    if (limit !== undefined && name?.kind === 'identifier') put(l, ' ', declares(l, name, node), name, ' = __deadline;');
    if (limit !== undefined) continue;
    if (name === undefined) put(l, ' ', subject, ';');
    else if (name.kind === 'identifier') put(l, ' ', declares(l, name, node), name, ' = ', subject, ';');
    else put(l, ' ', targetNames(name).some(one => declares(l, one, node) !== '') ? 'const ' : '', name, ' = ', subject, ';');
  }
  const body = field(node, 'body');
  if (body !== undefined) block(l, body);
  l.w.write(suppressed ? ' } catch {}' : ' }');
}

/** What is left until a moment, in milliseconds. */
const FROM_NOW = ' - performance.now() / 1000) * 1000);';

/** `async with asyncio.timeout(seconds)`, and `asyncio.timeout_at(moment)`. */
function deadline(l: Lowering, node: PyNode): { readonly time: PyNode; readonly is: 'span' | 'moment' } | undefined {
  if (node.kind !== 'call') return undefined;
  const meaning = l.meaning(field(node, 'function') ?? node) ?? '';
  const [time] = kids(field(node, 'arguments') ?? node);
  if (time === undefined) return undefined;
  if (/^(?:asyncio|async_timeout)\.timeout_at$/.test(meaning)) return { time, is: 'moment' };
  return /^(?:asyncio\.timeout|async_timeout\.timeout|anyio\.(?:fail_after|move_on_after))$/.test(meaning)
    ? { time, is: 'span' }
    : undefined;
}

function raised(l: Lowering, node: PyNode): void {
  const [what] = kids(node);
  if (what === undefined) {
    l.w.write(`throw ${l.caught.at(-1) ?? 'new Error()'};`);
    return;
  }
  const isClass =
    (what.kind === 'identifier' || what.kind === 'attribute') && /(?:^|\.)_*[A-Z]\w*$/.test(l.of(what)) && !l.caught.includes(l.of(what));
  put(l, 'throw ', isClass ? 'new ' : '', what, isClass ? '();' : ';');
}

/** What runners of tests are told of all cases of a class. */
const ABOUT_CASES = /^@\s*(?:unittest\.)?(?:skip|skipIf|skipUnless|expectedFailure)\b|^@\s*(?:pytest\.)?mark\./;

function definition(l: Lowering, node: PyNode, decorators: readonly PyNode[]): void {
  const name = field(node, 'name');
  if (name === undefined) return;
  const own = l.name(l.of(name));
  const known = l.scope.names.get(l.of(name));
  const declared = known !== undefined && known.first === node && manner(known) === 'const';
  const prefix = isTopLevel(l) ? 'export ' : '';
  if (node.kind === 'class_definition') {
    if (declared || known === undefined) {
      writeDecorators(
        l,
        decorators.filter(one => ABOUT_CASES.test(l.of(one))),
      );
      writeClass(l, node, decorators, prefix);
    } else put(l, own, ' = ', () => writeClass(l, node, decorators, ''), ';');
    register(l, decorators, own);
    return;
  }
  // Inside a method the function must keep the method's `this`.
  const within = l.scope.kind === 'function' && usesSelf(l, node);
  const plain = within || !(declared || known === undefined);
  if (within) put(l, declared ? 'const ' : '', own, ' = ', () => writeFunction(l, node, { form: 'arrow' }), ';');
  else if (declared || known === undefined) {
    writeDecorators(l, decorators);
    writeFunction(l, node, { form: 'declaration', prefix, manages: manages(l, decorators) });
  } else put(l, own, ' = ', () => writeFunction(l, node, { form: 'expression', manages: manages(l, decorators) }), ';');
  register(l, decorators, own, plain);
}

function usesSelf(l: Lowering, node: PyNode): boolean {
  const stack = [node];
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (one.kind === 'identifier' && l.isSelf(l.of(one))) return true;
    stack.push(...one.children);
  }
  return false;
}
