// The lines that are written to a log on the way of a request, and what of the conversation they carry.
import type { ts } from 'ts-morph';
import type { LogCall, Reach } from '../../../core/index.ts';
import { switchAround } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { Conversation } from '../conversation/reader.ts';
import { memberWrites, writesInto } from '../evaluator/field-writes.ts';
import { hasPlainType } from '../evaluator/plain-types.ts';
import { isPlain, type Known } from '../evaluator/plain-values.ts';
import { boundTo } from '../logs/context.ts';
import { Loggers, loggersOf, type Sink } from '../logs/loggers.ts';
import { isInside } from '../paths/call-sites.ts';
import { Deployment } from '../paths/deployment.ts';
import { downwardOf } from '../paths/downward.ts';
import { scopeOf } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import type { Reader, Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { startText } from '../short-text.ts';
import { propertyName } from '../syntax.ts';
import { Starts } from '../telemetry/starts.ts';

const MOST_LINES = 3000;

/** Where a logger may be bound to a request; what the call is given decides. */
const BINDS = /\.(?:child|with|withContext|withFields|bind|bindings|extend|fork|append\w*|add\w*)\(\s*\{[^}]{0,300}?[iI][dD]\b/;

/** What a text holds that makes the id of a request or takes it from its headers; asked of files that lead to no model call. */
const FRESH = /randomUUID|uuid|nanoid|ulid|cuid|(?:request|req|correlation|trace|invocation)[-_]?id\b/i;

export const reader: Reader = { id: 'log-calls', wants: { text: BINDS }, read };

function read(reading: Reading, nominated: readonly string[]): readonly LogCall[] {
  const loggers = loggersOf(reading);
  const downward = downwardOf(reading);
  const found: { sink: Sink; reach: Reach }[] = [];
  for (const file of reading.files) {
    if (reading.inventory.roleOf(file) !== 'production') continue;
    for (const call of reading.program.unit(file)?.calls ?? []) {
      if (!Loggers.nominates(call) || found.length >= MOST_LINES) continue;
      reading.ev.budget.ask(
        () => {
          const on = downward.reachOf(scopeOf(call));
          const sink = on === 'unconnected' ? undefined : loggers.sinkOf(call);
          if (sink !== undefined) found.push({ sink, reach: on });
        },
        () => {},
      );
    }
  }
  // What a logger of the repository does inside is not a line of its own.
  const lines = found.filter(({ sink }) => !isInside(sink.call, loggers.wrappers));
  const terminal = terminalFiles(reading);
  const conversation = lines.length === 0 ? undefined : new Conversation(reading);
  const given =
    lines.length === 0
      ? []
      : boundTo(
          reading,
          loggers,
          lines.map(line => line.sink),
        );
  const asked: Asked = {
    loggers,
    conversation,
    known: knownOf(reading),
    bound: given.flatMap(({ value, on }) => {
      const carries = conversation?.carriedBy(value);
      return carries === undefined ? [] : [{ on, carries }];
    }),
  };
  const facts = lines.flatMap(({ sink, reach: on }) =>
    reading.ev.budget.ask(
      () => [factOf(reading, asked, sink, on)],
      () => [],
    ),
  );
  const bound = boundLoggers(reading, loggers, nominated, facts);
  return facts.map(line => shownToUser(terminal, bind(line, bound)));
}

/** May a line be one of a logger that is bound elsewhere? */
function mayBeBound(line: LogCall): boolean {
  return line.correlated !== 'yes' && line.label !== 'console';
}

/** The labels of loggers that some code on the way of a request binds to a fresh id: `logger.with({ requestId })`. */
function boundLoggers(reading: Reading, loggers: Loggers, files: readonly string[], lines: readonly LogCall[]): ReadonlySet<string> {
  const out = new Set<string>();
  const open = lines.filter(mayBeBound);
  const wanted = new Set(open.map(line => line.label));
  const unread = open.some(line => line.structured === 'unknown');
  // Files that were read already come first: often nothing is left to look for after them.
  const read = new Set(reading.files);
  for (const file of [...files].sort((a, b) => Number(read.has(b)) - Number(read.has(a)))) {
    if ([...wanted].every(label => out.has(label)) && (out.size > 0 || !unread)) return out;
    if (!read.has(file) && !FRESH.test(reading.inventory.read(file) ?? '')) continue;
    for (const call of reading.program.unit(file)?.calls ?? []) {
      const access = call.expression;
      if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(access) || !BINDS.test(`.${access.name.text}({ id`)) continue;
      reading.ev.budget.ask(
        () => {
          if (!call.arguments.some(arg => loggers.ids.holdsFresh(arg))) return;
          for (const label of loggers.labelsOf(access.expression)) out.add(label);
        },
        () => {},
      );
    }
  }
  return out;
}

/** Packages with which a program talks to a person at a terminal. */
const TERMINAL =
  /^(?:(?:node:)?readline(?:\/promises)?|inquirer|@inquirer\/.+|commander|yargs|@clack\/prompts|prompts|enquirer|ink|cac|meow|cleye|citty|@oclif\/core)$/;

/** Is a file part of a program for the terminal: it, or what imports it, asks a person there, and no framework hands it requests? */
function terminalFiles(reading: Reading): (file: string) => boolean {
  const starts = new Starts(reading, new Deployment(reading.inventory));
  const asks = (file: string): boolean => [...(reading.program.unit(file)?.imports.values() ?? [])].some(i => TERMINAL.test(i.specifier));
  const known = new Map<string, boolean>();
  return file => {
    let terminal = known.get(file);
    if (terminal === undefined) {
      const serves = reading.paths.entries.some(entry => entry.registration !== undefined);
      terminal = !serves && [file, ...starts.rootsOf(file)].some(asks);
      known.set(file, terminal);
    }
    return terminal;
  };
}

/** What a program for the terminal prints is its answer to the one who asked, and no log. */
function shownToUser(terminal: (file: string) => boolean, line: LogCall): LogCall {
  if (line.carries === undefined || line.structured !== 'no' || !terminal(line.location.file)) return line;
  const { carries: _, ...rest } = line;
  return rest;
}

/** A line of a logger that is bound somewhere may be one of the bound ones. */
function bind(line: LogCall, bound: ReadonlySet<string>): LogCall {
  const unread = line.structured === 'unknown' && bound.size > 0;
  if (!mayBeBound(line) || !(unread || bound.has(line.label))) return line;
  return { ...line, correlated: 'partial' };
}

/** Who is asked about the values of all lines. */
interface Asked {
  readonly loggers: Loggers;
  readonly conversation: Conversation | undefined;
  readonly known: Known;
  /** What loggers are given besides, as far as it carries something. */
  readonly bound: readonly { readonly on: (sink: Sink) => boolean; readonly carries: string }[];
}

function knownOf(reading: Reading): Known {
  const { program } = reading;
  const files = reading.files.filter(file => reading.inventory.roleOf(file) === 'production');
  const written = new Map<string, readonly ts.Expression[]>();
  const others = (name: string): readonly ts.Expression[] => {
    const found = written.get(name) ?? memberWrites(program, files, name).map(({ value }) => value);
    written.set(name, found);
    return found;
  };
  return { typed: node => hasPlainType(program, node, others), writes: declaration => writesInto(program, declaration) };
}

function factOf(reading: Reading, { loggers, conversation, known, bound }: Asked, sink: Sink, reach: Reach): LogCall {
  const { call, info, args } = sink;
  const shown = args.filter(arg => !tsc.isSpreadElement(arg) && !hidden(arg, info.hides));
  const carries =
    shown.map(arg => conversation?.carriedBy(arg)).find(what => what !== undefined) ?? bound.find(one => one.on(sink))?.carries;
  const off = switchAround(reading.near, call, () => false);
  const quiet = off !== undefined || (sink.level === 'debug' && !info.debugOn);
  const own = args.some(arg => loggers.ids.holdsFresh(arg) || loggers.ids.isFresh(arg));
  return {
    kind: 'log-call',
    location: lineOf(call),
    role: reading.inventory.roleOf(call.getSourceFile().fileName),
    label: info.label,
    structured: info.structured,
    correlated: info.correlated === 'yes' || own ? 'yes' : info.correlated,
    reach,
    onError: onError(call) || calledOnError(reading, call),
    ...(info.redacts === undefined ? {} : { redacts: info.redacts }),
    ...(carries === undefined ? {} : { carries }),
    ...(info.writes === undefined ? {} : { through: info.writes.map(lineOf) }),
    ...(carries !== undefined || args.every(arg => !tsc.isSpreadElement(arg) && (isPlain(arg, known) || hidden(arg, info.hides)))
      ? {}
      : { opaque: true as const }),
    level: quiet ? 'debug' : sink.level === 'debug' ? 'info' : sink.level,
  };
}

/** The place of a line, as those who clean it name it. */
function lineOf(call: ts.CallExpression): LogCall['location'] {
  return placeOf(call, tsc.isPropertyAccessExpression(call.expression) ? call.expression.name : call);
}

/** An object whose only telling fields are hidden by the logger for certain. */
function hidden(arg: ts.Expression, hides: readonly string[]): boolean {
  if (hides.length === 0 || !tsc.isObjectLiteralExpression(arg)) return false;
  return arg.properties.every(p => {
    const name = propertyName(p) ?? '';
    const plain = tsc.isPropertyAssignment(p) && (tsc.isStringLiteralLike(p.initializer) || tsc.isNumericLiteral(p.initializer));
    return plain || hides.includes(name) || hides.includes(`*.${name}`);
  });
}

/** Does the line stand in a function that is only called when something failed: `catch (error) { fail(error); }`? */
function calledOnError(reading: Reading, call: ts.Node): boolean {
  const scope = scopeOf(call);
  const calls = isFunctionNode(scope) ? (downwardOf(reading).callsOf(scope) ?? []) : [];
  return calls.length > 0 && calls.every(from => onError(from));
}

/** Names of members by which protocols tell of a failure. */
const FAILED = /\b(?:error|err|errors|ok|success|isError|failed)\b/;

/** Is the line written when something failed: in a catch, an error handler, after `if (!response.ok)`? */
function onError(call: ts.Node): boolean {
  let child: ts.Node = call;
  for (let up = call.parent; up !== undefined; child = up, up = up.parent) {
    if (tsc.isCatchClause(up)) return true;
    if (tsc.isIfStatement(up) && child === up.thenStatement && FAILED.test(startText(up.expression))) {
      const text = startText(up.expression);
      // `if (response.ok)` is the good branch.
      if (!/\b(?:ok|success)\b/.test(text) || text.includes('!') || /false/.test(text)) return true;
    }
    if (!isFunctionNode(up)) continue;
    const holder = up.parent;
    if (tsc.isCallExpression(holder) && tsc.isPropertyAccessExpression(holder.expression)) {
      const name = holder.expression.name.text;
      const first = holder.arguments[0];
      if (name === 'catch' || (name === 'then' && holder.arguments[1] === up)) return true;
      if (
        /^(?:on|once|addListener|addEventListener)$/.test(name) &&
        first !== undefined &&
        tsc.isStringLiteralLike(first) &&
        /error|exception|reject/i.test(first.text)
      )
        return true;
    }
    const named = tsc.isPropertyAssignment(holder) ? propertyName(holder) : tsc.isMethodDeclaration(up) ? propertyName(up) : undefined;
    if (named !== undefined && /^onError$|^error$|^onFailure$/.test(named)) return true;
    if (tsc.isMethodDeclaration(up) || tsc.isFunctionDeclaration(up)) return false;
  }
  return false;
}
