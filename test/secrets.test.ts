// Secrets: every rule finds its key and lets its near miss go, nothing of a value leaves the reader, and no text makes it slow.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { audit } from '../src/audit.ts';
import type { Secret } from '../src/core/index.ts';
import { FORMATS } from '../src/frontends/text/formats.ts';
import { kindOf, roleFor } from '../src/frontends/text/kinds.ts';
import { mask } from '../src/frontends/text/mask.ts';
import { secrecyOf } from '../src/frontends/text/names.ts';
import { scanText } from '../src/frontends/text/scan-text.ts';
import { roleOf } from '../src/repository/index.ts';
import { scan } from '../src/scan.ts';
import { TEMPLATES } from '../templates/index.ts';
import { jwt, KEYS, Maker, pem, RUN } from './support/keys.ts';
import { openShelf } from './support/lay-out.ts';

const shelf = openShelf('secrets');
const m = new Maker(RUN);

/** What is found in one file, as `line rule use`. */
function found(file: string, text: string): string[] {
  const kind = kindOf(file);
  const role = roleFor(roleOf(file), kind);
  return scanText({ text, kind, role }).map(hit => `${text.slice(0, hit.start).split('\n').length} ${hit.rule} ${hit.use}`);
}

describe(`known forms (SECRETS_SEED=${RUN})`, () => {
  test('every form has a maker here', () => {
    expect(FORMATS.map(format => format.id).filter(id => KEYS[id] === undefined)).toEqual([]);
  });

  test.each(FORMATS.map(format => [format.id, format] as const))('%s', (id, format) => {
    const make = KEYS[id] ?? (() => '');
    let misses = 0;
    for (let i = 0; i < 40; i++) {
      const value = make(m);
      const rules = found('src/client.ts', `connect('${value}');`);
      if (rules.join() !== `1 ${id} ${format.use ?? 'live'}`) misses++;
      // The same form, with a body that somebody typed.
      const start = format.starts.find(begin => value.startsWith(begin)) ?? '';
      const typed = start + value.slice(start.length).replace(/[A-Za-z0-9]/g, 'x');
      expect(found('src/client.ts', `connect('${typed}');`), 'a mask').toEqual([]);
      // Not at the start of a word.
      if (id !== 'telegram-bot-token' && id !== 'azure-openai-key')
        expect(
          found('src/client.ts', `connect('q${value}');`).filter(rule => rule.includes(id)),
          'the end of a word',
        ).toEqual([]);
    }
    // A random key may look typed by chance: five equal characters, a word.
    expect(misses, `${id}, of 40`).toBeLessThanOrEqual(2);
  });

  test('a wrong checksum, a public role and a sample are none', () => {
    const token = (KEYS['github-token'] ?? String)(m);
    expect(found('a.ts', `const token = '${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}';`)).toEqual([]);
    expect(found('a.ts', `createClient(url, '${jwt(m, { iss: 'supabase', role: 'anon', exp: 2033006000 })}')`)).toEqual([]);
    expect(found('a.ts', `createClient(url, '${jwt(m, { iss: 'supabase-demo', role: 'service_role' })}')`)).toEqual([]);
    expect(found('a.ts', `const id = 'AKIA${'IOSFODNN7'}EXAMPLE';`)).toEqual([]);
    expect(found('a.ts', `initializeApp({ apiKey: '${(KEYS['google-api-key'] ?? String)(m)}', authDomain: 'x.firebaseapp.com' })`)).toEqual(
      [],
    );
    expect(found('.env', `FIREBASE_API_KEY=${(KEYS['google-api-key'] ?? String)(m)}`)).toEqual([]);
  });

  test('escapes, the name of a variable and the middle of a line hide nothing', () => {
    const key = (KEYS['anthropic-api-key'] ?? String)(m);
    const at = (file: string, text: string) => expect(found(file, text), text.replace(key, 'KEY')).toEqual(['1 anthropic-api-key live']);
    at('a.ipynb', `"text": ["out:\\n${key}\\n"]`);
    at('a.ts', `const key = process.env['${key}'];`);
    at('README.md', `curl -H "x-api-key: ${key}" https://x.dev`);
    at('a.min.js', `!function(){var n={m:"x",apiKey:"${key}",s:!0}}();`);
    at('url.txt', `https://x.dev/?key=${key}&v=1`);
    at('encoded.txt', `Authorization=Bearer%20${key}`);
    at('main.tf', `  default = "${key}"`);
    at('a.py', `# old: ${key}`);
  });

  test('private keys, complete or escaped; frames, certificates and patterns are none', () => {
    for (const kind of ['', 'RSA ', 'EC ', 'OPENSSH ']) expect(found('a.pem', pem(m, kind)), kind).toEqual(['1 private-key live']);
    expect(found('.env', `KEY="${pem(m, '', '\\n')}"`)).toEqual(['1 private-key live']);
    expect(found('a.json', `{ "private_key": "${pem(m, '', '\\n')}" }`)).toEqual(['1 private-key live']);
    expect(found('a.pem', pem(m, '').replaceAll('PRIVATE KEY', 'CERTIFICATE'))).toEqual([]);
    expect(found('a.ts', pem(m, '', '\n', 0))).toEqual([]);
    expect(found('a.ts', `/-----BEGIN [A-Z ]*PRIVATE${' '}KEY-----[\\s\\S]{64,}/`)).toEqual([]);
  });
});

describe('places', () => {
  const hex = () => m.hex(32);
  const live = (file: string, make: (value: string) => string, rule = 'generic-api-key') => {
    for (const value of [hex(), m.hex(40), m.alnum(40)]) {
      const text = make(value);
      expect(
        found(file, text).map(one => one.split(' ')[1]),
        `${file}: ${text.replace(value, 'VALUE')}`,
      ).toEqual([rule]);
    }
  };

  test.each<[string, (value: string) => string, string?]>([
    ['a.ts', v => `export const mistral = new Mistral({ apiKey: '${v}' });`],
    ['a.ts', v => `const key = process.env.SERPER_API_KEY ?? "${v}";`],
    ['a.ts', v => `headers: { 'X-API-KEY': '${v}' }`],
    ['a.ts', v => `const secretAccessKey: string = '${v}';`],
    ['a.ts', v => `const schema = z.object({ apiKey: z.string().default('${v}') });`],
    ['a.js', v => `const authToken = '${v}';`],
    ['a.js', v => `module.exports = new Exa('${v}');`],
    ['a.py', v => `client = cohere.Client("${v}")`],
    ['a.py', v => `os.environ["SERPER_API_KEY"] = "${v}"`],
    ['a.py', v => `os.environ.setdefault("SERPER_API_KEY", "${v}")`],
    ['a.py', v => `key = os.getenv("SERPER_API_KEY", "${v}")`],
    ['a.py', v => `serper_api_key: SecretStr = SecretStr("${v}")`],
    ['a.py', v => `def search(q: str, api_key: str = "${v}") -> str:`],
    ['a.py', v => `parser.add_argument("--api-key", type=str, default="${v}")`],
    ['a.go', v => `const apiKey string = "${v}"`],
    ['a.go', v => `apiKey := "${v}"`],
    ['a.rs', v => `const API_KEY: &str = "${v}";`],
    ['A.java', v => `private static final String API_KEY = "${v}";`],
    ['a.rb', v => `key = ENV.fetch("SERPER_API_KEY", "${v}")`],
    ['a.php', v => `define('SERPER_API_KEY', '${v}');`],
    ['.env', v => `SERPER_API_KEY=${v}`],
    ['.env.production', v => `export SERPER_API_KEY='${v}'`],
    ['a.yaml', v => `- name: SERPER_API_KEY\n  value: "${v}"`],
    ['a.yaml', v => `  session:\n    secret: ${v}`, 'generic-secret'],
    ['a.toml', v => `api_key = "${v}"`],
    ['a.properties', v => `search.serper.api-key=${v}`],
    ['a.xml', v => `<apiKey>${v}</apiKey>`],
    ['web.config', v => `<add key="SerperApiKey" value="${v}" />`],
    ['Dockerfile', v => `ENV SERPER_API_KEY ${v}`],
    ['a.tf', v => `variable "serper_api_key" {\n  type = string\n  default = "${v}"\n}`],
    ['run.sh', v => `docker run -e SERPER_API_KEY=${v} agent`],
    ['run.sh', v => `agent --api-key ${v}`],
    ['run.sh', v => `curl -H "X-API-KEY: ${v}" https://x.dev`],
    ['mcp.json', v => `{ "env": { "SERPER_API_KEY": "${v}" } }`],
    ['a.ipynb', v => `"api_key = \\"${v}\\"\\n",`],
  ])('%s %s', (file, make, rule) => live(file, make, rule));

  test('passwords, tokens and addresses', () => {
    const password = `${m.alnum(5)}a7K#${m.alnum(6)}!${m.of('23456789', 2)}`;
    expect(found('a.py', `connect(password="${password}")`)).toEqual(['1 password live']);
    expect(found('a.yaml', `db:\n  password: "${password}"`)).toEqual(['2 password live']);
    expect(found('a.php', `define('DB_PASSWORD', '${password}');`)).toEqual(['1 password live']);
    expect(found('a.ts', `const authToken = '${jwt(m, { sub: '42', exp: 2033006000 })}';`)).toEqual(['1 jwt live']);
    expect(found('a.ts', `connect('amqp://agent:${m.alnum(18)}@mq.shop.net:5672')`)).toEqual(['1 url-password live']);
    expect(found('a.yml', `URL: redis://:${m.alnum(24)}@cache.shop.net:6379`)).toEqual(['1 url-password live']);
    const hook = `https://hooks.slack.com/services/T${m.of('ABC234', 8)}/B${m.of('ABC234', 10)}/${m.alnum(24)}`;
    expect(found('a.ts', `notify('${hook}')`)).toEqual(['1 webhook-url live']);
  });

  test('accounts that a script makes', () => {
    expect(found('init-mongo.js', "db.createUser({\n  user: 'admin',\n  pwd: 'admin',\n  roles: [],\n});")).toEqual([
      '3 default-password default',
    ]);
    expect(found('init.sql', "CREATE USER agent WITH LOGIN PASSWORD 'agent';")).toEqual(['1 default-password default']);
    expect(found('init.sql', "create user 'agent'@'%' identified by 'agent';")).toEqual(['1 default-password default']);
    expect(found('init.sh', 'psql -c "ALTER ROLE agent PASSWORD \'agent\'"')).toEqual(['1 default-password default']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
    expect(found('init.sh', 'psql -c "ALTER ROLE agent PASSWORD \'${DB_PASSWORD}\'"')).toEqual([]);
    expect(found('init-mongo.js', "db.createUser({ user: 'agent', pwd: process.env.DB_PASSWORD, roles: [] });")).toEqual([]);
    expect(found('init.sql', "CREATE ROLE reader NOLOGIN; COMMENT ON ROLE reader IS 'no password';")).toEqual([]);
    expect(found('accounts.ts', "await createUser({ name: 'Ann', email: 'ann@shop.net' });")).toEqual([]);
    expect(found('init.test.ts', "db.createUser({ user: 'a', pwd: 'admin' });")).toEqual([]);
  });

  test('defaults count where they would run', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
    const compose = 'services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-agent}\n  app:\n    environment:\n';
    const more =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
      '      DATABASE_URL: postgres://agent:${POSTGRES_PASSWORD:-agent}@db:5432/agent\n      OPENAI_API_KEY: ${OPENAI_API_KEY:-dummy}\n';
    expect(found('docker-compose.yml', compose + more)).toEqual(['4 default-password default']);
    expect(found('docker-compose.dev.yml', compose + more)).toEqual([]);
    expect(found('a.ts', "const secret = process.env.JWT_SECRET || 'keyboard-cat';")).toEqual(['1 default-secret default']);
    expect(found('a.ts', "const key = process.env.OPENAI_API_KEY || 'dummy';")).toEqual([]);
    expect(found('a.ts', "const secret = process.env.JWT_SECRET || '';")).toEqual([]);
    expect(found('a.test.ts', "const secret = process.env.JWT_SECRET || 'keyboard-cat';")).toEqual([]);
    expect(found('a.py', 'secret = os.getenv("JWT_SECRET", "keyboard-cat")')).toEqual(['1 default-secret default']);
    expect(found('.env.example', 'JWT_SECRET=keyboard-cat')).toEqual([]);
  });

  test.each([
    'apiKey: process.env.MEM9_API_KEY!',
    "apiKey: ''",
    "apiKey: 'your-api-key-here-1234'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
    "apiKey: '${OPENAI_API_KEY_2024_08_15}'",
    "apiKey: 'test-api-key-1234567890'",
    "apiKey: 'm9-supersecret-key-1234'",
    "token: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
    "secretName: 'projects/shop-prod-42/secrets/openai-key-v2/versions/latest'",
    "tokenizer: 'Xenova/claude-tokenizer-2024-v2-legacy'",
    "sessionKey: 'agent:session:v2:user:2024:primary'",
    "password: 'Password must have at least 12 characters'",
    "type: 'password', password: 'Passw0rd123!'",
    "cacheKey: '0f9a3b7c5d1e8f2a4b6c8d0e1f3a5b7c'",
    "commit: '0f9a3b7c5d1e8f2a4b6c8d0e1f3a5b7c9d0e1f2a'",
    "integrity: 'sha512-0f9a3b7c5d1e8f2a4b6c8d0e1f3a5b7c'",
    "nextPageToken: '0f9a3b7c5d1e8f2a4b6c8d0e1f3a5b7c'",
    "thread: 'thread_0f9a3b7c5d1e8f2a4b6c8d0e', secret: 'call_Xk29dLw8Qm4Zp7Vt1Rb6Yc3N'",
    "keyId: '0f9a3b7c5d1e8f2a4b6c8d0e1f3a5b7c'",
    "publicKey: '0f9a3b7c5d1e8f2a4b6c8d0e1f3a5b7c'",
    "db: 'postgres://postgres:postgres@localhost:5432/agent'",
    "db: 'postgres://user:password@db.example.com/agent'",
    "db: 'mongodb+srv://<user>:<password>@cluster0.mongodb.net'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
    'db: `postgres://${user}:${password}@${host}/agent`',
    "arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:agent/openai-a1B2c3'",
  ])('quiet: %s', line => {
    expect(found('src/config.ts', `export const c = { ${line} };`)).toEqual([]);
  });

  test('names', () => {
    const says = (name: string) => secrecyOf(name);
    for (const name of [
      'DB_PASSWORD',
      'jwtSecret',
      'cookie-secret',
      'NEXTAUTH_SECRET',
      'signingKey',
      'WHATSAPP_VERIFY_TOKEN',
      'dbPassword2',
    ])
      expect(says(name), name).toBe('accepts');
    for (const name of [
      'OPENAI_API_KEY',
      'apiKey',
      'x-api-key',
      'accessToken',
      'secretAccessKey',
      'client_secret',
      'SERPER_KEY',
      'HF_TOKEN',
    ])
      expect(says(name), name).toBe('presents');
    for (const name of [
      'maxTokens',
      'tokenizer',
      'cacheKey',
      'passwordField',
      'password_hash',
      'SECRET_NAME',
      'publishableKey',
      'primaryKeyName',
      'key',
    ])
      expect(says(name), name).toBe(undefined);
  });
});

describe('the report', () => {
  const AGENT =
    "import OpenAI from 'openai';\nconst client = new OpenAI();\nexport const ask = m => client.chat.completions.create({ model: 'gpt-5.6', messages: m });\n";

  test('comments that silence scanners are told of, not obeyed', async () => {
    const make = KEYS['groq-api-key'] ?? String;
    const files = {
      'agent.ts': AGENT,
      'a.ts': `const k = '${make(m)}'; // gitleaks:allow`,
      'b.ts': `// secretlint-disable-next-line\nconst k = '${make(m)}';`,
      'c.py': `k = "${make(m)}"  # pragma: allowlist secret`,
      'd.ts': `/* secretlint-disable */\nconst a = 1;\nconst k = '${make(m)}';`,
      'e.ts': `/* secretlint-disable */\n/* secretlint-enable */\nconst k = '${make(m)}';`,
    };
    const { facts } = await scan(shelf.layOut(files), () => {});
    const hushed = Object.fromEntries(facts.secret.map((s: Secret) => [s.location.file, s.hushed ?? false]));
    expect(hushed).toEqual({ 'a.ts': true, 'b.ts': true, 'c.py': true, 'd.ts': true, 'e.ts': false });
  });

  test('never holds more of a value than the mask shows', async () => {
    const values = Object.values(KEYS).map(make => make(m));
    const passwords = [m.alnum(18), m.alnum(20), `Zk3${m.alnum(4)}#9d!7Q`, `gateway-${m.hex(6)}`];
    const [inUrl = '', fallback = '', chosen = '', gateway = ''] = passwords;
    const lines = values.map(
      (value, i) => `const k${i} = '${value}';\nprocess.env['${value}'];\nconst c${i} = { '${value}': 1, apiKey: '${value}' };`,
    );
    const root = shelf.layOut({
      'agent.ts': `import OpenAI from 'openai';\nconst client = new OpenAI({ apiKey: process.env.X ?? '${gateway}' });\nconst other = new OpenAI({ apiKey: process.env['${values[0]}'] });\nexport const ask = m => [client, other].map(c => c.chat.completions.create({ model: 'gpt-5.6', messages: m }));\n`,
      ...Object.fromEntries(lines.map((line, i) => [`keys/k${i}.ts`, line])),
      'db.ts': `connect('postgres://agent:${inUrl}@db.shop.net/x', process.env.JWT_SECRET || '${fallback}');\nconst password = '${chosen}';`,
    });
    const report = await audit(root);
    expect(report.secrets.length).toBeGreaterThan(values.length);
    for (const { id, load } of TEMPLATES) {
      const text = (await load()).render(report, { columns: 120, colour: 0, unicode: true, verbose: true });
      const leaked = [...values, ...passwords].filter(value => pieces(value).some(piece => text.includes(piece)));
      expect(
        leaked.map(value => mask(value)),
        id,
      ).toEqual([]);
    }
  });

  test('a mask shows at most six and two characters, and never more than a quarter', () => {
    for (let length = 1; length < 120; length++) {
      const value = m.alnum(length);
      const parts = mask(value).split('******');
      expect(parts).toHaveLength(2);
      const [head = '', tail = ''] = parts;
      expect(head.length).toBeLessThanOrEqual(6);
      expect(tail.length).toBeLessThanOrEqual(2);
      expect(head.length + tail.length).toBeLessThanOrEqual(length / 4);
      expect(value.startsWith(head) && value.endsWith(tail)).toBe(true);
    }
  });

  test('languages, files, lines and what was not read stay as they were', async () => {
    const root = shelf.layOut({
      'agent.ts': AGENT,
      'README.md': '# Agent\n'.repeat(50),
      'logo.png': '\0\0binary',
      'data.bin.txt': `a\0b`,
      'big.min.js': `var a="${'x'.repeat(300_000)}";`,
      'notes.txt': 'one\ntwo\n',
    });
    const { repository } = await audit(root);
    expect(repository).toMatchObject({ languages: ['javascript', 'typescript'], files: 1, lines: 3 });
    expect(repository.unread).toEqual([{ file: 'big.min.js', reason: 'minified' }]);
  });

  test('the key of a model client and its text are one finding', async () => {
    const key = (KEYS['openai-legacy-key'] ?? String)(m);
    const root = shelf.layOut({ 'agent.ts': AGENT.replace('OpenAI()', `OpenAI({ apiKey: '${key}' })`) });
    const { secrets } = await audit(root);
    expect(secrets.map(s => s.kind)).toEqual(['openai-legacy-key']);
  });
});

/** Every piece of a value that is longer than a mask may show, its public beginning left out. */
function pieces(value: string): string[] {
  const body = value.length < 16 ? value : value.slice(6);
  const size = value.length < 16 ? value.length : 8;
  return Array.from({ length: Math.max(1, body.length - size + 1) }, (_, i) => body.slice(i, i + size)).filter(piece =>
    /[^-_.]{8}|^.{1,15}$/.test(piece),
  );
}

describe('hostile text', { timeout: 30_000 }, () => {
  const SIZE = 400_000;
  const attacks: Readonly<Record<string, (size: number) => string>> = {
    'one run': size => 'a1B2'.repeat(size / 4),
    'runs of the right length': size => 'a1B2c3D4e5F6g7H8 '.repeat(size / 17),
    'beginnings of keys': size => `sk-${'ant-api03-'}`.repeat(size / 13),
    'beginnings with quotes': size => `"sk-${'proj-'}aaaaaaaaaaaaaaaaaaaaaaaaa1A2",`.repeat(size / 40),
    'names without values': size => 'api_key='.repeat(size / 8),
    'names and values': size => `api_key="a1B2c3D4e5F6g7H8i9J0";`.repeat(size / 31),
    'values on one line': size => `secret:a1B2c3D4e5F6g7H8i9J0,`.repeat(size / 28),
    addresses: size => '://a:b'.repeat(size / 6),
    'addresses that never end': size => `://${'a'.repeat(60)}:${'b'.repeat(110)}`.repeat(size / 173),
    'private keys': size => `-----BEGIN ${'PRIVATE'} KEY-----`.repeat(size / 27),
    'mark only': size => `${'PRIVATE'} KEY `.repeat(size / 12),
    tokens: size => 'eyJhbGciOiJIUzI1NiJ9.eyJ'.repeat(size / 24),
    'shell defaults': size => '${PASSWORD:-'.repeat(size / 12),
    passwords: size => 'password '.repeat(size / 9),
    'passwords with types': size => `password: ${'A'.repeat(30)} `.repeat(size / 41),
    fallbacks: size => 'process.env.SECRET || "'.repeat(size / 23),
    slashes: size => '\\'.repeat(size),
    blanks: size => ' '.repeat(size),
    'short lines': size => 'password\n'.repeat(size / 9),
    'long names': size => `${'a_'.repeat(size / 2)}password = "x"`,
    'tokens of Telegram': size => '1234567890:AA'.repeat(size / 13),
  };

  test.each(
    Object.keys(attacks).flatMap(name => ['a.ts', 'compose.yml', 'notes.md'].map(file => [name, file] as const)),
  )('%s in %s takes time in proportion to its length', (name, file) => {
    const make = attacks[name] ?? String;
    const time = (size: number): number => {
      const text = make(size);
      const kind = kindOf(file);
      const best = [0, 1].map(() => {
        const before = process.cpuUsage();
        scanText({ text, kind, role: 'production' });
        return process.cpuUsage(before).user / 1000;
      });
      return Math.min(...best);
    };
    const small = time(SIZE);
    const large = time(4 * SIZE);
    expect(large, `${small.toFixed(0)} ms for a quarter of it`).toBeLessThan(Math.max(12 * small, 250));
    expect(large).toBeLessThan(4000);
  });
});

test('what is read again through a link is told once, under the path nearest to the root', async () => {
  const root = shelf.layOut({ 'app/settings.py': `API_KEY = "sk-ant-${'api03'}-${m.url(93)}AA"\n` });
  const told = async () => (await scan(root, () => {})).facts.secret.map(secret => secret.location.file);
  symlinkSync('settings.py', join(root, 'app/local.py'));
  expect(await told()).toEqual(['app/settings.py']);
  symlinkSync('app/settings.py', join(root, 'settings.py'));
  expect(await told()).toEqual(['settings.py']);
});
