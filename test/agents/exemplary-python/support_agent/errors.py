"""The kinds of failure, how an error is told to be of one, and what the user hears."""

import http.client
import json
import urllib.error
from typing import Literal

ErrorKind = Literal["api", "timeout", "tool", "parse", "safety", "budget", "loop", "limit", "input", "unknown"]


class AgentError(Exception):
    """A failure whose kind is known where it happens."""

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def classify(error: BaseException) -> ErrorKind:
    """The kind of anything that was raised."""
    if isinstance(error, AgentError):
        return error.kind
    # A time limit may come wrapped into a URLError.
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return "timeout"
    if isinstance(error, (urllib.error.URLError, ConnectionError, http.client.HTTPException)):
        return "api"
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError)):
        return "parse"
    return "unknown"


_HUMAN = "You can also write to our support team, who will help you on the next working day."

_REPLIES: dict[ErrorKind, str] = {
    "api": f"I cannot answer just now, because a service that I need is unavailable. Please try again in a few minutes. {_HUMAN}",
    "timeout": f"This takes longer than it should, so I stopped. Please try again in a moment. {_HUMAN}",
    "tool": f"I could not look that up. Please try again later. {_HUMAN}",
    "parse": f"Something went wrong while I wrote the answer. Please ask again, perhaps in other words. {_HUMAN}",
    "safety": f"I cannot help with this request. If you have a question about an order, please ask it plainly. {_HUMAN}",
    "budget": f"This question needs more work than I may do at once. Please ask it in smaller parts. {_HUMAN}",
    "loop": "I did not get any further with this. I have handed it to our support team; please contact them if it is urgent.",
    "limit": f"You have reached the limit of questions for now. Please try again in an hour. {_HUMAN}",
    "input": "Please send your question as text that is neither empty nor longer than a page or two, then I can help.",
    "unknown": f"Something went wrong on our side. Please try again later. {_HUMAN}",
}


def reply_to(kind: ErrorKind) -> str:
    """What the user is told about a failure: never its details."""
    return _REPLIES[kind]
