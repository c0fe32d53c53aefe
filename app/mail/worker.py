"""The worker: sends letters and does the regular duties until it is asked to stop.

Letters go in one thread, duties in another and long work (imports, big exports) in a third, so that
a slow server holds up no duty, a long duty no letter, and long work neither. The main thread only
waits for signals: their handlers take no lock.
"""

import gc
import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask

from app.association.stored import kept
from app.base.clock import now
from app.base.errors import Busy
from app.db import db
from app.mail import claims, pauses
from app.mail.delivery import deliver_due
from app.mail.setup import make_transport
from app.mail.stop import Stop
from app.mail.ticks import TickJob, Ticks
from app.mail.transport import Transport

__all__ = ["Stop", "TickJob", "Worker", "run"]

IDLE = 1.0
ALIVE_EVERY = timedelta(seconds=30)
AFTER_FAULT = 5.0
LONGEST_WAIT = 30.0
LOOK = 0.2
FINISH = 2.0  # seconds in which the letter under way may still be finished
BREAK_OFF = 0.5  # and in which a broken off one is put back

log = logging.getLogger(__name__)


def run(app: Flask) -> int:
    """Work until SIGTERM or SIGINT, then end within 4 seconds; return the exit status.

    The letter under way is finished if its server answers soon, otherwise broken off and put back,
    as are those that were claimed and not yet sent.
    """
    # What the program consists of is looked through by no collection of garbage any more: one takes
    # 0.2 s, and may fall into a transaction that others wait for.
    gc.collect()
    gc.freeze()
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _frame: asked.append(caught))
    worker = Worker(app)
    worker.start()
    while not asked and worker.is_alive():
        time.sleep(LOOK)
    worker.stop()
    return 0 if asked else 1


class Worker:
    """The three threads, and how they are ended."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._stop = Stop()
        with app.app_context():
            self._transport = make_transport()
        post = Post(self.holder, self._transport, self._stop)
        ticks = Ticks(self.holder, app.extensions.get("ticks", ()))
        self._letters = self._thread("letters", post.work, post.leave)
        self._duties = self._thread("duties", lambda: _duties(ticks, self._stop), ticks.release)
        self._long = self._long_work()

    def start(self) -> None:
        """Begin to work, in the background."""
        for thread in self._threads:
            thread.start()

    def is_alive(self) -> bool:
        """Whether all threads are at work."""
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """End all threads: about 3 seconds at the most, whatever hangs."""
        self._stop.ask()
        self._letters.join(FINISH)
        if self._letters.is_alive():
            self._transport.abort()
            self._letters.join(BREAK_OFF)
        ends = time.monotonic() + BREAK_OFF
        for thread in (self._duties, self._long):
            thread.join(max(0, ends - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            log.warning("ended while something hung; it comes back when its lease ends")

    @property
    def _threads(self) -> tuple[threading.Thread, ...]:
        return self._letters, self._duties, self._long

    def _long_work(self) -> threading.Thread:
        """One job after the other; ``app.extensions["jobs"]`` knows how (``jobs/runner.py``)."""
        work, leave = self.app.extensions["jobs"]
        return self._thread(
            "long work", lambda: work(self.holder, self._stop), lambda: leave(self.holder)
        )

    def _thread(
        self, name: str, work: Callable[[], float], leave: Callable[[], None]
    ) -> threading.Thread:
        # A daemon, so that a thread that hangs does not keep the process from ending.
        return threading.Thread(
            target=_keep_on, args=(self.app, self._stop, work, leave), name=name, daemon=True
        )


class Post:
    """Sends what is due, one connection for many letters."""

    def __init__(self, holder: str, transport: Transport, stop: Stop) -> None:
        self.holder = holder
        self._transport = transport
        self._stop = stop
        self._noted_at: datetime | None = None

    def work(self) -> float:
        """Send one batch; return how many seconds to wait before the next."""
        moment = now()
        if self._noted_at is None:
            pauses.try_soon()
        if self._noted_at is None or moment - self._noted_at >= ALIVE_EVERY:
            pauses.note_alive(moment)
            self._noted_at = moment
        if deliver_due(self.holder, self._stop, self._transport):
            return 0
        self._transport.close()  # nothing to send: no idle connection is kept
        return IDLE

    def leave(self) -> None:
        """Put back whatever is still held, and say goodbye to the server."""
        claims.release(self.holder)
        self._transport.close()


def _duties(ticks: Ticks, stop: Stop) -> float:
    ticks.run_due(stop)
    return IDLE


def _keep_on(app: Flask, stop: Stop, work: Callable[[], float], leave: Callable[[], None]) -> None:
    """Call ``work`` until asked to stop; a fault, or a database that is away, makes it wait."""
    patience = IDLE
    while not stop.asked:
        with app.app_context():
            wait, patience = _once(work, patience)
        stop.wait(wait)
    with app.app_context():
        try:
            leave()
        except Busy:
            log.warning("the database was away at the end; leases end by themselves")
        db.session.remove()


def _once(work: Callable[[], float], patience: float) -> tuple[float, float]:
    """Work once; return how long to wait now, and how long after the next trouble."""
    try:
        kept().renew_if_old()
        return work(), IDLE
    except Busy:
        log.warning("the database is busy or away; trying again in %.0f s", patience)
        return patience, min(2 * patience, LONGEST_WAIT)
    except Exception:
        log.exception("the worker met a fault and goes on")
        return AFTER_FAULT, patience
