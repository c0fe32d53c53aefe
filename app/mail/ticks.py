"""Regular duties of the worker, each done by one worker at a time under a lease row."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, update

from app.base.clock import now
from app.base.errors import Busy
from app.db import db, transaction
from app.db.dialect import upsert
from app.mail.models import Tick
from app.mail.stop import Stop

LEASE = timedelta(seconds=60)
RENEW = LEASE / 2
NOTE_EVERY = timedelta(seconds=20)
PATIENCE = timedelta(seconds=5)
LONG_AGO = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TickJob:
    """A duty: ``run`` is called in the application context about ``every`` so often.

    It may be run twice at a time in the worst case (a worker that hung longer than its lease), so
    it must be harmless to repeat. One call should end within half a minute, at once when ``stop``
    is asked; whatever is left over is for the next call.
    """

    name: str
    every: timedelta
    run: Callable[[Stop], object]


@dataclass
class _Held:
    """What this worker knows about its lease on one duty, so that most runs write nothing."""

    lease_until: datetime
    noted_at: datetime
    next_at: datetime


@dataclass
class Ticks:
    """The duties of one worker."""

    holder: str
    jobs: Sequence[TickJob]
    _held: dict[str, _Held] = field(default_factory=dict)

    def run_due(self, stop: Stop) -> None:
        """Run whatever is due and not another worker's, in the application context.

        A duty that fails is logged and done again in its turn.

        Raises:
            Busy: the database cannot be had just now.
        """
        for job in self.jobs:
            if stop.asked:
                return
            if not self._may_run(job, now()):
                continue
            if self._run(job, stop):
                self._note(job, now())

    def _run(self, job: TickJob, stop: Stop) -> bool:
        try:
            job.run(stop)
        except Busy:
            raise
        except Exception:
            log.exception("duty %r failed", job.name)
            self._held[job.name].next_at = now() + max(job.every, PATIENCE)
            return False
        finally:
            db.session.remove()
        return True

    def release(self) -> None:
        """Leave every duty to whoever comes next."""
        self._held.clear()
        with transaction(quick=True) as session:
            session.execute(
                update(Tick).where(Tick.holder == self.holder).values(holder="", lease_until=None)
            )

    def _may_run(self, job: TickJob, moment: datetime) -> bool:
        held = self._held.get(job.name)
        if held is not None and moment < held.next_at:
            return False
        if held is not None and moment + RENEW < held.lease_until:
            return True
        return self._take(job, moment)

    def _take(self, job: TickJob, moment: datetime) -> bool:
        """Take or renew the lease on a duty that is due."""
        free = or_(Tick.lease_until.is_(None), Tick.lease_until <= moment)
        idle = or_(Tick.last_run_at.is_(None), Tick.last_run_at <= moment - job.every)
        mine = Tick.holder == self.holder
        until = moment + LEASE
        with transaction(quick=True) as session:
            insert = upsert(db.engine, Tick).values(name=job.name)
            session.execute(insert.on_conflict_do_nothing(index_elements=["name"]))
            taken = session.execute(
                update(Tick)
                .where(Tick.name == job.name, or_(mine, free & idle))
                .values(holder=self.holder, lease_until=until)
                .returning(Tick.last_run_at)
            ).first()
        if taken is None:
            self._held[job.name] = _Held(moment, moment, moment + PATIENCE)
            return False
        self._held[job.name] = _Held(until, taken[0] or LONG_AGO, moment)
        return True

    def _note(self, job: TickJob, moment: datetime) -> None:
        """Remember that the duty was done; in the database only so often as somebody looks."""
        held = self._held[job.name]
        held.next_at = moment + job.every
        if job.every >= NOTE_EVERY or moment - held.noted_at >= NOTE_EVERY:
            with transaction(quick=True) as session:
                session.execute(
                    update(Tick)
                    .where(Tick.name == job.name, Tick.holder == self.holder)
                    .values(last_run_at=moment)
                )
            held.noted_at = moment
