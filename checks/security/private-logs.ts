import { defineCheck, fail, flawsOf, onSide, partial, pass, production, talking } from '../../src/core/index.ts';

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
  needs: { facts: ['model-call', 'guard', 'logger', 'log-call', 'telemetry'] },

  inspect({ 'model-call': calls, guard: guards, logger: loggers, 'log-call': lines, telemetry: traces }) {
    const talks = production(calls).filter(talking);
    if (talks.length === 0) return undefined;
    const masks = onSide(production(guards), 'log').filter(guard => guard.against === 'pii');
    const hiding = production(loggers).filter(logger => logger.redacts !== undefined);
    // What a masking logger writes passes its mask; every other line goes out as it is.
    const leaks = production(lines).filter(
      line =>
        line.carries !== undefined &&
        line.reach !== 'unconnected' &&
        line.level !== 'debug' &&
        !hiding.some(logger => logger.label === line.label),
    );
    const watched = production(traces).filter(
      trace => trace.sees.includes('content') && trace.offUnless === undefined && trace.reach !== 'unconnected',
    );
    const found = [
      ...masks.map(guard => partial([`${guard.label} hides some fields`, ...flawsOf(guard)].join('. '), [guard.location], 'medium')),
      ...hiding.map(logger =>
        partial(`${logger.label} hides ${logger.redacts}; free text is not covered by a path`, [logger.location], 'medium'),
      ),
    ];
    const open = [
      ...leaks.map(line => fail(`${line.label} writes ${line.carries}`, [line.location], 'medium')),
      ...watched
        .filter(() => masks.length === 0)
        .map(trace => fail(`${trace.label} keeps what users and models say`, [trace.location], 'medium')),
    ];
    if (open.length > 0 || found.length === 0) return open.length > 0 ? [...found, ...open] : undefined;
    return masks.some(guard => flawsOf(guard).length === 0) || hiding.length > 0
      ? [
          ...masks.filter(guard => flawsOf(guard).length === 0).map(guard => pass(`${guard.label} is on`, [guard.location], 'low')),
          ...found,
        ]
      : found;
  },

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
