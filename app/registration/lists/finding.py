"""Whom a list finds: scope, search and filters, as conditions of the database.

A row of a list is a person: whoever has a booking in the scope that fits. Every condition is about
a ``Booking``; what is asked of it stands in one index.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.base.text import search_term
from app.db import db
from app.db.looking import finds_any
from app.mail.models import NOT_GONE, STATES, OutboxLetter
from app.registration.attendance import came, came_among_all
from app.registration.models import Answer, Booking, Participant

UNSAID = "unsaid"
"""The filter for those of whom nobody said as what they take part."""
_Finds = Callable[[Any], ColumnElement[bool]]
LETTERS = ("failed", "by_hand", "under_way", "accepted", "none")


@dataclass(frozen=True, kw_only=True)
class AnswerFilter:
    """Who answered a question, or with one choice of it; ``given`` False: who did not answer.

    Only those count as not having answered who are asked: at its meeting, by its way.
    """

    question_id: int
    event_id: int
    asked: str
    way: str = ""
    choice_id: int | None = None
    given: bool = True


@dataclass(frozen=True, kw_only=True)
class RosterFilter:
    """Whom a list shows: of ``event_ids``, in their order; what is '' or None does not narrow.

    Args:
        q: what is searched for, as typed.
        state, way, channel: of a booking.
        letters: one of ``LETTERS``.
        arrived: 'yes' or 'no', the latter only of those with a place.
        role: a ``group_key``.
        standing: of the person; ``UNSAID`` for those of whom it is not known.
        organisation: a ``group_key``; '' for those who named none.
        sort: one of ``roster.SORTS``.
    """

    event_ids: tuple[int, ...]
    q: str = ""
    state: str = ""
    way: str = ""
    channel: str = ""
    letters: str = ""
    arrived: str = ""
    role: str = ""
    standing: str = ""
    organisation: str | None = None
    answer: AnswerFilter | None = None
    sort: str = "reading"

    @property
    def narrows(self) -> bool:
        """Whether anybody of the scope may be left out."""
        return self != RosterFilter(event_ids=self.event_ids, sort=self.sort)

    @property
    def at_one(self) -> bool:
        """Whether the scope is a single meeting."""
        return len(self.event_ids) == 1


def conditions(
    wanted: RosterFilter, event_id: int | None = None, *, counted: bool = False
) -> list[ColumnElement[bool]]:
    """Whether a ``Booking`` fits: at one meeting of the scope, or (None) at any of them.

    ``counted``: all that fit are read, so what is quick for the first few may be slow for all.
    """
    inside = (
        Booking.event_id.in_(wanted.event_ids) if event_id is None else Booking.event_id == event_id
    )
    return [inside, *_fits(wanted, counted=counted), *_person_fits(wanted, counted=counted)]


def of_people(event_ids: Sequence[int], people: Sequence[int]) -> list[ColumnElement[bool]]:
    """Whether a ``Booking`` is one of these participants' at any of the meetings."""
    return [Booking.event_id.in_(event_ids), Booking.participant_id.in_(people)]


def find_organisation(event_ids: Sequence[int], booking_id: int) -> tuple[str, str] | None:
    """The organisation that somebody of the scope names: its key, and as they write it.

    Addresses hold the number of a booking, never a name. None where the scope has no such booking.
    """
    query = (
        select(Booking.organisation_key, Participant.organisation)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Booking.id == booking_id, Booking.event_id.in_(event_ids))
    )
    row = db.session.execute(query).first()
    return None if row is None else (row[0], row[1])


def has_standings(event_ids: Sequence[int]) -> bool:
    """Whether of anybody it is known as what they come: one look into an index.

    The least is asked for, not whether there is any: not knowing what '' is, PostgreSQL takes that
    to be most people, and reads through all to find one.
    """
    return db.session.scalar(select(_least(Booking.standing, event_ids, ""))) is not None


def list_roles(event_ids: Sequence[int], most: int = 40) -> dict[str, str]:
    """The roles that people of the scope name: key → as somebody writes it, by one query.

    It jumps from each to the next in the index, so it takes no longer for more people.
    """
    inside = Booking.event_id.in_(event_ids)
    # One step for each meeting: MIN over one stretch of an index is a single look-up.
    first = _least(Booking.role_key, event_ids, "")
    roles = select(first.label("key")).cte("roles", recursive=True)
    roles = roles.union_all(
        select(_least(Booking.role_key, event_ids, roles.c.key)).where(roles.c.key.is_not(None))
    )
    written = (
        select(Participant.role)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(inside, Booking.role_key == roles.c.key)
        .limit(1)
        .correlate(roles)
        .scalar_subquery()
    )
    query = select(roles.c.key, written).where(roles.c.key.is_not(None)).limit(most)
    return {key: role or "" for key, role in db.session.execute(query)}


def _least(column: Any, event_ids: Sequence[int], after: Any) -> Any:
    """The least value of an indexed column after another, of all meetings; None for none."""
    query = select(column).where(Booking.event_id.in_(event_ids), column > after)
    return query.order_by(column).limit(1).scalar_subquery()


def _fits(wanted: RosterFilter, *, counted: bool) -> Iterable[ColumnElement[bool]]:
    """What the booking itself says."""
    for name in ("state", "way", "channel"):
        if getattr(wanted, name):
            yield getattr(Booking, name) == getattr(wanted, name)
    if wanted.standing:
        yield Booking.standing == ("" if wanted.standing == UNSAID else wanted.standing)
    if wanted.role:
        yield Booking.role_key == wanted.role
    if wanted.organisation is not None:
        yield Booking.organisation_key == wanted.organisation
    if term := search_term(wanted.q):
        yield Booking.search_key.contains(term, autoescape=True)
    if wanted.arrived:
        yield _arrived(wanted.arrived, counted=counted)


def _arrived(which: str, *, counted: bool) -> ColumnElement[bool]:
    """Whether somebody has come; 'no': has a place and has not, for which most are looked at."""
    if which == "no":
        return and_(Booking.state == "confirmed", ~came_among_all())
    return came_among_all() if counted else came()


def _person_fits(wanted: RosterFilter, *, counted: bool) -> Iterable[ColumnElement[bool]]:
    """What is the same for all bookings of a person."""
    found = _any if counted else finds_any
    if wanted.answer is not None:
        given = wanted.answer.given
        yield _answered(wanted.answer) if given else _not_answered(wanted.answer, found)
    if wanted.letters:
        yield _letters(wanted.letters, found)


def _any(query: Any) -> ColumnElement[bool]:
    """Whether a correlated query finds anything, where the database may collect all first."""
    found: ColumnElement[bool] = query.exists()
    return found


def _answered(answer: AnswerFilter) -> ColumnElement[bool]:
    """Whether the person answered, or their sign-up did where that was asked once."""
    mine, whose = _asked_of(answer)
    found = select(whose).where(Answer.question_id == answer.question_id, whose.is_not(None))
    if answer.choice_id is not None:
        found = found.where(Answer.choice_id == answer.choice_id)
    inside: ColumnElement[bool] = mine.in_(found)
    return inside


def _not_answered(answer: AnswerFilter, found: _Finds) -> ColumnElement[bool]:
    """Whether somebody was asked and has not answered; most have, so each is looked up."""
    mine, whose = _asked_of(answer)
    ways = [Booking.way == answer.way] if answer.way else []
    active = Booking.state.in_(("confirmed", "waiting"))
    said = select(Answer.id).where(Answer.question_id == answer.question_id, whose == mine)
    not_said = ~found(said.correlate(Booking))
    return and_(Booking.event_id == answer.event_id, active, *ways, not_said)


def _asked_of(answer: AnswerFilter) -> tuple[Any, Any]:
    """What tells whose answer it is: of a booking, and of an answer."""
    if answer.asked == "person":
        return Booking.participant_id, Answer.participant_id
    return Booking.registration_id, Answer.registration_id


def is_lost() -> ColumnElement[bool]:
    """Letters that failed, or are told by hand since they came back or would."""
    by_hand = and_(OutboxLetter.state == "by_hand", OutboxLetter.reason != "")
    return or_(OutboxLetter.state == "failed", by_hand)


def _letters(wanted: str, found: _Finds) -> ColumnElement[bool]:
    """By the letters of the sign-up that is theirs.

    'accepted' are those who know all they were written: a letter has gone and none waits or failed.
    """
    if wanted == "failed":
        return Booking.registration_id.in_(_whose(is_lost()))
    if wanted == "by_hand":
        return Booking.registration_id.in_(_whose(OutboxLetter.state == "by_hand"))
    if wanted == "under_way":
        return Booking.registration_id.in_(_whose(OutboxLetter.state.in_(NOT_GONE)))
    if wanted == "accepted":
        open_ = OutboxLetter.state.in_((*NOT_GONE, "failed", "by_hand"))
        return and_(_has(found, "accepted", "told"), Booking.registration_id.not_in(_whose(open_)))
    return ~_has(found, *(one for one in STATES if one != "suppressed"))


def _whose(which: ColumnElement[bool]) -> Select[Any]:
    """The sign-ups of few letters."""
    known = OutboxLetter.registration_id.is_not(None)
    return select(OutboxLetter.registration_id).where(known, which)


def _has(found: _Finds, *states: str) -> ColumnElement[bool]:
    """Whether the sign-up has any such letter; there may be many, so each is looked up."""
    state = func.coalesce(OutboxLetter.state, "")  # so that SQLite looks by the sign-up
    return found(
        select(OutboxLetter.id)
        .where(OutboxLetter.registration_id == Booking.registration_id, state.in_(states))
        .correlate(Booking)
    )
