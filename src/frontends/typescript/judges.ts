// Models that grade answers in evaluations: through libraries made for it, or by a call that the repository writes itself.
import type { JudgeEvaluation } from '../../core/index.ts';
import { tsc } from './compiler.ts';
import { placeOf } from './places.ts';
import type { Unit } from './program.ts';
import type { Reading } from './reader.ts';
import { propertyName } from './syntax.ts';
import type { Value } from './values.ts';

/** Exports that ask a model for a grade, by package, as of November 2026. */
const GRADERS: Readonly<Record<string, RegExp>> = {
  autoevals:
    /^(?:Factuality|ClosedQA|Battle|Humor|Possible|Security|Sql|Summary|Translation|LLMClassifierFromTemplate|LLMClassifier|OpenAIClassifier|Answer\w+|Context\w+|Faithfulness|Moderation)/,
  openevals: /^createLLMAsJudge|^create\w*Judge/,
  agentevals: /^create\w*(?:LLMAsJudge|Judge)/,
  '@mastra/evals': /Metric$|Scorer$|^create\w+Scorer$/,
  'vitest-evals': /^(?:Factuality|LLMJudge|create\w*Judge)/,
  promptfoo: /^matches(?:LlmRubric|Factuality|ClosedQa)|^assertions$/,
  langsmith: /^evaluate$/,
  deepeval: /Metric$|^GEval$/,
  '@arizeai/phoenix-evals': /^create\w+Evaluator$|^create\w+Classifier$/,
};

/** Does an import name a library that grades answers? */
export function namesGrader(specifier: string): boolean {
  return Object.hasOwn(GRADERS, packageOf(specifier));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The judges of a file; `asksAgent`: it runs the agent of the repository. */
export function judgesOf(reading: Reading, unit: Unit, cases: number, asksAgent: boolean, gates: boolean): JudgeEvaluation[] {
  const role = reading.inventory.roleOf(unit.file);
  const base = { kind: 'judge-evaluation', role, cases: cases > 0 ? cases : null, ofAgent: asksAgent ? 'yes' : 'unknown' } as const;
  for (const [local, imported] of unit.imports) {
    const pkg = packageOf(imported.specifier);
    const names = Object.hasOwn(GRADERS, pkg) ? GRADERS[pkg] : undefined;
    if (names?.test(imported.name) !== true) continue;
    const use = (unit.names.get(local) ?? []).find(id => !tsc.isImportSpecifier(id.parent) && !tsc.isImportClause(id.parent));
    if (use === undefined) continue;
    return [{ ...base, location: placeOf(use), label: `${imported.name} of ${pkg}`, threshold: thresholdOf(reading, unit, gates) }];
  }
  // A model that the evaluation itself asks, beside the agent.
  const own = reading.sites.find(
    site =>
      site.node.getSourceFile().fileName === unit.file &&
      role === 'eval' &&
      reading.inventory.roleOf(site.classified.value.file) !== 'production',
  );
  return own === undefined
    ? []
    : [{ ...base, location: placeOf(own.node), label: `a model call of the evaluation's own (${own.shape.member})`, threshold: null }];
}

/** `describeEval({ threshold: 0.9 })`: every case must reach it; elsewhere a threshold beside the judge fails nothing by itself. */
function thresholdOf(reading: Reading, unit: Unit, gates: boolean): number | null {
  if (!gates) return null;
  for (const call of unit.calls) {
    if (
      !tsc.isCallExpression(call) ||
      !tsc.isIdentifier(call.expression) ||
      unit.imports.get(call.expression.text)?.name !== 'describeEval'
    )
      continue;
    const options = call.arguments[1];
    if (options === undefined || !tsc.isObjectLiteralExpression(options)) return 1;
    const written = options.properties.find(p => propertyName(p) === 'threshold');
    if (written === undefined || !tsc.isPropertyAssignment(written)) return 1;
    const values = reading.ev.budget.ask<readonly Value[]>(
      () => reading.ev.values(written.initializer),
      () => [],
    );
    const number = values.find(v => v.kind === 'literal' && typeof v.value === 'number');
    // A threshold of null switches the bar off.
    return number?.kind === 'literal' && typeof number.value === 'number' ? number.value : null;
  }
  return null;
}
