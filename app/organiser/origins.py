"""Where a sign-up comes from: who typed it in, and who was told which privacy notice by whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.auth import queries as accounts
from app.base.timezones import to_local
from app.registration.desk import passes
from app.registration.facts import UNTOLD, PersonView, Signup
from app.registration.privacy import queries as versions
from app.web.locale import gettext as _

CONTACT = 0
"""In place of an id of a person: the contact."""
ON_PAPER = ("fax", "paper")
"""Channels by which nobody is spoken to."""


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


@dataclass(frozen=True, kw_only=True)
class NoticeWords:
    """Which notice somebody was told and how; moments local, None where nothing is known.

    ``made_at``: when that version was made; ``at``: when they were told it.
    """

    words: str
    made_at: datetime | None = None
    at: datetime | None = None


def notices(people: Iterable[tuple[Signup, PersonView]], zone: str) -> dict[int, NoticeWords]:
    """What people were told, by id of the person: three queries at most."""
    every = tuple(people)
    names = accounts.names_of({one.told_by for _signup, one in every if one.told_by})
    links = passes.labels_of({signup.entered_pass for signup, _one in every if signup.entered_pass})
    made = versions.made_at({one.notice_version for _signup, one in every})
    found = {}
    for signup, one in every:
        by = names.get(one.told_by or 0, "")
        if not by and signup.entered_pass in links:
            by = _pass_words(links[signup.entered_pass])
        found[one.id] = NoticeWords(
            words=_notice_words(one, signup, by),
            made_at=_local(made.get(one.notice_version), zone),
            at=_local(one.noticed_at, zone),
        )
    return found


def notices_of(signup: Signup, zone: str) -> tuple[tuple[str, NoticeWords], ...]:
    """Who of a sign-up was told what: one line for everybody (name '') where it is the same.

    A contact who does not come is told apart as long as their data are held.
    """
    every = signup.people
    if not signup.contact_attends and not signup.erased:
        every = (*every, _contact(signup))
    told = notices([(signup, one) for one in every], zone)
    if len(set(told.values())) == 1:
        return (("", told[every[0].id]),)
    return tuple((_whose(one), told[one.id]) for one in every)


def _whose(one: PersonView) -> str:
    if one.id == CONTACT:
        return _("The contact, %(name)s", name=one.name)
    return _("%(name)s", name=one.name)


def _contact(signup: Signup) -> PersonView:
    """Who signed up, with what they were told then; they have no row among the people."""
    return PersonView(
        id=CONTACT,
        name=signup.contact_name,
        reading="",
        organisation="",
        role="",
        bookings=(),
        notice_version=signup.notice_version,
        told_by=signup.told_by,
        noticed_at=signup.noticed_at,
    )


def _notice_words(one: PersonView, signup: Signup, by: str) -> str:
    """Which version, and how they got to know it.

    What came with the sign-up came by its channel; how the office told it later is not known.
    """
    version = one.notice_version
    if version == UNTOLD:
        return _("Not shown")
    if not by:
        return _("Version %(n)s, shown", n=version)
    if one.noticed_at != signup.created_at:
        return _("Version %(n)s, told by %(name)s", n=version, name=by)
    return _told_at_first(version, signup, by)


def _told_at_first(version: int, signup: Signup, by: str) -> str:
    """How it came with the sign-up: a fax or a postcard is read by nobody aloud."""
    if signup.channel in ON_PAPER:
        return _("Version %(n)s, told on paper; noted by %(name)s", n=version, name=by)
    if signup.entered_by is None and signup.entered_pass is None:  # imported: nobody here spoke
        return _("Version %(n)s, told when they signed up; noted by %(name)s", n=version, name=by)
    if signup.channel == "walk_in":
        return _("Version %(n)s, told at the reception: %(name)s", n=version, name=by)
    return _("Version %(n)s, read aloud by %(name)s", n=version, name=by)


def _local(moment: datetime | None, zone: str) -> datetime | None:
    return to_local(moment, zone) if moment else None


def _pass_words(label: str) -> str:
    if not label:
        return _("A link for helpers of the reception")
    return _("The link for helpers “%(label)s”", label=label)
