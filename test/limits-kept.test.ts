// Counts that are kept as one object, in a file or in a variable: read, changed and written back as a whole.
import { describe, expect, test } from 'vitest';
import type { Limit } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { layOut, type Tree } from './support/calls.ts';

/** Scope, unit, amount, seconds and state; then what weakens it. */
function line(limit: Limit): string {
  return [
    limit.scope,
    limit.unit,
    limit.amount ?? '?',
    limit.window ?? '?',
    limit.state,
    ...(limit.offUnless === undefined ? [] : [`off unless ${limit.offUnless}`]),
    ...(limit.failsOpen === undefined ? [] : ['open']),
  ].join(' ');
}

const limitsOf = async (files: Tree): Promise<readonly string[]> => {
  const { facts } = await scan(layOut(files), () => {});
  return facts.limit.filter(limit => limit.unit !== 'characters').map(line);
};

/** An agent that asks `admit` before the model, and `charge` after it. */
const agent = (after = ''): string => `import OpenAI from 'openai';
import { admit, charge } from './limits.ts';
const client = new OpenAI();
export async function reply(userId: string, question: string) {
  await admit(userId);
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: question }] });
  ${after}
  return choices[0].message.content;
}`;
const CHARGE = `await charge(userId, usage.total_tokens * 0.00001);`;

const FS = `import { readFileSync, writeFileSync } from 'node:fs';\nconst FILE = 'limits.json';\n`;
const HOUR = 'const hour = new Date().toISOString().slice(0, 13);';
/** Read, changed in place, written. */
const inPlace = (reset: string, end = 'writeFileSync(FILE, JSON.stringify(counts));'): string => `${FS}
export function admit(user: string) {
  ${HOUR}
  let counts = JSON.parse(readFileSync(FILE, 'utf8'));
  ${reset}
  counts.requests[user] = (counts.requests[user] ?? 0) + 1;
  ${end}
  if (counts.requests[user] > 20) throw new Error('limit');
}`;
const RESET = 'if (counts.hour !== hour) counts = { hour, requests: {} };';

/** A store whose content is changed by a function that is handed on. */
const STORE = `import { readFile, rename, writeFile } from 'node:fs/promises';
export class Store<T> {
  readonly #file: string;
  constructor(file: string) { this.#file = file; }
  async update<R>(change: (old: T) => { value: T; result: R }): Promise<R> {
    const { value, result } = change(await this.#read());
    await writeFile(this.#file + '.tmp', JSON.stringify(value));
    await rename(this.#file + '.tmp', this.#file);
    return result;
  }
  async #read(): Promise<T> { return JSON.parse(await readFile(this.#file, 'utf8')); }
}`;
const stored = (charged = 'store'): string => `import { Store } from './store.ts';
const store = new Store(process.env.STATE + '/limits.json');
const other = new Store('audit.json');
const current = (counts, hour) => ({ hour, spent: counts.hour === hour ? counts.spent : 0 });
export async function admit(user: string) {
  ${HOUR}
  const reason = await store.update(old => {
    const counts = current(old, hour);
    if (counts.spent >= 5) return { value: counts, result: 'spent' };
    return { value: counts, result: undefined };
  });
  if (reason !== undefined) throw new Error(reason);
}
export async function charge(user: string, usd: number) {
  ${HOUR}
  await ${charged}.update(old => {
    const counts = current(old, hour);
    return { value: { ...counts, spent: counts.spent + usd }, result: undefined };
  });
}`;

/** A deployment with the folder of the counts on a volume. */
const deployed = (volume: string, modes: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: agent}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: agent
          env: [{name: STATE, value: /state}]
          volumeMounts: [{name: state, mountPath: /state}]
      volumes: [{name: state, ${volume}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {accessModes: [${modes}]}
`;

interface Case {
  readonly name: string;
  readonly files: Tree;
  readonly limits: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'a file that is read, changed in place and written',
    files: { 'agent.ts': agent(), 'limits.ts': inPlace(RESET) },
    limits: ['user requests 20 3600 unknown'],
  },
  {
    name: 'a file whose count never begins anew',
    files: { 'agent.ts': agent(), 'limits.ts': inPlace('') },
    limits: ['user requests 20 Infinity unknown'],
  },
  {
    name: 'the hour is compared and never written down',
    files: { 'agent.ts': agent(), 'limits.ts': inPlace('if (counts.hour !== hour) counts = { hour: counts.hour, requests: {} };') },
    limits: ['user requests 20 ? unknown'],
  },
  {
    name: 'changed in place, and never written back',
    files: { 'agent.ts': agent(), 'limits.ts': inPlace(RESET, '') },
    limits: [],
  },
  {
    name: 'written to another file than the one that is read',
    files: { 'agent.ts': agent(), 'limits.ts': inPlace(RESET, "writeFileSync('backup.json', JSON.stringify(counts));") },
    limits: [],
  },
  {
    name: 'two helpers that load and save, and a copy with one more',
    files: {
      'agent.ts': agent(),
      'limits.ts': `${FS}
const load = () => JSON.parse(readFileSync(FILE, 'utf8'));
const save = counts => writeFileSync(FILE, JSON.stringify(counts));
export function admit(user: string) {
  ${HOUR}
  const saved = load();
  const requests = saved.hour === hour ? saved.requests : {};
  const count = (requests[user] ?? 0) + 1;
  if (count > 20) throw new Error('limit');
  save({ hour, requests: { ...requests, [user]: count } });
}`,
    },
    limits: ['user requests 20 3600 unknown'],
  },
  {
    name: 'a store that is given a function',
    files: { 'agent.ts': agent(CHARGE), 'limits.ts': stored(), 'store.ts': STORE },
    limits: ['global usd 5 3600 unknown'],
  },
  {
    name: 'nobody adds what was spent',
    files: { 'agent.ts': agent(), 'limits.ts': stored(), 'store.ts': STORE },
    limits: ['global usd 5 3600 unknown off unless something calls charge, which adds to the count'],
  },
  {
    name: 'what was spent is added to another store of the same class',
    files: { 'agent.ts': agent(CHARGE), 'limits.ts': stored('other'), 'store.ts': STORE },
    limits: [],
  },
  {
    name: 'the file is on a volume of all instances',
    files: {
      'agent.ts': agent(CHARGE),
      'limits.ts': stored(),
      'store.ts': STORE,
      'deploy/agent.yaml': deployed('persistentVolumeClaim: {claimName: claim}', 'ReadWriteMany'),
    },
    limits: ['global usd 5 3600 shared'],
  },
  {
    name: 'the file is on a volume of one node, and there are two instances',
    files: {
      'agent.ts': agent(CHARGE),
      'limits.ts': stored(),
      'store.ts': STORE,
      'deploy/agent.yaml': deployed('persistentVolumeClaim: {claimName: claim}', 'ReadWriteOnce'),
    },
    limits: ['global usd 5 3600 unknown'],
  },
  {
    name: 'the file ends with its pod',
    files: {
      'agent.ts': agent(CHARGE),
      'limits.ts': stored(),
      'store.ts': STORE,
      'deploy/agent.yaml': deployed('emptyDir: {}', 'ReadWriteMany'),
    },
    limits: ['global usd 5 3600 process'],
  },
  {
    name: 'the file has a folder in a service that mounts none',
    files: {
      'agent.ts': agent(CHARGE),
      'limits.ts': stored(),
      'store.ts': STORE,
      'compose.yaml': 'services:\n  agent:\n    environment: {STATE: /state}\n    volumes: [logs:/logs]\nvolumes: {logs: {}}\n',
    },
    limits: ['global usd 5 3600 process'],
  },
  {
    name: 'a variable of the process that is replaced as a whole',
    files: {
      'agent.ts': agent(CHARGE),
      'limits.ts': `let state = { hour: '', spent: 0 };
export function admit(user: string) {
  ${HOUR}
  if (state.hour !== hour) state = { hour, spent: 0 };
  if (state.spent >= 5) throw new Error('limit');
}
export function charge(user: string, usd: number) {
  state = { ...state, spent: state.spent + usd };
}`,
    },
    limits: ['global usd 5 3600 process'],
  },
  {
    name: 'a failure to read the file starts from nothing',
    files: {
      'agent.ts': agent(CHARGE),
      'limits.ts': stored(),
      'store.ts': STORE.replace('{ return JSON.parse', '{ try { return JSON.parse').replace(
        "'utf8')); }",
        "'utf8')); } catch { return { hour: '', spent: 0 }; } }",
      ),
    },
    limits: ['global usd 5 3600 unknown open'],
  },
];

/** The same in Python: a file that a context manager reads and writes back. */
const python = ({
  before = '',
  read = 'json.loads(FILE.read_text())',
  back = '    FILE.write_text(json.dumps(data))',
  charge = '',
} = {}): Tree => ({
  'agent.py': `import json
import os
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from openai import OpenAI

client = OpenAI()
FILE = Path(os.environ["STATE_DIR"]) / "usage.json"

@contextmanager
def state():
    data = ${read}
    yield data
${back}

def admit(user):
    with state() as data:
        today = date.today().isoformat()
${before}
        if data["used"].get(user, 0) >= 1000:
            raise RuntimeError("limit")

def charge(user, n):
    with state() as data:
${charge}
        data["used"][user] = data["used"].get(user, 0) + n

def reply(user_id: str, question: str):
    admit(user_id)
    answer = client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": question}])
    charge(user_id, answer.usage.total_tokens)
    return answer.choices[0].message.content
`,
});
const NEW_DAY = `        if data["day"] != today:
            data["day"] = today
            data["used"] = {}`;

const PYTHON: readonly { readonly name: string; readonly files: Tree; readonly limits: readonly string[] }[] = [
  { name: 'a file that is changed in place', files: python({ before: NEW_DAY }), limits: ['user tokens 1000 86400 unknown'] },
  {
    name: 'an open file',
    files: python({
      before: NEW_DAY,
      read: 'json.load(open(FILE))',
      back: '    with open(FILE, "w") as file:\n        json.dump(data, file)',
    }),
    limits: ['user tokens 1000 86400 unknown'],
  },
  { name: 'nothing is written back', files: python({ before: NEW_DAY, back: '    print("done")' }), limits: [] },
  { name: 'the count never begins anew', files: python(), limits: ['user tokens 1000 Infinity unknown'] },
  {
    name: 'it begins anew only after a call, which is never made once the limit is reached',
    files: python({ charge: `        today = date.today().isoformat()\n${NEW_DAY}` }),
    limits: ['user tokens 1000 Infinity unknown'],
  },
  {
    name: 'the day is never written down',
    files: python({ before: NEW_DAY.replace('            data["day"] = today\n', '') }),
    limits: ['user tokens 1000 ? unknown'],
  },
];

describe('counts of Python that are kept as one object', () => {
  test.each(PYTHON.map(one => [one.name, one] as const))('%s', async (_, { files, limits }) => {
    expect(await limitsOf(files)).toEqual(limits);
  });
});

describe('counts that are kept as one object', () => {
  test.each(CASES.map(one => [one.name, one] as const))('%s', async (_, { files, limits }) => {
    expect(await limitsOf(files)).toEqual(limits);
  });
});
