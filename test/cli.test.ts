// The command line as a user meets it: the built program in a process of its own, its streams, its exit codes, its words.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CHECKS } from '../checks/index.ts';
import { runExplain } from '../src/cli/explain-command.ts';
import { FORMATS } from '../src/cli/formats.ts';
import { lookOf } from '../src/cli/look.ts';
import { MODULES } from '../src/core/index.ts';
import { TEMPLATES } from '../templates/index.ts';
import { BIN, build, PROJECT } from './support/build.ts';
import { agentReady, bash, type Ran, ran } from './support/cli.ts';
import { openShelf } from './support/lay-out.ts';

const shelf = openShelf('cli');
const MANIFEST = JSON.stringify({ name: 'plum-assistant', dependencies: { openai: '6.49.0' } });

/** Retries, a deadline, an output cap and no loop: nothing that can be read fails. */
const careful = shelf.layOut({
  'package.json': MANIFEST,
  'src/agent.ts': `import OpenAI from 'openai';

const client = new OpenAI({ maxRetries: 3, timeout: 20_000 });

export async function reply(question: string): Promise<string> {
  const answer = await client.chat.completions.create({
    model: 'gpt-5.6',
    max_completion_tokens: 500,
    messages: [{ role: 'user', content: question.slice(0, 4000) }],
  });
  return answer.choices[0]?.message.content ?? '';
}
`,
});
/** No retries, no deadline, no cap. */
const careless = shelf.layOut({
  'package.json': MANIFEST,
  'src/broken.ts': '\u0000binary',
  'src/agent.ts': `import OpenAI from 'openai';

const client = new OpenAI({ maxRetries: 0 });

export async function reply(question: string) {
  return client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }] });
}
`,
});
const noAgent = shelf.layOut({ 'package.json': '{"name":"plums"}', 'src/index.ts': 'export const plums = 3;\n' });

const ANSI = /\u001b\[/;
const STACK = /\n\s+at |node:internal|file:\/\/|\bError: /;

vi.setConfig({ testTimeout: 30_000 });
beforeAll(build, 120_000);

/** On a slow machine there may be a note of progress now and then. */
const PROGRESS = /^(?:[A-Z].* \.\.\.\n)*$/;

/** Exit code 2, nothing for a machine to read, one sentence for a person, no stack. */
function refused({ exitCode, stdout, stderr }: Ran, words: RegExp): void {
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(STACK);
  const lines = stderr
    .trimEnd()
    .split('\n')
    .filter(line => !line.endsWith(' ...'));
  expect(lines[0]).toMatch(/^(?:agent-ready|error): \S/);
  // Behind the sentence there may be a hint or two in brackets.
  for (const line of lines.slice(1)) expect(line).toMatch(/^\(.*\)$/);
}

describe('speed', () => {
  test('--help answers at once', async () => {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      await agentReady(['--help']);
      times.push(performance.now() - start);
    }
    const best = Math.round(Math.min(...times));
    console.info(`agent-ready --help: ${best} ms (best of ${times.map(Math.round).join(', ')}); promised: 300 ms`);
    expect(best).toBeLessThan(600);
  });
});

describe.concurrent('help and version', () => {
  test('--help, help and no arguments say the same on standard output', async () => {
    const [help, word, nothing] = await Promise.all([ran(['--help']), ran(['help']), ran([])]);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(word).toEqual(help);
    expect(nothing).toEqual(help);
    for (const command of ['audit', 'list', 'explain']) expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  });

  test('the first sentence says what it is and what it is not', async () => {
    const { stdout } = await ran(['--help']);
    const about = stdout.split('\n\n')[1]?.replaceAll('\n', ' ') ?? '';
    expect(about).toMatch(/^Audits the LLM agent inside a repository/);
    expect(about).toContain('does not prepare a repository for coding agents');
  });

  test('its lines are filled', async () => {
    const about = (await ran(['--help'])).stdout.split('\n\n')[1] ?? '';
    for (const line of about.split('\n').slice(0, -1)) expect(line.length).toBeGreaterThan(60);
  });

  test.each(['audit', 'list', 'explain'])('%s --help', async command => {
    const { exitCode, stdout, stderr } = await ran([command, '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`Usage: agent-ready ${command}`);
  });

  test('--version is the one of package.json, alone on its line', async () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
    for (const flag of ['--version', '-V'])
      expect(await ran([flag])).toEqual(expect.objectContaining({ exitCode: 0, stdout: `${version}\n`, stderr: '' }));
  });

  test('the formats of the help are the formats that there are', () => {
    expect([...FORMATS].sort()).toEqual(TEMPLATES.map(template => template.id).sort());
  });
});

describe.concurrent('what it does not understand', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['a command', ['frobnicate'], /frobnicate/],
    ['a command that is nearly one', ['audti'], /audit/],
    ['a flag', ['--frob'], /--frob/],
    ['a flag of a command', ['audit', '--frob'], /--frob/],
    ['a flag of list', ['list', '--frob'], /--frob/],
    ['a second path', ['audit', 'a', 'b'], /too many arguments/],
    ['a format', ['audit', '--format', 'yaml'], /yaml.*\bjson\b.*\bmarkdown\b.*\bterminal\b/],
    ['a format that is nearly one', ['audit', '--format', 'marcdown'], /did you mean markdown\?/],
    ['a format in capitals', ['audit', '--format', 'JSON'], /did you mean json\?/],
    ['a format without a name for its file', ['audit', '--format', 'json='], /names no file/],
    ['an empty format', ['audit', '--format', ''], /empty/],
    [
      'two formats for standard output',
      ['audit', '--format', 'json', '--format', 'markdown'],
      /json and markdown cannot both go to standard output/,
    ],
    ['one format twice', ['audit', '--format', 'json', '--format', 'json'], /cannot both/],
    ['a policy', ['audit', '--policy', 'maybe'], /pr, launch/],
    ['a missing value', ['audit', '--only'], /argument missing/],
    ['an item', ['audit', '--only', 'plums'], /"plums" is no item/],
    ['an item that is nearly one', ['explain', 'max-token'], /did you mean max-tokens\?/],
    ['an item to skip', ['audit', '--skip', 'plums'], /"plums" is no item/],
    ['an empty item', ['audit', '--only', ''], /empty/],
    ['everything skipped', ['audit', '--only', 'launch', '--skip', 'launch'], /leave no item/],
    ['an item to explain', ['explain', 'plums'], /"plums" is no item/],
    ['nothing to explain', ['explain'], /missing required argument 'item'/],
    ['a module to explain', ['explain', 'security'], /means \d+ items.*security\/api-keys/],
    ['a name of every object', ['explain', '__proto__'], /"__proto__" is no item/],
    ['no such folder', ['audit', '/no/such/folder'], /"\/no\/such\/folder" does not exist/],
    ['a file', ['audit', BIN], /is not a folder/],
  ])('%s', async (_name, args, words) => {
    refused(await ran(args, {}, careful), words);
  });

  test('a file for the report that cannot be written', async () => {
    refused(await ran(['audit', careful, '--format', 'json=/no/such/folder/report.json']), /could not be written to "\/no\/such/);
    refused(await ran(['audit', careful, '--format', `json=${careful}`]), /could not be written/);
  });

  test('an empty path', async () => {
    refused(await ran(['audit', ''], {}, careful), /path|folder/);
  });

  test('two formats for one file', async () => {
    const file = join(shelf.home, 'both');
    refused(await agentReady(['audit', careful, '--format', `json=${file}`, '--format', `markdown=${file}`]), /both/);
  });
});

describe.concurrent('audit', () => {
  test('the default is the report for a terminal, on standard output alone, and the exit code says what it says', async () => {
    // What this agent has was looked after; the rest of the checklist is left out.
    const only = ['rate-limit-retry', 'deadlines', 'max-tokens'].flatMap(id => ['--only', id]);
    const [good, bad] = await Promise.all([ran(['audit', careful, ...only]), ran(['audit', careless])]);
    expect(good.exitCode).toBe(0);
    expect(good.stderr).toMatch(PROGRESS);
    expect(good.stdout).toContain('NOT PROVEN');
    expect(good.stdout).toContain('gate open (policy pr)');
    expect(bad.exitCode).toBe(1);
    expect(bad.stderr).toMatch(PROGRESS);
    expect(bad.stdout).toContain('NOT READY');
    expect(bad.stdout).toContain('gate closed (policy pr)');
  });

  test('without a path it audits the current folder', async () => {
    const [here, there] = await Promise.all([ran(['audit'], {}, careless), ran(['audit', careless])]);
    expect([here.exitCode, here.stdout]).toEqual([there.exitCode, there.stdout]);
  });

  test('launch opens only on READY', async () => {
    const { exitCode, stdout } = await ran(['audit', careful, '--policy', 'launch']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('gate closed (policy launch)');
  });

  test('the gate of the report and the exit code never differ', async () => {
    for (const root of [careful, careless, noAgent]) {
      for (const policy of ['pr', 'launch']) {
        const { exitCode, stdout } = await ran(['audit', root, ...(policy === 'pr' ? [] : ['--policy', policy]), '--format', 'json']);
        const { gate, answer } = JSON.parse(stdout) as { gate: { open: boolean; policy: string }; answer: string };
        expect(gate.policy).toBe(policy);
        expect(exitCode).toBe(gate.open ? 0 : 1);
        if (policy === 'launch') expect(gate.open).toBe(answer === 'ready');
      }
    }
  });

  test('a repository without an agent: the gate is open, and nothing sounds like READY', async () => {
    for (const format of FORMATS) {
      const { exitCode, stdout } = await ran(['audit', noAgent, '--format', format]);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/[Nn]o model call was found/);
      expect(stdout).not.toMatch(/(?<!NOT )\bREADY\b|"answer": "ready"|"status": "pass"/);
    }
  });

  test('formats go to files, each complete, and standard output stays empty', async () => {
    const at = (name: string): string => join(shelf.home, `out-${name}`);
    const flags = FORMATS.flatMap(format => ['--format', `${format}=${at(format)}`]);
    const done = await agentReady(['audit', careless, ...flags], { FORCE_COLOR: '3' });
    expect(done).toMatchObject({ exitCode: 1, stdout: '' });
    for (const format of FORMATS) expect(readFileSync(at(format), 'utf8')).toMatch(/\S\n$/);
    expect(readFileSync(at('terminal'), 'utf8'), 'a file has no colours').not.toMatch(ANSI);
    expect(JSON.parse(readFileSync(at('json'), 'utf8'))).toMatchObject({ answer: 'not-ready' });
    expect(readFileSync(at('markdown'), 'utf8')).toMatch(/^<!-- agent-ready -->\n\n## .*NOT READY/);
  });

  test('one format on standard output and others in files', async () => {
    const file = join(shelf.home, 'beside.md');
    const { stdout } = await agentReady(['audit', careful, '--format', `markdown=${file}`, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'agent-ready/report@1' });
    expect(existsSync(file)).toBe(true);
  });

  test('a name of a file may hold an equals sign', async () => {
    const file = join(shelf.home, 'a=b=c.json');
    await agentReady(['audit', careful, '--format', `json=${file}`]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schema: 'agent-ready/report@1' });
  });

  test('the JSON report is what its schema says', async () => {
    const schema = JSON.parse(readFileSync(join(PROJECT, 'templates/report.schema.json'), 'utf8')) as object;
    const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);
    for (const root of [careful, careless, noAgent]) {
      const { stdout } = await ran(['audit', root, '--format', 'json']);
      const report: unknown = JSON.parse(stdout);
      expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  test('two runs give the same bytes but for the time, from wherever they are started', async () => {
    const runs = await Promise.all([
      agentReady(['audit', careless, '--format', 'json']),
      agentReady(['audit', '.', '--format', 'json'], { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8' }, careless),
      agentReady(['audit', '../', '--format', 'json', '--quiet'], { FORCE_COLOR: '3' }, join(careless, 'src')),
    ]);
    const [first, ...others] = runs.map(({ stdout }) => stdout.replace(/"time": "\d{4}-\d\d-\d\dT[\d:.]+Z"/, '"time": ""'));
    expect(first).toContain('"time": ""');
    for (const other of others) expect(other).toBe(first);
  });

  test('--only rules on what is named, by id, code, short name or module, and is never READY', async () => {
    for (const word of [
      'cost-control/max-tokens',
      'max-tokens',
      'COST-07'.replace('07', CHECKS.find(one => one.id === 'cost-control/max-tokens')?.code.slice(-2) ?? ''),
    ]) {
      const { stdout } = await ran(['audit', careful, '--only', word, '--format', 'json']);
      const report = JSON.parse(stdout) as { items: { id: string; status: string }[]; answer: string; questions: { answer: string }[] };
      expect(
        report.items.map(one => `${one.id} ${one.status}`),
        word,
      ).toEqual(['cost-control/max-tokens pass']);
      expect(report.answer).toBe('not-proven');
      expect(report.questions.map(question => question.answer)).toEqual(['unknown', 'unknown', 'unknown']);
    }
    const module = await ran(['audit', careful, '--only', 'security', '--only', 'max-tokens', '--format', 'json']);
    const { items } = JSON.parse(module.stdout) as { items: { module: string }[] };
    expect(new Set(items.map(one => one.module))).toEqual(new Set(['cost-control', 'security']));
    expect((await ran(['audit', careful, '--only', 'max-tokens', '--policy', 'launch'])).exitCode).toBe(1);
  });

  test('--skip leaves out what is named, and is never READY', async () => {
    const skips = MODULES.filter(module => module.id !== 'cost-control').flatMap(module => ['--skip', module.id]);
    // Of the module only what cannot close the gate is kept.
    const serious = CHECKS.filter(check => check.id.startsWith('cost-control/') && check.severity !== 'medium').map(check => check.id);
    const { stdout, exitCode } = await ran(['audit', careless, ...skips, ...serious.flatMap(id => ['--skip', id]), '--format', 'json']);
    const report = JSON.parse(stdout) as { items: { id: string }[]; answer: string; summary: string };
    const kept = CHECKS.filter(check => check.id.startsWith('cost-control/') && check.severity === 'medium');
    expect(report.items.map(one => one.id).sort()).toEqual(kept.map(check => check.id).sort());
    expect(report.answer).not.toBe('ready');
    expect(report.summary).toContain(`${CHECKS.length - kept.length} items were left out`);
    expect(exitCode, 'what failed was left out').toBe(0);
  });

  test('--verbose shows what else was found: passes with their places, and unread files', async () => {
    const [short, long] = await Promise.all([ran(['audit', careless]), ran(['audit', careless, '--verbose'])]);
    expect(long.exitCode).toBe(short.exitCode);
    expect(long.stdout.length).toBeGreaterThan(short.stdout.length);
    expect(short.stdout, 'that something was not read is always said').toContain('Not read (1)');
    expect(long.stdout).toContain('src/broken.ts');
    expect(long.stdout).toContain('binary');
  });

  test('--quiet takes nothing away from the report', async () => {
    const [plain, quiet] = await Promise.all([ran(['audit', careless]), ran(['audit', careless, '--quiet'])]);
    expect(quiet.stdout).toBe(plain.stdout);
    expect(quiet.exitCode).toBe(plain.exitCode);
    expect(quiet.stderr).toBe('');
  });

  test('it writes nothing into the repository', async () => {
    const { stdout } = await bash(
      `cd '${careless}' && before=$(find . -printf '%p %s %T@\\n' | sort) && $AGENT_READY audit > /dev/null; [ "$before" = "$(find . -printf '%p %s %T@\\n' | sort)" ] && echo same`,
    );
    expect(stdout).toBe('same\n');
  });
});

describe.concurrent('colour', () => {
  const colours = async (env: Readonly<Record<string, string>>): Promise<boolean> => ANSI.test((await ran(['list'], env)).stdout);

  test('a pipe has none; FORCE_COLOR gives it some; NO_COLOR and FORCE_COLOR=0 win', async () => {
    expect(await colours({})).toBe(false);
    expect(await colours({ TERM: 'xterm-256color' })).toBe(false);
    for (const level of ['1', '2', '3', 'true']) expect(await colours({ FORCE_COLOR: level })).toBe(true);
    expect(await colours({ FORCE_COLOR: '0' })).toBe(false);
    expect(await colours({ FORCE_COLOR: 'false' })).toBe(false);
    expect(await colours({ NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(await colours({ NO_COLOR: '', FORCE_COLOR: '1' }), 'an empty NO_COLOR is none').toBe(true);
  });

  test('the words are the same with and without', async () => {
    const [plain, coloured] = await Promise.all([ran(['audit', careless]), ran(['audit', careless], { FORCE_COLOR: '1' })]);
    expect(coloured.stdout.replace(/\u001b\[[\d;]*m/g, '')).toBe(plain.stdout);
  });

  test('machine formats have none, ever', async () => {
    for (const format of ['json', 'markdown'])
      expect((await ran(['audit', careless, '--format', format], { FORCE_COLOR: '3' })).stdout).not.toMatch(ANSI);
    expect((await ran(['list', '--json'], { FORCE_COLOR: '3' })).stdout).not.toMatch(ANSI);
  });

  test('list and explain follow the same rules', async () => {
    for (const args of [['list'], ['explain', 'loops']]) {
      expect((await ran(args)).stdout).not.toMatch(ANSI);
      expect((await ran(args, { FORCE_COLOR: '1' })).stdout).toMatch(ANSI);
      expect((await ran(args, { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toMatch(ANSI);
    }
  });

  test('at a terminal: colour, but not a dumb one', async context => {
    // `script` gives the program a terminal.
    if ((await bash('command -v script')).exitCode !== 0) context.skip();
    const typed = async (env: Readonly<Record<string, string>>): Promise<string> =>
      (await bash('script -qec "$AGENT_READY list" /dev/null', env)).stdout;
    expect(await typed({ TERM: 'xterm' })).toMatch(ANSI);
    expect(await typed({ TERM: 'dumb' })).not.toMatch(ANSI);
    expect(await typed({ TERM: 'xterm', NO_COLOR: '1' })).not.toMatch(ANSI);
  });

  test('the decision itself', () => {
    const level = (isTTY: boolean, env: Record<string, string>) => lookOf({ isTTY }, env, false).colour;
    expect(level(true, { TERM: 'xterm' })).toBe(1);
    expect(level(true, { TERM: 'xterm-256color' })).toBe(2);
    expect(level(true, { TERM: 'xterm', COLORTERM: 'truecolor' })).toBe(3);
    expect(level(true, { TERM: 'dumb' })).toBe(0);
    expect(level(true, { TERM: 'dumb', FORCE_COLOR: '1' })).toBe(1);
    expect(level(true, { NO_COLOR: '1' })).toBe(0);
    expect(level(false, { TERM: 'xterm' })).toBe(0);
    expect(lookOf({}, { COLUMNS: 'plums' }, false).columns).toBe(80);
    expect(lookOf({ columns: 40 }, {}, true)).toMatchObject({ columns: 40, verbose: true });
  });

  test('no line is wider than the terminal', async () => {
    for (const columns of [60, 120]) {
      const { stdout } = await ran(['audit', careless, '--verbose'], { COLUMNS: String(columns) });
      for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(columns);
    }
  });

  test('without UTF-8 it writes ASCII alone', async () => {
    const { stdout } = await ran(['audit', careless], { LANG: 'de_DE.ISO-8859-1' });
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe.concurrent('closed and full pipes', () => {
  test.each([
    ['list', ['list', '--json']],
    ['a long report', ['audit', careless, '--quiet', '--format', 'json']],
    ['the help', ['audit', '--help']],
  ])('%s, of which head reads one line', async (_name, args) => {
    const { stdout, stderr, exitCode } = await bash(`$AGENT_READY ${args.join(' ')} | head -1`);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout.split('\n')).toHaveLength(2);
  });

  test('nobody reads at all', async () => {
    const { stderr } = await bash(`{ sleep 0.2; $AGENT_READY audit --quiet '${careless}'; echo "exit $?" >&2; } | true`);
    expect(stderr, 'the report was made, and the gate is closed').toBe('exit 1\n');
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk is one sentence and exit code 2', async () => {
    const full = await bash(`$AGENT_READY audit '${careful}' > /dev/full`);
    refused(full, /could not be written|no space/i);
  });

  test('an error that nobody reads keeps its exit code', async () => {
    const { stdout } = await bash(
      'exec 3>&1; { sleep 0.2; $AGENT_READY audit /no/such/folder; echo "exit $?" >&3; } 2>&1 >/dev/null | { exec 0<&-; sleep 0.7; }',
    );
    expect(stdout).toBe('exit 2\n');
  });
});

describe.concurrent('list', () => {
  test('shows every item once, under its module', async () => {
    const { stdout, exitCode, stderr } = await ran(['list']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const check of CHECKS)
      expect(
        stdout.split(/\s/).filter(word => word === check.id),
        check.id,
      ).toHaveLength(1);
    for (const module of MODULES) expect(stdout).toContain(module.title);
    expect(stdout).toContain(`${CHECKS.length} items.`);
  });

  test('--json is the same for machines', async () => {
    const { stdout } = await ran(['list', '--json']);
    const items = JSON.parse(stdout) as { id: string; code: string }[];
    expect(items.map(one => one.id).sort()).toEqual(CHECKS.map(check => check.id).sort());
    for (const one of items) expect(Object.keys(one)).toEqual(['id', 'code', 'title', 'module', 'severity', 'how', 'lines']);
  });
});

describe('explain', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('the same page by id, code and short name, in any case', async () => {
    const pages = await Promise.all(
      ['error-handling/loops', 'ERR-10', 'err-10', 'loops', 'LOOPS', ' loops '].map(word => ran(['explain', word])),
    );
    for (const page of pages) expect(page).toEqual(pages[0]);
    expect(pages[0]).toMatchObject({ exitCode: 0, stderr: '' });
    for (const heading of ['Why', 'How we know', 'What to do', 'Good', 'Bad'])
      expect(pages[0]?.stdout).toMatch(new RegExp(`^${heading}`, 'm'));
  });

  test.each(CHECKS.map(check => [check.id, check] as const))('%s', (_id, check) => {
    let page = '';
    vi.spyOn(process.stdout, 'write').mockImplementation(text => {
      page += String(text);
      return true;
    });
    runExplain(check.id);
    const words = page.replaceAll(/\s+/g, ' ');
    for (const part of [check.code, check.id, check.title, check.severity, check.why, check.fix, check.settles])
      expect(words).toContain(part.replaceAll(/\s+/g, ' '));
    for (const trap of check.traps ?? []) expect(words).toContain(trap.replaceAll(/\s+/g, ' '));
    expect(page).not.toContain('[object Object]');
  });

  test('every name means one item, and every short name is unique', async () => {
    const names = CHECKS.map(check => check.id.slice(check.id.indexOf('/') + 1));
    expect(new Set(names).size).toBe(names.length);
    expect(
      names.filter(name => MODULES.some(module => module.id === name)),
      'a module by that name would hide the item',
    ).toEqual([]);
  });
});

describe.concurrent('configuration of the package', () => {
  test('the paths that package.json promises exist once it is built', () => {
    const { bin, exports } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      bin: Record<string, string>;
      exports: Record<string, string | Record<string, string>>;
    };
    const promised = [
      ...Object.values(bin),
      ...Object.values(exports).flatMap(one => (typeof one === 'string' ? [one] : Object.values(one))),
    ];
    expect(promised.filter(path => !existsSync(join(PROJECT, path)))).toEqual([]);
  });

  test('an audited repository cannot change it: its own dotfiles and environment files are not ours', async () => {
    const root = shelf.layOut({
      '.env': 'NO_COLOR=\nAGENT_READY_DEBUG=1\nFORCE_COLOR=3\n',
      'package.json': '{"name":"x"}',
      '.npmrc': 'color=always',
    });
    mkdirSync(join(root, 'node_modules/commander'), { recursive: true });
    writeFileSync(join(root, 'node_modules/commander/package.json'), '{"name":"commander","main":"index.js"}');
    writeFileSync(join(root, 'node_modules/commander/index.js'), 'require("fs").writeFileSync(__dirname + "/ran", "")');
    const { exitCode, stdout } = await agentReady(['audit'], {}, root);
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(ANSI);
    expect(existsSync(join(root, 'node_modules/commander/ran'))).toBe(false);
  });
});
