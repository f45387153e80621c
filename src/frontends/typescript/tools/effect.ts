// The words for what a tool does, and small questions about where its code stands.
import type { ts } from 'ts-morph';
import type { Capability } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { ModelText } from '../conversation/model-text.ts';
import type { EffectShape } from '../effects/shapes.ts';
import type { Foreign } from '../evaluator/values.ts';
import { isFunctionNode } from '../scope.ts';

/** One call that reaches out of the program. */
export interface Effect {
  readonly shape: EffectShape;
  readonly does: Capability;
  readonly node: ts.Node;
  /** Does the model's text decide what happens: the command, the path, the receiver, the query? */
  readonly model: boolean;
  /** The model's text picks the host of an address. */
  readonly anyHost: boolean;
  readonly changes: 'delete' | 'write' | undefined;
  /** The model's text is what is written, and the code picks the place. */
  readonly content?: boolean;
  /** A program that the code picks is given the model's text as an argument, without a shell. */
  readonly bounded?: boolean;
  /** The model picks what a request does there: its method. */
  readonly anyMethod?: boolean;
  readonly package: string;
}

export interface Effects {
  readonly effects: readonly Effect[];
  /** Calls with the model's text that lead out of sight. */
  readonly unseen: readonly ts.Node[];
  /** Calls that lead out of sight without the model's text. */
  readonly blind: readonly ts.Node[];
  /** All functions that were read. */
  readonly bodies: readonly ts.Node[];
  /** Calls that ask a person. */
  readonly asks: readonly ts.Node[];
  readonly interrupts: readonly ts.Node[];
  /** Calls that count, measure or trace. */
  readonly records: readonly ts.Node[];
  readonly text: ModelText;
}

export function effect(shape: EffectShape, does: Capability, node: ts.Node, pkg: string): Effect {
  return { shape, does, node, model: false, anyHost: false, changes: undefined, package: pkg };
}

/** Is something of another package of Python made that only carries what it is given: a message, an event, a result? */
export function isRecord(node: ts.Node, value: Foreign): boolean {
  if (!tsc.isNewExpression(node) || !value.package.startsWith('py:') || value.steps.some(step => step.kind !== 'member')) return false;
  const last = value.steps.at(-1);
  return last?.kind === 'member' && /(?:Event|Message|Result|Content|Response|Part|Delta|Output|Error|Exception)$/.test(last.name);
}

/** Does a call stand in a function with a name, which is defined inside of the body and called from it? */
export function isInHelper(node: ts.Node, body: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && up !== body; up = up.parent)
    if (isFunctionNode(up) && (tsc.isFunctionDeclaration(up) || tsc.isVariableDeclaration(up.parent))) return true;
  return false;
}

export function functionsAround(node: ts.Node): readonly ts.Node[] {
  const out: ts.Node[] = [];
  for (let up = node.parent; up !== undefined; up = up.parent) if (isFunctionNode(up)) out.push(up);
  return out;
}

/** `clients.get(name).callTool(...)`: what a Map holds is the program's, and not the language's. */
export function isOutOfMap(path: string): boolean {
  return /^(?:globalThis\.)?(?:Weak)?Map\.get\.\w/.test(path);
}
