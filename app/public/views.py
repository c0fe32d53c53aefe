"""The list of meetings, each meeting's page, and how personal data are used."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app.base.clock import now
from app.events import queries
from app.web.locale import current_locale

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def index() -> str:
    """Coming meetings by date, those without a date, past ones."""
    listing = queries.list_meetings(current_locale(), now())
    return render_template(
        "public/index.html",
        coming=listing.coming,
        undecided=listing.undecided,
        past=listing.past,
    )


@blueprint.get("/events/<slug:slug>")
def event(slug: str) -> str:
    """One meeting: what, when, where, who, and how to sign up."""
    meeting, day = queries.get_meeting_with_day(slug, current_locale(), now())
    return render_template("public/event.html", meeting=meeting, day=day)


@blueprint.get("/privacy")
def privacy() -> str:
    """The purpose, the contact and the rights (個人情報保護法 21, 32)."""
    return render_template("public/privacy.html")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What search engines may look at."""
    lines = (
        "User-agent: *",
        "Disallow: /r/",
        "Disallow: /i/",
        "Disallow: /office/",
        "Disallow: /mailbox/",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
