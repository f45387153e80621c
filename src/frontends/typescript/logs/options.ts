// What a logger of a package writes in production, by the options that it is made with.
import type { ts } from 'ts-morph';
import type { Tri } from '../../../core/index.ts';
import { leavesOf, settledProperty } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { LogLibrary } from '../readers/log-libraries.ts';
import { textShape } from './text.ts';

export interface Written {
  readonly structured: Tri | 'partial';
  readonly note?: string;
}

const JSON_LINES: Written = { structured: 'yes' };
const PLAIN: Written = { structured: 'partial', note: 'levels, but plain text' };

/** What a logger of a library writes, made with these arguments; undefined arguments: only its type is seen. */
export function writtenBy(ev: Evaluator, library: LogLibrary, args: readonly ts.Expression[] | undefined): Written {
  const at = library.options ?? 0;
  const options = args?.[at];
  switch (library.writes) {
    case 'json':
      return JSON_LINES;
    case 'text':
    case 'bolt':
      return PLAIN;
    case 'pino':
      return ofPino(ev, args ?? []);
    case 'winston':
      return options === undefined ? JSON_LINES : ofWinston(ev, options);
    case 'tslog':
      return literal(ev, options, 'type') === 'json' ? JSON_LINES : PLAIN;
    case 'mastra':
      return PLAIN;
    case 'log4js':
      return PLAIN;
    case 'nest':
      return settledProperty(ev, options, 'json').some(e => e.kind === tsc.SyntaxKind.TrueKeyword) ? JSON_LINES : PLAIN;
    case 'fastify':
      return ofFastify(ev, options);
    default:
      return { structured: 'unknown' };
  }
}

function ofFastify(ev: Evaluator, options: ts.Expression | undefined): Written {
  const found = settledProperty(ev, options, 'logger');
  const off: Written = { structured: 'no', note: 'Fastify logs nothing unless its option logger is set' };
  if (options === undefined) return off;
  if (found.length === 0) return settledProperty(ev, options, 'loggerInstance').length > 0 ? { structured: 'unknown' } : off;
  const only = found[0];
  if (only?.kind === tsc.SyntaxKind.FalseKeyword) return off;
  return only !== undefined && tsc.isObjectLiteralExpression(only) ? ofPino(ev, [only]) : JSON_LINES;
}

/** JSON, unless its lines go through the printer for people in production too. */
function ofPino(ev: Evaluator, args: readonly ts.Expression[]): Written {
  for (const arg of args) {
    if (tsc.isSpreadElement(arg)) return { structured: 'unknown', note: 'its options cannot be read' };
    for (const transport of [...settledProperty(ev, arg, 'transport'), ...leavesOf(ev, arg)]) {
      if (targets(ev, transport).some(isPretty))
        return { structured: 'partial', note: 'pino-pretty turns its lines into plain text in production too' };
    }
    if (settledProperty(ev, arg, 'prettyPrint').some(e => e.kind !== tsc.SyntaxKind.FalseKeyword))
      return { structured: 'partial', note: 'prettyPrint turns its lines into plain text in production too' };
  }
  return JSON_LINES;
}

const isPretty = (target: string): boolean => /^(?:pino-pretty|pino-colada|hono-pino\/debug-log)$/.test(target);

/** Names of the transports that an expression may be. */
function targets(ev: Evaluator, node: ts.Expression): string[] {
  const out = settledProperty(ev, node, 'target').flatMap(e => (tsc.isStringLiteralLike(e) ? [e.text] : []));
  for (const list of settledProperty(ev, node, 'targets')) {
    if (!tsc.isArrayLiteralExpression(list)) continue;
    const each = list.elements.flatMap(e => (tsc.isSpreadElement(e) ? [] : [targets(ev, e)]));
    // Several sinks: records are there when one of them keeps the records.
    if (each.length > 0 && each.every(names => names.some(isPretty))) out.push('pino-pretty');
  }
  if (tsc.isCallExpression(node)) {
    for (const value of ev.values(node.expression)) {
      if (value.kind !== 'foreign') continue;
      if (isPretty(value.package)) out.push('pino-pretty');
      const transport = value.package === 'pino' && value.steps.at(-1)?.kind === 'member';
      if (transport && node.arguments[0] !== undefined) out.push(...targets(ev, node.arguments[0]));
    }
  }
  return out;
}

function ofWinston(ev: Evaluator, options: ts.Expression): Written {
  const sinks = settledProperty(ev, options, 'transports').flatMap(e => (tsc.isArrayLiteralExpression(e) ? [...e.elements] : [e]));
  const own = sinks.flatMap(sink => {
    const format = tsc.isNewExpression(sink) ? settledProperty(ev, sink.arguments?.[0], 'format') : [];
    return format.length === 0 ? [] : [format.map(f => winstonFormat(ev, f))];
  });
  const shared = settledProperty(ev, options, 'format').map(f => winstonFormat(ev, f));
  const base: Written = shared.length === 0 ? JSON_LINES : worst(shared);
  if (own.length === 0) return base;
  const written = own.map(worst);
  // A sink without a format of its own writes in the shared one.
  if (own.length < sinks.length) written.push(base);
  return written.find(w => w.structured === 'yes') ?? worst(written);
}

function worst(list: readonly Written[]): Written {
  return list.find(w => w.structured !== 'yes') ?? list[0] ?? { structured: 'unknown' };
}

const WINSTON_JSON = new Set(['json', 'logstash', 'ecsFormat', 'ecsFields']);
const WINSTON_TEXT = new Set(['simple', 'cli', 'prettyPrint']);

/** The last finishing part of a format decides. */
function winstonFormat(ev: Evaluator, node: ts.Expression): Written {
  const parts = formatParts(ev, node, 0);
  return parts.at(-1) ?? { structured: 'unknown', note: 'its format cannot be read' };
}

function formatParts(ev: Evaluator, node: ts.Expression, depth: number): Written[] {
  if (depth > 5) return [];
  return leavesOf(ev, node).flatMap((leaf): Written[] => {
    if (!tsc.isCallExpression(leaf)) return [];
    const callee = leaf.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? importedAs(ev, callee) : '';
    if (name === 'combine') return leaf.arguments.flatMap(a => (tsc.isSpreadElement(a) ? [] : formatParts(ev, a, depth + 1)));
    if (WINSTON_JSON.has(name)) return [JSON_LINES];
    if (WINSTON_TEXT.has(name)) return [PLAIN];
    if (name !== 'printf') return [];
    const shape = leaf.arguments[0] === undefined ? 'unknown' : printed(ev, leaf.arguments[0]);
    return [shape === 'json' ? JSON_LINES : shape === 'unknown' ? { structured: 'unknown' } : PLAIN];
  });
}

/** What the function of printf returns. */
function printed(ev: Evaluator, node: ts.Expression): ReturnType<typeof textShape> {
  for (const value of ev.values(node)) {
    if (value.kind !== 'function') continue;
    const shapes = ev.returnsOf(value.node).map(r => textShape(ev, r));
    if (shapes.length > 0) return shapes.every(s => s === 'json') ? 'json' : 'text';
  }
  return 'unknown';
}

function importedAs(ev: Evaluator, id: ts.Identifier): string {
  return ev.program.unitOf(id).imports.get(id.text)?.name ?? id.text;
}

function literal(ev: Evaluator, options: ts.Expression | undefined, name: string): string | undefined {
  const found = settledProperty(ev, options, name)[0];
  return found !== undefined && tsc.isStringLiteralLike(found) ? found.text : undefined;
}

/** Field paths that a pino logger hides. */
export function redactedPaths(ev: Evaluator, args: readonly ts.Expression[]): readonly string[] {
  return args.flatMap(arg =>
    settledProperty(ev, arg, 'redact').flatMap(found => {
      const lists = tsc.isArrayLiteralExpression(found)
        ? [found]
        : settledProperty(ev, found, 'paths').flatMap(e => (tsc.isArrayLiteralExpression(e) ? [e] : []));
      return lists.flatMap(list => list.elements.flatMap(e => (tsc.isStringLiteralLike(e) ? [e.text] : [])));
    }),
  );
}

/** Does the logger write debug lines in production: a level that is fixed at debug or below? */
export function debugIsOn(ev: Evaluator, args: readonly ts.Expression[]): boolean {
  return args.some(arg =>
    settledProperty(ev, arg, 'level').some(e => tsc.isStringLiteralLike(e) && /^(?:debug|trace|silly|verbose)$/.test(e.text)),
  );
}

/** Does the logger leave out lines of the level info: one that is switched off, or whose level is fixed above it? */
export function dropsInfo(ev: Evaluator, args: readonly ts.Expression[]): boolean {
  const stated = (arg: ts.Expression, name: string, off: (value: ts.Expression) => boolean): boolean => {
    const found = settledProperty(ev, arg, name);
    return found.length > 0 && found.every(off);
  };
  return args.some(
    arg =>
      stated(arg, 'level', e => tsc.isStringLiteralLike(e) && /^(?:silent|fatal|error|warn)$/.test(e.text)) ||
      stated(arg, 'enabled', e => e.kind === tsc.SyntaxKind.FalseKeyword) ||
      stated(arg, 'silent', e => e.kind === tsc.SyntaxKind.TrueKeyword),
  );
}
