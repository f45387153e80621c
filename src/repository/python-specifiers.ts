// Versions and specifiers of Python (PEP 440, and the forms of Poetry and conda) in the words of semver, which others compare with.
import semver from 'semver';

/** Specifiers come from an untrusted file. */
const MAX_SPECIFIER = 256;
const PRE: Readonly<Record<string, string>> = {
  a: 'alpha',
  alpha: 'alpha',
  b: 'beta',
  beta: 'beta',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};
const VERSION =
  /^v?(?:\d+!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|alpha|b|beta|c|rc|pre|preview)[-_.]?(\d*))?(?:[-_.]?(?:post|rev|r)[-_.]?\d*|-\d+)?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+[\w.-]*)?$/i;

/** The name of a distribution as the index compares it: `Google_GenAI` is `google-genai`. */
export function distributionName(written: string): string {
  return written.toLowerCase().replace(/[-_.]+/g, '-');
}

/** A version as semver has it: `1.40.0.post1` is 1.40.0, `2.0rc1` is 2.0.0-rc.1; undefined when it is none. */
export function semverOf(version: string): string | undefined {
  const match = version.length > MAX_SPECIFIER ? null : VERSION.exec(version.trim());
  if (match === null) return undefined;
  const [, release = '', pre, preNumber, dev, devNumber] = match;
  const [major = 0, minor = 0, patch = 0] = release.split('.').map(Number);
  const parts = [
    ...(pre === undefined ? [] : [PRE[pre.toLowerCase()] ?? 'rc', Number(preNumber || 0)]),
    ...(dev === undefined ? [] : ['dev', Number(devNumber || 0)]),
  ];
  return semver.valid(`${major}.${minor}.${patch}${parts.length === 0 ? '' : `-${parts.join('.')}`}`) ?? undefined;
}

/** What a specifier allows, as a range of semver; undefined when it says nothing or cannot be understood. */
export function rangeOf(specifier: string): string | undefined {
  if (specifier.length > MAX_SPECIFIER) return undefined;
  const either = specifier.split('||').map(part => all(part));
  if (either.some(range => range === undefined || range === '')) return undefined;
  const range = either.join(' || ');
  return semver.validRange(range) === null ? undefined : range;
}

function all(specifier: string): string | undefined {
  const out: string[] = [];
  for (const clause of specifier.replace(/[()]/g, '').split(',')) {
    const text = clause.trim();
    if (text === '' || text === '*') continue;
    const range = one(text);
    if (range === undefined) return undefined;
    if (range !== '') out.push(range);
  }
  return out.join(' ');
}

function one(clause: string): string | undefined {
  const [, operator = '', written = ''] = /^(===?|~=|!=|<=|>=|<|>|\^|~|=)?\s*(\S+)$/.exec(clause) ?? [];
  if (operator === '!=') return '';
  const open = /^v?(\d+(?:\.\d+)*)\.\*$/.exec(written)?.[1];
  if (open !== undefined)
    return `${open.split('.').slice(0, 2).map(Number).join('.')}${open.split('.').length >= 3 ? `.${Number(open.split('.')[2])}` : '.x'}`;
  const version = semverOf(written);
  if (version === undefined) return undefined;
  const parts = written.replace(/^v/, '').split('.').length;
  switch (operator) {
    case '~=': {
      const { major, minor } = new semver.SemVer(version);
      return `>=${version} <${parts <= 2 ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`}`;
    }
    case '^':
      return `^${version}`;
    case '~':
      return parts === 1 ? `^${version}` : `~${version}`;
    case '=':
      // Conda's single sign allows what begins so.
      return parts >= 3 ? version : `${written.replace(/^v/, '')}.x`;
    case '==':
    case '===':
    case '':
      return version;
    default:
      return `${operator}${version}`;
  }
}

/** Does a specifier allow a version of semver? */
export function allows(specifier: string, version: string): boolean {
  const range = rangeOf(specifier);
  return range === undefined || semver.satisfies(version, range, { includePrerelease: true });
}

/**
 * The lowest version that a specifier allows. One that only has an upper end (`<1`) is answered with the release series below it,
 * since an installer takes the newest that it may.
 */
export function lowestOf(specifier: string): string | undefined {
  const range = rangeOf(specifier);
  if (range === undefined) return undefined;
  const lowest = semver.minVersion(range)?.version;
  if (lowest !== undefined && !/^0\.0\.0(?:-0)?$/.test(lowest)) return lowest;
  const ends = [...range.matchAll(/<(=?)(\d+)\.(\d+)\.(\d+)/g)].map(([, equal, major, minor, patch]) => ({
    equal: equal === '=',
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
  }));
  const end = ends.sort((a, b) => a.major - b.major || a.minor - b.minor || a.patch - b.patch)[0];
  if (end === undefined) return undefined;
  if (end.equal) return `${end.major}.${end.minor}.${end.patch}`;
  if (end.patch > 0) return `${end.major}.${end.minor}.${end.patch - 1}`;
  if (end.minor > 0) return `${end.major}.${end.minor - 1}.0`;
  return end.major > 0 ? `${end.major - 1}.0.0` : undefined;
}
