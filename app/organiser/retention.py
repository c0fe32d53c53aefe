"""What will be erased when, and what was."""

from flask import render_template
from flask_babel import lazy_gettext as _

from app.auth.guards import my_meetings, office
from app.base.timezones import to_local
from app.organiser.blueprint import blueprint
from app.organiser.words import ZONE
from app.retention import queries
from app.retention.running import TICK
from app.web.locale import current_locale

KINDS = {
    "arrangements": _("Arrangements and lunches"),
    "contacts": _("How to reach them, and answers"),
    "minutes": _("Names and attendance"),
}


@blueprint.get("/retention")
@office
def retention() -> str:
    """Every meeting of theirs with its terms; the same queries at any size."""
    last = queries.last_run(TICK)
    return render_template(
        "office/retention.html",
        schedules=[
            (one, [(term, to_local(term.due_at, one.zone)) for term in one.terms])
            for one in queries.list_schedules(current_locale(), my_meetings())
        ],
        last=last and to_local(last, ZONE),
        kinds=KINDS,
    )
