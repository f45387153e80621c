"""A small JSON file that several processes may change: each change happens under a lock, and replaces the file as a whole."""

import copy
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

# Seconds to wait for the lock. The system lets go of the lock of a process that dies.
_PATIENCE = 2.0


class Store(Generic[T]):
    """A value in a file."""

    def __init__(self, path: Path, empty: T) -> None:
        self._path = path
        self._empty = empty

    @contextmanager
    def editing(self) -> Iterator[T]:
        """The value, to be changed in place. It is written at the end, unless an error was raised.

        Raises OSError or ValueError when the file cannot be read, locked or written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            value = self._read()
            yield value
            draft = self._path.with_suffix(".tmp")
            draft.write_text(json.dumps(value), encoding="utf-8")
            os.replace(draft, self._path)

    def _read(self) -> T:
        try:
            value: T = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return copy.deepcopy(self._empty)
        return value

    @contextmanager
    def _locked(self) -> Iterator[None]:
        until = time.monotonic() + _PATIENCE
        with open(self._path.with_suffix(".lock"), "w", encoding="utf-8") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise TimeoutError(f"{self._path} is held by another process") from None
                    time.sleep(0.01)
            yield
