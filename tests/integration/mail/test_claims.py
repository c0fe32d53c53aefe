"""Who sends which letter: order, leases, several workers, being asked to stop."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.base.clock import now
from app.base.errors import Busy
from app.db import db, transaction
from app.mail import claims
from app.mail.marking import AHEAD
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from tests.factories import make_event, make_signups
from tests.integration.mail.posting import letter, make_due, post, row, rows, send
from tests.integration.mail.postoffice import PostOffice


def test_letters_of_one_registration_go_in_order(mailing: Flask, office: PostOffice) -> None:
    first, second = make_signups(make_event(), 2)
    office.refused["mihon1@example.com"] = "450 4.2.0 Later"
    post(
        letter(1, registration_id=first),
        letter(2, registration_id=first),
        letter(3, registration_id=second),
        letter(4),
    )
    while send(mailing):
        pass
    assert [taken.to[5] for taken in office.letters] == ["3", "4"], "2 waits for 1"
    office.refused.clear()
    make_due(mailing)
    while send(mailing):
        pass
    assert [taken.to[5] for taken in office.letters] == ["3", "4", "1", "2"]


def test_a_dead_workers_letters_come_back(mailing: Flask, office: PostOffice) -> None:
    post(letter(1), letter(2))
    taken = claims.claim("dead", now(), timedelta(minutes=1), 10)
    assert len(taken) == 2
    assert send(mailing) == 0, "its lease is kept"
    make_due(mailing)
    assert send(mailing) == 2
    late = claims.Mark(letter_id=taken[0].id, state="failed", due_at=now(), reason="refused")
    assert claims.write_down("dead", [late]) == 0, "it woke up too late"
    assert {kept.state for kept in rows(mailing)} == {"accepted"}


def test_a_letter_suppressed_meanwhile_stays_so(mailing: Flask) -> None:
    post(letter())
    (taken,) = claims.claim("worker", now(), timedelta(minutes=1), 10)
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="suppressed"))
    mark = claims.Mark(letter_id=taken.id, state="accepted", due_at=now(), accepted_at=now())
    assert claims.write_down("worker", [mark]) == 0
    claims.release("worker")
    assert row(mailing).state == "suppressed"


def test_workers_share_the_queue_and_send_nothing_twice(mailing: Flask, office: PostOffice) -> None:
    post(*(letter(n) for n in range(120)))
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            while send(mailing, name):
                pass
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert len(office.letters) == 120
    assert len({taken.id for taken in office.letters}) == 120
    assert {(kept.state, kept.attempts) for kept in rows(mailing)} == {("accepted", 1)}


def test_a_claim_passes_by_what_another_is_claiming(mailing: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        return  # SQLite lets one writer in at a time: the other waits
    post(*(letter(n) for n in range(4)))
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with mailing.app_context(), transaction() as session:
            session.scalars(select(OutboxLetter).limit(2).with_for_update()).all()
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(10)
    try:
        assert len(claims.claim("worker", now(), timedelta(minutes=1), 10)) == 2
    finally:
        done.set()
        thread.join()


def test_asked_to_stop_the_rest_is_put_back(mailing: Flask, office: PostOffice) -> None:
    stop = Stop()
    post(*(letter(n) for n in range(5)))
    office.before_answer = lambda _command: stop.ask() if len(office.letters) == 2 else None
    send(mailing, stop=stop)
    states = [kept.state for kept in rows(mailing)]
    assert states == ["accepted"] * 3 + ["queued"] * 2, "the one under way is finished"
    assert [kept.attempts for kept in rows(mailing)] == [1, 1, 1, 0, 0]


def test_a_database_that_is_away_when_a_letter_is_marked(
    mailing: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, failures = claims.write_down, [Busy("database"), Busy("database")]

    def sometimes(*args: Any) -> int:
        if failures:
            raise failures.pop()
        return write(*args)

    monkeypatch.setattr(claims, "write_down", sometimes)
    post(letter())
    send(mailing)
    assert (row(mailing).state, row(mailing).attempts) == ("accepted", 1)
    assert len(office.letters) == 1


def test_a_mark_that_cannot_be_written_is_said_and_ends_the_batch(
    mailing: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_args: object) -> int:
        raise ZeroDivisionError

    office.seconds_a_letter = 0.05
    monkeypatch.setattr(claims, "write_down", stumble)
    post(*(letter(n) for n in range(30)))
    with pytest.raises(ZeroDivisionError):
        send(mailing)
    assert len(office.letters) < 30, "no more letters that nobody remembers"
    assert {kept.state for kept in rows(mailing)} == {"sending"}, "until the lease ends"


def test_letters_are_marked_while_the_next_goes(
    mailing: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow disk holds up no letter, but only a few may be sent and not yet marked."""
    write, ahead, together = claims.write_down, [], []

    def slowly(holder: str, marks: list[claims.Mark]) -> int:
        time.sleep(0.1)
        done = write(holder, marks)
        together.append(done)
        ahead.append(len(office.letters) - sum(together))
        return done

    monkeypatch.setattr(claims, "write_down", slowly)
    post(*(letter(n) for n in range(20)))
    send(mailing)
    assert {kept.state for kept in rows(mailing)} == {"accepted"}
    assert sum(together) == 20
    assert len(together) < 20, "some in one commit"
    assert max(ahead) <= AHEAD + 1
