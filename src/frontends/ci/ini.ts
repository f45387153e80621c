// Configuration files in sections: tox.ini, pytest.ini, setup.cfg. A value may go on in lines that are indented.

export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

const MOST_LINES = 5000;

/** Sections by name, with their entries; several lines of a value are joined by line breaks. */
export function parseIni(text: string): Ini {
  const out = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let key: string | undefined;
  for (const line of text.split(/\r?\n/, MOST_LINES)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const head = /^\[([^\]]{1,200})\]/.exec(line)?.[1];
    if (head !== undefined) {
      section = out.get(head.trim()) ?? new Map<string, string>();
      out.set(head.trim(), section);
      key = undefined;
      continue;
    }
    if (/^\s/.test(line)) {
      if (key !== undefined) section.set(key, `${section.get(key) ?? ''}\n${line.trim()}`);
      continue;
    }
    const entry = /^([\w.-]{1,100})\s{0,20}[=:](.{0,4000})/.exec(line);
    key = entry?.[1];
    if (key !== undefined) section.set(key, (entry?.[2] ?? '').trim());
  }
  return out;
}

/** The lines of a value, empty ones left out. */
export function linesOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}
