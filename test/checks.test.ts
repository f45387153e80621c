// Runs every example inside every checklist item through the real audit: each must get the status that it promises.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CHECKS } from '../checks/index.ts';
import { audit } from '../src/audit.ts';
import type { Example } from '../src/core/index.ts';

// Agents are started by other files at the same time: seconds say nothing here.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 });

const home = mkdtempSync(join(tmpdir(), 'agent-ready-checks-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let count = 0;

function layOut(example: Example): string {
  const root = join(home, `case-${count++}`);
  for (const [file, text] of Object.entries({ ...example.files, [example.file]: example.code })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

describe.each(CHECKS.map(check => [check.id, check] as const))('%s', (id, check) => {
  const examples = check.examples ?? [];
  test.each(
    examples.map((example, i) => [`${i + 1}: ${example.expect}${example.shows ? `, ${example.shows}` : ''}`, example] as const),
  )('example %s', async (_name, example) => {
    const report = await audit(layOut(example), { checks: [check] });
    const item = report.items.find(i => i.id === id);
    expect(
      report.calls.some(call => !call.test),
      'the example holds a model call in production code',
    ).toBe(true);
    expect({ status: item?.status, findings: item?.findings.map(f => `${f.status}: ${f.message}`), note: item?.note }).toMatchObject({
      status: example.expect,
    });
  });

  test('has examples in both directions', () => {
    const shown = new Set(examples.map(e => e.reading ?? (e.expect === 'pass' ? 'good' : 'bad')));
    expect([...shown].sort()).toEqual(['bad', 'good']);
    if (check.inspect !== undefined) expect(examples.map(e => e.expect)).toEqual(expect.arrayContaining(['pass', 'fail']));
  });
});
