// Refunds an order. It runs only after a colleague has approved that very call.
import { z } from 'zod';
import { config } from '../config.ts';
import { AgentError } from '../errors.ts';
import { orderOf } from './find-order.ts';
import { defineTool } from './tool.ts';

export const requestRefund = defineTool({
  name: 'request_refund',
  description: 'Refunds an order to the card of the customer. A colleague must approve it first, which takes up to a day.',
  input: z.object({
    order_id: z.string().regex(/^HS-\d{5}$/).describe('Order number'),
    reason: z.string().min(3).max(300).describe('Why the customer wants the money back'),
  }),
  needsApproval: true,
  async run({ order_id, reason }, { userId, signal }) {
    const order = await orderOf(userId, order_id);
    const response = await fetch(config.paymentsUrl, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/json', 'idempotency-key': order.id },
      body: JSON.stringify({ order: order.id, reason }),
    });
    if (!response.ok) throw new AgentError('tool', `the payment service answered ${response.status}`);
    return `Order ${order.id} is refunded.`;
  },
});
