"""People who are signed up twice or may be, for the office to decide who they are."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, my_meetings, office
from app.base.errors import ChangedMeanwhile
from app.events.heads import MeetingHead, get_head
from app.organiser.blueprint import blueprint
from app.organiser.finders import wholly_mine
from app.organiser.words import LIKENESSES, UNLIKE
from app.registration.lists import apart, likely, pairs
from app.registration.lists.likely import Wanted
from app.web.arguments import find_id, row_id
from app.web.locale import current_locale
from app.web.locale import gettext as _


@blueprint.get("/events/<slug:slug>/duplicates")
@office
def duplicates(slug: str) -> str:
    """A page of them, each with who came first; as many queries whatever their number."""
    meeting = get_head(slug, current_locale())
    before = request.args.get("before", type=row_id)
    found, older = pairs.list_pairs(meeting.id, before)
    if before and not found:  # those of this page have been decided meanwhile
        before = None
        found, older = pairs.list_pairs(meeting.id)
    return render_template(
        "office/duplicates.html",
        meeting=meeting,
        pairs=found,
        first=before is None,
        older=older,
    )


@blueprint.get("/events/<slug:slug>/likely")
@office
def likely_same(slug: str) -> str:
    """Groups of sign-ups that may be of the same people: four queries whatever their number.

    ``?by=`` says by what; ``?apart=1``: those of which the office has said that they are not.
    """
    meeting = get_head(slug, current_locale())
    return _likely(meeting, _wanted(meeting, request.args))


@blueprint.post("/events/<slug:slug>/likely")
@office
def decide_likely(slug: str) -> Response | tuple[str, int]:
    """Note that those of a group are different people, or take that back."""
    meeting = get_head(slug, current_locale())
    wanted = _wanted(meeting, request.form)
    decide = apart.take_back if wanted.apart else apart.note_apart
    whom, seen = find_id(request.form.get("person", "")) or 0, request.form.get("seen", "")
    try:
        decide(wanted, whom, seen, actor())
    except ChangedMeanwhile:
        told = _("These people were changed meanwhile. This is how it is now.")
        return _likely(meeting, wanted, told), HTTPStatus.CONFLICT
    if wanted.apart:
        flash(_("They are offered again."), "success")
    else:
        flash(_("Noted as different people. They are not offered any more."), "success")
    back = url_for(".likely_same", slug=slug, **_address(wanted), page=_page_number() or None)
    return redirect(back, HTTPStatus.SEE_OTHER)


def _wanted(meeting: MeetingHead, asked: Mapping[str, str]) -> Wanted:
    by = asked.get("by", "")
    return Wanted(
        event_id=meeting.id,
        by=by if by in likely.BY else likely.BY[0],
        among=my_meetings(),
        apart=asked.get("apart") == "1",
    )


def _address(wanted: Wanted) -> dict[str, Any]:
    return {"by": wanted.by, "apart": 1 if wanted.apart else None}


def _page_number() -> int:
    return find_id(request.values.get("page", "")) or 0


def _likely(meeting: MeetingHead, wanted: Wanted, problem: str = "") -> str:
    page = likely.list_likely(wanted, _page_number() or 1)
    return render_template(
        "office/likely.html",
        meeting=meeting,
        wanted=wanted,
        address=_address(wanted),
        words=LIKENESSES,
        unlike=UNLIKE[wanted.by],
        page=page,
        whole=wholly_mine({p.registration_id for group in page.groups for p in group.people}),
        others=likely.count(wanted.turned),
        problem=problem,
    )
