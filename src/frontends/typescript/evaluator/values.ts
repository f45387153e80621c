// What an expression can stand for, as far as reading can tell. The evaluator makes these values; everything else asks them.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';

/** Code that is not evaluated yet, with the call frame that it would run in. */
export interface Lazy {
  readonly node: ts.Expression;
  readonly frame: Frame | undefined;
}

/** One function call on the way to a value: what its parameters and its `this` stand for. */
export interface Frame {
  readonly params: ReadonlyMap<ts.ParameterDeclaration, readonly Lazy[]>;
  readonly self: Value | undefined;
  readonly depth: number;
}

/** One step away from an import: a member, a call, or a construction. `args` is undefined when only a type told of it. */
export type Step =
  | { readonly kind: 'member'; readonly name: string }
  | {
      readonly kind: 'call' | 'new';
      readonly args: readonly ts.Expression[] | undefined;
      readonly frame: Frame | undefined;
      readonly node: ts.Node;
    };

/** Something that comes from outside the repository: a package, or a global (package ''). */
export interface Foreign {
  readonly kind: 'foreign';
  readonly package: string;
  /** The name as the file writes it, where a manifest gives the package another (`"my-ai": "npm:ai@5"`). */
  readonly written?: string | undefined;
  /** The version written in the specifier itself (`npm:openai@4.1.0`), if any. */
  readonly version?: string | undefined;
  /** The file that imports it; it decides which manifest and lockfile count. */
  readonly file: string;
  readonly steps: readonly Step[];
}

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration
  | ts.ConstructorDeclaration;

export type Value =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null | undefined; readonly node?: ts.Node }
  /** Text with parts that cannot be read; each such part is one U+FFFC. */
  | { readonly kind: 'text'; readonly text: string; readonly node: ts.Node }
  | {
      readonly kind: 'object';
      readonly node: ts.ObjectLiteralExpression;
      readonly frame: Frame | undefined;
      readonly holder?: ts.VariableDeclaration | undefined;
    }
  | { readonly kind: 'array'; readonly node: ts.ArrayLiteralExpression; readonly frame: Frame | undefined }
  | { readonly kind: 'function'; readonly node: FunctionNode; readonly frame: Frame | undefined; readonly self?: Value | undefined }
  | { readonly kind: 'class'; readonly node: ts.ClassLikeDeclaration; readonly frame: Frame | undefined }
  | {
      readonly kind: 'instance';
      readonly of: ts.ClassLikeDeclaration;
      readonly args: readonly Lazy[] | undefined;
      readonly frame: Frame | undefined;
    }
  | { readonly kind: 'namespace'; readonly file: string }
  | { readonly kind: 'enum'; readonly node: ts.EnumDeclaration }
  /** An object of which only the type is seen. */
  | { readonly kind: 'shape'; readonly node: ts.InterfaceDeclaration | ts.TypeLiteralNode }
  /** Several objects merged, the last one wins: Object.assign, spread helpers. */
  | { readonly kind: 'merged'; readonly parts: readonly (readonly Value[])[]; readonly node: ts.Node }
  | Foreign
  /** A parameter whose callers are not known, or a member of one. */
  | { readonly kind: 'param'; readonly node: ts.ParameterDeclaration; readonly path: readonly string[] }
  /** What the user or the browser sent. */
  | { readonly kind: 'request' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Stands for a part of a text that cannot be read. */
export const HOLE = '\uFFFC';

export const UNDEFINED: Value = { kind: 'literal', value: undefined };

export const unknownValue = (why: string): Value => ({ kind: 'unknown', why });

/** The longest list of alternatives that is followed; beyond it the answer is "could be anything". */
export const MOST_ALTERNATIVES = 12;

/** Stands for the alternatives beyond those that are followed: one of them may be missing anything. */
export const MORE: Value = { kind: 'unknown', why: 'more alternatives than are followed' };

/** Drops repeated alternatives, so that unions stay short. */
export function distinct(values: readonly Value[]): readonly Value[] {
  if (values.length < 2) return values;
  const seen = new Set<unknown>();
  const out: Value[] = [];
  for (const value of values) {
    const key = identity(value);
    if (seen.has(key)) continue;
    seen.add(key);
    if (out.length === MOST_ALTERNATIVES) {
      out.push(MORE);
      break;
    }
    out.push(value);
  }
  return out;
}

function identity(value: Value): unknown {
  switch (value.kind) {
    case 'literal':
      return `literal ${typeof value.value} ${String(value.value)}`;
    case 'text':
      return `text ${value.text}`;
    case 'object':
    case 'array':
    case 'function':
    case 'class':
      return value.frame === undefined ? value.node : value;
    case 'unknown':
      return `unknown ${value.why}`;
    case 'request':
      return 'request';
    default:
      return value;
  }
}

/** The readable text of a value: string literals and templates. */
export function textOf(value: Value): string | undefined {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'literal' && typeof value.value === 'string') return value.value;
  return undefined;
}

/** The members at the start of a foreign value: `Anthropic.Messages` of a package. */
export function foreignPath(value: Foreign): string {
  const names: string[] = [];
  for (const step of value.steps) {
    if (step.kind !== 'member') break;
    names.push(step.name);
  }
  return names.join('.');
}

/** Is this a global of the given dotted name, uncalled (`AbortSignal.timeout`)? */
export function isGlobal(value: Value, name: string): boolean {
  return value.kind === 'foreign' && value.package === '' && value.steps.every(s => s.kind === 'member') && foreignPath(value) === name;
}

/** The reason given when only the browser or the user decides a value. */
export const REQUEST = 'only the caller of the route sends it';

/** Does the value say anything? */
export function understood(value: Value): boolean {
  return value.kind !== 'unknown' && value.kind !== 'param' && value !== UNDEFINED;
}

/** The reason given for a member of an object of which only the type is seen: it may be there or not. */
export const ONLY_TYPE = 'a member of which only the type is seen';

/** Does a value say nothing about whether it is there: a parameter nobody fills, a field of a mere type, what a request brings? */
export function isOpen(value: Value): boolean {
  return value.kind === 'param' || value.kind === 'request' || (value.kind === 'unknown' && value.why === ONLY_TYPE);
}

/** A parameter declared as a number, neither optional nor with a default: whoever calls must give one. */
export function isRequiredNumber(value: Value): boolean {
  if (value.kind !== 'param' || value.path.length > 0) return false;
  return (
    value.node.type?.kind === tsc.SyntaxKind.NumberKeyword && value.node.questionToken === undefined && value.node.initializer === undefined
  );
}
