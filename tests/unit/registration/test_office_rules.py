"""Who may be the same person, and places beyond: what only the office is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.events.rules import EventFacts, WayPlaces
from app.registration.placing import plan
from app.registration.rules import Held, Known, Meeting, Plan, Queued, Refused, Wish, may_be_same

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FACTS = EventFacts(
    kind="assembly",
    state="published",
    starts_at=NOW + timedelta(days=20),
    ends_at=NOW + timedelta(days=20, hours=2),
    opens_at=NOW - timedelta(days=20),
    closes_at=NOW + timedelta(days=10),
)
FULL = Meeting(
    id=1,
    facts=FACTS,
    places=(WayPlaces(way="venue", places=2, taken=2, waiting=1),),
    queue=(Queued(booking_id=9, way="venue"),),
)
WISH = Wish(person=0, event_id=1, way="venue", beyond=True)
ONE = Known(name="見本 花子", reading="みほん", email="a@example.com", telephone="045-000-0000")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Known(name="見本花子"), True),
        (Known(name="見本 花子", reading="みほん", email="A@example.com"), True),
        (replace(ONE, email="b@example.com"), True),  # the same telephone
        (Known(name="見本 花子", telephone="045-000-0000 内線12"), True),
        (replace(ONE, email="b@example.com", telephone="03-0000-0000"), False),
        (replace(ONE, reading="けんぽん"), False),
        (replace(ONE, name="見本 太郎"), False),
    ],
)
def test_one_person_is_who_nothing_tells_apart(other: Known, *, same: bool) -> None:
    assert may_be_same(ONE, other) is same
    assert may_be_same(other, ONE) is same


def test_beyond_goes_past_the_queue_and_promotes_nobody() -> None:
    planned = plan([FULL], (), [WISH], NOW, by_office=True)
    assert isinstance(planned, Plan)
    assert [(one.state, one.beyond) for one in planned.outcomes] == [("confirmed", True)]
    assert planned.promoted == ()


def test_where_there_is_room_nothing_is_beyond() -> None:
    room = replace(FULL, places=(WayPlaces(way="venue", places=9, taken=2),), queue=())
    planned = plan([room], (), [WISH], NOW, by_office=True)
    assert isinstance(planned, Plan)
    assert [one.beyond for one in planned.outcomes] == [False]


def test_who_waits_is_let_in_beyond_from_where_they_wait() -> None:
    held = Held(booking_id=9, event_id=1, way="venue", state="waiting")
    planned = plan([FULL], [held], [replace(WISH, booking_id=9)], NOW, by_office=True)
    assert isinstance(planned, Plan)
    assert [(one.state, one.beyond) for one in planned.outcomes] == [("confirmed", True)]


@pytest.mark.parametrize(("days", "code"), [(11, None), (-30, None), (30, "past")])
def test_the_office_is_early_and_late_but_not_after_the_end(days: int, code: str | None) -> None:
    planned = plan([FULL], (), [WISH], NOW + timedelta(days=days), by_office=True)
    assert (planned.code if isinstance(planned, Refused) else None) == code
