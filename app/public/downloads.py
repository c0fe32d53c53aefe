"""Files that everybody may have: those of meetings, and the logo of the association."""

import unicodedata
from datetime import timedelta
from functools import partial

from flask import Response

from app.base.clock import now
from app.base.errors import NotFound
from app.events import queries
from app.events.files import queries as files
from app.events.files.facts import everybody
from app.public.blueprint import blueprint
from app.settings.queries import read_logo
from app.web.downloads import hand_out
from app.web.headers import keep_for
from app.web.locale import current_locale

YEAR = timedelta(days=365)


@blueprint.get("/logo/<version>")
def logo(version: str) -> Response:
    """The logo; its address changes with it, so that browsers can keep it.

    Raises:
        NotFound: there is none, or another one.
    """
    found = read_logo(version)
    return keep_for(hand_out(found, lambda: found.data), YEAR)


@blueprint.get("/events/<slug:slug>/files/<int(max=2147483647):file_id>/<name>")
def file(slug: str, file_id: int, name: str) -> Response:
    """A material or report of a published meeting, under the name that it is kept by.

    Raises:
        NotFound: there is none, it is not for everybody, or it has another name.
    """
    meeting = queries.get_meeting(slug, current_locale(), now())
    found = files.get_file(meeting.id, file_id, current_locale(), everybody(now()))
    if unicodedata.normalize("NFC", name) != found.filename:
        raise NotFound("file")
    return hand_out(found, partial(files.read_content, found))
