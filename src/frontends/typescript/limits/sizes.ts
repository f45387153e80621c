// Limits on the size of the input: schemas of the request, limits of bodies, lengths that are compared, prompts that are cut.
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { textOf } from '../evaluator/values.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { missedCalls } from './coverage.ts';
import { USEFUL } from './lengths.ts';
import { modelsOf } from './models.ts';
import { Mounts } from './mounts.ts';
import { isHeard, parsersOf, schemaOf } from './parsers.ts';
import { carriedBy, carriedIn, type Prompt, promptOf } from './prompts.ts';
import { Sayers } from './sayers.ts';
import { type Bound, boundOf } from './schemas.ts';
import { NO_ENV, originOf } from './trace.ts';
import { wayOf } from './way.ts';

/** What chat platforms let a person write into one message. */
const PLATFORMS: Readonly<Record<string, readonly [string, number]>> = {
  telegraf: ['Telegram', 4096],
  grammy: ['Telegram', 4096],
  'node-telegram-bot-api': ['Telegram', 4096],
  'discord.js': ['Discord', 4000],
  '@slack/bolt': ['Slack', 40_000],
  'whatsapp-web.js': ['WhatsApp', 65_536],
};

/** Characters of one text that nobody types: as many as the experiment with long messages sends. */
const LONG = 40_000;

interface Found {
  readonly node: ts.Node;
  /** Characters in all; null: only a part has an end; Infinity: nothing has. */
  readonly size: number | null;
  readonly label: string;
  readonly unsure?: boolean;
  readonly gates: Map<Scope, ts.Node[]>;
  readonly guarded: Set<Scope>;
}

/** The limits on the size of the input, as facts with the unit `characters`. */
export function sizes(reading: Reading): Limit[] {
  const { ev, paths, inventory } = reading;
  const calls = [...reading.sites.map(s => s.node), ...reading.requests.map(r => r.node)].filter(
    node => inventory.roleOf(node.getSourceFile().fileName) === 'production',
  );
  if (calls.length === 0) return [];
  const sayers = new Sayers(reading, new Set<ts.Node>(calls));
  const models = { calls: sayers.calls, says: (call: ts.CallExpression) => sayers.says(call) };
  const found = [...inHandlers(reading), ...inBodies(reading)];
  const make = (node: ts.Node, size: number | null, label: string, misses: readonly ts.Node[], unsure = false): Limit => ({
    kind: 'limit',
    location: placeOf(node),
    role: inventory.roleOf(node.getSourceFile().fileName),
    scope: 'request',
    unit: 'characters',
    amount: size,
    window: null,
    state: 'none',
    reach: unsure ? 'unknown' : 'on-path',
    label,
    ...(misses.length === 0 ? {} : { misses: misses.map(m => placeOf(m)) }),
  });
  const incoming = found.map(one => ({ ...one, missed: missedCalls(ev, paths, calls, one) ?? calls }));
  const out = incoming.map(one => make(one.node, one.size, one.label, one.missed, one.unsure));
  const sent = [
    ...reading.sites.map(({ node }) => ({ node, carried: () => carriedBy(ev, node) })),
    ...reading.requests.map(site => ({ node: site.node, carried: () => carriedIn(reading.http.bodiesOf(site)) })),
  ];
  for (const { node, carried } of sent) {
    if (!calls.includes(node)) continue;
    const prompt = ev.budget.ask(
      () => promptOf(ev, carried(), models),
      () => undefined,
    );
    const around = incoming.filter(one => one.unsure !== true && !one.missed.includes(node) && one.size !== null && one.size <= USEFUL);
    const said = prompt === undefined ? undefined : ofPrompt(reading, node, prompt, around);
    if (said !== undefined)
      out.push(
        make(
          node,
          said.size,
          said.label,
          calls.filter(c => c !== node),
        ),
      );
  }
  return out;
}

/** What the prompt of a call tells about its size, given the limits on what comes in. */
function ofPrompt(
  reading: Reading,
  call: ts.Node,
  { pieces, unseen, fixed }: Prompt,
  incoming: readonly Found[],
): { size: number | null; label: string } | undefined {
  const of = (kind: Prompt['pieces'][number]['kind']): Prompt['pieces'] => pieces.filter(p => p.kind === kind);
  const [texts, stored, few, cut] = [of('text'), of('stored'), of('few'), [...of('cut'), ...of('tokens')]];
  const [gate] = incoming;
  // What the bytes of a body bound may still be a book; a schema in front of it may ask less.
  const sizes = cut.map(p => ((p.size ?? 0) > LONG && gate?.size != null ? Math.min(gate.size, p.size ?? 0) : (p.size ?? 0)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const whole = !unseen && stored.length === 0 && few.length === 0;
  if (pieces.length === 0) return fixed ? { size: 0, label: 'the prompt holds nothing that comes from outside' } : undefined;
  if (texts.length === 0 && cut.length > 0) {
    const label = cut.some(p => p.kind === 'tokens') ? 'what is sent is trimmed by tokens' : `what comes in is cut to ${total} characters`;
    const longest = Math.max(...sizes);
    if (whole && longest > LONG) return { size: null, label: `${label}, which is more than a long message` };
    return whole ? { size: total, label } : { size: null, label: `${label}, but what is added to it has no end` };
  }
  const platform = gate === undefined ? platformOf(reading, call) : undefined;
  const size = gate?.size ?? platform?.[1];
  if (size !== undefined && texts.length > 0) {
    const label = gate === undefined ? `${platform?.[0]} limits a message to ${size} characters` : gate.label;
    // What the platform does by itself is worth nothing beside a history or a context without an end.
    if (!whole && gate === undefined) return undefined;
    return whole
      ? { size: size + total, label: `${label}, and nothing else is sent` }
      : { size: null, label: `${label}, but what is added to it has no end` };
  }
  if (few.length > 0)
    return { size: Number.POSITIVE_INFINITY, label: `only ${few[0]?.size ?? 'few'} items are sent, but each may be of any size` };
  return undefined;
}

/** The chat platform that hands a request over, when every way in is one. */
function platformOf(reading: Reading, call: ts.Node): readonly [string, number] | undefined {
  const { ev, paths } = reading;
  const found = new Set<string>();
  const seen = new Set<ts.Node>();
  const queue: ts.Node[] = [call];
  for (let node = queue.pop(); node !== undefined && seen.size < 200; node = queue.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const scope = scopeOf(node);
    const uses = isFunctionNode(scope)
      ? ev.budget.ask(
          () => paths.usesOf(scope),
          () => [],
        )
      : [];
    if (uses.length === 0) return undefined;
    for (const use of uses) {
      if (use.how !== 'registered') {
        queue.push(use.node);
        continue;
      }
      const callee = (use.node as ts.CallExpression).expression;
      const from = tsc.isPropertyAccessExpression(callee)
        ? ev.budget.ask(
            () => ev.values(callee.expression),
            () => [],
          )
        : [];
      const name = from.flatMap(v => (v.kind === 'foreign' && PLATFORMS[v.package] !== undefined ? [v.package] : []))[0];
      if (name === undefined) return undefined;
      found.add(name);
    }
  }
  const [first] = found;
  return first === undefined || found.size > 1 ? undefined : PLATFORMS[first];
}

/** Schemas that a handler checks its request with, and lengths that it compares. */
function inHandlers(reading: Reading): Found[] {
  const { ev, paths, inventory } = reading;
  const out = new Map<ts.Node, Found>();
  const add = (scope: Scope, gate: ts.Node, node: ts.Node, size: number | null, label: string): void => {
    const known = out.get(node) ?? { node, size, label, gates: new Map<Scope, ts.Node[]>(), guarded: new Set<Scope>() };
    known.gates.set(scope, [...(known.gates.get(scope) ?? []), gate]);
    out.set(node, known);
  };
  for (const { scope, gate, around } of wayOf(reading).met) {
    if (around) continue;
    for (const { node, read } of gate.decisions)
      if (typeof read === 'number') add(scope, gate.node, node, null, `a text of more than ${read} characters is refused`);
  }
  for (const scope of paths.leads.keys()) {
    if (inventory.roleOf(scope.getSourceFile().fileName) !== 'production') continue;
    const body = isFunctionNode(scope) ? scope.body : scope;
    if (body === undefined) continue;
    walk(body, node => {
      if (isFunctionNode(node) && paths.leads.has(node)) return 'skip';
      if (!tsc.isCallExpression(node)) return undefined;
      const schema = schemaOf(ev, node);
      if (schema.length === 0 || node.arguments[0] === undefined || !isRequest(ev, node.arguments[0])) return undefined;
      if (!isHeard(node, schema, body)) return undefined;
      const bound = ev.budget.ask(
        () => boundOf(ev, schema),
        () => undefined,
      );
      if (bound !== undefined) add(scope, node, node, sizeOf(bound), schemaLabel(bound));
      return undefined;
    });
  }
  for (const { scope, node, schema } of modelsOf(reading)) {
    const bound = ev.budget.ask(
      () => boundOf(ev, schema),
      () => undefined,
    );
    if (bound === undefined) continue;
    add(scope, node, node, sizeOf(bound), schemaLabel(bound));
    // What a framework checks before the handler runs stands before all that is in it.
    if (tsc.isParameter(node)) out.get(node)?.guarded.add(scope);
  }
  for (const { node, schema, gates } of parsersOf(reading)) {
    const bound = ev.budget.ask(
      () => boundOf(ev, schema),
      () => undefined,
    );
    if (bound === undefined) continue;
    for (const { scope, call } of gates) {
      const [given] = call.arguments;
      if (given !== undefined && isRequest(ev, given)) add(scope, call, node, sizeOf(bound), schemaLabel(bound));
    }
  }
  return [...out.values()];
}

/** Does an expression stand for what the client sent, or for what a function is given? */
function isRequest(ev: Evaluator, node: ts.Expression): boolean {
  return ev.budget.ask(
    () =>
      originOf(ev, node, NO_ENV, 'here').leaves.some(leaf =>
        tsc.isIdentifier(leaf.node)
          ? resolve(leaf.node)?.kind === 'parameter'
          : tsc.isCallExpression(leaf.node) && ev.values(leaf.node).some(v => v.kind === 'request'),
      ),
    () => false,
  );
}

function sizeOf(bound: Bound): number | null {
  if (bound.size === null) return null;
  if (bound.size <= USEFUL) return bound.size;
  // Whoever may send a list without an end, or anything at all, is not held back by what bounds its neighbours.
  return bound.lists || !bound.some ? Number.POSITIVE_INFINITY : null;
}

function schemaLabel(bound: Bound): string {
  if (bound.size === null)
    return bound.some
      ? 'the schema of the request bounds a part of it, the rest could not be read'
      : 'the schema of the request could not be read whole';
  if (bound.size <= USEFUL) return `the schema of the request lets in at most ${Math.round(bound.size)} characters`;
  const open = bound.open.filter(name => name !== '').map(name => `"${name.slice(0, 40)}"`);
  return `the schema of the request puts no end to ${open.length === 0 ? 'it' : open.join(', ')}`;
}

/** Limits on request bodies, and validators that are mounted before a route. */
function inBodies(reading: Reading): Found[] {
  const { ev } = reading;
  const mounts = new Mounts(reading, []);
  const out: Found[] = [];
  const seen = new Set<ts.Node>();
  for (const mount of [...mounts.mounts, ...mounts.routes.map(r => r.mount)]) {
    if (seen.has(mount.call)) continue;
    seen.add(mount.call);
    for (const arg of mount.given) {
      const values = ev.budget.ask(
        () => (tsc.isSpreadElement(arg) ? [] : ev.values(arg)),
        () => [],
      );
      for (const value of values) {
        const limit =
          value.kind === 'foreign'
            ? ev.budget.ask(
                () => bodyLimit(ev, value.package, value.steps),
                () => undefined,
              )
            : undefined;
        if (limit === undefined) continue;
        const guarded = new Set(
          ev.budget.ask(
            () => mounts.guarded(mount),
            () => [],
          ),
        );
        if (guarded.size > 0) out.push({ node: arg, ...limit, gates: new Map(), guarded });
      }
    }
  }
  return out;
}

type Steps = Extract<Values[number], { kind: 'foreign' }>['steps'];

function bodyLimit(ev: Evaluator, name: string, steps: Steps): { size: number | null; label: string; unsure?: boolean } | undefined {
  const made = steps.findLast(s => s.kind !== 'member');
  const member = steps.findLast(s => s.kind === 'member');
  if (made === undefined) return undefined;
  const args = (made.args ?? []).map(a => (tsc.isSpreadElement(a) ? [] : ev.values(a, made.frame)));
  if (name === '@hono/zod-validator' || name === '@hono/standard-validator' || name === '@hono/valibot-validator') {
    if (textOf(args[0]?.[0] ?? { kind: 'request' }) !== 'json') return undefined;
    const bound = boundOf(ev, args[1] ?? []);
    return { size: sizeOf(bound), label: schemaLabel(bound) };
  }
  const json =
    (name === 'express' || name === 'body-parser') &&
    (member?.kind === 'member' ? /^(?:json|text|urlencoded|default)$/.test(member.name) : true);
  const hono = name === 'hono' && steps.some(s => s.kind === 'member' && s.name === 'bodyLimit');
  if (
    !(json && steps.length > 1 && member?.kind === 'member' && member.name !== 'default') &&
    !hono &&
    name !== 'koa-bodyparser' &&
    name !== 'koa-body'
  )
    return undefined;
  const options = args.flat();
  const given = ['limit', 'maxSize', 'jsonLimit']
    .flatMap(option => ev.member(options, option))
    .filter(v => v.kind === 'literal' || v.kind === 'text');
  const first = given.find(v => !(v.kind === 'literal' && v.value === undefined));
  const bytes =
    first === undefined
      ? undefined
      : first.kind === 'literal' && typeof first.value === 'number'
        ? first.value
        : bytesOf(textOf(first) ?? '');
  if (bytes === undefined) {
    if (!json || options.some(v => v.kind !== 'object')) return undefined;
    return { size: null, label: 'the default of express, 100 kB for a body, which nobody chose', unsure: true };
  }
  return bytes > USEFUL
    ? { size: Number.POSITIVE_INFINITY, label: `a body may hold ${Math.round(bytes / 1e6)} MB, more than a model reads` }
    : { size: bytes, label: `a body may hold ${bytes} bytes` };
}

function bytesOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?$/i.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * ({ b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[match[2]?.toLowerCase() ?? 'b'] ?? 1);
}
