// What the SDKs that Stainless generates have in common (openai, @anthropic-ai/sdk, groq-sdk, @cerebras/cerebras_cloud_sdk,
// together-ai), each measured with its own package: options go into the second argument or the client, and the body is sent as it is.
// And their Python twins (openai, anthropic, groq, together), which were read: options are keyword arguments, in seconds.
import type { CallShape, DeadShape } from './sdk.ts';

const SENT_AS_IS = 'inside the body it is sent to the API as an unknown field; it belongs into the second argument or the client';

/**
 * The timer is cleared once the headers of an answer are there. Measured with openai 6.49.0 and @anthropic-ai/sdk 1.12.0 (timeout
 * 1 s, a stream that stops after its first event: still open after 6 s); groq-sdk, @cerebras/cerebras_cloud_sdk and together-ai come
 * from the same generator. A signal of the program's own ends the stream as well.
 */
export const STAINLESS_TIMEOUT = { at: 'request.timeout', untilBegun: true } as const;
export const STAINLESS_CLIENT_TIMEOUT = { at: 'client.timeout', untilBegun: true } as const;

export const STAINLESS = {
  retries: {
    options: [{ at: 'request.maxRetries' }, { at: 'client.maxRetries' }],
    dead: [{ at: 'body.maxRetries', why: SENT_AS_IS }],
  },
  timeout: {
    options: [{ at: 'request.signal' }, STAINLESS_TIMEOUT, STAINLESS_CLIENT_TIMEOUT],
    dead: [{ at: 'body.timeout', why: SENT_AS_IS }],
  },
} as const;

/** Names of the output cap that the API ignores, and the name that it knows. */
export function capIsNamed(right: string, ...wrong: readonly string[]): readonly DeadShape[] {
  return wrong.map(name => ({ at: `body.${name}`, why: `the API names it ${right}` }));
}

export const STAINLESS_PYTHON = {
  retries: {
    options: [{ at: 'client.max_retries' }],
    dead: [
      { at: 'request.max_retries', why: 'the call takes no such keyword; set it on the client, or use with_options(max_retries=...)' },
    ],
  },
  timeout: {
    options: [
      { at: 'request.timeout', unit: 's' },
      { at: 'client.timeout', unit: 's' },
      // Without a timeout of its own the client takes that of the HTTP client that it is given.
      { at: 'client.http_client.timeout', unit: 's' },
    ],
  },
} as const;

/** The same calls behind `with_raw_response` and `with_streaming_response`. */
export function alsoRaw(calls: readonly CallShape[]): readonly CallShape[] {
  return calls.flatMap(call => {
    const dot = call.member.lastIndexOf('.') + 1;
    const [before, name] = [call.member.slice(0, dot), call.member.slice(dot)];
    if (!/^(?:create|parse)$/.test(name)) return [call];
    return [call, ...['with_raw_response', 'with_streaming_response'].map(raw => ({ ...call, member: `${before}${raw}.${name}` }))];
  });
}
