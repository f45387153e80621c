// Mutants of security: what comes in, what goes out, and what tools may do.
import { Maker } from '../../support/keys.ts';
import type { Mutant } from '../mutant.ts';

/** A key that was never issued; nothing that looks like one stands in the repository. */
const KEY = `sk-ant-${'api03'}-${new Maker('mutant').url(93)}AA`;
const CLEAN = 'return redact(defuse(scrubInternal(text)));';
const OUTBOUND = 'src/guards/outbound.ts';
const TOOLS = 'src/tools/index.ts';
const DETECT = "  if (detectInjection(message)) throw new AgentError('safety', 'the message gives orders to the model');\n";

export const SECURITY: readonly Mutant[] = [
  {
    id: 'no-redaction-of-replies',
    removes: 'Personal data is taken out of replies.',
    edits: {
      typescript: [{ file: OUTBOUND, find: CLEAN, replace: 'return defuse(scrubInternal(text));' }],
      python: [
        {
          file: 'support_agent/guards/outbound.py',
          find: 'return redact(_defuse(scrub_internal(text)))',
          replace: 'return _defuse(scrub_internal(text))',
        },
      ],
    },
    inspected: ['SEC-01'],
    observed: ['SEC-01'],
  },
  {
    id: 'cards-not-redacted',
    removes: 'Card numbers are taken out of replies.',
    edits: {
      typescript: [
        {
          file: 'src/guards/redact.ts',
          find: "    .replace(CARD, found => (luhn(found.replace(/\\D/g, '')) ? '[card]' : found))\n",
          replace: '',
        },
      ],
      python: [
        {
          file: 'support_agent/guards/redact.py',
          find: '    text = _CARD.sub(lambda found: "[card]" if _luhn(re.sub(r"\\D", "", found[0])) else found[0], text)\n',
          replace: '',
        },
      ],
    },
    inspected: ['SEC-01'],
    observed: ['SEC-01'],
  },
  {
    id: 'stream-cleaned-piece-by-piece',
    removes: 'A stream is held back until nothing is cut in two.',
    edits: {
      typescript: [
        { file: 'src/guards/stream.ts', find: '    this.#held += piece;\n', replace: '    this.#held += piece;\n    this.end();\n' },
      ],
      python: [
        {
          file: 'support_agent/guards/stream.py',
          find: '        self._held += piece\n',
          replace: '        self._held += piece\n        self.end()\n',
        },
      ],
    },
    inspected: ['SEC-01'],
    observed: ['SEC-01'],
    target: 'support-agent-stream',
  },
  {
    id: 'whole-replies-not-cleaned',
    removes: 'Replies that are not streamed are cleaned.',
    edits: {
      typescript: [{ file: 'src/chat.ts', find: 'const reply = clean(text);', replace: 'const reply = text;' }],
      python: [{ file: 'support_agent/chat.py', find: 'reply = clean(text)', replace: 'reply = text' }],
    },
    inspected: ['SEC-01'],
    observed: ['SEC-01', 'SEC-04'],
  },
  {
    id: 'no-injection-detection',
    removes: 'Attacks in messages of users are noticed.',
    edits: {
      typescript: [{ file: 'src/chat.ts', find: DETECT, replace: '' }],
      python: [
        {
          file: 'support_agent/chat.py',
          find: '    if detect_injection(request.message):\n        raise AgentError("safety", "the message gives orders to the model")\n',
          replace: '',
        },
      ],
    },
    inspected: ['SEC-02'],
    observed: ['SEC-02'],
  },
  {
    id: 'injection-only-logged',
    removes: 'An attack stops the request.',
    edits: {
      typescript: [
        {
          file: 'src/chat.ts',
          find: DETECT,
          replace: "  if (detectInjection(message)) log.warn({ kind: 'safety' }, 'the message gives orders to the model');\n",
        },
      ],
      python: [
        {
          file: 'support_agent/chat.py',
          find: '    if detect_injection(request.message):\n        raise AgentError("safety", "the message gives orders to the model")\n',
          replace:
            '    if detect_injection(request.message):\n        log.warning("the message gives orders to the model", extra={"kind": "safety"})\n',
        },
      ],
    },
    inspected: ['SEC-02'],
    observed: ['SEC-02'],
  },
  {
    id: 'tool-output-not-scanned',
    removes: 'Orders in what tools bring are withheld.',
    edits: {
      typescript: [
        {
          file: TOOLS,
          find: "  if (detectInjection(output)) return '<data>[withheld: the text holds instructions instead of information]</data>';\n",
          replace: '',
        },
      ],
      python: [
        {
          file: 'support_agent/tools/run.py',
          find: '    if detect_injection(output):\n        return "<data>[withheld: the text holds instructions instead of information]</data>"\n',
          replace: '',
        },
      ],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'tool-output-as-it-is',
    removes: 'What tools bring is scanned, cleaned and marked as data.',
    edits: {
      typescript: [{ file: TOOLS, find: 'content: fence(await tool.run(', replace: 'content: String(await tool.run(' }],
      python: [
        {
          file: 'support_agent/tools/run.py',
          find: 'fence(limited.run(lambda: tool.run(call.input, user, limited)))',
          replace: 'limited.run(lambda: tool.run(call.input, user, limited))',
        },
      ],
    },
    inspected: ['SEC-03', 'SEC-04'],
    observed: ['SEC-03', 'SEC-04'],
  },
  {
    id: 'tool-output-not-scrubbed',
    removes: 'Internal addresses and personal data are taken out of what tools bring.',
    edits: {
      typescript: [{ file: TOOLS, find: 'redact(scrubInternal(output.slice(0, LONGEST)))', replace: 'output.slice(0, LONGEST)' }],
      python: [{ file: 'support_agent/tools/run.py', find: 'redact(scrub_internal(output[:LONGEST]))', replace: 'output[:LONGEST]' }],
    },
    inspected: ['SEC-04'],
    observed: ['SEC-04'],
  },
  {
    id: 'internal-addresses-in-replies',
    removes: 'Internal addresses are taken out of replies.',
    edits: {
      typescript: [{ file: OUTBOUND, find: CLEAN, replace: 'return redact(defuse(text));' }],
      python: [
        {
          file: 'support_agent/guards/outbound.py',
          find: 'return redact(_defuse(scrub_internal(text)))',
          replace: 'return redact(_defuse(text))',
        },
      ],
    },
    inspected: [],
    observed: ['SEC-04'],
  },
  {
    id: 'links-and-images-stay',
    removes: 'Links and images that lead elsewhere are taken out of replies.',
    edits: {
      typescript: [{ file: OUTBOUND, find: CLEAN, replace: 'return redact(scrubInternal(text));' }],
      python: [
        {
          file: 'support_agent/guards/outbound.py',
          find: 'return redact(_defuse(scrub_internal(text)))',
          replace: 'return redact(scrub_internal(text))',
        },
      ],
    },
    inspected: [],
    observed: ['SEC-03'],
  },
  {
    id: 'instructions-leak',
    removes: 'Replies that repeat the instructions are stopped.',
    edits: {
      typescript: [{ file: OUTBOUND, find: "  if (leaks(text)) return 'I cannot share that.';\n", replace: '' }],
      python: [
        { file: 'support_agent/guards/outbound.py', find: '    if _leaks(text):\n        return "I cannot share that."\n', replace: '' },
      ],
    },
    inspected: [],
    observed: ['SEC-02'],
  },
  {
    id: 'key-in-the-code',
    removes: 'No key stands in the code.',
    edits: {
      typescript: [{ file: 'src/model.ts', find: "apiKey: secret('ANTHROPIC_API_KEY')", replace: `apiKey: '${KEY}'` }],
      python: [{ file: 'support_agent/model.py', find: 'API_KEY = config.secret("ANTHROPIC_API_KEY")', replace: `API_KEY = "${KEY}"` }],
    },
    inspected: ['SEC-05'],
    observed: [],
  },
  {
    id: 'key-as-default',
    removes: 'Without a key the service does not start.',
    edits: {
      typescript: [
        { file: 'src/model.ts', find: "apiKey: secret('ANTHROPIC_API_KEY')", replace: `apiKey: process.env.ANTHROPIC_API_KEY ?? '${KEY}'` },
      ],
      python: [
        {
          file: 'support_agent/model.py',
          find: 'API_KEY = config.secret("ANTHROPIC_API_KEY")',
          replace: `API_KEY = os.environ.get("ANTHROPIC_API_KEY", "${KEY}")`,
        },
        { file: 'support_agent/model.py', find: 'import logging\n', replace: 'import logging\nimport os\n' },
      ],
    },
    inspected: ['SEC-05', 'SEC-06'],
    observed: [],
  },
  {
    id: 'key-in-the-log',
    removes: 'Keys stay out of logs.',
    edits: {
      typescript: [
        {
          file: 'src/server.ts',
          find: "log.info({ port: config.port }, 'listening')",
          replace: "log.info({ port: config.port, key: process.env.ANTHROPIC_API_KEY }, 'listening')",
        },
      ],
      python: [
        {
          file: 'support_agent/server.py',
          find: 'extra={"port": config.PORT}',
          replace: 'extra={"port": config.PORT, "key": os.environ.get("ANTHROPIC_API_KEY")}',
        },
      ],
    },
    inspected: ['SEC-06'],
    observed: ['SEC-06'],
  },
  {
    id: 'refund-without-approval',
    removes: 'A refund waits for a colleague.',
    edits: {
      typescript: [{ file: 'src/tools/request-refund.ts', find: 'needsApproval: true', replace: 'needsApproval: false' }],
      python: [{ file: 'support_agent/tools/request_refund.py', find: 'needs_approval = True', replace: 'needs_approval = False' }],
    },
    inspected: ['SEC-08'],
    observed: ['SEC-08'],
  },
  {
    id: 'approval-never-asked',
    removes: 'Tools that need approval wait for it.',
    edits: {
      typescript: [
        {
          file: TOOLS,
          find: '  if (tool.needsApproval) {\n    await askApproval',
          replace: '  if (tool.name === undefined) {\n    await askApproval',
        },
      ],
      python: [{ file: 'support_agent/tools/run.py', find: '    if tool.needs_approval:\n', replace: '    if not tool.name:\n' }],
    },
    inspected: ['SEC-08'],
    observed: ['SEC-08'],
  },
  {
    id: 'orders-of-others',
    removes: 'A tool acts for the user of the session only.',
    edits: {
      typescript: [{ file: 'src/tools/find-order.ts', find: ' && one.customer === userId', replace: '' }],
      python: [{ file: 'support_agent/tools/find_order.py', find: ' and order["customer"] == user', replace: '' }],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'sessions-shared',
    removes: 'A conversation belongs to its user.',
    edits: {
      typescript: [{ file: 'src/history.ts', find: 'JSON.stringify([userId, sessionId])', replace: 'sessionId' }],
      python: [{ file: 'support_agent/history.py', find: 'return (user, session)', replace: 'return ("", session)' }],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'callers-not-asked',
    removes: 'Only callers with the token are answered.',
    edits: {
      typescript: [
        {
          file: 'src/server.ts',
          find: "  if (!isAuthorised(request, CALLERS)) return sendJson(response, 401, { error: 'Not allowed.' });\n",
          replace: '',
        },
      ],
      python: [
        {
          file: 'support_agent/server.py',
          find: '        elif not is_authorised(self, CALLERS):\n            self._send_json(401, {"error": "Not allowed."})\n',
          replace: '',
        },
      ],
    },
    inspected: [],
    observed: [],
  },
  {
    id: 'content-in-the-log',
    removes: 'A normal request leaves no content in the log.',
    edits: {
      typescript: [
        {
          file: 'src/chat.ts',
          find: '  const { used } = await admit(user);\n',
          replace: "  const { used } = await admit(user);\n  log.info({ question: message }, 'question');\n",
        },
      ],
      python: [
        {
          file: 'support_agent/chat.py',
          find: '    used = admit(request.user)\n',
          replace: '    used = admit(request.user)\n    log.info("question", extra={"question": request.message})\n',
        },
      ],
    },
    inspected: ['OBS-09', 'SEC-09'],
    observed: ['OBS-09', 'SEC-09'],
  },
  {
    id: 'errors-logged-unredacted',
    removes: 'Personal data is taken out of what is logged about a failure.',
    edits: {
      typescript: [
        {
          file: 'src/chat.ts',
          find: "const request = redact(JSON.stringify(body) ?? '').slice(0, 4000);",
          replace: 'const request = body;',
        },
      ],
      python: [
        { file: 'support_agent/chat.py', find: 'request = redact(json.dumps(body, ensure_ascii=False))[:4000]', replace: 'request = body' },
      ],
    },
    inspected: ['SEC-09'],
    observed: ['SEC-09'],
  },
];
