"""The last gate before the user: every text of the model passes it, whole or as a stream."""

import re
from urllib.parse import urlsplit

from .. import config
from ..prompt import SYSTEM_PROMPT
from .redact import redact
from .scrub import scrub_internal

# So many letters and digits in a row of the instructions are no accident.
RUN = 24


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


_SECRET_TEXT = _letters(SYSTEM_PROMPT)


def _leaks(text: str) -> bool:
    """Does a text repeat a part of the instructions?"""
    said = _letters(text)
    return any(said[at : at + RUN] in _SECRET_TEXT for at in range(len(said) - RUN + 1))


def _allowed(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    name = parts.hostname or ""
    return parts.scheme == "https" and any(name == host or name.endswith(f".{host}") for host in config.LINK_HOSTS)


_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
# Nothing is tried twice in it (++, *+): a long row of brackets must not take minutes.
_LINK = re.compile(r"\[([^\]]*)\]\(\s*+<?([^)\s>]++)[^)]*+\)")
_TAG = re.compile(r"</?[a-z!][^>]*>?", re.IGNORECASE)
_SCRIPT = re.compile(r"\b(?:javascript|data|vbscript):[^\s)]+", re.IGNORECASE)
_URL = re.compile(r"\bhttps?://[^\s<>\"')\]]+", re.IGNORECASE)


def _defuse(text: str) -> str:
    """Images would be fetched without a click, and links may carry data away: only our own hosts stay."""
    text = _IMAGE.sub(lambda found: f"[image: {found[1]}]" if found[1] else "[image]", text)
    text = _LINK.sub(lambda found: found[0] if _allowed(found[2]) else found[1], text)
    text = _SCRIPT.sub("[link]", _TAG.sub("", text))
    return _URL.sub(lambda found: found[0] if _allowed(found[0]) else "[link]", text)


def clean(text: str) -> str:
    """What may be shown of a text of the model."""
    if _leaks(text):
        return "I cannot share that."
    return redact(_defuse(scrub_internal(text)))
