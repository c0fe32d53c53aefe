"""Ceilings per minute and per hour: kept exactly, by several workers, urgent letters first."""

import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.base.clock import now
from app.db import transaction
from app.mail import claims
from app.mail.models import OutboxLetter
from app.mail.queries import queue_state
from tests.conftest import MakeApp
from tests.integration.mail.posting import letter, paused, post, rows, send
from tests.integration.mail.postoffice import PostOffice

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def limited(make_app: MakeApp, office: PostOffice, **settings: int) -> Flask:
    return make_app(mail_port=office.port, mail_timeout=5, **settings)


def send_all(app: Flask, holder: str = "worker") -> int:
    return sum(iter(lambda: send(app, holder), 0))


def age(app: Flask, by: timedelta) -> None:
    """Let time pass for what was accepted."""
    with app.app_context():
        kept = {one.id: one.accepted_at for one in rows(app) if one.accepted_at}
        with transaction() as session:
            for letter_id, at in kept.items():
                statement = update(OutboxLetter).where(OutboxLetter.id == letter_id)
                session.execute(statement.values(accepted_at=at - by))


@pytest.mark.parametrize(
    ("settings", "span"), [({"mail_per_minute": 7}, MINUTE), ({"mail_per_hour": 7}, HOUR)]
)
def test_no_more_go_than_the_ceiling(
    make_app: MakeApp, office: PostOffice, settings: dict[str, int], span: timedelta
) -> None:
    app = limited(make_app, office, **settings)
    with app.app_context():
        post(*(letter(n) for n in range(20)))
        assert send_all(app) == 7
        assert {kept.attempts for kept in rows(app) if kept.state == "queued"} == {0}
        age(app, span - timedelta(seconds=20))
        assert send_all(app) == 0
        age(app, timedelta(seconds=21))
        assert send_all(app) == 7
        assert len(office.letters) == 14


def test_both_ceilings_hold(make_app: MakeApp, office: PostOffice) -> None:
    app = limited(make_app, office, mail_per_minute=4, mail_per_hour=6)
    with app.app_context():
        post(*(letter(n) for n in range(20)))
        assert send_all(app) == 4
        age(app, 2 * MINUTE)
        assert send_all(app) == 2


def test_what_is_being_sent_counts_until_its_lease_ends(
    make_app: MakeApp, office: PostOffice
) -> None:
    app = limited(make_app, office, mail_per_minute=5)
    with app.app_context():
        post(*(letter(n) for n in range(20)))
        assert len(claims.claim("other", now(), HOUR, 3)) == 3
        assert send_all(app) == 2
        later = now() + 2 * HOUR
        assert len(claims.claim("next", later, HOUR, 50)) == 5, "a dead worker's are taken over"


def test_a_campaign_leaves_room_for_what_somebody_waits_for(
    make_app: MakeApp, office: PostOffice
) -> None:
    app = limited(make_app, office, mail_per_hour=20)
    with app.app_context():
        post(*(letter(n, priority=10) for n in range(30)))
        assert send_all(app) == 18, "one in ten is kept free"
        post(letter(90), letter(91), letter(92))
        assert send_all(app) == 2
        assert {taken.to for taken in office.letters[18:]} == {
            "mihon90@example.com",
            "mihon91@example.com",
        }
        age(app, HOUR)
        send_all(app)
        assert office.letters[20].to == "mihon92@example.com", "confirmations go first"


def test_several_workers_together_keep_it(make_app: MakeApp, office: PostOffice) -> None:
    app = limited(make_app, office, mail_per_minute=23)
    with app.app_context():
        post(*(letter(n) for n in range(60)))
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for _ in range(6):
                send(app, name)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(office.letters) == 23


def test_the_office_is_told_calmly_when_it_goes_on(make_app: MakeApp, office: PostOffice) -> None:
    app = limited(make_app, office, mail_per_minute=3)
    assert goes_on_at(app) is None
    with app.app_context():
        post(*(letter(n) for n in range(5)))
    assert goes_on_at(app) is None, "there is room"
    send_all(app)
    first = min(kept.accepted_at for kept in rows(app) if kept.accepted_at)
    assert goes_on_at(app) == first + MINUTE
    assert paused(app) == "", "no fault"
    assert goes_on_at(app, first + MINUTE) is None
    age(app, MINUTE)
    send_all(app)
    assert goes_on_at(app) is None, "nothing waits"


def goes_on_at(app: Flask, moment: datetime | None = None) -> datetime | None:
    with app.app_context():
        return queue_state(moment).goes_on_at
