// Functions of an agent of Amazon Bedrock, as the CDK declares them: the service offers them to the model, and a Lambda runs them.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { textOf } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { propertyName } from '../syntax.ts';
import { bare, type Definition } from './definition.ts';

/** Packages of the CDK that declare agents: a file that imports one says what an agent may do, also where no code here calls a model. */
export const DECLARES_AGENTS = /^(?:aws-cdk-lib\/aws-bedrock|@aws-cdk\/aws-bedrock[\w-]*|@cdklabs\/generative-ai-cdk-constructs)(?:\/|$)/;
/** What holds functions: the class of the second level, and the agent as CloudFormation knows it. */
const HOLDERS = new Set(['FunctionSchema', 'CfnAgent']);
const MOST = 200;

/** The functions that agents of Bedrock are given in a file. */
export function bedrockTools(reading: Reading, unit: Unit): readonly Definition[] {
  const out: Definition[] = [];
  for (const call of unit.calls) {
    const name = tsc.isNewExpression(call) ? lastName(call.expression) : undefined;
    if (name === undefined || !HOLDERS.has(name)) continue;
    reading.ev.budget.ask(
      () => {
        if (
          !reading.ev
            .values(call.expression)
            .some(v => v.kind === 'foreign' && (DECLARES_AGENTS.test(v.package) || v.package === 'aws-cdk-lib'))
        )
          return;
        const options = (call.arguments ?? []).flatMap(arg => (tsc.isSpreadElement(arg) ? [] : [...reading.ev.values(arg)]));
        const schemas =
          name === 'FunctionSchema'
            ? options
            : reading.ev.inside(listed(reading, reading.ev.inside(options, 'actionGroups').found), 'functionSchema').found;
        for (const value of listed(reading, reading.ev.inside(schemas, 'functions').found)) {
          if (value.kind !== 'object' || out.length >= MOST) continue;
          const definition = functionOf(reading, value.node);
          if (definition !== undefined) out.push(definition);
        }
      },
      () => {},
    );
  }
  return out;
}

type Values = ReturnType<Reading['ev']['values']>;

/** The items of a list. */
function listed(reading: Reading, values: Values): Values {
  return values.flatMap(v => (v.kind === 'array' ? [...reading.ev.anyMember([v])] : []));
}

function functionOf(reading: Reading, node: ts.ObjectLiteralExpression): Definition | undefined {
  const property = node.properties.find(p => propertyName(p) === 'name');
  const given = property !== undefined && tsc.isPropertyAssignment(property) ? property.initializer : undefined;
  const [name] = given === undefined ? [] : reading.ev.values(given).flatMap(v => textOf(v) ?? []);
  if (name === undefined) return undefined;
  const confirmed = reading.ev
    .inside([{ kind: 'object', node, frame: undefined }], 'requireConfirmation')
    .found.some(v => textOf(v) === 'ENABLED' || (v.kind === 'foreign' && v.steps.some(s => s.kind === 'member' && s.name === 'ENABLED')));
  return {
    ...bare(node),
    options: [{ kind: 'object', node, frame: undefined }],
    seen: 'hidden',
    name,
    title: 'a function of an agent of Amazon Bedrock',
    ...(confirmed ? { held: { guarded: 'yes', guard: 'requireConfirmation: the user confirms' } as const } : {}),
  };
}
