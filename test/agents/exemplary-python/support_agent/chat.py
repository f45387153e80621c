"""One request of a user, from its body to the reply: checks, limits, the agent, and a safe reply for whatever goes wrong."""

import json
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import config
from .agent import Task, work
from .budget import RequestBudget
from .config import CHEAPER_MODEL, MODEL
from .deadline import Deadline
from .errors import AgentError, ErrorKind, classify, reply_to
from .guards.injection import detect_injection
from .guards.input import ChatRequest, chat_request
from .guards.outbound import clean
from .guards.redact import redact
from .guards.stream import StreamFilter
from .history import history_of, recent, remember
from .limits import admit
from .metrics import DURATION, ERRORS, ESCALATIONS, REQUESTS

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    status: int
    reply: str
    # Why there is no real answer; None: there is one.
    failed: ErrorKind | None = None


# A failure of ours is a reply that says so, not an error of the transport; only what the caller did wrong is one.
STATUS: dict[ErrorKind, int] = {"input": 400, "limit": 429}


def chat(body: Any, gone: Callable[[], bool] = lambda: False, emit: Callable[[str], None] | None = None) -> Reply:
    """Answers a request; never raises.

    `gone` tells whether the caller has hung up. `emit` is given the reply piece by piece; None: it is wanted as a whole.
    """
    started = time.perf_counter()
    budget = RequestBudget(config.REQUEST_BUDGET)
    deadline = Deadline(config.REQUEST_TIMEOUT, gone)
    outcome: ErrorKind | None = None
    try:
        return Reply(200, _answer(chat_request(body), budget, deadline, emit))
    except Exception as error:
        outcome = classify(error)
        _report(outcome, error, body)
        reply = reply_to(outcome)
        if emit:
            emit(reply)
        return Reply(STATUS.get(outcome, 200), reply, outcome)
    finally:
        seconds = time.perf_counter() - started
        REQUESTS.inc(outcome=outcome or "ok")
        DURATION.observe(seconds)
        log.info(
            "request done",
            extra={"outcome": outcome or "ok", "duration_ms": round(seconds * 1000), "cost_usd": budget.spent},
        )


def _answer(request: ChatRequest, budget: RequestBudget, deadline: Deadline, emit: Callable[[str], None] | None) -> str:
    used = admit(request.user)
    if detect_injection(request.message):
        raise AgentError("safety", "the message gives orders to the model")
    model = CHEAPER_MODEL if used >= config.CHEAPER_FROM else MODEL
    stream = StreamFilter(emit) if emit else None
    before = [{"role": turn.role, "content": turn.content} for turn in recent(history_of(request.user, request.session))]
    messages = [*before, {"role": "user", "content": request.message}]
    text = work(Task(model, request.user, messages, budget, stream.push if stream else None, deadline))
    if stream:
        stream.end()
    reply = clean(text)
    remember(request.user, request.session, request.message, reply)
    return reply


def _report(kind: ErrorKind, error: Exception, body: Any) -> None:
    """Keeps what is needed to understand a failure, without personal data and keys."""
    ERRORS.inc(kind=kind)
    if kind == "loop":
        ESCALATIONS.inc(reason="loop")
    message = redact(str(error))[:500]
    if kind in ("input", "limit"):
        log.warning("request refused", extra={"kind": kind, "error_message": message})
        return
    request = redact(json.dumps(body, ensure_ascii=False))[:4000]
    stack = redact("".join(traceback.format_exception(error)))[-4000:]
    log.error(
        "request failed",
        extra={"kind": kind, "error_name": type(error).__name__, "error_message": message, "stack": stack, "request": request},
    )
