// Where a guard stands: on the way in, on the way out, at the results of tools, or at a log. Decided by following its callers
// up to the way of a request, and its text through the function where they meet.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Foreign, Value } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { handsOverAt } from '../paths/exits.ts';
import { type Paths, type Scope, scopeOf } from '../paths/paths.ts';
import type { Program } from '../program.ts';
import type { Reading } from '../reader.ts';
import { PYTHON_LOG_LIBRARIES } from '../readers/log-libraries-python.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { cutsAnywhere } from './borders.ts';
import { comesFrom, isToolMessage, reaches } from './flow.ts';
import { isKeptCopy } from './kept.ts';
import { type LogPart, LogParts } from './log-parts.ts';
import { holdsBack } from './pieces.ts';
import { rawSlots } from './slots.ts';
import { isHeldBack, isInPieces, isStreamLoop } from './stream-loops.ts';
import { Ways } from './ways.ts';

export type Side = 'input' | 'output' | 'tool-output' | 'log' | 'provider';

/** A place on the way of a request where a guard works. */
export interface Stand {
  readonly side: Side;
  readonly scope: Scope;
  /** The call in that scope that is, or leads to, the guard. */
  readonly node: ts.Node;
  /** The calls in between, the guard first. */
  readonly chain: readonly ts.Node[];
  /** Only a part of each message arrives here at a time: a stream that is looked at piece by piece. */
  readonly piecewise: boolean;
  /** The call that writes to the log, for the side `log`. */
  readonly line?: ts.CallExpression;
  /** The part of a logger that sees its lines, for the side `log`. */
  readonly part?: LogPart;
}

const DEEPEST = 12;
const MOST = 60;
const LOG_METHODS = new Set(
  'log info warn error debug trace fatal verbose notice child warning critical exception success msg bind'.split(' '),
);
const LOGGERS =
  /^(?:pino|winston|bunyan|consola|loglevel|tslog|roarr|signale|log4js|next-axiom|@axiomhq\/|@logtape\/|loglayer|@nestjs\/common|npmlog|@google-cloud\/logging|@aws-lambda-powertools\/logger)/;

export class Stands {
  readonly #ev: Evaluator;
  readonly #paths: Paths;
  readonly #parts: LogParts;
  #detects = false;
  #every: ReadonlySet<ts.Node> | undefined;

  constructor(reading: Reading) {
    this.#ev = reading.ev;
    this.#paths = reading.paths;
    this.#parts = new LogParts(reading);
  }

  /** Every place where a guard works, by the node that is the guard: the application of a pattern, or the call of a library. */
  of(node: ts.Node, detects: boolean): readonly Stand[] {
    this.#detects = detects;
    const out: Stand[] = [];
    if (detects && isAboutConstants(this.#ev, node)) return out;
    this.#ev.budget.ask(
      () => this.#up(node, [node], out, new Set()),
      () => {},
    );
    return out;
  }

  #up(node: ts.Node, chain: readonly ts.Node[], out: Stand[], seen: Set<Scope>): void {
    if (out.length > MOST || chain.length > DEEPEST) return;
    this.#ev.budget.step();
    const scope = scopeOf(node);
    const leads = this.#paths.leads.get(scope);
    // `result = await attempt(call); return { type: 'tool_result', content: result.content }`, in a function that only runs tools.
    if (leads === undefined && reaches(this.#ev.program, node).some(isToolMessage)) {
      out.push({ side: 'tool-output', scope, node, chain, piecewise: false });
      return;
    }
    // A verdict in a log changes nothing; a text that was cleaned for the log is what a log should hold.
    const line = this.#detects ? undefined : this.#lineOf(node, chain);
    if (line !== undefined) {
      out.push({ side: 'log', scope: scopeOf(node), node, chain, piecewise: false, line });
      return;
    }
    if (leads !== undefined) {
      const stand = this.#classify(scope, leads, node, chain);
      if (stand === 'kept') return;
      if (stand !== undefined) {
        out.push(stand);
        return;
      }
      // A callback inside the way, such as a handler of a stream, belongs to the function around it as well.
    }
    if (!isFunctionNode(scope) || seen.has(scope)) return;
    seen.add(scope);
    const part = this.#detects ? undefined : this.#parts.of(scope, node);
    if (part !== undefined) {
      out.push({ side: 'log', scope, node, chain: [...chain, ...(part.by === undefined ? [] : [part.by])], piecewise: false, part });
      return;
    }
    const uses = this.#paths.usesOf(scope);
    // What comes behind the last `yield`, or behind `await next()`, looks at a text that has gone on.
    if (
      this.#detects &&
      node.pos >=
        handsOverAt(
          scope,
          uses.some(use => use.how === 'registered'),
        )
    )
      return;
    // A check of the route itself that does not come before its call of the model.
    const inWay = leads !== undefined && [...leads].some(lead => !chain.includes(lead));
    for (const use of uses) {
      if (use.how === 'registered' && inWay) continue;
      const handed = !this.#detects && use.how === 'handed' ? this.#parts.handed(use.node, scope, node) : undefined;
      if (handed !== undefined) out.push({ side: 'log', scope, node, chain: [...chain, use.node], piecewise: false, part: handed });
      else if (use.how === 'run') this.#atTool(scope, node, chain, out);
      else if (use.how === 'registered') out.push({ side: 'input', scope, node, chain: [...chain, use.node], piecewise: false });
      else this.#up(use.node, [...chain, use.node], out, seen);
    }
  }

  /** The code of a tool: what it returns goes to the model. */
  #atTool(scope: Scope, node: ts.Node, chain: readonly ts.Node[], out: Stand[]): void {
    const program = this.#ev.program;
    const returned =
      reaches(program, node).some(place => isReturned(place, scope)) ||
      (this.#detects && [node, ...chain.slice(0, 1)].flatMap(subjectsOf).some(subject => isHandedOn(program, subject, scope)));
    if (returned && !out.some(stand => stand.scope === scope && stand.side === 'tool-output'))
      out.push({ side: 'tool-output', scope, node, chain, piecewise: false });
  }

  #classify(scope: Scope, leads: ReadonlySet<ts.Node>, node: ts.Node, chain: readonly ts.Node[]): Stand | 'kept' | undefined {
    const program = this.#ev.program;
    const stand = (side: Side, piecewise = false): Stand => ({ side, scope, node, chain, piecewise });
    if (isToolMessage(node)) return stand('tool-output');
    const about = subjectsOf(node);
    const others = new Set([...leads].filter(lead => !chain.includes(lead)));
    // The guard asks a model itself, and nothing else here does: the way of the request is further up.
    if (others.size === 0) return undefined;
    if (about.some(expression => comesFrom(program, expression, others))) {
      if (!this.#detects && isKeptCopy(this.#ev, node, scope, others)) return 'kept';
      return stand('output', this.#isPiecewise(node, chain));
    }
    const places = reaches(program, node);
    if (places.some(place => [...others].some(lead => isWithin(place, lead)))) return stand('provider');
    // After the model was asked, what is looked at is no longer the question; a text that was cleaned must go to the model.
    if (!this.#detects) return undefined;
    return [...others].some(lead => node.getStart() < lead.getStart()) ? stand('input') : undefined;
  }

  /** Inside a loop over a stream, or in a callback for its parts, and not on what was put together after it. */
  #isPiecewise(node: ts.Node, chain: readonly ts.Node[]): boolean {
    if (isInPieces(this.#ev, node, this.#everyLead())) return true;
    for (let up = node.parent; up !== undefined && !tsc.isSourceFile(up); up = up.parent) {
      if (tsc.isForOfStatement(up) && (up.awaitModifier !== undefined || isStreamLoop(this.#ev, up, this.#everyLead()))) {
        const guard = chain[0];
        if (guard !== undefined && guard !== node && holdsBack(this.#ev, node, guard)) return false;
        return !isHeldBack(this.#ev, node, up) || cutsAnywhere(this.#ev, new Ways(this.#ev, scopeOf(guard ?? node)), node, up);
      }
      if (isFunctionNode(up)) {
        const property = up.parent;
        if (tsc.isMethodDeclaration(up) && up.name.getText() === 'transform') return true;
        return tsc.isPropertyAssignment(property) && property.name.getText() === 'transform';
      }
    }
    return false;
  }

  #everyLead(): ReadonlySet<ts.Node> {
    this.#every ??= new Set([...this.#paths.leads.values()].flatMap(nodes => [...nodes]));
    return this.#every;
  }

  /** The call to which the node, or what becomes of it, is handed for a log. */
  #lineOf(node: ts.Node, chain: readonly ts.Node[]): ts.CallExpression | undefined {
    const link = chain.at(-2);
    const raw = link === undefined ? undefined : rawSlots(this.#ev, link);
    for (const place of reaches(this.#ev.program, node)) {
      // `log.info(both.raw)` writes the text as it was.
      if (raw !== undefined && tsc.isPropertyAccessExpression(place.parent) && raw.has(place.parent.name.text)) continue;
      for (let at = place, up = place.parent; up !== undefined && !isFunctionNode(up) && !tsc.isStatement(up); at = up, up = up.parent) {
        if (!tsc.isCallExpression(up) || up.expression === at || !tsc.isPropertyAccessExpression(up.expression)) continue;
        if (!LOG_METHODS.has(up.expression.name.text)) continue;
        if (
          this.#ev
            .values(up.expression.expression)
            .some(v => v.kind === 'foreign' && (v.package === '' ? isConsole(v.steps[0]) : LOGGERS.test(v.package) || isPythonLogger(v)))
        )
          return up;
      }
    }
    return undefined;
  }
}

/** A logger of a package for Python, or of an app that has one. */
const isPythonLogger = (value: Foreign): boolean =>
  PYTHON_LOG_LIBRARIES.some(
    known =>
      known.packages.includes(value.package) &&
      (known.through === undefined || value.steps.some(step => step.kind === 'member' && known.through?.includes(step.name) === true)),
  );

const isConsole = (step: { readonly kind: string; readonly name?: string } | undefined): boolean =>
  step?.kind === 'member' && step.name === 'console';

/** What a guard looks at: the arguments of its call, and the text whose method it is. */
function subjectsOf(node: ts.Node): readonly ts.Expression[] {
  if (!tsc.isCallExpression(node) && !tsc.isNewExpression(node)) return tsc.isExpression(node) ? [node] : [];
  const receiver = tsc.isPropertyAccessExpression(node.expression) ? [node.expression.expression] : [];
  return [...receiver, ...(node.arguments ?? [])];
}

/** Is everything that a detector is given written in the code, as the system prompt is? Nobody attacks with that. */
function isAboutConstants(ev: Evaluator, node: ts.Node): boolean {
  if (!tsc.isCallExpression(node) || node.arguments.length === 0) return false;
  let texts = 0;
  const isWritten = (value: Value): boolean => {
    if (value.kind === 'text') return false;
    if (value.kind === 'literal' && typeof value.value === 'string') texts++;
    return value.kind === 'literal' || (value.kind === 'object' && ev.anyMember([value]).every(isWritten));
  };
  const all = node.arguments.every(arg => {
    const values = tsc.isSpreadElement(arg) ? [] : ev.values(arg);
    return values.length > 0 && values.every(isWritten);
  });
  return all && texts > 0;
}

/** Is a text that a detector looks at, returned by the function as well? */
function isHandedOn(program: Program, subject: ts.Expression, scope: Scope): boolean {
  const binding = tsc.isIdentifier(subject) ? resolve(subject) : undefined;
  if (binding?.kind !== 'variable' && binding?.kind !== 'parameter') return false;
  return program.identifiers(program.unitOf(subject), (subject as ts.Identifier).text).some(id => {
    const other = resolve(id);
    return other?.kind === binding.kind && other.node === binding.node && id !== subject && isReturned(id, scope);
  });
}

/** Does a function return this value, or a part of it? */
function isReturned(place: ts.Node, scope: Scope): boolean {
  for (let at = place, up = place.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isReturnStatement(up) || tsc.isYieldExpression(up)) return scopeOf(up) === scope;
    if (up === scope) return tsc.isArrowFunction(up) && up.body === at && !tsc.isBlock(at);
    if (isFunctionNode(up)) return false;
  }
  return false;
}
