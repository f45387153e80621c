// Whole audits of the agents in test/agents, and whole reports as a user sees them. `npm run update` writes them anew.
import { describe, expect, test, vi } from 'vitest';
import { audit } from '../src/audit.ts';
import { TEMPLATES } from '../templates/index.ts';

// Agents are started by other files at the same time: seconds say nothing here.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 });

const agents = new URL('./agents/', import.meta.url);
const TIME = new Date('2026-01-01T00:00:00Z');

/** Not the agents of the mutants: their reports are compared with each other and not with files. */
const GOLDEN = ['naive-typescript'];

describe.each(GOLDEN)('%s', name => {
  test.each(TEMPLATES.map(template => template.id))('as %s', async id => {
    const report = await audit(new URL(name, agents).pathname, { time: TIME });
    // The version moves with every release and says nothing about the audit.
    const fixed = { ...report, tool: { ...report.tool, version: '0.0.0' } };
    const template = await TEMPLATES.find(t => t.id === id)?.load();
    const text = template?.render(fixed, { columns: 80, colour: 0, unicode: true, verbose: false });
    await expect(text).toMatchFileSnapshot(`./golden/${name}.${id}.txt`);
  });

  test('the same input gives the same report', async () => {
    const path = new URL(name, agents).pathname;
    expect(await audit(path, { time: TIME })).toEqual(await audit(path, { time: TIME }));
  });
});

describe('naive-typescript', () => {
  test('is not ready, for the reasons that its code shows', async () => {
    const report = await audit(new URL('naive-typescript', agents).pathname);
    const status = Object.fromEntries(report.items.map(item => [item.id, item.status]));
    expect(report.answer).toBe('not-ready');
    expect(status).toMatchObject({
      'error-handling/loops': 'fail',
      'error-handling/deadlines': 'fail',
      'error-handling/client-errors': 'partial',
      'cost-control/max-tokens': 'fail',
      'cost-control/price-table': 'fail',
    });
    expect(report.items.filter(item => item.status === 'pass').map(item => item.id)).not.toContain('error-handling/loops');
  });
});
