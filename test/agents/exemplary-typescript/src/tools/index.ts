// The tools, what the model is told of them, and the one place where they are called.
import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { askApproval } from '../approvals.ts';
import { config } from '../config.ts';
import { deadline } from '../deadline.ts';
import { detectInjection } from '../guards/injection.ts';
import { redact } from '../guards/redact.ts';
import { scrubInternal } from '../guards/scrub.ts';
import { log } from '../log.ts';
import { escalations, toolCalls, toolDuration } from '../metrics.ts';
import { findOrder } from './find-order.ts';
import { requestRefund } from './request-refund.ts';
import { searchArticles } from './search-articles.ts';
import type { Tool } from './tool.ts';

const TOOLS: readonly Tool[] = [searchArticles, findOrder, requestRefund];

export const toolByName = (name: string): Tool | undefined => TOOLS.find(tool => tool.name === name);

export const definitions: Anthropic.Tool[] = TOOLS.map(({ name, description, input }) => ({
  name,
  description,
  input_schema: z.toJSONSchema(input) as Anthropic.Tool.InputSchema,
}));

/** Characters of a result that the model is given. */
const LONGEST = 8000;

/** What the model may see of the result of a tool: cut, without secrets and addresses, and marked as data. */
export function fence(output: string): string {
  if (detectInjection(output)) return '<data>[withheld: the text holds instructions instead of information]</data>';
  const safe = redact(scrubInternal(output.slice(0, LONGEST)));
  return `<data>${safe.replaceAll(/<\/?data>/gi, '')}</data>`;
}

interface Outcome {
  readonly outcome: 'ok' | 'error' | 'invalid' | 'unknown' | 'approval';
  readonly content: string;
}

async function attempt(call: Anthropic.ToolUseBlock, userId: string, signal: AbortSignal): Promise<Outcome> {
  const tool = toolByName(call.name);
  if (tool === undefined) return { outcome: 'unknown', content: 'There is no such tool.' };
  const input = tool.input.safeParse(call.input);
  if (!input.success) return { outcome: 'invalid', content: `Wrong arguments: ${z.prettifyError(input.error).slice(0, 500)}` };
  if (tool.needsApproval) {
    await askApproval(tool.name, input.data, userId);
    escalations.inc({ reason: 'approval' });
    return { outcome: 'approval', content: 'Not done yet: a colleague must approve this first, which takes up to a day.' };
  }
  const limited = deadline(config.toolTimeout, signal);
  try {
    return { outcome: 'ok', content: fence(await tool.run(input.data, { userId, signal: limited.signal })) };
  } finally {
    limited.clear();
  }
}

/** Runs a tool call of the model. Whatever goes wrong becomes a result that says so; it never throws. */
export async function runTool(call: Anthropic.ToolUseBlock, userId: string, signal: AbortSignal): Promise<Anthropic.ToolResultBlockParam> {
  const started = performance.now();
  const tool = toolByName(call.name)?.name ?? 'unknown';
  let result: Outcome = { outcome: 'error', content: 'The tool failed. Go on without it, or offer to hand over to a colleague.' };
  try {
    result = await attempt(call, userId, signal);
  } catch (error) {
    log.warn({ kind: 'tool', tool, error_name: error instanceof Error ? error.name : 'unknown' }, 'tool failed');
  } finally {
    const seconds = (performance.now() - started) / 1000;
    toolCalls.inc({ tool, outcome: result.outcome });
    toolDuration.observe({ tool }, seconds);
    log.info({ tool, outcome: result.outcome, duration_ms: Math.round(seconds * 1000) }, 'tool call');
  }
  const failed = result.outcome !== 'ok' && result.outcome !== 'approval';
  return { type: 'tool_result', tool_use_id: call.id, content: result.content, is_error: failed };
}
