"""Sending what is due: claim in a short transaction, send outside any, mark each at once."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from app.base.clock import now
from app.config import Settings, current_settings
from app.mail import claims, pauses
from app.mail.claims import Mark
from app.mail.marking import Marker, insist, marking
from app.mail.message import build
from app.mail.models import OutboxLetter
from app.mail.replies import Accepted, FinalRefusal, NotSent, SettingsFault, Temporary
from app.mail.setup import make_transport
from app.mail.stop import Stop
from app.mail.transport import Transport, letter_limit
from app.mail.waits import wait_after

BATCH = 100
LONGEST_BATCH = timedelta(seconds=5)
"""After so long the rest is put back, so that a slow server keeps no urgent letter waiting."""
PAUSE_OF_SETTINGS = timedelta(minutes=1)
PAUSE_OF_SERVER = timedelta(seconds=15)
MARGIN = timedelta(seconds=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Round:
    """One batch: whose, until when it is held, how it is sent."""

    holder: str
    began: datetime
    lease_until: datetime
    limit: timedelta
    settings: Settings
    transport: Transport
    stop: Stop

    def has_time(self, moment: datetime) -> bool:
        """Whether one more letter can be sent in this batch, well before the lease ends."""
        in_turn = self.began <= moment < self.began + LONGEST_BATCH
        return in_turn and moment + self.limit < self.lease_until


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
    # A pause that would last longer than any was set by a clock that was wrong.
    if paused.until is not None and moment < paused.until <= moment + PAUSE_OF_SETTINGS:
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
        began=moment,
        lease_until=moment + lease,
        limit=limit,
        settings=settings,
        transport=own,
        stop=stop,
    )
    try:
        if batch:
            with marking(holder, stop) as marker:
                _send_batch(round_, marker, batch, was_paused=bool(paused.reason))
    finally:
        if transport is None:
            own.close()
    return len(batch)


def _send_batch(
    round_: Round, marker: Marker, batch: Sequence[OutboxLetter], *, was_paused: bool
) -> None:
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
            marker.put(_mark(letter, outcome))
        if untried or (isinstance(outcome, Temporary) and outcome.whole_server):
            _put_back(round_, batch[position if untried else position + 1 :])
            _pause(round_, outcome)
            return
        if was_paused:
            was_paused = False
            insist(round_.stop, pauses.end_pause)


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


def _mark(letter: OutboxLetter, outcome: Accepted | NotSent) -> Mark:
    """What is to be written down about a letter."""
    moment = now()
    if isinstance(outcome, Accepted):
        return Mark(
            letter_id=letter.id,
            state="accepted",
            due_at=moment,
            accepted_at=moment,
            reply=outcome.reply,
        )
    log.warning("letter %s not accepted: %s", letter.id, outcome.code)
    final = isinstance(outcome, FinalRefusal)
    wait = None if final else wait_after(letter.attempts + 1, random.random())  # noqa: S311
    gave_up = wait is None and not final
    return Mark(
        letter_id=letter.id,
        state="failed" if wait is None else "retrying",
        due_at=moment if wait is None else moment + wait,
        reason="gave_up" if gave_up else outcome.code,
        reply=outcome.reply,
    )


def _put_back(round_: Round, letters: Sequence[OutboxLetter]) -> None:
    if letters:
        ids = [letter.id for letter in letters]
        insist(round_.stop, partial(claims.release, round_.holder, ids))


def _pause(round_: Round, outcome: Accepted | NotSent) -> None:
    """Let the queue stand still for a while, and the office see why."""
    if round_.transport.aborted or isinstance(outcome, Accepted):
        return
    log.warning("no letters can be sent: %s", outcome.code)
    fault = isinstance(outcome, SettingsFault)
    duration = PAUSE_OF_SETTINGS if fault else PAUSE_OF_SERVER
    insist(round_.stop, partial(pauses.pause, outcome.code, now(), duration))
