"""Who gets a place, who waits, who moves up: decided without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.events.rules import EventFacts, WayPlaces
from app.registration.placing import plan, promote
from app.registration.rules import (
    Held,
    Meeting,
    Pick,
    Plan,
    Queued,
    Refused,
    Wish,
    check_picks,
    identity,
    show_number,
)

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)


def facts(**more: Any) -> EventFacts:
    given: dict[str, Any] = {
        "kind": "assembly",
        "state": "published",
        "starts_at": NOW + 20 * DAY,
        "ends_at": NOW + 20 * DAY + timedelta(hours=2),
        "opens_at": NOW - DAY,
        "closes_at": NOW + 10 * DAY,
    }
    return EventFacts(**{**given, **more})


def meeting(
    venue: int | None = 2,
    taken: int = 0,
    *queue: Queued,
    online: int | None = 5,
    event_id: int = 1,
    **more: Any,
) -> Meeting:
    waiting = sum(1 for one in queue if one.way == "venue")
    return Meeting(
        id=event_id,
        facts=facts(**more),
        places=(
            WayPlaces(way="venue", places=venue, taken=taken, waiting=waiting),
            WayPlaces(way="online", places=online, taken=0),
        ),
        queue=queue,
    )


def wish(person: int = 0, way: str = "venue", event_id: int = 1, **more: Any) -> Wish:
    return Wish(person=person, event_id=event_id, way=way, **more)


def held(booking_id: int = 10, way: str = "venue", state: Any = "confirmed", **more: Any) -> Held:
    return Held(booking_id=booking_id, event_id=1, way=way, state=state, **more)


def queued(booking_id: int, seats: int = 1, way: str = "venue") -> Queued:
    return Queued(booking_id=booking_id, way=way, seats=seats)


def states(made: Plan | Refused) -> list[tuple[str, int | None]]:
    assert isinstance(made, Plan), made
    return [(outcome.state, outcome.position) for outcome in made.outcomes]


def test_those_who_fit_come_and_the_rest_wait_in_order() -> None:
    made = plan([meeting(venue=2, taken=1)], [], [wish(n) for n in range(3)], NOW)
    assert states(made) == [("confirmed", None), ("waiting", 1), ("waiting", 2)]


def test_newcomers_stand_behind_those_who_wait() -> None:
    made = plan([meeting(2, 2, queued(7), queued(8))], [], [wish()], NOW)
    assert states(made) == [("waiting", 3)]


def test_one_full_meeting_does_not_keep_anybody_from_the_other() -> None:
    both = [meeting(venue=1, taken=1), meeting(venue=1, event_id=2)]
    made = plan(both, [], [wish(event_id=1), wish(event_id=2)], NOW)
    assert states(made) == [("waiting", 1), ("confirmed", None)]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"state": "cancelled"}, "cancelled"),
        ({"closes_at": NOW}, "closed"),
        ({"opens_at": NOW + DAY}, "not_yet"),
        ({"starts_at": None}, "undecided"),
        ({"ends_at": NOW - DAY}, "past"),
    ],
)
def test_a_meeting_that_is_not_open_takes_nobody(more: dict[str, Any], code: str) -> None:
    made = plan([meeting(**more)], [], [wish(3)], NOW)
    assert isinstance(made, Refused)
    assert (made.code, made.event_id, made.person) == (code, 1, 3)


def test_without_a_waiting_list_full_is_full() -> None:
    full = [meeting(venue=1, taken=1, waiting_list=False)]
    made = plan(full, [], [wish()], NOW)
    assert isinstance(made, Refused)
    assert made.code == "way_full"
    nowhere = plan([meeting(venue=1, taken=1, online=0, waiting_list=False)], [], [wish()], NOW)
    assert isinstance(nowhere, Refused)
    assert nowhere.code == "full"


def test_a_way_that_is_not_offered_is_refused() -> None:
    made = plan([meeting()], [], [wish(way="by post")], NOW)
    assert isinstance(made, Refused)
    assert made.code == "way_unknown"


def test_what_is_cancelled_goes_to_the_first_who_waits() -> None:
    made = plan([meeting(1, 1, queued(7), queued(8))], [held()], [], NOW)
    assert isinstance(made, Plan)
    assert (made.cancelled, made.promoted) == ((10,), (7,))


def test_a_swap_in_one_form_does_not_pass_those_who_wait() -> None:
    made = plan([meeting(1, 1, queued(7))], [held()], [wish()], NOW)
    assert isinstance(made, Plan)
    assert made.promoted == (7,)
    assert states(made) == [("waiting", 1)]


def test_changing_to_a_way_that_is_full_keeps_the_place() -> None:
    made = plan([meeting(online=0)], [held()], [wish(way="online", booking_id=10)], NOW)
    assert isinstance(made, Refused)
    assert made.code == "way_full_keep"


def test_changing_the_way_frees_the_place_for_the_queue() -> None:
    made = plan([meeting(1, 1, queued(7))], [held()], [wish(way="online", booking_id=10)], NOW)
    assert isinstance(made, Plan)
    assert made.promoted == (7,)
    assert states(made) == [("confirmed", None)]


def test_who_waits_and_keeps_the_way_keeps_the_turn() -> None:
    full = meeting(1, 1, queued(7), queued(10), queued(11))
    made = plan([full], [held(state="waiting")], [wish(booking_id=10)], NOW)
    assert states(made) == [("waiting", 2)]
    assert isinstance(made, Plan)
    assert not made.outcomes[0].requeued


def test_who_waits_can_take_a_place_of_the_other_way() -> None:
    full = meeting(1, 1, queued(10))
    made = plan([full], [held(state="waiting")], [wish(way="online", booking_id=10)], NOW)
    assert states(made) == [("confirmed", None)]


def test_a_helper_takes_a_seat_and_who_needs_two_keeps_the_turn() -> None:
    assert promote(meeting(2, 1, queued(7, seats=2), queued(8)), NOW) == (8,)
    assert promote(meeting(3, 1, queued(7, seats=2), queued(8)), NOW) == (7,)


def test_a_helper_is_refused_where_there_is_no_seat() -> None:
    made = plan([meeting(1, 1)], [held()], [wish(booking_id=10, seats=2)], NOW)
    assert isinstance(made, Refused)
    assert made.code == "seats_full"


def test_after_its_time_nobody_moves_up_and_newcomers_neither_pass_nor_wait() -> None:
    over = meeting(3, 1, queued(7), promotion_until=NOW)
    assert promote(over, NOW) == ()
    for late in (over, meeting(3, 3, promotion_until=NOW)):
        made = plan([late], [], [wish()], NOW)
        assert isinstance(made, Refused)
        assert made.code == "way_full"
    free = meeting(3, 1, promotion_until=NOW)
    assert states(plan([free], [], [wish()], NOW)) == [("confirmed", None)]
    waits = plan([over], [held(7, state="waiting")], [wish(booking_id=7)], NOW)
    assert states(waits) == [("waiting", 1)]


def test_after_the_time_for_changes_the_link_cancels_nothing_but_the_office_does() -> None:
    late = meeting(change_until=NOW)
    made = plan([late], [held()], [], NOW)
    assert isinstance(made, Refused)
    assert made.code == "change_closed"
    assert isinstance(plan([late], [held()], [], NOW, by_office=True), Plan)


def test_what_is_kept_as_it_is_needs_no_open_window() -> None:
    late = meeting(change_until=NOW, closes_at=NOW - DAY)
    assert states(plan([late], [held()], [wish(booking_id=10)], NOW)) == [("confirmed", None)]


def test_a_duplicate_is_told_what_anybody_would_be_and_takes_nothing() -> None:
    made = plan([meeting(venue=1)], [], [wish(0, duplicate=True), wish(1)], NOW)
    assert states(made) == [("confirmed", None), ("confirmed", None)]
    full = plan([meeting(1, 1)], [], [wish(0, duplicate=True), wish(1)], NOW)
    assert states(full) == [("waiting", 1), ("waiting", 1)]


def test_lowered_places_cancel_nobody_and_let_nobody_in() -> None:
    made = plan([meeting(1, 3)], [held()], [wish(booking_id=10), wish(1)], NOW)
    assert states(made) == [("confirmed", None), ("waiting", 1)]


def test_the_last_of_a_choice_goes_once() -> None:
    picks = [Pick(choice_id=5, event_id=1, person=n) for n in range(2)]
    refused = check_picks(picks, {5: 1})
    assert refused is not None
    assert (refused.code, refused.person, refused.choice_id) == ("choice_used_up", 1, 5)
    assert check_picks(picks, {5: None}) is None


def test_who_holds_a_choice_keeps_it_even_beyond_the_limit() -> None:
    mine = Pick(choice_id=5, event_id=1, person=1, kept=True)
    assert check_picks([mine], {5: 0}) is None
    other = Pick(choice_id=5, event_id=1, person=0)
    assert check_picks([other, mine], {5: 1}) is not None


def test_the_same_person_is_known_whatever_the_width_and_case() -> None:
    first = identity("見本 花子", "みほん はなこ", "mihon@example.com", "")
    assert first == identity("見本　花子", "みほんはなこ", "MIHON@example.com", "090-0000-0000")
    assert first != identity("見本 花子", "みほん かこ", "mihon@example.com", "")
    called = identity("見本 花子", "みほん はなこ", "", "03-0000-0000")
    assert called == identity("見本 花子", "みほん はなこ", "", "03-0000-0000 内線12")


@pytest.mark.parametrize(("number", "shown"), [(1, "A-0001"), (123, "A-0123"), (12345, "A-12345")])
def test_numbers_as_they_are_said(number: int, shown: str) -> None:
    assert show_number("A", number) == shown
