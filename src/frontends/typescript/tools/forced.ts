// Tools that are the form of a structured answer: every request that offers them makes the model call them, and nobody runs them.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import type { Program } from '../program.ts';
import { resolve } from '../scope.ts';
import { isMemberName, propertyName, strip } from '../syntax.ts';
import type { Definition } from './definition.ts';

const CHOICES = new Set(['tool_choice', 'toolChoice', 'function_call', 'functionCall']);
/** With one tool on the list, "any of them" is that one. */
const ANY = /['"](?:any|required)['"]/i;
const DEEPEST = 3;

/** Must the model call this tool wherever it is offered, as far as that is seen? */
export function isForced(program: Program, { node, name }: Definition): boolean {
  if (name === undefined || !tsc.isObjectLiteralExpression(node)) return false;
  return placeForces(program, node, name, true, 0) === true;
}

/** What the place of a tool, or of a list of tools, says; undefined: it offers nothing. */
function placeForces(program: Program, node: ts.Node, name: string, alone: boolean, depth: number): boolean | undefined {
  let only = alone;
  for (let child = node, up = node.parent; up !== undefined; child = up, up = up.parent) {
    if (tsc.isArrayLiteralExpression(up)) only &&= up.elements.length === 1;
    // `bindTools([answer], { tool_choice: 'answer' })`
    if (tsc.isCallExpression(up) && up.arguments[0] === child && /^bind_?[tT]ools$/.test(lastName(up.expression) ?? ''))
      return up.arguments.slice(1).some(arg => choiceIn(arg, name, only) === true);
    if (tsc.isObjectLiteralExpression(up)) {
      const choice = choiceIn(up, name, only);
      if (choice !== undefined) return choice;
      // `{ tools: [answer] }` without a choice leaves it to the model.
      if (
        (tsc.isPropertyAssignment(child) || tsc.isShorthandPropertyAssignment(child)) &&
        /^(?:tools|functions)$/.test(propertyName(child) ?? '')
      )
        return false;
    }
    if (tsc.isVariableDeclaration(up) && up.initializer === child && tsc.isIdentifier(up.name)) {
      if (depth >= DEEPEST) return undefined;
      return usesForce(program, up, up.name, name, only, depth + 1);
    }
    if (tsc.isStatement(up)) return undefined;
  }
  return undefined;
}

/** All uses of a variable that offer what it holds must force it, and one at least does. */
function usesForce(
  program: Program,
  declaration: ts.VariableDeclaration,
  held: ts.Identifier,
  name: string,
  alone: boolean,
  depth: number,
): boolean | undefined {
  const said = program.identifiers(program.unitOf(held), held.text).flatMap(id => {
    const binding = id === held || isMemberName(id) ? undefined : resolve(id);
    const own = binding !== undefined && 'node' in binding && binding.node === declaration;
    return own ? (placeForces(program, id, name, alone, depth) ?? []) : [];
  });
  return said.length === 0 ? undefined : said.every(one => one);
}

/** Does the choice beside a list name the tool? undefined: there is none. */
function choiceIn(options: ts.Node, name: string, alone: boolean): boolean | undefined {
  const object = tsc.isExpression(options) ? strip(options) : undefined;
  if (object === undefined || !tsc.isObjectLiteralExpression(object)) return undefined;
  const choice = object.properties.find(p => CHOICES.has(propertyName(p) ?? ''));
  if (choice === undefined) return undefined;
  const given = tsc.isPropertyAssignment(choice) ? choice.initializer : tsc.isShorthandPropertyAssignment(choice) ? choice.name : undefined;
  const binding = given !== undefined && tsc.isIdentifier(given) ? resolve(given) : undefined;
  const text = (binding?.kind === 'variable' ? binding.node.initializer : given)?.getText() ?? '';
  return new RegExp(`['"\`]${name.replace(/[^\w-]/g, '.')}['"\`]`).test(text) || (alone && ANY.test(text));
}
