"""Letting in somebody without a place at the venue: booked otherwise, or not signed up at all.

What the desk decides is told to the person's face: no letter goes. Whoever is let in although the
places are taken, or others are waiting, is let in for a reason that the audit table keeps.
"""

from datetime import datetime

from sqlalchemy import select

from app.auth import audit
from app.base.clock import now
from app.base.errors import Conflict, NotFound
from app.db import lock, transaction
from app.db.session import WriteSession
from app.registration import attendance, promotion
from app.registration.attendance import Before, Written
from app.registration.desk.counting import read_places
from app.registration.desk.facts import Places, WalkIn
from app.registration.desk.registering import Newcomer, register
from app.registration.facts import Doorkeeper, NoticeTold
from app.registration.letters.telling import tell_changed, withdraw
from app.registration.locking import Day, lock_event
from app.registration.models import Booking, Participant, Registration
from app.registration.presence import first_arrival, present, standing

AUDITED = ("way", "state")
PLACE = ("confirmed", "venue")
"""State and way of whoever is let in."""
NONE, NEW = "none", "new"
"""What there was before somebody was let in who had no booking, or no sign-up."""


class NeedsReason(Conflict):
    """The places are taken, or others wait for them: nothing was stored without a reason."""

    def __init__(self, places: Places) -> None:
        super().__init__("needs_reason")
        self.places = places


def admit(
    participant_id: int,
    event_id: int,
    by: Doorkeeper,
    reason: str = "",
    *,
    at: datetime | None = None,
) -> Written:
    """Give somebody a place at the venue and write down that they have come, in one commit.

    They wait, come online, have cancelled, were declined, or are signed up for another meeting of
    the day.

    Args:
        participant_id: who.
        event_id: of the meeting whose desk it is.
        by: who lets them in.
        reason: why although the places are taken; '' for none.
        at: when they came (UTC), from a sheet of paper, on which nobody comes twice; None for now.

    Raises:
        NotFound: the day has no such person.
        NeedsReason: the places are taken and there is no reason.
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        day = lock_event(session, event_id, moment)
        registration, booking = _find(day, participant_id, event_id)
        facts = attendance.read_facts(session, booking.id) if booking.id else ()
        if present(facts, moment) or (at is not None and first_arrival(facts) is not None):
            return Written(new=False, fact=standing(facts)[-1])
        before = attendance.NOTHING_ELSE
        if (booking.state, booking.way) != PLACE:
            _check(session, booking, reason)
            before = _give_place(day, registration, booking, by, reason)
        fact = attendance.write(
            *(session, booking.id, "in", by),
            at=at or moment,
            moment=moment,
            before=before,
            noted=not before.state,
        )
        return Written(new=True, fact=fact)


def walk_in(
    event_id: int, person: WalkIn, by: Doorkeeper, *, at: datetime | None = None
) -> Written:
    """Sign somebody up at the door and write down that they have come; once however often pressed.

    Args:
        event_id: the meeting whose desk it is.
        person: who came.
        by: who lets them in.
        at: when they came (UTC), from a sheet of paper; None for now.

    Raises:
        NotFound: there is no such meeting.
        NeedsReason: the places are taken and there is no reason.
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        day = lock_event(session, event_id, moment)
        earlier = session.scalar(
            select(Booking.id)
            .join(Participant, Participant.id == Booking.participant_id)
            .join(Registration, Registration.id == Participant.registration_id)
            .where(Registration.form_key == person.form_key, Booking.event_id == event_id)
        )
        if earlier is not None:
            told = standing(attendance.read_facts(session, earlier))
            return Written(new=False, fact=told[-1] if told else None)
        places = read_places(session, event_id)
        if not places.fits() and not person.reason:
            raise NeedsReason(places)
        registration, booking = register(day, event_id, _newcomer(person, by))
        after = {"reason": person.reason} if person.reason else {}
        note(day, "registration.walked_in", registration.id, by, {}, after)
        fact = attendance.write(
            *(session, booking.id, "in", by),
            at=at or moment,
            moment=moment,
            before=Before(state=NEW),
            noted=False,
        )
        return Written(new=True, fact=fact)


def _newcomer(person: WalkIn, by: Doorkeeper) -> Newcomer:
    return Newcomer(
        name=person.name,
        reading=person.reading,
        organisation=person.organisation,
        form_key=person.form_key,
        by=by,
        told=NoticeTold(
            version=person.notice_version, by=by.account_id if person.notice_version else None
        ),
    )


def _find(day: Day, participant_id: int, event_id: int) -> tuple[Registration, Booking]:
    """Their sign-up, locked, and what they have at the meeting: a new, unsaved row where nothing.

    Raises:
        NotFound: the day has no such person.
    """
    whose = select(Participant.registration_id).where(Participant.id == participant_id)
    ids = list(day.session.scalars(whose))
    found: list[Registration] = lock(day.session, {Registration: ids})[Registration]
    held = select(Booking).where(Booking.participant_id == participant_id).order_by(Booking.id)
    bookings = list(day.session.scalars(held))
    if not bookings or not found or found[0].series_id != day.series_id:
        raise NotFound("participant")
    here = next((one for one in bookings if one.event_id == event_id), None)
    return found[0], here or _like(bookings[0], event_id, day)


def _like(other: Booking, event_id: int, day: Day) -> Booking:
    """A booking of the same person at this meeting, not stored yet: they have none here."""
    return Booking(
        participant_id=other.participant_id,
        registration_id=other.registration_id,
        event_id=event_id,
        way="",
        state="",
        created_at=day.moment,
        sort_key=other.sort_key,
        search_key=other.search_key,
        channel=other.channel,
        role_key=other.role_key,
        organisation_key=other.organisation_key,
        standing=other.standing,
        seats=1,
        identity=other.identity,
    )


def _check(session: WriteSession, booking: Booking, reason: str) -> None:
    places = read_places(session, booking.event_id, ahead_of=booking)
    if not places.fits(booking.seats) and not reason:
        raise NeedsReason(places)


def _give_place(
    day: Day, registration: Registration, booking: Booking, by: Doorkeeper, reason: str
) -> Before:
    """Give the place and say what there was before."""
    before = {name: getattr(booking, name) for name in AUDITED}
    queued_at = booking.queued_at
    booking.state, booking.way = PLACE
    booking.queued_at = booking.duplicate_of = None
    registration.version += 1
    day.session.add(booking)
    day.session.flush()
    after = {name: getattr(booking, name) for name in AUDITED}
    field = f"booking {booking.participant_id}-{booking.event_id}"
    told = {field: " ".join(after.values())} | ({"reason": reason} if reason else {})
    was = {field: " ".join(before.values()).strip()}
    note(day, "registration.admitted", registration.id, by, was, told)
    withdrew = withdraw(day, [registration.id]) > 0
    rows, whys = promotion.promote_all(day)  # a place online may have become free
    tell_changed(day, rows, whys)
    state = before["state"] or NONE
    return Before(state=state, way=before["way"], queued_at=queued_at, withdrew=withdrew)


def note(  # noqa: PLR0913, PLR0917  # one entry
    day: Day,
    action: str,
    registration_id: int,
    by: Doorkeeper,
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    """Record what a desk did to a sign-up, but for a practice."""
    if day.is_practice:
        return
    entry = audit.Entry(
        actor=audit.ACCOUNT if by.account_id else audit.DESK,
        account_id=by.account_id,
        action=action,
        subject="registration",
        subject_id=registration_id,
        before=before,
        after=after,
    )
    audit.record(day.session, entry, day.moment)
