"""Signing somebody up without the attendees' form: the place is given, whatever the window says."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.registration import storing
from app.registration.facts import NOBODY_TOLD, Doorkeeper, Entry, NoticeTold, PersonEntry
from app.registration.locking import Day
from app.registration.models import Booking, Registration
from app.registration.rules import Outcome, State, Wish


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody alone in a sign-up, at one meeting.

    ``form_key`` None: made by no form; ``by`` None: typed in by nobody.
    ``told``: of the privacy notice.
    """

    name: str
    reading: str
    organisation: str
    way: str = "venue"
    state: State = "confirmed"
    form_key: str | None = None
    by: Doorkeeper | None = None
    told: NoticeTold = NOBODY_TOLD


def register(day: Day, event_id: int, one: Newcomer) -> tuple[Registration, Booking]:
    """Store a sign-up under the lock: the caller has seen to places and posts letters."""
    highest = select(func.max(Registration.number)).where(Registration.series_id == day.series_id)
    row = Registration(
        series_id=day.series_id,
        number=(day.session.scalar(highest) or 0) + 1,
        channel="walk_in",
        entered_by=one.by.account_id if one.by else None,
        entered_pass=one.by.pass_id if one.by else None,
        locale="ja",
        contact_name=one.name,
        contact_organisation=one.organisation,
        notice_version=one.told.version,
        told_by=one.told.by,
        noticed_at=day.moment if one.told.version else None,
        form_key=one.form_key,
        form_digest="",
        created_at=day.moment,
    )
    day.session.add(row)
    day.session.flush()
    to = storing.store_people(day, row, _entry(one, event_id), None, one.told)
    wish = Wish(person=0, event_id=event_id, way=one.way)
    outcome = Outcome(wish=wish, state=one.state, requeued=one.state == "waiting")
    return row, storing.store_bookings(to, (outcome,), {}, is_new=True)[0]


def _entry(one: Newcomer, event_id: int) -> Entry:
    """What the form of the attendees would send for somebody who says no more than this."""
    person = PersonEntry(
        name=one.name,
        reading=one.reading,
        organisation=one.organisation,
        ways={event_id: one.way},
    )
    return Entry(
        people=(person,),
        contact_name=one.name,
        contact_attends=True,
        organisation=one.organisation,
        email="",
        email_may_fail=False,
        telephone="",
        note="",
        answers=(),
        locale="ja",
    )
