"""What follows when letters come back: addresses marked, letters told by hand, once, and undone."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.base.clock import now
from app.base.errors import Busy
from app.db import db, transaction
from app.mail import claims, outbox
from app.mail.bounces import queries, service
from app.mail.bounces.models import CalendarReply, MailAddress
from app.mail.marks import digest_of
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.registration.returned.service import lift_mark, settle_answer
from tests import returned
from tests.entries import cancel, person, sign_up, signup_of
from tests.factories import make_event
from tests.integration.mail.posting import letter, post, rows
from tests.office import actions, make_account

TO = "mihon1@example.com"


def sent(app: Flask, n: int = 1) -> str:
    """Post and accept a letter; return its Message-ID."""
    post(letter(n))
    with transaction() as session:
        session.execute(
            update(OutboxLetter)
            .where(OutboxLetter.key == f"test:{n}")
            .values(state="accepted", accepted_at=now())
        )
    row = next(one for one in rows(app) if one.key == f"test:{n}")
    return f"<letter-{row.id}-{digest_of(row)}@example.com>"


def addresses() -> list[tuple[str, str, str, int]]:
    db.session.remove()
    query = select(
        MailAddress.address_key, MailAddress.state, MailAddress.reason, MailAddress.soft_count
    )
    return [tuple(row) for row in db.session.execute(query.order_by(MailAddress.id))]


def states(app: Flask) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in rows(app)]


def test_a_hard_bounce_marks_the_address_and_hands_its_letters_to_a_person(app: Flask) -> None:
    ours = sent(app)
    post(letter(2, to_address=TO), letter(3, to_address="MIHON1@example.com"), letter(4))
    assert service.take_in(returned.postfix(ours, TO)).kind == "bounce"
    assert addresses() == [(TO, "marked", "returned_unknown", 0)]
    assert states(app) == [
        ("by_hand", "returned_unknown"),
        ("by_hand", "address_marked"),
        ("by_hand", "address_marked"),
        ("queued", ""),
    ]
    assert rows(app)[0].reply.startswith("smtp; 550 5.1.1")


def test_no_letter_is_queued_for_a_marked_address(app: Flask) -> None:
    service.take_in(returned.postfix(sent(app), TO))
    post(letter(2, to_address="Mihon1@Example.com"), letter(3))
    with transaction() as session:
        outbox.post(session, letter(4, to_address=TO), now())
        outbox.post(session, letter(5), now())
    assert states(app)[1:] == [
        ("by_hand", "address_marked"),
        ("queued", ""),
        ("by_hand", "address_marked"),
        ("queued", ""),
    ]


def test_read_again_nothing_happens_again(app: Flask) -> None:
    raw = returned.postfix(sent(app), TO, status="4.2.2", said="452 full")
    first, again = service.take_in(raw), service.take_in(raw)
    assert (first.kind, first.again) == ("bounce", False)
    assert (again.kind, again.again) == ("bounce", True)
    assert addresses() == [(TO, "good", "", 1)]


def test_soft_bounces_only_count(app: Flask) -> None:
    ours = sent(app)
    full = returned.postfix(ours, TO, status="5.2.2", said="552 5.2.2 mailbox full", key="1@a")
    later = returned.postfix(
        ours, TO, status="4.4.1", said="timed out", action="delayed", key="2@a"
    )
    service.take_in(later)
    assert states(app) == [("accepted", "")], "it may still arrive"
    service.take_in(full)
    assert addresses() == [(TO, "good", "", 2)]
    assert states(app) == [("failed", "returned_full")]
    (line,) = queries.list_soft()
    assert (line.soft_count, line.soft_reason) == (2, "returned_full")
    assert line.last_soft_at is not None
    post(letter(2, to_address=TO))
    assert states(app)[1] == ("queued", "")


def test_a_report_about_our_own_dns_marks_nobody(app: Flask) -> None:
    refused = returned.postfix(sent(app), TO, status="5.7.26", said="550 5.7.26 no SPF")
    assert service.take_in(refused).kind == "bounce"
    assert addresses() == [(TO, "good", "", 1)]
    assert states(app) == [("failed", "returned_refused")]


@pytest.mark.parametrize(
    "forge",
    [
        lambda ours: (ours, "office@example.com"),  # another recipient than the letter's
        lambda ours: (ours.replace("-1-", "-2-"), TO),  # a letter that there is not
        lambda _ours: ("<letter-1-0123456789abcdef@example.com>", TO),  # a guessed Message-ID
        lambda _ours: ("<anything@example.com>", TO),  # no letter of ours
    ],
)
def test_a_forged_report_marks_nothing(app: Flask, forge: Callable[[str], tuple[str, str]]) -> None:
    ours = sent(app)
    assert service.take_in(returned.postfix(*forge(ours))).kind == "other"
    assert addresses() == []
    assert states(app) == [("accepted", "")]


@pytest.mark.parametrize("make", [returned.holiday, returned.reply, returned.receipt])
def test_answers_of_people_mark_nothing(app: Flask, make: Callable[[str, str], bytes]) -> None:
    assert service.take_in(make(sent(app), TO)).kind == "other"
    assert addresses() == []


@pytest.mark.parametrize(
    "make", [returned.exchange, returned.gmail, returned.qmail, returned.docomo, returned.au]
)
def test_every_shape_marks(app: Flask, make: Callable[[str, str], bytes]) -> None:
    assert service.take_in(make(sent(app), TO)).kind == "bounce"
    assert [one[1] for one in addresses()] == ["marked"]


def test_a_bad_message_stops_nothing(app: Flask) -> None:
    with patch("app.mail.bounces.service.read", side_effect=RecursionError):
        assert service.take_in(b"From: a\n\nwhatever").kind == "broken"
    assert service.take_in(b"x" * (service.LARGEST + 1)).kind == "broken"
    assert service.take_in(b"").kind == "other"
    assert service.take_in(returned.postfix(sent(app), TO)).kind == "bounce"


def test_nothing_is_half_done_when_the_database_is_away(app: Flask) -> None:
    raw = returned.postfix(sent(app), TO)
    with (
        patch("app.mail.bounces.service._came_back", side_effect=Busy("database")),
        pytest.raises(Busy),
    ):
        service.take_in(raw)
    assert addresses() == []
    assert service.take_in(raw).again is False
    assert [one[1] for one in addresses()] == ["marked"]


def test_the_office_lifts_a_mark_and_old_reports_do_not_bring_it_back(app: Flask) -> None:
    actor = make_account()
    ours = sent(app)
    service.take_in(returned.postfix(ours, TO))
    (line,) = queries.list_marked()
    assert lift_mark(line.id, actor) == TO
    assert lift_mark(line.id, actor) is None, "pressed twice"
    assert actions(app) == ["address.lifted"]
    assert queries.list_marked() == ()
    post(letter(2, to_address=TO))
    assert states(app)[1] == ("queued", "")
    late = returned.exchange(ours, TO)
    assert service.take_in(late).kind == "bounce"
    assert queries.list_marked() == (), "the letter was written before the mark was lifted"


def test_a_new_letter_that_comes_back_marks_again(app: Flask) -> None:
    actor = make_account()
    service.take_in(returned.postfix(sent(app), TO))
    lift_mark(queries.list_marked()[0].id, actor)
    post(letter(2, to_address=TO))
    row = rows(app)[1]
    ours = f"<letter-{row.id}-{digest_of(row)}@example.com>"
    service.take_in(returned.postfix(ours, TO, key="later@example.net"))
    assert [line.address for line in queries.list_marked()] == [TO]


def test_letters_posted_in_the_same_instant_are_diverted(app: Flask) -> None:
    service.take_in(returned.postfix(sent(app), TO))
    post(letter(2, to_address=TO))
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="queued", reason=""))
    assert claims.claim("worker", now(), timedelta(minutes=1), 10) == [], "nor sent meanwhile"
    assert service.divert_marked_tick(Stop()) == 2
    assert states(app) == [("by_hand", "address_marked")] * 2
    assert service.divert_marked_tick(Stop()) == 0


@pytest.mark.parametrize("state", ["suppressed", "told"])
def test_a_letter_that_is_done_with_stays_so(app: Flask, state: str) -> None:
    ours = sent(app)
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state=state, reason="replaced"))
    service.take_in(returned.postfix(ours, TO))
    assert states(app) == [(state, "replaced")]
    assert [one[1] for one in addresses()] == ["marked"]


def replies() -> list[tuple[str, bool]]:
    db.session.remove()
    query = select(CalendarReply).order_by(CalendarReply.id)
    return [(row.partstat, row.settled_at is not None) for row in db.session.scalars(query)]


@pytest.fixture
def registration_id(app: Flask) -> int:
    event = make_event("sample")
    return sign_up("sample", person("見本 花子", event), email=returned.TO).registration_id


def test_a_calendars_refusal_waits_for_somebody(app: Flask, registration_id: int) -> None:
    actor = make_account()
    raw = returned.calendar(registration_id)
    assert service.take_in(raw).kind == "answer"
    assert service.take_in(raw).again
    (answer,) = queries.list_open_answers()
    assert (answer.registration_id, answer.partstat) == (registration_id, "declined")
    assert queries.count_waiting() == queries.Waiting(addresses=0, answers=1)
    assert settle_answer(answer.id, actor) == registration_id
    assert settle_answer(answer.id, actor) is None
    assert actions(app)[-1] == "calendar.settled"
    assert queries.list_open_answers() == ()
    assert [one.id for one in queries.list_answers_of(registration_id)] == [answer.id]


def test_a_later_answer_takes_the_place_of_the_open_one(app: Flask, registration_id: int) -> None:
    service.take_in(returned.calendar(registration_id, key="1@a"))
    service.take_in(returned.calendar(registration_id, key="2@a", partstat="ACCEPTED"))
    assert replies() == [("accepted", False)]


def test_who_says_again_that_they_come_leaves_nothing_to_do(
    app: Flask, registration_id: int
) -> None:
    service.take_in(returned.calendar(registration_id, partstat="ACCEPTED"))
    assert replies() == [("accepted", True)]
    assert queries.list_open_answers() == ()


def test_an_answer_to_no_letter_of_ours_is_not_kept(app: Flask) -> None:
    assert service.take_in(returned.calendar(999)).kind == "other"
    assert replies() == []


def test_of_a_sign_up_the_letter_that_tells_how_things_stand_is_handed_over(app: Flask) -> None:
    event = make_event()
    signup = signup_of(sign_up("soukai", person("見本 花子", event), email=TO))
    accept()
    cancel(signup)
    accept()
    first = rows(app)[0]
    mark = f"<letter-{first.id}-{digest_of(first)}@example.com>"
    assert service.take_in(returned.postfix(mark, TO)).kind == "bounce"
    assert [(one.purpose, *told) for one, told in zip(rows(app), states(app), strict=True)] == [
        ("confirmed", "suppressed", "returned_unknown"),
        ("cancelled", "by_hand", "returned_unknown"),
    ]
    last = rows(app)[1]
    mark = f"<letter-{last.id}-{digest_of(last)}@example.com>"
    service.take_in(returned.postfix(mark, TO))
    assert [state for state, _reason in states(app)] == ["suppressed", "by_hand"]


def accept() -> None:
    with transaction() as session:
        session.execute(update(OutboxLetter).values(state="accepted", accepted_at=now()))
