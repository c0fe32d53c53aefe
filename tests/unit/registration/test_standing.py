"""How a sign-up stands, by which its pages speak of places, reception and online address."""

import pytest

from app.registration.door.standing import standing_of
from tests.facts import meeting, offer, person, signup

HANAKO = person(1, "見本 花子", (1, "venue", "confirmed"), (2, "online", "confirmed"))
WAITING = person(2, "見本 太郎", (1, "venue", "waiting", 1))
OFF = offer(meeting(1, status="cancelled"), meeting(2))


@pytest.mark.parametrize(
    ("word", "people"),
    [
        ("confirmed", (HANAKO,)),
        ("mixed", (HANAKO, WAITING)),
        ("waiting", (WAITING,)),
        ("cancelled", (person(1, "見本 花子", (1, "venue", "cancelled")),)),
    ],
)
def test_one_word_for_all_of_it(word: str, people: tuple[object, ...]) -> None:
    assert standing_of(signup(*people), offer()).word == word  # type: ignore[arg-type]


def test_what_was_called_off_is_neither_a_place_nor_a_reason_to_come() -> None:
    alone = signup(person(1, "見本 花子", (1, "venue", "confirmed")))
    found = standing_of(alone, OFF)
    assert (found.word, found.stands, found.placed, found.contact_way) == (
        "called_off",
        False,
        (),
        "",
    )
    both = standing_of(signup(HANAKO), OFF)
    assert (both.word, [one.id for one in both.placed]) == ("confirmed", [2])


def test_whoever_was_called_off_and_waits_elsewhere_only_waits() -> None:
    one = person(1, "見本 花子", (1, "venue", "confirmed"), (2, "venue", "waiting", 1))
    assert standing_of(signup(one), OFF).word == "waiting"


def test_whoever_waited_until_nobody_moves_up_has_waited_in_vain() -> None:
    over = offer(meeting(1, promoting=False), meeting(2))
    found = standing_of(signup(WAITING), over)
    assert (found.word, found.stands) == ("in_vain", False)
    assert standing_of(signup(HANAKO, WAITING), over).word == "confirmed"
    undated = offer(meeting(1, promoting=False, spans=()))
    assert standing_of(signup(WAITING), undated).word == "waiting", "a new date begins it anew"


def test_reception_is_of_meetings_with_a_place_at_the_venue() -> None:
    found = standing_of(signup(HANAKO, WAITING), offer())
    assert [one.id for one in found.venue] == [1]
    assert [one.id for one in found.online] == [2]
    assert [one.id for one in found.placed] == [1, 2]
    assert standing_of(signup(WAITING), offer()).placed == ()


def test_what_is_over_needs_no_reception() -> None:
    over = offer(meeting(1, status="past"), meeting(2))
    assert [one.id for one in standing_of(signup(HANAKO), over).placed] == [2]


def test_only_a_contact_who_has_a_place_is_expected() -> None:
    assert standing_of(signup(HANAKO), offer()).contact_way == "venue"
    assert standing_of(signup(HANAKO, contact_attends=False), offer()).contact_way == ""
    assert standing_of(signup(WAITING, HANAKO), offer()).contact_way == ""
    online = person(1, "見本 花子", (1, "online", "confirmed"))
    assert standing_of(signup(online), offer()).contact_way == "online"
