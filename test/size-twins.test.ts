// Twins of agents with a bound on what comes in: in the one it bounds what is sent, and in the other something else, or nothing.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('size-twins', 'COST-07', {
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
  'package.json': '{ "dependencies": { "openai": "6.49.0", "express": "5.0.0", "zod": "4.1.12" } }',
});

const ts = (body: string, shape = 'question: z.string().max(4000)'): Files => ({
  'app.ts': `import express from 'express';
import OpenAI from 'openai';
import { z } from 'zod';
const app = express();
const client = new OpenAI();
const Schema = z.object({ ${shape} });
app.post('/chat', async (req, res) => {
  ${body}
  const { choices } = await client.chat.completions.create({
    model: 'gpt-5.6', max_completion_tokens: 800, messages: [{ role: 'user', content: question }],
  });
  res.json({ reply: choices[0]?.message.content });
});
`,
});
const py = (measure: string): Files => ({
  'agent.py': `from fastapi import FastAPI, HTTPException
from openai import AsyncOpenAI
from pydantic import BaseModel
app = FastAPI()
client = AsyncOpenAI()
class Question(BaseModel):
    text: str
@app.post("/chat")
async def chat(body: Question):
    text = body.text
    ${measure}
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": text}]
    )
    return {"reply": answer.choices[0].message.content}
`,
});

twins(
  'a bound',
  'COST-07',
  {
    'of a schema': ts('const { question } = Schema.parse(req.body);'),
    'of a schema that only refuses': ts('Schema.parse(req.body);\n  const { question } = req.body;'),
    'of a schema that only refuses, by its member': ts('Schema.parse(req.body);\n  const question = req.body.question;'),
    'of a length (Python)': py('if len(text) > 4000:\n        raise HTTPException(413, "Too long")'),
  },
  {
    'of a schema for something else': ts('Schema.parse(req.body);\n  const { question } = req.body;', 'name: z.string().max(4000)'),
    'of a schema that nobody asks': ts('Schema.safeParse(req.body);\n  const { question } = req.body;'),
    'of a length that is asserted (Python)': py('assert len(text) <= 4000'),
  },
);
