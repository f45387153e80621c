// Which of the declared tools a script means: the harmless one, or the one that could do harm.
import type { SentTool, ToolPick } from '../core/index.ts';

/** In a name, as whole words. */
const ACTS = new Set(
  (
    'delete remove drop destroy erase purge truncate wipe send email mail sms notify message post publish tweet reply pay payment transfer ' +
    'refund charge purchase buy order checkout withdraw execute exec run shell bash command terminal eval write overwrite create update edit ' +
    'modify patch insert upsert append move rename upload deploy restart shutdown kill stop cancel grant revoke reset approve book submit'
  ).split(' '),
);
/** A name that begins so only reads. */
const READS =
  /^(?:get|list|read|search|find|fetch|look|lookup|query|show|describe|check|count|view|calculate|compute|convert|retrieve|load)$/;
/** In a description: harm is done whatever the name is; verbs that mean little count only where a sentence begins. */
const HARM =
  /\b(?:delet(?:es?|ing)|removes?|destroys?|overwrit\w+|refunds?|transfers? (?:money|funds)|purchases?|shell|subprocess|arbitrary (?:code|commands?))\b|(?:^|[.!]\s+)(?:sends?|pays?|charges?|execut\w+|runs? (?:a |the |any )?(?:command|script|code|program|sql)|writes?|creates?|updates?|edits?|modif\w+|posts?|publish\w*|cancels?|deploys?|books?|submits?)\b/i;

const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');

/**
 * How much a tool looks as if it changes the world: 0 not at all, 1 by its description, 2 by its name, 3 by both. The words are
 * those of a person who reads the list of tools, not a proof.
 */
export function danger(tool: Pick<SentTool, 'name' | 'description'>): number {
  const words = wordsOf(tool.name.slice(0, 200));
  const reading = words.findIndex(word => READS.test(word));
  // `get_order`, `gmail_search_mail` and `order_status` read; `get_and_delete` does not.
  const acts =
    !/^(?:status|history|info|details|summary|list|search|lookup)$/.test(words.at(-1) ?? '') &&
    words.some((word, at) => ACTS.has(word) && (reading < 0 || at < reading || /^(?:delete|remove|send|execute|write)$/.test(word)));
  const harms = reading !== 0 && HARM.test(tool.description.slice(0, 2_000));
  return (acts ? 2 : 0) + (harms ? 1 : 0);
}

/** The declared tool that the script means, or undefined when there is none. A named tool need not be declared: its schema is then empty. */
export function pickTool(pick: ToolPick, tools: readonly SentTool[]): SentTool | undefined {
  if (pick.kind === 'named') return tools.find(tool => tool.name === pick.name) ?? { name: pick.name, description: '', schema: {} };
  const order = tools.map(tool => ({ tool, danger: danger(tool) }));
  if (pick.kind === 'dangerous') {
    const most = Math.max(0, ...order.map(entry => entry.danger));
    return most === 0 ? undefined : order.find(entry => entry.danger === most)?.tool;
  }
  return (order.find(entry => entry.danger === 0) ?? order[0])?.tool;
}

const LAST = /^(?:final|respond|response|answer|reply|done|submit|finish|complete|output|json|structured|extract|return|result)/;

/** The tool that an agent which forces a call most likely reads its answer from. */
export const answeringTool = (tools: readonly SentTool[]): SentTool | undefined =>
  tools.find(tool => wordsOf(tool.name).some(word => LAST.test(word))) ?? pickTool({ kind: 'any' }, tools);
