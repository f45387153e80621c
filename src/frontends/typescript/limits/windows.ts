// After how long does a count start again? Read from dates in keys, filters by time, expiries and timers.
import type { ts } from 'ts-morph';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import { foreignPath, type Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { type Env, originOf } from './trace.ts';

export const DAY = 86_400;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: DAY, w: 7 * DAY, y: 365 * DAY };

/** A number, through arithmetic and parameters. */
export function numberOf(ev: Evaluator, expression: ts.Expression, env: Env, depth = 0): number | undefined {
  ev.budget.step();
  const node = strip(expression) ?? expression;
  if (depth > 12) return undefined;
  const delta = timedelta(ev, node, env, depth);
  if (delta !== undefined) return delta;
  if (tsc.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    const [a, b] = [numberOf(ev, node.left, env, depth + 1), numberOf(ev, node.right, env, depth + 1)];
    if (kind === tsc.SyntaxKind.QuestionQuestionToken || kind === tsc.SyntaxKind.BarBarToken) return a ?? b;
    if (a === undefined || b === undefined) return undefined;
    if (kind === tsc.SyntaxKind.AsteriskToken) return a * b;
    if (kind === tsc.SyntaxKind.SlashToken) return a / b;
    if (kind === tsc.SyntaxKind.PlusToken) return a + b;
    return kind === tsc.SyntaxKind.MinusToken ? a - b : undefined;
  }
  const values = ev.values(node);
  const numbers = numbersIn(values);
  if (numbers.length > 0) return Math.max(...numbers);
  if (values.some(isLargest)) return Number.POSITIVE_INFINITY;
  // `const WINDOW_MS = Number(process.env.WINDOW_SEC ?? 3600) * 1000`
  const within = workedOut(node);
  if (within !== undefined) return numberOf(ev, within, env, depth + 1);
  for (const leaf of originOf(ev, node, env).leaves) {
    if (leaf.node === node || leaf.path.length > 0) continue;
    const value = numbersIn(ev.values(leaf.node))[0];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What a variable that is a sum or product is made of, and what is read as a number. */
function workedOut(node: ts.Expression): ts.Expression | undefined {
  if (tsc.isCallExpression(node) && /^(?:Number|parseInt|parseFloat|Number\.parseInt|Number\.parseFloat)$/.test(node.expression.getText()))
    return node.arguments[0];
  const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
  const made = binding?.kind === 'variable' && binding.element === undefined ? strip(binding.node.initializer) : undefined;
  return made !== undefined && tsc.isBinaryExpression(made) ? made : undefined;
}

/** `Number.MAX_SAFE_INTEGER`, `sys.maxsize`: the largest number there is stands for none. */
export function isLargest(value: Value): boolean {
  if (value.kind !== 'foreign') return false;
  const name = foreignPath(value);
  return value.package === 'py:sys' ? name === 'maxsize' : value.package === '' && /^Number\.MAX_(?:SAFE_INTEGER|VALUE)$/.test(name);
}

const SPANS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: DAY, weeks: 7 * DAY };

/** `timedelta(hours=1)` of Python, in seconds. */
function timedelta(ev: Evaluator, node: ts.Expression, env: Env, depth: number): number | undefined {
  if (!tsc.isCallExpression(node) || !/(?:^|\.)timedelta$/.test(node.expression.getText().slice(0, 60))) return undefined;
  let sum = 0;
  for (const property of keywordsIn(node.arguments)?.properties ?? []) {
    const unit = SPANS[propertyName(property) ?? ''];
    const value = tsc.isPropertyAssignment(property) ? numberOf(ev, property.initializer, env, depth + 1) : undefined;
    if (unit === undefined || value === undefined) return undefined;
    sum += unit * value;
  }
  return sum === 0 ? undefined : sum;
}

/** Python counts its times in seconds. */
export function clockUnit(node: ts.Node): number {
  return isPython(node) ? 1 : 0.001;
}

/** Seconds of a duration as libraries take them: 60, "1 d", "10s", "15 minutes". */
export function secondsOf(value: string | number, scale: number): number | undefined {
  if (typeof value === 'number') return value * scale;
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|milli\w*|s|sec\w*|m|min\w*|h|hours?|hr|d|days?|w|weeks?|y|years?)?\s*$/i.exec(value);
  if (match === null) return /^hour|^day|^minute|^second/.test(value) ? UNITS[value[0] ?? ''] : undefined;
  const unit = match[2]?.toLowerCase();
  if (unit === undefined) return Number(match[1]) * scale;
  return (
    Number(match[1]) * (unit.startsWith('mi') && !unit.startsWith('min') ? 0.001 : unit === 'ms' ? 0.001 : (UNITS[unit[0] ?? ''] ?? 1))
  );
}

/** The span that a text names by a part of the date; undefined: no date in it. */
function spanOfText(text: string): number | undefined {
  // What is taken of a day tells more than that it is one.
  const parts = /strftime\(\s*f?['"`]([^'"`]+)['"`]/.exec(text)?.[1];
  if (parts !== undefined) return spanOfParts(parts);
  // `now.replace(hour=0, minute=0)` of Python: from there on it is the same time all day.
  const cleared = /\.replace\(\{([^}]*)\}\)/.exec(text)?.[1];
  if (cleared !== undefined) {
    if (/\bday: 1\b/.test(cleared)) return 30 * DAY;
    if (/\bhour: 0\b/.test(cleared)) return DAY;
    if (/\bminute: 0\b/.test(cleared)) return 3600;
  }
  const start = /toDateString\(\)\s*\.\s*slice\(\s*0\s*,\s*([47])\s*\)/.exec(text)?.[1];
  if (start !== undefined) return start === '4' ? 365 * DAY : 30 * DAY;
  const cut = /toISOString\(\)\s*\.\s*(?:slice|substring|substr)\(\s*0\s*,\s*(\d+)\s*\)/.exec(text)?.[1];
  if (cut !== undefined) return { 4: 365 * DAY, 7: 30 * DAY, 10: DAY, 13: 3600, 16: 60 }[Number(cut)] ?? DAY;
  if (/getMinutes|getUTCMinutes/.test(text)) return 60;
  if (/get(?:UTC)?Hours/.test(text)) return 3600;
  if (
    /split\(\s*['"`]T['"`]\s*\)|to(?:Locale)?DateString|get(?:UTC)?(?:Date|Day)\(|startOfDay|startOf\(\s*['"]day|set(?:UTC)?Hours\(\s*(?:0|24)/.test(
      text,
    )
  )
    return DAY;
  if (/startOf(?:Iso)?Week|startOf\(\s*['"]week/i.test(text)) return 7 * DAY;
  if (/startOfHour|startOf\(\s*['"]hour|set(?:UTC)?Minutes\(\s*0/.test(text)) return 3600;
  if (/get(?:UTC)?Month|startOfMonth|startOf\(\s*['"]month|setDate\(\s*1/.test(text)) return 30 * DAY;
  const format = /format\(\s*[^)'"]*['"]([YyMDdHhm/._\- ]+)['"]/.exec(text)?.[1];
  if (format !== undefined) return /m/.test(format) ? 60 : /h/i.test(format) ? 3600 : /d/i.test(format) ? DAY : 30 * DAY;
  const sql = /interval\s*'?\s*(\d+)\s*(second|minute|hour|day|week|month)/i.exec(text);
  if (sql !== null)
    return Number(sql[1]) * (sql[2]?.toLowerCase() === 'month' ? 30 * DAY : (UNITS[sql[2]?.[0]?.toLowerCase() ?? ''] ?? DAY));
  const truncated = /date_trunc\(\s*'(hour|day|week|month)'/i.exec(text)?.[1];
  if (truncated !== undefined) return truncated === 'month' ? 30 * DAY : UNITS[truncated[0] ?? ''];
  if (/current_date|date\(\s*'now'|curdate\(/i.test(text)) return DAY;
  const back = /sub(Days|Hours|Minutes|Weeks|Months)\(\s*[^,]+,\s*(\d+)/.exec(text);
  if (back !== null) return Number(back[2]) * (back[1] === 'Months' ? 30 * DAY : (UNITS[back[1]?.[0]?.toLowerCase() ?? ''] ?? DAY));
  return undefined;
}

/** The span of the smallest part of a date that Python writes down: `%Y-%m-%dT%H` is the same for an hour. */
function spanOfParts(format: string): number | undefined {
  const has = (...marks: readonly string[]): boolean => marks.some(mark => format.includes(`%${mark}`));
  if (has('f', 'S', 's', 'c', 'X', 'T', 'r')) return undefined;
  if (has('M', 'R')) return 60;
  if (has('H', 'I')) return 3600;
  if (has('d', 'j', 'x', 'D', 'F', 'e', 'a', 'A', 'w', 'u')) return DAY;
  if (has('W', 'U', 'V')) return 7 * DAY;
  return has('m', 'b', 'B') ? 30 * DAY : has('Y', 'y', 'G') ? 365 * DAY : undefined;
}

/**
 * The span of a date inside an expression: of a key that is named after the day, of a filter by time.
 * undefined: no date; null: a date, of which the span could not be read.
 */
export function spanOf(ev: Evaluator, expression: ts.Expression, env: Env): number | null | undefined {
  let best: number | null | undefined;
  for (const leaf of originOf(ev, expression, env).leaves) {
    const text = leaf.node.getText().slice(0, 1000);
    const span = spanOfText(text);
    if (span !== undefined) best = best === null || best === undefined ? span : Math.min(best, span);
    else if (/\bDate\b|dayjs|moment|Temporal/.test(text) && !tsc.isTemplateExpression(leaf.node)) {
      best ??= backFrom(ev, leaf.node, leaf.env) ?? takenFrom(ev, leaf.node, leaf.env) ?? mutated(leaf.node, expression) ?? null;
    }
  }
  // `Math.floor(Date.now() / 60_000)`: the divisor is the span.
  const divided = dividedTime(ev, expression, env);
  return divided ?? best;
}

/** `new Date(Date.now() - 24 * 60 * 60 * 1000)` */
function backFrom(ev: Evaluator, node: ts.Expression, env: Env): number | undefined {
  let found: number | undefined;
  walk(node, inner => {
    if (found !== undefined || !tsc.isBinaryExpression(inner) || inner.operatorToken.kind !== tsc.SyntaxKind.MinusToken) return undefined;
    const ms = numberOf(ev, inner.right, env);
    const seconds = ms === undefined ? undefined : ms * clockUnit(inner);
    if (seconds !== undefined && seconds >= 1) found = seconds;
    return undefined;
  });
  return found;
}

/** `datetime.now() - timedelta(days=1)`: a time of which something is taken away. */
function takenFrom(ev: Evaluator, node: ts.Expression, env: Env): number | undefined {
  const { parent } = node;
  if (!tsc.isBinaryExpression(parent) || parent.left !== node || parent.operatorToken.kind !== tsc.SyntaxKind.MinusToken) return undefined;
  const amount = numberOf(ev, parent.right, env);
  const seconds = amount === undefined ? undefined : amount * clockUnit(parent);
  return seconds !== undefined && seconds >= 1 ? seconds : undefined;
}

/** `const today = new Date(); today.setHours(0, 0, 0, 0);` */
function mutated(node: ts.Expression, expression: ts.Expression): number | undefined {
  const fn = enclosingFunction(node) ?? enclosingFunction(expression);
  const declaration = node.parent;
  if (fn === undefined || !tsc.isVariableDeclaration(declaration) || !tsc.isIdentifier(declaration.name)) return undefined;
  const name = declaration.name.text;
  let found: number | undefined;
  walk(fn, inner => {
    if (!tsc.isCallExpression(inner) || !tsc.isPropertyAccessExpression(inner.expression)) return undefined;
    if (inner.expression.expression.getText() === name && /^set/.test(inner.expression.name.text)) found ??= spanOfText(inner.getText());
    return undefined;
  });
  return found;
}

function dividedTime(ev: Evaluator, expression: ts.Expression, env: Env): number | undefined {
  let found: number | undefined;
  const roots = [expression, ...originOf(ev, expression, env).leaves.map(leaf => leaf.node)];
  for (const root of roots) {
    // The parts of a division are leaves of their own: climb back to it.
    for (let node: ts.Node = root; tsc.isExpression(node) && found === undefined; node = node.parent) {
      if (
        tsc.isBinaryExpression(node) &&
        node.operatorToken.kind === tsc.SyntaxKind.SlashToken &&
        /Date\.now|getTime/.test(node.left.getText())
      ) {
        const ms = numberOf(ev, node.right, env);
        const unit = clockUnit(node);
        // `Date.now() / 1000` of a clock that counts in seconds is no window.
        if (ms !== undefined && ms * unit >= 1 && !(unit === 1 && node.right.getText() === '1000')) found = ms * unit;
      }
    }
  }
  return found;
}

/** The span that a function compares times with: `now - start > WINDOW`, `resetAt = now + WINDOW`. undefined: it looks at no clock. */
export function clockIn(ev: Evaluator, root: ts.Node): number | null | undefined {
  let best: number | null | undefined;
  walk(root, node => {
    if (!tsc.isBinaryExpression(node) && !tsc.isCallExpression(node)) return undefined;
    if (tsc.isCallExpression(node)) {
      const name = tsc.isIdentifier(node.expression) ? node.expression.text : '';
      const delay = node.arguments[1];
      if ((name === 'setInterval' || name === 'setTimeout') && delay !== undefined) {
        const ms = numberOf(ev, delay, new Map());
        best = ms === undefined ? (best ?? null) : ms / 1000;
      }
      return undefined;
    }
    for (const [time, other] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
      if (!isTime(time) || (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.SlashToken && clockUnit(node) === 1))
        continue;
      const ms = numberOf(ev, other, new Map());
      const seconds = ms === undefined ? undefined : ms * clockUnit(node);
      best = seconds !== undefined && seconds >= 1 ? (typeof best === 'number' ? Math.max(best, seconds) : seconds) : (best ?? null);
    }
    return undefined;
  });
  return best;
}

/** Is this the time of day: `Date.now()`, or a variable that holds it, or a difference of it? */
export function isTime(expression: ts.Expression, depth = 0): boolean {
  const node = strip(expression) ?? expression;
  if (depth > 4) return false;
  if (tsc.isCallExpression(node))
    return /^(?:Date\.now|performance\.now|new Date\(\)\.getTime)$/.test(node.expression.getText().slice(0, 60));
  if (tsc.isNewExpression(node)) return node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0;
  // `Date.now() / 1000`
  if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.SlashToken)
    return clockUnit(node) === 1 && isTime(node.left, depth + 1);
  if (tsc.isBinaryExpression(node) && /^[-+]$/.test(node.operatorToken.getText()))
    return isTime(node.left, depth + 1) || isTime(node.right, depth + 1);
  if (!tsc.isIdentifier(node)) return false;
  const binding = resolve(node);
  return binding?.kind === 'variable' && binding.element === undefined && binding.node.initializer !== undefined
    ? isTime(binding.node.initializer, depth + 1)
    : false;
}
