// agent-ready.yml: what is right is read, and everything wrong is one sentence with its place.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../src/config/declaration.ts';
import { readConfig } from '../src/config/index.ts';
import { printConfig } from '../src/config/print.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'agent-ready-config-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const read = (text: string) => {
  writeFileSync(join(root, 'agent-ready.yml'), text);
  return readConfig(root);
};
const target = (lines: string): string => `agents:\n  - name: support\n    target:\n${lines.replace(/^/gm, '      ')}\n`;
const HTTP = `start: [npm, run, start]
ready: {url: 'http://127.0.0.1:{{port}}/health', within: 90s}
env: {PORT: '{{port}}', DEBUG: 0}
http: {url: 'http://127.0.0.1:{{port}}/chat', headers: {Authorization: Bearer x}, body: {message: '{{message}}', n: 3}, reply: $.reply}`;

describe('what is right', () => {
  test('no file is no configuration, an empty one is an empty one', () => {
    rmSync(join(root, 'agent-ready.yml'), { force: true });
    expect(readConfig(root)).toBeUndefined();
    expect(read('')).toEqual({ agents: [], unused: [] });
  });

  test('an HTTP target, with defaults filled in', () => {
    expect(read(target(HTTP))?.agents[0]?.target).toEqual({
      root: '.',
      env: { PORT: '{{port}}', DEBUG: '0' },
      allowTools: [],
      way: {
        kind: 'http',
        start: ['npm', 'run', 'start'],
        ready: { url: 'http://127.0.0.1:{{port}}/health', within: 90_000 },
        url: 'http://127.0.0.1:{{port}}/chat',
        method: 'POST',
        headers: { authorization: 'Bearer x' },
        body: { message: '{{message}}', n: 3 },
        reply: '$.reply',
        stream: 'auto',
      },
    });
  });

  test('a command, a module, and sections that are not used yet', () => {
    const { agents = [], unused } = read(`${target('command: {run: [node, agent.js], input: stdin}')}waivers: []\n`) ?? {};
    expect(agents[0]?.target?.way).toEqual({ kind: 'command', run: ['node', 'agent.js'], input: 'stdin', reply: 'stdout' });
    expect(unused).toEqual(['waivers']);
    expect(read(target('module: {path: x.js}\nallow_tools: [send]'))?.unused).toEqual(['allow_tools']);
    expect(read(target('module: {path: src/agent.js}'))?.agents[0]?.target?.way).toEqual({
      kind: 'module',
      path: 'src/agent.js',
      export: 'default',
    });
  });

  test('what is printed is read as the same target', () => {
    const spec = read(target(HTTP.replace(/^ready.*\n/m, '').replace(', headers: {Authorization: Bearer x}', '')))?.agents[0]?.target;
    if (spec === undefined) throw new Error('no target');
    expect(read(printConfig('support', spec))?.agents[0]?.target).toEqual(spec);
  });
});

describe('the schema', () => {
  const valid = new Ajv2020({ allowUnionTypes: true }).compile(configSchema());
  const plain = (text: string): unknown => parse(text);

  test('takes what is read', () => {
    for (const text of [target(HTTP), target('command: {run: [node, agent.js], input: stdin}'), 'waivers: []\n', 'agents: []\n'])
      expect([valid(plain(text)), valid.errors]).toEqual([true, null]);
  });

  test('refuses what is wrong', () => {
    for (const text of [
      'agent: []\n',
      target('strat: [x]'),
      target('start: [x]'),
      target('command: {run: [x]}\nmodule: {path: x}'),
      target(HTTP.replaceAll('127.0.0.1', 'api.example.com')),
      target('http: {url: http://localhost:1/}'),
      target(HTTP.replace('90s', 'soon')),
      target('module: {export: x}'),
    ])
      expect(valid(plain(text)), text).toBe(false);
  });
});

describe('what is wrong', () => {
  const WRONG: readonly (readonly [name: string, text: string, message: RegExp])[] = [
    ['an unknown section', 'agent:\n  - name: x\n', /^agent-ready\.yml:\d+:\d+: agent is not known here \(did you mean agents\?\)/],
    ['an unknown key', target('strat: [node, x.js]'), /agents\[0\]\.target\.strat is not known here \(did you mean start\?\)/],
    ['no way to reach it', target('start: [node, x.js]'), /must have exactly one of http, command and module, and has none/],
    ['two ways', target('command: {run: [x]}\nmodule: {path: x}'), /and has command and module/],
    [
      'an address of another machine',
      target(HTTP.replaceAll('127.0.0.1', 'api.example.com')),
      /must be a plain http address of this machine/,
    ],
    ['a disguised address', target(HTTP.replace('http://127.0.0.1:{{port}}/chat', 'http://127.0.0.1@evil.example/chat')), /this machine/],
    ['no start', target('http: {url: http://localhost:1/}'), /needs start/],
    ['a start that is a text', target('start: npm run start\nhttp: {url: http://localhost:1/}'), /target\.start must be a list/],
    ['a time', target(HTTP.replace('90s', 'soon')), /ready\.within must be a time such as 60s/],
    ['a folder outside', 'agents:\n  - name: x\n    root: ../other\n', /root must be a folder inside of the repository/],
    ['no YAML', 'agents: [\n', /^agent-ready\.yml:\d+:\d+: this is not valid YAML/],
    ['a key given twice', 'agents: []\nagents: []\n', /this is not valid YAML/],
    ['a bomb', `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\n`, /is not known here/],
  ];
  test.each(WRONG)('%s', (_name, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('a file that was named and is not there', () => {
    expect(() => readConfig(root, join(root, 'none.yml'))).toThrow(/could not be read \(ENOENT\)/);
  });
});
