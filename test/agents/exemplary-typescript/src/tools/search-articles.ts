// Searches the help articles. Reads only.
import { z } from 'zod';
import { config } from '../config.ts';
import { AgentError } from '../errors.ts';
import { defineTool } from './tool.ts';

/** Characters that are read of an answer. */
const MOST = 64_000;

export const searchArticles = defineTool({
  name: 'search_articles',
  description: 'Searches the help articles of the shop and returns the text of the best ones.',
  input: z.object({ query: z.string().min(1).max(200).describe('What to look for') }),
  needsApproval: false,
  async run({ query }, { signal }) {
    const url = new URL(config.knowledgeUrl);
    url.searchParams.set('q', query);
    const response = await fetch(url, { signal, headers: { accept: 'text/plain' } });
    if (!response.ok) throw new AgentError('tool', `the article search answered ${response.status}`);
    return await firstOf(response);
  },
});

/** The beginning of the body, however long it is. */
async function firstOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    if (text.length > MOST) break;
  }
  return text.slice(0, MOST);
}
