"""Letters to those who want to be told of a date: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Mapping

from app.base.timezones import to_local
from app.events.facts import Span
from app.events.models import Event
from app.interest import links
from app.interest.models import Interest
from app.interest.rules import CONFIRM_WITHIN
from app.mail.letter import FIRST, LATER, Letter
from app.web.plaintext import render_text


def ask(interest: Interest, event: Event, form_key: str) -> Letter:
    """Asks whether it was really they; nobody is written to again who does not press the link."""
    url = links.confirm_url(interest.id, interest.version)
    facts = {"url": url, "days": CONFIRM_WITHIN.days}
    key = f"interest_ask:{interest.id}:{form_key}"
    return _letter(interest, event, key, "interest_ask", facts)


def confirmed(interest: Interest, event: Event, form_key: str = "") -> Letter:
    """Says that they are on the list; with ``form_key``: to somebody who was on it already."""
    key = f"interest_again:{interest.id}:{form_key}" if form_key else f"interest:{interest.id}"
    facts = {"again": bool(form_key)}
    return _letter(interest, event, key, "interest_confirmed", facts)


def date_fixed(interest: Interest, event: Event) -> Letter:
    """Tells date and place, and leads to the form, filled in."""
    locale = interest.locale
    facts = {
        "spans": _spans(event),
        "doors_at": event.doors_at and to_local(event.doors_at, event.zone),
        "venue_name": event.venue_name.text(locale),
        "venue_address": event.venue_address.text(locale),
        "access": event.access.text(locale),
        "fee": event.fee.text(locale),
        "online": any(way.way == "online" for way in event.ways),
        "closes_at": event.closes_at and to_local(event.closes_at, event.zone),
        "url": links.sign_up_url(interest.id, interest.version),
    }
    key = f"date_fixed:{event.id}:{interest.id}"
    return _letter(interest, event, key, "date_fixed", facts)


def _letter(
    interest: Interest, event: Event, key: str, purpose: str, facts: Mapping[str, object]
) -> Letter:
    locale = interest.locale
    # Whoever has not confirmed is on no list that could be left.
    ends = "" if purpose == "interest_ask" else links.leave_url(interest.id, interest.version)
    known = {
        "name": interest.name,
        "title": event.title.text(locale),
        "is_sample": event.series.is_sample,
        "leave_url": ends,
        **facts,
    }
    subject = render_text(f"mail/{purpose}/subject.txt", locale, **known)
    body = render_text(f"mail/{purpose}/body.txt", locale, **known)
    return Letter(
        key=key,
        purpose=purpose,
        to_address=interest.email,
        to_name=interest.name,
        locale=locale,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        priority=LATER if purpose == "date_fixed" else FIRST,
        interest_id=interest.id,
        unsubscribe_url=ends,
    )


def _spans(event: Event) -> tuple[Span, ...]:
    return tuple(
        Span(start=to_local(one.starts_at, event.zone), end=to_local(one.ends_at, event.zone))
        for one in event.sessions
    )
