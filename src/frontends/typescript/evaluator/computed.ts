// Values that are computed: templates, arithmetic, logical operators.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isAssignment } from '../syntax.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { type Frame, HOLE, textOf, unknownValue, type Value } from './values.ts';

/** Why a number that arithmetic gives is not known. */
export const COMPUTED = 'a computed number';

export function template(ev: Evaluator, node: ts.TemplateExpression, frame: Frame | undefined): Values {
  let all = [node.head.text];
  for (const span of node.templateSpans) {
    const options = texts(ev.values(span.expression, frame));
    all = all.flatMap(text => options.map(option => joined(text + option, span.literal.text))).slice(0, 8);
  }
  return all.map(text => ({ kind: 'text', text, node }));
}

/** The texts that some values are, at most four; what cannot be read is a hole. */
function texts(values: Values): readonly string[] {
  const parts = values.map(v => textOf(v) ?? (v.kind === 'literal' && typeof v.value === 'number' ? String(v.value) : HOLE)).slice(0, 4);
  return parts.length === 0 ? [HOLE] : parts;
}

export function binary(ev: Evaluator, node: ts.BinaryExpression, frame: Frame | undefined): Values {
  const { left, right } = node;
  switch (node.operatorToken.kind) {
    case tsc.SyntaxKind.BarBarToken:
    case tsc.SyntaxKind.QuestionQuestionToken: {
      const first = ev
        .values(left, frame)
        .filter(v => !(v.kind === 'literal' && (v.value === undefined || v.value === null || v.value === false)));
      return [...first, ...ev.values(right, frame)];
    }
    case tsc.SyntaxKind.AmpersandAmpersandToken:
      return [...ev.values(right, frame), { kind: 'literal', value: false }];
    case tsc.SyntaxKind.CommaToken:
      return ev.values(right, frame);
    case tsc.SyntaxKind.PlusToken:
    case tsc.SyntaxKind.MinusToken:
    case tsc.SyntaxKind.AsteriskToken:
    case tsc.SyntaxKind.SlashToken:
    case tsc.SyntaxKind.AsteriskAsteriskToken:
      return arithmetic(ev, node, frame);
    default:
      return isAssignment(node.operatorToken.kind) ? ev.values(right, frame) : [unknownValue('a computed value')];
  }
}

export function arithmetic(ev: Evaluator, node: ts.BinaryExpression, frame: Frame | undefined): Values {
  const one = (e: ts.Expression): Value | undefined => {
    const values = ev.values(e, frame);
    return values.length === 1 ? values[0] : undefined;
  };
  const [a, b] = [one(node.left), one(node.right)];
  if (a?.kind === 'literal' && b?.kind === 'literal' && typeof a.value === 'number' && typeof b.value === 'number') {
    const [x, y] = [a.value, b.value];
    const token = node.operatorToken.kind;
    const value =
      token === tsc.SyntaxKind.PlusToken
        ? x + y
        : token === tsc.SyntaxKind.MinusToken
          ? x - y
          : token === tsc.SyntaxKind.AsteriskToken
            ? x * y
            : token === tsc.SyntaxKind.AsteriskAsteriskToken
              ? x ** y
              : x / y;
    return [{ kind: 'literal', value, node }];
  }
  if (node.operatorToken.kind !== tsc.SyntaxKind.PlusToken) return [unknownValue(COMPUTED)];
  const [lefts, rights] = [texts(ev.values(node.left, frame)), texts(ev.values(node.right, frame))];
  if ([...lefts, ...rights].every(text => text === HOLE)) return [unknownValue('a computed value')];
  return lefts.flatMap(left => rights.map(right => ({ kind: 'text', text: joined(left, right), node }) as const)).slice(0, 8);
}

export function prefixed(ev: Evaluator, node: ts.PrefixUnaryExpression, frame: Frame | undefined): Values {
  if (node.operator !== tsc.SyntaxKind.MinusToken && node.operator !== tsc.SyntaxKind.PlusToken) return [unknownValue('a computed value')];
  return ev
    .values(node.operand, frame)
    .map(v =>
      v.kind === 'literal' && typeof v.value === 'number'
        ? { ...v, value: node.operator === tsc.SyntaxKind.MinusToken ? -v.value : v.value }
        : unknownValue(COMPUTED),
    );
}

/** No address or model id is longer; a text that doubles itself would fill the memory. */
const LONGEST = 4000;

function joined(a: string, b: string): string {
  return a.length + b.length > LONGEST ? HOLE : a + b;
}
