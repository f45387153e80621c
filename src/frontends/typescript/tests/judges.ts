// Models that grade answers in evaluations: through libraries made for it, or by a call that the repository writes itself.
import type { ts } from 'ts-morph';
import { isPythonFile, type JudgeEvaluation } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { propertyName } from '../syntax.ts';
import { assertedShare, evaluatesThrough, gradesLiterals, PYTHON_GRADERS } from './judges-python.ts';

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
  ...PYTHON_GRADERS,
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
  const python = isPythonFile(unit.file);
  const ofAgent = python && gradesLiterals(unit) ? 'no' : asksAgent ? 'yes' : 'unknown';
  const base = { kind: 'judge-evaluation', role, cases: cases > 0 ? cases : null, ofAgent } as const;
  const bar = (uses: readonly ts.Node[]): Pick<JudgeEvaluation, 'threshold' | 'cases'> => {
    if (!python) return { threshold: thresholdOf(reading, unit, gates), cases: base.cases };
    const { share, looped } = gates ? assertedShare(reading, unit, uses) : { share: null, looped: false };
    return { threshold: share, cases: looped ? null : base.cases };
  };
  for (const [local, imported] of unit.imports) {
    const pkg = packageOf(imported.specifier);
    const names = Object.hasOwn(GRADERS, pkg) ? GRADERS[pkg] : undefined;
    if (names?.test(imported.name) !== true) continue;
    const uses = (unit.names.get(local) ?? []).filter(
      id => !tsc.isImportSpecifier(id.parent) && !tsc.isImportClause(id.parent) && !tsc.isExportSpecifier(id.parent),
    );
    const [use] = uses;
    if (use === undefined) continue;
    return [{ ...base, location: placeOf(use), label: `${imported.name} of ${pkg.replace(/^py:/, '')}`, ...bar(uses) }];
  }
  const started = python ? evaluatesThrough(reading, unit) : undefined;
  if (started !== undefined)
    return [{ ...base, location: placeOf(started), label: 'an evaluation that a library runs', ...bar([started]) }];
  // A model that the evaluation itself asks, beside the agent.
  const own = reading.sites.find(
    site =>
      site.node.getSourceFile().fileName === unit.file &&
      (role === 'eval' || (python && asksAgent)) &&
      reading.inventory.roleOf(site.classified.value.file) !== 'production',
  );
  return own === undefined
    ? []
    : [
        {
          ...base,
          location: placeOf(own.node),
          label: `a model call of the evaluation's own (${own.shape.member})`,
          ...(python ? bar([own.node]) : { threshold: null }),
        },
      ];
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
