// Calls on a client that is kept somewhere between two requests, or handed over by code that cannot be followed. And calls of others
// that look the same.
import { beforeAll } from 'vitest';
import { scan } from '../src/scan.ts';
import { layOut, table } from './support/calls.ts';

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await scan(layOut({ 'a.py': 'import openai\n' }), () => {})), 60_000);

const ASK = 'chat.completions.create(model="gpt-5", max_tokens=70, messages=[])';
const py = (code: string): { 'app.py': string } => ({ 'app.py': `${code}\n` });
const OPENAI = 'from openai import OpenAI\n';
const SEEN = [{ sdk: 'openai-sdk', cap: 70, timeout: 9000 }];
const MADE = 'OpenAI(timeout=9)';

table('kept from one request to the next', [
  {
    name: 'in the state of Streamlit, as a member',
    files: py(`import streamlit as st\n${OPENAI}st.session_state.client = ${MADE}\ndef ask():\n    return st.session_state.client.${ASK}`),
    calls: SEEN,
  },
  {
    name: 'in the state of Streamlit, by its key',
    files: py(`import streamlit as st\n${OPENAI}st.session_state["llm"] = ${MADE}\ndef ask():\n    return st.session_state["llm"].${ASK}`),
    calls: SEEN,
  },
  {
    name: 'in the state of an app',
    files: py(
      `from fastapi import FastAPI, Request\n${OPENAI}app = FastAPI()\n@app.on_event("startup")\ndef start():\n    app.state.llm = ${MADE}\n@app.post("/ask")\ndef ask(request: Request):\n    return request.app.state.llm.${ASK}`,
    ),
    calls: SEEN,
  },
  {
    name: 'in another file',
    files: {
      'main.py': `from fastapi import FastAPI\n${OPENAI}app = FastAPI()\napp.state.llm = ${MADE}\n`,
      'routes.py': `from fastapi import APIRouter, Request\nrouter = APIRouter()\n@router.post("/ask")\ndef ask(request: Request):\n    return request.app.state.llm.${ASK}\n`,
    },
    calls: SEEN,
  },
  {
    name: 'given to a class that a container makes',
    files: py(
      `${OPENAI}class Assistant:\n    def __init__(self, llm):\n        self.llm = llm\n    def ask(self):\n        return self.llm.${ASK}\ndef provide_llm():\n    return ${MADE}`,
    ),
    calls: SEEN,
  },
  {
    name: 'a crew behind a table',
    files: py(
      `import streamlit as st\nfrom crewai import Crew\ndef get_crew():\n    return Crew(agents=[], tasks=[])\ndef run(crew):\n    return crew.kickoff(inputs={})\ndef draw():\n    run(st.session_state.crews[0])`,
    ),
    calls: [{ sdk: 'crewai' }],
  },
  {
    name: 'in the locals of Express',
    files: `import express from 'express';\nimport OpenAI from 'openai';\nconst app = express();\napp.locals.llm = new OpenAI({ timeout: 9000 });\napp.post('/ask', (req, res) => { req.app.locals.llm.chat.completions.create({ model: 'gpt-5', max_tokens: 70, messages: [] }).then((r: unknown) => res.json(r)); });`,
    calls: SEEN,
  },
  {
    name: 'in a global, and in a table',
    files: `import OpenAI from 'openai';\nconst g = globalThis as any;\ng.llm ??= new OpenAI({ timeout: 9000 });\nconst pool = new Map<string, OpenAI>();\npool.set('llm', new OpenAI({ timeout: 9000 }));\nexport const one = () => (globalThis as any).llm.chat.completions.create({ model: 'gpt-5', max_tokens: 70, messages: [] });\nexport const two = () => pool.get('llm')!.chat.completions.create({ model: 'gpt-5', max_tokens: 70, messages: [] });`,
    calls: [...SEEN, ...SEEN],
  },
]);

table('what others call so', [
  {
    name: 'messages of a phone service',
    files: py(
      `import anthropic\nfrom twilio.rest import Client\nllm = anthropic.Anthropic()\nclass Phone:\n    def __init__(self, client):\n        self.client = client\n    def tell(self, text):\n        return self.client.messages.create(body=text, to="+1", from_="+2")\nphone = Phone(Client())`,
    ),
    calls: [],
  },
  {
    name: 'messages of a phone service that is out of sight',
    files: py(
      `import anthropic\nllm = anthropic.Anthropic()\nclass Phone:\n    def __init__(self, client):\n        self.client = client\n    def tell(self, text):\n        return self.client.messages.create(body=text, to="+1", from_="+2")`,
    ),
    calls: [],
  },
  {
    name: 'a class of the repository',
    files: py(
      `${OPENAI}llm = OpenAI()\nclass Fake:\n    class chat:\n        class completions:\n            @staticmethod\n            def create(**options):\n                return options\ndef ask():\n    return Fake().${ASK}`,
    ),
    calls: [],
  },
  {
    name: 'no client is made anywhere',
    files: py(`import openai\ndef ask(client):\n    return client.${ASK}`),
    calls: [],
  },
  {
    name: 'a match that is kicked off',
    files: py(`from crewai import Crew\ncrew = Crew(agents=[], tasks=[])\ndef start(game):\n    game.kickoff()`),
    calls: [],
  },
]);
