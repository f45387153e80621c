// Guards that are handed to an agent, a model or a client, which runs them: middleware, processors, guardrails, options of a call.
import type { ts } from 'ts-morph';
import type { Guard } from '../../../core/index.ts';
import type { Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import { type Foreign, type FunctionNode, foreignPath, textOf, type Value } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { GUARD_LIBRARIES, OPENAI_GUARDRAILS } from './libraries.ts';
import type { Maker } from './make.ts';
import type { GuardShape } from './shapes.ts';
import type { Reliance } from './standing.ts';
import type { Side } from './stands.ts';

/** Something that a model call carries: what it is, and the properties under which it stands, the nearest first. */
interface Carried {
  readonly value: Value;
  readonly under: readonly string[];
}

const DEEPEST = 7;
const MOST = 400;

const carriers = new WeakMap<Site, readonly Carried[]>();
/** Things looked at in all calls of a repository together; what comes after them is not credited. */
const ALL = 20_000;
const spent = new WeakMap<Evaluator, number>();

/** Everything that the options and the receiver of a call hold. */
function carriedBy(ev: Evaluator, site: Site): readonly Carried[] {
  const known = carriers.get(site);
  if (known !== undefined) return known;
  const before = spent.get(ev) ?? 0;
  if (before > ALL) return [];
  const out: Carried[] = [];
  ev.budget.ask(
    () => {
      const args = site.node.arguments.flatMap(arg => (tsc.isSpreadElement(arg) ? [] : ev.values(arg).map(value => ({ value, depth: 1 }))));
      collect(ev, [{ value: site.classified.value, depth: 0 }, ...args], out);
    },
    () => {},
  );
  carriers.set(site, out);
  spent.set(ev, before + out.length);
  return out;
}

/** Adds what some values hold, and what is in that. */
function collect(ev: Evaluator, starts: readonly { readonly value: Value; readonly depth: number }[], out: Carried[]): readonly Carried[] {
  const seen = new Set<ts.Node>();
  const take = (value: Value, under: readonly string[], depth: number): void => {
    if (out.length >= MOST || depth > DEEPEST) return;
    ev.budget.step();
    out.push({ value, under });
    if (value.kind === 'foreign') {
      for (const step of value.steps) {
        if (step.kind === 'member' || seen.has(step.node)) continue;
        seen.add(step.node);
        for (const arg of step.args ?? [])
          if (!tsc.isSpreadElement(arg)) for (const inner of ev.values(arg, step.frame)) take(inner, under, depth + 1);
      }
    } else if (value.kind === 'object' && !seen.has(value.node)) {
      seen.add(value.node);
      for (const property of value.node.properties) {
        const name = propertyName(property);
        if (name === undefined || tsc.isMethodDeclaration(property)) continue;
        for (const inner of ev.member([value], name)) take(inner, [name, ...under], depth + 1);
      }
    } else if (value.kind === 'array' && !seen.has(value.node)) {
      seen.add(value.node);
      for (const inner of ev.anyMember([value])) take(inner, under, depth + 1);
    }
  };
  for (const { value, depth } of starts) take(value, [], depth);
  return out;
}

const AGENTS = 'py:agents';
const isStaged = (under: readonly string[]): boolean => under.slice(0, 2).some(name => Object.hasOwn(FUNCTION_STAGES, name));
const isAgent = (value: Value): value is Foreign => value.kind === 'foreign' && value.package === AGENTS && foreignPath(value) === 'Agent';
/** The function of a guardrail, where something is one. */
const guardrailIn = (one: Carried): FunctionNode | undefined =>
  one.value.kind === 'function' && isStaged(one.under) ? one.value.node : undefined;

/**
 * What every agent of the repository carries, where a call does not tell which of them it runs: guardrails that all of them have.
 * Agents that only a guardrail itself runs do not count.
 */
function carriedByAll(reading: Reading): readonly Carried[] {
  const { ev, program, inventory } = reading;
  const agents = reading.files
    .filter(file => inventory.roleOf(file) === 'production')
    .flatMap(file => program.unit(file)?.calls ?? [])
    .filter(call => tsc.isNewExpression(call) && ev.values(call.expression).some(isAgent));
  const each = agents.map(call => {
    const starts = ev.values(call).map(value => ({ value, depth: 0 }));
    return { call, carried: collect(ev, starts, []) };
  });
  const guards = each.flatMap(({ carried }) => carried.flatMap(one => guardrailIn(one) ?? []));
  const asked = reading.sites.filter(site => guards.some(fn => isWithin(site.node, fn)));
  const judges = new Set(
    asked.flatMap(site =>
      carriedBy(ev, site).flatMap(({ value }) => (isAgent(value) ? value.steps.flatMap(s => (s.kind === 'new' ? [s.node] : [])) : [])),
    ),
  );
  const own = each.filter(({ call }) => !judges.has(call));
  return (own[0]?.carried ?? []).filter(one => {
    const fn = guardrailIn(one);
    return fn !== undefined && own.every(({ carried }) => carried.some(other => guardrailIn(other) === fn));
  });
}

/** The texts that a call carries: prompts, names of models. */
export function textsOf(ev: Evaluator, site: Site): readonly string[] {
  return carriedBy(ev, site).flatMap(({ value }) => textOf(value) ?? []);
}

/** Is the model offered tools? Then it is the agent itself that is asked, and no judge of a text. */
export function declaresTools(ev: Evaluator, site: Site): boolean {
  return carriedBy(ev, site).some(({ under }) => under.includes('tools'));
}

/** The guards that the model calls carry. */
export function partsOf(reading: Reading, maker: Maker): readonly Guard[] {
  const calls = new Set(maker.calls);
  const sites = reading.sites.filter(site => calls.has(site.node));
  const found = new Map<string, { readonly part: Part; readonly calls: Set<ts.Node> }>();
  let shared: readonly Carried[] | undefined;
  const atLarge = (): readonly Carried[] => {
    shared ??= reading.ev.budget.ask(
      () => carriedByAll(reading),
      () => [],
    );
    return shared;
  };
  for (const site of sites) {
    const own = carriedBy(reading.ev, site);
    const blind = site.classified.sdk.id === 'openai-agents' && !own.some(one => isAgent(one.value));
    for (const carried of blind ? atLarge() : own) {
      for (const part of partIn(reading, carried)) {
        const key = `${part.node.getSourceFile().fileName}:${part.node.pos} ${part.side} ${part.against}`;
        const known = found.get(key);
        if (known === undefined) found.set(key, { part, calls: new Set([site.node]) });
        else known.calls.add(site.node);
      }
    }
  }
  // What a guardrail of the repository asks itself needs no guardrail.
  const own = [...found.values()].flatMap(({ part }) => (isFunctionNode(part.node) ? [part.node] : []));
  const guarded = maker.calls.filter(call => !own.some(fn => isWithin(call, fn)));
  return [...found.values()].map(({ part, calls: covered }) =>
    maker.fact(
      {
        node: part.node,
        against: part.against,
        by: part.by,
        label: part.label,
        detects: true,
        ...(part.only === undefined ? {} : { counterexamples: [part.only] }),
      },
      [part.side],
      'on-path',
      part.reliance,
      part.side === 'input' || part.side === 'output' ? guarded.filter(call => !covered.has(call)) : undefined,
    ),
  );
}

interface Part {
  readonly node: ts.Node;
  readonly against: Guard['against'];
  readonly by: Guard['by'];
  readonly label: string;
  readonly side: Side;
  readonly reliance: Reliance;
  readonly only?: string;
}

function partIn(reading: Reading, carried: Carried): readonly Part[] {
  const { value } = carried;
  const { ev } = reading;
  if (value.kind === 'foreign' && value.package !== '') return [...libraryPart(ev, value, carried.under), ...openAiGuardrails(ev, value)];
  if (value.kind === 'function') return agentFunction(reading, value.node, carried.under);
  if (value.kind !== 'object') return [];
  return [...agentGuardrails(reading, carried), ...bedrock(carried)];
}

/** The last call of a foreign value, and the name that was called. */
function made(
  value: Foreign,
): { readonly name: string; readonly node: ts.Node; readonly args: readonly ts.Expression[]; readonly value: Foreign } | undefined {
  const step = value.steps.at(-1);
  if (step === undefined || step.kind === 'member') return undefined;
  return { name: foreignPath(value), node: step.node, args: step.args ?? [], value };
}

function libraryPart(ev: Evaluator, value: Foreign, under: readonly string[]): readonly Part[] {
  const call = made(value);
  if (call === undefined) return [];
  return shapesOf(value.package)
    .filter(s => s.does === 'part' && s.exports.includes(call.name))
    .flatMap(shape => partOf(ev, call, shape, under));
}

function partOf(
  ev: Evaluator,
  call: { readonly node: ts.Node; readonly args: readonly ts.Expression[] },
  shape: GuardShape,
  under: readonly string[],
): readonly Part[] {
  const side = Object.entries(shape.under ?? {}).find(([name]) => under.includes(name))?.[1];
  const sides: readonly Side[] =
    side !== undefined ? [side] : (shape.switches ?? []).filter(s => switched(ev, call.args, s)).map(s => s.side);
  const reliance: Reliance = isIdle(ev, call.args, shape) ? { failsOpen: 'it only warns, and lets the text through' } : {};
  const [kind] = call.args[0] === undefined ? [] : ev.values(call.args[0]).map(textOf);
  const only = shape.label.startsWith('piiMiddleware') ? `it looks for one kind of data only (${kind ?? 'unknown'})` : shape.open;
  return [...(shape.sides ?? []), ...sides].map(s => ({
    node: call.node,
    against: shape.against,
    by: shape.by,
    label: shape.label,
    side: s,
    reliance,
    ...(only === undefined ? {} : { only }),
  }));
}

/** The shapes of a package, its subpaths included. */
export function shapesOf(pkg: string): readonly GuardShape[] {
  return GUARD_LIBRARIES.filter(library => library.packages.some(name => pkg === name || pkg.startsWith(`${name}/`))).flatMap(
    library => library.shapes,
  );
}

function switched(
  ev: Evaluator,
  args: readonly ts.Expression[],
  what: { readonly option: string; readonly at: number; readonly default: boolean },
): boolean {
  const arg = args[what.at];
  const { found } = arg === undefined ? { found: [] } : ev.inside(ev.values(arg), what.option);
  const said = found.flatMap(value => (value.kind === 'literal' && typeof value.value === 'boolean' ? [value.value] : []));
  return said.length === 0 ? what.default && found.length === 0 : said.every(value => value);
}

function isIdle(ev: Evaluator, args: readonly ts.Expression[], shape: GuardShape): boolean {
  const arg = shape.idle === undefined ? undefined : args[shape.idle.at];
  if (arg === undefined || shape.idle === undefined) return false;
  return ev.inside(ev.values(arg), shape.idle.option).found.some(value => shape.idle?.values.includes(textOf(value) ?? '') === true);
}

/** `GuardrailsOpenAI.create({ input: { guardrails: [{ name: 'Jailbreak' }] } })`. */
function openAiGuardrails(ev: Evaluator, value: Foreign): readonly Part[] {
  if (value.package !== OPENAI_GUARDRAILS.package) return [];
  const step = value.steps.find(s => s.kind !== 'member');
  if (step === undefined || !OPENAI_GUARDRAILS.exports.some(name => foreignPath(value).startsWith(name))) return [];
  const [config] = step.args ?? [];
  if (config === undefined) return [];
  const values = ev.values(config, step.frame);
  const inner = [...values, ...ev.inside(values, 'config').found];
  return Object.entries(OPENAI_GUARDRAILS.stages).flatMap(([stage, side]) =>
    ev.anyMember(ev.inside(ev.inside(inner, stage).found, 'guardrails').found).flatMap(check => {
      const name = ev.inside([check], 'name').found.map(textOf)[0];
      const against = Object.entries(OPENAI_GUARDRAILS.checks).find(([known]) => known === name)?.[1];
      return against === undefined
        ? []
        : [
            {
              node: step.node,
              against,
              by: name === 'Contains PII' ? ('library' as const) : ('model' as const),
              label: `${name} of OpenAI Guardrails`,
              side,
              reliance: {},
            },
          ];
    }),
  );
}

const STAGES = { inputGuardrails: 'input', outputGuardrails: 'output' } as const;

/** `inputGuardrails` of an OpenAI agent: own functions with a tripwire. What they are about is in what they ask. */
function agentGuardrails(reading: Reading, { value, under }: Carried): readonly Part[] {
  const { ev } = reading;
  if (value.kind !== 'object') return [];
  const stage = Object.entries(STAGES).find(([name]) => under[0] === name);
  if (stage === undefined) return [];
  const execute = ev.inside([value], 'execute').found.find(v => v.kind === 'function');
  if (execute?.kind !== 'function' || execute.node.body === undefined) return [];
  // A tripwire that is always false trips never.
  const trips = ev
    .returnsOf(execute.node)
    .some(returned => ev.inside(ev.values(returned), 'tripwireTriggered').found.some(v => !(v.kind === 'literal' && v.value === false)));
  const asked = reading.sites.filter(site => isWithin(site.node, execute.node));
  return [
    {
      node: value.node,
      against: asked.some(site => textsOf(ev, site).some(text => ABOUT_INJECTION.test(text))) ? 'injection' : 'harm',
      by: asked.length > 0 ? 'model' : 'pattern',
      label: `a guardrail under ${stage[0]}`,
      side: stage[1],
      reliance: trips ? {} : { failsOpen: 'its tripwire is never triggered' },
    },
  ];
}

const FUNCTION_STAGES: Readonly<Record<string, Side>> = { input_guardrails: 'input', output_guardrails: 'output' };

/** `input_guardrails=[check]` of an OpenAI agent in Python: a function that answers with a tripwire. */
function agentFunction(reading: Reading, fn: FunctionNode, under: readonly string[]): readonly Part[] {
  const { ev } = reading;
  const stage = under.slice(0, 2).find(name => Object.hasOwn(FUNCTION_STAGES, name));
  const side = stage === undefined ? undefined : FUNCTION_STAGES[stage];
  if (stage === undefined || side === undefined || fn.body === undefined) return [];
  const trips = ev.returnsOf(fn).some(returned => {
    const made = strip(returned);
    const args = made !== undefined && (tsc.isNewExpression(made) || tsc.isCallExpression(made)) ? (made.arguments ?? []) : [];
    return args.some(arg => {
      const { found } = ev.inside(
        ev.values(arg).filter(v => v.kind === 'object'),
        'tripwire_triggered',
      );
      return found.some(v => !(v.kind === 'literal' && v.value === false));
    });
  });
  const asked = reading.sites.filter(site => isWithin(site.node, fn));
  return [
    {
      node: fn,
      against: asked.some(site => textsOf(ev, site).some(text => ABOUT_INJECTION.test(text))) ? 'injection' : 'harm',
      by: asked.length > 0 ? 'model' : 'pattern',
      label: `a guardrail under ${stage}`,
      side,
      reliance: trips ? {} : { failsOpen: 'its tripwire is never triggered' },
    },
  ];
}

/** What a prompt of a classifier says when it is about attacks. It only nominates: the verdict must be acted on as well. */
export const ABOUT_INJECTION =
  /prompt[\s_-]?injection|jail-?break|ignore (?:all |any )?(?:previous|prior) instructions|override (?:the |its |your )?(?:system )?(?:prompt|instructions)/i;

export const SET_UP_IN_AWS = 'which checks the guardrail makes is set up in AWS';

/** `guardrailConfig` on a Bedrock call, or the same as keywords of `invoke_model`: what the guardrail looks for is set up in AWS. */
function bedrock({ value, under }: Carried): readonly Part[] {
  if (value.kind !== 'object') return [];
  const config = under[0] === 'guardrailConfig' || under[0] === 'guardrailConfiguration' || (under.length === 0 && isKeywords(value.node));
  if (!config) return [];
  if (!value.node.properties.some(p => propertyName(p) === 'guardrailIdentifier') || isFunctionNode(value.node.parent)) return [];
  const shared = {
    node: value.node,
    by: 'service' as const,
    label: 'a Bedrock guardrail',
    reliance: {},
    only: SET_UP_IN_AWS,
  };
  return [
    { ...shared, against: 'injection', side: 'input' },
    { ...shared, against: 'pii', side: 'output' },
  ];
}
