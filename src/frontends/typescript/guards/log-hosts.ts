// To which lines a part of Python's logging is really given: a filter of a handler sees what all loggers hand up to it, one of a logger
// only what is written to that very logger, and a handler that nobody attached sees nothing.
import type { ts } from 'ts-morph';
import { settle } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { usesOfVariable } from '../evaluator/variable-uses.ts';
import { scopeOf } from '../paths/paths.ts';
import type { Unit } from '../program.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { LEVELS } from '../readers/log-libraries.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { lastName } from '../short-text.ts';
import { strip } from '../syntax.ts';
import { reaches } from './flow.ts';
import { type Given, undone } from './log-undone.ts';

/** What a part is given to: `all` lines of the program, or those of one logger among several. */
export interface Hold {
  readonly all: boolean;
  /** The same lines are written by another handler that does not have the part. */
  readonly bare?: boolean;
  /** Why nothing comes of it, although it was given. */
  readonly undone?: string;
  /** The call that gives the part, or the handler that has it. */
  readonly by?: ts.Node;
}

/** A logger of logging: the root of all, one with a name, or one that cannot be read. */
type Named = { readonly root: true } | { readonly root: false; readonly name: string | undefined };

const TAKES = /^(?:addFilter|setFormatter|addHandler|basicConfig)$/;
const DEEPEST = 4;
const MOST_FILES = 400;
/** What wraps a handler and hands lines on to it. */
const WRAPS = /^(?:QueueListener|MemoryHandler)$/;

export class LogHosts {
  readonly #reading: Reading;
  #written: readonly Named[] | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Is a call made when the program runs? */
  runs(call: ts.Node): boolean {
    const scope = scopeOf(call);
    return !isFunctionNode(scope) || this.#reading.paths.usesOf(scope).length > 0;
  }

  /** What is given a part, by the places that the part reaches. @param filters it changes the line for those that come after it */
  held(places: readonly ts.Node[], filters: boolean): readonly Hold[] {
    const holds: Hold[] = [];
    const holders = new Set<ts.Node>();
    const same = new Set<ts.Node>();
    const at: { readonly call: ts.CallExpression; readonly host: ts.Expression | undefined }[] = [];
    for (const place of places) {
      const call = this.#takes(place);
      if (call === undefined || !this.runs(call)) continue;
      const host = tsc.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined;
      const name = lastName(call.expression);
      const logger = host === undefined ? undefined : this.#loggerAt(host);
      same.add(call);
      if (name === 'addFilter' && logger !== undefined)
        holds.push({ all: this.#isOnly(logger, true), by: call, ...this.#undone({ call, host, attached: undefined, same }) });
      else if (name === 'addHandler' || name === 'basicConfig') at.push({ call, host: undefined });
      else if (host !== undefined) {
        at.push({ call, host });
        for (const one of this.#variablesOf(host)) holders.add(one);
      }
      if (name === 'addHandler' || name === 'basicConfig') holders.add(place);
    }
    for (const { call, host } of at) {
      const attached = host === undefined ? this.#attachedBy(call) : this.#attached(host, 0);
      if (attached === undefined) continue;
      const every = attached.every;
      holds.push({
        all: attached.all,
        by: call,
        bare: !every && attached.all && this.#hasOthers(call, attached.by, holders, filters),
        ...this.#undone({ call, host, attached: attached.by, same }),
      });
    }
    return holds;
  }

  #undone(given: Given): Pick<Hold, 'undone'> {
    const why = undone(this.#reading, given, call => this.runs(call));
    return why === undefined ? {} : { undone: why };
  }

  /** Are lines of all loggers of the program those of this one? @param exact its children do not count as its own */
  isOnly(name: string, exact: boolean): boolean {
    return this.#isOnly(name === '' ? { root: true } : { root: false, name }, exact);
  }

  #takes(place: ts.Node): ts.CallExpression | undefined {
    for (let at = place, up = place.parent; up !== undefined && !tsc.isStatement(up) && !isFunctionNode(up); at = up, up = up.parent)
      if (tsc.isCallExpression(up) && up.expression !== at && TAKES.test(lastName(up.expression))) return up;
    return undefined;
  }

  #attachedBy(call: ts.CallExpression): Attached | undefined {
    if (lastName(call.expression) === 'basicConfig') return { all: true, by: call };
    if (!tsc.isPropertyAccessExpression(call.expression)) return undefined;
    const logger = this.#loggerAt(call.expression.expression);
    return { all: logger !== undefined && (logger.root || this.#isOnly(logger, false)), by: call };
  }

  /** Where a handler is attached; undefined: nowhere. */
  #attached(handler: ts.Expression, depth: number): Attached | undefined {
    const inner = strip(handler);
    if (inner === undefined || depth > DEEPEST) return undefined;
    const listed = handlersIn(inner);
    if (listed !== undefined) return this.#ofList(listed);
    if (!tsc.isIdentifier(inner)) return { all: false };
    const loop = loopOver(inner);
    if (loop !== undefined) {
      const list = strip(loop.expression);
      const of = list === undefined ? undefined : handlersIn(list);
      if (of !== undefined) return { ...this.#ofList(of), every: true };
      const items = list !== undefined && tsc.isArrayLiteralExpression(list) ? list.elements : [];
      const each = items.flatMap(item => this.#attached(item, depth + 1) ?? []);
      return each.find(one => one.all) ?? each[0];
    }
    const binding = resolve(inner);
    if (binding?.kind === 'parameter') return { all: false };
    if (binding?.kind !== 'variable' || binding.node.initializer === undefined) return { all: false };
    const uses = [...reaches(this.#reading.program, binding.node.initializer), ...usesOfVariable(this.#reading, binding.node)];
    return this.#throughUses(uses, depth);
  }

  #throughUses(uses: readonly ts.Node[], depth: number): Attached | undefined {
    let best: Attached | undefined;
    for (const use of new Set(uses)) {
      const call = this.#takes(use);
      const name = call === undefined ? '' : lastName(call.expression);
      let one: Attached | undefined;
      if (call !== undefined && (name === 'addHandler' || name === 'basicConfig') && this.runs(call)) one = this.#attachedBy(call);
      else if (wrappedBy(use)) one = { all: true };
      else if (depth < DEEPEST) {
        const fn = returnedFrom(use);
        if (fn !== undefined)
          one = this.#throughUses(
            this.#reading.paths.usesOf(fn).flatMap(other => reaches(this.#reading.program, other.node)),
            depth + 1,
          );
      }
      if (one?.all === true) return one;
      best ??= one;
    }
    return best;
  }

  #ofList(loggers: ts.Expression): Attached {
    const logger = this.#loggerAt(loggers);
    return { all: logger !== undefined && (logger.root || this.#isOnly(logger, false)) };
  }

  /** The variables that stand for a handler: itself, or the items of the list that a loop goes through. */
  #variablesOf(host: ts.Expression): readonly ts.Node[] {
    const inner = strip(host);
    if (inner === undefined || !tsc.isIdentifier(inner)) return [];
    const list = strip(loopOver(inner)?.expression);
    const ids = list !== undefined && tsc.isArrayLiteralExpression(list) ? list.elements : [inner];
    return ids.flatMap(id => {
      const binding = tsc.isIdentifier(id) ? resolve(id) : undefined;
      return binding !== undefined && 'node' in binding ? [binding.node] : [];
    });
  }

  /** Does the root logger have a handler without the part? A filter changes the line for the handlers that come later, a formatter does not. */
  #hasOthers(call: ts.CallExpression, by: ts.Node | undefined, holders: ReadonlySet<ts.Node>, filters: boolean): boolean {
    const { program } = this.#reading;
    const units = new Set<Unit>([program.unitOf(call), ...(by === undefined ? [] : [program.unitOf(by)])]);
    const has = (handler: ts.Node): boolean => {
      if (holders.has(handler) || this.#isQuiet(handler)) return true;
      if (!tsc.isIdentifier(handler)) return false;
      const binding = resolve(handler);
      return binding !== undefined && 'node' in binding && holders.has(binding.node);
    };
    for (const unit of units) {
      for (const other of unit.calls) {
        if (!tsc.isCallExpression(other)) continue;
        const name = lastName(other.expression);
        if (!/^(?:addHandler|basicConfig)$/.test(name) || !this.runs(other)) continue;
        const earlier = by === undefined || scopeOf(other) !== scopeOf(by) || other.pos <= by.pos;
        if (filters && !earlier) continue;
        if (name === 'addHandler') {
          const [handler] = other.arguments;
          const host = tsc.isPropertyAccessExpression(other.expression) ? this.#loggerAt(other.expression.expression) : undefined;
          if (host?.root === true && handler !== undefined && !has(handler)) return true;
        } else {
          const lists = listsOf(other);
          // Without handlers of its own it makes one, unless there is one already.
          if (lists === undefined && by !== undefined && other !== by && scopeOf(other) === scopeOf(by) && other.pos < by.pos) return true;
          const items = lists ?? [];
          if (items.some((item, index) => !has(item) && (!filters || other !== by || !items.slice(0, index).some(has)))) return true;
        }
      }
    }
    return false;
  }

  #isQuiet(handler: ts.Node): boolean {
    return tsc.isNewExpression(handler) && lastName(handler.expression) === 'NullHandler';
  }

  #loggerAt(node: ts.Expression): Named | undefined {
    const inner = strip(node);
    if (inner === undefined) return undefined;
    for (const value of this.#reading.near.values(inner)) {
      if (value.kind !== 'foreign' || value.package !== 'py:logging') continue;
      const [first, made, ...more] = value.steps;
      if (first?.kind !== 'member') continue;
      if (first.name === 'root' && made === undefined) return { root: true };
      if (first.name !== 'getLogger' || made === undefined || made.kind === 'member') continue;
      if (more.some(step => step.kind === 'member' && step.name === 'handlers')) continue;
      const [name] = made.args ?? [];
      return name === undefined ? { root: true } : this.#named(name);
    }
    return undefined;
  }

  #named(name: ts.Expression): Named {
    const file = name.getSourceFile().fileName;
    if (/^import\.meta\.url$|^__name__$/.test(name.getText())) return { root: false, name: moduleOf(file) };
    const text = settle(this.#reading.near, name);
    if (text === '' || text === null || text === 'root') return { root: true };
    return { root: false, name: typeof text === 'string' ? text : undefined };
  }

  #isOnly(logger: Named, exact: boolean): boolean {
    const written = this.#loggers();
    if (logger.root) return exact ? written.every(one => one.root) : true;
    const { name } = logger;
    if (name === undefined || written.length === 0) return false;
    return written.every(of => !of.root && of.name !== undefined && (of.name === name || (!exact && isBelow(of.name, name))));
  }

  /** The loggers to which the program writes lines. */
  #loggers(): readonly Named[] {
    if (this.#written !== undefined) return this.#written;
    const out: Named[] = [];
    const { sources, inventory, index, program, ev } = this.#reading;
    let looked = 0;
    for (const file of sources) {
      if (!file.endsWith('.py') || inventory.roleOf(file) !== 'production' || !index.namedBy(file).includes('py:logging')) continue;
      if (++looked > MOST_FILES) {
        out.push({ root: false, name: undefined });
        break;
      }
      const unit = program.unit(file);
      for (const call of unit?.calls ?? []) {
        if (!tsc.isCallExpression(call)) continue;
        const name = lastName(call.expression);
        ev.budget.ask(
          () => {
            if (name === 'getLogger' && unit !== undefined && isWrittenTo(unit, call)) {
              const [first] = call.arguments;
              out.push(first === undefined ? { root: true } : this.#named(first));
            } else if (name in LEVELS && tsc.isPropertyAccessExpression(call.expression)) {
              const values = this.#reading.near.values(call.expression.expression);
              if (values.some(v => v.kind === 'foreign' && v.package === 'py:logging' && v.steps.length === 0)) out.push({ root: true });
            }
          },
          () => {},
        );
      }
    }
    this.#written = out;
    return out;
  }
}

interface Attached {
  readonly all: boolean;
  /** The call that attaches it. */
  readonly by?: ts.CallExpression;
  /** Every handler of the logger has it. */
  readonly every?: boolean;
}

/** The logger of `logger.handlers`, `logger.handlers[0]`, `[...logger.handlers]`. */
function handlersIn(node: ts.Expression): ts.Expression | undefined {
  let found: ts.Expression | undefined;
  walk(node, inner => {
    if (found !== undefined || isFunctionNode(inner)) return 'skip';
    if (tsc.isPropertyAccessExpression(inner) && inner.name.text === 'handlers') found = inner.expression;
    return undefined;
  });
  return found;
}

/** The loop whose variable an identifier is. */
function loopOver(id: ts.Identifier): ts.ForOfStatement | undefined {
  for (let up = id.parent; up !== undefined && !isFunctionNode(up); up = up.parent) {
    if (!tsc.isForOfStatement(up)) continue;
    const { initializer } = up;
    const name = tsc.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : initializer;
    if (name !== undefined && tsc.isIdentifier(name) && name.text === id.text) return up;
  }
  return undefined;
}

/** The items of `basicConfig(handlers=[...])`; undefined: it makes its own. */
function listsOf(call: ts.CallExpression): readonly ts.Node[] | undefined {
  for (const arg of call.arguments) {
    if (!tsc.isObjectLiteralExpression(arg)) continue;
    for (const property of arg.properties) {
      if (!tsc.isPropertyAssignment(property) || !tsc.isIdentifier(property.name) || property.name.text !== 'handlers') continue;
      return tsc.isArrayLiteralExpression(property.initializer) ? property.initializer.elements : [];
    }
  }
  return undefined;
}

function wrappedBy(use: ts.Node): boolean {
  const call = use.parent;
  const held = call !== undefined && tsc.isPropertyAssignment(call) ? call.parent.parent : call;
  return held !== undefined && tsc.isNewExpression(held) && WRAPS.test(lastName(held.expression));
}

function returnedFrom(use: ts.Node): (ReturnType<typeof scopeOf> & ts.SignatureDeclaration) | undefined {
  const { parent } = use;
  if (parent === undefined || !tsc.isReturnStatement(parent)) return undefined;
  const scope = scopeOf(parent);
  return isFunctionNode(scope) ? scope : undefined;
}

/** Does anybody write to the logger that a call of `getLogger` returns, or is it only set up there? */
function isWrittenTo(unit: Unit, call: ts.CallExpression): boolean {
  const writes = (at: ts.Node): boolean => {
    const { parent } = at;
    if (tsc.isPropertyAccessExpression(parent) && parent.expression === at) return parent.name.text in LEVELS;
    return !tsc.isExpressionStatement(parent) && !tsc.isBinaryExpression(parent) && !tsc.isPrefixUnaryExpression(parent);
  };
  const { parent } = call;
  if (!tsc.isVariableDeclaration(parent) || !tsc.isIdentifier(parent.name)) return writes(call);
  const { name } = parent;
  return [...(unit.names.get(name.text) ?? [])].some(id => id !== name && resolve(id)?.kind === 'variable' && writes(id));
}

/** The name of a module of Python by its file. */
function moduleOf(file: string): string {
  return file
    .replace(/^\//, '')
    .replace(/(?:\/__init__)?\.py$/, '')
    .replace(/\//g, '.');
}

/** Is a logger below another: `app.chat` below `app`? A folder for sources is no part of a name. */
function isBelow(name: string, above: string): boolean {
  return name.startsWith(`${above}.`) || name.startsWith(`src.${above}.`);
}
