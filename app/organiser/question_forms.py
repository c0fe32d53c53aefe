"""The shape of a question: a new one, and one that people have answered already."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from app.base.text import nfkc
from app.events.presets import ChoiceModel, QuestionModel, Words, choices_of
from app.events.question_list import ChoiceLine, QuestionLine
from app.events.questions import QuestionChange, digest
from app.organiser.clashes import SeenForm
from app.organiser.inputs import block, one_line, text_field
from app.organiser.moments import read_places, show_moment
from app.organiser.question_fields import (
    ASKED,
    CHOICE,
    CHOICES,
    KINDS,
    WAYS,
    PlacesOrNone,
    QuestionForm,
    can_open,
    read_choices,
    told,
)
from app.web.fields import Choice, Readable


class NewQuestionForm(QuestionForm):
    """A question of the office's own."""

    kind = Choice(_("How it is answered"), choices=partial(told, KINDS), default="one")
    asked = RadioField(_("Who answers"), choices=partial(told, ASKED), default="person")
    way = Choice(_("Who is asked"), choices=partial(told, WAYS), default="")
    is_arrangement = StringField(_("It is about what is to be arranged for somebody"))
    choices = TextAreaField(
        _("Choices"),
        filters=[block],
        validators=[Readable((CHOICE + 10) * CHOICES, multiline=True)],
    )
    models: tuple[ChoiceModel, ...] = ()

    def validate_choices(self, field: Field) -> None:
        """One a line; a number behind a bar limits it."""
        if self.kind.data not in {"one", "several"}:
            return
        self.models = read_choices(field.data)
        least = 2 if self.kind.data == "one" else 1
        if not least <= len(self.models) <= CHOICES:
            raise ValidationError(
                _("Please enter %(least)s to %(most)s choices", least=least, most=CHOICES)
            )
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


class ChangeQuestionForm(QuestionForm, SeenForm):
    """What can be changed of a question.

    ``label_<id>``, ``label_en_<id>`` and ``places_<id>`` are the words and limits of its choices.
    """

    way = Choice(_("Who is asked"), choices=partial(told, WAYS))
    more = TextAreaField(
        _("Further choices"),
        filters=[block],
        validators=[Readable((CHOICE + 10) * CHOICES, multiline=True)],
    )
    line: QuestionLine
    added: tuple[ChoiceModel, ...] = ()

    @property
    def choices(self) -> list[tuple[ChoiceLine, Field, Field, Field]]:
        """Each choice with its words, its words in English, and its places."""
        return [
            (one, self[f"label_{one.id}"], self[f"label_en_{one.id}"], self[f"places_{one.id}"])
            for one in self.line.choices
        ]

    @property
    def has_own_words(self) -> bool:
        """Whether its choices are the office's own, to be worded and added to."""
        return self.line.kind in {"one", "several"}

    def validate_more(self, field: Field) -> None:
        """As for a new question; together no more than one can survey."""
        if not self.has_own_words:
            return
        self.added = read_choices(field.data)
        words = [label.data for _one, label, _en, _places in self.choices]
        words += [one.label.ja for one in self.added]
        if len(words) > CHOICES:
            raise ValidationError(_("Please enter at most %(most)s choices", most=CHOICES))
        if len(set(words)) < len(words):
            raise ValidationError(_("Please make the choices differ from each other"))

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
            way=self.way.data,
            choices={
                one.id: (
                    Words(name.data, name_en.data or "") if self.has_own_words else None,
                    read_places(places),
                )
                for one, name, name_en, places in self.choices
            },
            more=self.added,
            opened_by=self.openers,
        )


def change_form(
    line: QuestionLine, others: Sequence[QuestionLine], zone: str, sent: Any = None
) -> ChangeQuestionForm:
    """The form of one question, with what was sent or with what is stored.

    Args:
        line: the question.
        others: all that the meeting asks.
        zone: of the meeting (IANA name).
        sent: of the request; None for a page that is opened.
    """
    opened_by = [
        str(c.id) for one in others if one.id == line.depends_on_id for c in one.choices if c.opens
    ]
    stored: dict[str, Any] = {
        "label": line.label.ja,
        "label_en": line.label.en,
        "help": line.help.ja,
        "help_en": line.help.en,
        "required": "1" if line.required else "",
        "closes_at": show_moment(line.closes_at, zone),
        "way": line.way,
        "opened_by": opened_by,
        "seen": digest(line, map(int, opened_by)),
    }
    fields: dict[str, Any] = {}
    own = line.kind in {"one", "several"}
    for one in line.choices:
        needed = [DataRequired(_("Please enter the choice"))] if own else []
        fields[f"label_{one.id}"] = text_field(_("Choice"), CHOICE, *needed)
        fields[f"label_en_{one.id}"] = text_field(_("Choice in English"), CHOICE)
        fields[f"places_{one.id}"] = StringField(
            one.label.ja, filters=[one_line, nfkc], validators=[Readable(10), PlacesOrNone()]
        )
        stored[f"label_{one.id}"], stored[f"label_en_{one.id}"] = one.label.ja, one.label.en
        stored[f"places_{one.id}"] = "" if one.places is None else str(one.places)
    made: type[ChangeQuestionForm] = type("QuestionFields", (ChangeQuestionForm,), fields)
    form = made(sent) if sent is not None else made(data=stored)
    form.line, form.zone = line, zone
    opens_others = any(one.depends_on_id == line.id for one in others)
    fitting = [one for one in others if can_open(one, line.id) and one.asked == line.asked]
    form.offer([] if opens_others else fitting)
    return form


def new_form(others: Sequence[QuestionLine], sent: Any = None) -> NewQuestionForm:
    """The form of a new question, with what was sent."""
    form = NewQuestionForm(sent)
    form.offer([one for one in others if can_open(one)])
    return form
