"""The list of meetings, each meeting's page, and how personal data are used."""

from datetime import timedelta

from flask import render_template

from app.base.clock import now
from app.events import queries
from app.events.facts import MeetingView
from app.events.files import queries as files
from app.events.files.facts import everybody
from app.interest.rules import CONFIRM_WITHIN, KEPT_AFTER
from app.public import downloads, feeds
from app.public.blueprint import blueprint
from app.public.structured import event_data, script_text
from app.web.addresses import absolute_for, page_addresses
from app.web.association import association
from app.web.headers import FramedPage, keep_for
from app.web.locale import current_locale

__all__ = ["blueprint", "downloads", "feeds"]

EMBEDDED_FOR = timedelta(minutes=5)


@blueprint.get("/")
def index() -> str:
    """Coming meetings by date, those without a date, past ones."""
    listing = queries.list_meetings(current_locale(), now())
    return render_template(
        "public/index.html",
        coming=listing.coming,
        undecided=listing.undecided,
        past=listing.past,
        files=files.list_by_meeting(
            [one.id for one in listing.past], current_locale(), everybody(now())
        ),
        addresses=page_addresses(),
    )


@blueprint.get("/events/<slug:slug>")
def event(slug: str) -> str:
    """One meeting: what, when, where, who, and how to sign up."""
    meeting, day = queries.get_meeting_with_day(slug, current_locale(), now())
    return render_template(
        "public/event.html",
        meeting=meeting,
        day=day,
        files=files.list_files(meeting.id, current_locale(), everybody(now())),
        addresses=page_addresses(),
        data=_data(meeting),
    )


@blueprint.get("/embed/events")
def embed() -> FramedPage:
    """The coming meetings, made to be framed on the association's own site."""
    listing = queries.list_meetings(current_locale(), now())
    page = FramedPage(
        render_template(
            "public/embed.html",
            coming=listing.coming,
            undecided=listing.undecided,
            canonical=absolute_for("public.index", current_locale()),
        )
    )
    page.headers["X-Robots-Tag"] = "noindex"  # the list itself is what should be found
    return keep_for(page, EMBEDDED_FOR)


@blueprint.get("/privacy")
def privacy() -> str:
    """The purpose, the contact and the rights (個人情報保護法 21, 32)."""
    interest = {"days": CONFIRM_WITHIN.days, "after": KEPT_AFTER.days}
    return render_template("public/privacy.html", addresses=page_addresses(), interest=interest)


def _data(meeting: MeetingView) -> str:
    """The meeting for machines, '' where there is nothing to tell yet."""
    locale = current_locale()
    data = event_data(
        meeting,
        url=absolute_for("public.event", locale, slug=meeting.slug),
        locale=locale,
        association=(
            association(meeting.host_id).name,
            absolute_for("public.index", locale),
        ),
    )
    return script_text(data) if data else ""
