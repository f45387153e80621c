"""The agent: asks the model, runs the tools that it asks for, until there is an answer or a limit is reached."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import config
from .budget import RequestBudget
from .deadline import Deadline
from .errors import AgentError
from .limits import charge
from .messages import Message, ToolCall
from .model import Question, ask
from .prompt import SYSTEM_PROMPT
from .tools.run import DEFINITIONS, run_tools

# The same call for the third time: the model goes round in circles.
REPEATS = 3

CUT = " (This answer was cut short. Ask me to go on.)"


@dataclass(frozen=True)
class Task:
    model: str
    user: str
    messages: list[dict[str, Any]]
    budget: RequestBudget
    on_text: Callable[[str], None] | None
    deadline: Deadline


def work(task: Task) -> str:
    """Works on a task until the model has answered.

    Raises AgentError of kind `budget`, `loop`, `safety` or `parse`; TimeoutError; what the model client raises.
    """
    conversation = list(task.messages)
    seen: Counter[str] = Counter()
    for _ in range(config.MAX_ROUNDS):
        task.budget.check()
        answer = ask(Question(task.model, SYSTEM_PROMPT, conversation, DEFINITIONS, task.on_text), task.deadline)
        message = answer.message
        task.budget.charge(answer.usd)
        charge(task.user, answer.usd)
        if message.stop_reason == "refusal":
            raise AgentError("safety", "the model refused")
        calls = message.calls
        if not calls:
            return _text_of(message, task.on_text)
        for call in calls:
            _count(seen, call)
        results = run_tools(calls[: config.MAX_TOOL_CALLS], task.user, task.deadline)
        dropped = [_refuse(call) for call in calls[config.MAX_TOOL_CALLS :]]
        conversation.append({"role": "assistant", "content": message.content})
        conversation.append({"role": "user", "content": results + dropped})
    raise AgentError("loop", f"no answer after {config.MAX_ROUNDS} model calls")


def _text_of(message: Message, on_text: Callable[[str], None] | None) -> str:
    """The text of a final answer. Raises AgentError of kind `parse` when there is none."""
    text = message.text
    if not text.strip():
        raise AgentError("parse", "the model answered with no text")
    if message.stop_reason != "max_tokens":
        return text
    if on_text:
        on_text(CUT)
    return text + CUT


def _count(seen: "Counter[str]", call: ToolCall) -> None:
    """Counts how often a call was made. Raises AgentError of kind `loop` when too often."""
    key = f"{call.name} {json.dumps(call.input, sort_keys=True)}"
    seen[key] += 1
    if seen[key] >= REPEATS:
        raise AgentError("loop", f"{call.name} was called {seen[key]} times with the same arguments")


def _refuse(call: ToolCall) -> dict[str, Any]:
    content = "Too many calls at once; this one was not made."
    return {"type": "tool_result", "tool_use_id": call.id, "content": content, "is_error": True}
