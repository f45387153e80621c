"""Calls of tools that wait for a colleague. They are kept in a file, so that a restart loses none."""

import uuid
from datetime import UTC, datetime
from typing import Any, TypedDict

from . import config
from .errors import AgentError
from .store import Store


class Pending(TypedDict):
    id: str
    tool: str
    input: Any
    user: str
    since: str


# More are not kept waiting: somebody should look first.
MOST = 200

_store: Store[list[Pending]] = Store(config.STATE_FOLDER / "approvals.json", [])


def ask_approval(tool: str, arguments: Any, user: str) -> str:
    """Asks a colleague for approval; answers with the id of the call. Raises AgentError when too many wait already."""
    pending: Pending = {
        "id": str(uuid.uuid4()),
        "tool": tool,
        "input": arguments,
        "user": user,
        "since": datetime.now(UTC).isoformat(),
    }
    with _store.editing() as waiting:
        if len(waiting) >= MOST:
            raise AgentError("tool", "too many approvals are open")
        waiting.append(pending)
    return pending["id"]


def open_approvals() -> list[Pending]:
    with _store.editing() as waiting:
        return list(waiting)


def take_approval(id: str) -> Pending | None:
    """Takes a call off the list, to be run or dropped; None: it is not there, or was decided already."""
    with _store.editing() as waiting:
        found = next((one for one in waiting if one["id"] == id), None)
        if found:
            waiting.remove(found)
        return found
