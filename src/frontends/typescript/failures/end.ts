// One end of the ways that a failure can take, and small questions about the code on those ways.
import type { ts } from 'ts-morph';
import type { FailureEnd } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { failsAtOnce } from '../dialect.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Use } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { isAsync, propertyName } from '../syntax.ts';
import type { How } from './words.ts';

export interface End {
  readonly how: How;
  readonly node: ts.Node;
  readonly byType: boolean;
  readonly logged: FailureEnd['logged'];
  readonly kinds: number;
}

const FULLNESS = { unknown: 0, nothing: 1, error: 2, context: 3 } as const;

export function fuller(a: FailureEnd['logged'], b: FailureEnd['logged']): FailureEnd['logged'] {
  return FULLNESS[b] > FULLNESS[a] ? b : a;
}

export function end(how: How, node: ts.Node): End {
  // Frameworks and runtimes print what nobody catches; what a stream swallows is printed by nobody.
  const logged = how === 'framework' || how === 'escapes' ? 'error' : how === 'silent' ? 'nothing' : 'unknown';
  return { how, node, byType: false, logged, kinds: 0 };
}

export function isCall(use: Use): use is Use & { readonly node: ts.CallExpression } {
  return use.how === 'called' && tsc.isCallExpression(use.node);
}

/** Does the body of a loop over a stream ask for the parts that report errors? */
export function looksForErrors(body: ts.Statement): boolean {
  let found = false;
  walk(body, node => {
    if (!tsc.isStringLiteralLike(node) || node.text !== 'error') return;
    const { parent } = node;
    found ||=
      tsc.isCaseClause(parent) ||
      (tsc.isBinaryExpression(parent) && parent.operatorToken.kind === tsc.SyntaxKind.EqualsEqualsEqualsToken) ||
      (tsc.isBinaryExpression(parent) && parent.operatorToken.kind === tsc.SyntaxKind.EqualsEqualsToken);
  });
  return found;
}

/** A function that hands on a promise, or is async, fails when somebody waits for it. */
export function failsLater(fn: FunctionNode): boolean {
  return isAsync(fn) || (returnsCall(fn) && !failsAtOnce(fn));
}

/** Does a plain function hand on the promise of a call? */
function returnsCall(fn: FunctionNode): boolean {
  const { body } = fn;
  if (body === undefined) return false;
  if (!tsc.isBlock(body)) return true;
  return body.statements.some(s => tsc.isReturnStatement(s) && s.expression !== undefined);
}

/** Asks once. While it is asked, the answer is "no ends": what leads back there adds none. */
export function remembered<K>(known: Map<K, readonly End[]>, key: K, ask: () => readonly End[]): readonly End[] {
  known.set(key, []);
  try {
    const ends = ask();
    known.set(key, ends);
    return ends;
  } catch (error) {
    // Given up in the middle: nothing was learnt.
    known.delete(key);
    throw error;
  }
}

/** Ends further out, with what was written down on the way there. */
export function further(ends: readonly End[], written: FailureEnd['logged'], kinds: number): End[] {
  return ends.map(one => ({ ...one, logged: fuller(one.logged, written), kinds: Math.max(one.kinds, kinds) }));
}

/** Does a call ask for its answer piece by piece? */
export function asksForStream(call: ts.CallExpression): boolean {
  return call.arguments.some(
    arg =>
      tsc.isObjectLiteralExpression(arg) &&
      arg.properties.some(
        p => propertyName(p) === 'stream' && tsc.isPropertyAssignment(p) && p.initializer.kind === tsc.SyntaxKind.TrueKeyword,
      ),
  );
}
