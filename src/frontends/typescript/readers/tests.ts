// Files of tests and evaluations: how many cases, of what, which tools they drive and which edges they feed.

import { type CodeRole, type EdgeCase, type Fact, type FedEdge, isPythonFile, type TestFile, type TestKind } from '../../../core/index.ts';
import type { Inventory } from '../../../repository/index.ts';
import { tsc } from '../compiler.ts';
import { placeOf } from '../places.ts';
import type { Unit } from '../program.ts';
import type { Reader, Reading } from '../reader.ts';
import { type Cases, casesOf } from '../tests/cases.ts';
import { edgesOf, type Open } from '../tests/edges.ts';
import { judgesOf, namesGrader } from '../tests/judges.ts';
import { EDGES, type Known, type Look, Plan } from '../tests/plan.ts';
import { Proofs } from '../tests/proofs.ts';
import { Subjects } from '../tests/subjects.ts';
import { toolsOf } from '../tests/tools.ts';
import { TOOL_MODULE } from '../tools/sources.ts';

const MOST_UNREAD = 300;
const MOST_DIRECT = 4;

export const reader: Reader = {
  id: 'tests',
  // Production files that make tools, and evaluations that use judges; the tests themselves are known by their place.
  wants: { roles: ['production', 'test', 'eval'], specifier: specifier => TOOL_MODULE.test(specifier) || namesGrader(specifier) },
  read: (reading, nominated) => [...ofCode(reading, nominated), ...ofOthers(reading)],
};

/** What the files say so far. */
interface Found {
  readonly fed: Set<EdgeCase>;
  readonly cases: Map<string, number>;
  readonly open: { readonly edges: FedEdge[]; readonly open: readonly Open[] }[];
  driven: boolean;
  /** Files whose calls of functions were read although a tool was seen to be driven before. */
  direct: number;
  evaluated: boolean;
}

function ofCode(reading: Reading, nominated: readonly string[]): Fact[] {
  const { inventory, program } = reading;
  const toolFiles = nominated.filter(file => inventory.roleOf(file) === 'production');
  const subjects = new Subjects(reading, toolFiles);
  const roots = agentRoots(reading);
  const plan = new Plan(reading, subjects, toolFiles, new Set(nominated));
  const found: Found = { fed: new Set(), cases: new Map(), open: [], driven: false, direct: 0, evaluated: false };
  const facts: Fact[] = [];
  const known: Known = {
    fed: found.fed,
    cases: found.cases,
    get open() {
      return found.open.length > 0;
    },
    get driven() {
      return found.driven;
    },
    get evaluated() {
      return found.evaluated;
    },
  };
  const read = new Set<Look>();
  for (const look of plan.order(known)) {
    const unit = program.unit(look.file);
    if (unit === undefined) continue;
    read.add(look);
    facts.push(...ofUnit(reading, subjects, plan, unit, look, roots, found));
  }
  settle(subjects, found);
  const fedNothing = facts.every(fact => fact.kind !== 'test-file' || fact.edges.length === 0);
  for (const look of plan.looks) {
    if (read.has(look)) continue;
    const mayMatter = look.agent || fedNothing || (!found.driven && look.tools);
    facts.push(...unparsed(inventory, look, roots, mayMatter));
  }
  return facts;
}

/** Asks how near to the model the functions stand that are fed with edges, where that is still of interest. */
function settle(subjects: Subjects, { fed, open }: Found): void {
  for (const { edges, open: list } of open) {
    for (const { fn, edge, node, there, ...judged } of list) {
      if (fed.has(edge)) continue;
      const to = subjects.nearFunction(fn);
      const silent = judged.silent || (there && to === 'agent');
      if (to === undefined || edges.some(one => one.edge === edge && one.to === to)) continue;
      edges.push({ edge, location: placeOf(node), to, ...(silent ? { silent } : {}) });
      if (to === 'agent' && !silent) fed.add(edge);
    }
  }
}

function ofUnit(reading: Reading, subjects: Subjects, plan: Plan, unit: Unit, look: Look, roots: readonly string[], found: Found): Fact[] {
  const { inventory, near } = reading;
  const counted = casesOf(near, unit);
  const role = inventory.roleOf(unit.file);
  // Only what imports something of the agent can test it.
  const ofAgent = subjects.tests.has(unit.file) && subjects.ofAgent(unit, subjects.of(unit));
  const declared = counted.cases + counted.skipped;
  // A file that only holds what others use declares nothing; an evaluation may be a plain program.
  const program = role === 'eval' && declared === 0 && ofAgent && isProgram(unit);
  // A judge may stand in a file that the evaluations share.
  if (declared === 0 && !program) return role === 'eval' || look.judge ? judgesOf(reading, unit, 0, false, false) : [];
  if (!ofAgent && !isNear(inventory, unit.file, roots)) return [];
  const judges = judgesOf(reading, unit, counted.open === true ? 0 : counted.cases, ofAgent, counted.cases > 0);
  // pytest runs evaluations, too: where a judge grades, that is what they are.
  const sort = isPythonFile(unit.file) && judges.length > 0 ? 'evaluation' : sortOf(unit.file, role, counted);
  const evaluates = sort === 'evaluation';
  // What grades an evaluation is asked elsewhere.
  const proofs = evaluates ? undefined : new Proofs(reading, unit, counted.list);
  const silent = proofs?.silent ?? 0;
  const cases = program ? 1 : counted.cases;
  const live = cases > 0;
  // Of a repository with hundreds of tests it is enough to know each edge once.
  const wanted = new Set(EDGES.filter(edge => !found.fed.has(edge) && plan.mayFeed(unit.file, edge)));
  const edges: FedEdge[] = [];
  if (wanted.size > 0 && (live || counted.conditional > 0)) {
    const { fed, open } = edgesOf(reading, subjects, unit, ofAgent, evaluates, wanted, proofs);
    edges.push(...fed);
    for (const { edge, silent } of fed) if (silent !== true) found.fed.add(edge);
    if (open.length > 0) found.open.push({ edges, open });
  }
  const direct = plan.whole || !found.driven || (look.tools && found.direct++ < MOST_DIRECT);
  const { tools, sure } = live ? toolsOf(reading, subjects, unit, ofAgent, direct, proofs) : { tools: [], sure: false };
  found.driven ||= sure;
  found.evaluated ||= evaluates;
  if (ofAgent && !evaluates) found.cases.set(plan.part(unit.file), (found.cases.get(plan.part(unit.file)) ?? 0) + cases - silent);
  const fact: TestFile = {
    kind: 'test-file',
    location: placeOf(unit.ast.statements[0] ?? unit.ast),
    role,
    sort,
    ...(counted.runner === undefined ? {} : { runner: counted.runner }),
    ...(counted.marks === undefined || counted.marks.every(set => set.length === 0) ? {} : { marks: counted.marks }),
    cases,
    ...(silent === 0 ? {} : { silent }),
    skipped: counted.skipped,
    ofAgent,
    tools,
    edges,
  };
  return [fact, ...judges];
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

/** A file that is not parsed: its cases are counted by their look, and whether it may be of the agent is known from what it imports. */
function unparsed(inventory: Inventory, look: Look, roots: readonly string[], mayMatter: boolean): Fact[] {
  const { file, role, cases, skipped, agent } = look;
  if (cases + skipped === 0 || !(agent || isNear(inventory, file, roots))) return [];
  const counted: Cases = { list: [], cases, skipped, conditional: 0, runner: undefined, evaluates: false };
  return [
    {
      kind: 'test-file',
      location: { file, line: 1 },
      role,
      sort: sortOf(file, role, counted),
      ...(isPythonFile(file) ? { runner: 'pytest' } : {}),
      ...(look.marks.length === 0 ? {} : { marks: [[], look.marks] }),
      ...(mayMatter ? { unread: 'there is more test code than is read' } : {}),
      cases,
      skipped,
      ofAgent: agent,
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
  const own = new Set(reading.sources.map(endingOf));
  const projects = new Set(
    inventory.files.filter(file => PROJECT.test(file)).map(file => file.slice(0, Math.max(0, file.lastIndexOf('/')))),
  );
  const out: Fact[] = [];
  for (const file of inventory.files) {
    const ending = endingOf(file);
    const language = own.has(ending) ? undefined : OTHERS[ending];
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

function endingOf(file: string): string {
  return file.slice(file.lastIndexOf('.') + 1);
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
