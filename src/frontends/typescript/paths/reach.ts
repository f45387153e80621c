// Which names of a file have anything to do with an SDK? A first look by identifiers, before anything is evaluated:
// an import of an SDK, or of a file that carries one, and every top-level declaration that mentions such a name.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { boundNames, type Unit } from '../program.ts';

/**
 * @param leads does an import lead to an SDK or to a file that carries one?
 * @returns the local names that may stand for something of an SDK
 */
export function touchedNames(unit: Unit, leads: (specifier: string) => boolean): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const [name, imported] of unit.imports) if (leads(imported.specifier)) touched.add(name);
  const queue = [...touched];
  // What is imported inside functions, or required, has no name of its own; the callee stands for it.
  for (const name of ['require', 'import']) if (unit.names.has(name)) queue.push(name);
  const statements = unit.ast.statements;
  const done = new Set<ts.Statement>();
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const id of unit.names.get(name) ?? []) {
      const statement = statementAt(statements, id.pos);
      if (statement === undefined || done.has(statement)) continue;
      done.add(statement);
      for (const declared of declaredBy(statement)) {
        if (touched.has(declared)) continue;
        touched.add(declared);
        queue.push(declared);
      }
    }
  }
  return touched;
}

function statementAt(statements: ts.NodeArray<ts.Statement>, position: number): ts.Statement | undefined {
  let [low, high] = [0, statements.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const statement = statements[middle] as ts.Statement;
    if (position < statement.pos) high = middle - 1;
    else if (position >= statement.end) low = middle + 1;
    else return statement;
  }
  return undefined;
}

/** The names that a top-level statement declares or assigns to; `default` for what has none. */
function declaredBy(statement: ts.Statement): string[] {
  if (tsc.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(d => boundNames(d.name));
  if (tsc.isFunctionDeclaration(statement) || tsc.isClassDeclaration(statement)) return [statement.name?.text ?? 'default', 'default'];
  if (tsc.isInterfaceDeclaration(statement) || tsc.isTypeAliasDeclaration(statement)) return [statement.name.text];
  if (tsc.isExportAssignment(statement)) return ['default'];
  if (tsc.isExpressionStatement(statement) && tsc.isBinaryExpression(statement.expression)) {
    const target = statement.expression.left;
    return tsc.isIdentifier(target) ? [target.text] : tsc.isPropertyAccessExpression(target) ? [target.name.text, 'default'] : [];
  }
  return [];
}
