// What a stand-in for the model says in a test: the shapes in which a model asks for a tool, and who answers with them.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Value } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { chainRoot, propertyName, propertyValue, strip } from '../syntax.ts';
import { askedByClass, isGivenBack, isWritten, objectIn } from './answers-python.ts';

const MOST = 200;

/** Methods that make a function give back what a test wrote. */
const FAKES =
  /^(?:mockResolvedValue|mockResolvedValueOnce|mockReturnValue|mockReturnValueOnce|mockImplementation|mockImplementationOnce|mockResponse|mockResponseOnce|fn|stub|callsFake|setattr|simulateReadableStream|convertArrayToReadableStream)$/;
/** Packages whose functions answer in the place of a server or of a function. */
const FAKERS = new Set([
  'msw',
  'nock',
  'undici',
  'axios-mock-adapter',
  'fetch-mock',
  'jest-fetch-mock',
  'vitest-fetch-mock',
  'sinon',
  'bun:test',
  'node:test',
  'ai/test',
  '@pollyjs/core',
  'py:respx',
  'py:responses',
  'py:pytest_httpx',
  'py:httpx',
  'py:aioresponses',
  'py:requests_mock',
]);
/** Models that are made of what a test wrote. */
const FAKE_MODELS =
  /^(?:Mock(?:Language|Embedding|Image)?Model\w*|MockLanguageModelV\d|MockProvider\w*|(?:Generic)?Fake(?:List|Chat|Streaming|ToolCalling|Message\w*|Builtin\w*)\w*|createMockModel|MockLLM|TestModel|FunctionModel)$/;
/** What runners of tests export besides stubs. */
const NOT_FAKING = /^(?:it|test|describe|suite|before|after|beforeEach|afterEach|beforeAll|afterAll|each|only|skip|expect)$/;
const ANSWERS =
  /^(?:doGenerate|doStream|create|stream|generateContent|generateContentStream|_generate|_streamResponseChunks|converse|invoke|ainvoke|_agenerate|acreate|completion|acompletion|generate_content|generate_content_async)$/;
export const MATCHER = /^(?:expect|to[A-Z]\w*|deepEqual|strictEqual|deepStrictEqual|objectContaining|arrayContaining)$/;

export interface Asked {
  readonly node: ts.ObjectLiteralExpression | ts.NewExpression;
  readonly name: ts.Expression;
}

/** Objects in the shapes in which the APIs of models ask for a tool. */
export function askedFor(unit: Unit): Asked[] {
  const out: Asked[] = [];
  const python = isPythonFile(unit.file);
  walk(unit.ast, node => {
    if (out.length >= MOST) return 'skip';
    const byClass = python ? askedByClass(node) : undefined;
    if (byClass !== undefined && tsc.isNewExpression(node)) {
      out.push({ node, name: byClass });
      // Its keywords have the shape of a call as well, which would count twice.
      return 'skip';
    }
    if (!tsc.isObjectLiteralExpression(node)) return undefined;
    const member = (key: string): ts.Expression | undefined => propertyValue(node.properties.find(p => propertyName(p) === key));
    const type = literal(member('type'));
    const toolName = member('toolName');
    if (toolName !== undefined && (type === undefined || /^tool-(?:call|input-start)/.test(type))) {
      if (type !== 'tool-input-start') out.push({ node, name: toolName });
      return undefined;
    }
    const name = member('name');
    const inner = python ? objectIn(member('function')) : strip(member('function'));
    if (inner !== undefined && tsc.isObjectLiteralExpression(inner) && (type === 'function' || member('id') !== undefined)) {
      const has = inner.properties.some(p => propertyName(p) === 'arguments');
      const value = propertyValue(inner.properties.find(p => propertyName(p) === 'name'));
      if (value !== undefined && has) out.push({ node, name: value });
    } else if (
      name !== undefined &&
      (type === 'function_call' || type === 'tool_use' || (type === 'tool_call' && member('args') !== undefined))
    )
      out.push({ node, name });
    else if (
      name !== undefined &&
      member('args') !== undefined &&
      (holder(node) === 'tool_calls' || holder(node) === 'toolCalls' || holder(node) === 'functionCall' || holder(node) === 'functionCalls')
    )
      out.push({ node, name });
    return undefined;
  });
  return out;
}

function literal(node: ts.Expression | undefined): string | undefined {
  const bare = strip(node);
  return bare !== undefined && tsc.isStringLiteralLike(bare) ? bare.text : undefined;
}

/** The property whose value, or whose list, an object stands in. */
function holder(node: ts.Node): string | undefined {
  let up = node.parent;
  while (tsc.isArrayLiteralExpression(up) || tsc.isAsExpression(up) || tsc.isParenthesizedExpression(up)) up = up.parent;
  return tsc.isPropertyAssignment(up) ? propertyName(up) : undefined;
}

/** Methods by which a server answers. */
const SENDS = /^(?:end|write|send|json)$/;
const SERVERS = /^(?:node:)?https?$|^(?:express|fastify|koa|hono)$|^@hono\//;

/** Does a call answer a request of a server that the test starts? */
function isServed(ev: Reading['ev'], call: ts.Node): boolean {
  for (let up: ts.Node = call; up.parent !== undefined; up = up.parent) {
    if (!isFunctionNode(up) || !tsc.isCallExpression(up.parent) || up.parent.expression === up) continue;
    const callee = up.parent.expression;
    if (ev.values(callee).some(value => value.kind === 'foreign' && SERVERS.test(value.package))) return isOfParameter(call, up);
  }
  return false;
}

/** `response.end(...)` of `(request, response) => ...` */
function isOfParameter(call: ts.Node, fn: ts.Node): boolean {
  const root = tsc.isCallExpression(call) ? chainRoot(call.expression) : undefined;
  const binding = root !== undefined && tsc.isIdentifier(root) ? resolve(root) : undefined;
  return binding?.kind === 'parameter' && binding.node.parent === fn;
}

/**
 * Is an object what a stand-in for the model says, and not what a test expects or what the history holds?
 * @param counts does a place where the stand-in is given it count? By what the case around it proves
 */
export function isAnswer({ near: ev }: Reading, unit: Unit, node: ts.Node, counts: (at: ts.Node) => boolean = () => true): boolean {
  const python = isPythonFile(unit.file);
  const seen = new Set<ts.Node>();
  const queue: { node: ts.Node; hops: number }[] = [{ node, hops: 0 }];
  for (let next = queue.pop(); next !== undefined && seen.size < 200; next = queue.pop()) {
    const { hops } = next;
    let child = next.node;
    for (let up = child.parent, depth = 0; up !== undefined && depth < 60; child = up, up = up.parent, depth++) {
      if (seen.has(up)) break;
      if (python && isGivenBack(up, child) && counts(up)) return true;
      if ((tsc.isCallExpression(up) || tsc.isNewExpression(up)) && up.expression !== child) {
        const name = calleeName(up.expression);
        if (MATCHER.test(name)) break;
        if ((FAKES.test(name) || FAKE_MODELS.test(name)) && counts(up)) return true;
        const isFaker = (value: Value): boolean => value.kind === 'foreign' && FAKERS.has(value.package) && !NOT_FAKING.test(name);
        if (ev.values(up.expression).some(isFaker) && counts(up)) return true;
        if (SENDS.test(name) && isServed(ev, up) && counts(up)) return true;
        if (python && isWritten(ev, up) && counts(up)) return true;
      }
      if ((tsc.isPropertyAssignment(up) || tsc.isMethodDeclaration(up)) && ANSWERS.test(propertyName(up) ?? '') && containsFunction(up)) {
        if (counts(up)) return true;
      }
      if (tsc.isClassLike(up)) break;
      // Through a helper, or a list with a name.
      const name = hops < 3 ? declaredName(up, child) : undefined;
      if (name !== undefined) {
        for (const use of unit.names.get(name.text) ?? [])
          if (use !== name && !seen.has(use) && meansSame(use, name, up)) queue.push({ node: use, hops: hops + 1 });
      }
      seen.add(up);
    }
  }
  return false;
}

function containsFunction(node: ts.Node): boolean {
  return tsc.isMethodDeclaration(node) || (tsc.isPropertyAssignment(node) && !tsc.isStringLiteralLike(node.initializer));
}

export function calleeName(callee: ts.Expression): string {
  return tsc.isIdentifier(callee) ? callee.text : tsc.isPropertyAccessExpression(callee) ? callee.name.text : '';
}

/** The name under which a test keeps a value: a variable, or the function that gives it back. */
function declaredName(node: ts.Node, child: ts.Node): ts.Identifier | undefined {
  if (tsc.isVariableDeclaration(node) && node.initializer === child && tsc.isIdentifier(node.name)) return node.name;
  if (tsc.isFunctionDeclaration(node)) return node.name;
  if (isSet(node) && node.right === child && tsc.isIdentifier(node.left)) return node.left;
  return undefined;
}

const isSet = (node: ts.Node): node is ts.BinaryExpression =>
  tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken;

/** Of a variable that is set, only its own uses count. */
function meansSame(use: ts.Identifier, name: ts.Identifier, holder: ts.Node): boolean {
  if (!isSet(holder)) return true;
  const [one, other] = [resolve(use), resolve(name)];
  return one?.kind === 'variable' && other?.kind === 'variable' && one.node === other.node;
}
