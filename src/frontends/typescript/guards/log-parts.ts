// Parts of a logger that see every line: filters, formatters and handlers of Python's logging, processors of structlog, patchers of
// loguru. What is cleaned in one of them is cleaned whoever writes, if it is really part of the logger that everybody uses.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluate.ts';
import { type Paths, type Scope, scopeOf } from '../paths.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import { type FunctionNode, foreignPath, type Value } from '../values.ts';
import { reaches } from './flow.ts';

/** How a part takes hold of the lines; undefined: it is none, or nobody gives it to a logger. */
export interface LogPart {
  /** It sees what all loggers of the program write. */
  readonly all: boolean;
  /** What it does not see of a line. */
  readonly blind?: string;
}

const BASES = /(?:^|\.)(?:Filter|\w*Formatter|\w*Handler|LoggerAdapter)$/;
const METHODS = /^(?:filter|format|formatMessage|formatException|emit|process|process_log_record|add_fields)$/;
const TAKES = /^(?:addFilter|setFormatter|addHandler|basicConfig|dictConfig)$/;
/** Functions that are given to a logger when it is set up, or when it is made. */
const SETS_UP: readonly (readonly [pkg: string, name: RegExp])[] = [
  ['py:structlog', /^(?:configure|configure_once|wrap_logger|ProcessorFormatter|stdlib\.ProcessorFormatter)$/],
  ['py:loguru', /^logger\.(?:configure|patch|add)$/],
];

/** Is a function a method by which a part of a logger looks at each line? */
export function logPartOf(ev: Evaluator, paths: Paths, scope: Scope): LogPart | undefined {
  if (!isFunctionNode(scope) || !tsc.isMethodDeclaration(scope) || !tsc.isClassLike(scope.parent)) return undefined;
  const name = propertyName(scope) ?? '';
  if (!METHODS.test(name) || !isPart(ev, scope.parent, 0)) return undefined;
  const given = ev.callers(scope.parent).flatMap(made => receiversOf(ev, paths, made));
  if (given.length === 0) return undefined;
  const blind = name === 'filter' && !readsArguments(scope) ? 'it looks at the template of a line, and not at its arguments' : undefined;
  return { all: given.some(one => one === 'all'), ...(blind === undefined ? {} : { blind }) };
}

/** Is a function handed to a call that puts it into a logger? */
export function setsUpLog(ev: Evaluator, call: ts.Node): boolean {
  if (!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) return false;
  return ev
    .values(call.expression)
    .some(value => value.kind === 'foreign' && SETS_UP.some(([pkg, name]) => value.package === pkg && name.test(foreignPath(value))));
}

function isPart(ev: Evaluator, node: ts.ClassLikeDeclaration, depth: number): boolean {
  if (depth > 4) return false;
  return (node.heritageClauses ?? []).some(clause =>
    clause.types.some(type =>
      ev
        .values(type.expression)
        .some(
          value =>
            (value.kind === 'class' && isPart(ev, value.node, depth + 1)) ||
            (value.kind === 'foreign' && value.package.startsWith('py:') && BASES.test(foreignPath(value))),
        ),
    ),
  );
}

/** What a part is given to, where the code that does so runs: `all` lines, or those of `one` logger. */
function receiversOf(ev: Evaluator, paths: Paths, made: ts.Node): readonly ('all' | 'one')[] {
  return reaches(ev.program, made).flatMap((place): readonly ('all' | 'one')[] => {
    for (let at = place, up = place.parent; up !== undefined && !tsc.isStatement(up) && !isFunctionNode(up); at = up, up = up.parent) {
      if (!tsc.isCallExpression(up) || up.expression === at) continue;
      const callee = up.expression;
      const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
      if (!TAKES.test(name) || !runs(paths, up)) continue;
      // A filter of a logger is not asked about what its children write, that of a handler is.
      const alone =
        name === 'addFilter' && tsc.isPropertyAccessExpression(callee) && ev.values(callee.expression).some(value => isLogger(value));
      return [alone ? 'one' : 'all'];
    }
    return [];
  });
}

function runs(paths: Paths, call: ts.Node): boolean {
  const scope = scopeOf(call);
  return !isFunctionNode(scope) || paths.usesOf(scope).length > 0;
}

function isLogger(value: Value): boolean {
  if (value.kind !== 'foreign' || value.package !== 'py:logging') return false;
  const names = value.steps.flatMap(step => (step.kind === 'member' ? [step.name] : []));
  return names[0] === 'getLogger' && !names.includes('handlers');
}

/** `record.getMessage()`, `record.args`: what was put into the text, and not its template alone. */
function readsArguments(fn: FunctionNode): boolean {
  let found = false;
  if (fn.body !== undefined)
    walk(fn.body, node => {
      if (tsc.isPropertyAccessExpression(node) && /^(?:getMessage|args|message|__dict__)$/.test(node.name.text)) found = true;
      return found ? 'skip' : undefined;
    });
  return found;
}
