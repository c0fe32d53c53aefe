"""New people of a file: their rows made ready outside, and written by a few statements.

Their numbers are known only under the lock. So a search key is made with a stand-in for the number,
and the number is put in its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.auth import audit
from app.base.addresses import email_key, parse_email
from app.base.text import search_term
from app.base.timezones import to_utc
from app.db.session import WriteSession
from app.registration.facts import Entry, NoticeTold, PersonEntry
from app.registration.imports.answers import read_kept
from app.registration.imports.changes import rows_of
from app.registration.imports.models import ImportRow
from app.registration.models import Answer, Booking, Participant, Registration
from app.registration.rules import show_number
from app.registration.storing import keys_of

STAND_IN = "\ue000"
"""A character of no meaning (private use), which search keys leave as it is."""


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """One new person: the rows of their sign-up, ids and number still missing."""

    registration: dict[str, Any]
    participant: dict[str, Any]
    bookings: list[dict[str, Any]]
    once: list[dict[str, Any]]
    own: list[dict[str, Any]]
    """Answers of the whole sign-up, and of the person."""

    @property
    def taken(self) -> list[int]:
        """The choices of which they take a place."""
        return [one["choice_id"] for one in (*self.once, *self.own) if one["held"]]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What is the same for all; ``over``: 'wait' or, for a ``reason``, 'place' without a place.

    ``event_id``: of the meeting whose list it is. ``told``: what their forms told them.
    """

    series_id: int
    number_letter: str
    event_id: int
    zone: str
    channel: str
    over: str
    reason: str
    told: NoticeTold
    moment: datetime


def make_newcomer(row: ImportRow, ground: Ground) -> Newcomer:
    """The rows of one new person."""
    given = row.given
    email = given.get("email", "")
    person = PersonEntry(
        name=given["name"],
        reading=given.get("reading", ""),
        organisation=given.get("organisation", ""),
        role=given.get("role", ""),
        standing=given.get("standing", ""),
        ways={int(event_id): way for event_id, way in given["ways"].items()},
    )
    entry = Entry(
        people=(person,),
        contact_name=person.name,
        contact_attends=True,
        organisation=person.organisation,
        email=email,
        email_may_fail=bool(email) and parse_email(email).may_fail,
        telephone=given.get("telephone", ""),
        note=given.get("note", ""),
        answers=(),
        locale="ja",
    )
    created = ground.moment
    if "created" in given:
        created = to_utc(datetime.fromisoformat(given["created"]), ground.zone)
    keys = keys_of(person, entry, STAND_IN)
    waits = {event_id for event_id in row.over if ground.over == "wait"}
    holds = ground.event_id in person.ways and ground.event_id not in waits
    channel = given.get("channel", ground.channel)
    answers = read_kept(given)
    return Newcomer(
        registration=_registration(entry, given, ground, created),
        participant={
            "position": 0,
            "name": person.name,
            "reading": person.reading,
            "organisation": person.organisation,
            "role": person.role,
            "standing": person.standing,
            **_notice(ground.told, created),
        },
        bookings=[
            {
                "event_id": event_id,
                "way": way,
                **_state(event_id in waits, ground.moment),
                "beyond": ground.reason if event_id in row.over and ground.over == "place" else "",
                "channel": channel,
                "created_at": created,
                "seats": 1,
                **keys,
            }
            for event_id, way in person.ways.items()
        ],
        once=[row for one in answers if one.once for row in rows_of(one, holds=holds)],
        own=[row for one in answers if not one.once for row in rows_of(one, holds=holds)],
    )


def _registration(
    entry: Entry, given: Mapping[str, Any], ground: Ground, created: datetime
) -> dict[str, Any]:
    return {
        "series_id": ground.series_id,
        "channel": given.get("channel", ground.channel),
        "locale": entry.locale,
        "contact_name": entry.contact_name,
        "contact_organisation": entry.organisation,
        "contact_attends": True,
        "email": entry.email,
        "email_key": email_key(entry.email),
        "email_may_fail": entry.email_may_fail,
        "telephone": entry.telephone,
        "fax": given.get("fax", ""),
        "postal_address": given.get("postal_address", ""),
        "note": entry.note,
        **_notice(ground.told, created),
        "link_version": 1,
        "version": 1,
        "arranged_version": 0,
        "created_at": created,
    }


def _notice(told: NoticeTold, created: datetime) -> dict[str, Any]:
    """What somebody keeps of the notice: their form told it, so when they filled that in."""
    at = created if told.version else None
    return {"notice_version": told.version, "told_by": told.by, "noticed_at": at}


def _state(waits: bool, moment: datetime) -> dict[str, Any]:  # noqa: FBT001  # two cases of one
    return {"state": "waiting" if waits else "confirmed", "queued_at": moment if waits else None}


def write_newcomers(
    session: WriteSession,
    people: Sequence[Newcomer],
    ground: Ground,
    first_number: int,
    account_id: int,
) -> None:
    """Write them with rising numbers, and an audit entry each: some ten statements."""
    for number, one in enumerate(people, first_number):
        one.registration["number"] = number
        shown = search_term(show_number(ground.number_letter, number))
        for booking in one.bookings:
            booking["search_key"] = booking["search_key"].replace(STAND_IN, shown)
    ids = session.write_bulk(Registration, [one.registration for one in people])
    for one, registration_id in zip(people, ids, strict=True):
        one.participant["registration_id"] = registration_id
    persons = session.write_bulk(Participant, [one.participant for one in people])
    for one, participant_id in zip(people, persons, strict=True):
        for booking in one.bookings:
            booking["participant_id"] = participant_id
            booking["registration_id"] = one.participant["registration_id"]
    session.write_bulk(Booking, [booking for one in people for booking in one.bookings])
    session.write_bulk(Answer, list(_answers(people)))
    entries = [
        audit.Entry(
            actor=audit.ACCOUNT,
            account_id=account_id,
            action="registration.imported",
            subject="registration",
            subject_id=registration_id,
        )
        for registration_id in ids
    ]
    audit.record_bulk(session, entries, ground.moment)


def _answers(people: Sequence[Newcomer]) -> Iterator[dict[str, Any]]:
    for one in people:
        person = one.participant
        for row in one.once:
            yield {**row, "registration_id": person["registration_id"], "participant_id": None}
        for row in one.own:
            whose = {"registration_id": person["registration_id"], "participant_id": person["id"]}
            yield {**row, **whose}
