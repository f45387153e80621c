"""Counters, gauges and histograms in the text format of Prometheus: the small part of its client library that is needed here."""

import threading
from collections.abc import Sequence

_registry: list["_Metric"] = []


class _Metric:
    kind = "untyped"

    def __init__(self, name: str, help: str, labels: Sequence[str] = ()) -> None:
        self.name = name
        self._help = help
        self._labels = tuple(labels)
        self._lock = threading.Lock()
        _registry.append(self)

    def _key(self, labels: dict[str, str]) -> tuple[str, ...]:
        if set(labels) != set(self._labels):
            raise ValueError(f"{self.name} has the labels {self._labels}, not {tuple(labels)}")
        return tuple(str(labels[name]) for name in self._labels)

    def _line(self, suffix: str, key: Sequence[str], value: float, more: str = "") -> str:
        pairs = [f'{name}="{_escaped(text)}"' for name, text in zip(self._labels, key, strict=True)]
        inside = ",".join([*pairs, more] if more else pairs)
        return f"{self.name}{suffix}{{{inside}}} {value}" if inside else f"{self.name}{suffix} {value}"

    def lines(self) -> list[str]:
        return [f"# HELP {self.name} {self._help}", f"# TYPE {self.name} {self.kind}"]


class Counter(_Metric):
    kind = "counter"

    def __init__(self, name: str, help: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, help, labels)
        self._values: dict[tuple[str, ...], float] = {} if labels else {(): 0}

    def inc(self, amount: float = 1, **labels: str) -> None:
        key = self._key(labels)
        with self._lock:
            self._values[key] = self._values.get(key, 0) + amount

    def lines(self) -> list[str]:
        with self._lock:
            return super().lines() + [self._line("", key, value) for key, value in self._values.items()]


class Gauge(Counter):
    kind = "gauge"

    def set(self, value: float, **labels: str) -> None:
        with self._lock:
            self._values[self._key(labels)] = value


class Histogram(_Metric):
    kind = "histogram"

    def __init__(self, name: str, help: str, buckets: Sequence[float], labels: Sequence[str] = ()) -> None:
        super().__init__(name, help, labels)
        self._bounds = (*buckets, float("inf"))
        # For each set of labels: how many values fell into each bucket, and their sum.
        self._values: dict[tuple[str, ...], tuple[list[int], float]] = {}

    def observe(self, value: float, **labels: str) -> None:
        key = self._key(labels)
        with self._lock:
            counts, total = self._values.get(key, ([0] * len(self._bounds), 0.0))
            counts = [count + (value <= bound) for count, bound in zip(counts, self._bounds, strict=True)]
            self._values[key] = (counts, total + value)

    def lines(self) -> list[str]:
        out = super().lines()
        with self._lock:
            for key, (counts, total) in self._values.items():
                for bound, count in zip(self._bounds, counts, strict=True):
                    le = "+Inf" if bound == float("inf") else f"{bound:g}"
                    out.append(self._line("_bucket", key, count, f'le="{le}"'))
                out += [self._line("_sum", key, total), self._line("_count", key, counts[-1])]
        return out


def page() -> str:
    """All metrics, as GET /metrics shows them."""
    return "\n".join(line for metric in _registry for line in metric.lines()) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
