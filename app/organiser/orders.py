"""Orders of a meeting: what is arranged for whom, and what is ordered by number."""

from collections import Counter
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head
from app.events.offers import get_offer
from app.organiser import order_words
from app.organiser.arrangement_forms import ArrangementForm, fields_of
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Clash, merge
from app.planning import queries as plans
from app.registration.lists import arrangements as special
from app.registration.orders import counts, service, wishes
from app.registration.orders.facts import ArrangementLine
from app.web.arguments import find_id, row_id
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]
ID = "int(max=2147483647)"
PLACE = "/events/<slug:slug>/orders"
WISHES = "/events/<slug:slug>/arrangements"
ONE = f"{WISHES}/<{ID}:registration_id>/<{ID}:question_id>/<{ID}:person>/<{ID}:choice>"
COUNT = f"{PLACE}/<{ID}:question_id>"


@blueprint.get(PLACE)
@office
def orders(slug: str) -> str:
    """How many wishes stand how, without whose; the numbers that are ordered."""
    meeting = get_head(slug, current_locale())
    lines = wishes.list_lines(meeting.id, current_locale())
    return _page(
        "orders.html",
        meeting,
        states=Counter(one.order.state for one in lines if not one.gone),
        mind=sum(one.gone or one.changed for one in lines),
        counts=counts.list_counts(meeting.id, current_locale()),
    )


@blueprint.get(WISHES)
@office
def arrangements_of(slug: str) -> str:
    """Whose wishes they are, and what becomes of them. Looking at them is noted first."""
    meeting = get_head(slug, current_locale())
    if request.method == "GET":  # HEAD shows nothing
        special.record_list_view(meeting.id, actor())
    lines = wishes.list_lines(meeting.id, current_locale())
    return _page("arrangement_list.html", meeting, lines=lines, usual=_usual(meeting.id))


@blueprint.get(ONE)
@office
def arrangement(slug: str, registration_id: int, **rest: int) -> str:
    """One wish, and what becomes of it. Looking at it is noted first."""
    meeting = get_head(slug, current_locale())
    line = _line(meeting, registration_id, **rest)
    if request.method == "GET":
        special.record_view(registration_id, actor())
    return _show(meeting, line, ArrangementForm(data=fields_of(line, _usual(meeting.id))))


@blueprint.post(ONE)
@office
def arrange(slug: str, registration_id: int, **rest: int) -> Response | Page:
    """Note what becomes of it. Where the page is shown again, that is noted as looking, too."""
    meeting = get_head(slug, current_locale())
    line = _line(meeting, registration_id, **rest)
    form = ArrangementForm(request.form)
    if not form.validate():
        special.record_view(registration_id, actor())
        return _show(meeting, line, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        service.arrange(meeting.id, line.key, form.wish, form.what_was_seen, actor())
    except ChangedMeanwhile:
        line = _line(meeting, registration_id, **rest)
        stored = ArrangementForm(data=fields_of(line, None))
        special.record_view(registration_id, actor())
        return _show(meeting, line, form, merge(form, stored)), HTTPStatus.CONFLICT
    flash(_("Noted. Nobody is written to: please tell the person what becomes of it."), "success")
    return redirect(url_for(".arrangements_of", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get(COUNT)
@office
def count_order(slug: str, question_id: int) -> str:
    """The question before a number counts as ordered."""
    meeting = get_head(slug, current_locale())
    return _ask(meeting, question_id)


@blueprint.post(COUNT)
@office
def order_count(slug: str, question_id: int) -> Response | Page:
    """Fix the numbers that were shown as ordered; pressed twice, it is ordered once."""
    meeting = get_head(slug, current_locale())
    view = counts.get_count(meeting.id, question_id, current_locale())
    try:
        counts.order(meeting.id, question_id, _seen(request.form), actor())
    except ChangedMeanwhile:
        return _ask(meeting, question_id, changed=True), HTTPStatus.CONFLICT
    flash(_("Noted as ordered: %(what)s", what=view.label), "success")
    return redirect(url_for(".orders", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{COUNT}/differences")
@office
def count_differences(slug: str, question_id: int) -> str:
    """Everybody who makes the difference to what was ordered, page by page."""
    meeting = get_head(slug, current_locale())
    page = max(1, request.args.get("page", 1, type=row_id))
    found = counts.list_differences(meeting.id, question_id, current_locale(), page)
    return _page("count_differences.html", meeting, question_id=question_id, page=found)


@blueprint.get(f"{COUNT}/sheet")
@office
def count_sheet(slug: str, question_id: int) -> str:
    """What the caterer gets: numbers, and nobody's name.

    An item is called by its choice; a plain yes to the question by what was asked.
    """
    meeting = get_head(slug, current_locale())
    questions = get_offer(slug, current_locale(), now()).questions
    said_yes = {choice.id for one in questions for choice in one.choices if choice.code == "yes"}
    return _page(
        "count_sheet.html",
        meeting,
        view=counts.get_count(meeting.id, question_id, current_locale()),
        said_yes=said_yes,
        held=plans.get_plan(meeting.id).held,
    )


def _seen(typed: MultiDict[str, str]) -> dict[int, int]:
    """The numbers that were shown, by choice."""
    found = {}
    for name, value in typed.items():
        choice = find_id(name.removeprefix("choice_"))
        if name.startswith("choice_") and choice is not None:
            found[choice] = find_id(value) or 0
    return found


def _usual(event_id: int) -> date | None:
    """The day by which everything is to be arranged, where the plan has such a task."""
    tasks = plans.get_plan(event_id).tasks
    return next((one.due.on for one in tasks if one.code == "arrangements" and one.due), None)


def _line(
    meeting: MeetingHead, registration_id: int, *, question_id: int, person: int, choice: int
) -> ArrangementLine:
    """The wish of an address, in which 0 stands for none."""
    key = (registration_id, question_id, person or None, choice or None)
    return wishes.get_line(meeting.id, key, current_locale())


def _ask(meeting: MeetingHead, question_id: int, *, changed: bool = False) -> str:
    view = counts.get_count(meeting.id, question_id, current_locale())
    return _page("count_order.html", meeting, view=view, changed=changed)


def _show(
    meeting: MeetingHead,
    line: ArrangementLine,
    form: ArrangementForm,
    clash: Clash | None = None,
) -> str:
    return _page("arrangement.html", meeting, line=line, form=form, clash=clash)


def _page(template: str, meeting: MeetingHead, **more: Any) -> str:
    return render_template(
        f"office/{template}",
        meeting=meeting,
        words=order_words,
        local=lambda moment: to_local(moment, meeting.zone),
        today=to_local(now(), meeting.zone).date(),
        **more,
    )
