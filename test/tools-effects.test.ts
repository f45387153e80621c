// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the snippets are code that holds templates
// What a tool can do, whether that is dangerous, what stands in its way, and what becomes of its answer and its failure.
import { describe, expect, test } from 'vitest';
import type { Tool } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { AI, layOut, type Tree } from './support/calls.ts';

/** One AI SDK tool named `t` with this body; `more` stands at the top of the file. */
function withBody(body: string, more = '', name = 't'): Tree {
  return {
    'package.json': {
      dependencies: {
        ai: '6.0.326',
        '@ai-sdk/openai': '3.0.141',
        pg: '8.16.3',
        stripe: '19.1.0',
        nodemailer: '7.0.0',
        'prom-client': '15.1.3',
        '@prisma/client': '6.0.0',
      },
    },
    'a.ts': `${AI}import { tool } from 'ai';\nimport { z } from 'zod';\n${more}\nconst run = tool({ description: 'x', inputSchema: z.object({}), execute: async ({ a, b }) => { ${body} } });\nawait generateText({ model: openai('gpt-5'), prompt: 'hi', tools: { ${name}: run } });`,
  };
}

async function read(files: Tree): Promise<Tool> {
  const { facts } = await scan(layOut(files), () => {});
  const [tool] = facts.tool;
  if (tool === undefined) throw new Error('no tool was found');
  return tool;
}

type Row = readonly [
  name: string,
  body: string,
  more: string,
  capabilities: readonly string[],
  dangerous: boolean | null,
  guarded?: Tool['guarded'],
];

const EXEC = `import { exec, execFile } from 'node:child_process';\nimport { promisify } from 'node:util';\nconst run2 = promisify(exec);`;
const FS = `import { readFile, rm, writeFile } from 'node:fs/promises';\nimport path from 'node:path';`;
const PG = `import pg from 'pg';\nconst pool = new pg.Pool({});`;

const ROWS: readonly Row[] = [
  ['a shell command of the model', 'await run2(a);', EXEC, ['shell'], true, 'no'],
  ['a shell command through a helper', 'await go(a);', `${EXEC}\nconst go = (c: string) => run2('cd x && ' + c);`, ['shell'], true, 'no'],
  ['a fixed command', "await run2('git status');", EXEC, ['shell'], false],
  ['code of the model', 'return eval(a);', '', ['eval'], true, 'no'],
  [
    'a function of the repository that is called evaluate',
    'return evaluate(a);',
    'const evaluate = (x: string) => x.length;',
    ['pure'],
    false,
  ],
  ['a file anywhere', 'await writeFile(a, b);', FS, ['file-write'], true, 'no'],
  ['a file of a fixed name', "await writeFile('/data/notes.txt', 'x');", FS, ['file-write'], false],
  ['a file whose folder the code picks', "await writeFile(path.join('/data', path.basename(a)), 'x');", FS, ['file-write'], false],
  [
    'a file that must stay in a folder',
    "const p = path.resolve('/data', a); if (path.relative('/data', p).startsWith('..')) throw new Error('no'); await rm(p);",
    FS,
    ['file-write'],
    true,
    'yes',
  ],
  [
    'a file whose path begins like the folder',
    'const p = path.resolve(root, a); if (!p.startsWith(root)) throw new Error("no"); await rm(p);',
    `${FS}\nconst root = '/data';`,
    ['file-write'],
    true,
    'partial',
  ],
  ['a page of any host', 'return (await fetch(a)).text();', '', ['http-arbitrary'], true, 'no'],
  [
    'a page of any host, only by its scheme',
    "if (!/^https:/.test(a)) throw new Error('no'); return (await fetch(a)).text();",
    '',
    ['http-arbitrary'],
    true,
    'no',
  ],
  [
    'a page of allowed hosts',
    "if (!HOSTS.has(new URL(a).hostname)) throw new Error('no'); return (await fetch(a)).text();",
    "const HOSTS = new Set(['example.com']);",
    ['http-arbitrary'],
    true,
    'yes',
  ],
  ['a host that the model completes', 'return (await fetch(`https://${a}.example.com/x`)).text();', '', ['http-arbitrary'], true, 'no'],
  ['a path on a fixed host', 'return (await fetch(`https://api.example.com/${a}`)).text();', '', ['http-fixed'], false],
  ['a path on a host of the settings', 'return (await fetch(`${process.env.API}/${a}`)).text();', '', ['http-fixed'], false],
  [
    'what another system names is not the model’s',
    'const r = await (await fetch(`https://s.example/?q=${a}`)).json(); return (await fetch(r.url)).text();',
    '',
    ['http-fixed'],
    false,
  ],
  ['SQL of the model', 'return (await pool.query(a)).rows;', PG, ['sql-write'], true, 'no'],
  ['SQL of the code', "return (await pool.query('SELECT * FROM o WHERE id = $1', [a])).rows;", PG, ['db-read'], false],
  [
    'a mail to whom the model names',
    "await mail.sendMail({ to: a, text: 'x' });",
    "import nodemailer from 'nodemailer';\nconst mail = nodemailer.createTransport({});",
    ['message-send'],
    true,
    'no',
  ],
  [
    'a mail to a fixed receiver',
    "await mail.sendMail({ to: 'ops@example.com', text: a });",
    "import nodemailer from 'nodemailer';\nconst mail = nodemailer.createTransport({});",
    ['message-send'],
    false,
  ],
  [
    'money',
    'await stripe.refunds.create({ charge: a });',
    "import Stripe from 'stripe';\nconst stripe = new Stripe('x');",
    ['payment'],
    true,
    'no',
  ],
  [
    'a row of the ORM',
    'return prisma.order.findMany({ where: { id: a } });',
    "import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();",
    ['db-read'],
    false,
  ],
  ['a package that nobody knows', 'return strange(a);', "import { strange } from 'strange-package';", [], null],
  [
    'a person is asked first',
    "if (!(await confirm({ message: a }))) return 'no'; await run2(a);",
    `${EXEC}\nimport { confirm } from '@inquirer/prompts';`,
    ['shell'],
    true,
    'yes',
  ],
  [
    'a list of what is forbidden',
    "if (['rm', 'dd'].some(w => a.includes(w))) throw new Error('no'); await run2(a);",
    EXEC,
    ['shell'],
    true,
    'partial',
  ],
];

describe('what it can do', () => {
  test.each(ROWS.map(row => [row[0], row] as const))('%s', async (_name, [, body, more, capabilities, dangerous, guarded]) => {
    const tool = await read(withBody(body, more));
    expect({ capabilities: tool.capabilities, dangerous: tool.dangerous }).toEqual({ capabilities, dangerous });
    if (guarded !== undefined) expect(tool.guarded).toBe(guarded);
  });

  test('a request that writes weighs what the tool is called', async () => {
    const body = "await fetch(`https://api.example.com/orders/${a}`, { method: 'POST' });";
    expect((await read(withBody(body, '', 'cancel_order'))).dangerous).toBe(true);
    expect((await read(withBody(body, '', 'create_note'))).dangerous).toBe(false);
    expect((await read(withBody('await fetch(`https://api.example.com/orders/${a}`);', '', 'cancel_reasons'))).dangerous).toBe(false);
  });
});

describe('what a tool is given by the function that makes it', () => {
  const made = (body: string, more: string, given: string): Tree => ({
    ...(withBody('') as Exclude<Tree, string>),
    'a.ts': `${AI}import { tool } from 'ai';\nimport { z } from 'zod';\n${more}\nconst make = (given: any) => tool({ description: 'x', inputSchema: z.object({}), execute: async ({ a }) => { ${body} } });\nawait generateText({ model: openai('gpt-5'), prompt: 'hi', tools: { t: make(${given}) } });`,
  });

  test('the text of the model goes through a function that was given', async () => {
    const tool = await read(made('const clean = given.tidy(a); await run2(clean);', EXEC, '{ tidy: (text: string) => text.trim() }'));
    expect(tool).toMatchObject({ capabilities: ['shell'], dangerous: true });
  });

  test('a service that is handed on to a helper is followed', async () => {
    const mail = `import nodemailer from 'nodemailer';
interface Mail { deliver(text: string): Promise<void> }
class Smtp implements Mail { #smtp = nodemailer.createTransport({}); async deliver(text: string) { await this.#smtp.sendMail({ to: text }); } }
async function send({ mail, text }: { mail: Mail; text: string }) { await mail.deliver(text); }`;
    expect(await read(made('await send({ mail: given, text: a });', mail, 'new Smtp()'))).toMatchObject({
      capabilities: ['message-send'],
      dangerous: true,
    });
  });
});

describe('its answer', () => {
  const ANSWERS: readonly (readonly [string, string, Tool['outputValidated']])[] = [
    ['as it comes', 'return (await fetch("https://x.example/")).json();', 'no'],
    [
      'fixed',
      'try { await fetch("https://x.example/", { method: "PUT" }); return { success: true }; } catch { return "It did not work."; }',
      'fixed',
    ],
    [
      'fixed but for its error',
      'try { await fetch("https://x.example/"); return "done"; } catch (e) { return { error: e.message }; }',
      'no',
    ],
    ['cut', 'return (await (await fetch("https://x.example/")).text()).slice(0, 4000);', 'partial'],
    ['fewer rows', 'const rows = await (await fetch("https://x.example/")).json(); return rows.slice(0, 10);', 'no'],
    ['through a schema', 'return z.object({ id: z.string() }).parse(await (await fetch("https://x.example/")).json());', 'partial'],
    [
      'cleaned and cut',
      'return (await (await fetch("https://x.example/")).text()).replace(/postgres:\\/\\/\\S+/g, "[x]").slice(0, 4000);',
      'yes',
    ],
  ];
  test.each(ANSWERS.map(a => [a[0], a] as const))('%s', async (_name, [, body, expected]) => {
    expect((await read(withBody(body))).outputValidated).toBe(expected);
  });
});

describe('its failure', () => {
  test('the AI SDK contains it from version 5 on', async () => {
    const files = withBody('return 1;') as Record<string, object | string>;
    expect((await read(files)).errorsToModel).toBe('yes');
    expect((await read({ ...files, 'package.json': { dependencies: { ai: '4.3.0', '@ai-sdk/openai': '1.3.0' } } })).errorsToModel).toBe(
      'no',
    );
  });
  test('a time limit on some calls is not one on all', async () => {
    const timed = 'await fetch("https://x.example/", { signal: AbortSignal.timeout(1000) });';
    expect((await read(withBody(timed))).timeLimited).toBe('yes');
    expect((await read(withBody(`${timed} await fetch("https://y.example/");`))).timeLimited).toBe('partial');
    expect((await read(withBody('return 1;'))).timeLimited).toBe('yes');
  });
});

describe('a dispatcher of the program', () => {
  const tool = "{ name: 'wipe', description: 'x', input_schema: {} }";
  const start = `import Anthropic from '@anthropic-ai/sdk';\nimport { rm } from 'node:fs/promises';\nconst client = new Anthropic();\nconst ask = () => client.messages.create({ model: 'x', max_tokens: 5, messages: [], tools: [${tool}] });\n`;
  test('a switch without a try', async () => {
    const found = await read(
      `${start}async function run(name: string, input: any) { switch (name) { case 'wipe': return rm(input.path); } }\nexport const go = async () => { const r = await ask(); for (const b of r.content) if (b.type === 'tool_use') await run(b.name, b.input); };`,
    );
    expect(found).toMatchObject({ capabilities: ['file-write'], dangerous: true, guarded: 'no', errorsToModel: 'no' });
  });
  test('a table whose caller keeps errors', async () => {
    const found = await read(
      `${start}const table: any = { wipe: (input: any) => rm(input.path) };\nasync function run(name: string, input: any) { try { return await table[name](input); } catch (e) { return 'failed'; } }\nexport const go = async () => { const r = await ask(); for (const b of r.content) if (b.type === 'tool_use') await run(b.name, b.input); };`,
    );
    expect(found).toMatchObject({ capabilities: ['file-write'], dangerous: true, guarded: 'no' });
  });
  test('a condition in the dispatcher may hold it back', async () => {
    const found = await read(
      `${start}const careful = ['wipe'];\nconst table: any = { wipe: (input: any) => rm(input.path) };\nexport async function run(name: string, input: any, mode: string) { if (careful.includes(name)) { if (mode === 'suggest') return 'later'; else return table[name](input); } return table[name](input); }\nexport const go = () => ask();`,
    );
    expect(found).toMatchObject({ dangerous: true, guarded: 'unknown' });
  });
});
