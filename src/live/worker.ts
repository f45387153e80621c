// The process that runs one trial: takes the order as the first line of standard input, writes the record to standard output.
// When standard input ends, its parent is gone or wants it to end: it ends the agent, removes the folder and goes.
import { createInterface } from 'node:readline';
import { remove } from './folder.ts';
import type { Order } from './job.ts';
import { runTrial } from './trial.ts';

/** Milliseconds for ending everything after the parent has gone; then the process itself ends, come what may. */
const LAST = 10_000;

const gone = new AbortController();
const lines = createInterface({ input: process.stdin });
lines.on('close', () => {
  gone.abort();
  setTimeout(() => process.exit(1), LAST).unref();
});
// A terminal sends its signals to everybody; the parent decides.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => gone.abort());
// The parent may be gone before its answer is written.
process.stdout.on('error', () => {});

const tell = (message: object): Promise<void> =>
  new Promise(resolve => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()));

lines.once('line', line => {
  const order = JSON.parse(line) as Order;
  void run(order);
});

async function run(order: Order): Promise<void> {
  try {
    const record = await runTrial(order, gone.signal, pid => void tell({ started: pid }));
    await tell({ record });
  } catch (error) {
    await tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    await remove(order.dir);
    process.exit(0);
  }
}
