"""The shape of a question: a new one, and one that people have answered already."""

from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from app.base.text import clean_block, clean_line, nfkc
from app.events.presets import ChoiceModel, QuestionModel, Words, choices_of
from app.events.question_list import QuestionLine
from app.events.questions import QuestionChange, digest
from app.organiser.moments import MOST_PLACES, check_places, read_moment, show_moment
from app.web.fields import Choice, Readable

LABEL, HELP, CHOICE, CHOICES = 100, 300, 80, 20
"""The most characters of a question, its help and a choice; the most choices."""
KINDS: dict[str, Any] = {
    "one": _("One of several"),
    "several": _("Several of several"),
    "yes_no": _("Yes or no"),
    "short": _("A short text"),
    "long": _("A long text"),
    "number": _("A number"),
    "consent": _("A consent to tick"),
}
ASKED: dict[str, Any] = {"person": _("Each person"), "signup": _("Once for all")}
WAYS: dict[str, Any] = {
    "": _("Everybody"),
    "venue": _("Only at the venue"),
    "online": _("Only online"),
}


def _line(raw: str | None) -> str:
    return clean_line(raw or "")


def _block(raw: str | None) -> str:
    return clean_block(raw or "")


def _text(label: Any, limit: int, *needed: Any) -> StringField:
    return StringField(
        label,
        filters=[_line],
        validators=[*needed, Readable(limit)],
        render_kw={"maxlength": limit},
    )


def _told(words: dict[str, Any]) -> Any:
    """Values and their words in the language of the page under way."""
    return {value: str(told) for value, told in words.items()}


class _Common(Form):
    label = _text(_("Question"), LABEL, DataRequired(_("Please enter the question")))
    label_en = _text(_("Question in English"), LABEL)
    help = _text(_("Explanation"), HELP)
    help_en = _text(_("Explanation in English"), HELP)
    required = StringField(_("It must be answered"))
    closes_at = StringField(_("Asked until"), filters=[_line], validators=[Readable(40)])
    zone = "UTC"
    closes: datetime | None = None

    def validate_closes_at(self, field: Field) -> None:
        """A moment of the meeting's zone, or nothing."""
        if field.data:
            self.closes = read_moment(field.data, self.zone)
            if self.closes is None:
                raise ValidationError(_("Please enter the date and the time"))

    @property
    def words(self) -> tuple[Words, Words]:
        """Question and explanation."""
        return (
            Words(self.label.data or "", self.label_en.data or ""),
            Words(self.help.data or "", self.help_en.data or ""),
        )


class NewQuestionForm(_Common):
    """A question of the office's own."""

    kind = Choice(_("How it is answered"), choices=partial(_told, KINDS), default="one")
    asked = RadioField(_("Who answers"), choices=partial(_told, ASKED), default="person")
    way = Choice(_("Who is asked"), choices=partial(_told, WAYS), default="")
    is_arrangement = StringField(_("It is about what is to be arranged for somebody"))
    choices = TextAreaField(
        _("Choices"),
        filters=[_block],
        validators=[Readable((CHOICE + 10) * CHOICES, multiline=True)],
    )
    models: tuple[ChoiceModel, ...] = ()

    def validate_choices(self, field: Field) -> None:
        """One a line; a number behind a bar limits it."""
        if self.kind.data not in {"one", "several"}:
            return
        lines = [one for one in (field.data or "").split("\n") if one.strip()]
        least = 2 if self.kind.data == "one" else 1
        if not least <= len(lines) <= CHOICES:
            raise ValidationError(
                _("Please enter %(least)s to %(most)s choices", least=least, most=CHOICES)
            )
        self.models = tuple(_choice(line) for line in lines)
        if len({one.label.ja for one in self.models}) < len(self.models):
            raise ValidationError(_("Please make the choices differ from each other"))

    @property
    def model(self) -> QuestionModel:
        """What was entered; call it once it is valid."""
        label, explanation = self.words
        return QuestionModel(
            kind=self.kind.data,
            label=label,
            help=explanation,
            asked=self.asked.data,
            required=bool(self.required.data),
            is_arrangement=bool(self.is_arrangement.data),
            way=self.way.data,
            choices=choices_of(self.kind.data, self.models),
        )


class ChangeQuestionForm(_Common):
    """What can be changed of a question; ``places_<id>`` are the limits of its choices."""

    seen = HiddenField()
    line: QuestionLine

    @property
    def places(self) -> list[tuple[Any, Field]]:
        """Each choice with its field."""
        return [(one, self[f"places_{one.id}"]) for one in self.line.choices]

    @property
    def change(self) -> QuestionChange:
        """What was entered; call it once it is valid."""
        label, explanation = self.words
        kept = self.closes_at.data == show_moment(self.line.closes_at, self.zone)
        return QuestionChange(
            label=label,
            help=explanation,
            required=bool(self.required.data),
            closes_at=self.line.closes_at if kept else self.closes,
            places={one.id: int(f.data) if f.data else None for one, f in self.places},
        )


def change_form(line: QuestionLine, zone: str, sent: Any = None) -> ChangeQuestionForm:
    """The form of one question, with what was sent or with what is stored."""
    fields = {
        f"places_{one.id}": StringField(
            one.label.ja, filters=[_line, nfkc], validators=[Readable(10), _Places()]
        )
        for one in line.choices
    }
    made: type[ChangeQuestionForm] = type("QuestionFields", (ChangeQuestionForm,), fields)
    stored: dict[str, Any] = {
        "label": line.label.ja,
        "label_en": line.label.en,
        "help": line.help.ja,
        "help_en": line.help.en,
        "required": "1" if line.required else "",
        "closes_at": show_moment(line.closes_at, zone),
        "seen": digest(line),
    }
    for one in line.choices:
        stored[f"places_{one.id}"] = "" if one.places is None else str(one.places)
    form = made(sent) if sent is not None else made(data=stored)
    form.line, form.zone = line, zone
    return form


class _Places:
    """A whole number, or nothing for no limit."""

    def __call__(self, _form: Form, field: Field) -> None:
        check_places(field)


def _choice(line: str) -> ChoiceModel:
    """'名前', or '名前 | 50' for a limit.

    Raises:
        ValidationError: it is too long, or there is no number behind the bar.
    """
    name, bar, typed = line.replace("｜", "|").partition("|")
    name, typed = clean_line(name), nfkc(clean_line(typed))
    if not name or len(name) > CHOICE:
        raise ValidationError(_("Please shorten each choice to %(n)s characters", n=CHOICE))
    limit = typed.isascii() and typed.isdigit() and int(typed) <= MOST_PLACES
    if bar and not limit:
        raise ValidationError(
            _("Please write a limit as a number, such as “%(example)s”", example=f"{name} | 50")
        )
    return ChoiceModel(label=Words(name), places=int(typed) if bar else None)
