// Values that cannot hold a conversation: fixed texts, numbers, names, ids, lengths, times, errors.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { ABOUT, onlyNames } from '../conversation/words.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { dotted } from '../short-text.ts';
import { strip } from '../syntax.ts';
import type { FieldWrite } from './field-writes.ts';

const DEEPEST = 12;
/** Further names of what is measured, counted, chosen or failed. */
const MEASURED =
  /(?:^|[a-z_])(?:ms|seconds?|duration|elapsed|latency|took|tokens?|usage|cost|usd|total|attempts?|retries|round|step|steps|turns?|code|error|err|reason|enabled|ready|found|port|host|domain|provider|env|node|version|now|user|role|tool|action|event|score|rate|max|min|bytes|hash)$/i;

/** What the rest of the program says. */
export interface Known {
  /** Is an expression of a type whose values are plain? */
  readonly typed: (node: ts.Expression) => boolean;
  /** What is put into the object of a variable after it was made. */
  readonly writes: (declaration: ts.VariableDeclaration) => readonly FieldWrite[];
}

/** Is nothing of what an expression stands for able to be a prompt or a reply, as far as can be read? */
export function isPlain(node: ts.Expression, known: Known, depth = 0): boolean {
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST) return false;
  const K = tsc.SyntaxKind;
  if (tsc.isStringLiteralLike(inner) || tsc.isNumericLiteral(inner) || tsc.isRegularExpressionLiteral(inner)) return true;
  if (inner.kind === K.TrueKeyword || inner.kind === K.FalseKeyword || inner.kind === K.NullKeyword) return true;
  if (tsc.isTemplateExpression(inner)) return inner.templateSpans.every(span => isPlain(span.expression, known, depth + 1));
  if (tsc.isPrefixUnaryExpression(inner) || tsc.isPostfixUnaryExpression(inner) || tsc.isTypeOfExpression(inner)) return true;
  if (tsc.isBinaryExpression(inner)) return ofBinary(inner, known, depth);
  if (tsc.isConditionalExpression(inner)) return isPlain(inner.whenTrue, known, depth + 1) && isPlain(inner.whenFalse, known, depth + 1);
  if (tsc.isArrayLiteralExpression(inner)) return inner.elements.every(e => !tsc.isSpreadElement(e) && isPlain(e, known, depth + 1));
  if (tsc.isObjectLiteralExpression(inner)) {
    return inner.properties.every(p =>
      tsc.isPropertyAssignment(p)
        ? isPlain(p.initializer, known, depth + 1)
        : tsc.isShorthandPropertyAssignment(p)
          ? isPlain(p.name, known, depth + 1)
          : tsc.isMethodDeclaration(p),
    );
  }
  if (tsc.isPropertyAccessExpression(inner)) return named(inner.name.text) || isEnvironment(inner) || known.typed(inner);
  if (tsc.isIdentifier(inner)) return ofName(inner, known, depth);
  return tsc.isCallExpression(inner) && ofCall(inner, known, depth);
}

function named(name: string): boolean {
  return ABOUT.has(name) || onlyNames(name) || MEASURED.test(name);
}

function isEnvironment(node: ts.PropertyAccessExpression): boolean {
  return /^(?:process\.env|import\.meta\.env)\./.test(dotted(node));
}

/** What compares and what calculates gives numbers and answers; joins give what they join. */
function ofBinary(node: ts.BinaryExpression, known: Known, depth: number): boolean {
  const K = tsc.SyntaxKind;
  switch (node.operatorToken.kind) {
    case K.PlusToken:
    case K.BarBarToken:
    case K.QuestionQuestionToken:
    case K.AmpersandAmpersandToken:
    case K.CommaToken:
    case K.EqualsToken:
      return (
        isPlain(node.right, known, depth + 1) &&
        (node.operatorToken.kind === K.AmpersandAmpersandToken || isPlain(node.left, known, depth + 1))
      );
    default:
      return true;
  }
}

function ofName(id: ts.Identifier, known: Known, depth: number): boolean {
  if (id.text === 'undefined' || named(id.text) || known.typed(id)) return true;
  const binding = resolve(id);
  if (binding?.kind === 'variable' && (binding.node.parent.flags & tsc.NodeFlags.Const) !== 0 && isNarrowed(id)) return true;
  if (binding?.kind === 'catch' || binding?.kind === 'enum' || binding?.kind === 'function' || binding?.kind === 'class') return true;
  if (binding?.kind !== 'variable' || binding.element !== undefined || binding.node.initializer === undefined) return false;
  return (
    isPlain(binding.node.initializer, known, depth + 2) &&
    known.writes(binding.node).every(({ field, value }) => (field !== undefined && named(field)) || isPlain(value, known, depth + 2))
  );
}

/** Only a number or an answer comes as far as this: `if (typeof approved !== 'boolean') return` stands before it. */
function isNarrowed(id: ts.Identifier): boolean {
  const text = id.text.replaceAll('$', '\\$');
  const turnsAway = new RegExp(
    `^(?:typeof ${text} !==? ["'](?:boolean|number)["']|!\\(typeof ${text} ===? ["'](?:boolean|number)["']\\))(?:$| \\|\\| )`,
  );
  for (let child: ts.Node = id, up = id.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent) {
    if (!tsc.isBlock(up)) continue;
    for (const before of up.statements) {
      if (before === child) break;
      if (
        tsc.isIfStatement(before) &&
        before.expression.end - before.expression.pos < 300 &&
        turnsAway.test(before.expression.getText()) &&
        leavesAtOnce(before.thenStatement)
      )
        return true;
    }
  }
  return false;
}

function leavesAtOnce(statement: ts.Statement): boolean {
  const [first] = tsc.isBlock(statement) ? statement.statements : [statement];
  return first !== undefined && (tsc.isReturnStatement(first) || tsc.isThrowStatement(first) || tsc.isContinueStatement(first));
}

/** Functions that give numbers, dates and answers, or hand on what they are given. */
function ofCall(call: ts.CallExpression, known: Known, depth: number): boolean {
  const callee = call.expression;
  const text = dotted(callee);
  if (/^(?:Date\.now|performance\.now|Math\.\w+|Number|Boolean|parseInt|parseFloat|randomUUID|crypto\.randomUUID|isNaN)$/.test(text))
    return true;
  if (/^(?:String|JSON\.stringify)$/.test(text))
    return call.arguments.every(arg => !tsc.isSpreadElement(arg) && isPlain(arg, known, depth + 1));
  if (!tsc.isPropertyAccessExpression(callee)) {
    // `chalk.red('...')`, `chalk('...')`: as plain as what it is given.
    return call.arguments.length > 0 && call.arguments.every(arg => !tsc.isSpreadElement(arg) && isPlain(arg, known, depth + 1));
  }
  const name = callee.name.text;
  if (
    /^(?:toFixed|toISOString|toLocaleString|toLocaleTimeString|getTime|includes|startsWith|has|some|every|indexOf|charCodeAt|keys)$/.test(
      name,
    )
  )
    return true;
  if (call.arguments.length > 0)
    return (
      call.arguments.every(arg => !tsc.isSpreadElement(arg) && isPlain(arg, known, depth + 1)) &&
      isPlain(callee.expression, known, depth + 1)
    );
  return isPlain(callee.expression, known, depth + 1);
}
