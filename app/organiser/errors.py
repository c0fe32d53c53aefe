"""Pages of the office for what cannot be shown: with its navigation, for whoever is logged in."""

import re
from http import HTTPStatus
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _

from app.auth.guards import is_of_the_office, lacks_role, my_rights
from app.auth.rights import Act
from app.web.errors import ErrorText

_MADE_BY_PAGES = re.compile(r"[A-Za-z0-9_.=-]{20,}|[a-z_]{1,20}|[01]")
"""Tokens, codes and ticks: what nobody has typed, or nobody misses."""
_HIDDEN = {"shown", "seen", "version", "link_version", "notice", "key", "form_key", "people"}
"""Fields by which a page knows itself again."""
DEMOTED = ErrorText(
    _("This account may not do this"),
    _("Your rights seem to have changed while you had the page open. Nothing was stored."),
    _("If you need this page, please ask an administrator."),
)
"""For whoever has sent something that their role cannot do (any more)."""
GONE_SIGNUP = ErrorText(
    _("This sign-up can no longer be used in this way"),
    _("Its personal data have been erased meanwhile, or its personal link was replaced."),
    _("The page of the sign-up shows what is left of it and what can still be done."),
)
GONE = ErrorText(
    _("This is no longer in use"),
    _("It has expired, or was ended or replaced meanwhile."),
    _("Please go on from the list of meetings."),
)
"""The office has no letter with a newer link: what everybody else is told does not help it."""
NOT_THERE = ErrorText(
    _("This page is not there for you"),
    _("It may be removed, or what you may work on has changed meanwhile. Nothing was stored."),
    _("If you need this page, please ask an administrator."),
)
"""For what was sent to a page that is not there: the same whether there is one for others."""


def error_page(code: int, text: ErrorText) -> str | None:
    """The page for a code; None for a visitor, who learns nothing about the office."""
    if not is_of_the_office():
        return None
    demoted = code == HTTPStatus.FORBIDDEN and lacks_role()
    more: dict[str, Any] = {"text": DEMOTED if demoted else text, "signup_id": None}
    if code == HTTPStatus.GONE:
        signup_id = (request.view_args or {}).get("registration_id")
        more = {"text": GONE_SIGNUP if signup_id else GONE, "signup_id": signup_id}
    lost = request.method == "POST" and (demoted or code == HTTPStatus.NOT_FOUND)
    if lost and not demoted:
        more["text"] = NOT_THERE
    return render_template(
        "office/error.html",
        code=code,
        lost=_typed() if lost else "",
        in_the_office=my_rights().may(Act.ENTER),
        **more,
    )


def _typed() -> str:
    """What somebody typed into a form that they may not send any more, to be copied."""
    pairs = request.form.items(multi=True)
    pairs = (one for one in pairs if "password" not in one[0] and one[0] not in _HIDDEN)
    texts = (value.strip() for _name, value in pairs)
    return "\n".join(one for one in texts if one and not _MADE_BY_PAGES.fullmatch(one))
