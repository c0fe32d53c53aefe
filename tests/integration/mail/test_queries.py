"""What the office reads about letters."""

from datetime import timedelta

from flask import Flask

from app.auth.models import Account
from app.base.clock import now
from app.db import db, transaction
from app.mail import claims, pauses, queries
from app.mail.stop import Stop
from app.mail.ticks import TickJob, Ticks
from app.reminders.models import Campaign
from tests.factories import make_event, make_signups
from tests.integration.mail.posting import letter, post


def make_campaign(event_id: int) -> int:
    with transaction() as session:
        account = Account(
            email="office@example.com", password="", fs_uniquifier="x", created_at=now()
        )
        session.add(account)
        session.flush()
        campaign = Campaign(
            event_id=event_id, subject="s", body="b", created_at=now(), created_by=account.id
        )
        session.add(campaign)
        session.flush()
        return campaign.id


def test_letters_of_a_campaign(app: Flask) -> None:
    event = make_event()
    campaign, people = make_campaign(event), make_signups(event, 3)
    post(
        *(letter(n, registration_id=r, campaign_id=campaign) for n, r in enumerate(people)),
        letter(8, to_address="", campaign_id=campaign),
        letter(9),
    )
    first = claims.claim("w", now(), timedelta(minutes=1), 1)[0]
    claims.mark_failed(first.id, "w", "address_unknown", "550 5.1.1 no")
    counts = queries.counts_by_state(campaign)
    assert counts == {
        **dict.fromkeys(("sending", "retrying", "accepted", "suppressed"), 0),
        "queued": 2,
        "failed": 1,
        "by_hand": 1,
    }
    every = queries.letters_of_campaign(campaign)
    assert [view.state for view in every] == ["failed", "queued", "queued", "by_hand"]
    page = queries.letters_of_campaign(campaign, after_id=every[0].id, limit=2)
    assert page == every[1:3]
    (failed,) = queries.letters_of_campaign(campaign, ["failed"])
    assert (failed.reason, failed.reply) == ("address_unknown", "550 5.1.1 no")
    assert (failed.name, failed.address) == ("見本 0", "mihon0@example.com")


def test_letters_of_registrations(app: Flask) -> None:
    one, two, none = make_signups(make_event(), 3)
    post(
        letter(1, registration_id=one),
        letter(2, registration_id=one),
        letter(3, registration_id=two),
    )
    latest = queries.letters_of_registrations([one, two, none, 999])
    assert {r: view.subject for r, view in latest.items()} == {one: "お知らせ 2", two: "お知らせ 3"}
    assert queries.letters_of_registrations([]) == {}
    assert len(queries.letters_of_registrations(range(1, 2000))) == 2
    assert [view.subject for view in queries.find_letters(one)] == ["お知らせ 1", "お知らせ 2"]


def test_the_office_hears_that_no_worker_runs(app: Flask) -> None:
    never = queries.queue_state()
    assert (never.silent, never.last_seen, never.paused_reason) == (True, None, "")
    pauses.note_alive(now())
    db.session.remove()
    assert not queries.queue_state().silent
    assert not queries.queue_state(now() + timedelta(minutes=4)).silent
    assert queries.queue_state(now() + timedelta(minutes=6)).silent
    assert list(queries.last_runs()) == ["letters"]


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
    assert queries.last_runs()["duty"] is not None


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
    assert queries.last_runs()["bad"] is None
