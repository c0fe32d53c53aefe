"""The desk below its pages, on both databases: who is found, let in, counted, entered."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base.clock import now
from app.base.errors import NotFound
from app.db import db
from app.mail.models import OutboxLetter
from app.registration import attendance
from app.registration.desk import counting, passes, queries, sheet
from app.registration.desk.admitting import NeedsReason, admit, walk_in
from app.registration.desk.facts import DeskCounts, WalkIn
from app.registration.desk.rules import LONGEST
from app.registration.desk.sheet import Ticked
from app.registration.facts import Doorkeeper
from app.registration.models import Booking, Participant, Registration
from tests.conftest import count_queries
from tests.desks import HANAKO, TARO, booking_of, facts, make_today, row, rows, view
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, make_account

DESK = Doorkeeper(desk="受付1")


@pytest.fixture
def event(app: Flask) -> int:
    """Six people with a place, one by each other way."""
    event = make_today(venue=7)
    make_signups(event, 6)
    make_signups(event, 1, first=6, way="online")
    make_signups(event, 1, first=7, state="cancelled")
    return event


def names(event: int, **wanted: object) -> list[str]:
    return [one.name for one in rows(event, **wanted)]


def test_people_are_found_by_a_few_signs_in_any_width(event: int) -> None:
    kana = ("みほんだは", "ミホンダハ", "ﾐﾎﾝﾀﾞﾊ", "みほんだ はな", "見本田 花")
    for typed in (*kana, "A-0003", "a0003", "3"):
        assert names(event, term=typed) == [TARO], typed


def test_those_whose_reading_begins_so_come_first(event: int) -> None:
    found = names(event, term="は")
    assert set(found[-3:]) & {"例山 花子"}
    assert names(event, row="ら")[0].startswith("例")
    assert names(event, row="あ") == []


def test_neither_addresses_nor_telephone_numbers_are_looked_for(event: int) -> None:
    for typed in ("mihon0@example.com", "example", "090-0000", "09000000000", "%", "-"):
        assert names(event, term=typed) == [], typed


def test_everybody_is_shown_while_they_are_few_and_the_same_number_of_statements(
    app: Flask, event: int
) -> None:
    meeting = view(event)
    with count_queries(app) as few:
        assert len(rows(event)) == 8
    make_signups(event, 60, first=8)
    assert queries.search(meeting, queries.Wanted()) == queries.Found(rows=(), more=True)
    with count_queries(app) as many:
        assert len(rows(event, row="ま")) > 30
    assert len(many) == len(few)


def test_a_code_shows_its_sign_up_and_the_other_meeting_is_said(app: Flask) -> None:
    day = make_series("day")
    morning = make_today("morning", series_id=day)
    afternoon = make_today("afternoon", series_id=day)
    (registration,) = make_signups(afternoon, 1)
    (one,) = rows(morning, registration_id=registration)
    assert (one.condition, one.elsewhere, one.booking_id) == ("elsewhere", (afternoon,), None)
    assert rows(morning) == ()
    assert rows(make_today("other"), registration_id=registration) == ()
    written = admit(one.participant_id, morning, DESK)
    assert written.new
    assert row(morning, HANAKO).condition == "in"
    assert row(afternoon, HANAKO).condition == "expected"
    made = select(Booking.registration_id, Booking.channel).where(Booking.event_id == morning)
    assert db.session.execute(made).one() == (registration, "web"), "lists find them by these"


def test_what_was_shown_is_what_counts(event: int) -> None:
    booking = booking_of(HANAKO, event)
    first = attendance.record_in(booking, DESK, event_id=event, seen=0)
    other = Doorkeeper(desk="受付2")
    second = attendance.record_in(booking, other, event_id=event, seen=0)
    assert (first.new, second.new, second.fact) == (True, False, first.fact)
    late = attendance.record_out(booking, other, event_id=event, seen=0)
    assert not late.new, "whoever did not see them in does not put them out"
    assert first.fact is not None
    assert attendance.undo(first.fact.id, other, event_id=event)
    assert row(event, HANAKO).condition == "expected"
    with pytest.raises(NotFound):
        attendance.record_in(booking, DESK, event_id=make_today("other"))


def test_a_desk_takes_back_only_what_was_written_last(event: int) -> None:
    booking = booking_of(HANAKO, event)
    came = attendance.record_in(booking, DESK).fact
    attendance.record_out(booking, DESK)
    assert came is not None
    assert not attendance.undo(came.id, DESK, event_id=event)
    with pytest.raises(NotFound):
        attendance.undo(came.id, DESK, event_id=make_today("other"))


def test_people_are_counted_where_they_have_a_place_at_the_venue(event: int) -> None:
    assert counting.count(event) == DeskCounts(expected=6, came=0, left=0)
    attendance.record_in(booking_of(HANAKO, event), DESK)
    attendance.record_in(booking_of(TARO, event), DESK)
    attendance.record_out(booking_of(TARO, event), DESK)
    assert counting.count(event) == DeskCounts(expected=6, came=2, left=1)


def test_one_seat_is_left_for_whoever_comes_online_and_none_for_the_next(event: int) -> None:
    cancelled = rows(event, term="8")[0]
    online = next(one for one in rows(event) if one.condition == "online")
    assert admit(online.participant_id, event, DESK).new
    assert not admit(online.participant_id, event, DESK).new
    with pytest.raises(NeedsReason) as full:
        admit(cancelled.participant_id, event, DESK)
    assert (full.value.places.limit, full.value.places.taken) == (7, 7)
    assert admit(cancelled.participant_id, event, DESK, "招かれた方").new
    assert [kind for kind, _desk, _pass in facts()] == ["in", "in"]
    db.session.remove()
    letters = db.session.scalar(select(func.count()).select_from(OutboxLetter))
    assert letters == 0, "what is said at the desk is not written"


def test_nobody_is_passed_over_silently(app: Flask) -> None:
    event = make_today(venue=3)
    make_signups(event, 1)
    make_signups(event, 2, first=2, state="waiting")
    db.session.remove()
    waiting = rows(event, term="見本田")
    first = next(one for one in waiting if one.condition == "waiting")
    walker = WalkIn(name="例 桜", reading="", organisation="", reason="", form_key="k")
    with pytest.raises(NeedsReason):
        walk_in(event, walker, DESK)
    assert first.condition == "waiting"


def test_a_walk_in_is_one_sign_up_however_often_pressed(app: Flask, event: int) -> None:
    given = WalkIn(
        name="例 桜", reading="れい さくら", organisation="例の家", reason="", form_key="k" * 32
    )
    first, again = walk_in(event, given, DESK), walk_in(event, given, DESK)
    assert (first.new, again.new, again.fact) == (True, False, first.fact)
    assert row(event, "例 桜").condition == "in"
    query = select(Registration.channel, Registration.number, Participant.organisation)
    made = db.session.execute(query.join(Participant).where(Registration.channel != "web")).all()
    assert [tuple(one) for one in made] == [("walk_in", 9, "例の家")]
    assert actions(app)[-1:] == ["registration.walked_in"]
    same = WalkIn(name="例 桜", reading="", organisation="", reason="", form_key="l" * 32)
    assert [one.name for one in queries.find_same(view(event), same)] == ["例 桜"]
    assert queries.find_same(view(event), given) == ()


def test_a_ticked_sheet_is_entered_once(event: int) -> None:
    lines = queries.list_sheet(view(event))
    assert len(lines) == 6
    hanako, taro = booking_of(HANAKO, event), booking_of(TARO, event)
    attendance.record_in(hanako, DESK)
    early, later = now() - timedelta(minutes=50), now() - timedelta(minutes=5)
    ticked = [
        Ticked(booking_id=hanako, came_at=early),
        Ticked(booking_id=taro, came_at=early, left_at=later),
        Ticked(booking_id=0, came_at=early),
    ]
    done = sheet.enter(event, ticked, DESK)
    assert (done.came, done.left, done.known) == (1, 1, 2)
    again = sheet.enter(event, ticked, DESK)
    assert (again.came, again.left, again.known) == (0, 0, 3)
    after = queries.list_sheet(view(event), after=lines[3].booking_id, most=1)
    assert [one.booking_id for one in after] == [lines[4].booking_id]
    assert (row(event, TARO).condition, row(event, HANAKO).condition) == ("out", "in")


def test_a_pass_is_revoked_once_and_only_by_its_meeting(app: Flask, event: int) -> None:
    by = make_account()
    made = passes.make(event, "手伝い", now() + timedelta(days=99), by)
    assert passes.get_pass(made).expires_at <= now() + LONGEST
    with pytest.raises(NotFound):
        passes.revoke(made, make_today("other"), by)
    assert passes.revoke(made, event, by)
    assert not passes.revoke(made, event, by)
    assert [one.state for one in passes.list_passes(event)] == ["revoked"]
    assert actions(app) == ["pass.made", "pass.revoked"]


def test_links_and_devices_are_not_each_other(app: Flask) -> None:
    token = passes.link(7).rsplit("/", 1)[1]
    assert passes.read_link(token) == 7
    assert passes.read_device(token) is None
    assert passes.read_device(passes.device_token(7)) == 7
    assert passes.read_link(passes.device_token(7)) is None


def test_bookings_are_never_made_twice_at_one_meeting(event: int) -> None:
    one = row(event, HANAKO)
    assert admit(one.participant_id, event, DESK).new
    db.session.remove()
    query = select(func.count()).select_from(Booking)
    mine = Booking.participant_id == one.participant_id
    assert db.session.scalar(query.where(mine)) == 1


def test_who_is_let_in_from_paper_came_when_it_says_and_once(event: int) -> None:
    online = next(one for one in rows(event) if one.condition == "online")
    at = now() - timedelta(minutes=20)
    assert counting.get_places_for(event, online.participant_id).fits()
    written = admit(online.participant_id, event, DESK, at=at)
    assert written.new
    assert written.fact is not None
    assert written.fact.at == at
    attendance.record_out(rows(event, term=online.number)[0].booking_id or 0, DESK)
    assert not admit(online.participant_id, event, DESK, at=at).new
    assert len(facts()) == 2


def test_a_sign_up_of_another_series_is_known_as_one(event: int) -> None:
    (other,) = make_signups(make_event("other"), 1)
    assert queries.is_of_another(view(event), other)
    assert not queries.is_of_another(view(event), rows(event)[0].registration_id)
    assert not queries.is_of_another(view(event), 999999)
