// Tokens that are recorded in some requests only, or by a logger that leaves the line out. Beside each stands a twin that records them all.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('usage-twins', 'OBS-03', {
  'package.json': '{ "dependencies": { "openai": "6.49.0", "pino": "9.0.0" } }',
  'requirements.txt': 'openai==1.99.0\nstructlog==25.1.0\n',
});

const ts = (record: string, options = ''): Files => ({
  'agent.ts': `import OpenAI from 'openai';
import pino from 'pino';
const client = new OpenAI();
const log = pino(${options});
export async function reply(messages: any[]) {
  const answer = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  ${record}
  return answer.choices[0]?.message.content;
}
`,
});
const LINE = "log.info({ usage: answer.usage }, 'answered');";
const py = (record: string): Files => ({
  'agent.py': `import os
import random
import structlog
from openai import OpenAI
client = OpenAI()
log = structlog.get_logger()


def reply(messages):
    answer = client.chat.completions.create(model="gpt-5.6", messages=messages, max_completion_tokens=800)
${record.replace(/^/gm, '    ')}
    return answer.choices[0].message.content
`,
});
const LINE_PYTHON = 'log.info("answered", tokens=answer.usage.total_tokens)';

twins(
  'recorded',
  'OBS-03',
  {
    always: ts(LINE),
    'where there are any': ts(`if (answer.usage) ${LINE}`),
    'where the key is set that the model needs': {
      'agent.ts': (ts(LINE)['agent.ts'] ?? '').replace(
        '  const answer',
        "  if (!process.env.OPENAI_API_KEY) return 'Not set up';\n  const answer",
      ),
    },
    'where a setting lets the model be asked': {
      'agent.ts': (ts(LINE)['agent.ts'] ?? '')
        .replace('  const answer', '  if (process.env.ASSISTANT) {\n  const answer')
        .replace('?.message.content;', '?.message.content; }'),
    },
    'at a level of its own': ts(LINE, "{ level: 'info' }"),
    'at a level that a setting chooses': ts(LINE, "{ level: process.env.LOG_LEVEL ?? 'info' }"),
    'always (Python)': py(LINE_PYTHON),
  },
  {
    'where a setting says so': ts(`if (process.env.TRACE) ${LINE}`),
    'behind a return that a setting decides': ts(`if (!process.env.TRACE) return answer.choices[0]?.message.content;\n  ${LINE}`),
    'by chance': ts(`if (Math.random() < 0.01) ${LINE}`),
    'behind a return': ts(`return answer.choices[0]?.message.content;\n  ${LINE}`),
    'by a logger that is silent': ts(LINE, "{ level: 'silent' }"),
    'by a logger for errors': ts(LINE, "{ level: 'error' }"),
    'by a logger that is off': ts(LINE, '{ enabled: false }'),
    'where a setting says so (Python)': py(`if os.getenv("TRACE"):\n    ${LINE_PYTHON}`),
    'by chance (Python)': py(`if random.random() < 0.01:\n    ${LINE_PYTHON}`),
  },
);
