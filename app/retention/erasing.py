"""What is erased of some sign-ups: wishes, all that the minutes do not need, names."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, delete, exists, func, or_, select, update

from app.auth import audit
from app.base.text import group_key, search_key, sort_key
from app.db.session import WriteSession
from app.events.models import Event, EventQuestion, Series
from app.interest.models import Interest
from app.mail import outbox
from app.mail.bounces.models import CalendarReply, MailAddress
from app.registration.arranged.models import Arrangement
from app.registration.models import (
    Answer,
    Booking,
    ErasedAnswer,
    LinkRequest,
    Participant,
    Registration,
)
from app.registration.orders.models import CountOrder, CountOrderPerson
from app.registration.paper.models import PrintedLabel
from app.registration.rules import show_number

NAMELESS = "—"
"""What stands in place of a name."""
CONTACT = (
    *("contact_organisation", "email", "email_key", "telephone", "fax"),
    *("postal_address", "note", "coming"),
)
PERSON = ("reading", "organisation", "role")


def special_questions(event_id: int) -> Any:
    """Ids of the questions of a meeting that are erased first: wishes, lunches, what they open."""
    first = (EventQuestion.is_arrangement.is_(True), EventQuestion.preset == "lunch")
    of_meeting = EventQuestion.event_id == event_id
    opening = select(EventQuestion.id).where(of_meeting, or_(*first))
    depends = EventQuestion.depends_on_id.in_(opening)
    return select(EventQuestion.id).where(of_meeting, or_(*first, depends))


def series_of(event_id: int) -> Any:
    """The id of the series of a meeting, as a query."""
    return select(Event.series_id).where(Event.id == event_id)


def erase_wishes(session: WriteSession, ids: Collection[int], event_id: int) -> None:
    """Erase what these sign-ups wished for at a meeting; how often each was wished stays."""
    questions = special_questions(event_id)
    _erase_answers(session, Answer.registration_id.in_(ids), Answer.question_id.in_(questions))
    of_meeting = (Arrangement.registration_id.in_(ids), Arrangement.event_id == event_id)
    session.execute(delete(Arrangement).where(*of_meeting))
    orders = select(CountOrder.id).where(CountOrder.question_id.in_(questions))
    session.execute(
        delete(CountOrderPerson).where(
            CountOrderPerson.registration_id.in_(ids), CountOrderPerson.order_id.in_(orders)
        )
    )
    # A second seat says that somebody needs a helper.
    seated = update(Booking).where(
        Booking.participant_id.in_(_people(ids)), Booking.event_id == event_id, Booking.seats > 1
    )
    session.execute(seated.values(seats=1))


def erase_contacts(session: WriteSession, ids: Sequence[int], moment: datetime) -> None:
    """Leave of these sign-ups only what minutes need: names, organisations, roles, who attended.

    Whoever had no place is not in the minutes, so nothing is left of them. Personal links end.
    """
    addresses = _addresses(session, ids)
    _erase_answers(session, Answer.registration_id.in_(ids))
    for model in (Arrangement, CountOrderPerson, PrintedLabel):
        session.execute(delete(model).where(model.registration_id.in_(ids)))
    session.execute(delete(CalendarReply).where(CalendarReply.registration_id.in_(ids)))
    outbox.forget_registrations(session, ids)
    session.execute(
        update(Registration)
        .where(Registration.id.in_(ids))
        .values(
            **dict.fromkeys(CONTACT, ""),
            contact_name=NAMELESS,
            email_may_fail=False,
            coming_at=None,
            form_digest=None,
            link_version=Registration.link_version + 1,
            version=Registration.version + 1,
            arranged_version=0,
            erased="contacts",
            erased_at=moment,
        )
    )
    _erase_addresses(session, addresses)
    audit.erase(session, "registration", ids)
    bookings = update(Booking).where(Booking.participant_id.in_(_people(ids)))
    session.execute(bookings.values(identity="", beyond="", seats=1))
    placed = exists().where(Booking.participant_id == Participant.id, Booking.state == "confirmed")
    _make_nameless(session, Participant.registration_id.in_(ids), ~placed)
    _find_by_what_is_left(session, ids)


def erase_names(session: WriteSession, ids: Sequence[int], moment: datetime) -> None:
    """Make nameless what is left of these sign-ups, of which the contacts are erased."""
    _make_nameless(session, Participant.registration_id.in_(ids))
    session.execute(
        update(Registration)
        .where(Registration.id.in_(ids))
        .values(erased="all", erased_at=moment, version=Registration.version + 1)
    )
    audit.erase(session, "registration", ids)
    _find_by_what_is_left(session, ids)


def _people(ids: Collection[int]) -> Any:
    """Ids of their people, by whom bookings are found: no index leads from sign-ups to them."""
    return select(Participant.id).where(Participant.registration_id.in_(ids))


def _erase_answers(session: WriteSession, *which: ColumnElement[bool]) -> None:
    counted = (
        select(
            *(Answer.question_id, Answer.choice_id, func.count().label("number")),
            func.coalesce(func.sum(cast(Answer.held, Integer)), 0).label("held"),
        )
        .where(*which)
        .group_by(Answer.question_id, Answer.choice_id)
    )
    rows = [ErasedAnswer(**one) for one in session.execute(counted).mappings()]
    session.write_many(rows)
    session.execute(delete(Answer).where(*which))


def _make_nameless(session: WriteSession, *which: ColumnElement[bool]) -> None:
    people = update(Participant).where(*which).execution_options(synchronize_session=False)
    session.execute(people.values(name=NAMELESS, **dict.fromkeys(PERSON, ""), changed_at=None))


def _find_by_what_is_left(session: WriteSession, ids: Collection[int]) -> None:
    """Write anew what the bookings repeat of their people."""
    query = (
        select(
            *(Booking.id, Participant.name, Participant.reading, Participant.organisation),
            *(Participant.role, Registration.number, Series.number_letter),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .where(Participant.registration_id.in_(ids))
    )
    keys = [_keys(row) for row in session.execute(query)]
    if keys:
        session.execute(update(Booking), keys)


def _keys(row: Any) -> dict[str, Any]:
    number = show_number(row.number_letter, row.number)
    name = "" if row.name == NAMELESS else row.name
    return {
        "id": row.id,
        "sort_key": sort_key(row.reading, name),
        "search_key": search_key(name, row.reading, row.organisation, number),
        "role_key": group_key(row.role),
        "organisation_key": group_key(row.organisation),
    }


def _addresses(session: WriteSession, ids: Collection[int]) -> list[str]:
    query = select(Registration.email_key).where(
        Registration.id.in_(ids), Registration.email_key != ""
    )
    return list(session.scalars(query.distinct().order_by(Registration.email_key)))


def _erase_addresses(session: WriteSession, keys: Collection[str]) -> None:
    """What is known of addresses that nobody has given any more."""
    if not keys:
        return
    session.execute(delete(LinkRequest).where(LinkRequest.email_key.in_(keys)))
    given = exists().where(Registration.email_key == MailAddress.address_key)
    waited = exists().where(Interest.email_key == MailAddress.address_key)
    unused = (MailAddress.address_key.in_(keys), ~given, ~waited)
    session.execute(delete(MailAddress).where(*unused))
