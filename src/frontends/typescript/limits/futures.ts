// Work that runs in another thread, and what comes of it: `executor.submit(f, a).result()` gives what `f(a)` gives, and the result of a
// future that the code fills by itself is what it is filled with.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import { resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { type Env, type Leaf, originOf } from './trace.ts';

type At = Pick<Leaf, 'node' | 'env'>;

/** Is a call one whose value is made by work that was handed over before? */
export function isFuture(ev: Evaluator, node: ts.CallExpression): boolean {
  const callee = node.expression;
  if (!tsc.isPropertyAccessExpression(callee) || !isPython(node)) return false;
  if (callee.name.text === 'result') return node.arguments.every(arg => isKeywords(arg) || tsc.isNumericLiteral(arg));
  return callee.name.text === 'run' && isOf(ev, callee.expression, 'py:contextvars');
}

/** What such a call gives; undefined: it is none, or its work was not found. */
export function resultsOf(ev: Evaluator, node: ts.CallExpression, env: Env): readonly At[] | undefined {
  const callee = node.expression;
  if (!tsc.isPropertyAccessExpression(callee) || !isFuture(ev, node)) return undefined;
  if (callee.name.text === 'run') return applied(ev, node.arguments, env);
  // What goes through a list of futures stands beside the futures themselves.
  const leaves = originOf(ev, callee.expression, env).leaves.filter(leaf => !isListStep(leaf.node));
  const out: At[] = [];
  for (const leaf of leaves) {
    const found = leaf.path.length > 0 ? undefined : (filled(ev, leaf) ?? submitted(ev, leaf));
    if (found === undefined) return undefined;
    out.push(...found);
  }
  return out.length === 0 ? undefined : out;
}

/** `future.set_result(value)` of `future = Future()` */
function filled(ev: Evaluator, { node, env }: Leaf): readonly At[] | undefined {
  const holder = node.parent;
  if (!tsc.isNewExpression(node) || !tsc.isVariableDeclaration(holder) || !tsc.isIdentifier(holder.name)) return undefined;
  if (!isOf(ev, node, 'py:concurrent') && !isOf(ev, node, 'py:asyncio')) return undefined;
  const out: At[] = [];
  for (const use of ev.program.identifiers(ev.program.unitOf(holder), holder.name.text)) {
    const call = use.parent.parent;
    if (!tsc.isPropertyAccessExpression(use.parent) || use.parent.expression !== use || !tsc.isCallExpression(call)) continue;
    const [value] = call.arguments;
    const binding = use.parent.name.text === 'set_result' ? resolve(use) : undefined;
    if (value !== undefined && binding?.kind === 'variable' && binding.node === holder) out.push({ node: value, env });
  }
  return out.length === 0 ? undefined : out;
}

/** `executor.submit(f, a)` */
function submitted(ev: Evaluator, { node, env }: Leaf): readonly At[] | undefined {
  if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression) || node.expression.name.text !== 'submit')
    return undefined;
  return isOf(ev, node.expression.expression, 'py:concurrent') ? applied(ev, node.arguments, env) : undefined;
}

/** What a function gives when it is called with the arguments that stand after it. */
function applied(ev: Evaluator, [first, ...rest]: readonly ts.Expression[], env: Env): readonly At[] | undefined {
  let fn: At | undefined = first === undefined ? undefined : { node: strip(first) ?? first, env };
  let given: At[] = rest.map(node => ({ node, env }));
  for (let hops = 0; hops < 8 && fn !== undefined; hops++) {
    const { node, env: known }: At = fn;
    const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
    const passed = binding?.kind === 'parameter' && binding.element === undefined ? known.get(binding.node) : undefined;
    if (passed !== undefined) {
      fn = { node: strip(passed.node) ?? passed.node, env: passed.env };
      continue;
    }
    // `partial(f, a)`
    if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'bind') {
      given = [...node.arguments.slice(1).map(arg => ({ node: arg, env: known })), ...given];
      fn = { node: node.expression.expression, env: known };
      continue;
    }
    const functions = ev.values(node).flatMap(v => (v.kind === 'function' ? [v.node] : []));
    if (functions.length === 0 || functions.length > 4) return undefined;
    return functions.flatMap(called => {
      const inner = new Map(known);
      called.parameters.forEach((parameter, i) => {
        const arg = given[i];
        if (arg !== undefined && !tsc.isSpreadElement(arg.node) && !isKeywords(arg.node)) inner.set(parameter, arg);
      });
      return ev.returnsOf(called).map(returned => ({ node: returned, env: inner }));
    });
  }
  return undefined;
}

function isListStep(node: ts.Node): boolean {
  return (
    tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && /^(?:map|flatMap)$/.test(node.expression.name.text)
  );
}

function isOf(ev: Evaluator, node: ts.Expression, name: string): boolean {
  return ev.values(node).some(v => v.kind === 'foreign' && v.package === name);
}
