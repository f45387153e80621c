// Repository to facts: opens the inventory and lets every frontend that has files to read say what it finds.
import {
  type Agent,
  compareLocations,
  type Fact,
  type Facts,
  groupFacts,
  isPythonFile,
  type Repository,
  type Sdk,
  type Secret,
} from './core/index.ts';
import { readAhead } from './frontends/ahead.ts';
import type { Extract } from './frontends/frontend.ts';
import { FRONTENDS } from './frontends/index.ts';
import { type Inventory, openInventory } from './repository/index.ts';

export interface Scan {
  readonly facts: Facts;
  readonly repository: Repository;
  readonly agents: readonly Agent[];
  /** Languages of which there is code that no frontend reads. */
  readonly unreadLanguages: readonly string[];
}

/** Who also asks for the text of sources: by then all of them are in memory. */
const LAST = ['operations', 'text'];

/**
 * Reads a repository. Nothing of it is executed, and nothing outside the root is read.
 * @param path folder of the repository
 * @throws UserError when the path is missing, no folder, or not readable
 */
export async function scan(path: string, progress: (note: string) => void): Promise<Scan> {
  const inventory = await openInventory(path, progress);
  const extracts: Extract[] = [];
  const ahead = readAhead(inventory);
  const ordered = [...FRONTENDS].sort((a, b) => LAST.indexOf(a.id) - LAST.indexOf(b.id));
  try {
    for (const { id, reads, load } of ordered) {
      if (!inventory.files.some(file => reads.some(ending => file.endsWith(ending)))) continue;
      // The descriptors and the parser are loaded only when there is something to read with them.
      const frontend = await load();
      extracts.push(await frontend.extract(inventory, await sdksOf(id), progress, ahead));
    }
  } finally {
    ahead.stop();
  }
  const unread = unreadLanguages(inventory.files);
  const facts = groupFacts(atHome(inventory, withoutEchoes(extracts)), compareLocations);
  return {
    facts,
    repository: {
      languages: [...new Set(extracts.flatMap(e => e.languages))].sort(),
      frameworks: [...new Set(facts['model-call'].map(call => call.sdk))].sort(),
      files: extracts.reduce((sum, e) => sum + e.files, 0),
      lines: extracts.reduce((sum, e) => sum + e.lines, 0),
      unread: [...inventory.unread, ...unread.map(({ file, reason }) => ({ file, reason }))],
    },
    agents: agentsOf(inventory, facts),
    unreadLanguages: unread.map(({ language }) => language),
  };
}

/** What is known of the SDKs of a language; the frontends of no language of code need none. */
async function sdksOf(frontend: string): Promise<readonly Sdk[]> {
  if (frontend === 'python') return (await import('./sdks/python/index.ts')).PYTHON_SDKS;
  return frontend === 'typescript' ? (await import('./sdks/index.ts')).SDKS : [];
}

/** Says of model calls and tests which package holds them. */
function atHome(inventory: Inventory, facts: readonly Fact[]): readonly Fact[] {
  return facts.map(fact =>
    fact.kind === 'model-call' || fact.kind === 'test-file' ? { ...fact, home: homeOf(inventory, fact.location.file) } : fact,
  );
}

function homeOf(inventory: Inventory, file: string): string {
  return packageAt(inventory, file)?.dir ?? '';
}

/** The package that a file belongs to, in the language that it is written in; a Python file of no Python package, that around it. */
function packageAt(inventory: Inventory, file: string): { readonly dir: string; readonly name: string | undefined } | undefined {
  return (isPythonFile(file) ? inventory.pythonPackageOf(file) : undefined) ?? inventory.packageOf(file);
}

/** A secret that two frontends found on one line is one secret: what the later one says of it stands. */
function withoutEchoes(extracts: readonly Extract[]): readonly Fact[] {
  const later = new Set<string>();
  const lineOf = ({ location }: Secret): string => `${location.line} ${location.file}`;
  return [...extracts].reverse().flatMap(({ facts }) => {
    const kept = facts.filter(fact => fact.kind !== 'secret' || !later.has(lineOf(fact)));
    for (const fact of kept) if (fact.kind === 'secret') later.add(lineOf(fact));
    return kept;
  });
}

/** Languages that agents are written in and that no frontend reads yet; silence about them would look like an answer. */
const OTHERS: readonly (readonly [language: string, endings: readonly string[]])[] = [
  ['Go', ['.go']],
  ['Java', ['.java']],
  ['Kotlin', ['.kt']],
  ['C#', ['.cs']],
  ['Ruby', ['.rb']],
  ['Rust', ['.rs']],
  ['PHP', ['.php']],
];

function unreadLanguages(files: readonly string[]): { language: string; file: string; reason: string }[] {
  return OTHERS.flatMap(([language, endings]) => {
    if (FRONTENDS.some(frontend => endings.some(ending => frontend.reads.includes(ending)))) return [];
    const count = files.filter(file => endings.some(ending => file.endsWith(ending))).length;
    if (count === 0) return [];
    const pattern = endings.length === 1 ? `**/*${endings[0]}` : `**/*{${endings.join(',')}}`;
    return [{ language, file: pattern, reason: `${count} file${count === 1 ? '' : 's'} in ${language}, which this version does not read` }];
  });
}

/** The packages that hold model calls in production code, each an agent; the repository itself where no package says more. */
function agentsOf(inventory: Inventory, facts: Facts): Agent[] {
  const agents = new Map<string, Agent>();
  for (const call of facts['model-call']) {
    if (call.role !== 'production') continue;
    const { file } = call.location;
    const pkg = packageAt(inventory, file);
    const root = pkg?.dir === undefined || pkg.dir === '' ? '.' : pkg.dir;
    const name = pkg?.name ?? inventory.root.slice(inventory.root.lastIndexOf('/') + 1);
    agents.set(root, { name, root });
  }
  return [...agents.values()].sort((a, b) => (a.root < b.root ? -1 : 1));
}
