"""Signing up: one transaction, one lock, one decision, and the letter in the same commit."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import bindparam, func, select

from app.auth import audit
from app.base.addresses import email_key
from app.base.clock import now
from app.base.errors import Conflict
from app.db import transaction
from app.events.facts import Offer
from app.registration import storing, wishes
from app.registration.duplicates import Twice, find_first, find_same, registrations_of
from app.registration.facts import (
    UNTOLD,
    Beyond,
    BookingView,
    Entry,
    NoticeTold,
    PersonView,
    Receipt,
    SignUp,
    Signup,
)
from app.registration.letters import letters
from app.registration.letters.letters import Why
from app.registration.locking import Day, let_in, lock_slug
from app.registration.models import Booking, Registration
from app.registration.placing import plan
from app.registration.queries import answer_view, read_signups, signup_view
from app.registration.rules import Outcome, Plan, Refused, check_picks, show_number

# Statements are built once: building one takes longer than running it.
_EARLIER_AND_HIGHEST = (
    select(
        select(func.coalesce(func.max(Registration.number), 0))
        .where(Registration.series_id == bindparam("series_id"))
        .scalar_subquery()
        .label("highest"),
        Registration,
    )
    .select_from(select(1).subquery())
    .outerjoin(Registration, Registration.form_key == bindparam("form_key"))
)

NOBODY = Beyond()
"""Nobody gets a place that there is not."""


class SignUpRefused(Conflict):
    """It cannot be done; ``refused`` says why, and about which meeting and person."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


class WouldWait(Conflict):
    """Somebody would have to wait who was not told so before; nothing was stored."""

    def __init__(self, outcomes: tuple[Outcome, ...]) -> None:
        super().__init__("would_wait")
        self.outcomes = outcomes


class FormUsed(Conflict):
    """The same screen was sent before with other content."""


def sign_up(command: SignUp) -> Receipt:
    """Sign people up for the meetings of a day and post the letter.

    The same form key with the same content gives the first receipt again. Who telephones the office
    is signed up by the same rules, whatever the window says, and beyond the places for a reason.

    Raises:
        NotFound: no such meeting.
        SignUpRefused: closed, full, cancelled, a choice used up and so on.
        WouldWait: somebody would wait whom the check page did not show waiting.
        Twice: only where the office acts: somebody may be signed up already.
        FormUsed: the form key was used with other content.
        Busy: nothing was stored, try again.
    """
    moment = now()
    with transaction() as session:
        day = lock_slug(session, command.slug, moment)
        given = {"form_key": command.form_key, "series_id": day.series_id}
        row = session.execute(_EARLIER_AND_HIGHEST, given).one()
        if row.Registration is not None:
            return _again(command, row.Registration, day)
        let_in(day, command.invitation_id)
        registration = _register(day, command, row.highest + 1)
        return _receipt(registration, day, created=True)


def _people(
    to: storing.Stored,
    outcomes: Sequence[Outcome],
    bookings: Sequence[Booking],
    told: NoticeTold,
) -> Iterator[PersonView]:
    """The people of a new sign-up as they were just stored, without reading them again."""
    made: dict[int, list[BookingView]] = {}
    for outcome, booking in zip(outcomes, bookings, strict=True):
        view = BookingView(
            id=booking.id,
            event_id=booking.event_id,
            way=booking.way,
            state=outcome.state,
            seats=booking.seats,
            position=outcome.position,
            is_duplicate=outcome.wish.duplicate,
        )
        made.setdefault(outcome.wish.person, []).append(view)
    for place, (person, person_id) in enumerate(zip(to.entry.people, to.people, strict=True)):
        yield PersonView(
            id=person_id,
            name=person.name,
            reading=person.reading,
            organisation=person.organisation,
            role=person.role,
            standing=person.standing,
            **storing.notice_values(to.day, told),
            bookings=tuple(made.get(place, ())),
        )


def _again(command: SignUp, earlier: Registration, day: Day) -> Receipt:
    if earlier.form_digest != command.form_digest:
        raise FormUsed("form_used")
    return _receipt(earlier, day, created=False)


def _register(day: Day, command: SignUp, number: int) -> Registration:
    offer = day.offer(command.entry.locale)
    entry = wishes.only_asked(command.entry, offer)
    office = command.office
    first = {} if office else find_first(day, entry)
    beyond = office.beyond if office else NOBODY
    if office is not None and not office.others:
        _refuse_twice(day, entry)
    planned = decide(day, entry, None, first, by_office=office is not None, beyond=beyond)
    registration = _row(day, command, entry, offer, number)
    day.session.put(registration)
    told = NoticeTold(version=registration.notice_version, by=registration.told_by)
    to = storing.store_people(day, registration, entry, None, told)
    bookings = storing.store_bookings(
        to, planned.outcomes, first, is_new=True, beyond=beyond.reason
    )
    answers = storing.store_answers(to, offer, planned.outcomes, is_new=True)
    signup = signup_view(
        registration,
        day.number_letter,
        tuple(_people(to, planned.outcomes, bookings, told)),
        tuple(answer_view(answer) for answer in answers),
    )
    _post(day, signup, offer, first)
    audit.record(day.session, _created(command, registration.id, planned), day.moment)
    return registration


def _refuse_twice(day: Day, entry: Entry) -> None:
    places = {(n, event) for n, one in enumerate(entry.people) for event in one.ways}
    same = find_same(day, entry, places)
    if same:
        raise Twice(same)


def _created(command: SignUp, registration_id: int, planned: Plan) -> audit.Entry:
    office = command.office
    after = {"channel": command.channel} if office else {}
    if office and office.reach and office.reach.told:
        after["told"] = "yes"
    if office and any(one.beyond for one in planned.outcomes):
        after["beyond"] = office.beyond.reason
    return audit.Entry(
        actor=audit.ACCOUNT if office else audit.VISITOR,
        account_id=office.actor.account_id if office else None,
        action="registration.entered" if office else "registration.created",
        subject="registration",
        subject_id=registration_id,
        after=after,
    )


def decide(  # noqa: PLR0913  # what is asked for, and by whom
    day: Day,
    entry: Entry,
    signup: Signup | None,
    duplicates: Collection[tuple[int, int]],
    *,
    by_office: bool = False,
    beyond: Beyond = NOBODY,
) -> Plan:
    """What becomes of an entry, under the lock.

    Raises:
        SignUpRefused: it cannot be done.
        WouldWait: somebody would wait who was not told so.
    """
    offer = day.offer(entry.locale)
    wanted = wishes.wishes(entry, offer, signup, duplicates, beyond.places)
    every = day.meetings(entry.locale)
    planned = plan(every, wishes.held(signup), wanted, day.moment, by_office=by_office)
    if isinstance(planned, Refused):
        raise SignUpRefused(planned)
    if not by_office:
        _check_invited(day, planned)
    picks = tuple(wishes.picks(entry, offer, planned.outcomes, signup))
    refused = check_picks(picks, wishes.choices_left(offer, signup))
    if refused is not None:
        raise SignUpRefused(refused)
    for outcome in planned.outcomes:
        place = (outcome.wish.person, outcome.wish.event_id)
        if outcome.requeued and place not in entry.seen_waiting:
            raise WouldWait(planned.outcomes)
    return planned


def _check_invited(day: Day, planned: Plan) -> None:
    """A link is good for so many people; those who have come by it already are not sent away."""
    for event_id, left in day.invited.items():
        here = [one.wish for one in planned.outcomes if one.wish.event_id == event_id]
        anew = any(one.booking_id is None and not one.duplicate for one in here)
        if left is not None and anew and len(here) > left:
            raise SignUpRefused(Refused("invitation_used", event_id))


def _row(day: Day, command: SignUp, entry: Entry, offer: Offer, number: int) -> Registration:
    by = command.office.actor.account_id if command.office else None
    reach = command.office.reach if command.office else None
    told = reach is None or reach.told
    return Registration(
        series_id=day.series_id,
        number=number,
        channel=command.channel,
        entered_by=by,
        told_by=by if reach and told else None,
        fax=reach.fax if reach else "",
        postal_address=reach.postal_address if reach else "",
        locale=entry.locale,
        invitation_id=command.invitation_id,
        contact_name=entry.contact_name,
        contact_organisation=entry.organisation,
        contact_attends=entry.contact_attends,
        email=entry.email,
        email_key=email_key(entry.email),
        email_may_fail=entry.email_may_fail,
        telephone=entry.telephone,
        note=entry.note,
        notice_version=command.notice_version if told else UNTOLD,
        noticed_at=day.moment if told else None,
        form_key=command.form_key,
        form_digest=command.form_digest,
        created_at=day.moment,
        link_version=1,
        version=1,
        arranged_version=1 if storing.arrangements(entry, offer) else 0,
    )


def _post(day: Day, signup: Signup, offer: Offer, first: Mapping[tuple[int, int], int]) -> None:
    """Write to the contact; whoever is signed up already hears that, and nobody else does."""
    real = signup.without_duplicates
    if real.active:
        letter = letters.told(real, offer, None, Why(actor="person"), day.texts)
        if letter is not None:
            day.post(letter)
    post_already(day, signup, offer, first.values())


def post_already(day: Day, signup: Signup, offer: Offer, first: Collection[int]) -> None:
    """Tell an address which sign-up it has already. Without an address the office's list does."""
    if not first or not signup.email:
        return
    earlier = read_signups(day.session, registrations_of(day, first)[:1])
    for one in earlier.values():
        day.post(letters.already(signup, one, offer, day.texts))


def _receipt(registration: Registration, day: Day, *, created: bool) -> Receipt:
    return Receipt(
        registration_id=registration.id,
        link_version=registration.link_version,
        number=show_number(day.number_letter, registration.number),
        created=created,
    )
