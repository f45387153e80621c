// Where a variable is used: in its own file, and in the files that import it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { dotted } from '../short-text.ts';

const MOST_FILES = 100;

/** The identifiers of production code that stand for a declared variable, without the declaration itself. */
export function usesOfVariable(reading: Reading, declaration: ts.VariableDeclaration): readonly ts.Identifier[] {
  if (!tsc.isIdentifier(declaration.name)) return [];
  const { program, index, inventory } = reading;
  const name = declaration.name.text;
  const unit = program.unitOf(declaration);
  const out = program.identifiers(unit, name).filter(id => {
    const binding = resolve(id);
    return id !== declaration.name && binding?.kind === 'variable' && binding.node === declaration;
  });
  if (enclosingFunction(declaration) !== undefined) return out;
  for (const [exported, what] of unit.exports) {
    const same =
      (what.kind === 'local' && what.name === name) ||
      (what.kind === 'expression' && tsc.isIdentifier(what.node) && what.node.text === name);
    if (!same) continue;
    let looked = 0;
    for (const file of index.importersOf(unit.file)) {
      if (inventory.roleOf(file) !== 'production' || !program.mentions(file, exported === 'default' ? '' : exported)) continue;
      if (++looked > MOST_FILES) break;
      const other = program.unit(file);
      for (const [local, imported] of other?.imports ?? []) {
        if (other === undefined || inventory.resolveImport(file, imported.specifier) !== unit.file) continue;
        if (imported.name === exported || (imported.name === '*' && imported.commonjs))
          out.push(
            ...program
              .identifiers(other, local)
              .filter(id => resolve(id)?.kind === 'import' && !tsc.isImportSpecifier(id.parent) && !tsc.isImportClause(id.parent)),
          );
        else if (imported.name === '*')
          for (const id of program.identifiers(other, exported))
            if (tsc.isPropertyAccessExpression(id.parent) && dotted(id.parent.expression) === local) out.push(id);
      }
    }
  }
  return out;
}
