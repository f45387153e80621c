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
  const found = loaded[name] ?? (typeof outer === 'object' || typeof outer === 'function' ? outer?.[name] : undefined);
  const handle = handleOf(found);
  if (handle === undefined) send({ kind: 'failed', why: `it exports no function and no graph named ${name}` });
  else {
    process.on('message', (order: ToRunner) => void answer(handle, order));
    send({ kind: 'ready' });
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  send({ kind: 'failed', why: why(error) });
}

/** A function, or a compiled graph or chain: what LangGraph exports answers to `invoke` with a list of messages. */
function handleOf(found: unknown): Handle | undefined {
  if (typeof found === 'function') return found as Handle;
  if (typeof found !== 'object' || found === null || !('invoke' in found) || typeof found.invoke !== 'function') return undefined;
  const graph = found as { invoke(input: unknown, config: unknown): Promise<unknown> };
  return async (message, { session }) => {
    const state = await graph.invoke({ messages: [{ role: 'user', content: message }] }, { configurable: { thread_id: session } });
    const messages = typeof state === 'object' && state !== null && 'messages' in state ? state.messages : undefined;
    const last: unknown = Array.isArray(messages) ? messages.at(-1) : state;
    const content = typeof last === 'object' && last !== null && 'content' in last ? last.content : last;
    return Array.isArray(content) ? content.map(part => (typeof part?.text === 'string' ? part.text : '')).join('') : content;
  };
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
