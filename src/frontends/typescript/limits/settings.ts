// The settings of the environment that an expression depends on: process.env.X, and validated copies of it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { exits, throws } from './branches.ts';
import { type Env, type Leaf, NO_ENV, originOf } from './trace.ts';

/** The names of the settings that decide an expression, for a condition: a comparison or a logical sum of several. */
export function settingsIn(ev: Evaluator, expression: ts.Expression, env: Env): readonly string[] {
  const out = new Set<string>();
  walk(expression, node => {
    const access = tsc.isPropertyAccessExpression(node) || (tsc.isElementAccessExpression(node) && isPython(node));
    if (out.size > 8 || !(access || tsc.isIdentifier(node))) return undefined;
    if (tsc.isIdentifier(node) && tsc.isPropertyAccessExpression(node.parent) && node.parent.name === node) return undefined;
    for (const leaf of originOf(ev, node, env).leaves) {
      const name = settingOf(ev, leaf);
      if (name !== undefined) out.add(name);
    }
    return access ? 'skip' : undefined;
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

/** The setting that an expression is and nothing else, where nobody says what holds when it is missing; undefined: it is no such thing. */
export function bareSetting(ev: Evaluator, expression: ts.Expression): string | undefined {
  const { leaves: all, choices } = originOf(ev, expression, NO_ENV);
  const leaves = all.filter(leaf => !isRadix(leaf.node));
  const names = leaves.map(leaf => (mayBeMissing(leaf) ? settingOf(ev, leaf) : undefined));
  const [name] = names;
  if (name === undefined || choices.length > 0 || names.some(other => other !== name)) return undefined;
  return leaves.some(leaf => isRequired(ev, leaf.node.getSourceFile(), name)) ? undefined : name;
}

/** The 10 of `Number.parseInt(text, 10)`. */
function isRadix(node: ts.Node): boolean {
  const { parent } = node;
  return tsc.isCallExpression(parent) && parent.arguments[1] === node && /parseInt$/.test(parent.expression.getText());
}

/** Does the code go on where a setting is missing? `os.environ["X"]` of Python raises, and `int(None)` as well. */
export function mayBeMissing({ node }: Leaf): boolean {
  if (!isPython(node)) return true;
  const access = node.parent?.parent;
  if (access === undefined || !tsc.isElementAccessExpression(access)) return false;
  const { parent } = access;
  if (access.questionDotToken === undefined) return tsc.isBinaryExpression(parent) && parent.left === access;
  return !(tsc.isCallExpression(parent) && /^(?:Number|parseInt|parseFloat)$/.test(parent.expression.getText()));
}

/** `if (!process.env.LIMIT) throw new Error(...)` */
function isRequired(ev: Evaluator, file: ts.SourceFile, name: string): boolean {
  let found = false;
  walk(file, node => {
    if (found) return 'skip';
    if (!tsc.isIfStatement(node)) return undefined;
    const ends = throws(node.thenStatement) || (exits(node.thenStatement) && enclosingFunction(node) === undefined);
    found = ends && settingsIn(ev, node.expression, NO_ENV).includes(name);
    return undefined;
  });
  return found;
}

function readsEnv(ev: Evaluator, call: ts.CallExpression): boolean {
  const value = ev.values(call.expression)[0];
  if (value?.kind !== 'foreign' || value.package === '') return false;
  if (value.package.startsWith('@t3-oss/env') || value.package === 'envalid') return true;
  return call.arguments.some(a => a.getText() === 'process.env');
}
