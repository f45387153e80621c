// Python's imports as those of the common tree: files of the repository by their path, packages of others by `py:` and their name.
import { field, fields, has, kids, type PyNode } from '../tree.ts';
import type { Lowering } from './lowering.ts';
import { quoted } from './strings.ts';

/** Packages that share their first name with others: how many parts name one of them. */
const NAMESPACES: readonly (readonly [prefix: string, parts: number])[] = [
  ['google.cloud.', 3],
  ['google.', 2],
  ['azure.ai.', 3],
  ['azure.', 2],
];

/** The package that a module of others belongs to: `google.genai` of `google.genai.types`, `openai` of `openai.types.chat`. */
export function packageOf(module: string): string {
  const parts = NAMESPACES.find(([prefix]) => `${module}.`.startsWith(prefix))?.[1] ?? 1;
  return module.split('.').slice(0, parts).join('.');
}

/** The specifier of a module of others. */
export function foreignSpecifier(module: string): string {
  const name = packageOf(module);
  const rest = module.slice(name.length + 1).replaceAll('.', '/');
  return `py:${name}${rest === '' ? '' : `/${rest}`}`;
}

/** Reads all imports of a file, wherever they stand, and writes them at its head, but for names that mean something else there. */
export function imports(l: Lowering, root: PyNode): void {
  const stack: { readonly node: PyNode; readonly inside: boolean }[] = [{ node: root, inside: false }];
  const found: { readonly node: PyNode; readonly inside: boolean }[] = [];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { node } = at;
    const inside = at.inside || node.kind === 'function_definition';
    if (node.kind === 'import_statement' || node.kind === 'import_from_statement') found.push(at);
    else for (const child of node.children) if (child.named) stack.push({ node: child, inside });
  }
  for (const { node, inside } of found.sort((a, b) => a.node.from - b.node.from)) {
    if (node.kind === 'import_statement') whole(l, node);
    else if (!inside || !takesName(l, node)) parts(l, node);
  }
}

/**
 * `from interactive import main` inside a function of a file with a `main` of its own: written where it stands.
 * @returns whether the statement was taken
 */
function takesName(l: Lowering, node: PyNode): boolean {
  const source = field(node, 'module_name');
  const file = source === undefined ? undefined : l.modules.find(l.of(source).replace(/\s+/g, ''));
  if (file === undefined) return false;
  const names = fields(node, 'name').map(item => {
    const name = item.kind === 'aliased_import' ? (field(item, 'name') ?? item) : item;
    const as = item.kind === 'aliased_import' ? (field(item, 'alias') ?? name) : name;
    return { asked: l.of(name).replace(/\s+/g, ''), as: l.of(as) };
  });
  if (!names.some(({ as }) => l.scope.names.has(as)) || !names.every(({ asked }) => l.modules.binds(file, asked))) return false;
  const taken = names.map(({ asked, as }) => (asked === l.name(as) ? asked : `${asked}: ${l.name(as)}`)).join(', ');
  l.inside.set(node.from, `const { ${taken} } = require(${quoted(l.modules.specifier(file))});`);
  return true;
}

function whole(l: Lowering, node: PyNode): void {
  for (const item of fields(node, 'name')) {
    const name = item.kind === 'aliased_import' ? field(item, 'name') : item;
    const alias = item.kind === 'aliased_import' ? field(item, 'alias') : undefined;
    if (name === undefined) continue;
    const module = l.of(name).replace(/\s+/g, '');
    const local = l.modules.find(module);
    if (alias !== undefined) {
      const as = l.of(alias);
      if (local === undefined) l.imported.set(as, module);
      else l.own.set(as, { file: local, name: '*' });
      write(
        l,
        `* as ${l.name(as)}`,
        local === undefined ? foreignSpecifier(module) : l.modules.specifier(local),
        local !== undefined ? l.name(as) : undefined,
      );
      continue;
    }
    const root = module.split('.', 1)[0] as string;
    if (local !== undefined || packageOf(module).includes('.')) {
      const owner = local === undefined ? packageOf(module) : module;
      const own = owner.includes('.') ? owner.replaceAll('.', '$') : l.name(owner);
      if (own !== owner) l.aliases.set(owner, own);
      if (local === undefined) l.imported.set(root, root);
      write(l, `* as ${own}`, local === undefined ? foreignSpecifier(owner) : l.modules.specifier(local));
    } else {
      l.imported.set(root, root);
      write(l, `* as ${l.name(root)}`, foreignSpecifier(root));
    }
  }
}

function parts(l: Lowering, node: PyNode): void {
  const source = field(node, 'module_name');
  if (source === undefined) return;
  const module = l.of(source).replace(/\s+/g, '');
  const file = l.modules.find(module);
  if (has(node, 'wildcard_import') || kids(node).some(child => child.kind === 'wildcard_import')) {
    if (file === undefined) return;
    for (const name of l.modules.names(file)) {
      l.own.set(name, { file, name });
      write(l, `{ ${name} }`, l.modules.specifier(file), name);
    }
    return;
  }
  for (const item of fields(node, 'name')) {
    const name = item.kind === 'aliased_import' ? field(item, 'name') : item;
    if (name === undefined) continue;
    const asked = l.of(name).replace(/\s+/g, '');
    const as = item.kind === 'aliased_import' ? l.of(field(item, 'alias') ?? name) : asked;
    const own = l.name(as);
    const below = l.modules.find(module.endsWith('.') ? `${module}${asked}` : `${module}.${asked}`);
    if (below !== undefined && (file === undefined || !l.modules.binds(file, asked))) {
      l.own.set(as, { file: below, name: '*' });
      write(l, `* as ${own}`, l.modules.specifier(below), own);
    } else if (file !== undefined && (module.startsWith('.') || l.modules.binds(file, asked))) {
      l.own.set(as, { file, name: asked });
      write(l, asked === own ? `{ ${own} }` : `{ ${asked} as ${own} }`, l.modules.specifier(file), own);
    } else if (!module.startsWith('.')) {
      l.imported.set(as, `${module}.${asked}`);
      // A part of a package that has only its name in common with others is a package itself: `from google import genai`.
      const joined = `${module}.${asked}`;
      if (packageOf(joined) === joined && joined.includes('.') && packageOf(module) !== joined && !/^[A-Z]/.test(asked))
        write(l, `* as ${own}`, foreignSpecifier(joined), l.modules.isPackage ? own : undefined);
      else
        write(l, asked === own ? `{ ${own} }` : `{ ${asked} as ${own} }`, foreignSpecifier(module), l.modules.isPackage ? own : undefined);
    }
  }
}

/** @param handedOn the name under which other files may import it from this one */
function write(l: Lowering, what: string, specifier: string, handedOn?: string): void {
  l.head.push(`import ${what} from ${quoted(specifier)};`);
  const python = handedOn?.replace(/_$/, '');
  if (handedOn !== undefined && python !== undefined)
    l.head.push(python !== handedOn && l.name(python) === handedOn ? `export { ${handedOn} as ${python} };` : `export { ${handedOn} };`);
}
