"""The list of people of a meeting or a day: search, filter, columns, totals."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirection

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.timezones import to_local
from app.events.outline import QuestionHead
from app.organiser import list_asked, list_columns, searches, words
from app.organiser.blueprint import blueprint
from app.organiser.list_asked import Asked
from app.registration.lists import by_hand, counting, pairs, roster
from app.registration.lists.by_hand_facts import Scope
from app.registration.lists.roster import RosterRow
from app.registration.presence import desk_is_open
from app.web.arguments import row_id

MEETING, DAY = {"day": False}, {"day": True}
SHORT = 10
"""Organisations that are named above the list."""


@blueprint.get("/events/<slug:slug>/day/registrations", defaults=DAY)
@blueprint.get("/events/<slug:slug>/registrations", defaults=MEETING)
@office
def registrations(slug: str, day: bool) -> str:  # noqa: FBT001  # of the address
    """One page of the list."""
    asked = list_asked.read(slug, day, request.args)
    columns = list_columns.chosen(
        *(actor().account_id, asked.meeting.series_id, asked.questions),
        standings=asked.has_standings,
    )
    shown = [one for one in asked.questions if f"q{one.id}" in columns]
    page = roster.list_page(
        asked.wanted,
        after=request.args.get("after", type=row_id),
        before=request.args.get("before", type=row_id),
        questions=[one.id for one in shown],
    )
    return render_template(
        "office/registrations.html",
        asked=asked,
        meeting=asked.meeting,
        page=page,
        columns=columns,
        all_columns=list_columns.COLUMNS,
        shown=shown,
        said=_said,
        twice=0 if asked.day else pairs.count_pairs(asked.meeting.id),
        twice_most=pairs.MOST,
        to_reach=not asked.day and by_hand.is_anybody(Scope(event_id=asked.meeting.id)),
        acts=acts_on(asked),
        words=words,
    )


@blueprint.post("/events/<slug:slug>/day/registrations", defaults=DAY)
@blueprint.post("/events/<slug:slug>/registrations", defaults=MEETING)
@office
def search(slug: str, day: bool) -> Redirection:  # noqa: FBT001  # of the address
    """Look for what was typed: it goes on to the list without standing in its address."""
    given = {**request.form, "s": searches.keep(request.form.get("q", ""))}
    return redirect(list_asked.read(slug, day, given).link(), HTTPStatus.SEE_OTHER)


@blueprint.post("/events/<slug:slug>/day/columns", defaults=DAY)
@blueprint.post("/events/<slug:slug>/columns", defaults=MEETING)
@office
def choose_columns(slug: str, day: bool) -> Redirection:  # noqa: FBT001  # of the address
    """Show other columns, from now on and for whoever chose them alone."""
    asked = list_asked.read(slug, day, request.form)
    codes = request.form.getlist("column")
    list_columns.keep(actor().account_id, asked.meeting.series_id, asked.questions, codes)
    return redirect(asked.link(), HTTPStatus.SEE_OTHER)


@blueprint.get("/events/<slug:slug>/day/totals", defaults=DAY)
@blueprint.get("/events/<slug:slug>/totals", defaults=MEETING)
@office
def totals(slug: str, day: bool) -> str:  # noqa: FBT001  # of the address
    """Exact counts, in requests of their own; ``part`` asks for what stands above the list."""
    asked = list_asked.read(slug, day, request.args)
    part = request.args.get("part")
    facts: dict[str, Any] = {"asked": asked, "words": words}
    if part == "organisations":
        found = counting.list_organisations(asked.wanted, size=SHORT)
        return render_template("components/office_sums.html", organisations=found, **facts)
    if part in _COUNTED:
        facts[part] = _COUNTED[part](asked)
        return render_template("components/office_sums.html", **facts)
    facts["totals"] = counting.count(asked.wanted)
    if part == "people":
        return render_template("components/office_found.html", **facts)
    facts |= {name: count(asked) for name, count in _COUNTED.items()}
    return render_template("office/totals.html", meeting=asked.meeting, **facts)


def _count_answers(asked: Asked) -> dict[tuple[int, int | None], int]:
    return counting.count_answers([one.id for one in asked.questions], asked.wanted)


_COUNTED: dict[str, Callable[[Asked], Any]] = {
    "standings": lambda asked: counting.count_standings(asked.wanted),
    "answers": _count_answers,
}
"""What is counted besides, by what it is called in templates and addresses."""


@blueprint.get("/events/<slug:slug>/day/organisations", defaults=DAY)
@blueprint.get("/events/<slug:slug>/organisations", defaults=MEETING)
@office
def organisations(slug: str, day: bool) -> str:  # noqa: FBT001  # of the address
    """Who comes from where, those with most people first."""
    asked = list_asked.read(slug, day, request.args)
    number = max(1, request.args.get("page", 1, type=row_id))
    found = counting.list_organisations(asked.wanted, number)
    if found.number and not found.lines:  # fewer than when the page was linked to
        number = -(-found.number // counting.ORGANISATIONS)
        found = counting.list_organisations(asked.wanted, number)
    return render_template(
        "office/organisations.html",
        asked=asked,
        meeting=asked.meeting,
        found=found,
        number=number,
        size=counting.ORGANISATIONS,
    )


def acts_on(asked: Asked) -> dict[str, Any]:
    """What can be done to people of a list, in words, by code.

    People arrive at one meeting, so a list of several names it: 'arrive-5' is to arrive at that of
    id 5. All else is done at every meeting of the list.
    """
    deciding = ["approve", "decline"] if asked.decides else []
    every = ["write", *deciding, "venue", "online", "cancel"]
    return _arrivals(asked) | {code: words.ACTS[code] for code in every}


def _arrivals(asked: Asked) -> dict[str, Any]:
    """The meetings of the list at which arrivals are noted by now."""
    ids = asked.wanted.event_ids
    there = [asked.outline.meeting_of(event_id) for event_id in ids]
    there = [
        one
        for one in there
        if desk_is_open(asked.outline.days[one.id], to_local(now(), one.zone).date())
    ]
    if len(ids) == 1:
        return {"arrive": words.ACTS["arrive"]} if there else {}
    return {f"arrive-{one.id}": _("note as come: %(meeting)s", meeting=one.title) for one in there}


def _said(row: RosterRow, question: QuestionHead) -> str:
    """What somebody answered, in words."""
    said = row.answers.get(question.id, ())
    words = (question.choices.get(one, "") if isinstance(one, int) else one for one in said)
    return str(_(", ")).join(words)
