// Runs inside of the agent's own process: loads its module, calls the export for each message, and sends back what it answers.
import { pathToFileURL } from 'node:url';
import type { FromRunner, ToRunner } from './module.ts';

/** Most characters of one answer that are sent back. */
const KEPT = 2_000_000;
type Handle = (message: unknown, context: { readonly user: string; readonly session: string }) => unknown;

const [, , file = '', name = 'default'] = process.argv;
const send = (message: FromRunner): void => void process.send?.(message);
const why = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2000);
// Without its parent nobody would ever ask it to end.
process.on('disconnect', () => process.exit());

try {
  const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const outer = loaded.default as Record<string, unknown> | undefined;
  // A CommonJS module shows its names on its default export.
  const handle = loaded[name] ?? (typeof outer === 'object' || typeof outer === 'function' ? outer?.[name] : undefined);
  if (typeof handle !== 'function') send({ kind: 'failed', why: `it exports no function named ${name}` });
  else {
    process.on('message', (order: ToRunner) => void answer(handle as Handle, order));
    send({ kind: 'ready' });
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  send({ kind: 'failed', why: why(error) });
}

async function answer(handle: Handle, { id, message, user, session }: ToRunner): Promise<void> {
  try {
    const said = await handle(message, { user, session });
    if (said instanceof Response) return reply(id, await said.text());
    if (typeof said === 'object' && said !== null && Symbol.asyncIterator in said) {
      const parts: string[] = [];
      for await (const part of said as AsyncIterable<unknown>) parts.push(typeof part === 'string' ? part : JSON.stringify(part));
      return reply(id, parts.join(''), parts.slice(0, 5000));
    }
    reply(id, typeof said === 'string' ? said : (JSON.stringify(said) ?? ''));
  } catch (error) {
    send({ kind: 'reply', id, body: '', bytes: 0, error: why(error) });
  }
}

function reply(id: number, body: string, parts?: readonly string[]): void {
  send({ kind: 'reply', id, body: body.slice(0, KEPT), bytes: Buffer.byteLength(body), ...(parts === undefined ? {} : { parts }) });
}
