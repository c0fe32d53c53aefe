"""From the values of a form to what the service takes: pure."""

import re

from app.base.text import nfkc
from app.events.facts import Offer
from app.registration.facts import PersonEntry
from app.registration.forms.person import PersonPart
from app.registration.forms.questions import answers
from app.registration.forms.shape import ABSENT, Seat
from app.registration.forms.values import Typed
from app.registration.rules import RefusalCode

OF_QUESTION = re.compile(r"(?:p[0-9]{1,3}-)?q[0-9]{1,9}")
MOST_SEEN = 2000
DIGITS = 10
"""The most characters of the list of those shown waiting, and of one number in it."""


def vanished_code(seat: Seat, said: str) -> RefusalCode | None:
    """Why ``said`` cannot be had; None where it can, or is no way at all."""
    if seat.settled:
        return "change_closed" if seat.had is not None and said != seat.had.way else None
    if said in {ABSENT, *seat.ways} or said not in {one.code for one in seat.meeting.ways}:
        return None
    if seat.offered:
        return "way_full"
    return "full" if seat.meeting.status == "open" else seat.meeting.status


def person_entry(person: PersonPart, organisation: str) -> PersonEntry:
    """One person; ``organisation`` is that of the first."""
    same = person.place > 0 and person["same"].data
    stands = person.known.standing if person.known else ""
    if person.standing is not None:
        stands = person.standing.data or ""
    return PersonEntry(
        name=person["name"].data,
        reading=person["reading"].data,
        organisation=organisation if same else person["organisation"].data,
        role=person["role"].data,
        standing=stands,
        ways=person.ways,
        answers=answers(person.every_question),
        participant_id=person.known.id if person.known else None,
    )


def late_answers(offer: Offer, typed: Typed) -> tuple[str, ...]:
    """The questions whose time ended while they were being answered: what was said is left out."""
    said = {
        name.rpartition("q")[2] for name in typed if OF_QUESTION.fullmatch(name) and typed[name]
    }
    return tuple(one.label for one in offer.questions if one.closed and str(one.id) in said)


def same_text(text: str | None) -> str:
    """By which two texts are the same: without width, case and spaces."""
    return "".join(nfkc(text or "").casefold().split())


def read_seen(raw: str) -> frozenset[tuple[int, int]]:
    """(place, meeting id) of all that a check page showed waiting; nonsense is left out."""
    found = set()
    for one in raw[:MOST_SEEN].split(","):
        person, _colon, event = one.partition(":")
        if all(
            part.isascii() and part.isdigit() and len(part) < DIGITS for part in (person, event)
        ):
            found.add((int(person), int(event)))
    return frozenset(found)
