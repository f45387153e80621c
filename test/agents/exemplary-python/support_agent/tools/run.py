"""The tools, what the model is told of them, and the one place where they are called."""

import logging
import re
import time
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from .. import config
from ..approvals import ask_approval
from ..deadline import Deadline, start
from ..guards.injection import detect_injection
from ..guards.redact import redact
from ..guards.scrub import scrub_internal
from ..messages import ToolCall
from ..metrics import ESCALATIONS, TOOL_CALLS, TOOL_DURATION
from ..tracing import span
from .find_order import FindOrder
from .request_refund import RequestRefund
from .search_articles import SearchArticles
from .tool import Tool, problems_of

log = logging.getLogger(__name__)

TOOLS: list[Tool] = [SearchArticles(), FindOrder(), RequestRefund()]

DEFINITIONS = [{"name": tool.name, "description": tool.description, "input_schema": tool.input_schema} for tool in TOOLS]

# Characters of a result that the model is given.
LONGEST = 8000


@dataclass(frozen=True)
class Outcome:
    outcome: Literal["ok", "error", "invalid", "unknown", "approval"]
    content: str


def tool_named(name: str) -> Tool | None:
    return next((tool for tool in TOOLS if tool.name == name), None)


def fence(output: str) -> str:
    """What the model may see of the result of a tool: cut, without secrets and addresses, and marked as data."""
    if detect_injection(output):
        return "<data>[withheld: the text holds instructions instead of information]</data>"
    safe = redact(scrub_internal(output[:LONGEST]))
    return f"<data>{re.sub(r'</?data>', '', safe, flags=re.IGNORECASE)}</data>"


def run_tools(calls: list[ToolCall], user: str, deadline: Deadline) -> list[dict[str, Any]]:
    """Runs calls of one answer of the model side by side. Raises TimeoutError when the whole request has no time left."""
    running = [start(partial(run_tool, call, user, deadline)) for call in calls]
    return [deadline.result(one) for one in running]


def run_tool(call: ToolCall, user: str, deadline: Deadline) -> dict[str, Any]:
    """Runs a tool call of the model. Whatever goes wrong becomes a result that says so; it never raises."""
    started = time.perf_counter()
    tool = tool_named(call.name)
    name = tool.name if tool else "unknown"
    result = Outcome("error", "The tool failed. Go on without it, or offer to hand over to a colleague.")
    with span("tool call") as trace:
        try:
            result = _attempt(tool, call, user, deadline)
        except Exception as error:
            log.warning("tool failed", extra={"kind": "tool", "tool": name, "error_name": type(error).__name__})
        seconds = time.perf_counter() - started
        TOOL_CALLS.inc(tool=name, outcome=result.outcome)
        TOOL_DURATION.observe(seconds, tool=name)
        trace.attributes.update(tool=name, outcome=result.outcome)
        log.info("tool call", extra={"tool": name, "outcome": result.outcome, "duration_ms": round(seconds * 1000)})
    failed = result.outcome not in ("ok", "approval")
    return {"type": "tool_result", "tool_use_id": call.id, "content": result.content, "is_error": failed}


def _attempt(tool: Tool | None, call: ToolCall, user: str, deadline: Deadline) -> Outcome:
    if tool is None:
        return Outcome("unknown", "There is no such tool.")
    problems = problems_of(call.input, tool.input_schema)
    if problems:
        return Outcome("invalid", f"Wrong arguments: {'; '.join(problems)[:500]}")
    if tool.needs_approval:
        ask_approval(tool.name, call.input, user)
        ESCALATIONS.inc(reason="approval")
        return Outcome("approval", "Not done yet: a colleague must approve this first, which takes up to a day.")
    limited = deadline.within(config.TOOL_TIMEOUT)
    return Outcome("ok", fence(limited.run(lambda: tool.run(call.input, user, limited))))
