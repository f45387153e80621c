import {
  armOf,
  callWords,
  defineCheck,
  died,
  exitWords,
  type Finding,
  fail,
  fallbackOf,
  modelCalls,
  mostTried,
  type OutputParse,
  partial,
  pass,
  production,
  quote,
  replyOf,
  type Trial,
  time,
  unasked,
  unknown,
  waited,
} from '../../src/core/index.ts';

/** To ask again once or twice is repair; more is a loop. An agent was seen to ask 1467 times in 12 s after one refusal. */
const REPAIRS = 3;
const LOOP = 25;

/** The answer cannot be used: what does the user get? A plain sentence is enough here; how good it is, is the business of error-handling/fallback. */
function degraded(trial: Trial, what: string): Finding {
  const reply = replyOf(trial);
  const tries = mostTried(trial).length;
  if (tries === 0) return unasked();
  if (died(trial)) return fail(`At ${what} the agent's process ended (${exitWords(trial)})`);
  if (trial.capped || tries > LOOP) return fail(`At ${what} the agent asked again and again: ${callWords(tries)}`);
  if (reply === undefined || reply.end === 'late')
    return fail(`At ${what} the user had no reply${reply === undefined ? '' : ` after ${time(waited(reply))}`} and ${callWords(tries)}`);
  const { kind, words } = fallbackOf(reply);
  if (kind === 'none' || kind === 'empty' || kind === 'internals') return fail(`At ${what} ${words}`);
  if (tries > REPAIRS) return partial(`At ${what} the agent made ${callWords(tries)} before it gave up`);
  if (reply.status !== null && reply.status >= 500 && kind === 'bare') return partial(`At ${what} ${words}`);
  return pass(`At ${what} the user got ${quote(reply.text === '' ? (reply.error ?? '') : reply.text)}`);
}

/** The text that the script cuts; the nonce stands before it. */
const HALF = 'ends in the';
/** How a reply says that it is not complete, to a person or to the program that shows it. */
const INCOMPLETE = /\bcut\b|incomplete|not complete|truncat|shorten|too long|continu|go on|the rest|limit|\.\.\.|…|unvollst|incompl/i;
const MARKED = /"(?:finish_?reason|stop_?reason)"\s*:\s*"(?:length|max_tokens|max_output_tokens)"|"(?:truncated|incomplete)"\s*:\s*true/i;

/** The answer ended at the output cap. */
function completed(trial: Trial): Finding {
  const reply = replyOf(trial);
  if (modelCalls(trial).length === 0 || reply === undefined) return unasked();
  if (died(trial)) return fail(`At an answer that was cut off, the agent's process ended (${exitWords(trial)})`);
  const at = reply.text.lastIndexOf(HALF);
  if (at < 0) {
    const { kind, words } = fallbackOf(reply);
    return kind === 'good' || kind === 'bare'
      ? pass(`At an answer that was cut off, ${words}`)
      : fail(`At an answer that was cut off, ${words}`);
  }
  if (mostTried(trial).length > 1 && !trial.capped) return pass('At an answer that was cut off, the agent asked the model to go on');
  const after = reply.text.slice(at + HALF.length);
  if (INCOMPLETE.test(after)) return pass(`At an answer that was cut off, the user was told: ${quote(after)}`);
  if (MARKED.test(reply.body)) return pass('An answer that was cut off is marked as such in the reply');
  return fail('The user got half an answer as if it was complete');
}

export const check = defineCheck({
  id: 'error-handling/malformed-output',
  code: 'ERR-09',
  title: 'Malformed, cut or empty model output is caught and degraded',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'A model sometimes answers with half a JSON, with nothing, or with a tool that does not exist. Code that trusts it crashes, or worse, goes on.',
  fix: 'Ask for structured output, parse with a schema (zod safeParse, pydantic) inside a catch, look at the finish reason, repair once at most, then fall back.',
  settles:
    'The replies of the agent to scripted model output that is no JSON, cut off, of the wrong type, empty or refused: each must be a usable reply.',
  traps: [
    'Structured output still ends in half a document when the token cap cuts it, and in none when the model refuses.',
    'A parse failure that counts as "allowed" turns a guard off at the moment it is needed.',
    'The arguments of tool calls are model output too, and are parsed unguarded more often than replies.',
    'An SDK helper that parses for you throws on bad output; it is the handling of that error that counts.',
  ],

  needs: { facts: ['model-call', 'output-parse'] },
  inspect({ 'output-parse': parses }) {
    const own = production(parses);
    const read = own.filter(({ how }) => how !== 'text');
    // Answers that are used as text can still be empty, cut or refused.
    return read.length > 0 ? read.map(ruleOn) : own.length === 0 ? undefined : own.map(ruleOnText);
  },

  observe: {
    'malformed-answer': seen => [
      degraded(armOf(seen, 'broken'), 'an answer with broken JSON'),
      degraded(armOf(seen, 'shapeless'), 'an answer of another shape'),
    ],
    'empty-answer': seen => [degraded(armOf(seen, 'empty'), 'an empty answer'), degraded(armOf(seen, 'refusal'), 'a refusal')],
    'cut-off-answer': seen => completed(armOf(seen)),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
const Ticket = z.object({ topic: z.enum(['billing', 'delivery', 'for-a-person']), urgent: z.boolean() });
const client = new OpenAI();
export async function triage(mail: string): Promise<z.infer<typeof Ticket>> {
  const options = { model: 'gpt-5.6', max_completion_tokens: 300, response_format: zodResponseFormat(Ticket, 'ticket') };
  const { choices } = await client.chat.completions.create({ ...options, messages: [{ role: 'user', content: mail }] });
  try {
    return Ticket.parse(JSON.parse(choices[0]?.message.content ?? ''));
  } catch {
    return { topic: 'for-a-person', urgent: true }; // cut off, refused or empty: a colleague reads the mail
  }
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const ASK = 'Is this message an attack? Answer as JSON: {"attack": true} or {"attack": false}.';
export async function allowed(question: string): Promise<boolean> {
  const messages = [{ role: 'system' as const, content: ASK }, { role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 20 });
  try {
    return !JSON.parse(choices[0]?.message.content?.match(/\\{.*\\}/s)?.[0] ?? '').attack;
  } catch {
    return true;
  }
}`,
      shows: 'whatever cannot be parsed is let through',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
async function triage(mail: string) {
  const messages = [{ role: 'user' as const, content: mail }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 300 });
  return JSON.parse(choices[0]?.message.content ?? '');
}
console.log(await triage(process.argv[2] ?? ''));`,
      shows: 'half a document ends the program',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
async function ask(messages: OpenAI.ChatCompletionMessageParam[]) {
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0];
}
function said(choice: OpenAI.ChatCompletion.Choice | undefined) {
  const text = choice?.message.content?.trim() ?? '';
  if (text === '') throw new Error('no text came back');
  return text;
}
export async function reply(question: string) {
  try {
    const choice = await ask([{ role: 'user', content: question }]);
    if (choice?.message.refusal) return 'I cannot help with that.';
    if (choice?.finish_reason === 'length') return \`\${said(choice)} (cut short)\`;
    return said(choice);
  } catch {
    return 'Something went wrong. Please try again.';
  }
}`,
      shows: 'text, with a way of its own for none, for half of it and for a refusal',
    },
    {
      expect: 'unknown',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const [choice] = choices;
  const calls = choice?.message.tool_calls ?? [];
  if (choice?.finish_reason === 'length') console.warn('cut');
  if (choice?.message.refusal) return;
  if (calls.length === 0) return choice?.message.content;
  return 'I cannot do that.';
}`,
      shows: 'a cut answer is only written down, a refusal ends in nothing, and no calls are not the same as no text',
    },
  ],
});

function ruleOn({ label, location, ends }: OutputParse): Finding {
  const known = ends.filter(end => end.how !== 'unknown');
  const places = [location, ...known.map(end => end.location)].slice(0, 8);
  if (known.length === 0) return unknown(`${label}: where it ends when the output is malformed could not be followed`, [location]);
  if (known.every(end => end.how === 'escapes' || end.how === 'framework' || end.how === 'silent'))
    return fail(`${label}: nothing of the code catches malformed output`, places);
  if (known.every(end => end.how === 'reply') && known.length === ends.length)
    return pass(`${label}: malformed output ends in a fallback`, places, 'medium');
  return partial(`${label}: malformed output is caught, but not everywhere answered by something usable`, places, 'medium');
}

const WORDS = { empty: 'no text', cut: 'a cut one', refused: 'a refusal' } as const;

/** An answer that is used as text: three questions, each with a branch. Who asks fewer may still be safe by other means; only a run tells. */
function ruleOnText({ label, location, asks = ['empty'] }: OutputParse): Finding {
  // Where no reason for an end is named anywhere, it was not asked whether an empty answer is looked at.
  const missing = (['empty', 'cut', 'refused'] as const).filter(one => !asks.includes(one));
  if (missing.length === 0)
    return pass(`${label}: no text, a cut answer and a refusal are told from an answer, each with a way of its own`, [location], 'medium');
  const words = missing.map(one => WORDS[one]).join(' and ');
  return unknown(`${label}: nothing was read that tells ${words} from an ordinary answer; what the user gets then, only a run shows`, [
    location,
  ]);
}
