"""A sign-up opened under the lock, and made what an entry says: how every change is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import update

from app.auth import audit
from app.auth.facts import Actor
from app.base.addresses import email_key
from app.base.errors import Conflict, Gone
from app.events.facts import Offer
from app.registration import history, promotion, settled, storing, wishes
from app.registration.arranged import keeping
from app.registration.duplicates import Same, Twice, find_first, find_same
from app.registration.facts import (
    NOBODY_TOLD,
    UNTOLD,
    ByOffice,
    Entry,
    NoticeTold,
    Reach,
    Signup,
)
from app.registration.letters import letters, telling
from app.registration.letters.letters import Why
from app.registration.locking import Day
from app.registration.models import Participant, Registration
from app.registration.queries import read_signups
from app.registration.rules import Refused
from app.registration.service import NOBODY, SignUpRefused, decide, post_already

ANOTHER = "registration.another"
NOT_COMING = "registration.not_coming"
APPROVED, DECLINED = "registration.approved", "registration.declined"
ACTORS: dict[str, letters.Actor] = {APPROVED: "approving", DECLINED: "declining"}
"""By what the office does; it is just itself in all else."""


class ChangedMeanwhile(Conflict):
    """The sign-up is no longer as it was shown: another window, the office or the waiting list."""


@dataclass(frozen=True)
class Opened:
    """A sign-up under the lock, as it is before the change."""

    day: Day
    row: Registration
    offer: Offer
    before: Signup


def open_signup(
    locked: tuple[Day, Registration], link_version: int, *, erased: bool = False
) -> Opened:
    """A locked sign-up as it is.

    Args:
        locked: the sign-up and its day.
        link_version: of the link that asks.
        erased: whether one whose contact is erased is opened, too; only to erase the rest.

    Raises:
        Gone: the link is no longer good, or what it led to is erased.
    """
    day, row = locked
    if row.link_version != link_version or (row.erased and not erased):
        raise Gone("link")
    before = read_signups(day.session, [row.id])[row.id]
    return Opened(day, row, day.offer(row.locale), before)


def check_version(opened: Opened, version: int) -> None:
    """Refuse what was decided by another state.

    Raises:
        ChangedMeanwhile: it has another version than ``version``.
    """
    if opened.row.version != version:
        raise ChangedMeanwhile("version")


def apply(  # noqa: PLR0913  # one change, whoever makes it
    opened: Opened,
    entry: Entry,
    form_key: str,
    office: ByOffice | None,
    action: str,
    *,
    others: bool = False,
    shown: int = UNTOLD,
    noted: Mapping[str, str] | None = None,
) -> Signup:
    """Make the sign-up what ``entry`` says, by the same rules as signing up; give it as it is then.

    Args:
        opened: the sign-up, locked.
        entry: what it is to be.
        form_key: of the page that asked, by which a second press is known.
        office: who of the office acts; None for the person themselves.
        action: for the log.
        others: whether who has the same name is another person for certain.
        shown: the version of the privacy notice on the page that asked; the office has told it only
            where it says so.
        noted: what the log says beside the changes.

    Raises:
        SignUpRefused, WouldWait, Twice: as in signing up.
    """
    day, row, offer, before = opened.day, opened.row, opened.offer, opened.before
    entry = replace(entry, locale=row.locale)
    if office is None:
        entry = settled.keep(entry, before, offer, day.moment)
    entry = wishes.only_asked(entry, offer)
    first = {} if others else _duplicates(opened, entry, office)
    beyond = office.beyond if office else NOBODY
    planned = decide(day, entry, before, first, by_office=office is not None, beyond=beyond)
    arranged = storing.arrangements(entry, offer) != storing.arrangements(
        wishes.entry_of(before, offer), offer
    )
    wished = keeping.read(day.session, row.id) if arranged else {}
    gone = _gone(before, entry)
    storing.cancel_bookings(day, gone, "declined" if action == DECLINED else "cancelled")
    told = _told(office, shown)
    to = storing.store_people(day, row, entry, before, told)
    storing.store_bookings(to, planned.outcomes, first, beyond=beyond.reason)
    storing.store_answers(to, offer, planned.outcomes)
    _store_contact(row, entry, form_key)
    if office is not None and office.reach is not None:
        _store_reach(row, office.reach)
        _store_told(day, row, told)
    if arranged:
        keeping.renew(day.session, row, wished)
    told_beside = dict(noted or {})
    if any(one.beyond for one in planned.outcomes):
        told_beside["beyond"] = beyond.reason
    return _conclude(opened, planned.promoted, office, action, told_beside)


def _conclude(
    opened: Opened,
    promoted: Collection[int],
    office: ByOffice | None,
    action: str,
    noted: Mapping[str, str],
) -> Signup:
    """Move up who can, write to everybody concerned, and note what was done."""
    day, row = opened.day, opened.row
    day.session.flush()
    rows, whys = promotion.confirm(day, tuple(promoted))
    told = office if action != ANOTHER else None
    acts = ACTORS.get(action, "office")
    why = Why(actor=acts, reason=told.reason) if told else Why(actor="person")
    telling.tell_changed(day, [row, *rows], {**whys, row.id: why})
    after = read_signups(day.session, [row.id])[row.id]
    _tell_duplicate(opened, after)
    if office is None:
        telling.tell_old_address(day, opened.before, after, opened.offer)
    note(opened, action, office.actor if office else None, noted)
    return after


def note(
    opened: Opened, action: str, by: Actor | None, noted: Mapping[str, str] | None = None
) -> None:
    """Record what is different from how the sign-up was opened, and what is ``noted`` beside."""
    opened.day.session.flush()
    after = read_signups(opened.day.session, [opened.row.id])[opened.row.id]
    entry = history.entry(action, opened.before, after, opened.offer, by)
    if noted:
        entry = replace(entry, after={**entry.after, **noted})
    audit.record(opened.day.session, entry, opened.day.moment)


def _tell_duplicate(opened: Opened, after: Signup) -> None:
    """Whoever cancels a second sign-up must not believe that the first is cancelled, too."""
    ended = [
        b.id
        for p in opened.before.people
        for b in p.bookings
        if b.is_duplicate
        and b.id not in {a.id for q in after.people for a in q.bookings if a.active}
    ]
    if ended:
        entry = wishes.entry_of(opened.before, opened.offer)
        first = find_first(opened.day, entry, own=opened.row.id)
        post_already(opened.day, after, opened.offer, first.values())


def _duplicates(
    opened: Opened, entry: Entry, office: ByOffice | None
) -> Mapping[tuple[int, int], int]:
    """Who is signed up elsewhere: what was a duplicate stays one, anybody else is refused plainly.

    Raises:
        SignUpRefused: somebody new is signed up already.
        Twice: the same, told to the office.
    """
    held = {one.booking_id for one in wishes.held(opened.before)}
    wanted = [
        (wish.person, wish.event_id)
        for wish in wishes.wishes(entry, opened.offer, opened.before)
        if wish.booking_id not in held
    ]
    first = find_first(opened.day, entry, own=opened.row.id, places=wanted)
    repeated = _repeated(opened, entry, wanted)
    if opened.row.merged_into is not None:  # whatever they are called
        first = {**repeated, **first}
    if office is None:
        for person, event_id in first:
            if (person, event_id) not in repeated:
                raise SignUpRefused(Refused("already", event_id, person))
    elif not office.others:
        same = _same(opened, entry, {place for place in wanted if place not in repeated})
        if same:
            raise Twice(same)
    return {place: booking for place, booking in first.items() if place in repeated}


def _repeated(
    opened: Opened, entry: Entry, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Those of ``wanted`` that are duplicates now, each with the booking that it repeats."""
    known = {p.id: p for p in opened.before.people}
    found = {}
    for place, event_id in wanted:
        was = known.get(entry.people[place].participant_id or 0)
        booking = was.booking(event_id) if was else None
        if booking is not None and booking.is_duplicate and booking.duplicate_of is not None:
            found[place, event_id] = booking.duplicate_of
    return found


def _same(opened: Opened, entry: Entry, new: Collection[tuple[int, int]]) -> tuple[Same, ...]:
    """Who may be signed up elsewhere of those who are new, or have another name now."""
    names = {person.id: person.name for person in opened.before.people}
    renamed = {
        (place, event_id)
        for place, one in enumerate(entry.people)
        if one.participant_id in names and names[one.participant_id] != one.name
        for event_id in one.ways
    }
    return find_same(opened.day, entry, {*new, *renamed}, own=opened.row.id)


def _gone(before: Signup, entry: Entry) -> list[int]:
    """The bookings that the entry no longer holds."""
    ways = {one.participant_id: one.ways for one in entry.people}
    return [
        booking.id
        for person in before.people
        for booking in person.bookings
        if booking.active and booking.event_id not in ways.get(person.id, {})
    ]


def _store_contact(row: Registration, entry: Entry, form_key: str) -> None:
    row.contact_name = entry.contact_name
    row.contact_organisation = entry.organisation
    row.contact_attends = entry.contact_attends
    row.email, row.email_key = entry.email, email_key(entry.email)
    row.email_may_fail = entry.email_may_fail
    row.telephone, row.note = entry.telephone, entry.note
    row.change_key = form_key


def _store_reach(row: Registration, reach: Reach) -> None:
    row.fax, row.postal_address = reach.fax, reach.postal_address


def _told(office: ByOffice | None, shown: int) -> NoticeTold:
    """What those who are put in just now are told of the privacy notice."""
    if office is None:
        return NoticeTold(version=shown)
    is_told = office.reach is not None and office.reach.told
    return NoticeTold(version=shown, by=office.actor.account_id) if is_told else NOBODY_TOLD


def _store_told(day: Day, row: Registration, told: NoticeTold) -> None:
    """Whoever of the sign-up had not been told the privacy notice has been now."""
    if not told.version:
        return
    if row.notice_version == UNTOLD:
        row.notice_version, row.told_by = told.version, told.by
        row.noticed_at = day.moment
    untold = Participant.notice_version == UNTOLD
    anew = update(Participant).where(Participant.registration_id == row.id, untold)
    day.session.execute(anew.values(**storing.notice_values(day, told)))


def everybody(entry: Entry) -> frozenset[tuple[int, int]]:
    """(place of the person, meeting id) of all: who is told otherwise that they wait."""
    return frozenset((n, event_id) for n, p in enumerate(entry.people) for event_id in p.ways)
