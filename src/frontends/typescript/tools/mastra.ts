// What Mastra hands to an agent besides its tools: the files and the shell of a workspace, and other agents.
import type { ts } from 'ts-morph';
import type { Capability } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { foreignPath, textOf, type Value } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { propertyName } from '../syntax.ts';
import { bare, type Definition } from './definition.ts';

type Held = NonNullable<Definition['held']>;
interface Ability {
  readonly needs: 'filesystem' | 'sandbox';
  readonly name: string;
  readonly known: readonly Capability[];
  /** Only there when it is asked for. */
  readonly asked?: boolean;
}

const PREFIX = 'mastra_workspace_';
const on = (needs: Ability['needs'], name: string, known: Capability, asked = false): Ability => ({
  needs,
  name: PREFIX + name,
  known: [known],
  asked,
});

/** By the key of WORKSPACE_TOOLS; the names are those that the model sees unless others are given. */
const ABILITIES: Readonly<Record<string, Ability>> = {
  READ_FILE: on('filesystem', 'read_file', 'file-read'),
  WRITE_FILE: on('filesystem', 'write_file', 'file-write'),
  EDIT_FILE: on('filesystem', 'edit_file', 'file-write'),
  LIST_FILES: on('filesystem', 'list_files', 'file-read'),
  DELETE: on('filesystem', 'delete', 'file-write'),
  FILE_STAT: on('filesystem', 'file_stat', 'file-read'),
  MKDIR: on('filesystem', 'mkdir', 'pure', true),
  GREP: on('filesystem', 'grep', 'file-read'),
  AST_EDIT: on('filesystem', 'ast_edit', 'file-write', true),
  EXECUTE_COMMAND: on('sandbox', 'execute_command', 'shell'),
  GET_PROCESS_OUTPUT: on('sandbox', 'get_process_output', 'pure', true),
  KILL_PROCESS: on('sandbox', 'kill_process', 'pure', true),
};
/** Sandboxes that are machines of their own. */
const ISOLATED = /^@mastra\/(?:e2b|daytona|modal|blaxel|vercel|docker|railway)(?:\/|$)/;

/** The tools that Mastra itself makes of a workspace or of the agents of an agent. */
export function mastraTools(reading: Reading, unit: Unit): readonly Definition[] {
  const out: Definition[] = [];
  for (const call of unit.calls) {
    const name = tsc.isNewExpression(call) ? lastName(call.expression) : undefined;
    if (name !== 'Workspace' && name !== 'Agent') continue;
    const [options] = call.arguments ?? [];
    if (options === undefined || tsc.isSpreadElement(options)) continue;
    reading.ev.budget.ask(
      () => {
        if (!reading.ev.values(call.expression).some(v => v.kind === 'foreign' && /^@mastra\/core(?:\/|$)/.test(v.package))) return;
        const given = reading.ev.values(options);
        out.push(...(name === 'Workspace' ? workspace(reading, call, given) : agents(reading, given)));
      },
      () => {},
    );
  }
  return out;
}

/** `agents: { research }`: the model may hand over to each by a tool of that name. */
function agents(reading: Reading, given: readonly Value[]): readonly Definition[] {
  return reading.ev.inside(given, 'agents').found.flatMap(value =>
    value.kind !== 'object'
      ? []
      : value.node.properties.flatMap((p): Definition[] => {
          const key = propertyName(p);
          if (key === undefined || tsc.isSpreadAssignment(p)) return [];
          return [{ ...bare(p, ['llm']), name: `agent-${key}`, title: 'an agent of an agent of Mastra', held: NOTHING }];
        }),
  );
}

const NOTHING: Held = { guarded: 'no' };

function workspace(reading: Reading, call: ts.Node, given: readonly Value[]): readonly Definition[] {
  const { ev } = reading;
  const has = (name: string): boolean => ev.inside(given, name).found.length > 0;
  const part = (name: string): readonly Value[] => made(reading, ev.inside(given, name).found);
  const guards = {
    sandbox: sandboxGuard(reading, part('sandbox')),
    filesystem: filesystemGuard(reading, part('filesystem')),
  };
  const tools = ev.inside(given, 'tools').found;
  const allOff = isFalse(ev.inside(tools, 'enabled').found);
  const allAsked = isTrue(ev.inside(tools, 'requireApproval').found);
  const readOnly = isTrue(ev.inside(given, 'readOnly').found);
  const listed = settings(reading, tools);
  const out: Definition[] = [];
  for (const [key, ability] of Object.entries(ABILITIES)) {
    const entry = listed.get(key) ?? listed.get(ability.name);
    const own: readonly Value[] = entry === undefined ? [] : entry.values;
    const on = ev.inside(own, 'enabled').found;
    if (!has(ability.needs) || isFalse(on) || (allOff && !isTrue(on)) || (entry === undefined && ability.asked === true)) continue;
    if (readOnly && ability.known.includes('file-write')) continue;
    const [name] = ev.inside(own, 'name').found.flatMap(v => textOf(v) ?? []);
    const asks = ev.inside(own, 'requireApproval').found;
    const held: Held | undefined =
      isTrue(asks) || (allAsked && !isFalse(asks))
        ? { guarded: 'yes', guard: 'requireApproval: a person approves' }
        : guards[ability.needs];
    out.push({
      ...bare(entry?.node ?? call, ability.known),
      name: name ?? ability.name,
      title: 'a tool of a workspace of Mastra',
      ...(held === undefined ? {} : { held }),
    });
  }
  return out;
}

/** The entries for single tools, by the last name of their key. */
function settings(reading: Reading, tools: readonly Value[]): ReadonlyMap<string, { node: ts.Node; values: readonly Value[] }> {
  const out = new Map<string, { node: ts.Node; values: readonly Value[] }>();
  for (const value of tools) {
    if (value.kind !== 'object') continue;
    for (const p of value.node.properties) {
      if (!tsc.isPropertyAssignment(p)) continue;
      const key = tsc.isComputedPropertyName(p.name) ? keyOf(reading, p.name.expression) : propertyName(p);
      if (key !== undefined) out.set(key, { node: p, values: reading.ev.values(p.initializer) });
    }
  }
  return out;
}

/** `WORKSPACE_TOOLS.FILESYSTEM.READ_FILE` */
function keyOf(reading: Reading, node: ts.Expression): string | undefined {
  for (const value of reading.ev.values(node)) {
    if (value.kind === 'foreign') return foreignPath(value).split('.').at(-1);
    const text = textOf(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A part of a workspace may be made for each request. */
function made(reading: Reading, values: readonly Value[]): readonly Value[] {
  return values.flatMap(v => (v.kind === 'function' ? reading.ev.returnsOf(v.node).flatMap(r => [...reading.ev.values(r)]) : [v]));
}

function sandboxGuard(reading: Reading, values: readonly Value[]): Held | undefined {
  const foreign = values.flatMap(v => (v.kind === 'foreign' ? [v] : []));
  const [first] = foreign;
  if (first === undefined || foreign.length < values.length) return undefined;
  if (foreign.every(v => ISOLATED.test(v.package))) return { guarded: 'yes', guard: `runs in a sandbox of ${first.package}` };
  if (!foreign.some(v => /LocalSandbox/.test(foreignPath(v)))) return undefined;
  const kinds = optionsOf(reading, foreign, 'isolation').flatMap(v => textOf(v) ?? []);
  return kinds.length > 0 && kinds.every(kind => kind !== 'none')
    ? { guarded: 'partial', guard: 'a sandbox of the operating system on the same machine' }
    : { guarded: 'no' };
}

function filesystemGuard(reading: Reading, values: readonly Value[]): Held | undefined {
  const local = values.filter(v => v.kind === 'foreign' && /LocalFilesystem/.test(foreignPath(v)));
  if (local.length === 0 || local.length < values.length) return undefined;
  return isFalse(optionsOf(reading, local, 'contained'))
    ? { guarded: 'no' }
    : { guarded: 'yes', guard: 'the workspace keeps paths inside of its folder' };
}

/** An option that something of the package was made with. */
function optionsOf(reading: Reading, values: readonly Value[], name: string): readonly Value[] {
  return values.flatMap(v => {
    const step = v.kind === 'foreign' ? v.steps.findLast(s => s.kind === 'new' || s.kind === 'call') : undefined;
    const first = step?.kind === 'new' || step?.kind === 'call' ? step.args?.[0] : undefined;
    return first === undefined || tsc.isSpreadElement(first) ? [] : reading.ev.inside(reading.ev.values(first), name).found;
  });
}

function isTrue(values: readonly Value[]): boolean {
  return values.length > 0 && values.every(v => v.kind === 'literal' && v.value === true);
}

function isFalse(values: readonly Value[]): boolean {
  return values.length > 0 && values.every(v => v.kind === 'literal' && v.value === false);
}
