// POST /chat with a message, and the answer comes back.
import { createServer } from 'node:http';
import { reply, title } from './agent.ts';

createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { message } = JSON.parse(body) as { message: string };
  const answer = await reply(message);
  response.end(JSON.stringify({ title: await title(message), answer }));
}).listen(3000);
