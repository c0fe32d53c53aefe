"""A letter as one real person would get it, for the office to look at while it words it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.base.clock import now
from app.config import current_settings
from app.db import db
from app.events.facts import Offer
from app.events.heads import MeetingHead
from app.events.models import Event
from app.events.offers import read_offer
from app.events.queries import list_all
from app.interest import letters as interest_letters
from app.interest.models import Interest
from app.mail.purposes import INVITATION
from app.registration.facts import Signup
from app.registration.invitations import letters as invitation_letters
from app.registration.invitations.models import Invitation
from app.registration.letters import letters, snapshots, stand_ins
from app.registration.letters.wording import facts_of
from app.registration.models import Registration
from app.registration.queries import read_signups
from app.texts.kinds import Kind
from app.texts.letters import values_of
from app.web.locale import force, gettext


@dataclass(frozen=True, kw_only=True)
class Example:
    """The values of all variables for one reader, whose personal links are not shown.

    ``person``, ``before`` and ``after``: ids of the reader and of those beside them; None where
    there is nobody.
    """

    name: str
    email: str
    values: dict[str, str]
    person: int | None
    before: int | None
    after: int | None
    host_id: int | None = None
    """In whose name it would go; None: the association."""


def example(meeting: MeetingHead, kind: Kind, locale: str, person: int | None) -> Example:
    """The example of this id, else the first; a stand-in where nobody is there yet.

    Args:
        meeting: whose letters, drafts included.
        kind: which letter.
        locale: 'ja' or 'en': of the text, whatever language the reader chose.
        person: id of a sign-up, or for letters about a date of an interest.
    """
    if kind.code in interest_letters.PURPOSES:
        return _of_interest(meeting, kind, locale, person)
    if kind.code == INVITATION:
        return _of_invitation(meeting, kind, locale, person)
    return _of_signup(meeting, kind, locale, person)


def _of_signup(meeting: MeetingHead, kind: Kind, locale: str, person: int | None) -> Example:
    of_series = select(Registration.id).where(Registration.series_id == meeting.series_id)
    here, before, after = _beside(of_series, Registration.id, person)
    offer = _offer(meeting.series_id, locale, now())
    found = read_signups(db.session(), [here]).get(here) if here is not None else None
    with force(locale):
        stand_in = stand_ins.nobody(offer, gettext("Hanako Mihon"), locale)
        reason = _reason()
    signup = replace(found, locale=locale) if found else stand_in
    facts = _facts(kind, signup, offer, reason)
    return Example(
        name=signup.contact_name,
        email=signup.email,
        values=values_of(kind, locale, _without_links(facts, "r")),
        person=here,
        before=before,
        after=after,
        host_id=facts.get("host_id"),
    )


def _facts(kind: Kind, signup: Signup, offer: Offer, reason: str) -> dict[str, Any]:
    if kind.code == "already":
        return letters.already_facts(signup, signup, offer)
    if kind.code == "address_changed":
        return letters.address_changed_facts(signup, offer)
    case = stand_ins.case_of(kind.code, signup, offer, reason)
    now_told = snapshots.take(case.signup, case.offer)
    changes = snapshots.compare(case.before, now_told) if case.before else ()
    return facts_of(case.signup, case.offer, changes, case.why)


def _reason() -> str:
    return gettext("(The reason stands here, as it was typed.)")


def _of_interest(meeting: MeetingHead, kind: Kind, locale: str, person: int | None) -> Example:
    listed = select(Interest.id).where(Interest.event_id == meeting.id, Interest.state != "left")
    here, before, after = _beside(listed, Interest.id, person)
    found = db.session.get(Interest, here) if here is not None else None
    with force(locale):
        name, email, reason = gettext("Hanako Mihon"), "mihon@example.com", _reason()
    if found is not None:
        name, email = found.name, found.email
    reader = Interest(id=here or 0, name=name, email=email, locale=locale, version=1)
    event = db.session.get_one(Event, meeting.id)
    was = stand_ins.earlier(interest_letters.told_by(event))
    facts = interest_letters.facts_of(kind.code, reader, event, before=was, reason=reason)
    return Example(
        name=name,
        email=email,
        values=values_of(kind, locale, _without_links(facts, "i")),
        person=here,
        before=before,
        after=after,
        host_id=facts.get("host_id"),
    )


def _of_invitation(meeting: MeetingHead, kind: Kind, locale: str, person: int | None) -> Example:
    listed = select(Invitation.id).where(Invitation.event_id == meeting.id, Invitation.email != "")
    here, before, after = _beside(listed, Invitation.id, person)
    found = db.session.get(Invitation, here) if here is not None else None
    with force(locale):
        name, email = gettext("Hanako Mihon"), "mihon@example.com"
    row = found or Invitation(id=0, label=name, email=email, places=1)
    view = next(one for one in list_all(locale, now()) if one.id == meeting.id)
    facts = dict(invitation_letters.facts_of(row, view))
    return Example(
        name=row.label,
        email=row.email,
        values=values_of(kind, locale, _without_links(facts, "invited")),
        person=here,
        before=before,
        after=after,
        host_id=facts["host_id"],
    )


def _beside(
    query: Select[Any], column: Any, person: int | None
) -> tuple[int | None, int | None, int | None]:
    """The row of this id, else the first, and those before and after it: two queries at most."""
    here = db.session.scalar(query.where(column == person)) if person is not None else None
    if here is None:
        here = db.session.scalar(query.order_by(column).limit(1))
    if here is None:
        return None, None, None
    before = query.with_only_columns(func.max(column)).where(column < here).scalar_subquery()
    after = query.with_only_columns(func.min(column)).where(column > here).scalar_subquery()
    row = db.session.execute(select(before, after)).one()
    return here, row[0], row[1]


def _offer(series_id: int, locale: str, moment: datetime) -> Offer:
    """All meetings of a series, drafts too: letters can be worded before anybody signs up."""
    offer = read_offer(db.session(), series_id, locale, moment)
    if offer.meetings:
        return offer
    drafts = tuple(one for one in list_all(locale, moment) if one.series_id == series_id)
    return replace(offer, meetings=drafts)


def _without_links(facts: dict[str, Any], path: str) -> dict[str, Any]:
    """A personal link is nobody else's to see."""
    hidden = f"{current_settings().origin}/{path}/…"
    links = {name: hidden for name in ("url", "other_url", "leave_url") if facts.get(name)}
    return {**facts, **links}
