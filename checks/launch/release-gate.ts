import { defineCheck, fail, guards, partial, pass, placeOfRun, production, unknown, unreadServices } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/release-gate',
  code: 'OPS-05',
  title: 'A release cannot happen while this checklist is not met',
  severity: 'high',
  how: ['inspect'],
  lines: [],
  why: 'A list that is read once before the launch is out of date with the next commit. Under pressure nobody opens it.',
  fix: 'Run the audit in CI, let the release need it, and keep baselines and attestations in date instead of switching the step off.',
  settles: 'The CI run of the latest release: the audit has run on that commit, and the release depended on its result.',
  traps: [
    'A step whose failure is ignored looks the same in the file list.',
    'A Markdown list with all its boxes ticked was ticked once, by somebody, about another version.',
    'A baseline that accepts everything, or attestations that ran out, leave a gate that is always open.',
    'Whether a check is required to merge is a setting that the repository does not show.',
  ],
  needs: { facts: ['model-call', 'ci-run'] },

  inspect({ 'model-call': calls, 'ci-run': runs }) {
    const audits = runs.filter(run => run.runner === 'agent-ready' && run.by === 'ci');
    const gate = audits.find(run => guards(run) && run.release !== 'free');
    if (gate !== undefined) {
      const more = gate.release === 'waits' ? ', and what deploys waits for it' : '; no job that deploys was seen';
      return [
        pass(`CI runs the audit on every change (${gate.label})${more}`, [placeOfRun(gate)], gate.release === 'waits' ? 'high' : 'medium'),
      ];
    }
    const [best] = audits;
    if (best !== undefined) {
      const why = best.harmless ?? (best.on !== 'change' ? 'it does not run on every change' : 'the jobs that deploy do not wait for it');
      return [partial(`CI runs the audit (${best.label}), but it holds nothing up: ${why}`, [placeOfRun(best)])];
    }
    const [unread] = unreadServices(runs);
    if (unread !== undefined) return [unknown(`Whether ${unread.label} runs the audit is not read`, [unread.location])];
    const where = runs.find(run => run.by === 'ci');
    const place =
      where === undefined
        ? production(calls)
            .slice(0, 1)
            .map(call => call.location)
        : [placeOfRun(where)];
    return [fail('No CI job that was read runs this audit', place, 'medium')];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        '.github/workflows/release.yml': `on:
  pull_request:
  push: {tags: ['v*']}
jobs:
  checklist:
    runs-on: ubuntu-latest
    env: {POLICY: "\${{ github.event_name == 'push' && 'launch' || 'pr' }}"}
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npx agent-ready audit --policy "$POLICY"
  release:
    if: github.event_name == 'push'
    needs: checklist
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        '.github/workflows/release.yml': `on:
  push: {tags: ['v*']}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npx agent-ready audit || true
      - run: ./deploy.sh`,
        'LAUNCH.md': `- [x] Logs are structured
- [x] Keys are not in the code
- [x] Rollback was tried`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the audit runs, and whatever it says, the release goes on',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'LAUNCH.md': `- [x] Logs are structured
- [x] Rollback was tried`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'a list that was ticked once',
    },
  ],
});
