// The Gemini API (generateContent, streamGenerateContent), also as Vertex AI serves it: ai.google.dev/api/generate-content.
import type { SentMessage, SentTool } from '../../core/index.ts';
import type { Answer } from '../answer.ts';
import { firstNumber, isRecord, type Json, jsonText, list, record, string, textOf } from '../json.ts';
import { type Asked, type Dialect, sse, type Target, type Wire } from './dialect.ts';

const PATH = /\/(?:models|tunedModels|endpoints)\/([^/:]+):(generateContent|streamGenerateContent)$/;

const FINISH = { end: 'STOP', length: 'MAX_TOKENS', refusal: 'SAFETY', tools: 'STOP' } as const;
/** Status names of google.rpc.Code by HTTP status. */
const STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
const MESSAGE: Readonly<Record<number, string>> = {
  400: 'Request contains an invalid argument.',
  401: 'Request had invalid authentication credentials.',
  403: 'The caller does not have permission',
  404: 'Requested entity was not found.',
  429: 'Resource has been exhausted (e.g. check quota).',
  503: 'The model is overloaded. Please try again later.',
};

/** Both spellings of a field are accepted by Google, and sent by clients. */
const either = (body: Json, camel: string): unknown => body[camel] ?? body[camel.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)];
const partsOf = (content: unknown): readonly Json[] => (typeof content === 'string' ? [{ text: content }] : parts(record(content).parts));
const parts = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(record) : isRecord(value) ? [value] : []);

/** The result of a tool is an object; one that holds a single text says no more than that text. */
function resultText(response: unknown): string {
  const fields = Object.entries(record(response)).filter(([name]) => name !== 'name');
  const only = fields.length === 1 ? fields[0]?.[1] : undefined;
  return typeof only === 'string' ? only : jsonText(response ?? {});
}

function messages(entry: unknown): readonly SentMessage[] {
  const all = partsOf(entry);
  const results = all
    .map(part => record(either(part, 'functionResponse')))
    .filter(result => typeof result.name === 'string')
    .map((result): SentMessage => ({ role: 'tool', text: resultText(result.response), isError: 'error' in record(result.response) }));
  const words = all.filter(part => typeof part.text === 'string' && part.thought !== true);
  const role = record(entry).role === 'model' ? 'assistant' : 'user';
  return words.length === 0 && results.length > 0 ? results : [...results, { role, text: textOf(words) }];
}

function tools(body: Json): readonly SentTool[] {
  return parts(body.tools)
    .flatMap(tool => parts(either(tool, 'functionDeclarations')))
    .filter(tool => typeof tool.name === 'string')
    .map(tool => ({
      name: string(tool.name),
      description: string(tool.description),
      schema: either(tool, 'parametersJsonSchema') ?? tool.parameters ?? {},
    }));
}

function forced(body: Json): string | true | undefined {
  const choice = record(either(record(either(body, 'toolConfig')), 'functionCallingConfig'));
  if (string(choice.mode).toUpperCase() !== 'ANY') return undefined;
  const names = list(either(choice, 'allowedFunctionNames'));
  return names.length === 1 ? string(names[0]) : true;
}

function formatOf(config: Json): unknown {
  const schema = either(config, 'responseJsonSchema') ?? either(config, 'responseSchema');
  return schema ?? (either(config, 'responseMimeType') === 'application/json' ? {} : undefined);
}

function read(body: Json, target: Target): Asked {
  const path = PATH.exec(target.path);
  const config = record(either(body, 'generationConfig'));
  const stream = path?.[2] === 'streamGenerateContent';
  return {
    request: {
      dialect: 'gemini',
      model: path?.[1] ?? '',
      stream,
      maxTokens: firstNumber(either(config, 'maxOutputTokens')),
      system: textOf(partsOf(either(body, 'systemInstruction'))),
      messages: parts(body.contents).flatMap(messages),
      tools: tools(body),
    },
    forced: forced(body),
    format: formatOf(config),
    way: { sse: target.query.get('alt') === 'sse' },
  };
}

const RATINGS = ['HARASSMENT', 'HATE_SPEECH', 'SEXUALLY_EXPLICIT', 'DANGEROUS_CONTENT'].map(name => ({
  category: `HARM_CATEGORY_${name}`,
  probability: name === 'DANGEROUS_CONTENT' ? 'HIGH' : 'NEGLIGIBLE',
  ...(name === 'DANGEROUS_CONTENT' ? { blocked: true } : {}),
}));

const usage = (answer: Answer): Json => ({
  promptTokenCount: answer.tokens.input,
  candidatesTokenCount: answer.tokens.output,
  totalTokenCount: answer.tokens.input + answer.tokens.output,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: answer.tokens.input }],
});

/** One response; a stream is made of several, and only the last says why the model stopped. */
function response(answer: Answer, content: readonly Json[] | undefined, last: boolean): Json {
  const refused = last && answer.finish === 'refusal';
  return {
    candidates: [
      {
        // What was refused has no content.
        ...(content === undefined ? {} : { content: { parts: content, role: 'model' } }),
        ...(last ? { finishReason: FINISH[answer.finish] } : {}),
        index: 0,
        ...(refused ? { safetyRatings: RATINGS } : {}),
      },
    ],
    usageMetadata: usage(answer),
    modelVersion: answer.model,
    responseId: answer.id,
  };
}

const calls = (answer: Answer): readonly Json[] => answer.calls.map(call => ({ functionCall: { name: call.name, args: call.value } }));

function plain(answer: Answer): Json {
  if (answer.finish === 'refusal') return response(answer, undefined, true);
  const words = answer.text === '' && answer.calls.length > 0 ? [] : [{ text: answer.text }];
  return response(answer, [...words, ...calls(answer)], true);
}

function stream(answer: Answer, asked: Asked): Wire {
  const refused = answer.finish === 'refusal';
  const bodies = [
    ...(refused ? [] : answer.pieces.map(text => response(answer, [{ text }], false))),
    ...calls(answer).map(call => response(answer, [call], false)),
    refused ? response(answer, undefined, true) : response(answer, [{ text: '' }], true),
  ];
  if (asked.way.sse === true)
    return { type: 'text/event-stream', events: bodies.map(body => sse(body).replaceAll('\n', '\r\n')), closing: 1 };
  // Without alt=sse the stream is one JSON array that arrives piece by piece.
  const events = bodies.map((body, at) => `${at === 0 ? '[' : ',\r\n'}${jsonText(body)}${at === bodies.length - 1 ? ']' : ''}`);
  return { type: 'application/json; charset=UTF-8', events, closing: 1 };
}

const error = (status: number, message: string): Json => ({
  error: { code: status, message, status: STATUS[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL') },
});

export const dialect: Dialect = {
  id: 'gemini',
  accepts: target => PATH.test(target.path),
  owns: target =>
    target.host.endsWith('googleapis.com') || /\/v1(?:beta|alpha)\d*\//.test(target.path) || 'x-goog-api-key' in target.headers,
  read,
  plain,
  stream,
  streamError: (_, asked, sent) => {
    const failed = error(503, MESSAGE[503] ?? '');
    if (asked.way.sse === true) return [sse(failed).replaceAll('\n', '\r\n')];
    return [`${sent === 0 ? '[' : ',\r\n'}${jsonText(failed)}]`];
  },
  // A client that reads a stream as one array gets its errors in an array too.
  error: (status, message, asked) =>
    asked?.request.stream === true && asked.way.sse !== true ? [error(status, message)] : error(status, message),
  message: status => MESSAGE[status] ?? 'An internal error has occurred. Please retry.',
  headers: () => ({ 'server-timing': 'gfet4t7; dur=5' }),
};
