"""The model: the only place that calls its API. Everything that is spent there is counted here."""

import http.client
import json
import logging
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from . import config
from .deadline import Deadline
from .errors import AgentError
from .messages import Assembly, Message, StreamError, events_of, message_of
from .metrics import COST, MODEL_DURATION, MODEL_ERRORS, TOKENS
from .prices import Usage, cost_of
from .tracing import Span, span

log = logging.getLogger(__name__)

API_KEY = config.secret("ANTHROPIC_API_KEY")
# After a failure that may pass, a call is made this often again; nothing else in this service tries again.
MAX_RETRIES = 2
# Request timeout, conflict and too many requests; beside these, the 5xx are failures of the provider.
TEMPORARY = {408, 409, 429}
FIRST_WAIT_SECONDS = 0.5
# Bytes of an answer, far above what the most tokens can be.
MOST = 1_000_000


@dataclass(frozen=True)
class Question:
    model: str
    system: str
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    # Given the text piece by piece as it comes; None: the answer is wanted as a whole.
    on_text: Callable[[str], None] | None


@dataclass(frozen=True)
class Answer:
    message: Message
    usd: float


def ask(question: Question, deadline: Deadline) -> Answer:
    """Asks the model once. Raises what the last attempt raised: OSError, http.client.HTTPException, AgentError or ValueError."""
    started = time.perf_counter()
    with span("model call") as trace:
        message = _with_retries(question, deadline)
        return Answer(message, _record(question.model, message.usage, time.perf_counter() - started, trace))


def _with_retries(question: Question, deadline: Deadline) -> Message:
    for attempt in range(MAX_RETRIES + 1):
        listener = _Listener(question.on_text)
        limited = deadline.within(config.MODEL_TIMEOUT)
        try:
            return _attempt(question, limited, listener)
        except (OSError, http.client.HTTPException) as error:
            MODEL_ERRORS.inc(kind=_kind_of(error))
            wait = _wait_after(error, attempt)
            # What the user has seen already cannot be taken back.
            if attempt == MAX_RETRIES or listener.heard or not _may_pass(error) or wait >= deadline.left():
                raise
        deadline.sleep(wait)
    raise AssertionError("unreachable")


class _Listener:
    """Knows whether anything was passed on to the user."""

    def __init__(self, on_text: Callable[[str], None] | None) -> None:
        self._on_text = on_text
        self.heard = False

    def __call__(self, piece: str) -> None:
        if piece and self._on_text:
            self.heard = True
            self._on_text(piece)


def _attempt(question: Question, limited: Deadline, listener: _Listener) -> Message:
    if question.on_text:
        return _streamed(question, limited, listener)
    return limited.run(lambda: _whole(question, limited))


def _post(question: Question, limited: Deadline) -> http.client.HTTPResponse:
    body = {
        "model": question.model,
        "system": question.system,
        "messages": question.messages,
        "tools": question.tools,
        "max_tokens": config.MAX_TOKENS,
        "stream": question.on_text is not None,
    }
    request = urllib.request.Request(
        f"{config.MODEL_URL}/v1/messages",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json", "x-api-key": API_KEY, "anthropic-version": "2023-06-01"},
    )
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=limited.left())
    except urllib.error.HTTPError as error:
        with error:
            error.add_note(error.read(500).decode("utf-8", "replace"))
        raise
    return response


def _whole(question: Question, limited: Deadline) -> Message:
    body = bytearray()
    with _post(question, limited) as response:
        while part := response.read1(65_536):
            limited.left()
            body += part
            if len(body) > MOST:
                raise AgentError("parse", "the answer of the model is too long")
    return message_of(json.loads(body))


def _streamed(question: Question, limited: Deadline, listener: _Listener) -> Message:
    def events() -> Iterator[dict[str, Any]]:
        with _post(question, limited) as response:
            yield from events_of(iter(lambda: response.readline(MOST), b""))

    answer = Assembly()
    for event in limited.each(events):
        listener(answer.add(event))
    return answer.message()


def _may_pass(error: Exception) -> bool:
    """May the same request work in a moment? Lost connections and time limits may; of the statuses, few do."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code in TEMPORARY or error.code >= 500
    return True


def _wait_after(error: Exception, attempt: int) -> float:
    """Seconds until the next attempt: what the provider asks for, else longer each time. Never the same for all."""
    asked = _retry_after(error.headers.get("retry-after")) if isinstance(error, urllib.error.HTTPError) else None
    return (FIRST_WAIT_SECONDS * 2**attempt if asked is None else asked) * random.uniform(1, 1.25)


def _retry_after(text: str | None) -> float | None:
    """Seconds out of the header, which holds seconds or a date."""
    if text is None:
        return None
    try:
        return max(float(text), 0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0)
    except ValueError:
        return None


def _kind_of(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return str(error.code)
    if isinstance(error, StreamError):
        return "stream"
    return "timeout" if isinstance(error, TimeoutError) else "connection"


def _record(model: str, usage: Usage, seconds: float, trace: Span) -> float:
    """Counts a model call; answers with its cost."""
    usd = cost_of(model, usage)
    COST.inc(usd, model=model)
    MODEL_DURATION.observe(seconds)
    TOKENS.inc(usage.input_tokens, model=model, direction="input")
    TOKENS.inc(usage.output_tokens, model=model, direction="output")
    figures: dict[str, str | int | float] = {
        "model": model,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usd,
        "duration_ms": round(seconds * 1000),
    }
    trace.attributes.update(figures)
    log.info("model call", extra=figures)
    return usd
