"""Taking back what a desk has just done, on both databases: the place and the sign-up go, too."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.auth.models import AuditEntry
from app.base.clock import now
from app.base.errors import NotFound
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import OutboxLetter
from app.registration import attendance
from app.registration.attendance import Written
from app.registration.desk import counting, practice, undoing
from app.registration.desk.admitting import admit, walk_in
from app.registration.desk.facts import WalkIn
from app.registration.desk.undoing import TakenBack, TooLate
from app.registration.facts import ByOffice, Doorkeeper
from app.registration.models import Booking, Registration
from tests import entries
from tests.desks import HANAKO, booking_of, facts, make_pass, make_today, make_waiting, row, rows
from tests.factories import make_event, make_series, make_signups
from tests.office import actions, make_account

DESK = Doorkeeper(desk="受付1")
REASON = "席を足しました"
WALKER = WalkIn(name="例 桜", reading="", organisation="", reason=REASON, form_key="k" * 32)


def take_back(written: Written, event: int) -> TakenBack | None:
    assert written.new
    assert written.fact is not None
    return undoing.undo(written.fact.id, event, DESK)


def make_later(**more: int) -> int:
    """A meeting of today that has not begun: people still sign up and move up."""
    return make_event(starts_in=timedelta(hours=2), **more)


def waiting(event: int) -> list[tuple[str, int | None]]:
    """Who waits, in the order of the queue."""
    found = [(one.name, one.position) for one in rows(event) if one.condition == "waiting"]
    return sorted(found, key=lambda one: one[1] or 0)


def promotes_no_more(event: int) -> None:
    with transaction() as session:
        session.execute(update(Event).where(Event.id == event).values(promotion_until=now()))


def letters() -> list[str]:
    db.session.remove()
    return list(db.session.scalars(select(OutboxLetter.state).order_by(OutboxLetter.id)))


@pytest.fixture
def event(app: Flask) -> int:
    """One seat is taken, one is free, and three wait who are not moved up any more."""
    event = make_today(venue=2)
    make_signups(event, 1)
    make_waiting(event, 3, first=1)
    promotes_no_more(event)
    return event


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_whoever_was_let_in_waits_again_where_they_waited(event: int, turn: int) -> None:
    queue = waiting(event)
    name = queue[turn][0]
    written = admit(row(event, name).participant_id, event, DESK, REASON)
    assert counting.get_places(event).taken == 2
    taken = take_back(written, event)
    assert taken == TakenBack(was="waiting", state="waiting", way="venue", position=turn + 1)
    assert waiting(event) == queue
    assert counting.get_places(event).taken == 1
    assert [kind for kind, _desk, _pass in facts()] == ["in", "in"], "facts are only added"
    assert letters() == []


def test_whoever_came_by_another_way_is_as_before(app: Flask) -> None:
    event = make_today(venue=5, online=1)
    make_signups(event, 1, way="online")
    make_signups(event, 1, first=1, state="cancelled")
    make_signups(event, 1, first=2, state="requested")
    make_signups(event, 1, first=3, state="declined")
    before = {one.name: one.condition for one in rows(event)}
    assert sorted(before.values()) == ["cancelled", "declined", "online", "requested"]
    for name, condition in before.items():
        written = admit(row(event, name).participant_id, event, DESK)
        taken = take_back(written, event)
        assert taken is not None
        assert row(event, name).condition == condition
    assert counting.get_places(event).taken == 0


def test_a_place_online_that_somebody_else_has_by_now_is_not_taken_from_them(app: Flask) -> None:
    event = make_later(venue=5, online=1)
    make_signups(event, 1, way="online")
    make_waiting(event, 1, first=1, way="online")
    (first,) = (one for one in rows(event) if one.condition == "online")
    written = admit(first.participant_id, event, DESK)
    assert [one.condition for one in rows(event) if one.name != first.name] == ["online"]
    with pytest.raises(TooLate) as late:
        take_back(written, event)
    assert late.value.code == "full"
    assert row(event, first.name).condition == "in", "nothing was taken back"


def test_who_was_signed_up_for_another_meeting_is_so_again(app: Flask) -> None:
    day = make_series("day")
    morning, afternoon = (make_today(slug, series_id=day) for slug in ("morning", "afternoon"))
    (registration,) = make_signups(afternoon, 1)
    (one,) = rows(morning, registration_id=registration)
    taken = take_back(admit(one.participant_id, morning, DESK), morning)
    assert taken is not None
    assert taken.was == "none"
    assert row(morning, HANAKO).condition == "cancelled"
    assert row(afternoon, HANAKO).condition == "expected"


def test_a_walk_in_taken_back_is_signed_up_no_more(app: Flask, event: int) -> None:
    taken = take_back(walk_in(event, WALKER, DESK), event)
    assert taken == TakenBack(was="new", state="cancelled", way="venue")
    assert row(event, WALKER.name).condition == "cancelled"
    assert counting.get_places(event).taken == 1
    assert actions(app) == ["registration.walked_in", "registration.walk_in_undone"]
    assert walk_in(event, WALKER, DESK).new, "sent once more, the form signs them up again"


def test_the_history_tells_what_was_taken_back(app: Flask, event: int) -> None:
    name = waiting(event)[0][0]
    take_back(admit(row(event, name).participant_id, event, DESK), event)
    assert actions(app) == ["registration.admitted", "registration.admission_undone"]
    db.session.remove()
    assert set(db.session.scalars(select(AuditEntry.actor))) == {"desk"}


def by_office_cancelled(event: int) -> None:
    by = ByOffice(actor=make_account())
    entries.cancel(entries.signup_of(row(event, WALKER.name).registration_id), office=by)


def by_office_renamed(event: int) -> None:
    by = ByOffice(actor=make_account())
    signup = entries.signup_of(row(event, WALKER.name).registration_id)
    entries.change(signup, entries.as_entry(signup, telephone="090-0000-0000"), office=by)


@pytest.mark.parametrize("change", [by_office_cancelled, by_office_renamed])
def test_what_the_office_has_changed_since_is_not_taken_back(
    event: int, change: Callable[[int], None]
) -> None:
    written = walk_in(event, WALKER, DESK)
    change(event)
    with pytest.raises(TooLate) as late:
        take_back(written, event)
    assert late.value.code == "changed"
    assert len(facts()) == 1


@pytest.mark.parametrize("state", ["accepted", "queued"])
def test_a_place_that_a_letter_has_told_stays(app: Flask, state: str) -> None:
    event = make_later(venue=1)
    made = entries.sign_up("soukai", entries.person("例 一郎", event))
    late = entries.sign_up("soukai", entries.person(HANAKO, event), email="a@example.com")
    promotes_no_more(event)
    written = admit(row(event, HANAKO).participant_id, event, DESK, REASON)
    told = OutboxLetter.registration_id == late.registration_id
    with transaction() as session:
        values = {"state": state, "created_at": now() + timedelta(seconds=1)}
        session.execute(update(OutboxLetter).where(told).values(**values))
    assert made.registration_id != late.registration_id
    if state == "queued":
        assert take_back(written, event)
        return
    with pytest.raises(TooLate) as refused:
        take_back(written, event)
    assert refused.value.code == "told"


def test_a_letter_that_the_act_withdrew_is_written_again(app: Flask) -> None:
    event = make_later(venue=1)
    entries.sign_up("soukai", entries.person("例 一郎", event))
    entries.sign_up("soukai", entries.person(HANAKO, event), email="a@example.com")
    assert letters() == ["queued", "queued"]
    written = admit(row(event, HANAKO).participant_id, event, DESK, REASON)
    assert letters() == ["queued", "suppressed"]
    assert take_back(written, event)
    assert letters() == ["queued", "suppressed", "queued"], "that they wait is told after all"


def test_the_seat_goes_to_whoever_waits_while_people_move_up(app: Flask) -> None:
    event = make_later(venue=1)
    written = walk_in(event, WALKER, DESK)
    make_waiting(event, 1, first=0)
    assert take_back(written, event)
    assert row(event, HANAKO).condition == "expected"


def test_only_what_was_written_last_is_taken_back_and_once(event: int) -> None:
    written = walk_in(event, WALKER, DESK)
    booking = booking_of(WALKER.name, event)
    out = attendance.record_out(booking, DESK, event_id=event)
    assert take_back(written, event) is None
    assert take_back(out, event) == TakenBack(), "only that they left"
    assert take_back(written, event)
    assert take_back(written, event) is None
    with pytest.raises(NotFound):
        undoing.undo(written.fact.id if written.fact else 0, make_today("other"), DESK)


def test_a_practice_takes_back_and_notes_nothing(app: Flask, event: int) -> None:
    copy = practice.start(event, make_account())
    db.session.remove()
    copied = db.session.scalars(select(Event.id).where(Event.slug == copy)).one()
    assert take_back(walk_in(copied, WALKER, DESK), copied)
    assert actions(app) == ["practice.started"]


def test_who_typed_a_walk_in_is_kept(app: Flask, event: int) -> None:
    by = make_account("kakari@example.com")
    made = make_pass(event, by)
    walk_in(event, WALKER, Doorkeeper(pass_id=made, desk="受付1"))
    other = WalkIn(name="例 菊", reading="", organisation="", reason=REASON, form_key="l" * 32)
    walk_in(event, other, Doorkeeper(account_id=by.account_id))
    query = select(Registration.channel, Registration.entered_by, Registration.entered_pass)
    walked = query.where(Registration.channel == "walk_in").order_by(Registration.id)
    db.session.remove()
    found = [tuple(one) for one in db.session.execute(walked)]
    assert found == [("walk_in", None, made), ("walk_in", by.account_id, None)]
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 6
