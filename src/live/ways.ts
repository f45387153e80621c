// By which ways the agent's model requests reached the stand-in.
import type { Exchange } from '../core/index.ts';
import { BASE_URLS, PROXY, TRUST } from './env.ts';
import type { Way } from './front.ts';
import type { Order, WayIn } from './job.ts';

interface Seen {
  readonly exchanges: readonly Exchange[];
  /** Processes that loaded a preload, by its name. */
  readonly loaded: Readonly<Record<string, number>>;
  /** What the front says of a connection. */
  readonly wayOf: (clientPort: number | undefined) => Way | undefined;
}

/** All ways that were open, with the requests that came by each. */
export function waysOf(order: Pick<Order, 'baseUrls' | 'isolation'>, { exchanges, loaded, wayOf }: Seen): WayIn[] {
  // What the preload for Node sent here still names the host that was meant.
  const named = (one: Exchange): boolean => !/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(one.headers.host ?? 'localhost');
  const nameOf = (one: Exchange): WayIn['name'] => wayOf(one.clientPort) ?? (named(one) ? 'node-preload' : 'base-url');
  const came = exchanges.map(nameOf);
  const used = (name: WayIn['name']): number => came.filter(way => way === name).length;
  const preload = (name: 'node-preload' | 'python-preload', variable: string): WayIn => ({
    name,
    variables: [variable],
    loaded: loaded[name] ?? 0,
    used: used(name),
  });
  return [
    { name: 'base-url', variables: [...(order.baseUrls ?? Object.keys(BASE_URLS))], used: used('base-url') },
    preload('node-preload', 'NODE_OPTIONS'),
    preload('python-preload', 'PYTHONPATH'),
    order.isolation.kind === 'namespace'
      ? { name: 'network', variables: [...TRUST], used: used('network') }
      : { name: 'proxy', variables: [...TRUST, ...PROXY], used: used('proxy') },
  ];
}
