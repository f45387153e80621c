// Where requests come in that cause a model call: routes, messages to a bot, jobs, command lines.
import type { ts } from 'ts-morph';
import type { EntryPoint } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { textOf } from '../evaluator/values.ts';
import { answersHttp, isServerMethod } from '../failures/entries.ts';
import { sortOfPackage } from '../paths/frameworks-python.ts';
import type { Entry } from '../paths/paths.ts';
import { routePath } from '../paths/routes.ts';
import { placeOf } from '../places.ts';
import type { Reader } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';

type Sort = EntryPoint['sort'];

const BY_PACKAGE: readonly (readonly [sort: Sort, packages: RegExp])[] = [
  [
    'http',
    /^(?:express|fastify|hono|koa|@koa\/|elysia|h3|@nestjs\/|@trpc\/|@azure\/functions|firebase-functions|@google-cloud\/functions-framework|next-safe-action|restify|polka)/,
  ],
  ['chat-bot', /^(?:telegraf|grammy|node-telegram-bot-api|discord\.js|@slack\/|whatsapp-web\.js|@whiskeysockets\/|botbuilder|twilio)/],
  [
    'queue',
    /^(?:bullmq|bull|bee-queue|amqplib|kafkajs|@upstash\/qstash|inngest|@trigger\.dev\/|@aws-sdk\/client-sqs|@google-cloud\/pubsub|nats)/,
  ],
  ['cron', /^(?:node-cron|cron|node-schedule|croner)/],
  ['mcp', /^(?:@modelcontextprotocol\/|fastmcp)/],
  ['cli', /^(?:commander|yargs|cac|cleye|@oclif\/|citty|clipanion|meow)/],
];

export const reader: Reader = {
  id: 'entry-points',
  read: ({ ev, paths, inventory }) => {
    const out = new Map<string, EntryPoint>();
    for (const entry of paths.entries) {
      const node = entry.registration ?? entry.scope;
      const location = placeOf(node);
      const { sort, label } = describe(entry, call => {
        const receiver = tsc.isPropertyAccessExpression(call.expression) ? call.expression.expression : call.expression;
        const first = call.arguments?.[0];
        return {
          packages: ev.budget.ask(
            () => ev.values(receiver).flatMap(v => (v.kind === 'foreign' ? [v.package] : [])),
            () => [],
          ),
          path:
            first === undefined || tsc.isSpreadElement(first)
              ? undefined
              : ev
                  .values(first)
                  .map(textOf)
                  .find(text => text !== undefined),
        };
      });
      const key = `${location.file}:${location.line}`;
      if (!out.has(key)) out.set(key, { kind: 'entry-point', location, role: inventory.roleOf(location.file), sort, label });
    }
    return [...out.values()];
  },
};

interface Registered {
  readonly packages: readonly string[];
  readonly path: string | undefined;
}

function describe(
  { scope, registration }: Entry,
  look: (call: ts.CallExpression | ts.NewExpression) => Registered,
): { sort: Sort; label: string } {
  const { fileName } = scope.getSourceFile();
  if (registration !== undefined) {
    const { packages, path } = look(registration);
    const method = tsc.isNewExpression(registration) ? registration.expression.getText() : (lastName(registration.expression) ?? 'handler');
    const sort =
      BY_PACKAGE.find(([, known]) => packages.some(name => known.test(name)))?.[0] ??
      packages.map(sortOfPackage).find(one => one !== undefined) ??
      'other';
    const where = path === undefined ? '' : ` ${path.slice(0, 60)}`;
    return { sort, label: sort === 'http' ? `${method.toUpperCase()}${where}` : `${method}${where}` };
  }
  if (isFunctionNode(scope)) {
    const name = scope.name?.getText() ?? (tsc.isVariableDeclaration(scope.parent) ? scope.parent.name.getText() : 'default');
    const path = routePath(fileName);
    if (isServerMethod(scope)) return { sort: 'http', label: name };
    if (answersHttp(scope)) return { sort: 'http', label: path === undefined ? name : `${name} ${path}` };
    return { sort: /\.[jt]sx$/.test(fileName) ? 'ui' : 'other', label: name };
  }
  return { sort: 'cli', label: `the start of ${fileName.slice(fileName.lastIndexOf('/') + 1)}` };
}
