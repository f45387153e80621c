// Functions of Python and its standard library that have a twin in the common tree.
// An entry answers false where the twin would say something else than the call.
import { field, type PyNode } from '../tree.ts';
import { type Args, writeArgs } from './calls.ts';
import { type Piece, put } from './expressions.ts';
import { comprehension, firstOf } from './inline.ts';
import type { Lowering } from './lowering.ts';
import { PLATFORM } from './platform.ts';
import { regex } from './regex.ts';
import { plainText } from './strings.ts';
import { typeText } from './types.ts';

/** Writes a call in the words of the common tree, or answers false. */
export type Lower = (l: Lowering, args: Args, node: PyNode) => boolean;

/** A call of the twin with the positional arguments in their order. */
const same =
  (name: string, most = 9): Lower =>
  (l, { positional }) => {
    put(l, `${name}(`, ...positional.slice(0, most).flatMap((node, i): Piece[] => (i === 0 ? [node] : [', ', node])), ')');
    return true;
  };

/** The argument at a position, or with a name. */
export const argument = ({ positional, keywords }: Args, index: number, name: string): PyNode | undefined =>
  positional[index] ?? keywords.get(name);

const first: Lower = (l, args) => {
  const [value] = args.positional;
  if (value === undefined) return false;
  put(l, '(', value, ')');
  return true;
};

const environment: Lower = (l, { positional }) => {
  const [name, fallback] = positional;
  if (name === undefined) return false;
  // What may be missing, unlike `os.environ["X"]`, which raises.
  if (fallback === undefined) put(l, 'process.env?.[', name, ']');
  else put(l, '(process.env[', name, '] ?? ', fallback, ')');
  return true;
};

/** `sleep(seconds)` is a promise that a timer keeps. */
const sleep: Lower = (l, args) => {
  const seconds = argument(args, 0, 'delay') ?? args.keywords.get('secs');
  // A product would look like a wait that grows.
  const fixed = seconds !== undefined && /^[\d.]+$/.test(l.of(seconds)) ? String(Number(l.of(seconds)) * 1000) : undefined;
  put(l, 'new Promise(resolve => setTimeout(resolve, ', fixed ?? seconds ?? '0', '))');
  return true;
};

const waitFor: Lower = (l, args) => {
  const work = argument(args, 0, 'fut');
  const seconds = argument(args, 1, 'timeout');
  if (work === undefined) return false;
  if (seconds === undefined || seconds.kind === 'none') put(l, work);
  else
    put(
      l,
      'Promise.race([',
      work,
      ', new Promise((_, reject) => setTimeout(() => reject(new Error("timeout")), (',
      seconds,
      ') * 1000))])',
    );
  return true;
};

const gather =
  (name: string): Lower =>
  (l, { positional, keywords }) => {
    const settled = keywords.get('return_exceptions')?.kind === 'true';
    const [only] = positional;
    if (positional.length === 1 && only?.kind === 'list_splat')
      put(l, `Promise.${settled ? 'allSettled' : name}(`, only.children.at(-1) ?? '[]', ')');
    else
      put(
        l,
        `Promise.${settled ? 'allSettled' : name}([`,
        ...positional.flatMap((node, i): Piece[] => (i === 0 ? [node] : [', ', node])),
        '])',
      );
    return true;
  };

export const print: Lower = (l, { positional, keywords }) => {
  const file = keywords.get('file');
  const stream = file !== undefined && /stderr/.test(l.of(file)) ? 'console.error(' : 'console.log(';
  if (file !== undefined && !/std(?:err|out)/.test(l.of(file))) return false;
  // What does not end its line is no line of a log: a part of a text that is shown while it comes.
  const end = keywords.get('end');
  if (end?.kind === 'string' && positional.length === 1 && !/[\n\r]|\\[nr]/.test(l.of(end))) {
    put(l, `process.${stream.includes('error') ? 'stderr' : 'stdout'}.write(`, positional[0] ?? '', ')');
    return true;
  }
  put(l, stream, ...positional.flatMap((node, i): Piece[] => (i === 0 ? [node] : [', ', node])), ')');
  return true;
};

/** Options of the function that runs another one elsewhere, which are not handed on. */
const OF_THE_RUN = new Set(['cancellable', 'abandon_on_cancel', 'limiter']);

/** Runs a function elsewhere and waits: `to_thread(f, a, b=c)` is `f(a, b=c)`. */
const handOn =
  (skip: number): Lower =>
  (l, { positional, keywords, spread }) => {
    const [fn, ...rest] = positional.slice(skip);
    if (fn === undefined) return false;
    const given = new Map([...keywords].filter(([name]) => !OF_THE_RUN.has(name)));
    put(l, fn, '(');
    writeArgs(l, { positional: rest, keywords: given, spread });
    l.w.write(')');
    return true;
  };

/** A number between two others, so that what it is a factor or a part of keeps its size. */
const between: Lower = (l, { positional }) => {
  const [from, to] = positional;
  if (from === undefined || to === undefined) return false;
  put(l, '(', from, ' + ((', to, ') - (', from, ')) * Math.random())');
  return true;
};

const reduced: Lower = (l, { positional }) => {
  const [values] = positional;
  if (values === undefined) return false;
  put(l, values, '.reduce((a, b) => a + b, 0)');
  return true;
};

/** `any(f(x) for x in xs)` is `xs.some(x => f(x))`. */
const quantified =
  (name: 'some' | 'every'): Lower =>
  (l, { positional }) => {
    const [values] = positional;
    if (values === undefined) return false;
    if (values.kind === 'generator_expression' || values.kind === 'list_comprehension') comprehension(l, values, name);
    else put(l, values, `.${name}(Boolean)`);
    return true;
  };

const getAttribute: Lower = (l, { positional }) => {
  const [object, name, fallback] = positional;
  if (object === undefined || name === undefined) return false;
  put(l, fallback === undefined ? '' : '(', object, '[', name, ']', ...(fallback === undefined ? [] : [' ?? ', fallback, ')']));
  return true;
};

const range: Lower = (l, { positional }) => {
  const to = positional.length > 1 ? positional[1] : positional[0];
  if (to === undefined) return false;
  put(l, 'Array.from({ length: ', to, ' })');
  return true;
};

const instance: Lower = (l, { positional }) => {
  const [value, kinds] = positional;
  if (value === undefined || kinds === undefined) return false;
  const all = kinds.kind === 'tuple' ? kinds.children.filter(child => child.named) : [kinds];
  put(l, '(', ...all.flatMap((kind, i): Piece[] => [i > 0 ? ' || ' : '', ...isA(l, value, kind)]), ')');
  return true;
};

const PRIMITIVES: Readonly<Record<string, string>> = { str: 'string', int: 'number', float: 'number', bool: 'boolean' };

function isA(l: Lowering, value: PyNode, kind: PyNode): Piece[] {
  const name = l.meaning(kind) ?? '';
  const plain = Object.hasOwn(PRIMITIVES, name) ? PRIMITIVES[name] : undefined;
  if (plain !== undefined) return ['typeof ', value, ` === "${plain}"`];
  if (name === 'list' || name === 'tuple') return ['Array.isArray(', value, ')'];
  if (name === 'dict') return ['typeof ', value, ' === "object"'];
  return [value, ' instanceof ', kind];
}

const made =
  (empty: string, around: readonly [string, string]): Lower =>
  (l, { positional, keywords, spread }) => {
    const [value] = positional;
    if (keywords.size + spread.length > 0) return false;
    if (value === undefined) l.w.write(empty);
    else put(l, around[0], value, around[1]);
    return true;
  };

const dictionary: Lower = (l, { positional, keywords, spread }) => {
  const [value] = positional;
  l.w.write('{');
  let written = false;
  const comma = (): void => {
    l.w.write(written ? ', ' : ' ');
    written = true;
  };
  for (const node of [...(value === undefined ? [] : [value]), ...spread]) {
    comma();
    put(l, '...', node);
  }
  for (const [name, given] of keywords) {
    comma();
    put(l, `${name}: `, given);
  }
  l.w.write(' }');
  return true;
};

/** The value that a field of a class has when nobody gives one. */
const fieldDefault: Lower = (l, args) => {
  const value = args.keywords.get('default') ?? args.positional[0];
  const factory = args.keywords.get('default_factory');
  if (value !== undefined && value.kind !== 'ellipsis') put(l, value);
  else if (factory === undefined) l.w.write('undefined');
  else if (factory.kind === 'lambda') put(l, field(factory, 'body') ?? 'undefined');
  else if (/^(?:list|dict|set)$/.test(l.of(factory)))
    l.w.write(l.of(factory) === 'list' ? '[]' : l.of(factory) === 'dict' ? '{}' : 'new Set()');
  else put(l, /^[A-Z]/.test(l.of(factory)) ? 'new ' : '', factory, '()');
  return true;
};

const fixed =
  (text: string): Lower =>
  l => {
    l.w.write(text);
    return true;
  };

/** `partial(f, a)` is `f.bind(null, a)`; with keywords it is a function that adds them. */
const partial: Lower = (l, { positional, keywords, spread }) => {
  const [fn, ...rest] = positional;
  if (fn === undefined) return false;
  if (keywords.size + spread.length === 0) {
    put(l, fn, '.bind(null', ...rest.flatMap((node): Piece[] => [', ', node]), ')');
    return true;
  }
  put(l, '((...more) => ', fn, '(', ...rest.flatMap((node): Piece[] => [node, ', ']), '...more, ');
  writeArgs(l, { positional: [], keywords, spread });
  l.w.write('))');
  return true;
};

const mapped =
  (method: string): Lower =>
  (l, { positional }) => {
    const [fn, values] = positional;
    if (fn === undefined || values === undefined || positional.length > 2) return false;
    put(l, values, `.${method}(`, fn, ')');
    return true;
  };

/** Functions by their dotted name. */
export const BUILTINS: Readonly<Record<string, Lower>> = {
  print,
  // What prints for a person on a terminal, in colours or not.
  'rich.print': print,
  'click.echo': print,
  'click.secho': print,
  'typer.echo': print,
  'typer.secho': print,
  len: (l, { positional }) => {
    const [value] = positional;
    if (value === undefined) return false;
    put(l, value, '.length');
    return true;
  },
  str: made('""', ['String(', ')']),
  // The comma tells `int`, which takes the fraction away, from `float`.
  int: made('0', ['Number(', ',)']),
  float: (l, { positional }) => {
    const [value] = positional;
    if (value?.kind === 'string' && /inf/i.test(plainText(l, value))) l.w.write('Infinity');
    else put(l, 'Number(', value ?? '0', ')');
    return true;
  },
  bool: made('false', ['Boolean(', ')']),
  list: made('[]', ['[...', ']']),
  tuple: made('[]', ['[...', ']']),
  set: made('new Set()', ['new Set(', ')']),
  frozenset: made('new Set()', ['new Set(', ')']),
  dict: dictionary,
  sum: reduced,
  any: quantified('some'),
  all: quantified('every'),
  min: same('Math.min'),
  max: same('Math.max'),
  abs: same('Math.abs', 1),
  round: same('Math.round', 2),
  sorted: made('[]', ['[...', '].sort()']),
  reversed: made('[]', ['[...', '].reverse()']),
  enumerate: (l, { positional }) => {
    const [values] = positional;
    if (values === undefined) return false;
    put(l, values, '.entries()');
    return true;
  },
  range,
  map: mapped('map'),
  filter: mapped('filter'),
  isinstance: instance,
  issubclass: instance,
  hasattr: (l, { positional }) => {
    const [object, name] = positional;
    if (object === undefined || name === undefined) return false;
    put(l, '(', name, ' in ', object, ')');
    return true;
  },
  getattr: getAttribute,
  callable: made('false', ['(typeof ', ' === "function")']),
  eval: same('eval', 1),
  exec: same('eval', 1),
  input: same('prompt'),
  'os.getenv': environment,
  'os.environ.get': environment,
  'urllib.parse.urljoin': (l, { positional: [base, path], keywords }) => {
    if (base === undefined || path === undefined || keywords.size > 0) return false;
    put(l, 'new URL(', path, ', ', base, ').href');
    return true;
  },
  'json.loads': same('JSON.parse', 1),
  'json.load': same('JSON.parse', 1),
  'json.dumps': same('JSON.stringify', 1),
  'orjson.loads': same('JSON.parse', 1),
  'orjson.dumps': same('JSON.stringify', 1),
  'ujson.loads': same('JSON.parse', 1),
  'ujson.dumps': same('JSON.stringify', 1),
  'sys.exit': same('process.exit', 1),
  exit: same('process.exit', 1),
  quit: same('process.exit', 1),
  'os._exit': same('process.exit', 1),
  'time.sleep': sleep,
  'asyncio.sleep': sleep,
  'anyio.sleep': sleep,
  'trio.sleep': sleep,
  'time.time': fixed('(Date.now() / 1000)'),
  'time.monotonic': fixed('(performance.now() / 1000)'),
  'time.perf_counter': fixed('(performance.now() / 1000)'),
  'time.time_ns': fixed('(Date.now() * 1000000)'),
  'asyncio.gather': gather('all'),
  'asyncio.wait_for': waitFor,
  'asyncio.run': first,
  'asyncio.create_task': first,
  'asyncio.ensure_future': first,
  'asyncio.shield': first,
  'asyncio.to_thread': handOn(0),
  'anyio.to_thread.run_sync': handOn(0),
  'starlette.concurrency.run_in_threadpool': handOn(0),
  'fastapi.concurrency.run_in_threadpool': handOn(0),
  'asgiref.sync.sync_to_async': first,
  'math.ceil': same('Math.ceil', 1),
  'math.floor': same('Math.floor', 1),
  'math.pow': same('Math.pow'),
  'math.log': same('Math.log'),
  next: (l, { positional: [generator, otherwise], keywords }) =>
    generator !== undefined && keywords.size === 0 && firstOf(l, generator, otherwise),
  'random.random': fixed('Math.random()'),
  'random.uniform': between,
  'uuid.uuid4': fixed('crypto.randomUUID()'),
  'uuid.uuid1': fixed('crypto.randomUUID()'),
  'secrets.token_hex': fixed('crypto.randomUUID()'),
  'datetime.datetime.now': fixed('new Date()'),
  'datetime.datetime.utcnow': fixed('new Date()'),
  'django.utils.timezone.now': fixed('new Date()'),
  'datetime.date.today': fixed('new Date().toDateString()'),
  'copy.deepcopy': first,
  'copy.copy': first,
  'functools.partial': partial,
  'dataclasses.field': fieldDefault,
  'pydantic.Field': fieldDefault,
  'attr.ib': fieldDefault,
  'attrs.field': fieldDefault,
  'typing.cast': (l, { positional }) => {
    const [type, value] = positional;
    if (type === undefined || value === undefined) return false;
    put(l, '(', value, ` as ${typeText(l, type)})`);
    return true;
  },
  ...PLATFORM,
  ...regex.functions,
};
