// Amazon Bedrock through boto3: `boto3.client('bedrock-runtime')`, and its asynchronous twins.
import { type CallKind, type CallShape, defineSdk, TRANSIENT } from '../../core/index.ts';

type Operation = readonly [name: string, kind: CallKind, streaming: 'yes' | 'no'];

// invoke_model serves text, images and embeddings alike; only the model id tells, so it counts as what it mostly is.
const RUNTIME: readonly Operation[] = [
  ['converse', 'chat', 'no'],
  ['converse_stream', 'chat', 'yes'],
  ['invoke_model', 'chat', 'no'],
  ['invoke_model_with_response_stream', 'chat', 'yes'],
  ['start_async_invoke', 'other', 'no'],
  ['apply_guardrail', 'moderation', 'no'],
];
// The loop of a Bedrock agent runs in the service, out of reach of this SDK.
const AGENTS: readonly Operation[] = [
  ['invoke_agent', 'agent-run', 'yes'],
  ['invoke_inline_agent', 'agent-run', 'yes'],
  ['invoke_flow', 'agent-run', 'yes'],
  ['retrieve_and_generate', 'chat', 'no'],
  ['retrieve_and_generate_stream', 'chat', 'yes'],
  ['generate_query', 'chat', 'no'],
  ['optimize_prompt', 'chat', 'yes'],
  ['rerank', 'other', 'no'],
];
const SERVICES = [
  { role: 'client', name: 'bedrock-runtime', operations: RUNTIME },
  { role: 'agent-client', name: 'bedrock-agent-runtime', operations: AGENTS },
];
const BODY = [
  'max_tokens',
  'max_completion_tokens',
  'max_tokens_to_sample',
  'max_gen_len',
  'maxTokens',
  'inferenceConfig.maxTokens',
  'inferenceConfig.max_new_tokens',
  'textGenerationConfig.maxTokenCount',
];

export const sdk = defineSdk({
  id: 'bedrock-boto3',
  title: 'boto3 for Bedrock',
  layer: 'sdk',
  provider: 'bedrock',
  language: 'python',
  code: {
    packages: ['py:boto3', 'py:aioboto3', 'py:aiobotocore', 'py:botocore'],
    version: 'py:botocore',
    versionElse: ['py:boto3'],
    produces: [
      { role: 'session', by: 'new', exports: ['Session', 'session.Session', 'AioSession'] },
      { role: 'session', by: 'call', exports: ['get_session', 'session.get_session'] },
      ...SERVICES.flatMap(
        ({ role, name }) =>
          [
            { role, by: 'call', exports: ['client'], firstArgument: [name], positional: ['service_name', 'region_name'] },
            {
              role,
              by: 'call',
              on: 'session',
              members: ['client', 'create_client'],
              firstArgument: [name],
              positional: ['service_name', 'region_name'],
            },
          ] as const,
      ),
    ],
    calls: SERVICES.flatMap(({ role, operations }) =>
      operations.map(([member, kind, streaming]): CallShape => ({ on: role, member, kind, streaming })),
    ),
  },
  retries: {
    options: [
      { at: 'client.config.retries.total_max_attempts', counts: 'attempts' },
      // Here the number counts the retries, unlike AWS_MAX_ATTEMPTS, which counts all tries.
      { at: 'client.config.retries.max_attempts' },
    ],
    defaults: [
      {
        count: 4,
        on: { ...TRANSIENT, overload: 'unknown' },
        backoff: 'exponential',
        retryAfter: 'no',
        caveat: 'two instead of four in the modes standard and adaptive',
      },
    ],
  },
  timeout: { options: [{ at: 'client.config.read_timeout', unit: 's' }], defaults: [{ ms: 60_000 }] },
  outputCap: {
    options: [
      { at: 'body.inferenceConfig.maxTokens' },
      { at: 'body.additionalModelRequestFields.max_tokens' },
      // The body of invoke_model is the JSON of each vendor.
      ...BODY.map(name => ({ at: `body.body.${name}` })),
      {
        at: 'body.retrieveAndGenerateConfiguration.knowledgeBaseConfiguration.generationConfiguration.inferenceConfig.textInferenceConfig.maxTokens',
      },
    ],
    dead: [{ at: 'body.maxTokens', why: 'converse takes it inside inferenceConfig' }],
  },
  model: ['body.modelId', 'body.foundationModel', 'body.retrieveAndGenerateConfiguration.knowledgeBaseConfiguration.modelArn'],
  source:
    'botocore 1.43.67 and 1.43.107 read: data/_retry.json, args.py, config.py, httpsession.py, the service models of bedrock-runtime and bedrock-agent-runtime',
});
