"""The values of a form before it is read: filled in, a person more or fewer, each by themselves.

A form is a flat mapping: ``p0-name`` is the name of the first person, ``p0-way-12`` their way at
meeting 12, ``p0-q5`` their answer to question 5, ``q7`` the answer to what is asked once.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from werkzeug.datastructures import MultiDict

from app.base.text import clean_line
from app.events.facts import Offer
from app.registration import wishes
from app.registration.facts import AnswerEntry, PersonEntry, Signup
from app.registration.forms.shape import ABSENT, default_way, seats

Typed = MultiDict[str, str]
_OF_PERSON = re.compile(r"p(\d{1,3})-(.+)", re.DOTALL)
_LONGEST_COUNT = 4


def count_people(typed: Typed) -> int:
    """How many people a form says it has; 1 for nonsense."""
    raw = typed.get("people", "")
    if not raw.isascii() or not raw.isdigit() or len(raw) > _LONGEST_COUNT:
        return 1
    return max(1, int(raw))


def first_values(offer: Offer, now: datetime) -> Typed:
    """The empty form: one person, every meeting of the day, at the venue."""
    values: Typed = MultiDict({"people": "1"})
    for one in seats(offer, None, now):
        if one.offered:
            values[f"p0-way-{one.meeting.id}"] = default_way(one)
    return values


def first_values_of_office(offer: Offer, event_id: int | None, now: datetime) -> Typed:
    """The empty form of the office: one person at the meeting whose page it is.

    They are said to attend no other of the day: nobody has asked them yet, and a place that nobody
    asked for is one that somebody else lacks.
    """
    values: Typed = MultiDict({"people": "1"})
    for one in seats(offer, None, now, by_office=True):
        if one.offered:
            is_here = one.meeting.id == event_id
            values[f"p0-way-{one.meeting.id}"] = default_way(one) if is_here else ABSENT
    return values


def values_of(signup: Signup, offer: Offer) -> Typed:
    """The form as it would have been filled in for what is there now."""
    entry = wishes.entry_of(signup, offer)
    values: Typed = MultiDict(
        {
            "people": str(len(entry.people) or 1),
            "email": entry.email,
            "email_kept": entry.email,
            "telephone": entry.telephone,
            "note": entry.note,
        }
    )
    if not entry.contact_attends:
        values["absent"] = "1"
        values["contact_name"] = entry.contact_name
    for place, person in enumerate(entry.people):
        _put_person(values, place, person, entry.organisation)
        for meeting in offer.meetings:
            values.setdefault(f"p{place}-way-{meeting.id}", ABSENT)
    _put_answers(values, "", entry.answers)
    if len({tuple(sorted(one.ways.items())) for one in entry.people}) > 1:
        values["differ"] = "1"
    return values


def _put_person(values: Typed, place: int, person: PersonEntry, organisation: str) -> None:
    prefix = f"p{place}-"
    values[f"{prefix}id"] = str(person.participant_id or "")
    for name in ("name", "reading", "role", "organisation", "standing"):
        values[prefix + name] = getattr(person, name)
    if place and person.organisation == organisation:
        values[f"{prefix}same"] = "1"
    for event_id, way in person.ways.items():
        values[f"{prefix}way-{event_id}"] = way
    _put_answers(values, prefix, person.answers)


def _put_answers(values: Typed, prefix: str, answers: tuple[AnswerEntry, ...]) -> None:
    for one in answers:
        said = [str(choice) for choice in one.choice_ids] or [one.text]
        values.setlist(f"{prefix}q{one.question_id}", said)


def add_person(typed: Typed, most: int) -> Typed:
    """One person more, of the same organisation and coming as the first does."""
    values: Typed = MultiDict(typed)
    count = count_people(typed)
    if count >= most:
        return values
    for name, said in _of_person(typed, count):
        values.poplist(f"p{count}-{name}")
        del said
    values["people"] = str(count + 1)
    values[f"p{count}-same"] = "1"
    for name, said in _of_person(typed, 0):
        if name.startswith("way-"):
            values.setlist(f"p{count}-{name}", said)
    return values


def put_person(typed: Typed, other: Typed, place: int) -> Typed:
    """One person more: the one who has this place in another form of the same sign-up."""
    values: Typed = MultiDict(typed)
    count = count_people(typed)
    for name, said in _of_person(other, place):
        values.setlist(f"p{count}-{name}", said)
    values["people"] = str(count + 1)
    return values


def remove_person(typed: Typed, place: int) -> Typed:
    """One person fewer; those behind move up and keep all they have.

    Where the first one goes, the contact stays who they are: somebody who does not attend.
    """
    count = count_people(typed)
    if count < 2 or not 0 <= place < count:  # noqa: PLR2004  # somebody has to come
        return MultiDict(typed)
    values: Typed = MultiDict()
    for name in typed:
        found = _OF_PERSON.fullmatch(name)
        if found is None:
            values.setlist(name, typed.getlist(name))
        elif int(found[1]) != place:
            moved = int(found[1]) - (int(found[1]) > place)
            values.setlist(f"p{moved}-{found[2]}", typed.getlist(name))
    values["people"] = str(count - 1)
    if place == 0:
        _keep_contact(values, typed)
    return values


def _keep_contact(values: Typed, typed: Typed) -> None:
    """The first person was the contact, whose organisation and ways were those of others, too."""
    _keep_organisation(values, typed.get("p0-organisation", ""))
    if typed.get("differ") != "1":
        for name, said in _of_person(typed, 0):
            if name.startswith("way-"):
                values.setlist(f"p0-{name}", said)
    if not typed.get("absent") and clean_line(typed.get("p0-name", "")):
        values["absent"] = "1"
        values["contact_name"] = typed.get("p0-name", "")


def _keep_organisation(values: Typed, organisation: str) -> None:
    """What was the same as that of the first person is said by itself where it no longer is."""
    if values.poplist("p0-same"):
        values["p0-organisation"] = organisation
    if values.get("p0-organisation", "") == organisation:
        return
    for place in range(1, count_people(values)):
        if values.poplist(f"p{place}-same"):
            values[f"p{place}-organisation"] = organisation


def open_differences(typed: Typed, most: int) -> Typed:
    """Every person's ways by themselves, beginning with those of the first."""
    values: Typed = MultiDict(typed)
    values["differ"] = "1"
    for place in range(1, min(count_people(typed), most)):
        for name, said in _of_person(typed, 0):
            if name.startswith("way-"):
                values.setlist(f"p{place}-{name}", said)
    return values


def _of_person(typed: Typed, place: int) -> Iterator[tuple[str, list[str]]]:
    prefix = f"p{place}-"
    for name in list(typed):
        if name.startswith(prefix):
            yield name.removeprefix(prefix), typed.getlist(name)
