// The second half of `npm run build`, after tsc: packs the command line into one script, and lets the engine compile what an audit uses.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('.', import.meta.url));
const folder = `${home}dist/packed`;
const WIDE = /[\u0100-\uffff]/;

if (process.argv[2] === '--compile') await compile();
else await pack();

async function pack() {
  rmSync(folder, { recursive: true, force: true });
  const { rolldown } = await import('rolldown');
  const { ts } = createRequire(import.meta.url)('ts-morph');
  // Each module finds its files where it would find them unpacked. What only looks like it, in a text, stays as it is.
  const places = {
    name: 'places',
    transform(code, id) {
      if (!code.includes('import.meta.url') || !id.startsWith(`${home}dist/`)) return null;
      const place = `new URL(${JSON.stringify(relative(folder, id).replaceAll('\\', '/'))}, __HERE).href`;
      const own = [];
      const visit = node => {
        if (ts.isMetaProperty(node) && ts.isPropertyAccessExpression(node.parent) && node.parent.name.text === 'url') own.push(node.parent);
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(id, code, ts.ScriptTarget.Latest, true));
      return own.reduceRight((text, node) => text.slice(0, node.getStart()) + place + text.slice(node.end), code);
    },
  };
  const bundle = await rolldown({
    input: `${home}dist/src/cli/main.js`,
    platform: 'node',
    // Packages that look for files of their own.
    external: [/^ts-morph/, /tree-sitter/],
    plugins: [places],
  });
  await bundle.write({
    file: `${folder}/main.cjs`,
    format: 'cjs',
    codeSplitting: false,
    banner: "const __HERE = require('node:url').pathToFileURL(__filename).href;",
  });
  await bundle.close();
  narrow(`${folder}/main.cjs`);
  // A process of its own, as the engine keeps what it compiled for other settings. Without the result the audit is slower, not wrong.
  spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--compile'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Writes letters beyond Latin-1 as escapes: a text that holds one of them takes twice the memory as long as the process lives. */
function narrow(file) {
  const text = readFileSync(file, 'utf8');
  const raw = text.match(/String\.raw`(?:[^`\\]|\\.)*`/g) ?? [];
  // In a raw text an escape would be read letter by letter, and behind a backslash it would be none.
  if (raw.some(part => WIDE.test(part)) || /(?<!\\)(?:\\\\)*\\[\u0100-\uffff]/.test(text)) return;
  const escaped = letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(file, text.replace(new RegExp(WIDE, 'g'), escaped));
}

/** Audits what there is at hand, and keeps the code that this made the engine compile. */
async function compile() {
  const { commandLine } = await import('./dist/src/cli/packed.js');
  const runs = [];
  const { main } = await commandLine(runs);
  for (const path of ['test/agents/exemplary-typescript', 'test/agents', '.'])
    if (existsSync(`${home}${path}`)) await main(['audit', `${home}${path}`, '--quiet', '--format', 'json']);
  for (const { script, compiled } of runs) writeFileSync(compiled, script.createCachedData());
  process.exitCode = 0;
}
