import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'error-handling/error-classes',
  code: 'ERR-08',
  title: 'Every error is put into one of seven kinds, and the kind is logged',
  severity: 'medium',
  how: ['inspect', 'observe'],
  lines: ['L04'],
  why: 'An alert that only says "error" cannot be acted on. A provider that is down, a broken tool and a spent budget need different people.',
  fix: 'Define one union or enum with the seven kinds (API, timeout, tool, parse, safety, budget, loop), classify in one function, and use its result in log, metric and reply.',
  settles: 'The logs of one failure of each kind: each must carry its own of the seven kinds.',
  traps: [
    'A list of HTTP statuses is not such a taxonomy; a broken tool or a spent budget has no status.',
    'An enum that is exported and never used looks complete and records nothing.',
    'Class names of an SDK cover the first two kinds only.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'errors.ts': `import OpenAI from 'openai';
export type Kind = 'api' | 'timeout' | 'tool' | 'parse' | 'safety' | 'budget' | 'loop';
/** Thrown by the tool dispatcher, the guard, the budget and the loop detector. */
export class AgentError extends Error {
  constructor(readonly kind: Kind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
export function classify(error: unknown): Kind | 'bug' {
  if (error instanceof AgentError) return error.kind;
  if (error instanceof OpenAI.APIConnectionTimeoutError) return 'timeout';
  if (error instanceof OpenAI.APIError) return 'api';
  return error instanceof SyntaxError ? 'parse' : 'bug';
}`,
      },
      code: `import OpenAI from 'openai';
import { classify } from './errors.ts';
import { log } from './log.ts';
const client = new OpenAI({ timeout: 30_000 });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (err) {
    log.error({ err, kind: classify(err) }, 'reply failed');
    throw err;
  }
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { log } from './log.ts';
export enum ErrorKind { Api, Timeout, Tool, Parse, Safety, Budget, Loop }
const client = new OpenAI({ timeout: 30_000 });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (err) {
    log.error({ err }, 'reply failed');
    throw err;
  }
}`,
      shows: 'the seven kinds exist, and no error is ever given one',
    },
  ],
});
