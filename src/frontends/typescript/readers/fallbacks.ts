// Other ways to a model: the batch interfaces of the providers, a second model when the first one fails, and what chooses between them.
import type { ts } from 'ts-morph';
import type { Fallback, Location, Reach } from '../../../core/index.ts';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { isGlobal } from '../evaluator/values.ts';
import { whenHigh } from '../limits/direction.ts';
import { choiceByUse, choiceOfRequest, type QuotaChoice } from '../limits/model-choice.ts';
import { isComparison, NO_ENV } from '../limits/trace.ts';
import { wayOf } from '../limits/way.ts';
import { isLoop, type LoopStatement } from '../loops/bounds.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { Scope } from '../paths/paths.ts';
import { scopeOf } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import { boundNames, walk } from '../program.ts';
import type { Reader, Reading } from '../reader.ts';
import { endsOnSuccess } from '../retries/attempts.ts';
import { isFunctionNode } from '../scope.ts';
import { callPlace } from '../usage/spending.ts';

/** Member chains that hand work to a batch, and the packages whose clients have them. */
const BATCHES: readonly (readonly [chain: RegExp, packages: RegExp])[] = [
  [
    /(?:^|\.)batches\.create$/,
    /^(?:openai|@anthropic-ai\/|@google\/genai|groq-sdk|together-ai|py:(?:openai|anthropic|google\.genai|groq|together)$)/,
  ],
  [/(?:^|\.)batch\.jobs\.create$/, /^(?:@mistralai\/|py:mistralai$)/],
];
const BEDROCK = 'CreateModelInvocationJobCommand';
/** Wrappers that go on to another model when one fails. */
const WRAPPERS = new Set(['ai-fallback', 'ai-retry']);

export const reader: Reader = {
  id: 'fallbacks',
  wants: { text: /\bbatches\b|\bbatch\.jobs\b|CreateModelInvocationJobCommand|['"]ai-(?:fallback|retry)['"]/ },
  read: (reading, nominated) => {
    const ask = (question: () => readonly Fallback[]): readonly Fallback[] => reading.ev.budget.ask(question, () => []);
    return [
      ...nominated.flatMap(file => ask(() => batches(reading, file))),
      ...[...reading.paths.leads.keys()].flatMap(scope => ask(() => onErrors(reading, scope))),
      ...ask(() => options(reading)),
      ...reading.sites.flatMap(site => ask(() => byUse(reading, site.node, choiceByUse(reading, site)))),
      ...reading.requests.flatMap(site => ask(() => byUse(reading, site.node, choiceOfRequest(reading, site)))),
    ];
  },
};

function base(reading: Reading, node: ts.Node): Pick<Fallback, 'kind' | 'location' | 'role'> {
  const location = placeOf(node);
  return { kind: 'fallback', location, role: reading.inventory.roleOf(location.file) };
}

/** Calls of a batch interface. */
function batches(reading: Reading, file: string): Fallback[] {
  const out: Fallback[] = [];
  const unit = reading.program.unit(file);
  if (unit === undefined) return out;
  walk(unit.ast, node => {
    if (!tsc.isCallExpression(node) && !tsc.isNewExpression(node)) return undefined;
    const label = batchName(reading, node);
    if (label === undefined) return undefined;
    const chosen = chooser(node);
    const off = chosen === undefined ? undefined : switchOf(reading, chosen.condition);
    const trigger = chosen?.decides(reading) === true ? 'condition' : 'none';
    const standing = { reach: reachOf(reading, node), ...(off === undefined ? {} : { offUnless: off }) };
    out.push({ ...base(reading, node), sort: 'batch', trigger, from: [], to: [], label, ...standing });
    return undefined;
  });
  for (const { specifier, name } of wrappersIn(unit.ast))
    out.push({ ...base(reading, specifier), sort: 'other-model', trigger: 'error', from: [], to: [], label: name, reach: 'unknown' });
  return out;
}

function wrappersIn(ast: ts.SourceFile): { specifier: ts.Node; name: string }[] {
  return ast.statements.flatMap(s =>
    tsc.isImportDeclaration(s) &&
    tsc.isStringLiteralLike(s.moduleSpecifier) &&
    WRAPPERS.has(s.moduleSpecifier.text) &&
    !s.importClause?.isTypeOnly
      ? [{ specifier: s.moduleSpecifier, name: s.moduleSpecifier.text }]
      : [],
  );
}

function batchName(reading: Reading, node: ts.CallExpression | ts.NewExpression): string | undefined {
  if (tsc.isNewExpression(node)) {
    if (!tsc.isIdentifier(node.expression) || node.expression.text !== BEDROCK) return undefined;
    return reading.ev.values(node.expression).some(v => v.kind === 'foreign' && v.package === '@aws-sdk/client-bedrock')
      ? BEDROCK
      : undefined;
  }
  if (!tsc.isPropertyAccessExpression(node.expression)) return undefined;
  const chain = node.expression.getText().replace(/[\s?!]/g, '');
  const known = chain.length < 200 ? BATCHES.find(([name]) => name.test(chain)) : undefined;
  if (known === undefined) return undefined;
  const made = reading.ev.values(node.expression).some(v => v.kind === 'foreign' && known[1].test(v.package));
  return made ? chain.split('.').slice(-3).join('.') : undefined;
}

/** Can a request, a job or another caller get here? Batch work is often done by a job of its own. */
function reachOf(reading: Reading, node: ts.Node): Reach {
  const reach = reading.paths.reachOf(node);
  if (reach !== 'unconnected') return reach;
  let scope: Scope = scopeOf(node);
  for (let i = 0; i < 20 && isFunctionNode(scope); i++) {
    const uses = reading.paths.usesOf(scope);
    const [first] = uses;
    if (first === undefined) return i === 0 ? 'unconnected' : 'unknown';
    if (first.how === 'registered') return 'on-path';
    scope = scopeOf(first.node);
  }
  return 'unknown';
}

interface Chooser {
  readonly condition: ts.Expression;
  /** Does the other branch, or what follows, lead to a model call? */
  readonly decides: (reading: Reading) => boolean;
}

/** The nearest condition around a node, in its function. */
function chooser(node: ts.Node): Chooser | undefined {
  for (let at = node, up = node.parent; up !== undefined && !isFunctionNode(up); at = up, up = at.parent) {
    const condition =
      tsc.isIfStatement(up) && at !== up.expression
        ? up.expression
        : tsc.isConditionalExpression(up) && at !== up.condition
          ? up.condition
          : undefined;
    if (condition === undefined) continue;
    const [branch, own] = [up, at];
    const holds = tsc.isIfStatement(up) ? at === up.thenStatement : tsc.isConditionalExpression(up) && at === up.whenTrue;
    return {
      condition,
      decides: reading =>
        !isWhenAmple(reading, condition, holds) &&
        [...(reading.paths.leads.get(scopeOf(branch)) ?? [])].some(
          lead => !isWithin(lead, own) && !isWithin(lead, condition) && lead.getStart() > condition.end,
        ),
    };
  }
  return undefined;
}

/** Does a count of use decide, and does a side of the condition run only while little was used? */
function isWhenAmple(reading: Reading, condition: ts.Expression, holds: boolean): boolean {
  let ample = false;
  walk(condition, node => {
    const high = isComparison(node) ? wayOf(reading).count(node, NO_ENV)?.whenHigh : undefined;
    if (high !== undefined) ample ||= !whenHigh(reading.near, condition, { node, whenHigh: high }, NO_ENV).has(holds);
    return undefined;
  });
  return ample;
}

/** A condition that only a setting decides: `if (process.env.USE_BATCH)`. */
function switchOf(reading: Reading, condition: ts.Expression): string | undefined {
  let name: string | undefined;
  let other = false;
  walk(condition, node => {
    if (tsc.isCallExpression(node) || tsc.isAwaitExpression(node)) other = true;
    if (tsc.isBinaryExpression(node) && numbersIn(reading.ev.values(node.right)).length > 0) other = true;
    const member = memberOf(node);
    if (member === undefined || !tsc.isPropertyAccessExpression(member.of)) return undefined;
    if (member.of.name.text === 'env' && reading.ev.values(member.of.expression).some(v => isGlobal(v, 'process'))) name = member.name;
    return undefined;
  });
  return name === undefined || other ? undefined : `${name} is set`;
}

/** `env.USE_BATCH`, `env["USE_BATCH"]` */
function memberOf(node: ts.Node): { readonly of: ts.Expression; readonly name: string } | undefined {
  if (tsc.isPropertyAccessExpression(node)) return { of: node.expression, name: node.name.text };
  if (!tsc.isElementAccessExpression(node) || !tsc.isStringLiteralLike(node.argumentExpression)) return undefined;
  return { of: node.expression, name: node.argumentExpression.text };
}

/** Second calls after a failure: in a catch, or round by round through a list. */
function onErrors(reading: Reading, scope: Scope): Fallback[] {
  const out: Fallback[] = [];
  const leads = [...(reading.paths.leads.get(scope) ?? [])];
  const seen = new Set<ts.Node>();
  for (const lead of leads) {
    for (let at = lead, up = lead.parent; up !== undefined && at !== scope; at = up, up = at.parent) {
      if (seen.has(up)) continue;
      if (tsc.isCatchClause(up)) {
        seen.add(up);
        const attempt = up.parent;
        const from = callsBelow(
          reading,
          leads.filter(node => isWithin(node, attempt.tryBlock)),
        );
        const to = callsBelow(
          reading,
          leads.filter(node => isWithin(node, up)),
        );
        if (from.length > 0 && to.length > 0)
          out.push({
            ...base(reading, lead),
            sort: 'other-model',
            trigger: 'error',
            from,
            to,
            label: 'a second call after a failure',
            reach: 'on-path',
          });
      } else if (tsc.isTryStatement(up) && at === up.tryBlock && up.catchClause !== undefined) {
        seen.add(up);
        const loop = up.parent?.parent;
        if (loop === undefined || !isLoop(loop) || !endsOnSuccess(up, loop) || !takesItem(lead, up, loop)) continue;
        const to = callsBelow(reading, [lead]);
        out.push({
          ...base(reading, loop),
          sort: 'other-model',
          trigger: 'error',
          from: [],
          to,
          label: 'a list that is tried one by one',
          reach: 'on-path',
        });
      }
    }
  }
  return out;
}

/** Is the item of a list handed to what leads to the model? Only then may the next round ask another model. */
function takesItem(lead: ts.Node, attempt: ts.TryStatement, loop: LoopStatement): boolean {
  const names = new Set<string>();
  const declared = tsc.isForOfStatement(loop) || tsc.isForStatement(loop) ? loop.initializer : undefined;
  if (declared === undefined || !tsc.isVariableDeclarationList(declared)) return false;
  for (const { name } of declared.declarations) for (const one of boundNames(name)) names.add(one);
  const counter = new Set(names);
  if (tsc.isForStatement(loop)) {
    names.clear();
    const body = tsc.isBlock(loop.statement) ? [...loop.statement.statements, ...attempt.tryBlock.statements] : [];
    // `const candidate = candidates[i]`
    for (const statement of body) {
      if (!tsc.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations)
        if (
          initializer !== undefined &&
          tsc.isElementAccessExpression(initializer) &&
          counter.has(initializer.argumentExpression.getText())
        )
          for (const one of boundNames(name)) names.add(one);
    }
  }
  let outer = lead;
  while (outer.parent !== undefined && !tsc.isStatement(outer.parent) && outer.parent !== attempt.tryBlock) outer = outer.parent;
  let takes = false;
  walk(outer, node => {
    if (takes) return 'skip';
    if (tsc.isIdentifier(node) && names.has(node.text)) takes = true;
    if (tsc.isElementAccessExpression(node) && tsc.isForStatement(loop) && counter.has(node.argumentExpression.getText())) takes = true;
    return undefined;
  });
  return takes;
}

/** The model calls that some nodes are, or lead to. */
function callsBelow(reading: Reading, nodes: readonly ts.Node[]): Location[] {
  const { paths } = reading;
  const calls = new Set<ts.Node>([...reading.sites, ...reading.requests].map(({ node }) => node));
  const out = new Map<string, Location>();
  const queue = [...nodes];
  const seen = new Set<ts.Node>(queue);
  const used = scopesByUse(reading);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (calls.has(node)) {
      const place = callPlace(node);
      out.set(`${place.file}:${place.line}:${place.column}`, place);
    }
    for (const scope of used.get(node) ?? [])
      for (const lead of paths.leads.get(scope) ?? []) {
        if (seen.has(lead)) continue;
        seen.add(lead);
        queue.push(lead);
      }
  }
  return [...out.values()];
}

const USED = new WeakMap<object, ReadonlyMap<ts.Node, readonly Scope[]>>();

/** The scopes that a node runs. */
function scopesByUse({ paths }: Reading): ReadonlyMap<ts.Node, readonly Scope[]> {
  const known = USED.get(paths);
  if (known !== undefined) return known;
  const out = new Map<ts.Node, Scope[]>();
  for (const scope of paths.leads.keys()) {
    if (!isFunctionNode(scope)) continue;
    for (const { node } of paths.usesOf(scope)) {
      const list = out.get(node);
      if (list === undefined) out.set(node, [scope]);
      else list.push(scope);
    }
  }
  USED.set(paths, out);
  return out;
}

/** Another model that is asked when a count of use says so. */
function byUse(reading: Reading, call: ts.Node, choice: QuotaChoice | undefined): Fallback[] {
  if (choice === undefined) return [];
  const place = callPlace(call);
  const { what, unit, scope } = choice.read;
  const counted = unit === 'usd' ? 'dollars' : unit === 'unknown' ? 'use' : unit;
  const label = `${what}: ${counted} of ${scope === 'global' ? 'everybody together' : scope === 'user' ? 'the user' : 'somebody'}`;
  const off = choice.offUnless === undefined ? {} : { offUnless: choice.offUnless };
  const way = { sort: 'other-model', trigger: 'condition', from: [place], to: [place], label, reach: 'on-path' } as const;
  return [{ ...base(reading, choice.node), ...way, ...off, ...(choice.sides === undefined ? {} : { sides: choice.sides }) }];
}

/** `.withFallbacks(...)` of LangChain, and options that name more models to go on to. */
function options(reading: Reading): Fallback[] {
  const out: Fallback[] = [];
  for (const site of reading.sites) {
    const place = callPlace(site.node);
    const { value } = site.classified;
    const chained = value.steps.some(step => step.kind === 'member' && (step.name === 'withFallbacks' || step.name === 'with_fallbacks'));
    const listed = [
      'body.models',
      'body.extra_body.models',
      'body.providerOptions.gateway.models',
      'body.fallbacks',
      'client.fallbacks',
    ].find(at => reading.options.look(site, at).found.some(v => v.kind === 'array' && v.node.elements.length > 0));
    if (!chained && listed === undefined) continue;
    const label = chained ? '.withFallbacks()' : `the option ${listed?.slice(listed.indexOf('.') + 1)}`;
    out.push({ ...base(reading, site.node), sort: 'other-model', trigger: 'error', from: [place], to: [], label, reach: 'on-path' });
  }
  return out;
}
