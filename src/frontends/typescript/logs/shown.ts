// Do the lines of Python's loggers show what a filter or a context put on the record? An id that no format names is not written.
import type { ts } from 'ts-morph';
import { leavesOf, settle, settledProperty, UNSETTLED } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { startText } from '../short-text.ts';
import { propertyName } from '../syntax.ts';

/** Parts of a record that every format shows, or that hold the rest. */
const ALWAYS = /^(?:msg|message|args|levelname|name|__dict__)$/;
/** The name under which a package puts the id on a record. */
const NAMES: Readonly<Record<string, string>> = { 'py:asgi_correlation_id': 'correlation_id' };

export class Shown {
  /** A format that cannot be read may name anything. */
  free = false;
  /** A sink of loguru writes what is bound. */
  extra = false;
  readonly #attributes = new Set<string>();
  readonly #formats: string[] = [];

  /** Does a line of logging show what the filters put on its record? */
  filtered(): boolean {
    return this.free || [...this.#attributes].some(name => this.#formats.some(format => new RegExp(`\\b${name}\\b`).test(format)));
  }

  /** The formats that a formatter is made with. */
  formats(ev: Evaluator, args: readonly ts.Expression[]): void {
    for (const arg of args) {
      const found = ['format', 'fmt', '_format', 'datefmt'].flatMap(name => settledProperty(ev, arg, name));
      const texts = [...found, ...leavesOf(ev, arg).filter(leaf => !tsc.isObjectLiteralExpression(leaf))].map(one => settle(ev, one));
      for (const text of texts)
        if (typeof text === 'string') this.#formats.push(text);
        else if (text === UNSETTLED) this.free = true;
    }
  }

  /** What a sink of loguru is given: it writes what is bound if its format, or its own code, asks for it. */
  sink(ev: Evaluator, given: readonly ts.Expression[]): void {
    for (const leaf of given.flatMap(one => leavesOf(ev, one))) {
      const bodies: ts.Node[] = [];
      for (const value of ev.values(leaf)) {
        if (value.kind === 'function') bodies.push(value.node);
        else if (value.kind === 'instance') bodies.push(value.of);
      }
      if ([leaf, ...bodies].some(node => /\bextra\b/.test(startText(node, 4000)))) this.extra = true;
    }
  }

  /** The names under which a filter puts the id on a record. */
  attributesOf(value: Value): void {
    if (value.kind === 'foreign') {
      const name = NAMES[value.package];
      if (name === undefined) this.free = true;
      else this.#attributes.add(name);
      return;
    }
    const node = value.kind === 'instance' ? value.of : value.kind === 'class' || value.kind === 'function' ? value.node : undefined;
    let found = false;
    if (node !== undefined)
      walk(node, inner => {
        if (!tsc.isBinaryExpression(inner) || inner.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return undefined;
        if (!tsc.isPropertyAccessExpression(inner.left) || !tsc.isIdentifier(inner.left.expression)) return undefined;
        const name = inner.left.name.text;
        found = true;
        if (ALWAYS.test(name)) this.free = true;
        else this.#attributes.add(name);
        return undefined;
      });
    if (!found) this.free = true;
  }
}

/** Is a class a filter: it changes records, and writes none? */
export function isFilter(node: ts.ClassLikeDeclaration): boolean {
  const base = heritage(node);
  if (base !== undefined && /(?:^|\.)Filter$/.test(startText(base, 60))) return true;
  return !node.members.some(m => tsc.isMethodDeclaration(m) && /^(?:format|emit)$/.test(propertyName(m) ?? ''));
}
