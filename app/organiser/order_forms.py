"""Whom a letter goes to and what it carries besides its text; and when a rule is due."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import Optional, StopValidation

from app.base.text import clean_line, nfkc
from app.events.facts import MeetingView, QuestionView
from app.events.files.facts import FileView
from app.organiser.audience_words import GROUP_GONE, SIMPLE, audience_words
from app.organiser.forms import ReminderForm
from app.reminders.facts import Order, Target
from app.reminders.rules import has_variable
from app.reminders.timing import Timing
from app.web.fields import Choice

MOST = {"days": 60, "office_days": 40, "hours": 72}
"""The largest amount of each unit."""
_MINUTES = 24 * 60
_BY_ANSWERS = re.compile(r"not_answered:[0-9]{1,9}|answered:[0-9]{1,9}(:[0-9]{1,9})?")
LISTED = "listed"
"""In the field ``to``, of those who were chosen one by one."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What can be chosen for a day: its meetings, their questions and files."""

    meetings: Sequence[MeetingView]
    questions: Sequence[QuestionView]
    files: Sequence[FileView]
    interested: bool
    """Whether anybody asked to be told once the date is fixed."""
    list_id: int | None = None
    """Of those who were chosen one by one for this letter."""


class OrderForm(ReminderForm):
    """A letter with its group of recipients (宛先) in one field, such as 'answered:5:12'."""

    to = Choice(_("To"), validate_choice=True)
    whole_day = BooleanField(_("Also those who are signed up for the other meetings of this form"))
    asks_coming = BooleanField(_("Ask whether they still come"))
    file = Choice(_("Material that the letter links to"), validators=[Optional()])
    several = False
    """Whether there are other meetings of the day that the reader may work on."""
    gone = ""
    """The chosen group, where its question was removed."""

    def validate_to(self, field: Field) -> None:
        """A group that there still is."""
        if field.data == self.gone:
            raise StopValidation(GROUP_GONE)

    def validate_body(self, field: Field) -> None:
        """What asks needs the link by which one answers."""
        super().validate_body(field)
        _needs_link(field, "{{確認のリンク}}", asks=bool(self.asks_coming.data))

    def validate_body_en(self, field: Field) -> None:
        """The same in English, where there is an English text."""
        super().validate_body_en(field)
        _needs_link(field, "{{link}}", asks=bool(self.asks_coming.data))

    def offer(self, choices: Choices) -> None:
        """Fill the lists to choose from."""
        self.several = len(choices.meetings) > 1
        listed = [Target(list_id=choices.list_id)] if choices.list_id is not None else []
        groups = [one for one in SIMPLE if one != "interested" or choices.interested]
        targets = [*listed, *(Target(audience=one) for one in groups)]
        for question in choices.questions:
            if question.is_arrangement:
                continue  # who needs what is for few to see, and no reason to be written to
            targets.append(Target(audience="not_answered", question_id=question.id))
            targets += (
                Target(audience="answered", question_id=question.id, choice_id=choice.id)
                for choice in question.choices
            )
        targets += self._gone(choices)
        self.to.choices = [
            SelectChoice(written(target), audience_words(target, choices.questions))
            for target in targets
        ]
        self.file.choices = [
            SelectChoice("", _("None")),
            *(SelectChoice(str(file.id), file.title) for file in choices.files),
        ]

    def _gone(self, choices: Choices) -> list[Target]:
        """Offer a stored group of a removed question, lest another took its place unseen."""
        known = {one.id for one in choices.questions}
        stored = self.to.data or ""
        target = read(stored) if _BY_ANSWERS.fullmatch(stored) else Target()
        if target.question_id is None or target.question_id in known:
            return []
        self.gone = stored
        return [target]

    @property
    def order(self) -> Order:
        """What was entered; what cannot be chosen counts as the first choice."""
        to = _chosen(self.to) or "confirmed"
        file = _chosen(self.file)
        return Order(
            target=read(to, whole_day=self.several and bool(self.whole_day.data)),
            text=self.text,
            asks_coming=bool(self.asks_coming.data),
            file_id=int(file) if file else None,
        )


class RuleForm(OrderForm):
    """A letter that goes by itself, and when."""

    amount = StringField(_("How many"))
    unit = Choice(
        _("Days or hours"),
        choices=[
            SelectChoice("days", _("days")),
            SelectChoice("office_days", _("office days")),
            SelectChoice("hours", _("hours")),
        ],
    )
    side = Choice(
        _("Before or after"),
        choices=[SelectChoice("before", _("before")), SelectChoice("after", _("after"))],
    )
    clock = StringField(_("At what time"))

    @property
    def timing(self) -> Timing:
        """When it is due, once it is valid."""
        return Timing(
            unit=self.unit.data,
            amount=int(self.amount.data or 0),
            after=self.side.data == "after",
            minute=read_clock(self.clock.data) or 0,
        )

    def validate_amount(self, field: Field) -> None:
        """A whole number that makes sense for the unit."""
        field.data = nfkc(clean_line(field.data or ""))
        most = MOST.get(self.unit.data or "", 0)
        least = 1 if self.side.data == "after" or self.unit.data == "hours" else 0
        typed = field.data
        is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(most))
        if not (is_number and least <= int(typed) <= most):
            raise StopValidation(
                _("Please enter a whole number from %(least)s to %(most)s", least=least, most=most)
            )

    def validate_clock(self, field: Field) -> None:
        """A time of the day; hours before need none."""
        field.data = nfkc(clean_line(field.data or ""))
        if self.unit.data != "hours" and read_clock(field.data) is None:
            raise StopValidation(_("Please enter a time, such as 10:00"))


def _needs_link(field: Field, word: str, *, asks: bool) -> None:
    if asks and field.data and not has_variable(field.data, "link"):
        raise StopValidation(
            _("Please put %(word)s where the link to the question is to stand", word=word)
        )


def _chosen(field: SelectField) -> str:
    """What was chosen of a list; '' where it is not in it."""
    known = {value for value, *_rest in field.iter_choices()}
    return field.data if field.data in known else ""


def written(target: Target) -> str:
    """A group as the field ``to`` holds it."""
    if target.list_id is not None:
        return f"{LISTED}:{target.list_id}"
    numbers = (target.question_id, target.choice_id)
    return ":".join([target.audience, *(str(one) for one in numbers if one is not None)])


def read(value: str, *, whole_day: bool = False) -> Target:
    """The group of a value of the field ``to``."""
    audience, *numbers = value.split(":")
    if audience == LISTED:
        return Target(list_id=int(numbers[0]), whole_day=whole_day)
    question, choice = [*(int(one) for one in numbers), None, None][:2]
    return Target(audience=audience, question_id=question, choice_id=choice, whole_day=whole_day)


def read_clock(text: Any) -> int | None:
    """'10:00', '10時' or '9時30分' → minutes after midnight, or None."""
    parts = str(text or "").replace("時", ":").replace("分", "").rstrip(":").split(":")
    numbers = [int(one) for one in parts if one.isascii() and one.isdigit() and len(one) <= 2]  # noqa: PLR2004  # figures of an hour
    if len(numbers) != len(parts) or len(numbers) not in {1, 2}:
        return None
    hour, minute = [*numbers, 0][:2]
    found = 60 * hour + minute
    return found if minute < 60 and found < _MINUTES else None  # noqa: PLR2004  # minutes


def show_clock(minute: int) -> str:
    """570 → '09:30'."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
