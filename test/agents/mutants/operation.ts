// Mutants of observability, monitoring, tests and releases.
import type { Edit, Mutant } from '../mutant.ts';

/** Files that are the same in the agents of all languages. */
const both = (edits: readonly Edit[]): Mutant['edits'] => ({ typescript: edits, python: edits });
const drop = (file: string, find: string): Edit => ({ file, find, replace: '' });
const CI = '.github/workflows/ci.yml';
const ALERTS = 'monitoring/alerts.yaml';
const ROLLOUT = 'deploy/rollout.yaml';
const COSTS = 'monitoring/dashboards/cost.json';

export const OPERATION: readonly Mutant[] = [
  {
    id: 'log-without-trace-id',
    removes: 'Each line of the log has the trace id of its request.',
    edits: {
      typescript: [drop('src/log.ts', '  mixin: () => ({ trace_id: traceId() }),\n')],
      python: [drop('support_agent/log.py', '            "trace_id": trace_id(),\n')],
    },
    inspected: ['OBS-02'],
    observed: ['OBS-02'],
  },
  {
    id: 'loose-text-in-the-log',
    removes: 'The log is made of structured records.',
    edits: {
      typescript: [
        {
          file: 'src/chat.ts',
          find: "log.info({ outcome, duration_ms: Math.round(seconds * 1000), cost_usd: budget.spent }, 'request done');",
          replace: 'console.log(`request done: ${outcome} after ${seconds} s`);',
        },
      ],
      python: [
        {
          file: 'support_agent/chat.py',
          find: 'log.info(\n            "request done",\n            extra={"outcome": outcome or "ok", "duration_ms": round(seconds * 1000), "cost_usd": budget.spent},\n        )\n',
          replace: 'print(f"request done: {outcome or \'ok\'} after {seconds} s")\n',
        },
      ],
    },
    inspected: ['OBS-01'],
    observed: ['OBS-01'],
  },
  {
    // Seen from outside they are still recorded: version 1 of the SDK puts them into spans of its own.
    id: 'tokens-not-recorded',
    removes: 'The tokens of a request are recorded.',
    edits: {
      typescript: [
        drop(
          'src/model.ts',
          "  tokens.inc({ model, direction: 'input' }, usage.input_tokens);\n  tokens.inc({ model, direction: 'output' }, usage.output_tokens);\n",
        ),
        drop('src/model.ts', '      input_tokens: usage.input_tokens,\n      output_tokens: usage.output_tokens,\n'),
      ],
      python: [
        drop(
          'support_agent/model.py',
          '    TOKENS.inc(usage.input_tokens, model=model, direction="input")\n    TOKENS.inc(usage.output_tokens, model=model, direction="output")\n',
        ),
        drop('support_agent/model.py', '        "input_tokens": usage.input_tokens,\n        "output_tokens": usage.output_tokens,\n'),
      ],
    },
    inspected: ['OBS-03'],
    observed: [],
  },
  {
    id: 'cost-not-recorded',
    removes: 'The cost of a request is recorded.',
    edits: {
      typescript: [
        drop('src/model.ts', '  cost.inc({ model }, usd);\n'),
        drop('src/model.ts', '      cost_usd: usd,\n'),
        drop('src/chat.ts', ', cost_usd: budget.spent'),
      ],
      python: [
        drop('support_agent/model.py', '    COST.inc(usd, model=model)\n'),
        drop('support_agent/model.py', '        "cost_usd": usd,\n'),
        drop('support_agent/chat.py', ', "cost_usd": budget.spent'),
      ],
    },
    inspected: ['OBS-04'],
    observed: ['OBS-04'],
  },
  {
    id: 'one-price-for-input-and-output',
    removes: 'Input and output have prices of their own.',
    edits: {
      typescript: [{ file: 'src/prices.ts', find: 'usage.output_tokens * price.output', replace: 'usage.output_tokens * price.input' }],
      python: [
        { file: 'support_agent/prices.py', find: 'usage.output_tokens * price.output', replace: 'usage.output_tokens * price.input' },
      ],
    },
    inspected: ['OBS-04'],
    observed: [],
  },
  {
    id: 'request-time-not-recorded',
    removes: 'The time of a whole request is recorded.',
    edits: {
      typescript: [drop('src/chat.ts', '    duration.observe(seconds);\n')],
      python: [drop('support_agent/chat.py', '        DURATION.observe(seconds)\n')],
    },
    inspected: ['OBS-05'],
    observed: ['OBS-05'],
  },
  {
    id: 'buckets-end-at-the-alert',
    removes: 'The buckets of latency reach beyond the alert.',
    edits: {
      typescript: [{ file: 'src/metrics.ts', find: ', 10, 15, 20, 30, 60]', replace: ', 10]' }],
      python: [{ file: 'support_agent/metrics.py', find: ', 10, 15, 20, 30, 60)', replace: ', 10)' }],
    },
    inspected: ['OBS-05'],
    observed: [],
  },
  {
    id: 'tools-not-measured',
    removes: 'Tool calls are counted and timed.',
    edits: {
      typescript: [
        drop('src/tools/index.ts', '    toolCalls.inc({ tool, outcome: result.outcome });\n    toolDuration.observe({ tool }, seconds);\n'),
        drop(
          'src/tools/index.ts',
          "    log.info({ tool, outcome: result.outcome, duration_ms: Math.round(seconds * 1000) }, 'tool call');\n",
        ),
      ],
      python: [
        drop(
          'support_agent/tools/run.py',
          '        TOOL_CALLS.inc(tool=name, outcome=result.outcome)\n        TOOL_DURATION.observe(seconds, tool=name)\n        trace.attributes.update(tool=name, outcome=result.outcome)\n        log.info("tool call", extra={"tool": name, "outcome": result.outcome, "duration_ms": round(seconds * 1000)})\n',
        ),
      ],
    },
    inspected: ['OBS-06'],
    observed: ['OBS-06'],
  },
  {
    id: 'model-errors-not-counted',
    removes: 'Failed attempts at the model API are counted.',
    edits: {
      typescript: [drop('src/model.ts', '  fetch: countingFetch,\n')],
      python: [drop('support_agent/model.py', '            MODEL_ERRORS.inc(kind=_kind_of(error))\n')],
    },
    inspected: ['OBS-07'],
    observed: ['OBS-07'],
  },
  {
    id: 'escalations-not-counted',
    removes: 'Handovers to people are counted.',
    edits: {
      typescript: [
        drop('src/tools/index.ts', "    escalations.inc({ reason: 'approval' });\n"),
        drop('src/chat.ts', "  if (kind === 'loop') escalations.inc({ reason: 'loop' });\n"),
      ],
      python: [
        drop('support_agent/tools/run.py', '        ESCALATIONS.inc(reason="approval")\n'),
        drop('support_agent/chat.py', '    if kind == "loop":\n        ESCALATIONS.inc(reason="loop")\n'),
      ],
    },
    inspected: ['OBS-08'],
    observed: [],
  },
  {
    id: 'failures-silent',
    removes: 'A failure leaves its context in the log.',
    edits: {
      typescript: [drop('src/chat.ts', '    fail(outcome, error, body);\n')],
      python: [drop('support_agent/chat.py', '        _report(outcome, error, body)\n')],
    },
    inspected: ['OBS-10'],
    observed: ['OBS-10'],
  },
  {
    id: 'traces-only-printed',
    removes: 'Traces leave the process.',
    edits: {
      typescript: [
        { file: 'src/telemetry.ts', find: 'new OTLPTraceExporter()', replace: 'new ConsoleSpanExporter()' },
        { file: 'src/telemetry.ts', find: "import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';\n", replace: '' },
        { file: 'src/telemetry.ts', find: '{ BatchSpanProcessor,', replace: '{ BatchSpanProcessor, ConsoleSpanExporter,' },
      ],
      python: [
        {
          file: 'support_agent/tracing.py',
          find: '    with suppress(OSError), urllib.request.urlopen(request, timeout=2):\n        pass\n',
          replace: '    print(request.data)\n',
        },
      ],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'no-metrics-page',
    removes: 'Metrics can be fetched.',
    edits: {
      typescript: [drop('src/server.ts', "  if (place === 'GET /metrics') return void response.end(await metricsPage());\n")],
      python: [
        drop(
          'support_agent/server.py',
          '        elif place == "GET /metrics":\n            send(self, 200, "text/plain; version=0.0.4", prometheus.page().encode(), {})\n',
        ),
      ],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'tests-cannot-fail',
    removes: 'A failed test fails the build.',
    edits: {
      typescript: [{ file: CI, find: '      - run: npm test\n', replace: '      - run: npm test || true\n' }],
      python: [
        {
          file: '.github/workflows/ci.yml',
          find: '      - run: python3 -m unittest\n',
          replace: '      - run: python3 -m unittest || true\n',
        },
      ],
    },
    inspected: ['TST-01', 'TST-04'],
    observed: [],
  },
  {
    id: 'tests-not-run',
    removes: 'CI runs the tests.',
    edits: {
      typescript: [drop(CI, '      - run: npm test\n')],
      python: [drop('.github/workflows/ci.yml', '      - run: python3 -m unittest\n')],
    },
    inspected: ['TST-01', 'TST-02', 'TST-04', 'TST-05'],
    observed: [],
  },
  {
    id: 'evaluation-bar-in-wrong-unit',
    removes: 'The bar of the evaluation is 86 per cent.',
    edits: {
      typescript: [{ file: CI, find: "PROMPTFOO_PASS_RATE_THRESHOLD: '86'", replace: "PROMPTFOO_PASS_RATE_THRESHOLD: '0.86'" }],
      python: [
        { file: '.github/workflows/ci.yml', find: "PROMPTFOO_PASS_RATE_THRESHOLD: '86'", replace: "PROMPTFOO_PASS_RATE_THRESHOLD: '0.86'" },
      ],
    },
    inspected: ['TST-03'],
    observed: [],
  },
  {
    id: 'evaluation-not-run',
    removes: 'CI runs the evaluation.',
    edits: {
      typescript: [drop(CI, '      - run: npx promptfoo eval -c evals/promptfooconfig.yaml -o results.json\n')],
      python: [drop('.github/workflows/ci.yml', '      - run: npx promptfoo@0.123.1 eval -c evals/promptfooconfig.yaml -o results.json\n')],
    },
    inspected: ['TST-03'],
    observed: [],
  },
  {
    id: 'no-extra-long-input-tried',
    removes: 'A test sends a message that is too long.',
    edits: {
      typescript: [
        { file: 'test/edges.test.ts', find: "'a'.repeat(8001)", replace: "'a'" },
        { file: 'test/edges.test.ts', find: "'a'.repeat(300_000)", replace: "'b'" },
      ],
      python: [
        { file: 'tests/test_edges.py', find: '"a" * 8001', replace: '"a"' },
        { file: 'tests/test_edges.py', find: '"a" * 300_000', replace: '"b"' },
      ],
    },
    inspected: ['TST-05'],
    observed: [],
  },
  {
    id: 'checklist-not-run',
    removes: 'CI runs the checklist.',
    edits: both([{ file: CI, find: 'npx agent-ready audit --policy "$POLICY"', replace: 'echo later' }]),
    inspected: ['OPS-05'],
    observed: [],
  },
  {
    id: 'release-does-not-wait',
    removes: 'A release waits for the checklist.',
    edits: both([{ file: CI, find: 'needs: [test, alerts, evaluation, checklist]', replace: 'needs: [test]' }]),
    inspected: ['OPS-05'],
    observed: [],
  },
  {
    id: 'error-alert-too-late',
    removes: 'The alert on errors comes at 5 per cent.',
    edits: both([{ file: ALERTS, find: '[5m])) > 0.05', replace: '[5m])) > 0.5' }]),
    inspected: ['MON-01'],
    observed: [],
  },
  {
    id: 'cost-alert-without-history',
    removes: 'The alert on cost compares with the past.',
    edits: both([{ file: ALERTS, find: '> 2 * sum(rate(agent_cost_usd_total[7d]))', replace: '> 0.01' }]),
    inspected: ['MON-02'],
    observed: [],
  },
  {
    id: 'latency-alert-on-mean',
    removes: 'The alert on latency looks at the 95th percentile.',
    edits: both([
      {
        file: ALERTS,
        find: 'histogram_quantile(0.95, sum by (le) (rate(agent_request_duration_seconds_bucket[5m])))',
        replace: 'sum(rate(agent_request_duration_seconds_sum[5m])) / sum(rate(agent_request_duration_seconds_count[5m]))',
      },
    ]),
    inspected: ['MON-03'],
    observed: [],
  },
  {
    id: 'alerts-not-tested',
    removes: 'CI tests the alerts.',
    edits: both([drop(CI, '      - run: promtool test rules monitoring/alerts.test.yaml\n')]),
    inspected: ['MON-06'],
    observed: [],
  },
  {
    id: 'alerts-reach-nobody',
    removes: 'Critical alerts reach the pager.',
    edits: both([
      drop('monitoring/alertmanager.yaml', '    pagerduty_configs: [{routing_key_file: /etc/alertmanager/secrets/pagerduty}]\n'),
    ]),
    inspected: ['MON-07'],
    observed: [],
  },
  {
    id: 'metric-renamed',
    removes: 'The metrics of the alerts are those of the code.',
    edits: {
      typescript: [{ file: 'src/metrics.ts', find: "name: 'agent_cost_usd_total'", replace: "name: 'agent_dollars_total'" }],
      python: [{ file: 'support_agent/metrics.py', find: '"agent_cost_usd_total"', replace: '"agent_dollars_total"' }],
    },
    inspected: ['MON-08'],
    observed: [],
  },
  {
    id: 'all-at-once',
    removes: 'A release begins with 5 per cent of the traffic.',
    edits: both([{ file: 'deploy/rollout.yaml', find: '        - setWeight: 5\n', replace: '        - setWeight: 100\n' }]),
    inspected: ['OPS-01'],
    observed: [],
  },
  {
    id: 'error-alert-turned-round',
    removes: 'The alert on errors fires when many requests fail.',
    edits: both([{ file: ALERTS, find: '[5m])) > 0.05', replace: '[5m])) < 0.05' }]),
    inspected: ['MON-01'],
    observed: [],
  },
  {
    id: 'errors-without-their-share',
    removes: 'The alert on errors looks at their share of the requests.',
    edits: both([{ file: ALERTS, find: ' / sum(rate(agent_requests_total[5m])) > 0.05', replace: ' > 0.05' }]),
    inspected: ['MON-01'],
    observed: [],
  },
  {
    id: 'latency-alert-after-a-minute',
    removes: 'The alert on latency comes at 10 seconds.',
    edits: both([{ file: ALERTS, find: '[5m]))) > 10', replace: '[5m]))) > 59' }]),
    inspected: ['MON-03'],
    observed: [],
  },
  {
    id: 'satisfaction-alert-too-low',
    removes: 'The alert on satisfaction comes at 3.5 of 5.',
    edits: both([{ file: ALERTS, find: '[1d])) < 3.5', replace: '[1d])) < 2.5' }]),
    inspected: ['MON-04'],
    observed: [],
  },
  {
    id: 'quota-alert-too-late',
    removes: 'The alert on the quota leaves time to act.',
    edits: both([{ file: ALERTS, find: 'max(agent_token_quota) > 0.8', replace: 'max(agent_token_quota) > 0.99' }]),
    inspected: ['MON-05'],
    observed: [],
  },
  {
    id: 'alert-test-only-fires',
    removes: 'A test shows that the alert on errors stays silent when nothing fails.',
    edits: both([drop('monitoring/alerts.test.yaml', '      - {eval_time: 20m, alertname: SupportAgentErrors, exp_alerts: []}\n')]),
    inspected: ['MON-06'],
    observed: [],
  },
  {
    id: 'alert-without-severity',
    removes: 'The alert on errors is critical.',
    edits: both([drop(ALERTS, '        labels: {severity: critical}\n')]),
    inspected: ['MON-01', 'MON-07'],
    observed: [],
  },
  {
    id: 'runbook-gone',
    removes: 'The page that an alert names is there.',
    edits: both([{ file: ALERTS, find: 'runbooks/errors.md', replace: 'runbooks/failures.md' }]),
    inspected: ['MON-07'],
    observed: [],
  },
  {
    id: 'rule-that-does-not-parse',
    removes: 'The server accepts the rules.',
    edits: both([{ file: ALERTS, find: 'max(agent_token_quota) > 0.8', replace: 'max agent_token_quota) > 0.8' }]),
    inspected: ['MON-01', 'MON-02', 'MON-03', 'MON-04', 'MON-05', 'MON-06'],
    observed: [],
  },
  {
    id: 'dashboards-not-loaded',
    removes: 'Grafana is told where the dashboards are.',
    edits: both([{ file: 'monitoring/dashboards.yaml', find: 'providers:', replace: 'folders:' }]),
    inspected: ['MON-09', 'MON-10'],
    observed: [],
  },
  {
    id: 'cost-as-a-total',
    removes: 'The dashboard shows cost by model.',
    edits: both([
      { file: COSTS, find: 'sum by (model) (rate(agent_cost_usd_total[1h]))', replace: 'sum(rate(agent_cost_usd_total[1h]))' },
      { file: COSTS, find: 'sum by (model, direction) (rate(agent_tokens_total[1h]))', replace: 'sum(rate(agent_tokens_total[1h]))' },
    ]),
    inspected: ['MON-10'],
    observed: [],
  },
  {
    id: 'canary-for-minutes',
    removes: 'The first users keep the new version for a week.',
    edits: both([
      {
        file: ROLLOUT,
        find: '- setWeight: 5\n        - pause: {duration: 168h}',
        replace: '- setWeight: 5\n        - pause: {duration: 10m}',
      },
    ]),
    inspected: ['OPS-01'],
    observed: [],
  },
  {
    id: 'canary-without-router',
    removes: 'A router sends 5 per cent of the traffic to the new version.',
    edits: both([drop(ROLLOUT, '      trafficRouting: {nginx: {stableIngress: support-agent}}\n')]),
    inspected: ['OPS-01'],
    observed: [],
  },
];
