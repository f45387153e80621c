// From an imported name to the variable of another file that it stands for, through barrels.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';

/**
 * The declaration of a variable that a file imports from another file of the repository.
 * @param member what is taken of the name, where that is a whole module: `config.LIMIT`
 */
export function importedVariable(ev: Evaluator, id: ts.Identifier, member?: string): ts.VariableDeclaration | undefined {
  const unit = ev.program.unitOf(id);
  const imported = unit.imports.get(id.text);
  const wanted = imported?.name === '*' ? member : imported?.name;
  if (imported === undefined || wanted === undefined) return undefined;
  let name = wanted;
  let file = ev.program.inventory.resolveImport(unit.file, imported.specifier);
  for (let hops = 0; file !== undefined && hops < 5; hops++) {
    const other = ev.program.unit(file);
    const what = other?.exports.get(name);
    if (other === undefined) return undefined;
    if (what?.kind === 'from') {
      name = what.name;
      file = ev.program.inventory.resolveImport(other.file, what.specifier);
      continue;
    }
    if (what === undefined) {
      const star = other.stars
        .map(s => ev.program.inventory.resolveImport(other.file, s))
        .find(f => f !== undefined && exportsName(ev, f, name));
      if (star === undefined) return undefined;
      file = star;
      continue;
    }
    const local =
      what.kind === 'local' ? what.name : what.kind === 'expression' && tsc.isIdentifier(what.node) ? what.node.text : undefined;
    return local === undefined ? undefined : topLevel(other.ast, local);
  }
  return undefined;
}

/** Is an imported name a whole module? */
export function isModule(ev: Evaluator, id: ts.Identifier): boolean {
  return ev.program.unitOf(id).imports.get(id.text)?.name === '*';
}

function exportsName(ev: Evaluator, file: string, name: string): boolean {
  return ev.program.unit(file)?.exports.has(name) === true;
}

function topLevel(ast: ts.SourceFile, name: string): ts.VariableDeclaration | undefined {
  for (const statement of ast.statements) {
    if (!tsc.isVariableStatement(statement)) continue;
    const hit = statement.declarationList.declarations.find(d => tsc.isIdentifier(d.name) && d.name.text === name);
    if (hit !== undefined) return hit;
  }
  return undefined;
}
