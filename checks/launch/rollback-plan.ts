import { defineCheck, fail, noted, partial, pass, production, someOf, unknown } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/rollback-plan',
  code: 'OPS-02',
  title: 'The way back to the last version is written down and was tried',
  severity: 'blocker',
  how: ['attest', 'inspect'],
  lines: ['L20'],
  why: 'A rollback that is tried for the first time during an outage takes hours and fails on a detail that an exercise would have shown.',
  fix: 'Write the commands down, pin image, prompt and model versions so that they come back together, try it on staging, and note who, when and how long.',
  settles: 'A signed statement with the link to the latest exercise: who did it, when, and how long it took, with an expiry date.',
  traps: [
    'A rollback job behind a condition that can never be true looks complete.',
    'The tag latest cannot be rolled back to, and a migration without a way back stops the rest.',
    'Rolling back the code does not roll back a prompt that lives in a store, or a model alias that moved.',
    'A plan is not an exercise.',
  ],
  needs: { facts: ['way-back', 'page'] },

  inspect({ 'way-back': ways, page: pages }) {
    const own = production(ways);
    const alive = own.filter(way => way.dead === undefined);
    const drill = alive.find(way => way.when === 'drill' && way.verifies !== undefined);
    if (drill !== undefined)
      return [pass(`CI goes back by itself (${drill.label}) and looks at the result (${drill.verifies})`, [drill.location], 'medium')];
    const plans = pages.filter(page => page.topic === 'rollback' && page.says.includes('the commands'));
    const [dead] = own.filter(way => way.dead !== undefined);
    if (dead !== undefined && alive.length === 0) {
      const message = `${dead.label} can never run: ${dead.dead}`;
      return plans.length === 0
        ? [fail(message, [dead.location], 'medium')]
        : [partial(message, [dead.location, ...plans.map(page => page.location)])];
    }
    const places = [...alive.slice(0, 5).map(way => noted(way.location, way.label)), ...plans.slice(0, 3).map(page => page.location)];
    if (places.length === 0) return undefined;
    const tried = plans.find(page => page.says.includes('an exercise with its date'));
    const way =
      alive.length > 0
        ? `A way back is there (${someOf(
            alive.map(one => one.label),
            2,
          )})`
        : `The way back is written down (${someOf(plans.map(page => page.location.file))})`;
    const rest =
      tried === undefined
        ? 'that it was ever tried is written nowhere'
        : `${tried.location.file} names an exercise, which a person has to sign for`;
    return [unknown(`${way}; ${rest}`, places)];
  },

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'docs/rollback.md': `# Rollback of the support agent

1. \`kubectl argo rollouts undo support-agent -n support\` goes back to the revision before.
2. Compare the image with \`deploy/releases.md\`, then run \`npm run smoke\`.
3. Tell #support-agent and the incident owner.

| exercise | by | on | took | run |
|---|---|---|---|---|
| staging, 2.4.1 to 2.4.0 | Maren Holt | 2026-10-06 | 4 min | https://ci.shop.internal/runs/48211 |`,
      },
      code: `import OpenAI from 'openai';
import { PROMPT } from './prompts/v14.ts'; // prompt and model are pinned here, so they roll back with the image
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'system' as const, content: PROMPT }, { role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6-2026-08-14', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        '.github/workflows/deploy.yml': `on: {push: {branches: [main]}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    continue-on-error: true
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh && npm run smoke
  rollback:
    needs: deploy
    if: failure()
    runs-on: ubuntu-latest
    steps:
      - run: kubectl rollout undo deployment/support-agent`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'an error in deploy never counts as a failure, so the rollback never runs',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        '.github/workflows/drill.yml': `on: {schedule: [{cron: '0 6 * * 1'}]}
jobs:
  drill:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh staging
      - run: kubectl rollout undo deployment/support-agent -n staging
      - run: npm run smoke -- --against staging`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'every Monday staging goes back, and a test looks at the result',
    },
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        '.github/workflows/deploy.yml': `on: {push: {branches: [main]}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh && npm run smoke
  rollback:
    needs: deploy
    if: failure()
    runs-on: ubuntu-latest
    steps:
      - run: kubectl rollout undo deployment/support-agent`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a way back that can run; whether it ever did, nothing says',
    },
  ],
});
