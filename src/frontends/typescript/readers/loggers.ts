// Loggers that the code makes with a package, used or not.
import type { ts } from 'ts-morph';
import type { Logger } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Foreign } from '../evaluator/values.ts';
import { loggersOf } from '../logs/loggers.ts';
import { libraryOf } from '../logs/values.ts';
import { packageOf } from '../modules.ts';
import { placeOf } from '../places.ts';
import type { Reader, Reading } from '../reader.ts';
import { LOG_LIBRARIES } from './log-libraries.ts';

const PACKAGES = new Set(LOG_LIBRARIES.flatMap(library => library.packages));
/** Frameworks that are imported for other things than logging. */
const FRAMEWORKS = new Set(['probot', '@azure/functions', '@slack/bolt', '@mastra/core']);

export const reader: Reader = {
  id: 'loggers',
  wants: { specifier: specifier => PACKAGES.has(specifier) || PACKAGES.has(packageOf(specifier).name ?? '') },
  read: (reading, nominated) => nominated.flatMap(file => loggersIn(reading, file)),
};

function loggersIn(reading: Reading, file: string): Logger[] {
  const unit = reading.program.unit(file);
  const out: Logger[] = [];
  const seen = new Set<ts.Node>();
  for (const node of unit?.calls ?? []) {
    reading.ev.budget.ask(
      () => {
        const root = rootName(node.expression);
        if (root === undefined || unit?.imports.get(root) === undefined) return;
        for (const callee of reading.ev.values(node.expression)) {
          if (callee.kind !== 'foreign' || FRAMEWORKS.has(callee.package) || callee.steps.some(s => s.kind !== 'member')) continue;
          const library = libraryOf({ ...callee, steps: [...callee.steps, ...through(callee)] });
          if (library === undefined || library.exports[0] === 'log' || seen.has(node)) continue;
          seen.add(node);
          const info = loggersOf(reading).made(library, callee.package, node.arguments ?? [], node);
          out.push({
            kind: 'logger',
            location: placeOf(node),
            role: reading.inventory.roleOf(file),
            label: info.label,
            structured: info.structured,
            correlated: info.correlated,
            ...(info.redacts === undefined ? {} : { redacts: info.redacts }),
            ...(info.note === undefined ? {} : { note: info.note }),
          });
        }
      },
      () => {},
    );
  }
  return out;
}

/** A server that logs is made by the framework itself; its logger is a member of it. */
function through(callee: Foreign): Foreign['steps'] {
  const library = LOG_LIBRARIES.find(l => l.packages.includes(callee.package));
  return (library?.through ?? []).map(name => ({ kind: 'member', name }) as const);
}

/** The name that a member chain begins with. */
function rootName(node: ts.Expression): string | undefined {
  let inner = node;
  while (tsc.isPropertyAccessExpression(inner)) inner = inner.expression;
  return tsc.isIdentifier(inner) ? inner.text : undefined;
}
