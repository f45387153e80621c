// Is what cleans a log used on the way of a request? A logger is called from everywhere, under names as common as `info`: to follow
// all its callers upwards parses half a repository. Asked from the other end it is cheap: the files on the way are parsed already,
// and their imports say which of them use the logger.
import type { ts } from 'ts-morph';
import type { Reach } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, resolve } from '../scope.ts';

/** With few importers, following every caller costs little, and says more. */
const FEW = 10;
const MOST_NAMES = 60;
const MOST_BARRELS = 5;

/** How far a place that cleans what is logged is known to run in a request. */
export function reachOfLog(reading: Reading, node: ts.Node): Reach {
  const { program, paths, index, ev } = reading;
  if (paths.leads.has(enclosingFunction(node) ?? node.getSourceFile())) return 'on-path';
  return ev.budget.ask(
    () => {
      const unit = program.unitOf(node);
      const names = holdersOf(reading, unit, topLevelName(node));
      if (names === 'on-path') return names;
      const onTheWay = new Set([...paths.leads.keys()].map(scope => scope.getSourceFile().fileName));
      const barrels = new Set([unit.file]);
      for (const file of barrels) {
        for (const importer of index.importersOf(file)) {
          const other = onTheWay.has(importer) ? program.unit(importer) : undefined;
          if (other !== undefined && usesOne(reading, other, file, exportedAs(unit, names))) return 'on-path';
          if (barrels.size < MOST_BARRELS && isBarrel(reading, importer)) barrels.add(importer);
        }
      }
      return index.importersOf(unit.file).length <= FEW ? paths.reachOf(node) : 'unknown';
    },
    () => 'unknown' as const,
  );
}

/** The name at the top level of the file that a node belongs to. */
function topLevelName(node: ts.Node): string | undefined {
  let name: string | undefined;
  for (let up: ts.Node | undefined = node; up !== undefined && !tsc.isSourceFile(up); up = up.parent) {
    if ((tsc.isFunctionDeclaration(up) || tsc.isClassDeclaration(up)) && up.name !== undefined) name = up.name.text;
    else if (tsc.isVariableDeclaration(up) && tsc.isIdentifier(up.name)) name = up.name.text;
  }
  return name;
}

/** The names at the top level of a file that mention one name, or mention one that does; or one of them stands on the way. */
function holdersOf(reading: Reading, unit: Unit, name: string | undefined): ReadonlySet<string> | 'on-path' {
  const names = new Set<string>(name === undefined ? [] : [name]);
  for (const known of names) {
    if (names.size > MOST_NAMES) break;
    for (const id of reading.program.identifiers(unit, known)) {
      reading.ev.budget.step();
      if (!isTopLevel(id) || isType(id)) continue;
      if (isOnTheWay(reading, id)) return 'on-path';
      const holder = topLevelName(id.parent);
      if (holder !== undefined) names.add(holder);
    }
  }
  return names;
}

function exportedAs(unit: Unit, names: ReadonlySet<string>): ReadonlySet<string> {
  const out = new Set<string>();
  for (const [exported, what] of unit.exports) {
    if (what.kind === 'local' && names.has(what.name)) out.add(exported);
    else if (what.kind === 'declaration' && names.has(topLevelName(what.node) ?? '')) out.add(exported);
    else if (what.kind === 'expression' && [...names].some(name => what.node.getText().includes(name))) out.add(exported);
  }
  return out;
}

/** Does a file on the way import one of the names, and use it there? */
function usesOne(reading: Reading, unit: Unit, file: string, exported: ReadonlySet<string>): boolean {
  for (const [local, imported] of unit.imports) {
    if (imported.name !== '*' && !exported.has(imported.name)) continue;
    if (reading.program.inventory.resolveImport(unit.file, imported.specifier) !== file) continue;
    if (imported.name === '*' && ![...exported].some(name => reading.program.identifiers(unit, name).length > 0)) continue;
    if (holdersOf(reading, unit, local) === 'on-path') return true;
  }
  return false;
}

/** A file that only hands on what others export; told from its text. */
function isBarrel(reading: Reading, file: string): boolean {
  const text = reading.inventory.read(file) ?? '';
  return text.length < 20_000 && /export\s*(?:\*|\{[^}]*\})\s*from\b/.test(text);
}

/** Does the name mean what the top level of its file declares or imports? */
function isTopLevel(id: ts.Identifier): boolean {
  const { parent } = id;
  if (tsc.isPropertyAccessExpression(parent) && parent.name === id) return false;
  if (tsc.isImportSpecifier(parent) || tsc.isImportClause(parent) || tsc.isNamespaceImport(parent)) return false;
  const binding = resolve(id);
  if (binding === undefined) return false;
  return binding.kind === 'import' || ('node' in binding && enclosingFunction(binding.node) === undefined);
}

function isType(id: ts.Identifier): boolean {
  return tsc.isTypeReferenceNode(id.parent) || tsc.isTypeQueryNode(id.parent);
}

/** Inside a function that leads to a model call, callbacks of it included. */
function isOnTheWay(reading: Reading, id: ts.Identifier): boolean {
  for (let fn = enclosingFunction(id); fn !== undefined; fn = enclosingFunction(fn)) if (reading.paths.leads.has(fn)) return true;
  return false;
}
