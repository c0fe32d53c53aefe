"""Changing what a meeting says, its address, and how long its data are kept."""

from typing import Any

from sqlalchemy import exists, select

from app.auth.facts import Actor
from app.base.errors import ChangedMeanwhile, Conflict
from app.base.tokens import content_digest
from app.db import transaction
from app.db.session import WriteSession
from app.events import changes
from app.events.models import Event
from app.meetings import rows
from app.meetings.facts import TERMS, Contents
from app.meetings.making import OutOfOrder, SlugTaken
from app.meetings.queries import contents_of, count_touched
from app.meetings.rules import too_short
from app.meetings.states import InUse, NotNow
from app.registration.models import Booking


class Promised(Conflict):
    """A term was promised to people: it can be shorter, but not longer. The text is its name."""


def digest(contents: Contents) -> str:
    """By which a form knows the contents that it shows."""
    return content_digest(_values(contents))


def change_contents(
    event_id: int, wanted: Contents, by: Actor, *, seen: str | None = None
) -> tuple[str, ...]:
    """Set what a meeting says; return the names of what was changed.

    Args:
        event_id: which meeting.
        wanted: all of it.
        by: who of the office acts.
        seen: ``digest`` of the contents that this is a change of; None where nobody looked.

    Raises:
        NotFound: there is no such meeting.
        ChangedMeanwhile: the contents are not those that were seen.
        SlugTaken: another meeting has the address.
        NotNow: the address of what is published stays, as it stands in letters.
        InUse: people have signed up, so it cannot become one without sign-up.
        OutOfOrder: a term ends before one that has to end first.
        Promised: people have signed up, and were told a shorter term.
        Busy: nothing was stored.
    """
    with transaction() as session:
        event = rows.lock_meeting(session, event_id)
        before, after = _values(contents_of(event)), _values(wanted)
        changed = tuple(name for name in after if before[name] != after[name])
        if seen is not None and seen != content_digest(before):
            raise ChangedMeanwhile("contents")
        if not changed:
            return ()
        _check(session, event, wanted)
        _set(event, wanted)
        session.flush()
        old, new = ({n: values[n] for n in changed} for values in (before, after))
        changes.record(session, "event.worded", event_id, by, old, new)
        return changed


def _check(session: WriteSession, event: Event, wanted: Contents) -> None:
    if wanted.slug != event.slug:
        if event.state != "draft":
            raise NotNow("slug")
        rows.choose_in_turn(session)
        if session.scalar(select(Event.id).where(Event.slug == wanted.slug)) is not None:
            raise SlugTaken("slug")
    short = too_short(wanted.terms)
    if short:
        raise OutOfOrder(short)
    longer = [name for name in TERMS if wanted.terms[name] > getattr(event, name)]
    if longer and _has_people(session, event.id):
        raise Promised(longer[0])
    becomes_open = wanted.kind == "walk_in" and event.kind != "walk_in"
    if becomes_open and count_touched(session, event.id):
        raise InUse("kind")


def _has_people(session: WriteSession, event_id: int) -> bool:
    return bool(session.scalar(select(exists().where(Booking.event_id == event_id))))


def _set(event: Event, wanted: Contents) -> None:
    event.slug, event.kind, event.host_id = wanted.slug, wanted.kind, wanted.host_id
    for name, words in wanted.texts.items():
        setattr(event, name, rows.translated(words, getattr(event, name)))
    for name in TERMS:
        setattr(event, name, wanted.terms[name])


def _values(contents: Contents) -> dict[str, Any]:
    return {
        "slug": contents.slug,
        "kind": contents.kind,
        "host_id": contents.host_id,
        **{name: [words.ja, words.en] for name, words in contents.texts.items()},
        **contents.terms,
    }
