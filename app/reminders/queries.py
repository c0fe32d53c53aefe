"""Reading reminders, those they go to, and what has become of each letter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.auth.models import Account
from app.base.errors import NotFound
from app.db import db
from app.events.models import Series
from app.mail.models import OutboxLetter
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import show_number
from app.reminders.facts import (
    Audience,
    CampaignView,
    LetterRow,
    Neighbours,
    Progress,
    Recipient,
    Text,
)
from app.reminders.models import Campaign

PAGE = 50
_other = aliased(Booking)
_companion = aliased(Participant)
# An expression, so that SQLite begins at the letters of a state and not at everybody by reading.
_READING = func.coalesce(Booking.sort_key, "")
TABS = {
    "mind": ("failed", "retrying", "by_hand"),
    "waiting": ("queued", "sending"),
    "accepted": ("accepted",),
}


def get_campaign(event_id: int, campaign_id: int) -> CampaignView:
    """One reminder of a meeting.

    Raises:
        NotFound: the meeting has none of this id.
    """
    query = _campaigns().where(Campaign.id == campaign_id, Campaign.event_id == event_id)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound("campaign")
    return _campaign_view(row)


def list_campaigns(event_id: int) -> list[tuple[CampaignView, Progress]]:
    """The reminders of a meeting, the newest first, in two queries."""
    rows = db.session.execute(
        _campaigns().where(Campaign.event_id == event_id).order_by(Campaign.id.desc())
    ).all()
    views = [_campaign_view(row) for row in rows]
    counts: dict[int, dict[str, int]] = {view.id: {} for view in views}
    query = (
        select(OutboxLetter.campaign_id, OutboxLetter.state, func.count())
        .where(OutboxLetter.campaign_id.in_(counts))
        .group_by(OutboxLetter.campaign_id, OutboxLetter.state)
    )
    for campaign_id, state, number in db.session.execute(query):
        counts[campaign_id or 0][state] = number
    return [(view, _progress(view, counts[view.id], None)) for view in views]


def progress(campaign: CampaignView) -> Progress:
    """How far the sending of ``campaign`` is, counted now."""
    query = (
        select(OutboxLetter.state, func.count(), func.min(OutboxLetter.due_at))
        .where(OutboxLetter.campaign_id == campaign.id)
        .group_by(OutboxLetter.state)
    )
    rows = db.session.execute(query).all()
    due = {state: earliest for state, _number, earliest in rows}
    return _progress(campaign, {row[0]: row[1] for row in rows}, due.get("retrying"))


def list_letters(
    campaign_id: int, tab: str, *, after: int | None = None, before: int | None = None
) -> tuple[list[LetterRow], int | None, int | None]:
    """One page of letters by reading, with the letters that the pages beside it go on from."""
    backwards = after is None and before is not None
    query = _letters(campaign_id)
    anchor = _anchor(query, before if after is None else after)
    query = query.where(OutboxLetter.state.in_(TABS[tab]))
    key = (_READING, OutboxLetter.id)
    if anchor is not None:
        query = query.where(tuple_(*key) < anchor if backwards else tuple_(*key) > anchor)
    order = [part.desc() for part in key] if backwards else key
    rows = db.session.execute(query.order_by(*order).limit(PAGE + 1)).all()
    more, letters = len(rows) > PAGE, [_letter_row(row) for row in rows[:PAGE]]
    if backwards:
        letters.reverse()
    if not letters:
        return [], None, None
    earlier = more if backwards else anchor is not None
    later = True if backwards else more
    return letters, letters[0].id if earlier else None, letters[-1].id if later else None


def _anchor(query: Any, letter_id: int | None) -> tuple[str, int] | None:
    """Where a letter stands in the order; None where the reminder has no such letter."""
    if letter_id is None:
        return None
    row = db.session.execute(query.where(OutboxLetter.id == letter_id)).first()
    return None if row is None else (row.sort_key, row.id)


def audience(event_id: int) -> Audience:
    """How many a reminder would go to now."""
    query = (
        select(
            func.count(Registration.id.distinct()),
            func.count(_where(Registration.email != "").distinct()),
            func.count(_where(Registration.locale == "en").distinct()),
            func.coalesce(func.max(Booking.id), 0),
        )
        .select_from(Booking)
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .where(Booking.event_id == event_id, Booking.state == "confirmed")
    )
    everybody, by_mail, english, up_to = db.session.execute(query).one()
    return Audience(everybody=everybody, by_mail=by_mail, in_english=english, up_to=up_to)


def find_recipient(event_id: int, booking_id: int | None) -> Neighbours | None:
    """The recipient of this booking, else the first by reading; None where there is nobody."""
    query = recipients(event_id)
    row = None
    if booking_id is not None:
        row = db.session.execute(query.where(Booking.id == booking_id)).first()
    if row is None:
        row = db.session.execute(query.order_by(Booking.sort_key, Booking.id).limit(1)).first()
    if row is None:
        return None
    place = tuple_(Booking.sort_key, Booking.id)
    anchor = (row.sort_key, row.booking_id)
    ids = (
        select(Booking.id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Booking.event_id == event_id, Booking.state == "confirmed", _leads("confirmed"))
    )
    before = ids.where(place < anchor).order_by(Booking.sort_key.desc(), Booking.id.desc())
    after = ids.where(place > anchor).order_by(Booking.sort_key, Booking.id)
    return Neighbours(
        here=recipient(row),
        before=db.session.scalar(before.limit(1)),
        after=db.session.scalar(after.limit(1)),
    )


def recipients(event_id: int) -> Any:
    """All sign-ups with anybody confirmed for a meeting, as rows for ``recipient``.

    One row a sign-up: a group with one address gets one letter.
    """
    return (
        select(
            *(Booking.id.label("booking_id"), Booking.way, Booking.sort_key),
            *(_comes_by("venue").label("venue"), _comes_by("online").label("online")),
            *(Registration.contact_name, Participant.reading, Participant.name),
            *(Registration.id.label("registration_id"), Registration.version),
            *(Registration.link_version, Registration.number, Registration.email),
            *(Registration.telephone, Registration.locale, Series.number_letter),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .where(Booking.event_id == event_id, Booking.state == "confirmed", _leads("confirmed"))
    )


def _companions(state: str = "") -> Any:
    """The bookings of the same sign-up at the same meeting, for ``exists``."""
    found = (
        exists()
        .where(_companion.registration_id == Participant.registration_id)
        .where(_other.participant_id == _companion.id, _other.event_id == Booking.event_id)
    )
    return found.where(_other.state == state) if state else found


def _leads(state: str = "") -> ColumnElement[bool]:
    """Whether a booking is the first of its sign-up at its meeting, of those in a state."""
    first: ColumnElement[bool] = ~_companions(state).where(_other.id < Booking.id)
    return first


def _comes_by(way: str) -> Any:
    return _companions("confirmed").where(_other.way == way)


def recipient(row: Any) -> Recipient:
    """A row of ``recipients``."""
    return Recipient(
        booking_id=row.booking_id,
        registration_id=row.registration_id,
        registration_version=row.version,
        link_version=row.link_version,
        number=show_number(row.number_letter, row.number),
        name=row.contact_name,
        reading=row.reading if row.contact_name == row.name else "",
        email=row.email,
        telephone=row.telephone,
        locale=row.locale,
        way="both" if row.venue and row.online else row.way,
    )


def next_bookings(session: Session, campaign: Campaign, limit: int) -> Sequence[Any]:
    """The next confirmed bookings to make letters for: (booking id, registration id)."""
    query = (
        select(Booking.id, Participant.registration_id)
        .join(Participant, Participant.id == Booking.participant_id)
        .where(Booking.event_id == campaign.event_id, Booking.state == "confirmed")
        .where(Booking.id > campaign.made_up_to, Booking.id <= campaign.up_to)
        .order_by(Booking.id)
        .limit(limit)
    )
    return session.execute(query).all()


def _where(condition: ColumnElement[bool]) -> ColumnElement[int | None]:
    return case((condition, Registration.id))


def _campaigns() -> Any:
    starter = aliased(Account)
    return (
        select(
            Campaign,
            func.coalesce(Account.name, "").label("created_by"),
            func.coalesce(starter.name, "").label("started_by"),
        )
        .join(Account, Account.id == Campaign.created_by)
        .outerjoin(starter, starter.id == Campaign.started_by)
    )


def _campaign_view(row: Any) -> CampaignView:
    campaign: Campaign = row.Campaign
    return CampaignView(
        id=campaign.id,
        event_id=campaign.event_id,
        text=text_of(campaign),
        state=campaign.state,
        version=campaign.version,
        created_at=campaign.created_at,
        created_by=row.created_by,
        started_at=campaign.started_at,
        started_by=row.started_by,
        recipients=campaign.recipients,
    )


def text_of(campaign: Campaign) -> Text:
    """The text of a stored reminder."""
    return Text(
        subject=campaign.subject,
        body=campaign.body,
        subject_en=campaign.subject_en,
        body_en=campaign.body_en,
    )


def _progress(
    campaign: CampaignView, counts: dict[str, int], next_try: datetime | None
) -> Progress:
    made = sum(counts.values())
    return Progress(
        recipients=campaign.recipients,
        to_make=max(0, campaign.recipients - made) if campaign.state == "making" else 0,
        queued=counts.get("queued", 0) + counts.get("sending", 0),
        accepted=counts.get("accepted", 0),
        retrying=counts.get("retrying", 0),
        failed=counts.get("failed", 0),
        by_hand=counts.get("by_hand", 0),
        suppressed=counts.get("suppressed", 0),
        next_try=next_try,
    )


def _letters(campaign_id: int) -> Any:
    return (
        select(
            *(OutboxLetter.id, OutboxLetter.to_name, OutboxLetter.to_address, OutboxLetter.state),
            *(OutboxLetter.reason, OutboxLetter.attempts, OutboxLetter.due_at),
            *(OutboxLetter.accepted_at, Registration.telephone, Participant.reading),
            Booking.sort_key,
        )
        .join(Campaign, Campaign.id == OutboxLetter.campaign_id)
        .join(Registration, Registration.id == OutboxLetter.registration_id)
        .join(Participant, Participant.registration_id == Registration.id)
        .join(Booking, Booking.participant_id == Participant.id)
        .where(Booking.event_id == Campaign.event_id, _leads())
        .where(OutboxLetter.campaign_id == campaign_id)
    )


def _letter_row(row: Any) -> LetterRow:
    return LetterRow(
        id=row.id,
        name=row.to_name,
        reading=row.reading,
        address=row.to_address,
        telephone=row.telephone,
        state=row.state,
        reason=row.reason,
        attempts=row.attempts,
        due_at=row.due_at,
        accepted_at=row.accepted_at,
    )
