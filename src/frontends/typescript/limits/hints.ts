// Cheap looks that save dear ones: files that cannot hold a limit are neither parsed nor followed into.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { namesLimiter } from './libraries.ts';

/** Files without any of these words hold no limit and no count. What they say is judged elsewhere. */
const HINT =
  /\b(?:incr|INCR|ZADD)|[Ll]imit|LIMIT|[Qq]uota|[Bb]udget|[Uu]sage|[Ss]pen[dt]|[Cc]redits|[Tt]hrottl|[Cc]ooldown|\bcount\(|countDocuments|[Bb]alance|Date\.now|\bwriteFile|\bwrite_text|\bjson\.dump\(/;
/** The same for one function, with the words by which functions that refuse are called. */
const CALLS_HINT = new RegExp(
  `${HINT.source}|[Gg]uard|[Aa]llow|[Cc]heck|[Aa]ssert|[Ee]nsure|[Ee]nforce|[Rr]ate[A-Z(]|[Vv]erify|[Rr]efuse|can[A-Z]|consume|protect`,
);
const functions = new WeakMap<ts.Node, boolean>();

/** May a function hold a limit, or call one? */
export function mayRefuse(fn: ts.Node): boolean {
  const before = functions.get(fn);
  if (before !== undefined) return before;
  const answer = CALLS_HINT.test(fn.getSourceFile().text.slice(fn.pos, fn.end));
  functions.set(fn, answer);
  return answer;
}

const known = new WeakMap<Evaluator, Map<string, boolean>>();

/** May a file hold a limit, or a count of use? */
export function mayLimit(ev: Evaluator, file: string): boolean {
  const files = known.get(ev) ?? new Map<string, boolean>();
  known.set(ev, files);
  let answer = files.get(file);
  if (answer === undefined) {
    const text = ev.program.inventory.read(file) ?? '';
    // A barrel holds nothing itself.
    answer = HINT.test(text) || (text.length < 8000 && /export\s*(?:\*|\{)/.test(text));
    files.set(file, answer);
  }
  return answer;
}

/** Methods of texts, lists, maps and promises, which no repository writes anew. */
const OF_LANGUAGE = new Set(
  'map filter some every includes indexOf startsWith endsWith trim toLowerCase toUpperCase split join slice substring replace replaceAll concat flat flatMap forEach push pop shift unshift splice sort reverse keys entries has toString toFixed padStart toISOString getTime then catch finally test match matchAll charAt at reduce findIndex'.split(
    ' ',
  ),
);

/** Is this a method of the language itself? */
export function isOfLanguage(callee: ts.Expression): callee is ts.PropertyAccessExpression {
  return tsc.isPropertyAccessExpression(callee) && OF_LANGUAGE.has(callee.name.text);
}

/** By these words, objects that are handed over and refuse are called. They only nominate. */
const REFUSES = /[Bb]udget|[Ll]imit|[Qq]uota|[Uu]sage|[Ss]pen[dt]|[Cc]redit|[Cc]heck|[Aa]ssert|[Ee]nsure|[Ee]nforce|[Gg]uard|[Aa]llow/;

function isLimiter(ev: Evaluator, name: ts.Identifier): boolean {
  return ev.values(name).some(value => value.kind === 'instance' && mayLimit(ev, value.of.getSourceFile().fileName));
}

/** May a call lead into a file that holds a limit, or to a package that limits? */
export function mayLead(ev: Evaluator, callee: ts.Expression, depth = 0): boolean {
  if (isOfLanguage(callee) || depth > 6) return false;
  let root: ts.Expression = callee;
  for (let deep = 0; tsc.isPropertyAccessExpression(root) || tsc.isCallExpression(root) || tsc.isNonNullExpression(root); deep++) {
    if (deep > 30) return false;
    root = root.expression;
  }
  if (!tsc.isIdentifier(root)) return root.kind === tsc.SyntaxKind.ThisKeyword;
  const binding = resolve(root);
  if (binding === undefined || binding.kind === 'catch') return false;
  // What a parameter stands for is known to the callers only, and asking them is dear; its type may tell of a class.
  if (binding.kind === 'parameter') return binding.node.type !== undefined && REFUSES.test(callee.getText()) && isLimiter(ev, root);
  if (binding.kind === 'variable') {
    const made = strip(binding.node.initializer);
    if (made === undefined) return true;
    if (tsc.isCallExpression(made) || tsc.isNewExpression(made)) return mayLead(ev, made.expression, depth + 1);
    return tsc.isIdentifier(made) || tsc.isPropertyAccessExpression(made) ? mayLead(ev, made, depth + 1) : true;
  }
  if (binding.kind !== 'import') return true;
  const unit = ev.program.unitOf(root);
  const specifier = unit.imports.get(root.text)?.specifier ?? '';
  const file = ev.program.inventory.resolveImport(unit.file, specifier);
  return file === undefined ? namesLimiter(specifier) : mayLimit(ev, file);
}
