"""A model provider for tests: plays a script, one step for each request, and keeps what it was asked."""

import json
import os
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# What the model was asked since the script was set.
asked: list[dict[str, Any]] = []
_steps: list[dict[str, Any]] = []

ARTICLE = b"Pumps can be returned within 30 days. Database: postgres://kb:pw@db.internal/kb"


def script(*steps: dict[str, Any]) -> None:
    """Sets what the model will answer; the last step repeats.

    A step is {"text", "stop"?, "tokens"?}, {"tool", "input", "tokens"?}, {"status"} or {"raw"}.
    """
    _steps[:] = steps
    asked.clear()


def forget() -> None:
    """Sets the counts of all limits back."""
    for file in STATE.glob("*.json"):
        file.unlink()


def _message(step: dict[str, Any], model: str) -> dict[str, Any]:
    input_tokens, output_tokens = step.get("tokens", (50, 5))
    if "tool" in step:
        content = [{"type": "tool_use", "id": f"call_{len(asked)}", "name": step["tool"], "input": step["input"]}]
    else:
        content = [{"type": "text", "text": step["text"]}]
    return {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": "tool_use" if "tool" in step else step.get("stop", "end_turn"),
        "usage": {"input_tokens": input_tokens, "output_tokens": output_tokens, "cache_read_input_tokens": None},
    }


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200, ARTICLE)

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))
        asked.append(question)
        step = _steps[min(len(asked), len(_steps)) - 1]
        if "status" in step:
            error = {"type": "error", "message": "sk-ant-api03-from-the-provider"}
            self._answer(step["status"], json.dumps({"type": "error", "error": error}).encode())
        elif "raw" in step:
            self._answer(200, step["raw"].encode())
        elif question["stream"]:
            self._answer(200, "".join(f"data: {json.dumps(event)}\n\n" for event in _events(step, question["model"])).encode())
        else:
            self._answer(200, json.dumps(_message(step, question["model"])).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("retry-after", "0")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _events(step: dict[str, Any], model: str) -> list[dict[str, Any]]:
    """The same message as a stream; {"cut": True} leaves its end away."""
    whole = _message(step, model)
    events: list[dict[str, Any]] = [{"type": "message_start", "message": {**whole, "content": []}}]
    for index, block in enumerate(whole["content"]):
        if block["type"] == "text":
            pieces = [{"type": "text_delta", "text": block["text"][at : at + 3]} for at in range(0, len(block["text"]), 3)]
            empty = {**block, "text": ""}
        else:
            text = block["input"] if isinstance(block["input"], str) else json.dumps(block["input"])
            pieces = [{"type": "input_json_delta", "partial_json": text}]
            empty = {**block, "input": {}}
        events.append({"type": "content_block_start", "index": index, "content_block": empty})
        events += [{"type": "content_block_delta", "index": index, "delta": piece} for piece in pieces]
        events.append({"type": "content_block_stop", "index": index})
    if step.get("cut"):
        return events
    usage = {"output_tokens": whole["usage"]["output_tokens"]}
    return [*events, {"type": "message_delta", "delta": {"stop_reason": whole["stop_reason"]}, "usage": usage}, {"type": "message_stop"}]


_server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
_server.daemon_threads = True
threading.Thread(target=_server.serve_forever, daemon=True).start()
_ORIGIN = f"http://127.0.0.1:{_server.server_address[1]}"
_folder = tempfile.TemporaryDirectory(prefix="support-agent-")
STATE = Path(_folder.name)

# Set before the service is loaded: it reads its settings once.
os.environ.update(
    ANTHROPIC_BASE_URL=_ORIGIN,
    ANTHROPIC_API_KEY="a key that opens nothing",
    AGENT_API_TOKEN="a token that opens nothing",
    KNOWLEDGE_URL=f"{_ORIGIN}/search",
    STATE_FOLDER=str(STATE),
    ORDERS_FILE=str(Path(__file__).parent.parent / "data/orders.json"),
    no_proxy="127.0.0.1",
)
