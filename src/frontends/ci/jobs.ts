// A job of a continuous-integration service in one form for all services.
import type { CiRun } from '../../core/index.ts';
import type { ShellMode } from './shell.ts';

export type When = CiRun['on'];

export interface JobStep {
  readonly script: string;
  /** Relative to the root; undefined: a folder that only a run knows. */
  readonly dir: string | undefined;
  readonly mode: ShellMode;
  readonly env: Readonly<Record<string, string>>;
  readonly harmless?: string;
  /** An action of somebody else that runs something, by its name; `script` is then empty. */
  readonly uses?: string;
}

export interface Job {
  /** Unique in its file. */
  readonly id: string;
  readonly file: string;
  readonly on: When;
  readonly harmless?: string;
  /** Only a change of such a file starts it. */
  readonly paths?: readonly string[];
  readonly needs: readonly string[];
  readonly steps: readonly JobStep[];
}

type Dict = Readonly<Record<string, unknown>>;

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own members only: the parsed file may name `__proto__`. */
export function get(value: unknown, key: string): unknown {
  return isDict(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A list, or the one thing that stands in its place; nested lists (YAML anchors) are opened. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.slice(0, 500).flatMap(one => (Array.isArray(one) ? one.slice(0, 500) : [one])) : [value];
}

export function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isDict(value) ? Object.entries(value).slice(0, 500) : [];
}

/** Variables with plain values; what refers to secrets is kept as it is written. */
export function variables(...maps: readonly unknown[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const map of maps) {
    for (const [name, value] of entries(map)) {
      const plain = text(value);
      if (plain !== undefined && /^[A-Za-z_]\w{0,100}$/.test(name)) out[name] = plain;
    }
  }
  return out;
}

/** The commands of a step that is given as a list of lines: the first that fails ends it. */
export function joined(value: unknown): string {
  return list(value)
    .map(one => text(one) ?? '')
    .join('\n');
}
