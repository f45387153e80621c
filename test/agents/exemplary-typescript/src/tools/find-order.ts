// Looks up an order of the user whose session it is. Reads only.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AgentError } from '../errors.ts';
import { defineTool } from './tool.ts';

const orders = z.array(z.object({ id: z.string(), customer: z.string(), item: z.string(), status: z.string(), expected: z.string() }));

export type Order = z.infer<typeof orders>[number];

/** An order of this user. @throws AgentError of kind `tool` when there is none; whose it is otherwise stays untold */
export async function orderOf(userId: string, orderId: string): Promise<Order> {
  const all = orders.parse(JSON.parse(await readFile(process.env.ORDERS_FILE ?? 'data/orders.json', 'utf8')));
  const order = all.find(one => one.id === orderId && one.customer === userId);
  if (order === undefined) throw new AgentError('tool', 'this customer has no such order');
  return order;
}

export const findOrder = defineTool({
  name: 'find_order',
  description: 'Looks up an order of the customer by its number, for example HS-10482.',
  input: z.object({ order_id: z.string().regex(/^HS-\d{5}$/).describe('Order number') }),
  needsApproval: false,
  async run({ order_id }, { userId }) {
    const { id, item, status, expected } = await orderOf(userId, order_id);
    return JSON.stringify({ id, item, status, expected });
  },
});
