// Lines of a log that are given the key of a model client, at the start of the program or in a request.
// Whether a key is set, how long it is, or its last letters, may be logged.
import type { ts } from 'ts-morph';
import type { KeySource } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isGlobal, type Value } from '../evaluator/values.ts';
import { Loggers, loggersOf } from '../logs/loggers.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { startText } from '../short-text.ts';
import { propertyName, strip } from '../syntax.ts';
import { originsOf } from './origins.ts';

const MOST_LINES = 2000;
const DEEPEST = 8;
/** Lines without any of these words, and without the name of the variable, are not looked at. The words only nominate. */
const NOMINATES = /key|token|secret|credential|auth|config|conf\b|settings|env\b|options|\bopts\b/i;
const HANDS_ON = /^(?:JSON\.stringify|String|util\.inspect|inspect|util\.format|format)$/;

/** @param names variables of the environment that hold keys of model clients */
export function loggedKeys(reading: Reading, names: ReadonlySet<string>): readonly KeySource[] {
  if (names.size === 0) return [];
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
            from: 'environment',
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

function mayHold(arg: ts.Expression, names: ReadonlySet<string>): boolean {
  if (tsc.isStringLiteralLike(arg) || tsc.isNumericLiteral(arg)) return false;
  const text = startText(arg, 2000);
  return NOMINATES.test(text) || [...names].some(name => text.includes(name));
}

class Seeker {
  readonly #reading: Reading;
  readonly #names: ReadonlySet<string>;
  readonly #hides: readonly string[];

  constructor(reading: Reading, names: ReadonlySet<string>, hides: readonly string[]) {
    this.#reading = reading;
    this.#names = names;
    this.#hides = hides;
  }

  /** The variable whose value an expression holds as a whole. */
  keyIn(node: ts.Expression | undefined, depth: number): string | undefined {
    const inner = strip(node);
    if (inner === undefined || depth > DEEPEST) return undefined;
    this.#reading.ev.budget.step();
    const first = (nodes: readonly (ts.Expression | undefined)[]): string | undefined => {
      for (const one of nodes) {
        const found = this.keyIn(one, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    if (tsc.isObjectLiteralExpression(inner)) return this.#inObject(inner, depth);
    if (tsc.isArrayLiteralExpression(inner)) return first(inner.elements.map(e => (tsc.isSpreadElement(e) ? e.expression : e)));
    if (tsc.isTemplateExpression(inner)) return first(inner.templateSpans.map(span => span.expression));
    if (tsc.isConditionalExpression(inner)) return first([inner.whenTrue, inner.whenFalse]);
    if (tsc.isBinaryExpression(inner)) {
      const { kind } = inner.operatorToken;
      if (kind === tsc.SyntaxKind.AmpersandAmpersandToken) return first([inner.right]);
      const joins =
        kind === tsc.SyntaxKind.PlusToken || kind === tsc.SyntaxKind.BarBarToken || kind === tsc.SyntaxKind.QuestionQuestionToken;
      return joins ? first([inner.left, inner.right]) : undefined;
    }
    if (tsc.isCallExpression(inner)) {
      if (HANDS_ON.test(startText(inner.expression, 40))) return first(inner.arguments.slice(0, 1));
      // `secret('ANTHROPIC_API_KEY')`: a function that reads the variable that it is told.
      return inner.arguments.some(arg => tsc.isStringLiteralLike(arg) && this.#names.has(arg.text))
        ? this.#inValues(inner, depth)
        : undefined;
    }
    const named = tsc.isIdentifier(inner) || tsc.isPropertyAccessExpression(inner) || tsc.isElementAccessExpression(inner);
    return named ? this.#inValues(inner, depth) : undefined;
  }

  #inObject(object: ts.ObjectLiteralExpression, depth: number): string | undefined {
    for (const property of object.properties) {
      const name = propertyName(property);
      if (name !== undefined && (this.#hides.includes(name) || this.#hides.includes(`*.${name}`))) continue;
      const value = tsc.isPropertyAssignment(property)
        ? property.initializer
        : tsc.isShorthandPropertyAssignment(property)
          ? property.name
          : tsc.isSpreadAssignment(property)
            ? property.expression
            : undefined;
      const found = this.keyIn(value, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #inValues(node: ts.Expression, depth: number): string | undefined {
    for (const value of this.#reading.near.values(node)) {
      const found = value.kind === 'object' ? this.#inObject(value.node, depth + 2) : this.#nameOf(value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #nameOf(value: Value): string | undefined {
    if (value.kind !== 'foreign') return undefined;
    if (value.package === '') {
      for (const env of ['process.env', 'import.meta.env', 'Bun.env']) {
        if (isGlobal(value, env)) return 'the whole environment';
        for (const name of this.#names) if (isGlobal(value, `${env}.${name}`)) return name;
      }
      return undefined;
    }
    // A module that reads and checks the environment: what is taken from it must be the variable itself.
    const last = value.steps.at(-1);
    if (last?.kind !== 'member' || !this.#names.has(last.name)) return undefined;
    return originsOf(this.#reading.near, [value]).some(o => o.from === 'environment' && o.label === last.name) ? last.name : undefined;
  }
}
