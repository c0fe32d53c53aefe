"""What the forms of questions share: words, choices, what opens a question."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    Field,
    Form,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, ValidationError

from app.base.text import clean_line, nfkc
from app.events.presets import ChoiceModel, Words
from app.events.question_list import ChoiceLine, QuestionLine
from app.organiser.inputs import is_whole, one_line, text_field
from app.organiser.moments import MOST_PLACES, check_places, read_moment, wrong
from app.web.fields import Readable
from app.web.locale import current_locale

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


def told(words: dict[str, Any]) -> Any:
    """Values and their words in the language of the page under way."""
    return {value: str(told) for value, told in words.items()}


CONDITIONS: dict[str, Any] = {
    "one_question": _("Please choose answers to one question only"),
    "asked": _(
        "Please choose a question that the same people answer: each person, or once for all"
    ),
    "nested": _("Please choose a question that is always asked, and that does not open this one"),
}


class Choices(SelectMultipleField):
    """Several of a list; what is not in it is refused in the reader's language."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be chosen, or can no longer.

        Raises:
            ValidationError: with what to do.
        """
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_("Please choose from the list")) from None


def _answer_words(one: QuestionLine, choice: ChoiceLine) -> str:
    locale = current_locale()
    words = _("“%(answer)s” to “%(question)s”")
    return str(words) % {"answer": choice.label.text(locale), "question": one.label.text(locale)}


def can_open(one: QuestionLine, question_id: int | None = None) -> bool:
    """Whether the answers to ``one`` may open the question of this id, or a new one."""
    return bool(one.choices) and one.depends_on_id is None and one.id != question_id


class QuestionForm(Form):
    """What every question has; ``offer`` says whose answers may open it."""

    label = text_field(_("Question"), LABEL, DataRequired(_("Please enter the question")))
    label_en = text_field(_("Question in English"), LABEL)
    help = text_field(_("Explanation"), HELP)
    help_en = text_field(_("Explanation in English"), HELP)
    required = StringField(_("It must be answered"))
    closes_at = StringField(_("Asked until"), filters=[one_line], validators=[Readable(40)])
    opened_by = Choices(_("Asked only after one of these answers"), choices=[])
    others: Sequence[QuestionLine] = ()
    zone = "UTC"
    closes: datetime | None = None

    def validate_closes_at(self, field: Field) -> None:
        """A moment of the meeting's zone, or nothing."""
        if field.data:
            self.closes = read_moment(field.data, self.zone)
            if self.closes is None:
                raise ValidationError(_("Please enter the date and the time"))

    @property
    def openers(self) -> frozenset[int]:
        """The choices of another question without which this one is not asked."""
        return frozenset(int(one) for one in self.opened_by.data or ())

    def offer(self, others: Sequence[QuestionLine]) -> None:
        """Offer the answers of ``others`` as what opens this question."""
        self.others = others
        self.opened_by.choices = [
            (str(choice.id), _answer_words(one, choice)) for one in others for choice in one.choices
        ]

    def refuse(self, code: str) -> None:
        """Show beside the condition why it was not taken."""
        wrong(self.opened_by, CONDITIONS[code])

    @property
    def words(self) -> tuple[Words, Words]:
        """Question and explanation."""
        return (
            Words(self.label.data or "", self.label_en.data or ""),
            Words(self.help.data or "", self.help_en.data or ""),
        )


class PlacesOrNone:
    """A whole number, or nothing for no limit."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise StopValidation with what to do."""
        check_places(field)


def read_choices(typed: str | None) -> tuple[ChoiceModel, ...]:
    """One choice a line."""
    return tuple(_choice(line) for line in (typed or "").split("\n") if line.strip())


def _choice(line: str) -> ChoiceModel:
    """'名前', or '名前 | 50' for a limit.

    Raises:
        ValidationError: it is too long, or there is no number behind the bar.
    """
    name, bar, typed = line.replace("｜", "|").partition("|")
    name, typed = clean_line(name), nfkc(clean_line(typed))
    if not name or len(name) > CHOICE:
        raise ValidationError(_("Please shorten each choice to %(n)s characters", n=CHOICE))
    if bar and not is_whole(typed, MOST_PLACES):
        raise ValidationError(
            _("Please write a limit as a number, such as “%(example)s”", example=f"{name} | 50")
        )
    return ChoiceModel(label=Words(name), places=int(typed) if bar else None)
