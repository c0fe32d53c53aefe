"""A row of a meeting as the facts that the rules ask of it, and as one language shows it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.base.timezones import to_local
from app.events import rules
from app.events.facts import MeetingView, Span, WayView
from app.events.models import Event, EventSession


def event_facts(event: Event) -> rules.EventFacts:
    """The facts that the rules ask of ``event``; its sessions must be loaded."""
    return _facts(event, event.sessions)


def _facts(
    event: Event | Row[Any], sessions: Sequence[EventSession | Row[Any]]
) -> rules.EventFacts:
    return rules.EventFacts(
        kind=event.kind,
        state=event.state,
        starts_at=sessions[0].starts_at if sessions else None,
        ends_at=max((one.ends_at for one in sessions), default=None),
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        closed_at=event.closed_at,
        waiting_list=event.waiting_list,
        change_until=event.change_until,
        promotion_until=event.promotion_until,
        admission=event.admission,
    )


def show(  # noqa: PLR0913  # a row with what belongs to it, for whom, and when
    event: Row[Any],
    sessions: Sequence[Row[Any]],
    places: Sequence[rules.WayPlaces],
    locale: str,
    now: datetime,
    *,
    as_published: bool = False,
) -> MeetingView:
    """``event`` as one language shows it; a draft ``as_published`` as it will be."""
    facts = _facts(event, sessions)
    if as_published and facts.state == "draft":
        facts = replace(facts, state="published")

    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else to_local(moment, event.zone)

    spans = tuple(
        Span(start=to_local(s.starts_at, event.zone), end=to_local(s.ends_at, event.zone))
        for s in sessions
    )
    return MeetingView(
        id=event.id,
        series_id=event.series_id,
        slug=event.slug,
        kind=event.kind,
        title=event.title.text(locale),
        summary=event.summary.text(locale),
        description=event.description.text(locale),
        status=rules.status(facts, places, now),
        facts=facts,
        spans=spans,
        date_note=event.date_note.text(locale),
        doors_at=local(event.doors_at),
        zone=event.zone,
        venue_name=event.venue_name.text(locale),
        venue_address=event.venue_address.text(locale),
        access=event.access.text(locale),
        audience=event.audience.text(locale),
        hosts=event.hosts.text(locale),
        fee=event.fee.text(locale),
        bring=event.bring.text(locale),
        contact=event.contact.text(locale),
        report=event.report.text(locale),
        online_url=event.online_url,
        ways=tuple(
            WayView(
                code=p.way,
                left=p.left,
                full=rules.full(facts, p, now),
                few=p.few and not rules.full(facts, p, now),
                waiting=p.waiting,
            )
            for p in places
        ),
        places=tuple(places),
        opens_at=local(event.opens_at),
        closes_at=local(event.closed_at or event.closes_at),
        change_until=local(rules.change_deadline(facts)),
        is_sample=event.is_sample,
        place=(event.venue_name.ja, event.venue_address.ja),
        archived=event.archived_at is not None,
        is_practice=event.is_practice,
        host_id=event.host_id,
        changeable=rules.change_open(facts, now),
        promoting=rules.promotion_open(facts, now),
        standings=tuple(event.standings),
    )
