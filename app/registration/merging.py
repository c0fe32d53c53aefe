"""Two sign-ups of the same people made one: nobody loses a place, the other's number leads on."""

from dataclasses import replace

from sqlalchemy import select, update

from app.auth import audit
from app.base.addresses import email_key
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, Conflict, NotFound
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.facts import Offer
from app.registration import history, promotion, storing, unions, wishes
from app.registration.arranged import keeping
from app.registration.attendance import came
from app.registration.facts import UNTOLD, ByOffice, Seen, Signup
from app.registration.letters import letters, telling
from app.registration.letters.letters import Why
from app.registration.locking import Day, lock_registration, read_queues
from app.registration.models import LIVE, Answer, Booking, Participant, Registration
from app.registration.queries import read_signups
from app.registration.rules import Plan, Refused
from app.registration.service import SignUpRefused
from app.registration.unions import Union

MERGED = "registration.merged"


class NotTogether(Conflict):
    """Of different days, cancelled or part of another already, or somebody has come by it."""


def merge(first: Seen, second: Seen, form_key: str, *, office: ByOffice) -> Signup:
    """Make ``second`` part of ``first`` as ``unions.unite`` says; gives the first as it is then.

    Whoever has a place or a turn in either keeps it. The second keeps its number and people as
    duplicates that hold nothing; its link ends, and its contact is told the first's number.

    Raises:
        NotFound: there is no such sign-up.
        NotTogether: see there.
        ChangedMeanwhile: one of them is no longer as it was shown.
        SignUpRefused: together they would need more than there is, such as seats for helpers.
        Busy: nothing was stored.
    """
    with transaction() as session:
        day, _row = lock_registration(session, first.registration_id, now())
        ids = sorted({first.registration_id, second.registration_id})
        rows = {one.id: one for one in lock(session, {Registration: ids})[Registration]}
        signups = read_signups(session, ids)
        if not rows.keys() >= {*ids}:
            raise NotFound("registration")
        kept, gone = rows[first.registration_id], rows[second.registration_id]
        if kept.change_key == form_key:
            return signups[kept.id]
        before, other = signups[kept.id], signups[gone.id]
        check_together(before, other)
        _refuse_who_came(session, gone.id)
        for row, seen in ((kept, first), (gone, second)):
            if (row.link_version, row.version) != (seen.link_version, seen.version):
                raise ChangedMeanwhile("version")
        return _merge(day, (kept, gone), (before, other), form_key, office)


def check_together(first: Signup, second: Signup) -> None:
    """Raise NotTogether where two sign-ups cannot become one."""
    same_day = first.series_id == second.series_id
    apart = first.registration_id != second.registration_id
    whole = first.active and second.active
    if not (same_day and apart and whole) or first.merged_into or second.merged_into:
        raise NotTogether("not_together")


def _merge(
    day: Day,
    rows: tuple[Registration, Registration],
    signups: tuple[Signup, Signup],
    form_key: str,
    office: ByOffice,
) -> Signup:
    (kept, gone), (before, other) = rows, signups
    offer = day.offer(kept.locale)
    union = unions.unite(before, other, offer)
    entry, planned = union.entry, _plan(day, union)
    wished = keeping.read(day.session, kept.id)
    day.session.execute(update(Answer).where(Answer.registration_id == gone.id).values(held=False))
    to = storing.store_people(day, kept, entry, before)
    _keep_notices(day, to, union, other)
    storing.store_bookings(to, planned.outcomes, {})
    storing.store_answers(to, offer, planned.outcomes)
    _lead_on(day, to, union, other)
    _store_contact(kept, union, form_key)
    gone.merged_into, gone.link_version = kept.id, gone.link_version + 1
    if storing.arrangements(entry, offer) != storing.arrangements(
        wishes.entry_of(before, offer), offer
    ):
        keeping.renew(day.session, kept, wished)
    return _conclude(day, rows, signups, planned, office)


def _plan(day: Day, union: Union) -> Plan:
    planned = unions.plan_of(
        union, day.offer(union.entry.locale), day.meetings(union.entry.locale), day.moment
    )
    if isinstance(planned, Refused):
        raise SignUpRefused(planned)
    return planned


def preview(first: Signup, second: Signup, offer: Offer) -> tuple[Union, Plan | Refused]:
    """What would come of it now, read without a lock.

    Raises:
        NotTogether: they cannot become one.
    """
    check_together(first, second)
    union = unions.unite(first, second, offer)
    every = wishes.meetings(offer, read_queues(db.session(), offer))
    return union, unions.plan_of(union, offer, every, now())


def _refuse_who_came(session: WriteSession, registration_id: int) -> None:
    """What was written down at the door is about the booking of one sign-up."""
    query = (
        select(Booking.id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Participant.registration_id == registration_id, came())
    )
    if session.scalars(query).first() is not None:
        raise NotTogether("has_come")


def _keep_notices(day: Day, to: storing.Stored, union: Union, other: Signup) -> None:
    """Whoever comes from the second was told the privacy notice there, and counts so in the first.

    So does whoever is in both and was told it in the second alone.
    """
    stored = dict(zip((one.participant_id for one in to.entry.people), to.people, strict=True))
    for one in other.coming:
        mine = stored.get(union.partners.get(one.id, one.id))
        if mine is not None and one.notice_version != UNTOLD:
            untold = Participant.notice_version == UNTOLD
            values = {
                "notice_version": one.notice_version,
                "told_by": one.told_by,
                "noticed_at": one.noticed_at,
            }
            anew = update(Participant).where(Participant.id == mine, untold)
            day.session.execute(anew.values(**values))


def _lead_on(day: Day, to: storing.Stored, union: Union, other: Signup) -> None:
    """Let the second's bookings repeat the first's; turns and reasons go along to the first's."""
    rows = {
        (one.participant_id, one.event_id): one
        for one in day.session.scalars(select(Booking).where(Booking.participant_id.in_(to.people)))
    }
    stored = dict(zip((one.participant_id for one in to.entry.people), to.people, strict=True))
    chosen = {b.id for person in union.both.people for b in person.bookings}
    theirs = {b.id: p.id for p in other.coming for b in p.bookings if b.active}
    for old in day.session.scalars(
        select(Booking).where(Booking.id.in_(theirs)).order_by(Booking.id)
    ):
        person = theirs[old.id]
        kept = rows.get((stored.get(union.partners.get(person, person)) or 0, old.event_id))
        if kept is None or kept.state not in LIVE:
            continue
        if old.id in chosen:
            kept.beyond = kept.beyond or old.beyond
            kept.queued_at = old.queued_at if kept.state == "waiting" else None
        old.state, old.duplicate_of, old.beyond = "duplicate", kept.id, ""
        old.queued_at = kept.queued_at
    day.session.flush()


def _store_contact(row: Registration, union: Union, form_key: str) -> None:
    one = union.contact
    row.contact_organisation = one.organisation
    row.email, row.email_key = one.email, email_key(one.email)
    row.email_may_fail, row.telephone, row.note = one.email_may_fail, one.telephone, one.note
    row.fax, row.postal_address = one.fax, one.postal_address
    row.change_key = form_key


def _conclude(
    day: Day,
    rows: tuple[Registration, Registration],
    signups: tuple[Signup, Signup],
    planned: Plan,
    office: ByOffice,
) -> Signup:
    """Move up who can, write to both contacts, and note what was done."""
    (kept, gone), (before, other) = rows, signups
    day.session.flush()
    moved, whys = promotion.confirm(day, planned.promoted)
    telling.withdraw(day, [gone.id])
    gone.version += 1
    why = Why(actor="office", reason=office.reason)
    telling.tell_changed(day, [kept, *moved], {**whys, kept.id: why})
    both = read_signups(day.session, [kept.id, gone.id])
    after, ended = both[kept.id], both[gone.id]
    offer = day.offer(gone.locale)
    day.post(letters.already(ended, after, offer, day.texts))
    done = history.entry(MERGED, before, after, day.offer(kept.locale), office.actor)
    to_first = {"merged_into": before.number}
    entries = [
        replace(done, after={**done.after, "merged": other.number}),
        replace(done, subject_id=gone.id, before={}, after=to_first),
    ]
    audit.record_many(day.session, entries, day.moment)
    return after
