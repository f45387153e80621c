"""Traces: spans of the request in hand, sent as OTLP over HTTP to OTEL_EXPORTER_OTLP_ENDPOINT. They hold no text of a conversation."""

import json
import os
import re
import secrets
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from queue import Empty, Full, Queue

_ENDPOINT = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
_DELAY_SECONDS = float(os.environ.get("OTEL_BSP_SCHEDULE_DELAY", 5000)) / 1000
_MOST_AT_ONCE = 512


@dataclass
class Span:
    name: str
    trace_id: str
    parent_id: str = ""
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    attributes: dict[str, str | int | float] = field(default_factory=dict)
    failed: bool = False


_current: ContextVar[Span | None] = ContextVar("span", default=None)
_finished: Queue[dict[str, object]] = Queue(maxsize=10_000)


def trace_id() -> str | None:
    """The id of the request in hand, wherever the code is."""
    current = _current.get()
    return current.trace_id if current else None


@contextmanager
def span(name: str, traceparent: str | None = None) -> Iterator[Span]:
    """Measures what is done within it, as a part of what is going on or of the caller's own trace."""
    above = _current.get()
    caller = re.fullmatch(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", traceparent or "")
    if above:
        this = Span(name, above.trace_id, above.span_id)
    elif caller:
        this = Span(name, caller[1], caller[2])
    else:
        this = Span(name, secrets.token_hex(16))
    token = _current.set(this)
    began = time.time_ns()
    try:
        yield this
    except BaseException:
        this.failed = True
        raise
    finally:
        _current.reset(token)
        if _ENDPOINT:
            # A collector that is too slow loses spans; requests do not wait for it.
            with suppress(Full):
                _finished.put_nowait(_as_otlp(this, began, time.time_ns()))


def _as_otlp(this: Span, began: int, ended: int) -> dict[str, object]:
    return {
        "name": this.name,
        "traceId": this.trace_id,
        "spanId": this.span_id,
        "parentSpanId": this.parent_id,
        "kind": 1,
        "startTimeUnixNano": str(began),
        "endTimeUnixNano": str(ended),
        "attributes": [{"key": key, "value": _value(value)} for key, value in this.attributes.items()],
        "status": {"code": 2 if this.failed else 1},
    }


def _value(value: str | int | float) -> dict[str, object]:
    if isinstance(value, str):
        return {"stringValue": value}
    return {"intValue": str(value)} if isinstance(value, int) else {"doubleValue": value}


def _send_finished() -> None:
    spans: list[dict[str, object]] = []
    with suppress(Empty):
        while len(spans) < _MOST_AT_ONCE:
            spans.append(_finished.get_nowait())
    if not spans:
        return
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "support-agent"}}]}
    body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "support-agent"}, "spans": spans}]}]}
    request = urllib.request.Request(f"{_ENDPOINT}/v1/traces", data=json.dumps(body).encode(), headers={"content-type": "application/json"})
    with suppress(OSError), urllib.request.urlopen(request, timeout=2):
        pass


def _send_for_ever() -> None:
    while True:
        time.sleep(_DELAY_SECONDS)
        _send_finished()


def start() -> None:
    """Begins to send spans, where there is somebody to send them to."""
    if _ENDPOINT:
        threading.Thread(target=_send_for_ever, name="traces", daemon=True).start()


def flush() -> None:
    """Sends what has not been sent yet; a collector that is down keeps the process alive for two seconds at most."""
    if _ENDPOINT:
        _send_finished()
