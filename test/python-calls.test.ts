// What is read of calls in Python, end to end: protections that look as if they were there, and those that are.
import { beforeAll } from 'vitest';
import { scan } from '../src/scan.ts';
import { layOut, table } from './support/calls.ts';

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await scan(layOut({ 'a.py': 'import openai\n' }), () => {})), 60_000);

const OPENAI = 'import openai\nfrom openai import OpenAI\nclient = OpenAI(max_retries=0)\n';
const CALL = 'client.chat.completions.create(model="gpt-4o", messages=[])';
const ANTHROPIC = 'import anthropic\nclient = anthropic.Anthropic(max_retries=0)\n';
const MESSAGE = 'client.messages.create(model="claude-sonnet-5", max_tokens=10, messages=[])';
const py = (text: string) => ({ 'agent.py': text });
const tenacity = (options: string, head = OPENAI, call = CALL) =>
  py(`import tenacity, requests, httpx, google.api_core.exceptions
from tenacity import retry, stop_after_attempt, wait_exponential, retry_if_exception_type
${head}@retry(${options})
def ask():
    return ${call}
`);
const STOP = 'stop=stop_after_attempt(4)';

table('retries by a library', [
  { name: 'the options of a decorator are read', files: tenacity(STOP), calls: [{ retries: 'wrapper 3' }] },
  { name: 'one attempt is none', files: tenacity('stop=stop_after_attempt(1)'), calls: [{ retries: 'no option 0' }] },
  { name: 'without an end', files: tenacity('stop=tenacity.stop_never'), calls: [{ retries: 'wrapper Infinity' }] },
  {
    name: 'errors of another carrier never arrive',
    files: tenacity(`${STOP}, retry=retry_if_exception_type(requests.exceptions.RequestException)`),
    calls: [{ retries: 'no wrapper 3' }],
  },
  {
    name: 'errors of the carrier below arrive only from the middle of a stream',
    files: tenacity(`${STOP}, retry=retry_if_exception_type((httpx.TimeoutException, ConnectionError))`),
    calls: [{ retries: 'perhaps wrapper 3' }],
  },
  {
    name: 'errors of the client itself',
    files: tenacity(`${STOP}, retry=retry_if_exception_type((openai.RateLimitError, ValueError))`),
    calls: [{ retries: 'wrapper 3' }],
  },
  {
    name: 'errors of another client',
    files: tenacity(`${STOP}, retry=retry_if_exception_type(openai.RateLimitError)`, `import openai\n${ANTHROPIC}`, MESSAGE),
    calls: [{ retries: 'no wrapper 3' }],
  },
  {
    name: 'the old errors of Google do not come from its new client',
    files: tenacity(
      `${STOP}, retry=retry_if_exception_type(google.api_core.exceptions.ResourceExhausted)`,
      'from google import genai\nclient = genai.Client()\n',
      'client.models.generate_content(model="gemini-3-pro", contents="x")',
    ),
    calls: [{ retries: 'no wrapper 3' }],
  },
  {
    name: 'a look at results is none at errors',
    files: tenacity(`${STOP}, retry=tenacity.retry_if_result(lambda r: r is None)`),
    calls: [{ retries: 'no wrapper 3' }],
  },
  {
    name: 'everything but every error',
    files: tenacity(`${STOP}, retry=tenacity.retry_if_not_exception_type(Exception)`),
    calls: [{ retries: 'no wrapper 3' }],
  },
  {
    name: 'a class of the repository may be any',
    files: tenacity(`${STOP}, retry=retry_if_exception_type(Busy)`, `${OPENAI}class Busy(Exception): pass\n`),
    calls: [{ retries: 'perhaps wrapper 3' }],
  },
  {
    name: 'a loop over the attempts of a library is no loop over data',
    files: py(`from tenacity import AsyncRetrying, stop_after_attempt
${OPENAI}async def ask():
    async for attempt in AsyncRetrying(stop=stop_after_attempt(4)):
        with attempt:
            return ${CALL}
`),
    calls: [{ retries: 'wrapper 3', loop: 'bounded 4' }],
  },
  {
    name: 'backoff on an error that the client does not raise',
    files: py(`import backoff\n${OPENAI}@backoff.on_exception(backoff.expo, ValueError, max_tries=5)\ndef ask():\n    return ${CALL}\n`),
    calls: [{ retries: 'no wrapper 4' }],
  },
  {
    name: 'a loop of its own that waits for an error of another carrier',
    files: py(`import time, requests
${OPENAI}def ask():
    for attempt in range(3):
        try:
            return ${CALL}
        except requests.exceptions.RequestException:
            time.sleep(2 ** attempt)
`),
    calls: [{ retries: 'no wrapper 2' }],
  },
  {
    name: 'a loop of its own that waits for the right error',
    files: py(`import time
${OPENAI}def ask():
    for attempt in range(3):
        try:
            return ${CALL}
        except (openai.RateLimitError, openai.APITimeoutError):
            time.sleep(2 ** attempt)
`),
    calls: [{ retries: 'wrapper 2' }],
  },
]);

const usage = (lines: string) =>
  py(`import logging
from openai import OpenAI
client = OpenAI()
logger = logging.getLogger(__name__)
DEBUG = False
def ask():
    r = ${CALL}
${lines}
    return r.choices[0].message.content
`);

table('tokens', [
  { name: 'logged', files: usage('    logger.info("tokens %s", r.usage.total_tokens)'), calls: [{ usage: 'logged' }] },
  {
    name: 'in debug lines that production leaves out',
    files: usage('    logger.debug("tokens %s", r.usage.total_tokens)'),
    calls: [{ usage: 'shown' }],
  },
  {
    name: 'in debug lines that are switched on',
    files: usage('    logging.basicConfig(level=logging.DEBUG)\n    logger.debug("tokens %s", r.usage.total_tokens)'),
    calls: [{ usage: 'logged' }],
  },
  {
    name: 'in an answer that is a dictionary',
    files: py(`import boto3, logging
log = logging.getLogger(__name__)
client = boto3.client("bedrock-runtime")
def ask():
    out = client.converse(modelId="x", messages=[])
    log.info("tokens %s", out["usage"]["inputTokens"])
    return out["output"]
`),
    calls: [{ usage: 'logged' }],
  },
  {
    name: 'in a dictionary that is made of the answer',
    files: usage('    d = r.model_dump()\n    logger.info("tokens", extra={"n": d["usage"].get("total_tokens", 0)})'),
    calls: [{ usage: 'logged' }],
  },
  {
    name: 'by way of getattr',
    files: usage(
      '    u = getattr(r, "usage", None)\n    if u is not None:\n        logger.info("tokens", extra={"input": u.prompt_tokens})',
    ),
    calls: [{ usage: 'logged' }],
  },
  {
    name: 'behind a constant that is false',
    files: usage('    if DEBUG:\n        logger.info("tokens %s", r.usage.total_tokens)'),
    calls: [{ usage: 'none' }],
  },
]);

table('what is printed in colours', [
  {
    name: 'a console of rich is a console',
    files: py(
      `${OPENAI}from rich.console import Console\nconsole = Console()\ndef ask():\n    reply = ${CALL}\n    console.print(f"[bold]{reply.usage.total_tokens} tokens[/bold]", style="green")\n    return reply\nask()\n`,
    ),
    calls: [{ usage: 'printed' }],
  },
  {
    name: 'so is what click echoes',
    files: py(
      `${OPENAI}import click\ndef ask():\n    reply = ${CALL}\n    click.echo(f"{reply.usage.total_tokens} tokens", err=True)\n    return reply\nask()\n`,
    ),
    calls: [{ usage: 'printed' }],
  },
  {
    name: 'a method of the same name of something else is not',
    files: py(
      `${OPENAI}from shop import Receipt\nreceipt = Receipt()\ndef ask():\n    reply = ${CALL}\n    receipt.print(reply.choices)\n    return reply\nask()\n`,
    ),
    calls: [{ usage: 'none' }],
  },
]);

table('a model that is named by a variable of the environment', [
  {
    name: 'has no options of its own',
    files: py(
      `import os\nfrom pydantic_ai import Agent\nagent = Agent(os.environ["MODEL"] if "MODEL" in os.environ else "openai:gpt-5")\nagent.run_sync("hi")\n`,
    ),
    calls: [{ timeout: false, cap: false }],
  },
]);

table('names', [
  {
    name: 'a class whose name is capitals alone',
    files: py(
      `${ANTHROPIC}class LLM:\n    def ask(self):\n        return ${MESSAGE}\ndef main():\n    try:\n        return LLM().ask()\n    except Exception:\n        return 'Sorry, try again later.'\nmain()\n`,
    ),
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'an error that is swallowed beside others that go on',
    files: py(`${OPENAI}def ask():\n    try:\n        return ${CALL}\n    except openai.RateLimitError:\n        pass\nask()\n`),
    calls: [{ fails: 'partial: escapes, swallowed' }],
  },
  {
    name: 'a module of a package that is named like an SDK is no SDK, and hides none',
    files: {
      'llm/__init__.py': '',
      'llm/anthropic.py': 'import httpx\nclass Client: pass\n',
      'llm/factory.py': `${ANTHROPIC}def ask():\n    return ${MESSAGE}\n`,
    },
    calls: [{ at: 'llm/factory.py:4' }],
  },
  {
    name: 'a client that a class method puts into its own class',
    files: {
      'provider.py': `from openai import OpenAI\nclass Provider:\n    def __init__(self, llm):\n        self.llm = llm\n    @classmethod\n    def of(cls, name):\n        if name == "openai":\n            llm = OpenAI(max_retries=1)\n        return cls(llm)\n    def ask(self):\n        return self.llm.chat.completions.create(model="gpt-4o", messages=[])\n`,
      'main.py': `from provider import Provider\ndef main(name):\n    return Provider.of(name).llm.chat.completions.create(model="gpt-4o", messages=[])\n`,
    },
    calls: [
      { at: 'main.py:3', retries: 'option 1' },
      { at: 'provider.py:11', retries: 'option 1' },
    ],
  },
  {
    name: 'functions whose names are words of JavaScript, called from other files',
    files: {
      'kit/__init__.py': 'from .jobs import process\n',
      'kit/jobs.py': `${OPENAI}def process(x):\n    return ${CALL}\ndef delete(x):\n    return ${CALL}\n`,
      'main.py': `import kit.jobs as jobs\nfrom kit import process\ndef one(x):\n    try:\n        return process(x)\n    except Exception:\n        return "Sorry, try again later."\ndef two(x):\n    try:\n        return jobs.delete(x)\n    except Exception:\n        return "Sorry, try again later."\none(1)\ntwo(2)\n`,
    },
    calls: [{ fails: 'yes: reply' }, { fails: 'yes: reply' }],
  },
  {
    name: 'a package in a layer of AWS Lambda, and one that another project of the repository installs',
    files: {
      'functions/layer/python/shared/models.py': `def ask(client):\n    return client.invoke_model(body="{}", modelId="m")\n`,
      'functions/chat/index.py': `import boto3\nfrom shared import models\nclient = boto3.client("bedrock-runtime")\ndef handler(event, context):\n    return models.ask(client)\n`,
      'libs/kit/pyproject.toml': '[project]\nname = "kit"\n',
      'libs/kit/src/kit/ask.py': `def ask(client):\n    return client.chat.completions.create(model="gpt-4o", messages=[])\n`,
      'apps/web/main.py': `from openai import OpenAI\nfrom kit.ask import ask\nask(OpenAI())\n`,
    },
    calls: [{ at: 'functions/layer/python/shared/models.py:2' }, { at: 'libs/kit/src/kit/ask.py:2' }],
  },
  {
    name: 'a module in the folder of another project is not one of the standard library',
    files: {
      'libs/kit/pyproject.toml': '[project]\nname = "kit"\n',
      'libs/kit/queue.py': `from openai import OpenAI\nclient = OpenAI()\nclass Queue:\n    def put(self, x):\n        return client.chat.completions.create(model="gpt-4o", messages=[])\n`,
      'apps/web/main.py': `import queue\nfrom openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])\nqueue.Queue().put(1)\n`,
    },
    calls: [{ at: 'apps/web/main.py:3' }, { at: 'libs/kit/queue.py:5' }],
  },
  {
    name: 'thousands of loops in one comprehension cost only their own file, or nothing',
    files: {
      'agent.py': `${OPENAI}def ask():\n    return ${CALL}\n`,
      'bad.py': `import openai\nx = [y ${'for y in z '.repeat(3000)}]\n`,
    },
    calls: [{ at: 'agent.py:5' }],
  },
]);

const loop = (head: string) =>
  py(`import itertools
from openai import OpenAI
client = OpenAI()
def ask(messages):
    ${head}
        r = client.chat.completions.create(model="gpt-4o", messages=messages)
        messages.append(r)
        if not r.choices[0].message.tool_calls:
            return r
`);

table('loops', [
  { name: 'itertools.cycle', files: loop('for _ in itertools.cycle([1]):'), calls: [{ loop: 'unbounded' }] },
  { name: 'itertools.repeat', files: loop('for _ in itertools.repeat(None):'), calls: [{ loop: 'unbounded' }] },
  { name: 'itertools.repeat with a number', files: loop('for _ in itertools.repeat(None, 5):'), calls: [{ loop: 'bounded data' }] },
  { name: 'iter with a word to stop', files: loop('for _ in iter(int, 1):'), calls: [{ loop: 'unknown' }] },
  {
    name: 'a cycle that a counter leaves',
    files: loop('for i in itertools.count():\n        if i >= 5: break'),
    calls: [{ loop: 'bounded 5' }],
  },
]);

const options = (lines: string) =>
  py(`from openai import OpenAI
client = OpenAI()
def ask():
    opts = {"max_tokens": 10}
${lines}
    return client.chat.completions.create(model="gpt-4o", messages=[], **opts)
`);

table('options that are taken out again', [
  { name: 'kept', files: options(''), calls: [{ cap: 10 }] },
  { name: 'del', files: options('    del opts["max_tokens"]'), calls: [{ cap: null }] },
  { name: 'pop', files: options('    opts.pop("max_tokens", None)'), calls: [{ cap: null }] },
  { name: 'del of another', files: options('    del opts["top_p"]'), calls: [{ cap: 10 }] },
  { name: 'an update with another number', files: options('    opts.update({"max_tokens": 20})'), calls: [{ cap: 20 }] },
  { name: 'an update by keywords', files: options('    opts.update(max_tokens=20, top_p=1)'), calls: [{ cap: 20 }] },
  { name: 'an update that takes it away', files: options('    opts.update(max_tokens=None)'), calls: [{ cap: false }] },
  { name: 'an update on some ways', files: options('    if opts:\n        opts.update(max_tokens=None)'), calls: [{ cap: null }] },
  { name: 'an update of something else', files: options('    opts.update(top_p=1)'), calls: [{ cap: 10 }] },
]);

const send = (code: string, imports = 'import os, requests'): { 'agent.py': string } =>
  py(`${imports}\nBASE = os.getenv("BASE_URL", "https://api.openai.com/v1").rstrip("/")\n${code}\n`);
const BODY = 'json={"model": "m", "max_tokens": 70, "messages": []}';

table('requests without an SDK', [
  {
    name: 'a base and a path',
    files: send(`requests.post(BASE + "/chat/completions", ${BODY})`),
    calls: [{ provider: 'openai', cap: 70 }],
  },
  {
    name: 'a place in a text',
    files: send(`requests.post("%s/chat/completions" % BASE, ${BODY})`),
    calls: [{ provider: 'openai', cap: 70 }],
  },
  { name: 'format()', files: send(`requests.post("{}/chat/completions".format(BASE), ${BODY})`), calls: [{ provider: 'openai', cap: 70 }] },
  {
    name: 'urljoin()',
    files: send(
      `requests.post(urljoin("http://localhost:11434", "/api/chat"), ${BODY})`,
      'import os, requests\nfrom urllib.parse import urljoin',
    ),
    calls: [{ provider: 'local' }],
  },
  {
    name: 'the method first',
    files: send(`requests.request("POST", BASE + "/chat/completions", ${BODY}, timeout=9)`),
    calls: [{ provider: 'openai', cap: 70, timeout: 9000 }],
  },
  {
    name: 'the method and the address by name',
    files: send(`requests.request(method="POST", url=BASE + "/chat/completions", ${BODY})`),
    calls: [{ provider: 'openai', cap: 70 }],
  },
  {
    name: 'a stream of a client',
    files: send(
      `async def ask():\n    async with httpx.AsyncClient() as http:\n        async with http.stream("POST", BASE + "/chat/completions", ${BODY}) as answer:\n            return answer`,
      'import os, httpx',
    ),
    calls: [{ provider: 'openai', cap: 70 }],
  },
  { name: 'a method that only reads', files: send(`requests.request("GET", BASE + "/chat/completions")`), calls: [] },
  { name: 'a text of other places', files: send(`requests.post("%(base)s/chat/completions" % {"base": BASE}, ${BODY})`), calls: [] },
]);

const handed = (code: string): { 'agent.py': string } =>
  py(
    `import asyncio\nfrom functools import partial\nfrom concurrent.futures import ThreadPoolExecutor\nfrom openai import OpenAI\nclient = OpenAI(timeout=9)\npool = ThreadPoolExecutor()\n${code}\n`,
  );
const GIVEN = 'client.chat.completions.create, model="gpt-5", max_tokens=70, messages=[]';
const CAPPED = [{ cap: 70, timeout: 9000 }];

table('a request that is handed to another thread', [
  { name: 'to_thread()', files: handed(`async def ask():\n    return await asyncio.to_thread(${GIVEN})`), calls: CAPPED },
  { name: 'a pool', files: handed(`def ask():\n    return pool.submit(${GIVEN}).result()`), calls: CAPPED },
  {
    name: 'partial()',
    files: handed(
      `async def ask():\n    loop = asyncio.get_running_loop()\n    return await loop.run_in_executor(None, partial(${GIVEN}))`,
    ),
    calls: CAPPED,
  },
  {
    name: 'partial() that is called later',
    files: handed(`ask = partial(${GIVEN.replace(', messages=[]', '')})\ndef run():\n    return ask(messages=[])`),
    calls: CAPPED,
  },
]);

const pair = (taken: string): { 'agent.py': string } =>
  py(
    `from openai import OpenAI\n_client = None\ndef get():\n    global _client\n    if _client is None:\n        _client = OpenAI(timeout=9)\n    return _client, {"max": 70}\ndef ask(settings=None):\n    ${taken}\n    return client.chat.completions.create(model="gpt-5", max_tokens=settings["max"], messages=[])\n`,
  );

table('a client that comes with other things', [
  { name: 'into new names', files: pair('client, _ = get()'), calls: [{ timeout: 9000 }] },
  {
    name: 'into a new name and a parameter',
    files: pair('if settings is None:\n        client, settings = get()'),
    calls: [{ timeout: 9000 }],
  },
  { name: 'in another order', files: pair('if settings is None:\n        settings, client = get()'), calls: [] },
]);
