// The `target` of an agent: from what stands in the configuration to what is started and reached, defaults filled in.
import type { TargetSpec, Way } from '../core/index.ts';
import type { TargetFields } from './declaration.ts';

/**
 * A target with its defaults.
 * @param root folder of the agent, relative to the audited root
 */
export function targetOf(target: TargetFields, root: string): TargetSpec {
  return { root, env: target.env ?? {}, allowTools: target.allow_tools ?? [], way: wayOf(target) };
}

function wayOf({ http, command, module, start = [], ready }: TargetFields): Way {
  if (command !== undefined)
    return { kind: 'command', run: command.run ?? [], input: command.input ?? 'argument', reply: command.reply ?? 'stdout' };
  if (module !== undefined) {
    const path = module.path ?? '';
    return { kind: 'module', path, export: module.export ?? (path.endsWith('.py') ? 'handle' : 'default') };
  }
  const { url = '', method = 'POST', headers = {}, reply, stream = 'auto' } = http ?? {};
  return {
    kind: 'http',
    start,
    ready: {
      ...(ready?.url === undefined ? {} : { url: ready.url }),
      ...(ready?.log === undefined ? {} : { log: ready.log }),
      within: ready?.within ?? 60_000,
    },
    url,
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value])),
    body: http !== undefined && 'body' in http ? http.body : { message: '{{message}}', user: '{{user}}', session: '{{session}}' },
    ...(reply === undefined ? {} : { reply }),
    stream,
  };
}
