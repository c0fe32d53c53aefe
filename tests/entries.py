"""Entries and sign-ups made in one line, for tests of what lies under the forms."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.auth.facts import Actor
from app.db import Translated, transaction
from app.events.models import EventChoice, EventQuestion
from app.registration import changing, queries, service
from app.registration.facts import (
    AnswerEntry,
    Beyond,
    ByOffice,
    Entry,
    PersonEntry,
    Receipt,
    SignUp,
    Signup,
)

SURNAMES = ("見本", "例", "見本田")


def person(name: str = "見本 花子", *events: int, way: str = "venue", **more: Any) -> PersonEntry:
    """Somebody who comes to these meetings by one way."""
    given = {"reading": "みほん", "ways": dict.fromkeys(events, way)}
    return PersonEntry(name=name, **{**given, **more})


def entry(*people: PersonEntry, **more: Any) -> Entry:
    """An entry whose contact is the first person; everybody is ready to wait."""
    everybody = frozenset((n, e) for n, one in enumerate(people) for e in one.ways)
    given: dict[str, Any] = {
        "contact_name": people[0].name if people else "見本 花子",
        "contact_attends": True,
        "organisation": "",
        "email": "mihon@example.com",
        "email_may_fail": False,
        "telephone": "",
        "note": "",
        "answers": (),
        "locale": "ja",
        "seen_waiting": everybody,
    }
    return Entry(people=people, **{**given, **more})


def sign_up(slug: str, *people: PersonEntry, **more: Any) -> Receipt:
    """Sign people up by the page of one meeting."""
    key = more.pop("form_key", secrets.token_hex(16))
    invitation = more.pop("invitation", None)
    command = SignUp(
        slug=slug,
        entry=entry(*people, **more),
        form_key=key,
        form_digest="digest",
        notice_version=1,
        invitation_id=invitation,
    )
    return service.sign_up(command)


def type_in(slug: str, name: str, *events: int, by: int, **more: Any) -> Receipt:
    """Sign somebody up by telephone, beyond the places where none is free; ``by``: the account."""
    places = frozenset((0, event) for event in events)
    office = ByOffice(
        actor=Actor(account_id=by, email="", name=""),
        beyond=Beyond(places=places, reason="発起人のため"),
    )
    command = SignUp(
        slug=slug,
        entry=entry(person(name, *events), email="", seen_waiting=frozenset()),
        form_key=secrets.token_hex(16),
        form_digest="digest",
        notice_version=1,
        channel="telephone",
        office=replace(office, **more),
    )
    return service.sign_up(command)


def signup_of(receipt: Receipt | int) -> Signup:
    """The sign-up as it is now."""
    return queries.get_signup(receipt if isinstance(receipt, int) else receipt.registration_id)


def as_entry(signup: Signup, **more: Any) -> Entry:
    """What the form for changing would send back untouched, answers apart."""
    people = tuple(
        PersonEntry(
            participant_id=one.id,
            name=one.name,
            reading=one.reading,
            organisation=one.organisation,
            role=one.role,
            standing=one.standing,
            ways={b.event_id: b.way for b in one.bookings if b.active},
        )
        for one in signup.coming
    )
    given = {
        name: getattr(signup, name)
        for name in ("contact_name", "contact_attends", "organisation", "email", "email_may_fail")
    }
    return entry(*people, **{**given, "telephone": signup.telephone, **more})


def change(signup: Signup, changed: Entry, **more: Any) -> Signup:
    """Change a sign-up as it was seen."""
    return changing.change(
        signup.registration_id,
        signup.link_version,
        signup.version,
        changed,
        secrets.token_hex(16),
        **more,
    )


def cancel(signup: Signup, *booking_ids: int, **more: Any) -> Signup:
    """Cancel these bookings; all where none is named."""
    every = [b.id for p in signup.people for b in p.bookings if b.active]
    return changing.cancel(
        signup.registration_id,
        signup.link_version,
        signup.version,
        booking_ids or every,
        secrets.token_hex(16),
        **more,
    )


def with_way(changed: Entry, place: int, event_id: int, way: str | None) -> Entry:
    """The entry with another way of one person at one meeting; None: not there."""
    people = list(changed.people)
    ways = {**people[place].ways, event_id: way or ""}
    people[place] = replace(people[place], ways={e: w for e, w in ways.items() if w})
    seen = changed.seen_waiting | {(place, event_id)}
    return replace(changed, people=tuple(people), seen_waiting=seen)


def make_question(
    event_id: int,
    kind: str = "one",
    *,
    choices: Iterable[Mapping[str, Any]] = ({"places": None}, {"places": None}),
    **more: Any,
) -> tuple[int, list[int]]:
    """Insert a question; return its id and those of its choices."""
    given = {"label": Translated(ja="昼食", en="Lunch"), "help": Translated()}
    with transaction() as session:
        question = EventQuestion(event_id=event_id, kind=kind, **{**given, **more})
        session.add(question)
        session.flush()
        rows = [
            EventChoice(
                question_id=question.id,
                position=n,
                **{"label": Translated(ja=f"選択{n}", en=f"Choice {n}"), **one},
            )
            for n, one in enumerate(choices)
        ]
        session.add_all(rows)
        session.flush()
        return question.id, [row.id for row in rows]


def chosen(question_id: int, *choices: int) -> AnswerEntry:
    """An answer that chooses."""
    return AnswerEntry(question_id=question_id, choice_ids=choices)
