"""The forms of what is due: a task, and what binds the notice of a meeting."""

from datetime import date
from functools import partial
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import StopValidation

from app.base.text import clean_block, clean_line, nfkc
from app.organiser import plan_words
from app.organiser.moments import read_day
from app.planning.facts import TaskView, TaskWish
from app.planning.rules import LAWS, MOST_DAYS, When
from app.web.fields import Choice, Readable, clean_text
from app.web.filters import day

TITLE, WHO, NOTE, DAYS = 100, 80, 500, 3


def _figures(raw: str | None) -> str:
    return nfkc(clean_line(raw or ""))


def _block(raw: str | None) -> str:
    return clean_block(raw or "")


def _days(text: str, most: int) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= DAYS and int(text) <= most
    return int(text) if fits else None


def _told(words: dict[str, Any]) -> list[tuple[str, str]]:
    return [(value, str(text)) for value, text in words.items()]


class TaskForm(Form):
    """A task; ``known`` is the one that it is a change of."""

    title = StringField(
        _("What is to be done"),
        filters=[clean_text],
        validators=[Readable(TITLE)],
        render_kw={"maxlength": TITLE},
    )
    amount = StringField(_("Days"), filters=[_figures], default="7", validators=[Readable(20)])
    counted = Choice(_("How they are counted"), choices=partial(_told, plan_words.COUNTED))
    due_on = StringField(_("A fixed day"), filters=[_figures], validators=[Readable(40)])
    account_id = Choice(_("Who does it"), choices=[])
    assignee = StringField(
        _("Or somebody else"),
        filters=[clean_text],
        validators=[Readable(WHO)],
        render_kw={"maxlength": WHO},
    )
    note = TextAreaField(
        _("Note"),
        filters=[_block],
        validators=[Readable(NOTE, multiline=True)],
        render_kw={"maxlength": NOTE},
    )
    seen = HiddenField()
    known: TaskView | None = None
    day: date | None = None

    def validate_title(self, field: Field) -> None:
        """One of the office's own needs words."""
        if not field.data and not (self.known and self.known.code):
            raise StopValidation(_("Please enter what is to be done"))

    def validate_amount(self, field: Field) -> None:
        """A whole number."""
        if _days(field.data or "", MOST_DAYS) is None:
            raise StopValidation(_("Please enter a whole number of days up to %(n)s", n=MOST_DAYS))

    def validate_due_on(self, field: Field) -> None:
        """A day, not later than the Act lets."""
        if not field.data:
            return
        self.day = read_day(field.data)
        if self.day is None:
            raise StopValidation(_("Please enter a day, such as 2026-06-12"))
        latest = self.known.due.latest if self.known and self.known.due else None
        if latest and self.day > latest:
            raise StopValidation(
                gettext("Please enter %(day)s or a day before: the Act says so", day=day(latest))
            )

    @property
    def wish(self) -> TaskWish:
        """What was entered; call it once it is valid. Ready-made words are not stored."""
        unit, _space, side = (self.counted.data or "").partition(" ")
        title = self.title.data or ""
        if self.known and self.known.code and title == str(plan_words.TASKS[self.known.code]):
            title = ""
        account = self.account_id.data or ""
        return TaskWish(
            title=title,
            when=When(
                amount=int(self.amount.data or 0),
                unit=unit,  # type: ignore[arg-type]  # one of the choices
                after=side == "after",
            ),
            due_on=self.day,
            account_id=int(account) if account else None,
            assignee="" if account else self.assignee.data or "",
            note=self.note.data or "",
        )


class LawForm(Form):
    """What binds the notice, and how many days the by-laws say."""

    law = RadioField(_("What the notice is bound by"), choices=[])
    own_days = StringField(_("Days by the by-laws"), filters=[_figures], validators=[Readable(20)])

    def validate_own_days(self, field: Field) -> None:
        """Fewer than the Act's, where it lets by-laws say so."""
        if not field.data:
            return
        bound = LAWS.get(self.law.data or "")
        if bound is None or not bound.shorter:
            raise StopValidation(_("Please leave this empty: the Act lets nobody shorten it"))
        if _days(field.data, bound.days - 1) is None:
            raise StopValidation(
                _("Please enter a whole number below %(n)s, or nothing", n=bound.days)
            )

    @property
    def days(self) -> int | None:
        """What the by-laws say; None for what the Act says."""
        return int(self.own_days.data) if self.own_days.data else None


def fields_of(task: TaskView) -> dict[str, Any]:
    """A task as the fields of its form hold it."""
    wish = task.wish
    return {
        "title": plan_words.title_of(task),
        "amount": str(wish.when.amount),
        "counted": plan_words.counted(wish.when),
        "due_on": wish.due_on.isoformat() if wish.due_on else "",
        "account_id": str(wish.account_id or ""),
        "assignee": wish.assignee,
        "note": wish.note,
        "seen": str(task.version),
    }
