"""Letters about one's own sign-up: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Iterator

from app.base.timezones import to_local
from app.config import current_settings
from app.events.facts import Span
from app.events.models import Event, Series
from app.mail.letter import Invite, Letter
from app.registration.links import manage_url
from app.registration.models import Registration
from app.registration.rules import show_number
from app.web.plaintext import render_text


def confirmed(registration: Registration, series: Series, event: Event, way: str) -> Letter:
    """The confirmation of a sign-up, in the language of the sign-up, with its invites.

    It repeats no free text but the name: else anybody could send theirs to anybody through us.
    """
    locale = registration.locale
    url = manage_url(registration.id, registration.link_version)
    facts = {
        "name": registration.contact_name,
        "number": show_number(series.number_letter, registration.number),
        "title": event.title.text(locale),
        "is_sample": series.is_sample,
        "spans": tuple(_spans(event)),
        "doors_at": event.doors_at and to_local(event.doors_at, event.zone),
        "date_note": event.date_note.text(locale),
        "venue_name": event.venue_name.text(locale),
        "venue_address": event.venue_address.text(locale),
        "access": event.access.text(locale),
        "bring": event.bring.text(locale),
        "fee": event.fee.text(locale),
        "way": way,
        "url": url,
    }
    subject = render_text("mail/confirmed/subject.txt", locale, **facts)
    body = render_text("mail/confirmed/body.txt", locale, **facts)
    return Letter(
        key=f"confirm:{registration.id}:{registration.version}",
        purpose="confirmed",
        to_address=registration.email,
        to_name=registration.contact_name,
        locale=locale,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        invites=tuple(_invites(registration, event, way, url)),
        registration_id=registration.id,
        registration_version=registration.version,
    )


def _spans(event: Event) -> Iterator[Span]:
    for session in event.sessions:
        yield Span(
            start=to_local(session.starts_at, event.zone), end=to_local(session.ends_at, event.zone)
        )


def _invites(registration: Registration, event: Event, way: str, url: str) -> Iterator[Invite]:
    """One object per session: the UID comes from rows that never change, not from the title."""
    locale = registration.locale
    domain = current_settings().mail_sender.partition("@")[2]
    place = (event.venue_name.text(locale), event.venue_address.text(locale))
    description = render_text("mail/confirmed/calendar.txt", locale, url=url)
    for number, session in enumerate(event.sessions, start=1):
        yield Invite(
            uid=f"registration-{registration.id}-event-{event.id}-{number}@{domain}",
            sequence=0,
            method="REQUEST",
            start=session.starts_at,
            end=session.ends_at,
            zone=event.zone,
            summary=event.title.text(locale),
            location=" ".join(part for part in place if part) if way == "venue" else "",
            description=description.strip(),
            url=url,
        )
