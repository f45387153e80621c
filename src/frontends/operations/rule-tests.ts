// Unit tests of alert rules, in the form of `promtool test rules`.
import type { AlertTest } from '../../core/index.ts';
import { type Inventory, matches } from '../../repository/index.ts';
import { get, list, text } from '../ci/jobs.ts';
import { join } from '../ci/workspace.ts';
import type { Doc } from './files.ts';

export function ruleTests(inventory: Inventory, docs: readonly Doc[]): AlertTest[] {
  return docs.flatMap((doc): AlertTest[] => {
    const tests = list(get(doc.value, 'tests')).slice(0, 500);
    const rules = tests.flatMap(one => list(get(one, 'alert_rule_test')).slice(0, 200));
    if (rules.length === 0) return [];
    const cases = new Map<string, { alert: string; fires: number; silent: number }>();
    for (const rule of rules) {
      const alert = text(get(rule, 'alertname'));
      if (alert === undefined) continue;
      const one = cases.get(alert) ?? { alert, fires: 0, silent: 0 };
      cases.set(alert, one);
      if (list(get(rule, 'exp_alerts')).length > 0) one.fires++;
      else one.silent++;
    }
    const dir = doc.file.includes('/') ? doc.file.slice(0, doc.file.lastIndexOf('/')) : '';
    const ruleFiles: string[] = [];
    const missing: string[] = [];
    for (const pattern of list(get(doc.value, 'rule_files'))
      .flatMap(one => text(one) ?? [])
      .slice(0, 100)) {
      const path = join(dir, pattern);
      const found =
        path === undefined
          ? []
          : inventory.has(path)
            ? [path]
            : /[*?[{]/.test(path)
              ? inventory.files.filter(file => matches(path, file)).slice(0, 200)
              : [];
      ruleFiles.push(...found);
      if (found.length === 0) missing.push(pattern);
    }
    return [
      {
        kind: 'alert-test',
        location: { file: doc.file, line: 1 },
        role: 'test',
        ruleFiles,
        missing,
        cases: [...cases.values()],
      },
    ];
  });
}
