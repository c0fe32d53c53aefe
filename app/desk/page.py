"""The one page of the desk: counts, search, what was done last, and the people found."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.auth.guards import actor
from app.desk import words
from app.desk.forms import one_line
from app.desk.guard import Desk
from app.registration import links
from app.registration.desk import counting, queries
from app.registration.desk.facts import Found
from app.registration.desk.marks import record_marks
from app.registration.desk.rules import ROWS, Wanted
from app.web.arguments import find_id

LONGEST_SEARCH = 100


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What stands above the list: ``kind`` as that of ``parts.notice``."""

    text: str
    kind: str = "mind"


def read_wanted() -> Wanted:
    """Whom the form asks for. It is posted, so that no name stands in an address."""
    term = one_line(request.form.get("q", ""), LONGEST_SEARCH)
    row = request.form.get("row", "")
    code = links.read_check_in(term)
    if code is not None:
        return Wanted(registration_id=code[0], shown=True)
    if term:
        return Wanted(term=term)
    return Wanted(
        row=row if row in ROWS else "", registration_id=find_id(request.form.get("sign_up"))
    )


def page(
    desk: Desk,
    wanted: Wanted | None = None,
    *,
    done: int | None = None,
    notice: Notice | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """The desk.

    Args:
        desk: where.
        wanted: whom it asks for; None for nobody in particular.
        done: id of the fact that was written down last at this device, to be taken back.
        notice: what is to be said.
        status: of the answer.
    """
    wanted = wanted or Wanted()
    told = queries.find_told(desk.meeting.id, done) if done else None
    found = _search(desk, wanted)
    made = render_template(
        "desk/desk.html",
        desk=desk,
        meeting=desk.meeting,
        found=found,
        of_another=not found.rows and _is_of_another(desk, wanted),
        wanted=wanted,
        told=told if told and not told.undone else None,
        news=notice,
        words=words,
        rows=ROWS,
        **counted(desk),
    )
    return make_response(made, status)


def counted(desk: Desk) -> dict[str, object]:
    """How many have come now."""
    return {"counts": counting.count(desk.meeting.id)}


def _search(desk: Desk, wanted: Wanted) -> Found:
    found = queries.search(desk.meeting, wanted, arrangements=desk.sees_arrangements)
    if any(row.arrangements for row in found.rows):
        record_marks(desk.meeting.id, actor())
    return found


def _is_of_another(desk: Desk, wanted: Wanted) -> bool:
    """Whether the code that was shown is of a meeting of another day; a number proves nothing."""
    if not wanted.shown or wanted.registration_id is None:
        return False
    return queries.is_of_another(desk.meeting, wanted.registration_id)
