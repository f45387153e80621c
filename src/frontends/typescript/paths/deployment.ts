// What the files of a deployment set and preload: Dockerfiles, compose and platform files, start scripts.
import type { Location } from '../../../core/index.ts';
import type { Inventory } from '../../../repository/index.ts';

const FILES =
  /(?:^|\/)(?:[^/]*Dockerfile[^/]*|Containerfile|Procfile|(?:docker-)?compose[^/]*\.ya?ml|fly\.toml|render\.ya?ml|railway\.(?:json|toml)|vercel\.json|netlify\.toml|wrangler\.(?:toml|jsonc?)|app\.ya?ml|serverless\.ya?ml|template\.ya?ml|amplify\.yml|apprunner\.yaml|ecosystem\.config\.[cm]?js|\.env(?:\.production)?|values[^/]*\.ya?ml|[^/]+\.(?:tf|bicep|service))$|(?:^|\/)(?:k8s|kubernetes|deploy|deployment|deployments|helm|charts|manifests|infra|terraform|\.github\/workflows)\/[^\n]*\.(?:ya?ml|json|sh|tf|env)$/i;
const MOST_FILES = 200;
const MOST_CHARACTERS = 3_000_000;

const known = new WeakMap<object, Deployment>();

/** The deployment of a reading, which is read once. */
export function deploymentOf(reading: { readonly inventory: Inventory }): Deployment {
  const deployment = known.get(reading) ?? new Deployment(reading.inventory);
  known.set(reading, deployment);
  return deployment;
}

export class Deployment {
  readonly #inventory: Inventory;
  #texts: readonly string[] | undefined;
  readonly #files: string[] = [];

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Is a variable of the environment named in a file of the deployment? */
  sets(name: string): boolean {
    // `NAME=` and `NAME=""` set nothing.
    const set = new RegExp(
      `(?<![A-Z0-9_])${name.replace(/\W/g, '')}(?![A-Z0-9_])(?![^\\S\\n]{0,4}=[^\\S\\n]{0,4}(?:""|'')?[^\\S\\n]{0,9}$)`,
      'm',
    );
    return this.#all().some(text => text.includes(name) && set.test(text));
  }

  /** The value that a file of the deployment gives a variable, where it is written there. */
  valueOf(name: string): string | undefined {
    const written = new RegExp(`(?<![A-Z0-9_])${name.replace(/\W/g, '')}["']?\\s{0,4}[=:]\\s{0,4}["']?([\\w./:-]{1,200})`);
    for (const text of this.#all()) {
      const value = text.includes(name) ? written.exec(text)?.[1] : undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Where a file of the deployment holds a text; lines that are commented out do not count. */
  find(pattern: RegExp): Location | undefined {
    for (const [i, text] of this.#all().entries()) {
      const at = text.search(pattern);
      const file = this.#files[i];
      if (at >= 0 && file !== undefined) return { file, line: text.slice(0, at).split('\n').length };
    }
    return undefined;
  }

  /** Is a module loaded before the program, by `--import`, `-r` or `NODE_OPTIONS`, in a start script or in a file of the deployment? */
  preloads(stem: string): boolean {
    const tail =
      stem
        .split('/')
        .slice(-1)[0]
        ?.replace(/[^\w.-]/g, '') ?? '';
    if (tail === '') return false;
    const loaded = new RegExp(
      `(?:--import|--require|--loader|-r)["',=\\s]{1,8}[^\\s"']{0,200}(?:^|/|\\s|=|["'])?${tail.replace(/\./g, '\\.')}(?:\\.[cm]?[jt]s)?\\b`,
    );
    const named = (text: string): boolean => text.includes(tail) && loaded.test(text);
    return (
      this.#all().some(named) ||
      this.#inventory.files.some(f => f.endsWith('package.json') && !f.includes('node_modules') && named(this.#scripts(f)))
    );
  }

  #scripts(file: string): string {
    const text = this.#inventory.read(file) ?? '';
    const from = text.indexOf('"scripts"');
    return from < 0 ? '' : text.slice(from, from + 8000).replaceAll('\\"', '"');
  }

  #all(): readonly string[] {
    if (this.#texts !== undefined) return this.#texts;
    const out: string[] = [];
    let room = MOST_CHARACTERS;
    for (const file of this.#inventory.files) {
      if (out.length >= MOST_FILES || !FILES.test(file) || this.#inventory.roleOf(file) === 'test') continue;
      const text = this.#inventory.read(file);
      if (text === undefined || text.length > room) continue;
      room -= text.length;
      // A line that is commented out sets nothing.
      out.push(text.replace(/^[^\S\n]*(?:#|\/\/).*$/gm, ''));
      this.#files.push(file);
    }
    this.#texts = out;
    return out;
  }
}
