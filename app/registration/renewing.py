"""A new personal link in place of one that has come into wrong hands, or was lost."""

from collections.abc import Sequence

from sqlalchemy import Row, update

from app.auth import audit
from app.auth.facts import Actor
from app.base.addresses import email_key
from app.base.clock import now
from app.db import transaction
from app.mail import outbox
from app.mail.models import REPLACED, OutboxLetter
from app.registration.duplicates import find_first
from app.registration.letters import letters, telling
from app.registration.letters.letters import Why
from app.registration.links import manage_url
from app.registration.locking import Day, lock_registration
from app.registration.models import LinkRequest, Registration
from app.registration.queries import read_signups
from app.registration.service import post_already
from app.registration.wishes import entry_of

WITH_LINK = ("already", "link_again")
"""Letters that nothing else withdraws, and that carry the old link."""


def renew_link(registration_id: int, seen: int, by: Actor) -> None:
    """End the link of a sign-up and send its contact a new one, in one commit.

    Letters with the old link that have not gone yet never will. Whoever has only what they are
    signed up for elsewhere gets that letter again, since their own link must tell nobody more.
    So does whoever is to be told that this sign-up is their first.

    Args:
        registration_id: whose.
        seen: the link version that was to be ended; a later one is left as it is.
        by: who of the office acts.

    Raises:
        NotFound: there is no such sign-up.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day, row = lock_registration(session, registration_id, now())
        if row.link_version != seen:
            return
        row.link_version += 1
        telling.withdraw(day, [registration_id], OutboxLetter.purpose.in_(WITH_LINK))
        telling.tell_changed(day, [row], {row.id: Why(actor="link")})
        _tell_duplicate(day, row)
        _tell_again_of_first(day, row, seen)
        _ask_again(day, row, seen)
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action="registration.link_renewed",
            subject="registration",
            subject_id=registration_id,
        )
        audit.record(session, entry, day.moment)


def _tell_duplicate(day: Day, row: Registration) -> None:
    signup = read_signups(day.session, [row.id])[row.id]
    if any(b.is_duplicate for person in signup.people for b in person.bookings):
        offer = day.offer(row.locale)
        first = find_first(day, entry_of(signup, offer), own=row.id)
        post_already(day, signup, offer, first.values())


def _tell_again_of_first(day: Day, row: Registration, seen: int) -> None:
    """Letters to second sign-ups that name ``row`` as the first, made again with its new link."""
    withdrawn = _withdraw(day, "already", manage_url(row.id, seen))
    seconds = sorted(i for one in withdrawn if (i := one.registration_id) is not None)
    signups = read_signups(day.session, [row.id, *seconds])
    made = [
        letters.already(one, signups[row.id], day.offer(one.locale), day.texts)
        for i in seconds
        if (one := signups.get(i)) is not None
    ]
    day.post_many(made)


def _ask_again(day: Day, row: Registration, seen: int) -> None:
    """Letters that name several sign-ups of an address, ``row`` among them: asked for once more."""
    for one in _withdraw(day, "link_again", manage_url(row.id, seen)):
        day.session.put(
            LinkRequest(
                email=one.to_address,
                email_key=email_key(one.to_address),
                locale=one.locale,
                created_at=day.moment,
            )
        )


def _withdraw(day: Day, purpose: str, link: str) -> Sequence[Row[int | None, str, str]]:
    """Unsent letters of this purpose that hold ``link`` never go; whose they are."""
    return day.session.execute(
        update(OutboxLetter)
        .where(
            OutboxLetter.purpose == purpose,
            OutboxLetter.state.in_(outbox.REPLACEABLE),
            OutboxLetter.body.contains(link, autoescape=True),
        )
        .values(state="suppressed", reason=REPLACED)
        .returning(OutboxLetter.registration_id, OutboxLetter.to_address, OutboxLetter.locale)
    ).all()
