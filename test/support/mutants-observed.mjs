// npm run mutants:observed [agent language [part of a mutant's id]]: starts each mutant, makes its experiments, and prints which items they turn red.
import { close, load } from './load.mjs';

const { MUTANTS } = await load('../agents/mutants/index.ts');
const { outcomesOf, seenIn } = await load('./observe.ts');
const { worseThan } = await load('./mutants.ts');
const { CHECKS } = await load('../../checks/index.ts');

const [agent = 'exemplary-typescript', language = 'typescript', part = ''] = process.argv.slice(2);
/** The experiments that the items of a mutant read. */
const probesOf = mutant => [...new Set(CHECKS.filter(c => mutant.observed.includes(c.code)).flatMap(c => Object.keys(c.observe ?? {})))];
// An item may say nothing of a good agent and fail a bad one: its silence was no worse than a pass.
const list = codes => (codes.length === 0 ? '-' : codes.join(' '));
const originals = new Map();
/** What the good agent shows, for each of its targets. */
async function originalOf(target) {
  if (!originals.has(target)) {
    const outcomes = await outcomesOf(agent, [], undefined, target);
    const seen = [...seenIn(outcomes)];
    const open = seen.filter(([, status]) => status !== 'pass').map(([code, status]) => `${code} ${status}`);
    process.stdout.write(
      `${agent}${target === undefined ? '' : ` as ${target}`}: ${seen.length} items seen, ${open.length === 0 ? 'all pass' : `not passed: ${open.join(', ')}`}\n\n`,
    );
    originals.set(target, outcomes);
  }
  return originals.get(target);
}

let killed = 0;
let expected = 0;
const extra = [];
for (const mutant of MUTANTS.filter(one => one.edits[language] !== undefined && one.observed.length > 0 && one.id.includes(part))) {
  expected++;
  const probes = probesOf(mutant);
  let line;
  try {
    const before = seenIn(await originalOf(mutant.target), probes);
    const after = seenIn(await outcomesOf(agent, mutant.edits[language], probes, mutant.target), probes);
    const worse = worseThan(before, after).concat(
      [...after].filter(([code, status]) => !before.has(code) && status === 'fail').map(([code]) => code),
    );
    const missed = mutant.observed.filter(code => !worse.includes(code));
    const others = worse.filter(code => !mutant.observed.includes(code));
    if (missed.length === 0) killed++;
    if (others.length > 0) extra.push(mutant.id);
    line = `${missed.length === 0 ? 'killed ' : 'MISSED '} ${mutant.id.padEnd(34)} ${list(worse)}${missed.length === 0 ? '' : `   missed ${list(missed)}`}${others.length === 0 ? '' : `   besides ${list(others)}`}`;
  } catch (error) {
    line = `NOT RUN ${mutant.id.padEnd(34)} ${error instanceof Error ? error.message.slice(0, 200) : error}`;
  }
  process.stdout.write(`${line}\n`);
}
process.stdout.write(
  `\n${killed} of ${expected} mutants that experiments can see turned their items red; ${extra.length} turned others red as well.\n`,
);
await close();
process.exit(0);
