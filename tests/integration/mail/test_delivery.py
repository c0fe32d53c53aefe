"""Letters against a real SMTP server: what is accepted, refused, tried again."""

import logging
from datetime import timedelta

import pytest
from flask import Flask

from app.base.clock import now
from app.mail import delivery
from app.mail.delivery import deliver_due
from app.mail.setup import make_transport
from app.mail.stop import Stop
from tests.integration.mail.posting import letter, make_due, post, row, rows, send
from tests.integration.mail.postoffice import DROP, PostOffice


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
        ("mail", "552 5.3.4 Message size exceeds limit", "too_large"),
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


def test_the_message_id_stays_over_tries(mailing: Flask, office: PostOffice) -> None:
    office.on("data", "451 4.3.0 Later", DROP)
    post(letter())
    for _ in range(3):
        send(mailing)
        make_due(mailing)
    assert row(mailing).attempts == 3
    assert len(office.letters) == 2
    assert len({taken.id for taken in office.letters}) == 1


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
