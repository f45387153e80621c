// Guards of packages and services in Python: which of them act, which only tell, and what they leave open.
import { expect, test, vi } from 'vitest';
import type { Guard } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { openShelf } from './support/lay-out.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000 });

const shelf = openShelf('guards-python');
const ASK = `from openai import OpenAI
client = OpenAI()
def ask(question):
    return client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}]).choices[0].message.content
`;

interface Expected {
  readonly against: Guard['against'];
  readonly side: Guard['sides'][number] | undefined;
  readonly label?: string;
  /** What is said of it; absent: nothing. */
  readonly flaw?: RegExp;
}

test.each<[string, string, Expected]>([
  [
    'an analyzer whose verdict is only told to a log',
    `${ASK}import logging
from presidio_analyzer import AnalyzerEngine
analyzer = AnalyzerEngine()
def reply(question):
    text = ask(question)
    if analyzer.analyze(text=text, language="en"):
        logging.warning("personal data in a reply")
    return text
`,
    { against: 'pii', side: 'output', flaw: /no branch stops/ },
  ],
  [
    'an analyzer that is told to look for some sorts only',
    `${ASK}from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()
KINDS = ["EMAIL_ADDRESS", "PERSON"]
def reply(question):
    text = ask(question)
    found = analyzer.analyze(text=text, entities=KINDS, language="en")
    return anonymizer.anonymize(text=text, analyzer_results=found).text
`,
    { against: 'pii', side: 'output', label: 'Presidio', flaw: /not told to look for phone numbers and card numbers/ },
  ],
  [
    'one that looks for all that must be known',
    `${ASK}from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()
KINDS = ["EMAIL_ADDRESS", "PERSON", "PHONE_NUMBER", "CREDIT_CARD", "US_SSN"]
def reply(question):
    text = ask(question)
    found = analyzer.analyze(text=text, entities=KINDS, language="en")
    return anonymizer.anonymize(text=text, analyzer_results=found).text
`,
    { against: 'pii', side: 'output', label: 'Presidio' },
  ],
  [
    'a scanner that is told to look for names only',
    `${ASK}from llm_guard import scan_output
from llm_guard.output_scanners import Sensitive
SC = [Sensitive(entity_types=["PERSON"], redact=True)]
def reply(question):
    clean, valid, score = scan_output(SC, question, ask(question))
    return clean
`,
    { against: 'pii', side: 'output', flaw: /not told to look for e-mail/ },
  ],
  [
    'a scanner whose verdict stops the reply',
    `${ASK}from llm_guard import scan_output
from llm_guard.output_scanners import Sensitive
SC = [Sensitive()]
def reply(question):
    text = ask(question)
    clean, valid, score = scan_output(SC, question, text)
    if not all(valid.values()):
        raise ValueError("personal data")
    return text
`,
    { against: 'pii', side: 'output' },
  ],
  [
    'a validator that gives way to the next one',
    `${ASK}from guardrails import Guard
from guardrails.hub import DetectPII, ValidLength
guard = Guard().use(DetectPII(pii_entities="pii", on_fail="fix")).use(ValidLength(max=2000, on_fail="fix"))
def reply(question):
    return guard.validate(ask(question)).validated_output
`,
    { against: 'pii', side: 'output', flaw: /another use\(\) takes its place/ },
  ],
  [
    'a validator for what is sent, asked about what is answered',
    `${ASK}from guardrails import Guard
from guardrails.hub import DetectPII
guard = Guard().use(DetectPII(pii_entities="pii", on_fail="fix"), on="messages")
def reply(question):
    return guard.validate(ask(question)).validated_output
`,
    { against: 'pii', side: 'output', flaw: /another use\(\)/ },
  ],
  [
    'validators that are used together',
    `${ASK}from guardrails import Guard
from guardrails.hub import DetectPII, ValidLength
guard = Guard().use_many(DetectPII(pii_entities="pii", on_fail="fix"), ValidLength(max=2000, on_fail="noop"))
def reply(question):
    return guard.validate(ask(question)).validated_output
`,
    { against: 'pii', side: 'output' },
  ],
  [
    'a validator that raises',
    `${ASK}from guardrails import Guard
from guardrails.hub import DetectPII
guard = Guard().use(DetectPII, pii_entities="pii", on_fail="exception")
def reply(question):
    text = ask(question)
    guard.validate(text)
    return text
`,
    { against: 'pii', side: 'output' },
  ],
  [
    'Lakera, whose verdict is only printed',
    `${ASK}import requests
def reply(question):
    r = requests.post("https://api.lakera.ai/v2/guard", json={"messages": [{"role": "user", "content": question}]}, timeout=5)
    if r.json()["flagged"]:
        print("attack")
    return ask(question)
`,
    { against: 'injection', side: 'input', flaw: /no branch stops/ },
  ],
  [
    'an asynchronous guard, with the action by its place, for addresses only',
    `from guardrails import AsyncGuard, OnFailAction
from guardrails.hub import DetectPII
from openai import AsyncOpenAI
client = AsyncOpenAI()
guard = AsyncGuard().use_many(DetectPII(["EMAIL_ADDRESS"], OnFailAction.FIX))
async def reply(question):
    answer = await client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    out = await guard.validate(answer.choices[0].message.content)
    return out.validated_output
`,
    { against: 'pii', side: 'output', flaw: /not told to look for phone/ },
  ],
  [
    'Lakera',
    `import os, requests
from openai import OpenAI
client = OpenAI()
def flagged(text):
    r = requests.post("https://api.lakera.ai/v2/guard", json={"messages": [{"role": "user", "content": text}]}, headers={"Authorization": f"Bearer {os.environ['LAKERA_GUARD_API_KEY']}"}, timeout=5)
    r.raise_for_status()
    return r.json()["flagged"]
def reply(question):
    if flagged(question):
        raise ValueError("no")
    answer = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content
`,
    { against: 'injection', side: 'input' },
  ],
  [
    'Azure Prompt Shields',
    `import os, httpx
from openai import OpenAI
client = OpenAI()
ENDPOINT = os.environ["CONTENT_SAFETY_ENDPOINT"]
def attack(text):
    r = httpx.post(f"{ENDPOINT}/contentsafety/text:shieldPrompt?api-version=2024-09-01", json={"userPrompt": text, "documents": []}, timeout=5)
    r.raise_for_status()
    return r.json()["userPromptAnalysis"]["attackDetected"]
def reply(question):
    if attack(question):
        raise ValueError("no")
    answer = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content
`,
    { against: 'injection', side: 'input' },
  ],
  [
    'the moderation of OpenAI, which looks for harm',
    `from openai import OpenAI
client = OpenAI()
def reply(question):
    verdict = client.moderations.create(model="omni-moderation-latest", input=question)
    if verdict.results[0].flagged:
        raise ValueError("no")
    answer = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content
`,
    { against: 'harm', side: 'input' },
  ],
  [
    'a guardrail of Bedrock in the call',
    `import boto3
client = boto3.client("bedrock-runtime")
def reply(question):
    answer = client.converse(modelId="anthropic.claude-3-5-sonnet-20240620-v1:0", messages=[{"role": "user", "content": [{"text": question}]}],
        guardrailConfig={"guardrailIdentifier": "abc", "guardrailVersion": "1"})
    return answer["output"]["message"]["content"][0]["text"]
`,
    { against: 'injection', side: 'input', flaw: /set up in AWS/ },
  ],
  [
    'the same for invoke_model',
    `import boto3, json
client = boto3.client("bedrock-runtime")
def reply(question):
    answer = client.invoke_model(modelId="anthropic.claude-3-5-sonnet-20240620-v1:0", body=json.dumps({"messages": [{"role": "user", "content": question}]}),
        guardrailIdentifier="abc", guardrailVersion="1")
    return json.loads(answer["body"].read())["content"][0]["text"]
`,
    { against: 'pii', side: 'output', flaw: /set up in AWS/ },
  ],
  [
    'the same on its own',
    `import boto3
from openai import OpenAI
bedrock = boto3.client("bedrock-runtime")
client = OpenAI()
def blocked(text, source):
    result = bedrock.apply_guardrail(guardrailIdentifier="abc", guardrailVersion="1", source=source, content=[{"text": {"text": text}}])
    return result["action"] == "GUARDRAIL_INTERVENED"
def reply(question):
    if blocked(question, "INPUT"):
        raise ValueError("no")
    answer = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content
`,
    { against: 'injection', side: 'input', flaw: /set up in AWS/ },
  ],
  [
    'what is hidden from the provider and shown again to the user',
    `from openai import OpenAI
from llm_guard.input_scanners import Anonymize
from llm_guard.output_scanners import Deanonymize
from llm_guard.vault import Vault
client = OpenAI()
vault = Vault()
hide = Anonymize(vault)
show = Deanonymize(vault)
def reply(question):
    clean, ok, score = hide.scan(question)
    answer = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": clean}])
    text, ok, score = show.scan(clean, answer.choices[0].message.content)
    return text
`,
    { against: 'pii', side: undefined },
  ],
])('%s', async (_name, code, { against, side, label, flaw }) => {
  const { facts } = await scan(shelf.layOut({ 'agent.py': code }), () => {});
  const found = facts.guard.filter(guard => guard.against === against && (label === undefined || guard.label === label));
  expect(found.map(guard => guard.sides)).toEqual([side === undefined ? [] : [side]]);
  const said = [found[0]?.failsOpen ?? '', ...(found[0]?.counterexamples ?? [])].join('');
  if (flaw === undefined) expect(said).toBe('');
  else expect(said).toMatch(flaw);
});

test('a detector that is asked after the pieces went out guards nothing', async () => {
  const code = `from presidio_analyzer import AnalyzerEngine
from openai import OpenAI
client = OpenAI()
analyzer = AnalyzerEngine()
def reply(question, emit):
    text = ""
    for chunk in client.chat.completions.create(model="gpt-5.6", stream=True, messages=[{"role": "user", "content": question}]):
        emit(chunk.choices[0].delta.content)
        text += chunk.choices[0].delta.content
    if analyzer.analyze(text=text, language="en"):
        raise ValueError("no")
    return text
`;
  const { facts } = await scan(shelf.layOut({ 'agent.py': code }), () => {});
  expect(facts.guard.map(guard => guard.sides)).toEqual([[]]);
});

test.each([
  ['is not what is answered', 'text', []],
  ['is what is answered as well', 'safe', ['output']],
])('a cleaned copy in a file %s', async (_name, answered, sides) => {
  const code = `from llm_guard.output_scanners import Sensitive
from fastapi import FastAPI
from openai import OpenAI
app = FastAPI()
client = OpenAI()
scanner = Sensitive(redact=True)
def redact(text):
    clean, valid, score = scanner.scan("", text)
    return clean
@app.post("/chat")
def reply(question: str):
    answer = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    text = answer.choices[0].message.content
    safe = redact(text)
    with open("kept.txt", "a") as file:
        file.write(safe)
    return {"text": ${answered}}
`;
  const { facts } = await scan(shelf.layOut({ 'agent.py': code }), () => {});
  expect(facts.guard.map(guard => guard.sides)).toEqual([sides]);
});
