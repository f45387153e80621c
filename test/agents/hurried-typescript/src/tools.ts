// What the assistant can do.
import { readFileSync } from 'node:fs';
import type Anthropic from '@anthropic-ai/sdk';

export const TOOLS: Anthropic.Tool[] = [
  {
    name: 'search_articles',
    description: 'Searches the help articles of the shop',
    input_schema: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
  },
  {
    name: 'find_order',
    description: 'Looks up an order by its number',
    input_schema: { type: 'object', properties: { order_id: { type: 'string' } }, required: ['order_id'] },
  },
  {
    name: 'request_refund',
    description: 'Refunds an order to the card of the customer',
    input_schema: { type: 'object', properties: { order_id: { type: 'string' }, reason: { type: 'string' } }, required: ['order_id'] },
  },
];

const KNOWLEDGE = process.env.KNOWLEDGE_URL || 'https://kb.harbour-supplies.example/search';
const PAYMENTS = process.env.PAYMENTS_URL || 'https://payments.harbour-supplies.example/refunds';

export async function runTool(name: string, input: any): Promise<string> {
  switch (name) {
    case 'search_articles': {
      const response = await fetch(`${KNOWLEDGE}?q=${input.query}`);
      return await response.text();
    }
    case 'find_order': {
      const orders = JSON.parse(readFileSync('data/orders.json', 'utf8'));
      return JSON.stringify(orders.find((order: any) => order.id === input.order_id));
    }
    case 'request_refund': {
      const response = await fetch(PAYMENTS, { method: 'POST', body: JSON.stringify(input) });
      return await response.text();
    }
    default:
      throw new Error(`unknown tool ${name}`);
  }
}
