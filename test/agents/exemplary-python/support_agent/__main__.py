"""Starts the service: python -m support_agent."""

from . import log

log.set_up()

# Only now: loading the service reads its settings, and its complaints belong into the log.
from .server import serve  # noqa: E402

serve()
