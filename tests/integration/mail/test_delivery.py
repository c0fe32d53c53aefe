"""Letters against a real SMTP server: what is accepted, refused, tried again, put back."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.base.clock import now
from app.base.errors import Busy
from app.db import db, transaction
from app.db.dialect import skips_locked
from app.mail import claims, delivery
from app.mail.delivery import deliver_due
from app.mail.models import OutboxLetter
from app.mail.setup import make_transport
from app.mail.stop import Stop
from tests.conftest import MakeApp
from tests.factories import make_event, make_signups
from tests.integration.mail.posting import letter, make_due, paused, post, row, rows, send
from tests.integration.mail.postoffice import DROP, HANG, PostOffice, post_office, raw_server


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def mailing(make_app: MakeApp, office: PostOffice) -> Iterator[Flask]:
    app = make_app(mail_port=office.port, mail_timeout=0.6)
    with app.app_context():
        yield app


def test_accepted(mailing: Flask, office: PostOffice) -> None:
    post(letter())
    assert send(mailing) == 1
    kept = row(mailing)
    assert (kept.state, kept.attempts, kept.reason, kept.holder) == ("accepted", 1, "", "")
    assert kept.reply == "250 2.0.0 OK"
    assert kept.accepted_at is not None
    assert [taken.to for taken in office.letters] == ["mihon1@example.com"]
    assert send(mailing) == 0, "once is enough"


def test_many_letters_go_through_one_connection(mailing: Flask, office: PostOffice) -> None:
    post(*(letter(n) for n in range(25)))
    transport = make_transport()
    while deliver_due("worker", Stop(), transport):
        pass
    transport.close()
    assert len(office.letters) == 25
    assert office.connections == 1


def test_urgent_letters_go_first_then_the_oldest(mailing: Flask, office: PostOffice) -> None:
    post(letter(1, priority=10), letter(2, priority=10), letter(3, priority=0))
    send(mailing)
    assert [taken.to[5] for taken in office.letters] == ["3", "1", "2"]


def test_a_letter_without_an_address_is_never_sent(mailing: Flask, office: PostOffice) -> None:
    post(letter(to_address=""))
    assert send(mailing) == 0
    assert row(mailing).state == "by_hand"
    assert office.connections == 0


def test_4xx_is_tried_again_when_its_wait_is_over(mailing: Flask, office: PostOffice) -> None:
    office.on("rcpt", "450 4.2.1 Greylisted", "451 4.3.0 Try later")
    post(letter())
    send(mailing)
    first = row(mailing)
    assert (first.state, first.reason, first.attempts) == ("retrying", "server_busy", 1)
    assert first.reply == "450 4.2.1 Greylisted"
    assert timedelta(seconds=40) < first.due_at - now() <= timedelta(seconds=60)
    assert send(mailing) == 0, "the stored time is kept (not ten tries in a minute)"
    make_due(mailing)
    send(mailing)
    second = row(mailing)
    assert timedelta(seconds=85) < second.due_at - now() <= timedelta(seconds=120), "growing"
    make_due(mailing)
    send(mailing)
    assert (row(mailing).state, row(mailing).attempts) == ("accepted", 3)


@pytest.mark.parametrize(
    ("command", "reply", "reason"),
    [
        ("rcpt", "550 5.1.1 No such user", "address_unknown"),
        ("rcpt", "550 Unknown user", "address_unknown"),
        ("rcpt", "552 5.2.2 Mailbox full", "mailbox_full"),
        ("rcpt", "554 5.7.1 Not wanted", "refused"),
        ("data", "552 5.3.4 Too big", "too_large"),
        ("data", "554 5.6.0 Looks like spam", "refused"),
    ],
)
def test_5xx_to_the_letter_is_final(
    mailing: Flask, office: PostOffice, command: str, reply: str, reason: str
) -> None:
    office.on(command, reply)
    post(letter(1), letter(2))
    send(mailing)
    refused, accepted = rows(mailing)
    assert (refused.state, refused.reason, refused.reply) == ("failed", reason, reply)
    assert accepted.state == "accepted", "the next goes on, through the same connection"
    assert office.connections == 1
    make_due(mailing)
    assert send(mailing) == 0


def test_two_days_of_trying_end(mailing: Flask, office: PostOffice) -> None:
    post(letter())
    for _ in range(40):
        office.on("rcpt", "451 4.3.0 Never")
        send(mailing)
        if row(mailing).state == "failed":
            break
        make_due(mailing)
    kept = row(mailing)
    assert (kept.state, kept.reason, kept.reply) == ("failed", "gave_up", "451 4.3.0 Never")
    assert 15 < kept.attempts < 25


@pytest.mark.parametrize(
    ("reply", "reason"),
    [("550 5.7.1 Not your sender", "sender_refused"), ("530 5.7.0 Log in first", "login_refused")],
)
def test_5xx_to_mail_from_pauses_the_queue(
    mailing: Flask, office: PostOffice, reply: str, reason: str
) -> None:
    office.on("mail", reply, reply)
    post(*(letter(n) for n in range(5)))
    send(mailing)
    assert {(kept.state, kept.attempts) for kept in rows(mailing)} == {("queued", 0)}
    assert paused(mailing) == reason
    assert send(mailing) == 0, "paused for a minute"
    make_due(mailing)
    assert send(mailing) == 1, "one letter goes as a trial"
    assert paused(mailing) == reason
    make_due(mailing)
    assert send(mailing) == 1
    assert paused(mailing) == "", "mended: it goes on by itself"
    while send(mailing):
        pass
    assert {(kept.state, kept.attempts) for kept in rows(mailing)} == {("accepted", 1)}


def test_a_wrong_password_pauses_and_the_right_one_sends(make_app: MakeApp) -> None:
    with post_office(password="right") as office:
        given = {"mail_port": office.port, "mail_username": "mihon", "mail_timeout": 1}
        wrong = make_app(**given, mail_password="wrong")
        with wrong.app_context():
            post(letter())
            send(wrong)
            assert paused(wrong) == "login_refused"
            db.session.remove()
        assert (row(wrong).state, row(wrong).attempts) == ("queued", 0)
        right = make_app(**given, mail_password="right")
        make_due(right)
        send(right)
        assert row(right).state == "accepted"
        assert len(office.letters) == 1


def test_a_server_without_starttls_pauses(make_app: MakeApp, office: PostOffice) -> None:
    app = make_app(mail_port=office.port, mail_starttls=True)
    with app.app_context():
        post(letter())
        send(app)
        assert paused(app) == "no_starttls"
    assert office.letters == []


def test_implicit_tls_to_a_plain_server_pauses(make_app: MakeApp) -> None:
    with raw_server(b"220 plain\r\n") as port:
        app = make_app(mail_port=port, mail_tls=True, mail_timeout=2)
        with app.app_context():
            post(letter())
            send(app)
            assert paused(app) == "tls"


def test_no_mail_server_pauses(make_app: MakeApp) -> None:
    app = make_app(mail_server="")
    with app.app_context():
        post(letter())
        send(app)
        assert paused(app) == "no_server"
        assert row(app).attempts == 0


@pytest.mark.parametrize(
    ("greeting", "reason", "tries"),
    [
        (b"554 5.7.1 Go away\r\n", "server_refuses_us", 0),
        (b"421 4.3.2 Not now\r\n", "server_busy", 1),
        (b"", "timeout", 1),
    ],
)
def test_trouble_before_any_letter_is_named_stops_the_batch(
    make_app: MakeApp, greeting: bytes, reason: str, tries: int
) -> None:
    with raw_server(greeting) as port:
        app = make_app(mail_port=port, mail_timeout=0.5)
        with app.app_context():
            post(*(letter(n) for n in range(5)))
            began = time.monotonic()
            send(app)
            assert time.monotonic() - began < 3, "one wait, not five"
            assert paused(app) == reason
    assert sum(kept.attempts for kept in rows(app)) == tries


def test_nobody_listens(make_app: MakeApp) -> None:
    with raw_server(b"") as port:
        pass
    app = make_app(mail_port=port, mail_timeout=1)
    with app.app_context():
        post(letter(1), letter(2))
        send(app)
        first, second = rows(app)
        assert (first.state, first.reason) == ("retrying", "unreachable")
        assert (second.state, second.attempts) == ("queued", 0)
        assert paused(app) == "unreachable"


def test_a_server_that_drips_is_broken_off(make_app: MakeApp) -> None:
    with raw_server(b"", drip=True) as port:
        app = make_app(mail_port=port, mail_timeout=0.5)
        with app.app_context():
            post(letter())
            began = time.monotonic()
            send(app)
            assert time.monotonic() - began < 3, "each byte begins the socket's limit anew"
            assert (row(app).state, row(app).reason) == ("retrying", "timeout")


@pytest.mark.parametrize("command", ["mail", "rcpt", "data"])
def test_a_hanging_server_is_left_and_tried_again(
    mailing: Flask, office: PostOffice, command: str
) -> None:
    office.on(command, HANG)
    post(letter())
    began = time.monotonic()
    send(mailing)
    assert time.monotonic() - began < 3
    assert (row(mailing).state, row(mailing).reason) == ("retrying", "timeout")
    make_due(mailing)
    send(mailing)
    assert row(mailing).state == "accepted"


@pytest.mark.parametrize("command", ["rcpt", "data"])
def test_a_dropped_connection_is_tried_again_with_the_same_id(
    mailing: Flask, office: PostOffice, command: str
) -> None:
    """After the end of DATA nobody can know: better twice, and recognisable, than never."""
    office.on(command, DROP)
    post(letter(1), letter(2))
    send(mailing)
    first, second = rows(mailing)
    assert (first.state, first.reason) == ("retrying", "connection_lost")
    assert second.state == "accepted", "over a new connection"
    make_due(mailing)
    send(mailing)
    assert rows(mailing)[0].state == "accepted"
    ids = [taken.id for taken in office.letters if taken.to == "mihon1@example.com"]
    assert len(ids) == (2 if command == "data" else 1)
    assert len(set(ids)) == 1


def test_a_server_that_ends_a_used_connection_costs_no_try(
    mailing: Flask, office: PostOffice
) -> None:
    office.on("mail", "250 2.1.0 OK", "421 4.7.0 Enough for one connection")
    office.script["mail"][0] = "250 2.0.0 OK"
    post(letter(1), letter(2))
    send(mailing)
    assert [(kept.state, kept.attempts) for kept in rows(mailing)] == [("accepted", 1)] * 2
    assert office.connections == 2


def test_the_message_id_stays_over_tries(mailing: Flask, office: PostOffice) -> None:
    office.on("data", "451 4.3.0 Later", DROP)
    post(letter())
    for _ in range(3):
        send(mailing)
        make_due(mailing)
    assert row(mailing).attempts == 3
    assert len(office.letters) == 2
    assert len({taken.id for taken in office.letters}) == 1


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
    assert not claims.mark_failed(taken[0].id, "dead", "refused", ""), "it woke up too late"
    assert {kept.state for kept in rows(mailing)} == {"accepted"}


def test_a_letter_suppressed_meanwhile_stays_so(mailing: Flask) -> None:
    post(letter())
    (taken,) = claims.claim("worker", now(), timedelta(minutes=1), 10)
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="suppressed"))
    assert not claims.mark_accepted(taken.id, "worker", "", now())
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
    if not skips_locked(db.engine):
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


def test_broken_off_to_stop_costs_no_try(make_app: MakeApp, office: PostOffice) -> None:
    app = make_app(mail_port=office.port, mail_timeout=20)
    with app.app_context():
        post(letter(1), letter(2))
        transport, stop = make_transport(), Stop()
        office.on("data", HANG)

        def hurry(command: str) -> None:
            if command == "data":
                stop.ask()
                threading.Timer(0.1, transport.abort).start()

        office.before_answer = hurry
        began = time.monotonic()
        deliver_due("worker", stop, transport)
        transport.close()
        assert time.monotonic() - began < 5
    assert [(kept.state, kept.attempts) for kept in rows(app)] == [("queued", 0)] * 2
    assert paused(app) == ""


def test_slow_letters_are_put_back_before_the_lease_ends(
    mailing: Flask, office: PostOffice
) -> None:
    """Lease 2 x 1.2 s + 5 s, letter 1.2 s: no letter is begun that could outlive the lease."""
    office.on("rcpt", *[HANG] * 20)
    post(*(letter(n) for n in range(14)))
    began = time.monotonic()
    assert send(mailing) == 10
    assert time.monotonic() - began < 7.4
    assert len(office.tries) < 12
    assert not [kept for kept in rows(mailing) if kept.state == "sending"]


@pytest.mark.parametrize(
    "address", ["a b@example.com", "x\r\nBcc: y@example.com", "日本@example.com"]
)
def test_a_broken_address_fails_alone(mailing: Flask, office: PostOffice, address: str) -> None:
    post(letter(1, to_address=address), letter(2))
    send(mailing)
    broken, good = rows(mailing)
    assert (broken.state, broken.reason, good.state) == ("failed", "address_broken", "accepted")


@pytest.mark.parametrize("address", ["a..b@docomo.ne.jp", "a.@docomo.ne.jp", ".a@ezweb.ne.jp"])
def test_old_carrier_addresses_are_tried(
    mailing: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    post(letter(1, to_address=address))
    monkeypatch.setattr("aiosmtpd.smtp.SMTP._getaddr", lambda _s, arg: (arg.strip("<>"), ""))
    send(mailing)
    assert office.tries == [address]


def test_a_letter_that_cannot_be_made_stands_in_nobodys_way(
    mailing: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = delivery.build

    def stumble(letter: object, settings: object) -> object:
        if letter.key == "test:1":
            raise ZeroDivisionError
        return make(letter, settings)

    monkeypatch.setattr(delivery, "build", stumble)
    post(letter(1), letter(2))
    send(mailing)
    bad, good = rows(mailing)
    assert (bad.state, bad.reason, good.state) == ("retrying", "internal", "accepted")


def test_a_database_that_is_away_when_a_letter_is_marked(
    mailing: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, failures = claims.mark_accepted, [Busy("database"), Busy("database")]

    def sometimes(*args: object) -> bool:
        if failures:
            raise failures.pop()
        return mark(*args)

    monkeypatch.setattr(claims, "mark_accepted", sometimes)
    post(letter())
    send(mailing)
    assert (row(mailing).state, row(mailing).attempts) == ("accepted", 1)
    assert len(office.letters) == 1


def test_logs_hold_no_personal_data(
    mailing: Flask, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="app")
    office.on("rcpt", "550 5.1.1 <mihon1@example.com> unknown", "451 4.1.1 <mihon2@example.com>")
    post(letter(1), letter(2))
    send(mailing)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("app")]
    assert len(told) == 2
    assert not [text for text in told if "@" in text or "見本" in text]


def test_what_travels(mailing: Flask, office: PostOffice) -> None:
    post(letter(1), letter(2, locale="en"))
    send(mailing)
    ja, en = (taken.message for taken in office.letters)
    assert str(ja["From"]) == "WNJ 事務局 <tsudoi@example.com>"
    assert str(en["From"]) == "WNJ office <tsudoi@example.com>"
    assert str(ja["To"]) == "見本 1 <mihon1@example.com>"
    assert str(ja["Subject"]) == "お知らせ 1"
    assert ja["Auto-Submitted"] == "auto-generated"
    assert (ja["Content-Language"], en["Content-Language"]) == ("ja", "en")
    assert ja["Reply-To"] == "tsudoi@example.com"
    assert ja.get_content().strip() == "見本 1 様"
