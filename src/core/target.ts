// How an agent is started and reached: the `target` of agent-ready.yml, checked and with its defaults filled in.

/** In argv, env, url, headers and body: `{{port}}` is a free port; in url, headers and body also `{{message}}`, `{{user}}`, `{{session}}`. */
export interface TargetSpec {
  /** Folder that it runs in, relative to the audited root. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Names of tools with side effects that experiments may run. */
  readonly allowTools: readonly string[];
  readonly way: Way;
}

export type Way =
  | {
      readonly kind: 'http';
      /** argv, no shell; undefined: it runs already. */
      readonly start: readonly string[];
      /** What answers when it is ready: a URL, or text in its output; undefined: its port accepts. */
      readonly ready: { readonly url?: string; readonly log?: string; readonly within: number };
      readonly url: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      /** A JSON value whose strings are templates; undefined: the message is the body. */
      readonly body: unknown;
      /** Where the reply is in the answer, for example `$.reply` or `$.choices[0].message.content`; undefined: found by itself. */
      readonly reply?: string;
      readonly stream: 'none' | 'sse' | 'ai-sdk' | 'text' | 'auto';
    }
  | {
      readonly kind: 'command';
      readonly run: readonly string[];
      readonly input: 'stdin' | 'argument';
      /** `stdout`: all that it prints is the reply. */
      readonly reply: 'stdout';
    }
  | { readonly kind: 'module'; readonly path: string; readonly export: string };

/** How a target is reached, in a few words. @param where added to what starts it: " in apps/web" */
export function wayWords(way: Way, where = ''): string {
  if (way.kind === 'http') return `${way.start.join(' ')}${where}, ${way.method} ${way.url}`;
  return way.kind === 'command' ? `${way.run.join(' ')}${where}, message by ${way.input}` : `${way.path}, export ${way.export}`;
}
