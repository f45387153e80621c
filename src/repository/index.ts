// The repository as the frontends see it.
export { UserError } from './errors.ts';
export { matches } from './glob.ts';
export { type Inventory, openInventory } from './inventory.ts';
export type { Dependency, DependencyKind, PackageManifest } from './manifest.ts';
export { expression, fnmatch, glob, holdsAbove, type PathPattern } from './path-patterns.ts';
export { parseToml } from './python-manifests.ts';
export type { PythonPackage } from './python-versions.ts';
export { roleOf } from './role.ts';
export { type PackageVersion, packageNameOf } from './versions.ts';
export { parseYaml, type YamlResult, yamlOf } from './yaml.ts';
