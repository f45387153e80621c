"""The service over HTTP: who is let in, what a stream looks like, and what becomes of odd requests."""

import http.client
import json
import logging
import threading
import unittest

from .stand_in import asked, forget, script

from support_agent.server import Handler, Server

TOKEN = {"authorization": "Bearer a token that opens nothing"}


class Http(unittest.TestCase):
    def setUp(self) -> None:
        logging.disable()
        self.addCleanup(logging.disable, logging.NOTSET)
        forget()
        script({"text": "Hello! How are you?"})
        server = Server(("127.0.0.1", 0), Handler)
        self.address = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

    def ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.address, timeout=10)
        self.addCleanup(connection.close)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode()

    def test_answers_callers_and_nobody_else(self) -> None:
        body = json.dumps({"message": "Hi", "user": "ada"})
        self.assertEqual(self.ask("POST", "/chat", body, TOKEN), (200, '{"reply": "Hello! How are you?"}'))
        self.assertEqual(self.ask("POST", "/chat", body)[0], 401)
        self.assertEqual(self.ask("POST", "/chat", body, {"authorization": "Bearer wrong"})[0], 401)
        self.assertEqual(self.ask("GET", "/approvals", headers=TOKEN)[0], 401)
        self.assertEqual(len(asked), 1)

    def test_streams_events(self) -> None:
        status, text = self.ask("POST", "/chat/stream", json.dumps({"message": "Hi", "user": "ada"}), TOKEN)
        events = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
        self.assertEqual((status, events[-1]), (200, "[DONE]"))
        deltas = [event.get("delta", "") for event in map(json.loads, events[:-1])]
        self.assertEqual(deltas, ["Hello! ", "How are you?", ""])

    def test_refuses_bodies_that_are_too_large_or_no_json(self) -> None:
        self.assertEqual(self.ask("POST", "/chat", "x" * 70_000, TOKEN)[0], 413)
        self.assertEqual(self.ask("POST", "/chat", "{", TOKEN)[0], 400)
        self.assertEqual(self.ask("POST", "/chat", "[" * 60_000, TOKEN)[0], 400)

    def test_tells_machines_how_it_is(self) -> None:
        self.assertEqual(self.ask("GET", "/health")[0], 200)
        self.ask("POST", "/chat", json.dumps({"message": "Hi", "user": "ada"}), TOKEN)
        status, page = self.ask("GET", "/metrics")
        self.assertEqual(status, 200)
        self.assertRegex(page, r'(?m)^agent_requests_total\{outcome="ok"\} \d+$')
        self.assertRegex(page, r'(?m)^agent_request_duration_seconds_bucket\{le="\+Inf"\} \d+$')
        self.assertEqual(self.ask("GET", "/nothing", headers=TOKEN)[0], 404)
