// Claude Agent SDK, under its old name `@anthropic-ai/claude-code` too: runs the bundled claude executable.
import { defineSdk, type RetriedFailures, TRANSIENT } from '../core/index.ts';

// Measured: 429 nine times and still going, 529 given up after three attempts, 401 seven times in a minute. Whether the real
// service's headers make it stop at client errors was not seen.
const RETRIED: RetriedFailures = { ...TRANSIENT, clientError: 'unknown' };

export const sdk = defineSdk({
  id: 'claude-agent-sdk',
  title: 'Claude Agent SDK',
  layer: 'framework',
  provider: 'anthropic',
  code: {
    packages: ['@anthropic-ai/claude-agent-sdk', '@anthropic-ai/claude-code'],
    produces: [
      { role: 'warm', by: 'call', exports: ['startup'] },
      { role: 'session', by: 'call', exports: ['unstable_v2_createSession'] },
      { role: 'session', by: 'call', exports: ['unstable_v2_resumeSession'], options: 1 },
    ],
    calls: [
      { member: 'query', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
      { on: 'warm', member: 'query', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
      { member: 'unstable_v2_prompt', kind: 'agent-run', streaming: 'no', places: { prompt: 0, body: 1 }, loops: true },
      { on: 'session', member: 'send', kind: 'agent-run', streaming: 'yes', places: { prompt: 0 }, loops: true },
    ],
  },
  retries: {
    // CLAUDE_CODE_MAX_RETRIES sets the number from outside the code. It is not read from options.env, which is nearly always a
    // spread of process.env and would hide the default.
    options: [],
    defaults: [
      {
        count: 10,
        on: RETRIED,
        backoff: 'exponential',
        retryAfter: 'unknown',
        caveat: 'an overloaded model (529) is given up after three attempts',
      },
    ],
  },
  timeout: {
    options: [
      { at: 'body.options.abortController' },
      { at: 'client.options.abortController' },
      { at: 'body.abortController' },
      { at: 'body.options.env.API_TIMEOUT_MS' },
    ],
    defaults: [
      // Ten minutes for each request of the executable were read in 0.1.77 and in claude-code 1.0.128, not in later ones.
      { range: '<0.2 || 1.x', ms: 600_000 },
      { ms: null },
    ],
  },
  outputCap: {
    options: [{ at: 'body.options.env.CLAUDE_CODE_MAX_OUTPUT_TOKENS' }, { at: 'client.options.env.CLAUDE_CODE_MAX_OUTPUT_TOKENS' }],
    dead: [
      { at: 'body.options.maxTokens', why: 'it is set by the environment variable CLAUDE_CODE_MAX_OUTPUT_TOKENS only' },
      { at: 'body.options.maxOutputTokens', why: 'it is set by the environment variable CLAUDE_CODE_MAX_OUTPUT_TOKENS only' },
    ],
  },
  loop: {
    options: [
      { at: 'body.options.maxTurns' },
      { at: 'client.options.maxTurns' },
      // A limit in dollars ends the run as well; its number is no number of rounds.
      { at: 'body.options.maxBudgetUsd', counts: 'usd' },
      { at: 'client.options.maxBudgetUsd', counts: 'usd' },
    ],
    dead: [{ at: 'body.maxTurns', why: 'it belongs into options: query({ prompt, options: { maxTurns } })' }],
    defaults: [{ kind: 'none' }],
  },
  model: ['body.options.model', 'client.options.model', 'body.model', 'client.model'],
  source:
    '@anthropic-ai/claude-agent-sdk 0.3.330, requests counted against a local server; 0.1.77 and @anthropic-ai/claude-code 1.0.128 read',
});
