// Prints what became of each mutant: `npm run mutants [agent language]`. Experiments are not made here yet: their column holds "-".
import { createServer } from 'vite';

// Vite comes with vitest, and loads the TypeScript of this repository.
const vite = await createServer({
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const load = path => vite.ssrLoadModule(new URL(path, import.meta.url).pathname);
const { MUTANTS } = await load('../agents/mutants/index.ts');
const { tryMutant, tryOriginal } = await load('./mutants.ts');

const [agent = 'exemplary-typescript', language = 'typescript'] = process.argv.slice(2);
// A runner of experiments is given as `observe` beside these two.
const trial = { agent, language };
const original = await tryOriginal(trial);
const list = codes => (codes.length === 0 ? '-' : codes.join(' '));

const rows = [['mutant', 'expected', 'inspected as worse', 'missed', 'observed as worse']];
for (const mutant of MUTANTS.filter(one => one.edits[language] !== undefined)) {
  const { worse, observed } = await tryMutant(trial, mutant, original);
  const missed = mutant.inspected
    .filter(code => !worse.includes(code))
    .map(code => (original.inspected.get(code) === 'pass' ? `${code}!` : `${code}?`));
  rows.push([mutant.id, list(mutant.inspected), list(worse), list(missed), observed === undefined ? '-' : list(observed)]);
}
const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
for (const row of rows)
  process.stdout.write(
    `${row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd()}\n`,
  );
process.stdout.write(
  '\n! a false assurance: it passes as before.   ? the good agent does not pass this item either, so nothing could turn red.\n',
);
await vite.close();
