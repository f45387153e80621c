// Which tools a test drives: through the agent, where a stand-in for the model asks for them, or by calling their code.
import type { ts } from 'ts-morph';
import { type DrivenTool, UNKNOWN_TOOL } from '../../core/index.ts';
import { tsc } from './compiler.ts';
import { placeOf } from './places.ts';
import { type Unit, walk } from './program.ts';
import type { Reading } from './reader.ts';
import { isFunctionNode, resolve } from './scope.ts';
import { propertyName, strip } from './syntax.ts';
import { mayBeSubject, tableOf } from './test-edges.ts';
import type { Subjects } from './test-subjects.ts';
import { type FunctionNode, textOf, type Value } from './values.ts';

const MOST = 200;

/** Methods that make a function give back what a test wrote. */
const FAKES =
  /^(?:mockResolvedValue|mockResolvedValueOnce|mockReturnValue|mockReturnValueOnce|mockImplementation|mockImplementationOnce|mockResponse|mockResponseOnce|fn|stub|callsFake|simulateReadableStream|convertArrayToReadableStream)$/;
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
]);
/** Models that are made of what a test wrote. */
const FAKE_MODELS =
  /^(?:Mock(?:Language|Embedding|Image)?Model\w*|MockLanguageModelV\d|MockProvider\w*|Fake(?:List|Streaming|ToolCalling|Message\w*|Builtin\w*)\w*|createMockModel|MockLLM|TestModel|FunctionModel)$/;
/** What runners of tests export besides stubs. */
const NOT_FAKING = /^(?:it|test|describe|suite|before|after|beforeEach|afterEach|beforeAll|afterAll|each|only|skip|expect)$/;
const ANSWERS =
  /^(?:doGenerate|doStream|create|stream|generateContent|generateContentStream|_generate|_streamResponseChunks|converse|invoke)$/;
const MATCHER = /^(?:expect|to[A-Z]\w*|deepEqual|strictEqual|deepStrictEqual|objectContaining|arrayContaining)$/;

export interface Driven {
  readonly tools: readonly DrivenTool[];
  /** Does one of them look like the code of a tool for sure, and not like any function beside the agent? */
  readonly sure: boolean;
}

/**
 * @param agent does the file test the agent's own code?
 * @param direct is it of interest which functions it calls?
 */
export function toolsOf(reading: Reading, subjects: Subjects, unit: Unit, agent: boolean, direct: boolean): Driven {
  const out: DrivenTool[] = [];
  let sure = false;
  const seen = new Set<string>();
  const add = (tool: DrivenTool, key: string): void => {
    if (out.length >= MOST || seen.has(key)) return;
    seen.add(key);
    out.push(tool);
  };
  const { ev } = reading;
  if (agent) {
    for (const asked of askedFor(unit)) {
      ev.budget.ask(
        () => {
          if (!isAnswer(reading, unit, asked.node)) return;
          for (const [i, name] of namesIn(reading, asked.name).entries()) add({ name, through: 'agent' }, `${name} ${asked.node.pos} ${i}`);
        },
        () => {},
      );
    }
  }
  // A real model chooses for itself.
  if (out.length === 0 && subjects.asks(unit)) add({ name: UNKNOWN_TOOL, through: 'agent' }, '');
  for (const call of direct ? unit.calls : []) {
    if (out.length >= MOST) break;
    if (!tsc.isCallExpression(call) || isNoise(call) || !mayBeSubject(reading, unit, call)) continue;
    ev.budget.ask(
      () => {
        for (const { name, fn } of calledTools(reading, subjects, call)) {
          for (const ran of [fn, ...subjects.callersOf(fn)]) {
            sure ||= isToolCode(ran);
            add({ name, through: 'function', at: placeOf(ran) }, `${name} ${ran.getSourceFile().fileName} ${ran.pos}`);
          }
        }
      },
      () => {},
    );
  }
  return { tools: out, sure };
}

/** `tool({ execute: async () => ... })`, `server.tool('name', async () => ...)` */
function isToolCode(fn: FunctionNode): boolean {
  const holder = tsc.isPropertyAssignment(fn.parent) ? fn.parent : fn;
  if (tsc.isObjectLiteralExpression(holder.parent))
    return (
      (tsc.isPropertyAssignment(holder) || tsc.isMethodDeclaration(holder)) &&
      /^(?:execute|func|invoke|_call|handler)$/.test(propertyName(holder) ?? '') &&
      tsc.isCallExpression(holder.parent.parent)
    );
  return tsc.isCallExpression(fn.parent) && /tool/i.test(calleeName(fn.parent.expression));
}

function isNoise(call: ts.CallExpression): boolean {
  const { expression } = call;
  return (
    (tsc.isIdentifier(expression) && /^(?:expect|describe|it|test|beforeEach|afterEach|beforeAll|afterAll)$/.test(expression.text)) ||
    (tsc.isPropertyAccessExpression(expression) && MATCHER.test(expression.name.text))
  );
}

/** The production functions that a call in a test runs, with what they are called there. */
function calledTools({ near: ev, inventory }: Reading, subjects: Subjects, call: ts.CallExpression): { name: string; fn: FunctionNode }[] {
  const { expression } = call;
  const name = tsc.isIdentifier(expression) ? expression.text : tsc.isPropertyAccessExpression(expression) ? expression.name.text : '';
  const own = subjects.functionsOf(expression).map(fn => ({ name, fn }));
  if (own.length > 0 || !/^(?:execute|invoke|call|func|run|_call|handler)$/.test(name)) return own;
  // `searchTool.execute(...)`: the function inside the definition that a library made.
  return ev.values(expression).flatMap(value => {
    const made = value.kind === 'foreign' ? value.steps.find(step => step.kind !== 'member') : undefined;
    if (made === undefined || inventory.roleOf(made.node.getSourceFile().fileName) !== 'production') return [];
    return (made.args ?? []).flatMap(arg => functionsIn(arg)).map(fn => ({ name, fn }));
  });
}

function functionsIn(node: ts.Expression): FunctionNode[] {
  const bare = strip(node);
  if (bare === undefined) return [];
  if (isFunctionNode(bare)) return [bare];
  if (!tsc.isObjectLiteralExpression(bare)) return [];
  return bare.properties.flatMap((p): FunctionNode[] =>
    isFunctionNode(p) ? [p] : tsc.isPropertyAssignment(p) && isFunctionNode(p.initializer) ? [p.initializer] : [],
  );
}

interface Asked {
  readonly node: ts.ObjectLiteralExpression;
  readonly name: ts.Expression;
}

/** Objects in the shapes in which the APIs of models ask for a tool. */
function askedFor(unit: Unit): Asked[] {
  const out: Asked[] = [];
  walk(unit.ast, node => {
    if (out.length >= MOST) return 'skip';
    if (!tsc.isObjectLiteralExpression(node)) return undefined;
    const member = (key: string): ts.Expression | undefined => {
      const found = node.properties.find(p => propertyName(p) === key);
      if (found === undefined) return undefined;
      return tsc.isPropertyAssignment(found) ? found.initializer : tsc.isShorthandPropertyAssignment(found) ? found.name : undefined;
    };
    const type = literal(member('type'));
    const toolName = member('toolName');
    if (toolName !== undefined && (type === undefined || /^tool-(?:call|input-start)/.test(type))) {
      if (type !== 'tool-input-start') out.push({ node, name: toolName });
      return undefined;
    }
    const name = member('name');
    const inner = strip(member('function'));
    if (inner !== undefined && tsc.isObjectLiteralExpression(inner) && (type === 'function' || member('id') !== undefined)) {
      const called = inner.properties.find(p => propertyName(p) === 'name');
      const has = inner.properties.some(p => propertyName(p) === 'arguments');
      const value =
        called === undefined
          ? undefined
          : tsc.isPropertyAssignment(called)
            ? called.initializer
            : tsc.isShorthandPropertyAssignment(called)
              ? called.name
              : undefined;
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

/** Is an object what a stand-in for the model says, and not what a test expects or what the history holds? */
function isAnswer({ near: ev }: Reading, unit: Unit, node: ts.Node): boolean {
  const seen = new Set<ts.Node>();
  const queue: { node: ts.Node; hops: number }[] = [{ node, hops: 0 }];
  for (let next = queue.pop(); next !== undefined && seen.size < 200; next = queue.pop()) {
    const { hops } = next;
    let child = next.node;
    for (let up = child.parent, depth = 0; up !== undefined && depth < 60; child = up, up = up.parent, depth++) {
      if (seen.has(up)) break;
      if ((tsc.isCallExpression(up) || tsc.isNewExpression(up)) && up.expression !== child) {
        const name = calleeName(up.expression);
        if (MATCHER.test(name)) break;
        if (FAKES.test(name) || FAKE_MODELS.test(name)) return true;
        if (ev.values(up.expression).some(value => value.kind === 'foreign' && FAKERS.has(value.package) && !NOT_FAKING.test(name)))
          return true;
      }
      if ((tsc.isPropertyAssignment(up) || tsc.isMethodDeclaration(up)) && ANSWERS.test(propertyName(up) ?? '') && containsFunction(up))
        return true;
      if (tsc.isClassLike(up)) break;
      // Through a helper, or a list with a name.
      const name = hops < 3 ? declaredName(up, child) : undefined;
      if (name !== undefined) {
        for (const use of unit.names.get(name.text) ?? []) if (use !== name && !seen.has(use)) queue.push({ node: use, hops: hops + 1 });
      }
      seen.add(up);
    }
  }
  return false;
}

function containsFunction(node: ts.Node): boolean {
  return tsc.isMethodDeclaration(node) || (tsc.isPropertyAssignment(node) && !tsc.isStringLiteralLike(node.initializer));
}

function calleeName(callee: ts.Expression): string {
  return tsc.isIdentifier(callee) ? callee.text : tsc.isPropertyAccessExpression(callee) ? callee.name.text : '';
}

/** The name under which a test keeps a value: a variable, or the function that gives it back. */
function declaredName(node: ts.Node, child: ts.Node): ts.Identifier | undefined {
  if (tsc.isVariableDeclaration(node) && node.initializer === child && tsc.isIdentifier(node.name)) return node.name;
  if (tsc.isFunctionDeclaration(node)) return node.name;
  return undefined;
}

/** The texts that a name of a tool stands for: written here, given by callers, or in the rows of a table. */
function namesIn({ ev }: Reading, node: ts.Expression): readonly string[] {
  const bare = strip(node);
  if (bare === undefined) return [];
  const direct = texts(ev.values(bare));
  if (direct.length > 0 || !tsc.isIdentifier(bare)) return direct;
  const binding = resolve(bare);
  if (binding?.kind !== 'parameter') return direct;
  const fn = binding.node.parent;
  if (!isFunctionNode(fn)) return [];
  const index = fn.parameters.indexOf(binding.node);
  return ev
    .callers(fn)
    .slice(0, 50)
    .flatMap(call => {
      const arg = strip(call.arguments?.[index]);
      if (arg === undefined) return [];
      const given = texts(ev.values(arg));
      if (given.length > 0 || !tsc.isIdentifier(arg)) return given;
      const inner = resolve(arg);
      return inner?.kind === 'parameter' ? columnTexts(ev, inner.node) : [];
    });
}

/** The texts in the column of a `test.each` table that a parameter stands for. */
function columnTexts(ev: Reading['ev'], parameter: ts.ParameterDeclaration): string[] {
  const fn = parameter.parent;
  if (!isFunctionNode(fn) || !tsc.isCallExpression(fn.parent)) return [];
  const table = tableOf(fn.parent);
  const index = fn.parameters.indexOf(parameter);
  if (table === undefined) return [];
  return ev.values(table).flatMap(value => {
    if (value.kind !== 'array') return [];
    return value.node.elements.slice(0, 200).flatMap(row => {
      const cell = strip(row);
      const at = cell !== undefined && tsc.isArrayLiteralExpression(cell) ? cell.elements[index] : index === 0 ? cell : undefined;
      return at === undefined || tsc.isSpreadElement(at) ? [] : texts(ev.values(at));
    });
  });
}

function texts(values: readonly Value[]): string[] {
  return values.flatMap(value => textOf(value) ?? []).filter(text => /^[\w.:/-]{1,80}$/.test(text));
}
