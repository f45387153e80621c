// What agent-ready.yml may hold. The reader, the JSON Schema and the table in the README are made of this and of nothing else.
import type { Field } from './reader.ts';
import { anything, duration, type JsonSchema, list, mapping, object, oneOf, type Read, ruled, text, unused, word } from './shape.ts';

const argv = (description: string) =>
  ruled(list(description, word('A part of the command.')), (parts, field) => {
    if (parts.length === 0 || parts[0] === '') throw field.wrong('needs at least the name of a program.');
  });

/** Only this machine: experiments on somebody's production are never an accident of configuration. */
const address = (description: string) =>
  ruled(text(description, '^http://(127\\.\\d+\\.\\d+\\.\\d+|localhost|\\[::1\\])(:|/|$)'), (url, field) => {
    const filled = url.replaceAll('{{port}}', '1');
    if (!URL.canParse(filled)) throw field.wrong('must be a URL such as http://127.0.0.1:{{port}}/chat.');
    const parsed = new URL(filled);
    if (!/^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(parsed.hostname) || parsed.protocol !== 'http:')
      throw field.wrong('must be a plain http address of this machine (127.0.0.1 or localhost): experiments are made on nothing else.');
  });

const HTTP = object(
  'An agent behind HTTP.',
  {
    url: address('Where it takes messages; {{port}}, {{message}}, {{user}} and {{session}} are filled in.'),
    method: oneOf('Default: POST.', 'POST', 'PUT', 'PATCH', 'GET'),
    headers: ruled(mapping('Headers of each message.', word('The value.'), "^[\\w!#$%&'*+.^`|~-]+$"), (headers, field) => {
      for (const key of Object.keys(headers))
        if (!/^[\w!#$%&'*+.^`|~-]+$/.test(key)) throw placeOf(field, key).wrong('is no name that a header can have.');
    }),
    body: anything('A JSON value with placeholders, or a text; default: {message, user, session}.'),
    reply: ruled(text('Where the words are in the answer, such as $.reply; default: found by itself.'), (path, field) => {
      if (!/^\$?(?:\.?[\w-]+|\[\d+\]|\["[^"]+"\]|\['[^']+'\])*$/.test(path.replace(/^\$\.?/, '')))
        throw field.wrong('must be a path such as $.reply or $.choices[0].message.content.');
    }),
    stream: oneOf('How the answer is streamed; default: auto.', 'auto', 'none', 'sse', 'ai-sdk', 'text'),
  },
  { required: ['url'] },
);

const COMMAND = object(
  'An agent that is a command: one process for each message, and what it prints is the reply.',
  {
    run: argv('The program and its arguments, without a shell; {{message}} may stand in them.'),
    input: oneOf('How it gets the message; default: argument.', 'stdin', 'argument'),
    reply: oneOf('Default: stdout.', 'stdout'),
  },
  { required: ['run'] },
);

const MODULE = object(
  'An agent that is an exported function or graph, in JavaScript, TypeScript or Python.',
  { path: text('The file.'), export: text('The name of the export; default: default, in Python handle.') },
  { required: ['path'] },
);

const WAYS = ['http', 'command', 'module'] as const;

const TARGET = ruled(
  object(
    'How the agent is started and reached, by exactly one of http (with start), command and module.',
    {
      start: argv('The program that starts a server, without a shell.'),
      ready: object('When a started server is ready; default: when its port accepts.', {
        url: address('Answers below status 500 when it is ready.'),
        log: text('Stands in its output when it is ready.'),
        within: duration('A time such as 90s; default: 60s.'),
      }),
      env: ruled(mapping('Variables of its environment; {{port}} is a free port.', word('The value.'), '^[A-Za-z_]\\w*$'), (env, field) => {
        for (const [key, value] of Object.entries(env))
          if (!/^[A-Za-z_]\w*$/.test(key) || value.includes('\0'))
            throw placeOf(field, key).wrong('is no name or value that an environment can hold.');
      }),
      http: HTTP,
      command: COMMAND,
      module: MODULE,
      allow_tools: unused(list('Tools with side effects that experiments may run.', word('The name of a tool.'))),
    },
    { oneOf: [{ required: ['http', 'start'] }, { required: ['command'] }, { required: ['module'] }] },
  ),
  (target, field) => {
    const ways = WAYS.filter(key => target[key] !== undefined);
    if (ways.length !== 1)
      throw field.wrong(`must have exactly one of http, command and module, and has ${ways.length === 0 ? 'none' : ways.join(' and ')}.`);
    if (target.http !== undefined && target.start === undefined)
      throw field.wrong('needs start: the program that starts the agent, as a list such as [npm, run, start].');
    if (target.http !== undefined && target.http.url === undefined)
      throw placeOf(field, 'http').wrong('needs url: where the agent takes messages.');
    if (target.command !== undefined && target.command.run === undefined)
      throw placeOf(field, 'command').wrong('needs run: the program and its arguments as a list.');
    if (target.module !== undefined && target.module.path === undefined)
      throw placeOf(field, 'module').wrong('needs path: the file that exports the agent.');
  },
);

const AGENT = object('An agent of the repository.', {
  name: text('Its name, for --agent.'),
  root: ruled(text('Its folder; default: the root of the repository.'), (root, field) => {
    if (/^[/\\]|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(root)) throw field.wrong('must be a folder inside of the repository.');
  }),
  target: TARGET,
});

const SECTIONS = {
  agents: list('The agents of the repository.', AGENT),
  traffic: unused(anything('Requests and money, for the answer to the third question.')),
  evaluation: unused(anything('Cases and the judge of the evaluation.')),
  waivers: unused(anything('Items that somebody has accepted, with a reason and a date.')),
  ignore: unused(anything('Files to leave out.')),
};

export const CONFIG = object('The configuration of agent-ready.', SECTIONS);
export type TargetFields = Read<typeof TARGET>;

/** The JSON Schema of agent-ready.yml. */
export const configSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'agent-ready.yml',
  // An empty file is an empty configuration.
  ...CONFIG.schema,
});

const placeOf = (field: Field, key: string): Field => field.any().get(key) ?? field;
