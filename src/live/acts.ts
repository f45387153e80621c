// The acts of an experiment, done to a target one after the other.
import type { Act, Reply, Say } from '../core/index.ts';
import type { Heard, Page, Target } from './targets/target.ts';
import { mapStrings } from './template.ts';

/** Longest wait for a reply when the experiment names none, in milliseconds. */
const LIMIT = 25_000;

/** What the acts leave behind; filled while they run, so that an end before the last act loses nothing. */
export interface Notes {
  readonly replies: Reply[];
  readonly pages: Page[];
}

export interface Stage {
  readonly target: Target;
  readonly nonce: string;
  readonly notes: Notes;
  /** Set when time is over: nothing more is begun. */
  readonly over: AbortSignal;
}

/** Does all acts; a reply that fails is written down like any other. */
export async function perform(acts: readonly Act[], stage: Stage): Promise<void> {
  for (const act of acts) {
    if (stage.over.aborted) return;
    await performOne(act, stage);
  }
}

async function performOne(act: Act, stage: Stage): Promise<void> {
  const { target, notes, over } = stage;
  if (act.kind === 'say') notes.replies.push(await target.say(heard(act, stage.nonce)));
  else if (act.kind === 'together') notes.replies.push(...(await Promise.all(act.says.map(say => target.say(heard(say, stage.nonce))))));
  else if (act.kind === 'during') {
    const said = target.say(heard(act.say, stage.nonce));
    await perform(act.acts, stage);
    notes.replies.push(await said);
  } else if (act.kind === 'wait') await pause(act.ms, over);
  else if (act.kind === 'stop') await target.stop();
  else if (act.kind === 'restart') {
    await target.stop();
    await target.start();
  } else
    for (let time = 0; time < (act.times ?? 1); time++)
      for (const path of act.paths) if (!over.aborted) notes.pages.push(await target.look(path));
}

/** A message with its defaults, `{{nonce}}` filled. */
export function heard(say: Say, nonce: string): Heard {
  const user = say.user ?? 'a';
  const fill = (text: string): string => text.replaceAll('{{nonce}}', nonce);
  return {
    ...say,
    text: mapStrings(say.text, fill),
    user,
    session: say.session ?? `${user}-1`,
    limit: say.limit ?? LIMIT,
    ...(say.headers === undefined
      ? {}
      : { headers: Object.fromEntries(Object.entries(say.headers).map(([name, value]) => [name, fill(value)])) }),
  };
}

/** Waits; shorter when time is over. */
export function pause(ms: number, over: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      over.removeEventListener('abort', done);
      resolve();
    }
    over.addEventListener('abort', done);
    if (over.aborted) done();
  });
}
