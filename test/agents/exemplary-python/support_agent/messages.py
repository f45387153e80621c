"""Answers of the model as its API sends them: whole, or as a stream of events that are put together again."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .errors import AgentError
from .prices import Usage

Json = dict[str, Any]


class StreamError(ConnectionError):
    """A stream that reports an error, or ends before its answer does."""


@dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    input: Any


@dataclass(frozen=True)
class Message:
    content: list[Json]
    stop_reason: str
    usage: Usage

    @property
    def text(self) -> str:
        return "".join(block["text"] for block in self.content if block["type"] == "text")

    @property
    def calls(self) -> list[ToolCall]:
        return [ToolCall(one["id"], one["name"], one["input"]) for one in self.content if one["type"] == "tool_use"]


def _usage(value: Json) -> Usage:
    """The provider says null where there is nothing to count."""
    return Usage(**{name: value.get(name) or 0 for name in Usage.__dataclass_fields__})


def message_of(value: Any) -> Message:
    """The message in the body of an answer. Raises AgentError of kind `parse` when it is none."""
    try:
        message = Message(value["content"], value["stop_reason"], _usage(value["usage"]))
        # Both read every block, so that a block that lacks something is noticed here and not later.
        _ = message.text, message.calls
    except (AttributeError, KeyError, TypeError) as error:
        raise AgentError("parse", f"the answer of the model is no message: {error!r}") from error
    return message


def events_of(lines: Iterable[bytes]) -> Iterator[Json]:
    """The events of a stream. Raises StreamError when the stream reports an error or breaks off."""
    for line in lines:
        if not line.startswith(b"data:"):
            continue
        event: Json = json.loads(line[5:])
        if event.get("type") == "error":
            raise StreamError(f"the stream reports an error: {event.get('error')}")
        yield event
        if event.get("type") == "message_stop":
            return
    raise StreamError("the stream broke off")


@dataclass
class Assembly:
    """A message that is still coming."""

    _blocks: list[Json] = field(default_factory=list)
    # The arguments of tool calls come as pieces of JSON.
    _arguments: dict[int, str] = field(default_factory=dict)
    _usage: Json = field(default_factory=dict)
    _stop_reason: str = ""

    def add(self, event: Json) -> str:
        """Takes an event; answers with the text that it brings, which is often none."""
        match event:
            case {"type": "message_start", "message": {"usage": usage}}:
                self._usage.update(usage)
            case {"type": "content_block_start", "content_block": block}:
                self._blocks.append(dict(block))
            case {"type": "content_block_delta", "delta": {"type": "text_delta", "text": text}}:
                self._blocks[-1]["text"] += text
                return str(text)
            case {"type": "content_block_delta", "index": index, "delta": {"type": "input_json_delta", "partial_json": piece}}:
                self._arguments[index] = self._arguments.get(index, "") + piece
            case {"type": "message_delta", "delta": delta, "usage": usage}:
                self._stop_reason = delta.get("stop_reason") or self._stop_reason
                self._usage.update(usage)
        return ""

    def message(self) -> Message:
        """The whole. Raises AgentError of kind `parse` when there is no message."""
        for index, text in self._arguments.items():
            self._blocks[index]["input"] = _arguments_of(text)
        return message_of({"content": self._blocks, "stop_reason": self._stop_reason, "usage": self._usage})


def _arguments_of(text: str) -> Json:
    """The arguments of a tool call. What cannot be read becomes one that no tool knows, so that the model is told."""
    try:
        arguments: Json = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {"unreadable": text[:200]}
    return arguments
