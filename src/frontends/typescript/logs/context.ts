// What a logger is given once and writes with each of its lines: `log.child({ ... })`, `structlog.contextvars.bind_contextvars(...)`,
// and the fields of a logger of the repository, which anybody may fill.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { assignedTo, intoObject } from '../evaluator/field-writes.ts';
import { downwardOf } from '../paths/downward.ts';
import { scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { LOG_LIBRARIES } from '../readers/log-libraries.ts';
import { enclosingClass, isFunctionNode } from '../scope.ts';
import { lastName } from '../short-text.ts';
import { Loggers, type Sink } from './loggers.ts';

/** Members of loggers that give lines their fields. */
const BINDS =
  /^(?:child|bind|new|try_bind|setBindings|bindings|bind_contextvars|bound_contextvars|contextualize|withContext|withFields|with|extend|append_keys|appendKeys|addContext|LoggerAdapter)$/;
const LOGGING = new Set(LOG_LIBRARIES.flatMap(library => library.packages));

/** Something that stands on lines besides what these are given. */
export interface Bound {
  readonly value: ts.Expression;
  /** May a line have it? */
  readonly on: (sink: Sink) => boolean;
}

/** What loggers are given on the way of a request, where that is more than an id. */
export function boundTo(reading: Reading, loggers: Loggers, lines: readonly Sink[]): readonly Bound[] {
  const downward = downwardOf(reading);
  const out: Bound[] = [];
  for (const file of reading.files) {
    const unit = reading.inventory.roleOf(file) === 'production' ? reading.program.unit(file) : undefined;
    for (const call of unit?.calls ?? []) {
      if (!BINDS.test(lastName(call.expression)) || (call.arguments ?? []).length === 0) continue;
      reading.ev.budget.ask(
        () => {
          const labels = labelsOf(reading, loggers, call);
          if (labels === undefined || downward.reachOf(scopeOf(call)) === 'unconnected') return;
          const adapts = lastName(call.expression) === 'LoggerAdapter';
          for (const value of (call.arguments ?? []).slice(adapts ? 1 : 0))
            if (!tsc.isSpreadElement(value)) out.push({ value, on: sink => labels.includes(sink.info.label) });
        },
        () => {},
      );
    }
  }
  const members = new Map<ts.ClassLikeDeclaration, Set<string>>();
  for (const wrapper of loggers.wrappers) {
    const owner = enclosingClass(wrapper);
    if (owner !== undefined && isFunctionNode(wrapper) && !members.has(owner)) members.set(owner, fieldsLogged(owner));
  }
  for (const [owner, fields] of members) {
    const own = (sink: Sink): boolean =>
      reading.near.values(sink.call.expression).some(value => value.kind === 'function' && enclosingClass(value.node) === owner);
    if (!lines.some(own)) continue;
    for (const field of fields) for (const value of putInto(reading, owner, field)) out.push({ value, on: own });
  }
  return out;
}

/** The labels of the loggers that a call gives a field; undefined: it is no call of a logger. */
function labelsOf(reading: Reading, loggers: Loggers, call: ts.CallExpression | ts.NewExpression): readonly string[] | undefined {
  for (const value of reading.ev.values(call.expression)) {
    if (value.kind !== 'foreign' || !LOGGING.has(value.package)) continue;
    if (value.steps.some(step => step.kind === 'member' && step.name === 'contextvars'))
      return LOG_LIBRARIES.flatMap(library => (library.packages.includes(value.package) ? [library.label] : []));
    const receiver = tsc.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined;
    const labels = receiver === undefined || tsc.isNewExpression(call) ? loggers.labelsOf(call) : loggers.labelsOf(receiver);
    if (labels.length > 0) return labels;
  }
  return undefined;
}

/** Fields of a class that its methods hand to a logger, whatever they are called with: `log.info(this.fields, message)`. */
function fieldsLogged(owner: ts.ClassLikeDeclaration): Set<string> {
  const out = new Set<string>();
  walk(owner, node => {
    if (!tsc.isCallExpression(node) || !Loggers.nominates(node)) return;
    for (const arg of node.arguments)
      walk(arg, inner => {
        if (tsc.isPropertyAccessExpression(inner) && inner.expression.kind === tsc.SyntaxKind.ThisKeyword) {
          const called = tsc.isCallExpression(inner.parent) && inner.parent.expression === inner;
          if (!called) out.add(inner.name.text);
        }
      });
  });
  return out;
}

/** What is put into a field of the objects of a class, or takes its place. */
function putInto(reading: Reading, owner: ts.ClassLikeDeclaration, field: string): readonly ts.Expression[] {
  const { program, inventory } = reading;
  const out: ts.Expression[] = [];
  for (const file of reading.files) {
    const unit = inventory.roleOf(file) === 'production' && program.mentions(file, field) ? program.unit(file) : undefined;
    for (const id of unit === undefined ? [] : program.identifiers(unit, field)) {
      const access = id.parent;
      if (!tsc.isPropertyAccessExpression(access) || access.name !== id) continue;
      const object = access.expression;
      const own =
        object.kind === tsc.SyntaxKind.ThisKeyword
          ? enclosingClass(object) === owner
          : reading.near.values(object).some(value => value.kind === 'instance' && value.of === owner);
      if (!own) continue;
      const whole = assignedTo(access);
      out.push(...(whole === undefined ? [] : [whole]), ...intoObject(access).map(({ value }) => value));
    }
  }
  return out;
}
