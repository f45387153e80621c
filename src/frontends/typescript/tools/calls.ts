// Where the program itself calls the code of a tool: in a case of its dispatcher, at what it takes out of a table or a list by the name
// that the model gave, and, for a tool that waits, wherever somebody lets it run.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { isServerMethod } from '../failures/entries.ts';
import { isWithin } from '../paths/call-sites.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import { type Definition, RUN_NAMES } from './definition.ts';
import type { Dispatched } from './dispatch.ts';

/** A place that runs the code of a tool. */
export interface Place {
  /** The call, or the case of the dispatcher. */
  readonly node: ts.Node;
  /** What stands for the tool there: `tool` of `tool.run(input)`. */
  readonly tool: ts.Expression | undefined;
  /** What the code is given there. */
  readonly args: readonly ts.Expression[];
}

const DEEPEST = 6;
const MOST = 40;

/** The places that run a tool. None: its framework runs it, or what runs it is out of sight. */
export function placesOf(reading: Reading, definition: Definition, dispatched: Dispatched | undefined): readonly Place[] {
  if (dispatched !== undefined) {
    const { at } = dispatched;
    if (tsc.isCaseClause(at) || tsc.isIfStatement(at)) return [{ node: at, tool: undefined, args: [] }];
    return takenFrom(reading, at);
  }
  if (definition.maker !== undefined) return [];
  const calls = new Set<ts.CallExpression>();
  for (const run of definition.runs) {
    const fn = run.node;
    if (!isFunctionNode(fn)) continue;
    for (const use of reading.paths.usesOf(fn))
      if (use.how === 'called' && (!use.likely || isPython(fn)) && tsc.isCallExpression(use.node) && isMemberCall(use.node))
        calls.add(use.node);
    // The function may be written elsewhere: `{ name: 'refund', run: refundOrder }`.
    for (const { object, name } of holdersOf(reading, definition, fn))
      for (const call of reading.references.throughMember(object, name, fn)) calls.add(call);
  }
  if (calls.size === 0) for (const run of definition.runs) for (const call of lookedUpCalls(reading, run.node)) calls.add(call);
  return [...calls].slice(0, MOST).map(node => {
    const callee = node.expression;
    const tool = tsc.isPropertyAccessExpression(callee) ? callee.expression : undefined;
    return { node: isPython(node) ? runnerOf(node) : node, tool, args: [...node.arguments] };
  });
}

/** `limited.run(lambda: tool.run(arguments))`: what runs the function gives back what the tool does. */
function runnerOf(call: ts.CallExpression): ts.CallExpression {
  const fn = call.parent;
  const outer = tsc.isArrowFunction(fn) && fn.body === call && fn.parameters.length === 0 ? fn.parent : undefined;
  return outer !== undefined && tsc.isCallExpression(outer) && outer.expression !== fn ? outer : call;
}

/** `tools[name].execute(...)`, or `tool(...)` after `tool = tools.get(name)`, of a method that Python's tools share. */
function lookedUpCalls(reading: Reading, fn: ts.Node): readonly ts.CallExpression[] {
  const name = tsc.isMethodDeclaration(fn) && isPython(fn) ? propertyName(fn) : undefined;
  if (name === undefined) return [];
  const near = new Set(reading.files);
  for (const file of reading.files)
    for (const { specifier } of (isPythonFile(file) ? reading.program.unit(file) : undefined)?.imports.values() ?? []) {
      const target = reading.inventory.resolveImport(file, specifier);
      if (target !== undefined) near.add(target);
    }
  return [...near].flatMap(file => {
    const unit = isPythonFile(file) && reading.inventory.roleOf(file) === 'production' ? reading.program.unit(file) : undefined;
    return (unit?.calls ?? []).filter((call): call is ts.CallExpression => {
      if (!tsc.isCallExpression(call)) return false;
      const { expression } = call;
      if (name === '__call__') return isLookUp(expression, 0);
      return tsc.isPropertyAccessExpression(expression) && expression.name.text === name && isLookUp(expression.expression, 0);
    });
  });
}

/** Is something taken out of a table by a key that is not written there? */
function isLookUp(node: ts.Expression, depth: number): boolean {
  if (tsc.isElementAccessExpression(node))
    return !tsc.isStringLiteralLike(node.argumentExpression) && !tsc.isNumericLiteral(node.argumentExpression);
  if (tsc.isCallExpression(node))
    return (
      (tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'get' && node.arguments.length > 0) ||
      // `self.find_plugin(function_name)`
      node.arguments.some(arg => /(?:^|[._])name$/.test(arg.getText()))
    );
  const binding = tsc.isIdentifier(node) && depth < 2 ? resolve(node) : undefined;
  const made = binding?.kind === 'variable' ? binding.node.initializer : undefined;
  return made !== undefined && isLookUp(made, depth + 1);
}

/** A function with a name of its own is also called by that name, which is no call of the tool. */
function isMemberCall(call: ts.CallExpression): boolean {
  return tsc.isPropertyAccessExpression(call.expression);
}

/** The objects of a definition that hold a function, and the members that it is. */
function holdersOf(reading: Reading, { options }: Definition, fn: ts.Node): { readonly object: ts.Node; readonly name: string }[] {
  return options.flatMap(value => {
    if (value.kind !== 'object' || isWithin(fn, value.node)) return [];
    return RUN_NAMES.flatMap(name => {
      const held = value.node.properties.some(p => propertyName(p) === name);
      return held && reading.ev.member([value], name).some(v => v.kind === 'function' && v.node === fn)
        ? [{ object: value.node, name }]
        : [];
    });
  });
}

/** The calls of what is taken out of a table by a key that is not written in the code. */
function takenFrom(reading: Reading, at: ts.Node): readonly Place[] {
  const table = tableOf(reading, at);
  if (table === undefined) return [];
  const file = table.object.getSourceFile().fileName;
  const out: Place[] = [];
  const looked: Place[] = [];
  for (const other of [file, ...reading.index.importersOf(file)]) {
    const unit = reading.inventory.roleOf(other) === 'production' ? reading.program.unit(other) : undefined;
    for (const use of unit === undefined ? [] : reading.program.identifiers(unit, table.name)) {
      const access = use.parent;
      const byKey =
        tsc.isElementAccessExpression(access) &&
        access.expression === use &&
        !tsc.isStringLiteralLike(access.argumentExpression) &&
        !(tsc.isBinaryExpression(access.parent) && access.parent.left === access);
      const got =
        tsc.isPropertyAccessExpression(access) && access.expression === use && access.name.text === 'get' ? access.parent : undefined;
      const taken = byKey ? access : got !== undefined && tsc.isCallExpression(got) && got.expression === access ? got : undefined;
      if (taken === undefined || !reading.ev.values(use).some(v => v.kind === 'object' && v.node === table.object)) continue;
      out.push(...callsOf(reading, taken, taken, 0));
      looked.push({ node: taken, tool: taken, args: [] });
    }
  }
  // Taken, and nothing is seen that runs it: it was looked at there all the same.
  return (out.length > 0 ? out : looked).slice(0, MOST);
}

/** The calls of a value, or of the function that it holds, inside one function. */
function callsOf(reading: Reading, node: ts.Expression, tool: ts.Expression, depth: number): readonly Place[] {
  let at: ts.Expression = node;
  while (tsc.isParenthesizedExpression(at.parent) || tsc.isNonNullExpression(at.parent) || tsc.isAsExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (tsc.isCallExpression(parent) && parent.expression === at) return [{ node: parent, tool, args: [...parent.arguments] }];
  if (tsc.isPropertyAccessExpression(parent) && parent.expression === at && RUN_NAMES.includes(parent.name.text))
    return depth < 4 ? callsOf(reading, parent, tool, depth + 1) : [];
  if (depth >= 4 || !tsc.isVariableDeclaration(parent) || parent.initializer !== at) return [];
  const names = tsc.isIdentifier(parent.name)
    ? [parent.name]
    : parent.name.elements.flatMap(e =>
        !tsc.isOmittedExpression(e) && tsc.isIdentifier(e.name) && RUN_NAMES.includes(fieldOf(e) ?? '') ? [e.name] : [],
      );
  return names.flatMap(name =>
    reading.program.identifiers(reading.program.unitOf(name), name.text).flatMap(use => {
      const binding = use === name ? undefined : resolve(use);
      return binding?.kind === 'variable' && binding.node === parent ? callsOf(reading, use, use, depth + 1) : [];
    }),
  );
}

function fieldOf(element: ts.BindingElement): string | undefined {
  const name = element.propertyName ?? element.name;
  return tsc.isIdentifier(name) || tsc.isStringLiteralLike(name) ? name.text : undefined;
}

/** The table that a tool stands in, and the name of the variable that holds it. */
function tableOf(reading: Reading, at: ts.Node): { readonly object: ts.Node; readonly name: string } | undefined {
  if (tsc.isObjectLiteralExpression(at.parent) && propertyName(at as ts.ObjectLiteralElementLike) !== undefined) {
    let holder: ts.Node = at.parent.parent;
    while (tsc.isAsExpression(holder) || tsc.isSatisfiesExpression(holder) || tsc.isParenthesizedExpression(holder)) holder = holder.parent;
    return tsc.isVariableDeclaration(holder) && tsc.isIdentifier(holder.name) ? { object: at.parent, name: holder.name.text } : undefined;
  }
  // `tools.search = { ... }`
  const left = tsc.isBinaryExpression(at) ? at.left : undefined;
  const base =
    left !== undefined && (tsc.isPropertyAccessExpression(left) || tsc.isElementAccessExpression(left)) ? left.expression : undefined;
  if (base === undefined || !tsc.isIdentifier(base)) return undefined;
  const object = reading.ev.values(base).find(v => v.kind === 'object');
  return object?.kind === 'object' ? { object: object.node, name: base.text } : undefined;
}

/** What leads to a place: the model that asked for it, a request of somebody else, or something that cannot be told. */
export type Asker = 'model' | 'request' | 'unclear';

/** Who makes a place run? What comes after a model call in the same function is taken to be what the model asked for. */
export function askerOf(reading: Reading, place: ts.Node): Asker {
  const seen = new Set<Scope>();
  const found = new Set<Asker>();
  climb(reading, place, false, seen, found, 0);
  if (found.has('model')) return 'model';
  return found.size === 1 && found.has('request') ? 'request' : 'unclear';
}

/** @param leading does the node itself lead to a model call, on a way of its own? */
function climb(reading: Reading, node: ts.Node, leading: boolean, seen: Set<Scope>, found: Set<Asker>, depth: number): void {
  const scope = scopeOf(node);
  const leads = [...(reading.paths.leads.get(scope) ?? [])];
  if (leads.some(lead => (isWithin(node, lead) || isWithin(lead, node) ? !leading : follows(lead, node)))) {
    found.add('model');
    return;
  }
  if (!isFunctionNode(scope) || seen.size > 60 || depth > DEEPEST * 2) {
    found.add('unclear');
    return;
  }
  if (seen.has(scope)) return;
  seen.add(scope);
  const uses = reading.paths.usesOf(scope);
  if (uses.length === 0) found.add(isServerMethod(scope) ? 'request' : 'unclear');
  for (const use of uses) {
    if (use.how === 'called' || use.how === 'handed') climb(reading, use.node, leads.length > 0, seen, found, depth + 1);
    else found.add(use.how === 'registered' && isWeb(reading, use.node) ? 'request' : use.how === 'registered' ? 'unclear' : 'model');
  }
}

/** May a node run after another one in the same function? What is returned, or stands in a branch that ends there, leads to nothing. */
function follows(first: ts.Node, node: ts.Node): boolean {
  for (let child: ts.Node = first, up = first.parent; up !== undefined; child = up, up = up.parent) {
    if (isWithin(node, up)) {
      if (isLoopAround(up, first, node)) return true;
      return first.getStart() < node.getStart() && !isOtherBranch(up, child, node);
    }
    if (tsc.isReturnStatement(up) || tsc.isThrowStatement(up)) return false;
    if (isFunctionNode(up)) return false;
    if (tsc.isBlock(up) && endsIn(up.statements, child)) return false;
  }
  return false;
}

function endsIn(statements: readonly ts.Statement[], from: ts.Node): boolean {
  return statements.some(s => s.pos > from.pos && (tsc.isReturnStatement(s) || tsc.isThrowStatement(s)));
}

function isOtherBranch(up: ts.Node, child: ts.Node, node: ts.Node): boolean {
  return (
    (tsc.isIfStatement(up) && child === up.thenStatement && up.elseStatement !== undefined && isWithin(node, up.elseStatement)) ||
    (tsc.isConditionalExpression(up) && child === up.whenTrue && isWithin(node, up.whenFalse))
  );
}

function isLoopAround(up: ts.Node, first: ts.Node, node: ts.Node): boolean {
  for (let at: ts.Node | undefined = up; at !== undefined && !isFunctionNode(at); at = at.parent)
    if (tsc.isIterationStatement(at, false) && isWithin(first, at.statement) && isWithin(node, at.statement)) return true;
  return false;
}

const ROUTES = /^(?:get|post|put|patch|delete|route|all|use|createServer|serve|defineEventHandler|eventHandler|httpAction|onRequest|http)$/;

/** A route or a server of the web: nothing of the program's own makes it run. */
function isWeb(reading: Reading, registration: ts.Node): boolean {
  if (!tsc.isCallExpression(registration)) return false;
  const callee = registration.expression;
  const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
  const receiver = tsc.isPropertyAccessExpression(callee) ? callee.expression : callee;
  return ROUTES.test(name) && reading.ev.values(receiver).some(v => v.kind === 'foreign');
}

/** The functions around the places of a tool, and what calls these, as long as that does not itself ask a model. */
export function functionsAround(reading: Reading, place: ts.Node): readonly ts.Node[] {
  const out: ts.Node[] = [];
  let fn = enclosingFunction(place);
  for (let level = 0; fn !== undefined && level < 3; level++) {
    if (level > 0 && reading.paths.leads.has(fn)) break;
    out.push(fn);
    const uses: readonly { readonly how: string; readonly node: ts.Node }[] = reading.paths.usesOf(fn).filter(use => use.how === 'called');
    const [only] = uses;
    // Several callers: what one of them does holds for its own calls only.
    fn = uses.length === 1 && only !== undefined ? enclosingFunction(only.node) : undefined;
  }
  return out;
}
