// Trees of what is spent, put together along the branches of the code: one way or the other, or one after the other.
import type { ts } from 'ts-morph';
import type { Spending } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { LoopStatement } from '../loops/bounds.ts';
import { endsOnSuccess } from '../retries/attempts.ts';
import { leavesAtOnce } from '../syntax.ts';

/** Deeper than this, branches are added up. */
const DEEPEST = 400;
/** Parts of a sum that are joined into the sum around it. */
const SHORT = 8;
export const NOTHING: Spending = { do: 'all', of: [] };

export const empty = (spends: Spending): boolean => spends.do === 'all' && spends.of.length === 0;

export function all(of: readonly Spending[]): Spending {
  // Short sums are joined; long ones stay whole and shared: layers of functions that call one another would multiply them.
  const parts = of.filter(one => !empty(one)).flatMap(one => (one.do === 'all' && one.of.length <= SHORT ? one.of : [one]));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : parts.length === 0 ? NOTHING : { do: 'all', of: parts };
}

export function oneOf(of: readonly Spending[]): Spending {
  const ways = of.filter(one => !empty(one));
  const [only] = ways;
  return only === undefined ? NOTHING : ways.length === 1 ? only : { do: 'one-of', of: ways };
}

/** Statements in order; behind an `if` that leaves, the rest runs only without its branch. */
export function sequence(statements: readonly ts.Statement[], part: (child: ts.Node) => Spending): Spending {
  let rest: Spending = NOTHING;
  let depth = 0;
  for (const statement of [...statements].reverse()) {
    const own = part(statement);
    if (empty(own)) continue;
    const branch = tsc.isIfStatement(statement) && statement.elseStatement === undefined && leavesAtOnce(statement.thenStatement);
    if (branch && tsc.isIfStatement(statement) && !empty(rest) && depth++ < DEEPEST)
      rest = all([part(statement.expression), oneOf([part(statement.thenStatement), rest])]);
    else rest = all([own, rest]);
  }
  return rest;
}

/** The clauses of a switch, those that fall through together with the next. */
export function cases(block: ts.CaseBlock): ts.CaseOrDefaultClause[][] {
  const groups: ts.CaseOrDefaultClause[][] = [];
  let open: ts.CaseOrDefaultClause[] = [];
  for (const clause of block.clauses) {
    open.push(clause);
    const last = clause.statements.at(-1);
    const inner = last !== undefined && tsc.isBlock(last) ? last.statements.at(-1) : last;
    if (inner === undefined || !(tsc.isBreakStatement(inner) || tsc.isReturnStatement(inner) || tsc.isThrowStatement(inner))) continue;
    groups.push(open);
    open = [];
  }
  return open.length === 0 ? groups : [...groups, open];
}

/** Does every round stand in a try whose success ends the loop? */
export function triesInTurn(loop: LoopStatement): boolean {
  const body = tsc.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
  const tries = body.flatMap(statement => (tsc.isTryStatement(statement) ? [statement] : []));
  const [only] = tries;
  return only !== undefined && tries.length === 1 && only.catchClause !== undefined && endsOnSuccess(only, loop);
}
