// How Python programs connect to databases: pure data. A new client is a new row here.
import type { DatabaseShape } from './shapes.ts';

const SERVER = (packages: readonly string[], make: RegExp, label: string, sql = true): DatabaseShape => ({
  packages,
  make,
  by: 'any',
  label,
  sql,
});

export const PYTHON_DATABASES: readonly DatabaseShape[] = [
  SERVER(['py:psycopg', 'py:psycopg2', 'py:psycopg_pool'], /(?:^|\.)(?:connect|\w*ConnectionPool)$/, 'psycopg'),
  SERVER(['py:asyncpg'], /(?:^|\.)(?:connect|create_pool)$/, 'asyncpg'),
  SERVER(['py:pymysql', 'py:MySQLdb', 'py:mysql', 'py:aiomysql', 'py:asyncmy'], /(?:^|\.)(?:connect|create_pool)$/, 'MySQL'),
  SERVER(['py:pyodbc', 'py:aioodbc', 'py:oracledb', 'py:cx_Oracle', 'py:pymssql'], /(?:^|\.)(?:connect|create_pool)$/, 'ODBC'),
  SERVER(['py:sqlalchemy', 'py:sqlmodel'], /(?:^|\.)create_(?:async_)?engine$/, 'SQLAlchemy'),
  SERVER(['py:databases'], /(?:^|\.)Database$/, 'databases'),
  {
    packages: ['py:sqlite3', 'py:aiosqlite'],
    make: /(?:^|\.)connect$/,
    by: 'call',
    label: 'SQLite of Python',
    sql: true,
    embedded: true,
  },
  { packages: ['py:duckdb'], make: /^connect$/, by: 'call', label: 'DuckDB', sql: true, embedded: true, readOnly: ['read_only'] },
  { packages: ['py:peewee'], make: /(?:^|\.)SqliteDatabase$/, by: 'new', label: 'SQLite of peewee', sql: true, embedded: true },
  SERVER(['py:peewee'], /(?:^|\.)(?:Postgresql|MySQL|PooledPostgresql)Database$/, 'peewee'),
  SERVER(['py:pymongo', 'py:motor'], /(?:^|\.)(?:MongoClient|AsyncMongoClient|AsyncIOMotorClient)$/, 'MongoDB', false),
  SERVER(['py:supabase'], /(?:^|\.)(?:create_client|acreate_client|create_async_client)$/, 'Supabase', false),
  SERVER(['py:langchain', 'py:langchain_community', 'py:langchain_classic'], /SQLDatabase\.from_\w+$/, 'SQLDatabase of LangChain'),
  SERVER(['py:snowflake'], /(?:^|\.)connect$/, 'Snowflake'),
  SERVER(['py:databricks'], /(?:^|\.)connect$/, 'Databricks'),
  SERVER(['py:trino', 'py:redshift_connector', 'py:vertica_python'], /(?:^|\.)connect$/, 'a data warehouse'),
  SERVER(['py:google.cloud.bigquery'], /(?:^|\.)Client$/, 'BigQuery'),
  SERVER(['py:google.cloud.firestore', 'py:firebase_admin'], /(?:^|\.)(?:Client|AsyncClient|firestore\.client)$/, 'Firestore', false),
  SERVER(['py:clickhouse_connect'], /get_(?:async_)?client$/, 'ClickHouse'),
  SERVER(['py:azure.cosmos'], /(?:^|\.)CosmosClient$/, 'Cosmos DB'),
  SERVER(['py:neo4j'], /GraphDatabase\.driver$/, 'Neo4j'),
  SERVER(['py:langchain_neo4j', 'py:langchain_community'], /(?:^|\.)Neo4jGraph$/, 'Neo4j'),
];

/** Modules that a Python file with a database client imports. */
export const PYTHON_DATABASE_MODULE =
  /^py:(?:psycopg\w*|asyncpg|pymysql|MySQLdb|mysql|aiomysql|asyncmy|pyodbc|aioodbc|oracledb|cx_Oracle|pymssql|sqlalchemy|sqlmodel|databases|sqlite3|aiosqlite|duckdb|peewee|pymongo|motor|supabase|langchain|langchain_community|langchain_classic|snowflake|databricks|trino|redshift_connector|vertica_python|google\.cloud\.(?:bigquery|firestore)|firebase_admin|clickhouse_connect|azure\.cosmos|neo4j|langchain_neo4j)(?:[/@]|$)/;

/** Names of callees that can make a client in Python. */
const NAMES =
  'connect|create_pool|create_engine|create_async_engine|\\w*ConnectionPool|MongoClient|AsyncMongoClient|AsyncIOMotorClient|create_client|acreate_client|create_async_client|from_uri|from_engine|Client|AsyncClient|client|get_client|get_async_client|CosmosClient|driver|Neo4jGraph|Database|SqliteDatabase|PostgresqlDatabase|PooledPostgresqlDatabase|MySQLDatabase';
export const PYTHON_DATABASE_NAMES = new RegExp(`^(?:${NAMES})$`);
export const PYTHON_DATABASE_HINT = new RegExp(`\\b(?:${NAMES})\\s{0,4}\\(`);
