"""The shape of a reminder."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from app.base.text import clean_block, clean_line
from app.organiser.clashes import SeenForm
from app.reminders.facts import BODY, SUBJECT, Text
from app.reminders.rules import VARIABLES, Problem, correct, find_problems, may_be_empty
from app.web.fields import Readable

TEXTS = ("subject", "body", "subject_en", "body_en")


def _line(raw: str | None) -> str:
    return clean_line(raw or "")


def _block(raw: str | None) -> str:
    return clean_block(raw or "")


class ReminderForm(SeenForm):
    """A letter to everybody: Japanese, and English for those who signed up in English."""

    subject = StringField(
        _("Subject"),
        filters=[_line],
        validators=[DataRequired(_("Please enter the subject")), Readable(SUBJECT)],
        render_kw={"maxlength": SUBJECT},
    )
    body = TextAreaField(
        _("Text of the letter"),
        filters=[_block],
        validators=[
            DataRequired(_("Please enter the text of the letter")),
            Readable(BODY, multiline=True),
        ],
        render_kw={"maxlength": BODY},
    )
    subject_en = StringField(
        _("Subject in English"),
        filters=[_line],
        validators=[Readable(SUBJECT)],
        render_kw={"maxlength": SUBJECT},
    )
    body_en = TextAreaField(
        _("Text of the letter in English"),
        filters=[_block],
        validators=[Readable(BODY, multiline=True)],
        render_kw={"maxlength": BODY},
    )
    once = HiddenField()
    person = HiddenField()

    @property
    def text(self) -> Text:
        """What was entered."""
        return Text(**{name: self[name].data or "" for name in TEXTS})

    @property
    def fixes(self) -> Iterator[tuple[str, str, Problem]]:
        """(field, value of the button, problem) of each mistake that a button can correct."""
        for name in TEXTS:
            for at, problem in enumerate(find_problems(self[name].data or "")):
                if problem.nearest:
                    yield name, f"{name}:{at}", problem

    def fix(self, chosen: str) -> None:
        """Do what the button of ``fixes`` with this value says."""
        for name, value, problem in list(self.fixes):
            if value == chosen:
                self[name].data = correct(self[name].data, problem.written, problem.nearest)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shape and variables; each mistake is a line of its own."""
        good = bool(super().validate(extra_validators))
        for name in TEXTS:
            locale = "en" if name.endswith("_en") else "ja"
            known = [one.written(locale) for one in VARIABLES]
            problems = find_problems(self[name].data or "")
            told = [problem_words(problem, known) for problem in problems]
            if told:
                self[name].errors = [*self[name].errors, *told]
                good = False
        return good

    def validate_subject(self, field: Field) -> None:
        """Something must be left of it for everybody."""
        _refuse_empty(field)

    def validate_body(self, field: Field) -> None:
        """Something must be left of it for everybody."""
        _refuse_empty(field)

    def validate_subject_en(self, field: Field) -> None:
        """An English subject belongs to an English text; without one the Japanese letter goes."""
        if not self.body_en.data:
            field.data = ""
        elif not field.data:
            raise ValidationError(_("Please enter the subject in English, too"))
        else:
            _refuse_empty(field)

    def validate_body_en(self, field: Field) -> None:
        """Something must be left of it for everybody."""
        if field.data:
            _refuse_empty(field)


def _refuse_empty(field: Field) -> None:
    if may_be_empty(field.data):
        raise ValidationError(
            _("This would be empty for some recipients. Please add words of your own")
        )


def problem_words(problem: Problem, known: Sequence[str]) -> Any:
    """What to do about a mistake in a variable; ``known``: those that can be used, as written."""
    if problem.nearest:
        return _(
            "%(written)s cannot be used. Please change it to %(nearest)s",
            written=problem.written,
            nearest=problem.nearest,
        )
    if problem.kind == "braces":
        return _("Please look at %(written)s: the braces do not match", written=problem.written)
    return _(
        "%(written)s cannot be used. Please choose one of these: %(known)s",
        written=problem.written,
        known=" ".join(known),
    )
