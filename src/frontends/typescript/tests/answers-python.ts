// What a stand-in for the model says in a Python test: objects of the SDKs (`ToolUseBlock(name=...)`, `Function(name=...)`), mocks whose
// members are set one by one, and `return_value`; and the functions of tools that a test calls.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import { type FunctionNode, foreignPath, type Value } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import { enclosingClass, resolve } from '../scope.ts';
import { propertyName, strip, valueBehind } from '../syntax.ts';

/** Classes of the SDKs for a call of a tool, and the keyword of its name. */
const CALLS: Readonly<Record<string, string>> = {
  ToolUseBlock: 'name',
  BetaToolUseBlock: 'name',
  ResponseFunctionToolCall: 'name',
  FunctionCall: 'name',
  ToolCallPart: 'tool_name',
  ToolCallRequest: 'tool_name',
  ToolSelection: 'tool_name',
};
const MOCK = /^(?:Magic|Async|NonCallable|NonCallableMagic)?Mock$/;
const MOST = 100;

/** The call of a tool that an object of an SDK stands for: its name. */
export function askedByClass(node: ts.Node): ts.Expression | undefined {
  if (!tsc.isNewExpression(node)) return undefined;
  const callee = node.expression;
  const name = tsc.isIdentifier(callee) ? callee.text : tsc.isPropertyAccessExpression(callee) ? callee.name.text : '';
  const key = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
  const args = node.arguments ?? [];
  if (key === undefined) return undefined;
  const named = keywordOf(keywordsIn([...args]), key);
  if (named !== undefined) return named;
  return key === 'tool_name' && args[0] !== undefined && !tsc.isObjectLiteralExpression(args[0]) ? args[0] : undefined;
}

/** The keyword arguments of a call in the place of an object: `function=Function(name="x", arguments="{}")`. */
export function objectIn(node: ts.Expression | undefined): ts.Expression | undefined {
  let made = strip(node);
  const binding = made !== undefined && tsc.isIdentifier(made) ? resolve(made) : undefined;
  if (binding?.kind === 'variable' && binding.element === undefined) made = strip(binding.node.initializer) ?? made;
  if (made === undefined || !(tsc.isNewExpression(made) || tsc.isCallExpression(made))) return made;
  return keywordsIn([...(made.arguments ?? [])]) ?? made;
}

/** `call = MagicMock(); call.function.name = "find_order"`; `block.type = "tool_use"; block.name = "find_order"`. */
export function askedByMocks(unit: Unit): ts.Expression[] {
  const names = new Map<string, ts.Expression>();
  const uses = new Set<string>();
  const out: ts.Expression[] = [];
  walk(unit.ast, node => {
    if (out.length >= MOST) return 'skip';
    if (!tsc.isBinaryExpression(node) || node.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return undefined;
    const path = pathOf(node.left);
    if (path === undefined || !isMock(unit, path.root)) return undefined;
    if (/(?:^|\.)function\.name$/.test(path.path)) out.push(node.right);
    else if (/(?:^|\.)name$/.test(path.path)) {
      const key = `${path.root.text}.${path.path.slice(0, -4)}`;
      names.set(key, node.right);
      if (uses.has(key)) out.push(node.right);
    } else if (/(?:^|\.)type$/.test(path.path) && /^['"](?:tool_use|function_call)['"]$/.test(node.right.getText())) {
      const key = `${path.root.text}.${path.path.slice(0, -4)}`;
      uses.add(key);
      const name = names.get(key);
      if (name !== undefined) out.push(name);
    }
    return undefined;
  });
  return out;
}

function pathOf(node: ts.Expression): { readonly root: ts.Identifier; readonly path: string } | undefined {
  const parts: string[] = [];
  let at: ts.Expression = node;
  for (let steps = 0; steps < 12; steps++) {
    if (tsc.isPropertyAccessExpression(at)) {
      parts.unshift(at.name.text);
      at = at.expression;
    } else if (tsc.isElementAccessExpression(at)) at = at.expression;
    else break;
  }
  return tsc.isIdentifier(at) && parts.length > 0 ? { root: at, path: parts.join('.') } : undefined;
}

/** Is a name given a mock somewhere in the file? */
function isMock(unit: Unit, root: ts.Identifier): boolean {
  return (unit.names.get(root.text) ?? []).some(id => {
    const bare = strip(valueBehind(id));
    return bare !== undefined && tsc.isNewExpression(bare) && MOCK.test(bare.expression.getText().split('.').at(-1) ?? '');
  });
}

/** Does a node stand in what a mock gives back: `return_value=...`, `mock.create.side_effect = [...]`, `Mock(...)`? */
export function isGivenBack(node: ts.Node, child: ts.Node): boolean {
  if (tsc.isPropertyAssignment(node)) return /^(?:return_value|side_effect|responses)$/.test(propertyName(node) ?? '');
  if (tsc.isNewExpression(node)) return MOCK.test(node.expression.getText().slice(0, 80).split('.').at(-1) ?? '');
  if (!tsc.isBinaryExpression(node) || node.operatorToken.kind !== tsc.SyntaxKind.EqualsToken || node.right !== child) return false;
  const { left } = node;
  return (
    tsc.isPropertyAccessExpression(left) &&
    /^(?:return_value|side_effect|create|acreate|completion|acompletion|a?invoke|generate_content|generate_content_async|converse)$/.test(
      left.name.text,
    )
  );
}

/** Members by which a handler of the standard library's server, or of another, writes what it answers. */
const WRITES = /\b(?:wfile|transport|writer)\.(?:write|sendall)\(/;
const HANDLERS = /(?:^|\.)\w*RequestHandler$/;

/** Does a call in a handler of a server answer its request: `self.wfile.write(...)`, or a method of the handler that does so? */
export function isWritten(ev: Evaluator, call: ts.Node): boolean {
  if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) return false;
  const around = enclosingClass(call);
  if (around === undefined || !isHandler(ev, around)) return false;
  const callee = call.expression;
  if (WRITES.test(`${callee.getText().slice(-40)}(`)) return true;
  if (callee.expression.kind !== tsc.SyntaxKind.ThisKeyword) return false;
  const method = around.members.find(member => propertyName(member) === callee.name.text);
  return method !== undefined && tsc.isMethodDeclaration(method) && WRITES.test(method.getText());
}

function isHandler(ev: Evaluator, node: ts.ClassLikeDeclaration): boolean {
  return (node.heritageClauses ?? []).some(clause =>
    clause.types.some(type =>
      ev
        .values(type.expression)
        .some(value => value.kind === 'foreign' && value.package.startsWith('py:') && HANDLERS.test(foreignPath(value))),
    ),
  );
}

/** Methods by which the libraries run a tool that was made of a function or a class. */
const RUNNING = /^(?:a?invoke|a?run|a?call|func|coroutine|fn|on_invoke_tool|entrypoint|execute|run_async|original_function|__wrapped__)$/;
const CODE = ['_run', '_arun', 'forward', 'run_async', 'execute', 'acall', '__call__'];

/** The functions that a call in a Python test runs and that the evaluator does not see: `search.invoke({...})`, `bash(command="ls")`. */
export function runBehind(ev: Evaluator, callee: ts.Expression): readonly FunctionNode[] {
  const functions = (values: readonly Value[]): FunctionNode[] => values.flatMap(value => (value.kind === 'function' ? [value.node] : []));
  if (!tsc.isPropertyAccessExpression(callee) || !RUNNING.test(callee.name.text))
    return ev.values(callee).flatMap(value => (value.kind === 'instance' ? functions(ev.member([value], '__call__')) : []));
  return ev.values(callee.expression).flatMap(value => {
    if (value.kind === 'function') return [value.node];
    if (value.kind !== 'instance') return [];
    return CODE.map(name => functions(ev.member([value], name))).find(found => found.length > 0) ?? [];
  });
}
