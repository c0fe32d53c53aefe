"""The shape of a file that is put up."""

from datetime import datetime
from typing import Any

from flask import Request
from flask_babel import lazy_gettext as _
from wtforms import Field, FileField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import AnyOf, StopValidation

from app.base.text import clean_line, nfkc
from app.events.files.facts import FileTerms, NewFile
from app.events.files.rules import LARGEST, MEGABYTE, MOST
from app.organiser.clashes import SeenForm
from app.organiser.moments import read_moment
from app.web.fields import Readable

TITLE = 100
AUDIENCES: dict[str, Any] = {
    "everybody": _("For everybody"),
    "signed_up": _("Only for those who are signed up"),
    "voters": _("Only for those signed up as members or delegates"),
}
REFUSALS: dict[str, Any] = {
    "missing": _("Please choose a file"),
    "empty": _("There is nothing in this file. Please choose another one"),
    "too_large": _("Please choose a file of at most %(n)s MB", n=LARGEST // MEGABYTE),
    "unknown_kind": _("Please choose a PDF, JPEG, PNG, Word, Excel, PowerPoint, text or CSV file"),
    "not_its_kind": _(
        "What is in this file does not fit the ending of its name. "
        "Please save it again in its program and choose it once more"
    ),
    "unpacks_too_large": _(
        "This file becomes far too large when it is opened. Please choose another one"
    ),
    "too_many": _("A meeting has at most %(n)s files. Please remove one first", n=MOST),
}


def _line(raw: str | None) -> str:
    return clean_line(raw or "")


def _figures(raw: str | None) -> str:
    return nfkc(clean_line(raw or ""))


class TermsForm(SeenForm):
    """What can be changed of a file; without a title its name is shown. ``zone``: its meeting's."""

    zone = "Asia/Tokyo"
    title = StringField(
        _("Title"), filters=[_line], validators=[Readable(TITLE)], render_kw={"maxlength": TITLE}
    )
    title_en = StringField(
        _("Title in English"),
        filters=[_line],
        validators=[Readable(TITLE)],
        render_kw={"maxlength": TITLE},
    )
    audience = RadioField(
        _("Who may have it"),
        choices=[],
        default="everybody",
        validators=[AnyOf(tuple(AUDIENCES), message=_("Please choose who may have it"))],
        validate_choice=False,
    )

    shown_from = StringField(_("Shown from"), filters=[_figures], validators=[Readable(40)])
    shown_until = StringField(_("Shown until"), filters=[_figures], validators=[Readable(40)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = [SelectChoice(*one) for one in AUDIENCES.items()]

    def validate_shown_from(self, field: Field) -> None:
        """A moment, or nothing."""
        self._moment(field)

    def validate_shown_until(self, field: Field) -> None:
        """A moment after the other, or nothing."""
        begins, ends = self._read(self.shown_from), self._moment(field)
        if begins and ends and ends <= begins:
            raise StopValidation(_("Please enter a time after the one from which it is shown"))

    def _read(self, field: Field) -> datetime | None:
        return read_moment(field.data, self.zone) if field.data else None

    def _moment(self, field: Field) -> datetime | None:
        found = self._read(field)
        if field.data and found is None:
            raise StopValidation(_("Please enter the date and the time"))
        return found

    @property
    def terms(self) -> FileTerms:
        """What was entered; only of a form that is valid."""
        return FileTerms(
            title_ja=self.title.data or "",
            title_en=self.title_en.data or "",
            audience=self.audience.data,
            shown_from=self._read(self.shown_from),
            shown_until=self._read(self.shown_until),
        )


class FileForm(TermsForm):
    """A file with its terms."""

    file = FileField(_("File"))

    def refuse(self, code: str) -> None:
        """Show beside the field why the file was not taken."""
        self.file.errors = [REFUSALS[code]]

    def new_file(self, request: Request) -> NewFile:
        """What was sent; of a file that is too large no more than shows that it is."""
        sent = request.files.get("file")
        return NewFile(
            filename=(sent.filename or "") if sent else "",
            data=sent.stream.read(LARGEST + 1) if sent else b"",
            terms=self.terms,
        )
