"""A worker stopped, or cut off from its database, amid letters: none is lost."""

import math
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db, transaction
from tests.faults.workers import Process, Start, wait_for, workers
from tests.integration.mail.posting import letter, post, rows
from tests.integration.mail.postoffice import HANG, PostOffice, post_office
from tests.sizes import WHOLE

LETTERS = 1000 if WHOLE else 50
LEASE = 7.0  # 4 x MAIL_TIMEOUT + 5 s
pytestmark = [pytest.mark.whole] if WHOLE else []


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        opened.seconds_a_letter = 0.01
        yield opened


@pytest.fixture
def start(app: Flask, database_url: str, office: PostOffice, tmp_path: Path) -> Iterator[Start]:
    with workers(database_url, office.port, tmp_path) as starter:
        yield starter


def states(app: Flask) -> Counter[str]:
    return Counter(kept.state for kept in rows(app))


def all_accepted(app: Flask, office: PostOffice) -> bool:
    """Ask the database only when the server has seen enough."""
    return len({taken.to for taken in office.letters}) == LETTERS and states(app) == {
        "accepted": LETTERS
    }


def fastest_end(ready: Callable[[], "Process"], limit: float) -> float:
    """The seconds that a worker takes to end: the best of three, since other tests run, too."""
    best = math.inf
    for _try in range(3):
        worker = ready()
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
        best = min(best, time.monotonic() - began)
        if best < limit:
            break
    return best


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_amid_letters(
    app: Flask, office: PostOffice, start: Start, number: signal.Signals
) -> None:
    post(*(letter(n) for n in range(LETTERS)))
    office.seconds_a_letter = 0.1
    worker = start()
    wait_for(lambda: len(office.letters) >= 3, 30)
    began = time.monotonic()
    worker.send_signal(number)
    assert worker.wait(10) == 0
    assert time.monotonic() - began < 4
    told = states(app)
    assert told == {"accepted": len(office.letters), "queued": LETTERS - len(office.letters)}
    assert all(kept.attempts == 0 for kept in rows(app) if kept.state == "queued")


@pytest.mark.parametrize("command", ["ehlo", "mail", "data"])
def test_a_hanging_server_does_not_hold_up_the_end(
    app: Flask, office: PostOffice, database_url: str, tmp_path: Path, command: str
) -> None:
    post(letter(1), letter(2))
    seen: list[str] = []
    office.before_answer = seen.append
    office.on(command, HANG)
    with workers(database_url, office.port, tmp_path, mail_timeout="30") as start:

        def hanging() -> "Process":
            seen.clear()
            worker = start()
            wait_for(lambda: command in seen, 30)
            return worker

        assert fastest_end(hanging, 4) < 4
    assert [(kept.state, kept.attempts) for kept in rows(app)] == [("queued", 0)] * 2


def test_an_idle_worker_ends_soon(app: Flask, start: Start, tmp_path: Path) -> None:
    def alive() -> bool:
        with app.app_context():
            seen = db.session.execute(text("SELECT count(*) FROM tick WHERE name = 'letters'"))
            return seen.scalar() == 1

    def idle() -> "Process":
        with app.app_context(), transaction() as session:
            session.execute(text("DELETE FROM tick"))
        worker = start()
        wait_for(alive, 30)
        return worker

    assert fastest_end(idle, 2) < 2
    assert (tmp_path / "worker.log").read_text() == "", "nothing to complain about"


def test_a_database_that_is_away_for_a_while(app: Flask, office: PostOffice, start: Start) -> None:
    """Longer than the lock timeout; on PostgreSQL the connections are also cut."""
    post(*(letter(n) for n in range(LETTERS)))
    worker = start()
    wait_for(lambda: len(office.letters) >= 5, 30)
    with db.engine.connect().execution_options(writer=True) as connection:
        if db.engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE outbox_letter IN ACCESS EXCLUSIVE MODE"))
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        else:
            connection.execute(text("SELECT 1"))  # begins, as the one writer
        time.sleep(3)
        connection.rollback()
    wait_for(lambda: all_accepted(app, office), 60 + LEASE)
    assert worker.poll() is None
    assert len(office.letters) == LETTERS, "the marks were kept in mind"
