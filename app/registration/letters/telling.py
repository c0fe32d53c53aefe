"""Telling people what became of their sign-ups: one letter each, and older unsent ones withdrawn.

What a letter says is the difference to the last one that really went. So whatever changes twice
before the worker comes is told once, and rightly.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Text, case, cast, func, or_, select, update

from app.base.addresses import email_key
from app.events.facts import Offer
from app.mail import outbox
from app.mail.models import REPLACED, OutboxLetter
from app.registration.facts import Signup
from app.registration.letters import letters
from app.registration.letters.letters import Why
from app.registration.letters.snapshots import Snapshot, compare, take
from app.registration.locking import Day
from app.registration.models import Registration
from app.registration.queries import read_signups


def tell_changed(day: Day, rows: Sequence[Registration], whys: Mapping[int, Why]) -> None:
    """Raise the version of locked sign-ups and write to each what is new, in the same commit.

    Args:
        day: their meetings, locked.
        rows: the sign-ups, locked, with what became of them already flushed or stored.
        whys: by id of the sign-up.
    """
    if not rows:
        return
    session = day.session
    for row in rows:
        row.version += 1
    session.flush()
    ids = [row.id for row in rows]
    withdraw(day, ids, OutboxLetter.purpose.not_in(KEPT))
    before = last_told(day, ids)
    signups = read_signups(session, ids)
    made = [
        letters.told(one, day.offer(one.locale), before.get(i), whys[i], day.texts)
        for i in ids
        if (one := signups[i].without_duplicates).people
    ]
    day.post_many([letter for letter in made if letter is not None])


def tell_old_address(day: Day, before: Signup, after: Signup, offer: Offer) -> None:
    """Tell the address that a sign-up had that it is another now: it may not have been its owner.

    Args:
        day: its meetings, locked.
        before: as it was.
        after: as it is.
        offer: its meetings, in the language of the sign-up.
    """
    if before.email and email_key(before.email) != email_key(after.email):
        letter = letters.address_changed(before, after.version, offer, day.texts)
        day.post(letter)


def with_news(day: Day, rows: Sequence[Registration]) -> list[Registration]:
    """Those sign-ups whose contact does not know yet how things stand."""
    ids = [row.id for row in rows]
    before, signups = last_told(day, ids), read_signups(day.session, ids)

    def is_news(row: Registration) -> bool:
        told, one = before.get(row.id), signups[row.id].without_duplicates
        return told is None or bool(compare(told, take(one, day.offer(one.locale))))

    return [row for row in rows if is_news(row)]


def withdraw(day: Day, ids: Sequence[int], *which: ColumnElement[bool]) -> int:
    """Letters about an older state that have not gone yet never will; gives how many.

    Those of campaigns are made anew by the campaign, which knows what they say; one that is being
    sent just now goes, but is made anew where it comes back to be tried again.

    Args:
        day: the meetings, locked.
        ids: of the sign-ups, locked.
        which: of their letters.
    """
    of_campaign = OutboxLetter.campaign_id.is_not(None)
    is_sent = OutboxLetter.state == "sending"
    waiting = (
        select(OutboxLetter.id)
        .where(
            OutboxLetter.registration_id.in_(ids),
            or_(OutboxLetter.state.in_(outbox.REPLACEABLE), is_sent & of_campaign),
            *which,
        )
        .order_by(OutboxLetter.id)  # locked in this order everywhere
        .with_for_update()
    )
    withdrawn = day.session.scalars(
        update(OutboxLetter)
        .where(OutboxLetter.id.in_(waiting))
        .values(
            state=case((is_sent, "sending"), (of_campaign, "outdated"), else_="suppressed"),
            reason=case((is_sent, REPLACED), (of_campaign, ""), else_=REPLACED),
        )
        .returning(OutboxLetter.id)
    )
    return len(withdrawn.all())


def withdraw_failed(day: Day, registration_id: int) -> None:
    """What could not be sent is told anew, to another address: the next letter says all of it."""
    failed = (
        select(OutboxLetter.id)
        .where(
            OutboxLetter.registration_id == registration_id,
            OutboxLetter.state == "failed",
            tells_all(),
        )
        .order_by(OutboxLetter.id)
        .with_for_update()
    )
    day.session.execute(
        update(OutboxLetter)
        .where(OutboxLetter.id.in_(failed))
        .values(state="suppressed", reason=REPLACED)
    )


def tells_all() -> ColumnElement[bool]:
    """Whether a letter keeps what it told, so that the next one can say what is new."""
    return cast(OutboxLetter.snapshot, Text) != "null"


KEPT = ("address_changed", "already", "test", "link_again")
"""Letters that stay true whatever changes."""
NEVER_WENT = ("suppressed", "outdated")


def last_told(day: Day, ids: Sequence[int]) -> dict[int, Snapshot]:
    """What each contact was last told, by id of the sign-up: by mail, or by somebody of the office.

    A note for the telephone that was withdrawn before anybody had told it counts as little as a
    letter that was withdrawn before it went.
    """
    latest = (
        select(func.max(OutboxLetter.id))
        .where(
            OutboxLetter.registration_id.in_(ids),
            tells_all(),
            OutboxLetter.state.not_in(NEVER_WENT),
        )
        .group_by(OutboxLetter.registration_id)
    )
    query = select(OutboxLetter.registration_id, OutboxLetter.snapshot).where(
        OutboxLetter.id.in_(latest)
    )
    rows = day.session.execute(query)
    return {i: snapshot for i, snapshot in rows if i is not None and snapshot is not None}
