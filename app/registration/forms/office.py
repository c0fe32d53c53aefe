"""What only the office types in: how somebody reached it, where to write to, places beyond."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from app.base.postal import normalise_address
from app.base.text import clean_block, normalise_telephone
from app.events.facts import MeetingView, Offer, QuestionView
from app.registration.facts import Beyond, ByOffice, Reach, Signup
from app.registration.forms.shape import ABSENT
from app.registration.forms.values import Typed, values_of
from app.web.fields import Readable, clean_text

FAX, ADDRESS, REASON = 40, 300, 500
"""The most characters of a field."""
CHANNELS: dict[str, Any] = {
    "telephone": _("Telephone"),
    "fax": _("Fax"),
    "paper": _("Postcard or letter"),
    "walk_in": _("Came by"),
}
LOCALES: dict[str, Any] = {
    "ja": _("Japanese"),
    "easy": _("Plain Japanese"),
    "en": _("English"),
}
ROOM: dict[str, Any] = {
    "wait": _("Put them on the waiting list"),
    "beyond": _("Sign them up beyond the places"),
}


class Dialled:
    """A number that can be dialled, in any width; stored in digits and hyphens."""

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        if not field.data:
            return
        read = normalise_telephone(field.data)
        if read is None:
            raise ValidationError(_("Please look at the fax number again, such as 03-0000-0000"))
        field.data = read


class Decided:
    """One of the two ways where the page showed somebody without a place."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        if form["seen"].data and field.data not in ROOM:
            raise ValidationError(_("Please choose what to do where no place is free"))


class Reasoned:
    """A reason where people are signed up beyond the places."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Raise ValidationError with what to do."""
        if form["room"].data == "beyond" and not field.data:
            raise ValidationError(_("Please enter why they are signed up beyond the places"))


def _told(words: dict[str, Any]) -> Any:
    """Choices in the language of the page."""
    return {value: str(told) for value, told in words.items()}


def _address(raw: str | None) -> str:
    return normalise_address(raw or "")


def _block(raw: str | None) -> str:
    return clean_block(raw or "")


def office_fields(*, is_new: bool) -> dict[str, Any]:
    """The fields that the form of the attendees has not; ``is_new``: of a new sign-up."""
    fields: dict[str, Any] = {
        "fax": StringField(
            _("Fax number"),
            filters=[clean_text],
            validators=[Readable(FAX), Dialled()],
            render_kw={"maxlength": FAX},
        ),
        "postal_address": TextAreaField(
            _("Postal address"),
            filters=[_address],
            validators=[Readable(ADDRESS, multiline=True)],
            render_kw={"maxlength": ADDRESS},
        ),
        "told": BooleanField(_("Told them how we handle personal data")),
    }
    if is_new:
        fields["letters_in"] = SelectField(
            _("Language of letters"), choices=_told(LOCALES), default="ja"
        )
        fields["channel"] = RadioField(
            _("How it reached us"), choices=_told(CHANNELS), default="telephone"
        )
    fields["room"] = RadioField(
        _("Where no place is free"),
        choices=_told(ROOM),
        validators=[Decided()],
        validate_choice=False,
    )
    fields["beyond_reason"] = TextAreaField(
        _("Why beyond the places"),
        filters=[_block],
        validators=[Readable(REASON, multiline=True), Reasoned()],
        render_kw={"maxlength": REASON},
    )
    if not is_new:
        fields["reason"] = TextAreaField(
            _("Reason for the letter"),
            filters=[_block],
            validators=[Readable(REASON, multiline=True)],
            render_kw={"maxlength": REASON},
        )
    return fields


def office_values(signup: Signup, offer: Offer) -> Typed:
    """The form of the office as it would have been filled in for what is there now.

    Of a sign-up that was wholly cancelled everybody is in it, to be brought back.
    """
    values = values_of(signup, offer)
    if not signup.active:
        values["people"] = str(len(signup.people))
        for place, person in enumerate(signup.people):
            values[f"p{place}-id"] = str(person.id)
            for name in ("name", "reading", "organisation", "role", "standing"):
                values[f"p{place}-{name}"] = getattr(person, name)
            for meeting in offer.meetings:
                values[f"p{place}-way-{meeting.id}"] = ABSENT
    values["differ"] = "1"
    values["fax"], values["postal_address"] = signup.fax, signup.postal_address
    return values


def by_office(form: BaseForm, asked: frozenset[tuple[int, int]], by: ByOffice) -> ByOffice:
    """What a valid form says of the office's part.

    Args:
        form: with ``office_fields``.
        asked: (place of the person, meeting id) of all that the page showed without a place.
        by: who acts, and whether who has the same name is another person.
    """
    beyond = form["room"].data == "beyond"
    return ByOffice(
        actor=by.actor,
        others=by.others,
        reason=form["reason"].data or "" if "reason" in form else "",
        beyond=Beyond(places=asked, reason=form["beyond_reason"].data) if beyond else Beyond(),
        reach=Reach(
            fax=form["fax"].data or "",
            postal_address=form["postal_address"].data or "",
            told=bool(form["told"].data),
        ),
    )


def why_not_asked(question: QuestionView, meeting: MeetingView) -> str:
    """Why what was typed cannot be kept: it is asked only of who comes by another way."""
    words = {
        "venue": _(
            "“%(question)s” is asked only of people at the venue (%(meeting)s). Please change "
            "the way they take part, or leave it empty",
            question=question.label,
            meeting=meeting.title,
        ),
        "online": _(
            "“%(question)s” is asked only of people online (%(meeting)s). Please change the "
            "way they take part, or leave it empty",
            question=question.label,
            meeting=meeting.title,
        ),
    }
    every = _(
        "“%(question)s” is asked only of people who attend (%(meeting)s). Please change the "
        "way they take part, or leave it empty",
        question=question.label,
        meeting=meeting.title,
    )
    return str(words.get(question.way, every))
