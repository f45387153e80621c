// All settings, read from the environment once; limits have defaults that suit a small shop.

/** @throws Error when the variable is not a positive number: the service must not start with a limit that limits nothing */
function positive(name: string, preset: number): number {
  const value = Number(process.env[name] ?? preset);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a positive number`);
  return value;
}

/** @throws Error when a secret is missing */
export function secret(name: string): string {
  const value = process.env[name];
  if (value === undefined || value.length < 16) throw new Error(`${name} is missing or too short`);
  return value;
}

/** The model that answers, and the cheaper one that takes over when the hour's money runs low. */
export const MODEL = 'claude-sonnet-4-6';
export const CHEAPER_MODEL = 'claude-haiku-4-5';

export const config = {
  port: positive('PORT', 8080),
  /** Tokens of one answer of the model. */
  maxTokens: positive('MAX_TOKENS', 1024),
  /** Characters of one message of a user. */
  maxInput: positive('MAX_INPUT', 8000),
  /** Model calls for one request. */
  maxRounds: positive('MAX_ROUNDS', 8),
  /** Tool calls that are run out of one answer of the model. */
  maxToolCalls: positive('MAX_TOOL_CALLS', 5),
  /** US dollars that one request may cost. */
  requestBudget: positive('REQUEST_BUDGET_USD', 0.5),
  userRequestsPerHour: positive('USER_REQUESTS_PER_HOUR', 20),
  userBudgetPerDay: positive('USER_BUDGET_USD_PER_DAY', 1),
  budgetPerHour: positive('BUDGET_USD_PER_HOUR', 5),
  tokensPerDay: positive('TOKENS_PER_DAY', 20_000_000),
  /** Share of the hour's budget after which the cheaper model answers. */
  cheaperFrom: positive('CHEAPER_FROM', 0.8),
  /** Milliseconds for one attempt of one model call, for one tool, and for a whole request. */
  modelTimeout: positive('MODEL_TIMEOUT_MS', 10_000),
  toolTimeout: positive('TOOL_TIMEOUT_MS', 3000),
  deadline: positive('DEADLINE_MS', 20_000),
  /** Where the counts of the limits are kept: a volume that all instances share. */
  stateFolder: process.env.STATE_FOLDER ?? 'state',
  knowledgeUrl: process.env.KNOWLEDGE_URL ?? 'https://kb.harbour-supplies.example/search',
  paymentsUrl: process.env.PAYMENTS_URL ?? 'https://payments.harbour-supplies.example/refunds',
  /** Hosts that replies may link to. */
  linkHosts: (process.env.LINK_HOSTS ?? 'harbour-supplies.example').split(','),
} as const;
