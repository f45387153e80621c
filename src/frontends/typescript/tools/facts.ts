// From a tool that was found to the fact about it: what it can do, whether that is dangerous, and what stands around it.
import type { Capability, Tool } from '../../../core/index.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { type Place, placesOf } from './calls.ts';
import { claudeTools } from './claude.ts';
import { type Definition, isRunByProgram } from './definition.ts';
import { ToolFinder } from './definitions.ts';
import { type Dispatched, Dispatchers } from './dispatch.ts';
import type { Effect, Effects } from './effect.ts';
import { EffectReader } from './effects.ts';
import { isForced } from './forced.ts';
import { gateOf } from './gates.ts';
import { Approvals, approvalOption, asksAround, type Guarded, guardOf } from './guards.ts';
import { handoverOf, handsOver } from './handover.ts';
import { outputOf } from './output.ts';
import { recordedOf } from './records.ts';
import { errorsOf, inputOf, runsToolsItself, timeLimitOf } from './results.ts';

/** A tool with everything that was read about it. */
export interface ReadTool {
  readonly definition: Definition;
  readonly effects: Effects;
  readonly fact: Tool;
}

const memo = new WeakMap<Reading, readonly ReadTool[]>();

/** All tools of a repository; read once, also when several readers ask. */
export function toolsOf(reading: Reading, nominated: readonly string[]): readonly ReadTool[] {
  const known = memo.get(reading);
  if (known !== undefined) return known;
  const found = new ToolFinder(reading).find(nominated);
  const dispatchers = new Dispatchers(reading, found);
  const reader = new EffectReader(reading);
  const approvals = new Approvals(reading);
  const runsTools = runsToolsItself(reading);
  const tools = found.map(definition => {
    const dispatched = definition.runs.length === 0 && definition.name !== undefined ? dispatchers.of(definition.name) : undefined;
    const likely = definition.runs.length === 0 ? definition.likely : undefined;
    const whole: Definition =
      dispatched !== undefined
        ? { ...definition, runs: dispatched.runs, seen: 'found' }
        : likely === undefined
          ? definition
          : { ...definition, runs: likely, seen: 'found' };
    return reading.ev.budget.ask(
      () => judge(reading, reader, approvals, whole, dispatched, runsTools),
      () => ({ definition, effects: NOTHING, fact: unjudged(reading, definition) }),
    );
  });
  memo.set(reading, tools);
  return tools;
}

const NOTHING = { effects: [], unseen: [], blind: [], bodies: [], asks: [], interrupts: [], records: [] } as unknown as Effects;

/** Words by which a tool tells the model that it does something to people's money, goods or accounts which is hard to take back. They
 *  only count together with a request or a statement in its code that writes. */
const WEIGHTY =
  /(?:^|[_\-\s.])(?:cancel|delete|remove|erase|purge|wipe|refund|pay|payout|payment|purchase|buy|sell|trade|place[_\-\s]?order|checkout|charge|transfer|withdraw|book|reserve|terminate|revoke|deactivate|disable|suspend|ban|kick|reset|replacement|voucher|return|unsubscribe|deploy|publish|merge|approve)(?:$|[_\-\s.])/i;
/** Words of a change whose weight cannot be told from outside. */
const CHANGES = /(?:^|[_\-\s.])(?:update|set|edit|modify|change|move|assign|manage)(?:$|[_\-\s.])/i;

function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
}

function judge(
  reading: Reading,
  reader: EffectReader,
  approvals: Approvals,
  definition: Definition,
  dispatched: Dispatched | undefined,
  runsTools: boolean,
): ReadTool {
  const effects = reader.read(definition);
  const answers = definition.runs.length === 0 && isForced(reading.program, definition);
  const harm = asAuthorSays(reading, definition, effects, dangerOf(definition, effects, answers));
  const inner: Guarded = harm.dangerous === false ? { guarded: 'no' } : guardOf(reading, definition, effects, harm.by, approvals);
  const places = placesOf(reading, definition, dispatched);
  const around = guardAround(reading, definition, dispatched, places, inner);
  const [place] = places;
  const asks =
    harm.dangerous !== false &&
    place !== undefined &&
    inner.guarded === 'no' &&
    around.guarded !== 'yes' &&
    asksAround(reading, place.node, node => reader.asks(node));
  const guard = asks ? ({ guarded: 'partial', guard: 'a person is asked in the dispatcher, for some calls at least' } as const) : around;
  const capabilities = capabilitiesOf(definition, effects, answers);
  const traced = definition.maker?.packages.includes('@openai/agents') === true && definition.maker.member === 'tool';
  const [run] = definition.runs;
  const fact: Tool = {
    ...unjudged(reading, definition),
    ...(answers ? { answers } : {}),
    capabilities,
    dangerous: answers ? false : harm.dangerous,
    ...guard,
    inputValidated: inputOf(reading, definition, effects, places),
    outputValidated: outputOf(reading, definition, places),
    errorsToModel: errorsOf(reading, definition, places, runsTools),
    timeLimited: definition.runs.length === 0 ? 'unknown' : timeLimitOf(reading, definition, effects, places),
    recorded: recordedOf(reading, definition, effects, places, traced),
    ...(handsOver(reading, definition, effects) ? { handover: handoverOf(reading, definition, effects) } : {}),
    ...(run === undefined ? {} : { runs: placeOf(run.node) }),
  };
  return { definition, effects, fact };
}

/** What the program's own dispatcher adds: nothing, a condition, or something out of sight. */
function guardAround(
  reading: Reading,
  definition: Definition,
  dispatched: Dispatched | undefined,
  places: readonly Place[],
  inner: Guarded,
): Guarded {
  if (inner.guarded !== 'no' || definition.name === undefined) return inner;
  // Tools of the program's own are run by its own code, which may ask somebody first.
  if (dispatched === undefined && !isRunByProgram(definition)) return inner;
  switch (gateOf(reading, definition, places)) {
    case 'none':
      return inner;
    case 'held':
      return { guarded: 'yes', guard: 'the dispatcher does not run it when the model asks for it' };
    case 'some':
      return { guarded: 'unknown', guard: 'a condition in the dispatcher decides whether it runs' };
    default:
      return { guarded: 'unknown', guard: 'what runs it was not followed' };
  }
}

function unjudged(reading: Reading, definition: Definition): Tool {
  return {
    kind: 'tool',
    location: placeOf(definition.node),
    role: reading.inventory.roleOf(definition.node.getSourceFile().fileName),
    name: definition.name ?? '<dynamic>',
    definedBy: definition.title,
    capabilities: definition.known ?? [],
    dangerous: null,
    guarded: 'unknown',
    inputValidated: 'unknown',
    outputValidated: 'unknown',
    errorsToModel: 'unknown',
    timeLimited: 'unknown',
    recorded: 'unknown',
  };
}

function capabilitiesOf(definition: Definition, effects: Effects, answers: boolean): readonly Capability[] {
  if (definition.known !== undefined) return definition.known;
  const out = new Set(effects.effects.map(e => e.does));
  if (out.size > 0) return [...out].sort();
  if (definition.name === '<dynamic: MCP>') return [];
  if (definition.runs.length > 0) return effects.unseen.length > 0 || effects.blind.length > 0 ? [] : ['pure'];
  if (answers) return ['pure'];
  // No function in the code of an AI SDK tool: the answer comes from whoever shows the conversation.
  return definition.seen === 'none' && definition.maker !== undefined ? ['client-side-ui'] : [];
}

const ALWAYS = new Set<Capability>(['shell', 'code-exec', 'eval', 'sql-write', 'http-arbitrary']);

interface Harm {
  readonly dangerous: boolean | null;
  readonly by: readonly Effect[];
}

/** Whoever has a person approve each call says that it does harm: that settles what could not be told, and what a stand-in does not do yet. */
function asAuthorSays(reading: Reading, definition: Definition, effects: Effects, harm: Harm): Harm {
  if (harm.dangerous === true || definition.runs.length === 0) return harm;
  const approval = approvalOption(reading, definition);
  if (approval === undefined || approval.guarded === 'no') return harm;
  const acts = effects.effects.some(e => e.changes !== undefined) || WEIGHTY.test(`_${words(definition.name ?? '')}_`);
  return harm.dangerous === null || acts ? { dangerous: true, by: [] } : harm;
}

const SENDS = new Set<Capability>(['http-fixed', 'http-arbitrary', 'message-send', 'llm', 'browser']);

/** Can the tool do harm that cannot be taken back? null: part of what it does is out of sight. */
function dangerOf(definition: Definition, effects: Effects, answers: boolean): Harm {
  const { known } = definition;
  if (known !== undefined)
    return {
      dangerous: known.some(k => ALWAYS.has(k) || k === 'file-write' || k === 'browser'),
      by: [],
    };
  const name = words(definition.name ?? '');
  // What is written where the code says, and run afterwards, is code of the model.
  const runs = effects.effects.some(e => e.does === 'shell' || e.does === 'eval' || e.does === 'code-exec');
  // A file that the model picks, and something that leaves the machine: any file may leave it.
  const sends = effects.effects.some(e => SENDS.has(e.does));
  const by = effects.effects.filter(
    e => isDangerous(e, name) || (e.content === true && runs) || (e.does === 'file-read' && e.model && sends),
  );
  if (by.length > 0) return { dangerous: true, by };
  // What a server offers is decided there.
  if (definition.name === '<dynamic: MCP>') return { dangerous: null, by };
  if (definition.name?.startsWith('<dynamic') === true)
    return { dangerous: definition.runs.length === 0 ? null : effects.unseen.length > 0 ? null : false, by };
  if (definition.runs.length === 0)
    return {
      dangerous: definition.seen === 'none' && definition.maker !== undefined ? false : answers ? false : null,
      by,
    };
  const unclear = effects.effects.some(e => e.changes !== undefined && e.does === 'http-fixed' && CHANGES.test(`_${name}_`));
  // What a weighty name promises may happen where nobody sees it.
  const hidden = effects.blind.length > 0 && WEIGHTY.test(`_${name}_`);
  // A program without a shell does what its maker meant; nobody here knows what that is.
  const bounded = effects.effects.some(e => e.bounded === true);
  return { dangerous: effects.unseen.length > 0 || unclear || hidden || bounded ? null : false, by };
}

function isDangerous(effect: Effect, name: string): boolean {
  const { does, model } = effect;
  if (does === 'code-exec') return true;
  if (does === 'shell' || does === 'eval' || does === 'file-write' || does === 'sql-write') return model;
  if (does === 'http-arbitrary') return true;
  // Any method on any path of a host, with the credentials of the program.
  if (does === 'http-fixed' && effect.anyMethod === true) return true;
  if (does === 'payment') return true;
  if (does === 'message-send') return model;
  if ((does === 'http-fixed' || does === 'db-write') && effect.changes !== undefined) return WEIGHTY.test(`_${name}_`);
  return false;
}

/** The facts about all tools of a repository. */
export function toolFacts(reading: Reading, nominated: readonly string[]): readonly Tool[] {
  return [...toolsOf(reading, nominated).map(tool => tool.fact), ...claudeTools(reading)];
}
