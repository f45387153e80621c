// What a framework does with a tool that throws: does the model read it as a result, or does the run break off?
import type { ts } from 'ts-morph';
import type { Inventory } from '../../../repository/index.ts';
import { lastName } from '../calls/find.ts';
import { inRange } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { makerOf } from './definition.ts';
import { TOOL_MAKERS, type ToolMaker } from './shapes.ts';

/** What tools are made by, to ask no other call what it is. */
const NAMES = new Set(TOOL_MAKERS.map(maker => maker.member));

type Contained = ToolMaker['errors'][number]['contained'];

/** What the version in use of a framework does with a throw, as its row of the table says. */
export function containedBy(inventory: Inventory, maker: ToolMaker, file: string): Contained {
  const version = inventory.versionOf(file, maker.version ?? maker.packages[0] ?? '')?.version;
  return maker.errors.find(row => inRange(version, row.range))?.contained ?? 'unknown';
}

/** The same for a call or construction that makes a tool; undefined: it makes none. */
export function failureOfMade(ev: Evaluator, node: ts.CallExpression | ts.NewExpression): Contained | undefined {
  const name = lastName(node.expression);
  if (name === undefined || !NAMES.has(name)) return undefined;
  for (const value of ev.values(node.expression)) {
    const maker = value.kind === 'foreign' ? makerOf(value, tsc.isNewExpression(node) ? 'new' : 'call') : undefined;
    if (maker === undefined) continue;
    const options = node.arguments?.[maker.options ?? 0];
    const through = maker.letsThrough === undefined || options === undefined ? [] : ev.inside(ev.values(options), maker.letsThrough).found;
    return through.some(v => v.kind === 'literal' && v.value === null)
      ? 'no'
      : containedBy(ev.program.inventory, maker, node.getSourceFile().fileName);
  }
  return undefined;
}
