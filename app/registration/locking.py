"""A day's meetings under the lock: what every use case of this room reads before it decides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.db import lock, locking
from app.db.session import WriteSession
from app.events.facts import Offer
from app.events.models import Event, Series
from app.events.offers import read_offer
from app.events.queries import lock_series
from app.mail import outbox
from app.mail.letter import Letter
from app.registration.invitations.queries import read_invitation
from app.registration.models import Booking, Registration
from app.registration.rules import Meeting, Queued
from app.registration.wishes import meetings
from app.texts.letters import Texts
from app.texts.queries import read_texts

# Statements are built once: building one takes longer than running it.
_SERIES: Any = select(Series.id, Series.number_letter, Series.is_practice).order_by(Series.id)
_BY_SLUG = locking(
    _SERIES.where(
        Series.id
        == select(Event.series_id)
        .where(Event.slug == bindparam("slug"), Event.state != "draft")
        .scalar_subquery()
    )
)
_BY_EVENT = locking(
    _SERIES.where(
        Series.id
        == select(Event.series_id).where(Event.id == bindparam("event_id")).scalar_subquery()
    )
)
_BY_REGISTRATION = locking(
    _SERIES.where(
        Series.id
        == select(Registration.series_id)
        .where(Registration.id == bindparam("id"))
        .scalar_subquery()
    )
)
_QUEUES = (
    select(Booking.event_id, Booking.id, Booking.way, Booking.seats)
    .where(Booking.event_id.in_(bindparam("ids", expanding=True)), Booking.state == "waiting")
    .order_by(Booking.event_id, Booking.queued_at, Booking.id)
)


@dataclass
class Day:
    """The meetings of one series while they are locked; each language is read once.

    ``locked``: their rows, for use cases that change no meeting; None where one is changed.
    ``is_practice``: the meetings are a copy to practise with, of which nobody is told anything.
    ``invited``: the meetings to which whoever signs up has been invited, and how many people of
    theirs may come (None: any number); set before an offer is asked for.
    """

    session: WriteSession
    series_id: int
    number_letter: str
    moment: datetime
    locked: Sequence[Row[Any]] | None
    is_practice: bool = False
    invited: Mapping[int, int | None] = field(default_factory=dict)
    _offers: dict[str, Offer] = field(default_factory=dict)
    _texts: Texts | None = None

    def offer(self, locale: str) -> Offer:
        """The offer in one language, as it was when first asked for."""
        if locale not in self._offers:
            offer = read_offer(self.session, self.series_id, locale, self.moment, self.locked)
            self._offers[locale] = offer.for_invited(self.invited, self.moment)
        return self._offers[locale]

    @property
    def texts(self) -> Texts:
        """How the office words the letters of this series; read once, when first asked for."""
        if self._texts is None:
            self._texts = read_texts(self.session, self.series_id)
        return self._texts

    def post(self, letter: Letter) -> None:
        """Put a new letter into the outbox; nothing is sent from a practice."""
        if not self.is_practice:
            outbox.post(self.session, letter, self.moment)

    def post_many(self, letters: Sequence[Letter]) -> None:
        """Put letters into the outbox but for those that are there; nothing from a practice."""
        if not self.is_practice:
            outbox.post_many(self.session, letters, self.moment)

    def meetings(self, locale: str) -> tuple[Meeting, ...]:
        """What the rules decide by."""
        offer = self.offer(locale)
        return meetings(offer, read_queues(self.session, offer))


def lock_slug(session: WriteSession, slug: str, moment: datetime) -> Day:
    """Lock the series of the published meeting ``slug`` and all its meetings.

    Raises:
        NotFound: there is no such meeting.
    """
    return _lock(session, _BY_SLUG, {"slug": slug}, moment)


def lock_event(session: WriteSession, event_id: int, moment: datetime) -> Day:
    """Lock the series of a meeting and all its meetings, which may then be changed.

    Raises:
        NotFound: there is no such meeting.
    """
    return replace(_lock(session, _BY_EVENT, {"event_id": event_id}, moment), locked=None)


def lock_registration(
    session: WriteSession, registration_id: int, moment: datetime
) -> tuple[Day, Registration]:
    """Lock the series of a sign-up, all its meetings, then the sign-up.

    Raises:
        NotFound: there is no such sign-up.
    """
    day = _lock(session, _BY_REGISTRATION, {"id": registration_id}, moment)
    rows: Sequence[Registration] = lock(session, {Registration: [registration_id]})[Registration]
    if not rows:
        raise NotFound("registration")
    let_in(day, rows[0].invitation_id, own=registration_id)
    return day, rows[0]


def let_in(day: Day, invitation_id: int | None, own: int = 0) -> None:
    """Let a link do what it is good for: the series is locked, so its count holds.

    Args:
        day: whose offers nobody has asked for yet.
        invitation_id: of the link by which somebody comes; None for none.
        own: id of the sign-up that is being changed; its own people are not counted.
    """
    if invitation_id is None:
        return
    found = read_invitation(day.session, invitation_id, day.moment, but_not=own)
    if found is not None and found.state in {"good", "used_up"}:
        day.invited = {found.event_id: found.left}


def _lock(
    session: WriteSession, query: Select[Any], given: Mapping[str, object], moment: datetime
) -> Day:
    """The series first, then all its meetings: the order of the house."""
    series = session.execute(query, given).first()
    if series is None:
        raise NotFound("event")
    locked = lock_series(session, series.id)
    return Day(
        session, series.id, series.number_letter, moment, locked, is_practice=series.is_practice
    )


def read_queues(session: Session, offer: Offer) -> dict[int, tuple[Queued, ...]]:
    """The waiting lists of an offer, in the order of joining; nothing is asked where none is."""
    ids = [one.id for one in offer.meetings if any(place.waiting for place in one.places)]
    if not ids:
        return {}
    found: dict[int, list[Queued]] = defaultdict(list)
    for row in session.execute(_QUEUES, {"ids": ids}):
        found[row.event_id].append(Queued(booking_id=row.id, way=row.way, seats=row.seats))
    return {event_id: tuple(queue) for event_id, queue in found.items()}
