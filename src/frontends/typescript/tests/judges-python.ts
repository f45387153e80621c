// Judges of Python evaluations: libraries that grade answers, and the bar that a test sets by its assertions.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';

/** Exports that ask a model for a grade, by package, as of November 2026. */
export const PYTHON_GRADERS: Readonly<Record<string, RegExp>> = {
  'py:deepeval': /^(?:GEval|DAGMetric|assert_test|ConversationalGEval|\w+Metric)$/,
  'py:ragas':
    /^(?:evaluate|aevaluate|AspectCritic|RubricsScore|InstanceRubrics|SimpleCriteriaScore|FactualCorrectness|Faithfulness|faithfulness|answer_\w+|ResponseRelevancy|AnswerRelevancy|AgentGoalAccuracy\w*|DiscreteMetric|NumericMetric)$/,
  'py:openevals': /^(?:create_(?:async_)?llm_as_judge|create_async_\w+|create_\w*judge)$/,
  'py:agentevals': /^create_(?:async_)?\w*(?:llm_as_judge|judge)$/,
  'py:autoevals':
    /^(?:Factuality|ClosedQA|Battle|Humor|Possible|Security|Sql|Summary|Translation|LLMClassifier|Answer\w+|Context\w+|Faithfulness|Moderation)/,
  'py:langsmith': /^(?:evaluate|aevaluate|LangChainStringEvaluator)$/,
  'py:langchain': /^load_evaluator$/,
  'py:inspect_ai': /^(?:model_graded_qa|model_graded_fact)$/,
  'py:pydantic_evals': /^LLMJudge$/,
  'py:azure.ai.evaluation': /^(?:evaluate|\w+Evaluator|\w+Grader)$/,
  'py:phoenix': /^(?:llm_classify|run_evals|\w+Evaluator|ClassificationEvaluator|create_classifier)$/,
  'py:mlflow': /^(?:make_genai_metric|answer_\w+|faithfulness|relevance|Correctness|Guidelines|RelevanceToQuery|Safety|make_judge)$/,
  'py:trulens': /^(?:Feedback|Metric)$/,
  'py:vertexai': /^(?:EvalTask|PointwiseMetric|PairwiseMetric)$/,
  'py:google.adk': /^AgentEvaluator$/,
  'py:giskard': /^(?:scan|evaluate)$/,
  'py:opik': /^(?:Hallucination|GEval|AnswerRelevance|Moderation|Usefulness|ContextPrecision|ContextRecall)$/,
  'py:weave': /^(?:Evaluation|HallucinationFreeScorer)$/,
  'py:evaluate': /^$/,
};

/** Methods of clients that run an evaluation. */
const RUNS = /^a?evaluate$/;

/** A call like `Client().aevaluate(...)` of langsmith. */
export function evaluatesThrough(reading: Reading, unit: Unit): ts.Node | undefined {
  return unit.calls.find(call => {
    if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression) || !RUNS.test(call.expression.name.text))
      return false;
    const { expression } = call.expression;
    const values = reading.near.budget.ask<readonly Value[]>(
      () => reading.near.values(expression),
      () => [],
    );
    return values.some(value => value.kind === 'foreign' && /^py:(?:langsmith|ragas|deepeval|phoenix)$/.test(value.package));
  });
}

/** Does every answer that is graded stand in the test itself? Then the agent is never asked. */
export function gradesLiterals(unit: Unit): boolean {
  const graded = unit.calls.filter(call => /(?:^|\.)(?:LLMTestCase|SingleTurnSample)$/.test(call.expression.getText().slice(0, 80)));
  const answers = graded.flatMap(call => {
    const given = keywordsIn([...(call.arguments ?? [])])?.properties.find(p => /^(?:actual_output|response)$/.test(propertyName(p) ?? ''));
    return given !== undefined && tsc.isPropertyAssignment(given) ? [strip(given.initializer)] : [];
  });
  return answers.length > 0 && answers.every(answer => answer !== undefined && tsc.isStringLiteralLike(answer));
}

/**
 * The share of cases that the assertions around a judge ask for: 1 where each case asserts, the number that a share of passed cases is
 * compared with; null: nothing is asserted of what the judge says, or only of a mean.
 */
export function assertedShare(reading: Reading, unit: Unit, uses: readonly ts.Node[]): Bar {
  for (const call of unit.calls)
    if (tsc.isIdentifier(call.expression) && unit.imports.get(call.expression.text)?.name === 'assert_test')
      return { share: 1, looped: loopAround(call) !== undefined };
  for (const use of throughHelpers(unit, uses)) {
    const fn = namedAround(use);
    const body = fn === undefined || !isCase(fn) ? undefined : fn.body;
    const share = body === undefined ? null : shareIn(reading, body, use);
    if (share !== null) return { share, looped: loopAround(use) !== undefined };
  }
  return { share: null, looped: false };
}

export interface Bar {
  readonly share: number | null;
  /** Are the cases rows of a loop, so that the number of tests is not their number? */
  readonly looped: boolean;
}

/** The function around, comprehensions and lambdas left out. */
function namedAround(node: ts.Node): FunctionNode | undefined {
  let fn = enclosingFunction(node);
  while (fn !== undefined && tsc.isArrowFunction(fn)) fn = enclosingFunction(fn);
  return fn;
}

function isCase(fn: FunctionNode): boolean {
  return fn.name !== undefined && tsc.isIdentifier(fn.name) && fn.name.text.startsWith('test');
}

/** A judge may stand in a function of the file that the cases call. */
function throughHelpers(unit: Unit, uses: readonly ts.Node[]): readonly ts.Node[] {
  const out = new Set<ts.Node>(uses);
  for (const use of out) {
    if (out.size > 100) break;
    const fn = namedAround(use);
    const variable = fn === undefined ? variableAround(use) : undefined;
    if (variable !== undefined) for (const id of unit.names.get(variable.text) ?? []) if (id !== variable) out.add(id);
    if (fn === undefined || isCase(fn) || fn.name === undefined || !tsc.isIdentifier(fn.name)) continue;
    for (const id of unit.names.get(fn.name.text) ?? []) if (id !== fn.name && tsc.isCallExpression(id.parent)) out.add(id);
  }
  return [...out];
}

/** `judge = create_llm_as_judge(...)` of a module. */
function variableAround(node: ts.Node): ts.Identifier | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent)
    if (tsc.isVariableDeclaration(up)) return tsc.isIdentifier(up.name) ? up.name : undefined;
  return undefined;
}

function shareIn(reading: Reading, body: ts.Node, use: ts.Node): number | null {
  const tainted = new Set<string>();
  const divided = new Set<string>();
  const holds = (node: ts.Node): boolean => {
    let found = false;
    walk(node, inner => {
      if (inner === use || (tsc.isIdentifier(inner) && tainted.has(inner.text))) found = true;
      return found ? 'skip' : undefined;
    });
    return found;
  };
  let share: number | null = null;
  walk(body, node => {
    if (share !== null) return 'skip';
    const target = tsc.isVariableDeclaration(node) ? node.name : tsc.isBinaryExpression(node) && isSet(node) ? node.left : undefined;
    const value = tsc.isVariableDeclaration(node) ? node.initializer : tsc.isBinaryExpression(node) ? node.right : undefined;
    if (target !== undefined && value !== undefined && tsc.isIdentifier(target) && holds(value)) {
      tainted.add(target.text);
      if (isShare(value)) divided.add(target.text);
    }
    // `scores.append(result)`, `passed += 1` below a condition.
    if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && tsc.isIdentifier(node.expression.expression))
      if (/^(?:push|append|add)$/.test(node.expression.name.text) && node.arguments.some(holds))
        tainted.add(node.expression.expression.text);
    if (tsc.isIfStatement(node) && !throwsAssertion(node) && holds(node.expression))
      walk(node.thenStatement, inner => {
        const counted =
          tsc.isBinaryExpression(inner) && isSet(inner) ? inner.left : tsc.isPostfixUnaryExpression(inner) ? inner.operand : undefined;
        if (counted !== undefined && tsc.isIdentifier(counted)) tainted.add(counted.text);
        return undefined;
      });
    if (tsc.isIfStatement(node) && throwsAssertion(node) && holds(node.expression)) share = barOf(reading, node, use, divided);
    return undefined;
  });
  return share;
}

function isSet(node: ts.BinaryExpression): boolean {
  const { kind } = node.operatorToken;
  return kind === tsc.SyntaxKind.EqualsToken || kind === tsc.SyntaxKind.PlusEqualsToken;
}

/** `passed / len(cases)`, `sum(...) / n` of what passed: a division. */
function isShare(node: ts.Expression): boolean {
  const bare = strip(node);
  return (
    bare !== undefined &&
    tsc.isBinaryExpression(bare) &&
    bare.operatorToken.kind === tsc.SyntaxKind.SlashToken &&
    /pass|correct|ok|success|good/i.test(bare.left.getText().slice(0, 200))
  );
}

/** The lowered form of `assert`. */
function throwsAssertion(node: ts.IfStatement): boolean {
  const first = tsc.isBlock(node.thenStatement) ? node.thenStatement.statements[0] : node.thenStatement;
  return first !== undefined && tsc.isThrowStatement(first) && /^new AssertionError\b/.test(first.expression.getText().slice(0, 40));
}

/** The bar of one assertion: in a case of its own it is all of them; beside a loop it is what a share is compared with. */
function barOf(reading: Reading, assertion: ts.IfStatement, use: ts.Node, divided: ReadonlySet<string>): number | null {
  const loop = loopAround(use);
  if (loop === undefined || (assertion.pos >= loop.pos && assertion.end <= loop.end)) return 1;
  let bar: number | null = null;
  walk(assertion.expression, node => {
    if (!tsc.isBinaryExpression(node)) return undefined;
    const { kind } = node.operatorToken;
    if (kind !== tsc.SyntaxKind.GreaterThanToken && kind !== tsc.SyntaxKind.GreaterThanEqualsToken) return undefined;
    const left = strip(node.left);
    const isRate = left !== undefined && (isShare(left) || (tsc.isIdentifier(left) && divided.has(left.text)));
    const numbers = reading.ev.values(node.right).flatMap(v => (v.kind === 'literal' && typeof v.value === 'number' ? [v.value] : []));
    if (isRate && numbers[0] !== undefined) bar = numbers[0] > 1 ? numbers[0] / 100 : numbers[0];
    return undefined;
  });
  return bar;
}

function loopAround(node: ts.Node): ts.Node | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (tsc.isForOfStatement(up) || tsc.isForStatement(up) || tsc.isWhileStatement(up)) return up;
    if (tsc.isArrowFunction(up) && tsc.isCallExpression(up.parent) && tsc.isPropertyAccessExpression(up.parent.expression))
      return up.parent;
    if (tsc.isFunctionDeclaration(up) || tsc.isMethodDeclaration(up)) return undefined;
  }
  return undefined;
}
