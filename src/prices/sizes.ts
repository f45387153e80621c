// What the price list does not hold: the most tokens that a model writes in one answer, and some context windows, by family, as the
// catalogues of tokenlens 1.3 and llm-info 1.0.69 and the providers' own pages have them; where they differ, the larger: it is a ceiling.
// A model that no pattern names has no entry; for its answers the context window is then the ceiling.

const MOST: readonly (readonly [family: RegExp, tokens: number])[] = [
  [/^gpt-3\.5-turbo/, 4096],
  [/^gpt-4(?:-0613|-0314)?$/, 8192],
  [/^gpt-4-(?:turbo|\d{4}-preview|vision-preview)/, 4096],
  [/^gpt-4o-2024-05-13$/, 4096],
  [/^(?:gpt-4o|chatgpt-4o)/, 16_384],
  [/^gpt-4\.1/, 32_768],
  [/^gpt-5-pro/, 272_000],
  [/^gpt-5(?:\.[1-4])?(?:-(?:mini|nano|pro|codex|chat-latest))?(?:-\d{4}-\d{2}-\d{2})?$/, 128_000],
  [/^o1-preview/, 32_768],
  [/^o1-mini/, 65_536],
  [/^(?:o1|o3|o4-mini)/, 100_000],
  [/^claude-3-(?:opus|sonnet|haiku)/, 4096],
  [/^claude-3-5-/, 8192],
  [/^claude-3-7-/, 64_000],
  [/^claude-opus-4(?:-1)?(?:-\d{8})?$/, 32_000],
  [/^claude-(?:sonnet-4|sonnet-4-5|haiku-4-5|opus-4-5)(?:-\d{8})?$/, 64_000],
  [/^claude-(?:sonnet|opus)-4-[67]$/, 128_000],
  [/^gemini-(?:1\.5|2\.0)-/, 8192],
  [/^gemini-(?:2\.5|3)-(?:pro|flash)/, 65_536],
];

/** The most tokens of one answer of a model, by its plain id; undefined: not known. */
export function maxOutputOf(model: string): number | undefined {
  return MOST.find(([family]) => family.test(model))?.[1];
}

/** Context windows that the price list leaves out. */
const WINDOWS: readonly (readonly [family: RegExp, tokens: number])[] = [
  [/^gemini-(?:2\.5|3|3\.1)-(?:pro|flash)(?:-|$)/, 1_048_576],
  [/^mistral-(?:large|medium|small)-latest$/, 262_144],
  [/^llama-3\.[123]-(?:70b|8b|405b)/, 131_072],
  [/^command-a/, 256_000],
  [/^command-r/, 128_000],
];

/** The context window of a model, where the price list has none; undefined: not known. */
export function contextWindowOf(model: string): number | undefined {
  return WINDOWS.find(([family]) => family.test(model))?.[1];
}
