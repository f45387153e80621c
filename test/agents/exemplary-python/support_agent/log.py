"""The log: one JSON object a line, with the trace id of its request. No text of a conversation belongs in it, unless something failed."""

import json
import logging
import os
import sys
from datetime import UTC, datetime

from .tracing import trace_id

# What every record has; the rest is what was handed on as `extra`.
_USUAL = {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Makes one JSON object out of a record."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": "support-agent",
            "msg": record.getMessage(),
            "trace_id": trace_id(),
            **{name: value for name, value in record.__dict__.items() if name not in _USUAL},
        }
        return json.dumps(line, default=str)


def set_up() -> None:
    """Sends all records of this process to its standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), handlers=[handler], force=True)
