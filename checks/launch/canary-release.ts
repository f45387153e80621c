import { defineCheck } from '../../src/core/index.ts';

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

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
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
      expect: 'unknown',
      reading: 'bad',
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
  ],
});
