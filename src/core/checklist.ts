// The shape of the checklist: its six modules, the 22 lines of the pre-launch list and the three questions.
// The items themselves are the files under checks/.

export const MODULES = [
  { id: 'observability', title: 'Observability' },
  { id: 'error-handling', title: 'Error handling' },
  { id: 'cost-control', title: 'Rate limiting and cost control' },
  { id: 'security', title: 'Security hardening' },
  { id: 'monitoring', title: 'Monitoring and alerts' },
  { id: 'launch', title: 'Pre-launch checklist' },
] as const;

export type ModuleId = (typeof MODULES)[number]['id'];

export const LINES = [
  { id: 'L01', group: 'Infrastructure', title: 'Logging is set up, and its structured logs can be searched' },
  { id: 'L02', group: 'Infrastructure', title: 'A monitoring dashboard exists' },
  { id: 'L03', group: 'Infrastructure', title: 'Alert rules are configured and were tested' },
  { id: 'L04', group: 'Infrastructure', title: 'Error handling and fallback replies reach every exception path' },
  { id: 'L05', group: 'Security', title: 'Personal data is redacted' },
  { id: 'L06', group: 'Security', title: 'Prompt injection is detected' },
  { id: 'L07', group: 'Security', title: 'API keys come from the environment or a secret manager' },
  { id: 'L08', group: 'Security', title: "The agent's database accounts are read-only, least privilege" },
  { id: 'L09', group: 'Security', title: 'Tool output is validated and sanitised' },
  { id: 'L10', group: 'Cost', title: 'Cost limits per user and for all users together' },
  { id: 'L11', group: 'Cost', title: 'A token limit for every request' },
  { id: 'L12', group: 'Cost', title: 'A dashboard shows the cost' },
  { id: 'L13', group: 'Cost', title: 'A Batch API or cheaper fallback is planned' },
  { id: 'L14', group: 'Testing', title: 'All unit tests pass' },
  { id: 'L15', group: 'Testing', title: 'Integration tests drive every tool-call path' },
  { id: 'L16', group: 'Testing', title: 'An LLM-as-judge evaluation passes more than 85 % of its cases' },
  { id: 'L17', group: 'Testing', title: 'The regression suite runs by itself' },
  { id: 'L18', group: 'Testing', title: 'Edge cases are tested: empty, over-long and malicious input' },
  { id: 'L19', group: 'Operations', title: 'A canary release is defined, from 5 % of the traffic' },
  { id: 'L20', group: 'Operations', title: 'The rollback plan was tried out' },
  { id: 'L21', group: 'Operations', title: 'On-call rotation and escalation paths are written down' },
  { id: 'L22', group: 'Operations', title: 'The knowledge base has an update process' },
] as const;

export type LineId = (typeof LINES)[number]['id'];

/**
 * The item that a line is about, where others of the line only feed it or stand beside it. While nothing is known of it, those cannot
 * fail the line: a dashboard of the hosting platform may show latencies that no line of the code measures. Where it does not apply, the
 * line does not: an agent without a database has no database account, whatever its tools may do.
 */
export const LEADS: Readonly<Partial<Record<LineId, `${ModuleId}/${string}`>>> = {
  L02: 'monitoring/dashboard',
  L08: 'security/database-access',
};

/** The questions that a report answers first. `reassuring` is the answer that an owner hopes to read. */
export const QUESTIONS = [
  { id: 'breaks', title: 'Will we know when it breaks, and what happens then?', reassuring: 'yes' },
  { id: 'leaks', title: 'Will it leak data?', reassuring: 'no' },
  { id: 'cost', title: 'Can we keep the monthly cost within budget?', reassuring: 'yes' },
] as const;

export type QuestionId = (typeof QUESTIONS)[number]['id'];

/** Which question each module answers; `launch` belongs to none. */
export const QUESTION_OF: Readonly<Record<ModuleId, QuestionId | undefined>> = {
  observability: 'breaks',
  'error-handling': 'breaks',
  'cost-control': 'cost',
  security: 'leaks',
  monitoring: 'breaks',
  launch: undefined,
};
