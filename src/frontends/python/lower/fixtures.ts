// Fixtures of pytest: a test names them as parameters, and pytest calls the function of that name. In the common tree the test calls
// them itself, so that what they make is known: `def test_ask(client)` becomes `function test_ask() { let client = fixture$client();`.
import { field, kids, type PyNode } from '../tree.ts';
import type { Lowering } from './lowering.ts';
import { parameterName, parametersOf } from './names.ts';
import { quoted } from './strings.ts';

const TEST_FILE = /(?:^|\/)(?:test[^/]*|[^/]*_test|tests|conftest)\.py$/;
const FIXTURE = /^(?:pytest\.(?:yield_)?fixture|pytest_asyncio\.fixture|pytest_trio\.fixture|pytest_twisted\.\w*fixture)$/;
/** Folders above a test in which a conftest.py is looked for. */
const MOST_ABOVE = 8;
const MOST_NAMES = 60;

/** What a file of tests knows of fixtures. */
export interface Fixtures {
  /** The functions of this file that are fixtures, by where they start. */
  readonly nodes: ReadonlySet<number>;
  /** What `request.param` stands for in a fixture, by where it starts. */
  readonly params: ReadonlyMap<number, PyNode>;
  /** The function to call, by the name of a parameter; undefined: no fixture. */
  readonly find: (name: string) => string | undefined;
}

/** Reads the fixtures of a file of tests, and of the conftest.py files above it; undefined: the file holds no tests. */
export function fixturesOf(l: Lowering, root: PyNode): Fixtures | undefined {
  if (!TEST_FILE.test(l.file)) return undefined;
  const nodes = new Set<number>();
  const own = new Map<string, string>();
  const params = new Map<number, PyNode>();
  for (const statement of kids(root)) {
    const found = fixtureIn(l, statement);
    if (found !== undefined) {
      nodes.add(found.node.from);
      own.set(found.name, found.function);
      if (found.params !== undefined) params.set(found.node.from, found.params);
    }
    const inner = statement.kind === 'decorated_definition' ? field(statement, 'definition') : statement;
    if (inner?.kind !== 'class_definition') continue;
    for (const member of kids(field(inner, 'body') ?? inner)) {
      const method = fixtureIn(l, member);
      if (method === undefined) continue;
      nodes.add(method.node.from);
      own.set(method.name, `this.${method.function}`);
    }
  }
  const known = new Map<string, string | undefined>();
  const look = (name: string): string | undefined => {
    const here = own.get(name);
    if (here?.startsWith('this.') === true) return here;
    if (known.size > MOST_NAMES) return undefined;
    const file = here === undefined ? conftestWith(l, name) : l.file;
    if (file === undefined) return undefined;
    const alias = `fixture$${name}`;
    l.head.push(`import { ${l.name(here ?? name)} as ${alias} } from ${quoted(l.modules.specifier(file))};`);
    return alias;
  };
  return {
    nodes,
    params,
    find: name => {
      if (!known.has(name)) known.set(name, /^\w+$/.test(name) ? look(name) : undefined);
      return known.get(name);
    },
  };
}

/** `@pytest.fixture def client()`, `@fixture(name="client") def make_client()`. */
function fixtureIn(l: Lowering, statement: PyNode): { node: PyNode; name: string; function: string; params?: PyNode } | undefined {
  if (statement.kind !== 'decorated_definition') return undefined;
  const node = field(statement, 'definition');
  const name = node?.kind === 'function_definition' ? field(node, 'name') : undefined;
  if (node === undefined || name === undefined) return undefined;
  for (const decorator of kids(statement)) {
    const inner = decorator.kind === 'decorator' ? kids(decorator)[0] : undefined;
    const callee = inner?.kind === 'call' ? field(inner, 'function') : inner;
    if (inner === undefined || callee === undefined || !FIXTURE.test(l.meaning(callee) ?? '')) continue;
    const renamed = /\bname\s*=\s*["'](\w{1,80})["']/.exec(l.of(inner))?.[1];
    const listed = inner.kind === 'call' ? kids(field(inner, 'arguments') ?? inner) : [];
    const given = listed.find(one => one.kind === 'keyword_argument' && l.of(field(one, 'name') ?? one) === 'params');
    const params = given === undefined ? undefined : field(given, 'value');
    return { node, name: renamed ?? l.of(name), function: l.of(name), ...(params?.kind === 'list' ? { params } : {}) };
  }
  return undefined;
}

/** The nearest conftest.py above the file that binds a name. */
function conftestWith(l: Lowering, name: string): string | undefined {
  for (let up = 0, dots = '.'; up < MOST_ABOVE; up++, dots += '.') {
    const file = l.modules.find(`${dots}conftest`);
    if (file !== undefined && file !== l.file && l.modules.binds(file, name)) return file;
  }
  return undefined;
}

/** The parameters of a function that pytest fills in, with what fills them. */
export function filledIn(l: Lowering, node: PyNode): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  const { fixtures } = l;
  const own = field(node, 'name');
  if (fixtures === undefined || own === undefined || !(l.of(own).startsWith('test') || fixtures.nodes.has(node.from))) return out;
  for (const parameter of parametersOf(node)) {
    const name = parameterName(l.text, parameter);
    // A parameter with a default value is none of pytest's. A fixture may override one of its own name, which is then the one above.
    if (name === 'request' && fixtures.params.has(node.from)) out.set(name, '');
    if (name === undefined || field(parameter, 'value') !== undefined || name === l.of(own)) continue;
    const maker = fixtures.find(name);
    if (maker !== undefined) out.set(name, maker);
  }
  return out;
}
