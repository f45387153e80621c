import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'security/private-logs',
  code: 'SEC-09',
  title: 'Personal data and secrets stay out of logs and traces',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L05'],
  why: 'Logs are read by more people, kept longer and copied further than any database. What is in them has already left.',
  fix: 'Put the redactor into the logger and the trace exporter (redact paths and a serialiser, a structlog processor, a mask function), so that no call can forget it.',
  settles:
    'All logs and traces of a normal and of a failing request with made-up personal data and a made-up secret in them: neither may appear in any.',
  traps: [
    'Redaction paths match exactly: a rule for email leaves user.email alone, and free text is not covered by any path.',
    'Success paths are often clean while the error path logs the whole request.',
    'Error objects of HTTP clients carry headers, and with them the key.',
    'Error trackers and trace stores have switches of their own, apart from the logger.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
import { redact } from './redact.ts';
const err = (error: Error) => ({ type: error.name, message: redact(error.message), stack: redact(error.stack ?? '') });
const log = pino({ serializers: { err }, redact: ['user.email', 'user.phone', '*.authorization'] });
const client = new OpenAI();
export async function reply(user: { id: string; email: string; phone: string }, question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  return client.chat.completions.create(options).catch(error => {
    log.error({ err: error, user, question: redact(question) }, 'reply failed');
    throw error;
  });
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino({ redact: ['email', 'phone', 'password'] });
const client = new OpenAI();
export async function reply(user: { id: string; email: string; phone: string }, question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  return client.chat.completions.create(options).catch(err => {
    log.error({ err, user, question }, 'reply failed');
    throw err;
  });
}`,
      shows: 'the rule hides a field named email at the top; this one is user.email, and the question is free text',
    },
  ],
});
