import {
  armOf,
  callWords,
  defineCheck,
  died,
  exitWords,
  type FailureEnd,
  type Finding,
  fail,
  fallbackFinding,
  fallbackOf,
  isAnswered,
  type ModelCall,
  modelCalls,
  partial,
  pass,
  production,
  quote,
  replyOf,
  sameReply,
  type Trial,
  toolResults,
  unasked,
  unknown,
} from '../../src/core/index.ts';

const WORDS: Readonly<Record<Exclude<FailureEnd['how'], 'reply' | 'unknown'>, string>> = {
  'raw-text': "the user gets the provider's own error text",
  bare: 'the user gets an error without words',
  swallowed: 'it is caught and nobody is told',
  silent: 'nothing is thrown, so the failure looks like success',
  framework: 'nothing of the code answers; the framework does',
  escapes: 'nobody catches it',
};

/** A tool loop that the agent ended by itself: what did the user get? A loop without end is another item. */
function afterLoop(trial: Trial): Finding | undefined {
  const reply = replyOf(trial);
  if (trial.capped || toolResults(trial).length === 0 || died(trial)) return undefined;
  if (reply === undefined || reply.end === 'late' || isAnswered(trial, reply)) return undefined;
  return fallbackFinding(trial, reply, `When a request was stopped after ${callWords(modelCalls(trial).length)}`);
}

/** The provider never answered the first try. */
function afterHang(trial: Trial): Finding | undefined {
  const reply = replyOf(trial);
  // No reply in our time is judged by the item about deadlines.
  if (reply?.end === 'late' || isAnswered(trial, reply)) return undefined;
  return fallbackFinding(trial, reply, 'When the provider never answered,');
}

/** Are an outage, where waiting helps, and a refusal, where it does not, told apart? Judged only where both got words. */
function toldApart(outage: Trial, refusal: Trial): Finding | undefined {
  const [down, refused] = [replyOf(outage), replyOf(refusal)];
  const words = [down, refused].every(reply => ['good', 'bare'].includes(fallbackOf(reply).kind));
  if (down === undefined || refused === undefined || !words) return undefined;
  return sameReply(down, refused)
    ? partial(`An outage and a refusal of the model end in the same words: ${quote(down.text === '' ? (down.error ?? '') : down.text)}`)
    : pass('An outage and a refusal of the model end in different words');
}

/** A mark of failure beside the text, for the program that shows the reply. */
const MARKED =
  /"(?:finish_?reason|status|outcome|state)"\s*:\s*"(?:error|failed|incomplete)"|"(?:failed|incomplete|truncated)"\s*:\s*(?!false|null)/i;

/** The answer breaks off in the middle. In this script the nonce is in the answer itself, and the answer has 40 sentences. */
function afterBreak(trial: Trial, how: string): Finding {
  const reply = replyOf(trial);
  if (modelCalls(trial).length === 0) return unasked();
  if (died(trial)) return fail(`When ${how}, the agent's process ended (${exitWords(trial)})`);
  if (reply?.end === 'late') return fail(`When ${how}, the user was left waiting`);
  const kept = reply?.text.trimStart().startsWith('This is') === true;
  if (reply === undefined || !kept) return fallbackFinding({ ...trial, nonce: 'no nonce is secret here' }, reply, `When ${how},`);
  if (/sentence 40\b/.test(reply.text)) return pass(`When ${how}, the agent tried again and the user got all of the answer`);
  // What the user read before it broke is no fallback: the words after it count.
  const rest = reply.text.replace(/This is sentence \d+ of a long answer with the word \w+\.?/g, '');
  const said = `${rest} ${reply.error ?? ''}`;
  const { kind } = fallbackOf({ ...reply, text: said, body: said, error: '' });
  if (kind === 'internals') return fail(`When ${how}, the user got the inside of the program: ${quote(said)}`);
  if (kind === 'good') return pass(`When ${how}, the user was told: ${quote(said)}`);
  if (reply.end === 'broken') return partial(`When ${how}, the connection to the user broke as well, without words`);
  if (reply.error !== undefined || MARKED.test(reply.body))
    return partial(`When ${how}, the reply was marked as failed, without words on what to do next: ${quote(said)}`);
  return fail(`When ${how}, the user got ${reply.text.length} characters of it as if it was complete`);
}

/** One turn failed; the provider answers the next one. */
function afterFailedTurn(trial: Trial): Finding {
  const [first, second] = trial.replies;
  if (modelCalls(trial).length === 0) return unasked();
  if (died(trial)) return fail(`After a turn that failed, the agent's process ended (${exitWords(trial)})`);
  if (second === undefined || isAnswered(trial, first)) return unknown('The turn that was to fail did not');
  return isAnswered(trial, second)
    ? pass('After a turn that failed, the next one was answered')
    : fail(`After a turn that failed, the next one was not answered, although the provider did: ${quote(second.text)}`);
}

/** A service that answers each class of errors on its own. @param busy what it does at a limit */
const BY_CLASS = (busy: string): string => `import logging
from fastapi import FastAPI
from openai import APIError, OpenAI, RateLimitError
from texts import busy_reply, pause
app = FastAPI()
client = OpenAI(timeout=20)
@app.post("/chat")
def chat(question: str):
    text = ""
    wait = 0
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
        text = answer.choices[0].message.content
    except RateLimitError:
        ${busy}
    except APIError:
        text = "The provider is down just now. Please try again in a minute."
    except Exception:
        text = "Something went wrong on our side. Please try again."
    logging.info("waited %s", wait)
    return {"reply": text}`;
/** The same for TypeScript. */
const BY_CLASS_TS = (busy: string): string => `import express from 'express';
import OpenAI from 'openai';
import { busyReply, pause } from './texts.ts';
const app = express();
const client = new OpenAI({ timeout: 20_000 });
app.post('/chat', async (req, res) => {
  let text = '';
  let wait = 0;
  try {
    const messages = [{ role: 'user' as const, content: req.body.question }];
    const answer = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
    text = answer.choices[0]?.message.content ?? '';
  } catch (error) {
    if (error instanceof OpenAI.RateLimitError) {
      ${busy}
    } else if (error instanceof OpenAI.APIError) {
      text = 'The provider is down just now. Please try again in a minute.';
    } else {
      text = 'Something went wrong on our side. Please try again.';
    }
  }
  if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
  res.json({ text });
});
app.listen(8080);`;

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

  observe: {
    'provider-down': seen => fallbackFinding(armOf(seen), replyOf(armOf(seen)), 'While the provider was down,'),
    'client-errors': seen =>
      (
        [
          ['badRequest', 'At a 400,'],
          ['unauthorized', 'At a 401,'],
          ['notFound', 'At a 404,'],
        ] as const
      ).map(([arm, when]) => fallbackFinding(armOf(seen, arm), replyOf(armOf(seen, arm)), when)),
    'malformed-answer': seen => fallbackFinding(armOf(seen, 'gateway'), replyOf(armOf(seen, 'gateway')), 'At the error page of a gateway,'),
    'provider-hangs': seen => afterHang(armOf(seen)),
    'stream-breaks': seen => [
      afterBreak(armOf(seen, 'cut'), 'the stream of an answer was cut'),
      afterBreak(armOf(seen, 'error'), 'the stream of an answer reported an error'),
    ],
    'empty-answer': seen => toldApart(armOf(seen, 'down'), armOf(seen, 'refusal')),
    'failed-turn': seen => afterFailedTurn(armOf(seen)),
    'tool-loop': seen => afterLoop(armOf(seen, 'changing')),
    'costly-loop': seen => afterLoop(armOf(seen, 'dear')),
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
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import logging
import time
from fastapi import FastAPI
from openai import APIConnectionError, OpenAI, RateLimitError
app = FastAPI()
client = OpenAI(max_retries=0, timeout=20)
log = logging.getLogger(__name__)
def ask(question: str) -> str:
    for attempt in range(3):
        try:
            answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
            return answer.choices[0].message.content or ""
        except (RateLimitError, APIConnectionError) as error:
            log.warning("attempt failed", exc_info=error)
            wait = 2**attempt
            if attempt == 2:
                raise
        time.sleep(wait)
    raise AssertionError("unreachable")
@app.post("/chat")
def chat(question: str):
    try:
        return {"reply": ask(question)}
    except RateLimitError:
        return {"reply": "Many people are asking just now. Please try again in a minute."}
    except Exception:
        return {"reply": "I cannot answer just now. Please write to our support team."}`,
      shows: 'what the last attempt raises goes on to the caller, who answers by its class',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from fastapi import FastAPI
from openai import OpenAI
app = FastAPI()
client = OpenAI(timeout=20)
@app.post("/chat")
def chat(question: str):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
        return {"reply": answer.choices[0].message.content}
    except Exception:
        raise
        return {"reply": "I cannot answer just now. Please try again in a minute."}`,
      shows: 'the reply stands behind a raise, so nobody ever gets it',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import time
from fastapi import FastAPI
from openai import OpenAI, RateLimitError
app = FastAPI()
client = OpenAI(max_retries=0, timeout=20)
@app.post("/chat")
def chat(question: str):
    for attempt in range(3):
        try:
            answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
            return {"reply": answer.choices[0].message.content}
        except RateLimitError:
            wait = compute_wait(attempt)
            time.sleep(wait)
    return None`,
      shows: 'after the last attempt the user gets nothing, and other errors are not caught at all',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from fastapi import FastAPI, HTTPException
from openai import OpenAI, RateLimitError
app = FastAPI()
client = OpenAI(timeout=20)
@app.post("/chat")
def chat(question: str):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
        return {"reply": answer.choices[0].message.content}
    except RateLimitError as error:
        raise HTTPException(status_code=429, detail="Many people are asking just now. Please try again in a minute.") from error
    except Exception as error:
        raise HTTPException(500, "Something went wrong on our side. Please write to our support team.")`,
      shows: 'FastAPI answers with the detail of the exception',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from fastapi import FastAPI, HTTPException
from openai import OpenAI, RateLimitError
app = FastAPI()
client = OpenAI(timeout=20)
@app.post("/chat")
def chat(question: str):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
        return {"reply": answer.choices[0].message.content}
    except RateLimitError as error:
        raise HTTPException(status_code=429, detail="Something went wrong on our side. Please write to our support team.") from error
    except Exception as error:
        raise HTTPException(500, "Something went wrong on our side. Please write to our support team.")`,
      shows: 'FastAPI: two statuses, and the same words for both',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from fastapi import FastAPI, HTTPException
from openai import OpenAI, RateLimitError
app = FastAPI()
client = OpenAI(timeout=20)
@app.post("/chat")
def chat(question: str):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
        return {"reply": answer.choices[0].message.content}
    except RateLimitError as error:
        raise HTTPException(status_code=429, detail=str(error)) from error
    except Exception as error:
        raise HTTPException(500, "Something went wrong on our side. Please write to our support team.")`,
      shows: 'FastAPI: the provider’s own text as the detail',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: BY_CLASS('text = "We are busy just now. Please wait a minute."'),
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: BY_CLASS('pass'),
      shows: 'the replies of the other classes say nothing about the one that is swallowed',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: BY_CLASS('wait = pause(wait)'),
      shows: 'a time to wait is no reply',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: BY_CLASS('text = busy_reply(question)'),
      shows: 'what another module makes of it is returned',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: BY_CLASS_TS('wait = pause(wait);'),
      shows: 'a time to wait is no reply',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: BY_CLASS_TS('text = busyReply(req.body.question);'),
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
