"""Limits of time. Work that may block runs in another thread, and nobody waits for that thread longer than the limit."""

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

# Seconds between two looks at whether the caller is still there.
_GLANCE = 0.25


def start(work: Callable[[], T]) -> "Future[T]":
    """Begins some work in a thread of its own, with the trace of this one."""
    context = contextvars.copy_context()
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(context.run(work))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


class Deadline:
    """A time at which work ends. It ends earlier when its caller has hung up."""

    def __init__(self, seconds: float, gone: Callable[[], bool] = lambda: False) -> None:
        self._end = time.monotonic() + seconds
        self._gone = gone

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError when there are none, or nobody waits any more."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is over")
        if self._gone():
            raise TimeoutError("the caller has hung up")
        return left

    def within(self, seconds: float) -> "Deadline":
        """The limit of a part of the work, which ends no later than the whole."""
        return Deadline(min(seconds, self.left()), self._gone)

    def sleep(self, seconds: float) -> None:
        """Waits. Raises TimeoutError when there is not as much time left."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            time.sleep(min(rest, _GLANCE, self.left()))

    def run(self, work: Callable[[], T]) -> T:
        """The result of the work. Raises TimeoutError when it is not there in time; then the work is left to end by itself."""
        return self.result(start(work))

    def result(self, future: "Future[T]") -> T:
        """The result of work that was started before. Raises TimeoutError like `run`."""
        while not future.done():
            wait([future], timeout=min(_GLANCE, self.left()))
        return future.result()

    def each(self, items: Callable[[], Iterator[T]]) -> Iterator[T]:
        """What an iterator yields in another thread, handed over to this one. Raises TimeoutError like `run`."""
        found: SimpleQueue[_Item[T] | None] = SimpleQueue()

        def pump() -> None:
            for item in items():
                self.left()
                found.put(_Item(item))

        future = start(pump)
        future.add_done_callback(lambda _: found.put(None))
        while True:
            try:
                item = found.get(timeout=min(_GLANCE, self.left()))
            except Empty:
                continue
            if item is None:
                return future.result()
            yield item.value


class _Item(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value
