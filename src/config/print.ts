// A target as a piece of agent-ready.yml, to be pasted.
import { stringify } from 'yaml';
import type { TargetSpec } from '../core/index.ts';

/** The text of an agent-ready.yml with one agent. */
export function printConfig(name: string, { root, env, way }: TargetSpec): string {
  const target =
    way.kind === 'http'
      ? {
          start: way.start,
          ...(way.ready.url === undefined && way.ready.log === undefined ? {} : { ready: way.ready }),
          env,
          http: { url: way.url, method: way.method, body: way.body, ...(way.reply === undefined ? {} : { reply: way.reply }) },
        }
      : way.kind === 'command'
        ? { command: { run: way.run, input: way.input } }
        : { module: { path: way.path, export: way.export } };
  return stringify({ agents: [{ name, root, target }] }, { flowCollectionPadding: false, lineWidth: 100 });
}
