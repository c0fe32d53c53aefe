"""Mail servers that hang, drop, or do not fit the settings: no letter is lost, few tries used."""

import threading
import time
from datetime import timedelta

import pytest
from flask import Flask

from app.base.clock import now
from app.db import db
from app.mail import pauses
from app.mail.delivery import deliver_due
from app.mail.setup import make_transport
from app.mail.stop import Stop
from tests.conftest import MakeApp
from tests.integration.mail.posting import letter, make_due, paused, post, row, rows, send
from tests.integration.mail.postoffice import DROP, HANG, PostOffice, post_office, raw_server


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


def test_a_pause_set_by_a_wrong_clock_does_not_last(mailing: Flask, office: PostOffice) -> None:
    post(letter())
    pauses.pause("timeout", now() + timedelta(days=1), timedelta(seconds=15))
    db.session.close()
    assert send(mailing) == 1
    assert row(mailing).state == "accepted"


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
    """Lease 2 x 1.2 s + 5 s, letter 1.2 s: none is begun after 5 s, none outlives the lease."""
    office.on("rcpt", *[HANG] * 20)
    post(*(letter(n) for n in range(14)))
    began = time.monotonic()
    assert send(mailing) == 14
    assert time.monotonic() - began < 7.4
    assert len(office.tries) < 12
    assert not [kept for kept in rows(mailing) if kept.state == "sending"]
