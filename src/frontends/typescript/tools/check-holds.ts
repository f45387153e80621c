// Does a check of the model's text stand before an effect, and look at what the effect is given? One that comes afterwards, that is
// caught again, or that is made on another text than the one that is used lets everything through.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { ModelText } from '../conversation/model-text.ts';
import { isAsserted, isPython } from '../dialect.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isMemberName, strip } from '../syntax.ts';

const DEEPEST = 6;
/** What makes the dots in a path count. */
const RESOLVES = /\b(?:resolve|realpath|realpathSync|abspath|normpath|normalize|strict_resolve)\(|\bsecure_filename\(/;
/** What compares two paths, and gives neither. */
const COMPARES = /\b(?:relative|commonpath|commonprefix|relative_to|is_relative_to)\(/;

/** `no`: it says nothing of the effect. `asserted`: it may be left out. `unresolved`: `..` leads out of the folder. */
export type Hold = 'yes' | 'no' | 'asserted' | 'unresolved';

/** @param check the branch that ends the function, or the call that throws */
export function holdOf(check: ts.Node, effect: ts.Node, text: ModelText): Hold {
  if (isSwallowed(check, effect)) return 'no';
  const fn = enclosingFunction(check);
  if (fn !== undefined && fn === enclosingFunction(effect)) {
    if (check.pos > effect.end) return 'no';
    const asked = tsc.isIfStatement(check) ? check.expression : check;
    const looked = namesOf(asked, text, 'compared');
    const used = namesOf(effect, text, 'all');
    if (looked.size > 0 && used.size > 0 && ![...used].some(name => looked.has(name))) return 'no';
  }
  if (isAsserted(check)) return 'asserted';
  return isPython(check) && !isResolved(check, text) ? 'unresolved' : 'yes';
}

/** Is what a check throws caught again before the effect, by a catch that goes on? */
function isSwallowed(check: ts.Node, effect: ts.Node): boolean {
  if (tsc.isIfStatement(check) && !throwsOnly(check.thenStatement)) return false;
  for (let child = check, up = check.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent) {
    if (!tsc.isTryStatement(up) || up.tryBlock !== child || up.catchClause === undefined || isWithin(effect, up.tryBlock)) continue;
    if (!leaves(up.catchClause.block)) return true;
  }
  return false;
}

function throwsOnly(branch: ts.Statement): boolean {
  let thrown = false;
  let left = false;
  walk(branch, node => {
    if (isFunctionNode(node)) return 'skip';
    thrown ||= tsc.isThrowStatement(node);
    left ||= tsc.isReturnStatement(node) || tsc.isContinueStatement(node);
    return undefined;
  });
  return thrown && !left;
}

/** Does a catch leave? The `throw` of what Python's `except` does not name leaves only with that. */
function leaves(block: ts.Block): boolean {
  const [only] = block.statements;
  if (block.statements.length === 1 && only !== undefined && tsc.isIfStatement(only) && /\binstanceof\b/.test(only.expression.getText()))
    return tsc.isBlock(only.thenStatement) && leaves(only.thenStatement);
  const last = block.statements.at(-1);
  return last !== undefined && (tsc.isThrowStatement(last) || tsc.isReturnStatement(last) || tsc.isContinueStatement(last));
}

/**
 * The variables and parameters with the model's text in a piece of code.
 * @param how `all`: with all that they are made of; `compared`: with what a comparison of paths was made of, and no further
 */
function namesOf(root: ts.Node, text: ModelText, how: 'all' | 'compared', depth = 0): Set<ts.Node> {
  const out = new Set<ts.Node>();
  walk(root, node => {
    if (!tsc.isIdentifier(node) || isMemberName(node) || !text.reaches(node)) return undefined;
    const binding = resolve(node);
    if (binding === undefined || !('node' in binding) || (binding.kind !== 'variable' && binding.kind !== 'parameter')) return undefined;
    const key = 'element' in binding && binding.element !== undefined ? binding.element : binding.node;
    if (out.has(key)) return undefined;
    out.add(key);
    const made = binding.kind === 'variable' ? binding.node.initializer : undefined;
    const further = made !== undefined && depth < DEEPEST && (how === 'all' || COMPARES.test(made.getText().slice(0, 400)));
    if (made !== undefined && further) for (const name of namesOf(made, text, how, depth + 1)) out.add(name);
    return undefined;
  });
  return out;
}

/** Was the path that is compared resolved, there or where it was made? */
function isResolved(check: ts.Node, text: ModelText): boolean {
  const asked = tsc.isIfStatement(check) ? check.expression : check;
  if (RESOLVES.test(asked.getText().slice(0, 2000))) return true;
  const fn = enclosingFunction(check);
  let resolved = false;
  let local = false;
  for (const name of namesOf(asked, text, 'all')) {
    const made = tsc.isVariableDeclaration(name) ? strip(name.initializer) : undefined;
    if (made !== undefined) local = true;
    if (made !== undefined && (RESOLVES.test(made.getText().slice(0, 2000)) || callsOwn(made))) resolved = true;
    // `path = path.resolve()`
    if (fn !== undefined && tsc.isVariableDeclaration(name) && RESOLVES.test(assignedTo(fn, name))) resolved = true;
  }
  return resolved || !local;
}

/** Methods of texts and of paths that leave the dots as they are. */
const KEEPS_DOTS =
  /^(?:join|joinpath|absolute|expanduser|expandvars|with_name|with_stem|with_suffix|as_posix|relative_to|replace|strip|lstrip|rstrip|lower|upper|format|removeprefix|removesuffix|trim|trimStart|trimEnd|toLowerCase|toUpperCase|concat|pipe|get|pop)$/;

/** A function or a method of the program, or of a package that is not known, may resolve a path. */
function callsOwn(made: ts.Expression): boolean {
  if (!tsc.isCallExpression(made)) return false;
  const { expression } = made;
  return tsc.isIdentifier(expression) || (tsc.isPropertyAccessExpression(expression) && !KEEPS_DOTS.test(expression.name.text));
}

function assignedTo(fn: ts.Node, declared: ts.VariableDeclaration): string {
  let out = '';
  walk(fn, node => {
    if (!tsc.isBinaryExpression(node) || node.operatorToken.kind !== tsc.SyntaxKind.EqualsToken || !tsc.isIdentifier(node.left))
      return undefined;
    const binding = resolve(node.left);
    if (binding?.kind === 'variable' && binding.node === declared) out += `${node.right.getText().slice(0, 400)}\n`;
    return undefined;
  });
  return out;
}
