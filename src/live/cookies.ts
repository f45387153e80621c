// Cookies as a browser keeps them, one jar for each conversation: some agents know a conversation by nothing else.

/** Most cookies of a jar, and most characters of one: what the agent sends is not to be trusted. */
const MOST = 50;
const LONGEST = 4096;

export class Cookies {
  readonly #jars = new Map<string, Map<string, string>>();

  /** Remembers what an answer sets, and forgets what it takes back (RFC 6265; all of it is one site, so paths and domains do not matter). */
  take(session: string, set: readonly string[] | undefined): void {
    for (const line of set ?? []) {
      const [pair = '', ...attributes] = line.slice(0, LONGEST).split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      const value = pair.slice(at + 1).trim();
      // What may stand in a header and nothing else.
      if (at < 1 || !/^[\x21-\x7e]+$/.test(name) || /[^\x20-\x7e]/.test(value)) continue;
      const jar = this.#jars.get(session) ?? new Map<string, string>();
      this.#jars.set(session, jar);
      if (attributes.some(isOver)) jar.delete(name);
      else if (jar.has(name) || jar.size < MOST) jar.set(name, value);
    }
  }

  /** The header for a request; undefined when there is none. @param own what is configured, which comes first */
  header(session: string, own: string | undefined): string | undefined {
    const kept = [...(this.#jars.get(session) ?? [])].map(([name, value]) => `${name}=${value}`);
    const all = [...(own === undefined ? [] : [own]), ...kept];
    return all.length === 0 ? undefined : all.join('; ');
  }
}

function isOver(attribute: string): boolean {
  const [, name = '', value = ''] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(attribute) ?? [];
  if (name.toLowerCase() === 'max-age') return Number(value) <= 0;
  return name.toLowerCase() === 'expires' && Date.parse(value) < Date.now();
}
