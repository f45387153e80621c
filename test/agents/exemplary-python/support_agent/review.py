"""What colleagues do with calls that wait for approval: look at them, then let one run or drop it."""

import logging
from typing import Any

from . import config
from .approvals import take_approval
from .deadline import Deadline
from .tools.run import tool_named

log = logging.getLogger(__name__)


def decide(id: str, body: Any) -> tuple[bool, str]:
    """Runs or drops a call that waits; answers whether that was done, and with what result."""
    approve = body.get("approve") if isinstance(body, dict) else None
    if not isinstance(approve, bool):
        return False, 'Say {"approve": true} or {"approve": false}.'
    pending = take_approval(id)
    tool = tool_named(pending["tool"]) if pending else None
    if pending is None or tool is None:
        return False, "No such call waits."
    log.info("approval decided", extra={"approval": id, "tool": tool.name, "approved": approve})
    if not approve:
        return True, "Dropped."
    limited = Deadline(config.TOOL_TIMEOUT)
    return True, limited.run(lambda: tool.run(pending["input"], pending["user"], limited))
