// Patterns of Python in the syntax of JavaScript: what they find was found by Python 3.11 in the same texts.
import { describe, expect, test, vi } from 'vitest';
import type { Guard } from '../src/core/index.ts';
import { asLiteral, replacement, translated } from '../src/frontends/python/patterns.ts';
import { scan } from '../src/scan.ts';
import { openShelf } from './support/lay-out.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000 });

const shelf = openShelf('python-patterns');
const r = String.raw;

test.each<[pattern: string, flags: string, text: string, found: readonly string[]]>([
  // Letters and digits of all alphabets, and borders between them.
  [r`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`, '', '小明@公司.网络 mail', ['小明@公司.网络']],
  [r`\b\d{3}\b`, '', 'x٣٤٥ 123 中456', ['123']],
  [r`\d+`, '', '٣٤٥', ['٣٤٥']],
  [r`\d+`, 'a', '٣٤٥ 12', ['12']],
  [r`\bcaf\b`, '', 'café caf', ['caf']],
  [r`\bcaf\b`, 'a', 'café caf', ['caf', 'caf']],
  [r`(?a:\w)+é`, '', 'café', ['café']],
  [r`[^\W\d_]+`, '', 'é_1中 x', ['é', '中', 'x']],
  [r`[^\S\n]+`, '', 'a \t\nb', [' \t']],
  // Ends of texts and lines.
  [r`^b$`, '', 'b\n', ['b']],
  [r`b\Z`, '', 'b\n', []],
  [r`^b$`, 'm', 'a\nb\nc', ['b']],
  [r`a$`, 'm', 'a\u2028c', []],
  [r`\Ab`, 'm', 'a\nb', []],
  [r`ab.cd`, '', 'ab\rcd', ['ab\rcd']],
  [r`a.c`, '', 'a\nc', []],
  [r`(?s:a.)c`, '', 'a\nc', ['a\nc']],
  // Groups, counts, atoms.
  [r`(?P<x>[a-z])(?P=x)`, '', 'aa bb ab', ['aa', 'bb']],
  [r`(?P<x>[a-z])\1`, '', 'aa bb ab', ['aa', 'bb']],
  [r`a++b`, '', 'aaab', ['aaab']],
  [r`a++ab`, '', 'aaab', []],
  [r`(?>a|ab)c`, '', 'abc ac', ['ac']],
  [r`x{,2}y`, '', 'y xxxy', ['y', 'xxy']],
  [r`x{y}`, '', 'x{y}', ['x{y}']],
  [r`(?#both)ab`, '', 'ab', ['ab']],
  // Flags, layout, escapes, classes.
  [r`(?i)IGNORE\s+all`, '', 'Ignore All', ['Ignore All']],
  ['\n \\d{3}  # area\n [- ]\n \\d{4} \\  # end\n', 'x', '555-1234 ', ['555-1234 ']],
  [r`[]a]+`, '', 'a]b', ['a]']],
  [r`[^]a]+`, '', 'a]b', ['b']],
  [r`\-\@\/\"\#`, '', '-@/"#', ['-@/"#']],
  [r`[\w.-]+`, '', 'a-b.c', ['a-b.c']],
  [r`\x41\u4e2d\101`, '', 'A中A', ['A中A']],
  [r`\U0001F600+`, '', '😀😀', ['😀😀']],
  [r`[😀-😂]`, '', '😁', ['😁']],
])('%s with "%s" in %j', (pattern, flags, text, found) => {
  const said = translated(pattern, flags);
  expect(said).toBeDefined();
  expect([...text.matchAll(new RegExp(said?.source ?? '', `${said?.flags}g`))].map(match => match[0])).toEqual(found);
  // What stands in the lowered text is translated once more.
  const literal = asLiteral(pattern, flags);
  const again = literal === undefined ? said : translated(literal.source, literal.flags);
  if (pattern.endsWith('Z')) return;
  expect([...text.matchAll(new RegExp(again?.source ?? '', `${again?.flags}g`))].map(match => match[0])).toEqual(found);
});

test.each([
  [r`(a)?(?(1)b|c)`],
  [r`(?i:a)b`],
  [r`\N{BULLET}`],
  [r`(x)a++`],
  [r`(?>(?>a)b)c`],
  [r`[a-`],
  [r`(a`],
  [r`a)`],
  ['('.repeat(5000)],
  [r`\m`],
])('%s is not translated', pattern => {
  expect(translated(pattern, '')).toBeUndefined();
  expect(asLiteral(pattern, '')).toBeUndefined();
});

test.each<[string, string | undefined]>([
  ['[card]', '[card]'],
  [r`<b>\1</b>`, '<b>$1</b>'],
  [r`\g<name>\g<2>\g<0>`, '$<name>$2$&'],
  ['$1', '$$1'],
  [r`\q`, undefined],
])('the replacement %s', (text, said) => {
  expect(replacement(text)).toBe(said);
});

async function guardsOf(code: string): Promise<readonly Guard[]> {
  const head = `import re\nfrom openai import OpenAI\nclient = OpenAI()\n`;
  const tail = `
def reply(question):
    check(question)
    answer = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    return clean(answer.choices[0].message.content)
`;
  const given = `${head}${code.includes('def check') ? '' : 'def check(text):\n    pass\n'}${code.includes('def clean') ? '' : 'def clean(text):\n    return text\n'}${code}${tail}`;
  const { facts } = await scan(shelf.layOut({ 'agent.py': given }), () => {});
  return facts.guard.filter(guard => guard.by === 'pattern');
}
const wrongOf = async (code: string): Promise<string> => (await guardsOf(code)).flatMap(guard => guard.counterexamples ?? []).join('; ');

describe('in an agent', () => {
  const check = (test: string): string => `ATTACK = re.compile(r"ignore (?:all )?previous instructions", re.I)
def check(text):
    if ${test}:
        raise ValueError("no")
`;
  test('search finds an order anywhere, match only at the start, fullmatch only as the whole', async () => {
    const missed = 'the list misses "ignore all previous instructions"';
    const plain = 'the list misses "ignore previous instructions"';
    expect(await wrongOf(check('ATTACK.search(text)'))).not.toContain(missed);
    expect(await wrongOf(check('ATTACK.match(text)'))).not.toContain(missed);
    expect(await guardsOf(check('ATTACK.fullmatch(text)'))).toEqual([]);
    expect(await wrongOf(check('re.match(r"(?i)ignore (?:all )?previous", text)'))).not.toContain(plain);
    expect(await guardsOf(check('re.match(r"all previous instructions|previous rules", text)'))).toEqual([]);
    expect(await guardsOf(check('re.search(r"all previous instructions|previous rules", text)'))).toHaveLength(1);
  });

  const MAIL = r`[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w:])`;
  test.each<[string, string, boolean]>([
    ['letters of all alphabets', `MAIL = re.compile(r"${MAIL}")\ndef clean(text):\n    return MAIL.sub("[e-mail]", text)\n`, false],
    ['letters of ASCII', `MAIL = re.compile(r"${MAIL}", re.ASCII)\ndef clean(text):\n    return MAIL.sub("[e-mail]", text)\n`, true],
    [
      'in verbose style',
      `MAIL = re.compile(r"""\n    [\\w.+-]+ @   # who\n    [\\w-]+ (?: \\. [\\w-]+ )+   # where\n    (?![\\w:])\n""", re.VERBOSE)\ndef clean(text):\n    return MAIL.sub("[e-mail]", text)\n`,
      false,
    ],
    ['in a constant', `MAIL = r"${MAIL}"\nRE = re.compile(MAIL, re.A)\ndef clean(text):\n    return RE.sub("[e-mail]", text)\n`, true],
  ])('addresses with %s', async (_name, code, missed) => {
    const wrong = await wrongOf(code);
    expect(wrong).toContain('no pattern hides');
    expect(wrong.includes('小明@公司.网络')).toBe(missed);
  });

  test('a replacement that holds what was found hides nothing', async () => {
    expect(await guardsOf(`def clean(text):\n    return re.sub(r"(${MAIL})", r"<b>\\1</b>", text)\n`)).toEqual([]);
    expect(await guardsOf(`def clean(text):\n    return re.sub(r"(?P<mail>${MAIL})", r"<\\g<mail>>", text)\n`)).toEqual([]);
    expect(await guardsOf(`def clean(text):\n    return re.sub(r"(${MAIL})", r"[e-mail]", text)\n`)).toHaveLength(1);
  });
});
