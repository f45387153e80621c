// The settings of the environment that an expression depends on: process.env.X, and validated copies of it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { resolve } from '../scope.ts';
import { type Env, type Leaf, originOf } from './trace.ts';

/** The names of the settings that decide an expression, for a condition: a comparison or a logical sum of several. */
export function settingsIn(ev: Evaluator, expression: ts.Expression, env: Env): readonly string[] {
  const out = new Set<string>();
  walk(expression, node => {
    if (out.size > 8 || (!tsc.isIdentifier(node) && !tsc.isPropertyAccessExpression(node))) return undefined;
    if (tsc.isIdentifier(node) && tsc.isPropertyAccessExpression(node.parent) && node.parent.name === node) return undefined;
    for (const leaf of originOf(ev, node, env).leaves) {
      const name = settingOf(ev, leaf);
      if (name !== undefined) out.add(name);
    }
    return tsc.isPropertyAccessExpression(node) ? 'skip' : undefined;
  });
  return [...out];
}

/** The name of the setting that a leaf is, if it is one. */
export function settingOf(ev: Evaluator, leaf: Leaf): string | undefined {
  const { node, path } = leaf;
  if (tsc.isIdentifier(node) && resolve(node) === undefined) {
    if (node.text === 'process' || node.text === 'Bun') return path[0] === 'env' ? path[1] : undefined;
    if (node.text === 'Deno' && path[0] === 'env') return undefined;
  }
  if (tsc.isMetaProperty(node)) return path[0] === 'env' ? path[1] : undefined;
  // A validated copy: `createEnv({ server: {...} })`, `schema.parse(process.env)`.
  if (tsc.isCallExpression(node) && path.length > 0 && readsEnv(ev, node)) return path[0];
  return undefined;
}

function readsEnv(ev: Evaluator, call: ts.CallExpression): boolean {
  const value = ev.values(call.expression)[0];
  if (value?.kind !== 'foreign' || value.package === '') return false;
  if (value.package.startsWith('@t3-oss/env') || value.package === 'envalid') return true;
  return call.arguments.some(a => a.getText() === 'process.env');
}
