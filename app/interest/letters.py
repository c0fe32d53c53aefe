"""Letters to those who want to be told of a date: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.base.timezones import to_local
from app.events.facts import Span
from app.events.models import Event
from app.interest import links
from app.interest.models import Interest
from app.interest.rules import CONFIRM_WITHIN, KEPT_AFTER, Told
from app.mail.letter import FIRST, LATER, Letter
from app.texts.letters import NONE, Texts, compose

PURPOSES = (
    *("interest_ask", "interest_confirmed"),
    *("date_fixed", "date_moved", "date_unfixed", "date_off"),
)
NEVER = Told(spans=())


def ask(interest: Interest, event: Event, form_key: str, texts: Texts = NONE) -> Letter:
    """Asks whether it was really they; nobody is written to again who does not press the link."""
    key = f"interest_ask:{interest.id}:{form_key}"
    return _letter(interest, facts_of("interest_ask", interest, event), key, texts)


def confirmed(interest: Interest, event: Event, form_key: str = "", texts: Texts = NONE) -> Letter:
    """Says that they are on the list; with ``form_key``: to somebody who was on it already."""
    once = f"interest:{interest.id}:{interest.version}"
    key = f"interest_again:{interest.id}:{form_key}" if form_key else once
    facts = {**facts_of("interest_confirmed", interest, event), "again": bool(form_key)}
    return _letter(interest, facts, key, texts)


def date_fixed(interest: Interest, event: Event, number: int = 1, texts: Texts = NONE) -> Letter:
    """Tells date and place, and leads to the form, filled in.

    Args:
        interest: who is told.
        event: with its sessions and ways.
        number: the how manieth letter about the date this is to them.
        texts: how the office words letters of this series.
    """
    return _about_date(interest, event, number, facts_of("date_fixed", interest, event), texts)


def date_moved(
    interest: Interest, event: Event, number: int, before: Told, texts: Texts = NONE
) -> Letter:
    """Tells the date that was told before, and the present one or that there is none."""
    purpose = "date_moved" if event.sessions else "date_unfixed"
    facts = facts_of(purpose, interest, event, before=before)
    return _about_date(interest, event, number, facts, texts)


def date_off(
    interest: Interest, event: Event, number: int, reason: str, texts: Texts = NONE
) -> Letter:
    """Tells that the meeting does not take place, and why if the office wrote it."""
    facts = facts_of("date_off", interest, event, reason=reason)
    return _about_date(interest, event, number, facts, texts)


def told_by(event: Event) -> Told:
    """What a letter about ``event`` tells, as it is now; its sessions must be loaded."""
    spans = tuple((one.starts_at, one.ends_at) for one in event.sessions)
    return Told(spans=spans, off=event.state == "cancelled")


def to_snapshot(told: Told) -> dict[str, Any]:
    """As the outbox keeps it with the letter."""
    spans = [[moment.isoformat() for moment in span] for span in told.spans]
    return {"spans": spans, "off": told.off}


def from_snapshot(kept: Mapping[str, Any]) -> Told:
    """From what the outbox keeps."""
    moment = datetime.fromisoformat
    spans = tuple((moment(start), moment(end)) for start, end in kept["spans"])
    return Told(spans=spans, off=kept["off"])


def facts_of(
    purpose: str, interest: Interest, event: Event, *, before: Told = NEVER, reason: str = ""
) -> dict[str, Any]:
    """All that a letter of this purpose may say.

    Args:
        purpose: of ``PURPOSES``.
        interest: who is written to.
        event: with its sessions and ways.
        before: the date that they were told, where it is another now.
        reason: why it is called off.
    """
    ends = links.leave_url(interest.id, interest.version)
    known = {
        "purpose": purpose,
        "name": interest.name,
        "title": event.title.text(interest.locale),
        "day": None,
        "more": 0,
        "is_sample": event.series.is_sample,
        "host_id": event.host_id,
        # Whoever has not confirmed is on no list that could be left.
        "leave_url": "" if purpose == "interest_ask" else ends,
    }
    if purpose == "interest_ask":
        url = links.confirm_url(interest.id, interest.version)
        return {**known, "url": url, "days": CONFIRM_WITHIN.days}
    if purpose == "interest_confirmed":
        return {**known, "again": False}
    if purpose == "date_off":
        return {**known, "spans": _spans(event), "reason": reason, "days": KEPT_AFTER.days}
    was = _local(before.spans, event.zone)
    return {**known, **_date_and_place(purpose, interest, event), "before": was}


def _date_and_place(purpose: str, interest: Interest, event: Event) -> dict[str, Any]:
    locale = interest.locale
    # The first letter goes when sign-up has opened.
    opens_at = None if purpose == "date_fixed" else event.opens_at
    closes_at = event.closed_at or event.closes_at
    return {
        "spans": _spans(event),
        "doors_at": event.doors_at and to_local(event.doors_at, event.zone),
        "venue_name": event.venue_name.text(locale),
        "venue_address": event.venue_address.text(locale),
        "access": event.access.text(locale),
        "fee": event.fee.text(locale),
        "online": any(way.way == "online" for way in event.ways),
        "opens_at": opens_at and to_local(opens_at, event.zone),
        "closes_at": closes_at and to_local(closes_at, event.zone),
        "url": links.sign_up_url(interest.id, interest.version),
    }


def _about_date(
    interest: Interest, event: Event, number: int, facts: Mapping[str, Any], texts: Texts
) -> Letter:
    # With the version, since SQLite gives the id of a forgotten row again.
    key = f"{facts['purpose']}:{event.id}:{interest.id}:{interest.version}:{number}"
    letter = _letter(interest, facts, key, texts)
    return replace(letter, priority=LATER, snapshot=to_snapshot(told_by(event)))


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
        priority=FIRST,
        interest_id=interest.id,
        unsubscribe_url=facts["leave_url"],
        host_id=facts.get("host_id"),
    )


def _spans(event: Event) -> tuple[Span, ...]:
    return _local(told_by(event).spans, event.zone)


def _local(spans: tuple[tuple[datetime, datetime], ...], zone: str) -> tuple[Span, ...]:
    return tuple(Span(start=to_local(start, zone), end=to_local(end, zone)) for start, end in spans)
