"""What the models cost, in US dollars for a million tokens. Source: the provider's price page, 2026-09-01."""

from dataclasses import dataclass

from .config import CHEAPER_MODEL, MODEL


@dataclass(frozen=True)
class Price:
    input: float
    output: float
    cache_read: float
    cache_write: float


@dataclass(frozen=True)
class Usage:
    """Tokens of one model call; those from and for the cache are not among `input_tokens`."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0


PRICES = {
    "claude-sonnet-4-6": Price(input=3, output=15, cache_read=0.3, cache_write=3.75),
    "claude-haiku-4-5": Price(input=1, output=5, cache_read=0.1, cache_write=1.25),
}


def price_of(model: str) -> Price:
    """Raises LookupError for a model without a price: a guess would make every limit wrong."""
    if model not in PRICES:
        raise LookupError(f"no price is known for {model}")
    return PRICES[model]


def cost_of(model: str, usage: Usage) -> float:
    """US dollars of one model call."""
    price = price_of(model)
    fresh = usage.input_tokens * price.input + usage.output_tokens * price.output
    cached = usage.cache_read_input_tokens * price.cache_read + usage.cache_creation_input_tokens * price.cache_write
    return (fresh + cached) / 1_000_000


# The service does not start with a model that has no price.
for _model in (MODEL, CHEAPER_MODEL):
    price_of(_model)
