// Prints what became of each mutant: `npm run mutants [agent language]`. What experiments see is printed by `npm run mutants:observed`.
import { close, load } from './load.mjs';

const { MUTANTS } = await load('../agents/mutants/index.ts');
const { tryMutant, tryOriginal } = await load('./mutants.ts');

const [agent = 'exemplary-typescript', language = 'typescript'] = process.argv.slice(2);
const trial = { agent, language };
const original = await tryOriginal(trial);
const list = codes => (codes.length === 0 ? '-' : codes.join(' '));

const rows = [['mutant', 'expected', 'inspected as worse', 'missed']];
for (const mutant of MUTANTS.filter(one => one.edits[language] !== undefined)) {
  const { worse } = await tryMutant(trial, mutant, original);
  const missed = mutant.inspected
    .filter(code => !worse.includes(code))
    .map(code => (original.inspected.get(code) === 'pass' ? `${code}!` : `${code}?`));
  rows.push([mutant.id, list(mutant.inspected), list(worse), list(missed)]);
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
await close();
