// Tools as the providers' own APIs want them: plain objects with a name and a JSON schema. Judged by the form of the object alone.
import type { ts } from 'ts-morph';
import type { Capability } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { propertyName, strip, valueAt } from '../syntax.ts';
import { CLIENT_TYPE, GEMINI_HOSTED, HOSTED_TYPE } from './sources.ts';

export interface SchemaShape {
  readonly title: string;
  /** Where the name is written. */
  readonly name: ts.Expression;
  /** The name, when the form itself gives it. */
  readonly text?: string;
  /** What it can do, when the provider defines it. */
  readonly known?: readonly Capability[];
}

/** The form of tool that an object literal has; undefined when it has none. */
export function shapeOf(node: ts.Node): SchemaShape | undefined {
  if (!tsc.isObjectLiteralExpression(node)) return undefined;
  const type = textAt(node, 'type');
  if (type === 'function' || type === 'custom') {
    const inner = strip(valueAt(node, 'function'));
    if (inner !== undefined) {
      if (!tsc.isObjectLiteralExpression(inner)) return undefined;
      const name = declared(inner);
      // A call of a tool in a recorded conversation has arguments, and a forced choice has a name only.
      return name === undefined ? undefined : { title: 'JSON schema', name };
    }
    const name = declared(node);
    return name === undefined || (type === 'custom' && !has(node, 'description')) ? undefined : { title: 'JSON schema', name };
  }
  const name = valueAt(node, 'name');
  if (type !== undefined && HOSTED_TYPE.test(type) && has(node, 'type'))
    return { title: 'provider-hosted', name: valueAt(node, 'type') as ts.Expression, text: type, known: ['provider-hosted'] };
  if (type !== undefined && CLIENT_TYPE.test(type))
    return {
      title: 'tool type of the provider',
      name: name ?? (valueAt(node, 'type') as ts.Expression),
      text: textAt(node, 'name') ?? type,
      known: clientType(type),
    };
  if (name !== undefined && has(node, 'input_schema')) return { title: 'JSON schema', name };
  const spec = strip(valueAt(node, 'toolSpec'));
  if (spec !== undefined && tsc.isObjectLiteralExpression(spec)) {
    const inner = valueAt(spec, 'name');
    return inner === undefined ? undefined : { title: 'JSON schema', name: inner };
  }
  const hosted = GEMINI_HOSTED.find(member => has(node, member));
  const at = hosted === undefined ? undefined : (valueAt(node, hosted) ?? undefined);
  return hosted !== undefined && at !== undefined && node.properties.length === 1 && tsc.isObjectLiteralExpression(at)
    ? { title: 'provider-hosted', name: at, text: hosted, known: ['provider-hosted'] }
    : undefined;
}

/** The name of an object that declares a function: a name with a description or parameters. */
export function nameIn(node: ts.ObjectLiteralExpression): ts.Expression | undefined {
  return declared(node);
}

function declared(node: ts.ObjectLiteralExpression): ts.Expression | undefined {
  const name = valueAt(node, 'name');
  if (name === undefined || has(node, 'arguments')) return undefined;
  return ['parameters', 'description', 'inputSchema', 'input_schema', 'parametersJsonSchema'].some(p => has(node, p)) ? name : undefined;
}

function clientType(type: string): readonly Capability[] {
  if (type.startsWith('computer')) return ['browser'];
  return /^(?:text_editor|apply_patch)/.test(type) ? ['file-read', 'file-write'] : ['shell'];
}

function has(node: ts.ObjectLiteralExpression, name: string): boolean {
  return node.properties.some(p => propertyName(p) === name);
}

function textAt(node: ts.ObjectLiteralExpression, name: string): string | undefined {
  const value = strip(valueAt(node, name));
  return value !== undefined && tsc.isStringLiteralLike(value) ? value.text : undefined;
}
