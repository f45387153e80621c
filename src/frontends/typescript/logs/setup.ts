// What all loggers of a process write, in languages where the program sets them up once: formatters, renderers, handlers and filters of
// Python's logging, structlog and loguru. What runs only in other settings than those of production does not count.
import type { ts } from 'ts-morph';
import type { Tri } from '../../../core/index.ts';
import { leavesOf, settle, settledProperty, switchAround, UNSETTLED } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import { type Foreign, foreignPath, type Value } from '../evaluator/values.ts';
import { heldIn } from '../guards/log-dictionaries.ts';
import { LogHosts } from '../guards/log-hosts.ts';
import { Deployment } from '../paths/deployment.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import type { Writes } from '../readers/log-libraries.ts';
import { ID_FILTERS, LINE_WRITERS, RECORD_PATHS, RECORD_WRITERS } from '../readers/log-libraries-python.ts';
import { lastName } from '../short-text.ts';
import { propertyName } from '../syntax.ts';
import { Starts } from '../telemetry/starts.ts';
import { isAlternative, isDebug, isDebugLevel, isOne, type LineWrites, serialises, writtenByClass } from './formatters.ts';
import type { RequestIds } from './request-ids.ts';
import { isFilter, Shown } from './shown.ts';

export type Kind = 'stdlib' | 'structlog' | 'loguru';

/** Does a logger write what the program has set up for all of its kind? */
export function isProcessWide(writes: Writes): writes is Kind {
  return writes === 'stdlib' || writes === 'structlog' || writes === 'loguru';
}

export interface Setup {
  readonly structured: Tri | 'partial';
  readonly note?: string;
  readonly correlated: 'yes' | 'partial' | 'no';
  readonly debugOn: boolean;
}

/** Something that says how lines are written. */
interface Decision {
  readonly node: ts.Node;
  readonly of: Kind;
  readonly writes: LineWrites;
}

const PACKAGES =
  /^py:(?:logging|structlog|loguru|pythonjsonlogger|json_log_formatter|google\.cloud\.logging|ecs_logging|opentelemetry|logfire|watchtower|aws_lambda_powertools)(?:\/|$)/;
const HINT =
  /Formatter|Renderer|basicConfig|dictConfig|fileConfig|setup_logging|serialize|Handler\b|\bLOGGING\b|addFilter|contextualize|contextvars|setLevel|setLogRecordFactory|patcher/;
const NOMINATES =
  /Formatter$|Renderer$|Handler$|^(?:setup_logging|basicConfig|dictConfig|fileConfig|add|configure|addFilter|setLevel|instrument|setLogRecordFactory|bind_contextvars|bound_contextvars|contextualize|log_to_seq|install)$/;
const MOST_FILES = 60;
const PLAIN = 'levels, but plain text';

const shared = new WeakMap<Reading, LogSetup>();

/** The set-up of a reading: worked out once, when somebody asks for it. */
export function logSetupOf(reading: Reading, ids: RequestIds): LogSetup {
  const known = shared.get(reading) ?? new LogSetup(reading, ids);
  shared.set(reading, known);
  return known;
}

export class LogSetup {
  readonly #reading: Reading;
  readonly #ids: RequestIds;
  readonly #starts: Starts;
  readonly #decisions: Decision[] = [];
  readonly #hosts: LogHosts;
  readonly #correlates = new Set<Kind>();
  /** Names under which filters put an id on the records, and the formats of lines that may name them. */
  readonly #shown = new Shown();
  /** Some loggers of the program have the id, and others do not. */
  #partly = false;
  #configured = false;
  readonly #debug = new Set<Kind>();
  #merges = false;
  #binds = false;
  #read = false;

  constructor(reading: Reading, ids: RequestIds) {
    this.#reading = reading;
    this.#ids = ids;
    this.#hosts = new LogHosts(reading);
    this.#starts = new Starts(reading, new Deployment(reading.inventory));
  }

  of(kind: Kind): Setup {
    if (!this.#read) {
      this.#read = true;
      this.#readAll();
    }
    const own = this.#decisions.filter(d => d.of === kind);
    // structlog may hand its records on to the handlers of logging.
    const decisions = kind === 'structlog' && own.length === 0 ? this.#decisions.filter(d => d.of === 'stdlib') : own;
    return { ...this.#written(decisions), correlated: this.#correlated(kind, decisions), debugOn: this.#debug.has(kind) };
  }

  #correlated(kind: Kind, decisions: readonly Decision[]): Setup['correlated'] {
    // Without a set-up of its own, structlog merges what was bound.
    if (kind === 'structlog' && this.#binds && (this.#merges || !this.#configured)) return 'yes';
    const plain = decisions.every(d => d.writes === 'line');
    if (kind === 'stdlib' && this.#partly && !this.#correlates.has(kind) && (!plain || this.#shown.filtered())) return 'partial';
    if (!this.#correlates.has(kind)) return 'no';
    return plain && !(kind === 'loguru' ? this.#shown.extra : kind === 'structlog' || this.#shown.filtered()) ? 'no' : 'yes';
  }

  #written(decisions: readonly Decision[]): Pick<Setup, 'structured' | 'note'> {
    const { near } = this.#reading;
    const off = new Map(decisions.map(d => [d, switchAround(near, d.node, () => false)] as const));
    const on = decisions.filter(d => off.get(d) === undefined);
    const records = on.filter(d => d.writes === 'record');
    const lines = on.filter(d => d.writes === 'line');
    if (records.some(r => !lines.some(l => isAlternative(r.node, l.node)))) return { structured: 'yes' };
    if (records.length > 0) return { structured: 'partial', note: 'records in one setting, plain text in another' };
    const switched = decisions.find(d => d.writes === 'record');
    const why = switched === undefined ? undefined : off.get(switched);
    if (why !== undefined) return { structured: 'partial', note: `plain text: what would write records is off (${why})` };
    if (on.some(d => d.writes === 'unknown')) return { structured: 'unknown', note: 'its format could not be read' };
    return { structured: 'partial', note: PLAIN };
  }

  #readAll(): void {
    const { sources, inventory, index, program, ev } = this.#reading;
    let looked = 0;
    for (const file of sources) {
      if (inventory.roleOf(file) !== 'production' || !index.namedBy(file).some(s => PACKAGES.test(s))) continue;
      if (!HINT.test(inventory.written(file) ?? '') || ++looked > MOST_FILES) continue;
      const unit = program.unit(file);
      for (const call of unit?.calls ?? []) {
        if (!NOMINATES.test(lastName(call.expression))) continue;
        ev.budget.ask(
          () => this.#call(call),
          () => {},
        );
      }
      // Django reads its set-up from a name in the settings.
      for (const id of unit?.names.get('LOGGING') ?? [])
        if (tsc.isVariableDeclaration(id.parent) && id.parent.initializer !== undefined && unit?.names.has('INSTALLED_APPS') === true)
          this.#dictionary(id.parent.initializer, true);
    }
  }

  #runs(node: ts.Node): boolean {
    return this.#starts.reachOf(node) !== 'unconnected';
  }

  #call(call: ts.CallExpression | ts.NewExpression): void {
    const { ev } = this.#reading;
    for (const callee of ev.values(call.expression)) {
      if (callee.kind === 'class') this.#ownClass(callee.node, call);
      if (callee.kind !== 'foreign') continue;
      const path = foreignPath(callee);
      const last = callee.steps.at(-1);
      const name = last?.kind === 'member' ? last.name : '';
      if (isOne(RECORD_WRITERS, callee)) this.#decide(call, callee.package === 'py:structlog' ? 'structlog' : 'stdlib', 'record');
      else if (isOne(LINE_WRITERS, callee)) {
        this.#decide(call, callee.package === 'py:structlog' ? 'structlog' : 'stdlib', 'line');
        this.#shown.formats(this.#reading.near, call.arguments ?? []);
      } else if (callee.package === 'py:loguru') this.#loguru(call, name);
      else if (callee.package === 'py:structlog') this.#structlog(call, name);
      else if (callee.package === 'py:opentelemetry' && name === 'instrument') this.#otel(call, path);
      else if (callee.package === 'py:logging') this.#logging(call, name);
    }
    const [first] = call.arguments ?? [];
    if (first !== undefined && lastName(call.expression) === 'addFilter') this.#filter(first, call);
  }

  #decide(node: ts.Node, of: Kind, writes: LineWrites): void {
    if (this.#runs(node)) this.#decisions.push({ node, of, writes });
  }

  /** `structlog.configure`, and the values that a request binds. */
  #structlog(call: ts.CallExpression | ts.NewExpression, name: string): void {
    if (name === 'bind_contextvars' || name === 'bound_contextvars') {
      if ((call.arguments ?? []).some(arg => this.#ids.holdsFresh(arg)) && this.#reading.paths.reachOf(call) !== 'unconnected')
        this.#binds = true;
      return;
    }
    if (name !== 'configure' || !this.#runs(call)) return;
    this.#configured ||= (call.arguments ?? []).length > 0;
    // The processors stand in a list that may be made elsewhere in the file.
    const unit = this.#reading.program.unitOf(call);
    this.#merges ||= unit.names.has('merge_contextvars');
    if ((call.arguments ?? []).some(arg => this.#ids.readsContext(arg))) this.#correlates.add('structlog');
    if (unit.names.has('ProcessorFormatter'))
      for (const d of [...this.#decisions]) if (d.of === 'structlog') this.#decisions.push({ ...d, of: 'stdlib' });
  }

  #loguru(call: ts.CallExpression | ts.NewExpression, name: string): void {
    const { near } = this.#reading;
    const [sink] = call.arguments ?? [];
    const options = call.arguments?.at(-1);
    if (name === 'contextualize') {
      if ((call.arguments ?? []).some(arg => this.#ids.holdsFresh(arg)) && this.#reading.paths.reachOf(call) !== 'unconnected')
        this.#correlates.add('loguru');
    } else if (name === 'configure') {
      if (settledProperty(near, options, 'patcher').some(fn => this.#ids.readsContext(fn))) this.#correlates.add('loguru');
      for (const handlers of settledProperty(near, options, 'handlers'))
        walk(handlers, node => {
          if (!tsc.isPropertyAssignment(node)) return;
          if (propertyName(node) === 'serialize' && settle(near, node.initializer) === true) this.#decide(node, 'loguru', 'record');
          if (propertyName(node) === 'format') this.#shown.sink(near, [node.initializer]);
        });
    } else if (name === 'add') {
      const serialize = settledProperty(near, options, 'serialize').map(e => settle(near, e));
      const own = sink === undefined ? [] : near.values(sink).flatMap(v => (v.kind === 'function' ? [v.node] : []));
      const writes = own.some(fn => fn.body !== undefined && serialises(fn.body)) || serialize.includes(true);
      this.#decide(call, 'loguru', writes ? 'record' : serialize.includes(UNSETTLED) ? 'unknown' : 'line');
      if (this.#runs(call)) this.#shown.sink(near, [...(sink === undefined ? [] : [sink]), ...settledProperty(near, options, 'format')]);
      if (isDebug(near, options, 'level')) this.#debug.add('loguru');
    }
  }

  #otel(call: ts.CallExpression | ts.NewExpression, path: string): void {
    const sets = settledProperty(this.#reading.near, call.arguments?.at(-1), 'set_logging_format');
    if (path.includes('LoggingInstrumentor') && sets.some(e => e.kind === tsc.SyntaxKind.TrueKeyword) && this.#runs(call)) this.#whole();
  }

  /** Every line of logging has the id, whatever formats say. */
  #whole(): void {
    this.#correlates.add('stdlib');
    this.#shown.free = true;
  }

  #logging(call: ts.CallExpression | ts.NewExpression, name: string): void {
    const { near } = this.#reading;
    const [first] = call.arguments ?? [];
    const options = call.arguments?.at(-1);
    if (name === 'setLevel' && first !== undefined && isDebugLevel(near, first) && this.#runs(call)) this.#debug.add('stdlib');
    else if (name === 'fileConfig') this.#decide(call, 'stdlib', 'unknown');
    else if (name === 'setLogRecordFactory' && this.#ids.readsContext(first)) this.#whole();
    else if (name === 'dictConfig' && first !== undefined && this.#runs(call)) this.#dictionary(first, false);
    else if (name === 'basicConfig') {
      const formats = settledProperty(near, options, 'format').map(e => settle(near, e));
      this.#shown.formats(near, call.arguments ?? []);
      // `%(message)s` alone hands on what another part has made.
      if (formats.some(f => f !== '%(message)s' && f !== UNSETTLED) && settledProperty(near, options, 'handlers').length === 0)
        this.#decide(call, 'stdlib', 'line');
      if (isDebug(near, options, 'level') && this.#runs(call)) this.#debug.add('stdlib');
    }
  }

  /** A class of the repository that formats, filters or writes. */
  #ownClass(node: ts.ClassLikeDeclaration, call: ts.Node): void {
    const { ev } = this.#reading;
    const base = heritage(node);
    const bases = base === undefined ? [] : ev.values(base);
    const foreign = bases.filter((v): v is Foreign => v.kind === 'foreign');
    const over = bases.find(v => v.kind === 'class');
    const writes = foreign.some(v => isOne(RECORD_WRITERS, v))
      ? 'record'
      : foreign.some(v => v.package === 'py:logging' || isOne(LINE_WRITERS, v))
        ? writtenByClass(this.#reading, node)
        : undefined;
    if (writes !== undefined) this.#decide(call, 'stdlib', writes);
    else if (over?.kind === 'class' && over.node !== node && !this.#reading.ev.underWay.has(node)) {
      ev.underWay.add(node);
      this.#ownClass(over.node, call);
      ev.underWay.delete(node);
    }
    if (writes !== undefined && !isFilter(node)) this.#shown.free = true;
    if (writes !== undefined && !isFilter(node) && node.members.some(m => tsc.isMethodDeclaration(m) && this.#ids.readsContext(m.body)))
      this.#whole();
  }

  /** `handler.addFilter(...)`: the lines that come by there have the id. */
  #filter(given: ts.Expression, call: ts.Node): void {
    for (const value of this.#reading.ev.values(given)) {
      if (!this.#carriesId(value) || !this.#runs(call)) continue;
      const held = this.#hosts.held([given], true);
      this.#shown.attributesOf(value);
      if (held.some(one => one.all)) this.#correlates.add('stdlib');
      else if (held.length > 0) this.#partly = true;
    }
  }

  #carriesId(value: Value): boolean {
    if (value.kind === 'foreign') return ID_FILTERS.test(value.package.replace(/^py:/, '')) && this.#ids.isEntered(value.package);
    const node = value.kind === 'instance' ? value.of : value.kind === 'class' || value.kind === 'function' ? value.node : undefined;
    if (node === undefined) return false;
    return tsc.isClassLike(node)
      ? node.members.some(m => tsc.isMethodDeclaration(m) && this.#ids.readsContext(m.body))
      : this.#ids.readsContext(node.body);
  }

  /** `dictConfig({ formatters, handlers })`: what the handlers name decides. */
  #dictionary(given: ts.Expression, always: boolean): void {
    const { near } = this.#reading;
    for (const leaf of leavesOf(near, given)) {
      if (!tsc.isObjectLiteralExpression(leaf)) {
        this.#decide(given, 'stdlib', 'unknown');
        continue;
      }
      const formatters = settledProperty(near, leaf, 'formatters');
      for (const handlers of settledProperty(near, leaf, 'handlers')) {
        for (const handler of tsc.isObjectLiteralExpression(handlers) ? handlers.properties : []) {
          const inside = tsc.isPropertyAssignment(handler) ? handler.initializer : undefined;
          for (const name of settledProperty(near, inside, 'formatter')) {
            const key = settle(near, name);
            const writes = typeof key === 'string' ? this.#formatter(formatters, key) : 'unknown';
            if (always) this.#decisions.push({ node: name, of: 'stdlib', writes });
            else this.#decide(tsc.isObjectLiteralExpression(name.parent) ? given : name, 'stdlib', writes);
          }
          const kind = [...settledProperty(near, inside, 'class'), ...settledProperty(near, inside, '()')];
          if (kind.some(e => tsc.isStringLiteralLike(e) && RECORD_PATHS.test(e.text))) this.#decide(given, 'stdlib', 'record');
        }
      }
      this.#filters(leaf);
      walk(leaf, node => {
        if (tsc.isPropertyAssignment(node) && propertyName(node) === 'level' && isDebugLevel(near, node.initializer))
          this.#debug.add('stdlib');
      });
    }
  }

  #formatter(formatters: readonly ts.Expression[], key: string): LineWrites {
    const { near } = this.#reading;
    const found = formatters.flatMap(f => settledProperty(near, f, key));
    const made = found.flatMap(f => [...settledProperty(near, f, '()'), ...settledProperty(near, f, 'class')]);
    this.#shown.formats(near, found);
    if (made.length === 0) return found.length === 0 ? 'unknown' : 'line';
    const each = made.map((one): LineWrites => {
      if (tsc.isStringLiteralLike(one)) return RECORD_PATHS.test(one.text) ? 'record' : this.#named(one.text);
      for (const value of near.values(one)) {
        if (value.kind === 'foreign') return isOne(RECORD_WRITERS, value) ? 'record' : 'line';
        if (value.kind === 'class') {
          this.#shown.free = true;
          return writtenByClass(this.#reading, value.node);
        }
      }
      return 'unknown';
    });
    return each.includes('record') ? 'record' : each.includes('unknown') ? 'unknown' : 'line';
  }

  /** A class of the repository by its dotted path: `app.logs.JsonFormatter`. */
  #named(path: string): LineWrites {
    const node = this.#classAt(path);
    if (node !== undefined) this.#shown.free = true;
    return node === undefined
      ? /^(?:logging|colorlog|uvicorn|django|coloredlogs)\b/.test(path)
        ? 'line'
        : 'unknown'
      : writtenByClass(this.#reading, node);
  }

  #classAt(path: string): ts.ClassLikeDeclaration | undefined {
    const parts = path.split('.');
    const name = parts.pop() ?? '';
    const file = parts.join('/');
    const { sources, ev } = this.#reading;
    const found = sources.find(s => s === `${file}.py` || s.endsWith(`/${file}.py`) || s.endsWith(`${file}/__init__.py`));
    const values = found === undefined ? [] : ev.exported(found, name);
    const value = values.find(v => v.kind === 'class');
    return value?.kind === 'class' ? value.node : undefined;
  }

  /** Filters of a dictionary, where they are given to a handler or to a logger. */
  #filters(dictionary: ts.ObjectLiteralExpression): void {
    const { near } = this.#reading;
    const held = heldIn(this.#reading, this.#hosts, dictionary, made => this.#valuesMade(made).some(value => this.#carriesId(value)), true);
    if (held.length === 0) return;
    for (const filters of settledProperty(near, dictionary, 'filters'))
      walk(filters, node => {
        if (tsc.isPropertyAssignment(node) && propertyName(node) === '()')
          for (const value of this.#valuesMade(node.initializer)) if (this.#carriesId(value)) this.#shown.attributesOf(value);
      });
    if (held.some(one => one.all)) this.#correlates.add('stdlib');
    else this.#partly = true;
  }

  /** What an entry makes: by a value, or by its path. */
  #valuesMade(made: ts.Expression): readonly Value[] {
    if (!tsc.isStringLiteralLike(made)) return this.#reading.near.values(made);
    const node = this.#classAt(made.text);
    if (node !== undefined) return [{ kind: 'class', node, frame: undefined }];
    const [root = ''] = made.text.split('.');
    return ID_FILTERS.test(made.text) ? [{ kind: 'foreign', package: `py:${root}`, file: made.getSourceFile().fileName, steps: [] }] : [];
  }
}
