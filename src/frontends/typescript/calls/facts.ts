// From a found call to a fact: puts together what the readers of retries, deadlines, caps and loops say.
import type { ts } from 'ts-morph';
import type { DeadOption, FailureEnd, Location, ModelCall, RetryLayer, Setting, Timeout, Usage } from '../../../core/index.ts';
import { NOTHING, sumEnds, sumUsage } from '../../../core/index.ts';
import { providerOfHost } from '../../../providers/endpoints.ts';
import type { Inventory } from '../../../repository/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { type Foreign, foreignPath, HOLE, textOf } from '../evaluator/values.ts';
import type { Failures } from '../failures/failures.ts';
import type { Loops } from '../loops/reader.ts';
import { NO_CAP, NO_LOOP, NO_MODELS, NO_RETRIES, NO_TIMEOUT } from '../loops/unanswered.ts';
import { placeOf } from '../places.ts';
import { attachedTo } from '../retries/attached.ts';
import { type RetryReader, shown } from '../retries/reader.ts';
import { sumLayers } from '../retries/sum.ts';
import type { UsageReader } from '../usage/reader.ts';
import { capOf } from './caps.ts';
import type { Classified, Classifier } from './classify.ts';
import { lastName } from './find.ts';
import type { HttpReader, HttpSite } from './http.ts';
import { type InnerCalls, worstCap, worstTimeout } from './inner-calls.ts';
import { isModelName, type Named } from './model-names.ts';
import { inRange, type Options, onlyRequest, type Site } from './options.ts';
import { prefixOf, providerOfClass, providerOfPackage } from './provider-names.ts';
import { timeoutOf } from './timeouts.ts';

const MODEL_PATHS = ['body.model', 'client.model', 'client.modelName'];

export class FactMaker {
  readonly #ev: Evaluator;
  readonly #options: Options;
  readonly #classifier: Classifier;
  readonly #loops: Loops;
  readonly #retries: RetryReader;
  readonly #http: HttpReader;
  readonly #failures: Failures;
  readonly #usage: UsageReader;
  readonly #inner: InnerCalls;
  readonly #inventory: Inventory;

  constructor(parts: {
    ev: Evaluator;
    options: Options;
    classifier: Classifier;
    loops: Loops;
    retries: RetryReader;
    http: HttpReader;
    failures: Failures;
    usage: UsageReader;
    inner: InnerCalls;
  }) {
    this.#ev = parts.ev;
    this.#options = parts.options;
    this.#classifier = parts.classifier;
    this.#loops = parts.loops;
    this.#retries = parts.retries;
    this.#http = parts.http;
    this.#failures = parts.failures;
    this.#usage = parts.usage;
    this.#inner = parts.inner;
    this.#inventory = parts.ev.program.inventory;
  }

  /** The fact of an SDK call. */
  call(site: Site): ModelCall {
    const { sdk, value } = site.classified;
    const location = this.#place(site.node);
    const pkg = sdk.code.version ?? value.package;
    const label = shown(pkg, site.version);
    const models = this.#ask(
      () => this.#models(site),
      () => NO_MODELS,
    );
    const provider = this.#ask(
      () => this.#provider(site, models.values, models.names),
      () => 'any',
    );
    return {
      kind: 'model-call',
      location,
      role: this.#inventory.roleOf(location.file),
      sdk: sdk.id,
      package: label,
      call: callName(site),
      purpose: site.shape.kind,
      provider,
      model: models.setting,
      models: models.names,
      ...(models.complete ? { modelsComplete: true } : {}),
      streaming: this.#ask<boolean | null>(
        () => this.#streaming(site),
        () => null,
      ),
      retries: this.#ask(
        () => this.#retries.of(site, label, [provider, ...originsOf(site, models.values)]),
        () => NO_RETRIES,
      ),
      timeout: this.#ask(
        () =>
          worstTimeout(
            this.#timeout(site),
            this.#inner.of(site).map(one => this.#timeout(one)),
          ),
        () => NO_TIMEOUT,
      ),
      outputCap: this.#ask(
        () =>
          worstCap(
            capOf(this.#ev, this.#options, site),
            this.#inner.of(site).map(one => capOf(this.#ev, this.#options, one)),
          ),
        () => NO_CAP,
      ),
      loop: this.#ask(
        () => this.#loops.of(site),
        () => NO_LOOP,
      ),
      ...this.#ends(() => this.#failures.ofSite(site)),
      ...this.#used(() => this.#usage.ofSite(site)),
    };
  }

  #timeout(site: Site): Timeout {
    return timeoutOf(this.#ev, this.#options, site, this.#streaming(site) === true);
  }

  /** The fact of a raw request. */
  request(site: HttpSite): ModelCall {
    const location = this.#place(site.node);
    const models = this.#ask(
      () => {
        const look = this.#http.models(site);
        const named = this.#named(look.found);
        return { ...named, complete: named.complete && !look.absent && look.hidden === undefined };
      },
      () => NO_MODELS,
    );
    const bare: RetryLayer = {
      by: 'sdk-default',
      label: `${site.label}, which never tries again`,
      attempts: 1,
      on: NOTHING,
      backoff: 'none',
      retryAfter: 'no',
    };
    return {
      kind: 'model-call',
      location,
      role: this.#inventory.roleOf(location.file),
      sdk: site.client.package === '' ? 'raw-fetch' : 'raw-http',
      call: `${site.label} ${site.url
        .replace(/^https?:\/\//, '')
        .replaceAll(HOLE, '…')
        .slice(0, 80)}`,
      purpose: site.endpoint.kind,
      provider: site.endpoint.provider,
      model: models.setting,
      models: models.names,
      ...(models.complete ? { modelsComplete: true } : {}),
      streaming: this.#ask(
        () => this.#http.streams(site),
        () => null,
      ),
      retries: this.#ask(
        () => sumLayers(bare, [...attachedTo(this.#ev, site.node), ...this.#retries.around(site.node)]),
        () => NO_RETRIES,
      ),
      timeout: this.#ask(
        () => this.#http.timeout(site),
        () => NO_TIMEOUT,
      ),
      outputCap: this.#ask(
        () => this.#http.cap(site),
        () => NO_CAP,
      ),
      loop: this.#ask(
        () => this.#loops.around(site.node),
        () => NO_LOOP,
      ),
      ...this.#ends(() => this.#failures.ofRequest(site.node)),
      ...this.#used(() => this.#usage.ofCall(site.node)),
    };
  }

  #used(question: () => Usage): Pick<ModelCall, 'usageRecorded' | 'usage'> {
    const usage = this.#ask<Usage>(question, () => ({ how: 'unknown' }));
    return { usageRecorded: sumUsage(usage), usage };
  }

  #ends(question: () => readonly FailureEnd[]): Pick<ModelCall, 'errorHandled' | 'failures'> {
    const failures = this.#ask(question, () => []);
    return { errorHandled: sumEnds(failures), failures };
  }

  /** One question about a call, within the limit of work. */
  #ask<T>(question: () => T, fallback: () => T): T {
    return this.#ev.budget.ask(question, fallback);
  }

  /** Options of a call that do nothing in the version in use. */
  deadOptions(site: Site): DeadOption[] {
    return this.#ask(
      () => this.#dead(site),
      () => [],
    );
  }

  #dead(site: Site): DeadOption[] {
    const { sdk, value } = site.classified;
    const pkg = sdk.code.version ?? value.package;
    const groups = [
      ['retries', sdk.retries],
      ['timeout', sdk.timeout],
      ['output-cap', sdk.outputCap],
      ['loop', sdk.loop],
    ] as const;
    const out: DeadOption[] = [];
    for (const [meant, group] of groups) {
      for (const dead of group?.dead ?? []) {
        // A range can only be judged with a version in hand; without one the newest is taken for defaults, not for accusations.
        if (dead.range !== undefined && (site.version === undefined || !inRange(site.version, dead.range))) continue;
        const look = this.#options.look(site, dead.at);
        if (look.found.length === 0 || onlyRequest(look)) continue;
        const location = look.node === undefined ? placeOf(site.node) : placeOf(look.node);
        const label = site.version === undefined ? {} : { package: shown(pkg, site.version) };
        out.push({
          kind: 'dead-option',
          location,
          role: this.#inventory.roleOf(location.file),
          sdk: sdk.id,
          ...label,
          option: dead.at.slice(dead.at.lastIndexOf('.') + 1),
          meant,
          why: dead.why,
          call: this.#place(site.node),
        });
      }
    }
    return out;
  }

  #place(node: ts.CallExpression): Location {
    const callee = node.expression;
    return placeOf(node, tsc.isPropertyAccessExpression(callee) ? callee.name : callee);
  }

  #streaming(site: Site): boolean | null {
    if (site.shape.streaming !== 'option') return site.shape.streaming === 'yes';
    const look = this.#options.look(site, site.shape.streamOption ?? 'body.stream');
    if (look.found.length === 0) return look.hidden === undefined ? false : null;
    const flags = look.found.map(v => (v.kind === 'literal' ? v.value === true : undefined));
    return flags.includes(undefined) ? null : flags.includes(true);
  }

  #models(site: Site): Named & { readonly values: Values } {
    let hidden: string | undefined;
    for (const path of site.classified.sdk.model ?? MODEL_PATHS) {
      const look = this.#options.look(site, path);
      hidden ??= look.hidden;
      if (look.found.length === 0) continue;
      const named = this.#named(look.found);
      return { ...named, complete: named.complete && !look.absent && hidden === undefined, values: look.found };
    }
    // `google('gemini-3')` names its model in the first argument; other constructors have their key there, which must never be shown.
    const made = site.classified.role === 'model' && site.classified.made?.kind === 'call' ? site.classified.made.args?.[0] : undefined;
    if (made !== undefined && !tsc.isSpreadElement(made)) {
      const values = this.#ev.values(made, site.classified.made?.frame).filter(v => textOf(v) !== undefined);
      if (values.length > 0) return { ...this.#named(values), complete: false, values };
    }
    const setting: Setting<string> = hidden === undefined ? { state: 'absent' } : { state: 'unknown', reason: hidden };
    return { setting, names: [], complete: false, values: [] };
  }

  /** Model ids among values: texts, or the first argument of `openai('gpt-5.6')`. */
  #named(values: Values): Named {
    const names = new Set<string>();
    let open = false;
    // A text that must not be shown may still be an id.
    let withheld = false;
    for (const value of values) {
      const text = textOf(value);
      if (text !== undefined) {
        if (text.includes(HOLE)) open = true;
        else if (isModelName(text)) names.add(text);
        else withheld = true;
        continue;
      }
      if (value.kind === 'foreign') {
        const reading = this.#classifier.withRole(value);
        const first = reading?.made?.args?.[0];
        const inner = first === undefined || tsc.isSpreadElement(first) ? [] : this.#ev.values(first, reading?.made?.frame);
        const texts = inner.flatMap(
          v => textOf(v) ?? (v.kind === 'object' ? this.#options.path([v], ['model']).found.flatMap(m => textOf(m) ?? []) : []),
        );
        if (texts.length === 0) open = true;
        for (const t of texts) {
          if (isModelName(t)) names.add(t);
          else withheld = true;
        }
      } else open = true;
    }
    const [first] = names;
    const list = [...names].sort();
    const complete = first !== undefined && !open && !withheld;
    if (first !== undefined && names.size === 1 && !open) return { setting: { state: 'set', value: first }, names: list, complete };
    return { setting: { state: 'dynamic' }, names: list, complete };
  }

  #provider(site: Site, models: Values, names: readonly string[]): string {
    const { sdk } = site.classified;
    const bases = this.#options.look(site, sdk.language === 'python' ? 'client.base_url' : 'client.baseURL');
    const known = bases.found.flatMap(v => providerOfHost(textOf(v) ?? '') ?? []);
    if (known[0] !== undefined) return known[0];
    if (bases.found.length > 0 && sdk.provider !== 'any') return 'any';
    const leaves = [...models.flatMap(v => this.#leaves(v, 0)), ...this.#leaves(site.classified.value, 0)];
    const providers = new Set(leaves.flatMap(v => this.#providerOf(v) ?? []));
    const [one] = providers;
    if (providers.size === 1 && one !== undefined) return one;
    if (providers.size > 1) return 'any';
    if (sdk.provider !== 'any') return sdk.provider;
    // A model object of Python names its provider where a text would: LLM(model='openai/gpt-5').
    const texts = sdk.language === 'python' ? names : models.flatMap(v => textOf(v) ?? []);
    const named = new Set(texts.flatMap(text => prefixOf(text) ?? []));
    const [prefix] = named;
    return named.size === 1 && prefix !== undefined ? prefix : 'any';
  }

  /** The models at the bottom of a value: through chains, agents and wrappers. */
  #leaves(value: Values[number], depth: number): Foreign[] {
    if (value.kind !== 'foreign' || depth > 5) return [];
    const reading = this.#classifier.withRole(value) ?? this.#classifier.classify(value)[0];
    const inner = reading?.inner.map(c => c.value) ?? [];
    if (inner.length > 0) return inner.flatMap(v => this.#leaves(v, depth + 1));
    const model =
      reading?.made === undefined ? [] : this.#options.path([value], ['model']).found.filter(v => v.kind === 'foreign' && v.package !== '');
    return model.length > 0 ? model.flatMap(v => this.#leaves(v, depth + 1)) : [value];
  }

  #providerOf(value: Foreign): string | undefined {
    const name = value.package.startsWith('py:') ? 'base_url' : 'baseURL';
    const base = this.#options.path([value], [name]).found.flatMap(v => textOf(v) ?? []);
    const host = base.flatMap(url => providerOfHost(url) ?? [])[0];
    if (base.length > 0) return host ?? 'any';
    const steps = value.steps;
    for (const step of steps) {
      if (step.kind === 'member') continue;
      // `createOpenAI({ baseURL })('model')`: the factory holds the address.
      const options = step.args?.[0] === undefined || tsc.isSpreadElement(step.args[0]) ? [] : this.#ev.values(step.args[0], step.frame);
      const url = this.#ev
        .inside(
          options.filter(v => v.kind === 'object'),
          'baseURL',
        )
        .found.flatMap(v => textOf(v) ?? [])[0];
      if (url !== undefined) return providerOfHost(url) ?? 'any';
      const text = options.map(v => textOf(v)).find(t => t !== undefined);
      const prefix = text === undefined ? undefined : prefixOf(text);
      if (foreignPath(value) === 'initChatModel' && prefix !== undefined) return prefix;
    }
    return providerOfPackage(value.package) ?? providerOfClass(foreignPath(value));
  }
}

/** The packages that the model of a call comes from. */
function originsOf(site: Site, models: Values): string[] {
  const within = (c: Classified, depth: number): Values =>
    depth > 5 ? [] : [c.value, ...c.inner.flatMap(inner => within(inner, depth + 1))];
  return [...models, ...within(site.classified, 0)].flatMap(v => (v.kind === 'foreign' ? [v.package] : []));
}

function callName(site: Site): string {
  return site.shape.on === undefined
    ? site.shape.member
    : site.shape.member.includes('.')
      ? site.shape.member
      : `${site.shape.on}.${lastName(site.node.expression) ?? site.shape.member}`;
}
