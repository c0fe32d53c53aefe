"""Writing down what became of letters while the next one is on its way.

A commit waits for the disk; the mail server need not wait for it as well. Letters are marked in
their order, a few in one commit: those that pile up meanwhile, and those that follow shortly, since
a transaction costs the processor as much as half a letter. At most ``AHEAD`` letters are sent and
not yet marked: should the worker be killed, so many may go twice (with the same Message-ID).
"""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from flask import Flask, current_app

from app.base.errors import Busy
from app.db import db
from app.mail import claims
from app.mail.claims import Mark
from app.mail.stop import Stop

AHEAD = 6
TOGETHER = 3
LINGER = 0.01  # seconds that a mark waits for company, unless there is enough
LONGEST_WAIT = 10.0

T = TypeVar("T")

log = logging.getLogger(__name__)


@contextmanager
def marking(holder: str, stop: Stop) -> Iterator["Marker"]:
    """Give a marker for one batch; at the end everything is written down, or given up to stop.

    Raises:
        Exception: whatever kept the marks from being written, the database being away apart.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    marker = Marker(app, holder, stop)
    try:
        yield marker
    finally:
        marker.finish()
    marker.complain()


class Marker:
    """A thread of its own that writes marks down in the order they come."""

    def __init__(self, app: Flask, holder: str, stop: Stop) -> None:
        self._app, self._holder, self._stop = app, holder, stop
        self._marks: queue.SimpleQueue[Mark | None] = queue.SimpleQueue()
        self._room = threading.BoundedSemaphore(AHEAD)
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="marks", daemon=True)
        self._thread.start()

    def put(self, mark: Mark) -> None:
        """Have one letter marked; wait while too many are not marked yet."""
        self.complain()
        self._room.acquire()
        self._marks.put(mark)

    def finish(self) -> None:
        """Wait until everything is written down."""
        self._marks.put(None)
        self._thread.join()

    def complain(self) -> None:
        """Raise what went wrong, once."""
        fault, self._fault = self._fault, None
        if fault is not None:
            raise fault

    def _work(self) -> None:
        with self._app.app_context():
            while marks := self._next():
                try:
                    insist(self._stop, partial(self._write, marks))
                except Exception as error:  # noqa: BLE001  # raised again where letters are sent
                    self._fault = error
                for _mark in marks:
                    self._room.release()
            db.session.remove()

    def _write(self, marks: list[Mark]) -> None:
        if claims.write_down(self._holder, marks) < len(marks):
            log.warning("letters were taken over by another worker: among %s", marks[0].letter_id)

    def _next(self) -> list[Mark]:
        """The next mark and those that come shortly after it; none at the end."""
        marks: list[Mark] = []
        mark = self._marks.get()
        while mark is not None:
            marks.append(mark)
            try:
                wait = LINGER if len(marks) < TOGETHER else 0
                mark = self._marks.get(timeout=wait)
            except queue.Empty:
                return marks
        if marks:
            self._marks.put(None)
        return marks


def insist(stop: Stop, write: Callable[[], T]) -> T | None:
    """Write, waiting for a database that is busy or away; given up only when asked to stop.

    Letters that could not be marked then come back when their lease ends.
    """
    wait = 0.1
    while True:
        try:
            return write()
        except Busy:
            if stop.wait(wait):
                log.warning("stopped before the database was back")
                return None
            wait = min(2 * wait, LONGEST_WAIT)
