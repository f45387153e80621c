// What watches the agent and brings it to its users: alerts, dashboards, routes, releases, ways back, pages about them.
// Not a language: it adds no files and no lines to the report, and depends on no language of the agent.
import type { Alert, Dashboard, Fact, OperationsFact } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import type { Extract, Frontend } from '../frontend.ts';
import { routings } from './alertmanager.ts';
import { formationFacts } from './cloudformation.ts';
import { readFiles, roleOfConfig } from './files.ts';
import { dashboards, grafanaAlerts, grafanaRouting } from './grafana.ts';
import { pages } from './pages.ts';
import type { Grammar } from './promql.ts';
import { rollouts } from './rollouts.ts';
import { ruleTests } from './rule-tests.ts';
import { Rules } from './rules.ts';
import { resourcesOf, terraformFacts } from './terraform.ts';
import { metricUses } from './uses.ts';
import { vercelCrons, workflowFacts } from './workflows.ts';

export const frontend: Frontend = { id: 'operations', reads: ['.yml', '.yaml', '.tf', '.json', '.md', '.mdx'], extract };

async function extract(inventory: Inventory): Promise<Extract> {
  const { docs, terraform, variables } = readFiles(inventory);
  const resources = resourcesOf(terraform, variables);
  const facts: Fact[] = [...pages(inventory), ...workflowFacts(inventory), ...vercelCrons(inventory, docs)];
  if (docs.length > 0 || resources.length > 0) {
    // The grammar of PromQL is loaded only when there is something to read with it.
    const grammar = (await import('@prometheus-io/lezer-promql')).parser as Grammar;
    const rules = new Rules(inventory, grammar, docs);
    const made: OperationsFact[] = [
      ...rules.facts(),
      ...grafanaAlerts(inventory, grammar, docs, rules.recorded),
      ...dashboards(inventory, grammar, docs, rules.recorded),
      ...routings(inventory, docs),
      ...grafanaRouting(inventory, docs),
      ...ruleTests(inventory, docs),
      ...rollouts(inventory, docs),
      ...terraformFacts(grammar, resources, file => roleOfConfig(inventory, file), rules.recorded),
      ...formationFacts(inventory, grammar, docs),
    ];
    const alerts = made.filter((one): one is Alert => one.kind === 'alert');
    const boards = made.filter((one): one is Dashboard => one.kind === 'dashboard');
    facts.push(...made, ...metricUses(inventory, alerts, boards));
  }
  return { facts, languages: [], files: 0, lines: 0 };
}
