// Tools that are declared and not written: the workspace and the agents of a Mastra agent, and the functions of an agent of Amazon Bedrock.
import { expect, test } from 'vitest';
import { scan } from '../src/scan.ts';
import { layOut, type Tree } from './support/calls.ts';

async function tools(files: Tree): Promise<readonly string[]> {
  const { facts } = await scan(layOut(files), () => {});
  return facts.tool.map(t => `${t.name} ${t.dangerous} ${t.guarded}`);
}

const mastra = (workspace: string, agent = 'workspace'): Tree => ({
  'package.json': { dependencies: { '@mastra/core': '1.50.1', '@mastra/e2b': '0.5.1', '@ai-sdk/openai': '3.0.141' } },
  'agent.ts': `import { openai } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { LocalFilesystem, LocalSandbox, WORKSPACE_TOOLS, Workspace } from '@mastra/core/workspace';
import { E2BSandbox } from '@mastra/e2b';
const helper = new Agent({ id: 'helper', name: 'helper', instructions: 'x', model: openai('gpt-5') });
const make = () => new E2BSandbox({});
const workspace = new Workspace({ ${workspace} });
export const agent = new Agent({ id: 'a', name: 'a', instructions: 'x', model: openai('gpt-5'), ${agent} });
export const reply = (text: string) => agent.generate(text);`,
});

test.each([
  [
    'a shell in a sandbox of its own, made for each request, under names of the program',
    "sandbox: ({ id }) => make(), tools: { [WORKSPACE_TOOLS.SANDBOX.EXECUTE_COMMAND]: { name: 'run' }, [WORKSPACE_TOOLS.SANDBOX.KILL_PROCESS]: { name: 'stop' } }",
    ['run true yes', 'stop false no'],
  ],
  ['a shell on the machine', 'sandbox: new LocalSandbox({})', ['mastra_workspace_execute_command true no']],
  [
    'a shell on the machine, within limits of the operating system',
    "sandbox: new LocalSandbox({ isolation: 'bwrap' })",
    ['mastra_workspace_execute_command true partial'],
  ],
  [
    'a shell on the machine that a person approves',
    'sandbox: new LocalSandbox({}), tools: { [WORKSPACE_TOOLS.SANDBOX.EXECUTE_COMMAND]: { requireApproval: true } }',
    ['mastra_workspace_execute_command true yes'],
  ],
  [
    'a shell that is switched off',
    'sandbox: new LocalSandbox({}), tools: { [WORKSPACE_TOOLS.SANDBOX.EXECUTE_COMMAND]: { enabled: false } }',
    [],
  ],
  [
    'files of one folder, of which only reading is left on',
    "filesystem: new LocalFilesystem({ basePath: './w' }), tools: { enabled: false, [WORKSPACE_TOOLS.FILESYSTEM.READ_FILE]: { enabled: true, name: 'look' } }",
    ['look false no'],
  ],
  [
    'files anywhere',
    "filesystem: new LocalFilesystem({ basePath: './w', contained: false }), tools: { enabled: false, [WORKSPACE_TOOLS.FILESYSTEM.WRITE_FILE]: { enabled: true } }",
    ['mastra_workspace_write_file true no'],
  ],
  [
    'files of one folder',
    "filesystem: new LocalFilesystem({ basePath: './w' }), tools: { enabled: false, [WORKSPACE_TOOLS.FILESYSTEM.WRITE_FILE]: { enabled: true } }",
    ['mastra_workspace_write_file true yes'],
  ],
] as const)('Mastra: %s', async (_title, workspace, expected) => {
  expect(await tools(mastra(workspace))).toEqual(expected);
});

test('Mastra: an agent of an agent is a tool, and an agent alone is none', async () => {
  expect(await tools(mastra('', 'agents: { helper }'))).toEqual(['agent-helper false no']);
  expect(await tools(mastra('', 'tools: {}'))).toEqual([]);
});

test('a class called Workspace of the program is none', async () => {
  const files = mastra('sandbox: new LocalSandbox({})') as Record<string, string>;
  const text = String(files['agent.ts']).replace('WORKSPACE_TOOLS, Workspace', 'WORKSPACE_TOOLS');
  expect(await tools({ ...files, 'agent.ts': `class Workspace { constructor(readonly x: object) {} }\n${text}` })).toEqual([]);
});

const LAMBDA = `import boto3
client = boto3.client("bedrock-agent-runtime")
def handler(event, context):
    return client.invoke_agent(agentId="a", agentAliasId="b", sessionId="c", inputText=event["text"])`;

test('Amazon Bedrock: the functions that the CDK gives to an agent', async () => {
  const files = {
    'package.json': { dependencies: { 'aws-cdk-lib': '2.240.0', '@aws-cdk/aws-bedrock-alpha': '2.240.0-alpha.0' } },
    'lib/stack.ts': `import * as bedrock from '@aws-cdk/aws-bedrock-alpha';
export const group = new bedrock.AgentActionGroup({
  name: 'orders',
  functionSchema: new bedrock.FunctionSchema({ functions: [
    { name: 'find_order', description: 'Finds an order' },
    { name: 'cancel_order', description: 'Cancels an order', requireConfirmation: bedrock.RequireConfirmation.ENABLED },
  ] }),
});`,
    'lambda/index.py': LAMBDA,
  };
  expect(await tools(files)).toEqual(['find_order null unknown', 'cancel_order null yes']);
});

test('Amazon Bedrock: the agent as CloudFormation knows it', async () => {
  const files = {
    'package.json': { dependencies: { 'aws-cdk-lib': '2.240.0' } },
    'lib/stack.ts': `import { Stack } from 'aws-cdk-lib';
import { CfnAgent } from 'aws-cdk-lib/aws-bedrock';
export class Shop extends Stack {
  agent = new CfnAgent(this, 'Agent', { agentName: 'shop', actionGroups: [
    { actionGroupName: 'orders', functionSchema: { functions: [{ name: 'find_order', description: 'Finds an order' }] } },
  ] });
}`,
    'lambda/index.py': LAMBDA,
  };
  expect(await tools(files)).toEqual(['find_order null unknown']);
});

test('functions of another CDK package are none', async () => {
  const files = {
    'package.json': { dependencies: { 'aws-cdk-lib': '2.240.0' } },
    'lib/stack.ts': `import { CfnAgent } from 'other-cdk';
import * as bedrock from 'aws-cdk-lib/aws-bedrock';
export const model = bedrock.FoundationModelIdentifier;
export const agent = new CfnAgent({ actionGroups: [{ functionSchema: { functions: [{ name: 'find_order' }] } }] });`,
    'lambda/index.py': LAMBDA,
  };
  expect(await tools(files)).toEqual([]);
});
