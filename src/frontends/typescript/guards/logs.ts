// What keeps personal data out of logs and traces: paths and masks of loggers, and own lists of field names.
import type { ts } from 'ts-morph';
import type { Guard } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath, textOf } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import { enclosingFunction } from '../scope.ts';
import { itemsOf, literalsOf } from './literals.ts';
import type { Found, Maker } from './make.ts';

/** Options that hide fields or mask texts, by the package that reads them. */
const OPTIONS: readonly { readonly package: RegExp; readonly exports: RegExp; readonly option: string; readonly label: string }[] = [
  { package: /^(?:pino|pino-http|nestjs-pino)$/, exports: /^(?:default|pino|pinoHttp|)$/, option: 'redact', label: 'redact paths of pino' },
  {
    package: /^(?:langfuse|@langfuse\/.+|py:langfuse)$/,
    exports: /^(?:Langfuse|LangfuseSpanProcessor|CallbackHandler|default|observeOpenAI)$/,
    option: 'mask',
    label: 'the mask of Langfuse',
  },
  { package: /^(?:py:)?langsmith$/, exports: /^Client$/, option: 'anonymizer', label: 'the anonymizer of LangSmith' },
  { package: /^@mastra\//, exports: /^SensitiveDataFilter$/, option: '', label: 'SensitiveDataFilter of Mastra' },
];
export const LOG_PACKAGES = /^(?:pino|pino-http|nestjs-pino|langfuse|@langfuse\/.+|langsmith|@mastra\/.+|py:langfuse|py:langsmith)$/;

/** Loggers and trace clients of a file that were told to hide something. */
export function loggersIn(ev: Evaluator, unit: Unit, maker: Maker): readonly Guard[] {
  const names = new Set([...unit.imports].flatMap(([local, imported]) => (LOG_PACKAGES.test(imported.specifier) ? [local] : [])));
  const named = (call: ts.CallExpression | ts.NewExpression): boolean => {
    let root: ts.Expression = call.expression;
    while (tsc.isPropertyAccessExpression(root)) root = root.expression;
    return tsc.isIdentifier(root) && names.has(root.text);
  };
  return unit.calls.filter(named).flatMap(call =>
    ev.budget.ask(
      () => loggerAt(ev, call, maker),
      () => [],
    ),
  );
}

function loggerAt(ev: Evaluator, call: ts.CallExpression | ts.NewExpression, maker: Maker): readonly Guard[] {
  const value = ev.values(call.expression).find(v => v.kind === 'foreign' && v.package !== '');
  if (value?.kind !== 'foreign' || value.steps.some(step => step.kind !== 'member')) return [];
  const known = OPTIONS.find(o => o.package.test(value.package) && o.exports.test(foreignPath(value)));
  if (known === undefined) return [];
  const options = (call.arguments ?? []).flatMap(arg => (tsc.isSpreadElement(arg) ? [] : ev.values(arg)));
  const { found } = known.option === '' ? { found: options } : ev.inside(options, known.option);
  if (known.option !== '' && found.every(v => v.kind === 'literal')) return [];
  // A logger is made once, and used by everybody who imports it.
  const exact =
    known.option === 'redact' ? { counterexamples: ['a path matches exactly, and free text, such as a message, has none'] } : {};
  const guard: Found = { node: call, against: 'pii', by: 'library', label: known.label, detects: false, ...exact };
  return [maker.fact(guard, ['log'], 'on-path', {})];
}

/** Names of fields that hold what belongs to a person. */
const PERSONAL = new Set(
  'email emails emailaddress phone phonenumber mobile address street ssn firstname lastname fullname creditcard cardnumber iban birthdate dateofbirth dob'.split(
    ' ',
  ),
);
const SECRET = new Set('password passwd token accesstoken idtoken refreshtoken apikey secret authorization cookie'.split(' '));
/** Names of fields that hold what people write to each other, and who they are. */
const CONTENT = new Set('text body content subject message messages prompt input output from to sender replyto'.split(' '));

/** Functions that leave out or replace fields by their names, where their result goes to a log. */
export function fieldLists(ev: Evaluator, unit: Unit, maker: Maker): readonly Guard[] {
  const seen = new Set<ts.Node>();
  return unit.calls.flatMap(call => {
    if (
      !tsc.isCallExpression(call) ||
      !tsc.isPropertyAccessExpression(call.expression) ||
      !/^(?:has|includes)$/.test(call.expression.name.text)
    )
      return [];
    const fn = enclosingFunction(call);
    if (fn === undefined || seen.has(fn) || !replaces(call)) return [];
    const receiver = call.expression.expression;
    const names = ev.budget.ask(
      () =>
        literalsOf(ev, receiver)
          .flatMap(list => itemsOf(ev, list))
          .flatMap(item => (tsc.isStringLiteralLike(item) ? [item.text.toLowerCase().replace(/[^a-z]/g, '')] : [])),
      () => [],
    );
    const hidden = names.filter(name => PERSONAL.has(name) || SECRET.has(name));
    if (hidden.length === 0 || hidden.length + names.filter(name => CONTENT.has(name)).length < 3) return [];
    seen.add(fn);
    const found: Found = {
      node: call,
      against: 'pii',
      by: 'pattern',
      label: 'a list of field names that are hidden',
      detects: false,
      counterexamples: ['free text, such as a message, is not looked into'],
    };
    return maker.called(found, 'log').filter(guard => guard.sides.includes('log'));
  });
}

/** Does the branch that the name decides put something else in the place of the value? */
function replaces(call: ts.CallExpression): boolean {
  for (let at: ts.Node = call, up = call.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isConditionalExpression(up)) return at === up.condition;
    if (tsc.isIfStatement(up)) return at === up.expression;
    if (tsc.isStatement(up)) return false;
  }
  return false;
}

/** The text of the first argument, for requests. */
export function addressOf(ev: Evaluator, call: ts.CallExpression): string | undefined {
  const [first] = call.arguments;
  return first === undefined || tsc.isSpreadElement(first)
    ? undefined
    : ev
        .values(first)
        .map(textOf)
        .find(text => text !== undefined);
}
