"""The service: POST /chat and /chat/stream for callers, /approvals for colleagues, /health and /metrics for machines."""

import json
import logging
import os
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from . import config, prometheus, tracing
from .approvals import open_approvals
from .chat import chat
from .config import secret
from .guards.input import feedback_score
from .http_helpers import BodyError, hung_up, is_authorised, open_events, read_json, send
from .metrics import FEEDBACK, QUOTA
from .review import decide

log = logging.getLogger(__name__)

CALLERS = secret("AGENT_API_TOKEN")
# Colleagues who approve; without a token nobody can.
STAFF = secret("STAFF_TOKEN") if "STAFF_TOKEN" in os.environ else None


class Handler(BaseHTTPRequestHandler):
    """One request, in a thread of its own. The connection is closed after it."""

    # Seconds in which something of the request must come.
    timeout = 10
    server_version = "support-agent"
    sys_version = ""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        """Gives the request its trace, which its logs, spans and reply carry, and turns what was raised into a plain answer."""
        with tracing.span("request", self.headers.get("traceparent")) as span:
            try:
                self._route()
            except BodyError as error:
                self._send_json(error.status, {"error": str(error)})
            except Exception as error:
                span.failed = True
                log.error("request could not be handled", extra={"error_name": type(error).__name__})
                self._send_json(500, {"error": "Something went wrong on our side. Please try again later."})

    def _route(self) -> None:
        path = urlsplit(self.path).path
        place = f"{self.command} {path}"
        if place == "GET /health":
            self._send_json(200, {"status": "ok"})
        elif place == "GET /metrics":
            send(self, 200, "text/plain; version=0.0.4", prometheus.page().encode(), {})
        elif path.startswith("/approvals"):
            self._approvals(path)
        elif not is_authorised(self, CALLERS):
            self._send_json(401, {"error": "Not allowed."})
        elif place == "POST /chat":
            self._chat()
        elif place == "POST /chat/stream":
            self._chat_stream()
        elif place == "POST /feedback":
            self._feedback()
        else:
            self._send_json(404, {"error": "There is nothing here."})

    def _chat(self) -> None:
        answer = chat(read_json(self), self._gone)
        self._send_json(answer.status, {"reply": answer.reply, **({"failed": answer.failed} if answer.failed else {})})

    def _chat_stream(self) -> None:
        body = read_json(self)
        send_event = open_events(self, self._trace_header())
        answer = chat(body, self._gone, lambda delta: send_event(json.dumps({"type": "text-delta", "id": "0", "delta": delta})))
        send_event(json.dumps({"type": "finish", **({"failed": answer.failed} if answer.failed else {})}))
        send_event("[DONE]")

    def _feedback(self) -> None:
        score = feedback_score(read_json(self))
        if score is not None:
            FEEDBACK.observe(score)
        self._send_json(400 if score is None else 202, {})

    def _approvals(self, path: str) -> None:
        if STAFF is None or not is_authorised(self, STAFF):
            self._send_json(401, {"error": "Not allowed."})
        elif self.command == "GET":
            self._send_json(200, open_approvals())
        else:
            done, message = decide(path.removeprefix("/approvals/"), read_json(self))
            self._send_json(200, {"done": done, "message": message})

    def _gone(self) -> bool:
        return hung_up(self.connection)

    def _trace_header(self) -> dict[str, str]:
        return {"x-trace-id": tracing.trace_id() or ""}

    def _send_json(self, status: int, value: Any) -> None:
        send(self, status, "application/json", json.dumps(value).encode(), {**self._trace_header(), "x-content-type-options": "nosniff"})

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: each request has a record of its own already, which is structured."""


class Server(ThreadingHTTPServer):
    """Lets the requests in hand finish when it is closed."""

    daemon_threads = False
    request_queue_size = 128

    def server_bind(self) -> None:
        # Without asking for the name of the host, which may take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "support-agent", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        log.warning("connection ended early", extra={"error_name": type(error).__name__})


def serve() -> None:
    """Answers requests until the process is told to end. Then it takes no new ones, and finishes those in hand."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    tracing.start()
    QUOTA.set(config.TOKENS_PER_DAY)
    with Server(("", config.PORT), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        log.info("listening", extra={"port": config.PORT})
        stop.wait()
        log.info("shutting down")
        late = threading.Timer(config.REQUEST_TIMEOUT + 5, os._exit, (1,))
        late.daemon = True
        late.start()
        server.shutdown()
    tracing.flush()
