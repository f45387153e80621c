// What was said before in a conversation: the last turns that fit, of the conversations that are still going on.
import type Anthropic from '@anthropic-ai/sdk';

type Turn = Anthropic.MessageParam & { readonly content: string };

interface Conversation {
  readonly turns: readonly Turn[];
  readonly touched: number;
}

const MOST_TURNS = 12;
const MOST_CHARACTERS = 16_000;
const MOST_CONVERSATIONS = 1000;
const FORGET_AFTER_MS = 30 * 60_000;

const conversations = new Map<string, Conversation>();

/** Conversations belong to their user: another user's session id opens nothing. */
const keyOf = (userId: string, sessionId: string): string => JSON.stringify([userId, sessionId]);

/** The newest turns that fit; the first one is always the user's. */
export function recent(turns: readonly Turn[]): readonly Turn[] {
  const kept: Turn[] = [];
  let size = 0;
  for (const turn of turns.slice(-MOST_TURNS).reverse()) {
    size += turn.content.length;
    if (size > MOST_CHARACTERS) break;
    kept.unshift(turn);
  }
  const first = kept.findIndex(turn => turn.role === 'user');
  return first < 0 ? [] : kept.slice(first);
}

export function historyOf(userId: string, sessionId: string, now = Date.now()): readonly Turn[] {
  const conversation = conversations.get(keyOf(userId, sessionId));
  return conversation === undefined || now - conversation.touched > FORGET_AFTER_MS ? [] : conversation.turns;
}

/** Adds a question and its answer. A turn that failed is not added, so that it cannot spoil the next one. */
export function remember(userId: string, sessionId: string, question: string, answer: string, now = Date.now()): void {
  const key = keyOf(userId, sessionId);
  const turns = recent([...historyOf(userId, sessionId, now), { role: 'user', content: question }, { role: 'assistant', content: answer }]);
  conversations.delete(key);
  conversations.set(key, { turns, touched: now });
  const oldest = conversations.keys().next();
  if (conversations.size > MOST_CONVERSATIONS && !oldest.done) conversations.delete(oldest.value);
}
