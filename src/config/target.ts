// The `target` of an agent: how it is started and reached.
import type { TargetSpec, Way } from '../core/index.ts';
import type { Field } from './reader.ts';

const KEYS = ['start', 'ready', 'env', 'http', 'command', 'module', 'allow_tools'];

/**
 * Reads a `target`.
 * @param root folder of the agent, relative to the audited root
 * @throws UserError with file, line and column
 */
export function readTarget(field: Field, root: string): TargetSpec {
  const fields = field.map(KEYS);
  const ways = ['http', 'command', 'module'].filter(key => fields.has(key));
  if (ways.length !== 1)
    throw field.wrong(`must have exactly one of http, command and module, and has ${ways.length === 0 ? 'none' : ways.join(' and ')}.`);
  const env = Object.fromEntries([...(fields.get('env')?.any() ?? [])].map(([key, value]) => [key, value.word()]));
  for (const [key, value] of fields.get('env')?.any() ?? [])
    if (!/^[A-Za-z_]\w*$/.test(key) || value.word().includes('\0')) throw value.wrong('is no name or value that an environment can hold.');
  return { root, env, allowTools: fields.get('allow_tools')?.words() ?? [], way: wayOf(fields, field) };
}

function wayOf(fields: ReadonlyMap<string, Field>, target: Field): Way {
  const command = fields.get('command');
  if (command !== undefined) {
    const own = command.map(['run', 'input', 'reply']);
    const run = own.get('run')?.words();
    if (run === undefined || run.length === 0 || run[0] === '') throw command.wrong('needs run: the program and its arguments as a list.');
    return {
      kind: 'command',
      run,
      input: own.get('input')?.oneOf('stdin', 'argument') ?? 'argument',
      reply: own.get('reply')?.oneOf('stdout') ?? 'stdout',
    };
  }
  const module = fields.get('module');
  if (module !== undefined) {
    const own = module.map(['path', 'export']);
    const path = own.get('path')?.text();
    if (path === undefined) throw module.wrong('needs path: the file that exports the agent.');
    return { kind: 'module', path, export: own.get('export')?.text() ?? 'default' };
  }
  const http = fields.get('http') as Field;
  const own = http.map(['url', 'method', 'headers', 'body', 'reply', 'stream']);
  const url = own.get('url')?.text();
  if (url === undefined) throw http.wrong('needs url: where the agent takes messages.');
  checkUrl(url, own.get('url') as Field);
  const start = fields.get('start')?.words();
  if (start === undefined || start.length === 0 || start[0] === '')
    throw target.wrong('needs start: the program that starts the agent, as a list such as [npm, run, start].');
  const ready = fields.get('ready')?.map(['url', 'log', 'within']);
  const readyUrl = ready?.get('url')?.text();
  if (readyUrl !== undefined) checkUrl(readyUrl, ready?.get('url') as Field);
  const log = ready?.get('log')?.text();
  const reply = own.get('reply')?.text();
  if (reply !== undefined && !/^\$?(?:\.?[\w-]+|\[\d+\]|\["[^"]+"\]|\['[^']+'\])*$/.test(reply.replace(/^\$\.?/, '')))
    throw (own.get('reply') as Field).wrong('must be a path such as $.reply or $.choices[0].message.content.');
  for (const [key, value] of own.get('headers')?.any() ?? [])
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(key)) throw value.wrong('is no name that a header can have.');
  return {
    kind: 'http',
    start,
    ready: {
      ...(readyUrl === undefined ? {} : { url: readyUrl }),
      ...(log === undefined ? {} : { log }),
      within: ready?.get('within')?.duration() ?? 60_000,
    },
    url,
    method: own.get('method')?.oneOf('POST', 'PUT', 'PATCH', 'GET') ?? 'POST',
    headers: Object.fromEntries([...(own.get('headers')?.any() ?? [])].map(([key, value]) => [key.toLowerCase(), value.word()])),
    body: own.has('body') ? own.get('body')?.plain() : { message: '{{message}}', user: '{{user}}', session: '{{session}}' },
    ...(reply === undefined ? {} : { reply }),
    stream: own.get('stream')?.oneOf('auto', 'none', 'sse', 'ai-sdk', 'text') ?? 'auto',
  };
}

/** Only this machine: experiments on somebody's production are never an accident of configuration. */
function checkUrl(url: string, field: Field): void {
  const filled = url.replaceAll('{{port}}', '1');
  if (!URL.canParse(filled)) throw field.wrong('must be a URL such as http://127.0.0.1:{{port}}/chat.');
  const parsed = new URL(filled);
  if (!/^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(parsed.hostname) || parsed.protocol !== 'http:')
    throw field.wrong('must be a plain http address of this machine (127.0.0.1 or localhost): experiments are made on nothing else.');
}
