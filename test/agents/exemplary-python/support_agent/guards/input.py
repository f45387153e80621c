"""What a request may look like: the text is a text, neither empty nor too long, and ids are ids."""

import re
from dataclasses import dataclass
from typing import Any

from .. import config
from ..errors import AgentError

# Control characters, invisible ones, halves of characters, and marks that turn the direction of writing.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)
_ID = re.compile(r"[\w.@-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class ChatRequest:
    message: str
    user: str
    session: str


def chat_request(body: Any) -> ChatRequest:
    """Raises AgentError of kind `input` for a body that is not as it should be."""
    if not isinstance(body, dict):
        raise AgentError("input", "the body is no object")
    return ChatRequest(_message(body.get("message")), _id(body.get("user")), _id(body.get("session", "main")))


def _message(value: Any) -> str:
    if not isinstance(value, str):
        raise AgentError("input", "the message is no text")
    if len(value) > config.MAX_INPUT:
        raise AgentError("input", "the message is too long")
    text = _UNSEEN.sub("", value).strip()
    if not text:
        raise AgentError("input", "the message is empty")
    return text


def _id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise AgentError("input", "an id is missing or malformed")
    return value


def feedback_score(body: Any) -> int | None:
    """The score of a feedback, 1 to 5; None when there is none."""
    score = body.get("score") if isinstance(body, dict) else None
    return score if type(score) is int and 1 <= score <= 5 else None
