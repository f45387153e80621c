// Is a number a span of time that passed? `performance.now() - started`, in which unit, and handed to which instrument.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Reading } from '../reader.ts';
import { resolve } from '../scope.ts';
import { dotted } from '../short-text.ts';
import { strip } from '../syntax.ts';

const CLOCK = /^(?:Date\.now|performance\.now|process\.hrtime(?:\.bigint)?|hrtime|now)$/;

/** The span of time that a call on an instrument records, with the seconds of its unit; undefined: something else. */
export function elapsed(reading: Reading, use: ts.CallExpression | ts.NewExpression): { readonly unit?: number } | undefined {
  const callee = use.expression;
  const method = tsc.isPropertyAccessExpression(callee) ? callee.name.text : '';
  // The timer of prom-client counts in seconds; it must be ended.
  if (method === 'startTimer') return isEnded(reading, use) ? { unit: 1 } : undefined;
  // A block, or a function, that prometheus_client times.
  if (method === 'time' && (use.arguments ?? []).length === 0) return { unit: 1 };
  if (method === 'timed') return { unit: 1 };
  if (method === 'timer' || method === 'asyncTimer' || method === 'timing') return { unit: 0.001 };
  for (const arg of use.arguments ?? []) {
    const unit = isElapsed(reading, arg, 0);
    if (unit !== undefined) return { unit };
  }
  return undefined;
}

/** Seconds of one unit of the span; undefined: the expression is no span of time. */
export function isElapsed(reading: Reading, node: ts.Expression, depth: number): number | undefined {
  const inner = strip(node);
  if (inner === undefined || depth > 6) return undefined;
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    return binding?.kind === 'variable' && binding.node.initializer !== undefined && binding.element === undefined
      ? isElapsed(reading, binding.node.initializer, depth + 1)
      : undefined;
  }
  if (tsc.isCallExpression(inner)) {
    const first = inner.arguments[0];
    const callee = inner.expression;
    // `(datetime.now() - started).total_seconds()`
    if (tsc.isPropertyAccessExpression(callee) && callee.name.text === 'total_seconds')
      return isElapsed(reading, callee.expression, depth + 1) === undefined ? undefined : 1;
    return first !== undefined && /^(?:Math\.\w+|Number)$/.test(dotted(inner.expression))
      ? isElapsed(reading, first, depth + 1)
      : undefined;
  }
  if (!tsc.isBinaryExpression(inner)) return undefined;
  const kind = inner.operatorToken.kind;
  if (kind === tsc.SyntaxKind.MinusToken) return readsClock(inner.left) ?? readsClock(inner.right);
  if (kind === tsc.SyntaxKind.AsteriskToken) {
    const unit = isElapsed(reading, inner.left, depth + 1);
    const by = strip(inner.right);
    return unit === undefined || by === undefined || !tsc.isNumericLiteral(by) ? unit : unit / Number(by.text.replaceAll('_', ''));
  }
  if (kind === tsc.SyntaxKind.SlashToken) {
    const unit = isElapsed(reading, inner.left, depth + 1);
    const by = strip(inner.right);
    const divisor = by !== undefined && tsc.isNumericLiteral(by) ? Number(by.text.replaceAll('_', '')) : undefined;
    return unit === undefined || divisor === undefined ? unit : unit * divisor;
  }
  return undefined;
}

/** Seconds of one unit of a clock that is read; undefined: no clock is. */
function readsClock(node: ts.Expression, depth = 0): number | undefined {
  const inner = strip(node);
  if (inner === undefined || depth > 3) return undefined;
  if (tsc.isCallExpression(inner)) return CLOCK.test(dotted(inner.expression)) ? 0.001 : undefined;
  if (tsc.isPrefixUnaryExpression(inner)) return readsClock(inner.operand, depth + 1);
  if (tsc.isNewExpression(inner)) return dotted(inner.expression) === 'Date' ? 0.001 : undefined;
  // Clocks of other languages that count in seconds: `Date.now() / 1000`.
  if (tsc.isBinaryExpression(inner) && inner.operatorToken.kind === tsc.SyntaxKind.SlashToken) {
    const by = strip(inner.right);
    const unit = readsClock(inner.left, depth + 1);
    return unit !== undefined && by !== undefined && tsc.isNumericLiteral(by) ? unit * Number(by.text.replaceAll('_', '')) : unit;
  }
  if (!tsc.isIdentifier(inner)) return undefined;
  const binding = resolve(inner);
  return binding?.kind === 'variable' && binding.node.initializer !== undefined
    ? readsClock(binding.node.initializer, depth + 1)
    : undefined;
}

/** `const end = h.startTimer(); ... end();` */
function isEnded(reading: Reading, use: ts.Node): boolean {
  const holder = use.parent;
  if (!tsc.isVariableDeclaration(holder) || !tsc.isIdentifier(holder.name)) return false;
  const unit = reading.program.unitOf(use);
  return reading.program.identifiers(unit, holder.name.text).some(id => tsc.isCallExpression(id.parent) && id.parent.expression === id);
}
