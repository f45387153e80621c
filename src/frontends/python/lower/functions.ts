// Python's functions and classes in the common tree. `self` becomes `this`; a class that only lists its fields gets the constructor
// that `dataclass`, pydantic and their like write for it.
import { dotted, field, has, kids, type PyNode } from '../tree.ts';
import { decorator } from './calls.ts';
import { expression, put } from './expressions.ts';
import { FIELD_BASES, type Field, fieldsOf } from './fields.ts';
import { filledIn } from './fixtures.ts';
import type { Lowering } from './lowering.ts';
import { parameterName, parametersOf, scopeOf } from './names.ts';
import { FROM_REQUEST, writeCheck, writeSchema } from './schema.ts';
import { block, hoisted } from './statements.ts';
import { typeText } from './types.ts';

/** Decorators that change nothing about who calls the function. */
const SILENT =
  /^(?:functools|typing|typing_extensions|abc|contextlib|dataclasses|tenacity|backoff|stamina|retry|retrying|pytest|unittest|mock|override|overload|property|staticmethod|classmethod|cached_property|numba|numpy|torch|beartype|pydantic|attr|attrs|deprecated|warnings)(?:\.|$)/;

export type Form = 'declaration' | 'expression' | 'method' | 'arrow';

/** Does a function's own body hold a `yield`? */
function yields(body: PyNode): boolean {
  const stack = [...body.children];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'yield') return true;
    if (node.kind === 'function_definition' || node.kind === 'lambda' || node.kind === 'class_definition') continue;
    stack.push(...node.children.filter(child => child.named));
  }
  return false;
}

interface Shape {
  readonly form: Form;
  /** The name to write, where it is another than the function's own. */
  readonly name?: string;
  /** Does the first parameter stand for `this`? */
  readonly bound?: boolean;
  readonly prefix?: string;
  /** Is it what `with` runs? What it yields is then what `with` is given. */
  readonly manages?: boolean;
}

const MANAGERS = /^(?:contextlib\.)(?:async)?contextmanager$/;

/** Do decorators make a generator a context manager? */
export function manages(l: Lowering, decorators: readonly PyNode[]): boolean {
  return decorators.some(one => MANAGERS.test(l.meaning(kids(one)[0] ?? one) ?? ''));
}

/** Writes a function: its head, its parameters and its body. */
export function writeFunction(
  l: Lowering,
  node: PyNode,
  { form, name, bound = false, prefix = '', manages: managing = false }: Shape,
): void {
  const body = field(node, 'body');
  const parameters = parametersOf(node);
  const own = field(node, 'name');
  const names = parameters.flatMap(parameter => parameterName(l.text, parameter) ?? []);
  const isAsync = has(node, 'async');
  const hands = managing || l.fixtures?.nodes.has(node.from) === true;
  const filled = filledIn(l, node);
  const star = body !== undefined && !hands && yields(body) && form !== 'arrow' ? '*' : '';
  const written = name ?? (own === undefined ? '_' : l.name(l.of(own)));
  const head = isAsync ? 'async ' : '';
  l.w.mark(own?.from ?? node.from);
  if (form === 'method') l.w.write(`${prefix}${written === 'constructor' || /^[gs]et /.test(written) ? '' : `${head}${star}`}${written}`);
  else if (form === 'arrow') l.w.write(`${prefix}${head}`);
  else l.w.write(`${prefix}${head}function${star} ${written}`);
  const outer = l.scope;
  const taken = bound && parameters[0]?.kind !== 'list_splat_pattern' ? names[0] : undefined;
  if (body !== undefined) l.scope = scopeOf(l.text, 'function', body, outer, names, taken);
  l.w.write('(');
  const open = taken === undefined ? parameters : parameters.slice(1);
  writeParameters(l, filled.size === 0 ? open : open.filter(one => !filled.has(parameterName(l.text, one) ?? '')), outer);
  l.w.write(')');
  const returns = field(node, 'return_type');
  if (returns !== undefined && !hands && written !== 'constructor' && !written.startsWith('set ')) {
    const type = typeText(l, returns);
    l.w.write(`: ${isAsync && star === '' ? `Promise<${type}>` : type}`);
  }
  l.w.write(form === 'arrow' ? ' => {' : ' {');
  for (const [parameter, maker] of filled) {
    if (maker !== '') l.w.write(` let ${l.name(parameter)} = ${maker}();`);
    else writeChoice(l, parameter, l.fixtures?.params.get(node.from));
  }
  for (const one of open) {
    const parameter = parameterName(l.text, one);
    if (parameter !== undefined) writeCheck(l, parameter, field(one, 'type'), field(one, 'value'));
  }
  const caught = l.caught.splice(0);
  const around = l.hands;
  l.hands = hands;
  if (body !== undefined) {
    hoisted(l);
    block(l, body);
  }
  l.hands = around;
  l.caught.push(...caught);
  l.scope = outer;
  l.w.write(' }');
}

/** `params=[A, B]` of a fixture: `request.param` is one of them. */
function writeChoice(l: Lowering, name: string, list: PyNode | undefined): void {
  const rows = list === undefined ? [] : kids(list).slice(0, 8);
  l.w.write(` let ${l.name(name)} = { param: `);
  rows.forEach((row, i) => {
    put(l, i < rows.length - 1 ? 'globalThis.chosen ? ' : '', row, i < rows.length - 1 ? ' : ' : '');
  });
  l.w.write(rows.length === 0 ? 'null };' : ' };');
}

function writeParameters(l: Lowering, parameters: readonly PyNode[], outer: Lowering['scope']): void {
  let written = 0;
  for (const parameter of parameters) {
    const name = parameterName(l.text, parameter);
    if (name === undefined || parameter.kind === 'keyword_separator' || parameter.kind === 'positional_separator') continue;
    const inner = parameter.kind === 'typed_parameter' ? kids(parameter)[0] : parameter;
    if (written++ > 0) l.w.write(', ');
    l.w.mark(parameter.from);
    if (inner?.kind === 'list_splat_pattern') l.w.write('...');
    if (inner?.kind === 'dictionary_splat_pattern') l.collects.push(l.w.length);
    l.w.write(l.name(name));
    const type = field(parameter, 'type');
    if (type !== undefined && inner?.kind !== 'list_splat_pattern' && inner?.kind !== 'dictionary_splat_pattern')
      l.w.write(`: ${typeText(l, type)}`);
    const scope = l.scope;
    l.scope = outer;
    const given = field(parameter, 'value') ?? injected(l, type);
    if (given !== undefined) writeDefault(l, given);
    l.scope = scope;
  }
}

/** What a framework takes from a function that it calls for each request. */
const DEPENDS = /(?:^|\.)(?:Depends|Security)$/;

function writeDefault(l: Lowering, given: PyNode): void {
  if (given.kind === 'call') {
    const meaning = l.meaning(field(given, 'function') ?? given) ?? '';
    if (DEPENDS.test(meaning)) {
      const maker = kids(field(given, 'arguments') ?? given)[0];
      if (maker === undefined || maker.kind === 'keyword_argument') return;
      put(l, ' = ', maker, '()');
      return;
    }
    if (FROM_REQUEST.test(meaning)) return;
  }
  put(l, ' = ', given);
}

/** `Annotated[T, Depends(make)]`. */
function injected(l: Lowering, type: PyNode | undefined): PyNode | undefined {
  if (type === undefined || !l.of(type).startsWith('Annotated[')) return undefined;
  const stack = [type];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'call' && DEPENDS.test(l.of(field(node, 'function') ?? node))) return node;
    stack.push(...kids(node));
  }
  return undefined;
}

/** Writes the decorators of a definition as decorators. */
export function writeDecorators(l: Lowering, decorators: readonly PyNode[]): void {
  for (const node of decorators) {
    const inner = kids(node)[0];
    if (inner === undefined) continue;
    l.w.write('@(');
    expression(l, inner);
    l.w.write(') ');
  }
}

/** Decorators that make a tool of a function, which is lost where the function is no declaration. */
const TOOLISH = /(?:^|\.)(?:tool|function_tool|beta_tool|beta_async_tool|kernel_function)$/;

/**
 * Writes the calls by which decorators hand a function to somebody who may call it: `@app.post("/chat")`, `@server.tool()`.
 * @param plain the function stands without its decorators
 */
export function register(l: Lowering, decorators: readonly PyNode[], name: string, plain = false): void {
  for (const node of decorators) {
    const inner = kids(node)[0];
    if (inner === undefined) continue;
    const callee = inner.kind === 'call' ? field(inner, 'function') : inner;
    const meaning = callee === undefined ? undefined : l.meaning(callee);
    const lost = plain && callee?.kind === 'identifier' && meaning !== undefined && TOOLISH.test(meaning);
    if (callee === undefined || (!lost && (callee.kind !== 'attribute' || dotted(l.text, callee) === undefined))) continue;
    if ((meaning !== undefined && SILENT.test(meaning)) || /\.(?:setter|getter|deleter|register)$/.test(l.of(callee))) continue;
    l.w.write(' ');
    decorator(l, inner, name);
    l.w.write(';');
  }
}

/** Writes a class. */
export function writeClass(l: Lowering, node: PyNode, decorators: readonly PyNode[], prefix: string, named = true): void {
  const name = field(node, 'name');
  const body = field(node, 'body');
  const bases = kids(field(node, 'superclasses') ?? { ...node, children: [] }).filter(
    base => base.kind !== 'keyword_argument' && base.kind !== 'list_splat',
  );
  const base = bases.find(one => !/^(?:ABC|object|Generic|Protocol|Enum|str)\b/.test(l.of(one))) ?? bases[0];
  l.w.mark(node.from);
  l.w.write(`${prefix}class ${name === undefined || !named ? '' : l.name(l.of(name))}`);
  if (base !== undefined && l.of(base) !== 'object') put(l, ' extends ', base.kind === 'subscript' ? (field(base, 'value') ?? base) : base);
  l.w.write(' {');
  if (body !== undefined) {
    const outer = l.scope;
    l.scope = scopeOf(l.text, 'class', body, outer);
    l.classes.push(name === undefined ? '' : l.of(name));
    members(l, body);
    l.classes.pop();
    const own = fieldsOf(l.text, body);
    const decorated = decorators.some(one => /dataclass|\bdefine\b|attr\.s|\bfrozen\b|mutable/.test(l.of(one)));
    const listed = decorated || bases.some(one => FIELD_BASES.test(l.of(one)));
    if (listed && own.length > 0 && !kids(body).some(member => /^(?:async )?def __init__\b/.test(l.of(member))))
      fieldConstructor(l, own, base !== undefined, bases);
    if (listed && !decorated && own.length > 0) writeSchema(l, body, own, bases);
    l.scope = outer;
  }
  l.w.write(' }');
}

/** The constructor that takes the fields in their order. Settings that nobody gives come from the environment. */
function fieldConstructor(l: Lowering, own: readonly Field[], derived: boolean, bases: readonly PyNode[]): void {
  const settings = bases.some(base => /Settings$/.test(l.of(base)));
  l.w.write(' constructor(');
  own.forEach((one, i) => {
    put(l, i > 0 ? ', ' : '', l.name(one.name), one.type === undefined ? '' : `: ${typeText(l, one.type)}`);
    if (settings) put(l, ` = (process.env["${one.name.toUpperCase()}"]`, ...(one.value === undefined ? [] : [' ?? ', one.value]), ')');
    else if (one.value !== undefined) put(l, ' = ', one.value);
  });
  put(l, ') {', derived ? ' super();' : '', ...own.map(one => ` this.${one.name} = ${l.name(one.name)};`), ' }');
}

function members(l: Lowering, body: PyNode): void {
  for (const statement of kids(body)) {
    l.w.toLine(statement.row);
    l.w.write(' ');
    const decorated = statement.kind === 'decorated_definition';
    const definition = decorated ? field(statement, 'definition') : statement;
    const decorators = decorated ? kids(statement).filter(child => child.kind === 'decorator') : [];
    if (definition?.kind === 'function_definition') method(l, definition, decorators);
    else if (definition?.kind === 'class_definition') {
      const name = field(definition, 'name');
      put(l, `static ${name === undefined ? '_' : l.name(l.of(name))} = `, () => writeClass(l, definition, decorators, ''), ';');
    } else if (definition?.kind === 'expression_statement') classField(l, kids(definition)[0]);
  }
}

function classField(l: Lowering, assignment: PyNode | undefined): void {
  const left = assignment?.kind === 'assignment' ? field(assignment, 'left') : undefined;
  if (assignment === undefined || left?.kind !== 'identifier') return;
  const right = field(assignment, 'right');
  const type = field(assignment, 'type');
  const head = `${l.name(l.of(left))}${type === undefined ? '' : `: ${typeText(l, type)}`}`;
  l.w.mark(left.from);
  if (right === undefined) l.w.write(`${head};`);
  else put(l, `static ${head} = `, right, `; ${head} = `, right, ';');
}

function method(l: Lowering, node: PyNode, decorators: readonly PyNode[]): void {
  const name = l.of(field(node, 'name') ?? node);
  const said = decorators.map(one => l.of(one).slice(1).trim());
  const isStatic = said.includes('staticmethod') || said.includes('classmethod') || name === '__new__';
  const getter = said.some(one => /^(?:property|cached_property|functools\.cached_property|computed_field\b.*|hybrid_property)$/.test(one));
  const setter = said.some(one => one.endsWith('.setter'));
  const rest = decorators.filter(
    one =>
      !/^@\s*(?:staticmethod|classmethod|property|cached_property|[\w.]+\.setter|abstractmethod|abc\.abstractmethod|override|overload)\s*$/.test(
        l.of(one),
      ),
  );
  writeDecorators(l, rest);
  // `@tool def search(query)` in a class: the decorator calls it as it is, and its first parameter is no `self`.
  const [first] = parametersOf(node);
  const alone =
    first !== undefined && rest.length > 0 && !/^(?:_*(?:self|cls|klass|mcs|this)|_+)$/.test(parameterName(l.text, first) ?? '');
  const written = name === '__init__' ? 'constructor' : getter ? `get ${name}` : setter ? `set ${name}` : name;
  writeFunction(l, node, {
    form: 'method',
    name: written,
    bound: !alone && !said.includes('staticmethod'),
    manages: manages(l, decorators),
    prefix: isStatic || alone ? 'static ' : '',
  });
}
