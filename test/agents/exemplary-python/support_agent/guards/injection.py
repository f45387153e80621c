"""Tells text that gives orders to the model: in what a user writes, and in what a tool brings back."""

import base64
import re
import unicodedata

PATTERNS = [
    re.compile(pattern, re.IGNORECASE | re.ASCII | re.MULTILINE)
    for pattern in (
        r"\b(?:ignore|disregard|forget)\b.{0,20}\b(?:everything|anything|all|what)\b.{0,20}\b(?:above|before|told|said)\b",
        r"\b(?:repeat|print|output)\b.{0,30}\b(?:above|before)\b.{0,40}\b(?:word for word|verbatim|exactly|beginning with)\b",
        r"\b(?:note|message|instructions?) (?:to|for) (?:the |any )?(?:ai|assistant|agent|model|chatbot|llm)\b",
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|your|system)\b.{0,30}"
        r"\b(?:instructions?|rules?|prompts?|guidelines?|directions?)\b",
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:all|any)(?: of)?(?: the| your)? (?:instructions|rules|above)\b",
        r"\b(?:reveal|show|print|repeat|output|tell me|leak|give me)\b.{0,40}"
        r"\b(?:system prompt|your (?:hidden |initial |original |secret )?(?:instructions|prompt|rules)|text above|words above)\b",
        r"\byou are (?:now|no longer)\b.{0,60}"
        r"\b(?:dan|unrestricted|jailbroken|developer mode|admin|without (?:rules|restrictions)|bound by)\b",
        r"\b(?:act|behave|respond|pretend)\b.{0,30}\b(?:as if you (?:have|had) no|without any|free of)\b.{0,20}"
        r"\b(?:rules|restrictions|filters|limits|guidelines)\b",
        r"\b(?:developer|debug|maintenance|god|sudo) mode\b.{0,30}\b(?:on|enabled?|activated?)\b|\benable (?:developer|debug|god) mode\b",
        r"\bnew (?:system )?(?:instructions?|rules?)\s*:",
        r"</?(?:system|assistant|im_start|im_end|tool_result|instructions?)\b"
        r"|<\|(?:im_start|im_end|system|endoftext)\|>|\[/?(?:inst|system)\]",
        r"^ ?(?:#+ ?)?system ?(?:message|prompt|note)? ?:",
        r"\b(?:call|use|run|invoke|execute)\b.{0,30}\b(?:request_refund|find_order|search_articles)\b",
        r"\b(?:send|forward|e-?mail|post|upload)\b.{0,60}"
        r"\b(?:password|api key|secret|credentials|conversation|customer data|all orders)\b.{0,40}\b(?:to|at)\b",
        r"\b(?:ai|assistant|agent|model|chatbot)\b.{0,30}\b(?:must|should|shall|has to)\b.{0,40}"
        r"\b(?:ignore|refund|send|delete|reveal|transfer)\b",
        r"\b(?:ignoriere|vergiss|missachte)\b.{0,40}\b(?:anweisungen|regeln|vorgaben)\b",
        r"\b(?:ignorez?|oubliez?)\b.{0,40}\b(?:instructions|consignes|regles)\b",
        r"\b(?:ignora|olvida)\b.{0,40}\b(?:instrucciones|reglas)\b",
        r"(?:忽略|无视|忘记).{0,20}(?:指令|指示|规则|提示)",
    )
]

# Invisible characters, and marks that turn the direction of writing.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
# Blanks between single letters.
_SPELT = re.compile(r"(?<=\b[^\W\d_]) (?=[^\W\d_]\b)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,2000}")


def _plain(text: str) -> str:
    """Looks through letters of other alphabets, invisible characters, accents, and blanks between single letters."""
    letters = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.category(char).startswith("M"))
    return re.sub(r"[ \t]+", " ", _SPELT.sub("", _INVISIBLE.sub("", letters)))


def _decoded(text: str) -> list[str]:
    """The texts that are hidden in base64."""
    words = (word[: len(word) // 4 * 4 or None] for word in _BASE64.findall(text))
    found = (base64.b64decode(word).decode("utf-8", "replace") for word in words)
    return [one for one in found if not re.search("[\ufffd\u0000-\u0008]", one)]


def detect_injection(text: str) -> bool:
    """Does a text try to give the model new orders?"""
    seen = [_plain(one) for one in (text, *_decoded(text))]
    return any(pattern.search(one) for pattern in PATTERNS for one in seen)
