"""The audit log: who did what, when, before and after."""

from flask import render_template, request

from app.auth import queries
from app.auth.guards import administrator
from app.base.timezones import to_local
from app.organiser.arguments import row_id
from app.organiser.blueprint import blueprint
from app.organiser.words import ZONE, action_words


@blueprint.get("/history")
@administrator
def history() -> str:
    """Who of the office did what, the latest first."""
    before = request.args.get("before", type=row_id)
    entries = queries.list_history(before)
    shown = entries[: queries.PAGE]
    return render_template(
        "office/history.html",
        entries=[(entry, to_local(entry.at, ZONE), action_words(entry.action)) for entry in shown],
        older=shown[-1].id if len(entries) > queries.PAGE else None,
        first=before is None,
    )
