// Lines of a log that are given the key of a model client, at the start of the program or in a request, and answers that hold it.
// Whether a key is set, how long it is, or its last letters, may be logged.
import type { ts } from 'ts-morph';
import type { KeySource } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { answersHttp, isHttpRegistration } from '../failures/entries.ts';
import { Loggers, loggersOf } from '../logs/loggers.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { lastName, startText } from '../short-text.ts';
import { strip } from '../syntax.ts';
import { SENT, Seeker } from './seeker.ts';

const MOST_LINES = 2000;
/** Lines without any of these words, and without the name of the variable, are not looked at. The words only nominate. */
const NOMINATES = /key|token|secret|credential|auth|config|conf\b|settings|env\b|environ|options|\bopts\b|headers|cookie|\bMETA\b/i;

/** @param names variables of the environment that hold keys of model clients */
export function loggedKeys(reading: Reading, names: ReadonlySet<string>): readonly KeySource[] {
  const { program, inventory, ev } = reading;
  const loggers = loggersOf(reading);
  const out: KeySource[] = [];
  let looked = 0;
  for (const file of reading.files) {
    if (inventory.roleOf(file) !== 'production') continue;
    for (const call of program.unit(file)?.calls ?? []) {
      if (!Loggers.nominates(call) || !call.arguments.some(arg => mayHold(arg, names)) || looked >= MOST_LINES) continue;
      looked++;
      ev.budget.ask(
        () => {
          const sink = loggers.sinkOf(call);
          if (sink === undefined) return;
          const seeker = new Seeker(reading, names, sink.info.hides);
          const name = sink.args.map(arg => seeker.keyIn(tsc.isSpreadElement(arg) ? arg.expression : arg, 0)).find(n => n !== undefined);
          if (name === undefined) return;
          const logged = sink.info.redacts !== undefined ? 'perhaps' : sink.level === 'debug' ? 'debug' : 'yes';
          out.push({
            kind: 'key-source',
            location: placeOf(call),
            role: 'production',
            from: name === SENT ? 'user' : 'environment',
            label: `${name}, by ${sink.info.label}`,
            logged,
          });
        },
        () => {},
      );
    }
  }
  return out;
}

/** What answers a request, as methods of what the framework hands over are called. */
const ANSWERS = /^(?:json|send|write|end|html|text|body|send_text|send_json|sendText|jsonify)$/;

/** Keys that stand in what a route answers: `return {"key": os.environ["OPENAI_API_KEY"]}`, `res.json({ settings })`. */
export function answeredKeys(reading: Reading, names: ReadonlySet<string>): readonly KeySource[] {
  const { ev } = reading;
  const out: KeySource[] = [];
  for (const fn of routesOf(reading)) {
    ev.budget.ask(
      () => {
        const seeker = new Seeker(reading, names, []);
        const look = (node: ts.Expression | undefined): void => {
          if (node === undefined || !mayHold(node, names)) return;
          const name = seeker.keyIn(node, 0);
          if (name === undefined || name === SENT) return;
          out.push({
            kind: 'key-source',
            location: placeOf(node),
            role: 'production',
            from: 'environment',
            label: name,
            logged: 'answered',
          });
        };
        walk(fn, node => {
          if (isFunctionNode(node) && node !== fn) return 'skip';
          if (tsc.isReturnStatement(node) || tsc.isYieldExpression(node)) {
            const inner = strip(node.expression);
            const call = inner !== undefined && (tsc.isCallExpression(inner) || tsc.isNewExpression(inner)) ? inner : undefined;
            for (const one of call === undefined ? [inner] : (call.arguments ?? [])) look(one);
          } else if (tsc.isCallExpression(node) && ANSWERS.test(lastName(node.expression)) && !tsc.isReturnStatement(node.parent))
            for (const one of node.arguments) look(one);
          return undefined;
        });
        if (fn.body !== undefined && !tsc.isBlock(fn.body)) look(fn.body);
      },
      () => {},
    );
  }
  return out;
}

/** The functions that answer requests, whether they ask a model or not. */
function routesOf(reading: Reading): ReadonlySet<FunctionNode> {
  const { program, inventory, near } = reading;
  const out = new Set<FunctionNode>();
  for (const file of reading.files) {
    const unit = inventory.roleOf(file) === 'production' ? program.unit(file) : undefined;
    if (unit === undefined) continue;
    for (const call of unit.calls) {
      const [path] = call.arguments ?? [];
      if (!tsc.isCallExpression(call) || !isHttpRegistration(call) || path === undefined || !tsc.isStringLiteralLike(path)) continue;
      if (!path.text.startsWith('/')) continue;
      for (const arg of call.arguments.slice(1)) for (const value of near.values(arg)) if (value.kind === 'function') out.add(value.node);
    }
    walk(unit.ast, node => {
      if (isFunctionNode(node) && answersHttp(node)) out.add(node);
      return isFunctionNode(node) ? 'skip' : undefined;
    });
  }
  return out;
}

function mayHold(arg: ts.Expression, names: ReadonlySet<string>): boolean {
  if (tsc.isStringLiteralLike(arg) || tsc.isNumericLiteral(arg)) return false;
  const text = startText(arg, 2000);
  return NOMINATES.test(text) || [...names].some(name => text.includes(name));
}
