"""The forms of what is due: a task, and what binds the notice of a meeting."""

from datetime import date
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, RadioField, StringField, TextAreaField
from wtforms.validators import StopValidation

from app.base.text import clean_block, clean_line, nfkc
from app.organiser import plan_words
from app.organiser.clashes import SeenForm
from app.organiser.inputs import is_whole
from app.organiser.moments import read_day
from app.planning.facts import TaskView, TaskWish
from app.planning.rules import LAWS, MOST_DAYS, Law, When, keeps
from app.planning.templates import TaskModel
from app.web.fields import Choice, Readable, clean_text
from app.web.filters import day
from app.web.locale import gettext

TITLE, WHO, NOTE = 100, 80, 500


def _figures(raw: str | None) -> str:
    return nfkc(clean_line(raw or ""))


def _block(raw: str | None) -> str:
    return clean_block(raw or "")


def _days(text: str, most: int) -> int | None:
    return int(text) if is_whole(text, most) else None


def _told(words: dict[str, Any]) -> list[tuple[str, str]]:
    return [(value, str(text)) for value, text in words.items()]


class DatedForm(SeenForm):
    """What is to be done and how far from the meeting.

    ``code``: '' for one of the office's own. ``law``: what binds the task.
    """

    title = StringField(
        _("What is to be done"),
        filters=[clean_text],
        validators=[Readable(TITLE)],
        render_kw={"maxlength": TITLE},
    )
    title_en = StringField(
        _("What is to be done, in English"),
        filters=[clean_text],
        validators=[Readable(TITLE)],
        render_kw={"maxlength": TITLE},
    )
    amount = StringField(_("Days"), filters=[_figures], default="7", validators=[Readable(20)])
    counted = Choice(_("How they are counted"), choices=partial(_told, plan_words.COUNTED))
    code = ""
    law: Law | None = None

    def validate_title(self, field: Field) -> None:
        """One of the office's own needs words."""
        if not field.data and not self.code:
            raise StopValidation(_("Please enter what is to be done"))

    def validate_amount(self, field: Field) -> None:
        """A whole number."""
        if _days(field.data or "", MOST_DAYS) is None:
            raise StopValidation(_("Please enter a whole number of days up to %(n)s", n=MOST_DAYS))

    def validate_counted(self, _field: Field) -> None:
        """What an Act binds is counted as the Act counts, and is never nearer to the meeting."""
        days = _days(self.amount.data or "", MOST_DAYS)
        if self.law is None or days is None or not self._is_counted or keeps(self.law, self.when):
            return
        raise StopValidation(self._too_near(self.law))

    @property
    def _is_counted(self) -> bool:
        """Whether the distance decides when the task is due."""
        return True

    def _too_near(self, law: Law) -> str:
        return gettext(
            "The Act asks for at least %(n)s whole days between it and the meeting, so please "
            "choose these and enter %(n)s or more",
            n=law.days,
        )

    @property
    def gets_ready_words(self) -> bool:
        """Whether the title was left empty, so that the ready-made words stand for it."""
        return bool(self.code) and not self.title.data

    @property
    def own_title(self) -> str:
        """What somebody calls it; '' for the ready-made words, which are not stored."""
        title: str = self.title.data or ""
        return "" if self.code and title == plan_words.ready_words(self.code) else title

    @property
    def when(self) -> When:
        """How far from the meeting; call it once the form is valid."""
        unit, _space, side = (self.counted.data or "").partition(" ")
        return When(
            amount=int(self.amount.data or 0),
            unit=unit,  # type: ignore[arg-type]  # one of the choices
            after=side == "after",
        )


class TaskForm(DatedForm):
    """A task; ``known`` is the one that it is a change of."""

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
    known: TaskView | None = None
    day: date | None = None

    @property
    def _is_counted(self) -> bool:
        """A fixed day goes before; a distance that nobody has changed is not judged anew."""
        known = self.known.wish if self.known else None
        unchanged = known and known.due_on is None and known.when == self.when
        return not self.due_on.data and not unchanged

    def _too_near(self, law: Law) -> str:
        if self.latest is None:
            return super()._too_near(law)
        return gettext(
            "The Act asks for at least %(n)s whole days between it and the meeting, so please "
            "choose these and enter %(n)s or more. The last day by law is %(day)s",
            n=law.days,
            day=day(self.latest),
        )

    @property
    def latest(self) -> date | None:
        """The last day that the Act leaves."""
        return self.known.due.latest if self.known and self.known.due else None

    def validate_due_on(self, field: Field) -> None:
        """A day, not later than the Act lets."""
        if not field.data:
            return
        self.day = read_day(field.data)
        if self.day is None:
            raise StopValidation(_("Please enter a day, such as 2026-06-12"))
        if self.latest and self.day > self.latest:
            told = gettext(
                "Please enter %(day)s or a day before: the Act says so", day=day(self.latest)
            )
            raise StopValidation(told)

    @property
    def wish(self) -> TaskWish:
        """What was entered; call it once it is valid."""
        account = self.account_id.data or ""
        return TaskWish(
            title=self.own_title,
            title_en=self.title_en.data or "",
            when=self.when,
            due_on=self.day,
            account_id=int(account) if account else None,
            assignee="" if account else self.assignee.data or "",
            note=self.note.data or "",
        )


class ModelForm(DatedForm):
    """A task of a template."""

    assignee = StringField(
        _("Who does it"),
        filters=[clean_text],
        validators=[Readable(WHO)],
        render_kw={"maxlength": WHO},
    )

    def read(self, code: str) -> TaskModel:
        """What was entered of the task of this code; call it once it is valid."""
        return TaskModel(
            code=code,
            title=self.own_title,
            title_en=self.title_en.data or "",
            when=self.when,
            assignee=self.assignee.data or "",
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
        "title": wish.title or plan_words.ready_words(task.code),
        "title_en": wish.title_en,
        "amount": str(wish.when.amount),
        "counted": plan_words.counted(wish.when),
        "due_on": wish.due_on.isoformat() if wish.due_on else "",
        "account_id": str(wish.account_id or ""),
        "assignee": wish.assignee,
        "note": wish.note,
        "seen": str(task.version),
    }


def model_fields_of(task: TaskModel, seen: str) -> dict[str, Any]:
    """A task of a template as the fields of its form hold it."""
    return {
        "title": task.title or plan_words.ready_words(task.code),
        "title_en": task.title_en,
        "amount": str(task.when.amount),
        "counted": plan_words.counted(task.when),
        "assignee": task.assignee,
        "seen": seen,
    }
