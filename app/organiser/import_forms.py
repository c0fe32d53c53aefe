"""What a file is, what its columns are, and how its people are signed up."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from app.base.text import clean_line
from app.organiser.import_words import COLUMNS
from app.registration.facts import UNTOLD
from app.registration.imports.facts import Options
from app.web.arguments import find_id
from app.web.fields import Choice, Readable

REASON = 200
CHANNELS: dict[str, Any] = {
    "paper": _("Post"),
    "fax": _("Fax"),
    "telephone": _("Telephone"),
    "walk_in": _("At the door"),
    "web": _("Another web form"),
}
LETTERS: dict[str, Any] = {
    "none": _("No letters"),
    "confirm": _("A confirmation to everybody who is imported"),
}
OVER: dict[str, Any] = {
    "wait": _("Put them on the waiting list"),
    "place": _("Give them places all the same"),
}


class OptionsForm(Form):
    """How people are signed up; columns are added by ``matching_form``."""

    first_is_person = BooleanField(_("The first row holds no headings, but the first person"))
    events = SelectMultipleField(
        _("Meetings that new people are signed up for"),
        coerce=int,
        validators=[InputRequired(_("Please choose at least one meeting"))],
    )
    channel = RadioField(_("How they signed up"), choices=[], default="paper")
    letters = RadioField(_("Letters"), choices=[], default="none")
    told = BooleanField(_("Told them how we handle personal data"))
    notice = StringField()

    def __init__(
        self,
        *args: Any,
        meetings: Sequence[tuple[int, str]],
        questions: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.events.choices = list(meetings)
        self.channel.choices = list(CHANNELS.items())
        self.letters.choices = list(LETTERS.items())
        answers = [
            (code, _("Answer to “%(question)s”", question=label))
            for code, label in questions.items()
        ]
        for field in self.columns:
            field.choices = [*COLUMNS.items(), *answers]

    @property
    def columns(self) -> list[Any]:
        """The fields of the columns, in their order."""
        return [field for field in self if field.name.startswith("c-")]

    @property
    def matching(self) -> list[str]:
        """For each column what it is, '' for not imported."""
        return [field.data or "" for field in self.columns]

    @property
    def chosen(self) -> list[str]:
        """``matching`` before the form is known to be good: without what was not offered."""
        return [field.data if field.validate(self) and field.data else "" for field in self.columns]

    @property
    def options(self) -> Options:
        """What was chosen."""
        return Options(
            events=tuple(self.events.data or ()),
            channel=self.channel.data,
            letters=self.letters.data,
            notice=find_id(self.notice.data) or UNTOLD if self.told.data else UNTOLD,
        )

    def has_good_options(self) -> bool:
        """Whether ``options`` are good, whatever the columns are."""
        return all(field.validate(self) for field in (self.events, self.channel, self.letters))

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field stands in one column, and one of them says who a row is about."""
        good = super().validate(extra_validators)
        seen: dict[str, Any] = {}
        for field in self.columns:
            if field.data and field.data in seen:
                field.errors = [_("Another column is this already. Please choose one of the two")]
                good = False
            seen[field.data] = field
        if not {"name", "family", "number", "mark"} & set(seen) and self.columns:
            self.columns[0].errors = [_("Please choose the column with the names, or the numbers")]
            good = False
        return good


def matching_form(
    names: Sequence[str],
    meetings: Sequence[tuple[int, str]],
    questions: Mapping[str, str],
    **given: Any,
) -> OptionsForm:
    """The form for one file: a choice for each of its columns.

    Args:
        names: of the columns.
        meetings: that new people can be signed up for.
        questions: that a column can answer: code → label.
        given: values of the form.
    """
    columns = {f"c-{at}": Choice(name, choices=[]) for at, name in enumerate(names)}
    made: type[OptionsForm] = type("MatchingForm", (OptionsForm,), columns)
    return made(meetings=meetings, questions=questions, **given)


def first_values(
    matching: Sequence[str], options: Mapping[str, Any], event_id: int
) -> dict[str, Any]:
    """The values of the form before anything was chosen, or as it was chosen before."""
    values: dict[str, Any] = {f"c-{at}": code for at, code in enumerate(matching)}
    values["told"] = options.get("notice", UNTOLD) != UNTOLD
    return {"events": [event_id], "channel": "paper", "letters": "none", **options, **values}


def _reason(raw: str | None) -> str:
    return clean_line(raw or "")


class StoreForm(Form):
    """The last question before people are stored."""

    over = RadioField(_("Those for whom no place is left"), choices=[], default="wait")
    reason = StringField(
        _("Reason"),
        filters=[_reason],
        validators=[Readable(REASON)],
        render_kw={"maxlength": REASON},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.over.choices = list(OVER.items())

    def validate(self, extra_validators: Any = None) -> bool:
        """Places beyond those that there are need a reason."""
        good = super().validate(extra_validators)
        if self.over.data == "place" and not self.reason.data:
            self.reason.errors = [_("Please say why, such as: chairs were added")]
            return False
        return good
