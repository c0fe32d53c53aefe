"""Settings: what is to be done for a meeting of each kind, before anybody has changed its plan."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, administrator
from app.base.errors import ChangedMeanwhile
from app.organiser import plan_words
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Clash, merge
from app.organiser.meeting_words import KINDS
from app.organiser.plan_forms import ModelForm, model_fields_of
from app.planning import templates, templating
from app.planning.rules import LAWS, laws_of
from app.planning.templates import TaskModel
from app.planning.templating import Template
from app.web.locale import gettext as _

Page = tuple[str, int]
PLACE = "/settings/plans/<kind>"
ONE = f"{PLACE}/<code>"


@blueprint.get(PLACE)
@administrator
def plan_template(kind: str) -> str:
    """The tasks of a kind of meeting, in order."""
    return _list(templating.get_template(kind))


@blueprint.post(PLACE)
@administrator
def add_ready_task(kind: str) -> Response | Page:
    """Add a ready-made task."""
    try:
        templating.add_ready(kind, request.form.get("code", ""), actor())
    except templating.TooMany:
        told = _too_many()
        return _list(templating.get_template(kind), told), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The task has been added."), "success")
    return _back(kind)


@blueprint.get(f"{PLACE}/new")
@administrator
def new_template_task(kind: str) -> str:
    """The form for a task of one's own."""
    return _show(templating.get_template(kind), None, ModelForm())


@blueprint.post(f"{PLACE}/new")
@administrator
def add_template_task(kind: str) -> Response | Page:
    """Add it."""
    template, form = templating.get_template(kind), ModelForm(request.form)
    if not form.validate():
        return _show(template, None, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        templating.add(kind, form.read(templates.OWN), actor())
    except (templating.TooMany, templating.TwiceNamed) as refused:
        return _refuse(template, None, form, refused)
    flash(_("The task has been added."), "success")
    return _back(kind)


@blueprint.get(ONE)
@administrator
def template_task(kind: str, code: str) -> str:
    """One task, to be changed."""
    template = templating.get_template(kind)
    known = templating.find_model(template, code)
    return _show(template, known, _form_of(template, known))


@blueprint.post(ONE)
@administrator
def change_template_task(kind: str, code: str) -> Response | Page:
    """Store the change."""
    template = templating.get_template(kind)
    known, form = templating.find_model(template, code), ModelForm(request.form)
    form.code = "" if known.is_own else code
    form.law = templates.bound_by(kind, code)
    if not form.validate():
        return _show(template, known, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        changed = templating.change(kind, form.read(code), actor(), seen=form.seen.data or "")
    except ChangedMeanwhile:
        return _changed(kind, code, form)
    except (templating.TooLate, templating.TwiceNamed) as refused:
        return _refuse(template, known, form, refused)
    told = _("It has been stored."), _("Nothing was different, so nothing was stored.")
    flash(told[0] if changed else told[1], "success")
    return _back(kind)


@blueprint.post(f"{ONE}/move")
@administrator
def move_template_task(kind: str, code: str) -> Response:
    """Move it a place up or down."""
    templating.move(kind, code, actor(), up=request.form.get("to") == "up")
    return redirect(url_for(".plan_template", kind=kind, _anchor="order"), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{ONE}/remove")
@administrator
def ask_to_remove_template_task(kind: str, code: str) -> Response | str:
    """The question before a task is removed, or why it cannot be."""
    template = templating.get_template(kind)
    known = templating.find_model(template, code)
    return _stays(kind) if templates.bound_by(kind, code) else _ask(template, known)


@blueprint.post(f"{ONE}/remove")
@administrator
def remove_template_task(kind: str, code: str) -> Response | Page:
    """Remove it."""
    try:
        templating.remove(kind, code, actor(), seen=request.form.get("seen", ""))
    except templating.Bound:
        return _stays(kind)
    except ChangedMeanwhile:
        template = templating.get_template(kind)
        told = _("Somebody else has changed this task meanwhile")
        return _ask(template, templating.find_model(template, code), told), HTTPStatus.CONFLICT
    flash(_("The task has been removed."), "success")
    return _back(kind)


@blueprint.get(f"{PLACE}/put-back")
@administrator
def ask_to_put_template_back(kind: str) -> str:
    """The question, with what would go and what would come."""
    return _ask_back(templating.get_template(kind))


@blueprint.post(f"{PLACE}/put-back")
@administrator
def put_template_back(kind: str) -> Response | Page:
    """Make it as it was delivered; pressed twice, it is so once."""
    try:
        templating.put_back(kind, actor(), seen=request.form.get("seen", ""))
    except ChangedMeanwhile:
        told = _("Somebody else has changed this list meanwhile")
        return _ask_back(templating.get_template(kind), told), HTTPStatus.CONFLICT
    flash(_("The tasks are as delivered again."), "success")
    return _back(kind)


def _form_of(template: Template, task: TaskModel) -> ModelForm:
    form = ModelForm(data=model_fields_of(task, templating.digest_of(task)))
    form.code = "" if task.is_own else task.code
    form.law = templates.bound_by(template.kind, task.code)
    return form


def _changed(kind: str, code: str, form: ModelForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    template = templating.get_template(kind)
    known = templating.find_model(template, code)
    clash = merge(form, _form_of(template, known))
    return _show(template, known, form, clash), HTTPStatus.CONFLICT


def _refuse(template: Template, known: TaskModel | None, form: ModelForm, why: Exception) -> Page:
    if isinstance(why, templating.TwiceNamed):
        told = _("Another task of this list has this title. Please choose another one.")
    elif isinstance(why, templating.TooMany):
        told = _too_many()
    else:
        told = _("The Act does not let this task be later.")
    return _show(template, known, form, problem=told), HTTPStatus.UNPROCESSABLE_ENTITY


def _too_many() -> str:
    return _("Such a list has at most %(n)s tasks. Please remove one first.", n=templates.MOST)


def _stays(kind: str) -> Response:
    flash(_("The Act asks for this task, so it stays."), "error")
    return _back(kind)


def _list(template: Template, problem: str = "") -> str:
    kind = template.kind
    return render_template(
        "office/plan_template.html",
        template=template,
        bound={one.code for one in template.tasks if templates.bound_by(kind, one.code)},
        law=LAWS.get(laws_of(kind)[0]),
        article=plan_words.ARTICLES.get(laws_of(kind)[0]),
        offered=templates.offered(kind, template.tasks),
        kinds=KINDS,
        words=plan_words,
        problem=problem,
    )


def _show(
    template: Template,
    known: TaskModel | None,
    form: ModelForm,
    clash: Clash | None = None,
    problem: str = "",
) -> str:
    return render_template(
        "office/template_task.html",
        template=template,
        task=known,
        form=form,
        law=templates.bound_by(template.kind, known.code) if known else None,
        article=plan_words.ARTICLES.get(laws_of(template.kind)[0]),
        kinds=KINDS,
        words=plan_words,
        clash=clash,
        problem=problem,
    )


def _ask(template: Template, task: TaskModel, problem: str = "") -> str:
    return render_template(
        "office/remove_template_task.html",
        template=template,
        task=task,
        seen=templating.digest_of(task),
        kinds=KINDS,
        words=plan_words,
        problem=problem,
    )


def _ask_back(template: Template, problem: str = "") -> str:
    delivered = templates.tasks_for(template.kind)
    return render_template(
        "office/plan_template_back.html",
        template=template,
        gone=[one for one in template.tasks if one not in delivered],
        come=[one for one in delivered if one not in template.tasks],
        kinds=KINDS,
        words=plan_words,
        problem=problem,
    )


def _back(kind: str) -> Response:
    return redirect(url_for(".plan_template", kind=kind), HTTPStatus.SEE_OTHER)
