// The condition by which a run chooses cases, as pytest writes it: `not slow and (unit or fast)`. Words are marks,
// or parts of names.

const MOST_TOKENS = 200;

/** Does a condition choose a case? false where the condition cannot be read. */
export function chooses(condition: string, holds: (word: string) => boolean): boolean {
  const tokens = condition.match(/\(|\)|[^\s()]+/g)?.slice(0, MOST_TOKENS) ?? [];
  let at = 0;
  const atom = (depth: number): boolean | undefined => {
    const token = tokens[at++];
    if (token === undefined || depth > 40) return undefined;
    if (token === 'not') {
      const inner = atom(depth + 1);
      return inner === undefined ? undefined : !inner;
    }
    if (token === '(') {
      const inner = either(depth + 1);
      return tokens[at++] === ')' ? inner : undefined;
    }
    return token === ')' || token === 'and' || token === 'or' ? undefined : holds(token);
  };
  const both = (depth: number): boolean | undefined => {
    let all = atom(depth);
    while (all !== undefined && tokens[at] === 'and') {
      at++;
      const next = atom(depth);
      all = next === undefined ? undefined : all && next;
    }
    return all;
  };
  const either = (depth: number): boolean | undefined => {
    let any = both(depth);
    while (any !== undefined && tokens[at] === 'or') {
      at++;
      const next = both(depth);
      any = next === undefined ? undefined : any || next;
    }
    return any;
  };
  const result = either(0);
  return result === true && at === tokens.length;
}
