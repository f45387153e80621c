// agent-ready.yml: data only, never executed. What is wrong in it is an error with its place; what is not used is said.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { TargetSpec } from '../core/index.ts';
import { UserError } from '../repository/errors.ts';
import { isTame } from '../repository/yaml.ts';
import { CONFIG } from './declaration.ts';
import { Field } from './reader.ts';
import { unusedIn } from './shape.ts';
import { targetOf } from './target.ts';

export interface AgentConfig {
  readonly name: string;
  /** Folder relative to the audited root. */
  readonly root: string;
  readonly target?: TargetSpec;
}

export interface Config {
  readonly agents: readonly AgentConfig[];
  /** Settings that this version accepts and does not use yet. */
  readonly unused: readonly string[];
}

/** A file with settings that have no effect, and why. */
export interface Ignored {
  readonly file: string;
  readonly reason: string;
}

const CONFIG_FILES = ['agent-ready.yml', 'agent-ready.yaml'];

/**
 * Reads the configuration of a repository.
 * @param root folder of the repository
 * @param named the file that the user named; default: agent-ready.yml in the root
 * @returns undefined when there is none
 * @throws UserError with file, line and column when it is not as it must be
 */
export function readConfig(root: string, named?: string): Config | undefined {
  const file = named ?? CONFIG_FILES.find(name => existsSync(join(root, name)));
  if (file === undefined) return undefined;
  const text = read(named ?? join(root, file), file);
  if (!isTame(text)) throw new UserError(`${file} is longer or nested deeper than a configuration that is written by hand; shorten it.`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new UserError(`${file}:${line}:${col}: this is not valid YAML (${error.message.split('\n')[0]?.slice(0, 200)}); mend it.`);
  }
  if (document.contents === null) return { agents: [], unused: [] };
  const field = new Field(document.contents as never, { file, lines, document: document as never }, '');
  const { agents = [] } = CONFIG.read(field);
  return {
    agents: agents.map(({ name = 'agent', root: folder = '.', target }) => ({
      name,
      root: folder,
      ...(target === undefined ? {} : { target: targetOf(target, folder) }),
    })),
    unused: unusedIn(field.plain(), CONFIG.schema),
  };
}

/**
 * Settings that are there and have no effect, so that nobody relies on them. Never throws.
 * @param root folder of the repository
 * @param named the file that the user named
 */
export function ignoredSettings(root: string, named?: string): readonly Ignored[] {
  const out: Ignored[] = [];
  try {
    const { unused = [] } = readConfig(root, named) ?? {};
    if (unused.length > 0)
      out.push({
        file: named ?? CONFIG_FILES.find(name => existsSync(join(root, name))) ?? '',
        reason: `this version accepts ${unused.join(', ')}, and does not use ${unused.length === 1 ? 'it' : 'them'}`,
      });
  } catch (error) {
    const file = named ?? CONFIG_FILES.find(name => existsSync(join(root, name))) ?? '';
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : 'it cannot be read';
    out.push({ file, reason: `it was not used, because it is not as it must be (${why})` });
  }
  for (const [file, named, holds] of OTHER_PLACES)
    if (holds(textOf(join(root, file)))) out.push({ file, reason: `this version does not read ${named}; write agent-ready.yml` });
  return out;
}

/** Where settings are looked for by habit. */
const OTHER_PLACES: readonly (readonly [file: string, name: string, holds: (text: string) => boolean])[] = [
  ['package.json', 'agentReady', text => Object.hasOwn(jsonObject(text), 'agentReady')],
  ['pyproject.toml', '[tool.agent-ready]', text => /^\s*\[\s*tool\s*\.\s*["']?agent-ready["']?\s*[.\]]/m.test(text)],
];

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 1_000_000);
  } catch {
    return '';
  }
}

function jsonObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function read(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    throw new UserError(`The configuration "${shown}" could not be read (${reason}); name a file that exists with --config.`);
  }
}
