// Patterns that a class keeps, in the forms of real repositories: they are found, and the twin without them has none.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Files, forms } from './support/forms.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const { statusOf } = forms('guards-forms');

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await statusOf('SEC-01', { 'agent.py': 'import openai\n' })));

/** Few patterns are partial, and none are a fail. */
function found(what: string, code: string, files: Files, text: string, other: string): void {
  describe(`${code}: ${what}`, () => {
    test('is found', async () => expect(await statusOf(code, files)).toBe('partial'));
    test('not without it', async () => {
      expect(Object.values(files).some(file => file.includes(text))).toBe(true);
      const twin = Object.fromEntries(Object.entries(files).map(([path, file]) => [path, file.replace(text, other)]));
      expect(await statusOf(code, twin)).toBe('fail');
    });
  });
}

const MAIL = String.raw`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`;
const SSN = String.raw`\b\d{3}-\d{2}-\d{4}\b`;

const ts = (redactor: string): Files => ({
  'redactor.ts': redactor,
  'agent.ts': `import OpenAI from 'openai';
import { Redactor } from './redactor.ts';
const client = new OpenAI();
const redactor = new Redactor();
export async function reply(content: string) {
  const answer = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages: [{ role: 'user', content }] });
  return redactor.apply(answer.choices[0]?.message.content ?? '');
}
`,
});
const LOOP = `  apply(text: string): string {
    let out = text;
    for (const rule of this.rules) out = out.replace(rule.pattern, rule.by);
    return out;
  }
}
`;
found(
  'rules that a constructor takes, or else the usual ones',
  'SEC-01',
  ts(`const RULES = [{ pattern: /${MAIL}/g, by: '[mail]' }, { pattern: /${SSN}/g, by: '[id]' }];
export class Redactor {
  constructor(private readonly rules = RULES) {}
${LOOP}`),
  'rules = RULES',
  'rules: { pattern: RegExp; by: string }[] = []',
);
found(
  'rules that a constructor sets',
  'SEC-01',
  ts(`interface Rule { pattern: RegExp; by: string }
export class Redactor {
  private readonly rules: Rule[];
  constructor(rules?: Rule[]) {
    this.rules = rules ?? [{ pattern: /${MAIL}/g, by: '[mail]' }, { pattern: /${SSN}/g, by: '[id]' }];
  }
${LOOP}`),
  'this.rules = rules ?? [',
  'this.rules = rules ?? []; const other = [',
);

const py = (redactor: string): Files => ({
  'redactor.py': redactor,
  'agent.py': `from anthropic import Anthropic
from redactor import Redactor
client = Anthropic(timeout=20)
redactor = Redactor()
def reply(question):
    answer = client.messages.create(model="claude-sonnet-4-5", max_tokens=800, messages=[{"role": "user", "content": question}])
    return redactor.redact(answer.content[0].text)
`,
});
found(
  'patterns of an object',
  'SEC-01',
  py(`import re
class Redactor:
    def __init__(self):
        self.patterns = {"mail": re.compile(r"${MAIL}"), "id": re.compile(r"${SSN}")}
    def redact(self, text):
        for name, pattern in self.patterns.items():
            text = pattern.sub(f"[{name}]", text)
        return text
`),
  'pattern.sub(f"[{name}]", text)',
  'pattern.sub(r"\\g<0>", text)',
);
found(
  'records of a dataclass',
  'SEC-01',
  py(`import re
from dataclasses import dataclass
@dataclass(frozen=True)
class Rule:
    name: str
    pattern: re.Pattern
RULES = [Rule("mail", re.compile(r"${MAIL}")), Rule("id", re.compile(r"${SSN}"))]
class Redactor:
    def __init__(self, rules=None):
        self.rules = rules or RULES
    def redact(self, text):
        for rule in self.rules:
            text = rule.pattern.sub(f"[{rule.name}]", text)
        return text
`),
  'rules or RULES',
  'rules or []',
);
found(
  'patterns of an object that answers',
  'SEC-02',
  {
    'agent.py': `import re
from fastapi import FastAPI, HTTPException
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI(timeout=20)
class Guard:
    def __init__(self):
        self.patterns = [re.compile(r"ignore (all |any )?(previous|prior|above) instructions", re.I), re.compile(r"reveal (your|the) (system )?prompt", re.I)]
    def is_safe(self, text):
        return not any(pattern.search(text) for pattern in self.patterns)
guard = Guard()
@app.post("/chat")
async def chat(message: str):
    if not guard.is_safe(message):
        raise HTTPException(400, "refused")
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": message}]
    )
    return {"reply": answer.choices[0].message.content}
`,
  },
  'self.patterns = [',
  'self.patterns = []; self.other = [',
);

const logged = (logger: string, line: string): Files => ({
  'logger.ts': logger,
  'agent.ts': `import OpenAI from 'openai';
import { logger } from './logger.ts';
const client = new OpenAI();
export async function reply(content: string, userId: string) {
  ${line}
  const answer = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages: [{ role: 'user', content }] });
  return answer.choices[0]?.message.content ?? '';
}
`,
});
const WINSTON = logged(
  `import winston from 'winston';
const PATTERNS: [RegExp, string][] = [[/${MAIL}/g, '[mail]'], [/${SSN}/g, '[id]']];
const scrub = winston.format(info => {
  for (const key of Object.keys(info)) {
    const value = info[key];
    if (typeof value === 'string') info[key] = PATTERNS.reduce((text, [pattern, by]) => text.replace(pattern, by), value);
  }
  return info;
});
export const logger = winston.createLogger({
  format: winston.format.combine(scrub(), winston.format.json()),
  transports: [new winston.transports.Console()],
});
`,
  "logger.info('question', { userId, content });",
);
const PINO = logged(
  `import pino from 'pino';
const scrub = (text: string) => text.replace(/${MAIL}/g, '[mail]').replace(/${SSN}/g, '[id]');
export const logger = pino({
  hooks: {
    logMethod(args, method) {
      method.apply(this, args.map(arg => (typeof arg === 'string' ? scrub(arg) : arg)) as [string]);
    },
  },
});
`,
  "logger.info('question of ' + userId + ': ' + content);",
);
found('a format of winston', 'SEC-09', WINSTON, 'text.replace(pattern, by)', 'text');
found('a hook of pino', 'SEC-09', PINO, 'scrub(arg)', 'arg');
describe('SEC-09: a format that no logger has', () => {
  test('is said to be in no logger', async () => {
    const files = Object.fromEntries(Object.entries(WINSTON).map(([path, file]) => [path, file.replace('scrub(), ', '')]));
    expect(await statusOf('SEC-09', files)).not.toBe('pass');
  });
});
