// Which exports carry something of an SDK: a client, a model, an agent, a function that makes one, an object that holds one.
// Asked of every export of many files, so callers are not looked for: what a parameter may be does not matter here.

import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { Evaluator, type Values } from '../evaluator/evaluate.ts';
import { returnOf } from '../evaluator/types.ts';
import type { Value } from '../evaluator/values.ts';
import type { Program } from '../program.ts';
import type { Classifier } from './classify.ts';

/** A client is rarely far from its export; a question that leads further is given up. */
const FUEL = 400;

export class Carriers {
  /** An evaluator of its own, whose memory must not mix with that of one that follows callers. */
  readonly ev: Evaluator;
  readonly #classifier: Classifier;

  constructor(program: Program, classifier: Classifier) {
    this.ev = new Evaluator(program, FUEL);
    this.#classifier = classifier;
  }

  /** Does a value hold something that model calls are made on? */
  holds(values: Values, depth = 0): boolean {
    if (depth > 3) return false;
    return values.some(value => this.#holdsOne(value, depth));
  }

  #holdsOne(value: Value, depth: number): boolean {
    switch (value.kind) {
      case 'foreign':
        return value.package !== '' && this.#classifier.sdksOf(value.package).length > 0;
      case 'function':
        return this.holds(this.ev.returned(value.node, [], value.frame, value.self), depth + 1);
      case 'object':
      case 'array':
        return this.holds(this.ev.anyMember([value]), depth + 1);
      case 'class':
      case 'instance': {
        const node = value.kind === 'class' ? value.node : value.of;
        if (node.heritageClauses?.some(clause => clause.types.some(t => this.holds(this.ev.values(t.expression), depth + 1)))) return true;
        // Public fields and methods that hand out a client; of a class itself, also what makes its instances.
        const instance: Value = value.kind === 'instance' ? value : { kind: 'instance', of: node, args: undefined, frame: undefined };
        const owners = value.kind === 'class' ? [instance, value] : [instance];
        return [...publicNames(node)].some(name => this.holds(this.ev.member(owners, name), depth + 1));
      }
      // A service of which others know the type only, and what its methods hand out.
      case 'shape':
        return value.node.members.some(member => {
          const promised = returnOf(this.ev, member);
          return promised !== undefined && this.#classifier.withRole(promised) !== undefined;
        });
      default:
        return false;
    }
  }
}

/** The members of a class by name, and the fields that only its constructor assigns. */
function publicNames(node: ts.ClassLikeDeclaration): ReadonlySet<string> {
  const out = new Set<string>();
  for (const member of node.members) {
    if (member.name !== undefined && tsc.isIdentifier(member.name)) out.add(member.name.text);
    if (!tsc.isConstructorDeclaration(member)) continue;
    for (const statement of member.body?.statements ?? []) {
      if (!tsc.isExpressionStatement(statement) || !tsc.isBinaryExpression(statement.expression)) continue;
      const { left } = statement.expression;
      if (tsc.isPropertyAccessExpression(left) && left.expression.kind === tsc.SyntaxKind.ThisKeyword) out.add(left.name.text);
    }
  }
  return out;
}
