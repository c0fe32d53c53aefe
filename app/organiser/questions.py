"""What a meeting asks: ready-made and own questions, their limits and closing times."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, office
from app.base.errors import ChangedMeanwhile
from app.base.timezones import to_local
from app.events import questions as service
from app.events.conditions import BadCondition
from app.events.heads import MeetingHead, get_head
from app.events.presets import PRESETS
from app.events.question_list import ChoiceLine, QuestionLine, list_questions, one_of
from app.events.question_order import move_question
from app.organiser.blueprint import blueprint
from app.organiser.clashes import Clash, merge
from app.organiser.moments import show_moment
from app.organiser.question_fields import ASKED, KINDS, WAYS
from app.organiser.question_forms import (
    ChangeQuestionForm,
    NewQuestionForm,
    change_form,
    new_form,
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
        openers=_openers(asked),
        ends=_ends(asked),
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
    meeting = get_head(slug, current_locale())
    return _show_new(meeting, new_form(list_questions(meeting.id)))


@blueprint.post("/events/<slug:slug>/questions/new")
@office
def add_question(slug: str) -> Response | Page:
    """Add a question of one's own."""
    meeting = get_head(slug, current_locale())
    form = new_form(list_questions(meeting.id), request.form)
    form.zone = meeting.zone
    if not form.validate():
        return _show_new(meeting, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        service.add_question(meeting.id, form.model, form.closes, actor(), opened_by=form.openers)
    except BadCondition as refused:
        form.refuse(refused.code)
        return _show_new(meeting, form), HTTPStatus.UNPROCESSABLE_ENTITY
    except service.TooMany:
        return _show_new(meeting, form, _too_many()), HTTPStatus.CONFLICT
    flash(_("The question has been added. It is asked from now on."), "success")
    return redirect(url_for(".questions", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.get(ONE)
@office
def question(slug: str, question_id: int) -> str:
    """One question, to be changed."""
    meeting = get_head(slug, current_locale())
    every = list_questions(meeting.id)
    line = one_of(every, question_id)
    return _show(meeting, line, change_form(line, every, meeting.zone))


@blueprint.post(ONE)
@office
def change_question(slug: str, question_id: int) -> Response | Page:
    """Store the change."""
    meeting = get_head(slug, current_locale())
    every = list_questions(meeting.id)
    line = one_of(every, question_id)
    form = change_form(line, every, meeting.zone, request.form)
    seen = form.seen.data or ""
    if not form.validate():
        if seen != change_form(line, every, meeting.zone).seen.data:
            return _changed(meeting, question_id, form)  # a choice that came meanwhile is no error
        return _show(meeting, line, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        changed = service.change_question(meeting.id, question_id, form.change, actor(), seen=seen)
    except ChangedMeanwhile:
        return _changed(meeting, question_id, form)
    except BadCondition as refused:
        form.refuse(refused.code)
        return _show(meeting, line, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if changed:
        flash(_("The question has been changed."), "success")
        _say_over(meeting.id, line)
    else:
        flash(_("Nothing was different, so nothing was stored."), "success")
    return redirect(url_for(".questions", slug=slug), HTTPStatus.SEE_OTHER)


@blueprint.post(f"{ONE}/move")
@office
def move(slug: str, question_id: int) -> Response:
    """Ask it one earlier or later, with all that it opens."""
    meeting = get_head(slug, current_locale())
    move_question(meeting.id, question_id, actor(), up=request.form.get("to") == "up")
    return redirect(url_for(".questions", slug=slug) + "#order", HTTPStatus.SEE_OTHER)


@blueprint.get(f"{ONE}/remove")
@office
def ask_to_remove_question(slug: str, question_id: int) -> str:
    """The question with the number of answers."""
    meeting = get_head(slug, current_locale())
    every = list_questions(meeting.id)
    line = one_of(every, question_id)
    opened = [one for one in every if one.depends_on_id == question_id]
    return render_template(
        "office/remove_question.html",
        meeting=meeting,
        line=line,
        opened=opened,
        answers=sum(one.answers for one in (line, *opened)),
        **_words(),
    )


@blueprint.post(f"{ONE}/remove")
@office
def remove_question(slug: str, question_id: int) -> Response:
    """Ask it no longer."""
    meeting = get_head(slug, current_locale())
    service.remove_question(meeting.id, question_id, actor())
    flash(_("The question has been removed. It is not asked any more."), "success")
    return redirect(url_for(".questions", slug=slug), HTTPStatus.SEE_OTHER)


def _say_over(event_id: int, before: QuestionLine) -> None:
    """Say what becomes of those who have a choice of which there are now fewer than they took."""
    old = {one.id: one.places for one in before.choices}
    after = one_of(list_questions(event_id), before.id)
    for one in after.choices:
        limit = one.places
        if limit is None or one.held <= limit or old.get(one.id, limit) == limit:
            continue
        told = _(
            "“%(choice)s”: %(taken)s have it, more than %(places)s. They keep it, nobody is "
            "cancelled. Nobody more can choose it until so many are free again.",
            choice=one.label.text(current_locale()),
            taken=one.held,
            places=limit,
        )
        flash(told, "mind")


def _openers(asked: Sequence[QuestionLine]) -> dict[int, tuple[QuestionLine, list[ChoiceLine]]]:
    """By the id of each question that is opened: by which, and by which of its choices."""
    known = {one.id: one for one in asked}
    return {
        one.id: (known[one.depends_on_id], [c for c in known[one.depends_on_id].choices if c.opens])
        for one in asked
        if one.depends_on_id in known
    }


def _ends(asked: Sequence[QuestionLine]) -> tuple[int | None, int | None]:
    """The first and the last question of those that can be moved."""
    moving = [one.id for one in asked if one.depends_on_id is None]
    return (moving[0], moving[-1]) if moving else (None, None)


def _too_many() -> str:
    return _("A meeting asks at most %(n)s questions. Please remove one first.", n=service.MOST)


def _words() -> dict[str, str]:
    return {"language": "en" if current_locale() == "en" else "ja"}


def _show_new(meeting: MeetingHead, form: NewQuestionForm, problem: str = "") -> str:
    return render_template("office/new_question.html", meeting=meeting, form=form, problem=problem)


def _changed(meeting: MeetingHead, question_id: int, form: ChangeQuestionForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    every = list_questions(meeting.id)
    line = one_of(every, question_id)
    stored = change_form(line, every, meeting.zone)
    if not form.errors:
        form.closes_at.data = show_moment(form.change.closes_at, meeting.zone)
    return _show(meeting, line, form, merge(form, stored)), HTTPStatus.CONFLICT


def _show(
    meeting: MeetingHead,
    line: QuestionLine,
    form: ChangeQuestionForm,
    clash: Clash | None = None,
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
