// Files and commands: what Python's standard library does to the machine, as the modules of Node do it.
import { kids, type PyNode } from '../tree.ts';
import { argument, type Lower } from './builtins.ts';
import { type Piece, put } from './expressions.ts';
import { plainText } from './strings.ts';

/** `'a' if more else 'w'`: each of them may be meant, and what writes counts. */
function modesIn(l: Parameters<Lower>[0], mode: PyNode | undefined, depth: number): string {
  if (mode?.kind !== 'conditional_expression' || depth > 4) return mode?.kind === 'string' ? plainText(l, mode) : 'r';
  // The condition, which stands in the middle, is compared with modes and is none.
  const [yes, , no] = kids(mode);
  return modesIn(l, yes, depth + 1) + modesIn(l, no, depth + 1);
}

const open: Lower = (l, args) => {
  const path = argument(args, 0, 'file');
  const mode = argument(args, 1, 'mode');
  if (path === undefined) return false;
  const said = mode?.kind === 'string' ? plainText(l, mode) : modesIn(l, mode, 0);
  const act = /[wx+]/.test(said) ? 'writeFileSync' : said.includes('a') ? 'appendFileSync' : 'readFileSync';
  put(l, `${l.need('node:fs')}.${act}(`, path, ')');
  return true;
};

const file =
  (act: string): Lower =>
  (l, { positional }) => {
    const [path] = positional;
    if (path === undefined) return false;
    put(l, `${l.need('node:fs')}.${act}(`, path, ')');
    return true;
  };

const moved: Lower = (l, { positional: [from, to] }) => {
  if (from === undefined || to === undefined) return false;
  put(l, `${l.need('node:fs')}.renameSync(`, from, ', ', to, ')');
  return true;
};

/** A command: with `shell=True`, or as one text, it goes through the shell. */
const command =
  (shell: boolean): Lower =>
  (l, args) => {
    const what = argument(args, 0, 'args') ?? args.keywords.get('cmd');
    if (what === undefined) return false;
    const asText = shell || args.keywords.get('shell')?.kind === 'true';
    const act = asText ? 'exec' : 'execFile';
    const limit = args.keywords.get('timeout');
    const pieces: Piece[] = what.kind === 'list' && !asText ? listParts(what) : [what];
    put(
      l,
      `${l.need('node:child_process')}.${act}(`,
      ...pieces,
      ...(limit === undefined ? [] : [', { timeout: (', limit, ') * 1000 }']),
      ')',
    );
    return true;
  };

function listParts(node: PyNode): Piece[] {
  const [program, ...rest] = node.children.filter(child => child.named);
  if (program === undefined) return ['""'];
  return [program, ', [', ...rest.flatMap((part, i): Piece[] => (i === 0 ? [part] : [', ', part])), ']'];
}

const asyncCommand: Lower = (l, { positional }) => {
  const [program, ...rest] = positional;
  if (program === undefined) return false;
  put(
    l,
    `${l.need('node:child_process')}.execFile(`,
    program,
    ', [',
    ...rest.flatMap((part, i): Piece[] => (i === 0 ? [part] : [', ', part])),
    '])',
  );
  return true;
};

/** Functions by their dotted name. */
export const PLATFORM: Readonly<Record<string, Lower>> = {
  open,
  'io.open': open,
  'aiofiles.open': open,
  'asyncio.create_subprocess_shell': command(true),
  'asyncio.create_subprocess_exec': asyncCommand,
  'subprocess.run': command(false),
  'subprocess.Popen': command(false),
  'subprocess.call': command(false),
  'subprocess.check_call': command(false),
  'subprocess.check_output': command(false),
  'subprocess.getoutput': command(true),
  'subprocess.getstatusoutput': command(true),
  'os.system': command(true),
  'os.popen': command(true),
  'os.remove': file('rmSync'),
  'os.unlink': file('rmSync'),
  'os.rmdir': file('rmSync'),
  'shutil.rmtree': file('rmSync'),
  'os.makedirs': file('mkdirSync'),
  'os.mkdir': file('mkdirSync'),
  'os.listdir': file('readdirSync'),
  'os.replace': moved,
  'os.rename': moved,
};
