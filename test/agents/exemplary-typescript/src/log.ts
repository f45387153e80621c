// The log: one JSON object a line, each with the trace id of its request. No text of a conversation belongs in it, unless something failed.
import { pino } from 'pino';
import { traceId } from './context.ts';

export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: { service: 'support-agent' },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: label => ({ level: label }) },
  mixin: () => ({ trace_id: traceId() }),
});
