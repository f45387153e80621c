// What the cases of a test file prove: which of them assert something that is not true forever, and whether a call in one of them runs
// and has its outcome looked at.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { type Assertion, assertionsIn } from './assertions.ts';
import type { Case } from './cases.ts';
import { isReplyIn, isReplyOf, onlyExists } from './existence.ts';
import { heardIn, worseHeard } from './heard.ts';
import { rootOf } from './roots.ts';

/** `never`: it does not run; `unseen`: nothing is asserted of what comes of it; `seen`: something is. */
export type Standing = 'never' | 'unseen' | 'seen';

export class Proofs {
  readonly #reading: Reading;
  readonly #unit: Unit;
  readonly #cases: ReadonlyMap<FunctionNode, Case>;
  readonly #assertions = new Map<FunctionNode, readonly Assertion[]>();
  readonly #runs = new Map<FunctionNode, boolean>();

  constructor(reading: Reading, unit: Unit, cases: readonly Case[]) {
    this.#reading = reading;
    this.#unit = unit;
    this.#cases = new Map(cases.map(one => [one.fn, one]));
  }

  /** How many of the cases that run assert nothing. */
  get silent(): number {
    let count = 0;
    for (const one of this.#cases.values()) if (one.state === 'on' && this.#of(one).length === 0) count += one.rows;
    return count;
  }

  /** How a place stands: for a call, by what is asserted in its case of what it gave back or changed. */
  of(node: ts.Node, call?: ts.CallExpression | ts.NewExpression): Standing {
    const fn = this.#caseAround(node);
    if (fn === 'nowhere') return 'never';
    if (fn === undefined) return 'seen';
    const one = this.#cases.get(fn);
    if (one === undefined) return 'seen';
    if (one.state === 'off') return 'never';
    if (heardIn(this.#reading.near, this.#unit, node, fn) === 'never') return 'never';
    const found = this.#of(one);
    if (found.length === 0) return 'unseen';
    return call === undefined || found.some(assertion => assertion.roots.some(root => isEvidence(root, call))) ? 'seen' : 'unseen';
  }

  /** Is all that is asserted of what a call gave back that something came back? */
  isOnlyThere(node: ts.Node, call: ts.CallExpression | ts.NewExpression): boolean {
    const fn = this.#caseAround(node);
    const one = fn === 'nowhere' || fn === undefined ? undefined : this.#cases.get(fn);
    const found = one === undefined ? [] : this.#of(one).filter(({ roots }) => roots.some(root => isEvidence(root, call)));
    return found.length > 0 && found.every(assertion => this.#asksExistence(assertion, subject => isReplyOf(this.#reading, subject, call)));
  }

  /** Does an assertion, or a helper that is called there, only ask whether a reply is there? */
  #asksExistence({ node, inner }: Assertion, isReply: (subject: ts.Expression) => boolean): boolean {
    if (inner === undefined) return onlyExists(node)?.every(isReply) === true;
    const given = tsc.isCallExpression(node) ? node.arguments : [];
    const isGiven = (at: number): boolean => given[at] !== undefined && isReply(given[at]);
    return inner.found.every(one => this.#asksExistence(one, subject => isReplyIn(this.#reading, subject, inner.helper, isGiven)));
  }

  #of(one: Case): readonly Assertion[] {
    const known = this.#assertions.get(one.fn);
    if (known !== undefined) return known;
    const { near } = this.#reading;
    const found = near.budget.ask<readonly Assertion[]>(
      () => assertionsIn(this.#reading, this.#unit, one.fn, { fn: one.fn, rows: one.given }),
      () => [{ node: one.fn, roots: [{ kind: 'state' }] }],
    );
    this.#assertions.set(one.fn, found);
    return found;
  }

  /** The case around a place; `nowhere`: a function around it is no case, and nobody calls it. */
  #caseAround(node: ts.Node): FunctionNode | 'nowhere' | undefined {
    for (let up: ts.Node | undefined = node; up !== undefined; up = up.parent) {
      if (!isFunctionNode(up)) continue;
      if (this.#cases.has(up)) return up;
      if (!this.#isRun(up)) return 'nowhere';
    }
    return undefined;
  }

  /** May a function of the file be run by something? Told by its name: one that the runner would take for a case and does not, is not. */
  #isRun(fn: FunctionNode): boolean {
    const known = this.#runs.get(fn);
    if (known !== undefined) return known;
    const { near } = this.#reading;
    const first = tsc.isBlock(fn.body ?? fn) ? (fn.body as ts.Block).statements[0] : fn.body;
    const runs =
      first === undefined ||
      near.budget.ask(
        () => worseHeard('heard', heardIn(near, this.#unit, fn.body ?? fn, undefined)) !== 'never',
        () => true,
      );
    this.#runs.set(fn, runs);
    return runs;
  }
}

/** Does an assertion about this say something about that call? */
function isEvidence(root: Assertion['roots'][number], call: ts.CallExpression | ts.NewExpression): boolean {
  if (root.kind === 'state') return true;
  if (root.kind !== 'call') return false;
  const { node } = root;
  if (node === call || (node.pos <= call.pos && call.end <= node.end)) return true;
  // The same function, called again, tells of that call and not of this one.
  if (node.expression.getText().slice(0, 100) === call.expression.getText().slice(0, 100)) return false;
  if (!tsc.isIdentifier(node.expression)) return true;
  const args = node.arguments ?? [];
  return args.length === 0 || args.some(arg => isOfVariable(arg));
}

function isOfVariable(arg: ts.Expression): boolean {
  const root = rootOf(arg);
  return root === undefined ? !tsc.isLiteralExpression(arg) : resolve(root)?.kind !== 'import';
}
