// The Responses API of OpenAI: platform.openai.com/docs/api-reference/responses and /responses-streaming.
import type { SentMessage, SentTool } from '../../core/index.ts';
import type { Answer, Call } from '../answer.ts';
import { firstNumber, type Json, jsonText, list, record, string, textOf } from '../json.ts';
import { type Asked, CREATED, type Dialect, sse, type Target, type Wire } from './dialect.ts';
import { isSystem, jsonFormat, openAiError, openAiHeaders, openAiMessage } from './openai-words.ts';

const PATH = /\/responses$/;
const DEPLOYMENT = /\/deployments\/([^/]+)\//;

/** Input is one text, or items: messages, calls and what the calls gave. */
function messages(input: unknown): readonly SentMessage[] {
  if (typeof input === 'string') return [{ role: 'user', text: input }];
  return list(input).flatMap((entry): readonly SentMessage[] => {
    const item = record(entry);
    if (string(item.type).endsWith('_call_output'))
      return [{ role: 'tool', text: textOf(item.output) || (item.output === undefined ? '' : plainText(item.output)) }];
    if (item.role === undefined || isSystem(item.role)) return [];
    return [{ role: item.role === 'assistant' ? 'assistant' : 'user', text: textOf(item.content) }];
  });
}

/** An output that is neither text nor blocks of text. */
const plainText = (output: unknown): string => (typeof output === 'string' ? output : jsonText(output));

function tools(body: Json): readonly SentTool[] {
  return list(body.tools)
    .map(record)
    .filter(tool => tool.type === 'function' && typeof tool.name === 'string')
    .map(tool => ({ name: string(tool.name), description: string(tool.description), schema: tool.parameters ?? {} }));
}

function forced(choice: unknown): string | true | undefined {
  if (choice === 'required') return true;
  const named = record(choice);
  if (named.type === 'allowed_tools') return named.mode === 'required' ? true : undefined;
  return named.type === 'function' ? string(named.name) : undefined;
}

function read(body: Json, target: Target): Asked {
  const system = list(body.input)
    .map(record)
    .filter(item => isSystem(item.role))
    .map(item => textOf(item.content));
  const format = record(record(body.text).format);
  return {
    request: {
      dialect: 'openai-responses',
      model: string(body.model) || (DEPLOYMENT.exec(target.path)?.[1] ?? ''),
      stream: body.stream === true,
      maxTokens: firstNumber(body.max_output_tokens),
      system: [string(body.instructions), ...system].filter(text => text !== '').join('\n\n'),
      messages: messages(body.input),
      tools: tools(body),
    },
    forced: forced(body.tool_choice),
    format: jsonFormat(format.type, format.schema),
    way: { store: body.store !== false },
  };
}

const REFUSED = 'I cannot help with that.';

const textPart = (text: string): Json => ({ type: 'output_text', text, annotations: [], logprobs: [] });
const refusalPart = (refusal: string): Json => ({ type: 'refusal', refusal });

/** The items of the output. Without text and calls there is a message without text, as for a model that said nothing. */
function items(answer: Answer): readonly Json[] {
  const calls = answer.calls.map(call => callItem(call, call.text, 'completed'));
  if (answer.text === '' && calls.length > 0) return calls;
  const part = answer.finish === 'refusal' ? refusalPart(answer.text || REFUSED) : textPart(answer.text);
  return [messageItem(answer, [part], answer.finish === 'length' ? 'incomplete' : 'completed'), ...calls];
}

const messageItem = (answer: Answer, content: readonly Json[], status: string): Json => ({
  id: `msg_${answer.id}`,
  type: 'message',
  status,
  role: 'assistant',
  content,
});

const callItem = (call: Call, text: string, status: string): Json => ({
  id: `fc_${call.id}`,
  type: 'function_call',
  status,
  call_id: `call_${call.id}`,
  name: call.name,
  arguments: text,
});

function response(answer: Answer, asked: Asked, status: string, output: readonly Json[], more: Json = {}): Json {
  return {
    id: `resp_${answer.id}`,
    object: 'response',
    created_at: CREATED,
    status,
    background: false,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    max_output_tokens: asked.request.maxTokens,
    metadata: {},
    model: answer.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: asked.way.store === true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: null,
    user: null,
    ...more,
  };
}

/** The whole response at its end; the official client also looks for `output_text`, which it makes by itself. */
function complete(answer: Answer, asked: Asked): Json {
  const { input, output } = answer.tokens;
  return response(answer, asked, answer.finish === 'length' ? 'incomplete' : 'completed', items(answer), {
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  });
}

/** Events of the message with its text or refusal. */
function messageEvents(answer: Answer, index: number): readonly Json[] {
  const refused = answer.finish === 'refusal';
  const kind = refused ? 'response.refusal' : 'response.output_text';
  const text = refused ? answer.text || REFUSED : answer.text;
  const part = refused ? refusalPart : textPart;
  const at = { item_id: `msg_${answer.id}`, output_index: index, content_index: 0 };
  const more = refused ? {} : { logprobs: [] };
  return [
    { type: 'response.output_item.added', output_index: index, item: messageItem(answer, [], 'in_progress') },
    { type: 'response.content_part.added', ...at, part: part('') },
    ...(refused && answer.text === '' ? [REFUSED] : answer.pieces).map(delta => ({ type: `${kind}.delta`, ...at, delta, ...more })),
    { type: `${kind}.done`, ...at, ...(refused ? { refusal: text } : { text, ...more }) },
    { type: 'response.content_part.done', ...at, part: part(text) },
    { type: 'response.output_item.done', output_index: index, item: items(answer)[0] },
  ];
}

function callEvents(call: Call, index: number): readonly Json[] {
  const at = { item_id: `fc_${call.id}`, output_index: index };
  const half = Math.ceil(call.text.length / 2);
  const parts = [call.text.slice(0, half), call.text.slice(half)].filter(part => part !== '');
  return [
    { type: 'response.output_item.added', output_index: index, item: callItem(call, '', 'in_progress') },
    ...parts.map(delta => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
    { type: 'response.function_call_arguments.done', ...at, name: call.name, arguments: call.text },
    { type: 'response.output_item.done', output_index: index, item: callItem(call, call.text, 'completed') },
  ];
}

/** One event on the wire; each carries its number. */
const event = (data: Json, sequence: number): string => sse({ ...data, sequence_number: sequence }, string(data.type));

function stream(answer: Answer, asked: Asked): Wire {
  const speaks = answer.text !== '' || answer.calls.length === 0;
  const offset = speaks ? 1 : 0;
  const begun = response(answer, asked, 'in_progress', []);
  const events: readonly Json[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...(speaks ? messageEvents(answer, 0) : []),
    ...answer.calls.flatMap((call, at) => callEvents(call, at + offset)),
    { type: answer.finish === 'length' ? 'response.incomplete' : 'response.completed', response: complete(answer, asked) },
  ];
  // A message that is done is complete for its reader, so that a cut must come before its last three events too.
  return { type: 'text/event-stream; charset=utf-8', events: events.map(event), closing: speaks ? 4 : 3 };
}

/** OpenAI sends the error as an event of its own, then the response as failed. */
function streamError(answer: Answer, asked: Asked, sent: number): readonly string[] {
  const message = openAiMessage(500);
  const error = { type: 'server_error', code: 'server_error', message, param: null };
  const failed = response(answer, asked, 'failed', [], { error: { code: 'server_error', message } });
  return [event({ type: 'error', error }, sent), event({ type: 'response.failed', response: failed }, sent + 1)];
}

export const dialect: Dialect = {
  id: 'openai-responses',
  accepts: target => PATH.test(target.path),
  owns: target => target.path.includes('/responses'),
  read,
  plain: complete,
  stream,
  streamError,
  error: openAiError,
  message: openAiMessage,
  headers: openAiHeaders,
};
