// How programs connect to databases: pure data. A new client is a new row here.
import { PYTHON_DATABASES } from './shapes-python.ts';

export interface DatabaseShape {
  readonly packages: readonly string[];
  /** The name that makes the client: exported, or a member of what is. */
  readonly make: RegExp;
  readonly by: 'new' | 'call' | 'any';
  readonly label: string;
  /** Does it hand over SQL as text? */
  readonly sql: boolean;
  /** A file of the process itself: there is no server and no account. */
  readonly embedded?: boolean;
  /** Options that make the connection refuse writes, with the value that does. */
  readonly readOnly?: readonly string[];
}

export const DATABASES: readonly DatabaseShape[] = [
  { packages: ['@prisma/client'], make: /^(?:default\.)?PrismaClient$/, by: 'new', label: 'Prisma', sql: false },
  { packages: ['drizzle-orm'], make: /^drizzle$/, by: 'call', label: 'Drizzle', sql: false },
  { packages: ['pg'], make: /(?:^|\.)(?:Pool|Client)$/, by: 'new', label: 'pg', sql: true },
  { packages: ['postgres'], make: /^default$/, by: 'call', label: 'postgres', sql: true },
  {
    packages: ['@neondatabase/serverless', '@vercel/postgres'],
    make: /^(?:neon|Pool|Client|createPool|createClient|sql)$/,
    by: 'any',
    label: 'Neon',
    sql: true,
  },
  { packages: ['mysql', 'mysql2', 'mariadb'], make: /(?:^|\.)(?:createPool|createConnection)$/, by: 'call', label: 'MySQL', sql: true },
  {
    packages: ['better-sqlite3'],
    make: /^default$/,
    by: 'new',
    label: 'better-sqlite3',
    sql: true,
    embedded: true,
    readOnly: ['readonly'],
  },
  { packages: ['sqlite3', 'sqlite'], make: /(?:^|\.)(?:Database|open)$/, by: 'any', label: 'SQLite', sql: true, embedded: true },
  {
    packages: ['node:sqlite', 'sqlite'],
    make: /DatabaseSync$/,
    by: 'new',
    label: 'SQLite of Node',
    sql: true,
    embedded: true,
    readOnly: ['readOnly'],
  },
  {
    packages: ['bun:sqlite'],
    make: /(?:^|\.)Database$/,
    by: 'new',
    label: 'SQLite of Bun',
    sql: true,
    embedded: true,
    readOnly: ['readonly'],
  },
  { packages: ['@libsql/client'], make: /^createClient$/, by: 'call', label: 'libSQL', sql: true },
  { packages: ['mssql'], make: /(?:^|\.)(?:connect|ConnectionPool)$/, by: 'any', label: 'SQL Server', sql: true },
  { packages: ['mongodb'], make: /(?:^|\.)MongoClient$/, by: 'new', label: 'MongoDB', sql: false },
  { packages: ['mongoose'], make: /(?:^|\.)(?:connect|createConnection)$/, by: 'call', label: 'Mongoose', sql: false },
  { packages: ['knex'], make: /^(?:default|knex)$/, by: 'call', label: 'Knex', sql: true },
  { packages: ['kysely'], make: /^Kysely$/, by: 'new', label: 'Kysely', sql: false },
  { packages: ['sequelize', 'sequelize-typescript'], make: /(?:^|\.)Sequelize$/, by: 'new', label: 'Sequelize', sql: true },
  { packages: ['typeorm'], make: /^DataSource$/, by: 'new', label: 'TypeORM', sql: true },
  { packages: ['@nestjs/typeorm'], make: /forRoot(?:Async)?$/, by: 'call', label: 'TypeORM', sql: true },
  { packages: ['@nestjs/mongoose'], make: /forRoot(?:Async)?$/, by: 'call', label: 'Mongoose', sql: false },
  {
    packages: ['@supabase/supabase-js', '@supabase/ssr'],
    make: /^create(?:Client|ServerClient|BrowserClient)$/,
    by: 'call',
    label: 'Supabase',
    sql: false,
  },
  {
    packages: ['langchain', '@langchain/classic', '@langchain/community'],
    make: /SqlDatabase\.from\w+$/,
    by: 'call',
    label: 'SqlDatabase of LangChain',
    sql: true,
  },
  { packages: ['@azure/cosmos'], make: /^CosmosClient$/, by: 'new', label: 'Cosmos DB', sql: true },
  { packages: ['@aws-sdk/client-dynamodb'], make: /^DynamoDB(?:Client)?$/, by: 'new', label: 'DynamoDB', sql: false },
  {
    packages: ['firebase-admin', '@google-cloud/firestore'],
    make: /(?:^|\.)(?:getFirestore|firestore|Firestore)$/,
    by: 'any',
    label: 'Firestore',
    sql: false,
  },
  { packages: ['@google-cloud/bigquery'], make: /^BigQuery$/, by: 'new', label: 'BigQuery', sql: true },
  { packages: ['snowflake-sdk'], make: /createConnection$/, by: 'call', label: 'Snowflake', sql: true },
  { packages: ['@clickhouse/client'], make: /^createClient$/, by: 'call', label: 'ClickHouse', sql: true },
  { packages: ['neo4j-driver'], make: /(?:^|\.)driver$/, by: 'call', label: 'Neo4j', sql: true },
  ...PYTHON_DATABASES,
];

/** Modules that a file with a database client imports. */
export const DATABASE_MODULE =
  /^(?:npm:)?(?:@prisma\/client|drizzle-orm|pg|postgres|@neondatabase\/serverless|@vercel\/postgres|mysql2?|mariadb|better-sqlite3|sqlite3?|node:sqlite|bun:sqlite|@libsql\/client|mssql|mongodb|mongoose|knex|kysely|sequelize|sequelize-typescript|typeorm|@nestjs\/(?:typeorm|mongoose)|@supabase\/(?:supabase-js|ssr)|langchain\/sql_db|@langchain\/classic\/sql_db|@azure\/cosmos|@aws-sdk\/client-dynamodb|firebase-admin|@google-cloud\/(?:firestore|bigquery)|snowflake-sdk|@clickhouse\/client|neo4j-driver)(?:[/@]|$)|[/@.]prisma(?:\/|$)/;

/** What a text must hold to be worth parsing: the name that makes a client, followed by a bracket, or a package whose client is its default export. */
export const DATABASE_HINT =
  /\b(?:PrismaClient|drizzle|Pool|Client|neon|createPool|createClient|createConnection|Database|open|DatabaseSync|connect|ConnectionPool|MongoClient|Kysely|Sequelize|DataSource|forRoot|forRootAsync|createServerClient|createBrowserClient|SqlDatabase|CosmosClient|DynamoDB|DynamoDBClient|getFirestore|firestore|Firestore|BigQuery|driver)\s{0,4}(?:<[^>]{0,80}>)?\s{0,4}[(.]|["'](?:postgres|better-sqlite3|knex)["']/;

/** The names of callees that can make a client. */
export const DATABASE_NAMES =
  /^(?:PrismaClient|drizzle|Pool|Client|neon|sql|createPool|createClient|createConnection|Database|open|DatabaseSync|connect|ConnectionPool|MongoClient|Kysely|Sequelize|DataSource|forRoot|forRootAsync|createServerClient|createBrowserClient|from\w+|CosmosClient|DynamoDB|DynamoDBClient|getFirestore|firestore|Firestore|BigQuery|driver)$/;
