"""Sending what is due: claim in a short transaction, send outside any, mark each at once."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from app.base.clock import now
from app.base.errors import Busy
from app.config import Settings, current_settings
from app.mail import claims, pauses
from app.mail.message import build
from app.mail.models import OutboxLetter
from app.mail.replies import Accepted, FinalRefusal, NotSent, SettingsFault, Temporary
from app.mail.setup import make_transport
from app.mail.stop import Stop
from app.mail.transport import Transport, letter_limit
from app.mail.waits import wait_after

BATCH = 10
PAUSE_OF_SETTINGS = timedelta(minutes=1)
PAUSE_OF_SERVER = timedelta(seconds=15)
MARGIN = timedelta(seconds=5)
LONGEST_WAIT = 10.0

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Round:
    """One batch: whose, until when it is held, how it is sent."""

    holder: str
    lease_until: datetime
    limit: timedelta
    settings: Settings
    transport: Transport
    stop: Stop

    def has_time(self, moment: datetime) -> bool:
        """Whether one more letter can be sent well before the lease ends."""
        return moment + self.limit < self.lease_until


def deliver_due(holder: str, stop: Stop, transport: Transport | None = None) -> int:
    """Send one batch of due letters in the application context; return how many were claimed.

    A pause is kept; after one, a single letter is tried first.

    Args:
        holder: a name that no other worker bears.
        stop: asked to stop, the letter under way is finished and the rest put back.
        transport: kept between batches by the worker; made for this batch when None.

    Raises:
        Busy: the database cannot be had; whatever was sent is marked nevertheless, later.
    """
    moment = now()
    paused = pauses.read()
    if paused.until is not None and moment < paused.until:
        return 0
    if stop.asked or not claims.anything_due(moment):
        return 0
    settings = current_settings()
    limit = timedelta(seconds=letter_limit(settings))
    lease = 2 * limit + MARGIN
    batch = claims.claim(holder, moment, lease, 1 if paused.reason else BATCH)
    own = transport or make_transport()
    round_ = Round(
        holder=holder,
        lease_until=moment + lease,
        limit=limit,
        settings=settings,
        transport=own,
        stop=stop,
    )
    try:
        _send_batch(round_, batch, was_paused=bool(paused.reason))
    finally:
        if transport is None:
            own.close()
    return len(batch)


def _send_batch(round_: Round, batch: Sequence[OutboxLetter], *, was_paused: bool) -> None:
    """Send letter by letter; what cannot be sent now is put back untried."""
    for position, letter in enumerate(batch):
        if round_.stop.asked or not round_.has_time(now()):
            _put_back(round_, batch[position:])
            return
        outcome = _send(round_, letter)
        untried = isinstance(outcome, SettingsFault) or (
            isinstance(outcome, Temporary) and round_.transport.aborted
        )
        if not untried:
            _mark(round_, letter, outcome)
        if untried or (isinstance(outcome, Temporary) and outcome.whole_server):
            _put_back(round_, batch[position if untried else position + 1 :])
            _pause(round_, outcome)
            return
        if was_paused:
            was_paused = False
            _insist(round_.stop, pauses.end_pause)


def _send(round_: Round, letter: OutboxLetter) -> Accepted | NotSent:
    try:
        return round_.transport.send(build(letter, round_.settings))
    except NotSent as error:
        return error
    except Exception:
        # Our own fault: tried again as if the server were busy, so that a mended version sends it,
        # and no letter stands in the way of the others.
        log.exception("letter %s could not be made or sent", letter.id)
        round_.transport.close()
        return Temporary("internal")


def _mark(round_: Round, letter: OutboxLetter, outcome: Accepted | NotSent) -> None:
    """Write down what became of the letter, however long the database is away."""
    if not isinstance(outcome, Accepted):
        log.warning("letter %s not accepted: %s", letter.id, outcome.code)
    if _insist(round_.stop, partial(_write_down, letter, round_.holder, outcome)) is False:
        log.warning("letter %s was taken over by another worker", letter.id)


def _write_down(letter: OutboxLetter, holder: str, outcome: Accepted | NotSent) -> bool:
    if isinstance(outcome, Accepted):
        return claims.mark_accepted(letter.id, holder, outcome.reply, now())
    if isinstance(outcome, FinalRefusal):
        return claims.mark_failed(letter.id, holder, outcome.code, outcome.reply)
    wait = wait_after(letter.attempts + 1, random.random())  # noqa: S311  # no secret
    if wait is None:
        return claims.mark_failed(letter.id, holder, "gave_up", outcome.reply)
    return claims.mark_retrying(letter.id, holder, outcome.code, outcome.reply, now() + wait)


def _put_back(round_: Round, letters: Sequence[OutboxLetter]) -> None:
    if letters:
        ids = [letter.id for letter in letters]
        _insist(round_.stop, partial(claims.release, round_.holder, ids))


def _pause(round_: Round, outcome: Accepted | NotSent) -> None:
    """Let the queue stand still for a while, and the office see why."""
    if round_.transport.aborted or isinstance(outcome, Accepted):
        return
    log.warning("no letters can be sent: %s", outcome.code)
    fault = isinstance(outcome, SettingsFault)
    duration = PAUSE_OF_SETTINGS if fault else PAUSE_OF_SERVER
    _insist(round_.stop, partial(pauses.pause, outcome.code, now(), duration))


def _insist(stop: Stop, write: Callable[[], T]) -> T | None:
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
