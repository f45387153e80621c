// Does text that the model wrote reach an expression? Followed without types through parameters, variables, templates and functions
// of the repository. What another system answers is not the model's text, although the model asked for it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { type Foreign, type FunctionNode, foreignPath, isGlobal, textOf, understood } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

/** What a parameter is given on the ways that were followed. */
export interface Mark {
  model: boolean;
  readonly args: ts.Expression[];
}

/** Where the decisive beginning of an address, a path or a command comes from. */
export type Origin = 'model' | 'fixed';

const PASSES = new Set([
  'JSON.parse',
  'JSON.stringify',
  'String',
  'encodeURIComponent',
  'encodeURI',
  'decodeURIComponent',
  'decodeURI',
  'Array.from',
  'Object.values',
  'Object.entries',
  'Object.keys',
  'Object.assign',
  'Object.fromEntries',
  'Promise.all',
  'structuredClone',
]);
const PATHS = new Set(['path', 'node:path', 'upath', 'pathe', 'py:os', 'py:posixpath', 'py:ntpath']);
/** Functions of Python that hand on what they are given in another form. */
const PYTHON_PASSES: Readonly<Record<string, RegExp>> = {
  'py:urllib': /^(?:parse|quote|unquote|urlparse|urlsplit|urlunparse|urlencode|urljoin)/,
  'py:shlex': /^(?:split|join)$/,
  'py:base64': /decode|encode/,
  'py:sqlalchemy': /^(?:text|sql\.text)$/,
  'py:textwrap': /./,
  'py:psycopg': /^sql\./,
  'py:psycopg2': /^sql\./,
  'py:html': /^unescape$/,
  'py:ast': /^(?:parse|literal_eval)$/,
  'py:os': /^(?:fspath|fsdecode)$/,
};
/** Methods of Python's texts and paths that keep what they are called on. */
const PYTHON_KEEPS = new Set(
  'resolve absolute expanduser joinpath with_suffix with_name as_posix format rsplit splitlines strip lstrip rstrip removeprefix removesuffix title capitalize get copy items model_dump dict encode decode expandtabs'.split(
    ' ',
  ),
);
const KEEPS = new Set([
  'trim',
  'toString',
  'toLowerCase',
  'toUpperCase',
  'replace',
  'replaceAll',
  'slice',
  'substring',
  'split',
  'join',
  'concat',
  'map',
  'filter',
  'flat',
  'flatMap',
  'at',
  'normalize',
  'padStart',
  'padEnd',
  'find',
  'pop',
  'shift',
  'match',
  'parse',
  'safeParse',
  'parseAsync',
  'safeParseAsync',
  'toSorted',
  'sort',
  'reverse',
  'trimStart',
  'trimEnd',
  'repeat',
]);
const VALIDATES = new Set(['parse', 'safeParse', 'parseAsync', 'safeParseAsync']);
const EACH = new Set(['map', 'forEach', 'flatMap', 'filter', 'find', 'some', 'every', 'reduce', 'sort']);
/** Members under which a call of a tool carries what the model wrote. */
const ARGUMENTS = new Set(['arguments', 'input', 'args', 'params', 'parameters']);
const DEEPEST = 14;

export class ModelText {
  readonly #ev: Evaluator;
  readonly #near: Evaluator;
  readonly #marks = new Map<ts.ParameterDeclaration, Mark>();
  readonly #active = new Set<ts.Node>();
  readonly #tracing = new Set<ts.Node>();
  /** Are members named `arguments` or `input` the model's text, because this is a dispatcher and not a tool's own function? */
  readonly #dispatcher: boolean;

  /** @param near an evaluator that does not look for callers; where it knows enough, nobody else is asked */
  constructor(ev: Evaluator, near: Evaluator, dispatcher = false) {
    this.#ev = ev;
    this.#near = near;
    this.#dispatcher = dispatcher;
  }

  #values(node: ts.Expression): Values {
    const found = this.#near.values(node);
    return found.some(understood) ? found : this.#ev.values(node);
  }

  /** Says what a parameter is given. */
  mark(parameter: ts.ParameterDeclaration, model: boolean, arg?: ts.Expression): void {
    const mark = this.#marks.get(parameter) ?? { model: false, args: [] };
    mark.model ||= model;
    if (arg !== undefined && mark.args.length < 8) mark.args.push(arg);
    this.#marks.set(parameter, mark);
  }

  /** Is a parameter given the model's text? */
  isMarked(parameter: ts.ParameterDeclaration): boolean {
    return this.#marks.get(parameter)?.model === true;
  }

  /** What a parameter is given on the ways that were followed. */
  given(parameter: ts.ParameterDeclaration): readonly ts.Expression[] {
    return this.#marks.get(parameter)?.args ?? [];
  }

  /** Does any of the model's text get into the expression? */
  reaches(node: ts.Node | undefined, depth = 0): boolean {
    if (node === undefined || depth > DEEPEST || this.#active.has(node)) return false;
    this.#ev.budget.step();
    this.#active.add(node);
    try {
      return this.#reaches(node, depth + 1);
    } finally {
      this.#active.delete(node);
    }
  }

  #reaches(node: ts.Node, depth: number): boolean {
    if (tsc.isIdentifier(node)) return this.#name(node, depth);
    if (tsc.isCallExpression(node)) return this.#call(node, depth);
    if (tsc.isNewExpression(node)) {
      // What a class of a Python program is made of, it holds; a dictionary of arguments mostly becomes one.
      const carries =
        /^URL|(?:^|\.)(?:Pure)?Path$/.test(node.expression.getText()) ||
        (isPython(node) && this.#values(node.expression).some(v => v.kind === 'class'));
      return carries && (node.arguments ?? []).some(a => this.reaches(a, depth));
    }
    if (tsc.isPropertyAccessExpression(node)) {
      if (this.#dispatcher && ARGUMENTS.has(node.name.text)) return true;
      return this.reaches(node.expression, depth);
    }
    if (tsc.isPropertyAssignment(node)) return this.reaches(node.initializer, depth);
    if (tsc.isShorthandPropertyAssignment(node)) return this.reaches(node.name, depth);
    if (isFunctionNode(node)) return false;
    if (tsc.isConditionalExpression(node)) return this.reaches(node.whenTrue, depth) || this.reaches(node.whenFalse, depth);
    let hit = false;
    tsc.forEachChild(node, child => {
      hit ||= this.reaches(child, depth);
    });
    return hit;
  }

  #name(node: ts.Identifier, depth: number): boolean {
    const binding = resolve(node);
    if (binding?.kind === 'parameter') {
      const mark = this.#marks.get(binding.node);
      return mark === undefined ? this.#callback(binding.node, depth) : mark.model;
    }
    if (binding?.kind !== 'variable') return false;
    return this.#sources(binding.node).some(source => this.reaches(source, depth));
  }

  /** The parameter of a callback that goes through a list. */
  #callback(parameter: ts.ParameterDeclaration, depth: number): boolean {
    const call = parameter.parent.parent;
    if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) return false;
    return EACH.has(call.expression.name.text) && this.reaches(call.expression.expression, depth);
  }

  #sources(declaration: ts.VariableDeclaration): readonly ts.Expression[] {
    const out: ts.Expression[] = [];
    const list = declaration.parent.parent;
    if (tsc.isForOfStatement(list) || tsc.isForInStatement(list)) out.push(list.expression);
    if (declaration.initializer !== undefined) out.push(declaration.initializer);
    if (!tsc.isIdentifier(declaration.name)) return out;
    out.push(...this.#pushed(declaration, declaration.name));
    if ((declaration.parent.flags & tsc.NodeFlags.Const) !== 0) return out;
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(declaration), declaration.name.text)) {
      const { parent } = use;
      if (!tsc.isBinaryExpression(parent) || parent.left !== use || out.length > 12) continue;
      const kind = parent.operatorToken.kind;
      if (kind !== tsc.SyntaxKind.EqualsToken && kind !== tsc.SyntaxKind.PlusEqualsToken) continue;
      const binding = resolve(use);
      if (binding?.kind === 'variable' && binding.node === declaration) out.push(parent.right);
    }
    return out;
  }

  /** What is put into a list after it was made: `args.push(pattern)`. */
  #pushed(declaration: ts.VariableDeclaration, name: ts.Identifier): readonly ts.Expression[] {
    const made = strip(declaration.initializer);
    if (made === undefined || !tsc.isArrayLiteralExpression(made)) return [];
    const out: ts.Expression[] = [];
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(declaration), name.text)) {
      const access = use.parent;
      if (!tsc.isPropertyAccessExpression(access) || access.expression !== use || !tsc.isCallExpression(access.parent)) continue;
      if ((access.name.text !== 'push' && access.name.text !== 'unshift') || out.length > 20) continue;
      const binding = resolve(use);
      if (binding?.kind !== 'variable' || binding.node !== declaration) continue;
      for (const arg of access.parent.arguments) out.push(tsc.isSpreadElement(arg) ? arg.expression : arg);
    }
    return out;
  }

  #call(node: ts.CallExpression, depth: number): boolean {
    const callee = node.expression;
    const args = (): boolean => node.arguments.some(arg => this.reaches(tsc.isSpreadElement(arg) ? arg.expression : arg, depth));
    if (tsc.isPropertyAccessExpression(callee)) {
      const name = callee.name.text;
      if (VALIDATES.has(name) && args()) return true;
      if ((KEEPS.has(name) || (PYTHON_KEEPS.has(name) && isPython(node))) && this.reaches(callee.expression, depth)) return true;
      if (isPython(node) && name === 'format' && args()) return true;
    }
    // What is not given any of it hands none of it back; asked first, because looking up a callee is dear.
    if (!args()) return false;
    for (const value of this.#values(callee)) {
      if (value.kind === 'foreign') {
        if (value.package === '' && [...PASSES].some(name => isGlobal(value, name))) return true;
        // The last part of a path cannot climb out of a folder.
        if (PATHS.has(value.package)) return lastMember(value) !== 'basename';
        if (Object.hasOwn(PYTHON_PASSES, value.package) && PYTHON_PASSES[value.package]?.test(foreignPath(value)) === true) return true;
      } else if (value.kind === 'function') return this.#handsBack(value.node, depth);
    }
    return false;
  }

  /** Does a function of the repository return something made of its parameters? */
  #handsBack(fn: FunctionNode, depth: number): boolean {
    if (fn.parameters.some(p => this.#marks.has(p))) return this.#ev.returnsOf(fn).some(r => this.reaches(r, depth));
    for (const parameter of fn.parameters) this.mark(parameter, true);
    try {
      return this.#ev.returnsOf(fn).some(r => this.reaches(r, depth));
    } finally {
      for (const parameter of fn.parameters) this.#marks.delete(parameter);
    }
  }

  /** Who decides the beginning of a text: the host of an address, the root of a path, the program of a command? */
  origin(node: ts.Expression | undefined, depth = 0): Origin {
    const inner = strip(node);
    if (inner === undefined || depth > DEEPEST || this.#tracing.has(inner)) return 'fixed';
    this.#ev.budget.step();
    this.#tracing.add(inner);
    try {
      return this.#origin(inner, depth + 1);
    } finally {
      this.#tracing.delete(inner);
    }
  }

  #origin(node: ts.Expression, depth: number): Origin {
    const worst = (nodes: readonly (ts.Expression | undefined)[]): Origin =>
      nodes.some(n => this.origin(n, depth) === 'model') ? 'model' : 'fixed';
    if (tsc.isStringLiteralLike(node)) return 'fixed';
    if (tsc.isTemplateExpression(node)) {
      if (settled(node.head.text)) return 'fixed';
      const first = node.templateSpans[0];
      if (first === undefined) return 'fixed';
      // `https://api.${x}`: whoever writes x picks the host.
      return node.head.text === '' || /^\w+:\/\/$/.test(node.head.text)
        ? this.origin(first.expression, depth)
        : this.#opens(first.expression, node.head.text, depth);
    }
    if (tsc.isBinaryExpression(node)) {
      if (node.operatorToken.kind === tsc.SyntaxKind.PlusToken) {
        const left = strip(node.left);
        if (left !== undefined && tsc.isStringLiteralLike(left)) {
          if (settled(left.text)) return 'fixed';
          return this.#opens(node.right, left.text, depth);
        }
        return this.origin(node.left, depth);
      }
      return worst([node.left, node.right]);
    }
    if (tsc.isConditionalExpression(node)) return worst([node.whenTrue, node.whenFalse]);
    if (tsc.isNewExpression(node) && node.expression.getText() === 'URL') {
      const [path, base] = node.arguments ?? [];
      return base === undefined ? this.origin(path, depth) : worst([base]);
    }
    if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression;
      if (name.text === 'join' || name.text === 'resolve') {
        const values = this.#values(expression);
        // Only the last absolute part of path.resolve counts; a join stays under its first part unless dots climb out of it.
        if (values.some(v => v.kind === 'foreign' && PATHS.has(v.package))) return this.reaches(node) ? 'model' : 'fixed';
      }
      if (name.text === 'format' && isPython(node)) {
        const texts = this.#values(expression).map(v => textOf(v));
        if (texts.length > 0 && texts.every(t => t !== undefined && /^(?:\w+:\/\/[^/?#{}]+[/?#]|\/)/.test(t))) return 'fixed';
      }
      if (KEEPS.has(name.text) && !VALIDATES.has(name.text)) return this.origin(expression, depth);
    }
    if (tsc.isIdentifier(node)) {
      const binding = resolve(node);
      if (binding?.kind === 'parameter') {
        const mark = this.#marks.get(binding.node);
        if (mark !== undefined && binding.element === undefined && mark.args.length > 0) return worst(mark.args);
        return this.reaches(node) ? 'model' : 'fixed';
      }
      if (binding?.kind === 'variable' && binding.element === undefined) {
        const list = binding.node.parent.parent;
        if (!tsc.isForOfStatement(list) && !tsc.isForInStatement(list)) return worst(this.#sources(binding.node));
      }
    }
    return this.reaches(node) ? 'model' : 'fixed';
  }

  #opens(node: ts.Expression, before: string, depth: number): Origin {
    return /^\w+:\/\/[^/]*$/.test(before) && this.reaches(node, depth) ? 'model' : 'fixed';
  }

  /** Does any expression below a node hold the model's text? */
  anywhere(node: ts.Node): boolean {
    let hit = false;
    walk(node, inner => {
      if (hit) return 'skip';
      if (tsc.isIdentifier(inner) && tsc.isExpression(inner) && !isNameOnly(inner)) hit = this.reaches(inner);
      return undefined;
    });
    return hit;
  }
}

function lastMember(value: Foreign): string | undefined {
  const step = value.steps.at(-1);
  return step?.kind === 'member' ? step.name : undefined;
}

function isNameOnly(node: ts.Identifier): boolean {
  const { parent } = node;
  return (tsc.isPropertyAccessExpression(parent) && parent.name === node) || (tsc.isPropertyAssignment(parent) && parent.name === node);
}

/** Does a text that goes on already name the host, or a path on this one? */
function settled(text: string): boolean {
  return /^\w+:\/\/[^/?#]+[/?#]/.test(text) || text.startsWith('/');
}
