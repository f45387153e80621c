// `agent-ready explain`: one item, in full, from its own file. Offline.
import { Chalk } from 'chalk';
import { CHECKS } from '../../checks/index.ts';
import { type Check, type Example, LINES } from '../core/index.ts';
import { UserError } from '../repository/errors.ts';
import { lookOf } from './look.ts';
import { itemsNamed } from './select.ts';

const HOW = {
  observe: 'observed: an experiment on the running agent',
  inspect: 'inspected: read in the code or configuration',
  attest: 'attested: signed by a person, with a link and an expiry date',
} as const;

/** @throws UserError when the word means no item, or more than one */
export function runExplain(word: string): void {
  const found = itemsNamed(word, CHECKS);
  const check = found[0];
  if (check === undefined || found.length > 1) {
    throw new UserError(`"${word}" means ${found.length} items; explain one of them: ${found.map(c => c.id).join(', ')}.`);
  }
  const look = lookOf(process.stdout, process.env, false);
  process.stdout.write(`${page(check, new Chalk({ level: look.colour }), Math.min(look.columns, 100)).join('\n')}\n`);
}

function page(check: Check, ink: InstanceType<typeof Chalk>, columns: number): string[] {
  const text = (s: string): string[] => wrap(s, columns - 2).map(line => `  ${line}`);
  const list = (items: readonly string[]): string[] =>
    items.flatMap(item => wrap(item, columns - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`));
  const lines = LINES.filter(line => check.lines.includes(line.id)).map(line => `${line.id} ${line.title}`);
  return [
    `${ink.bold(check.title)}`,
    ink.gray(`${check.code}  ${check.id}  ${check.severity}`),
    '',
    ink.bold('Why'),
    ...text(check.why),
    '',
    ink.bold('How we know'),
    ...list(check.how.map(witness => HOW[witness])),
    ...text(
      check.inspect === undefined
        ? `This version cannot decide it from the code and answers unknown. It is settled by: ${check.settles}`
        : `Where the code does not tell, it is settled by: ${check.settles}`,
    ),
    ...(check.traps === undefined ? [] : ['', ink.bold('What fools a reader'), ...list(check.traps)]),
    '',
    ink.bold('What to do'),
    ...text(check.fix),
    ...(lines.length === 0 ? [] : ['', ink.bold('Answers on the pre-launch list'), ...list(lines)]),
    ...(check.examples ?? []).flatMap(example => ['', ...code(example, ink)]),
  ];
}

function code(example: Example, ink: InstanceType<typeof Chalk>): string[] {
  const verdict = example.reading ?? example.expect;
  const heading =
    verdict === 'good' || verdict === 'pass'
      ? ink.green('Good')
      : verdict === 'bad' || verdict === 'fail'
        ? ink.red('Bad')
        : ink.yellow(verdict === 'partial' ? 'Partial' : 'Other');
  const files = [...Object.entries(example.files ?? {}), [example.file, example.code] as const];
  return [
    `${heading}${example.shows === undefined ? '' : `: ${example.shows}`}`,
    ...files.flatMap(([file, body]) => [ink.gray(`  ${file}`), ...body.split('\n').map(line => `    ${line}`)]),
  ];
}

function wrap(text: string, width: number): string[] {
  const out: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      out.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? out : [...out, line];
}
