// Mutants of error handling: what the agent does when its model, its tools or itself fail.
import type { Mutant } from '../mutant.ts';

const LOOP_HEAD = '  for (let round = 0; round < config.maxRounds; round++) {\n';
const ASKED = 'await ask({ model, system: SYSTEM_PROMPT, messages: conversation, tools: definitions, onText, signal })';

export const ERRORS: readonly Mutant[] = [
  {
    id: 'retries-off',
    removes: 'Failed model calls are tried again.',
    edits: {
      typescript: [{ file: 'src/model.ts', find: 'maxRetries: 2', replace: 'maxRetries: 0' }],
      python: [{ file: 'support_agent/model.py', find: 'MAX_RETRIES = 2\n', replace: 'MAX_RETRIES = 0\n' }],
    },
    inspected: ['ERR-01', 'ERR-02', 'ERR-03'],
    observed: ['ERR-01', 'ERR-02', 'ERR-03'],
  },
  {
    id: 'retries-endless',
    removes: 'The number of tries is small.',
    edits: {
      typescript: [{ file: 'src/model.ts', find: 'maxRetries: 2', replace: 'maxRetries: 50' }],
      python: [{ file: 'support_agent/model.py', find: 'MAX_RETRIES = 2\n', replace: 'MAX_RETRIES = 50\n' }],
    },
    inspected: ['ERR-05'],
    observed: [],
  },
  {
    id: 'retries-stacked',
    removes: 'Only one layer tries again, and only what may work the next time.',
    edits: {
      typescript: [
        {
          file: 'src/agent.ts',
          find: ASKED,
          replace: `${ASKED}\n      .catch(() => ${ASKED.slice(6)})\n      .catch(() => ${ASKED.slice(6)})`,
        },
      ],
      python: [
        {
          file: 'support_agent/agent.py',
          find: '        answer = ask(Question(task.model, SYSTEM_PROMPT, conversation, DEFINITIONS, task.on_text), task.deadline)\n',
          replace:
            '        question = Question(task.model, SYSTEM_PROMPT, conversation, DEFINITIONS, task.on_text)\n        for tries_left in (2, 1, 0):\n            try:\n                answer = ask(question, task.deadline)\n                break\n            except Exception:\n                if tries_left == 0:\n                    raise\n',
        },
      ],
    },
    inspected: ['ERR-04', 'ERR-05'],
    observed: ['ERR-04', 'ERR-05'],
  },
  {
    id: 'no-time-limit',
    removes: 'A model call and a whole request end in time.',
    edits: {
      typescript: [
        { file: 'src/model.ts', find: '  timeout: config.modelTimeout,\n', replace: '' },
        { file: 'src/chat.ts', find: 'deadline(config.deadline, gone)', replace: '{ signal: gone, clear: () => {} }' },
      ],
      python: [
        { file: 'support_agent/model.py', find: 'deadline.within(config.MODEL_TIMEOUT)', replace: 'deadline' },
        { file: 'support_agent/model.py', find: 'urlopen(request, timeout=limited.left())', replace: 'urlopen(request)' },
        { file: 'support_agent/chat.py', find: 'Deadline(config.REQUEST_TIMEOUT, gone)', replace: 'Deadline(86_400, gone)' },
      ],
    },
    inspected: ['ERR-06'],
    observed: ['ERR-06'],
  },
  {
    id: 'no-deadline',
    removes: 'A whole request ends in time.',
    edits: {
      typescript: [{ file: 'src/chat.ts', find: 'deadline(config.deadline, gone)', replace: '{ signal: gone, clear: () => {} }' }],
      python: [{ file: 'support_agent/chat.py', find: 'Deadline(config.REQUEST_TIMEOUT, gone)', replace: 'Deadline(86_400, gone)' }],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'goes-on-without-caller',
    removes: 'Work stops when the caller hangs up.',
    edits: {
      typescript: [{ file: 'src/http.ts', find: 'if (!response.writableEnded) controller.abort();', replace: '' }],
      python: [
        {
          file: 'support_agent/http_helpers.py',
          find: 'return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""',
          replace: 'return False',
        },
      ],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'no-fallback',
    removes: 'A failure ends in a reply.',
    edits: {
      typescript: [
        {
          file: 'src/chat.ts',
          find: '    const reply = replyTo(outcome);\n',
          replace: '    throw error;\n    const reply = replyTo(outcome);\n',
        },
      ],
      python: [
        {
          file: 'support_agent/chat.py',
          find: '        reply = reply_to(outcome)\n',
          replace: '        raise\n        reply = reply_to(outcome)\n',
        },
      ],
    },
    inspected: ['ERR-07'],
    observed: ['ERR-07'],
  },
  {
    id: 'one-fallback-for-all',
    removes: 'The reply depends on the kind of failure.',
    edits: {
      typescript: [
        { file: 'src/errors.ts', find: 'REPLIES[kind]', replace: 'REPLIES.unknown' },
        { file: 'src/errors.ts', find: '(kind: ErrorKind): string', replace: '(_: ErrorKind): string' },
      ],
      python: [{ file: 'support_agent/errors.py', find: '_REPLIES[kind]', replace: '_REPLIES["unknown"]' }],
    },
    inspected: ['ERR-07'],
    observed: ['ERR-07'],
  },
  {
    id: 'raw-error-to-user',
    removes: 'Details of a failure stay inside.',
    edits: {
      typescript: [{ file: 'src/chat.ts', find: 'const reply = replyTo(outcome);', replace: 'const reply = String(error);' }],
      python: [{ file: 'support_agent/chat.py', find: 'reply = reply_to(outcome)', replace: 'reply = repr(error)' }],
    },
    inspected: ['ERR-07'],
    observed: ['ERR-07'],
  },
  {
    id: 'errors-not-classified',
    removes: 'An error is of a kind.',
    edits: {
      typescript: [
        {
          file: 'src/chat.ts',
          find: "outcome = signal.aborted ? 'timeout' : classify(error);",
          replace: "outcome = error instanceof AgentError ? error.kind : 'unknown';",
        },
      ],
      python: [
        {
          file: 'support_agent/chat.py',
          find: 'outcome = classify(error)',
          replace: 'outcome = error.kind if isinstance(error, AgentError) else "unknown"',
        },
      ],
    },
    inspected: ['ERR-08'],
    observed: ['ERR-08'],
  },
  {
    id: 'kind-not-logged',
    removes: 'The kind of an error is logged.',
    edits: {
      typescript: [
        { file: 'src/chat.ts', find: 'log.error({ kind, ', replace: 'log.error({ ' },
        { file: 'src/chat.ts', find: 'log.warn({ kind, ', replace: 'log.warn({ ' },
        { file: 'src/chat.ts', find: 'log.info({ outcome, ', replace: 'log.info({ ' },
      ],
      python: [
        {
          file: 'support_agent/chat.py',
          find: 'extra={"kind": kind, "error_message": message}',
          replace: 'extra={"error_message": message}',
        },
        { file: 'support_agent/chat.py', find: 'extra={"kind": kind, "error_name"', replace: 'extra={"error_name"' },
        { file: 'support_agent/chat.py', find: 'extra={"outcome": outcome or "ok", ', replace: 'extra={' },
      ],
    },
    inspected: ['ERR-08'],
    observed: ['ERR-08'],
  },
  {
    id: 'empty-answer-accepted',
    removes: 'An answer without text is a failure.',
    edits: {
      typescript: [
        {
          file: 'src/agent.ts',
          find: "  if (text.trim() === '') throw new AgentError('parse', 'the model answered with no text');\n",
          replace: '',
        },
      ],
      python: [
        {
          file: 'support_agent/agent.py',
          find: '    if not text.strip():\n        raise AgentError("parse", "the model answered with no text")\n',
          replace: '',
        },
      ],
    },
    inspected: ['ERR-09'],
    observed: ['ERR-09'],
  },
  {
    id: 'cut-answer-not-told',
    removes: 'An answer that was cut says so.',
    edits: {
      typescript: [
        {
          file: 'src/agent.ts',
          find: "  if (message.stop_reason !== 'max_tokens') return text;\n  onText?.(CUT);\n  return text + CUT;",
          replace: '  return text;',
        },
        { file: 'src/agent.ts', find: "const CUT = ' (This answer was cut short. Ask me to go on.)';\n\n", replace: '' },
      ],
      python: [
        {
          file: 'support_agent/agent.py',
          find: '    if message.stop_reason != "max_tokens":\n        return text\n    if on_text:\n        on_text(CUT)\n    return text + CUT\n',
          replace: '    return text\n',
        },
      ],
    },
    inspected: ['ERR-09'],
    observed: ['ERR-09'],
  },
  {
    id: 'refusal-not-noticed',
    removes: 'A refusal of the model is told from an answer.',
    edits: {
      typescript: [
        {
          file: 'src/agent.ts',
          find: "    if (message.stop_reason === 'refusal') throw new AgentError('safety', 'the model refused');\n",
          replace: '',
        },
      ],
      python: [
        {
          file: 'support_agent/agent.py',
          find: '        if message.stop_reason == "refusal":\n            raise AgentError("safety", "the model refused")\n',
          replace: '',
        },
      ],
    },
    inspected: ['ERR-09'],
    observed: [],
  },
  {
    id: 'loop-unbounded',
    removes: 'The number of rounds is limited.',
    edits: {
      typescript: [{ file: 'src/agent.ts', find: LOOP_HEAD, replace: '  for (;;) {\n' }],
      python: [{ file: 'support_agent/agent.py', find: '    for _ in range(config.MAX_ROUNDS):\n', replace: '    while True:\n' }],
    },
    inspected: ['ERR-10'],
    observed: ['ERR-10'],
  },
  {
    id: 'loop-end-unsaid',
    removes: 'A loop that was stopped ends in a reply that helps.',
    edits: {
      typescript: [
        {
          file: 'src/agent.ts',
          find: "  throw new AgentError('loop', `no answer after ${config.maxRounds} model calls`);",
          replace: "  return '';",
        },
      ],
      python: [
        {
          file: 'support_agent/agent.py',
          find: '    raise AgentError("loop", f"no answer after {config.MAX_ROUNDS} model calls")\n',
          replace: '    return ""\n',
        },
      ],
    },
    inspected: [],
    observed: ['ERR-07'],
  },
  {
    id: 'repeats-not-noticed',
    removes: 'The same tool call again and again is noticed.',
    edits: {
      typescript: [{ file: 'src/agent.ts', find: '    for (const call of calls) count(seen, call);\n', replace: '' }],
      python: [{ file: 'support_agent/agent.py', find: '        for call in calls:\n            _count(seen, call)\n', replace: '' }],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'tool-failure-not-contained',
    removes: 'A tool that fails becomes a result for the model.',
    edits: {
      typescript: [
        {
          file: 'src/tools/index.ts',
          find: '  } catch (error) {\n    log.warn(',
          replace: "  } catch (error) {\n    if (tool !== 'nothing') throw error;\n    log.warn(",
        },
      ],
      python: [
        {
          file: 'support_agent/tools/run.py',
          find: '        except Exception as error:\n',
          replace: '        except Exception as error:\n            if name != "nothing":\n                raise\n',
        },
      ],
    },
    inspected: ['ERR-11'],
    observed: ['ERR-11'],
  },
  {
    id: 'tool-without-time-limit',
    removes: 'A tool ends in time.',
    edits: {
      typescript: [{ file: 'src/tools/index.ts', find: 'deadline(config.toolTimeout, signal)', replace: '{ signal, clear: () => {} }' }],
      python: [{ file: 'support_agent/tools/run.py', find: 'deadline.within(config.TOOL_TIMEOUT)', replace: 'deadline' }],
    },
    inspected: ['ERR-11'],
    observed: ['ERR-11'],
  },
  {
    id: 'tool-arguments-unchecked',
    removes: 'Arguments of tools are checked.',
    edits: {
      typescript: [
        {
          file: 'src/tools/index.ts',
          find: "  if (!input.success) return { outcome: 'invalid', content: `Wrong arguments: ${z.prettifyError(input.error).slice(0, 500)}` };\n",
          replace: '',
        },
      ],
      python: [
        {
          file: 'support_agent/tools/run.py',
          find: '    if problems:\n        return Outcome("invalid", f"Wrong arguments: {\'; \'.join(problems)[:500]}")\n',
          replace: '',
        },
      ],
    },
    inspected: ['ERR-11'],
    observed: [],
  },
  {
    id: 'no-drain',
    removes: 'Requests in hand are finished before the process ends.',
    edits: {
      typescript: [
        {
          file: 'src/server.ts',
          find: '  server.close(() => void flushTraces().finally(() => process.exit(0)));',
          replace: '  process.exit(0);',
        },
      ],
      python: [{ file: 'support_agent/server.py', find: '        server.shutdown()\n', replace: '        os._exit(0)\n' }],
    },
    inspected: [],
    observed: [],
  },
];
