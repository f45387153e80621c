// Where a value comes from, when the value is a key: the environment, a secret manager, the user, the source itself.
// Knows packages and globals as data; what it cannot place is unknown.
import type { KeySource } from '../../../core/index.ts';
import { isPlaceholder } from '../../text/judges.ts';
import { matchFormat } from '../../text/match.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { type Foreign, isGlobal, textOf, type Value } from '../evaluator/values.ts';
import { pythonOrigin } from './origins-python.ts';

export interface Origin {
  readonly from: KeySource['from'];
  readonly label: string;
  /** The literal, where it is one. */
  readonly literal?: Extract<Value, { kind: 'literal' }>;
}

/** Variables that the tools of web pages compile into what every visitor downloads. */
const PUBLIC = /^(?:NEXT_PUBLIC|VITE|EXPO_PUBLIC|REACT_APP|NUXT_PUBLIC|GATSBY|VUE_APP|PLASMO_PUBLIC|WXT_PUBLIC|PUBLIC)_/;

const startsWith = (list: string): RegExp => new RegExp(`^(?:${list.split(' ').join('|').replaceAll('.', '\\.')})(?:$|/|-)`);
const MANAGERS = startsWith(
  '@aws-sdk/client-secrets-manager @aws-sdk/client-ssm @aws-sdk/credential-provider @aws-sdk/credential-providers @aws-lambda-powertools/parameters @google-cloud/secret-manager google-auth-library @azure/keyvault-secrets @azure/identity @azure/app-configuration node-vault hashi-vault-js @dopplerhq/node-sdk @infisical/sdk @1password/sdk @vercel/oidc firebase-functions/params aws-param-store',
);
/** Libraries that read and check the environment. */
const ENVIRONMENT = startsWith(
  '@t3-oss/env @t3-oss/env-core @t3-oss/env-nextjs envalid env-var znv convict dotenv config @nestjs/config nconf @dotenvx/dotenvx cloudflare:workers $env/static/private $env/dynamic/private astro:env/server #env process node:process @julr/vite-plugin-validate-env @fastify/env env-schema next/config',
);
const PUBLIC_MODULES = /^\$env\/(?:static|dynamic)\/public$|^astro:env\/client$/;
/** What a person types, chooses or keeps on their own machine or in their browser. */
const PEOPLE = startsWith(
  'react preact solid-js vue svelte zustand jotai recoil nanostores @nanostores/react swr usehooks-ts js-cookie cookie nookies inquirer @inquirer/prompts prompts enquirer @clack/prompts vscode conf configstore electron-store keytar next/headers localforage idb-keyval',
);
const BROWSER_GLOBALS = new Set([
  'localStorage',
  'sessionStorage',
  'document',
  'window',
  'prompt',
  'chrome',
  'browser',
  'GM_getValue',
  'indexedDB',
]);

/** Every origin that the alternatives of a value have. Alternatives that hold nothing are left out. */
export function originsOf(ev: Evaluator, values: Values): readonly Origin[] {
  return values.flatMap((value): readonly Origin[] => {
    ev.budget.step();
    switch (value.kind) {
      case 'literal':
        return literalOrigin(value);
      case 'text':
        return [{ from: 'unknown', label: 'a text that is put together' }];
      case 'foreign': {
        const wrapped = wrappedIn(ev, value);
        return wrapped === undefined ? [foreignOrigin(ev, value, 0)] : originsOf(ev, wrapped);
      }
      case 'request':
        return [{ from: 'user', label: 'what the user or the browser sends' }];
      case 'param':
        return [paramOrigin(value)];
      case 'function':
        // An option that is a function is asked for the key: `apiKey: async () => ...`.
        return originsOf(
          ev,
          ev.returned(value.node, [], value.frame, value.self).filter(v => v.kind !== 'function'),
        );
      default:
        return [{ from: 'unknown', label: value.kind === 'unknown' ? value.why : 'a value that cannot be followed' }];
    }
  });
}

/** What `SecretStr(...)` holds. */
function wrappedIn(ev: Evaluator, value: Foreign): Values | undefined {
  const made = value.package === 'py:pydantic' ? value.steps.find(step => step.kind === 'new') : undefined;
  const first = made?.kind === 'new' ? made.args?.[0] : undefined;
  if (made?.kind !== 'new' || first === undefined || tsc.isSpreadElement(first)) return undefined;
  return membersOf(value).includes('SecretStr') ? ev.values(first, made.frame) : undefined;
}

function literalOrigin(value: Extract<Value, { kind: 'literal' }>): readonly Origin[] {
  if (typeof value.value !== 'string' || value.value.trim() === '') return [];
  if (isPlaceholder(value.value)) return [{ from: 'none', label: 'a placeholder instead of a key' }];
  return [{ from: 'literal', label: 'a literal', literal: value }];
}

function foreignOrigin(ev: Evaluator, value: Foreign, depth: number): Origin {
  const last = value.steps.findLast(step => step.kind === 'member')?.name ?? '';
  if (value.package === '') {
    const variable = variableOf(ev, value);
    if (variable !== undefined) return fromEnvironment(variable);
    const [first] = value.steps;
    const root = first?.kind === 'member' ? first.name : '';
    if (BROWSER_GLOBALS.has(root)) return { from: 'user', label: `${root} of the browser` };
  } else {
    if (MANAGERS.test(value.package)) return { from: 'secret-manager', label: value.package };
    if (PUBLIC_MODULES.test(value.package)) return { from: 'browser', label: shown(last) };
    if (ENVIRONMENT.test(value.package)) return fromEnvironment(firstText(ev, value) ?? last);
    const python = value.package.startsWith('py:') ? pythonOrigin(value.package, membersOf(value)) : undefined;
    if (python === 'environment') return fromEnvironment(firstText(ev, value) ?? last);
    if (python === 'user') return { from: 'user', label: `what the user entered (${value.package.slice(3)})` };
    if (python !== undefined) return { from: python, label: value.package.slice(3) };
    if (PEOPLE.test(value.package)) return { from: 'user', label: `what the user entered (${value.package.replace(/^py:/, '')})` };
  }
  // A binding of the platform: `context.cloudflare.env.X`.
  const names = value.steps.map(step => (step.kind === 'member' ? step.name : ''));
  if (names.at(-2) === 'env' && /^[A-Z][A-Z0-9_]{2,60}$/.test(last)) return fromEnvironment(last);
  // A function that checks or reads what it is given: `schema.parse(process.env).X`, `required(process.env.X)`.
  for (const arg of depth > 2 ? [] : argumentsOf(ev, value)) {
    if (isGlobal(arg, 'process.env') || isGlobal(arg, 'import.meta.env')) return fromEnvironment(last);
    if (arg.kind !== 'foreign') continue;
    const inner = foreignOrigin(ev, arg, depth + 1);
    if (inner.from !== 'unknown') return inner;
  }
  return { from: 'unknown', label: value.package === '' ? 'a value of the platform' : `a value of ${value.package.replace(/^py:/, '')}` };
}

function membersOf(value: Foreign): readonly string[] {
  return value.steps.flatMap(step => (step.kind === 'member' ? [step.name] : []));
}

function fromEnvironment(name: string): Origin {
  return { from: PUBLIC.test(name) ? 'browser' : 'environment', label: shown(name) };
}

/** The variable of `process.env.X`, `import.meta.env.X`, `Bun.env.X`, `Deno.env.get("X")`. */
function variableOf(ev: Evaluator, value: Foreign): string | undefined {
  const names = value.steps.map(step => (step.kind === 'member' ? step.name : ''));
  const [root = '', env = '', name = ''] = names;
  const at = root === 'globalThis' ? 1 : 0;
  const path = at === 1 ? names.slice(1) : names;
  if (at === 1) return path[0] === 'process' && path[1] === 'env' ? path[2] : undefined;
  if (env !== 'env' || !['process', 'import.meta', 'Bun', 'Deno'].includes(root)) return undefined;
  return root === 'Deno' ? (firstText(ev, value) ?? '') : name;
}

function firstText(ev: Evaluator, value: Foreign): string | undefined {
  const made = value.steps.findLast(step => step.kind !== 'member');
  const arg = made?.kind === 'call' ? made.args?.[0] : undefined;
  if (arg === undefined || made?.kind !== 'call' || tsc.isSpreadElement(arg)) return undefined;
  const texts = ev.values(arg, made.frame).flatMap(v => textOf(v) ?? []);
  return texts[0];
}

function argumentsOf(ev: Evaluator, value: Foreign): Values {
  return value.steps.flatMap(step =>
    step.kind === 'member' ? [] : (step.args ?? []).filter(arg => !tsc.isSpreadElement(arg)).flatMap(arg => ev.values(arg, step.frame)),
  );
}

/** A binding of an edge platform: `env.OPENAI_API_KEY`, where `env` is a parameter by that name or of that type. */
function paramOrigin(value: Extract<Value, { kind: 'param' }>): Origin {
  const last = value.path.at(-1) ?? '';
  const { name, type } = value.node;
  const holder = value.path.at(-2) ?? (tsc.isIdentifier(name) ? name.text : '');
  const typed = type !== undefined && tsc.isTypeReferenceNode(type) && tsc.isIdentifier(type.typeName) ? type.typeName.text : '';
  const bound = /^(?:\w*[eE]nv|bindings|platform)$/.test(holder) || /^(?:\w*Env|Bindings|CloudflareBindings)$/.test(typed);
  if (/^[A-Z][A-Z0-9_]{2,60}$/.test(last) && bound) return { ...fromEnvironment(last), from: 'environment' };
  return { from: 'unknown', label: 'a parameter whose callers are not seen' };
}

/** A name that may be shown: sometimes a key is pasted where its name belongs. */
function shown(name: string): string {
  const plain =
    /^[A-Za-z_$][\w$]{0,60}$/.test(name) && matchFormat(name, 0, name.length) === undefined && (name.match(/\d/g)?.length ?? 0) < 6;
  return plain ? name : 'a variable of the environment';
}
