// What becomes of the tokens that come with an answer: stored, logged, printed, shown, or dropped.
import { AI, CHAT, GENERATE, OPENAI, table } from './support/calls.ts';

table('where usage goes', [
  { name: 'nowhere', files: `${OPENAI}const answer = await ${CHAT};\nconsole.log(answer.choices);`, calls: [{ usage: 'none' }] },
  { name: 'the console', files: `${OPENAI}const answer = await ${CHAT};\nconsole.log(answer.usage);`, calls: [{ usage: 'printed' }] },
  {
    name: 'a logger',
    files: `${OPENAI}import pino from 'pino';\nconst log = pino();\nconst { usage } = await ${CHAT};\nlog.info({ tokens: usage?.total_tokens }, 'replied');`,
    calls: [{ usage: 'logged' }],
  },
  {
    name: 'a database, by a function of another file',
    files: {
      'save.ts': `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\nexport async function saveUsage(usage: unknown) { await prisma.usage.create({ data: usage }); }`,
      'a.ts': `${OPENAI}import { saveUsage } from './save';\nconst answer = await ${CHAT};\nawait saveUsage(answer.usage);`,
    },
    calls: [{ usage: 'stored' }],
  },
  {
    name: 'a metric, after arithmetic',
    files: `${OPENAI}import { Counter } from 'prom-client';\nconst tokens = new Counter({ name: 'tokens_total', help: 'x' });\nconst answer = await ${CHAT};\nconst used = (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0);\ntokens.inc(used);`,
    calls: [{ usage: 'stored' }],
  },
  {
    name: 'the caller stores it',
    files: `${OPENAI}import { createClient } from 'redis';\nconst redis = createClient();\nasync function ask() { return await ${CHAT}; }\nconst answer = await ask();\nawait redis.incrBy('tokens', answer.usage!.total_tokens);`,
    calls: [{ usage: 'stored' }],
  },
  {
    name: 'compared and forgotten',
    files: `${OPENAI}const answer = await ${CHAT};\nif ((answer.usage?.total_tokens ?? 0) > 1000) console.log('long');`,
    calls: [{ usage: 'none' }],
  },
  {
    name: 'sent to the window',
    files: {
      'app/api/chat/route.ts': `${OPENAI}export async function POST() {\n  const answer = await ${CHAT};\n  return Response.json({ usage: answer.usage });\n}`,
    },
    calls: [{ usage: 'shown' }],
  },
  {
    name: 'a name that only looks like it',
    files: `${OPENAI}import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\nconst answer = await ${CHAT};\nconst usage = { page: '/chat' };\nawait prisma.visit.create({ data: usage });\nconsole.log(answer.choices);`,
    calls: [{ usage: 'none' }],
  },
  {
    name: 'a stream of OpenAI that is not asked for usage',
    files: `${OPENAI}import pino from 'pino';\nconst log = pino();\nconst parts = await client.chat.completions.create({ model: 'gpt-5', messages: [], stream: true });\nfor await (const part of parts) if (part.usage) log.info(part.usage);`,
    calls: [{ usage: 'none!' }],
  },
  {
    name: 'a stream of OpenAI that is',
    files: `${OPENAI}import pino from 'pino';\nconst log = pino();\nconst parts = await client.chat.completions.create({ model: 'gpt-5', messages: [], stream: true, stream_options: { include_usage: true } });\nfor await (const part of parts) if (part.usage) log.info(part.usage);`,
    calls: [{ usage: 'logged' }],
  },
  {
    name: 'AI SDK: the last step of several',
    files: `${AI}import pino from 'pino';\nconst log = pino();\nconst { usage } = await generateText({ model: openai('gpt-5'), prompt: 'hi', stopWhen: stepCountIs(5) });\nlog.info(usage);`,
    calls: [{ usage: 'logged!' }],
  },
  {
    name: 'AI SDK: the sum, in a callback',
    files: `${AI}import pino from 'pino';\nconst log = pino();\nexport const run = () => streamText({ model: openai('gpt-5'), prompt: 'hi', onFinish: ({ totalUsage }) => log.info(totalUsage) });`,
    calls: [{ usage: 'logged' }],
  },
  {
    name: 'AI SDK: telemetry that is switched off',
    files: `${AI}await generateText({ model: openai('gpt-5'), prompt: 'hi', experimental_telemetry: { isEnabled: false } });`,
    calls: [{ usage: 'none' }],
  },
  {
    name: 'AI SDK: telemetry',
    files: `${AI}await generateText({ model: openai('gpt-5'), prompt: 'hi', experimental_telemetry: { isEnabled: true } });`,
    calls: [{ usage: 'traced' }],
  },
  { name: 'AI SDK: nothing', files: `${AI}const { text } = await ${GENERATE};\nconsole.log(text);`, calls: [{ usage: 'none' }] },
]);
