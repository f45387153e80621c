// agent-ready.yml: data only, never executed. What is wrong in it is an error with its place; what is not read yet is said.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { TargetSpec } from '../core/index.ts';
import { UserError } from '../repository/errors.ts';
import { isTame } from '../repository/yaml.ts';
import { Field } from './reader.ts';
import { readTarget } from './target.ts';

export interface AgentConfig {
  readonly name: string;
  /** Folder relative to the audited root. */
  readonly root: string;
  readonly target?: TargetSpec;
}

export interface Config {
  readonly agents: readonly AgentConfig[];
  /** Sections that this version accepts and does not use yet. */
  readonly unused: readonly string[];
}

export const CONFIG_FILES = ['agent-ready.yml', 'agent-ready.yaml'];
const SECTIONS = ['agents', 'traffic', 'evaluation', 'waivers', 'ignore'];

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
  const fields = new Field(document.contents as never, { file, lines, document: document as never }, '').map(SECTIONS);
  const agents = fields.get('agents')?.list().map(readAgent) ?? [];
  return { agents, unused: SECTIONS.filter(section => section !== 'agents' && fields.has(section)) };
}

function read(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    throw new UserError(`The configuration "${shown}" could not be read (${reason}); name a file that exists with --config.`);
  }
}

function readAgent(field: Field): AgentConfig {
  const fields = field.map(['name', 'root', 'target']);
  const root = fields.get('root')?.text() ?? '.';
  if (/^[/\\]|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(root))
    throw (fields.get('root') as Field).wrong('must be a folder inside of the repository.');
  const target = fields.get('target');
  return {
    name: fields.get('name')?.text() ?? 'agent',
    root,
    ...(target === undefined ? {} : { target: readTarget(target, root) }),
  };
}
