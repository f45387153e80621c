// Which exports carry something of an SDK: a client, a model, an agent, a function that makes one, an object that holds one.
// Asked of every export of many files, so callers are not looked for: what a parameter may be does not matter here.

import type { Classifier } from './classify.ts';
import { tsc } from './compiler.ts';
import { Evaluator, type Values } from './evaluate.ts';
import type { Program } from './program.ts';
import type { Value } from './values.ts';

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
        // Public fields and methods that hand out a client.
        const instance: Value = { kind: 'instance', of: node, args: undefined, frame: undefined };
        return node.members.some(
          m =>
            m.name !== undefined &&
            tsc.isIdentifier(m.name) &&
            !tsc.isConstructorDeclaration(m) &&
            this.holds(this.ev.member([instance], m.name.text), depth + 1),
        );
      }
      default:
        return false;
    }
  }
}
