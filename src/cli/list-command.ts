// `agent-ready list`: the checklist on one page.
import { Chalk } from 'chalk';
import { CHECKS } from '../../checks/index.ts';
import { MODULES, moduleOf } from '../core/index.ts';
import { lookOf } from './look.ts';

export function runList(flags: { json?: boolean }): void {
  if (flags.json === true) {
    const items = CHECKS.map(({ id, code, title, severity, how, lines }) => ({
      id,
      code,
      title,
      module: moduleOf(id),
      severity,
      how,
      lines,
    }));
    process.stdout.write(`${JSON.stringify(items, null, 2)}\n`);
    return;
  }
  const look = lookOf(process.stdout, process.env, false);
  const ink = new Chalk({ level: look.colour });
  const width = Math.max(...CHECKS.map(check => check.id.length));
  const out: string[] = [];
  for (const module of MODULES) {
    out.push('', ink.bold(module.title));
    for (const check of CHECKS.filter(c => moduleOf(c.id) === module.id).sort((a, b) => (a.code < b.code ? -1 : 1))) {
      const severity =
        check.severity === 'blocker'
          ? ink.red(check.severity)
          : check.severity === 'high'
            ? ink.yellow(`${check.severity}   `)
            : `${check.severity} `;
      const wide = look.columns >= width + 90;
      const head = `  ${ink.gray(check.code.padEnd(8))}${check.id.padEnd(width + 2)}${severity}`;
      out.push(wide ? `${head}  ${check.title}` : `${head}\n          ${ink.gray(check.title)}`);
    }
  }
  out.push('', `${CHECKS.length} items. agent-ready explain <item> says why an item matters and how to mend it.`);
  process.stdout.write(`${out.slice(1).join('\n')}\n`);
}
