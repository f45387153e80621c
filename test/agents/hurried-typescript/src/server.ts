// POST /chat and /chat/stream with a message, and the answer comes back.
import { createServer } from 'node:http';
import { answer } from './agent.ts';

createServer(async (request, response) => {
  if (request.url === '/health') {
    response.end('ok');
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const { message, user, session } = JSON.parse(body);
  const id = session ?? user ?? 'default';
  try {
    if (request.url === '/chat/stream') {
      response.setHeader('content-type', 'text/event-stream');
      await answer(message, id, delta => response.write(`data: ${JSON.stringify({ type: 'text-delta', id: '0', delta })}\n\n`));
      response.end('data: [DONE]\n\n');
    } else {
      const reply = await answer(message, id);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ reply }));
    }
  } catch (error: any) {
    console.error(error, message);
    response.statusCode = 500;
    response.end(JSON.stringify({ error: error.message, stack: error.stack }));
  }
}).listen(Number(process.env.PORT ?? 8080));
