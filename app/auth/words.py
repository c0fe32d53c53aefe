"""Words of accounts for short codes."""

from typing import Any

from flask_babel import lazy_gettext as _

ROLES: dict[str, Any] = {
    "administrator": _("Administrator"),
    "organiser": _("Organiser"),
    "reception": _("Reception"),
}
ROLE_NOTES: dict[str, Any] = {
    "administrator": _("Everything, also accounts, settings and the audit log"),
    "organiser": _("The office: lists, sign-ups, letters, files, settings of meetings"),
    "reception": _(
        "Only the desk of the chosen meetings: names, organisations, who has come. Nothing else"
    ),
}
STATES: dict[str, tuple[Any, str]] = {
    "active": (_("Active"), "ok"),
    "invited": (_("Invited"), "wait"),
    "expired": (_("Invitation is over"), "bad"),
    "closed": (_("Closed"), "off"),
}
"""Each with the kind of its tag."""
