// `dictConfig({ filters, formatters, handlers, root })`: which part of Python's logging is given to which handler, as data.
import type { ts } from 'ts-morph';
import { leavesOf, settle, settledProperty } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import { lastName } from '../short-text.ts';
import { propertyName } from '../syntax.ts';
import type { Hold, LogHosts } from './log-hosts.ts';

const HINT = /\bdictConfig\b|\bLOGGING\b/;
const known = new WeakMap<Reading, readonly ts.ObjectLiteralExpression[]>();

/** What is given a class or a function by the dictionaries of a program. */
export function heldInDictionaries(
  reading: Reading,
  hosts: LogHosts,
  part: ts.ClassLikeDeclaration | FunctionNode,
  filters: boolean,
): readonly Hold[] {
  let dictionaries = known.get(reading);
  if (dictionaries === undefined) {
    dictionaries = dictionariesOf(reading, hosts);
    known.set(reading, dictionaries);
  }
  const is = (made: ts.Expression): boolean =>
    tsc.isStringLiteralLike(made)
      ? isPath(made.text, part)
      : reading.near.values(made).some(value => (value.kind === 'class' || value.kind === 'function') && value.node === part);
  return dictionaries.flatMap(one => heldIn(reading, hosts, one, is, filters));
}

function dictionariesOf(reading: Reading, hosts: LogHosts): readonly ts.ObjectLiteralExpression[] {
  const { sources, inventory, program, near } = reading;
  const out: ts.ObjectLiteralExpression[] = [];
  for (const file of sources) {
    if (!file.endsWith('.py') || inventory.roleOf(file) !== 'production' || !HINT.test(inventory.written(file) ?? '')) continue;
    const unit = program.unit(file);
    const given = (unit?.calls ?? []).flatMap(call => {
      const [first] = call.arguments ?? [];
      return lastName(call.expression) === 'dictConfig' && first !== undefined && hosts.runs(call) ? [first] : [];
    });
    // Django reads its set-up from a name in the settings.
    for (const id of unit?.names.get('LOGGING') ?? [])
      if (tsc.isVariableDeclaration(id.parent) && id.parent.initializer !== undefined && unit?.names.has('INSTALLED_APPS') === true)
        given.push(id.parent.initializer);
    for (const one of given)
      reading.ev.budget.ask(
        () => out.push(...leavesOf(near, one).filter(tsc.isObjectLiteralExpression)),
        () => 0,
      );
  }
  return out;
}

/** What is given a part by one dictionary. @param is whether an entry makes the part @param filters it changes the line for those after it */
export function heldIn(
  { near }: Reading,
  hosts: LogHosts,
  dictionary: ts.ObjectLiteralExpression,
  is: (made: ts.Expression) => boolean,
  filters: boolean,
): readonly Hold[] {
  const section = (name: string): readonly (readonly [string, ts.Expression])[] =>
    settledProperty(near, dictionary, name).flatMap(found =>
      tsc.isObjectLiteralExpression(found)
        ? found.properties.flatMap(p => (tsc.isPropertyAssignment(p) ? [[propertyName(p) ?? '', p.initializer] as const] : []))
        : [],
    );
  const makes = (entry: ts.Expression): boolean =>
    [...settledProperty(near, entry, '()'), ...settledProperty(near, entry, 'class')].some(is);
  const own = new Set([...section('filters'), ...section('formatters')].flatMap(([name, entry]) => (makes(entry) ? [name] : [])));
  const named = (entry: ts.Expression, property: string): readonly unknown[] =>
    settledProperty(near, entry, property).flatMap(found =>
      tsc.isArrayLiteralExpression(found) ? found.elements.map(one => settle(near, one)) : [settle(near, found)],
    );
  const has = (entry: ts.Expression, property: string): boolean =>
    named(entry, property).some(name => typeof name === 'string' && own.has(name));
  const handlers = section('handlers');
  const quiet = ([, entry]: readonly [string, ts.Expression]): boolean => named(entry, 'class').includes('logging.NullHandler');
  const covered = new Set(
    handlers.flatMap(([name, entry]) => (makes(entry) || has(entry, 'filters') || has(entry, 'formatter') ? [name] : [])),
  );
  const loggers = [...settledProperty(near, dictionary, 'root').map(root => ['', root] as const), ...section('loggers')];
  return loggers.flatMap(([name, entry]): readonly Hold[] => {
    const out: Hold[] = has(entry, 'filters') ? [{ all: hosts.isOnly(name, true) }] : [];
    const attached = named(entry, 'handlers').filter(one => !handlers.some(handler => handler[0] === one && quiet(handler)));
    const at = attached.findIndex(one => typeof one === 'string' && covered.has(one));
    if (at < 0) return out;
    // A filter changes the line for the handlers that come after.
    const others = filters ? attached.slice(0, at) : attached;
    out.push({ all: name === '' || hosts.isOnly(name, false), bare: others.some(one => typeof one !== 'string' || !covered.has(one)) });
    return out;
  });
}

/** Is a class or function the one of a path: `app.logs.Redacting`? */
function isPath(path: string, part: ts.ClassLikeDeclaration | FunctionNode): boolean {
  const name = part.name?.getText();
  const cut = path.lastIndexOf('.');
  if (name === undefined || path.slice(cut + 1) !== name) return false;
  const module = `/${path.slice(0, cut).replace(/\./g, '/')}`;
  const file = `/${part.getSourceFile().fileName.replace(/^\//, '')}`;
  return file.endsWith(`${module}.py`) || file.endsWith(`${module}/__init__.py`);
}
