// What the SDKs that Stainless generates have in common (openai, @anthropic-ai/sdk, groq-sdk, @cerebras/cerebras_cloud_sdk,
// together-ai), each measured with its own package: options go into the second argument or the client, and the body is sent as it is.
import type { DeadShape } from './sdk.ts';

const SENT_AS_IS = 'inside the body it is sent to the API as an unknown field; it belongs into the second argument or the client';

export const STAINLESS = {
  retries: {
    options: [{ at: 'request.maxRetries' }, { at: 'client.maxRetries' }],
    dead: [{ at: 'body.maxRetries', why: SENT_AS_IS }],
  },
  timeout: {
    options: [{ at: 'request.timeout' }, { at: 'request.signal' }, { at: 'client.timeout' }],
    dead: [{ at: 'body.timeout', why: SENT_AS_IS }],
  },
} as const;

/** Names of the output cap that the API ignores, and the name that it knows. */
export function capIsNamed(right: string, ...wrong: readonly string[]): readonly DeadShape[] {
  return wrong.map(name => ({ at: `body.${name}`, why: `the API names it ${right}` }));
}
