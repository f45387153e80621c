// Tells text that gives orders to the model: in what a user writes, and in what a tool brings back.

const PATTERNS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget)\b.{0,20}\b(?:everything|anything|all|what)\b.{0,20}\b(?:above|before|told|said)\b/i,
  /\b(?:repeat|print|output)\b.{0,30}\b(?:above|before)\b.{0,40}\b(?:word for word|verbatim|exactly|beginning with)\b/i,
  /\b(?:note|message|instructions?) (?:to|for) (?:the |any )?(?:ai|assistant|agent|model|chatbot|llm)\b/i,
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:(?:previous|prior|above|earlier|your|system)\b.{0,30}\b(?:instructions?|rules?|prompts?|guidelines?|directions?)|(?:all|any)(?: of)?(?: the| your)? (?:instructions|rules|above))\b/i,
  /\b(?:reveal|show|print|repeat|output|tell me|leak|give me)\b.{0,40}\b(?:system prompt|your (?:hidden |initial |original |secret )?(?:instructions|prompt|rules)|text above|words above)\b/i,
  /\byou are (?:now|no longer)\b.{0,60}\b(?:dan|unrestricted|jailbroken|developer mode|admin|without (?:rules|restrictions)|bound by)\b/i,
  /\b(?:act|behave|respond|pretend)\b.{0,30}\b(?:as if you (?:have|had) no|without any|free of)\b.{0,20}\b(?:rules|restrictions|filters|limits|guidelines)\b/i,
  /\b(?:developer|debug|maintenance|god|sudo) mode\b.{0,30}\b(?:on|enabled?|activated?)\b|\benable (?:developer|debug|god) mode\b/i,
  /\bnew (?:system )?(?:instructions?|rules?)\s*:/i,
  /<\/?(?:system|assistant|im_start|im_end|tool_result|instructions?)\b|<\|(?:im_start|im_end|system|endoftext)\|>|\[\/?(?:inst|system)\]/i,
  /^ ?(?:#+ ?)?system ?(?:message|prompt|note)? ?:/im,
  /\b(?:call|use|run|invoke|execute)\b.{0,30}\b(?:request_refund|find_order|search_articles)\b/i,
  /\b(?:send|forward|e-?mail|post|upload)\b.{0,60}\b(?:password|api key|secret|credentials|conversation|customer data|all orders)\b.{0,40}\b(?:to|at)\b/i,
  /\b(?:ai|assistant|agent|model|chatbot)\b.{0,30}\b(?:must|should|shall|has to)\b.{0,40}\b(?:ignore|refund|send|delete|reveal|transfer)\b/i,
  /\b(?:ignoriere|vergiss|missachte)\b.{0,40}\b(?:anweisungen|regeln|vorgaben)\b/i,
  /\b(?:ignorez?|oubliez?)\b.{0,40}\b(?:instructions|consignes|regles)\b/i,
  /\b(?:ignora|olvida)\b.{0,40}\b(?:instrucciones|reglas)\b/i,
  /(?:忽略|无视|忘记).{0,20}(?:指令|指示|规则|提示)/i,
];

/** Looks through letters of other alphabets, invisible characters, accents, and blanks between single letters. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu, '')
    .replace(/(?<=\b\p{L}) (?=\p{L}\b)/gu, '')
    .replace(/[ \t]+/g, ' ');
}

/** The texts that are hidden in base64. */
function decoded(text: string): string[] {
  return [...text.matchAll(/[A-Za-z0-9+/]{24,2000}={0,2}/g)]
    .map(([word]) => Buffer.from(word, 'base64').toString('utf8'))
    .filter(found => !/[\ufffd\u0000-\u0008]/.test(found));
}

/** Does a text try to give the model new orders? */
export function detectInjection(text: string): boolean {
  return [text, ...decoded(text)].some(one => {
    const seen = plain(one);
    return PATTERNS.some(pattern => pattern.test(seen));
  });
}
