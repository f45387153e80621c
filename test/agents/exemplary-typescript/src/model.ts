// The model: the only place that calls its API. Everything that is spent there is counted here.
import Anthropic from '@anthropic-ai/sdk';
import { config, secret } from './config.ts';
import { log } from './log.ts';
import { cost, modelDuration, modelErrors, tokens } from './metrics.ts';
import { costOf, type Usage } from './prices.ts';

/** Counts each attempt that fails, also those after which the client tries again. */
async function countingFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  try {
    const response = await fetch(...request);
    if (!response.ok) modelErrors.inc({ kind: String(response.status) });
    return response;
  } catch (error) {
    modelErrors.inc({ kind: error instanceof Error && error.name === 'AbortError' ? 'aborted' : 'connection' });
    throw error;
  }
}

/** The client retries 408, 409, 429, 5xx and lost connections twice, with growing waits; nothing else in this service does. */
const client = new Anthropic({
  apiKey: secret('ANTHROPIC_API_KEY'),
  maxRetries: 2,
  timeout: config.modelTimeout,
  fetch: countingFetch,
});

export interface Question {
  readonly model: string;
  readonly system: string;
  readonly messages: Anthropic.MessageParam[];
  readonly tools: Anthropic.Tool[];
  /** Given the text piece by piece as it comes; undefined: the answer is wanted as a whole. */
  readonly onText: ((piece: string) => void) | undefined;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly message: Anthropic.Message;
  /** US dollars. */
  readonly usd: number;
}

function record(model: string, usage: Usage, started: number): number {
  const usd = costOf(model, usage);
  const seconds = (performance.now() - started) / 1000;
  tokens.inc({ model, direction: 'input' }, usage.input_tokens);
  tokens.inc({ model, direction: 'output' }, usage.output_tokens);
  cost.inc({ model }, usd);
  modelDuration.observe(seconds);
  log.info(
    {
      model,
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      cost_usd: usd,
      duration_ms: Math.round(seconds * 1000),
    },
    'model call',
  );
  return usd;
}

/** Asks the model once. @throws Anthropic.APIError when it does not answer, after the client's retries */
export async function ask({ model, system, messages, tools, onText, signal }: Question): Promise<Answer> {
  const started = performance.now();
  const params = { model, system, messages, tools, max_tokens: config.maxTokens };
  if (onText === undefined) {
    const message = await client.messages.create(params, { signal });
    return { message, usd: record(model, message.usage, started) };
  }
  const stream = client.messages.stream(params, { signal });
  stream.on('text', onText);
  const message = await stream.finalMessage();
  return { message, usd: record(model, message.usage, started) };
}
