// One request of a user, from its body to the reply: checks, limits, the agent, and a safe reply for whatever goes wrong.
import { work } from './agent.ts';
import { RequestBudget } from './budget.ts';
import { CHEAPER_MODEL, config, MODEL } from './config.ts';
import { deadline } from './deadline.ts';
import { AgentError, classify, type ErrorKind, replyTo } from './errors.ts';
import { detectInjection } from './guards/injection.ts';
import { type ChatRequest, chatRequest } from './guards/input.ts';
import { clean } from './guards/outbound.ts';
import { redact } from './guards/redact.ts';
import { StreamFilter } from './guards/stream.ts';
import { historyOf, recent, remember } from './history.ts';
import { admit } from './limits.ts';
import { log } from './log.ts';
import { duration, errors, escalations, requests } from './metrics.ts';

export interface Reply {
  readonly status: number;
  readonly reply: string;
  /** Why there is no real answer; undefined: there is one. */
  readonly failed?: ErrorKind;
}

/** A failure of ours is a reply that says so, not an error of the transport; only what the caller did wrong is one. */
const STATUS: Partial<Record<ErrorKind, number>> = { input: 400, limit: 429 };

function parse(body: unknown): ChatRequest {
  const parsed = chatRequest.safeParse(body);
  if (!parsed.success) throw new AgentError('input', parsed.error.issues.map(issue => issue.code).join(', '));
  return parsed.data;
}

/**
 * Answers a request; never throws.
 * @param emit is given the reply piece by piece; undefined: it is wanted as a whole
 * @param gone aborted when the caller hangs up
 */
export async function chat(body: unknown, gone: AbortSignal, emit?: (text: string) => void): Promise<Reply> {
  const started = performance.now();
  const budget = new RequestBudget(config.requestBudget);
  const { signal, clear } = deadline(config.deadline, gone);
  let outcome: ErrorKind | 'ok' = 'ok';
  try {
    return { status: 200, reply: await answer(parse(body), budget, signal, emit) };
  } catch (error) {
    outcome = signal.aborted ? 'timeout' : classify(error);
    fail(outcome, error, body);
    const reply = replyTo(outcome);
    emit?.(reply);
    return { status: STATUS[outcome] ?? 200, reply, failed: outcome };
  } finally {
    clear();
    const seconds = (performance.now() - started) / 1000;
    requests.inc({ outcome });
    duration.observe(seconds);
    log.info({ outcome, duration_ms: Math.round(seconds * 1000), cost_usd: budget.spent }, 'request done');
  }
}

async function answer(
  { message, user, session }: ChatRequest,
  budget: RequestBudget,
  signal: AbortSignal,
  emit: ((text: string) => void) | undefined,
): Promise<string> {
  const { used } = await admit(user);
  if (detectInjection(message)) throw new AgentError('safety', 'the message gives orders to the model');
  const model = used >= config.cheaperFrom ? CHEAPER_MODEL : MODEL;
  const filter = emit === undefined ? undefined : new StreamFilter(emit);
  const onText = filter === undefined ? undefined : (piece: string) => filter.push(piece);
  const messages = [...recent(historyOf(user, session)), { role: 'user' as const, content: message }];
  const text = await work({ model, userId: user, messages, budget, onText, signal });
  filter?.end();
  const reply = clean(text);
  remember(user, session, message, reply);
  return reply;
}

/** Keeps what is needed to understand a failure, without personal data and keys. */
function fail(kind: ErrorKind, error: unknown, body: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  errors.inc({ kind });
  if (kind === 'loop') escalations.inc({ reason: 'loop' });
  const error_message = redact(message).slice(0, 500);
  if (kind === 'input' || kind === 'limit') return log.warn({ kind, error_message }, 'request refused');
  const request = redact(JSON.stringify(body) ?? '').slice(0, 4000);
  log.error({ kind, error_name: name, error_message, stack: redact(stack ?? '').slice(0, 2000), request }, 'request failed');
}
