"""What the office writes to people about something that it does to their sign-ups."""

import re
import secrets

from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, TextAreaField

from app.base.text import clean_block
from app.web.arguments import find_id
from app.web.fields import Readable

REASON = 500
"""The most characters of a reason."""
_KEY = re.compile("[0-9a-f]{32}")


def _block(raw: str | None) -> str:
    return clean_block(raw or "")


class ReasonForm(Form):
    """A reason for the letter, '' for none."""

    reason = TextAreaField(
        _("Reason"),
        filters=[_block],
        validators=[Readable(REASON, multiline=True)],
        render_kw={"maxlength": REASON},
    )


class ActForm(ReasonForm):
    """An act on one sign-up: as it was seen, and the key by which a second press is known."""

    version = HiddenField()
    link_version = HiddenField()
    form_key = HiddenField()

    @property
    def seen(self) -> tuple[int, int]:
        """Link version and version that the page showed; 0 for what is no number."""
        return find_id(self.link_version.data) or 0, find_id(self.version.data) or 0

    @property
    def key(self) -> str:
        """The key of this page; a new one where the form brought none of ours."""
        return good_key(self.form_key.data)


def good_key(given: str | None) -> str:
    """``given`` where it is a key of ours, else a new one."""
    return given if given and _KEY.fullmatch(given) else new_key()


class ManyForm(ReasonForm):
    """An act on many people: which it is, and the key by which a second press is known."""

    act = HiddenField()
    form_key = HiddenField()

    @staticmethod
    def fresh() -> dict[str, str]:
        """The key of a page that asks anew."""
        return {"form_key": new_key()}

    @property
    def key(self) -> str:
        """The key of this page; a new one where the form brought none of ours."""
        given = self.form_key.data or ""
        return given if _KEY.fullmatch(given) else new_key()


def new_key() -> str:
    """A key for one showing of a form."""
    return secrets.token_hex(16)
