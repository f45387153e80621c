"""The money of one request: asked before each model call, charged after it."""

from .errors import AgentError


class RequestBudget:
    """US dollars that one request may cost."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self.spent = 0.0

    def check(self) -> None:
        """Raises AgentError of kind `budget` when nothing is left."""
        if self.spent >= self._limit:
            raise AgentError("budget", f"the request has cost {self.spent:.4f} USD")

    def charge(self, usd: float) -> None:
        self.spent += usd
