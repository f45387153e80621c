// How a new version gets its traffic, as Kubernetes, its routers and serverless frameworks are told: shares, and how long each is held.
import type { OperationsFact, Rollout, WayBack } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import { get, isDict, list, text } from '../ci/jobs.ts';
import { type Doc, findAll, Places, roleOfConfig } from './files.ts';
import { secondsOf } from './promql.ts';

type Step = Rollout['steps'][number];

export function rollouts(inventory: Inventory, docs: readonly Doc[]): OperationsFact[] {
  return docs.flatMap((doc): OperationsFact[] => {
    const kind = text(get(doc.value, 'kind'));
    const api = text(get(doc.value, 'apiVersion')) ?? '';
    const read = READERS.find(one => one.kind === kind && api.startsWith(one.api));
    const found = read?.read(doc.value) ?? ingress(doc.value) ?? serverless(doc.value);
    if (found === undefined || found.steps.length === 0) return [];
    const places = new Places(doc);
    const location = places.of(...found.at);
    const role = roleOfConfig(inventory, doc.file);
    const { label, steps, finest, watched } = found;
    const back: WayBack = { kind: 'way-back', location, role, label: `${label} takes a bad version back by itself`, when: 'failure' };
    const rollout: Rollout = { kind: 'rollout', location, role, label, steps, watched, ...(finest === undefined ? {} : { finest }) };
    return watched ? [rollout, back] : [rollout];
  });
}

interface Found extends Pick<Rollout, 'label' | 'steps' | 'finest' | 'watched'> {
  /** Texts that stand where it begins. */
  readonly at: readonly string[];
}

const READERS: readonly { kind: string; api: string; read: (value: unknown) => Found | undefined }[] = [
  { kind: 'Rollout', api: 'argoproj.io/', read: argo },
  { kind: 'Canary', api: 'flagger.app/', read: flagger },
  { kind: 'VirtualService', api: 'networking.istio.io/', read: istio },
  { kind: 'HTTPRoute', api: 'gateway.networking.k8s.io/', read: gateway },
  { kind: 'Service', api: 'serving.knative.dev/', read: knative },
];

function number(value: unknown): number | undefined {
  const plain = typeof value === 'string' && /^\d+(?:\.\d+)?%?$/.test(value) ? Number(value.replace('%', '')) : value;
  return typeof plain === 'number' && Number.isFinite(plain) ? plain : undefined;
}

function argo(value: unknown): Found | undefined {
  const spec = get(value, 'spec');
  const canary = get(get(spec, 'strategy'), 'canary');
  if (!isDict(canary)) return undefined;
  const steps: Step[] = [];
  let watched = get(canary, 'analysis') !== undefined;
  for (const step of list(get(canary, 'steps')).slice(0, 100)) {
    const weight = number(get(step, 'setWeight'));
    if (weight !== undefined) steps.push({ share: weight, hold: 0 });
    if (get(step, 'analysis') !== undefined) watched = true;
    const last = steps.at(-1);
    if (isDict(step) && Object.hasOwn(step, 'pause') && last !== undefined) {
      const given = get(step.pause, 'duration');
      const seconds = given === undefined ? null : secondsOf(String(given));
      steps[steps.length - 1] = { share: last.share, hold: seconds === null || last.hold === null ? null : last.hold + seconds };
    }
  }
  if (steps.length > 0 && steps.at(-1)?.share !== 100) steps.push({ share: 100, hold: 0 });
  const replicas = number(get(spec, 'replicas'));
  const routed = isDict(get(canary, 'trafficRouting'));
  const finest = routed
    ? undefined
    : replicas === undefined
      ? { share: 100, why: 'nothing routes the traffic, so that the share depends on the number of replicas' }
      : { share: 100 / Math.max(1, replicas), why: `nothing routes the traffic, and one of ${replicas} replicas is the smallest share` };
  return { label: 'Argo Rollouts', steps, watched, at: ['setWeight', 'canary:'], ...(finest === undefined ? {} : { finest }) };
}

function flagger(value: unknown): Found | undefined {
  const analysis = get(get(value, 'spec'), 'analysis') ?? get(get(value, 'spec'), 'canaryAnalysis');
  const interval = secondsOf(text(get(analysis, 'interval')) ?? '60s') ?? 60;
  const weights = list(get(analysis, 'stepWeights')).flatMap(one => number(one) ?? []);
  const step = number(get(analysis, 'stepWeight'));
  const most = number(get(analysis, 'maxWeight')) ?? 100;
  const shares =
    weights.length > 0
      ? weights
      : step === undefined || step <= 0
        ? []
        : Array.from({ length: Math.min(100, Math.floor(most / step)) }, (_, i) => (i + 1) * step);
  const steps = [
    ...shares.map(share => ({ share, hold: interval })),
    ...(shares.length > 0 && shares.at(-1) !== 100 ? [{ share: 100, hold: 0 }] : []),
  ];
  return { label: 'Flagger', steps, watched: list(get(analysis, 'metrics')).length > 0, at: ['stepWeight', 'analysis:'] };
}

/** The split of a route that every request can take; a route by header is none. */
function splitOf(weights: readonly (number | undefined)[]): Step[] {
  const given = weights.flatMap(one => one ?? []);
  const sum = given.reduce((a, b) => a + b, 0);
  if (given.length < 2 || sum <= 0) return [];
  return [{ share: (Math.min(...given) / sum) * 100, hold: null }];
}

function istio(value: unknown): Found | undefined {
  const open = list(get(get(value, 'spec'), 'http')).find(route => get(route, 'match') === undefined);
  const steps = splitOf(list(get(open, 'route')).map(one => number(get(one, 'weight'))));
  return { label: 'weights of Istio', steps, watched: false, at: ['weight:'] };
}

function gateway(value: unknown): Found | undefined {
  const open = list(get(get(value, 'spec'), 'rules')).find(rule => list(get(rule, 'backendRefs')).length > 1);
  const steps = splitOf(list(get(open, 'backendRefs')).map(one => number(get(one, 'weight')) ?? 1));
  return { label: 'weights of the Gateway API', steps, watched: false, at: ['weight:'] };
}

function knative(value: unknown): Found | undefined {
  const shares = list(get(get(value, 'spec'), 'traffic')).flatMap(one => number(get(one, 'percent')) ?? []);
  const used = shares.filter(share => share > 0);
  return used.length === 0
    ? undefined
    : { label: 'traffic of Knative', steps: [{ share: Math.min(...used), hold: null }], watched: false, at: ['percent:'] };
}

function ingress(value: unknown): Found | undefined {
  const annotations = get(get(value, 'metadata'), 'annotations');
  const weight = number(get(annotations, 'nginx.ingress.kubernetes.io/canary-weight'));
  const on = text(get(annotations, 'nginx.ingress.kubernetes.io/canary')) === 'true';
  return weight === undefined || !on
    ? undefined
    : { label: 'canary-weight of ingress-nginx', steps: [{ share: weight, hold: null }], watched: false, at: ['canary-weight'] };
}

/** SAM: `DeploymentPreference`. */
function serverless(value: unknown): Found | undefined {
  if (!isDict(get(value, 'Resources'))) return undefined;
  const [holder] = findAll(get(value, 'Resources'), dict => isDict(dict.DeploymentPreference), 6);
  const preference = get(holder, 'DeploymentPreference');
  const type = text(get(preference, 'Type')) ?? '';
  const canary = /^Canary(\d+)Percent(\d+)(Minutes?|Hours?)$/.exec(type);
  const linear = /^Linear(\d+)PercentEvery(\d+)(Minutes?|Hours?)$/.exec(type);
  const found = canary ?? linear;
  if (found === null)
    return type === 'AllAtOnce'
      ? { label: type, steps: [{ share: 100, hold: 0 }], watched: false, at: ['DeploymentPreference'] }
      : undefined;
  const hold = Number(found[2]) * (found[3]?.startsWith('H') === true ? 3600 : 60);
  const share = Number(found[1]);
  const steps: Step[] =
    canary !== null
      ? [
          { share, hold },
          { share: 100, hold: 0 },
        ]
      : Array.from({ length: Math.min(100, Math.floor(100 / Math.max(1, share))) }, (_, i) => ({ share: (i + 1) * share, hold }));
  return { label: `${type} of SAM`, steps, watched: list(get(preference, 'Alarms')).length > 0, at: ['DeploymentPreference'] };
}

/** `vercel rolling-release configure --cfg '{"stages":[...]}'` in a script. */
export function vercelStages(command: string): readonly Step[] | undefined {
  const given = /\brolling-release\b.*?--cfg[= ](\{.{2,2000}\})/.exec(command)?.[1];
  if (given === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(given);
    return list(get(value, 'stages')).flatMap(stage => {
      const share = number(get(stage, 'targetPercentage'));
      const minutes = number(get(stage, 'duration'));
      return share === undefined ? [] : [{ share, hold: minutes === undefined ? null : minutes * 60 }];
    });
  } catch {
    return undefined;
  }
}
