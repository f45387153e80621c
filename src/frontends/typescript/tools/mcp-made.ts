// Tools of MCP servers that a program hands to a model in its own words: an object made for each tool of a server, whose function leads to
// the client's `callTool`, or a copy of each tool under another name.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { matches } from '../calls/classify.ts';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { type Foreign, type FunctionNode, HOLE, textOf } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { propertyName, propertyValue, strip } from '../syntax.ts';
import { bare, type Definition, dynamicOf, RUN_NAMES } from './definition.ts';
import { DYNAMIC_SOURCES } from './sources.ts';

const PACKAGES = DYNAMIC_SOURCES.filter(s => s.label === 'MCP').flatMap(s => s.packages);
const NAME = '<dynamic: MCP>';
const DEEPEST = 5;
const MOST = 40;

/** The tools of MCP servers that are made by hand; each object that is made for a tool once. */
export function mcpMade(reading: Reading, units: readonly Unit[], ask: (question: () => void, unit: Unit) => void): readonly Definition[] {
  const out = new Map<ts.Node, Definition>();
  const mine = units.filter(unit => !isPythonFile(unit.file) && reading.inventory.roleOf(unit.file) === 'production');
  for (const unit of mine)
    for (const call of unit.calls) {
      if (!tsc.isCallExpression(call) || lastName(call.expression) !== 'callTool') continue;
      ask(() => {
        if (!reading.ev.values(call.expression).some(v => v.kind === 'foreign' && isClient(v))) return;
        for (const definition of madeAround(reading, call)) out.set(definition.node, definition);
      }, unit);
    }
  if (out.size > 0) return [...out.values()];
  for (const unit of mine)
    for (const call of unit.calls) {
      if (!tsc.isCallExpression(call) || lastName(call.expression) !== 'tools') continue;
      ask(() => {
        const source = reading.ev.values(call).find((v): v is Foreign => v.kind === 'foreign' && dynamicOf(v)?.label === 'MCP');
        const node = source === undefined ? undefined : copyOf(call);
        if (source !== undefined && node !== undefined)
          out.set(node, { ...bare(node), seen: 'hidden', name: NAME, title: `tools of ${source.package}` });
      }, unit);
    }
  return [...out.values()];
}

function isClient(value: Foreign): boolean {
  return PACKAGES.some(p => matches(p, value.package));
}

/** The objects with a name that only a run knows, whose function leads to the call. */
function madeAround(reading: Reading, call: ts.CallExpression): readonly Definition[] {
  const out: Definition[] = [];
  const seen = new Set<ts.Node>();
  let open: readonly ts.Node[] = [call];
  for (let level = 0; level < DEEPEST && open.length > 0 && seen.size < MOST; level++) {
    const next: ts.Node[] = [];
    for (const node of open) {
      const fn = enclosingFunction(node);
      if (fn === undefined || seen.has(fn) || !isFunctionNode(fn)) continue;
      seen.add(fn);
      const object = toolOf(reading, fn);
      if (object !== undefined)
        out.push({
          ...bare(object),
          options: [{ kind: 'object', node: object, frame: undefined }],
          runs: [{ node: fn }],
          seen: 'found',
          name: NAME,
          title: 'a tool that is made for each one of an MCP server',
        });
      else next.push(...callsOf(reading, fn));
    }
    open = next;
  }
  return out;
}

/** The calls of a function; those of a method whose receivers are not seen are looked for where its class is imported. */
function callsOf(reading: Reading, fn: FunctionNode): readonly ts.Node[] {
  const uses = reading.paths.usesOf(fn).filter(use => use.how === 'called');
  const name = tsc.isMethodDeclaration(fn) ? propertyName(fn) : undefined;
  if (uses.length > 0 || name === undefined) return uses.map(use => use.node);
  const { fileName } = fn.getSourceFile();
  return [fileName, ...reading.index.importersOf(fileName)].flatMap(file => {
    const unit = reading.inventory.roleOf(file) === 'production' ? reading.program.unit(file) : undefined;
    return (unit?.calls ?? []).filter(
      call => tsc.isCallExpression(call) && tsc.isPropertyAccessExpression(call.expression) && call.expression.name.text === name,
    );
  });
}

/** The object that describes a tool of another name in each run, and whose function this is. */
function toolOf(reading: Reading, fn: ts.Node): ts.ObjectLiteralExpression | undefined {
  const property = tsc.isMethodDeclaration(fn) ? fn : fn.parent;
  const object = property.parent;
  if (!tsc.isObjectLiteralExpression(object) || !RUN_NAMES.includes(propertyName(property as ts.ObjectLiteralElementLike) ?? ''))
    return undefined;
  const part = (name: string): ts.Expression | undefined => propertyValue(object.properties.find(p => propertyName(p) === name));
  const name = part('name');
  const described = part('description') ?? part('parameters') ?? part('inputSchema') ?? part('input_schema');
  if (name === undefined || described === undefined) return undefined;
  const written = reading.ev.values(name).map(v => textOf(v));
  return written.length > 0 && written.every(text => text !== undefined && !text.includes(HOLE)) && isPlain(name) ? undefined : object;
}

/** Is it a text that stands there whole? */
function isPlain(node: ts.Expression): boolean {
  const inner = strip(node);
  return inner !== undefined && !tsc.isTemplateExpression(inner) && !tsc.isBinaryExpression(inner);
}

/** `for (const [name, tool] of Object.entries(mcpTools)) tools[prefix + name] = { ...tool }` after `const mcpTools = await client.tools()`. */
function copyOf(call: ts.CallExpression): ts.Node | undefined {
  let holder: ts.Node = call.parent;
  while (tsc.isAwaitExpression(holder) || tsc.isParenthesizedExpression(holder) || tsc.isAsExpression(holder)) holder = holder.parent;
  const within = enclosingFunction(call);
  if (within === undefined || !tsc.isVariableDeclaration(holder) || !tsc.isIdentifier(holder.name)) return undefined;
  const { text } = holder.name;
  let found: ts.Node | undefined;
  walk(within, node => {
    if (found !== undefined) return 'skip';
    if (!tsc.isForOfStatement(node) || !isWithin(node, within) || !names(node.expression, text)) return undefined;
    walk(node.statement, inner => {
      if (found !== undefined) return 'skip';
      const isCopy =
        tsc.isBinaryExpression(inner) &&
        inner.operatorToken.kind === tsc.SyntaxKind.EqualsToken &&
        tsc.isElementAccessExpression(inner.left) &&
        !tsc.isStringLiteralLike(inner.left.argumentExpression);
      if (isCopy) found = inner;
      return undefined;
    });
    return undefined;
  });
  return found;
}

function names(node: ts.Node, text: string): boolean {
  let hit = false;
  walk(node, inner => {
    if (hit) return 'skip';
    if (tsc.isIdentifier(inner) && inner.text === text) hit = true;
    return undefined;
  });
  return hit;
}
