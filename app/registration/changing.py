"""Changing and cancelling a sign-up, by its link or by the office: one way for all of it."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from app.auth import audit
from app.auth.facts import Actor
from app.base.addresses import email_key
from app.base.clock import now
from app.base.errors import Conflict, Gone
from app.db import transaction
from app.db.session import WriteSession
from app.events.facts import Offer
from app.registration import history, promotion, settled, storing, wishes
from app.registration.contact import Contact, contact_of
from app.registration.duplicates import Same, Twice, find_first, find_same
from app.registration.facts import UNTOLD, ByOffice, Entry, Seen, Signup
from app.registration.letters import telling
from app.registration.letters.letters import Why
from app.registration.locking import Day, lock_registration
from app.registration.models import Registration
from app.registration.privacy.queries import current_number
from app.registration.queries import read_signups
from app.registration.rules import Refused
from app.registration.service import NOBODY, SignUpRefused, decide, post_already

__all__ = ["ByOffice", "ChangedMeanwhile", "become_another", "cancel", "change", "rewrite"]

ANOTHER = "registration.another"
NOT_COMING = "registration.not_coming"


class ChangedMeanwhile(Conflict):
    """The sign-up is no longer as it was shown: another window, the office or the waiting list."""


@dataclass(frozen=True)
class _Open:
    """A sign-up under the lock, as it is before the change."""

    day: Day
    row: Registration
    offer: Offer
    before: Signup


def change(  # noqa: PLR0913  # whose, as it was seen, and what it is to be
    registration_id: int,
    link_version: int,
    version: int,
    entry: Entry,
    form_key: str,
    *,
    office: ByOffice | None = None,
) -> Signup:
    """Make a sign-up what ``entry`` says, by the same rules as signing up.

    What can no longer be changed stays as it is, whatever the entry says. What was wholly cancelled
    is signed up for anew: only the office brings it back. The same form key twice
    changes nothing more.

    Raises:
        NotFound: there is no such sign-up.
        Gone: the link is no longer good.
        ChangedMeanwhile: it has another version than ``version``, or is cancelled.
        SignUpRefused, WouldWait: as in signing up; ``already`` for somebody who is signed up.
        Twice: the same, told to the office.
        Busy: nothing was stored.
    """
    with transaction() as session:
        opened = _open(lock_registration(session, registration_id, now()), link_version)
        if opened.row.change_key == form_key:
            return opened.before
        _check_version(opened, version)
        if office is None and not opened.before.active:
            raise ChangedMeanwhile("cancelled")
        # Whoever changes a sign-up after "I cannot come" has thought better of it.
        if opened.row.coming == "no":
            opened.row.coming, opened.row.coming_at = "", None
        return _apply(opened, entry, form_key, office, "registration.changed")


def cancel(  # noqa: PLR0913  # whose, as it was seen, and what of it
    registration_id: int,
    link_version: int,
    version: int,
    booking_ids: Collection[int],
    form_key: str,
    *,
    office: ByOffice | None = None,
    answer: bool = False,
) -> Signup:
    """Cancel some or all bookings of a sign-up; who waits leaves the queue.

    ``answer``: it is the answer to whether they still come, and is kept as one.

    Raises:
        NotFound, Gone, ChangedMeanwhile, SignUpRefused, Busy: as in ``change``.
    """
    with transaction() as session:
        opened = _open(lock_registration(session, registration_id, now()), link_version)
        if opened.row.change_key == form_key:
            return opened.before
        _check_version(opened, version)
        rest = wishes.entry_of(opened.before, opened.offer, booking_ids)
        if answer:
            opened.row.coming, opened.row.coming_at = "no", opened.day.moment
        action = NOT_COMING if answer else "registration.cancelled"
        return _apply(opened, rest, form_key, office, action)


def change_contact(registration_id: int, wanted: Contact, seen: Contact, by: Actor) -> bool:
    """Reach a sign-up otherwise: the office has been told, or has found out.

    A new address or telephone is a change like any other, told by a letter to the new address; what
    waits to be told follows. Fax number and postal address are for the office's own use.

    Args:
        registration_id: which sign-up.
        wanted: its contact as it is to be.
        seen: its contact as the form showed it.
        by: who changes it.

    Returns:
        False where it was so already.

    Raises:
        NotFound: there is no such sign-up.
        ChangedMeanwhile: the contact is not the one that was seen.
        Busy: nothing was stored.
    """
    with transaction() as session:
        locked = lock_registration(session, registration_id, now())
        opened = _open(locked, locked[1].link_version)
        known = contact_of(opened.before)
        if known == wanted:
            return False
        if known != seen:
            raise ChangedMeanwhile("contact")
        row = opened.row
        row.fax, row.postal_address = wanted.fax, wanted.postal_address
        if wanted.letters == known.letters or not opened.before.active:
            row.email, row.email_key = wanted.email, email_key(wanted.email)
            row.email_may_fail, row.telephone = wanted.email_may_fail, wanted.telephone
            _note(opened, "registration.contact_changed", by)
            return True
        if wanted.email and wanted.email != known.email:
            telling.withdraw_failed(opened.day, row.id)
        entry = replace(wishes.entry_of(opened.before, opened.offer), **wanted.letters)
        key = secrets.token_hex(16)
        _apply(opened, entry, key, ByOffice(actor=by), "registration.contact_changed")
        return True


def move(  # noqa: PLR0913  # whose, as it was seen, and what of it
    registration_id: int,
    link_version: int,
    version: int,
    ways: Mapping[int, str],
    form_key: str,
    *,
    office: ByOffice,
) -> Signup:
    """Let bookings (id → way) take part by another way, where that has a place for them.

    Whoever waits keeps their turn unless they get a place: nobody is put at the end of another
    queue by it.

    Raises:
        WouldWait: there is no place by that way for somebody who waits.
        NotFound, Gone, ChangedMeanwhile, SignUpRefused, Busy: as in ``change``.
    """
    with transaction() as session:
        opened = _open(lock_registration(session, registration_id, now()), link_version)
        if opened.row.change_key == form_key:
            return opened.before
        _check_version(opened, version)
        entry = wishes.by_way(wishes.entry_of(opened.before, opened.offer), opened.before, ways)
        return _apply(opened, entry, form_key, office, "registration.changed")


def become_another(
    registration_id: int, link_version: int, form_key: str, *, office: ByOffice | None = None
) -> Signup:
    """Take a duplicate for what it says it is: another person of the same name.

    The letter is the ordinary one, also where the office has found out: it is their first.

    Raises:
        NotFound, Gone, SignUpRefused, Busy: as in ``change``.
    """
    with transaction() as session:
        opened = _open(lock_registration(session, registration_id, now()), link_version)
        duplicates = [b for p in opened.before.people for b in p.bookings if b.is_duplicate]
        if not duplicates:
            return opened.before
        entry = wishes.entry_of(opened.before, opened.offer)
        entry = replace(entry, seen_waiting=_everybody(entry))
        storing.cancel_bookings(opened.day, [one.id for one in duplicates])
        before = read_signups(opened.day.session, [registration_id])[registration_id]
        opened = replace(opened, before=before)
        opened.row.merged_into = None
        return _apply(opened, entry, form_key, office, ANOTHER, others=True)


def rewrite(
    seen: Seen,
    make: Callable[[WriteSession, Signup, Offer], Entry],
    form_key: str,
    action: str,
    *,
    office: ByOffice,
) -> Signup:
    """Change a sign-up into what ``make`` makes of it under the lock; ``action``: for the log.

    Raises:
        NotFound, Gone, ChangedMeanwhile, SignUpRefused, Twice, Busy: as in ``change``, and whatever
            ``make`` raises.
    """
    with transaction() as session:
        opened = _open(lock_registration(session, seen.registration_id, now()), seen.link_version)
        if opened.row.change_key == form_key:
            return opened.before
        _check_version(opened, seen.version)
        entry = make(session, opened.before, opened.offer)
        return _apply(opened, entry, form_key, office, action)


def _everybody(entry: Entry) -> frozenset[tuple[int, int]]:
    return frozenset((n, event_id) for n, p in enumerate(entry.people) for event_id in p.ways)


def _open(locked: tuple[Day, Registration], link_version: int) -> _Open:
    day, row = locked
    if row.link_version != link_version or row.erased:
        raise Gone("link")
    before = read_signups(day.session, [row.id])[row.id]
    return _Open(day, row, day.offer(row.locale), before)


def _check_version(opened: _Open, version: int) -> None:
    if opened.row.version != version:
        raise ChangedMeanwhile("version")


def _apply(  # noqa: PLR0913  # one change, whoever makes it
    opened: _Open,
    entry: Entry,
    form_key: str,
    office: ByOffice | None,
    action: str,
    *,
    others: bool = False,
) -> Signup:
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
    gone = _gone(before, entry)
    storing.cancel_bookings(day, gone)
    to = storing.store_people(day, row, entry, before)
    storing.store_bookings(to, planned.outcomes, first, beyond=beyond.reason)
    storing.store_answers(to, offer, planned.outcomes)
    _store_contact(row, entry, form_key)
    if office is not None and office.reach is not None:
        _store_reach(day, row, office)
    if arranged:
        row.arranged_version = row.version + 1
    given = any(one.beyond for one in planned.outcomes)
    return _conclude(opened, planned.promoted, office, action, beyond.reason if given else "")


def _conclude(
    opened: _Open, promoted: Collection[int], office: ByOffice | None, action: str, beyond: str
) -> Signup:
    """Move up who can, write to everybody concerned, and note what was done."""
    day, row = opened.day, opened.row
    day.session.flush()
    rows, whys = promotion.confirm(day, tuple(promoted))
    told = office if action != ANOTHER else None
    why = Why(actor="office", reason=told.reason) if told else Why(actor="person")
    telling.tell_changed(day, [row, *rows], {**whys, row.id: why})
    after = read_signups(day.session, [row.id])[row.id]
    _tell_duplicate(opened, after)
    if office is None:
        telling.tell_old_address(day, opened.before, after, opened.offer)
    _note(opened, action, office.actor if office else None, beyond)
    return after


def _note(opened: _Open, action: str, by: Actor | None, beyond: str = "") -> None:
    """Record what is different from how the sign-up was opened, and why beyond the places."""
    opened.day.session.flush()
    after = read_signups(opened.day.session, [opened.row.id])[opened.row.id]
    entry = history.entry(action, opened.before, after, opened.offer, by)
    if beyond:
        entry = replace(entry, after={**entry.after, "beyond": beyond})
    audit.record(opened.day.session, entry, opened.day.moment)


def _tell_duplicate(opened: _Open, after: Signup) -> None:
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
    opened: _Open, entry: Entry, office: ByOffice | None
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
    opened: _Open, entry: Entry, wanted: Collection[tuple[int, int]]
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


def _same(opened: _Open, entry: Entry, new: Collection[tuple[int, int]]) -> tuple[Same, ...]:
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


def _store_reach(day: Day, row: Registration, office: ByOffice) -> None:
    reach = office.reach
    assert reach is not None  # noqa: S101  # asked by the caller
    row.fax, row.postal_address = reach.fax, reach.postal_address
    if reach.told and row.told_by is None and row.notice_version == UNTOLD:
        row.notice_version = current_number(day.session, day.series_id)
        row.told_by = office.actor.account_id
