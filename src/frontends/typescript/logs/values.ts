// What is known of a logger, and small questions about the values and functions that may be one.
import type { ts } from 'ts-morph';
import type { Tri } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Foreign, Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { LEVELS, LOG_LIBRARIES, type LogLibrary } from '../readers/log-libraries.ts';
import { resolve } from '../scope.ts';
import { startText } from '../short-text.ts';
import { propertyName } from '../syntax.ts';

type Part = Tri | 'partial';

/** What is known of a logger. */
export interface LoggerInfo {
  readonly label: string;
  readonly structured: Part;
  readonly note?: string | undefined;
  readonly correlated: Part;
  readonly redacts?: string | undefined;
  /** Field paths that it hides for certain. */
  readonly hides: readonly string[];
  readonly debugOn: boolean;
  /** Does it leave out lines of the level info as well? */
  readonly dropsInfo?: true;
  /** Where it is made. */
  readonly made?: ts.Node | undefined;
  /** The calls by which a function of the repository writes what it is given. */
  readonly writes?: readonly ts.CallExpression[] | undefined;
}

/** The console as it is: words, without levels that count. */
export const CONSOLE_INFO: LoggerInfo = { label: 'console', structured: 'no', correlated: 'no', hides: [], debugOn: true };

/** A text, or a constant with a name: `'error'`, `ERROR`, `LogLevel.ERROR`. What a parameter holds is not asked. */
export function isNamed(arg: ts.Expression): boolean {
  if (tsc.isStringLiteralLike(arg)) return true;
  const root = tsc.isPropertyAccessExpression(arg) ? arg.expression : arg;
  if (!tsc.isIdentifier(root)) return false;
  const kind = resolve(root)?.kind;
  return kind === 'import' || kind === 'enum' || kind === 'variable';
}

/** Several loggers that a name may stand for. */
export function together(infos: readonly LoggerInfo[]): LoggerInfo {
  const first = infos[0] ?? CONSOLE_INFO;
  const labels = [...new Set(infos.map(i => i.label))];
  const known = infos.filter(i => i.structured !== 'unknown');
  const some = (part: Part): boolean => known.some(i => i.structured === part);
  const structured: Part =
    known.length === 0 ? 'unknown' : known.every(i => i.structured === 'yes') ? 'yes' : some('yes') || some('partial') ? 'partial' : 'no';
  const mixed = structured === 'partial' && some('yes');
  const { dropsInfo, ...others } = first;
  return {
    ...others,
    ...(dropsInfo === true && infos.every(i => i.dropsInfo === true) ? { dropsInfo } : {}),
    label: labels.slice(0, 2).join(' or '),
    structured,
    note: mixed ? 'structured on some ways only' : first.note,
    correlated: infos.every(i => i.correlated === 'yes')
      ? 'yes'
      : infos.some(i => i.correlated === 'yes' || i.correlated === 'partial')
        ? 'partial'
        : first.correlated,
    redacts: infos.map(i => i.redacts).find(r => r !== undefined),
    hides: infos.every(i => i.hides.length > 0) ? first.hides : [],
    writes: infos.every(i => i.writes !== undefined) ? infos.flatMap(i => i.writes ?? []) : undefined,
  };
}

/** The library that a value of a package is a logger of. */
export function libraryOf(value: Foreign): LogLibrary | undefined {
  const names = value.steps.flatMap(s => (s.kind === 'member' ? [s.name] : []));
  const made = value.steps.findIndex(s => s.kind !== 'member');
  const path = value.steps.slice(0, made < 0 ? undefined : made).flatMap(s => (s.kind === 'member' ? [s.name] : []));
  return LOG_LIBRARIES.find(
    library =>
      library.packages.includes(value.package) &&
      library.exports.some(e => e === '*' || e === path.join('.') || e === path[0]) &&
      (library.through === undefined || library.through.some(name => names.includes(name))),
  );
}

/** Does code log what it was given, or a constant only? */
export function mentionsLocal(args: readonly ts.Expression[]): boolean {
  let found = false;
  for (const arg of args) {
    walk(arg, node => {
      if (tsc.isIdentifier(node) && !found) {
        const kind = resolve(node)?.kind;
        found = kind === 'parameter' || kind === 'variable';
      }
      return found ? 'skip' : undefined;
    });
  }
  return found;
}

/** How many levels does an object or class have methods for? */
export function levelMembers(value: Value): number {
  const members: readonly (ts.ObjectLiteralElementLike | ts.ClassElement)[] =
    value.kind === 'object'
      ? value.node.properties
      : value.kind === 'instance'
        ? value.of.members
        : value.kind === 'class'
          ? value.node.members
          : [];
  return members.filter(m => {
    const name = propertyName(m);
    return name !== undefined && name !== 'log' && Object.hasOwn(LEVELS, name);
  }).length;
}

/** `if (HIDDEN.has(key)) out[key] = ...`: a copy in which chosen fields get another value. */
export function replacesFields(body: ts.Node): boolean {
  let found = false;
  walk(body, node => {
    if (found || !tsc.isIfStatement(node)) return found ? 'skip' : undefined;
    const chooses = /\.(?:has|includes|test)\(/.test(startText(node.expression, 400));
    if (!chooses) return undefined;
    walk(node.thenStatement, inner => {
      if (
        tsc.isBinaryExpression(inner) &&
        inner.operatorToken.kind === tsc.SyntaxKind.EqualsToken &&
        tsc.isElementAccessExpression(inner.left)
      )
        found = true;
      return undefined;
    });
    return undefined;
  });
  return found;
}
