// Tools that hand a conversation to a person, and whether that is counted against all conversations.
import type { ts } from 'ts-morph';
import type { Tool, Tri } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { textOf, type Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import type { Definition } from './definition.ts';
import type { Effects } from './effect.ts';

/** What the model is told of such a tool: its name and description are the only place that says whom it reaches. Handoffs between agents
 *  and privilege escalation do not match. */
const PEOPLE =
  /\b(?:(?:transfer|hand|escalat|rout|connect|forward|pass)\w*\W{1,3}(?:\w+\W{1,3}){0,6}(?:human|person|people|operator|colleague|staff|representative|live agent|support (?:agent|team|staff))|(?:human|live)[\s_-](?:agent|handoff|handover|support|takeover)|(?:request|contact|call|notify|page)\w*\W{1,3}(?:\w+\W{1,3}){0,4}(?:human|operator|colleague|representative|support team)|escalate to|talk to (?:a|someone))\b/i;
const NAMES =
  /(?:^|_)(?:escalat\w*|handover|human_handoff|handoff_to_human|transfer_to_(?:human|person|agent|operator|support)|to_human)(?:_|$)/i;
const HELP_DESKS = /^(?:node-zendesk|intercom-client|@zendesk\/|freshdesk|@freshdesk|helpscout|@helpscout|front-sdk|gorgias)/;
const COUNTS =
  /^(?:prom-client|@opentelemetry\/|hot-shots|dd-trace|statsd|@aws-lambda-powertools\/metrics|posthog-node|mixpanel|@segment\/|py:(?:prometheus_client|opentelemetry|statsd|datadog|posthog|mixpanel)$)/;

/** Does a tool hand over to a person? */
export function handsOver(reading: Reading, definition: Definition, effects: Effects): boolean {
  const name = (definition.name ?? '').replace(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('-', '_');
  if (NAMES.test(name) && !/privilege|permission/i.test(name)) return true;
  const texts = reading.ev.inside(definition.options, 'description').found.flatMap(v => textOf(v) ?? []);
  for (const run of definition.runs) texts.push(...docstringOf(run.node));
  if (texts.some(text => PEOPLE.test(text.slice(0, 600)))) return true;
  return effects.effects.some(e => HELP_DESKS.test(e.package));
}

/** The text at the start of a Python function, which its framework hands to the model as the description. */
function docstringOf(node: ts.Node): readonly string[] {
  if (!isFunctionNode(node) || !isPython(node) || node.body === undefined || !tsc.isBlock(node.body)) return [];
  const text = node.body.statements.find(s => tsc.isExpressionStatement(s));
  return text !== undefined && tsc.isExpressionStatement(text) && tsc.isStringLiteralLike(text.expression) ? [text.expression.text] : [];
}

/** Is each handover counted, and each conversation? */
export function handoverOf(reading: Reading, definition: Definition, effects: Effects): NonNullable<Tool['handover']> {
  const counted: Tri =
    effects.records.length > 0 ? 'yes' : definition.runs.length === 0 ? 'unknown' : effects.unseen.length > 0 ? 'unknown' : 'no';
  return { counted, conversations: conversationsOf(reading, effects) };
}

/** Is something counted on the way to the model call, outside of the tool? */
function conversationsOf(reading: Reading, effects: Effects): Tri {
  const own = new Set(effects.records);
  let hit = false;
  for (const scope of reading.paths.leads.keys()) {
    if (hit || reading.inventory.roleOf(scope.getSourceFile().fileName) !== 'production' || tsc.isSourceFile(scope)) continue;
    walk(scope, node => {
      if (hit) return 'skip';
      if (!tsc.isCallExpression(node) || own.has(node) || !isCount(node)) return undefined;
      if (reading.ev.values(node.expression).some(v => isMetric(v))) hit = true;
      return undefined;
    });
  }
  return hit ? 'yes' : 'no';
}

function isCount(node: ts.CallExpression): boolean {
  return (
    tsc.isPropertyAccessExpression(node.expression) &&
    /^(?:inc|add|increment|capture|track|observe|record)$/.test(node.expression.name.text)
  );
}

function isMetric(value: Value): boolean {
  return value.kind === 'foreign' && COUNTS.test(value.package);
}
