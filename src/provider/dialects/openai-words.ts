// What the two APIs of OpenAI have in common: errors, headers, names of roles and formats.
import type { Json } from '../json.ts';

const MESSAGE: Readonly<Record<number, string>> = {
  400: 'Invalid request.',
  401: 'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
  403: 'You are not allowed to use this resource.',
  404: 'Not found.',
  413: 'Request body too large.',
  429: 'Rate limit reached for requests. Please try again later.',
  503: 'The engine is currently overloaded, please try again later.',
  529: 'The engine is currently overloaded, please try again later.',
};

export const openAiMessage = (status: number): string =>
  MESSAGE[status] ?? 'The server had an error while processing your request. Sorry about that!';

/** Type and code of an error; some are told by their message only, because the status is the same. */
function kindOf(status: number, message: string): readonly [type: string, code: string | null] {
  if (/maximum context length|context window/i.test(message)) return ['invalid_request_error', 'context_length_exceeded'];
  if (status === 429) return /quota/i.test(message) ? ['insufficient_quota', 'insufficient_quota'] : ['requests', 'rate_limit_exceeded'];
  if (status === 401) return ['invalid_request_error', 'invalid_api_key'];
  return status < 500 ? ['invalid_request_error', null] : ['server_error', null];
}

export function openAiError(status: number, message: string): Json {
  const [type, code] = kindOf(status, message);
  return { error: { message, type, param: null, code } };
}

export const openAiHeaders = (id: string): Readonly<Record<string, string>> => ({
  'x-request-id': `req_${id}`,
  'openai-version': '2020-10-01',
  'openai-processing-ms': '5',
});

export const isSystem = (role: unknown): boolean => role === 'system' || role === 'developer';

/** JSON schema of the text that is asked for; `{}` for any object, undefined for free text. */
export const jsonFormat = (type: unknown, schema: unknown): unknown =>
  type === 'json_schema' ? (schema ?? {}) : type === 'json_object' ? {} : undefined;
