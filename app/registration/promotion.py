"""Moving up: freed places go to those who wait, in their order, in the commit that frees them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import func, select, update

from app.auth import audit
from app.db import lock
from app.events.models import EventChoice, EventQuestion
from app.registration.letters.letters import Why
from app.registration.locking import Day
from app.registration.models import Answer, Booking, Participant, Registration
from app.registration.placing import promote

LANGUAGE = "ja"
"""Of the offer that only counts."""


class _Moved(NamedTuple):
    """A booking that gets its place now, and whose it is."""

    booking_id: int
    event_id: int
    person: int
    name: str
    registration_id: int
    locale: str


def promote_all(day: Day) -> tuple[list[Registration], dict[int, Why]]:
    """Give all that is free to the waiting lists; return the sign-ups to be told, and why."""
    ids = [one for meeting in day.meetings(LANGUAGE) for one in promote(meeting, day.moment)]
    return confirm(day, ids)


def confirm(day: Day, booking_ids: Sequence[int]) -> tuple[list[Registration], dict[int, Why]]:
    """Give these waiting bookings their places, in this order, with the choices still to be had."""
    if not booking_ids:
        return [], {}
    day.session.execute(
        update(Booking).where(Booking.id.in_(booking_ids)).values(state="confirmed", queued_at=None)
    )
    moved = _moved(day, booking_ids)
    ids = sorted({one.registration_id for one in moved})
    registrations: list[Registration] = lock(day.session, {Registration: ids})[Registration]
    lost = _take_choices(day, moved)
    entries = [
        audit.Entry(
            actor=audit.SYSTEM,
            action="registration.moved_up",
            subject="registration",
            subject_id=one.registration_id,
            before={f"booking {one.person}-{one.event_id}": "waiting"},
            after={f"booking {one.person}-{one.event_id}": "confirmed"},
        )
        for one in moved
    ]
    audit.record_many(day.session, entries, day.moment)
    return registrations, {i: Why(actor="queue", lost=tuple(lost[i])) for i in ids}


def _moved(day: Day, booking_ids: Sequence[int]) -> list[_Moved]:
    query = (
        select(
            *(Booking.id, Booking.event_id, Participant.id, Participant.name),
            *(Participant.registration_id, Registration.locale),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .where(Booking.id.in_(booking_ids))
    )
    order = {booking_id: place for place, booking_id in enumerate(booking_ids)}
    found = [_Moved(*row) for row in day.session.execute(query)]
    return sorted(found, key=lambda one: order[one.booking_id])


def _take_choices(day: Day, moved: Sequence[_Moved]) -> dict[int, list[tuple[str, str]]]:
    """Hold the choices of those who moved up while there are any; the rest is dropped and told."""
    lost: dict[int, list[tuple[str, str]]] = defaultdict(list)
    wanted = _wanted_choices(day, moved)
    left = _places_left(day, {answer.choice_id or 0 for answer, _event in wanted})
    for one in moved:
        for answer, event_id in wanted:
            mine = answer.registration_id == one.registration_id and event_id == one.event_id
            if not mine or answer.held or answer.participant_id not in {None, one.person}:
                continue
            free = left.get(answer.choice_id or 0)
            if free == 0:
                name = one.name if answer.participant_id else ""
                lost[one.registration_id].append((name, _label(day, one, answer)))
                day.session.delete(answer)
            else:
                answer.held = True
                left[answer.choice_id or 0] = None if free is None else free - 1
    day.session.flush()
    return lost


def _wanted_choices(day: Day, moved: Iterable[_Moved]) -> list[tuple[Answer, int]]:
    """Choices of these sign-ups that are not held yet, each with its meeting."""
    query = (
        select(Answer, EventQuestion.event_id)
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .where(
            Answer.registration_id.in_({one.registration_id for one in moved}),
            Answer.choice_id.is_not(None),
            Answer.held.is_(False),
        )
        .order_by(Answer.id)
    )
    return [(row[0], row[1]) for row in day.session.execute(query)]


def _places_left(day: Day, choice_ids: Iterable[int]) -> dict[int, int | None]:
    """Places left by choice, counted now; None for no limit."""
    held = (
        select(func.count())
        .where(Answer.choice_id == EventChoice.id, Answer.held.is_(True))
        .correlate(EventChoice)
        .scalar_subquery()
    )
    query = select(EventChoice.id, EventChoice.places, held).where(EventChoice.id.in_(choice_ids))
    return {
        choice: None if places is None else max(0, places - taken)
        for choice, places, taken in day.session.execute(query)
    }


def _label(day: Day, one: _Moved, answer: Answer) -> str:
    """The question whose choice is used up, in the language of the sign-up."""
    labels = {question.id: question.label for question in day.offer(one.locale).questions}
    return labels.get(answer.question_id, "")
