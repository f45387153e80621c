// Where the code reads an answer of the model as data: output that may be cut, empty, refused or of the wrong form.
import type { ts } from 'ts-morph';
import type { OutputParse } from '../../../core/index.ts';
import { askedOf } from '../calls/answer-checks.ts';
import { lastName } from '../calls/find.ts';
import type { Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { isWithin } from '../paths/call-sites.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import { type Program, walk } from '../program.ts';
import type { Reader, Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAnyAssignment, isMemberName, strip } from '../syntax.ts';

/** Calls and options whose answer the SDK itself reads as data, and throws when it cannot. */
const STRUCTURED = /^(?:generateObject|experimental_generateObject|withStructuredOutput|parse)$/;
const MOST = 200;
/** Functions through which the answer of a request of one's own is followed. */
const FARTHEST = 9;
/** What the providers call the reason for which an answer ends. */
const REASONS = /stop_?reason|finish_?reason|incomplete_details|\.refusal\b/i;

export const reader: Reader = { id: 'output-parses', read };

const OUTPUT = /content|text|arguments|output|message|choices|input/i;

/** Is a whole response read as JSON, and not a text of the model in it? */
function isOfBody(parse: ts.Node): boolean {
  const [given] = tsc.isCallExpression(parse) ? parse.arguments : [];
  if (given === undefined) return false;
  const inner = strip(given);
  const binding = inner !== undefined && tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  const made = binding?.kind === 'variable' ? binding.node.initializer : undefined;
  return binding?.kind !== 'parameter' && ![given, made].some(node => node !== undefined && OUTPUT.test(node.getText().slice(0, 400)));
}

function read(reading: Reading): OutputParse[] {
  const { ev, inventory, sites, requests, failures } = reading;
  const out = new Map<ts.Node, OutputParse>();
  // All calls of one function are looked at together: what is derived from any of them is an answer.
  const scopes = new Map<Scope, ts.Node[]>();
  for (const { node } of [...sites, ...requests]) {
    if (inventory.roleOf(node.getSourceFile().fileName) !== 'production') continue;
    const scope = scopeOf(node);
    const list = scopes.get(scope);
    if (list === undefined) scopes.set(scope, [node]);
    else list.push(node);
  }
  for (const [scope, calls] of scopes) {
    if (out.size > MOST) break;
    for (const parse of ev.budget.ask(
      () => parsesOf(reading, scope, calls),
      () => [],
    )) {
      if (out.has(parse)) continue;
      const ends = ev.budget.ask(
        () => failures.ofThrow(parse),
        () => [],
      );
      out.set(parse, { kind: 'output-parse', location: placeOf(parse), role: 'production', how: 'json', label: label(parse), ends });
    }
  }
  for (const site of sites) {
    if (!isStructured(site) || inventory.roleOf(site.node.getSourceFile().fileName) !== 'production') continue;
    const ends = ev.budget.ask(
      () => failures.ofSite(site),
      () => [],
    );
    const name = lastName(site.node.expression) ?? '';
    out.set(site.node, { kind: 'output-parse', location: placeOf(site.node), role: 'production', how: 'structured', label: name, ends });
  }
  const spoken = mayAsk(reading);
  for (const { node, endpoint } of requests) {
    // Requests of one's own, as Python programs make them: the answer comes through more hands than that of an SDK.
    if (!isPython(node) || endpoint.cap.length === 0 || out.has(node) || !spoken) continue;
    if (inventory.roleOf(node.getSourceFile().fileName) !== 'production') continue;
    const asks = ev.budget.ask(
      () => [...askedOf(reading, node, FARTHEST)].sort(),
      () => undefined,
    );
    const label = lastName(node.expression) ?? '';
    if (asks === undefined || asks.length === 0) continue;
    // That the body of the response is read as JSON says nothing of the output in it.
    for (const [parse, fact] of out) if (fact.how === 'json' && isOfBody(parse)) out.delete(parse);
    out.set(node, { kind: 'output-parse', location: placeOf(node), role: 'production', how: 'text', label, ends: [], asks });
  }
  for (const { node, shape } of sites) {
    if (out.has(node) || (shape.kind !== 'chat' && shape.kind !== 'agent-run')) continue;
    if (inventory.roleOf(node.getSourceFile().fileName) !== 'production') continue;
    const asks = spoken
      ? ev.budget.ask(
          () => [...askedOf(reading, node)].sort(),
          () => undefined,
        )
      : undefined;
    out.set(node, {
      kind: 'output-parse',
      location: placeOf(node),
      role: 'production',
      how: 'text',
      label: lastName(node.expression) ?? '',
      ends: [],
      ...(asks === undefined ? {} : { asks }),
    });
  }
  return [...out.values()];
}

/** Does a file on the way, or one that it imports, name a reason for which an answer ends? Without one, nobody asks for it. */
function mayAsk({ files, inventory, program }: Reading): boolean {
  const seen = new Set<string>();
  const names = (file: string): boolean => {
    if (seen.has(file)) return false;
    seen.add(file);
    return REASONS.test(inventory.read(file) ?? '');
  };
  return files.some(
    file =>
      inventory.roleOf(file) === 'production' &&
      (names(file) ||
        [...(program.unit(file)?.imports.values() ?? [])].some(({ specifier }) => {
          const target = inventory.resolveImport(file, specifier);
          return target !== undefined && names(target);
        })),
  );
}

function isStructured({ node, shape, classified }: Site): boolean {
  const name = lastName(node.expression) ?? '';
  if (STRUCTURED.test(name) && shape.streaming !== 'yes') return true;
  return classified.value.steps.some(step => step.kind === 'member' && step.name === 'withStructuredOutput');
}

function label(parse: ts.CallExpression): string {
  const parser = isPython(parse) ? 'json.loads' : 'JSON.parse';
  return /\barguments\b/.test(parse.arguments[0]?.getText() ?? '')
    ? `${parser} of the arguments of a tool call`
    : `${parser} of the answer`;
}

/** Does a file, or one that it imports, parse JSON at all? */
function mayParse(node: ts.Node, program: Program): boolean {
  const { fileName } = node.getSourceFile();
  const { inventory } = program;
  const parses = (file: string): boolean => inventory.read(file)?.includes('JSON.parse') === true;
  if (parses(fileName)) return true;
  const imports = program.unit(fileName)?.imports.values() ?? [];
  return [...imports].some(({ specifier }) => {
    const target = inventory.resolveImport(fileName, specifier);
    return target !== undefined && parses(target);
  });
}

/** `JSON.parse` calls in the function of a model call whose text comes from its answer, and those of a helper that is given it. */
function parsesOf({ ev, near, program, paths }: Reading, scope: Scope, calls: readonly ts.Node[]): ts.CallExpression[] {
  const out: ts.CallExpression[] = [];
  const scopes: ts.Node[] = [scope];
  const tainted = new Set<ts.Node>(calls);
  if (isFunctionNode(scope)) {
    // The answer, or a part of it, may be given back to the caller.
    for (const use of paths.usesOf(scope).slice(0, 20)) {
      if (use.how !== 'called') continue;
      tainted.add(use.node);
      scopes.push(scopeOf(use.node));
    }
  }
  const held = (node: ts.Node): boolean => {
    let found = false;
    walk(node, inner => {
      ev.budget.step();
      if (found) return 'skip';
      if (tainted.has(inner)) found = true;
      if (isFunctionNode(inner) && inner !== scope) return 'skip';
      if (tsc.isIdentifier(inner) && !isMemberName(inner)) {
        const binding = resolve(inner);
        if (binding !== undefined && 'node' in binding && tainted.has(binding.node)) found = true;
      }
      return undefined;
    });
    return found;
  };
  for (const root of new Set(scopes)) {
    if (!mayParse(root, program)) continue;
    // In the order of the text: what is derived stands behind what it is derived from.
    walk(root, node => {
      if (tsc.isVariableDeclaration(node) && node.initializer !== undefined && held(node.initializer)) tainted.add(node);
      if (tsc.isForOfStatement(node) && held(node.expression) && tsc.isVariableDeclarationList(node.initializer))
        for (const declared of node.initializer.declarations) tainted.add(declared);
      if (tsc.isBinaryExpression(node) && isAnyAssignment(node.operatorToken.kind) && tsc.isIdentifier(node.left) && held(node.right)) {
        const binding = resolve(node.left);
        if (binding !== undefined && 'node' in binding) tainted.add(binding.node);
      }
      if (!tsc.isCallExpression(node)) return;
      const [first] = node.arguments;
      if (first === undefined || tainted.has(node)) return;
      if (node.expression.getText() === 'JSON.parse') {
        if (held(first)) out.push(node);
        return;
      }
      if (!tsc.isIdentifier(strip(first) ?? first) && !tsc.isPropertyAccessExpression(first)) return;
      // `parseReply(text)`: a function of the repository that parses what it is given.
      const index = node.arguments.findIndex(arg => held(arg));
      if (index < 0) return;
      for (const value of near.values(node.expression)) {
        const parameter = value.kind === 'function' ? value.node.parameters[index] : undefined;
        if (parameter === undefined || value.kind !== 'function' || value.node.body === undefined || !tsc.isIdentifier(parameter.name))
          continue;
        for (const id of program.identifiers(program.unitOf(value.node), parameter.name.text)) {
          if (!isWithin(id, value.node)) continue;
          for (let up: ts.Node = id; up !== value.node && !tsc.isStatement(up); up = up.parent)
            if (tsc.isCallExpression(up) && up.expression.getText() === 'JSON.parse') out.push(up);
        }
      }
    });
  }
  return out;
}
