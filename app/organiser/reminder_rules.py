"""The rules of a day: letters that go by themselves, once somebody has looked at them."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.auth.guards import actor, whole_day
from app.base.clock import now
from app.base.errors import Busy
from app.base.timezones import to_local
from app.organiser import writing
from app.organiser.audience_words import timing_words
from app.organiser.blueprint import blueprint
from app.organiser.clashes import merge
from app.organiser.order_forms import RuleForm, show_clock
from app.organiser.writing import DeskDay, day_of
from app.reminders import due, letters, queries, readers, ruling, service
from app.reminders.facts import Order, RuleView, Target, Text
from app.reminders.timing import Timing
from app.web.arguments import find_id

Page = tuple[str, int]
EMPTY = Text(subject="", body="")
NEW = Timing(unit="days", amount=1, after=False, minute=600)
PLACE = "/events/<slug:slug>/reminders/rules"
ONE = f"{PLACE}/<int(max=2147483647):rule_id>"


@blueprint.get(f"{PLACE}/new")
@whole_day
def new_rule(slug: str) -> str:
    """The default text and a day before, to be changed."""
    day = day_of(slug)
    return _show(day, None, _form(day, NEW, Order(target=Target(), text=letters.default_text())))


@blueprint.post(f"{PLACE}/new")
@whole_day
def write_new_rule(slug: str) -> Response | Page | str:
    """Whatever button was pressed on a rule that is not stored yet."""
    return _act(day_of(slug), None)


@blueprint.get(ONE)
@whole_day
def rule(slug: str, rule_id: int) -> str:
    """The preview of a rule, and the button that says it is right."""
    return _look(day_of(slug), rule_id)


@blueprint.get(f"{ONE}/edit")
@whole_day
def edit_rule(slug: str, rule_id: int) -> str:
    """A rule, to be changed."""
    day = day_of(slug)
    known = queries.get_rule(day.offer.series_id, rule_id)
    return _show(day, known, _as_stored(day, known))


@blueprint.post(f"{ONE}/edit")
@whole_day
def write_rule(slug: str, rule_id: int) -> Response | Page | str:
    """Whatever button was pressed on a rule."""
    day = day_of(slug)
    return _act(day, queries.get_rule(day.offer.series_id, rule_id))


@blueprint.post(f"{ONE}/approve")
@whole_day
def approve_rule(slug: str, rule_id: int) -> Response | Page:
    """Somebody has looked at the preview: the rule may send."""
    day = day_of(slug)
    version = find_id(request.form.get("version")) or 0
    try:
        ruling.approve(day.offer.series_id, rule_id, version, actor())
    except ruling.Changed:
        return _look(day, rule_id, clash=True), HTTPStatus.CONFLICT
    flash(_("It goes by itself when its time comes."), "success")
    return _back(slug)


@blueprint.post(f"{ONE}/switch")
@whole_day
def switch_rule(slug: str, rule_id: int) -> Response:
    """Turn a rule on or off."""
    on = request.form.get("step") == "on"
    ruling.switch(day_of(slug).offer.series_id, rule_id, actor(), on=on)
    flash(
        _("The reminder is on.") if on else _("The reminder is off: it sends nothing."), "success"
    )
    return _back(slug)


@blueprint.get(f"{ONE}/remove")
@whole_day
def ask_to_remove_rule(slug: str, rule_id: int) -> str:
    """The question before a rule is removed."""
    day = day_of(slug)
    known = queries.get_rule(day.offer.series_id, rule_id)
    return render_template(
        "office/remove_rule.html",
        meeting=day.meeting,
        rule=known,
        when=timing_words(known.timing),
        words=day.words(known.order),
    )


@blueprint.post(f"{ONE}/remove")
@whole_day
def remove_rule(slug: str, rule_id: int) -> Response:
    """Remove a rule."""
    ruling.remove(day_of(slug).offer.series_id, rule_id, actor())
    flash(_("The reminder was removed. What it has sent stays in the list."), "success")
    return _back(slug)


def _back(slug: str) -> Response:
    return redirect(url_for(".reminders", slug=slug), HTTPStatus.SEE_OTHER)


def _act(day: DeskDay, known: RuleView | None) -> Response | Page | str:
    form = RuleForm(request.form)
    form.offer(day.choices)
    step = writing.pressed(form)
    if not step:
        return _show(day, known, form)
    if not form.validate():
        return _show(day, known, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _stored(day, known, form, step)


def _stored(day: DeskDay, known: RuleView | None, form: RuleForm, step: str) -> Response | Page:
    try:
        return redirect(_store(day, known, form, step), HTTPStatus.SEE_OTHER)
    except ruling.Changed:
        stored = queries.get_rule(day.offer.series_id, known.id if known else 0)
        clash = merge(form, _as_stored(day, stored))
        form.offer(day.choices)
        return _show(day, stored, form, clash=clash), HTTPStatus.CONFLICT
    except ruling.TooMany:
        return _show(day, known, form, too_many=ruling.RULES), HTTPStatus.UNPROCESSABLE_ENTITY
    except Busy:
        return _show(day, known, form, busy=True), HTTPStatus.SERVICE_UNAVAILABLE


def _store(day: DeskDay, known: RuleView | None, form: RuleForm, step: str) -> str:
    """Store the rule; a default text is not stored, so that it goes with what is chosen."""
    timing = form.timing
    order = letters.refreshed(form.order, after=timing.after)
    if letters.is_default(order, after=timing.after):
        order = replace(order, text=EMPTY)
    seen = replace(known, version=find_id(form.seen.data) or 0) if known else None
    saved = ruling.save(day.offer.series_id, timing, order, actor(), known=seen)
    if step == "test":
        plan = readers.plan_of_rule(queries.get_rule(day.offer.series_id, saved))
        like = writing.reader(plan, form.person.data)
        service.send_test(plan, like, actor(), writing.once(form.once.data))
        flash(_("A test letter goes to %(address)s.", address=actor().email), "success")
        return url_for(".edit_rule", slug=day.meeting.slug, rule_id=saved)
    return url_for(".rule", slug=day.meeting.slug, rule_id=saved)


def _as_stored(day: DeskDay, known: RuleView) -> RuleForm:
    order = replace(known.order, text=letters.text_of(known.order, after=known.timing.after))
    return _form(day, known.timing, order, known.version)


def _form(day: DeskDay, timing: Timing, order: Order, version: int = 0) -> RuleForm:
    form = RuleForm(
        data={
            **writing.fields_of(order),
            **writing.new_once(),
            "seen": str(version),
            "amount": str(timing.amount),
            "unit": timing.unit,
            "side": "after" if timing.after else "before",
            "clock": show_clock(timing.minute),
        }
    )
    form.offer(day.choices)
    return form


def _show(day: DeskDay, known: RuleView | None, form: RuleForm, **more: Any) -> str:
    """The rule with a preview as one real recipient gets it."""
    after = form.side.data == "after"
    writing.refresh_default(form, after=after)
    plan = readers.plan_of_day(day.offer.series_id, form.order, after=after)
    return render_template(
        "office/write_rule.html",
        meeting=day.meeting,
        rule=known,
        form=form,
        fixes=list(form.fixes),
        words=day.words(form.order),
        **writing.shown(plan, form.person.data),
        **{"clash": None, **more},
    )


def _look(day: DeskDay, rule_id: int, *, clash: bool = False) -> str:
    known = queries.get_rule(day.offer.series_id, rule_id)
    titles = {one.id: one.title for one in day.offer.meetings}
    zone = day.meeting.zone
    return render_template(
        "office/rule.html",
        meeting=day.meeting,
        rule=known,
        when=timing_words(known.timing),
        words=day.words(known.order),
        seen_at=known.seen_at and to_local(known.seen_at, zone),
        upcoming=[
            (one, titles[one.event_id], to_local(one.due_at, zone))
            for one in due.worth_showing(due.upcoming(day.offer.series_id, [known], now()))
        ],
        clash=clash,
        **writing.shown(readers.plan_of_rule(known), request.args.get("person")),
    )
