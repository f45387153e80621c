// Which expressions of a Python program are handed to a model or an agent as its tools, and by whose framework.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { TAKES_TOOLS, TOOL_TAKERS } from './shapes-python.ts';

export interface PythonOffer {
  readonly list: ts.Expression;
  /** The framework that is given the list. */
  readonly package: string | undefined;
}

/** The lists of tools in a file. */
export function pythonOffers(reading: Reading, unit: Unit, ask: (question: () => void) => void): readonly PythonOffer[] {
  const out: PythonOffer[] = [];
  for (const keyword of ['tools', 'functions'])
    for (const id of reading.program.identifiers(unit, keyword)) {
      const property = id.parent;
      if (!tsc.isPropertyAssignment(property) || property.name !== id || !isKeywords(property.parent)) continue;
      const call = property.parent.parent;
      if (!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) continue;
      ask(() => {
        const taker = takerOf(reading, call.expression);
        if (taker !== undefined) out.push({ list: property.initializer, package: taker });
      });
    }
  for (const [name, position] of Object.entries(TAKES_TOOLS))
    for (const id of position < 0 ? [] : reading.program.identifiers(unit, name)) {
      const callee: ts.Node = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
      const call = callee.parent;
      if ((!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) || call.expression !== callee) continue;
      const list = call.arguments?.[position];
      if (list === undefined || tsc.isSpreadElement(list) || isKeywords(list)) continue;
      ask(() => {
        const taker = takerOf(reading, call.expression) ?? (/^bind_/.test(name) ? 'py:langchain' : undefined);
        if (taker !== undefined) out.push({ list, package: taker });
      });
    }
  return out;
}

/** The framework whose call takes tools; undefined: it is none. */
function takerOf(reading: Reading, callee: ts.Expression): string | undefined {
  const { ev, classifier, paths } = reading;
  for (const value of ev.values(callee)) {
    if (value.kind === 'foreign' && (TOOL_TAKERS.has(value.package) || classifier.sdksOf(value.package).length > 0)) return value.package;
    if (value.kind === 'function' && paths.leads.has(value.node)) return '';
    if (value.kind === 'class' && value.node.members.some(m => paths.leads.has(m as ts.MethodDeclaration))) return '';
  }
  return lastName(callee) === 'bind_tools' ? 'py:langchain' : undefined;
}
