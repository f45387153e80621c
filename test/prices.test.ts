// The price list: names in every spelling, tiers, what is not known and the day of the data.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { priceKey, rateAt } from '../src/core/price.ts';
import { priceList, priceOf } from '../src/prices/index.ts';
import { candidates } from '../src/prices/names.ts';
import { maxOutputOf } from '../src/prices/sizes.ts';

const SONNET = 'anthropic claude-sonnet-4-5';

describe('names', () => {
  test.each([
    ['anthropic', 'claude-sonnet-4-5', SONNET],
    ['anthropic', 'claude-sonnet-4-5-20250929', SONNET],
    ['any', 'claude-sonnet-4-5', SONNET],
    ['any', 'anthropic/claude-sonnet-4.5', SONNET],
    ['anthropic', 'anthropic:claude-sonnet-4-5', SONNET],
    ['any', 'gateway/anthropic/claude-sonnet-4.5', SONNET],
    ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws regional.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['any', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws regional.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['openrouter', 'anthropic/claude-sonnet-4.5', 'openrouter anthropic/claude-sonnet-4.5'],
    ['any', 'openrouter:anthropic/claude-sonnet-4.5', 'openrouter anthropic/claude-sonnet-4.5'],
    ['openai', 'gpt-4o', 'openai gpt-4o'],
    ['azure', 'gpt-4o', 'azure gpt-4o'],
    ['openai', 'openai/gpt-4o-mini', 'openai gpt-4o-mini'],
    ['google', 'models/gemini-2.5-flash', 'google gemini-2.5-flash'],
    ['google', 'gemini-2.5-flash', 'google gemini-2.5-flash'],
    ['groq', 'llama-3.3-70b-versatile', 'groq llama-3.3-70b-versatile'],
    ['openai', 'text-embedding-3-small', 'openai text-embedding-3-small'],
    ['an-unknown-provider', 'gpt-4o', 'openai gpt-4o'],
  ])('%s: %s', (provider, model, name) => expect(priceOf(provider, model)?.name).toBe(name));

  test.each([
    ['openai', 'gpt-99'],
    ['anthropic', 'claude-opus-99'],
    ['openai', 'whisper-1'],
    ['openai', 'my-own-deployment'],
    ['any', ''],
    ['any', '__proto__'],
    ['constructor', 'constructor'],
    ['any', '/////'],
    ['any', 'openai/'.repeat(1000)],
    ['any', 'a'.repeat(100_000)],
    ['any', '\u0000\u001b[2J'],
    ['any', `${'-2024'.repeat(5000)}x`],
  ])('%s: %.30s has no price', (provider, model) => expect(priceOf(provider, model)).toBeUndefined());

  test('the most exact name is tried first, and the list is short', () => {
    expect(candidates('anthropic', 'claude-sonnet-4.5-20250929')[0]).toEqual({ id: 'claude-sonnet-4.5-20250929', provider: 'anthropic' });
    expect(candidates('any', 'openai/'.repeat(50)).length).toBeLessThan(40);
  });
});

describe('prices', () => {
  test('in USD per million tokens, with the context window and the longest answer', () => {
    expect(priceOf('openai', 'gpt-4o')).toEqual({
      name: 'openai gpt-4o',
      input: { base: 2.5, tiers: [] },
      output: { base: 10, tiers: [] },
      contextWindow: 128_000,
      maxOutput: 16_384,
    });
    expect(priceOf('openai', 'text-embedding-3-small')?.output).toEqual({ base: 0, tiers: [] });
  });

  test('tiers hold for the whole request, from the token above their start', () => {
    const price = priceOf('anthropic', 'claude-sonnet-4-5');
    expect(price?.input).toEqual({ base: 3, tiers: [{ above: 200_000, usd: 6 }] });
    if (price === undefined) return;
    expect([200_000, 200_001].map(tokens => rateAt(price.input, tokens))).toEqual([3, 6]);
    expect([200_000, 200_001].map(tokens => rateAt(price.output, tokens))).toEqual([15, 22.5]);
  });

  test.each([
    ['gpt-4o-mini', 16_384],
    ['gpt-4o-2024-05-13', 4096],
    ['gpt-5', 128_000],
    ['gpt-5-pro', 272_000],
    ['claude-3-5-sonnet-20241022', 8192],
    ['claude-sonnet-4-5-20250929', 64_000],
    ['gpt-9', undefined],
  ])('the longest answer of %s', (model, tokens) => expect(maxOutputOf(model)).toBe(tokens));

  test('a list holds what the calls name, and says where it is from', () => {
    const list = priceList([{ provider: 'openai', models: ['gpt-4o', 'gpt-99'] }]);
    expect([...list.of.keys()]).toEqual([priceKey('openai', 'gpt-4o')]);
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    // The version is pinned and named, because the day of the data is written beside it.
    expect(list.source).toBe(`@pydantic/genai-prices ${dependencies['@pydantic/genai-prices']}`);
    expect(list.date).toMatch(/^20\d\d-\d\d-\d\d$/);
  });
});
