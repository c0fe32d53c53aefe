"""What is due for one meeting (段取り): the list, a sheet of it, and each task."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.auth.queries import list_addresses
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.base.officedays import is_office_day
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head
from app.organiser import plan_words
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Clash, merge
from app.organiser.meeting_words import KINDS
from app.organiser.plan_forms import LawForm, TaskForm, fields_of
from app.organiser.plan_sheets import row_of, setting_of
from app.planning import adapting, queries, rules, service, templating
from app.planning.facts import PlanView, TaskView
from app.web.arguments import find_id
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]
PLACE = "/events/<slug:slug>/plan"
ONE = f"{PLACE}/<int(max=2147483647):task_id>"


@blueprint.get(PLACE)
@office
def plan(slug: str) -> str:
    """All tasks of a meeting by date."""
    meeting = get_head(slug, current_locale())
    return _page("plan.html", meeting, **_plan_facts(meeting))


@blueprint.post(PLACE)
@office
def make_plan(slug: str) -> Response:
    """Give the meeting the tasks of its kind; the worker does the same by itself."""
    service.make_plan(get_head(slug, current_locale()).id, actor())
    return _back(slug)


@blueprint.post(f"{PLACE}/adapt")
@office
def adapt_plan(slug: str) -> Response | Page:
    """Make the plan that of the kind that the meeting has become, or leave it as it is."""
    meeting = get_head(slug, current_locale())
    if request.form.get("step") == "keep":
        adapting.keep(meeting.id, actor())
        flash(_("The tasks stay as they are."), "success")
        return _back(slug)
    try:
        adapting.adapt(meeting.id, actor(), seen=request.form.get("seen", ""))
    except ChangedMeanwhile:
        told = _("The tasks were changed meanwhile. This is what would come and go now.")
        return _refuse(meeting, told), HTTPStatus.CONFLICT
    except service.TooMany:
        return _refuse(meeting, _too_many()), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The tasks are those of the kind of meeting now."), "success")
    return _back(slug)


@blueprint.get(f"{PLACE}/sheet")
@office
def plan_sheet(slug: str) -> str:
    """The tasks on one sheet of paper."""
    meeting = get_head(slug, current_locale())
    facts = _plan_facts(meeting)
    setting = setting_of(row_of(one) for one in facts["plan"].tasks)
    return _page("plan_sheet.html", meeting, setting=setting, **facts)


@blueprint.get(f"{PLACE}/law")
@office
def plan_law(slug: str) -> str:
    """What binds the notice of the meeting."""
    meeting = get_head(slug, current_locale())
    known = queries.get_plan(meeting.id)
    own = "" if known.own_days is None else str(known.own_days)
    return _show_law(meeting, known, _law_form(known, data={"law": known.law, "own_days": own}))


@blueprint.post(f"{PLACE}/law")
@office
def change_plan_law(slug: str) -> Response | Page:
    """Store what binds it; the date of the notice follows."""
    meeting = get_head(slug, current_locale())
    known = queries.get_plan(meeting.id)
    form = _law_form(known, request.form)
    if not form.validate():
        return _show_law(meeting, known, form), HTTPStatus.UNPROCESSABLE_ENTITY
    service.set_law(meeting.id, form.law.data, form.days, actor())
    flash(_("Stored. The last day for the notice follows from it."), "success")
    return _back(slug)


@blueprint.get(f"{PLACE}/new")
@office
def new_task(slug: str) -> str:
    """The form for a task of one's own."""
    meeting = get_head(slug, current_locale())
    return _show(meeting, None, _form(meeting.id, None))


@blueprint.post(f"{PLACE}/new")
@office
def add_task(slug: str) -> Response | Page:
    """Add it."""
    meeting = get_head(slug, current_locale())
    form = _form(meeting.id, None, request.form)
    if not form.validate():
        return _show(meeting, None, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        service.add_task(meeting.id, form.wish, actor())
    except service.TooMany:
        return _show(meeting, None, form, problem=_too_many()), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The task has been added."), "success")
    _remind(form)
    return _back(slug)


@blueprint.get(ONE)
@office
def task(slug: str, task_id: int) -> str:
    """One task, to be changed."""
    meeting = get_head(slug, current_locale())
    known = queries.get_task(meeting.id, task_id)
    return _show(meeting, known, _form(meeting.id, known, data=fields_of(known)))


@blueprint.post(ONE)
@office
def change_task(slug: str, task_id: int) -> Response | Page:
    """Store the change."""
    meeting = get_head(slug, current_locale())
    known = queries.get_task(meeting.id, task_id)
    form = _form(meeting.id, known, request.form)
    if not form.validate():
        return _show(meeting, known, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        seen = find_id(form.seen.data) or 0
        service.change_task(meeting.id, task_id, form.wish, seen, actor())
    except ChangedMeanwhile:
        return _changed(meeting, task_id, form)
    except templating.TooLate:
        told = _("The Act does not let this task be later.")
        return _show(meeting, known, form, problem=told), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The task has been changed."), "success")
    _remind(form)
    return _back(slug)


@blueprint.post(f"{ONE}/done")
@office
def mark_task(slug: str, task_id: int) -> Response:
    """Note that it is done, or that it is not."""
    done = request.form.get("step") == "done"
    event_id = get_head(slug, current_locale()).id
    service.mark(event_id, task_id, actor(), done=done)
    flash(_("Noted as done.") if done else _("Noted as not done yet."), "success")
    back = request.form.get("back")
    if back == "today":
        return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)
    endpoint = ".overview" if back == "overview" else ".plan"
    return redirect(url_for(endpoint, slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{ONE}/remove")
@office
def ask_to_remove_task(slug: str, task_id: int) -> Response | str:
    """The question before a task is removed, or why it cannot be."""
    meeting = get_head(slug, current_locale())
    known = queries.get_task(meeting.id, task_id)
    return _stays(slug) if known.law else _page("remove_task.html", meeting, task=known)


@blueprint.post(f"{ONE}/remove")
@office
def remove_task(slug: str, task_id: int) -> Response:
    """Remove it."""
    try:
        service.remove_task(get_head(slug, current_locale()).id, task_id, actor())
    except templating.Bound:
        return _stays(slug)
    flash(_("The task has been removed."), "success")
    return _back(slug)


def _stays(slug: str) -> Response:
    flash(_("The Act asks for this task, so it stays."), "error")
    return _back(slug)


def _remind(form: TaskForm) -> None:
    """Say of what was stored what somebody may not have thought of."""
    if form.gets_ready_words:
        words = plan_words.ready_words(form.code)
        flash(_("The title was empty, so the task is called “%(words)s”.", words=words), "mind")
    if form.day and not is_office_day(form.day):
        flash(plan_words.closed_words(form.day, form.latest), "mind")


def _too_many() -> str:
    return _("A meeting has at most %(n)s tasks. Please remove one first.", n=service.MOST)


def _refuse(meeting: MeetingHead, told: str) -> str:
    return _page("plan.html", meeting, problem=told, **_plan_facts(meeting))


def _plan_facts(meeting: MeetingHead) -> dict[str, Any]:
    """What both the page and the sheet show; what a new kind brings only where there is one."""
    known = queries.get_plan(meeting.id)
    return {
        "plan": known,
        "adaptation": adapting.preview(known) if known.is_of_other_kind else None,
        "kinds": KINDS,
        "today": to_local(now(), meeting.zone).date(),
        "local": lambda moment: to_local(moment, meeting.zone),
    }


def _form(
    event_id: int,
    known: TaskView | None,
    typed: MultiDict[str, str] | None = None,
    **given: Any,
) -> TaskForm:
    """Whoever may work on the meeting can be chosen, and whoever is chosen already."""
    form = TaskForm(typed, **given)
    form.known, form.code = known, known.code if known else ""
    form.law = known.law if known else None
    people = {str(one.id): one.name or one.email for one in list_addresses([event_id])}
    if known and known.wish.account_id:
        people.setdefault(str(known.wish.account_id), known.who)
    form.account_id.choices = [("", _("Nobody yet, or somebody else")), *people.items()]
    return form


def _law_form(known: PlanView, typed: MultiDict[str, str] | None = None, **given: Any) -> LawForm:
    form = LawForm(typed, **given)
    form.law.choices = [(one, str(plan_words.LAWS[one])) for one in rules.laws_of(known.kind)]
    return form


def _changed(meeting: MeetingHead, task_id: int, form: TaskForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    known = queries.get_task(meeting.id, task_id)
    stored = _form(meeting.id, known, data=fields_of(known))
    return _show(meeting, known, form, merge(form, stored)), HTTPStatus.CONFLICT


def _show(
    meeting: MeetingHead,
    known: TaskView | None,
    form: TaskForm,
    clash: Clash | None = None,
    problem: str = "",
) -> str:
    return _page("task.html", meeting, task=known, form=form, clash=clash, problem=problem)


def _show_law(meeting: MeetingHead, known: PlanView, form: LawForm) -> str:
    return _page("plan_law.html", meeting, plan=known, form=form)


def _page(template: str, meeting: MeetingHead, **more: Any) -> str:
    return render_template(f"office/{template}", meeting=meeting, words=plan_words, **more)


def _back(slug: str) -> Response:
    return redirect(url_for(".plan", slug=slug), HTTPStatus.SEE_OTHER)
