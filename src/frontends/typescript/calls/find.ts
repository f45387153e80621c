// Finds every model call. It starts at the files that name an SDK or a provider, and follows what they export:
// a client, a model, an agent or a function that makes one is used in other files, which are then read as well.
import type { ts } from 'ts-morph';
import type { Sdk } from '../../../core/index.ts';
import { ENDPOINT_HINT, endpointOf } from '../../../providers/endpoints.ts';
import type { Inventory } from '../../../repository/index.ts';
import { restful } from '../../rest.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { type Foreign, textOf } from '../evaluator/values.ts';
import { packageOf } from '../modules.ts';
import { touchedNames } from '../paths/reach.ts';
import type { Unit } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import type { ImportIndex } from '../specifiers.ts';
import { rootName } from '../syntax.ts';
import { Carriers } from './carriers.ts';
import type { Classified, Classifier } from './classify.ts';
import type { HttpReader, HttpSite } from './http.ts';
import { HTTP_NAMES, HTTP_PACKAGES } from './http-clients.ts';
import { LikelyClients } from './likely.ts';
import { inRange, type Site } from './options.ts';

export interface Found {
  readonly sites: readonly Site[];
  readonly requests: readonly HttpSite[];
  /** Files that were looked through. */
  readonly files: readonly string[];
}

/** A barrel, or a module that may export an HTTP client of its own. */
const HANDS_ON = /export\s*(?:\*|\{[^}]{0,300}\}\s{0,20}from)|["'](?:axios|got|ky|ofetch)["']/;

export class Finder {
  readonly #ev: Evaluator;
  readonly #classifier: Classifier;
  readonly #http: HttpReader;
  readonly #carriers: Carriers;
  readonly #likely: LikelyClients;
  /** The files that are looked through, as far as they are known. */
  #files: Iterable<string> = [];
  readonly #isSdk: (specifier: string) => boolean;
  readonly #index: ImportIndex;
  readonly #inventory: Inventory;
  readonly #handing = new Map<string, boolean>();
  readonly #asking = new Map<string, boolean>();
  /** The last names that a model call can end with. */
  readonly #names: ReadonlySet<string>;
  /** The end of a request, in a text: an HTTP client, or a call with such a name; in Python `json.loads` reads as `JSON.parse`. */
  readonly #ends: readonly [script: RegExp, python: RegExp];

  constructor(ev: Evaluator, classifier: Classifier, http: HttpReader, index: ImportIndex) {
    this.#ev = ev;
    this.#classifier = classifier;
    this.#http = http;
    this.#carriers = new Carriers(ev.program, classifier);
    this.#likely = new LikelyClients(ev, classifier, () => this.#files);
    this.#isSdk = namesSdk(classifier.sdks);
    this.#index = index;
    this.#inventory = ev.program.inventory;
    const members = lastNames(classifier.sdks);
    this.#names = new Set([...HTTP_NAMES, ...members]);
    const ends = `\\b(?:fetch|axios|got|ky)\\b|\\.(?:${[...members].filter(name => name !== '').join('|')})\\s*\\(`;
    this.#ends = [new RegExp(ends), new RegExp(`${ends}|\\bloads?\\b`)];
  }

  /**
   * Looks through the seeds and everything that uses what they export.
   * @param asking files that call something as a client is called; where that leads is not followed
   */
  async find(seeds: readonly string[], asking: readonly string[], progress: (note: string) => void): Promise<Found> {
    const rest = restful();
    const tell = (): void => progress(`Reading code: ${files.size} files`);
    const queue = [...seeds];
    const files = new Set(queue);
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      const unit = this.#ev.program.unit(file);
      if (unit === undefined) continue;
      // What tests, evals and scripts export or hand on stays among themselves.
      if (this.#inventory.roleOf(file) !== 'production') continue;
      const users = this.#carriers.ev.budget.ask(
        () => {
          const touched = touchedNames(unit, specifier => this.#leads(unit, specifier, files));
          return [...this.#users(unit, touched), ...this.#fed(unit, touched)];
        },
        () => [],
      );
      for (const next of users) {
        if (files.has(next)) continue;
        files.add(next);
        queue.push(next);
      }
      await rest(tell);
    }
    const sites: Site[] = [];
    const requests: HttpSite[] = [];
    const sorted = [...new Set([...files, ...asking])].sort();
    this.#files = sorted;
    for (const file of sorted) {
      const unit = this.#ev.program.unit(file);
      if (unit !== undefined) this.#callsIn(unit, files, sites, requests);
      await rest(tell);
    }
    return { sites, requests, files: sorted };
  }

  #callsIn(unit: Unit, files: ReadonlySet<string>, sites: Site[], requests: HttpSite[]): void {
    for (const node of unit.calls) {
      if (!tsc.isCallExpression(node)) continue;
      const found = this.#ev.budget.ask(
        () => this.#judge(unit, files, node),
        () => {
          this.#inventory.giveUp(unit.file, 'a call in it is too much to follow');
          return undefined;
        },
      );
      if (found?.site !== undefined) sites.push(found.site);
      else if (found?.request !== undefined) requests.push(found.request);
    }
  }

  #judge(
    unit: Unit,
    files: ReadonlySet<string>,
    node: ts.CallExpression,
  ): { site?: Site | undefined; request?: HttpSite | undefined } | undefined {
    if (!this.#promising(unit, files, node.expression)) return undefined;
    const site = this.#siteOf(node);
    return site === undefined ? { request: this.#http.read(node) } : { site };
  }

  /** Can this callee be a model call at all? Asked of every call of a file, so it must be cheap. */
  #promising(unit: Unit, files: ReadonlySet<string>, callee: ts.Expression): boolean {
    const name = lastName(callee);
    if (name === undefined || (!tsc.isIdentifier(callee) && !this.#names.has(name))) return false;
    const root = rootName(callee);
    const binding = root === undefined ? undefined : resolve(root);
    if (binding?.kind === 'import' && root !== undefined) return this.#leadsOut(unit, root.text, files);
    if (!tsc.isIdentifier(callee)) return true;
    // A callback that was passed in is judged where it is written.
    if (binding === undefined) return this.#names.has(name);
    // `const { generateText: ask } = ai`, `const ask = client.chat`: renamed here.
    return (
      binding.kind === 'variable' &&
      (binding.element !== undefined || binding.node.initializer === undefined || !isFunctionNode(binding.node.initializer))
    );
  }

  /** Is an imported name a package's, or a file's that holds or hands on something of an SDK or an HTTP client? */
  #leadsOut(unit: Unit, local: string, files: ReadonlySet<string>): boolean {
    const specifier = unit.imports.get(local)?.specifier;
    const target = specifier === undefined ? undefined : this.#inventory.resolveImport(unit.file, specifier);
    if (target === undefined) return true;
    // What a file imports would have led here, had it anything of an SDK.
    if (!files.has(unit.file)) return false;
    // A test is full of calls to the code under test, none of which is a model call of the test's own.
    if (this.#inventory.roleOf(unit.file) !== 'production') return false;
    return files.has(target) || this.#handsOn(target);
  }

  #siteOf(node: ts.CallExpression): Site | undefined {
    return this.#siteAmong(node, this.#ev.values(node.expression)) ?? this.#siteAmong(node, this.#likely.calleesOf(node));
  }

  #siteAmong(node: ts.CallExpression, callees: Values): Site | undefined {
    let first: Omit<Site, 'others'> | undefined;
    const others: Classified[] = [];
    for (const callee of callees) {
      if (callee.kind !== 'foreign' || callee.package === '') continue;
      for (const { shape, classified } of this.#classifier.shapesOf(callee)) {
        const version = this.versionOf(classified.sdk, callee);
        if (!inRange(version, shape.range)) continue;
        if (shape.command !== undefined && !this.#commands(node, shape.command)) continue;
        if (first === undefined) first = { node, shape, classified, version };
        else if (classified.sdk === first.classified.sdk) others.push(classified);
        break;
      }
    }
    return first === undefined ? undefined : { ...first, others };
  }

  #commands(node: ts.CallExpression, commands: readonly string[]): boolean {
    const first = node.arguments[0];
    if (first === undefined || tsc.isSpreadElement(first)) return false;
    return this.#ev
      .values(first)
      .some(value => value.kind === 'foreign' && value.steps.some(step => step.kind === 'member' && commands.includes(step.name)));
  }

  /** The version that decides the defaults of an SDK for a value. */
  versionOf(sdk: Sdk, value: Foreign): string | undefined {
    const deciding = sdk.code.version ?? value.package;
    if (deciding === value.package && value.version !== undefined) return lowest(value.version);
    // A renamed package is known to the manifest by the name that the code writes.
    const asked = deciding === value.package ? (value.written ?? deciding) : deciding;
    for (const name of [asked, ...(sdk.code.versionElse ?? [])]) {
      const found = this.#inventory.versionOf(value.file, name)?.version;
      if (found !== undefined) return found;
    }
    return value.version === undefined ? undefined : lowest(value.version);
  }

  /**
   * The files that this one hands a client, a model, or the address of a provider: a helper that sends the request
   * names neither an SDK nor a host itself.
   */
  #fed(unit: Unit, touched: ReadonlySet<string>): string[] {
    const out = new Set<string>();
    const local = new Map<string, string>();
    for (const [name, imported] of unit.imports) {
      const target = this.#inventory.resolveImport(unit.file, imported.specifier);
      // Only a file that makes a request of some kind can use what it is handed.
      if (target !== undefined && this.#asks(target)) local.set(name, target);
    }
    if (local.size === 0) return [];
    const addressed = ENDPOINT_HINT.test(unit.ast.text);
    for (const node of unit.calls) {
      const root = rootName(node.expression);
      const target = root === undefined ? undefined : local.get(root.text);
      if (root === undefined || target === undefined || out.has(target) || resolve(root)?.kind !== 'import') continue;
      if (node.arguments?.some(arg => !tsc.isSpreadElement(arg) && this.#feeds(arg, touched, addressed)) === true) out.add(target);
    }
    return [...out];
  }

  #feeds(arg: ts.Expression, touched: ReadonlySet<string>, addressed: boolean): boolean {
    if (tsc.isArrowFunction(arg) || tsc.isFunctionExpression(arg) || tsc.isNumericLiteral(arg)) return false;
    const root = rootName(arg);
    const near = root !== undefined ? touched.has(root.text) || root.text === 'this' || resolve(root)?.kind !== 'import' : true;
    if (!addressed && !near) return false;
    const values = this.#carriers.ev.values(arg);
    return this.#carriers.holds(values) || (addressed && values.some(v => endpointOf(textOf(v) ?? '') !== undefined));
  }

  /** May a file hand on what it imports? Asked for each import of the same few files. */
  #handsOn(file: string): boolean {
    return remembered(this.#handing, file, () => this.#ev.program.matches(file, HANDS_ON));
  }

  /** Does a file make a request of some kind? */
  #asks(file: string): boolean {
    return remembered(this.#asking, file, () => this.#ev.program.matches(file, ...this.#ends));
  }

  /** Does an import lead to an SDK, or to a file that is known to carry something of one? */
  #leads(unit: Unit, specifier: string, files: ReadonlySet<string>): boolean {
    const target = this.#inventory.resolveImport(unit.file, specifier);
    if (target === undefined)
      return this.#isSdk(specifier) || this.#isSdk(this.#inventory.realName(unit.file, specifier)) || HTTP_PACKAGES.has(specifier);
    return files.has(target) || this.#handsOn(target);
  }

  /** The files that use an export of this file which holds something of an SDK. */
  #users(unit: Unit, touched: ReadonlySet<string>): string[] {
    const importers = this.#index.importersOf(unit.file);
    if (importers.length === 0) return [];
    const names: string[] = [];
    for (const [name, what] of unit.exports) {
      const own = what.kind === 'local' ? what.name : name;
      // A name that nothing of an SDK reaches need not be evaluated.
      if (what.kind !== 'from' && !touched.has(own)) continue;
      if (this.#carriers.holds(this.#carriers.ev.exported(unit.file, name))) names.push(name);
    }
    if (unit.commonjs !== undefined && this.#carriers.holds(this.#carriers.ev.values(unit.commonjs))) names.push('default');
    // A barrel hands on what others export; whoever imports it is looked at by the names it mentions.
    const barrel = unit.stars.length > 0;
    if (names.length === 0 && !barrel) return [];
    return importers.filter(file => {
      if (barrel || names.includes('default')) return true;
      const { program } = this.#ev;
      return names.some(name => program.mentions(file, name)) || program.matches(file, /export\s*\*/);
    });
  }
}

function remembered(known: Map<string, boolean>, file: string, question: () => boolean): boolean {
  let answer = known.get(file);
  if (answer === undefined) {
    answer = question();
    known.set(file, answer);
  }
  return answer;
}

/** The lower end of a version written in an import specifier: `4`, `^4.2.0`, `4.2.0`. */
function lowest(version: string): string | undefined {
  const match = /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  return match === null ? undefined : `${match[1]}.${match[2] ?? 0}.${match[3] ?? 0}`;
}

export function lastName(callee: ts.Expression): string | undefined {
  if (tsc.isPropertyAccessExpression(callee)) return callee.name.text;
  if (tsc.isIdentifier(callee)) return callee.text;
  if (tsc.isParenthesizedExpression(callee) || tsc.isNonNullExpression(callee) || tsc.isAsExpression(callee))
    return lastName(callee.expression);
  if (tsc.isElementAccessExpression(callee) && tsc.isStringLiteralLike(callee.argumentExpression)) return callee.argumentExpression.text;
  return undefined;
}

/** The last names of the calls of some SDKs: `create` of `chat.completions.create`; empty where the export itself is called. */
function lastNames(sdks: readonly Sdk[]): ReadonlySet<string> {
  return new Set(sdks.flatMap(sdk => sdk.code.calls.map(call => call.member.slice(call.member.lastIndexOf('.') + 1))));
}

/** A test for texts that may hold a model call: something in them is called by the last name of one. */
export function callsLike(sdks: readonly Sdk[]): (text: string) => boolean {
  const written = [...new Set([...HTTP_NAMES, ...lastNames(sdks)])].filter(name => /^\w+$/.test(name)).join('|');
  const called = new RegExp(`\\b(?:${written})\\s*(?:\\?\\.)?\\s*[(<]`);
  return text => called.test(text);
}

/** A test for files worth parsing: they import a package of one of the descriptors. */
export function namesSdk(sdks: readonly Sdk[]): (specifier: string) => boolean {
  const exact = new Set(sdks.flatMap(sdk => sdk.code.packages.filter(p => !p.includes('*'))));
  const prefixes = sdks.flatMap(sdk => sdk.code.packages.filter(p => p.includes('*')).map(p => p.slice(0, p.indexOf('*'))));
  const known = new Map<string, boolean>();
  const judge = (specifier: string): boolean => {
    const { name } = packageOf(specifier);
    return name !== undefined && (exact.has(name) || prefixes.some(prefix => name.startsWith(prefix)));
  };
  return specifier => {
    let answer = known.get(specifier);
    if (answer === undefined) {
      answer = judge(specifier);
      known.set(specifier, answer);
    }
    return answer;
  };
}
