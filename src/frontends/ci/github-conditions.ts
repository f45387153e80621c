// What an `if:` or a `continue-on-error:` of GitHub Actions comes to, as far as the event tells: `${{ github.event_name == 'push' }}`.
// What depends on anything else is left open.

/** undefined: not known. */
type Known = string | number | boolean | null | undefined;

const TOKEN = /\s*(\|\||&&|==|!=|<=|>=|[!<>(),]|'(?:[^']|'')*'|-?\d+(?:\.\d+)?|[A-Za-z_][\w-]*(?:\.[\w*-]+|\[[^\]]*\])*)/y;
const MOST_TOKENS = 200;
const DEEPEST = 30;

/** The text of an expression without its brackets. */
export function unwrapped(text: string): string {
  return text
    .replace(/^\s*\$\{\{\s*|\s*\}\}\s*$/g, '')
    .trim()
    .slice(0, 2000);
}

/** Does a condition hold on an event, in a job in which nothing has failed? undefined: not known. */
export function holdsOn(condition: string, event: string): boolean | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < condition.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(condition);
    if (found === null || tokens.length > MOST_TOKENS) return condition.slice(at).trim() === '' ? outcomeOf(tokens, event) : undefined;
    tokens.push(found[1] ?? '');
  }
  return outcomeOf(tokens, event);
}

function outcomeOf(tokens: readonly string[], event: string): boolean | undefined {
  let at = 0;
  const truth = (value: Known): boolean | undefined => (value === undefined ? undefined : Boolean(value));
  const atom = (depth: number): Known => {
    const token = tokens[at++];
    if (token === undefined || depth > DEEPEST) return undefined;
    if (token === '!') {
      const inner = truth(atom(depth + 1));
      return inner === undefined ? undefined : !inner;
    }
    if (token === '(') {
      const inner = either(depth + 1);
      at++;
      return inner;
    }
    if (tokens[at] === '(') return called(token, depth);
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^-?\d/.test(token)) return Number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    if (token === 'github.event_name') return event;
    // A pull request is checked out as a merge of its own, which is no branch.
    if (token === 'github.ref' && event === 'pull_request') return 'refs/pull/1/merge';
    if (token === 'github.ref_name' && event === 'pull_request') return '1/merge';
    return undefined;
  };
  const called = (name: string, depth: number): Known => {
    at++;
    const args: Known[] = [];
    while (at < tokens.length && tokens[at] !== ')') {
      if (tokens[at] === ',') at++;
      else args.push(either(depth + 1));
    }
    at++;
    if (name === 'always' || name === 'success') return true;
    if (name === 'failure' || name === 'cancelled') return false;
    const [whole, part] = args;
    if (typeof whole !== 'string' || typeof part !== 'string') return undefined;
    return name === 'startsWith' ? whole.startsWith(part) : name === 'endsWith' ? whole.endsWith(part) : undefined;
  };
  const compared = (depth: number): Known => {
    const left = atom(depth);
    const sign = tokens[at];
    if (sign === undefined || !/^[=!<>]/.test(sign) || sign === '!') return left;
    at++;
    const right = atom(depth);
    if (left === undefined || right === undefined || typeof left !== typeof right || !/^[=!]=$/.test(sign)) return undefined;
    const same = typeof left === 'string' && typeof right === 'string' ? left.toLowerCase() === right.toLowerCase() : left === right;
    return sign === '==' ? same : !same;
  };
  const both = (depth: number): Known => {
    let all = compared(depth);
    while (tokens[at] === '&&') {
      at++;
      const next = compared(depth);
      all = truth(all) === false || truth(next) === false ? false : truth(all) === true ? next : undefined;
    }
    return all;
  };
  const either = (depth: number): Known => {
    let any = both(depth);
    while (tokens[at] === '||') {
      at++;
      const next = both(depth);
      any = truth(any) === true || truth(next) === true ? true : truth(any) === false ? next : undefined;
    }
    return any;
  };
  const result = truth(either(0));
  return at >= tokens.length ? result : undefined;
}
