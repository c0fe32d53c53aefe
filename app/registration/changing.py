"""Changing and cancelling a sign-up, by its link or by the office: one way for all of it."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from app.auth.facts import Actor
from app.base.addresses import email_key
from app.base.clock import now
from app.db import transaction
from app.db.session import WriteSession
from app.events.facts import Offer
from app.registration import storing, wishes
from app.registration.contact import Contact, contact_of
from app.registration.facts import UNTOLD, ByOffice, Entry, Seen, Signup
from app.registration.letters import telling
from app.registration.locking import lock_registration
from app.registration.opened import (
    ANOTHER,
    NOT_COMING,
    ChangedMeanwhile,
    apply,
    check_version,
    everybody,
    note,
    open_signup,
)
from app.registration.queries import read_signups

__all__ = ["ByOffice", "ChangedMeanwhile", "become_another", "cancel", "change", "rewrite"]


def change(  # noqa: PLR0913  # whose, as it was seen, and what it is to be
    registration_id: int,
    link_version: int,
    version: int,
    entry: Entry,
    form_key: str,
    *,
    office: ByOffice | None = None,
    shown: int = UNTOLD,
) -> Signup:
    """Make a sign-up what ``entry`` says, by the same rules as signing up.

    ``shown``: the version of the privacy notice on the page, for those who are put in by it.

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
        opened = open_signup(lock_registration(session, registration_id, now()), link_version)
        if opened.row.change_key == form_key:
            return opened.before
        check_version(opened, version)
        if office is None and not opened.before.active:
            raise ChangedMeanwhile("cancelled")
        # Whoever changes a sign-up after "I cannot come" has thought better of it.
        if opened.row.coming == "no":
            opened.row.coming, opened.row.coming_at = "", None
        return apply(opened, entry, form_key, office, "registration.changed", shown=shown)


def cancel(  # noqa: PLR0913  # whose, as it was seen, and what of it
    registration_id: int,
    link_version: int,
    version: int,
    booking_ids: Collection[int],
    form_key: str,
    *,
    office: ByOffice | None = None,
    answer: bool = False,
    erased: bool = False,
) -> Signup:
    """Cancel some or all bookings of a sign-up; who waits leaves the queue.

    ``answer``: it is the answer to whether they still come, and is kept as one. ``erased``: also
    where the contact is erased, before the rest of the sign-up is.

    Raises:
        NotFound, Gone, ChangedMeanwhile, SignUpRefused, Busy: as in ``change``.
    """
    with transaction() as session:
        locked = lock_registration(session, registration_id, now())
        opened = open_signup(locked, link_version, erased=erased)
        if opened.row.change_key == form_key:
            return opened.before
        check_version(opened, version)
        rest = wishes.entry_of(opened.before, opened.offer, booking_ids)
        if answer:
            opened.row.coming, opened.row.coming_at = "no", opened.day.moment
        action = NOT_COMING if answer else "registration.cancelled"
        return apply(opened, rest, form_key, office, action)


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
        opened = open_signup(locked, locked[1].link_version)
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
            note(opened, "registration.contact_changed", by)
            return True
        if wanted.email and wanted.email != known.email:
            telling.withdraw_failed(opened.day, row.id)
        entry = replace(wishes.entry_of(opened.before, opened.offer), **wanted.letters)
        key = secrets.token_hex(16)
        apply(opened, entry, key, ByOffice(actor=by), "registration.contact_changed")
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
        opened = open_signup(lock_registration(session, registration_id, now()), link_version)
        if opened.row.change_key == form_key:
            return opened.before
        check_version(opened, version)
        entry = wishes.by_way(wishes.entry_of(opened.before, opened.offer), opened.before, ways)
        return apply(opened, entry, form_key, office, "registration.changed")


def become_another(
    registration_id: int, link_version: int, form_key: str, *, office: ByOffice | None = None
) -> Signup:
    """Take a duplicate for what it says it is: another person of the same name.

    The letter is the ordinary one, also where the office has found out: it is their first.

    Raises:
        NotFound, Gone, SignUpRefused, Busy: as in ``change``.
    """
    with transaction() as session:
        opened = open_signup(lock_registration(session, registration_id, now()), link_version)
        duplicates = [b for p in opened.before.people for b in p.bookings if b.is_duplicate]
        if not duplicates:
            return opened.before
        entry = wishes.entry_of(opened.before, opened.offer)
        entry = replace(entry, seen_waiting=everybody(entry))
        storing.cancel_bookings(opened.day, [one.id for one in duplicates])
        before = read_signups(opened.day.session, [registration_id])[registration_id]
        opened = replace(opened, before=before)
        opened.row.merged_into = None
        return apply(opened, entry, form_key, office, ANOTHER, others=True)


def rewrite(
    seen: Seen,
    make: Callable[[WriteSession, Signup, Offer], tuple[Entry, Mapping[str, str]]],
    form_key: str,
    action: str,
    *,
    office: ByOffice,
) -> Signup:
    """Change a sign-up into what ``make`` makes of it under the lock; ``action``: for the log.

    With the entry ``make`` gives what the log says beside the changes.

    Raises:
        NotFound, Gone, ChangedMeanwhile, SignUpRefused, Twice, Busy: as in ``change``, and whatever
            ``make`` raises.
    """
    with transaction() as session:
        opened = open_signup(
            lock_registration(session, seen.registration_id, now()), seen.link_version
        )
        if opened.row.change_key == form_key:
            return opened.before
        check_version(opened, seen.version)
        entry, noted = make(session, opened.before, opened.offer)
        return apply(opened, entry, form_key, office, action, noted=noted)
