"""Whom lists find over a meeting and a day, what they count, and one person's sign-ups together."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.base.clock import now
from app.base.errors import NotFound
from app.base.text import group_key
from app.db import db, transaction
from app.mail.models import OutboxLetter
from app.registration import attendance
from app.registration.facts import Doorkeeper
from app.registration.lists import counting, finding, people, roster
from app.registration.lists.finding import AnswerFilter, RosterFilter
from app.registration.models import Booking, Participant
from tests.conftest import count_queries
from tests.entries import (
    as_entry,
    cancel,
    change,
    chosen,
    make_question,
    person,
    sign_up,
    signup_of,
)
from tests.factories import make_event, make_series, make_signups
from tests.office import make_account


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    series = make_series("day")
    return make_event("am", series_id=series), make_event("pm", series_id=series)


def names(*event_ids: int, **conditions: Any) -> list[str]:
    db.session.remove()
    page = roster.list_page(RosterFilter(event_ids=event_ids, **conditions))
    assert len(page.rows) == counting.count_people(RosterFilter(event_ids=event_ids, **conditions))
    return [row.name for row in page.rows]


def sign(name: str, reading: str, *events: int, **more: Any) -> int:
    way, given = more.pop("way", "venue"), {}
    for own in ("organisation", "role", "answers"):
        if own in more:
            given[own] = more.pop(own)
    one = person(name, *events, way=way, reading=reading, **given)
    return sign_up("am", one, email=f"{name}@example.com".replace(" ", ""), **more).registration_id


def test_somebody_at_both_meetings_of_a_day_is_one_row(day: tuple[int, int]) -> None:
    sign("例 次郎", "れい じろう", *day)
    sign("見本 花子", "みほん はなこ", day[1], way="online")
    sign("例 朝子", "れい あさこ", day[0])
    assert names(*day) == ["見本 花子", "例 朝子", "例 次郎"]
    assert names(day[1]) == ["見本 花子", "例 次郎"]
    assert names(*day, way="online") == ["見本 花子"]
    assert names(*day, sort="newest") == ["例 朝子", "見本 花子", "例 次郎"]
    (row,) = [
        one for one in roster.list_page(RosterFilter(event_ids=day)).rows if "次郎" in one.name
    ]
    assert {event: one.state for event, one in row.bookings.items()} == dict.fromkeys(
        day, "confirmed"
    )


@pytest.mark.parametrize("sort", roster.SORTS)
def test_pages_of_a_day_hold_everybody_once(day: tuple[int, int], sort: str) -> None:
    make_signups(day[0], 70)
    make_signups(day[1], 40, first=20)
    wanted, found, after = RosterFilter(event_ids=day, sort=sort), [], None
    while after is not None or not found:
        page = roster.list_page(wanted, after=after)
        found += [row.participant_id for row in page.rows]
        after = page.after
    assert len(found) == len(set(found)) == 110
    back = roster.list_page(wanted, before=found[60])
    assert [row.participant_id for row in back.rows] == found[10:60]


def test_filters_find_role_organisation_and_answers(day: tuple[int, int]) -> None:
    lunch, (yes, no) = make_question(day[0])
    bus, (by_bus, _car) = make_question(day[0], asked="signup")
    sign("見本 花子", "みほん はなこ", *day, role="理事長", organisation="例の家",
         answers=(chosen(lunch, yes),))  # fmt: skip
    one = sign("例 次郎", "れい じろう", day[0], organisation="例の　家",
               answers=(chosen(lunch, no),))  # fmt: skip
    sign("例 三郎", "れい さぶろう", day[0])
    signup = signup_of(one)
    change(signup, as_entry(signup, answers=(chosen(bus, by_bus),)))
    per_person = AnswerFilter(question_id=lunch, event_id=day[0], asked="person")
    assert names(*day, answer=per_person) == ["見本 花子"]
    not_said = AnswerFilter(question_id=lunch, event_id=day[0], asked="person", given=False)
    assert names(*day, answer=not_said) == ["例 三郎", "例 次郎"]
    once = AnswerFilter(question_id=bus, event_id=day[0], asked="signup", choice_id=by_bus)
    assert names(*day, answer=once) == ["例 次郎"]
    assert names(*day, organisation=group_key("例の家")) == ["見本 花子", "例 次郎"]
    assert names(*day, organisation="") == ["例 三郎"]
    assert finding.list_roles(day) == {group_key("理事長"): "理事長"}
    assert names(*day, role=group_key("理事長")) == ["見本 花子"]
    assert counting.count_answers([lunch, bus]) == {(lunch, yes): 1, (bus, by_bus): 1}
    lines = counting.list_organisations(RosterFilter(event_ids=day)).lines
    assert [
        (line.name in {"例の家", "例の　家", ""}, sum(line.people.values())) for line in lines
    ] == [
        (True, 3),
        (True, 1),
    ]
    booking = db.session.scalars(
        select(Booking.id).join(Participant).where(Participant.name == "見本 花子")
    ).first()
    assert finding.find_organisation(day, booking or 0) == (group_key("例の家"), "例の家")
    assert finding.find_organisation(day[1:], -1) is None


def test_filters_find_letters_and_arrivals(app: Flask) -> None:
    event = make_event(venue=None)
    ids = make_signups(event, 5)
    with transaction() as session:
        for registration_id, state in zip(ids[:4], ("failed", "queued", "accepted", "accepted"),
                                          strict=True):  # fmt: skip
            session.add(letter(registration_id, state))
        session.add(letter(ids[3], "by_hand", key="more"))
    first = db.session.scalars(select(Booking.id).order_by(Booking.id)).first() or 0
    by = Doorkeeper(account_id=make_account().account_id)
    attendance.record_in(first, by)
    found = {
        one: sorted(row.registration_id for row in listed(event, letters=one))
        for one in finding.LETTERS
    }
    assert found == {
        "failed": [ids[0]],
        "by_hand": [ids[3]],
        "under_way": [ids[1]],
        "accepted": [ids[2]],
        "none": [ids[4]],
    }
    (come,) = listed(event, arrived="yes")
    assert come.bookings[event].came_at is not None
    assert len(listed(event, arrived="no")) == 4
    attendance.undo(next(iter(attendance.arrivals(ids[0]).values())).fact_id, by)
    assert not listed(event, arrived="yes")


def listed(event: int, **conditions: Any) -> tuple[roster.RosterRow, ...]:
    db.session.remove()
    return roster.list_page(RosterFilter(event_ids=(event,), **conditions)).rows


def letter(registration_id: int, state: str, key: str = "") -> OutboxLetter:
    return OutboxLetter(
        registration_id=registration_id,
        key=f"{registration_id}{key}",
        purpose="confirmed",
        subject="x",
        body="x",
        invites=[],
        state=state,
        created_at=now(),
        due_at=now(),
    )


def test_what_is_cancelled_is_found_by_the_new_name(day: tuple[int, int]) -> None:
    one = sign("見本 花子", "みほん はなこ", *day)
    signup = signup_of(one)
    cancelled = signup.people[0].booking(day[1])
    signup = cancel(signup, cancelled.id if cancelled else 0)
    (kept,) = as_entry(signup).people
    changed = as_entry(signup)
    renamed = type(kept)(**{**vars(kept), "name": "例 花子", "reading": "れい はなこ"})
    change(signup, type(changed)(**{**vars(changed), "people": (renamed,)}))
    assert names(*day, q="れい", state="cancelled") == ["例 花子"]
    assert names(*day) == ["例 花子"]


def test_counts_are_of_those_who_were_found(day: tuple[int, int]) -> None:
    lunch, (yes, no) = make_question(day[0])
    sign("見本 花子", "みほん はなこ", *day, organisation="例の家",
         answers=(chosen(lunch, yes),))  # fmt: skip
    sign("例 次郎", "れい じろう", *day, way="online", organisation="例の家",
         answers=(chosen(lunch, no),))  # fmt: skip
    gone = sign("例 三郎", "れい さぶろう", day[0])
    cancel(signup_of(gone))
    whole = counting.count(RosterFilter(event_ids=day))
    assert (whole.found, whole.everybody) == (3, 3)
    online = RosterFilter(event_ids=day, way="online")
    found = counting.count(online)
    assert (found.found, found.everybody) == (1, 3)
    assert found.by_event == {(event, "online", "confirmed"): 1 for event in day}
    assert counting.count_answers([lunch], online) == {(lunch, no): 1}
    assert counting.count_answers([lunch]) == {(lunch, yes): 1, (lunch, no): 1}
    (line,) = counting.list_organisations(online).lines
    assert (line.name, line.people) == ("例の家", {(event, "confirmed"): 1 for event in day})
    assert counting.count_standings(online) == {(event, ""): 1 for event in day}
    at_one = counting.count(RosterFilter(event_ids=day[:1], state="cancelled"))
    assert (at_one.found, at_one.everybody) == (1, 3)


def test_an_answer_of_a_whole_sign_up_counts_with_whoever_is_found(day: tuple[int, int]) -> None:
    bus, (by_bus, by_car) = make_question(day[0], asked="signup")
    for name, way, choice in (("例 一郎", "venue", by_bus), ("例 二郎", "online", by_car)):
        signup = signup_of(sign(name, "れい", day[0], way=way))
        change(signup, as_entry(signup, answers=(chosen(bus, choice),)))
    online = RosterFilter(event_ids=day, way="online")
    assert counting.count_answers([bus], online) == {(bus, by_car): 1}


def test_a_person_is_known_again_in_other_sign_ups_of_the_day(day: tuple[int, int]) -> None:
    one, two = (sign("見本 花子", "みほん はなこ", event) for event in day)
    sign("例 次郎", "れい じろう", *day)
    mine = signup_of(two).people[0].id
    found = people.get_person(day, mine)
    assert found.registration_ids == (two, one)
    assert found.here.name == "見本 花子"
    other = make_event("other")
    with pytest.raises(NotFound):
        people.get_person([other], mine)


ASKED: dict[str, Callable[[tuple[int, ...]], object]] = {
    "page": lambda ids: roster.list_page(RosterFilter(event_ids=ids), questions=[1]),
    "found": lambda ids: roster.list_page(RosterFilter(event_ids=ids, q="はな", letters="none")),
    "totals": lambda ids: counting.count(RosterFilter(event_ids=ids, arrived="no")),
    "organisations": lambda ids: counting.list_organisations(RosterFilter(event_ids=ids)),
    "answers": lambda ids: counting.count_answers([1], RosterFilter(event_ids=ids, arrived="no")),
    "roles": finding.list_roles,
}


def test_lists_take_the_same_queries_at_any_size(app: Flask, day: tuple[int, int]) -> None:
    counts = []
    for more in (10, 990):
        make_signups(day[0], more)
        make_signups(day[1], more)
        counts.append({name: _queries(app, ask, day) for name, ask in ASKED.items()})
    assert counts[0] == counts[1]
    assert counts[0] == {
        "page": 6,
        "found": 5,
        "totals": 3,
        "organisations": 2,
        "answers": 1,
        "roles": 1,
    }


def _queries(app: Flask, ask: Callable[[tuple[int, ...]], object], ids: tuple[int, ...]) -> int:
    with count_queries(app) as sent:
        ask(ids)
    db.session.remove()
    return len(sent)
