"""The questions of meetings as fields, and fields as answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from app.base.text import clean_line, nfkc
from app.events.facts import ChoiceView, Offer, QuestionView
from app.registration.facts import AnswerEntry
from app.registration.forms.fields import clean_note
from app.web.fields import Readable, clean_text

SHORT, LONG, HIGHEST = 200, 1000, 99999
"""The most characters of a text, and the highest number."""
MANY = ("several", "consent")
CHOSEN = ("one", "yes_no", *MANY)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with its field, what it opens, and the choices that nobody more can have.

    ``free``: no answer is needed, whatever the question says.
    """

    question: QuestionView
    field: Field
    used_up: tuple[ChoiceView, ...]
    more: tuple["Asked", ...] = ()
    free: bool = False

    @property
    def dropped(self) -> bool:
        """Whether all that could be chosen is used up, so that nobody need answer."""
        return self.question.kind in CHOSEN and len(self.used_up) == len(self.question.choices)

    @property
    def must(self) -> bool:
        """Whether an answer is needed."""
        return self.question.required and not self.dropped and not self.free

    @property
    def opening(self) -> tuple[str, ...]:
        """The values that open what depends on this question."""
        return tuple(str(choice.id) for choice in self.question.choices if choice.opens)

    def is_in_use(self, focus: str) -> bool:
        """Whether its fold has to be open: answered, needed, to be put right, or gone to."""
        fields = (self.field, *(one.field for one in self.more))
        at_work = any(one.data or one.errors or one.name == focus for one in fields)
        return self.must or at_work

    @property
    def asks_for_something(self) -> bool:
        """Whether there is an answer, and one that is more than 'no'."""
        data = self.field.data
        said = data if isinstance(data, list) else [data]
        known = [self.choice(str(one)) for one in said if one]
        return any(one is None or one.code != "no" for one in known)

    @property
    def asks_for(self) -> tuple[str, ...]:
        """What can be chosen here, in few words."""
        if self.question.kind == "several":
            return tuple(choice.label for choice in self.question.choices)
        return (self.question.label,)

    def choice(self, value: str) -> ChoiceView | None:
        """The choice behind a value of the field."""
        return next((one for one in self.question.choices if str(one.id) == value), None)


class Answered:
    """Refuses no answer where one is needed, and choices that are not there."""

    def __init__(self, question: QuestionView, *, needed: bool) -> None:
        self.question = question
        self.needed = needed

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        said = field.data if isinstance(field.data, list) else [field.data or ""]
        said = [one for one in said if one]
        known = {str(choice.id) for choice in self.question.choices}
        if self.question.kind in CHOSEN and not known.issuperset(said):
            raise ValidationError(
                _("Please answer “%(question)s” again", question=self.question.label)
            )
        if self.needed and not said:
            if self.question.kind == "consent":
                message = _("Please tick “%(question)s” to go on", question=self.question.label)
            else:
                message = _("Please answer “%(question)s”", question=self.question.label)
            raise ValidationError(message)


class Whole:
    """A whole number from 0 to ``HIGHEST``, in digits of any width."""

    def __init__(self, question: QuestionView) -> None:
        self.question = question

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        if not field.data:
            return
        if not (field.data.isascii() and field.data.isdigit()) or int(field.data) > HIGHEST:
            raise ValidationError(
                _(
                    "Please enter a whole number from 0 to %(highest)s for “%(question)s”",
                    highest=HIGHEST,
                    question=self.question.label,
                )
            )
        field.data = str(int(field.data))


def clean_number(raw: str | None) -> str:
    """Full-width digits become plain ones."""
    return nfkc(clean_line(raw or ""))


def free_choices(question: QuestionView, kept: Collection[int]) -> tuple[ChoiceView, ...]:
    """The choices that can be had: with places left, or ``kept``."""
    return tuple(one for one in question.choices if not one.full or one.id in kept)


def question_field(question: QuestionView, kept: Collection[int], *, must: bool = True) -> Any:
    """The unbound field of a question.

    Args:
        question: what is asked.
        kept: choices that the person has already.
        must: whether an answer may be needed.
    """
    free = free_choices(question, kept)
    can = question.kind not in CHOSEN or bool(free)
    needed = question.required and can and must
    answered = Answered(question, needed=needed)
    if question.kind in CHOSEN:
        return _choices(question, free, answered)
    if question.kind == "long":
        return TextAreaField(
            question.label,
            filters=[clean_note],
            validators=[Readable(LONG, multiline=True), answered],
            render_kw={"maxlength": LONG},
        )
    number = question.kind == "number"
    return StringField(
        question.label,
        filters=[clean_number if number else clean_text],
        validators=[Readable(SHORT), *([Whole(question)] if number else []), answered],
        render_kw={"maxlength": len(str(HIGHEST)) if number else SHORT},
    )


def _choices(question: QuestionView, free: Collection[ChoiceView], answered: Answered) -> Any:
    choices: dict[str, Any] = {str(one.id): one.label for one in free}
    if question.kind in MANY:
        return SelectMultipleField(
            question.label, choices=choices, validators=[answered], validate_choice=False
        )
    if not answered.needed:
        choices[""] = str(_("No answer"))
    return RadioField(question.label, choices=choices, validators=[answered], validate_choice=False)


def bind(  # noqa: PLR0913  # whose questions, and how they are put
    offer: Offer,
    of: str,
    prefix: str,
    fields: Mapping[str, Field],
    kept: Collection[int],
    *,
    free: bool = False,
) -> tuple[Asked, ...]:
    """The questions of a form that are fields in it, each with what it opens."""
    own = [one for one in offer.questions if one.asked == of and f"{prefix}q{one.id}" in fields]

    def asked(question: QuestionView, more: tuple[Asked, ...] = ()) -> Asked:
        left = free_choices(question, kept)
        return Asked(
            question=question,
            field=fields[f"{prefix}q{question.id}"],
            used_up=tuple(one for one in question.choices if one not in left),
            more=more,
            free=free,
        )

    return tuple(
        asked(one, tuple(asked(child) for child in own if child.depends_on_id == one.id))
        for one in own
        if one.depends_on_id is None or one.depends_on_id not in {two.id for two in own}
    )


def answers(asked: Collection[Asked]) -> tuple[AnswerEntry, ...]:
    """What was answered, question by question; what was left empty is left out."""
    every = [one for parent in asked for one in (parent, *parent.more)]
    return tuple(found for one in every if (found := _answer(one)) is not None)


def _answer(one: Asked) -> AnswerEntry | None:
    data = one.field.data
    if one.question.kind not in CHOSEN:
        return AnswerEntry(question_id=one.question.id, text=data) if data else None
    said = data if isinstance(data, list) else [data]
    ids = tuple(choice.id for choice in one.question.choices if str(choice.id) in said)
    return AnswerEntry(question_id=one.question.id, choice_ids=ids) if ids else None
