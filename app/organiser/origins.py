"""Where a sign-up comes from: who typed it in."""

from collections.abc import Iterable

from app.auth import queries as accounts
from app.registration.desk import passes
from app.registration.facts import Signup
from app.web.locale import gettext as _


def typed_by(signups: Iterable[Signup]) -> dict[int, str]:
    """Who typed sign-ups in, by id of the sign-up; those who did it themselves are left out."""
    every = tuple(signups)
    names = accounts.names_of({one.entered_by for one in every if one.entered_by})
    labels = passes.labels_of({one.entered_pass for one in every if one.entered_pass})
    told = {one.registration_id: names.get(one.entered_by or 0, "") for one in every}
    told |= {
        one.registration_id: _pass_words(labels[one.entered_pass])
        for one in every
        if one.entered_pass in labels
    }
    return {registration_id: who for registration_id, who in told.items() if who}


def _pass_words(label: str) -> str:
    if not label:
        return _("A link for helpers of the reception")
    return _("The link for helpers “%(label)s”", label=label)
