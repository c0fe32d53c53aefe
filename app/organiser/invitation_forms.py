"""The forms of invitations: one link for many, or one for each of a list."""

import re
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import StopValidation

from app.base.addresses import BadAddress, email_key, parse_email
from app.base.clock import now
from app.base.text import clean_block, clean_line, nfkc
from app.organiser.letter_words import LANGUAGES
from app.organiser.moments import check_places, read_moment, read_places
from app.registration.invitations.facts import NewInvitation
from app.registration.invitations.service import MOST
from app.web.fields import NAME, Readable, clean_text, is_unseen

LINES = MOST * (NAME + 260)
_BETWEEN = re.compile("[\t,、，;；]+")
_LIKE_AN_ADDRESS = re.compile(r"[!-~]+\.[A-Za-z]{2,}")
"""A word that was meant as an address, though its @ is not there."""


def _figures(raw: str | None) -> str:
    return nfkc(clean_line(raw or ""))


def _block(raw: str | None) -> str:
    return clean_block(raw or "")


def _places(default: str) -> Any:
    label = _("How many people can sign up by it")
    return StringField(label, filters=[_figures], validators=[Readable(10)], default=default)


class _Timed(Form):
    """Afterwards ``until`` in UTC; None for as long as sign-up is open."""

    expires_at = StringField(_("Good until"), filters=[_figures], validators=[Readable(40)])
    zone = "Asia/Tokyo"
    until: datetime | None = None

    def validate_expires_at(self, field: Field) -> None:
        """A time to come, or nothing."""
        if not field.data:
            return
        self.until = read_moment(field.data, self.zone)
        if self.until is None:
            raise StopValidation(_("Please enter the date and the time"))
        if self.until <= now():
            raise StopValidation(_("Please enter a time to come"))

    def validate_places(self, field: Field) -> None:
        """A whole number, at least one, or nothing."""
        check_places(field)
        if field.data and int(field.data) == 0:
            raise StopValidation(_("Please enter at least 1, or nothing for no limit"))

    @property
    def number(self) -> int | None:
        """How many people; None for any number."""
        return read_places(self["places"])


class LinkForm(_Timed):
    """One link that many can use."""

    label = StringField(
        _("Whom it is for"),
        filters=[clean_text],
        validators=[Readable(NAME)],
        render_kw={"maxlength": NAME},
    )
    places = _places("")

    def validate_label(self, field: Field) -> None:
        """Something by which it is known in the list."""
        if is_unseen(field.data or ""):
            raise StopValidation(_("Please enter whom it is for"))

    @property
    def wanted(self) -> list[NewInvitation]:
        """The one link; only of a form that is valid."""
        label = self.label.data or ""
        return [NewInvitation(label=label, places=self.number, expires_at=self.until)]


class ListForm(_Timed):
    """A link for each of a list: a name in each line, and an address where one is known."""

    lines = TextAreaField(
        _("Names and e-mail addresses"),
        filters=[_block],
        validators=[Readable(LINES, multiline=True)],
    )
    language = RadioField(
        _("Language of letters"),
        choices=[SelectChoice(*one) for one in LANGUAGES.items()],
        default="ja",
    )
    places = _places("1")
    people: list[tuple[str, str]]

    def validate_lines(self, field: Field) -> None:
        """One person a line; what cannot be read is named by its line."""
        every = enumerate((field.data or "").split("\n"), start=1)
        rows = [(number, row) for number, row in every if row.strip()]
        if not rows:
            raise StopValidation(_("Please enter at least one name"))
        if len(rows) > MOST:
            raise StopValidation(_("Please enter up to %(n)s lines at once", n=MOST))
        self.people = [self._read(number, row) for number, row in rows]
        addresses = [email_key(email) for _name, email in self.people if email]
        twice = next((one for one in addresses if addresses.count(one) > 1), None)
        if twice:
            raise StopValidation(_("%(address)s is there twice", address=twice))

    def _read(self, number: int, row: str) -> tuple[str, str]:
        parts = _parts(row)
        marked = [part for part in parts if "@" in nfkc(part)]
        if len(parts) > 1 and not marked:
            raise StopValidation(_bad_address(number, parts[-1]))
        name = " ".join(part for part in parts if part not in marked)
        if is_unseen(name) or len(name) > NAME or len(marked) > 1:
            raise StopValidation(_("Please look at line %(n)s: a name, then an address", n=number))
        try:
            return name, parse_email(marked[0]).value if marked else ""
        except BadAddress:
            raise StopValidation(_bad_address(number, marked[0])) from None

    @property
    def wanted(self) -> list[NewInvitation]:
        """A link for each; only of a form that is valid."""
        return [
            NewInvitation(
                label=name,
                email=email,
                locale=self.language.data or "ja",
                places=self.number,
                expires_at=self.until,
            )
            for name, email in self.people
        ]


class SendForm(Form):
    """Whether those who have an unused link are written to once more."""

    again = StringField(_("Send it once more to those who have one, too"))


def _parts(row: str) -> list[str]:
    """A line at its tabs and commas; without any, at the space before what is meant as address."""
    parts = [clean_line(part) for part in _BETWEEN.split(row)]
    if len(parts) == 1:
        name, _space, last = clean_line(row).rpartition(" ")
        if "@" in row or _LIKE_AN_ADDRESS.fullmatch(nfkc(last)):
            parts = [name, last]
    return [part for part in parts if part]


def _bad_address(number: int, text: str) -> Any:
    return _("Please look at the address in line %(n)s: %(text)s", n=number, text=text)
