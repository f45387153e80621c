// The Anthropic Messages API, also as Vertex AI serves it: docs.anthropic.com/en/api/messages and /messages-streaming.
import type { SentMessage, SentTool } from '../../core/index.ts';
import type { Answer, Call } from '../answer.ts';
import { firstNumber, isRecord, type Json, list, record, string, textOf } from '../json.ts';
import { type Asked, type Dialect, sse, type Target, type Wire } from './dialect.ts';

const VERTEX = /\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/;
/** Threads of the OpenAI Assistants API have messages too. */
const MESSAGES = /(?<!\/threads\/[^/]+)\/messages$/;

const FINISH = { end: 'end_turn', length: 'max_tokens', refusal: 'refusal', tools: 'tool_use' } as const;
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};
const MESSAGE: Readonly<Record<number, string>> = {
  400: 'messages: invalid request',
  401: 'invalid x-api-key',
  403: 'Your API key does not have permission to use the specified resource.',
  404: 'Not found',
  413: 'Request exceeds the maximum size',
  429: "This request would exceed your account's rate limit. Please try again later.",
  529: 'Overloaded',
};

/** Tools that Anthropic defines and the agent runs: they come without a schema. Its server tools (web search) are not the agent's. */
const OWN_TOOLS: readonly (readonly [RegExp, string, Json])[] = [
  [/^bash_/, 'Runs a shell command.', { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] }],
  [
    /^text_editor_/,
    'Views, creates and edits files.',
    { type: 'object', properties: { command: { enum: ['view'] }, path: { type: 'string' } }, required: ['command', 'path'] },
  ],
  [/^computer_/, 'Controls a computer.', { type: 'object', properties: { action: { enum: ['screenshot'] } }, required: ['action'] }],
];

function tools(body: Json): readonly SentTool[] {
  return list(body.tools).flatMap(entry => {
    const tool = record(entry);
    if (isRecord(tool.input_schema)) return [{ name: string(tool.name), description: string(tool.description), schema: tool.input_schema }];
    const own = OWN_TOOLS.find(([type]) => type.test(string(tool.type)));
    return own === undefined ? [] : [{ name: string(tool.name), description: own[1], schema: own[2] }];
  });
}

/** A message of the wire may hold results of tools and words of the user; they become messages of their own. */
function messages(entry: unknown): readonly SentMessage[] {
  const message = record(entry);
  const role = message.role === 'assistant' ? 'assistant' : 'user';
  if (typeof message.content === 'string') return [{ role, text: message.content }];
  const blocks = list(message.content).map(record);
  const results = blocks
    .filter(block => block.type === 'tool_result')
    .map((block): SentMessage => ({ role: 'tool', text: textOf(block.content), isError: block.is_error === true }));
  const words = blocks.filter(block => block.type === 'text');
  return words.length === 0 && results.length > 0 ? results : [...results, { role, text: textOf(words) }];
}

const usage = (answer: Answer, output = answer.tokens.output): Json => ({
  input_tokens: answer.tokens.input,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: output,
  service_tier: 'standard',
});

const REFUSED: Json = { type: 'refusal', category: null, explanation: null };

const message = (answer: Answer, content: readonly Json[], stop: string | null, used: Json): Json => ({
  id: `msg_${answer.id}`,
  type: 'message',
  role: 'assistant',
  model: answer.model,
  content,
  stop_reason: stop,
  stop_sequence: null,
  stop_details: stop === 'refusal' ? REFUSED : null,
  usage: used,
});

const toolBlock = (call: Call, input: unknown): Json => ({ type: 'tool_use', id: `toolu_${call.id}`, name: call.name, input });

function contentOf(answer: Answer): readonly Json[] {
  // An answer without any text has no block at all.
  const words = answer.text === '' ? [] : [{ type: 'text', text: answer.text }];
  return [...words, ...answer.calls.map(call => toolBlock(call, call.value))];
}

const event = (data: Json): string => sse(data, string(data.type));

function block(index: number, start: Json, deltas: readonly Json[]): readonly string[] {
  return [
    event({ type: 'content_block_start', index, content_block: start }),
    ...deltas.map(delta => event({ type: 'content_block_delta', index, delta })),
    event({ type: 'content_block_stop', index }),
  ];
}

function stream(answer: Answer): Wire {
  const words = answer.text === '' ? 0 : 1;
  const events = [
    event({ type: 'message_start', message: message(answer, [], null, usage(answer, 1)) }),
    ...(words === 0
      ? []
      : block(
          0,
          { type: 'text', text: '' },
          answer.pieces.map(text => ({ type: 'text_delta', text })),
        )),
    ...answer.calls.flatMap((call, at) => {
      const half = Math.ceil(call.text.length / 2);
      const parts = ['', call.text.slice(0, half), call.text.slice(half)];
      return block(
        words + at,
        toolBlock(call, {}),
        parts.map(partial_json => ({ type: 'input_json_delta', partial_json })),
      );
    }),
    event({
      type: 'message_delta',
      delta: { stop_reason: FINISH[answer.finish], stop_sequence: null, stop_details: answer.finish === 'refusal' ? REFUSED : null },
      usage: { output_tokens: answer.tokens.output },
    }),
    event({ type: 'message_stop' }),
  ];
  return { type: 'text/event-stream; charset=utf-8', events, closing: 2 };
}

function read(body: Json, target: Target): Asked {
  const vertex = VERTEX.exec(target.path);
  const choice = record(body.tool_choice);
  const format = record(record(body.output_config).format ?? body.output_format);
  return {
    request: {
      dialect: 'anthropic-messages',
      model: vertex?.[1] ?? string(body.model),
      stream: body.stream === true || vertex?.[2] === 'streamRawPredict',
      maxTokens: firstNumber(body.max_tokens),
      system: textOf(body.system),
      messages: list(body.messages).flatMap(messages),
      tools: tools(body),
    },
    forced: choice.type === 'tool' ? string(choice.name) : choice.type === 'any' ? true : undefined,
    format: format.type === 'json_schema' ? (format.schema ?? {}) : undefined,
    way: {},
  };
}

const error = (status: number, text: string): Json => ({
  type: 'error',
  error: { type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message: text },
  request_id: null,
});

export const dialect: Dialect = {
  id: 'anthropic-messages',
  accepts: target => MESSAGES.test(target.path) || VERTEX.test(target.path),
  owns: target =>
    target.host.endsWith('anthropic.com') || 'anthropic-version' in target.headers || /\/messages\/|\/anthropic\//.test(target.path),
  read,
  plain: answer => message(answer, contentOf(answer), FINISH[answer.finish], usage(answer)),
  stream,
  streamError: () => [event(error(529, 'Overloaded'))],
  error,
  message: status => MESSAGE[status] ?? 'Internal server error',
  headers: id => ({ 'request-id': `req_${id}` }),
};
