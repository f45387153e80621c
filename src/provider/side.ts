// Requests that ask no model for an answer: lists of models, embeddings, moderation, counts of tokens. They get a polite default, so that
// an agent which needs them comes as far as its model request.
import { createHash } from 'node:crypto';
import { CREATED, type Dialect, type Target } from './dialects/dialect.ts';
import { firstNumber, type Json, list, record, string } from './json.ts';

export interface SideAnswer {
  readonly status: number;
  readonly body: unknown;
}

const DIMENSIONS: readonly (readonly [RegExp, number])[] = [
  [/3-large/, 3072],
  [/gemini-embedding/, 3072],
  [/mistral-embed|embed-(?:english|multilingual)|voyage|bge-large|e5-large/, 1024],
  [/text-embedding-00|nomic|bge-base|gte-base|textembedding/, 768],
  [/MiniLM|bge-small|e5-small/i, 384],
];
const MOST_DIMENSIONS = 8_192;
const MOST_INPUTS = 2_048;

/**
 * A vector of length 1 for a text, always the same. All are near one another, so that every search by likeness finds something,
 * and not equal, so that an index which refuses twins is content.
 */
function vector(text: string, size: number): readonly number[] {
  const hash = createHash('sha256').update(text).digest();
  const raw = Array.from({ length: size }, (_, at) => Math.sin(at + 1) + ((hash[at % hash.length] ?? 0) / 255 - 0.5) * 0.1);
  const length = Math.hypot(...raw);
  return raw.map(value => value / length);
}

function sizeOf(model: string, ...asked: readonly unknown[]): number {
  const size = firstNumber(...asked) ?? DIMENSIONS.find(([name]) => name.test(model))?.[1] ?? 1536;
  return Math.max(1, Math.min(MOST_DIMENSIONS, Math.floor(size)));
}

/** The inputs of a request: one text, several, or the same as numbers of tokens. */
function inputsOf(input: unknown): readonly string[] {
  if (!Array.isArray(input)) return [typeof input === 'string' ? input : ''];
  const texts =
    typeof input[0] === 'number' ? [input.join(' ')] : input.map(item => (typeof item === 'string' ? item : JSON.stringify(item)));
  return texts.slice(0, MOST_INPUTS);
}

const base64 = (values: readonly number[]): string => Buffer.from(Float32Array.from(values).buffer).toString('base64');

function openAiEmbeddings(body: Json): Json {
  const model = string(body.model) || 'text-embedding-3-small';
  const inputs = inputsOf(body.input);
  const data = inputs.map((text, index) => {
    const values = vector(text, sizeOf(model, body.dimensions));
    return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? base64(values) : values };
  });
  const tokens = tokensOf(inputs.join(' '));
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

/** About as many as a real provider would count, and never 0. */
const tokensOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4));

const HARMS = (
  'harassment harassment/threatening sexual sexual/minors hate hate/threatening illicit illicit/violent self-harm self-harm/intent ' +
  'self-harm/instructions violence violence/graphic'
).split(' ');
const each = <T>(value: T): Record<string, T> => Object.fromEntries(HARMS.map(name => [name, value]));

function moderations(body: Json): Json {
  const inputs = Array.isArray(body.input) && body.input.some(item => typeof item === 'string') ? inputsOf(body.input) : [''];
  return {
    id: 'modr-agentready',
    model: string(body.model) || 'omni-moderation-latest',
    results: inputs.map(() => ({
      flagged: false,
      categories: each(false),
      category_scores: each(0.00001),
      category_applied_input_types: each(['text']),
    })),
  };
}

/** Models that are listed; any other is found too when it is asked for by name. */
const MODELS: Readonly<Record<Dialect['id'], readonly string[]>> = {
  'anthropic-messages': ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'],
  'openai-chat': ['gpt-5', 'gpt-5-mini', 'gpt-4.1', 'gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small'],
  'openai-responses': ['gpt-5'],
  gemini: ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-embedding-001'],
};

function model(id: string, dialect: Dialect['id']): Json {
  if (dialect === 'anthropic-messages') return { type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' };
  if (dialect === 'gemini')
    return {
      name: `models/${id}`,
      version: '001',
      displayName: id,
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
    };
  return { id, object: 'model', created: CREATED, owned_by: 'system' };
}

function models(dialect: Dialect['id']): Json {
  const data = MODELS[dialect].map(id => model(id, dialect));
  if (dialect === 'gemini') return { models: data };
  if (dialect === 'anthropic-messages')
    return { data, has_more: false, first_id: MODELS[dialect][0] ?? null, last_id: MODELS[dialect].at(-1) ?? null };
  return { object: 'list', data };
}

function geminiSide(path: string, body: Json): unknown {
  const name = /\/models\/([^/:]+):/.exec(path)?.[1] ?? '';
  const embed = (request: unknown): Json => {
    const asked = record(request);
    const size = sizeOf(name, asked.outputDimensionality, record(asked.embedContentConfig).outputDimensionality);
    return { values: vector(JSON.stringify(asked.content ?? ''), name === '' ? 768 : size) };
  };
  if (path.endsWith(':embedContent')) return { embedding: embed(body) };
  if (path.endsWith(':batchEmbedContents')) return { embeddings: list(body.requests).slice(0, MOST_INPUTS).map(embed) };
  if (path.endsWith(':countTokens')) return { totalTokens: tokensOf(JSON.stringify(body)) };
  return undefined;
}

/** @param dialect in whose words; @param body undefined when it is no JSON object */
export function sideAnswer(method: string, target: Target, body: Json | undefined, dialect: Dialect): SideAnswer {
  const { path } = target;
  const found = (answer: unknown): SideAnswer => ({ status: 200, body: answer });
  if (method === 'GET') {
    const asked = /\/models(?:\/([^:]+))?$/.exec(path);
    if (asked !== null) return found(asked[1] === undefined ? models(dialect.id) : model(decoded(asked[1]), dialect.id));
  }
  if (method === 'POST' && body !== undefined) {
    if (path.endsWith('/messages/count_tokens')) return found({ input_tokens: tokensOf(JSON.stringify(body)) });
    if (path.endsWith('/responses/input_tokens'))
      return found({ object: 'response.input_tokens', input_tokens: tokensOf(JSON.stringify(body)) });
    if (path.endsWith('/embeddings')) return found(openAiEmbeddings(body));
    if (path.endsWith('/moderations')) return found(moderations(body));
    const gemini = geminiSide(path, body);
    if (gemini !== undefined) return found(gemini);
  }
  return { status: 404, body: dialect.error(404, dialect.message(404)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
