// What a Python package says of itself and of what it depends on: pyproject.toml, setup.cfg, setup.py, Pipfile, environment.yml.
import { parse } from 'smol-toml';
import { asString, asStrings, isRecord } from './jsonc.ts';
import { parseRequirement, type Requirement } from './python-requirements.ts';
import { distributionName } from './python-specifiers.ts';
import { parseYaml } from './yaml.ts';

export interface PythonManifest {
  /** The name of the package, where it gives itself one. */
  readonly name: string | undefined;
  readonly requirements: readonly Requirement[];
}

type Reader = (text: string) => PythonManifest | undefined;

/** By the name of the file. */
export const MANIFESTS: Readonly<Record<string, Reader>> = {
  'pyproject.toml': pyproject,
  Pipfile: pipfile,
  'setup.cfg': setupCfg,
  'setup.py': setupPy,
  'environment.yml': environment,
  'environment.yaml': environment,
};

/** A TOML document; undefined when it is none. */
export function parseToml(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function pyproject(text: string): PythonManifest | undefined {
  const toml = parseToml(text);
  if (toml === undefined) return undefined;
  const project = record(toml.project);
  const tool = record(toml.tool);
  const poetry = record(tool.poetry);
  const written = [
    ...asStrings(project.dependencies),
    ...lists(project['optional-dependencies']),
    ...lists(toml['dependency-groups']),
    ...asStrings(record(tool.uv)['dev-dependencies']),
    ...lists(record(tool.pdm)['dev-dependencies']),
    ...Object.values(record(record(tool.hatch).envs)).flatMap(env => asStrings(record(env).dependencies)),
  ];
  const groups = Object.values(record(poetry.group)).map(group => record(group).dependencies);
  return {
    name: asString(project.name) ?? asString(poetry.name),
    requirements: [...parsed(written), ...[poetry.dependencies, ...groups, poetry['dev-dependencies']].flatMap(table)],
  };
}

function pipfile(text: string): PythonManifest | undefined {
  const toml = parseToml(text);
  return toml === undefined ? undefined : { name: undefined, requirements: [...table(toml.packages), ...table(toml['dev-packages'])] };
}

function setupCfg(text: string): PythonManifest {
  let section = '';
  let key = '';
  let name: string | undefined;
  const written: string[] = [];
  for (const line of text.split(/\r?\n/, 5000)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const head = /^\[([^\]]*)\]/.exec(line)?.[1];
    const [, entry, value = ''] = /^([\w.-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (head !== undefined) {
      section = head.trim();
      key = '';
    } else if (entry !== undefined) {
      key = entry;
      if (section === 'metadata' && key === 'name') name = value.trim();
      if (isRequired(section, key) && value.trim() !== '') written.push(...value.split(';', 1));
    } else if (/^\s/.test(line) && isRequired(section, key)) written.push(line.trim());
  }
  return { name, requirements: parsed(written) };
}

function isRequired(section: string, key: string): boolean {
  return section === 'options.extras_require' || (section === 'options' && key === 'install_requires');
}

/** Only lists of texts that stand in the call itself: nothing of the repository is run. */
function setupPy(text: string): PythonManifest {
  const written: string[] = [];
  const start = /\binstall_requires\s*=\s*\[/.exec(text);
  if (start !== null) {
    const list = text.slice(start.index + start[0].length).slice(0, 20_000);
    const end = list.search(/\]\s*(?:,|\)|$)/m);
    for (const [, single, double] of list
      .slice(0, end < 0 ? undefined : end)
      .replace(/^\s*#.*$/gm, '')
      .matchAll(/'([^'\n]*)'|"([^"\n]*)"/g))
      written.push(single ?? double ?? '');
  }
  return { name: /\bname\s*=\s*['"]([\w.-]+)['"]/.exec(text)?.[1], requirements: parsed(written) };
}

function environment(text: string): PythonManifest | undefined {
  const result = parseYaml(text);
  if (result.kind !== 'value' || !isRecord(result.value)) return undefined;
  const list = Array.isArray(result.value.dependencies) ? result.value.dependencies : [];
  const own = asStrings(list).map(line =>
    line.replace(/^[\w-]+::/, '').replace(/^([\w.-]+)=([^=].*)$/, (_, name: string, rest: string) => `${name}=${rest.split('=', 1)[0]}`),
  );
  const pip = list.filter(isRecord).flatMap(item => asStrings(item.pip));
  return { name: undefined, requirements: parsed([...own, ...pip]) };
}

/** A table of Poetry or Pipenv: `openai = "^1.2"`, `openai = { version = "^1.2", extras = [...] }`. */
function table(value: unknown): Requirement[] {
  return Object.entries(record(value)).flatMap(([name, wanted]): Requirement[] => {
    if (name === 'python') return [];
    // Several of them are for several versions of Python.
    const one = Array.isArray(wanted) ? wanted[0] : wanted;
    const specifier = (asString(one) ?? asString(record(one).version) ?? '').trim();
    return [{ name: distributionName(name), specifier: specifier === '*' ? '' : specifier, locked: false }];
  });
}

function parsed(written: readonly string[]): Requirement[] {
  return written.flatMap(text => parseRequirement(text) ?? []);
}

function lists(value: unknown): string[] {
  return Object.values(record(value)).flatMap(list => asStrings(list));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
