// Requirements as pip reads them: single ones (PEP 508), and files of them that may include others.
import type { Files } from './files.ts';
import { dirOf, joinPath } from './location.ts';
import { distributionName } from './python-specifiers.ts';

export interface Requirement {
  /** The name of the distribution, normalised. */
  readonly name: string;
  /** As written, `''` when any version will do. */
  readonly specifier: string;
  /** With hashes only this one version can be installed. */
  readonly locked: boolean;
}

const MAX_LINES = 20_000;
const MAX_INCLUDED = 50;
const REQUIREMENT = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]{0,500}\])?\s*([^;@#]*)/;

/** One requirement: `openai[realtime]>=1.2,<2; python_version > "3.8"`. */
export function parseRequirement(text: string): Requirement | undefined {
  const line = text.slice(0, 2000).trim();
  const [, name, rest = ''] = REQUIREMENT.exec(line) ?? [];
  // A path or an address has a name that cannot be told from a distribution's.
  if (name === undefined || /^[^;#]*(?:\/|\\)/.test(line.split(' --', 1)[0]?.split('@', 1)[0] ?? '')) return undefined;
  const specifier = rest.split(/\s--/, 1)[0]?.trim() ?? '';
  if (specifier !== '' && !/^[(<>=!~^]/.test(specifier)) return undefined;
  return { name: distributionName(name), specifier, locked: /--hash[= ]/.test(text) };
}

/** Everything that a requirements file asks for, with the files and constraints that it includes. */
export function readRequirements(files: Files, file: string): readonly Requirement[] {
  const out: Requirement[] = [];
  const seen = new Set([file]);
  const queue = [file];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const text = files.readLarge(next);
    if (text === undefined) continue;
    for (const line of linesOf(text)) {
      const included = /^(?:-r|--requirement|-c|--constraint)[ =]*(\S+)/.exec(line)?.[1];
      if (included !== undefined) {
        const path = joinPath(dirOf(next), included);
        if (path === undefined || seen.has(path) || seen.size >= MAX_INCLUDED) continue;
        seen.add(path);
        queue.push(path);
      } else if (!line.startsWith('-')) {
        const requirement = parseRequirement(line);
        if (requirement !== undefined) out.push(requirement);
      }
    }
  }
  return out;
}

/** Lines that say something, those that end in `\` joined with the next. */
function linesOf(text: string): string[] {
  const out: string[] = [];
  let open = '';
  for (const raw of text.split('\n', MAX_LINES)) {
    const line = raw.replace(/\r$/, '').replace(/(?:^|\s)#.*$/, '');
    if (line.endsWith('\\') && open.length < 20_000) {
      open += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = (open + line).trim();
    open = '';
    if (whole !== '') out.push(whole);
  }
  if (open.trim() !== '') out.push(open.trim());
  return out;
}
