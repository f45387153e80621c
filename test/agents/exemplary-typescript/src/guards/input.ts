// What a request may look like: the text is a text, neither empty nor too long, and ids are ids.
import { z } from 'zod';
import { config } from '../config.ts';

/** Control characters, invisible ones, and marks that turn the direction of writing. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|\p{Cs}/gu;

const id = z.string().regex(/^[\w.@-]{1,64}$/);

export const chatRequest = z.object({
  message: z
    .string()
    .max(config.maxInput, 'too long')
    .transform(text => text.replace(UNSEEN, '').trim())
    .pipe(z.string().min(1, 'empty')),
  user: id,
  session: id.default('main'),
});

export type ChatRequest = z.infer<typeof chatRequest>;

export const feedbackRequest = z.object({ user: id, score: z.number().int().min(1).max(5) });
