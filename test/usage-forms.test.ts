// The forms in which real repositories record usage and write logs, each beside a twin that does not, which must not pass.
import { beforeAll, vi } from 'vitest';
import { forms } from './support/forms.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const { form, statusOf } = forms('usage-forms');

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await statusOf('OBS-03', { 'agent.py': 'import openai\n' })));

form(
  'a handler of LangChain',
  'OBS-03',
  {
    'handler.ts': `import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { LLMResult } from '@langchain/core/outputs';
import pino from 'pino';
const log = pino();
export class UsageHandler extends BaseCallbackHandler {
  name = 'usage';
  override async handleLLMEnd(output: LLMResult) {
    const usage = output.llmOutput?.tokenUsage;
    log.info({ input: usage?.promptTokens, output: usage?.completionTokens }, 'usage');
  }
}
`,
    'agent.ts': `import { ChatOpenAI } from '@langchain/openai';
import { UsageHandler } from './handler.ts';
const model = new ChatOpenAI({ model: 'gpt-5.6', maxTokens: 800, timeout: 20_000, callbacks: [new UsageHandler()] });
export const reply = async (q: string) => (await model.invoke(q)).content;
`,
  },
  [', callbacks: [new UsageHandler()]', ''],
  ['handleLLMEnd', 'handleOther'],
  ["log.info({ input: usage?.promptTokens, output: usage?.completionTokens }, 'usage')", "log.info('done')"],
);
form(
  'a handler of LangChain in Python',
  'OBS-03',
  {
    'agent.py': `from langchain_core.callbacks import BaseCallbackHandler
from langchain_openai import ChatOpenAI
from prometheus_client import Counter, start_http_server
TOKENS = Counter("llm_tokens_total", "Tokens", ["kind"])
class TokenCounter(BaseCallbackHandler):
    def on_llm_end(self, response, **kwargs):
        usage = (response.llm_output or {}).get("token_usage", {})
        TOKENS.labels(kind="input").inc(usage.get("prompt_tokens", 0))
        TOKENS.labels(kind="output").inc(usage.get("completion_tokens", 0))
start_http_server(9000)
model = ChatOpenAI(model="gpt-5.6", timeout=20, max_tokens=800, callbacks=[TokenCounter()])
def reply(question):
    return model.invoke(question).content
`,
  },
  [', callbacks=[TokenCounter()]', ''],
  ['on_llm_end', 'on_tool_end'],
);
form(
  'an object that counts while it is open',
  'OBS-03',
  {
    'agent.py': `import logging
from langchain_community.callbacks import get_openai_callback
from langchain_openai import ChatOpenAI
log = logging.getLogger(__name__)
model = ChatOpenAI(model="gpt-5.6", timeout=20, max_tokens=800)
def reply(question):
    with get_openai_callback() as counted:
        text = model.invoke(question).content
    log.info("tokens=%d", counted.total_tokens)
    return text
`,
  },
  ['log.info("tokens=%d", counted.total_tokens)', 'log.info("done")'],
);
form(
  'a handler that keeps what it is told',
  'OBS-03',
  {
    'agent.py': `import structlog
from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_openai import ChatOpenAI
log = structlog.get_logger()
model = ChatOpenAI(model="gpt-5.6", timeout=20, max_tokens=800)
def reply(question):
    kept = UsageMetadataCallbackHandler()
    text = model.invoke(question, config={"callbacks": [kept]}).content
    log.info("usage", **kept.usage_metadata)
    return text
`,
  },
  ['"callbacks": [kept]', '"callbacks": []'],
  [', **kept.usage_metadata', ''],
);

const AGENT = `import OpenAI from 'openai';
import { log } from './log.ts';
const client = new OpenAI();
export async function reply(content: string, requestId: string) {
  const answer = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages: [{ role: 'user', content }] });
  log.info('answered', { requestId, tokens: answer.usage?.total_tokens });
  return answer.choices[0]?.message.content ?? '';
}
`;
form(
  'levels that hand on to one function',
  'OBS-01',
  {
    'log.ts': `type Fields = Record<string, unknown>;
function emit(level: string, message: string, fields: Fields = {}) {
  process.stdout.write(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }) + '\\n');
}
export const log = {
  info: (message: string, fields?: Fields) => emit('info', message, fields),
  error: (message: string, fields?: Fields) => emit('error', message, fields),
};
`,
    'agent.ts': AGENT,
  },
  ['JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })', 'message'],
  ["emit('info', message, fields)", '{}'],
);
form(
  'a class whose levels hand on to one method',
  'OBS-01',
  {
    'log.ts': `type Fields = Record<string, unknown>;
class Logger {
  private write(level: string, message: string, fields: Fields = {}): void {
    process.stdout.write(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }) + '\\n');
  }
  info(message: string, fields?: Fields): void {
    this.write('info', message, fields);
  }
  error(message: string, fields?: Fields): void {
    this.write('error', message, fields);
  }
}
export const log = new Logger();
`,
    'agent.ts': AGENT,
  },
  ['JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })', 'message'],
);
