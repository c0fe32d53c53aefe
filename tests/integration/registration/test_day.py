"""Several people, several meetings, waiting lists: the use cases, on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base.errors import Gone
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.registration import changing, meetings, service
from app.registration.facts import Signup
from app.registration.models import Answer, Registration
from tests import entries
from tests.conftest import count_queries
from tests.entries import as_entry, cancel, change, chosen, make_question, person, sign_up
from tests.factories import make_event, make_series


@pytest.fixture
def day(app: Flask) -> tuple[int, int]:
    """A morning and an afternoon of one series, with two places each at the venue."""
    series = make_series("day")
    morning = make_event("morning", series_id=series, venue=2, online=5)
    afternoon = make_event(
        "afternoon", series_id=series, venue=2, online=5, starts_in=timedelta(days=40, hours=4)
    )
    return morning, afternoon


def states(signup: Signup) -> list[list[tuple[str, str]]]:
    return [[(b.way, b.state) for b in p.bookings] for p in signup.people]


def letters(registration_id: int) -> list[tuple[str, str]]:
    query = select(OutboxLetter.purpose, OutboxLetter.state).where(
        OutboxLetter.registration_id == registration_id
    )
    return [tuple(row) for row in db.session.execute(query.order_by(OutboxLetter.id))]


def accept_letters() -> None:
    with transaction() as session:
        for letter in session.scalars(select(OutboxLetter)):
            if letter.state == "queued":
                letter.state = "accepted"


def test_two_people_for_two_meetings_are_one_sign_up(day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", *day), person("見本 太郎", *day, way="online"))
    signup = entries.signup_of(got)
    assert signup.number == "A-0001"
    assert states(signup) == [
        [("venue", "confirmed"), ("venue", "confirmed")],
        [("online", "confirmed"), ("online", "confirmed")],
    ]
    assert letters(got.registration_id) == [("confirmed", "queued")]


def test_the_one_that_is_full_waits_and_the_other_goes_through(day: tuple[int, int]) -> None:
    _morning, afternoon = day
    sign_up("afternoon", person("例 一", afternoon), person("例 二", afternoon))
    late = sign_up("morning", person("見本 花子", *day), email="other@example.com")
    assert states(entries.signup_of(late)) == [[("venue", "confirmed"), ("venue", "waiting")]]
    assert entries.signup_of(late).people[0].bookings[1].position == 1


def test_nobody_waits_by_surprise(day: tuple[int, int]) -> None:
    sign_up("morning", person("例 一", day[0]), person("例 二", day[0]))
    with pytest.raises(service.WouldWait):
        sign_up("morning", person("見本 花子", day[0]), seen_waiting=frozenset())
    assert len(db.session.scalars(select(Registration)).all()) == 1


def test_a_place_that_is_freed_goes_to_the_first_who_waits(day: tuple[int, int]) -> None:
    first = sign_up("morning", person("例 一", day[0]), person("例 二", day[0]))
    waiting = [
        sign_up("morning", person(f"見本 {n}", day[0]), email=f"mihon{n}@example.com")
        for n in range(3)
    ]
    accept_letters()
    signup = entries.signup_of(first)
    cancel(signup, signup.people[0].bookings[0].id)
    assert [states(entries.signup_of(w))[0][0][1] for w in waiting] == [
        "confirmed",
        "waiting",
        "waiting",
    ]
    assert letters(waiting[0].registration_id)[-1] == ("moved_up", "queued")
    assert letters(waiting[1].registration_id) == [("waiting", "accepted")]
    assert letters(first.registration_id)[-1] == ("changed", "queued")
    assert entries.signup_of(waiting[1]).people[0].bookings[0].position == 1


def test_more_places_move_people_up_and_fewer_cancel_nobody(day: tuple[int, int]) -> None:
    from tests.office import make_account

    by = make_account()
    sign_up("morning", person("例 一", day[0]), person("例 二", day[0]))
    late = sign_up("morning", person("見本 花子", day[0]), email="other@example.com")
    set_places(day[0], 3, by)
    assert states(entries.signup_of(late)) == [[("venue", "confirmed")]]
    set_places(day[0], 1, by)
    assert states(entries.signup_of(late)) == [[("venue", "confirmed")]]


def set_places(event_id: int, venue: int, by: object) -> None:
    with transaction() as session:
        event = session.get_one(Event, event_id)
        spans = tuple((s.starts_at, s.ends_at) for s in event.sessions)
        wanted = meetings.MeetingSettings(
            spans=spans,
            venue_name=event.venue_name,
            venue_address=event.venue_address,
            access=event.access,
            online_url=event.online_url,
            doors_at=event.doors_at,
            opens_at=event.opens_at,
            closes_at=event.closes_at,
            change_until=event.change_until,
            promotion_until=event.promotion_until,
            waiting_list=event.waiting_list,
            places={"venue": venue, "online": 5},
        )
    meetings.change_meeting(event_id, wanted, by)  # type: ignore[arg-type]


def test_two_changes_of_the_same_state_the_second_is_told(day: tuple[int, int]) -> None:
    signup = entries.signup_of(sign_up("morning", person("見本 花子", *day)))
    change(signup, entries.with_way(as_entry(signup), 0, day[0], "online"))
    with pytest.raises(changing.ChangedMeanwhile):
        change(signup, as_entry(signup))


def test_the_same_change_sent_twice_changes_once(day: tuple[int, int]) -> None:
    signup = entries.signup_of(sign_up("morning", person("見本 花子", *day)))
    wanted = entries.with_way(as_entry(signup), 0, day[0], "online")
    given = (signup.registration_id, 1, signup.version, wanted, "the-same-key")
    first, second = changing.change(*given), changing.change(*given)
    assert first.version == second.version == 2


def test_an_unsent_letter_about_an_older_state_never_goes(day: tuple[int, int]) -> None:
    signup = entries.signup_of(sign_up("morning", person("見本 花子", *day)))
    change(signup, entries.with_way(as_entry(signup), 0, day[0], "online"))
    assert letters(signup.registration_id) == [("confirmed", "suppressed"), ("confirmed", "queued")]


def test_a_letter_after_a_sent_one_says_only_what_changed(day: tuple[int, int]) -> None:
    signup = entries.signup_of(sign_up("morning", person("見本 花子", *day)))
    accept_letters()
    changed = change(signup, entries.with_way(as_entry(signup), 0, day[0], "online"))
    back = change(changed, as_entry(signup))
    assert letters(signup.registration_id) == [("confirmed", "accepted"), ("changed", "suppressed")]
    assert back.version == 3


def test_limited_choices_are_held_by_those_with_a_place_only(day: tuple[int, int]) -> None:
    question, (yes, _no) = make_question(day[0], choices=({"places": 2}, {}))
    lunch = (chosen(question, yes),)
    for name in ("例 一", "例 二"):
        sign_up("morning", person(name, day[0], answers=lunch), email=f"{name[-1:]}x@example.com")
    with pytest.raises(service.SignUpRefused) as refused:
        sign_up("morning", person("例 三", day[0], way="online", answers=lunch))
    assert refused.value.refused.choice_id == yes
    late = sign_up("morning", person("見本 花子", day[0], answers=lunch), email="o@example.com")
    assert states(entries.signup_of(late)) == [[("venue", "waiting")]]
    held = db.session.scalars(select(Answer.held).order_by(Answer.id)).all()
    assert held == [True, True, False]


def test_a_choice_used_up_when_moving_up_is_dropped_and_told(day: tuple[int, int]) -> None:
    question, (yes, no) = make_question(day[0], choices=({"places": 1}, {}))
    first = sign_up(
        "morning",
        person("例 一", day[0], answers=(chosen(question, no),)),
        person("例 二", day[0], answers=(chosen(question, yes),)),
    )
    late = sign_up(
        "morning",
        person("見本 花子", day[0], answers=(chosen(question, yes),)),
        email="o@example.com",
    )
    signup = entries.signup_of(first)
    cancel(signup, signup.people[0].bookings[0].id)
    moved = entries.signup_of(late)
    assert states(moved) == [[("venue", "confirmed")]]
    assert moved.answers == ()


def test_the_same_person_again_gets_a_number_and_no_place(day: tuple[int, int]) -> None:
    sign_up("morning", person("見本 花子", *day))
    again = sign_up("morning", person("見本　花子", *day), email="MIHON@example.com")
    signup = entries.signup_of(again)
    assert signup.number == "A-0002"
    assert states(signup) == [[("venue", "confirmed"), ("venue", "confirmed")]]
    assert all(b.is_duplicate for b in signup.people[0].bookings)
    assert letters(again.registration_id) == [("already", "queued")]
    third = sign_up("morning", person("例 一", day[0]), email="third@example.com")
    assert states(entries.signup_of(third)) == [[("venue", "confirmed")]]


def test_another_person_of_the_same_name_becomes_one(day: tuple[int, int]) -> None:
    sign_up("morning", person("見本 花子", day[0]))
    again = sign_up("morning", person("見本 花子", day[0]))
    after = changing.become_another(again.registration_id, again.link_version, "key")
    assert [b.is_duplicate for b in after.people[0].bookings] == [False]
    assert letters(again.registration_id)[-1] == ("confirmed", "queued")


def test_links_end_with_their_version(day: tuple[int, int]) -> None:
    got = sign_up("morning", person("見本 花子", day[0]))
    with pytest.raises(Gone):
        changing.cancel(got.registration_id, 7, 1, [1], "key")


def test_a_meeting_whose_time_for_changes_is_over_stays_as_it_is(day: tuple[int, int]) -> None:
    signup = entries.signup_of(sign_up("morning", person("見本 花子", *day)))
    with transaction() as session:
        session.get_one(Event, day[0]).change_until = signup.created_at
    changed = change(signup, entries.with_way(as_entry(signup), 0, day[1], "online"))
    assert states(changed) == [[("venue", "confirmed"), ("online", "confirmed")]]
    rest = cancel(changed)
    assert states(rest) == [[("venue", "confirmed"), ("online", "cancelled")]]


def test_a_sign_up_of_three_for_two_meetings_takes_at_most_twenty_queries(
    app: Flask, day: tuple[int, int]
) -> None:
    question, (yes, _no) = make_question(day[0], choices=({"places": 9}, {}))
    people = [
        person(f"見本 {n}", *day, way="online", answers=(chosen(question, yes),)) for n in range(3)
    ]
    with count_queries(app) as sent:
        sign_up("morning", *people)
    assert len(sent) <= 19, "\n".join(sent)  # and one for the rate limit
