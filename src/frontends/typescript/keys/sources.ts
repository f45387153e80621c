// Where the clients of production model calls get their key.
import type { ts } from 'ts-morph';
import type { KeySource, Secret } from '../../../core/index.ts';
import { mask } from '../../text/mask.ts';
import type { Classified } from '../calls/classify.ts';
import type { Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Values } from '../evaluator/evaluate.ts';
import { type Foreign, type Frame, type Step, textOf, type Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { shown } from '../retries/reader.ts';
import { isSameBinding, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { type Origin, originsOf } from './origins.ts';

/** Options that hold the key, over all SDKs that are read. */
const OPTIONS = [
  'apiKey',
  'api_key',
  'openAIApiKey',
  'anthropicApiKey',
  'azureOpenAIApiKey',
  'azureADTokenProvider',
  'accessToken',
  'authToken',
  'apiToken',
  'token',
  'auth',
  'key',
  'credential',
  'credentials',
  'secretAccessKey',
  'googleAuthOptions',
  'openai_api_key',
  'anthropic_api_key',
  'google_api_key',
  'azure_openai_api_key',
  'groq_api_key',
  'mistral_api_key',
  'cohere_api_key',
  'together_api_key',
  'fireworks_api_key',
  'nvidia_api_key',
  'deepseek_api_key',
  'huggingfacehub_api_token',
  'azure_ad_token',
  'azure_ad_token_provider',
  'auth_token',
  'access_token',
  'api_token',
  'aws_secret_access_key',
];
/** Options that hold the address of the server. */
const BASES = ['baseURL', 'baseUrl', 'base_url', 'api_base', 'openai_api_base', 'azure_endpoint', 'endpoint'];
/** Packages whose constructors take the key as their first argument. */
const POSITIONAL = new Set([
  '@google/generative-ai',
  '@huggingface/inference',
  '@mistralai/mistralai',
  '@azure/core-auth',
  '@azure/openai',
  'cohere-ai',
]);
const HEADERS = /^(?:authorization|x-api-key|api-key|x-goog-api-key|x-portkey-api-key)$/i;
const LOCAL =
  /^https?:\/\/(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker\.internal|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|[\w-]+(?::|\/|$)|[\w.-]+\.local\b)/;
/** What runs models and has no key of its own. */
const RUNNERS = /graph|agent|chain|executor|workflow|runner|engine|session|thread|prompt|app|index|mastra|builder/;
/** Frameworks whose agents have a model, and the key of it in the environment, where none is given. */
const OWN_DEFAULT = /^py:(?:agents|crewai|claude_agent_sdk|smolagents)$/;
/** Reached without a key. */
const KEYLESS = new Set(['ollama', 'vscode-lm']);
const DEEPEST = 4;
const MOST_FRAMES = 8;
const MOST_USES = 40;

type Making = Extract<Step, { kind: 'call' | 'new' }>;

export class KeySources {
  readonly #reading: Reading;
  readonly #seen = new Set<ts.Node>();
  /** Constructions that were looked at, by the calls of the function around them: a factory may get a key from each caller. */
  readonly #made = new Map<ts.Node, { readonly frames: Set<Frame | undefined>; found: boolean }>();
  readonly #told = new Set<string>();
  readonly #facts: (KeySource | Secret)[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** The sources of all production calls, each place once, and the literals among them as secrets. */
  read(): readonly (KeySource | Secret)[] {
    const { ev, sites, requests, inventory } = this.#reading;
    const isProduction = (node: ts.Node): boolean => inventory.roleOf(node.getSourceFile().fileName) === 'production';
    for (const site of sites)
      if (isProduction(site.node))
        ev.budget.ask(
          () => this.#site(site),
          () => {},
        );
    for (const request of requests)
      if (isProduction(request.node))
        ev.budget.ask(
          () => this.#request(request.node),
          () => {},
        );
    return this.#facts;
  }

  #site(site: Site): void {
    if (KEYLESS.has(site.classified.sdk.id)) return;
    const { options } = this.#reading;
    const roots = [site.classified, ...site.others].flatMap(c => carried(c, 0));
    const own = roots.map(c => c.value).filter(hasMakings);
    // A function of a package, such as `generateText`, has no key of its own: its model has. So has the model of an agent.
    const asked = own.length === 0 ? ['body.model'] : roots.some(c => RUNNERS.test(c.role ?? '')) ? ['client.model', 'client.llm'] : [];
    const models = asked.flatMap(at => options.look(site, at).found);
    const made = models.filter(v => v.kind === 'foreign').filter(hasMakings);
    // What a command line or a file gives is the name of a model, and holds no key.
    const holders = [...own, ...made.filter(v => this.#mayHoldKey(v))];
    // `litellm.completion(model=..., api_key=...)`
    const direct = own.length === 0 && site.classified.value.package.startsWith('py:') ? options.look(site, 'body.api_key') : undefined;
    if (direct !== undefined && direct.found.length > 0) this.#key(direct.node ?? site.node, direct.found, [], false);
    for (const value of holders) this.#holder(value, site, roots.find(c => c.value === value)?.role);
    // A model by its name alone (`model: 'openai/gpt-5.6'`) is reached with the key that the framework looks up.
    const runners = holders.every(v => RUNNERS.test(roots.find(c => c.value === v)?.role ?? ''));
    const named =
      models.some(v => textOf(v) !== undefined) ||
      made.some(v => !this.#mayHoldKey(v)) ||
      (models.length === 0 && OWN_DEFAULT.test(site.classified.value.package));
    if (this.#facts.length === 0 && runners && named)
      this.#add(site.node, { from: 'environment', label: `the default of ${shown(site.classified.value.package, undefined)}` });
  }

  /** Python writes its providers in packages that are known; JavaScript has providers of many makers. */
  #mayHoldKey(value: Foreign): boolean {
    if (value.package.startsWith('node:')) return false;
    return !value.package.startsWith('py:') || this.#reading.classifier.sdksOf(value.package).length > 0;
  }

  /** A client, a provider or a model: everything that it was made with, step by step. */
  #holder(value: Foreign, site: Site, role: string | undefined): void {
    const makings = value.steps.filter(step => step.kind !== 'member');
    const [first] = makings;
    let found = false;
    for (const step of makings) found = this.#making(step, value, 0) || found;
    if (found || first === undefined || this.#seen.has(first.node) || RUNNERS.test(role ?? '')) return;
    this.#seen.add(first.node);
    if (first.args === undefined) return;
    const label = `the default of ${shown(value.package || site.classified.sdk.id, undefined)}`;
    this.#add(first.node, { from: 'environment', label });
  }

  /** The key among the arguments of one construction. Says whether there was one. */
  #making(step: Making, owner: Foreign, depth: number): boolean {
    // Many calls share one client: it is looked at once.
    const known = this.#made.get(step.node) ?? { frames: new Set<Frame | undefined>(), found: false };
    if (known.frames.has(step.frame) || known.frames.size >= MOST_FRAMES) return known.found;
    known.frames.add(step.frame);
    this.#made.set(step.node, known);
    if (this.#look(step, owner, depth)) known.found = true;
    return known.found;
  }

  #look(step: Making, owner: Foreign, depth: number): boolean {
    const { ev, options } = this.#reading;
    let found = false;
    for (const [i, arg] of (step.args ?? []).entries()) {
      if (tsc.isSpreadElement(arg)) continue;
      const values = ev.values(arg, step.frame);
      if (i === 0 && step.kind === 'new' && POSITIONAL.has(owner.package)) {
        const texts = values.filter(v => v.kind !== 'object' && v.kind !== 'merged');
        if (texts.length > 0) found = this.#key(arg, texts, [], false) || found;
      }
      const objects = values.filter(v => v.kind === 'object' || v.kind === 'merged' || v.kind === 'instance');
      if (objects.length > 0) {
        const local = BASES.flatMap(name => options.path(objects, [name]).found);
        const shipped = options.path(objects, ['dangerouslyAllowBrowser']).found.some(v => v.kind === 'literal' && v.value === true);
        for (const name of OPTIONS) {
          const look = options.path(objects, [name]);
          if (look.found.length > 0) found = this.#key(look.node ?? arg, look.found, local, shipped) || found;
        }
        const headers = ['defaultHeaders', 'default_headers', 'extra_headers', 'headers'].flatMap(
          name => options.path(objects, [name]).found,
        );
        for (const header of headers) if (header.kind === 'object') found = this.#headers(header.node) || found;
      }
      // Wrapped once more: `new OpenAIApi(new Configuration({ apiKey }))`.
      if (depth < DEEPEST)
        for (const inner of values)
          if (inner.kind === 'foreign' && inner.package !== '')
            for (const deeper of inner.steps) if (deeper.kind !== 'member') found = this.#making(deeper, inner, depth + 1) || found;
    }
    return found;
  }

  #key(node: ts.Node, values: Values, bases: readonly Value[], shipped: boolean): boolean {
    const wrapped = values.flatMap((v): readonly Value[] => this.#unwrap(v));
    const origins = originsOf(this.#reading.ev, wrapped);
    if (origins.length === 0) return false;
    const local = bases.length > 0 && bases.every(base => LOCAL.test(textOf(base) ?? ''));
    const judged = origins.map((origin): Origin => {
      const { from, label } = origin;
      if (from === 'literal' && local) return { from: 'none', label: 'a local server, which checks no key' };
      if (shipped && (from === 'environment' || from === 'browser'))
        return { from: 'browser', label: `${label}, with dangerouslyAllowBrowser` };
      return shipped && from === 'unknown' ? { from: 'user', label: 'a key that is used in the browser' } : origin;
    });
    // One fact for each sort of source that the alternatives have.
    for (const from of new Set(judged.map(origin => origin.from))) {
      const same = judged.filter(origin => origin.from === from);
      const label = [...new Set(same.map(origin => origin.label))].slice(0, 3).join(', ');
      this.#add(node, { ...same[0], from, label });
    }
    return true;
  }

  /** `new AzureKeyCredential(key)` and `{ apiKey: key }` hold the key inside. */
  #unwrap(value: Value): readonly Value[] {
    const { ev, options } = this.#reading;
    if (value.kind === 'object' || value.kind === 'merged') {
      const inner = OPTIONS.flatMap(name => options.path([value], [name]).found);
      return inner.length > 0 ? inner : [value];
    }
    if (value.kind !== 'foreign') return [value];
    const made = value.steps.at(-1);
    const arg = made?.kind === 'new' ? made.args?.[0] : undefined;
    if (made?.kind !== 'new' || arg === undefined || tsc.isSpreadElement(arg) || !POSITIONAL.has(value.package)) return [value];
    return ev.values(arg, made.frame);
  }

  /** A request without an SDK: its headers, or the key in its address. */
  #request(node: ts.CallExpression): void {
    const { ev } = this.#reading;
    for (const arg of node.arguments) {
      if (tsc.isSpreadElement(arg)) continue;
      if (tsc.isTemplateExpression(arg)) this.#inAddress(arg);
      for (const value of ev.values(arg)) this.#requested(value);
      this.#laterHeaders(arg);
    }
    // `httpx.Client(headers=...)`, `session.headers.update(...)`
    if (!tsc.isPropertyAccessExpression(node.expression)) return;
    for (const value of ev.values(node.expression.expression)) if (value.kind === 'foreign') this.#requested(value);
    this.#laterHeaders(node.expression.expression);
  }

  /** What a request is given, or what an object for it was made with: `Request(url, headers=...)`. */
  #requested(value: Value): void {
    const { ev } = this.#reading;
    if (value.kind === 'text' && tsc.isTemplateExpression(value.node)) this.#inAddress(value.node);
    if (value.kind === 'foreign') {
      for (const step of value.steps) {
        if (step.kind !== 'new') continue;
        for (const arg of step.args ?? [])
          if (!tsc.isSpreadElement(arg))
            for (const inner of ev.values(arg, step.frame)) if (inner.kind !== 'foreign') this.#requested(inner);
      }
      return;
    }
    if (value.kind !== 'object') return;
    this.#headers(value.node);
    for (const headers of ev.inside([value], 'headers').found) if (headers.kind === 'object') this.#headers(headers.node);
  }

  /** Headers that a request or a session gets after it was made: `request.add_header("x-api-key", key)`, `session.headers.update(...)`. */
  #laterHeaders(holder: ts.Expression): void {
    const { ev, program } = this.#reading;
    const inner = strip(holder);
    const name = inner === undefined ? undefined : tsc.isIdentifier(inner) ? inner : ofThis(inner);
    if (name === undefined) return;
    const binding = tsc.isIdentifier(inner as ts.Node) ? resolve(name) : undefined;
    for (const id of program.identifiers(program.unitOf(name), name.text).slice(0, MOST_USES)) {
      if (binding !== undefined && !isSameBinding(resolve(id), binding)) continue;
      const about = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
      const access = about.parent;
      if (!tsc.isPropertyAccessExpression(access) || access.expression !== about) continue;
      const { parent } = access;
      if (access.name.text === 'add_header' && tsc.isCallExpression(parent)) {
        const [header, value] = parent.arguments;
        if (header !== undefined && value !== undefined && tsc.isStringLiteralLike(header) && HEADERS.test(header.text))
          this.#key(value, ev.values(value).map(bare), [], false);
      }
      if (access.name.text !== 'headers' || !tsc.isPropertyAccessExpression(parent) || parent.name.text !== 'update') continue;
      const call = parent.parent;
      for (const arg of tsc.isCallExpression(call) ? call.arguments : [])
        if (!tsc.isSpreadElement(arg)) for (const value of ev.values(arg)) if (value.kind === 'object') this.#headers(value.node);
    }
  }

  #inAddress(template: ts.TemplateExpression): void {
    let before = template.head.text;
    for (const span of template.templateSpans) {
      if (/[?&](?:key|api_?key)=$/i.test(before)) this.#key(span.expression, this.#reading.ev.values(span.expression), [], false);
      before = span.literal.text;
    }
  }

  #headers(object: ts.ObjectLiteralExpression): boolean {
    const { ev } = this.#reading;
    let found = false;
    walk(object, node => {
      if (!tsc.isPropertyAssignment(node) || !HEADERS.test(propertyName(node) ?? '')) return undefined;
      const value = node.initializer;
      const parts = tsc.isTemplateExpression(value)
        ? value.templateSpans.map(span => span.expression)
        : tsc.isBinaryExpression(value) && value.operatorToken.kind === tsc.SyntaxKind.PlusToken
          ? [value.right]
          : [value];
      for (const part of parts) found = this.#key(part, ev.values(part).map(bare), [], false) || found;
      return 'skip';
    });
    return found;
  }

  #add(node: ts.Node, { from, label, literal }: Origin): void {
    const location = placeOf(node);
    const id = JSON.stringify([location.file, location.line, location.column, from, label, literal?.value]);
    if (this.#told.has(id)) return;
    this.#told.add(id);
    const role = this.#reading.inventory.roleOf(location.file);
    this.#facts.push({ kind: 'key-source', location, role, from, label });
    if (literal === undefined || typeof literal.value !== 'string') return;
    const place = placeOf(literal.node ?? node);
    this.#facts.push({
      kind: 'secret',
      location: place,
      role: this.#reading.inventory.roleOf(place.file),
      rule: 'model-client-key',
      label: 'the key of a model client',
      masked: mask(literal.value),
      by: 'place',
      use: 'live',
    });
  }
}

/** `'Bearer abc'` without the word for the scheme. */
function bare(value: Value): Value {
  return value.kind === 'literal' && typeof value.value === 'string'
    ? { ...value, value: value.value.replace(/^(?:Bearer|Basic)\s+/, '') }
    : value;
}

function carried(c: Classified, depth: number): readonly Classified[] {
  return depth > DEEPEST ? [c] : [c, ...c.inner.flatMap(inner => carried(inner, depth + 1))];
}

function hasMakings(value: Foreign): boolean {
  return value.steps.some(step => step.kind !== 'member');
}

/** `session` of `this.session` */
function ofThis(node: ts.Expression): ts.Identifier | undefined {
  const held = tsc.isPropertyAccessExpression(node) && node.expression.kind === tsc.SyntaxKind.ThisKeyword ? node.name : undefined;
  return held !== undefined && tsc.isIdentifier(held) ? held : undefined;
}
