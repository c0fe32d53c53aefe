"""For programs: calendars to subscribe to, the site map, and what search engines may read."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.association.stored import calendar_domain
from app.base.clock import now
from app.base.errors import NotFound
from app.config import current_settings
from app.events import feed, queries
from app.events.changes import Changes, count_changes
from app.events.facts import MeetingView
from app.public.blueprint import blueprint
from app.web.addresses import absolute, absolute_for
from app.web.association import association
from app.web.headers import keep_for
from app.web.locale import LOCALES, current_locale
from app.web.locale import gettext as _
from app.web.plaintext import render_text

LIFE = timedelta(minutes=15)


@blueprint.get("/events.ics")
def calendar() -> Response:
    """Every published meeting that has a date, to subscribe to; ``?lang=en`` in English."""
    meetings = [one for one in queries.list_published(current_locale(), now()) if one.spans]
    return _calendar(meetings, "events.ics", absolute_for("public.index", current_locale()))


@blueprint.get("/events/<slug:slug>.ics")
def event_calendar(slug: str) -> Response:
    """One meeting, to put into one's own calendar.

    Raises:
        NotFound: there is no such meeting, or it has no date yet.
    """
    meeting = queries.get_meeting(slug, current_locale(), now())
    if not meeting.spans:
        raise NotFound("date")
    return _calendar([meeting], f"{slug}.ics", _page(meeting))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages that search engines are to know, each in both languages."""
    meetings = queries.list_published(current_locale(), now())
    changes = count_changes(one.id for one in meetings)
    pages = [_sitemap_page("public.index", None), _sitemap_page("public.privacy", None)]
    pages += [_sitemap_page("public.event", changes[one.id], slug=one.slug) for one in meetings]
    text = render_template("public/sitemap.xml", pages=pages, locales=LOCALES)
    return _conditional(text.encode(), "application/xml; charset=utf-8")


@blueprint.get("/robots.txt")
def robots() -> AnyResponse:
    """What search engines may look at: everything.

    Personal pages and the office say ``noindex`` in their headers. They must not stand here as
    well: a page that may not be fetched cannot be read for its ``noindex``, and its bare address,
    a personal link that somebody has published, say, would be listed all the same. Nor need
    strangers be told where the office is.
    """
    lines = ("User-agent: *", "Disallow:", f"Sitemap: {absolute('/sitemap.xml', 'ja')}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _sitemap_page(endpoint: str, changes: Changes | None, **values: str) -> dict[str, Any]:
    return {
        "address": {locale: absolute_for(endpoint, locale, **values) for locale in LOCALES},
        "changed": changes.latest.date() if changes and changes.count else None,
    }


def _calendar(meetings: list[MeetingView], filename: str, page: str) -> Response:
    changes = count_changes(one.id for one in meetings)
    entries = [_entry(one, changes[one.id]) for one in meetings]
    response = _conditional(
        feed.calendar(entries, _publisher(page)), "text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


def _publisher(page: str) -> feed.Publisher:
    known = association()
    return feed.Publisher(
        calendar_name=_("Meetings of %(name)s", name=known.short_name),
        domain=calendar_domain(),
        url=page,
    )


def _entry(meeting: MeetingView, changes: Changes) -> feed.Entry:
    url = _page(meeting)
    text = render_text("calendar/event.txt", current_locale(), meeting=meeting, url=url)
    called_off = meeting.facts.state == "cancelled"
    return feed.Entry(
        meeting=meeting,
        # Some programs do not show STATUS.
        summary=_("Called off: %(title)s", title=meeting.title) if called_off else meeting.title,
        location=" ".join(_filled((meeting.venue_name, meeting.venue_address))),
        description="\n".join(_filled(line.strip() for line in text.splitlines())),
        url=url,
        changes=changes,
        organiser=(association(meeting.host_id).office_name, current_settings().mail_sender),
    )


def _filled(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]


def _page(meeting: MeetingView) -> str:
    return absolute_for("public.event", current_locale(), slug=meeting.slug)


def _conditional(body: bytes, content_type: str) -> Response:
    """An answer that is sent again only where it has changed (ETag, 304)."""
    response = make_response(body)
    response.headers["Content-Type"] = content_type
    response.add_etag()
    keep_for(response, LIFE)
    response.make_conditional(request)
    return response
