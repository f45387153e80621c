// Where Alertmanager sends alerts: its routes, and whether a receiver at their end tells anybody.
import type { AlertRouting, Matcher, Receiver, Route } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import { entries, get, isDict, list, text } from '../ci/jobs.ts';
import { type Doc, findAll, Places, roleOfConfig } from './files.ts';

const DEEPEST = 10;
const MOST_ROUTES = 500;

/** The routing of every configuration of an Alertmanager, also inside of the values of a chart. */
export function routings(inventory: Inventory, docs: readonly Doc[]): AlertRouting[] {
  return docs.flatMap(doc =>
    findAll(doc.value, dict => isDict(dict.route) && Array.isArray(dict.receivers)).map((config): AlertRouting => {
      const places = new Places(doc);
      let left = MOST_ROUTES;
      const routeOf = (value: unknown, depth: number): Route => {
        const receiver = text(get(value, 'receiver'));
        const inner = depth > DEEPEST ? [] : list(get(value, 'routes')).filter(() => --left > 0);
        return {
          ...(receiver === undefined ? {} : { receiver }),
          matchers: matchersOf(value),
          goesOn: get(value, 'continue') === true,
          routes: inner.map(one => routeOf(one, depth + 1)),
        };
      };
      return {
        kind: 'alert-routing',
        location: places.of('route:'),
        role: roleOfConfig(inventory, doc.file),
        system: 'Alertmanager',
        route: routeOf(config.route, 0),
        receivers: list(config.receivers).flatMap(one => receiverOf(doc, places, config.global, one)),
      };
    }),
  );
}

function matchersOf(route: unknown): Matcher[] {
  const old = (key: string, op: Matcher['op']): Matcher[] =>
    entries(get(route, key)).map(([label, value]) => ({ label, op, value: text(value) ?? '' }));
  const written = list(get(route, 'matchers')).flatMap((one): Matcher[] => {
    // The operator's AlertmanagerConfig writes them as dictionaries.
    const name = text(get(one, 'name'));
    if (name !== undefined)
      return [{ label: name, op: (text(get(one, 'matchType')) ?? '=') as Matcher['op'], value: text(get(one, 'value')) ?? '' }];
    return (text(one) ?? '')
      .replace(/^\{|\}$/g, '')
      .split(/,(?=\s*[a-zA-Z_]\w*\s*(?:=|!))/)
      .flatMap(part => {
        const found = /^\s*"?([\w.]+)"?\s*(=~|!~|!=|=)\s*([\s\S]*?)\s*$/.exec(part);
        return found === null
          ? []
          : [{ label: found[1] ?? '', op: found[2] as Matcher['op'], value: (found[3] ?? '').replace(/^["']|["']$/g, '') }];
      });
  });
  return [...old('match', '='), ...old('match_re', '=~'), ...written];
}

function receiverOf(doc: Doc, places: Places, global: unknown, receiver: unknown): Receiver[] {
  const name = text(get(receiver, 'name'));
  if (name === undefined) return [];
  const integrations = entries(receiver).flatMap(([key, value]) =>
    /_configs$|Configs$/.test(key) ? list(value).map(one => ({ type: key.replace(/_?configs$/i, ''), one })) : [],
  );
  const location = places.of(`name: ${name}`, `name: '${name}'`, `name: "${name}"`, name);
  const by = integrations.map(({ type }) => type);
  if (integrations.length === 0) return [{ name, location, by, empty: 'it has no integration' }];
  const reasons = integrations.map(({ type, one }) =>
    emptiness(type, isDict(one) ? { ...(isDict(global) ? globalsOf(type, global) : {}), ...one } : one),
  );
  const [first] = reasons;
  return [
    {
      name,
      location: { ...location, file: doc.file },
      by,
      ...(reasons.every(one => one !== undefined) && first !== undefined ? { empty: first } : {}),
    },
  ];
}

function globalsOf(type: string, global: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const urls: Readonly<Record<string, readonly string[]>> = {
    slack: ['slack_api_url', 'slack_api_url_file'],
    opsgenie: ['opsgenie_api_key', 'opsgenie_api_key_file'],
    victorops: ['victorops_api_key', 'victorops_api_key_file'],
  };
  const keys = Object.hasOwn(urls, type) ? (urls[type] ?? []) : [];
  return Object.fromEntries(keys.flatMap(key => (global[key] === undefined ? [] : [[key.replace(`${type}_`, ''), global[key]]])));
}

/** What each integration needs to reach somebody; any of these keys. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  pagerduty: ['routing_key', 'routing_key_file', 'service_key', 'service_key_file', 'integrationKey', 'routingKey', 'serviceKey'],
  slack: ['api_url', 'api_url_file', 'url', 'token', 'apiURL', 'app_token', 'http_config'],
  webhook: ['url', 'url_file', 'urlSecret'],
  email: ['to', 'addresses'],
  opsgenie: ['api_key', 'api_key_file', 'apiKey', 'apiUrl'],
  telegram: ['bot_token', 'bot_token_file', 'bottoken'],
  msteams: ['webhook_url', 'webhook_url_file'],
  teams: ['url'],
  discord: ['webhook_url', 'webhook_url_file', 'url'],
};
const PLACEHOLDER =
  /^(?:|null|todo|tbd|changeme|change-me|xxx+|<[^>]*>|\.\.\.|placeholder|dummy|none)$|your[-_ ]|_here\b|replace[-_ ]?(?:me|with)|xxxx|\bexample\.(?:com|org|net)\b|@example\.|\/T?0{6,}|<[a-z_ -]+>|insert[-_ ]|changeme|\bdummy\b/i;

/** Why an integration tells nobody; undefined: it may. */
export function emptiness(type: string, settings: unknown): string | undefined {
  const needed = Object.hasOwn(NEEDS, type) ? NEEDS[type] : undefined;
  if (needed === undefined) return undefined;
  const values = needed.flatMap(key => {
    const value = get(settings, key);
    return value === undefined || value === null ? [] : [text(value) ?? 'set'];
  });
  if (values.length === 0) return type === 'slack' || type === 'opsgenie' ? undefined : `its ${type} integration says nowhere to send to`;
  const blank = values.every(value => PLACEHOLDER.test(value.trim()));
  if (blank) return `its ${type} integration sends to a placeholder`;
  const local =
    type === 'webhook' &&
    values.every(value => /^https?:\/\/(?:localhost|127\.0\.0\.1)(?::(?:9999|1234|8080|5001|3000))?(?:\/|$)/.test(value));
  return local ? 'its webhook sends to the machine itself' : undefined;
}
