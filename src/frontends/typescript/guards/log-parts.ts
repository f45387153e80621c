// Parts of a logger that see every line: filters, formatters and handlers of Python's logging, processors of structlog, patchers of
// loguru. What is cleaned in one of them is cleaned whoever writes, if it is really part of the logger that everybody uses.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import type { Scope } from '../paths/paths.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import { reaches } from './flow.ts';
import { heldInDictionaries } from './log-dictionaries.ts';
import { formatOf } from './log-formats.ts';
import { type Hold, LogHosts } from './log-hosts.ts';
import { unusedIn, unusedOf } from './log-lines.ts';

/** How a part takes hold of the lines; undefined: it is none, or nobody gives it to a logger. */
export interface LogPart {
  /** It sees what all loggers of the program write. */
  readonly all: boolean;
  /** The call that gives it to a logger. */
  readonly by?: ts.Node;
  /** What it does not see of a line, or why nothing comes of what it sees. */
  readonly blind?: string;
}

const BASES = /(?:^|\.)(?:Filter|\w*Formatter|\w*Handler|LoggerAdapter)$/;
const METHODS = /^(?:filter|format|formatMessage|formatException|emit|process|process_log_record|add_fields)$/;
/** Functions that are given to a logger when it is set up, or when it is made. */
const SETS_UP: readonly (readonly [pkg: string, name: RegExp])[] = [
  ['py:structlog', /^(?:configure|configure_once|wrap_logger|ProcessorFormatter|stdlib\.ProcessorFormatter)$/],
  ['py:loguru', /^logger\.(?:configure|patch|add)$/],
  ['py:logging', /^setLogRecordFactory$/],
];
const TEMPLATE = 'it looks at the template of a line, and not at its arguments';
const BARE = 'what another handler writes of the same lines does not go through it';

export class LogParts {
  readonly #reading: Reading;
  readonly #hosts: LogHosts;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#hosts = new LogHosts(reading);
  }

  /**
   * Is a function by which a part of a logger looks at each line: a method of its class, or a function that is a filter?
   * @param node what cleans in it
   */
  of(scope: Scope, node: ts.Node): LogPart | undefined {
    if (!isFunctionNode(scope)) return undefined;
    if (!isPython(scope)) return formatOf(this.#reading.ev, scope, node);
    if (!tsc.isMethodDeclaration(scope) || !tsc.isClassLike(scope.parent))
      return tsc.isFunctionDeclaration(scope)
        ? together(heldInDictionaries(this.#reading, this.#hosts, scope, true), this.#blindIn('filter', scope, node))
        : undefined;
    const name = propertyName(scope) ?? '';
    if (!METHODS.test(name) || !this.#isPart(scope.parent, 0)) return undefined;
    const { ev } = this.#reading;
    const filters = name === 'filter';
    const places = ev.callers(scope.parent).flatMap(made => reaches(ev.program, made));
    const holds = [...this.#hosts.held(places, filters), ...heldInDictionaries(this.#reading, this.#hosts, scope.parent, filters)];
    return together(holds, this.#blindIn(name, scope, node));
  }

  /** A function that is handed to a call which puts it into a logger. @param node what cleans in it */
  handed(call: ts.Node, scope: FunctionNode, node: ts.Node): LogPart | undefined {
    if (!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) return undefined;
    const { ev } = this.#reading;
    const sets = ev
      .values(call.expression)
      .some(value => value.kind === 'foreign' && SETS_UP.some(([pkg, name]) => value.package === pkg && name.test(foreignPath(value))));
    const unused = sets ? unusedOf(ev, scope, node) : undefined;
    if (sets) return this.#hosts.runs(call) ? { all: true, by: call, ...(unused === undefined ? {} : { blind: unused }) } : undefined;
    const given = (call.arguments ?? []).filter(arg => ev.values(arg).some(value => value.kind === 'function' && value.node === scope));
    return together(this.#hosts.held(given, true), this.#blindIn('filter', scope, node));
  }

  #blindIn(name: string, scope: FunctionNode, node: ts.Node): string | undefined {
    return unusedIn(this.#reading.ev, name, scope, node) ?? (name === 'filter' && !readsArguments(scope) ? TEMPLATE : undefined);
  }

  #isPart(node: ts.ClassLikeDeclaration, depth: number): boolean {
    if (depth > 4) return false;
    return (node.heritageClauses ?? []).some(clause =>
      clause.types.some(type =>
        this.#reading.ev
          .values(type.expression)
          .some(
            value =>
              (value.kind === 'class' && this.#isPart(value.node, depth + 1)) ||
              (value.kind === 'foreign' && value.package.startsWith('py:') && BASES.test(foreignPath(value))),
          ),
      ),
    );
  }
}

function together(holds: readonly Hold[], unseen: string | undefined): LogPart | undefined {
  if (holds.length === 0) return undefined;
  const all = holds.filter(hold => hold.all);
  const undone = all.length > 0 && all.every(hold => hold.undone !== undefined) ? all[0]?.undone : undefined;
  const bare = all.length > 0 && all.every(hold => hold.bare === true || hold.undone !== undefined) ? BARE : undefined;
  const blind = unseen ?? undone ?? bare;
  const by = (all[0] ?? holds[0])?.by;
  return { all: all.length > 0, ...(by === undefined ? {} : { by }), ...(blind === undefined ? {} : { blind }) };
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
