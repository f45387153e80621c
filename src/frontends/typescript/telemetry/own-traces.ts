// Spans that a repository sends itself, as OTLP in JSON over HTTP: a request to `.../v1/traces` whose body holds `resourceSpans`, and code on
// the way of a request that hands it spans. Both words are those of the protocol; neither alone says that anything is sent.
import type { ts } from 'ts-morph';
import type { Reach, Telemetry } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { settle, UNSETTLED } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { type FunctionNode, foreignPath, HOLE, textOf, type Value } from '../evaluator/values.ts';
import type { Deployment } from '../paths/deployment.ts';
import { downwardOf } from '../paths/downward.ts';
import { scopeOf } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import type { Starts } from './starts.ts';

/** What nominates a file. */
export const OTLP_BODY = 'resourceSpans';
const ADDRESS = /\/v1\/traces\/?$/;
const MOST_USES = 10;
/** Last names of calls that send a request. */
const SENDS = /^(?:fetch|post|put|request|urlopen|send)$/;
const HERE = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?:[:/]|$)/;

/** The spans that a file sends by hand. */
export function ownTraces(reading: Reading, deployment: Deployment, starts: Starts, unit: Unit): readonly Telemetry[] {
  if (reading.inventory.read(unit.file)?.includes(OTLP_BODY) !== true) return [];
  const senders = new Set(bodiesIn(unit).flatMap(node => enclosingFunction(node) ?? []));
  return [...senders].slice(0, 4).flatMap((sender): Telemetry[] => {
    const address = addressIn(reading, sender);
    if (address === undefined) return [];
    const off = switchOf(reading, starts, sender, address.node);
    return [
      {
        kind: 'telemetry',
        location: placeOf(address.node),
        role: reading.inventory.roleOf(unit.file),
        label: 'OTLP that the code writes itself',
        sees: ['traces'],
        reach: reachOf(reading, starts, sender, address.node),
        exports: goes(reading, deployment, address),
        ...(off === undefined ? {} : { offUnless: off }),
      },
    ];
  });
}

/** `{ "resourceSpans": [...] }` */
function bodiesIn(unit: Unit): readonly ts.Node[] {
  const out: ts.Node[] = [];
  walk(unit.ast, node => {
    if (tsc.isObjectLiteralExpression(node) && node.properties.some(p => propertyName(p) === OTLP_BODY)) out.push(node);
  });
  return out;
}

interface Address {
  readonly node: ts.Expression;
  readonly texts: readonly string[];
}

/** The address of spans among what a function gives to its calls, where one of these sends something. */
function addressIn({ ev }: Reading, sender: FunctionNode): Address | undefined {
  let address: Address | undefined;
  let sends = false;
  walk(sender, node => {
    if (!tsc.isCallExpression(node) && !tsc.isNewExpression(node)) return;
    if (tsc.isCallExpression(node) && SENDS.test(lastName(node.expression) ?? '')) sends ||= ev.values(node.expression).some(isForeign);
    if (address !== undefined) return;
    for (const arg of node.arguments ?? []) {
      if (!tsc.isStringLiteralLike(arg) && !tsc.isTemplateExpression(arg) && !tsc.isIdentifier(arg) && !tsc.isBinaryExpression(arg))
        continue;
      const texts = ev.values(arg).flatMap(value => textOf(value) ?? []);
      if (texts.length > 0 && texts.every(text => ADDRESS.test(text))) address = { node: arg, texts };
    }
  });
  return sends ? address : undefined;
}

function isForeign(value: Value): boolean {
  return value.kind === 'foreign';
}

/** Is the sender run, and does code on the way of a request put something where the sender takes it? */
function reachOf(reading: Reading, starts: Starts, sender: FunctionNode, node: ts.Node): Reach {
  const run = starts.reachOf(node);
  if (run !== 'on-path') return run;
  const launches = launchesOf(reading, sender);
  if (launches?.length === 0 || launches?.every(one => starts.reachOf(one) === 'unconnected') || isNeverEntered(reading, sender, node))
    return 'unconnected';
  const kept = keptBy(sender);
  const unit = reading.program.unitOf(sender);
  const fed = [...kept].some(([name, held]) =>
    reading.program.identifiers(unit, name).some(id => {
      const user = enclosingFunction(id);
      return user !== undefined && user !== sender && stateOf(id) === held && isOnTheWay(reading, user);
    }),
  );
  if (fed) return 'on-path';
  // Given as an argument: whoever calls the sender on the way of a request has the spans.
  return downwardOf(reading).reachOf(sender);
}

/** On the way of a request, or called on it from a file that is; what is in other files was not gone through. */
function isOnTheWay(reading: Reading, fn: FunctionNode): boolean {
  if (downwardOf(reading).reachOf(fn) === 'on-path') return true;
  const { paths } = reading;
  return paths
    .usesOf(fn)
    .slice(0, MOST_USES)
    .some(use => paths.leads.has(scopeOf(use.node)));
}

/** What is made of a function and runs it only once it is told to. */
const THREADS = /^(?:Thread|Timer|Process)$/;

/** Where the threads of a sender are started; undefined: something else runs it. */
function launchesOf(reading: Reading, sender: FunctionNode): readonly ts.Node[] | undefined {
  const uses = reading.paths.usesOf(sender).slice(0, MOST_USES);
  const made = uses.map(({ node }) => node);
  if (made.length === 0 || !made.every(isThread)) return undefined;
  return made.flatMap(thread => startsOf(reading, thread));
}

function isThread(node: ts.Node): boolean {
  return (tsc.isNewExpression(node) || tsc.isCallExpression(node)) && THREADS.test(lastName(node.expression) ?? '');
}

/** `Thread(...).start()`, and `worker.start()` of what it is kept in. */
function startsOf(reading: Reading, thread: ts.Node): readonly ts.Node[] {
  const started = (of: ts.Node): ts.Node[] => {
    const access = of.parent;
    const call = tsc.isPropertyAccessExpression(access) && access.expression === of ? access.parent : undefined;
    return call !== undefined && tsc.isCallExpression(call) && /^(?:start|run)$/.test((access as ts.PropertyAccessExpression).name.text)
      ? [call]
      : [];
  };
  const direct = started(thread);
  const { parent } = thread;
  const target = tsc.isVariableDeclaration(parent) ? parent.name : tsc.isBinaryExpression(parent) ? parent.left : undefined;
  const name = target === undefined ? undefined : tsc.isPropertyAccessExpression(target) ? target.name : target;
  // Handed on, or put into a list: who gets it may start it.
  if (direct.length === 0 && (name === undefined || !tsc.isIdentifier(name))) return tsc.isExpressionStatement(parent) ? [] : [thread];
  if (name === undefined || !tsc.isIdentifier(name)) return direct;
  const uses = reading.program.identifiers(reading.program.unitOf(thread), name.text);
  return [...direct, ...uses.flatMap(id => started(tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id))];
}

/** Does a sender stand in a loop that is not entered: `while False`, `while stop.is_set()` of an event that nobody has set? */
function isNeverEntered({ ev, program }: Reading, sender: FunctionNode, node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && up !== sender; up = up.parent) {
    if (!tsc.isWhileStatement(up)) continue;
    const settled = settle(ev, up.expression);
    if (settled !== UNSETTLED && !settled) return true;
    const asked = strip(up.expression);
    const event =
      asked !== undefined && tsc.isCallExpression(asked) && lastName(asked.expression) === 'is_set' ? asked.expression : undefined;
    if (event === undefined || !tsc.isPropertyAccessExpression(event)) continue;
    const name = event.expression.getText();
    const sets = program.identifiers(program.unitOf(sender), 'set').filter(id => {
      const access = id.parent;
      return tsc.isPropertyAccessExpression(access) && access.name === id && access.expression.getText() === name;
    });
    // Set by what starts the sender, and not only by what ends it.
    if (!sets.some(id => startsNear(id))) return true;
  }
  return false;
}

/** Does something start in the same function, or at the top of the module? */
function startsNear(id: ts.Node): boolean {
  const fn = enclosingFunction(id);
  let starts = fn === undefined;
  if (fn !== undefined)
    walk(fn, node => {
      starts ||= tsc.isCallExpression(node) && lastName(node.expression) === 'start';
    });
  return starts;
}

/** The switch around the sender, or around every place that calls it or hands it to a thread or a timer. */
function switchOf(reading: Reading, starts: Starts, sender: FunctionNode, node: ts.Node): string | undefined {
  const own = starts.switchOf(node);
  if (own !== undefined) return own;
  const launches = launchesOf(reading, sender);
  const places =
    launches ??
    reading.paths
      .usesOf(sender)
      .slice(0, MOST_USES)
      .map(use => use.node);
  const around = places.map(place => starts.switchOf(place));
  return around.every(one => one !== undefined) ? around[0] : undefined;
}

/** What outlives a call of the sender: variables of its module, and members of its object. */
function keptBy(sender: FunctionNode): ReadonlyMap<string, ts.Node> {
  const out = new Map<string, ts.Node>();
  walk(sender, node => {
    if (!tsc.isIdentifier(node)) return;
    const held = stateOf(node);
    if (held !== undefined) out.set(node.text, held);
  });
  return out;
}

/** What an identifier stands for, where it can hold spans from one call to the next. */
function stateOf(id: ts.Identifier): ts.Node | undefined {
  const { parent } = id;
  if (tsc.isPropertyAccessExpression(parent) && parent.name === id) {
    if (parent.expression.kind !== tsc.SyntaxKind.ThisKeyword) return undefined;
    for (let up: ts.Node | undefined = id; up !== undefined; up = up.parent) if (tsc.isClassLike(up)) return up;
    return undefined;
  }
  const binding = resolve(id);
  if (binding?.kind !== 'variable' || enclosingFunction(binding.node) !== undefined) return undefined;
  const made = binding.node.initializer;
  // A queue or a list; a number or an address holds no spans.
  return made !== undefined && (tsc.isNewExpression(made) || tsc.isArrayLiteralExpression(made)) && !isFunctionNode(made)
    ? binding.node
    : undefined;
}

/** Is the address one that somebody listens at: written in the code, or set by the deployment? */
function goes(reading: Reading, deployment: Deployment, { node, texts }: Address): Telemetry['exports'] {
  if (texts.some(text => text.startsWith('http') && !text.includes(HOLE))) return texts.every(text => HERE.test(text)) ? 'unknown' : 'yes';
  const names = new Set<string>();
  walk(node, part => {
    if (!tsc.isIdentifier(part) && !tsc.isPropertyAccessExpression(part)) return undefined;
    for (const value of reading.ev.values(part)) {
      const path = value.kind === 'foreign' ? foreignPath(value) : '';
      if (path.startsWith('process.env.')) names.add(path.slice('process.env.'.length));
    }
    return undefined;
  });
  return [...names].some(name => deployment.sets(name)) ? 'yes' : 'unknown';
}
