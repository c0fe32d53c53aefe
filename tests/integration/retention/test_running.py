"""Erasing by terms: nothing of a person is left anywhere, and the counts stay true."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.auth.models import AuditEntry, AuditValue
from app.base.clock import now
from app.base.errors import Gone
from app.db import Base, db, transaction
from app.events.models import EventSession
from app.mail.models import OutboxLetter
from app.mail.stop import Stop
from app.registration.arranged.models import Arrangement
from app.registration.facts import AnswerEntry, ByOffice, Reach
from app.registration.lists.counting import count_answers
from app.registration.models import Answer, Booking, Participant, Registration
from app.retention import running
from app.retention.models import RetentionRun
from tests.entries import as_entry, change, chosen, make_question, person, sign_up, signup_of
from tests.factories import make_event, make_series, make_signups
from tests.imports import checked, csv_file, imported
from tests.office import make_account

SECRETS = ("himitsu", "090-0000-1111", "03-0000-2222", "例町", "通訳の希望", "車で")
NAMES = ("見本 桜", "見本作業所", "さくら")


def let_pass(event: int, days: int) -> None:
    """Let a meeting have ended so many days ago."""
    start = now() - timedelta(days=days, hours=2)
    with transaction() as session:
        session.execute(
            update(EventSession)
            .where(EventSession.event_id == event)
            .values(starts_at=start, ends_at=start + timedelta(hours=2))
        )


def everything() -> str:
    """All that stands in any table."""
    db.session.remove()
    rows = [
        dict(row)
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table)).mappings()
    ]
    return "\n".join(json.dumps(row, default=str, ensure_ascii=False) for row in rows)


def run() -> None:
    running.erase_tick(Stop())
    db.session.remove()


@pytest.fixture
def meeting(app: Flask) -> int:
    return make_event("soukai", venue=50)


def full(event: int) -> int:
    """A sign-up that says all that one can say, and was changed by the office."""
    wish, (sign, _other) = make_question(event, "several", is_arrangement=True)
    told, _none = make_question(event, "short", choices=())
    answers = (chosen(wish, sign), AnswerEntry(question_id=told, text="車で行きます"))
    got = sign_up(
        "soukai",
        person(
            "見本 桜", event, reading="みほん さくら", organisation="見本作業所", answers=answers
        ),
        email="himitsu@example.com",
        telephone="090-0000-1111",
        note="通訳の希望は電話で",
    )
    before = signup_of(got)
    reach = Reach(fax="03-0000-2222", postal_address="東京都見本区例町1", told=True)
    by = ByOffice(actor=make_account(), reason="電話で", reach=reach)
    entry = as_entry(before, email="himitsu@example.com", note="通訳の希望は電話で")
    people = tuple(type(one)(**{**vars(one), "answers": answers}) for one in entry.people)
    change(before, type(entry)(**{**vars(entry), "people": people}), office=by)
    with transaction() as session:
        session.add(
            Arrangement(
                event_id=event,
                registration_id=got.registration_id,
                question_id=wish,
                choice_id=sign,
                note="通訳の希望を手配",
                known_text="himitsuの席",
                created_at=now(),
            )
        )
    return got.registration_id


def test_wishes_go_first_then_contacts_then_names_and_counts_stay(meeting: int) -> None:
    number = full(meeting)
    questions = list(db.session.scalars(select(Answer.question_id).distinct()))
    counted = count_answers(questions)
    let_pass(meeting, 29)
    run()
    assert db.session.scalar(select(func.count(Answer.id))) == 2
    let_pass(meeting, 32)
    run()
    assert db.session.scalar(select(func.count(Answer.id))) == 1
    assert "himitsu@example.com" in everything()
    let_pass(meeting, 182)
    run()
    left = everything()
    assert [one for one in SECRETS if one in left] == []
    assert all(name in left for name in NAMES)
    assert count_answers(questions) == counted
    with pytest.raises(Gone):
        change(signup_of(number), as_entry(signup_of(number)))
    let_pass(meeting, 3660)
    run()
    left = everything()
    assert [one for one in (*SECRETS, *NAMES) if one in left] == []
    assert count_answers(questions) == counted
    assert db.session.scalar(select(Booking.state)) == "confirmed"
    entries = select(AuditEntry.action, AuditValue.after).join(AuditValue).order_by(AuditEntry.id)
    told = [(a, v) for a, v in db.session.execute(entries) if a.startswith("erased.")]
    kinds = ("arrangements", "contacts", "minutes")
    assert told == [(f"erased.{kind}", {"people": 1}) for kind in kinds]


def test_of_whoever_had_no_place_nothing_is_kept_for_the_minutes(meeting: int) -> None:
    make_signups(meeting, 1)
    make_signups(meeting, 1, state="cancelled", first=1)
    let_pass(meeting, 182)
    run()
    names = db.session.scalars(select(Participant.name).order_by(Participant.id)).all()
    assert names == ["見本 花子", "—"]


def test_unsent_letters_are_stopped_and_that_there_was_one_stays(meeting: int) -> None:
    full(meeting)
    let_pass(meeting, 182)
    run()
    letters = db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)).all()
    assert {one.state for one in letters} == {"suppressed"}
    assert {(one.to_address, one.subject, one.body) for one in letters} == {("", "", "")}
    assert letters[0].purpose == "confirmed"


def test_a_sign_up_for_two_meetings_goes_with_the_last(app: Flask) -> None:
    series = make_series("day")
    first = make_event("soukai", series_id=series)
    second = make_event("gogo", series_id=series, contacts_days=300)
    sign_up("soukai", person("見本 花子", first, second))
    sign_up("soukai", person("見本 太郎", first), email="taro@example.com")
    for event in (first, second):
        let_pass(event, 200)
    run()
    query = select(Registration.erased).order_by(Registration.id)
    assert db.session.scalars(query).all() == ["", "contacts"]
    for event in (first, second):
        let_pass(event, 302)
    run()
    assert db.session.scalars(query).all() == ["contacts", "contacts"]
    runs = select(RetentionRun.event_id, RetentionRun.people).where(RetentionRun.kind == "contacts")
    found: list[Any] = sorted(tuple(row) for row in db.session.execute(runs))
    assert found == [(first, 1), (second, 1)]


def test_a_killed_run_is_gone_on_with_and_told_once(
    meeting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    make_signups(meeting, 5)
    let_pass(meeting, 182)
    monkeypatch.setattr(running, "AT_MOST", 0)
    run()
    assert db.session.scalar(select(func.count()).where(Registration.erased == "")) == 3
    monkeypatch.setattr(running, "AT_MOST", 20)
    run()
    run()
    runs = db.session.execute(select(RetentionRun.kind, RetentionRun.people)).all()
    assert [tuple(row) for row in runs] == [("contacts", 5)]
    told = select(func.count()).where(AuditEntry.action == "erased.contacts")
    assert db.session.scalar(told) == 1


def test_lists_that_were_imported_go_with_what_is_erased(meeting: int) -> None:
    by = make_account()
    row = (
        "見本 桜",
        "みほん さくら",
        "見本作業所",
        "himitsu@example.com",
        "090-0000-1111",
        "会場",
        "",
    )
    imported(checked(meeting, csv_file([row]), by), by)
    checked(meeting, csv_file([(*row[:4], "", *row[5:])]), by, "later.csv")
    let_pass(meeting, 181)
    run()
    kept = everything()
    for secret in SECRETS[:2]:
        assert secret not in kept, secret
    let_pass(meeting, 3660)
    run()
    assert "見本 桜" not in everything()


def test_what_is_not_over_is_left_alone(meeting: int) -> None:
    make_event("undated", starts_in=None)
    make_signups(meeting, 1)
    before = everything()
    run()
    assert everything() == before
