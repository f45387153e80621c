// The words for what a tool does, and small questions about where its code stands.
import type { ts } from 'ts-morph';
import type { Capability } from '../../core/index.ts';
import type { EffectShape } from './effect-shapes.ts';
import type { ModelText } from './model-text.ts';
import { isFunctionNode } from './scope.ts';

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

/** Does a node stand inside one of these, or is it one? */
export function isInside(node: ts.Node, holders: ReadonlySet<ts.Node>): boolean {
  for (let up: ts.Node | undefined = node; up !== undefined; up = up.parent) if (holders.has(up)) return true;
  return false;
}

export function functionsAround(node: ts.Node): readonly ts.Node[] {
  const out: ts.Node[] = [];
  for (let up = node.parent; up !== undefined; up = up.parent) if (isFunctionNode(up)) out.push(up);
  return out;
}
