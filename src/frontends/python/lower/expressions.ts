// Python's expressions in the words of the common tree.
import { field, fields, has, kids, type PyNode } from '../tree.ts';
import { call } from './calls.ts';
import { filled } from './formats.ts';
import { comprehension, lambda } from './inline.ts';
import type { Lowering } from './lowering.ts';
import { text } from './strings.ts';

/** Nested more deeply, an expression is only made to break us. */
const DEEPEST = 250;

/** A piece of lowered text: as it is, an expression, or whatever a function writes. */
export type Piece = string | PyNode | (() => void);

/** Expressions whose parts come apart where they stand beside an operator or before a member. */
export const LOOSE =
  /^(?:boolean_operator|binary_operator|comparison_operator|conditional_expression|named_expression|lambda|not_operator|unary_operator|yield|await)$/;
const BEFORE = /(?:[-+*/%&|^<>!~]|===|!==|\?\?|\bawait|\btypeof|\binstanceof|\bin)\s*$/;
const AFTER = /^\s*(?:[.[(?]|===|!==|[-+*/%&|^<>]|instanceof\b|in\b)/;

/** Writes pieces one after another, with brackets around expressions that would come apart. */
export function put(l: Lowering, ...pieces: readonly Piece[]): void {
  pieces.forEach((piece, i) => {
    if (typeof piece === 'string') l.w.write(piece);
    else if (typeof piece === 'function') piece();
    else if (!LOOSE.test(insideOf(piece).kind)) expression(l, piece);
    else {
      const before = pieces[i - 1];
      const after = pieces[i + 1];
      const apart =
        (typeof before === 'string' && BEFORE.test(before) && !/=>\s*$/.test(before)) || (typeof after === 'string' && AFTER.test(after));
      if (apart) l.w.write('(');
      expression(l, piece);
      if (apart) l.w.write(')');
    }
  });
}

/** What stands in brackets. */
export function insideOf(node: PyNode): PyNode {
  let inner = node;
  for (let next = kids(inner)[0]; inner.kind === 'parenthesized_expression' && next !== undefined; next = kids(inner)[0]) inner = next;
  return inner;
}

/** Writes a list of expressions with commas between them. */
export function list(l: Lowering, nodes: readonly PyNode[]): void {
  nodes.forEach((node, i) => {
    if (i > 0) l.w.write(', ');
    expression(l, node);
  });
}

/** Writes one expression. */
export function expression(l: Lowering, node: PyNode): void {
  l.w.mark(node.from);
  if (l.depth >= DEEPEST) l.w.write('undefined');
  else {
    l.depth++;
    try {
      one(l, node);
    } finally {
      l.depth--;
    }
  }
  l.w.mark(node.to);
}

const BINARY: Readonly<Record<string, string>> = {
  '+': '+',
  '-': '-',
  '*': '*',
  '/': '/',
  '**': '**',
  '&': '&',
  '^': '^',
  '<<': '<<',
  '>>': '>>',
  '@': '*',
};
const COMPARES: Readonly<Record<string, string>> = {
  '==': '===',
  '!=': '!==',
  '<>': '!==',
  is: '===',
  'is not': '!==',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
};

function one(l: Lowering, node: PyNode): void {
  switch (node.kind) {
    case 'identifier':
      identifier(l, node);
      return;
    case 'true':
      l.w.write('true');
      return;
    case 'false':
      l.w.write('false');
      return;
    case 'none':
    case 'ellipsis':
      l.w.write('null');
      return;
    case 'integer':
    case 'float':
      number(l, node);
      return;
    case 'string':
    case 'concatenated_string':
      text(l, node);
      return;
    case 'attribute':
      attribute(l, node);
      return;
    case 'subscript':
      subscript(l, node);
      return;
    case 'call':
      call(l, node);
      return;
    case 'await':
      put(l, 'await ', operand(node));
      return;
    case 'parenthesized_expression':
      // Brackets stand where the common tree needs them, and nowhere else.
      expression(l, insideOf(node));
      return;
    case 'list':
    case 'tuple':
    case 'expression_list':
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
      l.w.write('[');
      list(l, kids(node));
      l.w.write(']');
      return;
    case 'set':
      l.w.write('new Set([');
      list(l, kids(node));
      l.w.write('])');
      return;
    case 'list_splat':
    case 'list_splat_pattern':
      put(l, '...', operand(node));
      return;
    case 'dictionary':
      dictionary(l, node);
      return;
    case 'list_comprehension':
    case 'generator_expression':
      comprehension(l, node);
      return;
    case 'set_comprehension':
      put(l, 'new Set(', () => comprehension(l, node), ')');
      return;
    case 'dictionary_comprehension':
      put(l, 'Object.fromEntries(', () => comprehension(l, node), ')');
      return;
    case 'pair':
      put(l, '[', field(node, 'key') ?? '', ', ', field(node, 'value') ?? '', ']');
      return;
    case 'binary_operator':
      binary(l, node);
      return;
    case 'unary_operator':
      put(l, node.children[0]?.kind ?? '-', field(node, 'argument') ?? '0');
      return;
    case 'not_operator':
      put(l, '!', field(node, 'argument') ?? 'true');
      return;
    case 'boolean_operator':
      put(l, field(node, 'left') ?? '', has(node, 'and') ? ' && ' : ' || ', field(node, 'right') ?? '');
      return;
    case 'comparison_operator':
      comparison(l, node);
      return;
    case 'conditional_expression': {
      const [value, condition, otherwise] = kids(node);
      put(l, condition ?? 'true', ' ? ', value ?? 'null', ' : ', otherwise ?? 'null');
      return;
    }
    case 'named_expression':
      put(l, '(', field(node, 'name') ?? '_', ' = ', field(node, 'value') ?? 'null', ')');
      return;
    case 'lambda':
      lambda(l, node);
      return;
    case 'yield':
      put(l, has(node, 'from') ? '(yield* ' : '(yield ', kids(node)[0] ?? 'null', ')');
      return;
    case 'as_pattern':
      put(l, kids(node)[0] ?? 'undefined');
      return;
    case 'format_expression':
      put(l, field(node, 'expression') ?? 'undefined');
      return;
    case 'slice':
      l.w.write('undefined');
      return;
    case 'keyword_argument':
      put(l, field(node, 'value') ?? 'undefined');
      return;
    case 'type':
      put(l, operand(node));
      return;
    default:
      // What the parser could not read says nothing.
      l.w.write('undefined');
      return;
  }
}

function operand(node: PyNode): Piece {
  return kids(node)[0] ?? 'undefined';
}

function identifier(l: Lowering, node: PyNode): void {
  const name = l.of(node);
  if (l.isSelf(name)) l.w.write('this');
  else if (name === '__name__') l.w.write('import.meta.url');
  else l.w.write(l.name(name));
}

function number(l: Lowering, node: PyNode): void {
  const said = l.of(node).replace(/[jJlL]$/, '');
  l.w.write(/^0[0-9_]+$/.test(said) ? said.replace(/^0+(?=\d)/, '') : said);
}

const VALUES: Readonly<Record<string, string>> = {
  'os.environ': 'process.env',
  'sys.argv': 'process.argv',
  'sys.stdout': 'process.stdout',
  'sys.stderr': 'process.stderr',
  'sys.stdin': 'process.stdin',
  'math.inf': 'Infinity',
};

function attribute(l: Lowering, node: PyNode): void {
  const meaning = l.meaning(node);
  if (meaning !== undefined && Object.hasOwn(VALUES, meaning)) {
    l.w.write(VALUES[meaning] ?? '');
    return;
  }
  const object = field(node, 'object');
  const name = field(node, 'attribute');
  if (object === undefined || name === undefined) {
    l.w.write('undefined');
    return;
  }
  const alias = l.aliases.get(l.of(node).replace(/\s+/g, ''));
  if (alias !== undefined) {
    l.w.write(alias);
    return;
  }
  put(l, object, '.');
  l.w.mark(name.from);
  l.w.write(l.of(name));
}

/** `-1` as a number, for positions from the end. */
function fromEnd(l: Lowering, node: PyNode): boolean {
  return node.kind === 'unary_operator' && /^-\d+$/.test(l.of(node));
}

function subscript(l: Lowering, node: PyNode): void {
  const value = field(node, 'value');
  const keys = fields(node, 'subscript');
  const key = keys[0];
  if (value === undefined || key === undefined) {
    l.w.write('undefined');
    return;
  }
  const of = insideOf(value);
  const apart = LOOSE.test(of.kind);
  put(l, apart ? '(' : '', of, apart ? ')' : '');
  if (key.kind === 'slice') {
    const colon = key.children.findIndex(child => child.kind === ':');
    const from = key.children.slice(0, colon).find(child => child.named);
    const rest = key.children.slice(colon + 1);
    const second = rest.findIndex(child => child.kind === ':');
    const to = (second < 0 ? rest : rest.slice(0, second)).find(child => child.named);
    put(l, '.slice(', from ?? '0', ...(to === undefined ? [] : [', ', to]), ')');
    return;
  }
  if (fromEnd(l, key)) {
    put(l, '.at(', key, ')');
    return;
  }
  put(l, '[', key, ']');
}

function dictionary(l: Lowering, node: PyNode): void {
  l.w.write('{');
  kids(node).forEach((entry, i) => {
    l.w.write(i > 0 ? ', ' : ' ');
    l.w.mark(entry.from);
    if (entry.kind === 'dictionary_splat') {
      put(l, '...', operand(entry));
      return;
    }
    const key = field(entry, 'key');
    const value = field(entry, 'value');
    if (key === undefined || value === undefined) {
      l.w.write('_: undefined');
      return;
    }
    if (key.kind === 'string' && !key.children.some(child => child.kind === 'interpolation')) expression(l, key);
    else if (key.kind === 'integer') expression(l, key);
    else put(l, '[', key, ']');
    put(l, ': ', value);
  });
  l.w.write(' }');
}

/** A target of an assignment, a loop or a lambda. */
export function target(l: Lowering, node: PyNode): void {
  if (node.kind === 'subscript') {
    const value = field(node, 'value');
    const key = fields(node, 'subscript')[0];
    l.w.mark(node.from);
    // `list[:] = others`: all of it is something else from now on.
    if (key?.kind === 'slice' && kids(key).length === 0 && value !== undefined) put(l, value);
    else put(l, value ?? '_', '[', key === undefined || key.kind === 'slice' ? '0' : key, ']');
    return;
  }
  expression(l, node);
}

function binary(l: Lowering, node: PyNode): void {
  const left = field(node, 'left') ?? 'undefined';
  const right = field(node, 'right') ?? 'undefined';
  const operator = field(node, 'operator')?.kind ?? '+';
  if (operator === '//') {
    put(l, 'Math.floor(', left, ' / ', right, ')');
    return;
  }
  if (operator === '|' && typeof left !== 'string' && typeof right !== 'string') {
    // Chains are built with it; sets, flags and numbers are joined with it.
    const chained = [left, right].every(side =>
      /^(?:identifier|call|attribute|binary_operator|parenthesized_expression|dictionary|lambda)$/.test(side.kind),
    );
    // What begins with a dictionary is a chain of what follows it.
    if (chained && left.kind === 'dictionary' && right.kind !== 'dictionary') put(l, right, '.pipe(', left, ')');
    else if (chained && !/^re\./.test(l.meaning(left) ?? '')) put(l, left, '.pipe(', right, ')');
    else put(l, left, ' | ', right);
    return;
  }
  // `"%s" % value` puts a value into a text.
  if (
    operator === '%' &&
    typeof left !== 'string' &&
    typeof right !== 'string' &&
    filled(l, left, /%[sdr]/, right.kind === 'tuple' ? kids(right) : [right])
  )
    return;
  if (operator === '%') {
    put(l, left, typeof left !== 'string' && /string$/.test(left.kind) ? ' + ' : ' % ', right);
    return;
  }
  put(l, left, ` ${BINARY[operator] ?? '+'} `, right);
}

function comparison(l: Lowering, node: PyNode): void {
  const operands = kids(node).filter(child => child.field !== 'operators');
  const operators = node.children.filter(child => child.field === 'operators').map(child => child.kind);
  // `not in` and `is not` may come as two tokens.
  const words: string[] = [];
  for (const word of operators) {
    if ((word === 'in' && words.at(-1) === 'not') || (word === 'not' && words.at(-1) === 'is')) words.push(`${words.pop()} ${word}`);
    else words.push(word);
  }
  words.forEach((word, i) => {
    const left = operands[i] ?? 'undefined';
    const right = operands[i + 1] ?? 'undefined';
    if (i > 0) l.w.write(' && ');
    if (word === 'in' || word === 'not in') {
      put(l, word === 'in' ? '' : '!(');
      inside(l, left, right);
      put(l, word === 'in' ? '' : ')');
    } else put(l, left, ` ${COMPARES[word] ?? '==='} `, right);
  });
}

function inside(l: Lowering, left: Piece, right: Piece): void {
  const kind = typeof right === 'object' ? right.kind : '';
  if (kind === 'set') put(l, right, '.has(', left, ')');
  else if (kind === 'list' || kind === 'tuple' || kind === 'string' || kind === 'call') put(l, right, '.includes(', left, ')');
  else if (typeof left === 'object' && left.kind === 'string') put(l, right, '.includes(', left, ')');
  else put(l, left, ' in ', right);
}
