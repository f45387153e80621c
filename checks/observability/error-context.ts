import { defineCheck, type Finding, fail, type ModelCall, partial, pass, production, unknown } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/error-context',
  code: 'OBS-10',
  title: 'A failed request leaves enough in the logs to repair it',
  severity: 'medium',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'A line that says only that something failed cannot be repaired. The conversation that broke it is gone by the time somebody looks.',
  fix: 'In the catch at the entry point, log the error with its stack, the trace id, the steps so far and the last messages, redacted.',
  settles:
    'The log of a request that was made to fail: it must hold the trace id, the kind of the error and the redacted content that led to it.',
  traps: [
    'A message alone loses the stack, the status and the cause; some loggers drop an error object that is passed under the wrong key.',
    'A catch without a variable has nothing that it could log.',
    'The same redaction applies here as everywhere: content on an error is wanted, secrets are not.',
  ],

  needs: { facts: ['model-call'] },
  inspect({ 'model-call': calls }) {
    return production(calls).map(ruleOn);
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { log } from './log.ts';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(question: string, traceId: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (err) {
    log.error({ err, traceId, messages: messages.map(({ role, content }) => ({ role, content: redact(content) })) }, 'reply failed');
    throw err;
  }
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { log } from './log.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch {
    log.error('the model call failed');
    return 'I cannot answer just now. Please ask again in a few minutes.';
  }
}`,
      shows: 'neither the error nor the request can be found from this line',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (error) {
    console.error('the model call failed', error);
    return 'I cannot answer just now. Please ask again in a few minutes.';
  }
}`,
      shows: 'the error is there, and nothing tells whose request it was',
    },
  ],
});

function ruleOn(call: ModelCall): Finding {
  const known = call.failures.filter(end => end.logged !== 'unknown');
  const places = [call.location, ...known.map(end => end.location)].slice(0, 8);
  if (known.length === 0) return unknown(`${call.call}: what is logged when it fails could not be followed`, [call.location]);
  if (known.every(end => end.logged === 'nothing')) return fail(`${call.call}: nothing is logged when it fails`, places, 'medium');
  if (known.every(end => end.logged === 'context') && known.length === call.failures.length)
    return pass(`${call.call}: the error is logged together with what tells the request`, places, 'medium');
  return known.some(end => end.logged === 'nothing')
    ? partial(`${call.call}: on some ways nothing is logged when it fails`, places, 'medium')
    : partial(`${call.call}: the error is logged without anything that tells which request it was`, places, 'medium');
}
