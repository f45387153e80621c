// Whom an alert reaches: through the routes of an Alertmanager or of Grafana, or as the alert itself says.
import type { Tri } from './fact.ts';
import type { Alert, AlertRouting, Matcher, Receiver, Route } from './fact-operations.ts';
import type { Location } from './location.ts';

export interface Told {
  readonly tells: Tri;
  /** Why nobody is told. */
  readonly why?: string;
  readonly at?: readonly Location[];
}

const MOST = 2000;

/** Does somebody get an alert? `unknown`: what sends it is not in the repository. */
export function tellsOf(alert: Alert, routings: readonly AlertRouting[]): Told {
  if (alert.tells !== undefined) return alert.tells === 'no' ? { tells: 'no', why: 'it names nobody to tell' } : { tells: alert.tells };
  const own = routings.filter(routing => (alert.system === 'Grafana') === (routing.system === 'Grafana'));
  const asked = own.length > 0 ? own : routings;
  if (asked.length === 0) return { tells: 'unknown' };
  const ends = asked.flatMap(routing => endsOf(routing, alert));
  const good = ends.some(end => end !== undefined && end.empty === undefined);
  if (good) return { tells: 'yes' };
  const [end] = ends;
  const at = ends.flatMap(one => one?.location ?? []).slice(0, 3);
  if (end === undefined) return { tells: 'no', why: 'its route names a receiver that does not exist', at: asked.map(one => one.location) };
  return { tells: 'no', why: `the receiver "${end.name}" reaches nobody (${end.empty})`, at };
}

/** The receivers at the ends of the routes that an alert takes. */
function endsOf(routing: AlertRouting, alert: Alert): (Receiver | undefined)[] {
  const labels = { alertname: alert.name, ...alert.labels };
  let left = MOST;
  const walk = (route: Route, inherited: string | undefined): string[] => {
    const receiver = route.receiver ?? inherited;
    const out: string[] = [];
    for (const inner of route.routes) {
      if (--left < 0 || !inner.matchers.every(one => holds(one, labels))) continue;
      out.push(...walk(inner, receiver));
      if (!inner.goesOn) return out;
    }
    return out.length > 0 || receiver === undefined ? out : [receiver];
  };
  return walk(routing.route, undefined).map(name => routing.receivers.find(one => one.name === name));
}

function holds({ label, op, value }: Matcher, labels: Readonly<Record<string, string>>): boolean {
  const given = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  const equal = op === '=' || op === '!=' ? given === value : alternatives(value).some(one => one.test(given));
  return op === '=' || op === '=~' ? equal : !equal;
}

/** A pattern of a route as one of its plain alternatives; a pattern of the repository is never run as it is. */
function alternatives(value: string): { test: (text: string) => boolean }[] {
  return value
    .replace(/^\^?\(?|\)?\$?$/g, '')
    .split('|')
    .slice(0, 50)
    .map(one => {
      const [start = '', ...rest] = one.split('.*');
      const end = rest.at(-1) ?? '';
      return rest.length === 0 ? { test: text => text === one } : { test: text => text.startsWith(start) && text.endsWith(end) };
    });
}
