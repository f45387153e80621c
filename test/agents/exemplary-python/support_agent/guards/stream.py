"""Cleans a reply that comes in pieces: a piece goes out when its sentence is complete, so that nothing is cut in two."""

from collections.abc import Callable

from .outbound import clean

# A text without any end of a sentence goes out at a space, and keeps this much back.
LONGEST = 1500
KEEP = 300


class StreamFilter:
    """Stands between the model and the user."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        self._emit = emit
        self._held = ""

    def push(self, piece: str) -> None:
        self._held += piece
        end = self._border()
        if end == 0:
            return
        ready, self._held = self._held[:end], self._held[end:]
        self._emit(clean(ready))

    def end(self) -> None:
        """Sends what was kept back."""
        if self._held:
            self._emit(clean(self._held))
        self._held = ""

    def _border(self) -> int:
        """Where the last complete sentence ends; 0: nowhere yet."""
        sentence = max(self._held.rfind(mark) + len(mark) if mark in self._held else 0 for mark in (". ", "! ", "? ", "\n"))
        if sentence:
            return sentence
        return self._held.rfind(" ", 0, LONGEST - KEEP) + 1 if len(self._held) > LONGEST else 0
