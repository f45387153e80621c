import {
  defineCheck,
  type Finding,
  fail,
  partial,
  pass,
  production,
  type Rollout,
  someOf,
  spanText,
  unknown,
} from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/canary-release',
  code: 'OPS-01',
  title: 'New versions start at 5 % of the traffic and grow in steps',
  severity: 'high',
  how: ['inspect', 'attest'],
  lines: ['L19'],
  why: 'What no test found, users find. At five per cent it hurts few and can be taken back; at a hundred it hurts everybody.',
  fix: 'Define a rollout of 5, then 20, then 100 per cent with about a week between the steps, on a router that can really split so finely.',
  settles:
    'The traffic shares and holding times in the configuration of the rollout, or a signed statement with the link to the plan, its owner and an expiry date.',
  traps: [
    'Without traffic routing the share is approximated by replicas: five of them can give no less than 20 %.',
    'A rolling update replaces everything within minutes; it is no canary.',
    'Pauses of seconds come from demonstrations and show nobody a slow fault.',
    'A prompt or model that changes by a flag or from a prompt store passes by the canary of the infrastructure.',
  ],
  needs: { facts: ['rollout', 'page'] },

  inspect({ rollout: rollouts, page: pages }) {
    const rulings = production(rollouts).map(rulingOf);
    const best = (['pass', 'partial', 'fail'] as const).flatMap(status => rulings.filter(one => one.status === status))[0];
    if (best !== undefined) return [best];
    const plan = pages.find(page => page.topic === 'canary' && page.says.length > 0);
    if (plan === undefined) return undefined;
    return [
      unknown(`${plan.location.file} names ${someOf(plan.says)}; whether releases go that way, only a person can sign`, [plan.location]),
    ];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'deploy/rollout.yml': `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: support-agent}
spec:
  replicas: 5
  selector: {matchLabels: {app: support-agent}}
  template:
    metadata: {labels: {app: support-agent}}
    spec: {containers: [{name: agent, image: 'registry.shop.internal/support-agent:2.4.1'}]}
  strategy:
    canary:
      canaryService: support-agent-canary
      stableService: support-agent-stable
      trafficRouting: {nginx: {stableIngress: support-agent}}
      steps:
        - setWeight: 5
        - pause: {duration: 168h}
        - setWeight: 20
        - pause: {duration: 168h}
        - setWeight: 100`,
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
        'deploy/rollout.yml': `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: support-agent}
spec:
  replicas: 5
  selector: {matchLabels: {app: support-agent}}
  template:
    metadata: {labels: {app: support-agent}}
    spec: {containers: [{name: agent, image: 'registry.shop.internal/support-agent:latest'}]}
  strategy:
    canary:
      steps:
        - setWeight: 5
        - pause: {duration: 60s}
        - setWeight: 20
        - pause: {duration: 60s}`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'nothing routes the traffic: one of five replicas is 20 %, and a minute shows nothing',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'deploy/rollout.yml': `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: support-agent}
spec:
  replicas: 5
  selector: {matchLabels: {app: support-agent}}
  template:
    metadata: {labels: {app: support-agent}}
    spec: {containers: [{name: agent, image: 'registry.shop.internal/support-agent:2.4.1'}]}
  strategy:
    canary:
      canaryService: support-agent-canary
      stableService: support-agent-stable
      trafficRouting: {nginx: {stableIngress: support-agent}}
      steps:
        - setWeight: 100`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'all users at once, with the tool for a canary',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'deploy/rollout.yml': `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: support-agent}
spec:
  replicas: 5
  selector: {matchLabels: {app: support-agent}}
  template:
    metadata: {labels: {app: support-agent}}
    spec: {containers: [{name: agent, image: 'registry.shop.internal/support-agent:2.4.1'}]}
  strategy:
    canary:
      canaryService: support-agent-canary
      stableService: support-agent-stable
      trafficRouting: {nginx: {stableIngress: support-agent}}
      steps:
        - setWeight: 25
        - pause: {duration: 168h}
        - setWeight: 20
        - pause: {duration: 168h}
        - setWeight: 100`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a quarter of all users is many',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'deploy/route.yml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: support-agent}
spec:
  hosts: [support-agent]
  http:
    - match: [{headers: {x-canary: {exact: 'true'}}}]
      route: [{destination: {host: support-agent, subset: canary}, weight: 100}]
    - route:
        - {destination: {host: support-agent, subset: stable}, weight: 95}
        - {destination: {host: support-agent, subset: canary}, weight: 5}`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a split by hand: nothing says how it grows',
    },
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'docs/release.md': `# Releases

A new version gets 5 % of the traffic for a week, then 20 % for a week, then 100 %.`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a plan; only a person knows whether it is followed',
    },
  ],
});

/** Shorter than a day shows nobody a slow fault. */
const SHORTEST = 86_400;

function rulingOf({ label, steps, finest, location }: Rollout): Finding {
  const [first] = steps;
  const share = Math.max(first?.share ?? 100, finest?.share ?? 0);
  const said = `${Number(share.toPrecision(3))} %`;
  const why = finest !== undefined && finest.share > (first?.share ?? 0) ? ` (${finest.why})` : '';
  if (share >= 100) return fail(`${label}: a new version gets all of the traffic at once${why}`, [location], 'medium');
  const held = steps.slice(0, -1).filter(step => step.hold !== null && step.hold < SHORTEST);
  const shortest = Math.min(...held.map(step => step.hold ?? SHORTEST));
  const wants: string[] = [];
  if (share > 5.001) wants.push(`it begins with ${said}${why}`);
  if (steps.length < 2) wants.push('nothing says how the share grows');
  else if (!steps.some(step => step.share > share && step.share <= 25)) wants.push('no step of at most 25 % follows the first');
  if (held.length > 0) wants.push(`a step is held for ${spanText(shortest)} only`);
  if (share > 5.001 && held.length > 0 && shortest < 3600) return fail(`${label}: ${wants.join('; ')}`, [location]);
  if (wants.length > 0) return partial(`${label}: ${wants.join('; ')}`, [location]);
  const way = steps.map(
    step => `${Number(step.share.toPrecision(3))} %${step.hold === null || step.hold === 0 ? '' : ` for ${spanText(step.hold)}`}`,
  );
  return pass(`${label}: ${way.join(', then ')}`, [location]);
}
