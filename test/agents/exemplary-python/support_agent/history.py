"""What was said before in a conversation: the last turns that fit, of the conversations that are still going on."""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Turn:
    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True)
class _Conversation:
    turns: list[Turn]
    touched: float


MOST_TURNS = 12
MOST_CHARACTERS = 16_000
MOST_CONVERSATIONS = 1000
FORGET_AFTER_SECONDS = 30 * 60

_conversations: OrderedDict[tuple[str, str], _Conversation] = OrderedDict()
_lock = threading.Lock()


def _key(user: str, session: str) -> tuple[str, str]:
    """Conversations belong to their user: another user's session id opens nothing."""
    return (user, session)


def recent(turns: Sequence[Turn]) -> list[Turn]:
    """The newest turns that fit; the first one is always the user's."""
    kept: list[Turn] = []
    size = 0
    for turn in reversed(turns[-MOST_TURNS:]):
        size += len(turn.content)
        if size > MOST_CHARACTERS:
            break
        kept.insert(0, turn)
    while kept and kept[0].role != "user":
        kept.pop(0)
    return kept


def history_of(user: str, session: str) -> list[Turn]:
    with _lock:
        found = _conversations.get(_key(user, session))
    return found.turns if found and time.monotonic() - found.touched <= FORGET_AFTER_SECONDS else []


def remember(user: str, session: str, question: str, answer: str) -> None:
    """Adds a question and its answer. A turn that failed is not added, so that it cannot spoil the next one."""
    turns = recent([*history_of(user, session), Turn("user", question), Turn("assistant", answer)])
    with _lock:
        _conversations[_key(user, session)] = _Conversation(turns, time.monotonic())
        _conversations.move_to_end(_key(user, session))
        if len(_conversations) > MOST_CONVERSATIONS:
            _conversations.popitem(last=False)
