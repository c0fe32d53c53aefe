"""Returned letters in the shapes of several mail systems are read; all else is left alone."""

from collections.abc import Callable

import pytest

from app.mail.bounces.facts import Mark
from app.mail.bounces.reading import MOST_FAILURES, key_of, read
from tests import returned

MARK = Mark(letter_id=7, digest="0123456789abcdef")


@pytest.mark.parametrize(
    ("make", "weight", "reason"),
    [
        (returned.postfix, "hard", "returned_unknown"),
        (returned.exchange, "hard", "returned_unknown"),
        (returned.gmail, "hard", "returned_unknown"),
        (returned.qmail, "hard", "returned_unknown"),
        (returned.docomo, "hard", "returned_unknown"),
        (returned.au, "hard", "returned_unknown"),
        (returned.softbank, "soft", "returned_full"),
    ],
)
def test_each_shape_names_recipient_and_letter(
    make: Callable[[], bytes], weight: str, reason: str
) -> None:
    bounce = read(make()).bounce
    assert bounce is not None
    assert bounce.marks == (MARK,)
    found = {one.address: (one.weight, one.reason) for one in bounce.failures}
    assert found[returned.TO] == (weight, reason)


@pytest.mark.parametrize("make", [returned.holiday, returned.reply, returned.receipt])
def test_what_people_and_their_programs_answer_is_no_bounce(make: Callable[[], bytes]) -> None:
    reading = read(make())
    assert reading.bounce is None
    assert reading.answers == ()


def test_a_report_that_a_letter_arrived_is_no_bounce() -> None:
    assert read(returned.postfix(action="delivered", status="2.0.0", said="250 ok")).bounce is None


def test_the_reply_is_kept_on_one_line() -> None:
    bounce = read(returned.gmail()).bounce
    assert bounce is not None
    (failure,) = bounce.failures
    assert failure.reply.startswith("smtp; 550-5.1.1 The email account")
    assert "\n" not in failure.reply


def test_many_recipients_are_cut_short() -> None:
    fields = "\n".join(
        f"Final-Recipient: rfc822; mihon{n}@example.org\nAction: failed\nStatus: 5.1.1\n"
        for n in range(100)
    )
    raw = (
        "From: MAILER-DAEMON@example.net\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n{fields}\n--b--\n"
    )
    bounce = read(raw.encode()).bounce
    assert bounce is not None
    assert len(bounce.failures) == MOST_FAILURES


def test_the_key_is_the_messages_own_or_its_digest() -> None:
    assert read(returned.postfix()).key == "<postfix@mx.example.net>"
    raw = b"Subject: no id\n\nhello\n"
    assert read(raw).key == key_of(raw)
    long = b"Message-ID: <" + b"a" * 2000 + b"@example.org>\n\nhello\n"
    assert read(long).key == key_of(long)


def test_a_letter_id_in_another_charset_is_found() -> None:
    text = f"Unknown user {returned.TO} 550\n{returned.OURS}\n宛先不明"
    raw = (
        b"From: MAILER-DAEMON@example.net\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
        + text.encode("iso-2022-jp")
    )
    bounce = read(raw).bounce
    assert bounce is not None
    assert bounce.marks == (MARK,)


@pytest.mark.parametrize("partstat", ["DECLINED", "ACCEPTED", "TENTATIVE"])
def test_a_calendars_answer(partstat: str) -> None:
    (answer,) = read(returned.calendar(partstat=partstat)).answers
    assert (answer.registration_id, answer.event_id) == (7, 3)
    assert answer.uid == "registration-7-event-3-1@example.com"
    assert (answer.attendee, answer.partstat) == (returned.TO, partstat.lower())


def test_other_calendar_objects_are_left_alone() -> None:
    assert read(returned.calendar(method="REQUEST")).answers == ()
    assert read(returned.calendar(partstat="NEEDS-ACTION")).answers == ()
    foreign = returned.calendar().replace(b"UID:registration-7", b"UID:party-7")
    assert read(foreign).answers == ()


def test_a_calendar_that_is_none() -> None:
    broken = returned.calendar().replace(b"BEGIN:VEVENT", b"BEGIN:")
    assert read(broken).answers == ()
