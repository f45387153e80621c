// The Chat Completions API of OpenAI and of all who copy it (Azure, OpenRouter, Groq, Mistral...): platform.openai.com/docs/api-reference/chat.
import type { SentMessage, SentTool } from '../../core/index.ts';
import type { Answer, Call } from '../answer.ts';
import { firstNumber, type Json, list, record, string, textOf } from '../json.ts';
import { type Asked, CREATED, type Dialect, sse, type Target, type Wire } from './dialect.ts';
import { isSystem, jsonFormat, openAiError, openAiHeaders, openAiMessage } from './openai-words.ts';

const PATH = /\/chat\/completions$/;
/** Azure names the model in the path. */
const DEPLOYMENT = /\/deployments\/([^/]+)\//;

const FINISH = { end: 'stop', length: 'length', refusal: 'stop', tools: 'tool_calls' } as const;

function tools(body: Json): readonly SentTool[] {
  const declared = list(body.tools)
    .map(record)
    .filter(tool => tool.type === 'function' || tool.type === undefined)
    .map(tool => record(tool.function));
  // `functions` is how it was done before `tools`.
  return [...declared, ...list(body.functions).map(record)]
    .filter(entry => typeof entry.name === 'string')
    .map(entry => ({ name: string(entry.name), description: string(entry.description), schema: entry.parameters ?? {} }));
}

function messages(entry: unknown): readonly SentMessage[] {
  const message = record(entry);
  if (isSystem(message.role)) return [];
  const role = message.role === 'tool' || message.role === 'function' ? 'tool' : message.role === 'assistant' ? 'assistant' : 'user';
  return [{ role, text: textOf(message.content) }];
}

function forced(body: Json): string | true | undefined {
  const choice = body.tool_choice ?? body.function_call;
  if (choice === 'required') return true;
  const named = record(choice);
  if (named.type === 'allowed_tools') return record(named.allowed_tools).mode === 'required' ? true : undefined;
  return string(record(named.function).name) || string(named.name) || undefined;
}

function read(body: Json, target: Target): Asked {
  const sent = list(body.messages);
  const deployment = DEPLOYMENT.exec(target.path)?.[1];
  const format = record(body.response_format);
  return {
    request: {
      dialect: 'openai-chat',
      model: string(body.model) || (deployment ?? ''),
      stream: body.stream === true,
      maxTokens: firstNumber(body.max_completion_tokens, body.max_tokens),
      system: sent
        .map(record)
        .filter(message => isSystem(message.role))
        .map(message => textOf(message.content))
        .join('\n\n'),
      messages: sent.flatMap(messages),
      tools: tools(body),
    },
    forced: forced(body),
    format: jsonFormat(format.type, record(format.json_schema).schema),
    way: {
      usage: record(body.stream_options).include_usage === true,
      functions: list(body.functions).length > 0 && list(body.tools).length === 0,
    },
  };
}

const usage = (answer: Answer): Json => ({
  prompt_tokens: answer.tokens.input,
  completion_tokens: answer.tokens.output,
  total_tokens: answer.tokens.input + answer.tokens.output,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
});

const finishOf = (answer: Answer, asked: Asked): string =>
  asked.way.functions === true && answer.finish === 'tools' ? 'function_call' : FINISH[answer.finish];

const toolCall = (call: Call): Json => ({ id: `call_${call.id}`, type: 'function', function: { name: call.name, arguments: call.text } });

function callsOf(answer: Answer, asked: Asked): Json {
  const [first] = answer.calls;
  if (first === undefined) return {};
  if (asked.way.functions === true) return { function_call: { name: first.name, arguments: first.text } };
  return { tool_calls: answer.calls.map(toolCall) };
}

function plain(answer: Answer, asked: Asked): Json {
  const refused = answer.finish === 'refusal';
  // Beside tool calls there is no text, not an empty one.
  const content = refused || (answer.text === '' && answer.calls.length > 0) ? null : answer.text;
  return {
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion',
    created: CREATED,
    model: answer.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content,
          refusal: refused ? answer.text || 'I cannot help with that.' : null,
          annotations: [],
          ...callsOf(answer, asked),
        },
        logprobs: null,
        finish_reason: finishOf(answer, asked),
      },
    ],
    usage: usage(answer),
    service_tier: 'default',
    system_fingerprint: 'fp_agent_ready',
  };
}

/** The changes that the calls of an answer are sent as: the first names the tool, the others bring the arguments. */
function callDeltas(answer: Answer, asked: Asked): readonly Json[] {
  return answer.calls.flatMap((call, index): readonly Json[] => {
    const half = Math.ceil(call.text.length / 2);
    const parts = [call.text.slice(0, half), call.text.slice(half)].filter(part => part !== '');
    if (asked.way.functions === true)
      return index > 0
        ? []
        : [{ function_call: { name: call.name, arguments: '' } }, ...parts.map(part => ({ function_call: { arguments: part } }))];
    return [
      { tool_calls: [{ index, id: `call_${call.id}`, type: 'function', function: { name: call.name, arguments: '' } }] },
      ...parts.map(part => ({ tool_calls: [{ index, function: { arguments: part } }] })),
    ];
  });
}

function stream(answer: Answer, asked: Asked): Wire {
  const wantsUsage = asked.way.usage === true;
  const refused = answer.finish === 'refusal';
  const chunk = (choices: readonly Json[], used: Json | null): string =>
    sse({
      id: `chatcmpl-${answer.id}`,
      object: 'chat.completion.chunk',
      created: CREATED,
      model: answer.model,
      service_tier: 'default',
      system_fingerprint: 'fp_agent_ready',
      choices,
      // With usage asked for, every chunk has the field and all but the last have null there.
      ...(wantsUsage ? { usage: used } : {}),
    });
  const choice = (delta: Json, finish: string | null = null): string =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason: finish }], null);
  const pieces = refused && answer.text === '' ? ['I cannot help with that.'] : answer.pieces;
  const events = [
    choice({ role: 'assistant', content: answer.calls.length > 0 || refused ? null : '', refusal: null }),
    ...pieces.map(piece => choice(refused ? { refusal: piece } : { content: piece })),
    ...callDeltas(answer, asked).map(delta => choice(delta)),
    choice({}, finishOf(answer, asked)),
    ...(wantsUsage ? [chunk([], usage(answer))] : []),
    sse('[DONE]'),
  ];
  return { type: 'text/event-stream; charset=utf-8', events, closing: wantsUsage ? 3 : 2 };
}

export const dialect: Dialect = {
  id: 'openai-chat',
  accepts: target => PATH.test(target.path),
  // Everybody copies OpenAI: what belongs to nobody else is answered in its words.
  owns: () => true,
  read,
  plain,
  stream,
  streamError: () => [sse(openAiError(500, openAiMessage(500)))],
  error: openAiError,
  message: openAiMessage,
  headers: openAiHeaders,
};
