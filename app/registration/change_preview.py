"""The letter that a change of a meeting would send, as the first of its readers would get it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, or_, select

from app.base.clock import now
from app.base.furigana import in_brackets
from app.base.timezones import to_local
from app.config import current_settings
from app.db import db
from app.events.facts import MeetingView, Offer, Span
from app.events.heads import MeetingHead
from app.events.offers import read_offer
from app.events.rules import change_deadline, change_open
from app.registration.concerned import bookings_of
from app.registration.facts import Signup
from app.registration.letters import letters, snapshots
from app.registration.letters.wording import Why
from app.registration.links import manage_url
from app.registration.meetings import MeetingSettings
from app.registration.models import Booking, Participant
from app.registration.queries import read_signups
from app.texts.queries import read_texts
from app.web.locale import force, gettext


@dataclass(frozen=True, kw_only=True)
class ChangePreview:
    """The letter to ``to``, in their language and without their link."""

    to: Signup
    locale: str
    subject: str
    body: str
    host_id: int | None


def preview_change(
    meeting: MeetingHead, wanted: MeetingSettings, kinds: Collection[str]
) -> ChangePreview | None:
    """The letter of the first who would be told; None where it would tell nobody anything.

    Args:
        meeting: as it is.
        wanted: what it is to become.
        kinds: of the notices that tell it.
    """
    session = db.session()
    query = (
        select(func.min(Participant.registration_id))
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.event_id == meeting.id, or_(*(bookings_of(kind) for kind in kinds)))
    )
    first = session.scalar(query)
    if first is None:
        return None
    signup = read_signups(session, [first])[first].without_duplicates
    offer = read_offer(session, meeting.series_id, signup.locale, now())
    with force(signup.locale):
        reason = gettext("(The reason stands here, as it was typed.)")
    letter = letters.told(
        signup,
        _changed(offer, meeting.id, wanted, signup.locale),
        snapshots.take(signup, offer),
        Why(actor="meeting", reason=reason, event_id=meeting.id),
        read_texts(session, meeting.series_id),
    )
    if letter is None:
        return None
    link = manage_url(signup.registration_id, signup.link_version)
    hidden = f"{current_settings().origin}/r/…"
    body = in_brackets(letter.body).replace(link, hidden)
    return ChangePreview(
        to=signup, locale=letter.locale, subject=letter.subject, body=body, host_id=letter.host_id
    )


def _changed(offer: Offer, event_id: int, wanted: MeetingSettings, locale: str) -> Offer:
    meetings = (
        _become(one, wanted, locale) if one.id == event_id else one for one in offer.meetings
    )
    return replace(offer, meetings=tuple(meetings))


def _become(view: MeetingView, wanted: MeetingSettings, locale: str) -> MeetingView:
    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else to_local(moment, view.zone)

    facts = replace(
        view.facts,
        starts_at=wanted.spans[0][0] if wanted.spans else None,
        ends_at=max((end for _start, end in wanted.spans), default=None),
        closes_at=wanted.closes_at,
        change_until=wanted.change_until,
    )
    return replace(
        view,
        spans=tuple(
            Span(start=to_local(start, view.zone), end=to_local(end, view.zone))
            for start, end in wanted.spans
        ),
        facts=facts,
        doors_at=local(wanted.doors_at),
        closes_at=local(wanted.closes_at),
        change_until=local(change_deadline(facts)),
        changeable=change_open(facts, now()),
        venue_name=wanted.venue_name.text(locale),
        venue_address=wanted.venue_address.text(locale),
        access=wanted.access.text(locale),
        online_url=wanted.online_url,
    )
