// Files of tests and evaluations: how many cases, of what, which tools they drive and which edges they feed.
import type { CodeRole, EdgeCase, Fact, TestFile, TestKind } from '../../../core/index.ts';
import type { Inventory } from '../../../repository/index.ts';
import { tsc } from '../compiler.ts';
import { judgesOf } from '../judges.ts';
import { placeOf } from '../places.ts';
import type { Unit } from '../program.ts';
import type { Reader, Reading } from '../reader.ts';
import { type Cases, casesOf } from '../test-cases.ts';
import { edgesOf } from '../test-edges.ts';
import { Subjects } from '../test-subjects.ts';
import { toolsOf } from '../test-tools.ts';

/** Something that declares a case, calls a library for evaluations, or is run to evaluate. */
const HINT =
  /\b(?:it|test|describe|suite|specify|evalite|Eval|describeEval|scenario)\b\s*[.(`<]|from\s+['"](?:ava|tape|tap|uvu|autoevals|openevals|agentevals|langsmith)/;
/** Characters of test code that are parsed in one audit; what lies beyond is only counted. */
const MOST_TEXT = 900_000;
const MOST_UNREAD = 300;
const EDGES: readonly EdgeCase[] = ['empty', 'over-long', 'malicious'];
const ENOUGH_EDGES = 3;

export const reader: Reader = {
  id: 'tests',
  wants: { roles: ['test', 'eval'], text: /\S/ },
  read: (reading, nominated) => [...ofCode(reading, nominated), ...ofOthers(reading)],
};

function ofCode(reading: Reading, nominated: readonly string[]): Fact[] {
  const { inventory, program, index, sites } = reading;
  const subjects = new Subjects(reading);
  const roots = agentRoots(reading);
  // First the files that import code on the way to a model call, so that they are read whatever there is beside them.
  const near = new Set([...subjects.files].flatMap(file => index.importersOf(file)));
  const own = new Set(sites.map(site => site.node.getSourceFile().fileName));
  const files = nominated.filter(
    file => own.has(file) || near.has(file) || inventory.roleOf(file) === 'eval' || HINT.test(inventory.read(file) ?? ''),
  );
  const ordered = [...files.filter(file => near.has(file) || own.has(file)), ...files.filter(file => !near.has(file) && !own.has(file))];
  const facts: Fact[] = [];
  const fed = new Map<string, number>();
  let left = MOST_TEXT;
  for (const file of ordered) {
    const text = inventory.read(file) ?? '';
    left -= text.length;
    const unit = left > 0 ? program.unit(file) : undefined;
    if (unit === undefined) facts.push(...uncounted(inventory, file, roots));
    else facts.push(...ofUnit(reading, subjects, unit, roots, fed));
  }
  return facts;
}

function ofUnit(reading: Reading, subjects: Subjects, unit: Unit, roots: readonly string[], fed: Map<string, number>): Fact[] {
  const { inventory, ev } = reading;
  const counted = casesOf(ev, unit);
  const role = inventory.roleOf(unit.file);
  const mine = subjects.of(unit);
  const ofAgent = subjects.ofAgent(unit, mine);
  const declared = counted.cases + counted.skipped;
  // A file that only holds what others use declares nothing; an evaluation may be a plain program.
  const program = role === 'eval' && declared === 0 && ofAgent && isProgram(unit);
  // A judge may stand in a file that the evaluations share.
  if (declared === 0 && !program) return role === 'eval' ? judgesOf(reading, unit, 0, false, false) : [];
  if (!ofAgent && !isNear(inventory, unit.file, roots)) return [];
  const sort = sortOf(unit.file, role, counted);
  const evaluates = sort === 'evaluation';
  const cases = program ? 1 : counted.cases;
  const live = cases > 0;
  // Of a repository with hundreds of tests it is enough to know each edge a few times.
  const known = EDGES.every(edge => (fed.get(edge) ?? 0) >= ENOUGH_EDGES);
  const edges = !known && (live || counted.conditional > 0) ? edgesOf(reading, subjects, unit, mine, evaluates) : [];
  for (const { edge, to } of edges) if (to === 'agent') fed.set(edge, (fed.get(edge) ?? 0) + 1);
  const fact: TestFile = {
    kind: 'test-file',
    location: placeOf(unit.ast.statements[0] ?? unit.ast),
    role,
    sort,
    ...(counted.runner === undefined ? {} : { runner: counted.runner }),
    cases,
    skipped: counted.skipped,
    ofAgent,
    tools: live ? toolsOf(reading, subjects, unit, mine) : [],
    edges,
  };
  return [fact, ...judgesOf(reading, unit, counted.cases, ofAgent, counted.cases > 0)];
}

/** Does a file do something when it is started, beyond declaring? */
function isProgram(unit: Unit): boolean {
  return unit.ast.statements.some(statement => tsc.isExpressionStatement(statement) && /\(/.test(statement.getText().slice(0, 200)));
}

function sortOf(file: string, role: CodeRole, { runner, evaluates }: Cases): TestKind {
  if (role === 'eval' || evaluates || runner === 'evalite' || runner === 'braintrust' || /(?:^|[/._-])evals?(?:[/._-]|$)/.test(file))
    return 'evaluation';
  if (runner === 'playwright' || /(?:^|[/._-])(?:e2e|cypress|playwright)(?:[/._-]|$)/.test(file)) return 'end-to-end';
  return /(?:^|[/._-])(?:integration|int)(?:[/._-]|$)/.test(file) ? 'integration' : 'unit';
}

/** The packages that hold model calls of production code. */
function agentRoots({ inventory, sites, requests }: Reading): string[] {
  const files = [...sites, ...requests]
    .map(site => site.node.getSourceFile().fileName)
    .filter(file => inventory.roleOf(file) === 'production');
  return [...new Set(files.map(file => inventory.packageOf(file)?.dir ?? ''))];
}

/** Does a test belong to the package of an agent, to the workspace around it, or to a package that the agent uses? */
function isNear(inventory: Inventory, file: string, roots: readonly string[]): boolean {
  const pkg = inventory.packageOf(file);
  const dir = pkg?.dir ?? '';
  return roots.some(root => {
    if (dir === root || dir === '' || root.startsWith(`${dir}/`) || (root !== '' && dir.startsWith(`${root}/`))) return true;
    const agent = inventory.packages.find(one => one.dir === root);
    return pkg?.name !== undefined && agent?.dependencies.has(pkg.name) === true;
  });
}

/** A file beyond what is parsed: its cases are counted by their look, and nothing else is said of it. */
function uncounted(inventory: Inventory, file: string, roots: readonly string[]): Fact[] {
  if (!isNear(inventory, file, roots)) return [];
  const cases = [...(inventory.read(file) ?? '').matchAll(/^[ \t]{0,40}(?:it|test)(?:\.each\b[^\n]{0,200})?\s{0,4}\(/gm)].length;
  if (cases === 0) return [];
  const counted: Cases = { cases, skipped: 0, conditional: 0, runner: undefined, evaluates: false };
  const role = inventory.roleOf(file);
  return [
    {
      kind: 'test-file',
      location: { file, line: 1 },
      role,
      sort: sortOf(file, role, counted),
      unread: 'there is more test code than is read',
      cases,
      skipped: 0,
      ofAgent: false,
      tools: [],
      edges: [],
    },
  ];
}

const OTHERS: Readonly<Record<string, string>> = {
  py: 'Python',
  go: 'Go',
  rs: 'Rust',
  java: 'Java',
  kt: 'Kotlin',
  cs: 'C#',
  rb: 'Ruby',
  php: 'PHP',
};
const PROJECT =
  /(?:^|\/)(?:pyproject\.toml|setup\.py|setup\.cfg|requirements[\w.-]*\.txt|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|Gemfile|composer\.json|[\w.-]+\.csproj)$/;

/** Tests in languages that are not read may test the agent as well, from outside; those of other projects do not. */
function ofOthers(reading: Reading): Fact[] {
  const { inventory } = reading;
  const roots = agentRoots(reading);
  const projects = new Set(
    inventory.files.filter(file => PROJECT.test(file)).map(file => file.slice(0, Math.max(0, file.lastIndexOf('/')))),
  );
  const out: Fact[] = [];
  for (const file of inventory.files) {
    const language = OTHERS[file.slice(file.lastIndexOf('.') + 1)];
    if (language === undefined || out.length >= MOST_UNREAD) continue;
    const role = inventory.roleOf(file);
    if ((role !== 'test' && role !== 'eval') || /(?:^|\/)(?:__init__|conftest)\.py$/.test(file)) continue;
    if (!roots.some(root => isBeside(file, root, projects))) continue;
    const sort = role === 'eval' ? 'evaluation' : 'unit';
    out.push({
      kind: 'test-file',
      location: { file, line: 1 },
      role,
      sort,
      unread: `it is in ${language}`,
      cases: 0,
      skipped: 0,
      ofAgent: false,
      tools: [],
      edges: [],
    });
  }
  return out;
}

/** Below the agent's package and in no project of its own, or in a folder of tests beside or above the agent. */
function isBeside(file: string, root: string, projects: ReadonlySet<string>): boolean {
  if (root === '' || file.startsWith(`${root}/`)) {
    const inner = (root === '' ? file : file.slice(root.length + 1)).split('/').slice(0, -1);
    for (let i = inner.length; i > 0; i--) {
      const dir = [...(root === '' ? [] : [root]), ...inner.slice(0, i)].join('/');
      if (projects.has(dir) && !/^(?:tests?|e2e|evals?)$/.test(inner[i - 1] ?? '')) return false;
    }
    return true;
  }
  const [first = ''] = file.split('/');
  return /^(?:tests?|e2e|evals?|evaluations?)$/.test(first);
}
