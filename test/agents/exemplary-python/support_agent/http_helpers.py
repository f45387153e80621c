"""Small helpers around http.server: bodies with a limit, JSON, streams of events, who may call, and whether they still wait."""

import hmac
import json
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

# Bytes of a body, and of one that is too large and is read only so that the caller hears of it.
MOST = 64 * 1024
MOST_IN_VAIN = 1024 * 1024


class BodyError(Exception):
    """A body that is not read."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def read_json(handler: BaseHTTPRequestHandler) -> Any:
    """The body as JSON. Raises BodyError when it is too large or no JSON."""
    length = handler.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        raise BodyError(411, "The length of the body must be told.")
    if int(length) > MOST:
        handler.rfile.read(min(int(length), MOST_IN_VAIN))
        raise BodyError(413, "The message is too long.")
    try:
        return json.loads(handler.rfile.read(int(length)))
    except (ValueError, RecursionError):
        raise BodyError(400, "The body must be JSON.") from None


def send(handler: BaseHTTPRequestHandler, status: int, content_type: str, content: bytes, headers: dict[str, str]) -> None:
    # A caller that has hung up is told nothing.
    with suppress(OSError):
        handler.send_response(status)
        for name, value in {**headers, "content-type": content_type, "content-length": str(len(content))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


def open_events(handler: BaseHTTPRequestHandler, headers: dict[str, str]) -> Callable[[str], None]:
    """Starts a stream of events, and returns what sends one."""

    def send_event(data: str) -> None:
        with suppress(OSError):
            handler.wfile.write(f"data: {data}\n\n".encode())
            handler.wfile.flush()

    with suppress(OSError):
        handler.send_response(200)
        for name, value in {**headers, "content-type": "text/event-stream", "cache-control": "no-cache"}.items():
            handler.send_header(name, value)
        handler.end_headers()
    return send_event


def is_authorised(handler: BaseHTTPRequestHandler, token: str) -> bool:
    """Does the request carry this bearer token?"""
    given = handler.headers.get("authorization", "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())


def hung_up(connection: socket.socket) -> bool:
    """Is the caller gone? Then its side of the connection is at its end."""
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
