"""Reading sign-ups."""

from sqlalchemy import Row, Select, select

from app.base.errors import Gone, NotFound
from app.base.timezones import to_local
from app.db import db
from app.events.models import Event, Series
from app.registration.facts import SignupView
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import show_number


def get_signup(registration_id: int, link_version: int | None = None) -> SignupView:
    """The sign-up of this id.

    Args:
        registration_id: from a verified link.
        link_version: of the link that asks; None where the link has no version.

    Raises:
        NotFound: there is none.
        Gone: the link has been replaced by a newer one.
    """
    row = db.session.execute(
        _signups().where(Registration.id == registration_id).order_by(Booking.id).limit(1)
    ).first()
    if row is None:
        raise NotFound("registration")
    if link_version is not None and link_version != row.Registration.link_version:
        raise Gone("link")
    return view_of(row)


def _signups() -> Select[Registration, Participant, Booking, str, str]:
    return (
        select(Registration, Participant, Booking, Series.number_letter, Event.zone)
        .join(Participant, Participant.registration_id == Registration.id)
        .join(Booking, Booking.participant_id == Participant.id)
        .join(Series, Series.id == Registration.series_id)
        .join(Event, Event.id == Booking.event_id)
    )


def view_of(row: Row[Registration, Participant, Booking, str, str]) -> SignupView:
    """A row of registration, participant, booking, letter and zone, as its owner sees it."""
    registration, participant, booking = row.Registration, row.Participant, row.Booking
    return SignupView(
        registration_id=registration.id,
        link_version=registration.link_version,
        event_id=booking.event_id,
        number=show_number(row.number_letter, registration.number),
        name=participant.name,
        reading=participant.reading,
        organisation=participant.organisation,
        email=registration.email,
        telephone=registration.telephone,
        note=registration.note,
        way=booking.way,
        state=booking.state,
        created_at=to_local(registration.created_at, row.zone),
        locale=registration.locale,
    )
