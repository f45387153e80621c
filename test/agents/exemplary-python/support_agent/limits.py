"""Limits that count from one request to the next: of each user, and of all together. The counts outlive a restart."""

import logging
from datetime import UTC, datetime
from typing import TypedDict

from . import config
from .errors import AgentError
from .store import Store

log = logging.getLogger(__name__)


class Counts(TypedDict):
    """What was used up in an hour and in a day."""

    hour: str
    day: str
    # US dollars of all users in this hour.
    spent: float
    # Requests of each user in this hour, and US dollars in this day.
    requests: dict[str, int]
    costs: dict[str, float]


_EMPTY: Counts = {"hour": "", "day": "", "spent": 0, "requests": {}, "costs": {}}
_store: Store[Counts] = Store(config.STATE_FOLDER / "limits.json", _EMPTY)


def _bring_up_to_date(counts: Counts) -> None:
    """A new hour and a new day begin at nothing."""
    now = datetime.now(UTC)
    hour, day = now.strftime("%Y-%m-%dT%H"), now.strftime("%Y-%m-%d")
    if counts["hour"] != hour:
        counts["spent"] = 0
        counts["requests"] = {}
    if counts["day"] != day:
        counts["costs"] = {}
    counts["hour"], counts["day"] = hour, day


def _take(counts: Counts, user: str) -> float:
    """Counts a request; answers with the share of the hour's money that is spent. Raises AgentError when a limit is reached."""
    _bring_up_to_date(counts)
    count = counts["requests"].get(user, 0)
    if count >= config.USER_REQUESTS_PER_HOUR:
        raise AgentError("limit", "limit reached: requests of the user")
    if counts["costs"].get(user, 0) >= config.USER_BUDGET_PER_DAY:
        raise AgentError("limit", "limit reached: cost of the user")
    if counts["spent"] >= config.BUDGET_PER_HOUR:
        raise AgentError("limit", "limit reached: cost of all users")
    counts["requests"][user] = count + 1
    return counts["spent"] / config.BUDGET_PER_HOUR


def admit(user: str) -> float:
    """Counts a request of a user, unless a limit is reached; answers with the share of the hour's money that is spent, 0 to 1.

    Raises AgentError of kind `limit` when one is, or when the counts cannot be read: without counts nothing is answered.
    """
    try:
        with _store.editing() as counts:
            return _take(counts, user)
    except (OSError, ValueError) as error:
        log.error("limits are unreachable", extra={"error_name": type(error).__name__})
        raise AgentError("limit", "limits are unreachable") from error


def charge(user: str, usd: float) -> None:
    """Adds what a model call has cost. Raises OSError or ValueError when it cannot be written."""
    with _store.editing() as counts:
        _bring_up_to_date(counts)
        counts["spent"] += usd
        counts["costs"][user] = counts["costs"].get(user, 0) + usd
