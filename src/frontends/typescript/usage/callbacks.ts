// Usage that LangChain reports beside the answer: to the methods of a handler, and to an object that counts while it is open.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, foreignPath, type Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { propertyName } from '../syntax.ts';

/** The methods that are given an answer. */
const ENDS = new Set(['handleLLMEnd', 'on_llm_end']);
/** Context managers that count, and handlers that keep what they are told. */
const COUNTERS = /(?:^|\.)get_(?:\w+_)?callback$/;
const KEEPERS = /(?:^|\.)(?:UsageMetadata|OpenAI)CallbackHandler$/;
const LANGCHAIN = /^py:langchain/;
const MOST = 4;

/** The methods of a handler of the repository that are given an answer. */
export function endsOf(handler: Value): readonly FunctionNode[] {
  if (handler.kind !== 'instance') return [];
  return handler.of.members.filter((m): m is ts.MethodDeclaration => tsc.isMethodDeclaration(m) && ENDS.has(propertyName(m) ?? ''));
}

/** The names of the objects that count the tokens of a call: one in whose block it stands, one that it is given. */
export function countersOf(ev: Evaluator, call: ts.CallExpression): readonly ts.Identifier[] {
  const unit = ev.program.unitOf(call);
  if (![...unit.imports.values()].some(({ specifier }) => LANGCHAIN.test(specifier))) return [];
  const out: ts.Identifier[] = [];
  const take = (name: ts.Node, initializer: ts.Expression | undefined, wanted: RegExp): void => {
    if (initializer === undefined || !tsc.isIdentifier(name)) return;
    const made = ev.values(initializer).some(v => v.kind === 'foreign' && LANGCHAIN.test(v.package) && wanted.test(foreignPath(v)));
    if (made) out.push(name);
  };
  // `with get_openai_callback() as counted:` is lowered to a block that begins with the variable.
  for (let up: ts.Node = call.parent; up !== undefined && up !== enclosingFunction(call); up = up.parent)
    if (tsc.isBlock(up))
      for (const statement of up.statements.slice(0, 4)) {
        if (statement.end > call.pos) break;
        if (tsc.isVariableStatement(statement))
          for (const { name, initializer } of statement.declarationList.declarations) take(name, initializer, COUNTERS);
        const set = tsc.isExpressionStatement(statement) ? statement.expression : undefined;
        if (set !== undefined && tsc.isBinaryExpression(set)) take(set.left, set.right, COUNTERS);
      }
  for (const arg of call.arguments)
    walk(arg, node => {
      const binding = tsc.isIdentifier(node) && out.length < MOST ? resolve(node) : undefined;
      if (binding?.kind === 'variable' && binding.element === undefined) take(binding.node.name, binding.node.initializer, KEEPERS);
      return undefined;
    });
  return out;
}
