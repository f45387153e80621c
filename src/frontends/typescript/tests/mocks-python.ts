// What a Python test replaces: names that `patch("app.agent.reply")` or `monkeypatch.setattr` exchange, modules put into `sys.modules`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Unit } from '../program.ts';
import { propertyName } from '../syntax.ts';

/** Modules and names by their dotted names, as a test replaces them for all of its cases or for one. */
export interface Patched {
  /** Modules that are replaced as a whole. */
  readonly modules: ReadonlySet<string>;
  /** Names in modules: `app.agent.reply`, or `reply` of a module known by its local name (`agent.reply`). */
  readonly names: ReadonlySet<string>;
  /** Where each of these is replaced. */
  readonly places: ReadonlyMap<string, readonly ts.Node[]>;
}

const known = new WeakMap<Unit, Patched>();

export function patchedBy(unit: Unit): Patched {
  const kept = known.get(unit);
  if (kept !== undefined) return kept;
  const modules = new Set<string>();
  const names = new Set<string>();
  const places = new Map<string, ts.Node[]>();
  const add = (name: string, at: ts.Node): void => {
    names.add(name);
    places.set(name, [...(places.get(name) ?? []), at]);
  };
  for (const call of unit.calls) {
    if (!tsc.isCallExpression(call)) continue;
    const callee = call.expression.getText().slice(0, 60);
    const [first, second] = call.arguments;
    if (/(?:^|\.)patch$|\bsetattr$/.test(callee) && first !== undefined && tsc.isStringLiteralLike(first)) add(first.text, call);
    else if (/\bpatch\.object$|\bsetattr$/.test(callee) && first !== undefined && second !== undefined && tsc.isStringLiteralLike(second))
      add(`${first.getText().slice(0, 100)}.${second.text}`, call);
    else if (/\b(?:setitem|patch\.dict)$/.test(callee) && first !== undefined && isModules(first)) {
      if (second !== undefined && tsc.isStringLiteralLike(second)) modules.add(second.text);
      if (second !== undefined && tsc.isObjectLiteralExpression(second))
        for (const p of second.properties) modules.add(propertyName(p) ?? '');
    }
  }
  for (const statement of unit.ast.statements) {
    const set = tsc.isExpressionStatement(statement) ? statement.expression : undefined;
    if (set === undefined || !tsc.isBinaryExpression(set) || set.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) continue;
    const { left } = set;
    if (tsc.isElementAccessExpression(left) && isModules(left.expression) && tsc.isStringLiteralLike(left.argumentExpression))
      modules.add(left.argumentExpression.text);
  }
  const found = { modules, names, places };
  known.set(unit, found);
  return found;
}

function isModules(node: ts.Expression): boolean {
  return /^['"]?sys\.modules['"]?$/.test(node.getText().slice(0, 40));
}

/** Is a file of the repository replaced as a whole? */
export function isReplaced({ modules }: Patched, file: string): boolean {
  const path = file.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
  return [...modules].some(module => path === module || path.endsWith(`.${module}`));
}

/** Of a module that a test imports whole: are all the names that the test uses of it replaced? */
export function isHollow({ names }: Patched, unit: Unit, local: string, file: string): boolean {
  if (names.size === 0) return false;
  const path = file.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
  let uses = 0;
  for (const id of unit.names.get(local) ?? []) {
    const { parent } = id;
    if (!tsc.isPropertyAccessExpression(parent) || parent.expression !== id) continue;
    uses++;
    const name = parent.name.text;
    const replaced = [...names].some(one => {
      const at = one.lastIndexOf('.');
      const module = one.slice(0, at);
      return one.slice(at + 1) === name && (module === local || path === module || path.endsWith(`.${module}`));
    });
    if (!replaced) return false;
  }
  return uses > 0;
}
