"""Letters to those who want to be told of a date: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Mapping

from app.base.timezones import to_local
from app.events.facts import Span
from app.events.models import Event
from app.interest import links
from app.interest.models import Interest
from app.interest.rules import CONFIRM_WITHIN
from app.mail.letter import FIRST, LATER, Letter
from app.texts.letters import NONE, Texts, compose


def ask(interest: Interest, event: Event, form_key: str, texts: Texts = NONE) -> Letter:
    """Asks whether it was really they; nobody is written to again who does not press the link."""
    url = links.confirm_url(interest.id, interest.version)
    facts = {"url": url, "days": CONFIRM_WITHIN.days}
    key = f"interest_ask:{interest.id}:{form_key}"
    return _letter(interest, event, key, "interest_ask", facts, texts)


def confirmed(interest: Interest, event: Event, form_key: str = "", texts: Texts = NONE) -> Letter:
    """Says that they are on the list; with ``form_key``: to somebody who was on it already."""
    key = f"interest_again:{interest.id}:{form_key}" if form_key else f"interest:{interest.id}"
    facts = {"again": bool(form_key)}
    return _letter(interest, event, key, "interest_confirmed", facts, texts)


def date_fixed(interest: Interest, event: Event, texts: Texts = NONE) -> Letter:
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
    return _letter(interest, event, key, "date_fixed", facts, texts)


def _letter(  # noqa: PLR0913, PLR0917  # what a letter is made of
    interest: Interest,
    event: Event,
    key: str,
    purpose: str,
    facts: Mapping[str, object],
    texts: Texts,
) -> Letter:
    # Whoever has not confirmed is on no list that could be left.
    ends = "" if purpose == "interest_ask" else links.leave_url(interest.id, interest.version)
    known = {
        "name": interest.name,
        "title": event.title.text(interest.locale),
        "day": None,
        "more": 0,
        "is_sample": event.series.is_sample,
        "leave_url": ends,
        **facts,
    }
    text = compose(purpose, interest.locale, texts, known)
    return Letter(
        key=key,
        purpose=purpose,
        to_address=interest.email,
        to_name=interest.name,
        locale=interest.locale,
        subject=text.subject,
        body=text.body,
        priority=LATER if purpose == "date_fixed" else FIRST,
        interest_id=interest.id,
        unsubscribe_url=ends,
    )


def _spans(event: Event) -> tuple[Span, ...]:
    return tuple(
        Span(start=to_local(one.starts_at, event.zone), end=to_local(one.ends_at, event.zone))
        for one in event.sessions
    )
