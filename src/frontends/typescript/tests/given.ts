// What a name in a test stands for when others give it its value: callers in the same file, loops over lists, rows of tables.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { givenByDecorators } from './cases-python.ts';
import { rootOf } from './roots.ts';

const MOST_NODES = 300;

/** What the calls in a file give to a function of the same file: `const ask = text => reply(text, model); ask('')`. */
export function givenHere(
  unit: Unit,
  parameter: ts.ParameterDeclaration,
): readonly { readonly given: ts.Expression; readonly call: ts.CallExpression }[] {
  const fn = parameter.parent;
  if (!isFunctionNode(fn)) return [];
  const name = tsc.isVariableDeclaration(fn.parent) ? fn.parent.name : fn.name;
  if (name === undefined || !tsc.isIdentifier(name)) return [];
  const index = fn.parameters.indexOf(parameter);
  return (unit.names.get(name.text) ?? []).slice(0, MOST_NODES).flatMap(id => {
    // `this.say('')` where the function is a method of the class of tests.
    const own = tsc.isMethodDeclaration(fn) && tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
    const { parent } = own;
    if (own !== id && (own as ts.PropertyAccessExpression).expression.kind !== tsc.SyntaxKind.ThisKeyword) return [];
    if (!tsc.isCallExpression(parent) || parent.expression !== own) return [];
    const given = parent.arguments[index];
    return given === undefined || tsc.isSpreadElement(given) ? [] : [{ given, call: parent }];
  });
}

/** What a variable of a loop over a list that is written here stands for: `for message in ("", "   "):`. */
export function itemsOfLoop(
  ev: Reading['near'],
  variable: ts.VariableDeclaration,
  element: ts.BindingElement | undefined,
): readonly ts.Expression[] {
  const loop = variable.parent.parent;
  if (!tsc.isForOfStatement(loop)) return [];
  const index = element !== undefined && tsc.isArrayBindingPattern(element.parent) ? element.parent.elements.indexOf(element) : undefined;
  if (element !== undefined && index === undefined) return [];
  return ev.values(loop.expression).flatMap(value => {
    if (value.kind !== 'array') return [];
    return value.node.elements.slice(0, MOST_NODES).flatMap(item => {
      if (index === undefined) return tsc.isSpreadElement(item) ? [] : [item];
      const row = strip(item);
      const cell = row !== undefined && tsc.isArrayLiteralExpression(row) ? row.elements[index] : undefined;
      return cell === undefined || tsc.isSpreadElement(cell) ? [] : [cell];
    });
  });
}

/** What a parameter of a `test.each(table)` case stands for: expressions of the table's rows, or texts of a JSON file. */
export function tableValues(
  reading: Reading,
  unit: Unit,
  parameter: ts.ParameterDeclaration,
  element: ts.BindingElement | undefined,
): readonly (ts.Expression | string)[] {
  const fn = parameter.parent;
  if (isFunctionNode(fn) && isPythonFile(unit.file)) return givenByDecorators(reading.near, parameter);
  if (!isFunctionNode(fn) || !tsc.isCallExpression(fn.parent)) return [];
  const table = tableOf(fn.parent);
  if (table === undefined) return [];
  const texts = jsonTexts(reading, unit, table);
  if (texts !== undefined) return texts;
  const index = fn.parameters.indexOf(parameter);
  const out: ts.Expression[] = [];
  for (const value of reading.near.values(table)) {
    if (value.kind !== 'array') continue;
    for (const row of value.node.elements.slice(0, 200)) {
      const cell = strip(tsc.isSpreadElement(row) ? undefined : row);
      if (cell === undefined) continue;
      if (tsc.isArrayLiteralExpression(cell)) {
        const at = cell.elements[index];
        if (at !== undefined) out.push(at);
      } else if (tsc.isObjectLiteralExpression(cell) && element !== undefined) {
        const name = element.propertyName ?? element.name;
        const wanted = tsc.isIdentifier(name) ? name.text : undefined;
        const found = cell.properties.find(p => propertyName(p) === wanted);
        if (found !== undefined && tsc.isPropertyAssignment(found)) out.push(found.initializer);
      } else if (index === 0) out.push(cell);
    }
  }
  return out;
}

/** The table of `test.each(table)(title, fn)` and `table.forEach(fn)`. */
export function tableOf(call: ts.CallExpression): ts.Expression | undefined {
  const callee = call.expression;
  if (
    tsc.isCallExpression(callee) &&
    tsc.isPropertyAccessExpression(callee.expression) &&
    /^(?:each|for)$/.test(callee.expression.name.text)
  )
    return callee.arguments[0];
  return tsc.isPropertyAccessExpression(callee) && /^(?:forEach|map)$/.test(callee.name.text) ? callee.expression : undefined;
}

/** The texts of a JSON file that a name is imported from. */
function jsonTexts({ inventory }: Reading, unit: Unit, node: ts.Expression): string[] | undefined {
  const root = rootOf(node);
  const specifier = root === undefined ? undefined : unit.imports.get(root.text)?.specifier;
  if (specifier?.endsWith('.json') !== true) return undefined;
  const file = inventory.resolveImport(unit.file, specifier);
  const source = file === undefined ? undefined : inventory.read(file);
  if (source === undefined || source.length > 500_000) return [];
  // Every text of the file, by the syntax of JSON: no need to know its shape.
  return [...source.matchAll(/"((?:[^"\\\n]|\\.){0,5000})"(?!\s{0,20}:)/g)]
    .slice(0, 500)
    .map(match => (match[1] ?? '').replace(/\\(["'/\\])/g, '$1'));
}
