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
from app.interest.rules import CONFIRM_WITHIN, KEPT_AFTER, News, Told
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
    once = f"interest:{interest.id}:{interest.version}"
    key = f"interest_again:{interest.id}:{form_key}" if form_key else once
    facts = {"again": bool(form_key)}
    return _letter(interest, event, key, "interest_confirmed", facts)


def date_fixed(interest: Interest, event: Event, number: int = 1) -> Letter:
    """Tells date and place, and leads to the form, filled in.

    Args:
        interest: who is told.
        event: with its sessions and ways.
        number: the how manieth letter about the date this is to them.
    """
    facts = {**_date_and_place(interest, event), "opens_at": None}
    return _about_date(interest, event, number, "date_fixed", facts)


def date_moved(interest: Interest, event: Event, number: int, before: Told) -> Letter:
    """Tells the date that was told before, and the present one or that there is none."""
    opens = event.opens_at and to_local(event.opens_at, event.zone)
    facts = {
        **_date_and_place(interest, event),
        "before": _local(before.spans, event.zone),
        "opens_at": opens,
    }
    return _about_date(interest, event, number, "date_moved", facts)


def date_off(interest: Interest, event: Event, number: int, reason: str) -> Letter:
    """Tells that the meeting does not take place, and why if the office wrote it."""
    facts = {"spans": _spans(event), "reason": reason, "days": KEPT_AFTER.days}
    return _about_date(interest, event, number, "date_off", facts)


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


def _about_date(
    interest: Interest, event: Event, number: int, purpose: News, facts: Mapping[str, object]
) -> Letter:
    # With the version, since SQLite gives the id of a forgotten row again.
    key = f"{purpose}:{event.id}:{interest.id}:{interest.version}:{number}"
    letter = _letter(interest, event, key, purpose, facts)
    return replace(letter, priority=LATER, snapshot=to_snapshot(told_by(event)))


def _date_and_place(interest: Interest, event: Event) -> dict[str, object]:
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
        priority=FIRST,
        interest_id=interest.id,
        unsubscribe_url=ends,
    )


def _spans(event: Event) -> tuple[Span, ...]:
    return _local(told_by(event).spans, event.zone)


def _local(spans: tuple[tuple[datetime, datetime], ...], zone: str) -> tuple[Span, ...]:
    return tuple(Span(start=to_local(start, zone), end=to_local(end, zone)) for start, end in spans)
