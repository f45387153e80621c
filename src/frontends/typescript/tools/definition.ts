// What a tool is before anything is said about it, and how its framework, its name and its source are told apart.
import type { ts } from 'ts-morph';
import type { Capability } from '../../../core/index.ts';
import { matches } from '../calls/classify.ts';
import { tsc } from '../compiler.ts';
import type { Values } from '../evaluator/evaluate.ts';
import { type Foreign, type FunctionNode, foreignPath, HOLE, textOf, type Value } from '../evaluator/values.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import { TOOL_MAKERS, type ToolMaker } from './shapes.ts';
import { DYNAMIC_SOURCES, HOSTED_MAKERS } from './sources.ts';

/** How a tool is called that was found through the type of a registry. */
export const REGISTERED = 'an entry of a registry of tools';

/** A function that runs when the model asks for the tool. */
export interface Run {
  readonly node: FunctionNode | ts.CaseOrDefaultClause | ts.Statement;
  readonly self?: Value | undefined;
}

/** A tool as it was found, before anything is said about it. */
export interface Definition {
  /** Where it starts: the call, the object, the class. */
  readonly node: ts.Node;
  name: string | undefined;
  readonly maker: ToolMaker | undefined;
  readonly title: string;
  /** The options object of the definition. */
  readonly options: Values;
  readonly call: ts.CallExpression | ts.NewExpression | undefined;
  readonly runs: readonly Run[];
  /** `none`: there is no function to run; `hidden`: there is one, out of sight. */
  readonly seen: 'found' | 'none' | 'hidden' | 'dispatched';
  /** What its package itself does to hold it back. */
  readonly held?: { readonly guarded: 'yes' | 'partial' | 'no'; readonly guard?: string };
  /** Functions of the program's own decorators that run around it. */
  readonly around?: readonly FunctionNode[];
  /** Functions that run where no dispatcher tells of others. */
  readonly likely?: readonly Run[];
  /** What it can do, where that is known without its code. */
  readonly known?: readonly Capability[];
  /** The function around the runs that is given to the framework, when several tools share it. */
  readonly wrapper?: FunctionNode | undefined;
}

/** Members that hold the function of a tool. */
export const RUN_NAMES = ['execute', 'handler', 'run', 'func', 'function', 'invoke', 'call', 'callback', '_call', 'fn'];

/** A name as the code writes it. */
export interface Name {
  readonly text: string;
  readonly node?: ts.Node | undefined;
  /** The object that it is the name of. */
  readonly value?: Value | undefined;
}

export function named(value: Value): Name[] {
  const text = textOf(value);
  if (text === undefined || text === '') return [];
  if (text.includes(HOLE)) return [];
  return [{ text, node: value.kind === 'literal' || value.kind === 'text' ? value.node : undefined }];
}

export function unique(names: readonly Name[]): readonly Name[] {
  const seen = new Set<string>();
  return names.filter(n => {
    const key = `${n.text}\0${n.node?.pos ?? ''}\0${n.node?.getSourceFile().fileName ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function listOf(fn: FunctionNode | undefined): ts.Expression | undefined {
  const call = fn?.parent;
  if (fn === undefined || call === undefined || !tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression))
    return undefined;
  return call.arguments[0] === fn ? call.expression.expression : undefined;
}

/** Where a tool starts whose name is written outside of the call that makes it: its own object or call. */
export function placeOfName(definition: ts.Node, name: ts.Node): ts.Node {
  if (name.getSourceFile() === definition.getSourceFile() && name.pos >= definition.pos && name.end <= definition.end) return definition;
  if (tsc.isObjectLiteralExpression(name)) return name;
  const property = name.parent;
  if (tsc.isPropertyAssignment(property)) {
    const key = propertyName(property);
    const object = property.parent;
    const described = object.properties.some(p =>
      ['description', 'parameters', 'schema', 'inputSchema', ...RUN_NAMES].includes(propertyName(p) ?? ''),
    );
    const call = object.parent;
    if (described && (key === 'name' || key === 'id' || key === 'toolName'))
      return (tsc.isCallExpression(call) || tsc.isNewExpression(call)) && call.expression !== object ? call : object;
  }
  if ((tsc.isCallExpression(property) || tsc.isNewExpression(property)) && property.arguments?.includes(name as ts.Expression))
    return property;
  return definition;
}

/** Is a tool with code of its own run by the program, not by a framework that it is handed to? */
export function isRunByProgram({ maker, runs, known }: Definition): boolean {
  if (maker !== undefined || known !== undefined || runs.length === 0) return false;
  // `{ type: 'function', function: { name, parameters, function: run } }` is the form in which a provider's client runs it itself.
  return !runs.every(run => tsc.isPropertyAssignment(run.node.parent) && propertyName(run.node.parent) === 'function');
}

export function wrapperOf(runs: readonly Run[]): FunctionNode | undefined {
  const [first] = runs;
  return first !== undefined && isFunctionNode(first.node) ? first.node : undefined;
}

export function bare(node: ts.Node, known?: readonly Capability[]): Omit<Definition, 'title' | 'name'> {
  return { node, maker: undefined, options: [], call: undefined, runs: [], seen: 'none', ...(known === undefined ? {} : { known }) };
}

function lastMember(value: Foreign): string | undefined {
  const step = value.steps.at(-1);
  return step?.kind === 'member' ? step.name : step === undefined ? 'default' : undefined;
}

/** The way of defining a tool that a callee is, if any. */
export function makerOf(value: Foreign, by: ToolMaker['by']): ToolMaker | undefined {
  const member = lastMember(value);
  const of = value.steps.at(-2);
  return TOOL_MAKERS.find(
    m =>
      m.by === by &&
      m.member === member &&
      m.packages.some(p => matches(p, value.package)) &&
      (m.of === undefined || (of?.kind === 'member' && of.name === m.of)) &&
      // A member of something made (`server.tool`) takes a name first; a bare export (`tool`) is called as it is.
      (value.package !== 'agents' || value.steps.length > 1),
  );
}

export function isHosted(value: Foreign): boolean {
  const member = lastMember(value);
  if (value.package.startsWith('@ai-sdk/') || value.package === '@openrouter/ai-sdk-provider')
    return /(?:^|\.)tools\.\w+$/.test(memberPath(value));
  return HOSTED_MAKERS.some(h => h.packages.includes(value.package) && h.members.includes(member ?? ''));
}

function memberPath(value: Foreign): string {
  return value.steps.flatMap(step => (step.kind === 'member' ? [step.name] : [])).join('.');
}

/** The call that asks for tools which only a run knows. */
export function dynamicOf(value: Foreign): { readonly label: string; readonly node: ts.Node } | undefined {
  for (let i = 1; i < value.steps.length; i++) {
    const [member, call] = [value.steps[i - 1], value.steps[i]];
    if (member?.kind !== 'member' || call?.kind !== 'call') continue;
    const source = DYNAMIC_SOURCES.find(s => s.members.includes(member.name) && s.packages.some(p => matches(p, value.package)));
    if (source === undefined) continue;
    // `generateText(...)` and a plain `tool` of these packages are no sources; a client that was made is one.
    if (i === 1 && !/^(?:load|get|mcp)/i.test(member.name)) continue;
    return { label: source.label, node: call.node };
  }
  return undefined;
}

export function madeBy(value: Foreign): string | undefined {
  const path = foreignPath(value);
  return path === '' ? undefined : path;
}
