// What happens when a model call fails: who catches it, and what the one who waits gets to read.
import { AI, ANTHROPIC, CHAT, GENERATE, OPENAI, table } from './support/calls.ts';

const GET = (body: string): Record<string, string> => ({ 'app/api/chat/route.ts': `${OPENAI}${body}` });
const SORRY = "'Many people are asking just now. Please try again.'";

table('in the function of the call', [
  { name: 'nothing', files: `${OPENAI}await ${CHAT};`, calls: [{ fails: 'no: escapes' }] },
  {
    name: 'a sentence is returned',
    files: GET(`export async function POST() {\n  try { await ${CHAT}; } catch { return new Response(${SORRY}, { status: 503 }); }\n}`),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a constant of another file is returned',
    files: {
      'words.ts': `export const BUSY = ${SORRY};`,
      ...GET(
        `import { BUSY } from '../../../words';\nexport async function POST() {\n  try { await ${CHAT}; } catch { return Response.json({ reply: BUSY }); }\n}`,
      ),
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a bare status',
    files: GET(`export async function POST() {\n  try { await ${CHAT}; } catch { return new Response(null, { status: 500 }); }\n}`),
    calls: [{ fails: 'partial: bare' }],
  },
  {
    name: 'an empty text',
    files: GET(`export async function POST() {\n  try { await ${CHAT}; } catch { return c.text(''); }\n}`),
    calls: [{ fails: 'partial: bare' }],
  },
  {
    name: 'a status phrase is no sentence',
    files: GET(
      `export async function POST() {\n  try { await ${CHAT}; } catch { return new Response('Internal Server Error', { status: 500 }); }\n}`,
    ),
    calls: [{ fails: 'partial: bare' }],
  },
  {
    name: "the provider's own text",
    files: GET(
      `export async function POST() {\n  try { await ${CHAT}; } catch (e) { return Response.json({ error: e instanceof Error ? e.message : 'Unknown error' }); }\n}`,
    ),
    calls: [{ fails: 'partial: raw-text' }],
  },
  {
    name: "the provider's own text, by way of a variable",
    files: GET(
      `export async function POST() {\n  try { await ${CHAT}; } catch (e: any) {\n    const message = e.message || 'An unexpected error has come up';\n    return Response.json({ message });\n  }\n}`,
    ),
    calls: [{ fails: 'partial: raw-text' }],
  },
  {
    name: 'the text of the error decides, and is not shown',
    files: GET(
      `export async function POST() {\n  try { await ${CHAT}; } catch (e: any) {\n    if (e.message.includes('429')) return new Response(${SORRY});\n    return new Response('That went wrong on our side.');\n  }\n}`,
    ),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'hushed beside a race that is waited for',
    files: GET(
      `export async function POST() {\n  try {\n    const call = ${CHAT};\n    call.catch(() => undefined);\n    await Promise.race([call, late()]);\n  } catch { return new Response(${SORRY}, { status: 503 }); }\n}`,
    ),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'hushed, and nobody waits for it',
    files: GET(`export async function POST() {\n  const call = ${CHAT};\n  call.catch(() => undefined);\n  return new Response('ok');\n}`),
    calls: [{ fails: 'partial: swallowed' }],
  },
  {
    name: 'caught and logged only',
    files: GET(`export async function POST() {\n  try { await ${CHAT}; } catch (e) { console.error('the model call has failed', e); }\n}`),
    calls: [{ fails: 'partial: swallowed' }],
  },
  {
    name: 'thrown on: the framework answers',
    files: GET(`export async function POST() {\n  try { await ${CHAT}; } catch (e) { console.error(e); throw e; }\n}`),
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'a value that was prepared before',
    files: GET(
      `export async function POST() {\n  const title = 'New chat';\n  try { await ${CHAT}; return title; } catch { return title; }\n}`,
    ),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a try whose promise is awaited elsewhere catches nothing',
    files: GET(
      `export async function POST() {\n  let answer;\n  try { answer = ${CHAT}; } catch { return new Response(${SORRY}); }\n  return Response.json(await answer);\n}`,
    ),
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'a return without await leaves the try',
    files: GET(
      `async function ask() {\n  try { return ${CHAT}; } catch { return ${SORRY}; }\n}\nexport async function POST() { return Response.json(await ask()); }`,
    ),
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'a promise that nobody waits for',
    files: GET(`export async function POST() {\n  try { void ${CHAT}; } catch { return new Response(${SORRY}); }\n}`),
    calls: [{ fails: 'no: escapes' }],
  },
  {
    name: 'a catch behind a promise',
    files: GET(`export async function POST() {\n  return ${CHAT}.catch(() => new Response(${SORRY}));\n}`),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'settled and never looked at',
    files: GET(`export async function POST() {\n  await Promise.allSettled([${CHAT}]);\n}`),
    calls: [{ fails: 'partial: swallowed' }],
  },
]);

const LOOP = (head: string, body: string, after = '', call = `return await ${CHAT};`) =>
  GET(
    `async function ask() {\n  ${head} {\n    try { ${call} } catch (e) { ${body} }\n  }\n  ${after}\n}\n` +
      `export async function POST() {\n  try { return Response.json(await ask()); } catch { return new Response(${SORRY}); }\n}`,
  );
const WAIT = 'await new Promise(resolve => setTimeout(resolve, 500));';
const THREE = 'for (let attempt = 0; attempt < 3; attempt++)';

table('in a loop of attempts', [
  {
    name: 'the last attempt throws on',
    files: LOOP(THREE, `const wait = pause(e); if (attempt === 2) throw e; ${WAIT}`, "throw new Error('unreachable');"),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a loop without end throws on as well',
    files: LOOP('for (let attempt = 0; ; attempt++)', `if (attempt === 2) throw e; ${WAIT}`),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'what is thrown behind the loop arrives at the caller',
    files: LOOP(THREE, `console.warn(e); ${WAIT}`, "throw new Error('the model did not answer');"),
    calls: [{ fails: 'yes: reply' }],
  },
  { name: 'nothing is returned behind the loop', files: LOOP(THREE, WAIT, 'return null;'), calls: [{ fails: 'partial: swallowed' }] },
  { name: 'a sentence is returned behind the loop', files: LOOP(THREE, WAIT, `return ${SORRY};`), calls: [{ fails: 'yes: reply' }] },
  {
    name: 'a loop that is left on the last attempt cannot run out',
    files: LOOP('for (let i = 0; i < most; i++)', `if (!mayPass(e) || i === most - 1) throw e; ${WAIT}`),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a loop that is left on another attempt than the last runs out',
    files: LOOP(THREE, `if (attempt === 3) throw e; ${WAIT}`),
    calls: [{ fails: 'partial: reply, swallowed' }],
  },
  { name: 'a loop that just ends', files: LOOP(THREE, WAIT), calls: [{ fails: 'partial: swallowed' }] },
  {
    name: 'a loop without end that is broken',
    files: LOOP('for (let attempt = 0; ; attempt++)', `if (attempt === 2) break; ${WAIT}`),
    calls: [{ fails: 'partial: swallowed' }],
  },
  {
    name: 'a loop over things to do is no loop of attempts',
    files: LOOP('for (const one of questions)', 'skipped.push(one);', "throw new Error('unreachable');", `found.push(await ${CHAT});`),
    calls: [{ fails: 'partial: swallowed' }],
  },
  {
    name: 'nothing behind a throw counts',
    files: GET(
      `export async function POST() {\n  try { await ${CHAT}; } catch (e) { throw e; const reply = ${SORRY}; return new Response(reply); }\n}`,
    ),
    calls: [{ fails: 'partial: framework' }],
  },
]);

table('further up', [
  {
    name: 'the caller answers',
    files: {
      'ask.ts': `${OPENAI}export async function ask() { return await ${CHAT}; }`,
      'app/api/chat/route.ts': `import { ask } from '../../../ask';\nexport async function POST() {\n  try { return Response.json(await ask()); } catch { return new Response(${SORRY}); }\n}`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'one of two callers answers',
    files: {
      'ask.ts': `${OPENAI}export async function ask() { return await ${CHAT}; }`,
      'app/api/chat/route.ts': `import { ask } from '../../../ask';\nexport async function POST() {\n  try { return Response.json(await ask()); } catch { return new Response(${SORRY}); }\n}`,
      'app/api/mail/route.ts': `import { ask } from '../../../ask';\nexport async function POST() { return Response.json(await ask()); }`,
    },
    calls: [{ fails: 'partial: framework, reply' }],
  },
  {
    name: 'the function that a factory makes',
    files: {
      'ask.ts': `${OPENAI}export function makeAsk(user: string) { return async (q: string) => { return await ${CHAT}; }; }`,
      'app/api/chat/route.ts': `import { makeAsk } from '../../../ask';\nexport async function POST() {\n  const ask = makeAsk('u');\n  try { return Response.json(await ask('q')); } catch { return new Response(${SORRY}); }\n}`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a handler of errors for the whole app',
    files: `${OPENAI}import { Hono } from 'hono';\nconst app = new Hono();\napp.post('/chat', async c => c.json(await ${CHAT}));\napp.onError((e, c) => c.text(${SORRY}, 503));`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a handler of a web framework alone',
    files: `${OPENAI}import express from 'express';\nconst app = express();\napp.post('/chat', async (req, res) => { res.json(await ${CHAT}); });`,
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'a handler of a bot alone',
    files: `${OPENAI}import { Telegraf } from 'telegraf';\nconst bot = new Telegraf('');\nbot.on('text', async ctx => { await ctx.reply(String(await ${CHAT})); });`,
    calls: [{ fails: 'no: escapes' }],
  },
  {
    name: 'a bot that says so',
    files: `${OPENAI}import { Telegraf } from 'telegraf';\nconst bot = new Telegraf('');\nbot.on('text', async ctx => {\n  try { await ctx.reply(String(await ${CHAT})); } catch { await ctx.reply(${SORRY}); }\n});`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'on a command line the console is the reply',
    files: `${OPENAI}async function main() {\n  try { console.log(await ${CHAT}); } catch (e) { console.error('The provider could not be reached.'); process.exitCode = 1; }\n}\nmain();`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a tool: the framework gives the failure to the model',
    files: {
      'a.ts': `${AI}import { tool } from 'ai';\nconst title = tool({ description: 'x', execute: async () => ${GENERATE} });\nexport async function answer() {\n  try { return await generateText({ model: openai('gpt-5'), prompt: 'hi', tools: { title }, stopWhen: stepCountIs(3) }); } catch { return ${SORRY}; }\n}`,
    },
    calls: [{ fails: 'yes: reply' }, { fails: 'yes: reply' }],
  },
  {
    name: 'an exported function that nobody calls here',
    files: `${OPENAI}export async function ask() { return await ${CHAT}; }`,
    calls: [{ fails: 'unknown: unknown' }],
  },
]);

const STREAM = "client.chat.completions.create({ model: 'gpt-5', messages: [], stream: true })";
const STREAM_TEXT = "streamText({ model: openai('gpt-5'), prompt: 'hi' })";

table('streams', [
  {
    name: 'the beginning is caught, the reading is not',
    files: GET(
      `export async function POST() {\n  let stream;\n  try { stream = await ${STREAM}; } catch { return new Response(${SORRY}); }\n  let text = '';\n  for await (const part of stream) text += part.choices[0]?.delta.content;\n  return new Response(text);\n}`,
    ),
    calls: [{ fails: 'partial: framework, reply' }],
  },
  {
    name: 'both are caught',
    files: GET(
      `export async function POST() {\n  let text = '';\n  try {\n    const stream = await ${STREAM};\n    for await (const part of stream) text += part.choices[0]?.delta.content;\n  } catch { return new Response(${SORRY}); }\n  return new Response(text);\n}`,
    ),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'AI SDK: a try around streamText catches nothing',
    files: {
      'app/api/chat/route.ts': `${AI}export async function POST() {\n  try { return ${STREAM_TEXT}.toUIMessageStreamResponse(); } catch { return new Response(${SORRY}); }\n}`,
    },
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'AI SDK: the response is told what to say',
    files: {
      'app/api/chat/route.ts': `${AI}export async function POST() {\n  const result = ${STREAM_TEXT};\n  return result.toUIMessageStreamResponse({ onError: () => ${SORRY} });\n}`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'AI SDK: the stream of texts just ends',
    files: {
      'app/api/chat/route.ts': `${AI}export async function POST() {\n  let text = '';\n  try {\n    const { textStream } = ${STREAM_TEXT};\n    for await (const part of textStream) text += part;\n  } catch { return new Response(${SORRY}); }\n  return new Response(text);\n}`,
    },
    calls: [{ fails: 'no: silent' }],
  },
  {
    name: 'AI SDK: the full stream, with a look at its errors',
    files: {
      'app/api/chat/route.ts': `${AI}export async function POST() {\n  let text = '';\n  try {\n    const { fullStream } = ${STREAM_TEXT};\n    for await (const part of fullStream) {\n      if (part.type === 'error') throw part.error;\n      if (part.type === 'text-delta') text += part.text;\n    }\n  } catch { return new Response(${SORRY}); }\n  return new Response(text);\n}`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'AI SDK: waiting for the text throws',
    files: {
      'app/api/chat/route.ts': `${AI}export async function POST() {\n  try {\n    const result = ${STREAM_TEXT};\n    return new Response(await result.text);\n  } catch { return new Response(${SORRY}); }\n}`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'Anthropic: a stream of events that is waited for',
    files: {
      'app/api/chat/route.ts': `${ANTHROPIC}export async function POST() {\n  try {\n    const stream = client.messages.stream({ model: 'claude-sonnet-4-5', max_tokens: 100, messages: [] }).on('text', t => console.log(t));\n    return Response.json(await stream.finalMessage());\n  } catch { return new Response(${SORRY}); }\n}`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
]);

const command = (runs: string): Record<string, string> => ({
  'package.json': '{ "dependencies": { "openai": "6.49.0", "commander": "14.0.0" } }',
  'cli.ts': `${OPENAI}import { Command } from 'commander';\nconst program = new Command();\nprogram.command('ask').action(async () => { await ${CHAT}; });\n${runs}\n`,
});
const APOLOGY = ".catch(() => { console.error('That did not work out, please try again.'); process.exit(1); });";

table('a command of commander', [
  { name: 'whose program is waited for', files: command(`program.parseAsync()${APOLOGY}`), calls: [{ fails: 'yes: reply' }] },
  {
    name: 'whose program nobody waits for, beside another one',
    files: command(`program.parse();\nconst other = new Command();\nother.parseAsync()${APOLOGY}`),
    calls: [{ fails: 'no: escapes' }],
  },
]);
