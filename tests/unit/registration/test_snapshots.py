"""What is different between two states of a sign-up, for letters and for calendars."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.events.facts import Offer
from app.registration.facts import AnswerView, Signup
from app.registration.letters import letters, snapshots
from app.registration.letters.letters import Why
from tests import facts
from tests.facts import AFTERNOON, lunch, meeting, offer, person, signup

VENUE, ONLINE = (1, "venue", "confirmed"), (1, "online", "confirmed")
WAITING, GONE = (1, "venue", "waiting", 1), (1, "venue", "cancelled")
MOVED = meeting(1, start=AFTERNOON)
OFF = meeting(1, status="cancelled")


def one(*bookings: Any, **more: Any) -> Signup:
    return signup(person(1, "見本 花子", *bookings), **more)


def take(who: Signup, what: Offer | None = None) -> dict[str, Any]:
    return snapshots.take(who, what or offer())


def kinds(before: Signup, after: Signup, old: Offer | None = None, new: Offer | None = None) -> Any:
    return [change.kind for change in snapshots.compare(take(before, old), take(after, new or old))]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (VENUE, VENUE, []),
        (VENUE, ONLINE, ["way"]),
        (VENUE, GONE, ["cancelled"]),
        (WAITING, GONE, ["cancelled"]),
        (WAITING, VENUE, ["confirmed"]),
        (WAITING, ONLINE, ["confirmed"]),
        (ONLINE, WAITING, ["waiting"]),
        (GONE, VENUE, ["added"]),
        (GONE, WAITING, ["added"]),
        (GONE, GONE, []),
    ],
)
def test_a_booking(before: Any, after: Any, found: list[str]) -> None:
    assert kinds(one(before), one(after)) == found


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [(GONE, WAITING, "waiting"), (GONE, VENUE, "confirmed"), (WAITING, GONE, "waiting")],
)
def test_a_change_says_whether_it_is_about_a_place_or_about_waiting(
    before: Any, after: Any, state: str
) -> None:
    (change,) = snapshots.compare(take(one(before)), take(one(after)))
    assert change.state == state


@pytest.mark.parametrize(
    ("booking", "new", "found"),
    [
        (VENUE, MOVED, ["time"]),
        (ONLINE, MOVED, ["time"]),
        (WAITING, MOVED, ["time"]),
        (GONE, MOVED, []),
        (VENUE, meeting(1, access="見本駅の北口から"), []),
        (VENUE, meeting(1, venue_name="例会館"), ["venue"]),
        (WAITING, meeting(1, venue_address="例市"), ["venue"]),
        (ONLINE, meeting(1, venue_name="例会館"), []),
        (VENUE, meeting(1, online_url="https://example.com/1"), []),
        (ONLINE, meeting(1, online_url="https://example.com/1"), ["online"]),
        ((1, "online", "waiting"), meeting(1, online_url="https://example.com/1"), []),
        (VENUE, OFF, ["called_off"]),
        (WAITING, OFF, ["called_off"]),
        (GONE, OFF, []),
    ],
)
def test_a_meeting_changes_for_those_whom_it_concerns(
    booking: Any, new: Any, found: list[str]
) -> None:
    assert kinds(one(booking), one(booking), offer(meeting(1)), offer(new)) == found


def test_a_meeting_that_was_called_off_is_told_once_and_when_it_takes_place_after_all() -> None:
    assert kinds(one(VENUE), one(VENUE), offer(OFF), offer(OFF)) == []
    assert kinds(one(VENUE), one(GONE), offer(meeting(1)), offer(OFF)) == ["called_off"]
    assert kinds(one(VENUE), one(VENUE), offer(OFF), offer(meeting(1))) == ["revived"]


def written(person_id: int | None, text: str) -> AnswerView:
    return AnswerView(
        question_id=6, participant_id=person_id, choice_id=None, text=text, held=False
    )


def test_answers_are_told_and_what_was_written_freely_is_not_repeated() -> None:
    free = lunch(id=6, kind="short", choices=(), asked="signup")
    asked = offer(questions=(lunch(), free))
    before = one(VENUE, answers=(facts.answer(1, 51), written(None, "前の文")))
    after = one(VENUE, answers=(facts.answer(1, 52), written(None, "後の文")))
    choice, text = snapshots.compare(take(before, asked), take(after, asked))
    assert (choice.kind, choice.before, choice.after) == ("answer", "頼む", "頼まない")
    assert (text.kind, text.before, text.after) == ("text", "", "")
    assert "文" not in str(take(after, asked))


def test_answers_of_somebody_new_are_no_change_of_answers() -> None:
    asked = offer(questions=(lunch(),))
    after = one(VENUE, answers=(facts.answer(1, 51),))
    assert kinds(one((2, "venue", "confirmed")), after, asked) == ["added"]
    assert kinds(one(GONE), after, asked) == ["added"]


def test_arrangements_are_in_no_snapshot() -> None:
    asked = offer(questions=(lunch(is_arrangement=True),))
    before, after = one(VENUE), one(VENUE, answers=(facts.answer(1, 51),), arranged_version=2)
    assert kinds(before, after, asked) == ["arranged"]
    assert "頼む" not in str(take(after, asked))


def test_names_contacts_and_the_rest() -> None:
    other = signup(person(1, "見本 華子", VENUE), email="a@example.com", telephone="03-0000-0000")
    assert kinds(one(VENUE), other) == ["name", "contact", "contact"]
    before = one(VENUE, contact_attends=False, contact_name="見本 事務")
    after = replace(before, contact_name="例 事務")
    (change,) = snapshots.compare(take(before), take(after))
    assert (change.kind, change.what, change.after) == ("contact", "name", "例 事務")
    assert kinds(one(VENUE), one(VENUE, note="追って連絡します")) == ["note"]
    reading = replace(one(VENUE).people[0], reading="みほん はなこ")
    assert kinds(one(VENUE), signup(reading)) == ["detail"]
    assert kinds(one(VENUE), signup(reading, note="x")) == ["detail", "note"]


def test_what_a_person_is_is_told_from_old_to_new() -> None:
    was = one(VENUE)
    now = signup(replace(was.people[0], role="理事", organisation="見本の会"))
    found = snapshots.compare(take(was), take(now))
    assert [(c.kind, c.person, c.what, c.after) for c in found] == [
        ("detail", "1", "organisation", "見本の会"),
        ("detail", "1", "role", "理事"),
    ]


def test_a_contact_who_attends_changes_the_organisation_once() -> None:
    was = signup(replace(one(VENUE).people[0], organisation="見本の会"), organisation="見本の会")
    now = signup(replace(one(VENUE).people[0], organisation="例の会"), organisation="例の会")
    assert kinds(was, now) == ["detail"]


def test_a_digest_of_an_earlier_version_tells_that_something_changed() -> None:
    was, now = one(VENUE), signup(replace(one(VENUE).people[0], role="理事"))
    person = was.people[0]
    kept = take(was)
    kept["details"]["1"] = snapshots.digest([person.reading, person.organisation, person.role])
    assert not snapshots.compare(kept, take(was))
    assert [one.kind for one in snapshots.compare(kept, take(now))] == ["details"]


def methods(before: Signup | None, after: Signup, old: Any = None, new: Any = None) -> Any:
    told = take(before, old) if before else None
    return [(i.event, i.method) for i in snapshots.invites(told, take(after, new or old))]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (VENUE, VENUE, []),
        (VENUE, ONLINE, [("1", "REQUEST")]),
        (VENUE, GONE, [("1", "CANCEL")]),
        (VENUE, WAITING, [("1", "CANCEL")]),
        (WAITING, WAITING, []),
        (WAITING, VENUE, [("1", "REQUEST")]),
        (WAITING, GONE, []),
        (GONE, VENUE, [("1", "REQUEST")]),
    ],
)
def test_calendars_follow_a_booking(before: Any, after: Any, found: Any) -> None:
    assert methods(one(before), one(after)) == found


@pytest.mark.parametrize(
    ("booking", "new", "found"),
    [
        (VENUE, MOVED, [("1", "REQUEST")]),
        (VENUE, OFF, [("1", "CANCEL")]),
        (VENUE, meeting(1, spans=()), [("1", "CANCEL")]),
        (VENUE, meeting(1, online_url="https://example.com/1"), []),
        (ONLINE, meeting(1, online_url="https://example.com/1"), [("1", "REQUEST")]),
        (ONLINE, meeting(1, venue_name="例会館"), []),
        (WAITING, MOVED, []),
    ],
)
def test_calendars_follow_a_meeting_as_far_as_they_show_it(
    booking: Any, new: Any, found: Any
) -> None:
    assert methods(one(booking), one(booking), offer(meeting(1)), offer(new)) == found


def test_calendars_show_who_comes() -> None:
    two = signup(person(1, "見本 花子", VENUE), person(2, "見本 太郎", VENUE))
    assert methods(one(VENUE), two) == [("1", "REQUEST")]
    assert methods(two, one(VENUE)) == [("1", "REQUEST")]


def test_a_new_address_has_an_empty_calendar() -> None:
    assert methods(one(VENUE), one(VENUE, email="a@example.com")) == [("1", "REQUEST")]
    assert methods(one(VENUE), one(GONE, email="a@example.com")) == []


@pytest.mark.parametrize(
    ("before", "after", "actor", "kind"),
    [
        (None, VENUE, "person", "confirmed"),
        (None, WAITING, "person", "waiting"),
        (None, VENUE, "office", "confirmed"),
        (None, VENUE, "queue", "confirmed"),
        (VENUE, ONLINE, "person", "changed"),
        (VENUE, ONLINE, "office", "office_changed"),
        (VENUE, GONE, "person", "cancelled"),
        (VENUE, GONE, "office", "office_cancelled"),
        (None, GONE, "person", "cancelled"),
        (WAITING, VENUE, "queue", "moved_up"),
        (WAITING, WAITING, "queue_end", "queue_ended"),
        (VENUE, VENUE, "link", "new_link"),
    ],
)
def test_the_kind_of_letter(before: Any, after: Any, actor: Any, kind: str) -> None:
    told = take(one(before)) if before else None
    assert letters.kind_of(told, take(one(after)), Why(actor=actor)) == kind


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (offer(MOVED, meeting(2)), "office_changed"),
        (offer(OFF, meeting(2)), "called_off"),
        (offer(OFF, meeting(2, status="cancelled")), "called_off"),
        (offer(meeting(1), meeting(2, start=AFTERNOON + timedelta(hours=1))), "office_changed"),
    ],
)
def test_the_kind_of_letter_about_a_meeting(new: Offer, kind: str) -> None:
    both = one(VENUE, (2, "venue", "confirmed"))
    assert letters.kind_of(take(both), take(both, new), Why(actor="meeting")) == kind
