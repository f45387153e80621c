// A tiny stand-in for a model provider that speaks plain OpenAI chat: enough to test the runner without the real one.
import { createServer } from 'node:http';

/** @type {import('../../../src/live/job.ts').StartProvider} */
export async function startProvider({ script, nonce, cap, began }) {
  let playing = { script, nonce, step: 0 };
  const exchanges = [];
  let capped = false;
  let asked = 0;
  const server = createServer(async (request, response) => {
    const exchange = {
      at: began(),
      method: request.method,
      path: request.url,
      headers: { ...request.headers },
      body: '',
      bytes: 0,
      clientPort: request.socket.remotePort,
    };
    exchanges.push(exchange);
    for await (const chunk of request) exchange.body += chunk;
    exchange.bytes = Buffer.byteLength(exchange.body);
    response.on('close', () => {
      exchange[response.writableFinished ? 'endedAt' : 'goneAt'] = began();
    });
    if (++asked > cap) {
      capped = exchange.capped = true;
      return response.writeHead(429).end();
    }
    const { steps } = playing.script;
    exchange.step = Math.min(playing.step++, steps.length - 1);
    const step = steps[exchange.step];
    if (step.kind === 'hang') return undefined;
    if (step.kind === 'reset') return request.socket.resetAndDestroy();
    exchange.status = step.kind === 'status' ? step.status : 200;
    const content = (step.text ?? '').replaceAll('{{nonce}}', playing.nonce);
    const body = step.kind === 'status' ? { error: { message: 'scripted' } } : { choices: [{ message: { role: 'assistant', content } }] };
    return response.writeHead(exchange.status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    play: (next, word = nonce) => {
      playing = { script: next, nonce: word, step: 0 };
      asked = 0;
      capped = false;
    },
    exchanges,
    get capped() {
      return capped;
    },
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}
