// What a metric is about, for the rules on alerts and dashboards. Where the code that feeds it was read, the code says so; else its name may
// nominate, and the finding is less sure.

import type { Matcher } from './fact-operations.ts';
import type { Metric } from './fact-telemetry.ts';
import type { NamedSeries } from './measure.ts';
import { stemOf } from './measure.ts';

/** Programs that bring metrics of their own: the machine, the cluster, databases, proxies, the monitoring itself. */
const OTHERS =
  /^(?:up$|ALERTS|node_|kube_|container_|machine_|kubelet_|apiserver_|etcd_|coredns_|go_|process_|promhttp_|prometheus_|alertmanager_|grafana_|loki_|tempo_|mimir_|cortex_|thanos_|alloy_|promtail_|otelcol_|otel_collector|scrape_|probe_|windows_|jvm_|nodejs_|python_gc|python_info|traefik_|nginx_|envoy_|istio_|haproxy_|caddy_|kong_|redis_|pg_|postgres|mysql_|mongodb_|memcached_|rabbitmq_|kafka_|elasticsearch_|opensearch_|qdrant_|weaviate_|milvus_|openfga_|keycloak_|vault_|consul_|argocd_|certmanager_|flux_|gotk_|velero_|minio_|cloudsql|system\.|kubernetes\.|docker\.|postgresql\.|redis\.|nginx\.|aws\.(?:rds|ec2|elasticache)|Microsoft\.(?:DB|Sql|Cache|Compute|Storage|ContainerService|DocumentDB|KeyVault|Network)|(?:cloudsql|compute|redis|storage|pubsub|spanner|alloydb|container|networking|monitoring|kubernetes)\.googleapis\.com|kubernetes\.io|AWS\/(?:EC2|RDS|ElastiCache|EBS|SQS|SNS|S3|DynamoDB|NATGateway|EFS|Billing))/;
/** Servers of HTTP and platforms that run code: they see requests, and not what became of the answers inside. */
const SERVERS =
  /^(?:https?_(?:server_)?|fastapi_|flask_|django_|starlette_|express_|gunicorn_|uvicorn_|next_|trace\.|AWS\/(?:Lambda|ApiGateway|ApplicationELB|AppRunner|ECS)|run\.googleapis|loadbalancing\.googleapis|cloudfunctions\.googleapis|Microsoft\.(?:Web|App)\/)/;
/** Gateways and instrumentations that count model calls for their users, so that no code of the repository does. */
const MODEL_SERVERS =
  /^(?:litellm_|vllm[:_]|gen_ai[._]|llm_gateway_|langfuse_|traceloop|openllmetry|ollama_|AWS\/Bedrock|aiplatform\.googleapis|Microsoft\.CognitiveServices|portkey|helicone)/;

export type Owner = 'code' | 'models' | 'server' | 'others' | 'unknown';

/** The metric of the code behind a name in a query: of several, one that is at work. */
export function metricNamed(metrics: readonly Metric[], name: string): Metric | undefined {
  const stem = stemOf(name);
  const { byStem, dotted } = stemsOf(metrics);
  const same = byStem.get(stem) ?? [];
  return (
    same.find(metric => metric.idle !== true) ??
    same[0] ??
    // A collector may put a name of its own before it.
    dotted.find(([ending]) => stem.endsWith(ending))?.[1]
  );
}

interface Stems {
  readonly byStem: ReadonlyMap<string, readonly Metric[]>;
  /** Metrics with dots in their names, by what the name of a collector's ends with. */
  readonly dotted: readonly (readonly [ending: string, metric: Metric])[];
}

/** The same few lists are asked for every name in every query. */
const STEMS = new WeakMap<readonly Metric[], Stems>();

function stemsOf(metrics: readonly Metric[]): Stems {
  let stems = STEMS.get(metrics);
  if (stems === undefined) {
    const byStem = new Map<string, Metric[]>();
    const dotted: [string, Metric][] = [];
    for (const metric of metrics) {
      const stem = stemOf(metric.name);
      const same = byStem.get(stem);
      if (same === undefined) byStem.set(stem, [metric]);
      else same.push(metric);
      if (metric.name.includes('.')) dotted.push([`_${stem}`, metric]);
    }
    stems = { byStem, dotted };
    STEMS.set(metrics, stems);
  }
  return stems;
}

export function ownerOf(metrics: readonly Metric[], name: string): Owner {
  const own = metricNamed(metrics, name);
  if (own !== undefined) return own.labels?.includes('http') === true ? 'server' : 'code';
  return MODEL_SERVERS.test(name) ? 'models' : OTHERS.test(name) ? 'others' : SERVERS.test(name) ? 'server' : 'unknown';
}

/** The words of a name: `InvocationServerErrors` and `llm_api_errors_total` alike. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
}

const has = (words: readonly string[], list: ReadonlySet<string>): boolean => words.some(word => list.has(word));
const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const FAILING = set(
  'err error errors errored fail failed failure failures failing exception exceptions timeout timeouts fault faults throttles throttled crashed 5xx unavailable',
);
const HOLDING = set('ok success successful successes succeeded completed');
const MONEY = set('usd eur gbp dollar dollars cent cents cost costs spend spending spent');
const DURATION = set('duration durations latency latencies seconds second milliseconds millis ms elapsed time');
const SATISFACTION = set('csat satisfaction rating ratings feedback thumbs nps stars');
const QUOTA = set('quota limit budget allowance');

function valuesOf({ value }: Matcher): readonly string[] {
  return value.split('|').map(one => one.replace(/^\^?\(?|\)?\$?$/g, ''));
}

const failingValue = (value: string): boolean => /^[45](?:\.\.|xx|\d\d|\.\+|\.\*|\[.*)/i.test(value) || has(wordsOf(value), FAILING);
const holdingValue = (value: string): boolean => /^2(?:\.\.|xx|\d\d|\.\+|\.\*)/i.test(value) || has(wordsOf(value), HOLDING);

/** Does a series count failures only? */
export function countsFailures(metrics: readonly Metric[], { metric, matchers }: NamedSeries): boolean {
  const own = metricNamed(metrics, metric);
  if (own?.measures === 'errors' && own.countsOthers !== true) return true;
  const chosen = matchers.some(one => {
    const values = valuesOf(one);
    const positive = one.op === '=' || one.op === '=~';
    // `error="true"`: the label is the word.
    if (has(wordsOf(one.label), FAILING) && positive && !/^(?:false|0|)$/.test(one.value)) return true;
    return positive ? values.every(failingValue) : values.every(holdingValue);
  });
  return chosen || has(wordsOf(metric), FAILING);
}

/** Does a series count only what went well? */
export function countsSuccesses(_metrics: readonly Metric[], { metric, matchers }: NamedSeries): boolean {
  const chosen = matchers.some(one => {
    const values = valuesOf(one);
    return one.op === '=' || one.op === '=~' ? values.every(holdingValue) : values.every(failingValue);
  });
  return chosen || has(wordsOf(metric), HOLDING);
}

/** Money, or the tokens that money is paid for. */
export const isCost = ({ metric }: NamedSeries): boolean => isMoney({ metric }) || isTokens({ metric });
export const isMoney = ({ metric }: Pick<NamedSeries, 'metric'>): boolean => has(wordsOf(metric), MONEY);
/** A number of tokens, and not of requests for them. */
export function isTokens({ metric }: Pick<NamedSeries, 'metric'>): boolean {
  const words = wordsOf(metric);
  return (
    words.some(word => word === 'token' || word === 'tokens') &&
    !has(words, FAILING) &&
    !has(words, DURATION) &&
    !has(words, AUTHENTICATION)
  );
}
/** Tokens of another sort: those that let people in. */
const AUTHENTICATION = set('auth refresh validation jwt session access csrf oauth keycloak expired revoked');

export const isTime = (metrics: readonly Metric[], { metric }: NamedSeries): boolean =>
  metricNamed(metrics, metric)?.measures === 'time' || has(wordsOf(metric), DURATION);

export const isSatisfaction = ({ metric }: NamedSeries): boolean => has(wordsOf(metric), SATISFACTION);
export const isQuota = ({ metric }: NamedSeries): boolean => has(wordsOf(metric), QUOTA);
export const isRemaining = ({ metric }: NamedSeries): boolean => wordsOf(metric).includes('remaining');
export const isOfTools = ({ metric, matchers }: NamedSeries): boolean =>
  has(wordsOf(metric), set('tool tools')) || matchers.some(one => has(wordsOf(one.label), set('tool tools')));
/** Scores that a model gives in place of users. */
export const isJudged = ({ metric }: NamedSeries): boolean => has(wordsOf(metric), set('judge judged eval evaluation evals'));

/** What part of a request a metric of time is about, by its name; undefined: nothing in the name says that it is a part. */
export function partByName({ metric }: NamedSeries): string | undefined {
  const words = wordsOf(metric);
  if (has(words, set('tool tools'))) return 'one call of a tool';
  if (has(words, set('llm model completion openai anthropic gen inference invocation'))) return 'one model call';
  if (has(words, set('db database query sql redis cache embedding retrieval vector search'))) return 'a part of the request';
  return undefined;
}

/** How many seconds one unit of a metric of time lasts; undefined: neither the code nor the name says so. */
export function secondsOfUnit(metrics: readonly Metric[], { metric }: NamedSeries): number | undefined {
  const own = metricNamed(metrics, metric);
  if (own?.unit !== undefined) return own.unit;
  const words = wordsOf(metric);
  if (words.includes('ms') || words.includes('milliseconds') || words.includes('millis')) return 0.001;
  if (words.includes('seconds') || words.includes('second') || words.includes('s')) return 1;
  if (/^AWS\/(?:Bedrock|Lambda|ApiGateway)|googleapis\.com\/.*latenc/.test(metric)) return 0.001;
  return /^AWS\/ApplicationELB|^trace\./.test(metric) ? 1 : undefined;
}

/** Is a metric one that other programs emit, so that no code of the repository need? */
export const emittedElsewhere = (name: string): boolean => OTHERS.test(name) || MODEL_SERVERS.test(name) || SERVERS.test(name);

/** Labels that a collector or a cluster adds, and those that belong to the form of a metric. */
const ADDED =
  /^(?:job|instance|le|quantile|namespace|pod|container|node|service|cluster|region|zone|env|environment|stage|app|application|host|hostname|version|release|deployment|component|team|exported_\w+|kubernetes_\w+|otel_scope_\w+|service_\w+|deployment_\w+|telemetry_\w+|__\w+|endpoint|prometheus|replica|tenant|id)$/;

const MODEL_WORDS = set('agent agents llm ai model models token tokens prompt prompts completion completions chat');

/** Does a name say that it is one of the agent's: by the first word of the agent's other metrics, or by what only models have? */
export function namesAgent(metrics: readonly Metric[], name: string): boolean {
  const words = wordsOf(name);
  const firsts = new Set(metrics.flatMap(metric => wordsOf(metric.name)[0] ?? []));
  return has(words, MODEL_WORDS) || (words[0] !== undefined && firsts.has(words[0]));
}

/** The labels that only the code itself can give. */
export const ownLabels = (labels: readonly string[]): readonly string[] => labels.filter(label => !ADDED.test(label));
