// What happens when a model call fails inside of something that is run by others: a helper, a tool, a handler of an app, a graph.
import { CHAT, manifest, OPENAI, table } from './support/calls.ts';

const SORRY = "'Many people are asking just now. Please try again.'";
const PYTHON = `from openai import OpenAI\nclient = OpenAI()\n`;
const ASK = `client.chat.completions.create(model="gpt-5", messages=[])`;

table('a function that is handed to a helper', [
  {
    name: 'the helper answers',
    files: `${OPENAI}async function safe(run: () => Promise<unknown>) {\n  try { return await run(); } catch { return ${SORRY}; }\n}\nexport const answer = async () => await safe(() => ${CHAT});`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'the helper swallows what the caller would have answered',
    files: `${OPENAI}async function quiet(run: () => Promise<unknown>) {\n  try { return await run(); } catch { return null; }\n}\nexport async function answer() {\n  try { return await quiet(async () => ${CHAT}); } catch { return ${SORRY}; }\n}`,
    calls: [{ fails: 'partial: swallowed' }],
  },
  {
    name: 'the helper passes it on to its own caller, and not to others',
    files: `${OPENAI}async function timed(run: () => Promise<unknown>) {\n  console.time('x');\n  return await run();\n}\nexport async function other() { await timed(() => fetch('https://example.com')); }\nexport async function answer() {\n  try { return await timed(() => ${CHAT}); } catch { return ${SORRY}; }\n}`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'helpers in helpers',
    files: `${OPENAI}async function inner(run: () => Promise<unknown>) {\n  try { return await run(); } catch { return ${SORRY}; }\n}\nconst outer = (run: () => Promise<unknown>) => inner(run);\nexport const answer = () => outer(() => ${CHAT});`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a helper that calls itself again ends',
    files: `${OPENAI}async function again(run: () => Promise<unknown>, left = 3): Promise<unknown> {\n  try { return await run(); } catch (e) { if (left === 0) return ${SORRY}; return again(run, left - 1); }\n}\nexport const answer = () => again(() => ${CHAT});`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'work in the background whose failure is written into its record',
    files: `${OPENAI}class Runs {\n  start(task: () => Promise<string>) {\n    const record: any = { status: 'pending' };\n    task().then(result => { record.result = result; }).catch(error => { console.error(error); record.error = error.message; });\n    return record;\n  }\n}\nconst runs = new Runs();\nasync function report() { const r: any = await ${CHAT}; return String(r); }\nexport function begin() { return runs.start(() => report()); }`,
    calls: [{ fails: 'partial: raw-text' }],
  },
  {
    name: 'a failure that comes up with the result, by way of another thread',
    files: {
      'ask.py': `import threading\nfrom concurrent.futures import Future\nfrom fastapi import FastAPI\n${PYTHON}app = FastAPI()\n\ndef start(work):\n    future = Future()\n    def run():\n        try:\n            future.set_result(work())\n        except BaseException as error:\n            future.set_exception(error)\n    threading.Thread(target=run).start()\n    return future.result(30)\n\n@app.post("/chat")\ndef chat(question: str):\n    try:\n        return start(lambda: ${ASK})\n    except Exception:\n        return {"answer": "The assistant is not available. Please try again."}\n`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a timer runs it when the catch is over',
    files: `${OPENAI}function soon(run: () => Promise<unknown>) { return setTimeout(run, 10); }\nexport async function answer() {\n  try { return await soon(() => ${CHAT}); } catch { return ${SORRY}; }\n}`,
    calls: [{ fails: 'no: escapes' }],
  },
  {
    name: 'kept for later: who runs it is not seen',
    files: `${OPENAI}const queue: (() => Promise<unknown>)[] = [];\nfunction later(run: () => Promise<unknown>) { queue.push(run); return queue[0]; }\nexport async function answer() {\n  try { return await later(() => ${CHAT}); } catch { return ${SORRY}; }\n}`,
    calls: [{ fails: 'unknown: unknown' }],
  },
]);

table('a tool that no run in sight is given', [
  {
    name: 'its framework makes a result of what it throws',
    files: `import { createTool } from '@mastra/core/tools';\n${OPENAI}export const search = createTool({ id: 'search', description: 'Searches', execute: async () => await ${CHAT} });`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'its framework is told to let errors through',
    files: `import { tool } from '@openai/agents';\n${OPENAI}export const search = tool({ name: 'search', description: 'Searches', errorFunction: null, execute: async () => await ${CHAT} });`,
    calls: [{ fails: 'unknown: unknown' }],
  },
]);

table('a server of the Model Context Protocol', [
  {
    name: 'answers with the text of the error',
    files: {
      'server.py': `from mcp.server.fastmcp import FastMCP\n${PYTHON}mcp = FastMCP("search")\n\n@mcp.tool()\ndef search(question: str) -> str:\n    return str(${ASK})\n`,
    },
    calls: [{ fails: 'partial: raw-text' }],
  },
]);

const ROUTER = `from fastapi import APIRouter\n${PYTHON}router = APIRouter()\n\n@router.post("/chat")\ndef chat(question: str):\n    return ${ASK}\n`;
const TELEGRAM = (handler: string): string =>
  `from telegram.ext import Application, MessageHandler, filters\n${PYTHON}\nasync def ask(update, context):\n    await update.message.reply_text(str(${ASK}))\n\n${handler}\n\ndef main():\n    application = Application.builder().token("x").build()\n    application.add_handler(MessageHandler(filters.TEXT, ask))\n    application.add_error_handler(failed)\n    application.run_polling()\n\nif __name__ == "__main__":\n    main()\n`;

table('an app or a bot that is told', [
  { name: 'nobody is', files: { 'routes.py': ROUTER }, calls: [{ fails: 'partial: framework' }] },
  {
    name: 'the app that takes in the router',
    files: {
      'routes.py': ROUTER,
      'main.py': `from fastapi import FastAPI\nfrom fastapi.responses import JSONResponse\nfrom routes import router\napp = FastAPI()\napp.include_router(router)\n\n@app.exception_handler(Exception)\nasync def failed(request, exc):\n    return JSONResponse(status_code=503, content={"answer": "The assistant is not available. Please try again."})\n`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'another app of the repository',
    files: {
      'one/routes.py': ROUTER,
      'one/main.py': `from fastapi import FastAPI\nfrom one.routes import router\napp = FastAPI()\napp.include_router(router)\n`,
      'two/main.py': `from fastapi import FastAPI\nfrom fastapi.responses import JSONResponse\napp = FastAPI()\n\n@app.exception_handler(Exception)\nasync def failed(request, exc):\n    return JSONResponse(status_code=503, content={"answer": "The assistant is not available. Please try again."})\n`,
    },
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'an app of Express in another file',
    files: {
      'routes.ts': `import { Router } from 'express';\n${OPENAI}export const router = Router();\nrouter.post('/chat', async (req, res) => { res.json(await ${CHAT}); });`,
      'app.ts': `import express from 'express';\nimport { router } from './routes';\nconst app = express();\napp.use(router);\napp.use((err, req, res, next) => { res.status(503).json({ answer: 'The assistant is not available. Please try again.' }); });\napp.listen(3000);`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'Express 4 waits for no handler, so it tells nobody',
    files: {
      ...manifest({ openai: '6.1.0', express: '4.21.2' }),
      'app.ts': `import express from 'express';\n${OPENAI}const app = express();\napp.post('/chat', async (req, res) => { res.json(await ${CHAT}); });\napp.use((err, req, res, next) => { res.status(503).json({ answer: 'The assistant is not available. Please try again.' }); });\napp.listen(3000);`,
    },
    calls: [{ fails: 'no: escapes' }],
  },
  {
    name: 'Express 4 with a wrapper that passes a rejection on',
    files: {
      ...manifest({ openai: '6.1.0', express: '4.21.2', 'express-async-handler': '1.2.0' }),
      'app.ts': `import express from 'express';\nimport wrap from 'express-async-handler';\n${OPENAI}const app = express();\napp.post('/chat', wrap(async (req, res) => { res.json(await ${CHAT}); }));\napp.use((err, req, res, next) => { res.status(503).json({ answer: 'The assistant is not available. Please try again.' }); });\napp.listen(3000);`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'Express 5 does',
    files: {
      ...manifest({ openai: '6.1.0', express: '5.1.0' }),
      'app.ts': `import express from 'express';\n${OPENAI}const app = express();\napp.post('/chat', async (req, res) => { res.json(await ${CHAT}); });\napp.use((err, req, res, next) => { res.status(503).json({ answer: 'The assistant is not available. Please try again.' }); });\napp.listen(3000);`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'only of errors of a class whose name says every one',
    files: {
      'routes.py': ROUTER,
      'main.py': `from fastapi import FastAPI\nfrom openai import InternalServerError\nfrom fastapi.responses import JSONResponse\nfrom routes import router\napp = FastAPI()\napp.include_router(router)\n\n@app.exception_handler(InternalServerError)\nasync def failed(request, exc):\n    return JSONResponse(status_code=503, content={"answer": "The assistant is not available. Please try again."})\n`,
    },
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'only of what stands below a path',
    files: `import express from 'express';\n${OPENAI}const app = express();\napp.post('/chat', async (req, res) => { res.json(await ${CHAT}); });\napp.use('/admin', (err, req, res, next) => { res.status(503).json({ answer: 'The assistant is not available. Please try again.' }); });\napp.listen(3000);`,
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'only of errors of another kind',
    files: {
      'routes.py': ROUTER,
      'main.py': `from fastapi import FastAPI\nfrom fastapi.exceptions import RequestValidationError\nfrom fastapi.responses import JSONResponse\nfrom routes import router\napp = FastAPI()\napp.include_router(router)\n\n@app.exception_handler(RequestValidationError)\nasync def failed(request, exc):\n    return JSONResponse(status_code=422, content={"answer": "Please check what you have sent."})\n`,
    },
    calls: [{ fails: 'partial: framework' }],
  },
  {
    name: 'a bot tells its user',
    files: {
      'bot.py': TELEGRAM(
        `async def failed(update, context):\n    await update.effective_message.reply_text("I cannot answer just now. Please try again.")`,
      ),
    },
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'a bot sends the trace, in parts, and a sentence only where that fails',
    files: {
      'bot.py': TELEGRAM(
        `import traceback\nasync def failed(update, context):\n    try:\n        lines = traceback.format_exception(None, context.error, context.error.__traceback__)\n        message = f"An error has come up: {lines}"\n        for part in split(message):\n            await context.bot.send_message(update.effective_chat.id, part)\n    except Exception:\n        await context.bot.send_message(update.effective_chat.id, "Some error in the error handler")`,
      ),
    },
    calls: [{ fails: 'partial: raw-text' }],
  },
]);

const GRAPH = (name: string): string =>
  `from langgraph.graph import StateGraph\n${PYTHON}\ndef model(state):\n    return {"answer": ${ASK}}\n\nbuilder = StateGraph(dict)\nbuilder.add_node("model", model)\nbuilder.set_entry_point("model")\n${name} = builder.compile()\n`;

table('another model that is asked in a catch', [
  {
    name: 'what it says is the answer',
    files: `${OPENAI}import { backup } from './backup';\nexport async function answer() {\n  let reply: unknown;\n  try { reply = await ${CHAT}; } catch (e) { console.error(e); reply = await backup.ask({ model: 'small', text: 'hi' }); }\n  return reply;\n}`,
    calls: [{ fails: 'yes: reply' }],
  },
  {
    name: 'what it says is told to nobody',
    files: `${OPENAI}import { backup } from './backup';\nexport async function answer() {\n  let reply: unknown;\n  try { return await ${CHAT}; } catch (e) { reply = await backup.ask({ model: 'small', text: 'hi' }); }\n  return null;\n}`,
    calls: [{ fails: 'partial: swallowed' }],
  },
]);

table('one of several graphs, by its name', [
  {
    name: 'a loader among them is asked for its graph first',
    files: {
      'chat.py': GRAPH('chat'),
      'lazy.py': `class Lazy:\n    def get_graph(self):\n        return None\n`,
      'agents.py': `from dataclasses import dataclass\nfrom chat import chat\nfrom lazy import Lazy\n\n@dataclass\nclass Agent:\n    graph: object\n\nagents = {"chat": Agent(graph=chat), "lazy": Agent(graph=Lazy())}\n\ndef get_agent(name):\n    graph = agents[name].graph\n    if isinstance(graph, Lazy):\n        return graph.get_graph()\n    return graph\n`,
      'main.py': `from fastapi import FastAPI\nfrom agents import get_agent\napp = FastAPI()\n\n@app.post("/{name}")\nasync def ask(name: str, question: str):\n    agent = get_agent(name)\n    try:\n        return await agent.ainvoke({"question": question})\n    except Exception:\n        return {"answer": "The assistant is not available. Please try again."}\n`,
    },
    calls: [{ fails: 'yes: reply' }, { fails: 'yes: reply' }],
  },
  {
    name: 'a test that runs the graph is nobody who waits for an answer',
    files: {
      'chat.py': GRAPH('chat'),
      'main.py': `from fastapi import FastAPI\nfrom chat import chat\napp = FastAPI()\n\n@app.post("/chat")\nasync def ask(question: str):\n    try:\n        return await chat.ainvoke({"question": question})\n    except Exception:\n        return {"answer": "The assistant is not available. Please try again."}\n`,
      'tests/test_chat.py': `from chat import chat\n\ndef test_chat():\n    assert chat.invoke({"question": "hi"})\n`,
    },
    calls: [{ fails: 'yes: reply' }, { fails: 'yes: reply' }],
  },
]);

table('a class that is given in place of the default', [
  {
    name: 'it is called through its base as well',
    files: {
      'base.py': `class Base:\n    def ask(self, question):\n        pass\n`,
      'one.py': `from base import Base\n\nclass One(Base):\n    def ask(self, question):\n        return "one"\n`,
      'two.py': `from base import Base\n${PYTHON}\nclass Two(Base):\n    def ask(self, question):\n        return ${ASK}\n`,
      'main.py': `from typing import Type\nfrom fastapi import FastAPI\nfrom base import Base\nfrom one import One\napp = FastAPI()\n\nclass Answers:\n    def __init__(self, maker: Type[Base] = One):\n        self.model = maker()\n\n    def of(self, question):\n        try:\n            return self.model.ask(question)\n        except Exception:\n            return "The assistant is not available. Please try again."\n`,
    },
    calls: [{ fails: 'yes: reply' }],
  },
]);
