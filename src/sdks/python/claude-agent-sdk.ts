// Claude Agent SDK for Python, under its old name claude_code_sdk too: runs the bundled claude executable.
import { defineSdk, TRANSIENT } from '../../core/index.ts';

const OPTIONS = ['body.options', 'client.options'];

export const sdk = defineSdk({
  id: 'claude-agent-sdk',
  title: 'Claude Agent SDK (Python)',
  layer: 'framework',
  provider: 'anthropic',
  language: 'python',
  code: {
    packages: ['py:claude_agent_sdk', 'py:claude_code_sdk'],
    produces: [{ role: 'client', by: 'new', exports: ['ClaudeSDKClient'], positional: ['options'] }],
    calls: [
      // Nothing happens before the messages are read.
      { member: 'query', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
      { on: 'client', member: 'query', kind: 'agent-run', streaming: 'yes', positional: ['prompt'], loops: true },
    ],
  },
  retries: {
    // CLAUDE_CODE_MAX_RETRIES sets the number from outside the code.
    options: [],
    defaults: [
      {
        count: 10,
        on: { ...TRANSIENT, clientError: 'unknown' },
        backoff: 'exponential',
        retryAfter: 'unknown',
        caveat: 'an overloaded model (529) is given up after three attempts',
      },
    ],
  },
  timeout: { options: OPTIONS.map(options => ({ at: `${options}.env.API_TIMEOUT_MS` })), defaults: [{ ms: null }] },
  outputCap: { options: OPTIONS.map(options => ({ at: `${options}.env.CLAUDE_CODE_MAX_OUTPUT_TOKENS` })) },
  loop: {
    options: [
      ...OPTIONS.map(options => ({ at: `${options}.max_turns` })),
      ...OPTIONS.map(options => ({ at: `${options}.max_budget_usd`, counts: 'usd' as const })),
    ],
    defaults: [{ kind: 'none' }],
  },
  model: OPTIONS.map(options => `${options}.model`),
  source:
    'claude-agent-sdk 0.2.143 read (types.py, client.py, query.py); the executable as measured with @anthropic-ai/claude-agent-sdk 0.3.330',
});
