// From a tool that was found to the fact about it.
import type { Tool } from '../../core/index.ts';
import { placeOf } from './places.ts';
import type { Reading } from './reader.ts';
import { ToolFinder } from './tool-definitions.ts';

/** The facts about all tools of a repository. */
export function toolFacts(reading: Reading, nominated: readonly string[]): readonly Tool[] {
  const finder = new ToolFinder(reading);
  return finder.find(nominated).map(definition => ({
    kind: 'tool',
    location: placeOf(definition.node),
    role: reading.inventory.roleOf(definition.node.getSourceFile().fileName),
    name: definition.name ?? '<dynamic>',
    definedBy: definition.title,
    capabilities: [],
    dangerous: null,
    guarded: 'unknown',
    inputValidated: 'unknown',
    outputValidated: 'unknown',
    errorsToModel: 'unknown',
    recorded: 'unknown',
  }));
}
