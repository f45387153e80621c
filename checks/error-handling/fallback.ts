import {
  defineCheck,
  type FailureEnd,
  type Finding,
  fail,
  type ModelCall,
  partial,
  pass,
  production,
  unknown,
} from '../../src/core/index.ts';

const WORDS: Readonly<Record<Exclude<FailureEnd['how'], 'reply' | 'unknown'>, string>> = {
  'raw-text': "the user gets the provider's own error text",
  bare: 'the user gets an error without words',
  swallowed: 'it is caught and nobody is told',
  silent: 'the stream ends without an error, so the failure looks like success',
  framework: 'nothing of the code answers; the framework does',
  escapes: 'nobody catches it',
};

export const check = defineCheck({
  id: 'error-handling/fallback',
  code: 'ERR-07',
  title: 'Every failure ends in a safe reply that fits its kind',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'An uncaught error shows the user a blank page or a stack trace with hosts and keys in it. One sentence for everything sends people in the wrong direction.',
  fix: 'Catch at the entry point, the stream included, map the kind of error to a prepared sentence, and log the detail instead of returning it.',
  settles:
    'The replies of the agent to each kind of provoked failure: never empty, never a stack, key or host name, and different for different kinds.',
  traps: [
    'Returning the message of the error is the most common leak; it names the provider, the model and sometimes the request.',
    'A try around streamText catches nothing, because the error arrives while the stream is read.',
    'A fallback that asks the same model again fails with it.',
    'One sentence for all errors is safe, and yet tells nobody whether to wait, to rephrase or to call.',
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
const client = new OpenAI({ timeout: 30_000 });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content || 'I have no answer to that. Shall I pass it to a colleague?';
  } catch (err) {
    log.error({ err }, 'reply failed');
    const busy = [OpenAI.RateLimitError, OpenAI.InternalServerError, OpenAI.APIConnectionError].some(kind => err instanceof kind);
    return busy ? 'Many people are asking just now. Please try again in a minute.' : 'That went wrong on our side. We have been told.';
  }
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import express from 'express';
import OpenAI from 'openai';
const client = new OpenAI();
const app = express().use(express.json());
app.post('/chat', async (request, response) => {
  try {
    const messages = [{ role: 'user' as const, content: String(request.body.question) }];
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    response.json({ reply: completion.choices[0]?.message.content });
  } catch (error) {
    response.status(500).json({ error: (error as Error).message });
  }
});`,
      shows: 'the user reads the message of the provider',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { streamText } from 'ai';
export async function POST(request: Request) {
  const { prompt } = await request.json();
  try {
    const result = streamText({ model: openai('gpt-5.6'), prompt, maxOutputTokens: 800 });
    return result.toTextStreamResponse();
  } catch {
    return new Response('Please try again in a minute.', { status: 503 });
  }
}`,
      shows: 'streamText returns before the first request is answered, so this catch never runs',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { streamText } from 'ai';
export async function draft(prompt: string) {
  let text = '';
  const { textStream } = streamText({ model: openai('gpt-5.6'), prompt, maxOutputTokens: 800 });
  for await (const part of textStream) text += part;
  return text;
}`,
      shows: 'in this version the stream of texts just ends when the provider fails: an empty draft that looks finished',
    },
  ],
});

function ruleOn(call: ModelCall): Finding {
  const known = call.failures.filter(end => end.how !== 'unknown');
  const places = [call.location, ...known.map(end => end.location)].slice(0, 8);
  if (known.length === 0) return unknown(`${call.call}: where its failures end could not be followed`, [call.location]);
  const bad = [...new Set(known.flatMap(end => (end.how === 'reply' || end.how === 'unknown' ? [] : [WORDS[end.how]])))];
  if (call.errorHandled === 'no') return fail(`${call.call}: when it fails, ${bad.join(', or ')}`, places);
  if (bad.length > 0) return partial(`${call.call}: when it fails, on some ways ${bad.join(', or ')}`, places, 'medium');
  if (known.length < call.failures.length)
    return unknown(`${call.call}: only some of the ways that its failures take could be followed`, places);
  return known.some(end => end.byType)
    ? pass(`${call.call}: every failure that was followed ends in a reply, and the reply depends on the error`, places, 'medium')
    : partial(`${call.call}: every failure ends in the same reply, whatever went wrong`, places, 'medium');
}
