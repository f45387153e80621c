// Which tools a test drives: through the agent, where a stand-in for the model asks for them, or by calling their code.
import type { ts } from 'ts-morph';
import { type DrivenTool, isPythonFile, UNKNOWN_TOOL } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import { isPython } from '../dialect.ts';
import { type FunctionNode, textOf, type Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { askedFor, calleeName, isAnswer, MATCHER } from './answers.ts';
import { askedByMocks } from './answers-python.ts';
import { mayBeSubject } from './edges.ts';
import { tableOf } from './given.ts';
import type { Proofs, Standing } from './proofs.ts';
import { scriptedIn } from './scripts.ts';
import { isReplaced } from './stand-ins.ts';
import type { Subjects } from './subjects.ts';

const MOST = 200;
/** Members by which Python's frameworks run a decorated function. */
const PYTHON_RUNS = /^(?:invoke|ainvoke|run|arun|func|fn|coroutine|original_function|forward|call|acall|handler)$/;

export interface Driven {
  readonly tools: readonly DrivenTool[];
  /** Does one of them look like the code of a tool for sure, and not like any function beside the agent? */
  readonly sure: boolean;
}

/**
 * @param agent does the file test the agent's own code?
 * @param direct is it of interest which functions it calls?
 * @param proofs what its cases prove; undefined: that is judged elsewhere
 */
export function toolsOf(
  reading: Reading,
  subjects: Subjects,
  unit: Unit,
  agent: boolean,
  direct: boolean,
  proofs: Proofs | undefined,
): Driven {
  const out: DrivenTool[] = [];
  let sure = false;
  const seen = new Set<string>();
  const add = (tool: DrivenTool, key: string): void => {
    if (out.length >= MOST || seen.has(key)) return;
    seen.add(key);
    out.push(tool);
  };
  const { ev } = reading;
  const standingOf = (node: ts.Node): Standing => proofs?.of(node) ?? 'seen';
  const through = (name: string, standing: Standing): DrivenTool => ({
    name,
    through: 'agent',
    ...(standing === 'unseen' ? { silent: true } : {}),
  });
  if (agent) {
    for (const asked of askedFor(unit)) {
      ev.budget.ask(
        () => {
          const standing = (['seen', 'unseen'] as const).find(wanted =>
            isAnswer(reading, unit, asked.node, at => standingOf(at) === wanted),
          );
          if (standing === undefined) return;
          for (const [i, one] of namesIn(reading, asked.name, standingOf).entries())
            add(through(one.name, one.standing === 'unseen' ? 'unseen' : standing), `${one.name} ${asked.node.pos} ${i}`);
        },
        () => {},
      );
    }
  }
  if (agent && isPythonFile(unit.file)) {
    for (const asked of [...askedByMocks(unit), ...throughProtocol(reading, unit)])
      for (const { name, standing } of ev.budget.ask<readonly Named[]>(
        () => (standingOf(asked) === 'never' ? [] : namesIn(reading, asked, standingOf)),
        () => [],
      ))
        add(through(name, standing === 'unseen' ? standing : standingOf(asked)), `${name} ${asked.pos}`);
  }
  for (const asked of agent ? scriptedIn(reading, unit) : []) {
    ev.budget.ask(
      () => {
        const standing = standingOf(asked.at);
        if (standing === 'never') return;
        for (const [i, one] of namesIn(reading, asked.name, standingOf).entries())
          add(through(one.name, one.standing === 'unseen' ? 'unseen' : standing), `${one.name} script ${asked.at.pos} ${i}`);
      },
      () => {},
    );
  }
  // A real model chooses for itself.
  if (out.length === 0 && subjects.asks(unit)) add({ name: UNKNOWN_TOOL, through: 'agent' }, '');
  for (const call of direct ? unit.calls : []) {
    if (out.length >= MOST) break;
    if (!tsc.isCallExpression(call) || isNoise(call) || !mayBeSubject(reading, unit, call)) continue;
    ev.budget.ask(
      () => {
        const standing = isReplaced(reading, unit, call.expression) ? 'never' : (proofs?.of(call) ?? 'seen');
        for (const { name, fn } of standing === 'never' ? [] : calledTools(reading, subjects, call)) {
          for (const ran of [fn, ...subjects.callersOf(fn)]) {
            sure ||= isToolCode(ran);
            add(
              { name, through: 'function', at: placeOf(ran), ...(standing === 'unseen' ? { silent: true } : {}) },
              `${name} ${ran.getSourceFile().fileName} ${ran.pos} ${standing}`,
            );
          }
        }
      },
      () => {},
    );
  }
  return { tools: out, sure };
}

/** `await client.call_tool("find_order", {...})`: the tools of an MCP server, asked for as a client does. */
function throughProtocol({ near: ev }: Reading, unit: Unit): ts.Expression[] {
  return unit.calls.flatMap(call => {
    const callee = call.expression;
    const first = call.arguments?.[0];
    if (first === undefined || !tsc.isPropertyAccessExpression(callee) || callee.name.text !== 'call_tool') return [];
    const values = ev.budget.ask<readonly Value[]>(
      () => ev.values(callee.expression),
      () => [],
    );
    return values.some(value => value.kind === 'foreign' && /^py:(?:fastmcp|mcp)$/.test(value.package)) ? [first] : [];
  });
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
  if (tsc.isCallExpression(fn.parent)) return /tool/i.test(calleeName(fn.parent.expression));
  return decoratorsOf(fn).some(d => /\btool\b|_tool\b|\btool_/.test(d.getText()));
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
  // `search.invoke({...})` of Python: the decorated function itself.
  if (tsc.isPropertyAccessExpression(expression) && PYTHON_RUNS.test(name) && isPython(call)) {
    const decorated = ev.values(expression.expression).flatMap(v => (v.kind === 'function' ? [v.node] : []));
    const found = decorated.filter(fn => inventory.roleOf(fn.getSourceFile().fileName) === 'production');
    if (found.length > 0) return found.map(fn => ({ name, fn }));
  }
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

interface Named {
  readonly name: string;
  readonly standing: Standing;
}

/** The texts that a name of a tool stands for: written here, given by callers that run, or in the rows of a table. */
function namesIn({ ev }: Reading, node: ts.Expression, standingOf: (node: ts.Node) => Standing): readonly Named[] {
  const bare = strip(node);
  if (bare === undefined) return [];
  const as = (names: readonly string[], standing: Standing): Named[] => names.map(name => ({ name, standing }));
  const binding = tsc.isIdentifier(bare) ? resolve(bare) : undefined;
  // In Python a helper of the test makes the answer: each call of it counts.
  const helped = binding?.kind === 'parameter' && isPython(bare);
  const direct = helped ? [] : texts(ev.values(bare));
  if (direct.length > 0 || binding?.kind !== 'parameter') return as(direct, 'seen');
  const fn = binding.node.parent;
  if (!isFunctionNode(fn)) return [];
  const index = fn.parameters.indexOf(binding.node);
  return ev
    .callers(fn)
    .slice(0, 50)
    .flatMap(call => {
      const arg = strip(call.arguments?.[index]);
      // Of another file the place is not asked about.
      const standing = call.getSourceFile() === node.getSourceFile() ? standingOf(call) : 'seen';
      if (arg === undefined || standing === 'never') return [];
      const given = texts(ev.values(arg));
      if (given.length > 0 || !tsc.isIdentifier(arg)) return as(given, standing);
      const inner = resolve(arg);
      return inner?.kind === 'parameter' ? as(columnTexts(ev, inner.node), standing) : [];
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
