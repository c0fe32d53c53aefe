"""Name badges and labels for envelopes: on sheets from any place on, only new ones, marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.clock import now
from app.events.heads import MeetingHead, get_head
from app.events.queries import get_meeting_by_id
from app.organiser.blueprint import blueprint
from app.organiser.print_wishes import MOST, NEW, Wish, read_shown, write_shown
from app.organiser.printing import PLACE, asked, facts, record, wanted_of
from app.registration.paper import marks, people
from app.registration.paper.facts import Envelope, PersonLine
from app.web.arguments import row_id
from app.web.locale import current_locale
from app.web.locale import gettext as _
from app.web.print_sheets import SHEETS, on_sheets, width_of

GONE = 50
"""Names on a page of the badges to take out."""
Label = TypeVar("Label", PersonLine, Envelope)


@blueprint.get(f"{PLACE}/badges")
@office
def print_badges(slug: str) -> str:
    """Badges of those who have a place; those that are new, or of everybody."""
    meeting = get_head(slug, current_locale())
    wish = replace(asked("venue"), state="confirmed")
    stamps = marks.read_stamps(meeting.id, "badges")
    found = _wanted(people.list_people(wanted_of(meeting, wish)), wish, stamps)
    record(meeting, "badges")
    return render_template(
        "office/print_badges.html",
        **_facts(meeting, wish, found),
        view=get_meeting_by_id(meeting.id, current_locale(), now()),
        gone=marks.list_gone(meeting.id),
        size=_size,
    )


@blueprint.get(f"{PLACE}/badges/gone")
@office
def gone_badges(slug: str) -> str:
    """All badges to take out, page by page."""
    meeting = get_head(slug, current_locale())
    total = marks.list_gone(meeting.id, limit=0).total
    last = max(1, -(-total // GONE))
    number = min(max(1, request.args.get("page", 1, type=row_id)), last)
    record(meeting, "badges")
    return render_template(
        "office/gone_badges.html",
        meeting=meeting,
        gone=marks.list_gone(meeting.id, GONE, (number - 1) * GONE),
        number=number,
        last=last,
    )


@blueprint.get(f"{PLACE}/envelopes")
@office
def print_envelopes(slug: str) -> str:
    """Labels for sign-ups with a postal address; the others are named with their telephone."""
    meeting = get_head(slug, current_locale())
    wish = asked()
    stamps = marks.read_stamps(meeting.id, "envelopes")
    every = people.list_envelopes(meeting.id, wish.number)
    found = _wanted([one for one in every if one.postal_address], wish, stamps)
    without = [one for one in every if not one.postal_address]
    record(meeting, "envelopes")
    return render_template(
        "office/print_envelopes.html",
        **_facts(meeting, wish, found),
        without=without[:MOST],
        without_number=len(without),
        size=_size_of_address,
    )


@blueprint.post(f"{PLACE}/badges")
@office
def mark_badges(slug: str) -> Response:
    """Note those that the page showed as printed."""
    return _mark(slug, "badges")


@blueprint.post(f"{PLACE}/envelopes")
@office
def mark_envelopes(slug: str) -> Response:
    """Note those that the page showed as printed."""
    return _mark(slug, "envelopes")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Which letters a badge has, so that nothing of it is cut."""

    name: str
    more: str


def _mark(slug: str, kind: str) -> Response:
    meeting = get_head(slug, current_locale())
    number = marks.mark(meeting.id, kind, read_shown(request.form.get("shown", "")), actor())
    flash(_("%(n)s labels were noted as printed.", n=number), "success")
    return redirect(url_for(".printing", slug=slug), HTTPStatus.SEE_OTHER)


def _wanted(every: Sequence[Label], wish: Wish, stamps: dict[int, str]) -> list[Label]:
    """All of them, or only those that are new or were changed since they were printed."""
    return [one for one in every if wish.which != NEW or stamps.get(one.key) != one.stamp]


def _facts(meeting: MeetingHead, wish: Wish, found: Sequence[Label]) -> dict[str, Any]:
    begin = (wish.part - 1) * MOST
    shown = found[begin : begin + MOST]
    return {
        **facts(meeting, wish, len(found), MOST),
        "shown": shown,
        "sheets": on_sheets(shown, wish.sheet, wish.start),
        "kinds": SHEETS,
        "printed": write_shown({one.key: one.stamp for one in shown}),
    }


def _size(one: PersonLine) -> Sizes:
    """By what there is room for on the narrowest label."""
    name, more = width_of(one.name), width_of(one.house) + width_of(one.role)
    return Sizes(
        name="l" if name <= 8 else "m" if name <= 16 else "s",  # noqa: PLR2004  # as the look has it
        more="l" if more <= 36 else "s",  # noqa: PLR2004  # two rows
    )


def _size_of_address(one: Envelope) -> str:
    lines = sum(-(-int(width_of(line)) // 19) for line in (*one.address, *one.to))
    return "l" if lines <= 6 else "s"  # noqa: PLR2004  # rows of a label of 33.9 mm
