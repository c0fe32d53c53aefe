"""What of a list is exported, and as what."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, RadioField
from wtforms.validators import InputRequired

FORMATS: dict[str, Any] = {
    "xlsx": _("Excel (XLSX)"),
    "csv": _("CSV in UTF-8"),
    "cp932": _("CSV for older programs (Shift_JIS)"),
}
COLUMNS: dict[str, Any] = {
    "shown": _("The columns of the list"),
    "all": _("All columns"),
}


class ExportForm(Form):
    """Format and columns."""

    kind = RadioField(
        _("Kind of file"),
        choices=[],
        default="xlsx",
        validators=[InputRequired(_("Please choose a kind of file"))],
    )
    columns = RadioField(
        _("Columns"),
        choices=[],
        default="shown",
        validators=[InputRequired(_("Please choose the columns"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = list(FORMATS.items())
        self.columns.choices = list(COLUMNS.items())
