// From an import to what it means: a file of the repository, its exports, or a package of others.
import { tsc } from './compiler.ts';
import type { Evaluator, Values } from './evaluator/evaluate.ts';
import { typeValue } from './evaluator/types.ts';
import { unknownValue } from './evaluator/values.ts';
import type { Unit } from './program.ts';
import { enclosingFunction, isFunctionNode, resolve } from './scope.ts';

/** What a name imported by a file stands for. */
export function importedValues(ev: Evaluator, unit: Unit, local: string): Values {
  const imported = unit.imports.get(local);
  if (imported === undefined) return [unknownValue(`the import ${local}`)];
  return ev.fromModule(unit, imported.specifier, imported.name);
}

/** What a module that a file names exports; `*` is the module itself. */
export function moduleValues(ev: Evaluator, unit: Unit, specifier: string, name: string): Values {
  const target = ev.program.inventory.resolveImport(unit.file, specifier);
  if (target !== undefined) return name === '*' ? [{ kind: 'namespace', file: target }] : ev.exported(target, name);
  const { name: pkg, version } = packageOf(specifier);
  if (pkg === undefined) return [unknownValue(`the file ${specifier}`)];
  return [
    {
      kind: 'foreign',
      package: ev.program.inventory.realName(unit.file, pkg),
      written: pkg,
      version,
      file: unit.file,
      steps: name === '*' ? [] : [{ kind: 'member', name }],
    },
  ];
}

/** What a file of the repository exports under a name. */
export function exportedValues(ev: Evaluator, file: string, name: string, seen: ReadonlySet<string> = new Set()): Values {
  ev.budget.step();
  ev.budget.step();
  const key = `${file}\0${name}`;
  // A name may be exported from where it is imported.
  if (ev.exporting.has(key)) return [];
  ev.exporting.add(key);
  try {
    return exportOf(ev, file, name, seen);
  } finally {
    ev.exporting.delete(key);
  }
}

function exportOf(ev: Evaluator, file: string, name: string, seen: ReadonlySet<string>): Values {
  const unit = ev.program.unit(file);
  if (unit === undefined) return [unknownValue(`${file} could not be read`)];
  const found = unit.exports.get(name);
  if (found !== undefined) {
    if (found.kind === 'from') return ev.fromModule(unit, found.specifier, found.name);
    if (found.kind === 'expression') return ev.values(found.node);
    if (found.kind === 'local') return localName(ev, unit, found.name);
    if (tsc.isInterfaceDeclaration(found.node)) return [{ kind: 'shape', node: found.node }];
    if (tsc.isTypeAliasDeclaration(found.node)) {
      const typed = typeValue(ev, unit, found.node.type);
      return typed === undefined ? [] : [typed];
    }
    return tsc.isClassLike(found.node)
      ? [{ kind: 'class', node: found.node, frame: undefined }]
      : isFunctionNode(found.node)
        ? [{ kind: 'function', node: found.node, frame: undefined }]
        : [];
  }
  if (unit.commonjs !== undefined) {
    const whole = ev.values(unit.commonjs);
    return name === 'default' ? whole : ev.member(whole, name);
  }
  for (const star of unit.stars) {
    if (name === 'default') break;
    const target = ev.program.inventory.resolveImport(file, star);
    if (target === undefined || seen.has(target)) continue;
    const values = exportedValues(ev, target, name, new Set([...seen, file]));
    if (values.some(v => v.kind !== 'unknown')) return values;
  }
  const outside = unit.stars.filter(star => ev.program.inventory.resolveImport(file, star) === undefined);
  if (outside.length === 1 && outside[0] !== undefined) return ev.fromModule(unit, outside[0], name);
  return [unknownValue(`${file} has no export ${name}`)];
}

function localName(ev: Evaluator, unit: Unit, name: string): Values {
  for (const identifier of ev.program.identifiers(unit, name)) {
    const binding = resolve(identifier);
    if (binding === undefined) continue;
    const top = binding.kind === 'import' || (binding.kind !== 'catch' && enclosingFunction(binding.node) === undefined);
    if (top) return ev.identifier(identifier, undefined);
  }
  return [unknownValue(`the name ${name}`)];
}

const URL_PACKAGE =
  /^https?:\/\/(?:esm\.sh|cdn\.skypack\.dev|esm\.run|cdn\.jsdelivr\.net\/npm|unpkg\.com|deno\.land\/x)\/(?:v\d+\/)?((?:@[^/@]+\/)?[^/@?]+)(?:@([^/?]+))?/;

/** The package that a bare specifier names, and the version written in it. Relative and absolute paths name none. */
export function packageOf(specifier: string): { name: string | undefined; version?: string | undefined } {
  const url = URL_PACKAGE.exec(specifier);
  if (url !== null) return { name: url[1], version: url[2]?.replace(/^v/, '') };
  const bare = specifier.replace(/^(?:npm|jsr):\/?/, '');
  if (/^[./]/.test(bare) || bare === '') return { name: undefined };
  const match = /^((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?/.exec(bare);
  // The registry of Deno publishes the OpenAI SDK under its scope.
  const name = match?.[1] === '@openai/openai' ? 'openai' : match?.[1];
  return { name, version: /^(?:npm|jsr):/.test(specifier) ? match?.[2] : undefined };
}
