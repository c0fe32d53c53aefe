"""What a form knows of the day beside what is typed: moves, and who comes to nothing."""

from dataclasses import replace
from datetime import timedelta

from app.registration.forms.shape import moved_since, what_is_shown
from app.registration.forms.values import values_of
from tests.facts import AFTERNOON, meeting, offer, person, signup


def test_only_the_meeting_that_moved_is_named() -> None:
    shown = what_is_shown(offer())
    later = offer(meeting(1), meeting(2, start=AFTERNOON + timedelta(minutes=30)))
    elsewhere = offer(replace(meeting(1), place=("見本会館 5階", "")), meeting(2))
    assert moved_since(shown, offer()) == ()
    assert [one.id for one in moved_since(shown, later)] == [2]
    assert [one.id for one in moved_since(shown, elsewhere)] == [1]


def test_another_language_is_no_move() -> None:
    shown = what_is_shown(offer())
    in_english = replace(meeting(1), venue_name="Mihon Hall", venue_address="1-2-3 Mihon")
    assert moved_since(shown, offer(in_english, meeting(2))) == ()


def test_closing_or_calling_off_is_no_move() -> None:
    shown = what_is_shown(offer())
    assert moved_since(shown, offer(meeting(1, status="closed"), meeting(2))) == ()
    assert moved_since(shown, offer(meeting(1, status="cancelled"), meeting(2))) == ()


def test_nonsense_is_no_move() -> None:
    for raw in ("", ":", "1", "x:y,,:", "9:abc", "," * 5000):
        found = [one.id for one in moved_since(raw, offer())]
        assert found == ([1] if raw == "1" else []), raw


def test_the_form_says_of_every_meeting_whether_one_comes() -> None:
    one = person(1, "見本 花子", (1, "venue", "cancelled"), (2, "online", "confirmed"))
    values = values_of(signup(one), offer())
    assert (values["p0-way-1"], values["p0-way-2"]) == ("none", "online")
