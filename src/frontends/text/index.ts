// The text frontend: searches every text file for secrets, whatever its language. Reads no code as code.
import type { Fact, Secret } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import type { Extract, Frontend } from '../frontend.ts';
import { isHushed } from './hush.ts';
import { isSilent, kindOf, roleFor } from './kinds.ts';
import { scanText } from './scan-text.ts';

export const frontend: Frontend = { id: 'text', reads: [''], extract };

/** Files larger than this, all together, are too much: beyond it they are named as not searched. */
const LARGE = 2 * 1024 * 1024;
const LARGE_TOTAL = 128 * 1024 * 1024;

async function extract(inventory: Inventory, _sdks: unknown, progress: (note: string) => void): Promise<Extract> {
  const facts: Fact[] = [];
  const skipped: { file: string; reason: string }[] = inventory.unread.filter(one => one.file.endsWith('/'));
  let files = 0;
  let room = LARGE_TOTAL;
  let rested = performance.now();
  for (const [i, file] of inventory.files.entries()) {
    if (isSilent(file)) continue;
    const result = room > 0 ? inventory.peek(file) : ({ kind: 'unread', reason: 'more large files than are searched' } as const);
    if (result.kind === 'unread') {
      if (result.reason !== 'binary') skipped.push({ file, reason: result.reason });
      continue;
    }
    files++;
    if (result.text.length > LARGE) room -= result.text.length;
    facts.push(...secretsOf(inventory, file, result.text));
    if (performance.now() - rested > 60) {
      progress(`Looking for secrets: ${i + 1} of ${inventory.files.length} files`);
      await new Promise(resume => setImmediate(resume));
      rested = performance.now();
    }
  }
  facts.push({ kind: 'secret-scan', location: { file: '.', line: 1 }, files, skipped });
  return { facts, languages: [], files: 0, lines: 0 };
}

function secretsOf(inventory: Inventory, file: string, text: string): Secret[] {
  const kind = kindOf(file);
  const role = roleFor(inventory.roleOf(file), kind);
  const out: Secret[] = [];
  let line = 1;
  let lineAt = 0;
  for (const hit of scanText({ text, kind, role })) {
    for (let at = text.indexOf('\n', lineAt); at >= 0 && at < hit.start; at = text.indexOf('\n', lineAt)) {
      line++;
      lineAt = at + 1;
    }
    const { rule, label, masked, by, use } = hit;
    const location = { file, line, column: hit.start - lineAt + 1, symbol: rule };
    const fact: Secret = { kind: 'secret', location, role, rule, label, masked, by, use };
    out.push(isHushed(text, hit.start) ? { ...fact, hushed: true } : fact);
  }
  return out;
}
