// The output formats that people and machines read: what they say, how wide they are, and what a hostile repository cannot do to them.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { Look, Report } from '../src/core/index.ts';
import { template as json } from '../templates/json.ts';
import { template as markdown } from '../templates/markdown.ts';
import { template as terminal } from '../templates/terminal.ts';
import { cutEnd, cutMiddle, visible, width, wrap } from '../templates/text.ts';
import { at, found, hostile, huge, item, noAgent, notReady, ready, report } from './templates/reports.ts';

const PLAIN: Look = { columns: 80, colour: 0, unicode: true, verbose: false };
const ALL: Readonly<Record<string, Report>> = { notReady, ready, noAgent, hostile, huge };
const WORLDS = Object.keys(ALL).flatMap(name =>
  [30, 60, 80, 160].flatMap(columns => [true, false].map(unicode => ({ name, columns, unicode }))),
);
const world = (name: string): Report => ALL[name] ?? notReady;
const show = (of: Report, look: Partial<Look> = {}): string => terminal.render(of, { ...PLAIN, ...look });
const ACTIVE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const SGR = /\u001b\[[\d;]*m/g;
const before = (text: string, ...words: string[]): void => {
  const places = words.map(word => text.indexOf(word));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
};

describe('text', () => {
  test('hidden characters become visible, ordinary ones stay', () => {
    expect(visible('a\u001b[2J\n\u202e\u200b\u2028\ud800\u{e0041}')).toBe('a\\u{1b}[2J\\n\\u{202e}\\u{200b}\\u{2028}\\u{d800}\\u{e0041}');
    expect(visible('Grüße/日本語/❤️.ts')).toBe('Grüße/日本語/❤️.ts');
    expect(visible(`e${'\u0301'.repeat(6)}`)).toBe(`e${'\u0301'.repeat(4)}\\u{301}\\u{301}`);
  });

  test.each([
    ['plain', 5],
    ['e\u0301', 1],
    ['日本', 4],
    ['🎉', 2],
    ['❤️', 2],
    ['ﾊ', 1],
    ['…·✔', 3],
  ])('%s takes %i columns', (text, columns) => expect(width(text)).toBe(columns));

  test('cutting and wrapping keep to the width and lose nothing but what they say', () => {
    expect(cutMiddle('src/very/long/path/agent.ts', 16, '…')).toBe('src/v…h/agent.ts');
    expect(cutEnd('some words too many', 14, '…')).toBe('some words …');
    expect(cutEnd('', -3, '…')).toBe('');
    expect(wrap('日本語 is wide, and averyveryverylongword', 10)).toEqual(['日本語 is', 'wide, and', 'averyveryv', 'erylongwor', 'd']);
  });
});

describe('terminal', () => {
  test.each(WORLDS)('$name fits into $columns columns (unicode: $unicode)', ({ name, columns, unicode }) => {
    for (const verbose of name === 'huge' ? [false] : [false, true]) {
      const text = show(world(name), { columns, unicode, verbose });
      for (const line of text.split('\n')) expect(width(line)).toBeLessThanOrEqual(Math.min(columns, 100));
      expect(text).not.toMatch(ACTIVE);
      expect(text).not.toMatch(/[ ]\n|\n\n\n|\n\n$/);
      expect(text.endsWith('\n')).toBe(true);
    }
  });

  test.each(Object.keys(ALL))('%s: colour changes nothing but the colour', name => {
    const coloured = show(world(name), { colour: 3 });
    expect(coloured).toContain('\u001b[');
    expect(coloured.replace(SGR, '')).toBe(show(world(name)));
  });

  test('without unicode, our own words are ASCII', () => {
    for (const of of [notReady, ready, noAgent]) expect(show(of, { unicode: false, verbose: true })).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a width of %d means 80', columns => {
    expect(show(notReady, { columns })).toBe(show(notReady));
  });

  test('the answer first, then the questions, the modules, the lines and what to do next', () => {
    const text = show(notReady);
    before(
      text,
      'agent-ready 0.1.0',
      'NOT READY',
      'Will we know',
      'Observability',
      'Error handling',
      'The 22 lines',
      'gate closed',
      '→ agent-ready explain error-handling/loops',
    );
    expect(text).toContain('3 pass · 2 partial · 2 fail · 4 unknown · 1 not applicable');
    expect(text).toContain('1 of the passes is attested, not proven');
    expect(show(ready)).toMatch(/✔ {2}READY\n/);
    expect(show(ready)).not.toContain('explain');
  });

  test('findings of one pattern are one; three places are enough until more are asked for', () => {
    const text = show(notReady);
    expect(text).toContain('messages.create, chat.completions.create has no output cap');
    expect(text).toContain('src/tags.ts:10\n      … and 1 more');
    expect(text).not.toContain('src/translate.ts');
    expect(show(notReady, { verbose: true })).toContain('src/translate.ts:31');
  });

  test('unknown items take a line for each module, and say what would settle them when asked', () => {
    expect(show(notReady)).toContain('? 2 unknown in error-handling (1 blocker): fallback, error-classes\n');
    expect(show(notReady, { verbose: true })).toContain('Would settle it: A request to the running agent');
  });

  test('at most three unread files are named, and all when asked', () => {
    expect(show(notReady)).toMatch(/Not read \(5\):\n( {4}packages.*\n){3} {4}… and 2 more\n/);
    expect(show(notReady, { verbose: true })).toMatch(/Not read \(5\):\n( {4}packages.*\n){5}\n/);
  });

  test('no name forges a line', () => {
    for (const { columns, unicode } of WORLDS) {
      const lines = show(hostile, { columns, unicode, verbose: true }).split('\n');
      expect(lines.filter(line => /^\s*([✔+]\s*)?READY\s*$|^\s*## READY/.test(line))).toEqual([]);
      expect(lines.filter(line => /^ {2}[✖x] {2}\S/.test(line)).map(line => line.slice(5))).toEqual(['NOT READY']);
    }
  });

  test('an item whose id could harm a shell is not offered as a command', () => {
    const evil = item({ id: 'security/x; rm -rf ~', code: 'SEC-99', title: 'Nothing is removed', severity: 'blocker', status: 'fail' });
    expect(show(report({ items: [evil] }))).not.toContain('explain');
  });

  test('pages that someone has read', async () => {
    await expect(show(notReady)).toMatchFileSnapshot('templates/not-ready-80.txt');
    await expect(show(notReady, { columns: 60, unicode: false })).toMatchFileSnapshot('templates/not-ready-60-ascii.txt');
    await expect(show(noAgent)).toMatchFileSnapshot('templates/no-agent-80.txt');
  });
});

describe('markdown', () => {
  const page = (of: Report): string => markdown.render(of, PLAIN);
  const TAGS = ['<!-- agent-ready -->', '<details>', '</details>', '<summary>', '</summary>', '<code>', '</code>', '<br>'];
  const outsideCode = (text: string): string => text.replace(/`[^`\n]*`/g, '');

  test('answer, gate, questions and the table come first', () => {
    const text = page(notReady);
    expect(text.startsWith('<!-- agent-ready -->\n\n## ✖ agent-ready: NOT READY\n')).toBe(true);
    before(
      text,
      '**Gate closed**',
      '**Will we know',
      '| **blocker** | ✖ fail |',
      '`src/agent.ts:41` and 1 more',
      '<details>',
      'pre-launch list',
      'what would settle each',
      'npx agent-ready audit',
    );
  });

  test.each(Object.keys(ALL))('%s: no tag, link, mention or cell that is not ours, and no hidden character', name => {
    const text = page(world(name));
    const bare = outsideCode(text);
    expect([...new Set(bare.match(/<[^>]*>/g))].filter(tag => !TAGS.includes(tag))).toEqual([]);
    for (const tag of ['details', 'summary', 'code']) expect(bare.split(`<${tag}>`).length).toBe(bare.split(`</${tag}>`).length);
    expect(bare).not.toMatch(/@\w|(?<!&)#\d|GH-\d|:\/\/|(?<!\\)\[|\bwww\./);
    expect(text).not.toMatch(ACTIVE);
    for (const row of text.split('\n').filter(line => line.startsWith('|'))) expect([6, 8]).toContain(row.split('|').length - 1);
    expect(text.split('\n').filter(line => line.startsWith('#')).length).toBeLessThanOrEqual(3);
    expect(text.length).toBeLessThanOrEqual(60_000);
  });

  test('code spans survive backticks', () => {
    const odd = item(
      { id: 'security/api-keys', code: 'SEC-05', title: 'T', severity: 'blocker', status: 'fail' },
      { findings: [found('fail', 'see `a|b` and `x`', [at('a`b``.ts', 3)])] },
    );
    const text = page(report({ items: [odd] }));
    expect(text).toContain('<code>a&#96;b&#96;&#96;.ts:3</code>');
    expect(text).toContain('see <code>a&#124;b</code> and `x`');
  });

  test('five thousand findings fit; what is left out is said, the answer and the blockers stay', () => {
    expect(huge.items.flatMap(one => one.findings).length).toBeGreaterThanOrEqual(5_000);
    const text = page(huge);
    expect(text).toContain('NOT READY');
    for (const one of huge.items.filter(one => one.status === 'fail' || one.status === 'partial'))
      expect(text).toContain(`<br>\`${one.id}\` |`);
    expect(text).toContain('_Left out, because the report is too long for a comment: 2,000 model calls audited._');
  });

  test('the passes go first, then the unknown', () => {
    const many = (status: 'pass' | 'unknown', n: number) =>
      Array.from({ length: n }, (_, i) =>
        item({
          id: `security/${status}-${i}`,
          code: 'SEC-99',
          title: 'A title of an ordinary length, more or less',
          severity: 'high',
          status,
        }),
      );
    const long = page(report({ items: [...many('pass', 800), ...many('unknown', 50)] }));
    expect(long).toContain('800 pass of this module');
    expect(long).toContain('security/unknown-7');
    const longer = page(report({ items: [...many('pass', 800), ...many('unknown', 800)] }));
    expect(longer).toContain('800 pass, 800 unknown of this module');
    expect(longer).toContain('1 model call audited</summary>');
  });

  test('the table stops at forty rows, and absurd texts are shortened before anything of it is lost', () => {
    const long = '@|<`'.repeat(2_000);
    const items = Array.from({ length: 60 }, (_, i) =>
      item(
        { id: `security/i-${i}`, code: 'SEC-99', title: long, severity: 'blocker', status: 'fail' },
        { fix: long, findings: [found('fail', long, [at(long, 1)])] },
      ),
    );
    const text = page(report({ items, summary: long }));
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.split('\n').filter(line => line.startsWith('| **blocker**')).length).toBe(40);
    expect(text).toContain('_The 40 most urgent of 60 are shown._');
  });

  test('a page that someone has read', async () => {
    await expect(page(notReady)).toMatchFileSnapshot('templates/not-ready.md.txt');
  });
});

describe('json', () => {
  const schema: object = JSON.parse(readFileSync(new URL('../templates/report.schema.json', import.meta.url), 'utf8'));
  const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
  const text = (of: Report): string => json.render(of, PLAIN);
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  };

  test.each(Object.keys(ALL))('%s: the same data, valid by its schema, without a hidden character', name => {
    expect(JSON.parse(text(world(name)))).toEqual(world(name));
    validate(JSON.parse(text(world(name))));
    expect(validate.errors ?? []).toEqual([]);
    expect(text(world(name))).not.toMatch(ACTIVE);
  });

  test('the order of the keys does not depend on who made the report', () => {
    expect(text(reversed(notReady) as Report)).toBe(text(notReady));
    const first = JSON.parse(text(notReady)).items[0];
    expect(Object.keys(first).join(' ')).toBe('code id title module severity status basis confidence waived why fix note findings');
    expect(text(first)).toBe(`${JSON.stringify(first, null, 2)}\n`);
  });

  test('the schema knows every field and no other', () => {
    expect(validate({ ...ready, extra: 1 })).toBe(false);
    expect(validate({ ...ready, items: ready.items.map(one => ({ ...one, extra: 1 })) })).toBe(false);
    for (const key of Object.keys(ready)) expect(validate({ ...ready, [key]: undefined })).toBe(false);
    const later = {
      tools: [{ file: 'a.ts', line: 1, name: 'search', dangerous: true, guarded: 'no', test: false }],
      secrets: [{ file: 'a.ts', line: 1, kind: 'openai-key', masked: 'sk-…' }],
      experiments: [
        { id: 'storm', question: 'Does it last?', status: 'pass', items: [], treatment: [], rerun: 'agent-ready audit --live' },
      ],
      live: ['Reached by its base URL'],
    };
    expect(validate({ ...ready, ...later })).toBe(true);
    expect(validate({ ...ready, experiments: [{ id: 'storm' }] })).toBe(false);
  });
});

describe('a repository without an agent', () => {
  test.each([
    noAgent,
    { ...noAgent, answer: 'ready', summary: 'READY' } as const,
    { ...notReady, calls: notReady.calls.map(call => ({ ...call, test: true })) },
  ])('is never called ready (%#)', of => {
    for (const text of [show(of), show(of, { columns: 60, unicode: false }), markdown.render(of, PLAIN)]) {
      expect(text).toContain('NO AGENT FOUND');
      expect(text).toContain('nothing was audited');
      expect(text.replaceAll('agent-ready', '')).not.toMatch(/ready/i);
    }
  });
});
