"""Things to do later, in order, on one thread."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Agenda:
    """Runs each entry when its time has come. An entry that fails is logged; the others go on."""

    def __init__(self, name: str) -> None:
        self._entries: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._pending = 0
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Runs an action in so many seconds; those of the same time run in the order they came."""
        with self._changed:
            heapq.heappush(self._entries, (time.monotonic() + seconds, next(self._numbers), action))
            self._pending += 1
            self._changed.notify()

    @property
    def pending(self) -> int:
        """How many entries are not done yet, the running one included."""
        return self._pending

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._entries or self._entries[0][0] > time.monotonic():
                    wait = self._entries[0][0] - time.monotonic() if self._entries else None
                    self._changed.wait(wait)
                _, _, action = heapq.heappop(self._entries)
            try:
                action()
            except Exception:  # noqa: BLE001 - whatever it is, the next entry has its turn
                _log.exception("an entry of the agenda failed")
            finally:
                with self._changed:
                    self._pending -= 1
