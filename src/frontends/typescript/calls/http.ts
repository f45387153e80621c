// Model calls without an SDK: fetch, axios, got, undici and others, to the URL of a provider.
import type { ts } from 'ts-morph';
import type { OutputCap, Timeout } from '../../../core/index.ts';
import { type Endpoint, endpointOf } from '../../../providers/endpoints.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import { type Foreign, foreignPath, HOLE, isOpen, isRequiredNumber, textOf, type Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import { unlessSet } from './caps.ts';
import { OVER_EARLY, OVER_HEAD } from './held.ts';
import { HTTP_CLIENTS, type HttpClient } from './http-clients.ts';
import { asAmount, type Look, numbersIn, type Options, onlyRequest } from './options.ts';
import { deadlineIn, lostOf, racedTimeout } from './timeouts.ts';

/** A request to a model provider. */
export interface HttpSite {
  readonly node: ts.CallExpression;
  /** The arguments that say what is sent where: those of the call, or of the request object that it is given. */
  readonly args: readonly ts.Expression[];
  readonly client: HttpClient;
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly label: string;
  /** The options that a preset client was made with. */
  readonly preset: Values;
}

const WRITES = /^(?:post|put|patch)$/i;
/** Clients that send a GET when no method is named. */
const READS_BY_DEFAULT = new Set(['', 'node-fetch', 'cross-fetch', 'isomorphic-fetch', 'undici', 'ofetch']);

export class HttpReader {
  readonly #ev: Evaluator;
  readonly #options: Options;

  constructor(ev: Evaluator, options: Options) {
    this.#ev = ev;
    this.#options = options;
  }

  /** The request that a call sends, when it goes to a model provider. */
  read(node: ts.CallExpression): HttpSite | undefined {
    for (const callee of this.#ev.values(node.expression)) {
      if (callee.kind !== 'foreign') continue;
      const hit = this.#clientOf(callee);
      if (hit === undefined) continue;
      // Of several alternatives the one with a readable host tells most.
      const args = this.#requestOf(node.arguments);
      const urls = [...this.#urls(args, hit.client, hit.base)].sort((a, b) => Number(a.startsWith(HOLE)) - Number(b.startsWith(HOLE)));
      for (const url of urls) {
        const endpoint = endpointOf(url);
        if (endpoint === undefined) continue;
        // Reading a list of models, of messages or a status costs nothing.
        if (hit.name.endsWith('get') || !this.#sends(args, hit.client)) continue;
        const site: HttpSite = {
          node,
          args,
          client: hit.client,
          endpoint,
          url,
          preset: hit.preset,
          label:
            hit.client.package === ''
              ? 'fetch'
              : `${hit.client.package.replace(/^py:/, '')}${hit.name.startsWith('default.') ? `.${hit.name.slice(8)}` : ''}`,
        };
        if (!this.#lacks(site, endpoint.body)) return site;
      }
    }
    return undefined;
  }

  /** Does the request send something? A method that only reads, or none at all and no body, does not. */
  #sends(args: readonly ts.Expression[], client: HttpClient): boolean {
    if (client.url === 'second' && args[0] !== undefined && !isKeywords(args[0])) {
      const methods = this.#ev.values(args[0]).flatMap(v => textOf(v) ?? []);
      return methods.length === 0 || methods.some(text => WRITES.test(text));
    }
    const at = client.url === 'argument' ? (client.package === 'axios' ? undefined : 1) : 0;
    const arg = at === undefined ? undefined : args[at];
    if (at === undefined) return true;
    if (arg === undefined) return client.url !== 'argument' || !READS_BY_DEFAULT.has(client.package);
    if (tsc.isSpreadElement(arg)) return true;
    const values = this.#ev.values(arg);
    const method = this.#ev.inside(values, 'method');
    const texts = method.found.flatMap(v => textOf(v) ?? []);
    if (texts.length > 0) return texts.some(text => WRITES.test(text));
    if (method.found.length > 0 || method.hidden !== undefined) return true;
    const body = ['body', 'json', 'data'].some(name => {
      const look = this.#ev.inside(values, name);
      return look.found.length > 0 || look.hidden !== undefined;
    });
    return body || !READS_BY_DEFAULT.has(client.package);
  }

  /** The client behind a callee: a function of its package, or of a preset instance of it. */
  #clientOf(callee: Foreign): { client: HttpClient; name: string; base: readonly string[]; preset: Values } | undefined {
    const calls = callee.steps.filter(step => step.kind !== 'member').length;
    const names = callee.steps.flatMap(step => (step.kind === 'member' ? [step.name] : []));
    const name = names.length === 0 ? 'default' : names.join('.');
    for (const client of HTTP_CLIENTS) {
      if (client.package !== callee.package) continue;
      if (calls === 0 && client.functions.includes(name)) return { client, name, base: [], preset: [] };
      if (calls !== 1 || client.presets === undefined) continue;
      const at = callee.steps.findIndex(step => step.kind !== 'member');
      const before = callee.steps
        .slice(0, at)
        .flatMap(s => (s.kind === 'member' ? [s.name] : []))
        .join('.');
      const step = callee.steps[at];
      if (!client.presets.functions.includes(before) || step?.kind === 'member' || step === undefined) continue;
      const options = step.args?.[0] === undefined ? [] : this.#ev.values(step.args[0], step.frame);
      const base = this.#ev.inside(options, client.presets.base).found.flatMap(v => textOf(v) ?? HOLE);
      const verb = callee.steps
        .slice(at + 1)
        .flatMap(s => (s.kind === 'member' ? [s.name] : []))
        .join('.');
      const called = verb === '' ? 'default' : `default.${verb}`;
      // `instance({ url, data })` and `instance.request(...)` take their options as the plain function does.
      const layout = HTTP_CLIENTS.find(c => c.package === client.package && c.functions.includes(called)) ?? client;
      return {
        client:
          verb === '' || verb === 'request'
            ? (HTTP_CLIENTS.find(c => c.package === client.package && c.url === 'option') ?? layout)
            : layout,
        name: called,
        base,
        preset: options,
      };
    }
    return undefined;
  }

  /** `urlopen(Request(url, data=...))`, `fetch(new Request(url, { ... }))`: what the request object was made with. */
  #requestOf(args: readonly ts.Expression[]): readonly ts.Expression[] {
    const first = args[0];
    if (first === undefined || tsc.isSpreadElement(first)) return args;
    for (const value of this.#ev.values(first)) {
      if (value.kind !== 'foreign' || !/^(?:|py:urllib)$/.test(value.package) || !/^(?:request\.)?Request$/.test(foreignPath(value)))
        continue;
      const made = value.steps.find(step => step.kind === 'new');
      if (made?.kind === 'new' && made.args !== undefined) return made.args;
    }
    return args;
  }

  #urls(args: readonly ts.Expression[], client: HttpClient, bases: readonly string[]): string[] {
    const named = args[0] !== undefined && isKeywords(args[0]);
    const first = client.url === 'second' && !named ? args[1] : args[0];
    if (first === undefined || tsc.isSpreadElement(first)) return [];
    const values = this.#ev.values(first);
    const direct = values.flatMap(urlText);
    const urls =
      direct.length > 0 && client.url !== 'option'
        ? direct
        : this.#urlsIn(values.filter(value => value.kind === 'object' || value.kind === 'merged'));
    return bases.length === 0 ? urls : under(bases, urls);
  }

  /** The address in an object of options: whole, or its base and its path. */
  #urlsIn(options: Values): string[] {
    const named = (name: string): string[] => this.#ev.inside(options, name).found.flatMap(urlText);
    const paths = ['url', 'uri'].flatMap(named);
    const bases = named('baseURL');
    if (bases.length > 0) return under(bases, paths.length === 0 ? [''] : paths);
    const hosts = [...named('hostname'), ...named('host')];
    return paths.length > 0
      ? paths
      : under(
          hosts.map(host => `https://${host}`),
          named('path'),
        );
  }

  /** The output cap in the JSON body. */
  cap(site: HttpSite): OutputCap {
    if (site.endpoint.cap.length === 0) return { set: false, tokens: null, note: 'this endpoint has no output tokens' };
    const body = this.#bodies(site);
    if (body === undefined) return { set: null, tokens: null, note: 'the body of the request is out of sight' };
    let hidden: string | undefined;
    for (const path of site.endpoint.cap) {
      const look = asAmount(this.#options.path(body, path.split('.')));
      if (look.found.length > 0 && !onlyRequest(look)) {
        const numbers = numbersIn(look.found);
        if (look.absent) return { set: null, tokens: null, note: `${path} is set on some ways only` };
        if (numbers.length === 0 && look.found.every(v => isOpen(v) && !isRequiredNumber(v))) {
          return { set: null, tokens: null, note: `${path} comes through a parameter whose callers are not seen` };
        }
        const missing = numbers.length === 0 ? unlessSet(this.#ev, look) : undefined;
        if (missing !== undefined) return { set: null, tokens: null, ...missing };
        return {
          set: true,
          tokens: numbers.length === 0 ? null : Math.max(...numbers),
          ...(look.node === undefined ? {} : { location: placeOf(look.node) }),
        };
      }
      if (look.hidden !== undefined && !onlyRequest(look)) hidden ??= look.hidden;
    }
    return hidden === undefined ? { set: false, tokens: null } : { set: null, tokens: null, note: hidden };
  }

  #bodies(site: HttpSite): Values | undefined {
    for (const { argument, path } of site.client.body) {
      const arg = site.args[argument];
      if (arg === undefined || tsc.isSpreadElement(arg)) continue;
      const look: Look =
        path.length === 0
          ? { found: this.#ev.values(arg), absent: false, hidden: undefined }
          : this.#options.path(this.#ev.values(arg), path);
      if (look.found.some(v => v.kind === 'object' || v.kind === 'merged' || v.kind === 'request')) return look.found;
    }
    return undefined;
  }

  /** Is the body seen, and does it hold nothing of a name? */
  #lacks(site: HttpSite, name: string | undefined): boolean {
    const body = name === undefined ? undefined : this.#bodies(site);
    if (name === undefined || body === undefined) return false;
    const look = this.#options.path(body, [name]);
    return look.found.length === 0 && look.hidden === undefined;
  }

  /** The model that the body names, or the URL for providers that put it there. */
  models(site: HttpSite): Look {
    const body = this.#bodies(site);
    const named = body === undefined ? undefined : this.#options.path(body, ['model']);
    if (named !== undefined && named.found.length > 0) return named;
    const inUrl = /\/models\/([^/:?]+):/.exec(site.url)?.[1] ?? /\/deployments\/([^/?]+)/.exec(site.url)?.[1];
    const found: Values = inUrl === undefined || inUrl.includes(HOLE) ? [] : [{ kind: 'literal', value: inUrl }];
    return { found, absent: false, hidden: 'the URL names the model' };
  }

  /** The object literals that the body of a request may be. */
  bodiesOf(site: HttpSite): readonly ts.ObjectLiteralExpression[] {
    return (this.#bodies(site) ?? []).flatMap(v => (v.kind === 'object' ? [v.node] : []));
  }

  streams(site: HttpSite): boolean | null {
    if (/stream/i.test(site.url.slice(site.url.lastIndexOf('/')))) return true;
    const body = this.#bodies(site);
    if (body === undefined) return null;
    const look = this.#options.path(body, ['stream']);
    if (look.found.length === 0) return look.hidden === undefined ? false : null;
    const flags = look.found.map(v => (v.kind === 'literal' ? v.value === true : undefined));
    return flags.includes(undefined) ? null : flags.includes(true);
  }

  /** The deadline of the request. */
  timeout(site: HttpSite): Timeout {
    const streams = this.streams(site) === true;
    const [parted, early] = [streams || site.client.headFirst === true, streams ? OVER_EARLY : OVER_HEAD];
    const raced = racedTimeout(this.#ev, site.node, parted, null, early);
    if (raced !== undefined) return raced;
    const defaultMs = site.client.defaultMs ?? null;
    let unclear: string | undefined;
    let leaving = false;
    for (const { argument, path } of site.client.timeout) {
      const arg = site.node.arguments[argument];
      const own = arg === undefined || tsc.isSpreadElement(arg) ? undefined : this.#options.path(this.#ev.values(arg), path);
      const look = own !== undefined && (own.found.length > 0 || own.hidden !== undefined) ? own : this.#options.path(site.preset, path);
      if (look.found.length === 0) {
        if (look.hidden !== undefined && !onlyRequest(look)) unclear ??= look.hidden;
        continue;
      }
      const seconds = site.client.unit === 's';
      const deadline = deadlineIn(this.#ev, look, seconds ? 1000 : 1, !seconds);
      if (deadline.kind === 'time' && !look.absent && asAmount(look).found.length === look.found.length)
        return { explicit: true, ms: deadline.ms, defaultMs, ...lostOf(this.#ev, site.node, deadline, look.node ?? arg, parted, early) };
      if (deadline.kind === 'time') {
        unclear ??= 'it is set on some ways only';
        continue;
      }
      if (deadline.kind === 'leaving') leaving = true;
      else unclear ??= deadline.why;
    }
    if (unclear !== undefined) return { explicit: null, ms: null, defaultMs, note: unclear };
    return {
      explicit: false,
      ms: null,
      defaultMs,
      ...(leaving ? { note: 'its abort signal fires when the user leaves, not on time' } : {}),
    };
  }
}

/** Addresses below some bases; an absolute one stays as it is. */
function under(bases: readonly string[], urls: readonly string[]): string[] {
  return urls.flatMap(url =>
    /^https?:/.test(url) ? [url] : bases.map(base => `${base.endsWith('/') ? base.slice(0, -1) : base}/${url.replace(/^\//, '')}`),
  );
}

function urlText(value: Value): string[] {
  const text = textOf(value);
  return text === undefined ? [] : [text];
}
