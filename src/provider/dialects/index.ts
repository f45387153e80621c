// All dialects of the stand-in; one more is one more file and one more line here.
import { dialect as anthropicMessages } from './anthropic-messages.ts';
import type { Dialect, Target } from './dialect.ts';
import { dialect as gemini } from './gemini.ts';
import { dialect as openAiChat } from './openai-chat.ts';
import { dialect as openAiResponses } from './openai-responses.ts';

export type { Asked, Dialect, Target, Wire } from './dialect.ts';

/** In the order of trial; OpenAI's Chat Completions last, because it owns whatever nobody else does. */
export const DIALECTS: readonly Dialect[] = [anthropicMessages, gemini, openAiResponses, openAiChat];

/** The dialect whose model this request asks for an answer, or undefined. */
export const modelDialect = (target: Target): Dialect | undefined => DIALECTS.find(dialect => dialect.accepts(target));

/** The dialect in whose words a request that asks no model is answered. */
export const ownerDialect = (target: Target): Dialect => DIALECTS.find(dialect => dialect.owns(target)) ?? openAiChat;
