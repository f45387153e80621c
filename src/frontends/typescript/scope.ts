// From an identifier to what it names: lexical scopes, without a type checker.
import type { ts } from 'ts-morph';
import { tsc } from './compiler.ts';
import type { FunctionNode } from './evaluator/values.ts';

/** What a name may be bound to. */
export type Binding =
  | { readonly kind: 'variable'; readonly node: ts.VariableDeclaration; readonly element: ts.BindingElement | undefined }
  | { readonly kind: 'parameter'; readonly node: ts.ParameterDeclaration; readonly element: ts.BindingElement | undefined }
  | { readonly kind: 'function'; readonly node: FunctionNode }
  | { readonly kind: 'class'; readonly node: ts.ClassLikeDeclaration }
  | { readonly kind: 'enum'; readonly node: ts.EnumDeclaration }
  | { readonly kind: 'import'; readonly name: string }
  | { readonly kind: 'catch' };

type Scope = ReadonlyMap<string, Binding>;
const scopes = new WeakMap<ts.Node, Scope>();

/** Do two names mean the same variable, parameter, function, class or enum? What is imported or caught is not compared. */
export function isSameBinding(one: Binding | undefined, other: Binding | undefined): boolean {
  return one !== undefined && other !== undefined && 'node' in one && 'node' in other && one.node === other.node;
}

/** The binding that an identifier refers to, or undefined for a global. */
export function resolve(identifier: ts.Identifier): Binding | undefined {
  const name = identifier.text;
  for (let node: ts.Node | undefined = identifier.parent; node !== undefined; node = node.parent) {
    if (OPENS_SCOPE[node.kind] !== 1) continue;
    const binding = scopeOf(node).get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

const { SyntaxKind } = tsc;

/** Questions about the kind of a node that are asked a million times in an audit are one look into a table. */
function tableOf(kinds: readonly ts.SyntaxKind[]): Uint8Array {
  const table = new Uint8Array(SyntaxKind.Count);
  for (const kind of kinds) table[kind] = 1;
  return table;
}

const FUNCTIONS = [
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
];
const IS_FUNCTION = tableOf(FUNCTIONS);
const OPENS_SCOPE = tableOf([
  SyntaxKind.SourceFile,
  SyntaxKind.Block,
  SyntaxKind.ModuleBlock,
  SyntaxKind.CaseBlock,
  SyntaxKind.ForStatement,
  SyntaxKind.ForOfStatement,
  SyntaxKind.ForInStatement,
  SyntaxKind.CatchClause,
  ...FUNCTIONS,
  SyntaxKind.ClassExpression,
]);
/** Holds no `var` of the function around it. */
const HOLDS_NO_VAR = tableOf([...FUNCTIONS, SyntaxKind.ClassDeclaration, SyntaxKind.ClassExpression, SyntaxKind.ExpressionStatement]);

/** Is the node a function with a body of its own? */
export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return IS_FUNCTION[node.kind] === 1;
}

/** The function around a node, or undefined at the top level of the file. */
export function enclosingFunction(node: ts.Node): FunctionNode | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent) if (isFunctionNode(up)) return up;
  return undefined;
}

/** The class around a node, stopping at nothing but the file. */
export function enclosingClass(node: ts.Node): ts.ClassLikeDeclaration | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent) if (tsc.isClassLike(up)) return up;
  return undefined;
}

function scopeOf(node: ts.Node): Scope {
  const known = scopes.get(node);
  if (known !== undefined) return known;
  const scope = new Map<string, Binding>();
  fill(node, scope);
  scopes.set(node, scope);
  return scope;
}

function fill(node: ts.Node, scope: Map<string, Binding>): void {
  if (tsc.isSourceFile(node)) {
    for (const statement of node.statements) declareImports(statement, scope);
    declareAll(node.statements, scope);
    hoist(node, scope);
  } else if (tsc.isBlock(node) || tsc.isModuleBlock(node)) declareAll(node.statements, scope);
  else if (tsc.isCaseBlock(node)) for (const clause of node.clauses) declareAll(clause.statements, scope);
  else if (tsc.isForStatement(node) || tsc.isForOfStatement(node) || tsc.isForInStatement(node)) {
    if (node.initializer && tsc.isVariableDeclarationList(node.initializer)) declareList(node.initializer, scope);
  } else if (tsc.isCatchClause(node)) {
    if (node.variableDeclaration) for (const element of names(node.variableDeclaration.name)) scope.set(element.name, { kind: 'catch' });
  } else if (isFunctionNode(node)) {
    if (node.body && tsc.isBlock(node.body)) hoist(node.body, scope);
    for (const parameter of node.parameters) {
      for (const { name, element } of names(parameter.name)) scope.set(name, { kind: 'parameter', node: parameter, element });
    }
    if (tsc.isFunctionExpression(node) && node.name) scope.set(node.name.text, { kind: 'function', node });
  } else if (tsc.isClassExpression(node) && node.name) scope.set(node.name.text, { kind: 'class', node });
}

function declareImports(statement: ts.Statement, scope: Map<string, Binding>): void {
  if (tsc.isImportEqualsDeclaration(statement)) scope.set(statement.name.text, { kind: 'import', name: statement.name.text });
  if (!tsc.isImportDeclaration(statement)) return;
  const clause = statement.importClause;
  if (clause?.name) scope.set(clause.name.text, { kind: 'import', name: clause.name.text });
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return;
  if (tsc.isNamespaceImport(bindings)) scope.set(bindings.name.text, { kind: 'import', name: bindings.name.text });
  else for (const element of bindings.elements) scope.set(element.name.text, { kind: 'import', name: element.name.text });
}

function declareAll(statements: readonly ts.Statement[], scope: Map<string, Binding>): void {
  for (const statement of statements) {
    if (tsc.isVariableStatement(statement)) declareList(statement.declarationList, scope);
    else if (tsc.isFunctionDeclaration(statement) && statement.name) {
      // An overload has no body; the implementation comes last and wins.
      scope.set(statement.name.text, { kind: 'function', node: statement });
    } else if (tsc.isClassDeclaration(statement) && statement.name) scope.set(statement.name.text, { kind: 'class', node: statement });
    else if (tsc.isEnumDeclaration(statement)) scope.set(statement.name.text, { kind: 'enum', node: statement });
  }
}

function declareList(list: ts.VariableDeclarationList, scope: Map<string, Binding>): void {
  for (const node of list.declarations) {
    for (const { name, element } of names(node.name)) scope.set(name, { kind: 'variable', node, element });
  }
}

/** `var` belongs to the function, wherever it stands inside it. */
function hoist(root: ts.Node, scope: Map<string, Binding>): void {
  const stack: ts.Node[] = [root];
  const push = (child: ts.Node): void => {
    stack.push(child);
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node !== root && HOLDS_NO_VAR[node.kind] === 1) continue;
    if (tsc.isVariableDeclarationList(node) && (node.flags & tsc.NodeFlags.BlockScoped) === 0) {
      for (const declaration of node.declarations) {
        for (const { name, element } of names(declaration.name))
          if (!scope.has(name)) scope.set(name, { kind: 'variable', node: declaration, element });
      }
    }
    tsc.forEachChild(node, push);
  }
}

function names(name: ts.BindingName): { name: string; element: ts.BindingElement | undefined }[] {
  if (tsc.isIdentifier(name)) return [{ name: name.text, element: undefined }];
  return name.elements.flatMap(element => {
    if (tsc.isOmittedExpression(element)) return [];
    if (tsc.isIdentifier(element.name)) return [{ name: element.name.text, element }];
    return names(element.name).map(inner => ({ name: inner.name, element: inner.element ?? element }));
  });
}
