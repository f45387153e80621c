// The agents that a run is given, where it is not a method of one: `Runner.run(agent, question)`, `Crew(agents=[agent]).kickoff()`.

import type { Options, Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';

/** What the agents of a run have as their tools. */
export function toolsOfAgents(ev: Evaluator, options: Options, site: Site): Values {
  if (site.shape.kind !== 'agent-run') return [];
  const [first] = site.node.arguments;
  const given = first === undefined || tsc.isSpreadElement(first) || isKeywords(first) ? [] : ev.values(first);
  const named = ['body.agent', 'body.starting_agent', 'client.agents'].flatMap(at => options.look(site, at).found);
  const agents = [...given, ...named].flatMap(value => (value.kind === 'array' ? ev.anyMember([value]) : [value]));
  return agents.flatMap(agent => (agent.kind === 'foreign' && agent.package !== '' ? options.path([agent], ['tools']).found : []));
}
