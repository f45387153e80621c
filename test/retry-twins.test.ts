// Retries that are written and never made, or made without a pause. Beside each stands a twin that does try again.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('retry-twins', 'ERR-01', {
  'package.json': '{ "dependencies": { "openai": "6.49.0", "p-retry": "7.0.0" } }',
  'requirements.txt': 'openai==1.99.0\ntenacity==9.0.0\n',
});

const HEAD = `import OpenAI from 'openai';
import pRetry, { AbortError } from 'p-retry';
const client = new OpenAI({ maxRetries: 0 });
const sleep = (ms: number) => new Promise(done => setTimeout(done, ms));
`;
const ASKED = "client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 })";
const loop = (wait: string): Files => ({
  'agent.ts': `${HEAD}export async function reply(messages: any[]) {
  for (let i = 0; i < 3; i++) {
    try { return await ${ASKED}; } catch (error: any) { if (error.status !== 429 || i === 2) throw error; ${wait} }
  }
}
`,
});
const library = (inner: string, options: string): Files => ({
  'agent.ts': `${HEAD}export const reply = (messages: any[]) => pRetry(async () => { ${inner} }, { retries: 3${options} });\n`,
});
const tenacity = (body: string): Files => ({
  'agent.py': `import openai
from openai import OpenAI
from tenacity import retry, stop_after_attempt, wait_exponential
client = OpenAI(max_retries=0)


@retry(stop=stop_after_attempt(3), wait=wait_exponential())
def reply(messages):
    try:
        return client.chat.completions.create(model="gpt-5.6", messages=messages, max_completion_tokens=800)
    except openai.OpenAIError as error:
${body}
`,
});

twins(
  'tried again',
  'ERR-01',
  {
    'a pause': loop('await new Promise(done => setTimeout(done, 1000 * 2 ** i));'),
    'a pause of a helper': loop('await sleep(1000 * 2 ** i);'),
    'what some errors stop': library(
      `try { return await ${ASKED}; } catch (e: any) { if (e.status === 401) throw new AbortError(e); throw e; }`,
      '',
    ),
    'raised again (Python)': tenacity('        print(error)\n        raise'),
  },
  {
    'a pause that nobody awaits': loop('new Promise(done => setTimeout(done, 1000 * 2 ** i));'),
    'a pause of a helper that nobody awaits': loop('sleep(1000 * 2 ** i);'),
    'what every error stops': library(`try { return await ${ASKED}; } catch (e: any) { console.error(e); throw new AbortError(e); }`, ''),
    'a condition that says no': library(`return await ${ASKED};`, ', shouldRetry: () => false'),
    'swallowed (Python)': tenacity('        return None'),
  },
);
