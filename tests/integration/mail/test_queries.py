"""What the office reads about letters."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from app.base.clock import now
from app.db import db
from app.mail import pauses, queries
from app.mail.models import Tick
from app.mail.stop import Stop
from app.mail.ticks import TickJob, Ticks


def last_run(name: str) -> datetime | None:
    return db.session.scalar(select(Tick.last_run_at).where(Tick.name == name))


def test_the_office_hears_that_no_worker_runs(app: Flask) -> None:
    never = queries.queue_state()
    assert (never.silent, never.last_seen, never.paused_reason) == (True, None, "")
    pauses.note_alive(now())
    db.session.remove()
    assert not queries.queue_state().silent
    assert not queries.queue_state(now() + timedelta(minutes=4)).silent
    assert queries.queue_state(now() + timedelta(minutes=6)).silent


def test_a_duty_is_one_workers_at_a_time(app: Flask) -> None:
    done: list[str] = []

    def worker(name: str) -> Ticks:
        return Ticks(name, [TickJob("duty", timedelta(0), lambda _stop: done.append(name))])

    first, second, stop = worker("first"), worker("second"), Stop()
    first.run_due(stop)
    second.run_due(stop)
    first.run_due(stop)
    assert done == ["first", "first"]
    first.release()
    worker("third").run_due(stop)
    assert done == ["first", "first", "third"]


def test_a_duty_waits_for_its_time_even_after_a_restart(app: Flask) -> None:
    done: list[int] = []
    job = TickJob("duty", timedelta(minutes=10), lambda _stop: done.append(1))
    for name in ("first", "second"):
        ticks = Ticks(name, [job])
        ticks.run_due(Stop())
        ticks.run_due(Stop())
        ticks.release()
    assert done == [1]


def test_a_failing_duty_holds_up_no_other(app: Flask) -> None:
    done: list[int] = []

    def fail(_stop: object) -> None:
        raise ZeroDivisionError

    jobs = [
        TickJob("bad", timedelta(seconds=1), fail),
        TickJob("good", timedelta(seconds=1), lambda _stop: done.append(1)),
    ]
    Ticks("worker", jobs).run_due(Stop())
    assert done == [1]
    assert last_run("bad") is None
    assert last_run("good") is not None
