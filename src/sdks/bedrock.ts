// Amazon Bedrock through the AWS SDK: the commands, and the methods of the aggregated clients.
import { type CallKind, defineSdk, TRANSIENT } from '../core/index.ts';

const RUNTIME = ['@aws-sdk/client-bedrock-runtime'];
const AGENTS = ['@aws-sdk/client-bedrock-agent-runtime'];

type Operation = readonly [name: string, kind: CallKind, streaming: 'yes' | 'no'];

// InvokeModel serves text, images and embeddings alike; only the model id tells, so it counts as what it mostly is.
const RUNTIME_OPERATIONS: readonly Operation[] = [
  ['Converse', 'chat', 'no'],
  ['ConverseStream', 'chat', 'yes'],
  ['InvokeModel', 'chat', 'no'],
  ['InvokeModelWithResponseStream', 'chat', 'yes'],
  ['InvokeModelWithBidirectionalStream', 'audio', 'yes'],
  ['StartAsyncInvoke', 'other', 'no'],
  ['ApplyGuardrail', 'moderation', 'no'],
];
// The loop of a Bedrock agent runs in the service, out of reach of this SDK.
const AGENT_OPERATIONS: readonly Operation[] = [
  ['InvokeAgent', 'agent-run', 'yes'],
  ['InvokeInlineAgent', 'agent-run', 'yes'],
  ['InvokeFlow', 'agent-run', 'yes'],
  ['RetrieveAndGenerate', 'chat', 'no'],
  ['RetrieveAndGenerateStream', 'chat', 'yes'],
  ['GenerateQuery', 'chat', 'no'],
  ['OptimizePrompt', 'chat', 'yes'],
  ['Rerank', 'other', 'no'],
];

const calls = (operations: readonly Operation[], packages: readonly string[]) =>
  operations.flatMap(([name, kind, streaming]) => [
    {
      on: 'client',
      member: 'send',
      kind,
      streaming,
      command: [`${name}Command`],
      places: { body: 'new 0', request: 1 } as const,
      packages,
    },
    { on: 'client', member: `${name.charAt(0).toLowerCase()}${name.slice(1)}`, kind, streaming, packages },
  ]);

export const sdk = defineSdk({
  id: 'bedrock',
  title: 'AWS SDK for Bedrock',
  layer: 'sdk',
  provider: 'bedrock',
  code: {
    packages: [...RUNTIME, ...AGENTS],
    produces: [
      {
        role: 'client',
        by: 'new',
        exports: ['BedrockRuntimeClient', 'BedrockRuntime', 'BedrockAgentRuntimeClient', 'BedrockAgentRuntime'],
      },
    ],
    calls: [...calls(RUNTIME_OPERATIONS, RUNTIME), ...calls(AGENT_OPERATIONS, AGENTS)],
  },
  retries: {
    options: [{ at: 'client.maxAttempts', counts: 'attempts' }],
    dead: [{ at: 'client.maxRetries', why: 'version 3 of the AWS SDK names it maxAttempts, which counts all tries' }],
    // 529 is no answer of AWS.
    defaults: [{ count: 2, on: { ...TRANSIENT, overload: 'unknown' }, backoff: 'exponential', retryAfter: 'yes' }],
  },
  timeout: {
    options: [
      { at: 'request.requestTimeout' },
      { at: 'request.abortSignal' },
      { at: 'client.requestHandler.requestTimeout' },
      { at: 'client.requestHandler.socketTimeout' },
    ],
    dead: [
      { at: 'client.requestTimeout', why: 'it belongs into requestHandler' },
      { at: 'client.timeout', why: 'it belongs into requestHandler, as requestTimeout' },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [
      { at: 'body.inferenceConfig.maxTokens' },
      { at: 'body.additionalModelRequestFields.max_tokens' },
      // The body of InvokeModel is the JSON of each vendor.
      { at: 'body.body.max_tokens' },
      { at: 'body.body.max_completion_tokens' },
      { at: 'body.body.max_tokens_to_sample' },
      { at: 'body.body.max_gen_len' },
      { at: 'body.body.maxTokens' },
      { at: 'body.body.inferenceConfig.maxTokens' },
      { at: 'body.body.inferenceConfig.max_new_tokens' },
      { at: 'body.body.textGenerationConfig.maxTokenCount' },
      {
        at: 'body.retrieveAndGenerateConfiguration.knowledgeBaseConfiguration.generationConfiguration.inferenceConfig.textInferenceConfig.maxTokens',
      },
    ],
    dead: [{ at: 'body.maxTokens', why: 'Converse takes it inside inferenceConfig' }],
  },
  model: [
    'body.modelId',
    'body.foundationModel',
    'body.retrieveAndGenerateConfiguration.knowledgeBaseConfiguration.modelArn',
    'body.retrieveAndGenerateConfiguration.externalSourcesConfiguration.modelArn',
  ],
  source:
    '@aws-sdk/client-bedrock-runtime 3.1164.0, requests counted against a local server; @aws-sdk/client-bedrock-agent-runtime 3.1164.0 read',
});
