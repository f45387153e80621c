import {
  armOf,
  type CostFigure,
  costFinding,
  defineCheck,
  type Finding,
  fail,
  partial,
  pass,
  production,
  type Telemetry,
  unknown,
} from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/request-cost',
  code: 'OBS-04',
  title: 'The cost of every request is computed and recorded',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L12'],
  why: 'A monthly invoice does not say which user, feature or prompt made it. Without a price per request nobody knows what to repair.',
  fix: 'Multiply input, cached and output tokens by their own rates from one price table, and write the sum into the event that closes the request.',
  settles:
    'The log event or metric of a request with known model and token counts: the cost in it must agree with the price list to the cent.',
  traps: [
    'One price for all tokens is wrong whenever the mix changes, because output costs several times as much as input.',
    'A total that lives at module or class level adds all users together and belongs to no request.',
    'Cached input has a rate of its own, and a default rate for unknown models hides the model that is missing.',
    'The price may come from elsewhere: a price library, the cost that the provider reports, or a tracing service that computes it on its side.',
  ],

  needs: { facts: ['model-call', 'cost-figure', 'price-table', 'telemetry'] },

  notApplicable({ 'model-call': calls }) {
    const paid = production(calls).filter(call => call.provider !== 'local');
    return paid.length === 0 ? 'Only local models are called, and they have no price per token.' : undefined;
  },

  inspect({ 'model-call': calls, 'cost-figure': figures, 'price-table': tables, telemetry }) {
    const paid = production(calls).filter(call => call.provider !== 'local');
    const [first] = paid;
    if (first === undefined) return undefined;
    const found = [
      ...production(figures).map(ruleOnFigure),
      ...production(telemetry)
        .filter(one => one.sees.includes('cost'))
        .map(ruleOnTelemetry),
    ];
    const good = found.filter(({ status }) => status === 'pass');
    // What is computed once and well is not spoiled by a second figure elsewhere; a call whose usage is dropped is.
    if (good.length > 0) {
      const dropped = good.some(one => one.confidence === 'medium') ? [] : paid.filter(call => call.usage.how === 'none');
      return dropped.length === 0
        ? good
        : [
            ...good,
            partial(
              'The usage of some model calls is dropped, so their cost is in no figure',
              dropped.map(call => call.location),
              'medium',
            ),
          ];
    }
    if (found.length > 0) return found;
    const traced = paid.filter(call => call.usage.how === 'traced');
    if (traced.length > 0)
      return [
        partial(
          'Calls are handed to a tracer that may compute their cost, when it is configured',
          traced.map(call => call.location),
          'medium',
        ),
      ];
    const [table] = production(tables);
    if (table !== undefined)
      return [unknown(`Prices are there (${table.label}); no place that turns tokens into money with them was found`, [table.location])];
    return [
      fail(
        'No cost is computed: no tokens times prices, no price package, no sum that the provider reports, in the code that was read',
        [first.location],
        'medium',
      ),
    ];
  },

  observe: { 'plain-question': seen => costFinding(armOf(seen)) },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'prices.ts': "export const RATES = { 'gpt-5.6': { input: 2.5, cached: 0.25, output: 15 } };",
      },
      code: `import OpenAI from 'openai';
import pino from 'pino';
import { RATES } from './prices.ts'; // dollars per million tokens
const log = pino();
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const { prompt_tokens: input = 0, completion_tokens: output = 0, prompt_tokens_details: details } = usage ?? {};
  const cached = details?.cached_tokens ?? 0;
  const rate = RATES['gpt-5.6'];
  log.info({ costUsd: ((input - cached) * rate.input + cached * rate.cached + output * rate.output) / 1e6 }, 'request complete');
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const DOLLARS_PER_TOKEN = 0.000003;
let costUsd = 0;
const log = pino();
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  costUsd += (usage?.total_tokens ?? 0) * DOLLARS_PER_TOKEN;
  log.info({ costUsd }, 'request complete');
  return choices[0]?.message.content ?? '';
}`,
      shows: 'one price for input and output, and a total that belongs to no request',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "openai": "6.9.0", "@pydantic/genai-prices": "0.1.8", "pg": "8.16.3" } }',
        'cost.ts': `import { calcPrice } from '@pydantic/genai-prices';
export function dollars(model: string, usage: { prompt_tokens: number; completion_tokens: number }) {
  return calcPrice({ input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens }, model)?.total_price ?? 0;
}`,
      },
      code: `import OpenAI from 'openai';
import { Pool } from 'pg';
import { dollars } from './cost.ts';
const pool = new Pool();
const client = new OpenAI();
export async function reply(user: string, question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5', messages, max_completion_tokens: 800 });
  if (usage) {
    const cost = dollars('gpt-5', usage);
    await pool.query('insert into spend (usr, usd) values ($1, $2)', [user, cost]);
  }
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5', messages, max_completion_tokens: 800 });
  if (usage) console.log('cost', (usage.prompt_tokens * 1.25 + usage.completion_tokens * 10) / 1e6);
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the right sum, printed to a console that nobody keeps',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const price = { input: 1.25, output: 10 };
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5', messages, max_completion_tokens: 800 });
  log.info({ costUsd: (usage.prompt_tokens * price.input + usage.completion_tokens * price.input) / 1e6 }, 'request complete');
  return choices[0]?.message.content ?? '';
}`,
      shows: 'output has the price of input',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const WINDOW = 128_000;
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5', messages, max_completion_tokens: 800 });
  const used = (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0);
  return { text: choices[0]?.message.content ?? '', full: used / WINDOW };
}`,
      shows: 'tokens that are added up are not money',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import logging
from litellm import acompletion, completion_cost
logger = logging.getLogger(__name__)
async def reply(question: str) -> str:
    answer = await acompletion(model="gpt-5.6", max_tokens=800, messages=[{"role": "user", "content": question}])
    logger.info("model replied", extra={"usd": completion_cost(completion_response=answer)})
    return answer.choices[0].message.content`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    print(answer.usage.total_tokens)
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
const dollars = ({ prompt_tokens, completion_tokens }) => (prompt_tokens * 1.25 + completion_tokens * 10) / 1e6;
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  let cost = dollars(usage);
  cost = 0;
  log.info({ cost }, 'replied');
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the figure is replaced before it is logged',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import structlog
from openai import OpenAI
log = structlog.get_logger()
client = OpenAI()
def dollars(usage):
    return (usage.prompt_tokens * 1.25 + usage.completion_tokens * 10) / 1e6
def reply(question: str):
    messages = [{"role": "user", "content": question}]
    answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages)
    fields = {"cost": dollars(answer.usage)}
    fields["cost"] = 0
    log.info("replied", **fields)
    return answer.choices[0].message.content`,
      shows: 'Python: the figure is replaced before it is logged',
    },
  ],
});

function ruleOnFigure({ location, label, goes, blended, total }: CostFigure): Finding {
  const where = [location];
  if (blended && total === true) return fail(`${label}, in a total that all requests share: wrong for each of them`, where);
  if (blended) return partial(`${label}: output costs several times as much as input, so the sum is wrong whenever the mix changes`, where);
  if (total === true) return partial(`${label}, added to a total that all requests share`, where);
  if (goes === 'stored') return pass(`${label}, stored`, where);
  if (goes === 'logged') return pass(`${label}, logged`, where);
  if (goes === 'unknown') return unknown(`${label}; where it goes could not be followed`, where);
  const fate = goes === 'none' ? 'kept nowhere that was found' : goes === 'printed' ? 'only printed on the console' : 'only shown';
  return partial(`${label}, ${fate}`, where, goes === 'none' ? 'medium' : 'high');
}

/** A service that computes the cost on its side does so only for what reaches it. */
function ruleOnTelemetry({ location, label, reach, offUnless, exports }: Telemetry): Finding {
  if (offUnless !== undefined) return partial(`${label} computes the cost, but it is off unless ${offUnless}`, [location]);
  if (reach === 'unconnected' || exports === 'no') return partial(`${label} could compute the cost, but nothing reaches it`, [location]);
  if (reach === 'unknown' || exports === 'unknown')
    return unknown(`${label} computes the cost of what reaches it; whether the model calls do could not be read`, [location]);
  return pass(`${label} computes the cost of every call that it sees`, [location], 'medium');
}
