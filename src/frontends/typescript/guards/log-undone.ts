// A part of a logger that was given to it and is taken away again: `handler.removeFilter(f)`, another formatter in its place, a root
// logger whose handlers are cleared or set up anew.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import { scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { lastName } from '../short-text.ts';
import { propertyName } from '../syntax.ts';

const TAKEN = 'it is taken away again';
const REPLACED = 'another takes its place';

/** A call that gives a part to a host, and the one that attaches the host to a logger. */
export interface Given {
  readonly call: ts.CallExpression;
  /** The handler or logger that has the part; undefined: the part is a handler itself. */
  readonly host: ts.Expression | undefined;
  readonly attached: ts.Node | undefined;
  /** Calls that give the part: one that comes later takes nothing away. */
  readonly same: ReadonlySet<ts.Node>;
}

/** Why nothing comes of a part that was given; undefined: nothing was seen that takes it away. @param runs is a call ever made? */
export function undone(reading: Reading, { call, host, attached, same }: Given, runs: (call: ts.Node) => boolean): string | undefined {
  const handler = (host ?? call.arguments[0])?.getText();
  if (handler === undefined) return undefined;
  const later = (node: ts.Node, than: ts.Node): boolean =>
    node.getSourceFile() === than.getSourceFile() && scopeOf(node) === scopeOf(than) && node.pos > than.pos;
  // A filter or a handler that is taken out by name was put in before, wherever that is said.
  const takes = (node: ts.Node): boolean => (scopeOf(node) === scopeOf(call) ? node.pos > call.pos : runs(node));
  let why: string | undefined;
  const look = (node: ts.Node): void => {
    if (why !== undefined) return;
    if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken) {
      const target = node.left.getText();
      if (target === `${handler}.filters` && takes(node)) why = TAKEN;
      else if ((target === `${handler}.formatter` || (target === handler && host !== undefined)) && later(node, call)) why = REPLACED;
      else if (attached !== undefined && isHandlers(node.left) && isWide(reading, node.left) && later(node, attached)) why = REPLACED;
      return;
    }
    if (!tsc.isCallExpression(node) || node === call || node === attached) return;
    const name = lastName(node.expression);
    const receiver = tsc.isPropertyAccessExpression(node.expression) ? node.expression.expression : undefined;
    if (name === 'removeFilter' && receiver?.getText() === handler && takes(node)) why = TAKEN;
    else if (name === 'removeHandler' && node.arguments[0]?.getText() === handler && takes(node)) why = TAKEN;
    else if (name === 'clear' && receiver?.getText() === `${handler}.filters` && takes(node)) why = TAKEN;
    else if (name === 'setFormatter' && lastName(call.expression) === name && receiver?.getText() === handler && !same.has(node))
      why = later(node, call) ? REPLACED : undefined;
    else if (attached === undefined || !later(node, attached)) return;
    else if (name === 'clear' && receiver !== undefined && isHandlers(receiver) && isWide(reading, receiver)) why = TAKEN;
    else if (name === 'basicConfig' && forces(node) && !node.getText().includes(handler)) why = REPLACED;
    else if (name === 'dictConfig' && setsRoot(node)) why = REPLACED;
  };
  for (const file of new Set([call.getSourceFile(), ...(attached === undefined ? [] : [attached.getSourceFile()])])) walk(file, look);
  return why;
}

function isHandlers(node: ts.Expression): node is ts.PropertyAccessExpression {
  return tsc.isPropertyAccessExpression(node) && node.name.text === 'handlers';
}

/** The handlers of the logger of all: `logging.getLogger().handlers`, `logging.root.handlers`. */
function isWide(reading: Reading, node: ts.Expression): boolean {
  if (!tsc.isPropertyAccessExpression(node)) return false;
  return reading.near.values(node.expression).some(value => {
    if (value.kind !== 'foreign' || value.package !== 'py:logging') return false;
    const [first, made] = value.steps;
    if (first?.kind !== 'member') return false;
    return first.name === 'root' || (first.name === 'getLogger' && made?.kind === 'call' && (made.args ?? []).length === 0);
  });
}

/** `basicConfig(force=True)` throws away what handlers there are. */
function forces(call: ts.CallExpression): boolean {
  const option = keywordsIn(call.arguments)?.properties.find(p => propertyName(p) === 'force');
  return option !== undefined && tsc.isPropertyAssignment(option) && option.initializer.kind === tsc.SyntaxKind.TrueKeyword;
}

function setsRoot(call: ts.CallExpression): boolean {
  const [given] = call.arguments;
  return given !== undefined && tsc.isObjectLiteralExpression(given) && given.properties.some(p => propertyName(p) === 'root');
}
