// Which expressions are handed to a model as its tools, and where such a value comes from when a function of the program fetches it.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import type { Foreign } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { dynamicOf } from './definition.ts';
import { DYNAMIC_SOURCES } from './sources.ts';

const SOURCES = new Set(DYNAMIC_SOURCES.flatMap(s => s.members));

export class ToolOffers {
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Expressions in a file that are handed to a model as its tools. */
  offers(unit: Unit): readonly ts.Expression[] {
    const out: ts.Expression[] = [];
    for (const id of this.#reading.program.identifiers(unit, 'tools')) {
      const property = id.parent;
      if (!(tsc.isPropertyAssignment(property) || tsc.isShorthandPropertyAssignment(property)) || property.name !== id) continue;
      if (this.#isGiven(property.parent)) out.push(tsc.isPropertyAssignment(property) ? property.initializer : property.name);
    }
    for (const name of ['bindTools', 'ToolNode', 'withTools'])
      for (const id of this.#reading.program.identifiers(unit, name)) {
        const callee = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
        const call = callee.parent;
        if (!(tsc.isCallExpression(call) || tsc.isNewExpression(call)) || call.expression !== callee) continue;
        const first = call.arguments?.[0];
        if (first !== undefined && !tsc.isSpreadElement(first) && this.#toModel(call)) out.push(first);
      }
    return out;
  }

  /** Is the object an argument of a call that a package with models makes, or of a function that leads to one? */
  #isGiven(object: ts.Node): boolean {
    let node: ts.Node = object;
    for (let up = object.parent; up !== undefined; node = up, up = up.parent) {
      if ((tsc.isCallExpression(up) || tsc.isNewExpression(up)) && up.expression !== node) return this.#toModel(up);
      if (tsc.isPropertyAssignment(up) || tsc.isShorthandPropertyAssignment(up) || isFunctionNode(up) || tsc.isStatement(up)) return false;
    }
    return false;
  }

  #toModel(call: ts.CallExpression | ts.NewExpression): boolean {
    // The settings of Mastra's own tools, which are read where they are made.
    if (tsc.isNewExpression(call) && lastName(call.expression) === 'Workspace') return false;
    const { ev, classifier, paths } = this.#reading;
    return ev.budget.ask(
      () =>
        ev.values(call.expression).some(v => {
          if (v.kind === 'foreign') return classifier.sdksOf(v.package).length > 0;
          return v.kind === 'function' ? paths.leads.has(v.node) : false;
        }),
      () => false,
    );
  }

  /** The call inside a function of the repository that fetches the tools which the function hands out. */
  sourceBehind(node: ts.Expression, depth: number): Foreign | undefined {
    const inner = strip(node);
    if (inner === undefined || depth > 5) return undefined;
    const { ev } = this.#reading;
    ev.budget.step();
    if (tsc.isIdentifier(inner)) {
      const binding = resolve(inner);
      if (binding?.kind === 'variable' && binding.node.initializer !== undefined)
        return this.sourceBehind(binding.node.initializer, depth + 1);
      if (binding?.kind !== 'parameter' || binding.element !== undefined || !isFunctionNode(binding.node.parent)) return undefined;
      const index = binding.node.parent.parameters.indexOf(binding.node);
      for (const call of ev.callers(binding.node.parent).slice(0, 8)) {
        const arg = call.arguments?.[index];
        const found = arg === undefined || tsc.isSpreadElement(arg) ? undefined : this.sourceBehind(arg, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (tsc.isPropertyAccessExpression(inner)) return this.sourceBehind(inner.expression, depth + 1);
    if (!tsc.isCallExpression(inner)) return undefined;
    for (const value of ev.values(inner.expression)) {
      const body = value.kind === 'function' ? value.node.body : undefined;
      if (body === undefined) continue;
      let found: Foreign | undefined;
      walk(body, inside => {
        if (found !== undefined) return 'skip';
        if (tsc.isCallExpression(inside) && SOURCES.has(lastName(inside.expression) ?? ''))
          found = ev.values(inside).find((v): v is Foreign => v.kind === 'foreign' && dynamicOf(v) !== undefined);
        return undefined;
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
