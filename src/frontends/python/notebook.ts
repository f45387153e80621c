// The code cells of a Jupyter notebook as one Python text, in which each line stands in the row where the file holds it.
// nbformat 4: https://nbformat.readthedocs.io/en/latest/format_description.html (nbformat 3 keeps its cells in worksheets).

/** Rows beyond this are only made to break us. */
const MOST_ROWS = 400_000;

interface Cell {
  readonly cell_type?: unknown;
  readonly source?: unknown;
  readonly input?: unknown;
}

/** The Python text of a notebook; undefined when it is none, or one in another language. */
export function notebookCode(json: string): string | undefined {
  let book: unknown;
  try {
    book = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof book !== 'object' || book === null || !speaksPython(book)) return undefined;
  const rows: string[] = [];
  let at = 0;
  let row = 0;
  for (const cell of cellsOf(book)) {
    const source = cell.source ?? cell.input;
    const lines = Array.isArray(source)
      ? source.filter(line => typeof line === 'string')
      : typeof source === 'string'
        ? source.split(/(?<=\n)/)
        : [];
    const whole = typeof source === 'string';
    const isCode = cell.cell_type === 'code' && !isMagic(lines[0]);
    if (whole) [at, row] = find(json, JSON.stringify(source), at, row);
    for (const line of lines) {
      if (!whole) [at, row] = find(json, JSON.stringify(line), at, row);
      if (!isCode || rows.length > MOST_ROWS) continue;
      while (rows.length < row) rows.push('');
      const text = line.replace(/\n$/, '');
      // Commands of the shell and of the notebook are no Python; what they stand in must keep its shape.
      rows.push(/^\s*[%!?]/.test(text) ? text.replace(/[%!?].*/, 'pass') : text);
    }
  }
  return rows.join('\n');
}

function cellsOf(book: object): readonly Cell[] {
  const direct = 'cells' in book ? book.cells : undefined;
  const sheets = 'worksheets' in book && Array.isArray(book.worksheets) ? book.worksheets : [];
  const all: unknown[] = Array.isArray(direct) ? direct : sheets.flatMap(sheet => (Array.isArray(sheet?.cells) ? sheet.cells : []));
  return all.filter((cell): cell is Cell => typeof cell === 'object' && cell !== null);
}

function speaksPython(book: object): boolean {
  const text = JSON.stringify('metadata' in book ? book.metadata : {});
  const language = /"(?:language|name)":"(\w+)"/.exec(/"(?:language_info|kernelspec)":\{[^}]{0,400}/.exec(text)?.[0] ?? '')?.[1];
  return language === undefined || /^(?:python|ipython|py|conda|venv)/i.test(language);
}

/** `%%bash`: the whole cell is in another language. */
function isMagic(line: unknown): boolean {
  return typeof line === 'string' && /^\s*%%(?!time|capture|timeit|prun)/.test(line);
}

/** Where a text of the file stands from a place on: the end of it, and its row. The same place where it cannot be found. */
function find(json: string, wanted: string, at: number, row: number): [number, number] {
  const found = json.indexOf(wanted, at);
  if (found < 0) return [at, row];
  let next = row;
  for (let line = json.indexOf('\n', at); line >= 0 && line < found; line = json.indexOf('\n', line + 1)) next++;
  return [found, next];
}
