// Agent Development Kit for Python: `google.adk`.
import { type CallShape, defineSdk, NOTHING } from '../../core/index.ts';

// Where the agent of a runner stands: given directly, or as the root of an app. Agents below it are not reached.
const AGENTS = ['client.agent', 'client.app.root_agent'];
const ofAgent = (path: string) => AGENTS.map(agent => ({ at: `${agent}.generate_content_config.${path}` }));

export const sdk = defineSdk({
  id: 'google-adk',
  title: 'Agent Development Kit (Python)',
  layer: 'framework',
  provider: 'google',
  language: 'python',
  code: {
    packages: ['py:google.adk'],
    produces: [
      { role: 'agent', by: 'new', exports: ['*Agent', 'agents.*Agent'] },
      { role: 'app', by: 'new', exports: ['App'] },
      { role: 'model', by: 'new', exports: ['Gemini', 'LiteLlm', 'Claude', 'ApigeeLlm', 'Gemma'], positional: ['model'] },
      {
        role: 'runner',
        by: 'new',
        exports: ['Runner', 'InMemoryRunner', 'runners.Runner', 'runners.InMemoryRunner'],
        positional: ['agent'],
      },
    ],
    calls: ['run', 'run_async', 'run_live', 'run_debug'].map(
      (member): CallShape => ({ on: 'runner', member, kind: 'agent-run', streaming: 'yes', loops: true }),
    ),
  },
  retries: {
    options: [
      ...ofAgent('http_options.retry_options.attempts').map(option => ({ ...option, counts: 'attempts' as const })),
      ...ofAgent('http_options.retry_options').map(option => ({ ...option, counts: 'attempts' as const, otherwise: 5 })),
      ...AGENTS.map(agent => ({ at: `${agent}.model.retry_options.attempts`, counts: 'attempts' as const })),
      ...AGENTS.map(agent => ({ at: `${agent}.model.retry_options`, counts: 'attempts' as const, otherwise: 5 })),
    ],
    defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }],
  },
  timeout: { options: ofAgent('http_options.timeout').map(option => ({ ...option, unit: 'ms' as const })), defaults: [{ ms: null }] },
  outputCap: { options: ofAgent('max_output_tokens') },
  loop: {
    // Zero or less means no limit at all.
    options: [{ at: 'request.run_config.max_llm_calls' }],
    defaults: [{ kind: 'soft', bound: 500 }],
  },
  model: AGENTS.map(agent => `${agent}.model`),
  source: 'google-adk 1.4.2 read (runners.py, agents/run_config.py, models/google_llm.py); retry_options as documented for later versions',
});
