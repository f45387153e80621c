// Mutants of rate limiting and cost control.
import type { Mutant } from '../mutant.ts';

const line = (text: string): string => `${text}\n`;
const USER_REQUESTS = line(
  "  if (count >= config.userRequestsPerHour) return { value: counts, result: { used, reason: 'requests of the user' } };",
);
const USER_COST = line(
  "  if ((counts.costs[userId] ?? 0) >= config.userBudgetPerDay) return { value: counts, result: { used, reason: 'cost of the user' } };",
);
const GLOBAL = line("  if (counts.spent >= config.budgetPerHour) return { value: counts, result: { used, reason: 'cost of all users' } };");
const LIMITS = 'src/limits.ts';

export const LIMITS_AND_COST: readonly Mutant[] = [
  {
    id: 'no-request-budget',
    removes: 'A request ends when it has cost too much.',
    edits: {
      typescript: [{ file: 'src/agent.ts', find: '    budget.check();\n', replace: '' }],
      python: [{ file: 'support_agent/agent.py', find: '        task.budget.check()\n', replace: '' }],
    },
    inspected: ['COST-01'],
    observed: ['COST-01'],
  },
  {
    id: 'request-budget-before-the-loop',
    removes: 'The budget of a request is asked before each model call.',
    edits: {
      typescript: [
        { file: 'src/agent.ts', find: '    budget.check();\n', replace: '' },
        {
          file: 'src/agent.ts',
          find: '  const conversation = [...messages];\n',
          replace: '  budget.check();\n  const conversation = [...messages];\n',
        },
      ],
      python: [
        { file: 'support_agent/agent.py', find: '        task.budget.check()\n', replace: '' },
        {
          file: 'support_agent/agent.py',
          find: '    for _ in range(config.MAX_ROUNDS):\n',
          replace: '    task.budget.check()\n    for _ in range(config.MAX_ROUNDS):\n',
        },
      ],
    },
    inspected: ['COST-01'],
    observed: ['COST-01'],
  },
  {
    id: 'request-budget-never-charged',
    removes: 'What a model call costs is taken from the budget of the request.',
    edits: {
      typescript: [{ file: 'src/agent.ts', find: '    budget.charge(usd);\n', replace: '' }],
      python: [{ file: 'support_agent/agent.py', find: '        task.budget.charge(answer.usd)\n', replace: '' }],
    },
    inspected: ['COST-01'],
    observed: ['COST-01'],
  },
  {
    id: 'no-user-cost-limit',
    removes: 'The money of one user is limited.',
    edits: {
      typescript: [{ file: LIMITS, find: USER_COST, replace: '' }],
      python: [
        {
          file: 'support_agent/limits.py',
          find: '    if counts["costs"].get(user, 0) >= config.USER_BUDGET_PER_DAY:\n        raise AgentError("limit", "limit reached: cost of the user")\n',
          replace: '',
        },
      ],
    },
    inspected: ['COST-02'],
    observed: ['COST-02'],
  },
  {
    id: 'no-user-request-limit',
    removes: 'The requests of one user are limited.',
    edits: {
      typescript: [{ file: LIMITS, find: USER_REQUESTS, replace: '' }],
      python: [
        {
          file: 'support_agent/limits.py',
          find: '    if count >= config.USER_REQUESTS_PER_HOUR:\n        raise AgentError("limit", "limit reached: requests of the user")\n',
          replace: '',
        },
      ],
    },
    inspected: ['COST-03'],
    observed: ['COST-03'],
  },
  {
    id: 'no-global-limit',
    removes: 'The money of all users together is limited.',
    edits: {
      typescript: [{ file: LIMITS, find: GLOBAL, replace: '' }],
      python: [
        {
          file: 'support_agent/limits.py',
          find: '    if counts["spent"] >= config.BUDGET_PER_HOUR:\n        raise AgentError("limit", "limit reached: cost of all users")\n',
          replace: '',
        },
      ],
    },
    inspected: ['COST-04'],
    observed: ['COST-04'],
  },
  {
    id: 'limits-not-asked',
    removes: 'Limits are asked before the model is.',
    edits: {
      typescript: [{ file: 'src/chat.ts', find: 'const { used } = await admit(user);', replace: 'const used = 0;' }],
      python: [{ file: 'support_agent/chat.py', find: 'used = admit(request.user)', replace: 'used = 0.0' }],
    },
    inspected: ['COST-02', 'COST-03', 'COST-04'],
    observed: ['COST-02', 'COST-03', 'COST-04'],
  },
  {
    id: 'one-count-for-all-users',
    removes: 'Each user has a limit of their own.',
    edits: {
      typescript: [{ file: 'src/chat.ts', find: 'await admit(user)', replace: "await admit('everybody')" }],
      python: [{ file: 'support_agent/chat.py', find: 'admit(request.user)', replace: 'admit("everybody")' }],
    },
    inspected: ['COST-02', 'COST-03'],
    observed: ['COST-03'],
  },
  {
    id: 'cost-never-counted',
    removes: 'What a model call costs is added to the counts of the limits.',
    edits: {
      typescript: [{ file: 'src/agent.ts', find: '    await charge(userId, usd);\n', replace: '' }],
      python: [{ file: 'support_agent/agent.py', find: '        charge(task.user, answer.usd)\n', replace: '' }],
    },
    inspected: ['COST-02', 'COST-04'],
    observed: ['COST-02', 'COST-04'],
  },
  {
    id: 'global-limit-never-reset',
    removes: 'The count of the hour begins anew.',
    edits: {
      typescript: [{ file: LIMITS, find: 'spent: counts.hour === hour ? counts.spent : 0', replace: 'spent: counts.spent' }],
      python: [{ file: 'support_agent/limits.py', find: '        counts["spent"] = 0\n', replace: '' }],
    },
    inspected: ['COST-04'],
    observed: [],
  },
  {
    id: 'limits-in-memory',
    removes: 'The counts of the limits outlive a restart.',
    edits: {
      typescript: [
        {
          file: LIMITS,
          find: "const store = new Store<Counts>(join(config.stateFolder, 'limits.json'), EMPTY);",
          replace: `let memory = EMPTY;
const store = {
  async update<R>(change: (old: Counts) => { value: Counts; result: R }): Promise<R> {
    const { value, result } = change(memory);
    memory = value;
    return result;
  },
};`,
        },
      ],
      python: [
        {
          file: 'support_agent/limits.py',
          find: '_store: Store[Counts] = Store(config.STATE_FOLDER / "limits.json", _EMPTY)\n',
          replace: '\n\nclass _Memory:\n    def editing(self):\n        return nullcontext(_EMPTY)\n\n\n_store = _Memory()\n',
        },
        { file: 'support_agent/limits.py', find: 'import logging\n', replace: 'import logging\nfrom contextlib import nullcontext\n' },
      ],
    },
    inspected: ['COST-06'],
    observed: ['COST-06'],
  },
  {
    id: 'limits-fail-open',
    removes: 'Without counts nothing is answered.',
    edits: {
      typescript: [
        {
          file: LIMITS,
          find: "    throw new AgentError('limit', 'limits are unreachable', { cause: error });",
          replace: '    return { used: 0, reason: undefined };',
        },
      ],
      python: [
        {
          file: 'support_agent/limits.py',
          find: '        raise AgentError("limit", "limits are unreachable") from error\n',
          replace: '        return 0.0\n',
        },
      ],
    },
    inspected: ['COST-06'],
    observed: [],
  },
  {
    id: 'output-hardly-capped',
    removes: 'The length of an answer is limited to what is needed.',
    edits: {
      typescript: [{ file: 'src/model.ts', find: 'max_tokens: config.maxTokens', replace: 'max_tokens: 64_000' }],
      python: [{ file: 'support_agent/model.py', find: '"max_tokens": config.MAX_TOKENS', replace: '"max_tokens": 64_000' }],
    },
    inspected: ['COST-05'],
    observed: ['COST-05'],
  },
  {
    id: 'input-unbounded',
    removes: 'The length of a message is limited.',
    edits: {
      typescript: [{ file: 'src/guards/input.ts', find: "    .max(config.maxInput, 'too long')\n", replace: '' }],
      python: [
        {
          file: 'support_agent/guards/input.py',
          find: '    if len(value) > config.MAX_INPUT:\n        raise AgentError("input", "the message is too long")\n',
          replace: '',
        },
      ],
    },
    inspected: ['COST-07'],
    observed: ['COST-07', 'TST-05'],
  },
  {
    id: 'history-unbounded',
    removes: 'The history that is sent along is limited.',
    edits: {
      typescript: [
        { file: 'src/history.ts', find: 'turns.slice(-MOST_TURNS).reverse()', replace: '[...turns].reverse()' },
        { file: 'src/history.ts', find: '    if (size > MOST_CHARACTERS) break;\n', replace: '' },
      ],
      python: [
        { file: 'support_agent/history.py', find: 'reversed(turns[-MOST_TURNS:])', replace: 'reversed(turns)' },
        { file: 'support_agent/history.py', find: '        if size > MOST_CHARACTERS:\n            break\n', replace: '' },
      ],
    },
    inspected: ['COST-07'],
    observed: ['COST-07'],
  },
  {
    id: 'tool-output-unbounded',
    removes: 'The length of what tools bring is limited.',
    edits: {
      typescript: [
        { file: 'src/tools/index.ts', find: 'output.slice(0, LONGEST)', replace: 'output' },
        { file: 'src/tools/search-articles.ts', find: '    if (text.length > MOST) break;\n', replace: '' },
        { file: 'src/tools/search-articles.ts', find: 'return text.slice(0, MOST);', replace: 'return text;' },
      ],
      python: [
        { file: 'support_agent/tools/run.py', find: 'output[:LONGEST]', replace: 'output' },
        { file: 'support_agent/tools/search_articles.py', find: 'response.read(MOST)', replace: 'response.read()' },
      ],
    },
    inspected: ['COST-07'],
    observed: ['COST-07'],
  },
  {
    id: 'any-number-of-tool-calls',
    removes: 'The number of tool calls out of one answer is limited.',
    edits: {
      typescript: [{ file: 'src/config.ts', find: "positive('MAX_TOOL_CALLS', 5)", replace: "positive('MAX_TOOL_CALLS', 1000)" }],
      python: [{ file: 'support_agent/config.py', find: 'whole("MAX_TOOL_CALLS", 5)', replace: 'whole("MAX_TOOL_CALLS", 1000)' }],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'no-cheaper-model',
    removes: 'A cheaper model takes over when money runs low.',
    edits: {
      typescript: [{ file: 'src/chat.ts', find: 'used >= config.cheaperFrom ? CHEAPER_MODEL : MODEL', replace: 'MODEL' }],
      python: [{ file: 'support_agent/chat.py', find: 'CHEAPER_MODEL if used >= config.CHEAPER_FROM else MODEL', replace: 'MODEL' }],
    },
    inspected: ['COST-08'],
    observed: [],
  },
  {
    id: 'model-without-price',
    removes: 'Every model has a price.',
    edits: {
      typescript: [
        { file: 'src/prices.ts', find: "  'claude-haiku-4-5': { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },\n", replace: '' },
        { file: 'src/prices.ts', find: 'for (const model of [MODEL, CHEAPER_MODEL]) priceOf(model);', replace: 'priceOf(MODEL);' },
      ],
      python: [
        {
          file: 'support_agent/prices.py',
          find: '    "claude-haiku-4-5": Price(input=1, output=5, cache_read=0.1, cache_write=1.25),\n',
          replace: '',
        },
        {
          file: 'support_agent/prices.py',
          find: 'for _model in (MODEL, CHEAPER_MODEL):\n    price_of(_model)\n',
          replace: 'price_of(MODEL)\n',
        },
      ],
    },
    inspected: ['COST-09'],
    observed: [],
  },
];
