// What the code asks of an answer of the model before it uses its text: is there any, was it cut, did the model refuse? The answer is
// followed through variables, helpers that are given it, and callers that it is returned to.
import type { ts } from 'ts-morph';
import type { OutputParse } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isWithin } from '../paths/call-sites.ts';
import { throwsIn } from '../paths/exits.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isMemberName, strip } from '../syntax.ts';

export type Asked = NonNullable<OutputParse['asks']>[number];

/** Members in which the providers say why an answer ends. */
const REASON = /^(?:stop_?reason|finish_?reason|incomplete_details|rawFinishReason)$/i;
const CUT = /^(?:max_?tokens|length|max_output_tokens|incomplete|token_limit|model_length|model_context_window_exceeded)$/i;
const REFUSED = /^(?:refusal|content[-_]filter|safety|blocklist|prohibited_content|guardrail_intervened|content_filtered|recitation)$/i;
/** An answer that ended by itself: whoever asks for that has asked for both. */
const WHOLE = /^(?:end_turn|stop|completed|stop_sequence|eos)$/i;
const TEXT = /(?:\.|\b)(?:text|content|output_text|outputText|response|reply)\b|\.join\(/;
const LOGS = /^(?:console|log|logger|this\.logger|this\.log)\b/;
const MOST_SCOPES = 24;
const DEEPEST = 4;
const MOST_CALLS = 40;

/** What is asked of the answer of a model call, with a branch that does something about it. */
export function askedOf({ near, paths, program, ev }: Reading, call: ts.Node, deepest = DEEPEST): ReadonlySet<Asked> {
  const asked = new Set<Asked>();
  const tainted = new Set<ts.Node>([call]);
  const done = new Set<ts.Node>();
  let followed = 0;
  const queue: { scope: Scope; depth: number }[] = [{ scope: scopeOf(call), depth: 0 }];
  const add = (scope: Scope, depth: number): void => {
    if (depth <= deepest && !queue.some(one => one.scope === scope)) queue.push({ scope, depth });
  };
  for (let next = queue.shift(); next !== undefined && done.size < MOST_SCOPES; next = queue.shift()) {
    const { scope, depth } = next;
    if (done.has(scope)) continue;
    done.add(scope);
    const held = (node: ts.Node): boolean => holds(node, tainted);
    walk(scope, node => {
      ev.budget.step();
      // What callbacks of other functions do with their own names is looked at where they are called.
      if (tsc.isVariableDeclaration(node) && node.initializer !== undefined && held(node.initializer)) tainted.add(node);
      if (tsc.isForOfStatement(node) && tsc.isVariableDeclarationList(node.initializer) && held(node.expression))
        for (const declared of node.initializer.declarations) tainted.add(declared);
      if (tsc.isBinaryExpression(node) && tsc.isIdentifier(node.left) && /^\+?=$/.test(node.operatorToken.getText()) && held(node.right)) {
        const binding = resolve(node.left);
        if (binding?.kind === 'variable') tainted.add(binding.node);
      }
      if (tsc.isIfStatement(node)) for (const one of ofIf(node, held)) asked.add(one);
      if (tsc.isSwitchStatement(node) && held(node.expression)) for (const one of ofSwitch(node)) asked.add(one);
      if (tsc.isConditionalExpression(node) && !isEmptyText(node.whenTrue) && !isEmptyText(node.whenFalse))
        for (const one of questions(node.condition, held)) if (one.asked === 'empty') asked.add('empty');
      if (tsc.isBinaryExpression(node) && /^\|\|=?$/.test(node.operatorToken.getText()) && held(node.left) && ofText(node.left))
        if (tsc.isStringLiteralLike(node.right) ? node.right.text.trim() !== '' : !tsc.isLiteralExpression(node.right)) asked.add('empty');
      if (tsc.isCallExpression(node)) {
        // Functions of the repository that are called by a name; methods of other things are not looked for.
        const index = depth < deepest && followed < MOST_CALLS && isNamed(node.expression) ? node.arguments.findIndex(held) : -1;
        if (index >= 0) followed++;
        if (index >= 0)
          for (const value of near.values(node.expression)) {
            const parameter = value.kind === 'function' ? value.node.parameters[index] : undefined;
            if (value.kind !== 'function' || parameter === undefined || value.node.body === undefined) continue;
            tainted.add(parameter);
            add(value.node, depth + 1);
          }
      }
      const given = tsc.isReturnStatement(node)
        ? node.expression
        : tsc.isArrowFunction(node) && !tsc.isBlock(node.body)
          ? node.body
          : undefined;
      if (given !== undefined && held(given)) {
        const fn = tsc.isArrowFunction(node) ? node : scopeOf(node);
        if (!isFunctionNode(fn) || (fn !== scope && !isWithin(scope, fn))) return;
        for (const use of paths.usesOf(fn).slice(0, 20)) {
          // What runs a function that it is handed gives back what that gives: `limited.run(lambda: ask(question))`.
          const wrapped = deepest > DEEPEST && use.how === 'handed' && tsc.isCallExpression(use.node);
          if ((use.how !== 'called' && !wrapped) || program.inventory.roleOf(use.node.getSourceFile().fileName) !== 'production') continue;
          tainted.add(use.node);
          add(scopeOf(use.node), depth + 1);
        }
      }
    });
  }
  return asked;
}

function isNamed(callee: ts.Expression): boolean {
  if (tsc.isIdentifier(callee)) return true;
  return tsc.isPropertyAccessExpression(callee) && callee.expression.kind === tsc.SyntaxKind.ThisKeyword;
}

function holds(root: ts.Node, tainted: ReadonlySet<ts.Node>): boolean {
  let found = false;
  walk(root, inner => {
    if (found) return 'skip';
    if (tainted.has(inner)) found = true;
    if (tsc.isIdentifier(inner) && !isMemberName(inner)) {
      const binding = resolve(inner);
      if (binding !== undefined && 'node' in binding && tainted.has(binding.node)) found = true;
    }
    return undefined;
  });
  return found;
}

interface Question {
  readonly asked: Asked;
  /** The condition is true when it is so. */
  readonly when: boolean;
}

/** What a condition asks of an answer. */
function questions(condition: ts.Expression, held: (node: ts.Node) => boolean): Question[] {
  const out: Question[] = [];
  const stack: { node: ts.Expression; when: boolean }[] = [{ node: condition, when: true }];
  for (let next = stack.pop(); next !== undefined && out.length < 20; next = stack.pop()) {
    const { when } = next;
    const node = strip(next.node) ?? next.node;
    if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken) {
      // `!text`, `!text.trim()`
      if (held(node.operand) && ofText(node.operand)) out.push({ asked: 'empty', when });
      else stack.push({ node: node.operand, when: !when });
      continue;
    }
    if (!tsc.isBinaryExpression(node)) {
      // `message.refusal`
      if (tsc.isPropertyAccessExpression(node) && node.name.text === 'refusal' && held(node)) out.push({ asked: 'refused', when });
      continue;
    }
    const sign = node.operatorToken.getText();
    if (sign === '&&' || sign === '||') {
      stack.push({ node: node.right, when }, { node: node.left, when });
      continue;
    }
    if (!/^[!=]==?$/.test(sign)) continue;
    const same = sign.startsWith('=') ? when : !when;
    for (const [side, other] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
      const literal = strip(other);
      if (literal === undefined || !held(side)) continue;
      if (tsc.isStringLiteralLike(literal)) {
        if (literal.text === '') out.push({ asked: 'empty', when: same });
        else if (REASON.test(lastMember(side))) {
          if (CUT.test(literal.text)) out.push({ asked: 'cut', when: same });
          if (REFUSED.test(literal.text)) out.push({ asked: 'refused', when: same });
          if (WHOLE.test(literal.text)) out.push({ asked: 'cut', when: !same }, { asked: 'refused', when: !same });
        }
      } else if (tsc.isNumericLiteral(literal) && literal.text === '0' && lastMember(side) === 'length' && ofText(side))
        out.push({ asked: 'empty', when: same });
    }
  }
  return out;
}

/** The name of the member that is compared, or of the variable that was taken out of an answer under that name. */
function lastMember(node: ts.Expression): string {
  const bare = strip(node);
  return bare === undefined ? '' : tsc.isPropertyAccessExpression(bare) ? bare.name.text : tsc.isIdentifier(bare) ? bare.text : '';
}

/** Is it text that is asked about, and not a list of calls? */
function ofText(node: ts.Expression): boolean {
  let root = strip(node);
  while (
    root !== undefined &&
    (tsc.isPropertyAccessExpression(root) || tsc.isCallExpression(root)) &&
    !TEXT.test(root.getText().slice(0, 400))
  )
    root = strip(root.expression);
  if (root === undefined) return false;
  if (!tsc.isIdentifier(root)) return !/tool|call/i.test(lastMember(node)) && TEXT.test(root.getText().slice(0, 400));
  const binding = resolve(root);
  const made = binding?.kind === 'variable' ? binding.node.initializer?.getText().slice(0, 400) : undefined;
  // `const { text } = await generateText(...)`
  if (binding?.kind === 'variable' && binding.element !== undefined) return TEXT.test(`.${root.text}`);
  return made !== undefined && TEXT.test(made) && !/\.filter\(|tool_calls|toolCalls/.test(made);
}

/** Questions of an `if` whose answer leads to something else than the ordinary way. */
function ofIf(node: ts.IfStatement, held: (node: ts.Node) => boolean): Asked[] {
  return questions(node.expression, held).flatMap(({ asked, when }) => {
    if (when) return does(node.thenStatement) ? [asked] : [];
    // `if (reason !== 'max_tokens') return text; ...`: what follows is the other way.
    if (node.elseStatement !== undefined) return does(node.elseStatement) ? [asked] : [];
    const usual = returned(node.thenStatement);
    const rest = tsc.isBlock(node.parent) ? node.parent.statements.slice(node.parent.statements.indexOf(node) + 1) : [];
    const others = rest.flatMap(returned);
    return usual.length > 0 && (rest.some(throwsIn) || others.some(one => !isEmptyReturn(one) && !usual.includes(one))) ? [asked] : [];
  });
}

/** `case 'refusal': throw ...` */
function ofSwitch(node: ts.SwitchStatement): Asked[] {
  if (!REASON.test(lastMember(node.expression))) return [];
  const clauses = node.caseBlock.clauses;
  return clauses.flatMap((clause, at) => {
    if (!tsc.isCaseClause(clause) || !tsc.isStringLiteralLike(clause.expression)) return [];
    const body = clauses.slice(at).find(one => one.statements.length > 0);
    if (body === undefined || !body.statements.some(does)) return [];
    const { text } = clause.expression;
    return CUT.test(text) ? (['cut'] as const) : REFUSED.test(text) ? (['refused'] as const) : [];
  });
}

/** Does a branch do something that changes the outcome? A line in a log does not, and nothing is no answer. */
function does(statement: ts.Statement): boolean {
  if (throwsIn(statement) || returned(statement).some(one => !isEmptyReturn(one))) return true;
  let acts = false;
  walk(statement, node => {
    if (isFunctionNode(node) || acts) return 'skip';
    if (tsc.isContinueStatement(node)) acts = true;
    if (tsc.isBinaryExpression(node) && /^\+?=$/.test(node.operatorToken.getText())) acts = true;
    if (tsc.isCallExpression(node) && tsc.isExpressionStatement(node.parent.parent ?? node) && !LOGS.test(node.expression.getText()))
      acts = true;
    if (tsc.isCallExpression(node) && tsc.isExpressionStatement(node.parent) && !LOGS.test(node.expression.getText())) acts = true;
    return undefined;
  });
  return acts;
}

function returned(statement: ts.Statement): string[] {
  const out: string[] = [];
  walk(statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isReturnStatement(node)) out.push(node.expression?.getText().slice(0, 200) ?? '');
    return undefined;
  });
  return out;
}

const isEmptyReturn = (text: string): boolean => /^(?:|''|""|``|null|undefined|\[\]|\{\})$/.test(text);
const isEmptyText = (node: ts.Expression): boolean => isEmptyReturn(node.getText());
