"""What a meeting asks: ready-made and own questions, their limits and closing times."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.errors import ChangedMeanwhile
from app.base.timezones import to_local
from app.events import questions as service
from app.events.heads import MeetingHead, get_head
from app.events.presets import PRESETS
from app.events.question_list import QuestionLine, get_question, list_questions
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Difference, differences
from app.organiser.moments import show_moment
from app.organiser.question_forms import (
    ASKED,
    KINDS,
    WAYS,
    ChangeQuestionForm,
    NewQuestionForm,
    change_form,
)
from app.registration.lists.unanswered import count_unanswered
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]
ONE = "/events/<slug:slug>/questions/<int(max=2147483647):question_id>"


@blueprint.get("/events/<slug:slug>/questions")
@office
def questions(slug: str) -> str:
    """All questions with how many chose what or have not answered, and those one press adds."""
    meeting = get_head(slug, current_locale())
    asked = list_questions(meeting.id)
    there = {one.preset for one in asked}
    closing = {one.id: to_local(one.closes_at, meeting.zone) for one in asked if one.closes_at}
    return render_template(
        "office/questions.html",
        meeting=meeting,
        questions=asked,
        closing=closing,
        unanswered=count_unanswered(meeting.id),
        presets=[one for code, one in PRESETS.items() if code not in there],
        kinds=KINDS,
        asked=ASKED,
        ways=WAYS,
        **_words(),
    )


@blueprint.post("/events/<slug:slug>/questions")
@office
def add_preset(slug: str) -> Response:
    """Add a ready-made question by one press; pressed twice it is there once."""
    meeting = get_head(slug, current_locale())
    try:
        service.add_preset(meeting.id, request.form.get("preset", ""), actor())
    except service.TooMany:
        flash(_too_many(), "error")
    else:
        flash(_("The question has been added. It is asked from now on."), "success")
    return redirect(url_for(".questions", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get("/events/<slug:slug>/questions/new")
@office
def new_question(slug: str) -> str:
    """The form for a question of one's own."""
    return _show_new(get_head(slug, current_locale()), NewQuestionForm())


@blueprint.post("/events/<slug:slug>/questions/new")
@office
def add_question(slug: str) -> Response | Page:
    """Add a question of one's own."""
    meeting = get_head(slug, current_locale())
    form = NewQuestionForm(request.form)
    form.zone = meeting.zone
    if not form.validate():
        return _show_new(meeting, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        service.add_question(meeting.id, form.model, form.closes, actor())
    except service.TooMany:
        return _show_new(meeting, form, _too_many()), HTTPStatus.CONFLICT
    flash(_("The question has been added. It is asked from now on."), "success")
    return redirect(url_for(".questions", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get(ONE)
@office
def question(slug: str, question_id: int) -> str:
    """One question, to be changed."""
    meeting = get_head(slug, current_locale())
    line = get_question(meeting.id, question_id)
    return _show(meeting, line, change_form(line, meeting.zone))


@blueprint.post(ONE)
@office
def change_question(slug: str, question_id: int) -> Response | Page:
    """Store the change."""
    meeting = get_head(slug, current_locale())
    line = get_question(meeting.id, question_id)
    form = change_form(line, meeting.zone, request.form)
    if not form.validate():
        return _show(meeting, line, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        seen = form.seen.data or ""
        changed = service.change_question(meeting.id, question_id, form.change, actor(), seen=seen)
    except ChangedMeanwhile:
        return _changed(meeting, question_id, form)
    if changed:
        flash(_("The question has been changed."), "success")
    else:
        flash(_("Nothing was different, so nothing was stored."), "success")
    return redirect(url_for(".questions", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{ONE}/remove")
@office
def ask_to_remove_question(slug: str, question_id: int) -> str:
    """The question with the number of answers."""
    meeting = get_head(slug, current_locale())
    line = get_question(meeting.id, question_id)
    return render_template("office/remove_question.html", meeting=meeting, line=line, **_words())


@blueprint.post(f"{ONE}/remove")
@office
def remove_question(slug: str, question_id: int) -> Response:
    """Ask it no longer."""
    meeting = get_head(slug, current_locale())
    service.remove_question(meeting.id, question_id, actor())
    flash(_("The question has been removed. It is not asked any more."), "success")
    return redirect(url_for(".questions", slug=slug), HTTPStatus.SEE_OTHER)


def _too_many() -> str:
    return _("A meeting asks at most %(n)s questions. Please remove one first.", n=service.MOST)


def _words() -> dict[str, str]:
    return {"language": "en" if current_locale() == "en" else "ja"}


def _show_new(meeting: MeetingHead, form: NewQuestionForm, problem: str = "") -> str:
    return render_template("office/new_question.html", meeting=meeting, form=form, problem=problem)


def _changed(meeting: MeetingHead, question_id: int, form: ChangeQuestionForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    line = get_question(meeting.id, question_id)
    stored = change_form(line, meeting.zone)
    form.closes_at.data = show_moment(form.change.closes_at, meeting.zone)
    form.seen.data = stored.seen.data
    return _show(meeting, line, form, differences(stored, form)), HTTPStatus.CONFLICT


def _show(
    meeting: MeetingHead,
    line: QuestionLine,
    form: ChangeQuestionForm,
    clash: list[Difference] | None = None,
) -> str:
    return render_template(
        "office/question.html",
        meeting=meeting,
        line=line,
        form=form,
        kinds=KINDS,
        clash=clash,
        **_words(),
    )
