// `audit --live` and `doctor` as a user runs them, on small agents that need nothing installed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../src/index.ts';
import { build } from './support/build.ts';
import { agentReady as cli } from './support/cli.ts';

const AGENT = `import { createServer } from 'node:http';
async function ask(message, tries = TRIES) {
  for (let i = 1; i <= tries; i++) {
    try {
      const answer = await fetch('https://api.anthropic.com/v1/messages', {
        method: 'POST',
        headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 500, messages: [{ role: 'user', content: message }] }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()).content[0].text;
    } catch (error) {
      if (i === tries) return 'I cannot answer now. Please try again later.';
      await new Promise(done => setTimeout(done, 100 * 2 ** i));
    }
  }
}
createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += piece;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ reply: await ask(JSON.parse(body).message) }));
}).listen(process.env.PORT, '127.0.0.1');
`;
const target = (start: string, more = ''): string => `agents:
  - name: toy
    target:
      start: [node, ${start}]
      ready: {within: 10s}
      env: {PORT: '{{port}}'}
      http: {url: 'http://127.0.0.1:{{port}}/', body: {message: '{{message}}'}${more}}
`;

let folder = '';
beforeAll(async () => {
  await build();
  folder = mkdtempSync(join(tmpdir(), 'agent-ready-toy-'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "toy", "type": "module", "main": "good.js" }');
  writeFileSync(join(folder, 'good.js'), AGENT.replace('TRIES', '3'));
  writeFileSync(join(folder, 'hasty.js'), AGENT.replace('TRIES', '1'));
  writeFileSync(join(folder, 'dead.js'), "console.error('no database at \\u001b[31mpostgres://localhost\\u001b[0m'); process.exit(3);");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configured = (text: string): void => writeFileSync(join(folder, 'agent-ready.yml'), text);
const statusOf = (report: Report, code: string): string | undefined => report.items.find(item => item.code === code)?.status;

describe('audit --live', () => {
  test('an agent that tries again passes by what was seen, one that does not fails; both with the command that shows it again', async () => {
    for (const [file, status] of [
      ['good.js', 'pass'],
      ['hasty.js', 'fail'],
    ] as const) {
      configured(target(file));
      const record = join(folder, 'record.json');
      const ran = await cli([
        'audit',
        folder,
        '--probe',
        'overloaded',
        '--only',
        'ERR-03',
        '--format',
        'json',
        '--quiet',
        '--save',
        record,
      ]);
      const report = JSON.parse(ran.stdout) as Report;
      expect(statusOf(report, 'ERR-03')).toBe(status);
      expect(report.items[0]?.basis).toBe('observed');
      expect(report.experiments.map(one => [one.id, one.status])).toEqual([['overloaded', status]]);
      expect(report.experiments[0]?.rerun).toBe(`agent-ready audit ${folder} --live --probe overloaded`);
      expect(report.experiments[0]?.treatment.map(arm => arm.calls)).toEqual(file === 'good.js' ? [3, 3, 2, 3] : [1, 1, 1, 1]);
      expect(report.live?.join(' ')).toContain('preload for Node');
      expect(ran.exitCode).toBe(status === 'fail' ? 1 : 0);
      const saved = JSON.parse(readFileSync(record, 'utf8')) as { live: { outcomes: readonly unknown[] } };
      expect(saved.live.outcomes).toHaveLength(1);
    }
  }, 60_000);

  test('an agent that dies at its start is one sentence with its last lines, the items stay unknown, and the code is 2', async () => {
    configured(target('dead.js'));
    const ran = await cli(['audit', folder, '--probe', 'provider-hangs', '--only', 'ERR-06', '--format', 'json', '--quiet']);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('the agent could not be tested: The agent ended before it was ready (exit code 3)');
    expect(ran.stderr).toContain('| no database at postgres://localhost');
    expect(ran.stderr).not.toContain('\u001b');
    const report = JSON.parse(ran.stdout) as Report;
    expect(report.experiments[0]?.status).toBe('inconclusive');
    expect(report.items[0]?.findings.some(finding => finding.witness === 'observe' && finding.status !== 'unknown')).toBe(false);
  }, 60_000);

  test('an unknown experiment and a wrong configuration are one sentence', async () => {
    configured(target('good.js'));
    const unknown = await cli(['audit', folder, '--probe', 'nosuch', '--quiet']);
    expect([unknown.exitCode, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toMatch(/^agent-ready: "nosuch" is no experiment; there are attacks, /);
    configured('agents: 3\n');
    const wrong = await cli(['audit', folder, '--live', '--quiet']);
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, 'agent-ready: agent-ready.yml:1:9: agents must be a list.\n']);
    // Without --live the file is not needed.
    expect((await cli(['audit', folder, '--quiet', '--format', 'json'])).exitCode).not.toBe(2);
  }, 60_000);
});

describe('what has no effect is told', () => {
  test('sections that are not used, other places, and a file that is wrong: one line each, in the report as well', async () => {
    const said = async (): Promise<{ stderr: string; unread: readonly { file: string; reason: string }[] }> => {
      const ran = await cli(['audit', folder, '--format', 'json']);
      return { stderr: ran.stderr, unread: (JSON.parse(ran.stdout) as Report).repository.unread };
    };
    configured(`${target('good.js')}waivers: []\nignore: [vendor/**]\n`);
    writeFileSync(join(folder, 'pyproject.toml'), '[project]\nname = "toy"\n[tool.agent-ready]\nignore = []\n');
    const unused = await said();
    expect(unused.unread).toContainEqual({
      file: 'agent-ready.yml',
      reason: 'this version accepts waivers, ignore, and does not use them',
    });
    expect(unused.unread).toContainEqual({
      file: 'pyproject.toml',
      reason: 'this version does not read [tool.agent-ready]; write agent-ready.yml',
    });
    expect(unused.stderr).toContain('agent-ready: agent-ready.yml: this version accepts waivers, ignore, and does not use them.\n');
    rmSync(join(folder, 'pyproject.toml'));
    configured('agents: 3\n');
    expect((await said()).stderr).toMatch(/agent-ready\.yml: it was not used, because .*1:9: agents must be a list/);
    configured(target('good.js'));
    expect((await said()).unread).toEqual([]);
  }, 60_000);

  test('a path of the reply that matches nothing: in the doctor and in the report', async () => {
    configured(target('good.js', ', reply: $.words'));
    expect((await cli(['doctor', folder, '--quiet'])).stdout).toContain('? reply: $.words matches nothing in the answer');
    const ran = await cli(['audit', folder, '--probe', 'health', '--only', 'OBS-01', '--format', 'json', '--quiet']);
    expect((JSON.parse(ran.stdout) as Report).live?.join(' ')).toContain('reply: $.words matches nothing');
  }, 60_000);
});

describe('doctor', () => {
  test('says what worked', async () => {
    configured(target('good.js'));
    const ran = await cli(['doctor', folder, '--quiet']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('+ It started and answered a plain question');
    expect(ran.stdout).toContain('claude-sonnet-5 in the format anthropic-messages');
  }, 60_000);

  test('says what to try next', async () => {
    configured(target('dead.js'));
    const ran = await cli(['doctor', folder, '--quiet']);
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout).toContain('x The agent ended before it was ready (exit code 3).');
    expect(ran.stdout).toMatch(/> .*variable is missing/);
  }, 60_000);

  test('finds a target by trying, and what it prints is a configuration', async () => {
    configured('');
    const ran = await cli(['doctor', folder, '--quiet']);
    expect(ran.exitCode).toBe(0);
    const yaml = ran.stdout.slice(ran.stdout.indexOf('agents:'));
    configured(yaml);
    expect((await cli(['doctor', folder, '--quiet'])).stdout).toContain('A target is configured: node good.js');
  }, 120_000);
});
