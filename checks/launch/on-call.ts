import { defineCheck, fail, partial, pass, production, someOf, unknown } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/on-call',
  code: 'OPS-03',
  title: 'It is written down who is called, and who after that',
  severity: 'high',
  how: ['attest', 'inspect'],
  lines: ['L21'],
  why: 'At three in the morning nobody looks up who knows the agent. Until somebody is found, it goes on answering wrongly.',
  fix: 'Write a page with the link to the rotation, a first and a second level, the time in which each answers, and what they may switch off.',
  settles: 'A signed statement with the link to the on-call schedule, two levels of escalation, its owner and an expiry date.',
  traps: [
    'CODEOWNERS says who reviews, not who gets up.',
    'Privilege escalation, and tools by which the agent itself handles incidents, use the same words.',
    'A template with an empty cell or a placeholder beside "contact" is not a rotation.',
    'A single name is a person and no rotation.',
  ],
  needs: { facts: ['on-call', 'page'] },

  inspect({ 'on-call': services, page: pages }) {
    const own = production(services);
    const places = own.slice(0, 5).map(one => one.location);
    const rotation = own.some(one => one.rotation);
    const levels = Math.max(0, ...own.map(one => one.levels));
    if (rotation && levels >= 2)
      return [pass(`The service that calls people is configured here: a rotation, and ${levels} levels`, places)];
    if (own.length > 0)
      return [
        partial(
          rotation
            ? `A rotation is configured here, and ${levels === 0 ? 'no levels' : 'one level'} of escalation`
            : `${levels} levels are configured here, and no rotation`,
          places,
        ),
      ];
    const about = pages.filter(page => page.topic === 'on-call');
    const whole = about.find(page => page.lacks.length === 0 && page.blanks.length === 0);
    const [blank] = about.filter(page => page.blanks.length > 0);
    if (whole !== undefined)
      return [unknown(`${whole.location.file} names ${someOf(whole.says)}; that it is so, a person has to sign`, [whole.location])];
    if (blank !== undefined && blank.lacks.length > 0)
      return [fail(`${blank.location.file} was never filled in: ${someOf(blank.blanks, 2)}`, [blank.location], 'medium')];
    const [first] = about;
    return first === undefined
      ? undefined
      : [unknown(`${first.location.file} lacks ${someOf([...first.lacks, ...first.blanks])}`, [first.location])];
  },

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'docs/on-call.md': `# On-call for the support agent

Rotation: https://shop.pagerduty.com/schedules/support-agent (weekly, hand-over on Monday at 10:00)

| level | who | answers within |
|---|---|---|
| 1 | on-call of the support-agent team | 15 minutes |
| 2 | Maren Holt, then Jonas Adeyemi | 30 minutes |
| 3 | head of engineering, who also tells the customers | 1 hour |

Level 1 may switch the flag \`support-agent-fallback\` on without asking anybody.`,
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
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'docs/runbook.md': `---
status: template
---
# Incident runbook

## Escalation

| role | contact |
|---|---|
| On-call | TODO |
| Escalation | @your-team |`,
        CODEOWNERS: '* @shop/support-agent',
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a template: no name, no rotation, no second level',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'oncall.tf': `resource "pagerduty_schedule" "agent" {
  name      = "Support agent"
  time_zone = "Europe/Berlin"
  layer {
    name                         = "Week"
    start                        = "2026-10-05T10:00:00+02:00"
    rotation_virtual_start       = "2026-10-05T10:00:00+02:00"
    rotation_turn_length_seconds = 604800
    users                        = [pagerduty_user.holt.id, pagerduty_user.adeyemi.id]
  }
}

resource "pagerduty_escalation_policy" "agent" {
  name = "Support agent"
  rule {
    escalation_delay_in_minutes = 15
    target {
      type = "schedule_reference"
      id   = pagerduty_schedule.agent.id
    }
  }
  rule {
    escalation_delay_in_minutes = 30
    target {
      type = "user_reference"
      id   = pagerduty_user.head.id
    }
  }
}`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the service that calls people is configured here, two levels deep',
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        CODEOWNERS: `* @shop/support-agent`,
        'docs/security.md': `# Privilege escalation

Report it to security@shop.internal.`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'who reviews is not who gets up',
    },
  ],
});
