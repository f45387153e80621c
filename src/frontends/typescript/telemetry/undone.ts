// What takes tracing back although it is started: an error that nobody hears of, a sampler that keeps nothing, a switch of the
// environment, a provider that is given to nobody or comes second, an instrumentation that is taken out again.
import type { ts } from 'ts-morph';
import { leavesOf, settle, settledProperty } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { foreignPath, type Value } from '../evaluator/values.ts';
import { usesOfVariable } from '../evaluator/variable-uses.ts';
import type { Deployment } from '../paths/deployment.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { lastName } from '../short-text.ts';
import { setsInCode } from './model.ts';

const DEEPEST = 3;
const MOST_CALLERS = 6;
const OTEL = /^OpenTelemetry|^an instrumentation of the model SDK$|^the instrumentation of OpenTelemetry$/;
const PACKAGES = /opentelemetry|openinference|traceloop/;
/** Methods of a provider that make it that of the program, or take a tracer from it. */
const OWN_METHODS = new Set(['addSpanProcessor', 'shutdown', 'forceFlush', 'resource']);

export interface Undone {
  /** Nothing is seen at all. */
  readonly ended?: string;
  readonly off?: string;
}

/**
 * What takes a start of tracing back.
 * @param launches where it is started
 * @param options what it was made with
 */
export function undoneBy(
  reading: Reading,
  deployment: Deployment,
  node: ts.Node,
  launches: readonly ts.Node[],
  options: ts.Expression | undefined,
  label: string,
): Undone {
  const all = [...launches, ...setsOf(reading, node)];
  const ended = OTEL.test(label) ? endedBy(reading, deployment, node, all, options) : undefined;
  if (ended !== undefined) return { ended };
  const silent = launches.length > 0 && [node, ...all].some(one => isSilent(reading, one, 0));
  if (silent) return { off: 'when it cannot be started, nobody is told' };
  const off = OTEL.test(label) ? switchedOff(reading, deployment) : undefined;
  return off === undefined ? {} : { off };
}

/** `trace.set_tracer_provider(provider)`: what makes a provider that is kept in a variable the one of the program. */
function setsOf(reading: Reading, node: ts.Node): readonly ts.Node[] {
  const holder = node.parent;
  if (!tsc.isVariableDeclaration(holder) || !tsc.isIdentifier(holder.name)) return [];
  return usesOfVariable(reading, holder).flatMap(use => (isSet(use.parent) ? [use.parent] : []));
}

function isSet(node: ts.Node): node is ts.CallExpression {
  return tsc.isCallExpression(node) && /^set_?(?:global)?_?tracer_?provider$/i.test(lastName(node.expression));
}

function endedBy(
  reading: Reading,
  deployment: Deployment,
  node: ts.Node,
  launches: readonly ts.Node[],
  options: ts.Expression | undefined,
): string | undefined {
  const samplers = settledProperty(reading.ev, options, 'sampler').flatMap(one => [...leavesOf(reading.ev, one)]);
  if (samplers.length > 0 && samplers.every(one => keepsNothing(reading, one, 0))) return 'its sampler keeps no span';
  const sampler = deployment.valueOf('OTEL_TRACES_SAMPLER') ?? '';
  if (samplers.length === 0 && /always_off$/.test(sampler)) return `OTEL_TRACES_SAMPLER is ${sampler} in a file of the deployment`;
  const start = Math.max(node.end, ...launches.map(one => one.end));
  for (const call of reading.program.unitOf(node).calls) {
    if (!tsc.isCallExpression(call) || enclosingFunction(call) !== undefined || isConditional(call)) continue;
    const name = lastName(call.expression);
    if (/^(?:uninstrument|disable)$/.test(name) && call.pos > start && takesOut(reading, call, node))
      return 'it is taken out again as soon as it was started';
    if (isSet(call) && call.end < start && call.arguments.some(arg => isEmptyProvider(reading, arg)))
      return 'a provider that does nothing is set before it, and the first one stays';
  }
  if (isIdle(reading, node)) return 'its provider is given to nobody';
  return undefined;
}

function keepsNothing(reading: Reading, sampler: ts.Expression, depth: number): boolean {
  const value = reading.ev.values(sampler).find(one => one.kind === 'foreign');
  if (value?.kind !== 'foreign' || depth > DEEPEST) return false;
  const name = foreignPath(value).split('.').at(-1) ?? '';
  if (/^(?:AlwaysOffSampler|ALWAYS_OFF|DEFAULT_OFF)$/.test(name)) return true;
  const args = tsc.isNewExpression(sampler) || tsc.isCallExpression(sampler) ? [...(sampler.arguments ?? [])] : [];
  const given = args.flatMap(arg => ['root', 'ratio', 'rate'].flatMap(key => [...settledProperty(reading.ev, arg, key)]));
  if (/^TraceIdRatio/.test(name)) return [...args, ...given].some(arg => settle(reading.ev, arg) === 0);
  return /^ParentBased/.test(name) && [...args, ...given].some(arg => keepsNothing(reading, arg, depth + 1));
}

/** `trace.disable()`, `OpenAIInstrumentor().uninstrument()` of the class that was started. */
function takesOut(reading: Reading, call: ts.CallExpression, node: ts.Node): boolean {
  const receiver = tsc.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined;
  const started = tsc.isCallExpression(node) || tsc.isNewExpression(node) ? reading.ev.values(node.expression) : [];
  return (receiver === undefined ? [] : reading.ev.values(receiver)).some(value => {
    if (value.kind !== 'foreign' || !PACKAGES.test(value.package)) return false;
    if (value.package === '@opentelemetry/api') return foreignPath(value) === 'trace';
    return started.some(one => one.kind === 'foreign' && one.package === value.package && firstOf(one) === firstOf(value));
  });
}

const firstOf = (value: Value): string => (value.kind === 'foreign' ? (foreignPath(value).split('.')[0] ?? '') : '');

function isEmptyProvider(reading: Reading, arg: ts.Expression): boolean {
  return reading.ev
    .values(arg)
    .some(
      value =>
        value.kind === 'foreign' && PACKAGES.test(value.package) && /(?:^|\.)(?:No[oO]p|Proxy)TracerProvider$/.test(foreignPath(value)),
    );
}

/** A provider of Node.js that is kept in a variable, and neither registered nor handed on. */
function isIdle(reading: Reading, node: ts.Node): boolean {
  const holder = node.parent;
  if (!tsc.isNewExpression(node) || !/TracerProvider$/.test(lastName(node.expression)) || !tsc.isVariableDeclaration(holder)) return false;
  if (!tsc.isIdentifier(holder.name)) return false;
  const uses = usesOfVariable(reading, holder);
  return uses.every(use => {
    const access = use.parent;
    return tsc.isPropertyAccessExpression(access) && access.expression === use && OWN_METHODS.has(access.name.text);
  });
}

function switchedOff(reading: Reading, deployment: Deployment): string | undefined {
  if (/^(?:true|1)$/i.test(deployment.valueOf('OTEL_SDK_DISABLED') ?? '')) return 'OTEL_SDK_DISABLED is set in a file of the deployment';
  return setsInCode(reading, 'OTEL_SDK_DISABLED', 'always') ? 'OTEL_SDK_DISABLED is set by the code' : undefined;
}

function isConditional(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); up = up.parent)
    if (tsc.isIfStatement(up) || tsc.isCatchClause(up) || tsc.isConditionalExpression(up)) return true;
  return false;
}

/** Does a node, or every call of its function, stand in a try whose catch says nothing to anybody? */
function isSilent(reading: Reading, node: ts.Node, depth: number): boolean {
  let child = node;
  let up = node.parent;
  for (; up !== undefined && !isFunctionNode(up); child = up, up = up.parent)
    if (tsc.isTryStatement(up) && child === up.tryBlock && up.catchClause !== undefined && saysNothing(up.catchClause.block)) return true;
  if (up === undefined || !isFunctionNode(up) || depth >= DEEPEST) return false;
  const callers = reading.ev.callers(up).slice(0, MOST_CALLERS);
  return callers.length > 0 && callers.every(call => isSilent(reading, call, depth + 1));
}

/** A catch of a package that is not installed is a choice; any other that neither throws nor calls anything hides an error. */
function saysNothing(block: ts.Block): boolean {
  let said = false;
  walk(block, node => {
    if (tsc.isCallExpression(node) || tsc.isNewExpression(node)) said = true;
    if (tsc.isThrowStatement(node) && !isOfOtherErrors(node)) said = true;
    return said ? 'skip' : undefined;
  });
  return !said && !/\binstanceof (?:ImportError|ModuleNotFoundError)\b/.test(block.getText().slice(0, 400));
}

/** The `throw error` that Python does with what no `except` names. */
function isOfOtherErrors(node: ts.ThrowStatement): boolean {
  const branch = node.parent.parent;
  return (
    tsc.isIfStatement(branch) && branch.elseStatement === node.parent && /\binstanceof\b/.test(branch.expression.getText().slice(0, 400))
  );
}
