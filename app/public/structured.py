"""A meeting as search engines and assistants read it: schema.org ``Event`` in JSON-LD."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app.events.facts import MeetingView, Span
from app.events.rules import is_free
from app.web.markdown import to_plain

SCHEMA = "https://schema.org"
MODES = {
    frozenset({"online"}): "OnlineEventAttendanceMode",
    frozenset({"venue", "online"}): "MixedEventAttendanceMode",
}


def event_data(
    meeting: MeetingView, *, url: str, locale: str, association: tuple[str, str]
) -> dict[str, Any] | None:
    """What is told of ``meeting``; None while its date is not fixed, since an Event needs one.

    The online address never stands in it: a virtual location is the meeting's page.

    Args:
        meeting: in the language of the page.
        url: absolute address of its page.
        locale: 'ja' or 'en'.
        association: name of who writes its letters, the organiser where no hosts are named; and
            our absolute address, which is the association's.
    """
    if not meeting.spans:
        return None
    name, site = association
    hosts = {"name": meeting.hosts} if meeting.hosts else {"name": name}
    if not meeting.hosts and meeting.host_id is None:
        hosts["url"] = site
    told = {
        "@context": SCHEMA,
        **_occasion(meeting, meeting.title),
        "startDate": meeting.spans[0].start.isoformat(),
        "endDate": max(span.end for span in meeting.spans).isoformat(),
        "description": f"{meeting.summary} {to_plain(meeting.description)}".strip(),
        "url": url,
        "inLanguage": locale,
        "location": _locations(meeting, url),
        "organizer": {"@type": "Organization", **hosts},
        **_price(meeting, url),
    }
    if len(meeting.spans) > 1:
        told["subEvent"] = [_part(meeting, span, url) for span in meeting.spans]
    return {key: value for key, value in told.items() if value}


def script_text(data: Mapping[str, Any]) -> Markup:
    """The text of a ``<script type="application/ld+json">``: no word of it can end the element."""
    return htmlsafe_json_dumps(data, dumps=json.dumps, ensure_ascii=False, separators=(",", ":"))


def _occasion(meeting: MeetingView, name: str) -> dict[str, Any]:
    """What the whole and each part of it must tell."""
    cancelled = meeting.facts.state == "cancelled"
    ways = frozenset(way.code for way in meeting.ways)
    return {
        "@type": "Event",
        "name": name,
        "eventStatus": f"{SCHEMA}/{'EventCancelled' if cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/{MODES.get(ways, 'OfflineEventAttendanceMode')}",
    }


def _part(meeting: MeetingView, span: Span, url: str) -> dict[str, Any]:
    """One day of a meeting that goes on for several."""
    return {
        **_occasion(meeting, meeting.title),
        "startDate": span.start.isoformat(),
        "endDate": span.end.isoformat(),
        "location": _locations(meeting, url),
    }


def _locations(meeting: MeetingView, url: str) -> Any:
    """Where one can be: the venue, the meeting's page for those online, or both."""
    ways = [way.code for way in meeting.ways] or ["venue"]
    found: Sequence[dict[str, Any]] = [
        *([_place(meeting)] if "venue" in ways and meeting.venue_name else []),
        *([{"@type": "VirtualLocation", "url": url}] if "online" in ways else []),
    ]
    return found[0] if len(found) == 1 else list(found)


def _place(meeting: MeetingView) -> dict[str, Any]:
    place: dict[str, Any] = {"@type": "Place", "name": meeting.venue_name}
    if meeting.venue_address:
        place["address"] = {"@type": "PostalAddress", "streetAddress": meeting.venue_address}
    return place


def _price(meeting: MeetingView, url: str) -> dict[str, Any]:
    """Only where the fee says in so many words that there is none; otherwise nothing is told."""
    if not is_free(meeting.fee):
        return {}
    offer = {"@type": "Offer", "price": 0, "priceCurrency": "JPY", "url": url}
    return {"isAccessibleForFree": True, "offers": offer}
