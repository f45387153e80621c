// Limits on a running agent: one for each address is not one for all, although all requests come from this machine.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { check as globalLimit } from '../checks/cost-control/global-limit.ts';
import { experiment } from '../src/experiment.ts';
import { probe } from '../src/probes/costly-crowd.ts';
import { build } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { agent, http } from './support/live/trial.ts';

const shelf = openShelf('live-limits');
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
beforeAll(build);

/** An agent that adds up tokens under a key, and refuses when a key has used too many. */
const limited = (key: string): string =>
  agent({
    extra: `const used = new Map();
      async function counted(content, key) {
        const answer = await (await fetch(base + '/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content }] }) })).json();
        used.set(key, (used.get(key) ?? 0) + answer.usage.total_tokens);
        return answer.choices[0].message.content;
      }`,
    handle: `const key = ${key};
      if ((used.get(key) ?? 0) > 5_000_000) return reply(429, { error: 'Too much for now. Please try again later.' });
      reply(200, { reply: await counted(message, key) });`,
  });

describe('an agent that limits cost', () => {
  test.each([
    ['for all users together', "'all'", 'pass'],
    ['for each address', 'request.socket.remoteAddress', process.platform === 'linux' ? 'fail' : 'unknown'],
    ['for each user', 'JSON.parse(text).user', 'fail'],
  ])('%s', async (_, key, expected) => {
    const way = http({ body: { message: '{{message}}', user: '{{user}}' } });
    const spec = { root: '.', env: {}, allowTools: [], way };
    const root = shelf.layOut({ 'agent.mjs': limited(key) });
    const result = await experiment({ root, spec, probes: [probe], rerun: '', progress: () => {} });
    const outcome = result.kind === 'reached' ? result.run.outcomes[0] : undefined;
    if (outcome?.kind !== 'done') throw new Error(JSON.stringify(result).slice(0, 1000));
    expect(globalLimit.observe?.['costly-crowd']?.(outcome.observation)).toMatchObject({ status: expected });
  });
});
