// Repository to facts: opens the inventory and lets every frontend that has files to read say what it finds.
import { type Agent, compareLocations, type Facts, groupFacts, type Repository, type Sdk } from './core/index.ts';
import { FRONTENDS } from './frontends/index.ts';
import { type Inventory, openInventory } from './repository/index.ts';

export interface Scan {
  readonly facts: Facts;
  readonly repository: Repository;
  readonly agents: readonly Agent[];
}

/**
 * Reads a repository. Nothing of it is executed, and nothing outside the root is read.
 * @param path folder of the repository
 * @throws UserError when the path is missing, no folder, or not readable
 */
export async function scan(path: string, progress: (note: string) => void): Promise<Scan> {
  const inventory = await openInventory(path, progress);
  const extracts = [];
  let sdks: readonly Sdk[] | undefined;
  for (const { reads, load } of FRONTENDS) {
    if (!inventory.files.some(file => reads.some(ending => file.endsWith(ending)))) continue;
    // The descriptors and the parser are loaded only when there is something to read with them.
    sdks ??= (await import('./sdks/index.ts')).SDKS;
    const frontend = await load();
    extracts.push(await frontend.extract(inventory, sdks, progress));
  }
  const facts = groupFacts(
    extracts.flatMap(e => e.facts),
    compareLocations,
  );
  return {
    facts,
    repository: {
      languages: [...new Set(extracts.flatMap(e => e.languages))].sort(),
      frameworks: [...new Set(facts['model-call'].map(call => call.sdk))].sort(),
      files: inventory.files.length,
      lines: extracts.reduce((sum, e) => sum + e.lines, 0),
      unread: inventory.unread,
    },
    agents: agentsOf(inventory, facts),
  };
}

/** The packages that hold model calls in production code, each an agent; the repository itself where no package says more. */
function agentsOf(inventory: Inventory, facts: Facts): Agent[] {
  const agents = new Map<string, Agent>();
  for (const call of facts['model-call']) {
    if (call.role !== 'production') continue;
    const pkg = inventory.packageOf(call.location.file);
    const root = pkg?.dir === undefined || pkg.dir === '' ? '.' : pkg.dir;
    const name = pkg?.name ?? inventory.root.slice(inventory.root.lastIndexOf('/') + 1);
    agents.set(root, { name, root });
  }
  return [...agents.values()].sort((a, b) => (a.root < b.root ? -1 : 1));
}
