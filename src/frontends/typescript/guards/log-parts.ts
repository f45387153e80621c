// Parts of a logger that see every line: filters, formatters and handlers of Python's logging, processors of structlog, patchers of
// loguru. What is cleaned in one of them is cleaned whoever writes, if it is really part of the logger that everybody uses.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluate.ts';
import { keywordsIn } from '../keywords.ts';
import { type Paths, type Scope, scopeOf } from '../paths.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { isAssignment, propertyName } from '../syntax.ts';
import { type FunctionNode, foreignPath, type Value } from '../values.ts';
import { reaches } from './flow.ts';

/** How a part takes hold of the lines; undefined: it is none, or nobody gives it to a logger. */
export interface LogPart {
  /** It sees what all loggers of the program write. */
  readonly all: boolean;
  /** The call that gives it to a logger. */
  readonly by?: ts.Node | undefined;
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

/**
 * Is a function a method by which a part of a logger looks at each line?
 * @param node what cleans in it
 */
export function logPartOf(ev: Evaluator, paths: Paths, scope: Scope, node: ts.Node): LogPart | undefined {
  if (!isFunctionNode(scope) || !tsc.isMethodDeclaration(scope) || !tsc.isClassLike(scope.parent)) return undefined;
  const name = propertyName(scope) ?? '';
  if (!METHODS.test(name) || !isPart(ev, scope.parent, 0)) return undefined;
  const given = ev.callers(scope.parent).flatMap(made => receiversOf(ev, paths, made));
  if (given.length === 0) return undefined;
  const blind = blindIn(ev, name, scope, node);
  const at = given.filter(one => one.all);
  return { all: at.length > 0, by: (at[0] ?? given[0])?.by, ...(blind === undefined ? {} : { blind }) };
}

function blindIn(ev: Evaluator, name: string, method: FunctionNode, node: ts.Node): string | undefined {
  const takes = name === 'emit' ? isHandedOn : isPutBack;
  if (!placesIn(ev, node, method).some(place => takes(place, method))) return UNUSED;
  return name === 'filter' && !readsArguments(method) ? 'it looks at the template of a line, and not at its arguments' : undefined;
}

const UNUSED = 'what it cleaned is not what is written';

/** Where a value goes inside a function, out of the callbacks that make it. */
function placesIn(ev: Evaluator, node: ts.Node, method: FunctionNode): readonly ts.Node[] {
  const out: ts.Node[] = [];
  for (let at: ts.Node | undefined = node; at !== undefined && at !== method; at = enclosingFunction(at))
    out.push(...reaches(ev.program, at));
  return out;
}

/**
 * A function that is handed to a logger when it is set up, and sees each line: a processor of structlog.
 * @param node what cleans in it @param by the call that sets the logger up
 */
export function setUpPart(ev: Evaluator, paths: Paths, scope: FunctionNode, node: ts.Node, by: ts.Node): LogPart | undefined {
  if (!runs(paths, by)) return undefined;
  if (!placesIn(ev, node, scope).some(place => isPutBack(place, scope))) return { all: true, blind: UNUSED };
  const only = fieldOf(node);
  return { all: true, ...(only === undefined ? {} : { blind: `it cleans ${only}, and nothing else of a line` }) };
}

/** `event["question"] = clean`: the one member of a line that is cleaned. */
function fieldOf(place: ts.Node): string | undefined {
  for (let at = place, up = place.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent) {
    if (!tsc.isBinaryExpression(up) || up.right !== at || !isAssignment(up.operatorToken.kind)) continue;
    const key = tsc.isElementAccessExpression(up.left) ? up.left.argumentExpression : undefined;
    return key !== undefined && tsc.isStringLiteralLike(key) ? key.text : undefined;
  }
  return undefined;
}

/** `record.msg = clean`, `event["question"] = clean`, `return clean`: the cleaned text is what others see of the line. */
function isPutBack(place: ts.Node, method: FunctionNode): boolean {
  for (let at = place, up = place.parent; up !== undefined; at = up, up = up.parent) {
    if (up === method) return tsc.isArrowFunction(up) && up.body === at && !tsc.isBlock(at);
    if (tsc.isReturnStatement(up) && enclosingFunction(up) === method) return true;
    if (tsc.isBinaryExpression(up) && up.right === at && isAssignment(up.operatorToken.kind)) {
      const target = tsc.isArrayLiteralExpression(up.left) ? up.left.elements : [up.left];
      if (target.some(one => tsc.isElementAccessExpression(one) || (tsc.isPropertyAccessExpression(one) && LINE.test(one.name.text))))
        return true;
    }
    if (
      tsc.isCallExpression(up) &&
      up.expression !== at &&
      /(?:^|\.)(?:setattr|update|__setattr__)$/.test(up.expression.getText().slice(-40))
    )
      return true;
  }
  return false;
}

function isHandedOn(place: ts.Node, method: FunctionNode): boolean {
  for (let at = place, up = place.parent; up !== undefined && up !== method; at = up, up = up.parent)
    if (tsc.isCallExpression(up) && up.expression !== at) return true;
  return isPutBack(place, method);
}

/** Members of a record of Python's logging from which the line is made. */
const LINE = /^(?:msg|args|message|exc_text|stack_info)$/;

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

interface Given {
  /** All lines, or those of one logger. */
  readonly all: boolean;
  readonly by: ts.CallExpression;
}

/** What a part is given to, where the code that does so runs. */
function receiversOf(ev: Evaluator, paths: Paths, made: ts.Node): readonly Given[] {
  return reaches(ev.program, made).flatMap((place): readonly Given[] => {
    for (let at = place, up = place.parent; up !== undefined && !tsc.isStatement(up) && !isFunctionNode(up); at = up, up = up.parent) {
      if (!tsc.isCallExpression(up) || up.expression === at) continue;
      const callee = up.expression;
      const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
      if (!TAKES.test(name) || !runs(paths, up)) continue;
      const on = tsc.isPropertyAccessExpression(callee) ? ev.values(callee.expression) : [];
      // A filter of a logger is not asked about what its children write, that of a handler is.
      if (name === 'addFilter' && on.some(isLogger)) return [{ all: false, by: up }];
      // A handler that nobody has writes nothing.
      if (name !== 'addFilter' && name !== 'setFormatter') return [{ all: true, by: up }];
      const handlers = on.flatMap(handlerMade);
      if (handlers.length > 0 && !handlers.some(handler => isTaken(ev, paths, handler))) return [];
      return [{ all: handlers.length === 0 || !othersWithout(ev, handlers, name), by: up }];
    }
    return [];
  });
}

/** `logging.StreamHandler()`, where a value is one that the code makes. */
function handlerMade(value: Value): readonly ts.Node[] {
  if (value.kind !== 'foreign' || !value.package.startsWith('py:logging')) return [];
  const made = value.steps.at(-1);
  return made?.kind === 'new' && /Handler$/.test(foreignPath(value)) ? [made.node] : [];
}

/** Are there other handlers in the file that a logger is given, to which nobody adds a filter (a formatter) at all? */
function othersWithout(ev: Evaluator, own: readonly ts.Node[], name: string): boolean {
  const [first] = own;
  if (first === undefined) return false;
  const taken = ev.program.unitOf(first).calls.flatMap(call => {
    if (!tsc.isCallExpression(call) || !/(?:^|\.)(?:addHandler|basicConfig)$/.test(call.expression.getText().slice(-40))) return [];
    const named = keywordsIn(call.arguments)?.properties.find(p => propertyName(p) === 'handlers');
    const list = named !== undefined && tsc.isPropertyAssignment(named) ? named.initializer : undefined;
    return list !== undefined && tsc.isArrayLiteralExpression(list) ? list.elements : call.arguments;
  });
  return taken
    .flatMap(handler => ev.values(handler).flatMap(handlerMade))
    .some(
      handler =>
        !own.includes(handler) &&
        !reaches(ev.program, handler).some(({ parent }) => tsc.isPropertyAccessExpression(parent) && parent.name.text === name),
    );
}

function isTaken(ev: Evaluator, paths: Paths, handler: ts.Node): boolean {
  return reaches(ev.program, handler).some(place => {
    if (tsc.isReturnStatement(place.parent)) return true;
    for (let at = place, up = place.parent; up !== undefined && !tsc.isStatement(up) && !isFunctionNode(up); at = up, up = up.parent) {
      // Whatever else is done with it may put it into a logger.
      if (tsc.isCallExpression(up) && up.expression !== at && runs(paths, up)) return true;
      if (tsc.isBinaryExpression(up) && up.right === at) return true;
    }
    return false;
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
