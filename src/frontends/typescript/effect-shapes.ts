// What calls of other packages do to the world: pure data. A package that is not here can do anything.
import type { Capability } from '../../core/index.ts';

export interface EffectShape {
  readonly packages: readonly string[];
  /** Matches the member path of the callee, calls left out: `users.messages.send`. */
  readonly path: RegExp;
  readonly does: Capability | 'ask' | 'interrupt' | 'record' | 'none';
  /** Positions of the arguments that decide what happens: the command, the address, the path, the query. Default: all. */
  readonly key?: readonly number[];
  /** Members of an options argument that decide, by name. */
  readonly keyOption?: readonly string[];
  /** Runs in a place of its own, in the reader's words. */
  readonly sandbox?: string;
  /** Is something changed for good: deleted, or written? */
  readonly changes?: 'delete' | 'write';
}

const ANY = /./s;
const FS = ['fs', 'node:fs', 'fs-extra', 'graceful-fs', 'memfs'];
const SHELL = ['child_process', 'node:child_process', 'execa', 'zx', 'shelljs', 'cross-spawn', 'node-pty', '@lydell/node-pty', 'tinyexec'];
const BROWSER = ['puppeteer', 'puppeteer-core', 'puppeteer-extra', 'playwright', 'playwright-core', '@playwright/test', 'selenium-webdriver', '@browserbasehq/*', 'patchright'];
const SANDBOXES: readonly (readonly [string, string])[] = [
  ['@e2b/*', 'an E2B sandbox'],
  ['e2b', 'an E2B sandbox'],
  ['@vercel/sandbox', 'a Vercel sandbox'],
  ['@daytonaio/sdk', 'a Daytona sandbox'],
  ['@cloudflare/sandbox', 'a Cloudflare sandbox'],
  ['@codesandbox/sdk', 'a CodeSandbox virtual machine'],
  ['@webcontainer/api', 'a WebContainer in the browser'],
  ['isolated-vm', 'an isolate without access to the machine'],
  ['quickjs-emscripten', 'a QuickJS engine without access to the machine'],
  ['just-bash', 'a shell in memory'],
  ['dockerode', 'a container'],
  ['modal', 'a Modal sandbox'],
];
const SQL = ['pg', 'mysql', 'mysql2', 'postgres', 'better-sqlite3', 'sqlite3', 'sqlite', 'node:sqlite', 'bun:sqlite', 'mssql', 'tedious', 'oracledb', 'duckdb', '@duckdb/node-api', '@libsql/client', '@neondatabase/serverless', '@vercel/postgres', '@planetscale/database', 'snowflake-sdk', '@google-cloud/bigquery', '@clickhouse/client', 'slonik', 'typeorm', 'sequelize', 'knex', '@mikro-orm/*', '@databricks/sql', '@aws-sdk/client-athena', '@aws-sdk/client-rds-data', 'trino-client'];
const ORM_READ = /(?:^|\.)(?:find\w*|count\w*|aggregate|groupBy|select\w*|get|getDoc|getDocs|query|exists|distinct|scan|list\w*|retrieve|search|similaritySearch\w*|hget\w*|lrange|smembers|mget|runQuery|useQuery|fetch|from|where|with)$/;
const ORM_WRITE = /(?:^|\.)(?:create\w*|insert\w*|update\w*|upsert\w*|save|set|setDoc|addDoc|add\w*|put|merge|bulkWrite|hset|lpush|rpush|sadd|incr|expire|runMutation|store|execute|rpc|replaceOne|setex)$/;
const ORM_DELETE = /(?:^|\.)(?:delete\w*|remove\w*|destroy\w*|deleteDoc|del|truncate|hdel|drop\w*|findOneAndDelete|findByIdAndDelete)$/;
const STORES = ['@prisma/client', '@prisma/*', 'prisma', 'drizzle-orm', 'mongoose', 'mongodb', 'typeorm', 'sequelize', 'knex', 'kysely', '@mikro-orm/*', '@nestjs/typeorm', '@nestjs/mongoose', '@supabase/*', 'convex', 'firebase', 'firebase-admin', '@google-cloud/firestore', 'redis', 'ioredis', '@upstash/*', '@vercel/kv', '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@azure/cosmos', '@azure/data-tables', '@pinecone-database/pinecone', '@qdrant/js-client-rest', 'chromadb', 'weaviate-client', 'lowdb', 'neo4j-driver', 'objection', 'keyv', 'couchdb', 'nano', 'faunadb', 'pouchdb', 'level', '@lancedb/lancedb', 'vectordb', 'hnswlib-node', '@langchain/pinecone', '@langchain/qdrant', '@mastra/pg', '@mastra/libsql', '@mastra/memory'];

export const EFFECTS: readonly EffectShape[] = [
  ...SANDBOXES.map(([name, sandbox]) => ({ packages: [name], path: /run|exec|eval|command|write|spawn|shell|start|process/i, does: 'code-exec', sandbox }) as const),
  { packages: SHELL, path: /(?:^|\.)(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork|execa\w*|default|\$|x|command\w*|sync)$/, does: 'shell' },
  { packages: ['bun'], path: /^(?:\$|spawn|spawnSync)$/, does: 'shell' },
  { packages: [''], path: /^(?:Bun\.(?:\$|spawn|spawnSync)|Deno\.(?:Command|run))$/, does: 'shell' },
  { packages: [''], path: /^(?:globalThis\.)?(?:eval|Function)$/, does: 'eval' },
  { packages: ['vm', 'node:vm'], path: /(?:runIn\w+|Script|compileFunction)$/, does: 'eval' },
  { packages: ['vm2', 'safe-eval', 'notevil', 'static-eval'], path: ANY, does: 'eval' },
  { packages: ['pyodide', 'python-shell'], path: /run/, does: 'code-exec' },
  { packages: FS, path: /(?:^|\.)(?:writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|outputFile|outputFileSync|writeJson|writeJSON|outputJson|mkdir|mkdirSync|mkdirp|ensureDir\w*|rename|renameSync|copyFile|copyFileSync|cp|cpSync|move|chmod|symlink|open|truncate)$/, does: 'file-write', key: [0, 1], changes: 'write' },
  { packages: FS, path: /(?:^|\.)(?:unlink|unlinkSync|rm|rmSync|rmdir|rmdirSync|remove|removeSync|emptyDir)$/, does: 'file-write', key: [0], changes: 'delete' },
  { packages: FS, path: /(?:^|\.)(?:readFile|readFileSync|createReadStream|readdir|readdirSync|readJson|readJSON|opendir|readlink)$/, does: 'file-read', key: [0] },
  { packages: FS, path: /(?:^|\.)(?:stat|statSync|lstat|access|accessSync|exists|existsSync|realpath|realpathSync|pathExists|watch|close|utimes|constants)\b/, does: 'none' },
  { packages: ['glob', 'fast-glob', 'globby', 'tinyglobby'], path: ANY, does: 'file-read', key: [1], keyOption: ['cwd'] },
  { packages: [''], path: /^Bun\.(?:write)$/, does: 'file-write', key: [0] },
  { packages: [''], path: /^Bun\.file$/, does: 'file-read', key: [0] },
  { packages: [''], path: /^Deno\.(?:read\w+)$/, does: 'file-read', key: [0] },
  { packages: [''], path: /^Deno\.(?:write\w+|remove\w*|mkdir\w*|rename\w*)$/, does: 'file-write', key: [0] },
  { packages: [''], path: /^(?:globalThis\.|window\.)?fetch$/, does: 'http-fixed', key: [0] },
  { packages: ['node-fetch', 'cross-fetch', 'isomorphic-fetch', 'undici', 'axios', 'got', 'ky', 'ofetch', 'superagent', 'needle', 'request', 'request-promise', 'wretch', 'phin', 'http', 'https', 'node:http', 'node:https', 'node-fetch-native', '@nestjs/axios', 'make-fetch-happen', 'fetch-retry', 'got-scraping', '@tauri-apps/plugin-http'], path: /^(?!.*(?:create|extend|interceptors|isAxiosError|CancelToken|Agent|createServer|AxiosError))/, does: 'http-fixed', key: [0], keyOption: ['url', 'uri', 'hostname', 'host'] },
  { packages: ['jsdom', 'cheerio'], path: /fromURL$/, does: 'http-fixed', key: [0] },
  { packages: ['@langchain/community', 'langchain'], path: /(?:Web|Url|Puppeteer|Playwright|Cheerio|Sitemap)\w*Loader$/, does: 'http-fixed', key: [0] },
  { packages: BROWSER, path: /(?:^|\.)(?:goto|navigate|get|open)$/, does: 'browser', key: [0] },
  { packages: BROWSER, path: ANY, does: 'browser', key: [] },
  { packages: ['nodemailer'], path: /sendMail$/, does: 'message-send', keyOption: ['to', 'cc', 'bcc'] },
  { packages: ['resend', '@sendgrid/*', 'postmark', 'mailgun.js', 'mailgun-js', '@getbrevo/brevo', '@aws-sdk/client-ses', '@aws-sdk/client-sesv2', '@azure/communication-email', 'mailersend', '@react-email/*', 'emailjs', '@emailjs/browser'], path: /send|Send/, does: 'message-send', keyOption: ['to', 'cc', 'bcc', 'To', 'Destination', 'ToAddresses'] },
  { packages: ['twilio'], path: /(?:create)$/, does: 'message-send', keyOption: ['to'] },
  { packages: ['@slack/web-api', '@slack/bolt', '@slack/webhook'], path: /(?:postMessage|postEphemeral|scheduleMessage|chat\.update|chat\.delete|files\.upload\w*|uploadV2|conversations\.(?:invite|kick|create|archive|open)|send)$/, does: 'message-send', keyOption: ['channel', 'channel_id', 'users'] },
  { packages: ['@slack/web-api', '@slack/bolt'], path: ANY, does: 'http-fixed', key: [] },
  { packages: ['telegraf', 'grammy', 'node-telegram-bot-api', 'telegram'], path: /(?:send\w*|reply\w*|forwardMessage)$/, does: 'message-send', key: [0] },
  { packages: ['discord.js', 'discord-api-types', '@discordjs/*', 'eris'], path: /(?:send|reply|followUp|ban|kick|setNickname|bulkDelete)$/, does: 'message-send', key: [0] },
  { packages: ['whatsapp-web.js', '@whiskeysockets/baileys', 'whatsapp-api-js', 'venom-bot'], path: /send\w*$/, does: 'message-send', key: [0] },
  { packages: ['googleapis', '@googleapis/gmail'], path: /(?:messages|drafts)\.send$/, does: 'message-send', key: [0] },
  { packages: ['@aws-sdk/client-sns', '@vonage/server-sdk', '@vonage/messages', 'plivo', 'messagebird', 'web-push', 'expo-server-sdk', 'onesignal-node'], path: /send|publish|Send|Publish/, does: 'message-send', key: [0] },
  { packages: ['stripe', 'square', '@paypal/*', 'braintree', 'razorpay', 'mollie', '@mollie/api-client', '@adyen/api-library', 'plaid', '@lemonsqueezy/lemonsqueezy.js', '@paddle/paddle-node-sdk', '@stripe/agent-toolkit'], path: /(?:create|update|cancel|capture|confirm|del|pay|refund|transfer|void|finalizeInvoice)\w*$/i, does: 'payment', changes: 'write' },
  { packages: ['ethers', 'viem', 'web3', '@solana/web3.js', '@coinbase/coinbase-sdk', '@coinbase/agentkit'], path: /(?:send\w*|writeContract|transfer\w*|deployContract|signTransaction|trade)$/, does: 'payment', changes: 'write' },
  { packages: SQL, path: /(?:^|\.)(?:query|execute|exec|run|all|get|each|iterate|raw|unsafe|prepare|batch|executeMultiple|statement|createQueryJob|QueryCommand|ExecuteStatementCommand|StartQueryExecutionCommand|command|\$with)$/, does: 'sql-write', key: [0] },
  { packages: ['@prisma/*'], path: /\$(?:queryRawUnsafe|executeRawUnsafe)$/, does: 'sql-write', key: [0] },
  { packages: ['drizzle-orm'], path: /^sql\.raw$/, does: 'sql-write', key: [0] },
  { packages: ['@langchain/classic', 'langchain', '@langchain/community'], path: /SqlDatabase.*\.run$/, does: 'sql-write', key: [0] },
  { packages: STORES, path: ORM_DELETE, does: 'db-write', changes: 'delete' },
  { packages: STORES, path: ORM_WRITE, does: 'db-write', changes: 'write' },
  { packages: STORES, path: ORM_READ, does: 'db-read' },
  { packages: STORES, path: ANY, does: 'none' },
  { packages: ['@langchain/community', '@langchain/*', 'langchain', '@llamaindex/*', 'llamaindex'], path: /(?:similaritySearch\w*|getRelevantDocuments|asRetriever|retrieve|maxMarginalRelevanceSearch)$/, does: 'db-read' },
  { packages: ['@langchain/langgraph'], path: /(?:^|\.)(?:get|search)$/, does: 'db-read' },
  { packages: ['@langchain/langgraph'], path: /(?:^|\.)interrupt$/, does: 'interrupt' },
  { packages: ['inquirer', '@inquirer/prompts', 'prompts', 'enquirer', '@clack/prompts', 'readline-sync', 'readline', 'node:readline', 'yesno', '@topcli/prompts'], path: /(?:prompt|default|confirm|select|question|input|keyIn\w*|text|ask)$/, does: 'ask' },
  { packages: [''], path: /^(?:window\.)?(?:confirm|prompt)$/, does: 'ask' },
  { packages: ['vscode'], path: /show\w+Message$/, does: 'ask' },
  { packages: ['electron'], path: /showMessageBox\w*$/, does: 'ask' },
  { packages: ['prom-client'], path: /(?:inc|observe|startTimer|set|end)$/, does: 'record' },
  { packages: ['@opentelemetry/*'], path: /(?:add|record|startSpan|startActiveSpan|recordException|setStatus|setAttribute|setAttributes|end)$/, does: 'record' },
  { packages: ['hot-shots', 'statsd-client', 'dd-trace', 'datadog-metrics', 'node-statsd', '@aws-lambda-powertools/metrics', 'lynx', 'langfuse', '@langfuse/*', 'langsmith', 'posthog-node', '@sentry/*', 'newrelic', 'applicationinsights', 'openlit', 'braintrust', '@traceloop/node-server-sdk', 'mixpanel', '@segment/analytics-node'], path: /./, does: 'record' },
  { packages: ['@octokit/*', 'octokit', '@notionhq/client', '@linear/sdk', '@hubspot/api-client', 'jira.js', 'jira-client', 'asana', 'googleapis', '@googleapis/*', '@microsoft/microsoft-graph-client', 'node-zendesk', 'intercom-client', '@shopify/*', 'airtable', 'trello', '@gitbeaker/*', 'contentful-management', '@salesforce/*', 'jsforce', 'google-spreadsheet', 'twitter-api-v2', '@atproto/api', '@kubernetes/client-node', 'heroku-client', 'cloudflare'], path: /(?:^|\.)(?:delete\w*|remove\w*|cancel\w*|archive\w*|destroy\w*|trash)$/, does: 'http-fixed', changes: 'delete', key: [] },
  { packages: ['@octokit/*', 'octokit', '@notionhq/client', '@linear/sdk', '@hubspot/api-client', 'jira.js', 'jira-client', 'asana', 'googleapis', '@googleapis/*', '@microsoft/microsoft-graph-client', 'node-zendesk', 'intercom-client', '@shopify/*', 'airtable', 'trello', '@gitbeaker/*', 'contentful-management', '@salesforce/*', 'jsforce', 'google-spreadsheet', 'twitter-api-v2', '@atproto/api', '@kubernetes/client-node', 'heroku-client', 'cloudflare'], path: /(?:^|\.)(?:create\w*|update\w*|insert\w*|patch\w*|add\w*|append\w*|tweet|post|send\w*|submit\w*|merge\w*)$/, does: 'http-fixed', changes: 'write', key: [] },
  { packages: ['@aws-sdk/*'], path: /(?:Delete|Terminate|Stop|Put|Update|Create)\w*Command$/, does: 'http-fixed', changes: 'write', key: [] },
  { packages: ['@octokit/*', 'octokit', '@notionhq/client', '@linear/sdk', '@hubspot/api-client', 'googleapis', '@googleapis/*', '@tavily/core', 'exa-js', 'serpapi', 'google-it', 'duck-duck-scrape', 'wikipedia', 'wikijs', '@mendable/firecrawl-js', 'firecrawl', 'algoliasearch', '@elastic/elasticsearch', 'meilisearch', 'typesense', '@googlemaps/*', 'yahoo-finance2', 'rss-parser', 'youtube-transcript', 'youtubei.js', '@aws-sdk/*', '@azure/*', '@google-cloud/*', 'minio', '@perplexity-ai/*', 'apify-client', '@apify/*', 'replicate', 'cohere-ai', 'voyageai', '@langchain/tavily', '@langchain/exa', 'intercom-client', 'node-zendesk', 'jira.js', 'airtable', '@shopify/*', 'airtop', 'hyperbrowser', '@brave/*', 'plaid', 'stripe', 'square'], path: ANY, does: 'http-fixed', key: [] },
];

/** Packages whose functions only compute. */
export const HARMLESS =
  /^(?:node:)?(?:zod|@?lodash|lodash[.-].*|es-toolkit|date-fns|date-fns-tz|dayjs|moment|moment-timezone|luxon|uuid|nanoid|ulid|cuid|@paralleldrive\/cuid2|crypto|path|url|util|os|events|stream|timers|string_decoder|querystring|buffer|assert|perf_hooks|worker_threads|async_hooks|module|cheerio|marked|turndown|markdown-it|remark|rehype|unified|htmlparser2|html-to-text|node-html-parser|linkedom|jsdom|@mozilla\/readability|pdf-parse|pdfjs-dist|mammoth|xlsx|papaparse|csv-parse|csv-stringify|yaml|js-yaml|jsonrepair|json5|ajv|valibot|arktype|yup|superstruct|mathjs|decimal\.js|bignumber\.js|chalk|picocolors|kleur|ora|boxen|pino|winston|debug|consola|signale|loglevel|tslog|bunyan|p-limit|p-queue|p-map|p-retry|async-retry|bottleneck|react|react-dom|next|ai|openai|@anthropic-ai\/.*|@ai-sdk\/.*|@openai\/.*|@langchain\/core|@langchain\/langgraph|@langchain\/openai|langchain|@mastra\/.*|tiktoken|js-tiktoken|gpt-tokenizer|diff|fast-diff|jsdiff|fuse\.js|minimatch|micromatch|picomatch|ignore|semver|slugify|he|entities|sharp|jimp|qrcode|zod-to-json-schema|dedent|outdent|ms|bytes|clsx|tailwind-merge|rxjs|effect|ts-pattern|immer|zustand|jotai|i18next|validator|@nestjs\/common|reflect-metadata|server-only|dotenv|commander|yargs|minimist|eventemitter3|lru-cache|node-cache|quick-lru|gray-matter|front-matter|string-similarity|natural|compromise|franc|iconv-lite|mime|mime-types|form-data|file-type|image-size|acorn|typescript|ts-morph|@babel\/.*|prettier|eslint|sanitize-html|dompurify|isomorphic-dompurify|xss)$/;

/** Methods of the language itself: strings, lists, maps, promises, dates, responses. */
export const BUILT_IN_METHODS = new Set(
  (
    'toString toLowerCase toUpperCase trim trimStart trimEnd split join slice substring substr replace replaceAll match matchAll includes indexOf lastIndexOf ' +
    'startsWith endsWith padStart padEnd charAt charCodeAt codePointAt concat repeat normalize localeCompare at search test exec map filter forEach reduce ' +
    'reduceRight find findIndex findLast some every sort reverse push pop shift unshift splice flat flatMap fill keys values entries has get set add delete clear ' +
    'then catch finally json text blob arrayBuffer formData toFixed toPrecision toISOString toLocaleString toLocaleDateString toLocaleTimeString getTime ' +
    'getFullYear getMonth getDate getDay getHours getMinutes getSeconds setDate setHours setMinutes setMonth setFullYear valueOf toJSON append log info warn error debug trace ' +
    'parse safeParse parseAsync safeParseAsync call apply bind next return throw abort addEventListener removeEventListener emit on once off toSorted toReversed with ' +
    'hasOwnProperty isPrototypeOf getReader read decode encode getRandomValues resolve reject write end enqueue close child label'
  ).split(' '),
);

/** Those of them that no package gives another meaning. */
export const PLAIN_METHODS = new Set(
  (
    'toString toLowerCase toUpperCase trim trimStart trimEnd split join slice substring substr replace replaceAll matchAll includes indexOf lastIndexOf startsWith ' +
    'endsWith padStart padEnd charAt charCodeAt localeCompare map filter forEach reduce reduceRight some every sort flat flatMap push pop shift unshift splice ' +
    'toFixed toISOString toLocaleString toLocaleDateString toLocaleTimeString getTime getFullYear getMonth getDate getDay getHours getMinutes hasOwnProperty then catch finally'
  ).split(' '),
);
