"""What is different between two snapshots of a sign-up, for letters and for calendars: pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Snapshot = Mapping[str, Any]
"""As ``snapshots.take`` makes it."""
CONTACT = ("name", "email", "telephone", "organisation")
PERSON = ("reading", "organisation", "role", "standing")
"""What a snapshot holds of each person besides the name, in this order."""
IN_DIGEST = 3
"""How many of them were in the digests that earlier versions kept."""
PLACE = ("venue", "address")

ChangeKind = Literal[
    "time",
    "venue",
    "online",
    "called_off",
    "revived",
    "added",
    "cancelled",
    "confirmed",
    "approved",
    "waiting",
    "way",
    "answer",
    "text",
    "name",
    "contact",
    "detail",
    "details",
    "note",
    "arranged",
]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is different; ``before`` and ``after`` as the snapshots have them.

    Of somebody's booking they are ways, and ``state`` is what it is now; what it was, where it was
    cancelled.
    """

    kind: ChangeKind
    event: str = ""
    person: str = ""
    what: str = ""
    before: Any = None
    after: Any = None
    state: str = ""


def compare(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """What is different, meeting by meeting in the order of ``after``, then people and contact."""
    found: list[Change] = []
    details = tuple(_compare_details(before, after))
    told = {(one.what, one.before, one.after) for one in details}
    for key, event in after["events"].items():
        found += _compare_event(key, before["events"].get(key), event)
    for key, name in after["people"].items():
        old = before["people"].get(key)
        if old is not None and old != name:
            found.append(Change(kind="name", person=key, before=old, after=name))
    for name in CONTACT:
        old, new = before["contact"].get(name, ""), after["contact"][name]
        # Who is the contact may change without any name that does.
        is_new = old != new and (name != "name" or (old and new))
        if is_new and (name, old, new) not in told:
            found.append(Change(kind="contact", what=name, before=old, after=new))
    found += details
    if before["arranged"] != after["arranged"]:
        found.append(Change(kind="arranged", before=before["arranged"]))
    return tuple(found)


def digest(value: Any) -> str:
    """By which it can be told that something changed without keeping it."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _compare_details(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    """What people are, and the note, under '', of which a letter only tells that it changed."""
    old, new = before.get("details", {}), after["details"]
    coming = {
        person
        for event in after["events"].values()
        for person, (_way, state) in event["bookings"].items()
        if state not in GONE
    }
    for person in new:
        if person in coming and person in old:
            yield from _compare_person(person, old[person], new[person])
    if "" in old and old[""] != new[""]:
        yield Change(kind="note")


def _compare_person(person: str, old: Any, new: list[str]) -> Iterator[Change]:
    if isinstance(old, str):  # letters of earlier versions kept a digest
        if old != digest(new[:IN_DIGEST]):
            yield Change(kind="details", person=person)
        return
    # Letters of earlier versions kept fewer.
    for what, before, after in zip(PERSON, old, new, strict=False):
        if before != after:
            yield Change(kind="detail", person=person, what=what, before=before, after=after)


CAME = "confirmed"
ASKED = "requested"
GONE = ("cancelled", "declined")


def _compare_event(key: str, old: Snapshot | None, new: Snapshot) -> list[Change]:
    """A meeting that is called off is told as a whole, and only to those who had to do with it."""
    if new["cancelled"]:
        told = old is None or old["cancelled"] or not _active(old)
        return [] if told else [Change(kind="called_off", event=key)]
    found: list[Change] = []
    if old is not None and _active(old) and _active(new):
        found += _compare_facts(key, old, new)
    found += _compare_bookings(key, old["bookings"] if old else {}, new["bookings"])
    if old is not None:
        found += _compare_answers(key, old, new, "answers")
        found += _compare_answers(key, old, new, "texts")
    return found


def _active(event: Snapshot, *ways: str, state: str = "") -> bool:
    """Whether anybody comes or waits, by one of these ways and in this state where given."""
    return any(
        held not in GONE and (not ways or way in ways) and state in {"", held}
        for way, held in event["bookings"].values()
    )


def _compare_facts(key: str, old: Snapshot, new: Snapshot) -> list[Change]:
    """The place interests those who come there, the online address those who have a place."""
    if old["cancelled"]:
        return [Change(kind="revived", event=key)]
    found = []
    if old["spans"] != new["spans"]:
        found.append(Change(kind="time", event=key, before=old["spans"], after=new["spans"]))
    there = _active(old, "venue") and _active(new, "venue")
    if there and any(old[name] != new[name] for name in PLACE):
        place = [" ".join(filter(None, (one["venue"], one["address"]))) for one in (old, new)]
        found.append(Change(kind="venue", event=key, before=place[0], after=place[1]))
    online = all(_active(one, "online", state=CAME) for one in (old, new))
    if online and old["online"] != new["online"]:
        found.append(Change(kind="online", event=key, before=old["online"], after=new["online"]))
    return found


def _compare_bookings(
    key: str, old: Mapping[str, list[str]], new: Mapping[str, list[str]]
) -> Iterator[Change]:
    for person, (way, state) in new.items():
        had = old.get(person)
        kind = _compare_booking(had, way, state)
        if kind:
            yield Change(
                kind=kind,
                event=key,
                person=person,
                before=had[0] if had else None,
                after=way,
                state=had[1] if had and kind == "cancelled" else state,
            )


def _compare_booking(had: list[str] | None, way: str, state: str) -> ChangeKind | None:
    if had is None or had[1] in GONE:
        return None if state in GONE else "added"
    if state in GONE:
        return "cancelled"
    if had[1] != state:
        if state != CAME:
            return "waiting"
        return "approved" if had[1] == ASKED else "confirmed"
    return "way" if had[0] != way else None


def _compare_answers(key: str, old: Snapshot, new: Snapshot, part: str) -> Iterator[Change]:
    """Answers of those who came or waited before and still do; with others all of it is new."""
    was, now = old.get(part, {}), new[part]
    for which in {**was, **now}:
        before, after = was.get(which, ""), now.get(which, "")
        question, _colon, person = which.partition(":")
        if before != after and _stays(old, person) and _stays(new, person):
            free = part == "texts"
            yield Change(
                kind="text" if free else "answer",
                event=key,
                person=person,
                what=question,
                before="" if free else before,
                after="" if free else after,
            )


def _stays(event: Snapshot, person: str) -> bool:
    if not person:
        return _active(event)
    return bool(event["bookings"].get(person, ["", GONE[0]])[1] not in GONE)


@dataclass(frozen=True, kw_only=True)
class InviteChange:
    """A calendar object that goes with a letter: 'REQUEST' or 'CANCEL' of one meeting."""

    event: str
    method: Literal["REQUEST", "CANCEL"]
    facts: Snapshot


def invites(before: Snapshot | None, after: Snapshot) -> tuple[InviteChange, ...]:
    """Which calendar objects bring a calendar from ``before`` to ``after``, and no other.

    Another address is another calendar: it has nothing yet.
    """
    if before is not None and before["contact"]["email"] != after["contact"]["email"]:
        before = None
    had = before["events"] if before else {}
    found = []
    for key in {**had, **after["events"]}:
        old, new = had.get(key), after["events"].get(key)
        comes, came = comes_to(new), comes_to(old)
        if comes and (not came or _entry(old, before) != _entry(new, after)):
            found.append(InviteChange(event=key, method="REQUEST", facts=new or {}))
        elif came and not comes:
            found.append(InviteChange(event=key, method="CANCEL", facts=old or {}))
    return tuple(found)


def comes_to(event: Snapshot | None) -> bool:
    """Whether anybody has a place at a meeting that takes place."""
    if event is None or event["cancelled"] or not event["spans"]:
        return False
    return _active(event, state=CAME)


def _entry(event: Snapshot | None, whole: Snapshot | None) -> Any:
    """All that a calendar shows of a meeting."""
    if event is None or whole is None:
        return None
    shown = ["title", "spans", "zone"]
    shown += PLACE if _active(event, "venue", state=CAME) else ()
    shown += ("online",) if _active(event, "online", state=CAME) else ()
    people = {
        whole["people"][person]: way
        for person, (way, state) in event["bookings"].items()
        if state == CAME
    }
    return {**{name: event[name] for name in shown}, "people": people}
