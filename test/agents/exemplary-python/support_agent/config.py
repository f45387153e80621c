"""All settings, read from the environment once; limits have defaults that suit a small shop."""

import math
import os
from pathlib import Path


def positive(name: str, preset: float) -> float:
    """Raises ValueError when the variable is not a positive number: the service must not start with a limit that limits nothing."""
    value = float(os.environ.get(name, preset))
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"{name} must be a positive number")
    return value


def whole(name: str, preset: int) -> int:
    """Raises ValueError when the variable is not a positive whole number."""
    value = positive(name, preset)
    if not value.is_integer():
        raise ValueError(f"{name} must be a whole number")
    return int(value)


def secret(name: str) -> str:
    """Raises ValueError when a secret is missing."""
    value = os.environ.get(name, "")
    if len(value) < 16:
        raise ValueError(f"{name} is missing or too short")
    return value


# The model that answers, and the cheaper one that takes over when the hour's money runs low.
MODEL = "claude-sonnet-4-6"
CHEAPER_MODEL = "claude-haiku-4-5"
MODEL_URL = os.environ.get("ANTHROPIC_BASE_URL", "https://api.anthropic.com")

PORT = whole("PORT", 8080)
# Tokens of one answer of the model.
MAX_TOKENS = whole("MAX_TOKENS", 1024)
# Characters of one message of a user.
MAX_INPUT = whole("MAX_INPUT", 8000)
# Model calls for one request.
MAX_ROUNDS = whole("MAX_ROUNDS", 8)
# Tool calls that are run out of one answer of the model.
MAX_TOOL_CALLS = whole("MAX_TOOL_CALLS", 5)
# US dollars that one request may cost.
REQUEST_BUDGET = positive("REQUEST_BUDGET_USD", 0.5)
USER_REQUESTS_PER_HOUR = whole("USER_REQUESTS_PER_HOUR", 20)
USER_BUDGET_PER_DAY = positive("USER_BUDGET_USD_PER_DAY", 1)
BUDGET_PER_HOUR = positive("BUDGET_USD_PER_HOUR", 5)
TOKENS_PER_DAY = whole("TOKENS_PER_DAY", 20_000_000)
# Share of the hour's budget after which the cheaper model answers.
CHEAPER_FROM = positive("CHEAPER_FROM", 0.8)
# Seconds for one attempt of one model call, for one tool, and for a whole request.
MODEL_TIMEOUT = positive("MODEL_TIMEOUT_SECONDS", 10)
TOOL_TIMEOUT = positive("TOOL_TIMEOUT_SECONDS", 3)
REQUEST_TIMEOUT = positive("REQUEST_TIMEOUT_SECONDS", 20)
# Where the counts of the limits are kept: a volume that all instances share.
STATE_FOLDER = Path(os.environ.get("STATE_FOLDER", "state"))
ORDERS_FILE = Path(os.environ.get("ORDERS_FILE", "data/orders.json"))
KNOWLEDGE_URL = os.environ.get("KNOWLEDGE_URL", "https://kb.harbour-supplies.example/search")
PAYMENTS_URL = os.environ.get("PAYMENTS_URL", "https://payments.harbour-supplies.example/refunds")
# Hosts that replies may link to.
LINK_HOSTS = os.environ.get("LINK_HOSTS", "harbour-supplies.example").split(",")
