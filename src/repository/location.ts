// Arithmetic on paths of the repository: relative to its root, forward slashes, '' for the root itself.

/** The directory of a file, '' for the root. */
export function dirOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '' : file.slice(0, slash);
}

/** Joins and normalises; undefined when the result would lie outside the root. */
export function joinPath(dir: string, relative: string): string | undefined {
  const parts = dir === '' ? [] : dir.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** The directory and all above it, nearest first, the root ('') last. */
export function upward(dir: string): string[] {
  const dirs = [dir];
  for (let at = dir; at !== ''; ) {
    at = dirOf(at);
    dirs.push(at);
  }
  return dirs;
}

/** `inner` as seen from `outer`, '' when they are the same; undefined when it does not lie inside. */
export function within(outer: string, inner: string): string | undefined {
  if (outer === '') return inner;
  if (inner === outer) return '';
  return inner.startsWith(`${outer}/`) ? inner.slice(outer.length + 1) : undefined;
}

/** A name inside a directory, which may be the root; without a name, the directory. */
export function inDir(dir: string, name: string): string {
  return dir === '' ? name : name === '' ? dir : `${dir}/${name}`;
}
