// What a handler of errors writes down for the operator, directly or by way of a variable or a function.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { isMemberName, propertyName, receiverName } from '../syntax.ts';

/** Receivers that write for the operator. */
export const OPERATOR =
  /^(?:console|.*log(?:ger|ging|uru|s)?|sentry|captureException|winston|pino|posthog|telemetry|metrics?|span|tracer|analytics|debug)$/i;
/** Is the result of a call written to a log, directly or by way of a variable? */
export function isLogged(ev: Evaluator, call: ts.CallExpression): boolean {
  for (let up: ts.Node = call.parent; up !== undefined && !isFunctionNode(up); up = up.parent) {
    if (tsc.isCallExpression(up) && OPERATOR.test(receiverName(up.expression))) return true;
    if (tsc.isVariableDeclaration(up) && tsc.isIdentifier(up.name)) return isWritten(ev, up.parent.parent.parent, up.name.text, 0);
    // `outcome = classify(error)` of a variable that is written down when the request is over.
    if (tsc.isBinaryExpression(up) && up.operatorToken.kind === tsc.SyntaxKind.EqualsToken && tsc.isIdentifier(up.left)) {
      const around = enclosingFunction(up);
      return around?.body !== undefined && isWritten(ev, around.body, up.left.text, 0);
    }
  }
  return false;
}

/** Is what a name holds written to a log in some code, or by a function of the repository that it is handed to? */
function isWritten(ev: Evaluator, root: ts.Node, name: string, depth: number): boolean {
  let written = false;
  walk(root, node => {
    if (written) return 'skip';
    if (!tsc.isCallExpression(node)) return undefined;
    if (OPERATOR.test(receiverName(node.expression))) {
      for (const arg of node.arguments)
        walk(arg, inner => {
          if (tsc.isIdentifier(inner) && inner.text === name && !isMemberName(inner)) written = true;
        });
      return 'skip';
    }
    const at = depth > 0 ? -1 : node.arguments.findIndex(arg => tsc.isIdentifier(arg) && arg.text === name);
    if (at < 0) return undefined;
    for (const value of ev.values(node.expression)) {
      const parameter = value.kind === 'function' ? value.node.parameters[at]?.name : undefined;
      if (value.kind === 'function' && value.node.body !== undefined && parameter !== undefined && tsc.isIdentifier(parameter))
        written ||= isWritten(ev, value.node.body, parameter.text, depth + 1);
    }
    return undefined;
  });
  return written;
}

/** Python's `log.exception(...)` and `exc_info=True` write down the error that is being handled, with its stack, without being given it. */
export function writesCurrent(call: ts.CallExpression, name: string): boolean {
  if (!isPython(call)) return false;
  if (name === 'exception') return true;
  const option = keywordsIn(call.arguments)?.properties.find(p => propertyName(p) === 'exc_info');
  return option !== undefined && tsc.isPropertyAssignment(option) && option.initializer.kind === tsc.SyntaxKind.TrueKeyword;
}
