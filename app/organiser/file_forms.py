"""The shape of a file that is put up."""

from typing import Any

from flask import Request
from flask_babel import lazy_gettext as _
from wtforms import FileField, Form, RadioField, StringField
from wtforms.validators import InputRequired

from app.base.text import clean_line
from app.events.files.facts import NewFile
from app.events.files.rules import LARGEST, MEGABYTE, MOST
from app.web.fields import Readable

TITLE = 100
AUDIENCES: dict[str, Any] = {
    "everybody": _("For everybody"),
    "signed_up": _("Only for those who are signed up"),
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


class FileForm(Form):
    """A file with its title; without one its name is shown."""

    file = FileField(_("File"))
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
        validators=[InputRequired(_("Please choose who may have it"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = list(AUDIENCES.items())

    def refuse(self, code: str) -> None:
        """Show beside the field why the file was not taken."""
        self.file.errors = [REFUSALS[code]]

    def new_file(self, request: Request) -> NewFile:
        """What was sent; of a file that is too large no more than shows that it is."""
        sent = request.files.get("file")
        return NewFile(
            filename=(sent.filename or "") if sent else "",
            data=sent.stream.read(LARGEST + 1) if sent else b"",
            title_ja=self.title.data or "",
            title_en=self.title_en.data or "",
            audience=self.audience.data,
        )
