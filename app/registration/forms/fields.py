"""The fields of a sign-up that are no questions: what is cleaned, and what an error says to do."""

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from app.base.text import (
    clean_block,
    clean_line,
    is_latin_name,
    is_reading,
    normalise_telephone,
    read_extension,
    to_hiragana_reading,
)
from app.config import current_settings
from app.events.standings import WORDS
from app.registration.forms.shape import ABSENT, Seat
from app.web.fields import (
    EMAIL,
    NAME,
    ORGANISATION,
    Choice,
    Readable,
    clean_address,
    clean_text,
    is_unseen,
)
from app.web.locale import current_locale

READING, ROLE, TELEPHONE, NOTE = 80, 60, 30, 1000
"""The most characters of a field."""
WAY_WORDS: dict[str, Any] = {
    "venue": _("Attend at the venue"),
    "online": _("Attend online"),
    ABSENT: _("Not attend"),
}


def clean_reading(raw: str | None) -> str:
    """Katakana of any width become hiragana."""
    return to_hiragana_reading(clean_line(raw or ""))


def clean_note(raw: str | None) -> str:
    """Trim several lines."""
    return clean_block(raw or "")


def is_reading_asked() -> bool:
    """Whether a page in this language needs readings, as the office has set it."""
    return current_locale() != "en" and current_settings().reading_asked == "needed"


class Named:
    """Refuses a name that nobody can see."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        if is_unseen(field.data):
            raise ValidationError(self.message)


class ReadingOf:
    """Asks for a reading in kana; a name in Latin letters needs none, or has one of its kind.

    ``must``: whether an empty one is refused where a page needs readings. Where the office does not
    ask for them, whatever was stored before goes through.
    """

    def __init__(self, name: str, *, must: bool) -> None:
        self.name = name
        self.must = must

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        asked = current_settings().reading_asked
        must = self.must and asked == "needed"
        if is_reading(field.data) or asked == "no" or not (field.data or must):
            return
        free = current_locale() == "en" or is_latin_name(form[self.name].data or "")
        if not (free and (not field.data or is_latin_name(field.data))):
            raise ValidationError(_("Please enter the reading in hiragana or katakana"))


class Reachable:
    """A number that can be called, in any width; ``must``: it or an e-mail address is needed.

    ``extension``: whether an extension alone will do. What is stored already goes through.
    """

    def __init__(self, *, must: bool, extension: bool = False, stored: str = "") -> None:
        self.must = must
        self.extension = extension
        self.stored = stored

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        if field.data and field.data != self.stored:
            number = normalise_telephone(field.data)
            if number is None and self.extension:
                number = read_extension(field.data)
            if number is None:
                raise ValidationError(
                    _(
                        "Please enter the whole telephone number, to its last digit, "
                        "such as 090‑0000‑0000 or 03‑0000‑0000"
                    )
                )
            field.data = number
        elif self.must and not field.data and not form["email"].data:
            raise ValidationError(_("Please enter your e-mail address or your telephone number"))


class Offered:
    """One of the ways that are offered here."""

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        choices: Any = field.choices  # type: ignore[attr-defined]  # radio buttons have them
        if field.data not in choices:
            raise ValidationError(_("Please choose how you take part"))


class Listed:
    """Nothing, or one of the choices."""

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        choices: Any = field.choices  # type: ignore[attr-defined]  # radio buttons have them
        if field.data and field.data not in choices:
            raise ValidationError(_("Please choose one from the list"))


def text(label: Any, limit: int, *more: Any, filters: tuple[Any, ...] = (clean_text,)) -> Any:
    """One line of at most ``limit`` characters; ``more`` are further validators."""
    return StringField(
        label,
        filters=filters,
        validators=[Readable(limit), *more],
        render_kw={"maxlength": limit},
    )


def person_fields(place: int, *, must: bool = True) -> dict[str, Any]:
    """The fields of one person, ways and questions apart.

    Args:
        place: of the person, from 0.
        must: whether a reading is needed.
    """
    prefix = f"p{place}-"
    fields = {
        f"{prefix}id": HiddenField(),
        f"{prefix}name": text(_("Name"), NAME, Named(_("Please enter the name"))),
        f"{prefix}reading": text(
            _("Reading of the name"),
            READING,
            ReadingOf(f"{prefix}name", must=must),
            filters=(clean_reading,),
        ),
    }
    if place:
        fields[f"{prefix}same"] = BooleanField(_("The same organisation as person 1"))
    fields[f"{prefix}organisation"] = text(_("Organisation"), ORGANISATION)
    fields[f"{prefix}role"] = text(_("Role"), ROLE)
    return fields


def way_field(one: Seat, *, may_be_absent: bool) -> Any:
    """The ways of one person at one meeting."""
    ways = (*one.ways, *((ABSENT,) if may_be_absent else ()))
    return RadioField(
        one.meeting.title,
        choices={way: str(WAY_WORDS[way]) for way in ways},
        validators=[Offered()],
        validate_choice=False,
    )


def _standing_choices(offered: Collection[str]) -> dict[str, str]:
    """As what the office can say that somebody takes part, in the reader's words."""
    every = {"": _("Not said")} | {code: WORDS[code] for code in offered}
    return {code: str(told) for code, told in every.items()}


def standing_field(offered: Collection[str], *, by_office: bool) -> Any:
    """As what somebody takes part: one of ``offered``; the office may leave it open."""
    if by_office:
        # Asked for as the form is made: a class is made before the reader's language is known.
        return Choice(_("Standing"), choices=lambda: _standing_choices(offered), default="")
    return RadioField(
        _("Standing"),
        choices={code: str(WORDS[code]) for code in offered},
        validators=[Listed()],
        validate_choice=False,
    )


def contact_fields(*, absent: bool, by_office: bool = False, stored: str = "") -> dict[str, Any]:
    """How to reach whoever signs up; a name only where they do not come themselves.

    Args:
        absent: whether they do not come.
        by_office: whether the office types it in: there need be no way to reach them, and an
            extension is one.
        stored: their telephone number so far.
    """
    reachable = Reachable(must=not by_office, extension=by_office, stored=stored)
    named = (Named(_("Please enter your name")),) if absent else ()
    return {
        "absent": BooleanField(_("I do not attend myself (I sign up for others)")),
        "contact_name": text(_("Your name"), NAME, *named),
        "email": text(_("E-mail address"), EMAIL, filters=(clean_address,)),
        "telephone": text(_("Telephone number"), TELEPHONE, reachable),
        "note": TextAreaField(
            _("Message to the office"),
            filters=[clean_note],
            validators=[Readable(NOTE, multiline=True)],
            render_kw={"maxlength": NOTE},
        ),
    }


def hidden_fields() -> dict[str, Any]:
    """What a form carries along unseen."""
    names = ("token", "people", "differ", "version", "seen", "shown", "notice", "invite")
    fields: dict[str, Any] = {name: HiddenField() for name in names}
    fields["email_kept"] = HiddenField(filters=[clean_address])
    return fields
