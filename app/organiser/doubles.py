"""People of a meeting who are signed up twice, for the office to decide who they are."""

from flask import render_template

from app.auth.guards import office
from app.events.heads import get_head
from app.organiser.blueprint import blueprint
from app.registration.lists import pairs
from app.web.locale import current_locale


@blueprint.get("/events/<slug:slug>/duplicates")
@office
def duplicates(slug: str) -> str:
    """Each with who came first; two queries whatever their number."""
    meeting = get_head(slug, current_locale())
    return render_template(
        "office/duplicates.html",
        meeting=meeting,
        pairs=pairs.list_pairs(meeting.id),
        most=pairs.MOST,
    )
