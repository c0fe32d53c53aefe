"""Many letters through every kind of trouble: none lost, twice only where nobody could know.

Time passes quickly here: whatever waits for its next try is made due again and again.
"""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from app.base.clock import now
from app.base.errors import Busy
from app.db import db, transaction
from app.mail.marking import AHEAD
from app.mail.models import OutboxLetter, Tick
from tests.faults.rough import BUSY, DROPS, HANGS, RoughOffice
from tests.faults.workers import workers
from tests.integration.mail.posting import letter, post, rows
from tests.integration.mail.postoffice import post_office
from tests.sizes import WHOLE

LETTERS = 1000 if WHOLE else 50
KILLS = 10 if WHOLE else 3
PATIENCE = 600 if WHOLE else 120
pytestmark = [pytest.mark.whole] if WHOLE else []
PAST = timedelta(seconds=1)


@contextmanager
def rough_office(**given: object) -> Iterator[RoughOffice]:
    office = RoughOffice(**given)  # type: ignore[arg-type]
    with post_office(office=office):
        yield office


def hurry(app: Flask, *, leases: bool = False) -> None:
    """Let time pass for what waits: tries and pauses; ``leases`` too, where no worker lives."""
    past = now() - PAST
    retrying = update(OutboxLetter).where(OutboxLetter.state == "retrying")
    with app.app_context(), transaction() as session:
        session.execute(retrying.values(due_at=past))
        session.execute(update(Tick).where(Tick.name == "letters").values(lease_until=past))
        if leases:
            held = update(OutboxLetter).where(OutboxLetter.state == "sending")
            session.execute(held.values(lease_until=past))


def left(app: Flask) -> int:
    """Letters of which it is not yet known what becomes of them."""
    query = select(func.count()).where(OutboxLetter.state.not_in(("accepted", "failed")))
    with app.app_context():
        try:
            return db.session.scalar(query) or 0
        finally:
            db.session.close()


def until(app: Flask, done: int, *, hurrying: bool = True) -> None:
    """Wait until at most ``LETTERS - done`` letters are left."""
    end = time.monotonic() + PATIENCE
    while left(app) > LETTERS - done:
        assert time.monotonic() < end, Counter((k.state, k.reason) for k in rows(app))
        if hurrying:
            try:
                hurry(app)
            except Busy:
                continue
        time.sleep(0.3)


def check(name: str, app: Flask, office: RoughOffice, *, refused: int = 0, kills: int = 0) -> None:
    """Nothing lost, nothing said that is not so, twice only what may be; print the counts."""
    kept = rows(app)
    states = Counter(one.state for one in kept)
    arrived = Counter(taken.to for taken in office.letters)
    told = {one.to_address for one in kept if one.state == "accepted"}
    twice = {to for to, times in arrived.items() if times > 1}
    wanted = {"accepted": LETTERS - refused} | ({"failed": refused} if refused else {})
    with app.app_context():
        base = db.engine.dialect.name
    print(
        f"\n{base:<11}{name:<42} letters {LETTERS:5}  faults {office.faults + kills:4}  "
        f"accepted {states['accepted']:5}  refused {states['failed']:4}  "
        f"lost {len(told - arrived.keys()):2}  twice {len(office.letters) - len(arrived):3}"
    )
    assert states == wanted
    assert told == arrived.keys(), "what is said to be accepted is what arrived"
    assert all(one.holder == "" and one.lease_until is None for one in kept)
    ids = {(taken.to, taken.id) for taken in office.letters}
    assert len(ids) == len(arrived), "a letter that comes twice bears the same Message-ID"
    if not kills:
        assert twice <= office.unsure, "twice only where the line broke after the end of DATA"
    else:
        assert len(office.letters) - len(arrived) <= kills * (AHEAD + 1) + len(office.unsure)


@pytest.mark.parametrize(
    ("name", "given", "timeout"),
    [
        ("dropped at random points", {"chances": DROPS, "cuts": 0.1}, "5"),
        ("answers 421 and 451", {"chances": BUSY}, "5"),
        ("hangs", {"chances": HANGS}, "1"),
    ],
)
@pytest.mark.parametrize("count", [1, 2] if WHOLE else [2])
def test_a_server_in_trouble(
    app: Flask,
    database_url: str,
    tmp_path: Path,
    name: str,
    given: dict[str, object],
    timeout: str,
    count: int,
) -> None:
    with (
        rough_office(**given) as office,
        workers(database_url, office.port, tmp_path, mail_timeout=timeout) as start,
    ):
        post(*(letter(n) for n in range(LETTERS)))
        for _ in range(count):
            start()
        until(app, LETTERS)
        assert office.faults
        check(f"{name}, {count} worker{'s' * (count - 1)}", app, office)


def test_one_recipient_in_ten_is_refused_for_good(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    refused = {f"mihon{n}@example.com": "550 5.1.1 No such user" for n in range(0, LETTERS, 10)}
    with (
        rough_office(refused=refused) as office,
        workers(database_url, office.port, tmp_path, mail_timeout="5") as start,
    ):
        post(*(letter(n) for n in range(LETTERS)))
        start()
        until(app, LETTERS)
        office.faults = len(refused)
        check("refuses one in ten for good", app, office, refused=len(refused))
    failed = [one for one in rows(app) if one.state == "failed"]
    assert {one.to_address for one in failed} == set(refused)
    assert {(one.reason, one.attempts) for one in failed} == {("address_unknown", 1)}


@pytest.mark.parametrize("others", [0, 1] if WHOLE else [0])
def test_a_worker_killed_again_and_again(
    app: Flask, database_url: str, tmp_path: Path, others: int
) -> None:
    """Elsewhere 40 of 1,000 arrived, and the history said sent."""
    with (
        rough_office(seconds_a_letter=0.01) as office,
        workers(database_url, office.port, tmp_path, mail_timeout="1") as start,
    ):
        post(*(letter(n) for n in range(LETTERS)))
        for _ in range(others):
            start()
        for kill in range(1, KILLS + 1):
            victim = start()
            goal = kill * LETTERS // (KILLS + 2)
            _wait_for_letters(office, goal)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            accepted = sum(one.state == "accepted" for one in rows(app))
            assert accepted <= len(office.letters), "nothing is said to be sent that was not"
            if not others:
                assert accepted >= len({t.to for t in office.letters}) - AHEAD - 1
                hurry(app, leases=True)
        start()
        until(app, LETTERS)
        also = f", {others} other" if others else ""
        check(f"worker killed {KILLS} times{also}", app, office, kills=KILLS)


def _wait_for_letters(office: RoughOffice, goal: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(office.letters) < goal:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_database_locked_for_a_while(app: Flask, database_url: str, tmp_path: Path) -> None:
    """Longer than the lock timeout, several times."""
    with (
        rough_office() as office,
        workers(database_url, office.port, tmp_path, mail_timeout="5") as start,
    ):
        post(*(letter(n) for n in range(LETTERS)))
        start()
        for part in (1, 2, 3):
            _wait_for_letters(office, part * LETTERS // 5)
            _lock_for(2)
            office.faults += 1
        until(app, LETTERS, hurrying=False)
        check("database locked", app, office)


def _lock_for(seconds: float) -> None:
    with db.engine.connect().execution_options(writer=True) as connection:
        if db.engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE outbox_letter IN ACCESS EXCLUSIVE MODE"))
        else:
            connection.execute(text("SELECT 1"))  # begins, as the one writer
        time.sleep(seconds)
        connection.rollback()


def test_a_clock_that_jumps(
    app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hours ahead and back while letters go."""
    offset = tmp_path / "jump"
    offset.write_text("0")
    monkeypatch.setenv("TSUDOI_JUMP", str(offset))
    module = "tests.faults.jumping"
    with (
        rough_office(seconds_a_letter=0.005) as office,
        workers(database_url, office.port, tmp_path, module, mail_timeout="5") as start,
    ):
        post(*(letter(n) for n in range(LETTERS)))
        start()
        jumps = (7200, 60, 86400, -3600, 30, -86400, 0)
        for at, (before, seconds) in enumerate(pairwise((0, *jumps))):
            if before >= 0:  # by an earlier clock nothing is due yet
                _wait_for_letters(office, at * LETTERS // (len(jumps) + 1))
            _set(offset, seconds)
            office.faults += 1
            time.sleep(0.3)
        until(app, LETTERS, hurrying=False)
        check("clock jumps by hours and days", app, office)


def _set(offset: Path, seconds: int) -> None:
    new = offset.with_suffix(".new")
    new.write_text(str(seconds))
    new.replace(offset)
