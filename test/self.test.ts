// We audit ourselves: there is no agent in this repository outside its tests, and that is what the audit must say.
import { expect, test } from 'vitest';
import { audit } from '../src/audit.ts';

test('the audit of this repository', { timeout: 60_000 }, async () => {
  const report = await audit(new URL('..', import.meta.url).pathname);
  expect(report.calls.filter(call => !call.test)).toEqual([]);
  expect(report.calls.length, 'the agents in test/agents are seen, and marked as tests').toBeGreaterThan(0);
  expect(report.answer).toBe('not-proven');
  expect(report.summary).toContain('nothing was audited');
  expect(report.gate.open).toBe(true);
  // The preload for Python agents is Python, which is not read yet.
  expect(report.repository.unread.filter(({ reason }) => !reason.includes('Python'))).toEqual([]);
});
