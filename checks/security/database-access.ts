import { defineCheck, type Finding, fail, partial, pass, production, type Tool, unknown } from '../../src/core/index.ts';

/** Tools of an MCP server: what they reach belongs to the server, with an account that this repository does not make. */
function isOfServer(tool: Tool): boolean {
  return tool.name === '<dynamic: MCP>';
}

/** Is it a tool of which only a run tells what it reaches, in the program itself? */
function isHidden(tool: Tool): boolean {
  return tool.name.startsWith('<dynamic') && tool.dangerous === null && !isOfServer(tool);
}

export const check = defineCheck({
  id: 'security/database-access',
  code: 'SEC-07',
  title: "The agent's database account can read only what it needs",
  severity: 'blocker',
  how: ['inspect', 'attest'],
  lines: ['L08'],
  why: 'A model that writes queries will one day write the wrong one, by mistake or because somebody asked it to. Only the server can refuse it.',
  fix: 'Create a role of its own with SELECT on the tables it needs and read-only transactions, and give the agent a connection string that uses this role.',
  settles:
    "The privileges of the role in the agent's connection string, as the database server reports them, or a signed statement with the link to the grants, its owner and an expiry date.",
  traps: [
    'A check in the code that a query begins with SELECT is easily passed by a WITH clause, a function or a second statement.',
    "A read-only role that the agent's connection string does not use protects nothing.",
    'SELECT on all tables includes the one with keys and settings.',
    'An account that also runs migrations owns the schema, whatever its name says.',
  ],
  needs: { facts: ['database', 'tool'] },

  notApplicable({ database, tool }) {
    const databases = production(database);
    if (databases.some(db => db.embedded !== true || db.access === 'free')) return undefined;
    // Tools that reach a database by a client that was not found, or whose code is out of sight, leave it open.
    const open = production(tool).some(t => t.capabilities.some(c => c.startsWith('sql-')) || isHidden(t));
    if (open) return undefined;
    if (databases.length > 0)
      return 'The only database is a file of the process itself, which has no account, and the model writes no queries.';
    return production(tool).some(isOfServer)
      ? 'No database client was found in the code that runs for a request. What MCP servers reach, they reach with accounts of their own.'
      : 'No database client was found in the code that runs for a request.';
  },

  inspect({ database, tool }) {
    const findings = production(database)
      .filter(db => db.embedded !== true || db.access === 'free' || db.access === 'read-only')
      .map((db): Finding => {
        const note = db.note === undefined ? '' : ` (${db.note})`;
        if (db.access === 'read-only') return pass(`${db.label} is opened so that nothing can be written${note}`, [db.location], 'medium');
        if (db.access === 'free')
          return fail(
            `${db.label}: ${db.note ?? "the model's own SQL reaches it"}, and nothing in the repository makes the account read-only`,
            [db.location],
          );
        if (db.access === 'scoped')
          return partial(
            `${db.label}: only written queries run, but nothing in the repository limits the account to what they need${note}`,
            [db.location],
            'medium',
          );
        return unknown(`What the account of ${db.label} may do could not be read${note}`, [db.location]);
      });
    const hidden = production(tool).filter(isHidden);
    if (findings.length > 0 || hidden.length === 0) return findings;
    return [
      unknown(
        'Tools that are only known in a run may reach a database with an account of their own',
        hidden.map(t => t.location),
      ),
    ];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'migrations/007_agent_role.sql': `-- The password is set by the secret manager. AGENT_DATABASE_URL is the only connection string that uses this role.
CREATE ROLE support_agent LOGIN NOINHERIT;
GRANT CONNECT ON DATABASE shop TO support_agent;
GRANT USAGE ON SCHEMA public TO support_agent;
GRANT SELECT ON orders, products TO support_agent;
ALTER ROLE support_agent SET default_transaction_read_only = on;`,
        '.env.example': `# owns the schema, for migrations only
DATABASE_URL=postgresql://shop_owner@db:5432/shop
# the agent: SELECT on orders and products
AGENT_DATABASE_URL=postgresql://support_agent@db:5432/shop`,
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "pg": "8.16.3", "zod": "4.1.12" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import pg from 'pg';
import { z } from 'zod';
const pool = new pg.Pool({ connectionString: process.env.AGENT_DATABASE_URL, statement_timeout: 5000 });
const query = tool({
  description: 'Reads orders and products with SQL',
  inputSchema: z.object({ sql: z.string().max(2000) }),
  execute: async ({ sql }) => JSON.stringify((await pool.query(sql)).rows.slice(0, 50)),
});
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { query }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'docker-compose.yml': `services:
  migrate: {build: ., command: npm run migrate, environment: {DATABASE_URL: 'postgresql://postgres@db:5432/shop'}}
  agent: {build: ., command: npm start, environment: {DATABASE_URL: 'postgresql://postgres@db:5432/shop'}}`,
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import pg from 'pg';
import { z } from 'zod';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const query = tool({
  description: 'Reads orders and products with SQL',
  inputSchema: z.object({ sql: z.string().regex(/^\\s*(select|with)\\b/i, 'Only SELECT is allowed') }),
  execute: async ({ sql }) => JSON.stringify((await pool.query(sql)).rows),
});
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { query }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'the account of the migrations, guarded by a pattern that a WITH clause or a function call walks past',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pg from 'pg';
const client = new OpenAI();
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
export async function reply(user: string, content: string) {
  await pool.query('INSERT INTO messages (user_id, content) VALUES ($1, $2)', [user, content]);
  return client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content }], max_completion_tokens: 800 });
}`,
      shows: 'only written queries, with an account that may do anything',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'migrations/007_agent_role.sql': `CREATE ROLE support_agent LOGIN;
GRANT SELECT ON orders TO support_agent;`,
        '.env.example': `DATABASE_URL=postgresql://shop_owner@db:5432/shop
AGENT_DATABASE_URL=postgresql://support_agent@db:5432/shop`,
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "pg": "8.16.3", "zod": "4.1.12" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import pg from 'pg';
import { z } from 'zod';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const execute = async ({ sql }: { sql: string }) => JSON.stringify((await pool.query(sql)).rows);
const query = tool({ description: 'Reads orders with SQL', inputSchema: z.object({ sql: z.string().max(2000) }), execute });
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { query }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'a read-only role that the connection string does not use',
    },
    {
      expect: 'not-applicable',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (content: string) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content }], max_completion_tokens: 800 });`,
    },
    {
      expect: 'not-applicable',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/mcp": "1.0.0", "@ai-sdk/openai": "3.0.141" } }' },
      code: `import { createMCPClient } from '@ai-sdk/mcp';
import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs } from 'ai';
const client = await createMCPClient({ transport: { type: 'http', url: process.env.MCP_URL ?? '' } });
const tools = await client.tools();
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools, stopWhen: stepCountIs(5), maxOutputTokens: 800 });`,
      shows: 'what a server of tools reaches, it reaches with an account of its own',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import os
from langchain_community.agent_toolkits import create_sql_agent
from langchain_community.utilities import SQLDatabase
from langchain_openai import ChatOpenAI

db = SQLDatabase.from_uri(os.environ["DATABASE_URL"])
agent = create_sql_agent(llm=ChatOpenAI(model="gpt-5.6", max_tokens=800), db=db)

def reply(question: str) -> str:
    return agent.invoke({"input": question})["output"]`,
      shows: 'Python: the toolkit lets the model write any SQL with the account of the application',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: {
        '.env.example': 'AGENT_DATABASE_URL=postgresql://support_agent@db:5432/shop\n',
        'grants.sql': 'CREATE ROLE support_agent LOGIN;\nGRANT SELECT ON orders TO support_agent;\n',
      },
      code: `import os
import psycopg
from agents import Agent, Runner, function_tool

@function_tool
def query(sql: str) -> str:
    """Reads orders with SQL."""
    with psycopg.connect(os.environ["AGENT_DATABASE_URL"]) as connection:
        return str(connection.execute(sql).fetchmany(50))

agent = Agent(name="shop", instructions="Help.", tools=[query])

def reply(question: str) -> str:
    return Runner.run_sync(agent, question).final_output`,
      shows: 'Python: the account of the connection string is granted SELECT only',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os
import psycopg
from agents import Agent, Runner, function_tool

@function_tool
def find_order(order_id: int) -> str:
    """Finds an order."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return str(connection.execute("SELECT status FROM orders WHERE id = %s", (order_id,)).fetchone())

agent = Agent(name="shop", instructions="Help.", tools=[find_order])

def reply(question: str) -> str:
    return Runner.run_sync(agent, question).final_output`,
      shows: 'Python: only written queries run, with an account that may write',
    },
    {
      expect: 'not-applicable',
      file: 'agent.py',
      code: `from sqlalchemy import create_engine, text
from openai import OpenAI

engine = create_engine("sqlite:///notes.db")
client = OpenAI()

def reply(question: str) -> str:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO questions (body) VALUES (:body)"), {"body": question})
    return client.responses.create(model="gpt-5.6", input=question, max_output_tokens=800).output_text`,
      shows: 'Python: a file of the process itself, and no query of the model',
    },
  ],
});
