// What colleagues do with calls that wait for approval: look at them, then let one run or drop it.
import { z } from 'zod';
import { openApprovals, type Pending, takeApproval } from './approvals.ts';
import { config } from './config.ts';
import { log } from './log.ts';
import { toolByName } from './tools/index.ts';

const decision = z.object({ approve: z.boolean() });

export const listApprovals = (): Promise<readonly Pending[]> => openApprovals();

/** Runs or drops a call that waits. */
export async function decide(id: string, body: unknown): Promise<{ done: boolean; message: string }> {
  const parsed = decision.safeParse(body);
  if (!parsed.success) return { done: false, message: 'Say {"approve": true} or {"approve": false}.' };
  const pending = await takeApproval(id);
  const tool = pending === undefined ? undefined : toolByName(pending.tool);
  if (pending === undefined || tool === undefined) return { done: false, message: 'No such call waits.' };
  log.info({ approval: id, tool: tool.name, approved: parsed.data.approve }, 'approval decided');
  if (!parsed.data.approve) return { done: true, message: 'Dropped.' };
  const signal = AbortSignal.timeout(config.toolTimeout);
  return { done: true, message: await tool.run(tool.input.parse(pending.input), { userId: pending.userId, signal }) };
}
