"""Letting people come who asked to, or telling them that they cannot: for the office to say."""

from collections.abc import Callable, Collection
from dataclasses import replace

from app.base.clock import now
from app.db import transaction
from app.registration import wishes
from app.registration.facts import ByOffice, Entry, Seen, Signup
from app.registration.locking import lock_registration
from app.registration.opened import (
    APPROVED,
    DECLINED,
    Opened,
    apply,
    check_version,
    everybody,
    open_signup,
)


def approve(  # noqa: PLR0913  # whose, as it was seen, and what of it
    registration_id: int,
    link_version: int,
    version: int,
    booking_ids: Collection[int],
    form_key: str,
    *,
    office: ByOffice,
) -> Signup:
    """Let people come who asked to: they get a place, else join the queue, by the usual rules.

    What is no request any more is left as it is.

    Raises:
        SignUpRefused: there is neither a place nor a queue, or a choice of theirs is used up.
        NotFound, Gone, ChangedMeanwhile, Busy: as in ``change``.
    """
    seen = Seen(registration_id, link_version, version)
    return _decide(seen, booking_ids, form_key, office, (APPROVED, _admitting))


def decline(  # noqa: PLR0913  # whose, as it was seen, and what of it
    registration_id: int,
    link_version: int,
    version: int,
    booking_ids: Collection[int],
    form_key: str,
    *,
    office: ByOffice,
) -> Signup:
    """Tell people who asked to come that they cannot; what is no request any more is left.

    Raises:
        NotFound, Gone, ChangedMeanwhile, SignUpRefused, Busy: as in ``change``.
    """
    seen = Seen(registration_id, link_version, version)
    return _decide(seen, booking_ids, form_key, office, (DECLINED, _without))


def _decide(
    seen: Seen,
    booking_ids: Collection[int],
    form_key: str,
    office: ByOffice,
    how: tuple[str, Callable[[Opened, frozenset[int]], Entry]],
) -> Signup:
    """Decide about those who still ask; ``how``: the action, and what the sign-up is then."""
    action, entry = how
    with transaction() as session:
        day = lock_registration(session, seen.registration_id, now())
        opened = open_signup(day, seen.link_version)
        asking = _asking(opened, booking_ids, form_key)
        if not asking:
            return opened.before
        check_version(opened, seen.version)
        return apply(opened, entry(opened, asking), form_key, office, action)


def _admitting(opened: Opened, asking: frozenset[int]) -> Entry:
    entry = wishes.entry_of(opened.before, opened.offer)
    return replace(entry, seen_waiting=everybody(entry), admitted=asking)


def _without(opened: Opened, asking: frozenset[int]) -> Entry:
    return wishes.entry_of(opened.before, opened.offer, asking)


def _asking(opened: Opened, booking_ids: Collection[int], form_key: str) -> frozenset[int]:
    """Those of the bookings that are to be decided still; none where this page has decided."""
    if opened.row.change_key == form_key:
        return frozenset()
    every = (b for p in opened.before.people for b in p.bookings if b.is_asking)
    return frozenset(one.id for one in every if one.id in booking_ids)
