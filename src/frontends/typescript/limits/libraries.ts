// What packages limit, how they are asked or mounted, by what they count unless told otherwise, and where they keep the count.
// Read in the packages as of November 2026. Not here, because they limit no user: bottleneck, p-limit, p-throttle, p-queue and
// other queues towards the provider.

export interface Library {
  readonly packages: readonly string[];
  /** Methods that are asked before the work. `verdict`: the member of the answer; `throws`: a refusal is an exception. */
  readonly asks?: readonly { readonly method: string; readonly key: number | `${number}.${string}` | 'none'; readonly throws?: boolean }[];
  /** Calls of an export that are themselves the question. */
  readonly askedAs?: readonly { readonly name: string; readonly key: number | `${number}.${string}` }[];
  /** Is what the package makes mounted as middleware, as a plugin, as a guard? */
  readonly mounted?: boolean;
  /** Paths below the first or second argument of the construction. */
  readonly amount?: readonly string[];
  readonly window?: readonly string[];
  /** Seconds of one unit of the window. */
  readonly scale?: number;
  /** What the window is when nothing is given, in seconds; the amount likewise. */
  readonly defaults?: { readonly amount?: number; readonly window?: number };
  /** The option that holds the function which makes the key. */
  readonly keys?: readonly string[];
  /** Where the count lives: always there, or decided by an option. */
  readonly state: 'shared' | 'process' | { readonly option: readonly string[] } | { readonly name: RegExp };
  /** What its makers do when the store does not answer. */
  readonly opens?: { readonly unless: string; readonly how: string };
}

export const LIBRARIES: readonly Library[] = [
  {
    packages: ['@upstash/ratelimit'],
    asks: [
      { method: 'limit', key: 0 },
      { method: 'blockUntilReady', key: 0 },
    ],
    state: 'shared',
    opens: { unless: 'timeout', how: 'its store is given five seconds, then every request passes (set timeout: 0)' },
  },
  {
    packages: ['rate-limiter-flexible'],
    asks: [{ method: 'consume', key: 0, throws: true }],
    amount: ['points'],
    window: ['duration'],
    scale: 1,
    state: { name: /^(?!RateLimiterMemory$)/ },
  },
  {
    packages: ['express-rate-limit', 'express-slow-down'],
    mounted: true,
    amount: ['limit', 'max'],
    window: ['windowMs'],
    scale: 0.001,
    defaults: { amount: 5, window: 60 },
    keys: ['keyGenerator'],
    state: { option: ['store'] },
  },
  {
    packages: ['@fastify/rate-limit', 'fastify-rate-limit'],
    mounted: true,
    amount: ['max'],
    window: ['timeWindow'],
    scale: 0.001,
    defaults: { amount: 1000, window: 60 },
    keys: ['keyGenerator'],
    state: { option: ['redis', 'store'] },
    opens: { unless: 'skipOnError', how: '' },
  },
  {
    packages: ['hono-rate-limiter', '@hono-rate-limiter/cloudflare', '@hono-rate-limiter/redis'],
    mounted: true,
    amount: ['limit', 'max'],
    window: ['windowMs'],
    scale: 0.001,
    defaults: { amount: 5, window: 60 },
    keys: ['keyGenerator'],
    state: { option: ['store', 'binding'] },
  },
  {
    packages: ['koa-ratelimit', 'koa2-ratelimit'],
    mounted: true,
    amount: ['max'],
    window: ['duration', 'interval'],
    scale: 0.001,
    defaults: { amount: 2500, window: 3600 },
    keys: ['id', 'keyGenerator'],
    state: { option: ['db.set', 'store'] },
  },
  {
    packages: ['elysia-rate-limit'],
    mounted: true,
    amount: ['max'],
    window: ['duration'],
    scale: 0.001,
    defaults: { amount: 10, window: 60 },
    keys: ['generator'],
    state: { option: ['context'] },
  },
  {
    packages: [
      '@arcjet/next',
      '@arcjet/node',
      '@arcjet/bun',
      '@arcjet/sveltekit',
      '@arcjet/nest',
      '@arcjet/remix',
      '@arcjet/deno',
      '@arcjet/fastify',
      'arcjet',
    ],
    asks: [{ method: 'protect', key: 'none' }],
    state: 'shared',
    opens: { unless: '', how: 'an error of the service lets the request through' },
  },
  { packages: ['@vercel/firewall'], askedAs: [{ name: 'checkRateLimit', key: '1.rateLimitKey' }], state: 'shared' },
  {
    packages: ['@unkey/ratelimit'],
    asks: [{ method: 'limit', key: 0 }],
    amount: ['limit'],
    window: ['duration'],
    scale: 0.001,
    state: 'shared',
  },
  {
    packages: ['@convex-dev/rate-limiter', '@convex-dev/ratelimiter'],
    asks: [
      { method: 'limit', key: '2.key' },
      { method: 'check', key: '2.key' },
    ],
    state: 'shared',
  },
  {
    packages: ['next-rate-limit', 'limiter', 'async-ratelimiter', 'ratelimiter'],
    asks: [
      { method: 'check', key: 'none' },
      { method: 'checkNext', key: 'none' },
      { method: 'tryRemoveTokens', key: 'none' },
      { method: 'removeTokens', key: 'none' },
      { method: 'get', key: '0.id' },
    ],
    amount: ['tokensPerInterval', 'max'],
    window: ['interval', 'duration'],
    scale: 0.001,
    state: { option: ['db'] },
  },
  {
    packages: ['@grammyjs/ratelimiter', 'telegraf-ratelimit'],
    mounted: true,
    amount: ['limit'],
    window: ['timeFrame', 'window'],
    scale: 0.001,
    defaults: { amount: 1, window: 1 },
    keys: ['keyGenerator'],
    state: { option: ['storageClient'] },
  },
];

/** Bot libraries count by the sender of a message unless told otherwise; web servers by address. */
export const BY_SENDER: ReadonlySet<string> = new Set(['@grammyjs/ratelimiter', 'telegraf-ratelimit']);
export const NEST = '@nestjs/throttler';

const BY_PACKAGE = new Map(LIBRARIES.flatMap(library => library.packages.map(name => [name, library] as const)));

export function libraryOf(packageName: string): Library | undefined {
  return BY_PACKAGE.get(packageName);
}

/** Does a module specifier name a package that limits? */
export function namesLimiter(specifier: string): boolean {
  if (specifier === NEST || BY_PACKAGE.has(specifier)) return true;
  return specifier.startsWith('npm:') && BY_PACKAGE.has(specifier.slice(4).replace(/@[\d^~].*$/, ''));
}

/** Packages whose objects keep what they are given beyond one process. */
export const SHARED_STORES =
  /^(?:redis|ioredis|@upstash\/redis|@vercel\/kv|@vercel\/edge-config|keyv|@keyv\/|unstorage|memcached|memjs|@netlify\/blobs|@google-cloud\/firestore|firebase|firebase-admin|@azure\/cosmos|@aws-sdk\/(?:client-dynamodb|lib-dynamodb)|@deno\/kv|convex|mongodb|mongoose|@prisma\/client|drizzle-orm|kysely|knex|pg|postgres|mysql2?|@neondatabase\/serverless|@libsql\/client|@supabase\/|typeorm|sequelize|@mikro-orm\/|better-sqlite3|sqlite3?|bun:sqlite|@planetscale\/database|slonik|@vercel\/postgres|objection|py:(?:redis|aioredis|upstash_redis|valkey|pymongo|motor|beanie|mongoengine|sqlalchemy|sqlmodel|psycopg2?|psycopg_pool|asyncpg|aiomysql|pymysql|mysql|aiosqlite|sqlite3|peewee|tortoise|django|databases|boto3|aioboto3|supabase|firebase_admin|google\.cloud\.(?:firestore|datastore)|azure\.cosmos|diskcache|pymemcache|memcache|aiomcache|pynamodb|piccolo|ormar|prisma)$)/;
/** Packages whose objects forget at the end of the process. */
export const PROCESS_STORES =
  /^(?:lru-cache|quick-lru|tiny-lru|node-cache|memory-cache|@isaacs\/ttlcache|lru\.min|flru|mnemonist|py:(?:cachetools|collections|expiringdict|aiocache|cacheout)$)/;
