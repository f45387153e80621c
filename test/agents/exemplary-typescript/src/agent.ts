// The agent: asks the model, runs the tools that it asks for, until there is an answer or a limit is reached.
import type Anthropic from '@anthropic-ai/sdk';
import type { RequestBudget } from './budget.ts';
import { config } from './config.ts';
import { AgentError } from './errors.ts';
import { charge } from './limits.ts';
import { ask } from './model.ts';
import { SYSTEM_PROMPT } from './prompt.ts';
import { definitions, runTool } from './tools/index.ts';

export interface Task {
  readonly model: string;
  readonly userId: string;
  readonly messages: Anthropic.MessageParam[];
  readonly budget: RequestBudget;
  readonly onText: ((piece: string) => void) | undefined;
  readonly signal: AbortSignal;
}

/** The same call for the third time: the model goes round in circles. */
const REPEATS = 3;

const CUT = ' (This answer was cut short. Ask me to go on.)';

/**
 * Works on a task until the model has answered.
 * @throws AgentError of kind `budget`, `loop`, `safety` or `parse`; what the model client throws
 */
export async function work({ model, userId, messages, budget, onText, signal }: Task): Promise<string> {
  const conversation = [...messages];
  const seen = new Map<string, number>();
  for (let round = 0; round < config.maxRounds; round++) {
    budget.check();
    const { message, usd } = await ask({ model, system: SYSTEM_PROMPT, messages: conversation, tools: definitions, onText, signal });
    budget.charge(usd);
    await charge(userId, usd);
    if (message.stop_reason === 'refusal') throw new AgentError('safety', 'the model refused');
    const calls = message.content.filter(block => block.type === 'tool_use');
    if (calls.length === 0) return textOf(message, onText);
    for (const call of calls) count(seen, call);
    const wanted = calls.slice(0, config.maxToolCalls);
    const results = await Promise.all(wanted.map(call => runTool(call, userId, signal)));
    signal.throwIfAborted();
    const dropped = calls.slice(config.maxToolCalls).map(call => refuse(call));
    conversation.push({ role: 'assistant', content: message.content }, { role: 'user', content: [...results, ...dropped] });
  }
  throw new AgentError('loop', `no answer after ${config.maxRounds} model calls`);
}

/** The text of a final answer. @throws AgentError of kind `parse` when there is none */
function textOf(message: Anthropic.Message, onText: Task['onText']): string {
  const text = message.content.map(block => (block.type === 'text' ? block.text : '')).join('');
  if (text.trim() === '') throw new AgentError('parse', 'the model answered with no text');
  if (message.stop_reason !== 'max_tokens') return text;
  onText?.(CUT);
  return text + CUT;
}

/** Counts how often a call was made. @throws AgentError of kind `loop` when too often */
function count(seen: Map<string, number>, call: Anthropic.ToolUseBlock): void {
  const key = `${call.name} ${canonical(call.input)}`;
  const times = (seen.get(key) ?? 0) + 1;
  seen.set(key, times);
  if (times >= REPEATS) throw new AgentError('loop', `${call.name} was called ${times} times with the same arguments`);
}

/** JSON with the keys in order, so that the same arguments are the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
}

function refuse(call: Anthropic.ToolUseBlock): Anthropic.ToolResultBlockParam {
  return { type: 'tool_result', tool_use_id: call.id, content: 'Too many calls at once; this one was not made.', is_error: true };
}
