"""Letters to those who want to be told of a date: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Mapping
from typing import Any

from app.base.timezones import to_local
from app.events.facts import Span
from app.events.models import Event
from app.interest import links
from app.interest.models import Interest
from app.interest.rules import CONFIRM_WITHIN
from app.mail.letter import FIRST, LATER, Letter
from app.texts.letters import NONE, Texts, compose

PURPOSES = ("interest_ask", "interest_confirmed", "date_fixed")


def ask(interest: Interest, event: Event, form_key: str, texts: Texts = NONE) -> Letter:
    """Asks whether it was really they; nobody is written to again who does not press the link."""
    key = f"interest_ask:{interest.id}:{form_key}"
    return _letter(interest, facts_of("interest_ask", interest, event), key, texts)


def confirmed(interest: Interest, event: Event, form_key: str = "", texts: Texts = NONE) -> Letter:
    """Says that they are on the list; with ``form_key``: to somebody who was on it already."""
    key = f"interest_again:{interest.id}:{form_key}" if form_key else f"interest:{interest.id}"
    facts = {**facts_of("interest_confirmed", interest, event), "again": bool(form_key)}
    return _letter(interest, facts, key, texts)


def date_fixed(interest: Interest, event: Event, texts: Texts = NONE) -> Letter:
    """Tells date and place, and leads to the form, filled in."""
    key = f"date_fixed:{event.id}:{interest.id}"
    return _letter(interest, facts_of("date_fixed", interest, event), key, texts)


def facts_of(purpose: str, interest: Interest, event: Event) -> dict[str, Any]:
    """All that a letter of this purpose may say."""
    ends = links.leave_url(interest.id, interest.version)
    known = {
        "purpose": purpose,
        "name": interest.name,
        "title": event.title.text(interest.locale),
        "day": None,
        "more": 0,
        "is_sample": event.series.is_sample,
        # Whoever has not confirmed is on no list that could be left.
        "leave_url": "" if purpose == "interest_ask" else ends,
    }
    if purpose == "interest_ask":
        url = links.confirm_url(interest.id, interest.version)
        return {**known, "url": url, "days": CONFIRM_WITHIN.days}
    return {**known, **_date(interest, event)} if purpose == "date_fixed" else known


def _date(interest: Interest, event: Event) -> dict[str, Any]:
    locale = interest.locale
    return {
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


def _letter(interest: Interest, facts: Mapping[str, Any], key: str, texts: Texts) -> Letter:
    purpose = facts["purpose"]
    text = compose(purpose, interest.locale, texts, facts)
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
        unsubscribe_url=facts["leave_url"],
    )


def _spans(event: Event) -> tuple[Span, ...]:
    return tuple(
        Span(start=to_local(one.starts_at, event.zone), end=to_local(one.ends_at, event.zone))
        for one in event.sessions
    )
