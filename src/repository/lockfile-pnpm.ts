// pnpm-lock.yaml, lockfile versions 5 to 9, read line by line: a general YAML parser takes half a second for a large one
// (27,000 lines), this takes a hundredth of that. pnpm writes the file itself, two spaces a level, so the lines can be trusted.
import semver from 'semver';
import { type Lockfile, VersionSets } from './lockfile.ts';

const KINDS: ReadonlySet<string> = new Set(['dependencies', 'devDependencies', 'optionalDependencies']);

/** Reads the text of a pnpm lockfile. */
export function parsePnpmLock(file: string, text: string): Lockfile {
  const reader = new Reader();
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    reader.line(text.slice(at, text[end - 1] === '\r' ? end - 1 : end));
    at = end + 1;
  }
  return {
    file,
    versions: name => reader.sets.get(name),
    direct: (importer, name) => reader.importers.get(importer)?.get(name),
  };
}

class Reader {
  readonly importers = new Map<string, Map<string, string>>();
  readonly sets = new VersionSets();
  /** The top-level key that we are in. */
  #section = '';
  #importer = '';
  /** Inside `dependencies` or a sister of an importer. */
  #inKind = false;
  #name = '';

  line(line: string): void {
    let indent = 0;
    while (line.charCodeAt(indent) === 32) indent++;
    const first = line[indent];
    if (first === undefined || first === '#') return;
    if (indent === 0) this.#topLevel(line);
    else if (this.#section === 'importers') this.#inImporters(line, indent, 2);
    else if (this.#inKind) this.#inImporters(line, indent, 0);
    else if (this.#section === 'packages' && indent === 2) this.#package(keyOf(line, 2));
  }

  #topLevel(line: string): void {
    this.#section = keyOf(line, 0) ?? '';
    // A single project has no `importers`: its dependencies stand at the top.
    this.#inKind = KINDS.has(this.#section);
    if (this.#inKind) this.#importer = '';
  }

  /** `base` is the indentation of an importer's name, and 0 where its name is left out. */
  #inImporters(line: string, indent: number, base: number): void {
    if (base > 0 && indent === base) {
      const dir = keyOf(line, indent) ?? '';
      this.#importer = dir === '.' ? '' : dir;
      this.#inKind = false;
    } else if (base > 0 && indent === base + 2) {
      this.#inKind = KINDS.has(keyOf(line, indent) ?? '');
    } else if (this.#inKind && indent === (base > 0 ? base + 4 : 2)) {
      this.#name = keyOf(line, indent) ?? '';
      const inline = writtenIn(line);
      if (inline !== '') this.#direct(inline);
    } else if (this.#inKind && indent === (base > 0 ? base + 6 : 4) && line.startsWith('version:', indent)) {
      this.#direct(writtenIn(line));
    }
  }

  #direct(written: string): void {
    const version = bareVersion(written);
    if (version === undefined) return;
    const own = this.importers.get(this.#importer);
    if (own) own.set(this.#name, version);
    else this.importers.set(this.#importer, new Map([[this.#name, version]]));
  }

  #package(key: string | undefined): void {
    if (key === undefined) return;
    const [name, version] = packageKey(key) ?? [];
    if (name !== undefined && version !== undefined) this.sets.add(name, version);
  }
}

/** The version of a direct dependency, without its peers: `6.0.3(zod@3.25.0)`, `6.0.3_zod@3.25.0`, or an alias `ai@6.0.3`. */
function bareVersion(written: string): string | undefined {
  return semver.valid(/^[^(_]*/.exec(written)?.[0]) ?? packageKey(written)?.[1];
}

/** Splits the name of a package entry: `/@a/b/1.0.0_peer`, `/@a/b@1.0.0(peer)`, `@a/b@1.0.0`, `registry.npmjs.org/a/1.0.0`. */
function packageKey(key: string): readonly [name: string, version: string] | undefined {
  const bare = (/^\/?([^(]*)/.exec(key)?.[1] ?? '').slice(0, 500);
  const found = /[/@](\d+\.\d+\.\d+[^(_]*)/.exec(bare);
  const version = semver.valid(found?.[1]);
  if (found === null || version === null) return undefined;
  const name = bare.slice(0, found.index).replace(/^[^@/]+\.[^@/]+\/(?=.)/, '');
  // A tarball or a git repository: its address is not a name.
  return name === '' || name.includes(':') ? undefined : [name, version];
}

/** The key of a line, unquoted. Keys of over 1,000 characters begin with `? `. */
function keyOf(line: string, indent: number): string | undefined {
  let start = indent;
  if (line.startsWith('? ', start)) start += 2;
  const quote = line[start];
  if (quote === "'" || quote === '"') {
    const end = line.indexOf(quote, start + 1);
    return end < 0 ? undefined : line.slice(start + 1, end);
  }
  const colon = line.indexOf(': ', start);
  if (colon >= 0) return line.slice(start, colon);
  return line.endsWith(':') ? line.slice(start, -1) : line.slice(start);
}

function writtenIn(line: string): string {
  const colon = /:\s+(?=\S)/.exec(line.replace(/^\s*(['"]).*?\1/, match => '_'.repeat(match.length)));
  if (colon === null) return '';
  return line
    .slice(colon.index + colon[0].length)
    .replace(/^(['"])(.*)\1$/, '$2')
    .trim();
}
