// Where a request wants to go: its path, and the host that the agent meant.
import type { IncomingMessage } from 'node:http';
import type { Target } from './dialects/index.ts';

/** The header in which a preload names the host that the agent meant, when it sends a call to the stand-in. */
export const HOST_HEADER = 'x-agent-ready-host';

export interface Reached extends Target {
  /** Path with query, as it came; without the host of an absolute target. Holds what is secret in the query. */
  readonly shown: string;
}

/** Reads a request target: `/v1/messages?beta=true`, or absolute as a proxy gets it: `http://api.openai.com/v1/responses`. */
export function targetOf(request: IncomingMessage): Reached {
  const url = request.url ?? '/';
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/is.exec(url);
  const shown = absolute === null ? url : absolute[2] || '/';
  const [path = '/', query = ''] = shown.split(/\?(.*)/s);
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
  return {
    shown,
    // Slashes too many are a slip in a base URL which real providers forgive, mostly.
    path: path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, ''),
    query: new URLSearchParams(query),
    host: (headers[HOST_HEADER] ?? absolute?.[1] ?? '').toLowerCase().replace(/:\d+$/, ''),
    headers,
  };
}
